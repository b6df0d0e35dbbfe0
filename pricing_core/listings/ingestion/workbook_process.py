"""Reads a workbook from standard input, and writes its sheets to standard output: one JSON document a line.

Started by its path as a process of its own, for a workbook of a few kilobytes may claim cells so far apart that no
memory holds what is between; the library that reads it then ends the whole process. It imports nothing of ours.

A line is ``{"sheet": NAME, "hidden": true}`` or, below it, a row of cells without the empty ones at its end.
"""

from __future__ import annotations

import datetime
import io
import json
import sys

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

PASSWORD, DAMAGED, TOO_LARGE = 3, 4, 5
# No sheet of a real workbook is larger; a row that says how often it is repeated can be.
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_MOST_SECONDS = 120


def main(most_memory: int, most_bytes: int) -> int:
    """Read and write; the status says what went wrong."""
    _limit_memory(most_memory)
    try:
        return _write(CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())), most_bytes)
    except PasswordError:
        return PASSWORD
    except MemoryError:
        return TOO_LARGE
    except Exception:
        return DAMAGED


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # where there is no such limit, the sizes within the file are all that is known
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))


def _write(workbook: CalamineWorkbook, most: int) -> int:
    for sheet in workbook.sheets_metadata:
        try:
            found = workbook.get_sheet_by_name(sheet.name)
        except CalamineError:
            continue  # a sheet of charts or macros
        if found.total_height > _MOST_ROWS or found.total_width > _MOST_COLUMNS:
            return TOO_LARGE
        _print({"sheet": sheet.name, "hidden": sheet.visible != SheetVisibleEnum.Visible})
        most -= _write_rows(found, most)
        if most < 0:
            return TOO_LARGE
    return 0


def _write_rows(sheet: CalamineSheet, most: int) -> int:
    written = 0
    if sheet.start is None:
        return written
    for row in sheet.iter_rows():
        cells = [_plain(cell) for cell in row]
        while cells and cells[-1] in ("", None):
            cells.pop()
        written += _print(cells)
        if written > most:
            break
    return written


def _plain(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    return cell if cell is None or isinstance(cell, float | int | bool) else str(cell)


def _print(document: object) -> int:
    return sys.stdout.write(json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
