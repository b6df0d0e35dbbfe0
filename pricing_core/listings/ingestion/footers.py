"""Rows that are no listings: totals, averages and notes below a table, and its header once more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from pricing_core.nouns.schema import CATEGORIES, COORDINATES
from pricing_core.words import Message, plural

TOTAL: Final = Message("a total or an average, not a listing")
NOTE: Final = Message("a note, not a listing")
SINGLE: Final = Message("the row holds a single cell, so it is no listing")
NAMELESS: Final = Message("the row names neither type nor sector nor place, so it is a total, not a listing")
AGAIN: Final = Message("the header once more, not a listing")
_LONGEST_LABEL: Final = 60
# In a table of two or three columns a single cell is nothing unusual.
_FEWEST_COLUMNS: Final = 4
_SHOWN: Final = 5
_TOTALS: Final = re.compile(
    r"(grand |gran )?(sub ?)?(total(es|s)?|totais|suma|sum|soma|promedios?|prom|average|avg|mean|medias?(?! agua)|"
    r"mediana|median|minimo|minimum|min|maximo|maximum|max|conteo|count|cantidad)\b"
)
_NOTES: Final = re.compile(
    r"(fuentes?|sources?|fontes?|notas?|notes?|obs|observac\w+|elaborad\w+|elaboracion|generad\w+|generated|exportad\w+|"
    r"exported|actualizad\w+|ultima actualizacion|updated|last updated|pagina|page|copyright|aviso|disclaimer)\b"
)


def no_listing(record: Sequence[str], places: Mapping[str, int], names: Sequence[str]) -> Message | None:
    """Why a row is no listing but belongs to what stands around a table; ``None`` where it may be one."""
    filled = [place for place, cell in enumerate(record) if cell and not cell.isspace()]
    if not filled or len(names) < _FEWEST_COLUMNS:
        return None
    label = filled[0]
    others = [places[name] for name in CATEGORIES if name in places and places[name] != label]
    # In a row of another width the cells stand anywhere: a comma within a note splits it.
    if len(record) == len(names) and any(_has(record, place) for place in others):
        return AGAIN if _is_header(record, names) else None
    words = _plain(record[label])
    if _TOTALS.match(words):
        return TOTAL
    if _NOTES.match(words) or record[label].lstrip().startswith(("*", "©", "(1)")):
        return NOTE
    if len(filled) == 1:
        return SINGLE
    return NAMELESS if len(record) == len(names) and _is_nameless(record, places) else None


def _has(record: Sequence[str], place: int) -> bool:
    return place < len(record) and bool(record[place].strip())


def _is_nameless(record: Sequence[str], places: Mapping[str, int]) -> bool:
    telling = (*CATEGORIES, *COORDINATES)
    return all(name in places and not _has(record, places[name]) for name in telling)


def _is_header(record: Sequence[str], names: Sequence[str]) -> bool:
    return len(record) == len(names) and all(a.strip() == b.strip() for a, b in zip(record, names, strict=True))


def _plain(text: str) -> str:
    """Without case, accents and signs, as the words of labels are compared."""
    apart = unicodedata.normalize("NFKD", text[:_LONGEST_LABEL])
    bare = "".join(c for c in apart if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_]+", " ", bare).strip()


def kept_out(lines: Sequence[int | None]) -> list[Message]:
    """What is said of such rows, by the lines on which they stand."""
    known = [str(line) for line in lines[:_SHOWN] if line is not None]
    more = [Message("more")] if len(lines) > _SHOWN else []
    if not known:
        return [_without_lines(len(lines))] if lines else []
    return [
        plural(
            "{count:integer} row is a total, an average or a note, and was kept out: line {lines:list}.",
            "{count:integer} rows are totals, averages or notes, and were kept out: lines {lines:list}.",
            "count",
            count=len(lines),
            lines=[*known, *more],
        )
    ]


def _without_lines(count: int) -> Message:
    return plural(
        "{count:integer} row is a total, an average or a note, and was kept out.",
        "{count:integer} rows are totals, averages or notes, and were kept out.",
        "count",
        count=count,
    )
