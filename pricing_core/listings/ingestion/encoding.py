"""Which characters the bytes mean. The whole file is looked at: one ``ñ`` may come after a million plain rows."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.single_byte import SINGLE_BYTE, is_accent, likeliest_code
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
_ACCENTED: Final = re.compile(rb"[^\r\n]{0,4000}[\x80-\xff][^\r\n]{0,4000}")
_STRAY: Final = re.compile("[\udc80-\udcff]+")
_WIDE_SAMPLE: Final = 1 << 16
_FEWEST_CHARACTERS: Final = 20
_MOSTLY: Final = 0.6


@dataclass(frozen=True)
class Encoding:
    """A codec, its name in words, and what is worth saying about the choice."""

    codec: str
    name: str
    notes: tuple[Message, ...] = ()
    elsewhere: str = ""
    """The codec of the lines that are not in the first one, where a file has lines of both."""

    def open(self, file: BinaryIO) -> io.TextIOWrapper:
        """The text of a file; bytes that the codec does not know become lone surrogates, so only their rows suffer."""
        errors = "strict" if self.codec.startswith(("utf-16", "utf-32")) else "surrogateescape"
        file.seek(0)
        return io.TextIOWrapper(file, encoding=self.codec, errors=errors, newline="")

    @property
    def mend(self) -> Callable[[str], str] | None:
        """Decodes what is left of a line in the other codec, where the file has two."""
        return (lambda text: mended(text, self.elsewhere)) if self.elsewhere else None

    def refusal(self, file_name: str) -> ListingsError:
        """The error for a file that turns out to be no text in it."""
        return ListingsError(
            "{file} is no valid {encoding} text: save it as CSV (UTF-8), and try again.",
            file=file_name,
            encoding=self.name,
        )


def detect_encoding(file: BinaryIO) -> Encoding:
    """Look at all bytes: a byte order mark wins, then UTF-8 if it holds, then the likeliest single-byte code.

    Where some lines are UTF-8 and others are not, as when two files were put together, each is decoded by itself:
    reading all of it in one way would spoil the names of the other.
    """
    file.seek(0)
    head = file.read(_WIDE_SAMPLE)
    file.seek(0)
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, name, () if name == "UTF-8" else (Message("Read as {encoding}.", encoding=name),))
    if wide := wide_codec(head):
        note = Message("Read as {encoding}, though its mark is missing.", encoding="UTF-16")
        return Encoding(wide, "UTF-16", (note,))
    sound, other = _accented_lines(file)
    if not other:
        return Encoding("utf-8", "UTF-8")
    codec = likeliest_code(other)
    name = SINGLE_BYTE[codec]
    if not sound:
        note = Message("Read as {encoding}, for it is not UTF-8: check the accents.", encoding=name)
        return Encoding(codec, name, (note,))
    note = Message(
        "The file is in two encodings: lines that are not UTF-8 were read as {encoding}: check the accents.",
        encoding=name,
    )
    return Encoding("utf-8", "UTF-8", (note,), elsewhere=codec)


def wide_codec(head: bytes) -> str:
    """UTF-16 without its mark, where nearly every second byte is zero and no other is; else nothing."""
    half = len(head) // 2
    if half < _FEWEST_CHARACTERS:
        return ""
    zeros = head[0 : 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    for codec, (full, empty) in (("utf-16-be", zeros), ("utf-16-le", zeros[::-1])):
        if empty == 0 and full > _MOSTLY * half and _decodes(head[: 2 * half], codec):
            return codec
    return ""


def _decodes(head: bytes, codec: str) -> bool:
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    return "\n" in text or "\r" in text


def mended(text: str, codec: str) -> str:
    """Bytes that were no UTF-8 (lone surrogates), decoded; left as they are where that gives no likely letters."""
    return text if text.isascii() else _STRAY.sub(lambda found: _decoded(found[0], codec), text)


def _decoded(stray: str, codec: str) -> str:
    text = stray.encode("utf-8", "surrogateescape").decode(codec, "replace")
    return text if all(map(is_accent, text)) else stray


def _accented_lines(file: BinaryIO) -> tuple[bytes, bytes]:
    """Some lines with accents that are UTF-8, and some that are not; most files have one of the two."""
    if _is_utf8(file):
        return b"", b""
    file.seek(0)
    sound: list[bytes] = []
    other: list[bytes] = []
    while (block := file.read(_BLOCK)) and (len(sound) < _TELLING_LINES or len(other) < _TELLING_LINES):
        # A line may go on over the edge of a block, and its character too: the edges are left aside.
        for line in _ACCENTED.findall(block + file.readline(_BLOCK)):
            lines = sound if _is_sound(line) else other
            if len(lines) < _TELLING_LINES:
                lines.append(line)
    return b"\n".join(sound), b"\n".join(other)


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_sound(line: bytes) -> bool:
    """Whether a line is UTF-8 and holds a usual letter: a single-byte code seldom looks like that by chance."""
    try:
        return any(map(is_accent, line.decode("utf-8")))
    except UnicodeDecodeError:
        return False
