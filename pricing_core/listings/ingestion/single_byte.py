"""Which single-byte code a text with accents was written in."""

from __future__ import annotations

from typing import Final

# What spreadsheets of the Americas and Europe write when it is not UTF-8; more candidates only add wrong guesses.
# Of equals the first is taken: Windows is far more common than a Mac of the nineties, and that more than DOS.
SINGLE_BYTE: Final = {"cp1252": "Windows-1252 (Latin-1)", "mac_roman": "Mac Roman", "cp850": "DOS code page 850"}
_LETTERS: Final = frozenset(chr(code) for code in range(0xC0, 0x100)) - {"×", "÷"}
# Seen in addresses and units; as likely to be an accent read in the wrong code.
_SIGNS: Final = frozenset("’‘“”–—…€ºª°²³")
# Letters of the languages of the Americas and western Europe, and what stands in addresses and beside areas.
_USUAL: Final = frozenset("áàâãäåçéèêëíìîïñóòôõöøúùûüœæßÁÀÂÃÄÅÇÉÈÊËÍÌÎÏÑÓÒÔÕÖØÚÙÛÜŒÆ°¿¡·´«»") | _SIGNS


def is_accent(character: str) -> bool:
    """Whether a character beyond ASCII is a usual one in the names and units of listings."""
    return character in _USUAL


def likeliest_code(sample: bytes) -> str:
    """The codec under which the bytes beyond ASCII are most often letters that fit into their words.

    Codes put the accented letters in different places, so under the wrong one ``Maipú`` ends in a sign, or has a
    capital within a word. Telling languages apart would need more text than the names of a few places.
    """
    return max(SINGLE_BYTE, key=lambda codec: _plausibility(sample.decode(codec, "replace")))


def _plausibility(text: str) -> float:
    # The ends are padded, so that every character has two neighbours.
    padded = f" {text} "
    return sum(_weight(*padded[place - 1 : place + 2]) for place in range(1, len(padded) - 1) if padded[place] > "\x7f")


def _weight(before: str, character: str, after: str) -> float:
    if character in _SIGNS:
        return 0.5
    if character not in _LETTERS:
        return 0.0
    if character.isupper():
        return 0.25 if before.islower() else 1.0
    # A capital follows no small letter in a word, and names of places seldom begin with a small one.
    if after.isupper():
        return 0.25
    return 1.0 if before.isalpha() else 0.75
