"""Excel and OpenDocument workbooks: the sheet that holds the table, its cells as they were typed."""

from __future__ import annotations

import json
import subprocess  # nosec B404 - runs our own interpreter with a file of ours
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from pricing_core.errors import ListingsError, SeveralSheetsError
from pricing_core.listings.ingestion.header import shown
from pricing_core.listings.ingestion.layout import LOOKED_AT, CountKnown
from pricing_core.listings.ingestion.typed_rows import Row, TypedRows, text_of
from pricing_core.listings.ingestion.unpacking import LARGEST_FILE
from pricing_core.words import Message

OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
_READER: Final = Path(__file__).with_name("workbook_process.py")
_MOST_MEMORY: Final = 3 << 30
_LONGEST_SECONDS: Final = 900
_SURE: Final = 3
_PASSWORD, _DAMAGED = 3, 4


@dataclass
class _Sheet:
    name: str
    hidden: bool
    at: int
    known: int = 0
    filled: bool = False


def open_workbook(file: BinaryIO, name: str, sheet: str | None, known: CountKnown, stack: ExitStack) -> TypedRows:
    """The rows of the one sheet that holds a table.

    Parameters
    ----------
    sheet
        Which one, where several do.
    known
        How many of some cells are names of columns.

    Raises
    ------
    ListingsError
        When it cannot be read, or several sheets hold a table and none is named.
    """
    rows = _read(file, name, stack)
    sheets = [each for each in _sheets(rows, known) if each.filled]
    chosen = _chosen(sheets, name, sheet)
    notes = [Message("Read from the sheet {sheet:quoted}.", sheet=shown(chosen.name))] if len(sheets) > 1 else []
    return TypedRows(lambda: _rows_of(rows, chosen), notes, first_line=1)


def _read(file: BinaryIO, name: str, stack: ExitStack) -> IO[bytes]:
    """The cells of all sheets, in a temporary file."""
    rows = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    command = [sys.executable, "-I", str(_READER), str(_MOST_MEMORY), str(LARGEST_FILE)]
    with tempfile.TemporaryFile() as copy:
        file.seek(0)
        while block := file.read(1 << 20):
            copy.write(block)
        copy.seek(0)
        try:
            done = subprocess.run(  # nosec B603
                command, stdin=copy, stdout=rows, stderr=subprocess.DEVNULL, timeout=_LONGEST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise _too_large(name) from None
    if done.returncode:
        raise _refusal(done.returncode, name)
    return rows


def _refusal(status: int, name: str) -> ListingsError:
    if status == _PASSWORD:
        return ListingsError(
            "{file} is protected with a password: open it, save it without the password, and try again.", file=name
        )
    if status == _DAMAGED:
        return ListingsError(
            "{file} is a damaged workbook, or none: open it in Excel, save it anew, and try again.", file=name
        )
    return _too_large(name)


def _too_large(name: str) -> ListingsError:
    return ListingsError(
        "{file} is a workbook with cells too many or too far apart to be read: save the sheet with the table as CSV "
        "(UTF-8), and try again.",
        file=name,
    )


def _sheets(rows: IO[bytes], known: CountKnown) -> Iterator[_Sheet]:
    """The sheets, and how likely their first rows are those of a table of ours."""
    rows.seek(0)
    found: _Sheet | None = None
    seen = 0
    while line := rows.readline():
        if line.startswith(b"{"):
            if found:
                yield found
            head = json.loads(line)
            found, seen = _Sheet(head["sheet"], head["hidden"], rows.tell()), 0
        elif found and seen < LOOKED_AT and line != b"[]\n":
            seen += 1
            found.filled = True
            found.known = max(found.known, known([text_of(cell) for cell in json.loads(line)]))
    if found:
        yield found


def _chosen(sheets: list[_Sheet], name: str, wanted: str | None) -> _Sheet:
    if not sheets:
        raise ListingsError("{file} is a workbook without a filled cell: a table of listings is needed.", file=name)
    if wanted is not None:
        for sheet in sheets:
            if sheet.name.strip().casefold() == wanted.strip().casefold():
                return sheet
        raise ListingsError(
            "{file} has no sheet {name:quoted} with a table: its sheets are {sheets:list quoted}.",
            file=name,
            name=wanted,
            sheets=[shown(sheet.name) for sheet in sheets],
        )
    likely = [sheet for sheet in sheets if sheet.known >= _SURE] or sheets
    seen = [sheet for sheet in likely if not sheet.hidden] or likely
    if len(seen) > 1:
        raise SeveralSheetsError(
            "{file} holds tables on several sheets, {tables:list quoted}: choose one, on the command line with "
            "--sheet.",
            file=name,
            tables=[sheet.name for sheet in seen],
        )
    return seen[0]


def _rows_of(rows: IO[bytes], sheet: _Sheet) -> Iterator[Row]:
    # Several readers share the file: each keeps its own place in it.
    place = sheet.at
    while True:
        rows.seek(place)
        lines = list(islice(iter(rows.readline, b""), 2_000))
        place = rows.tell()
        for line in lines:
            if line.startswith(b"{"):
                return
            yield cast(Row, json.loads(line))
        if not lines:
            return
