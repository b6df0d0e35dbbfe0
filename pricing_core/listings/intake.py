"""Files and tables of listings come in here: stored, checked, or valued row by row."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.errors import InputError, SettingsError, SubjectError
from pricing_core.listings import integrity
from pricing_core.listings.export import csv_bytes
from pricing_core.listings.ingestion import ListingsReader, read_frame, read_listings, read_table
from pricing_core.listings.inspections import Inspections
from pricing_core.nouns import Finding, IngestReport, Progress, Rejection, Valuation, part_of
from pricing_core.nouns.schema import FEATURES, NUMBERS, Property, parse_property
from pricing_core.settings import Settings
from pricing_core.store import Store
from pricing_core.store.client_table import read_source

File = Path | BinaryIO
ValueMany = Callable[[Sequence[Property]], list[Valuation | SubjectError]]

CHECKED_WHILE_WAITING: Final = 20_000
"""More listings than that are not checked while somebody waits, but by the worker."""

_SHOWN_REJECTIONS: Final = 1_000
_VALUED_AT_ONCE: Final = 2_000
# Of the time that an ingestion takes: most of it is looking for what is wrong.
_READ: Final = 0.15
_STORED: Final = 0.25


class Intake:
    """What may be done with a file or a table of listings.

    Parameters
    ----------
    settings
        The price limit, the units, and the client's database.
    store
        Where listings are kept.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._inspections = Inspections(settings, store)

    def ingest(
        self,
        train: File,
        test: File | None,
        *,
        file_name: str | None,
        is_sample: bool,
        replace: bool,
        leave_check: bool,
        progress: Progress,
    ) -> IngestReport:
        """Store one file, or a train and a test file together, in one transaction.

        With ``leave_check`` many listings are not checked: see `waits_for_check`.
        """
        if _same_file(train, test):
            raise InputError(f"{train} is named as train and as test file: a model must not be tested on what it saw.")
        options = {"minimum_price": self._settings.MIN_TARGET_THRESHOLD, **self._units()}
        told = _never_back(progress)
        reading = part_of(told, 0, _READ)
        with ExitStack() as stack:
            readers = [read_listings(train, file_name=file_name, progress=reading, **options)]
            if test is not None:
                readers.append(read_listings(test, is_train=False, progress=reading, **options))
            opened = [stack.enter_context(reader) for reader in readers]
            return self._load(opened, is_sample=is_sample, replace=replace, leave_check=leave_check, progress=told)

    def ingest_source(self, *, replace: bool, progress: Progress) -> IngestReport:
        """Store the table ``raw_data`` of the client's database."""
        url = self._settings.source_url
        if url is None:
            raise SettingsError("No database is named: set SOURCE_DATABASE_URL, or DB_USER and DB_NAME.")
        told = _never_back(progress)
        with ExitStack() as stack:
            source = stack.enter_context(read_source(url))
            limit = self._settings.MIN_TARGET_THRESHOLD
            reader = read_table(source, minimum_price=limit, progress=part_of(told, 0, _READ), **self._units())
            return self._load([stack.enter_context(reader)], is_sample=False, replace=replace, progress=told)

    def _units(self) -> dict[str, Any]:
        return {"currency": self._settings.CURRENCY, "area_unit": self._settings.AREA_UNIT}

    def _load(
        self,
        readers: list[ListingsReader],
        *,
        is_sample: bool,
        replace: bool,
        leave_check: bool = False,
        progress: Progress,
    ) -> IngestReport:
        settled = set(self._store.reviews.standing()["listing_id"])
        storing = part_of(progress, _READ, _STORED)
        loaded = self._store.listings.load(readers, is_sample=is_sample, replace=replace, progress=storing)
        if not (leave_check and self.waits_for_check()):
            self._inspections.bring_up_to_date(part_of(progress, _STORED, 1))
        reasons = sum((reader.reasons for reader in readers), Counter[str]())
        notes = [f"{reader.file_name}: {note}" for reader in readers for note in reader.notes]
        return IngestReport(
            datasets=loaded.datasets,
            changed=loaded.changed,
            accepted=sum(reader.accepted for reader in readers),
            rejected=sum(reader.rejected for reader in readers),
            reasons=dict(reasons),
            rejections=[item for reader in readers for item in reader.rejections][:_SHOWN_REJECTIONS],
            notes=notes + loaded.notes + self._reviews_set_aside(settled),
        )

    def _reviews_set_aside(self, settled: set[int]) -> list[str]:
        lost = len(settled - set(self._store.reviews.standing()["listing_id"]))
        if not lost:
            return []
        return [f"{lost:,} settled listings were set aside: their reviews stay in the ledger, but no longer act."]

    def priced_frame(self, file: File, progress: Progress) -> pd.DataFrame:
        """The rows of a file with a price above 0, for evaluating recipes."""
        frame, _ = read_frame(file, progress=progress, **self._units())
        return frame

    def check(self, file: File, *, file_name: str | None, progress: Progress) -> dict[str, Any]:
        """What looks wrong in a file; nothing is stored."""
        reading = part_of(progress, 0, 0.2)
        with read_listings(file, file_name=file_name, progress=reading, **self._units()) as reader:
            chunks = list(reader)
            kept_out = list(reader.each_rejection())
        found = [_unusable(rejection) for rejection in kept_out]
        if chunks:
            frame = pd.concat(chunks, ignore_index=True)
            chunks.clear()  # a second copy of a million rows is of no use to the checks
            rows = frame["row_number"].to_numpy(dtype=np.int64)
            findings = self._check(frame, rows, part_of(progress, 0.2, 1))
            found += [_document(item, int(rows[item.row])) for item in findings]
        return {"rows": reader.rows, "findings": sorted(found, key=lambda item: item["row"])}

    def findings(self, frame: pd.DataFrame, progress: Progress | None = None) -> list[Finding]:
        """What looks wrong with listings; ``row`` is the position in the frame."""
        return self._check(frame, None, progress)

    def _check(self, frame: pd.DataFrame, rows: NDArray[np.int64] | None, progress: Progress | None) -> list[Finding]:
        return integrity.check(frame, numbers=rows, progress=progress, **self._units())

    def waits_for_check(self) -> bool:
        """Whether the listings in use are unchecked, and too many to be checked while somebody waits."""
        return not self._inspections.is_up_to_date() and self._store.listings.count() > CHECKED_WHILE_WAITING

    def stored_findings(self, progress: Progress | None = None) -> pd.DataFrame:
        """What looks wrong with the listings in use, by ``listing_id``, and whether the listing is settled."""
        self._inspections.bring_up_to_date(progress)
        found = self._store.findings.frame()
        return found.assign(settled=found["listing_id"].isin(self._store.reviews.standing()["listing_id"]))

    def stored_estimates(self) -> pd.DataFrame:
        """What the price of each listing in use should be by all the others, and what that leaves over."""
        self._inspections.bring_up_to_date()
        return self._store.findings.estimates()

    def value_file(self, source: Path, out: Path, value_many: ValueMany, progress: Progress) -> dict[str, Any]:
        """Value every row of a file, and write it with the values beside it; a row that fails says why.

        Raises
        ------
        InputError
            When the output would replace the input, or cannot be written.
        """
        if out.exists() and source.exists() and out.samefile(source):
            raise InputError(f"{out} is the file to be valued: name another file for --out.")
        with read_listings(source, require_price=False, progress=part_of(progress, 0, 0.4), **self._units()) as reader:
            chunks = list(reader)
            results = [_failed(rejection) for rejection in reader.each_rejection()]
        results += _value_rows(chunks, value_many, part_of(progress, 0.4, 1))
        results.sort(key=lambda row: int(row["row"]))
        frame = pd.DataFrame(results, columns=_OUT_COLUMNS).astype({"version": "Int64"})  # also beside empty cells
        _write(out, csv_bytes(frame))
        failed = int((frame["error"] != "").sum())
        return {"rows": len(frame), "valued": len(frame) - failed, "failed": failed, "out": str(out)}


