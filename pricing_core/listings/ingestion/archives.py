"""Zip archives: the table within them, or what they are instead."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Final, cast

from pricing_core.errors import ListingsError, SeveralTablesError
from pricing_core.listings.ingestion.header import shown
from pricing_core.listings.ingestion.unpacking import refuse_bomb
from pricing_core.nouns import Progress
from pricing_core.words import Message

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_BLOCK: Final = 1 << 20
_TABLES: Final = (
    *(".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".geojson", ".parquet"),
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".gz"),
)
_DOCUMENTS: Final = (
    ("word/", Message("a Word document: save the table in it as Excel or CSV")),
    ("ppt/", Message("a presentation: ask for the table in it as Excel or CSV")),
    ("Index/", Message("an Apple Numbers document: export it as Excel or CSV")),
)
_DAMAGED: Final = (zipfile.BadZipFile, EOFError, zlib.error, ValueError, OSError)


def is_workbook(file: BinaryIO, name: str) -> bool:
    """Whether an archive is a workbook of Excel or OpenDocument; one whose sheets are a bomb is refused.

    Raises
    ------
    ListingsError
        When it is damaged, another kind of document, or unpacks to far too much.
    """
    with _opened(file, name) as archive:
        inside = archive.infolist()
    names = {each.filename.replace("\\", "/") for each in inside}
    for folder, kind in _DOCUMENTS:
        if any(each.startswith(folder) for each in names):
            raise ListingsError("{file} is no table but {kind}.", file=name, kind=kind)
    if not any(each.lower().startswith("xl/workbook") for each in names) and not {"content.xml", "mimetype"} <= names:
        return False
    refuse_bomb(sum(each.file_size for each in inside), sum(each.compress_size for each in inside) + 1, name)
    return True


def unzipped(file: BinaryIO, name: str, wanted: str | None, progress: Progress) -> tuple[IO[bytes], str]:
    """The one table of an archive in a temporary file, and its name.

    Raises
    ------
    ListingsError
        When there is none, several and none is named, or it cannot be unpacked.
    """
    with _opened(file, name) as archive:
        chosen = _chosen(archive.infolist(), name, wanted)
        _refuse(chosen, name)
        plain = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115 - handed to the caller, who closes it
        try:
            with archive.open(chosen) as packed:
                while block := packed.read(_BLOCK):
                    plain.write(block)
                    progress(Message("Unpacking the file …"), min(plain.tell() / max(chosen.file_size, 1), 1.0))
        except BaseException as error:
            plain.close()
            raise _damaged(name) if isinstance(error, _DAMAGED) else error from None
    plain.seek(0)
    return plain, PurePosixPath(chosen.filename).name


def first_bytes(file: BinaryIO, name: str, wanted: str | None, size: int) -> tuple[bytes, bool]:
    """The beginning of the table of an archive, and whether that is all of it."""
    with _opened(file, name) as archive:
        chosen = _chosen(archive.infolist(), name, wanted)
        _refuse(chosen, name)
        try:
            with archive.open(chosen) as packed:
                head = packed.read(size)
        except _DAMAGED:
            raise _damaged(name) from None
    return head, chosen.file_size <= len(head)


def _opened(file: BinaryIO, name: str) -> zipfile.ZipFile:
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except _DAMAGED:
        raise _damaged(name) from None


def _damaged(name: str) -> ListingsError:
    return ListingsError("{file} is a damaged zip file or workbook, perhaps cut off: get it again.", file=name)


def _refuse(chosen: zipfile.ZipInfo, name: str) -> None:
    if chosen.flag_bits & 1:
        raise ListingsError("{file} is protected with a password: unpack it yourself, and try again.", file=name)
    if chosen.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ListingsError("{file} is packed in an unusual way: unpack it yourself, or pack it with gzip.", file=name)
    refuse_bomb(chosen.file_size, chosen.compress_size + 1, name)


def _chosen(inside: Sequence[zipfile.ZipInfo], name: str, wanted: str | None) -> zipfile.ZipInfo:
    files = [each for each in inside if not each.is_dir() and not _is_hidden(each.filename)]
    tables = [each for each in files if each.filename.lower().endswith(_TABLES)] or files
    if not tables:
        raise ListingsError("{file} is a zip archive without a file in it: a table is needed.", file=name)
    if wanted is None and len(tables) == 1:
        return tables[0]
    if wanted is not None:
        for each in tables:
            if wanted.strip().casefold() in (each.filename.casefold(), PurePosixPath(each.filename).name.casefold()):
                return each
        if len(tables) == 1:
            return tables[0]
    raise SeveralTablesError(
        "{file} holds several tables, {tables:list quoted}: choose one, on the command line with --table.",
        file=name,
        tables=[shown(each.filename, 200) for each in tables],
    )


def _is_hidden(path: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(path.replace("\\", "/")).parts)
