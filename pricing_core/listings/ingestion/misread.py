"""UTF-8 that once was read in another code, and written so: ``PeÃ±alÃ©n`` for ``Peñalén``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pricing_core.listings.ingestion.single_byte import is_accent
from pricing_core.words import Message, plural


def _bytes_of(codec: str) -> dict[int, int]:
    """The byte that a character comes from. What the code leaves undefined stays as it is, as browsers have it."""
    undefined = {code: code for code in range(0x80, 0xA0)}
    return undefined | {
        ord(character): code for code in range(0x80, 0x100) if (character := bytes([code]).decode(codec, "ignore"))
    }


_CODES: Final[tuple[Mapping[int, int], ...]] = tuple(map(_bytes_of, ("cp1252", "mac_roman", "cp850")))
# The characters that stand for the first byte of an accented letter under each of the codes, as a quick look.
_SIGNS: Final = "[ÃÂâ√¬├┬]"
_NO_BREAK_SPACE: Final = "\xa0"
_TWICE: Final = 2


@lru_cache(maxsize=20_000)
def repaired(text: str) -> str:
    """The text with such characters put right; as it is where any of them may be meant."""
    for _ in range(_TWICE):
        better = next((found for code in _CODES if (found := _as_utf8(text, code))), None)
        if better is None:
            return text
        text = better
    return text


def _as_utf8(text: str, code: Mapping[int, int]) -> str | None:
    """What the text is when its characters are bytes of UTF-8, where all of it is and says something likely."""
    if text.isascii():
        return None
    try:
        found = bytes(code[ord(c)] if c > "\x7f" else ord(c) for c in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None
    return found if _is_likely(text, found) else None


def _is_likely(text: str, found: str) -> bool:
    if any(before.isupper() and after == "Ã" and last == _NO_BREAK_SPACE for before, after, last in _triples(text)):
        # IRMÃ and a hard space are more likely than a small à in a word of capitals.
        return False
    return all(is_accent(character) for character in found if character > "\x7f")


def _triples(text: str) -> zip[tuple[str, str, str]]:
    return zip(text, text[1:], text[2:], strict=False)


def repair(cells: pa.Array) -> tuple[pa.Array, int]:
    """The cells of a column put right, and how many that changed."""
    if pc.all(pc.string_is_ascii(cells)).as_py() is not False:
        return cells, 0
    if not pc.any(pc.match_substring_regex(cells, _SIGNS)).as_py():
        return cells, 0
    encoded = pc.dictionary_encode(cells)
    before = encoded.dictionary.to_pylist()
    after = [repaired(text) for text in before]
    changed = pa.array([old != new for old, new in zip(before, after, strict=True)]).take(encoded.indices)
    count = pc.sum(pc.cast(changed, pa.int64())).as_py() or 0
    return (pa.array(after, pa.string()).take(encoded.indices), count) if count else (cells, 0)


def repairs(count: int) -> list[Message]:
    """What is said of it."""
    if not count:
        return []
    return [
        plural(
            "{count:integer} cell had been read in a wrong encoding once, as {wrong} for {right}: put right.",
            "{count:integer} cells had been read in a wrong encoding once, as {wrong} for {right}: put right.",
            "count",
            count=count,
            wrong="Ã±",
            right="ñ",
        )
    ]
