"""When two names are one: how names of types and sectors are kept, compared and recognised.

Names that differ only in capitals, accents, Unicode form, blanks, invisible characters or signs such as a closing dot
are one name, wherever one is read: in listings, checks, training, valuations and the log. So are the singular and the
plural of a name, where one of them is known: casa and casas.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final

from pricing_core.words import Message

# Fillers and selectors that nobody sees, beside those that Unicode classes as format characters.
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_ACCENTS: Final = ("\u0300", "\u036f")
_PLURALS: Final = ("s", "es")
# Of shorter names an "s" at the end is no plural.
_SHORTEST: Final = 4
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d) +(?=\d)")

Alike = tuple[frozenset[str], ...]
"""Sets of words that mean the same, as `folded` writes them."""

TYPE_WORDS: Final[Alike] = (
    frozenset(
        [
            "departamento",
            "departamentos",
            "depto",
            "deptos",
            "dpto",
            "dptos",
            "depa",
            "depas",
            "apartamento",
            "apartamentos",
            "apto",
            "aptos",
            "apartment",
            "apartments",
            "apt",
            "apts",
            "flat",
            "flats",
            "piso",
            "pisos",
        ]
    ),
    frozenset(["casa", "casas", "house", "houses"]),
    frozenset(["oficina", "oficinas", "office", "offices"]),
    frozenset(["parcela", "parcelas"]),
)
"""Well-known words for one type of home, as `folded` writes them."""


def cleaned(name: str) -> str:
    """A name as it is kept: in composed form, without invisible characters and needless blanks."""
    if not name.isascii():
        name = "".join(sign for sign in unicodedata.normalize("NFC", name) if not _is_invisible(sign))
    return " ".join(name.split())


@lru_cache(maxsize=20_000)
def folded(name: str) -> str:
    """What all spellings of a name share: its letters and digits, without capitals and accents.

    Digits that something stands between stay apart: 1.2 is not 12. A name of signs alone stays as it is.
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    told = "".join(sign if _tells(sign) else " " for sign in letters if not _is_mark(sign))
    return _BETWEEN_DIGITS.sub("-", told).replace(" ", "") or cleaned(name)


def _is_invisible(sign: str) -> bool:
    return (
        sign in _FILLERS
        or unicodedata.category(sign) == "Cf"
        or "\ufe00" <= sign <= "\ufe0f"
        or "\U000e0000" <= sign <= "\U000e0fff"
    )


def _is_mark(sign: str) -> bool:
    """An accent, or nothing that anybody sees; marks that make other letters, as in Hindi or Japanese, are neither."""
    return _ACCENTS[0] <= sign <= _ACCENTS[1] or _is_invisible(sign)


def _tells(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc")


def usual_spellings(counts: Mapping[str, int], words: Collection[frozenset[str]] = ()) -> dict[str, str]:
    """For each name the most frequent spelling of it; of equally frequent ones the tidier.

    ``words`` are sets of words that mean the same, as `folded` writes them: to whoever counts they are one name.
    """
    alike: dict[str, list[str]] = {}
    same = {word: min(alike_words) for alike_words in words for word in alike_words}
    known = {folded(name) for name in counts} | same.keys()
    roots = {name: _root(folded(name), known, same) for name in counts}
    for name in counts:
        alike.setdefault(roots[name], []).append(name)
    best = {
        key: max(names, key=lambda name: (counts[name], name == name.strip(), name.istitle(), name))
        for key, names in alike.items()
    }
    return {name: best[roots[name]] for name in counts}


def _root(key: str, known: Collection[str], same: Mapping[str, str]) -> str:
    key = key if key in same else _singular(key, known)
    return same.get(key, key)


def with_own(shipped: Alike, own: Iterable[Iterable[str]]) -> Alike:
    """Words that mean the same, with those that a client says, which go before the shipped ones.

    A shipped set joins the one of the client's that has a word of it; where several have, the client keeps apart what
    is one elsewhere, and their words leave it.
    """
    said = [frozenset(map(folded, names)) for names in own]
    taken = frozenset[str]().union(*said)
    rest = []
    for alike in shipped:
        near = [index for index, names in enumerate(said) if names & alike]
        if len(near) == 1:
            said[near[0]] |= alike - taken
        else:
            rest.append(alike - taken)
    return tuple(said + rest)


def _singular(key: str, known: Collection[str]) -> str:
    """The singular of a folded name, where that is known too; else the name."""
    found = (key.removesuffix(ending) for ending in _PLURALS if key.endswith(ending))
    return next((one for one in found if len(one) >= _SHORTEST and one in known), key)


def _plurals(key: str) -> list[str]:
    return [key + ending for ending in _PLURALS] if len(key) >= _SHORTEST else []


def taken_for(written: str, name: str) -> Message:
    """A sentence on what a name was taken for."""
    return Message(
        "{written:quoted} was taken for {name:quoted}, which looks the same but is written with other characters."
        if cleaned(written) == name
        else "{written:quoted} was taken for {name:quoted}.",
        written=written,
        name=name,
    )


class KnownNames:
    """Names that are known, and which of them is meant by what somebody wrote.

    Parameters
    ----------
    counts : mapping of str to int
        How often each name occurs.
    words : collection of sets of str
        Words that mean the same, as `folded` writes them: one that is not known stands for the known one beside it,
        where there is just one.
    """

    def __init__(self, counts: Mapping[str, int], words: Collection[frozenset[str]] = ()) -> None:
        self._exact = frozenset(counts)
        self._meant = {folded(name): usual for name, usual in usual_spellings(counts).items()}
        for alike in words:
            known = alike & self._meant.keys()
            if len(known) == 1:
                self._meant |= dict.fromkeys(alike, self._meant[next(iter(known))])

    def __contains__(self, name: str) -> bool:
        return self.meant(name) in self._exact

    def meant(self, name: str) -> str:
        """The known name: the same to the letter, else in its most frequent spelling; one that is not known stays."""
        return name if name in self._exact else self._usual(name)

    def _usual(self, name: str) -> str:
        key = folded(name)
        found = (each for each in (key, _singular(key, self._meant), *_plurals(key)) if each in self._meant)
        return self._meant.get(next(found, key), name)

    def alike(self, name: str) -> list[str]:
        """All known names that are one with a name; the name itself where none is known."""
        usual = self._usual(name)
        return sorted(each for each in self._exact if self._usual(each) == usual) or [name]
