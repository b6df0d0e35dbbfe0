"""A look at the first lines of a file: whether it is a table at all, before all of it is unpacked and read."""

from __future__ import annotations

import codecs
import io
import zlib
from typing import BinaryIO, Final

from pricing_core.listings.ingestion.encoding import detect_encoding
from pricing_core.listings.ingestion.unpacking import GZIP, damaged, head_of

START: Final = 1 << 17


def first_lines(source: BinaryIO, name: str) -> tuple[BinaryIO, bool]:
    """The first lines of an open file as plain bytes, and whether they are all; the file is left at its start."""
    head = head_of(source, START)
    whole = len(head) < START
    if head.startswith(GZIP):
        head, whole = _unpacked(head, name, whole=whole)
    return whole_lines(head, whole=whole), whole


def _unpacked(head: bytes, name: str, *, whole: bool) -> tuple[bytes, bool]:
    """What the start of a gzip file holds, and whether that is all of it."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        start = unpacker.decompress(head, START)
    except zlib.error:
        raise damaged(name) from None
    if whole and not unpacker.eof and not unpacker.unconsumed_tail:
        raise damaged(name)
    return start, unpacker.eof and not unpacker.unused_data


def whole_lines(head: bytes, *, whole: bool) -> BinaryIO:
    """Without the last line, which was cut off, perhaps in the middle of a character."""
    if whole:
        return io.BytesIO(head)
    codec = detect_encoding(io.BytesIO(head)).codec
    if codec.startswith(("utf-16", "utf-32")):
        return io.BytesIO(codecs.getincrementaldecoder(codec)("replace").decode(head).encode(codec))
    return io.BytesIO(head[: head.rfind(b"\n") + 1] or head)
