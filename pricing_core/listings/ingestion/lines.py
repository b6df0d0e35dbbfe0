"""Where the rows of a table stand in its file, as a person counts: the line of a CSV file, the row of a sheet."""

from __future__ import annotations

from array import array
from bisect import bisect_right


class LineNumbers:
    """The line of each data row, kept as the few rows after which the count leaps."""

    def __init__(self) -> None:
        self._rows = array("q", [0])
        self._ahead = array("q", [1])

    def leap(self, row: int, lines: int) -> None:
        """From this row on, rows stand so many lines further down."""
        if row == self._rows[-1]:
            self._ahead[-1] += lines
        else:
            self._rows.append(row)
            self._ahead.append(self._ahead[-1] + lines)

    def of(self, row: int) -> int:
        """The line of a row; lines count from 1, rows from 0."""
        return row + self._ahead[bisect_right(self._rows, row) - 1]
