"""`ListingsReader`: one table, read once to learn how it is written and once more to check its rows."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import IO, Final, Self

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.checking import Checks, Refused, check_batch
from pricing_core.listings.ingestion.declared_cells import DeclaredCells
from pricing_core.listings.ingestion.header import IS_TRAIN, Header
from pricing_core.listings.ingestion.matching import expected_units
from pricing_core.listings.ingestion.missing_columns import refuse_units
from pricing_core.listings.ingestion.number_style import Evidence, rule_of
from pricing_core.listings.ingestion.numerals import read_numerals
from pricing_core.listings.ingestion.tables import Table
from pricing_core.nouns import Progress, Rejection, part_of
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.nouns.schema import COLUMN, NUMBERS, TARGET
from pricing_core.words import Message, plural

_SHOWN: Final = 1_000
# Finding out how the table is written takes about this share of the time.
_FIRST_SHARE: Final = 0.6
OpenTable = Callable[[ExitStack, Progress], Table]


class ListingsReader:
    """Checked listings of one table, in chunks: a context manager to be iterated once.

    Memory is bounded by the chunk: raw rows and rejections wait in temporary files.

    Attributes
    ----------
    file_name
        The name of the table in messages and reports.
    rows, accepted, rejected
        Data rows in all, and those passed on or kept out so far.
    reasons
        How often each reason kept a row out, whatever its cell.
    rejections
        The first 1,000 rows that were kept out; `each_rejection` has them all.
    notes
        What else should be known, in sentences.
    header
        The columns of the table, and what they were taken for.
    line
        The line of the file, or row of the sheet, on which a data row stands; ``None`` where there are no lines.
    """

    def __init__(
        self,
        open_table: OpenTable,
        file_name: str,
        *,
        minimum_price: float | None,
        is_train: bool,
        currency: str | None,
        area_unit: str | None,
        progress: Progress | None,
        declared: Declaration = CORE_ALONE,
    ) -> None:
        self._declared = declared
        self._open_table, self.file_name = open_table, file_name
        self._minimum_price, self._is_train = minimum_price, is_train
        self._expected = expected_units(currency, area_unit)
        self._progress: Progress = progress or (lambda _stage, _fraction: None)
        self._stack = ExitStack()
        self.rows = self.accepted = self.rejected = 0
        self.header = Header(())
        self.reasons: Counter[Message] = Counter()
        self.rejections: list[Rejection] = []
        self.notes: list[Message] = []
        self._known: list[Message] = []
        self.line: Callable[[int], int | None] = lambda _row: None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tasador-")))
            table = self._open_table(stack, self._progress)
            self.header = table.header
            refuse_units(table.header, self.file_name, self._expected)
            self._first_pass(table)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _first_pass(self, table: Table) -> None:
        evidence = Evidence(table.header.delimiter, table.typed)
        says_split = False
        self._cells = DeclaredCells(self._declared, table.header.places)
        with ExitStack() as stack:
            file, writer = stack.enter_context(pa.OSFile(str(self._folder / "raw.arrow"), "wb")), None
            for batch in table.batches(part_of(self._progress, 0, _FIRST_SHARE)):
                for name in (*NUMBERS, TARGET):
                    evidence.add(name, read_numerals(batch[name], COLUMN[name]))
                self._cells.look(batch)
                says_split = says_split or _has_text(batch[IS_TRAIN])
                writer = writer or stack.enter_context(_writer(file, batch.schema))
                writer.write_batch(batch)
                self.rows += batch.num_rows
        if self.rows == 0:
            raise ListingsError("{file} has a header but no rows: at least one listing is needed.", file=self.file_name)
        self.notes = [*table.notes, *evidence.notes()]
        if IS_TRAIN in table.header.places and not says_split:
            self.notes.append(Message("The column is_train is empty: it was left aside."))
        self._checks = self._plan(table, evidence, says_split=says_split)
        self.line = table.line

    def _plan(self, table: Table, evidence: Evidence, *, says_split: bool) -> Checks:
        numbers = (*NUMBERS, TARGET)
        return Checks(
            rules={name: rule_of(table.header.settings.decimals.get(name)) or evidence.rule(name) for name in numbers},
            refused_units={name: evidence.refused_units(name, self._expected.get(name)) for name in numbers},
            minimum_price=self._minimum_price,
            is_train=None if says_split else self._is_train,
            names={column: table.header.names[place] for column, place in table.header.places.items()},
        )

    def __iter__(self) -> Iterator[pd.DataFrame]:
        seen = 0
        with pa.OSFile(str(self._folder / "raw.arrow")) as file, pa.ipc.open_stream(file) as batches:
            for batch in batches:
                frame, refused, reasons = check_batch(batch, self._checks, self._cells)
                self._keep(refused, reasons)
                seen += batch.num_rows
                self.accepted += len(frame)
                self._progress(Message("Checking the rows …"), _FIRST_SHARE + (1 - _FIRST_SHARE) * seen / self.rows)
                if len(frame):
                    yield frame
        self.notes += self._cells.notes()

    def _keep(self, refused: list[Refused], reasons: list[Message]) -> None:
        self.rejected += len(refused)
        for why, count in Counter(each.why for each in refused).items():
            self.reasons[reasons[why]] += count
        self.rejections += [self._rejection(each, reasons) for each in refused[: _SHOWN - len(self.rejections)]]
        first = len(self._known)
        self._known += reasons
        with self._rejected_path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(each._replace(why=first + each.why)) + "\n" for each in refused)

    @property
    def _rejected_path(self) -> Path:
        return self._folder / "rejected.jsonl"

    def each_rejection(self) -> Iterator[Rejection]:
        """All rows that were kept out, in order; to be asked before the reader is closed."""
        if self._rejected_path.exists():
            with self._rejected_path.open(encoding="utf-8") as file:
                for line in file:
                    refused = Refused(*json.loads(line))
                    yield self._rejection(refused, self._known)

    def _rejection(self, refused: Refused, reasons: Sequence[Message]) -> Rejection:
        return replace(refused.rejection(reasons[refused.why]), line=self.line(refused.row))

    def left_in(self, row: int) -> list[Message]:
        """Which cells of declared columns were left empty in a row, and why."""
        return self._cells.left_in.get(row, [])

    def require_rows(self) -> None:
        """Refuse a table of which no row can be used.

        Raises
        ------
        ListingsError
            With the commonest reasons.
        """
        if self.accepted == 0:
            reasons = [_counted(reason, count) for reason, count in self.reasons.most_common(3)]
            raise ListingsError(
                "No row of {file} can be used: {reasons:clauses}.", file=self.file_name, reasons=reasons
            )


def _counted(reason: Message, count: int) -> Message:
    return plural(
        "{reason} ({count:integer} row)", "{reason} ({count:integer} rows)", "count", reason=reason, count=count
    )


def _writer(file: IO[bytes], schema: pa.Schema) -> pa.RecordBatchStreamWriter:
    return pa.ipc.new_stream(file, schema, options=pa.ipc.IpcWriteOptions(compression="lz4"))


def _has_text(cells: pa.Array) -> bool:
    return bool(pc.any(pc.not_equal(pc.utf8_trim_whitespace(pc.fill_null(cells, "")), "")).as_py())
