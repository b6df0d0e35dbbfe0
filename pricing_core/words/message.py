"""A sentence for people, kept as data until the door puts it into words in the reader's language."""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
from pathlib import PurePath
from typing import Final, Self, TypeAlias

from pricing_core.words.catalogue import translated, translated_plural
from pricing_core.words.languages import LANGUAGES, Language
from pricing_core.words.template import Template, parsed
from pricing_core.words.writing import Voice

Scalar: TypeAlias = "str | int | float | bool | date | datetime | timedelta | PurePath | Message | None"
Fact: TypeAlias = "Scalar | Sequence[Scalar]"
Kept: TypeAlias = "Scalar | tuple[Scalar, ...]"

_LONGEST_TEXT: Final = 2_000
_LONGEST_LIST: Final = 30
_DEEPEST: Final = 8
_LARGEST: Final = 2**256  # beyond it a number is no count of anything, and JSON readers give up


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Message:
    """An English template with named facts, such as ``Message("{name:quoted} was skipped.", name="a.csv")``.

    A fact is a text, a number, a moment, another message, or a list of these; `template` says how each may be written.
    Texts and lists from outside are cut to a length that a sentence can hold.

    Parameters
    ----------
    template
        The English sentence, and the key of its translations. Two braces stand for one.
    **facts
        What it names: no more and no less.

    Raises
    ------
    ValueError
        When a fact is missing or not named in the template, or the template cannot be read.
    TypeError
        When a fact is of no kind that a sentence can hold.
    """

    template: str
    many: str | None
    by: str | None
    context: str | None
    is_verbatim: bool
    _facts: tuple[tuple[str, Kept], ...]

    def __init__(self, template: str, /, **facts: Fact) -> None:
        self._fill(template, facts)

    @classmethod
    def verbatim(cls, text: str) -> Self:
        """A text that is shown as it stands in every language, such as a person's own words."""
        message = cls.__new__(cls)
        message._set(text, (), is_verbatim=True)
        return message

    @classmethod
    def spoken(cls, words: Mapping[Language, str]) -> Self:
        """Words that come with their translations, such as a client's name for a column, instead of the catalogue's."""
        return cls("{words:spoken}", words=[words[language] for language in LANGUAGES])

    @classmethod
    def joined(cls, parts: list[Message] | tuple[Message, ...]) -> Self:
        """Sentences one after another."""
        return cls("{parts:sentences}", parts=parts)

    @classmethod
    def of(cls, said: Message | BaseException | str) -> Message:
        """What an exception says, or a text: its message where it carries one, else its words as they stand."""
        if isinstance(said, BaseException):
            carried = getattr(said, "message", None)
            said = carried if isinstance(carried, Message) else said.args[0] if len(said.args) == 1 else str(said)
        return said if isinstance(said, Message) else cls.verbatim(str(said))

    @property
    def facts(self) -> dict[str, Kept]:
        """The facts by name; lists are tuples."""
        return dict(self._facts)

    def __str__(self) -> str:
        return say(self, "en")

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.template)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Message) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> str:
        """Tells 1 from True and 1.0, and finds NaN the same as NaN."""
        return json.dumps(self.to_json(), sort_keys=True)

    def to_json(self) -> dict[str, object]:
        """The message as a JSON document, for the database."""
        if self.is_verbatim:
            return {"verbatim": self.template}
        content: dict[str, object] = {"many": self.many, "by": self.by, "context": self.context}
        content = {name: text for name, text in content.items() if text is not None}
        facts = {name: _to_json(value) for name, value in self._facts}
        return {"template": self.template, "facts": facts} | content

    @classmethod
    def from_json(cls, content: object) -> Message:
        """Read what `to_json` wrote; a bare text, as older rows have it, is taken as it stands.

        Raises
        ------
        ValueError
            When it is no message.
        """
        try:
            return _read(content, 0)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"This is no message: {reprlib.repr(content)} ({error})") from None

    def to_text(self) -> str:
        """The JSON document as text, for a column or a file of text."""
        return json.dumps(self.to_json(), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Message:
        """Read what `to_text` wrote; any other text is taken as it stands."""
        try:
            return cls.from_json(json.loads(text)) if text.startswith("{") else cls.verbatim(text)
        except ValueError:
            return cls.verbatim(text)

    def _fill(
        self,
        template: str,
        facts: Mapping[str, object],
        many: str | None = None,
        by: str | None = None,
        context: str | None = None,
    ) -> None:
        needed = parsed(template).names | (parsed(many).names | {by} if many is not None and by else set())
        if forgotten := sorted(needed - parsed(template).names - {by}):  # "One row of a.csv" need not name the count
            raise ValueError(f"The sentence {template!r} does not name {', '.join(forgotten)}, as {many!r} does")
        if missing := sorted(needed - set(facts)):
            raise ValueError(f"The sentence {template!r} lacks its facts {', '.join(missing)}")
        if unnamed := sorted(set(facts) - needed):
            raise ValueError(f"The sentence {template!r} does not name the facts {', '.join(unnamed)}")
        held = tuple((name, _fact(facts[name], name)) for name in sorted(facts))
        if _depth(held) > _DEEPEST:
            raise ValueError(f"The sentence {template!r} holds sentences more than {_DEEPEST} deep")
        self._set(template, held, many, by, context)

    def _set(
        self,
        template: str,
        facts: tuple[tuple[str, Kept], ...],
        many: str | None = None,
        by: str | None = None,
        context: str | None = None,
        is_verbatim: bool = False,
    ) -> None:
        values = {"template": _storable(template), "_facts": facts, "many": many, "by": by, "context": context}
        for name, value in {**values, "is_verbatim": is_verbatim}.items():
            object.__setattr__(self, name, value)


def plural(one: str, many: str, by: str, /, **facts: Fact) -> Message:
    """A message with a form for one and a form for many, chosen by the fact named ``by``.

    ``plural("{count:integer} row was skipped.", "{count:integer} rows were skipped.", "count", count=3)``
    """
    message = Message.__new__(Message)
    message._fill(one, facts, many, by)
    return message


def within(context: str, template: str, /, **facts: Fact) -> Message:
    """A message whose English has several translations: the context, a word or two, tells which is meant."""
    message = Message.__new__(Message)
    message._fill(template, facts, context=context)
    return message


def say(said: Message | str, language: Language, zone: tzinfo | None = None) -> str:
    """Put a message into words.

    Parameters
    ----------
    said
        A bare text is given back as it stands.
    zone
        Of the reader's clock; without it moments are told in UTC.
    """
    if isinstance(said, str):
        return said
    if said.is_verbatim:
        return said.template
    voice = Voice(language, zone, partial(say, language=language, zone=zone), partial(translated, language))
    return voice.fill(_template(said, language), said.facts)


def _template(message: Message, language: Language) -> Template:
    english, words = message.template, ""
    if message.many is None:
        words = translated(language, english, message.context)
    else:
        count = _counted(message.facts[message.by or ""])
        english = english if count == 1 else message.many
        words = translated_plural(language, message.template, message.many, count, message.context)
    try:
        template = parsed(words)
    except ValueError:
        return parsed(english)
    # A translation that names what is not there must not take the sentence away from its reader.
    return template if template.names <= message.facts.keys() else parsed(english)


def _counted(count: Kept) -> int:
    """The count by which a form is chosen; what is not just one, such as 1.5, takes the form for many."""
    return count if isinstance(count, int) else 1 if count == 1 else 2


def _storable(text: str) -> str:
    """A text that UTF-8 and every database can hold."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd") if _is_odd(text) else text


def _is_odd(text: str) -> bool:
    return (not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text)) or "\0" in text


def _fact(value: object, name: str) -> Kept:
    if isinstance(value, list | tuple):
        return _items([_scalar(each, name) for each in value[: _LONGEST_LIST + 1]], len(value))
    return _scalar(value, name)


def _items(items: list[Scalar], count: int) -> tuple[Scalar, ...]:
    if count <= _LONGEST_LIST:
        return tuple(items)
    return (*items[: _LONGEST_LIST - 1], Message("{count:integer} more", count=count - _LONGEST_LIST + 1))


def _scalar(value: object, name: str) -> Scalar:
    if getattr(value, "shape", None) == () and callable(item := getattr(value, "item", None)):  # a number of NumPy
        value = item()
    if value is None or isinstance(value, bool | Message):
        return value
    if isinstance(value, str | PurePath):
        text = _storable(str.__str__(value) if isinstance(value, str) else str(value))
        return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, date):
        return _time(value)
    if isinstance(value, int):
        return int(value) if abs(value) < _LARGEST else math.inf if value > 0 else -math.inf
    if isinstance(value, float):
        return float(value)
    raise TypeError(f"A sentence cannot hold the fact {name}, which is a {type(value).__name__}")


def _time(value: date) -> date | None:
    if value != value:  # noqa: PLR0124 - what pandas has for a moment that is not known
        return None
    kind = datetime if isinstance(value, datetime) else date
    return kind.fromisoformat(value.isoformat())


def _depth(facts: tuple[tuple[str, Kept], ...]) -> int:
    held = [each for _, value in facts for each in (value if isinstance(value, tuple) else (value,))]
    return 1 + max((_depth(each._facts) for each in held if isinstance(each, Message)), default=0)


def _to_json(value: Kept) -> object:
    if isinstance(value, Message):
        return {"message": value.to_json()}
    if isinstance(value, tuple):
        return [_to_json(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _read(content: object, depth: int) -> Message:
    if depth > _DEEPEST:
        raise ValueError("it is too deep")
    if isinstance(content, str):
        return Message.verbatim(content)
    if not isinstance(content, dict):
        raise TypeError("a message is an object")
    if content.keys() == {"verbatim"}:
        return Message.verbatim(_text(content["verbatim"]))
    if not {"template", "facts"} <= content.keys() <= {"template", "facts", "many", "by", "context"}:
        raise ValueError("a message has template and facts")
    facts = {name: _read_fact(value, depth) for name, value in content["facts"].items()}
    optional = {name: _text(content[name]) for name in ("many", "by", "context") if name in content}
    if ("many" in optional) != ("by" in optional):
        raise ValueError("many and by come together")
    message = Message.__new__(Message)
    message._fill(_text(content["template"]), facts, **optional)
    return message


def _read_fact(value: object, depth: int) -> object:
    if isinstance(value, list):
        return [_read_fact(each, depth) for each in value]
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    if kind == "message":
        return _read(held, depth + 1)
    readers: dict[str, Callable[[str], object]] = {
        "float": float,
        "moment": datetime.fromisoformat,
        "date": date.fromisoformat,
    }
    return readers[kind](_text(held))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, but a {type(value).__name__} arrived")
    return value
