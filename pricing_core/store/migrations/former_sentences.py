"""How the texts that former releases stored are turned into sentences kept as data; revision 0010 reads it once.

It is frozen: what the code says today has no say here. A sentence stands as it is kept, and `_WRITTEN` says how each
of its facts was written into the text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from string import Formatter
from typing import Final

from pricing_core.nouns import Json
from pricing_core.store.migrations.former_templates import ALERTS, SENTENCES, STAGES

_N: Final = r"[+−-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?"
_WRITTEN: Final = {
    **dict.fromkeys(("integer", "number", "exact", "coordinate"), _N),
    "percent": rf"{_N} %",
    "points": _N,
    "distance": rf"{_N} k?m",
    "quoted": r"'.*?'|\".*?\"",
}
_LONGEST: Final = 1_000
_NESTED: Final = {
    "ratio": rf"{_N} times|{_N} % of",
    "peers": r"similar homes(?: in [^:]+?)?",
    "twin": r"listing \d+|row [\d,]+ \(counted from 0\)",
    "listings": r"[\d,]+ listings?",
    "called": r"type|sector|price|usable area|total area",
    "rooms": r"bedrooms|bathrooms",
    "money": r"pesos|US dollars|\S+",
    "limits": r"[^:]+?",
    "step": r"make-dataset|build-features|train-model",
    **dict.fromkeys(("summary", "found", "decided", "problem", "result", "how", "why", "rows"), r".+?"),
}
"""Facts that are sentences of their own, by their name."""
_FEATURES: Final = {
    "net_usable_area": "usable area",
    "net_area": "total area",
    "n_rooms": "bedrooms",
    "n_bathroom": "bathrooms",
}


def turned(text: str) -> Json:
    """A stored text as the JSON document of its sentence, or of several; what is none of them keeps its words."""
    if text in STAGES:
        return _message(STAGES[text], {})
    for pattern, template, ways in _patterns():
        if found := pattern.fullmatch(text):
            return _message(template, _facts(found, ways))
    parts = _parts(text) if len(text) <= _LONGEST else []
    return _message("{parts:sentences}", {"parts": parts}) if len(parts) > 1 else {"verbatim": text}


def _parts(text: str) -> list[Json]:
    """The sentences of a text, none where one of them is not known."""
    for end in re.finditer(r"[.?] (?=[A-Z\d])", text):
        first, rest = turned(text[: end.start() + 1]), turned(text[end.end() :])
        if "verbatim" not in first and "verbatim" not in rest:
            follow = rest["facts"]["parts"] if rest["template"] == "{parts:sentences}" else [{"message": rest}]
            return [{"message": first}, *follow]
    return []


def judged(content: Json) -> Json:
    """The stored content of a verdict; the details of a check tell its numbers more exactly than its text does."""
    checks = [_checked(each) for each in content.get("checks", [])]
    return content | {"summary": _once(content.get("summary", "")), "checks": checks}


def _checked(check: Json) -> Json:
    said, details = _once(check.get("sentence", "")), check.get("details") or {}
    if "facts" in said:
        exact = {name: details[name] for name in said["facts"].keys() & details.keys() if _is_plain(details[name])}
        said = said | {"facts": said["facts"] | exact}
    return {name: value for name, value in check.items() if name != "sentences"} | {"sentence": said}


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def came_of(result: object) -> object:
    """The stored result of a job."""
    if not isinstance(result, dict):
        return result
    told = {"message": _once(result["message"])} if "message" in result else {}
    return result | told | ({"verdict": judged(result["verdict"])} if result.get("verdict") else {})


def _once(said: Json | str) -> Json:
    return turned(said) if isinstance(said, str) else said


def alerted(rule: str, text: str, value: float, limit: float, detail: Json) -> Json:
    """The sentence of an alert, by its rule and its detail."""
    known: Json = {**detail, "value": value, "limit": limit}
    if rule == "drift" and {"features", "psi"} <= detail.keys():
        pairs = zip(detail["features"], detail["psi"], strict=False)
        known["names"] = [_measured(name, psi) for name, psi in pairs]
    needed = _places_in(ALERTS.get(rule, ""))
    if rule not in ALERTS or not needed <= known.keys():
        return {"verbatim": text}
    return _message(ALERTS[rule], {name: known[name] for name in sorted(needed)})


def _measured(feature: str, psi: float) -> Json:
    return _nested("{feature} (PSI {psi:number})", feature=_nested(_FEATURES.get(feature, feature)), psi=psi)


def _places_in(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _message(template: str, facts: Json) -> Json:
    return {"template": template, "facts": facts}


@cache
def _patterns() -> list[tuple[re.Pattern[str], str, dict[str, str]]]:
    return [_pattern(template) for template in SENTENCES]


def _pattern(template: str) -> tuple[re.Pattern[str], str, dict[str, str]]:
    """What a text made from the template looks like, and the kind of each fact in it."""
    ways: dict[str, str] = {}
    parts = []
    for before, name, spec, _ in Formatter().parse(template):
        parts.append(re.escape(before))
        if name is not None:
            parts += _places(name, spec or "", ways)
    return re.compile("".join(parts), re.DOTALL), template, ways


def _places(name: str, spec: str, ways: dict[str, str]) -> Iterator[str]:
    kind, _, unit = spec.partition(" ")
    if kind in ("money", "area"):
        yield from _places(name, "number", ways)
        yield " "
        yield from _places(unit, "", ways)
    elif name in ways:
        yield f"(?P={name})"
    else:
        ways[name] = name if not kind and name in _NESTED else kind
        yield f"(?P<{name}>{_NESTED[name] if not kind and name in _NESTED else _WRITTEN.get(kind, '.*?')})"


def _facts(found: re.Match[str], ways: dict[str, str]) -> Json:
    return {name: _READ.get(ways[name], str)(text) for name, text in found.groupdict().items()}


def _number(text: str) -> float:
    value = float(text.replace(",", "").replace("−", "-"))
    return int(value) if value.is_integer() else value


def _share(text: str) -> float:
    return _number(text.removesuffix(" %")) / 100


def _metres(text: str) -> float:
    return _number(text[:-3]) * 1000 if text.endswith(" km") else _number(text.removesuffix(" m"))


def _quoted(text: str) -> str:
    try:
        return str(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return text[1:-1]


def _nested(template: str, **facts: object) -> Json:
    return {"message": _message(template, facts)}


def _ratio(text: str) -> Json:
    if text.endswith(" times"):
        return _nested("{ratio:number} times", ratio=_number(text.removesuffix(" times")))
    return _nested("{share:percent} of", share=_share(text.removesuffix(" of")))


def _peers(text: str) -> Json:
    _, named, sector = text.partition(" in ")
    return _nested("similar homes in {sector}", sector=sector) if named else _nested("similar homes")


def _twin(text: str) -> Json:
    kind, number = text.split()[:2]
    template = "listing {number}" if kind == "listing" else "row {number:integer} (counted from 0)"
    return _nested(template, number=_number(number))


def _listings(text: str) -> Json:
    said = _message("{count:integer} listing", {"count": _number(text.split(maxsplit=1)[0])})
    return {"message": said | {"many": "{count:integer} listings", "by": "count"}}


def _limits(text: str) -> Json:
    low, both, most = text.partition(" and at most ")
    if both:
        return _nested("{low} and at most {most:exact}", low=_limits(low), most=_number(most))
    for words, name in (("more than ", "least"), ("at least ", "least"), ("at most ", "most")):
        if text.startswith(words) and re.fullmatch(_N, text.removeprefix(words)):
            return _nested(f"{words}{{{name}:exact}}", **{name: _number(text.removeprefix(words))})
    return _nested(text)


def _listed(text: str) -> list[Json]:
    return [{"message": turned(part)} for part in text.split(" and ")]


def _of_sentences(text: str) -> list[Json]:
    return _parts(text) or [{"message": turned(text)}]


_READ: Final[dict[str, Callable[[str], object]]] = {
    **dict.fromkeys(("integer", "number", "exact", "coordinate"), _number),
    "percent": _share,
    "points": lambda text: _number(text) / 100,
    "distance": _metres,
    "quoted": _quoted,
    "ratio": _ratio,
    "peers": _peers,
    "twin": _twin,
    "listings": _listings,
    "limits": _limits,
    "list": _listed,
    "sentences": _of_sentences,
    **dict.fromkeys(("called", "rooms", "money"), _nested),
    **dict.fromkeys(
        ("summary", "found", "decided", "problem", "result", "how", "why", "rows"),
        lambda text: {"message": turned(text)},
    ),
}
