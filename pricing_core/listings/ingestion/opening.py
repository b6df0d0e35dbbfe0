"""From a file of any format to its raw rows: which format it is, is told by its bytes and not by its name."""

from __future__ import annotations

from contextlib import ExitStack
from typing import BinaryIO, Final, cast

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.archives import ZIP, first_bytes, is_workbook, unzipped
from pricing_core.listings.ingestion.csv_rows import CsvRows
from pricing_core.listings.ingestion.glance import START, first_lines, whole_lines
from pricing_core.listings.ingestion.header import shown
from pricing_core.listings.ingestion.json_rows import is_json, open_json
from pricing_core.listings.ingestion.known_names import known_names
from pricing_core.listings.ingestion.layout import CountKnown
from pricing_core.listings.ingestion.parquet_rows import ParquetRows
from pricing_core.listings.ingestion.tables import RawRows
from pricing_core.listings.ingestion.unpacking import GZIP, head_of, open_plain, refuse_other_kinds
from pricing_core.listings.ingestion.workbooks import OLD_WORKBOOK, open_workbook
from pricing_core.nouns import File, Progress, TableChoice, no_progress
from pricing_core.words import Message

_TELLING: Final = 1 << 16
_PARQUET: Final = b"PAR1"
# These tell nothing by their first lines alone.
_WHOLE: Final = (*ZIP, OLD_WORKBOOK, _PARQUET)


def open_rows(
    source: File, name: str, choice: TableChoice, progress: Progress, stack: ExitStack, known: CountKnown = known_names
) -> tuple[RawRows, list[Message]]:
    """The rows of a file, and what is to be said of where they were found in it.

    Parameters
    ----------
    source
        A path, or a file that is open for reading bytes; it is not closed.
    name
        Of the file, in messages.
    stack
        Closes what is opened here.
    known
        How many of some cells are names of columns; it tells tables from other sheets.

    Raises
    ------
    ListingsError
        When it is no table, damaged, far too large, or holds several tables and none is chosen.
    """
    file = open_plain(source, name, progress)
    if file is not source:
        stack.enter_context(file)
    if not _is_archive(file, name):
        return _rows(file, name, choice, stack, known), []
    plain, member = unzipped(file, name, choice.table, progress)
    stack.enter_context(plain)
    if plain.read(2) == GZIP:
        plain = stack.enter_context(open_plain(cast(BinaryIO, plain), member, progress))
    if _is_archive(cast(BinaryIO, plain), name):
        raise ListingsError("{file} holds another archive: unpack that first.", file=name)
    note = Message("Read from {member:quoted} in the archive.", member=shown(member))
    return _rows(cast(BinaryIO, plain), name, choice, stack, known), [note]


def _is_archive(file: BinaryIO, name: str) -> bool:
    return head_of(file, 4) in ZIP and not is_workbook(file, name)


def _rows(
    file: BinaryIO, name: str, choice: TableChoice, stack: ExitStack, known: CountKnown, *, cut: bool = False
) -> RawRows:
    head = head_of(file, _TELLING)
    if head.startswith((*ZIP, OLD_WORKBOOK)):
        return open_workbook(file, name, choice.sheet, known, stack)
    if head.startswith(_PARQUET):
        return ParquetRows(file, name)
    refuse_other_kinds(head, name)
    return open_json(file, name, choice.table, cut=cut) if is_json(head) else CsvRows(file, name)


def glance_at(
    source: BinaryIO, name: str, choice: TableChoice, stack: ExitStack, known: CountKnown = known_names
) -> RawRows:
    """The same from the first lines alone, where a format has them; the file is left at its start.

    Raises
    ------
    ListingsError
        When these tell already that it is no table.
    """
    try:
        return _glance(source, name, choice, stack, known)
    finally:
        source.seek(0)


def _glance(source: BinaryIO, name: str, choice: TableChoice, stack: ExitStack, known: CountKnown) -> RawRows:
    if _is_archive(source, name):
        head, whole = first_bytes(source, name, choice.table, START)
        if not head.startswith((*_WHOLE, GZIP)):
            return _rows(whole_lines(head, whole=whole), name, choice, stack, known, cut=not whole)
    elif not head_of(source, 4).startswith(_WHOLE):
        lines, whole = first_lines(source, name)
        if not head_of(lines, 4).startswith(_WHOLE):
            return _rows(lines, name, choice, stack, known, cut=not whole)
    return open_rows(source, name, choice, no_progress, stack, known)[0]
