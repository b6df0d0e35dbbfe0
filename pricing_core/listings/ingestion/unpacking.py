"""From whatever was handed over to plain bytes: opened and unpacked; and what is no table of any kind."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final, cast

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.encoding import wide_codec
from pricing_core.nouns import File, Progress
from pricing_core.words import Message

_BLOCK: Final = 1 << 20
GZIP: Final = b"\x1f\x8b"
# Some 40 million listings. Real listings pack to a tenth or so; what unpacks to 200 times its size is a bomb.
LARGEST_FILE: Final = 4 << 30
_SUSPICIOUS_SIZE: Final = 64 << 20
_SUSPICIOUS_RATIO: Final = 200

_OTHER_KINDS: Final = (
    (b"%PDF", Message("a PDF document: ask for the table behind it as CSV or Excel")),
    (b"SQLite format 3", Message("a SQLite database: set USE_DB, SOURCE_DATABASE_URL and SOURCE_TABLE to read it")),
    (b"BZh", Message("packed with {packer}: unpack it, or pack it with gzip", packer="bzip2")),
    (b"\xfd7zXZ", Message("packed with {packer}: unpack it, or pack it with gzip", packer="xz")),
    (b"7z\xbc\xaf", Message("packed with {packer}: unpack it, or pack it with gzip", packer="7-Zip")),
    (b"Rar!", Message("packed with {packer}: unpack it, or pack it with gzip", packer="RAR")),
    (b"\x28\xb5\x2f\xfd", Message("packed with {packer}: unpack it, or pack it with gzip", packer="zstd")),
    (b"{\\rtf", Message("a text document: ask for the table in it as CSV or Excel")),
    (GZIP, Message("packed with gzip twice: unpack it once")),
)
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def open_plain(source: File, name: str, progress: Progress) -> BinaryIO:
    """Open a file, or rewind one that is open, as plain seekable bytes; gzip is unpacked to a temporary file.

    The caller closes the result, unless it is the very object that was handed over.

    Raises
    ------
    ListingsError
        When it cannot be opened or unpacked, or is too large.
    """
    with ExitStack() as on_failure:
        file = plain = _opened(source, name)
        if file is not source:
            on_failure.callback(file.close)
        if head_of(file, 2) == GZIP:
            plain = _unpacked(file, name, progress)
            on_failure.callback(plain.close)
        on_failure.pop_all()
    if plain is not file and file is not source:
        file.close()
    return plain


def _opened(source: File, name: str) -> BinaryIO:
    if not isinstance(source, Path):
        return source if source.seekable() else _copied(source, name)
    try:
        return source.open("rb")
    except FileNotFoundError:
        raise ListingsError("{file} does not exist: give the path of a CSV or Excel file.", file=name) from None
    except IsADirectoryError:
        raise ListingsError("{file} is a folder: give the path of a file in it.", file=name) from None
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise ListingsError("{file} cannot be opened: {problem}.", file=name, problem=problem) from None


def _copied(source: BinaryIO, name: str) -> BinaryIO:
    copy = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - handed to the caller, who closes it
    while block := source.read(_BLOCK):
        copy.write(block)
        _refuse_size(copy.tell(), name)
    return copy


def head_of(file: BinaryIO, size: int) -> bytes:
    """The first bytes of a file; the position is left at the start."""
    file.seek(0)
    head = file.read(size)
    file.seek(0)
    return head


def size_of(file: BinaryIO) -> int:
    """The size in bytes; the position is left at the start."""
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _unpacked(file: BinaryIO, name: str, progress: Progress) -> BinaryIO:
    packed = size_of(file)
    plain = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - handed to the caller, who closes it
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as unpacker:
            while block := unpacker.read(_BLOCK):
                plain.write(block)
                refuse_bomb(plain.tell(), packed, name)
                progress(Message("Unpacking the file …"), min(file.tell() / packed, 1.0))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        plain.close()
        raise damaged(name) from None
    except BaseException:
        plain.close()
        raise
    return plain


def damaged(name: str) -> ListingsError:
    """The error for a gzip file that cannot be unpacked."""
    return ListingsError("{file} is a damaged gzip file, perhaps cut off: get it again.", file=name)


def refuse_bomb(size: int, packed: int, name: str) -> None:
    """Refuse what unpacks to more than any list of homes does."""
    _refuse_size(size, name)
    if size > _SUSPICIOUS_SIZE and size > _SUSPICIOUS_RATIO * packed:
        raise ListingsError(
            "{file} unpacks to more than {times} times its {size:integer} bytes, as no list of homes does: unpack it "
            "yourself if you trust it.",
            file=name,
            times=_SUSPICIOUS_RATIO,
            size=packed,
        )


def _refuse_size(size: int, name: str) -> None:
    if size > LARGEST_FILE:
        raise ListingsError(
            "{file} holds more than {most} GiB: split it into smaller files.", file=name, most=LARGEST_FILE >> 30
        )


def refuse_other_kinds(head: bytes, name: str) -> None:
    """Refuse a file whose first bytes are clearly no text, with what to do instead."""
    if not head:
        raise ListingsError("{file} is empty: a header line and at least one listing are needed.", file=name)
    for magic, kind in _OTHER_KINDS:
        if head.startswith(magic):
            raise ListingsError("{file} is no CSV file but {kind}.", file=name, kind=kind)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        raise ListingsError(
            "{file} is no CSV file but a web page or XML: download the file itself, not its page.", file=name
        )
    _refuse_binary(head, name)


def _refuse_binary(head: bytes, name: str) -> None:
    if head.startswith(_WIDE_MARKS) or wide_codec(head):
        return
    if (b"\x00" in head[0:2] and head.count(0) * 3 > len(head)) or head[1:200:2].count(0) > 50:
        raise ListingsError(
            "{file} looks like UTF-16 without its mark: save it as CSV (UTF-8), and try again.", file=name
        )
    # A stray NUL spoils its row only; many mean that this is no text at all.
    if head.count(0) * 100 > len(head):
        raise ListingsError(
            "{file} is a binary file, not a CSV file: open it, save it as CSV (UTF-8), and try again.", file=name
        )
