"""A look at the first lines of a file: whether it is a table at all, before all of it is unpacked and read."""

from __future__ import annotations

import codecs
import io
import zlib
from typing import BinaryIO, Final

from pricing_core.listings.ingestion.encoding import detect_encoding
from pricing_core.listings.ingestion.unpacking import GZIP, damaged, head_of, refuse_other_kinds

_START: Final = 1 << 17
_TELLING: Final = 1 << 16


def first_lines(source: BinaryIO, name: str) -> BinaryIO:
    """The first lines of an open file as plain bytes; the file is left at its start.

    Raises
    ------
    ListingsError
        When it is clearly no text.
    """
    head = head_of(source, _START)
    whole = len(head) < _START
    if head.startswith(GZIP):
        head, whole = _unpacked(head, name, whole=whole)
    refuse_other_kinds(head[:_TELLING], name)
    return io.BytesIO(head if whole else _whole_lines(head))


def _unpacked(head: bytes, name: str, *, whole: bool) -> tuple[bytes, bool]:
    """What the start of a gzip file holds, and whether that is all of it."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        start = unpacker.decompress(head, _START)
    except zlib.error:
        raise damaged(name) from None
    if whole and not unpacker.eof and not unpacker.unconsumed_tail:
        raise damaged(name)
    return start, unpacker.eof and not unpacker.unused_data


def _whole_lines(head: bytes) -> bytes:
    """Without the last line, which was cut off, perhaps in the middle of a character."""
    codec = detect_encoding(io.BytesIO(head[:4])).codec
    if codec.startswith(("utf-16", "utf-32")):
        return codecs.getincrementaldecoder(codec)("replace").decode(head).encode(codec)
    return head[: head.rfind(b"\n") + 1] or head
