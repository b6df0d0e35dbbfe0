"""Which characters the bytes mean. The whole file is looked at: one ``ñ`` may come after a million plain rows."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import BinaryIO, Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.single_byte import SINGLE_BYTE, likeliest_code
from pricing_core.words import Message

_BLOCK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_TELLING_LINES: Final = 500


@dataclass(frozen=True)
class Encoding:
    """A codec, its name in words, and what is worth saying about the choice."""

    codec: str
    name: str
    notes: tuple[Message, ...] = ()

    def open(self, file: BinaryIO) -> io.TextIOWrapper:
        """The text of a file; bytes that the codec does not know become lone surrogates, so only their rows suffer."""
        errors = "strict" if self.codec.startswith(("utf-16", "utf-32")) else "surrogateescape"
        file.seek(0)
        return io.TextIOWrapper(file, encoding=self.codec, errors=errors, newline="")

    def refusal(self, file_name: str) -> ListingsError:
        """The error for a file that turns out to be no text in it."""
        return ListingsError(
            "{file} is no valid {encoding} text: save it as CSV (UTF-8), and try again.",
            file=file_name,
            encoding=self.name,
        )


def detect_encoding(file: BinaryIO) -> Encoding:
    """Look at all bytes: a byte order mark wins, then UTF-8 if it holds, then the likeliest single-byte code.

    A file that is UTF-8 but for a few bytes stays UTF-8; reading all of it as Windows-1252 would spoil every name.
    """
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, name, () if name == "UTF-8" else (Message("Read as {encoding}.", encoding=name),))
    sample = _lines_that_are_not_utf8(file)
    if not sample:
        return Encoding("utf-8", "UTF-8")
    if _is_mostly_utf8(sample):
        note = Message("Read as UTF-8, though some bytes are not: their rows are kept out.")
        return Encoding("utf-8", "UTF-8", (note,))
    codec = likeliest_code(sample)
    name = SINGLE_BYTE[codec]
    note = Message("Read as {encoding}, for it is not UTF-8: check the accents.", encoding=name)
    return Encoding(codec, name, (note,))


def _lines_that_are_not_utf8(file: BinaryIO) -> bytes:
    """Lines with accents, from the start of the file and from where UTF-8 broke; empty when it never does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = b""
    while block := file.read(_BLOCK):
        first = first or block
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            return _telling_lines(first) + (b"" if block is first else _telling_lines(block))
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _telling_lines(first)
    return b""


def _telling_lines(block: bytes) -> bytes:
    lines = re.findall(rb"[^\n]{0,500}[\x80-\xff][^\n]{0,500}", block)
    return b"\n".join(lines[:_TELLING_LINES]) + b"\n"


def _is_mostly_utf8(sample: bytes) -> bool:
    beyond_ascii = [character for character in sample.decode("utf-8", "surrogateescape") if character > "\x7f"]
    broken = sum("\udc80" <= character <= "\udcff" for character in beyond_ascii)
    return len(beyond_ascii) - broken > 3 * broken
