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
from pricing_core.listings.ingestion.beside import BESIDE, LISTED_ON
from pricing_core.listings.ingestion.checking import Checks, check_batch
from pricing_core.listings.ingestion.declared_cells import DeclaredCells
from pricing_core.listings.ingestion.examples import FirstOfEach
from pricing_core.listings.ingestion.header import IS_TRAIN, Header
from pricing_core.listings.ingestion.matching import expected_units
from pricing_core.listings.ingestion.missing_columns import refuse_units
from pricing_core.listings.ingestion.number_style import Evidence, Hints
from pricing_core.listings.ingestion.numbers_of import numbers_of
from pricing_core.listings.ingestion.refused_rows import Refused
from pricing_core.listings.ingestion.tables import Table
from pricing_core.nouns import Progress, Rejection, part_of
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.nouns.schema import NUMBERS, TARGET
from pricing_core.nouns.uf import UfTable
from pricing_core.words import Message, plural

_SHOWN: Final = 1_000
# Finding out how the table is written takes about this share of the time.
_FIRST_SHARE: Final = 0.6
FindUf = Callable[[], UfTable | None]
"""Looks up the UF values, where prices need them."""
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
    examples
        The first rows that each reason kept out.
    notes
        What else should be known, in sentences.
    line
        The line of the file, or row of the sheet, on which a data row stands; ``None`` where there are no lines.
    header
        The columns of the table, and what they were taken for.
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
        hints: Hints | None = None,
        uf: FindUf | None = None,
    ) -> None:
        self._declared = declared
        self._open_table, self.file_name = open_table, file_name
        self._minimum_price, self._is_train = minimum_price, is_train
        self._expected = expected_units(currency, area_unit)
        self._hints, self._find_uf = hints or Hints(), uf
        self._uf: UfTable | None = None
        self._has_foreign = False
        self._progress: Progress = progress or (lambda _stage, _fraction: None)
        self._stack = ExitStack()
        self.rows = self.accepted = self.rejected = 0
        self.header = Header(())
        self.reasons: Counter[Message] = Counter()
        self.rejections: list[Rejection] = []
        self.notes: list[Message] = []
        self.examples = FirstOfEach()
        self._known: list[Message] = []
        self.line: Callable[[int], int | None] = lambda _row: None
        self._converted = 0

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
        typed = frozenset(table.typed)
        evidence = Evidence(self._expected, typed, self._hints, table.header.settings.decimals)
        said: set[str] = set()
        self._cells = DeclaredCells(self._declared, table.header.places, typed)
        with ExitStack() as stack:
            file, writer = stack.enter_context(pa.OSFile(str(self._folder / "raw.arrow"), "wb")), None
            for batch in table.batches(part_of(self._progress, 0, _FIRST_SHARE)):
                self._learn(batch, evidence, typed)
                said |= {name for name in (IS_TRAIN, *BESIDE) if name not in said and _has_text(batch[name])}
                self._cells.look(batch)
                writer = writer or stack.enter_context(_writer(file, batch.schema))
                writer.write_batch(batch)
                self.rows += batch.num_rows
        if self.rows == 0:
            raise ListingsError("{file} has a header but no rows: at least one listing is needed.", file=self.file_name)
        evidence.refuse_open(self.file_name)
        self.notes = [*table.notes, *evidence.notes()]
        self.notes += [
            Message(
                "The column {name} is empty: it was left aside.", name=table.header.names[table.header.places[name]]
            )
            for name in (IS_TRAIN, *BESIDE)
            if name in table.header.places and name not in said
        ]
        self._checks = self._plan(table, evidence, frozenset(said), typed)
        self.line = table.line

    def _learn(self, batch: pa.RecordBatch, evidence: Evidence, typed: frozenset[str]) -> None:
        currency = self._expected[TARGET]
        read = numbers_of(batch, currency, typed)
        # Without a need for prices nobody is asked about them.
        wanted = read.for_evidence(batch, currency)
        if self._minimum_price is None:
            wanted.pop(TARGET)
        own = read.in_currency(currency)
        self._has_foreign = self._has_foreign or not own.all()
        evidence.add(wanted, own)
        evidence.add_names(batch)

    def _plan(self, table: Table, evidence: Evidence, said: frozenset[str], typed: frozenset[str]) -> Checks:
        numbers = (*NUMBERS, TARGET)
        self._uf = self._find_uf() if self._find_uf and self._has_foreign else None
        return Checks(
            rules={name: evidence.rule(name) for name in numbers},
            factors={name: evidence.factors(name) for name in numbers},
            minimum_price=self._minimum_price,
            is_train=None if IS_TRAIN in said else self._is_train,
            names={column: table.header.names[place] for column, place in table.header.places.items()},
            currency=self._expected[TARGET],
            uf=self._uf,
            said=said,
            typed=typed,
            decimal_is_said=self._hints.decimal is not None,
        )

    def __iter__(self) -> Iterator[pd.DataFrame]:
        seen = 0
        with pa.OSFile(str(self._folder / "raw.arrow")) as file, pa.ipc.open_stream(file) as batches:
            for batch in batches:
                found = check_batch(batch, self._checks, self._cells)
                self._keep(found.refused, found.reasons)
                seen += batch.num_rows
                self.accepted += len(found.frame)
                self._converted += found.converted
                self._progress(Message("Checking the rows …"), _FIRST_SHARE + (1 - _FIRST_SHARE) * seen / self.rows)
                if len(found.frame):
                    yield found.frame
        self.notes += self._notes_of_conversion() + self._cells.notes(self.line)

    def _notes_of_conversion(self) -> list[Message]:
        newest = self._uf.newest() if self._uf else None
        if not self._converted or newest is None:
            return []
        by_day = plural(
            "{count:integer} price was converted to {currency} with the UF value of its own day, or where it has none "
            "of {day:date} ({value:exact}).",
            "{count:integer} prices were converted to {currency} with the UF values of their own days, or where they "
            "have none of {day:date} ({value:exact}).",
            "count",
            count=self._converted,
            currency=self._expected[TARGET],
            day=newest.day,
            value=newest.value,
        )
        by_newest = plural(
            "{count:integer} price was converted to {currency} with the UF value of {day:date} ({value:exact}).",
            "{count:integer} prices were converted to {currency} with the UF value of {day:date} ({value:exact}).",
            "count",
            count=self._converted,
            currency=self._expected[TARGET],
            day=newest.day,
            value=newest.value,
        )
        return [by_day if LISTED_ON in self._checks.said else by_newest]

    def _keep(self, refused: list[Refused], reasons: list[Message]) -> None:
        self.rejected += len(refused)
        self.examples.add(refused, reasons, self.line)
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