_ANSWERS: Final = ("value", "low_90", "high_90", "value_per_area", "confidence", "version", "notes", "error")
_OUT_COLUMNS: Final = ["row", *FEATURES, *_ANSWERS]


def _same_file(first: File, second: File | None) -> bool:
    paths = isinstance(first, Path) and isinstance(second, Path) and first.exists() and second.exists()
    return paths and first.samefile(second)  # type: ignore[arg-type, union-attr]


def _document(finding: Finding, row: int) -> dict[str, Any]:
    # The fields of this document are promised to programs.
    content = finding.to_dict() | {"row": row}
    return {name: content[name] for name in ("row", "check", "severity", "message", "suggestion", "column")}


def _unusable(rejection: Rejection) -> dict[str, Any]:
    return {
        "row": rejection.row,
        "check": "unusable_row",
        "severity": "error",
        "message": rejection.reason,
        "suggestion": None,
        "column": None,
    }


def _failed(rejection: Rejection) -> dict[str, Any]:
    cells = {name: rejection.content.get(name) for name in FEATURES}
    # What can be read is written as the number it is: as text, a minus sign would be guarded like a formula.
    return {"row": rejection.row, "error": rejection.reason} | {name: _read(name, cells[name]) for name in FEATURES}


def _read(name: str, cell: str | None) -> str | float | None:
    try:
        number = float(cell) if name in NUMBERS and cell else math.inf
    except ValueError:
        return cell
    return number if math.isfinite(number) else cell


def _value_rows(chunks: list[pd.DataFrame], value_many: ValueMany, progress: Progress) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    rows = [row for chunk in chunks for row in chunk.to_dict(orient="records")]
    for start in range(0, len(rows), _VALUED_AT_ONCE):
        results += _value_group(rows[start : start + _VALUED_AT_ONCE], value_many)
        progress("Valuing", min(1.0, (start + _VALUED_AT_ONCE) / len(rows)))
    return results


def _value_group(rows: list[dict[Any, Any]], value_many: ValueMany) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    subjects: list[Property] = []
    valued: list[dict[str, Any]] = []
    for row in rows:
        result = {"row": row["row_number"], "error": ""} | {name: row[name] for name in FEATURES}
        results.append(result)
        try:
            subjects.append(parse_property({name: row[name] for name in FEATURES}))
            valued.append(result)
        except SubjectError as error:
            result["error"] = str(error)
    for result, answer in zip(valued, value_many(subjects), strict=True):
        result.update({"error": str(answer)} if isinstance(answer, SubjectError) else _answer(answer))
    return results


def _answer(valuation: Valuation) -> dict[str, Any]:
    low, high = valuation.ranges.get("90", (None, None))
    return {
        "value": valuation.value,
        "low_90": low,
        "high_90": high,
        "value_per_area": valuation.value_per_area,
        "confidence": valuation.confidence,
        "version": valuation.version,
        "notes": " ".join(valuation.notes),
    }


def _never_back(progress: Progress) -> Progress:
    """Two files are read one after the other, and each begins anew."""
    furthest = 0.0

    def tell(stage: str, done: float) -> None:
        nonlocal furthest
        furthest = max(furthest, done)
        progress(stage, furthest)

    return tell


def _write(path: Path, content: bytes) -> None:
    try:
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"{path.name} cannot be written: {error.strerror}.", inside=f"Its path is {path}.") from None
