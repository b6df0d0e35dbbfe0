"""The listings: checked rows go in with their dataset in one transaction, and come out as one data frame."""

from __future__ import annotations

import hashlib
import itertools
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from pricing_core.nouns import Dataset, Progress, Rejection
from pricing_core.nouns.declared import CORE_ALONE, Declaration, Roles
from pricing_core.nouns.declared_frames import packed, under_declared_names, unpacked
from pricing_core.nouns.schema import CATEGORIES, LISTING_COLUMNS
from pricing_core.store.bulk import copy_in, read_all
from pricing_core.store.declared_values import Beside
from pricing_core.store.engine import Database, utcnow
from pricing_core.store.fingerprints import DECLARED, Fingerprint
from pricing_core.store.tables.core import datasets, raw_data, rejected_rows
from pricing_core.words import Message, marked

_REJECTIONS_AT_ONCE: Final = 5_000
_CHECKED: Final = pa.schema(
    [
        ("row_number", pa.int64()),
        *((name, pa.string() if name in CATEGORIES else pa.float64()) for name in LISTING_COLUMNS),
        ("is_train", pa.bool_()),
        (DECLARED, pa.string()),
    ]
)


# Beside what makes the content of a dataset: how its numbers were written.
_SPOOLED: Final = _CHECKED.append(pa.field("as_written", pa.string()))


class CheckedRows(Protocol):
    """Chunks of checked listings, as `ingestion.ListingsReader` gives them; it must be open."""

    file_name: str
    notes: list[Message]
    accepted: int
    rejected: int

    def __iter__(self) -> Iterator[pd.DataFrame]: ...
    def each_rejection(self) -> Iterator[Rejection]:
        """All rows that were kept out."""
        ...

    def require_rows(self) -> None:
        """Raise `ListingsError` when no row was accepted."""
        ...


@dataclass(frozen=True)
class Loaded:
    """What a load did: the datasets of its parts, whether anything changed, and what should be known."""

    datasets: list[Dataset]
    changed: bool
    notes: list[Message]


@dataclass(frozen=True)
class _Part:
    rows: CheckedRows
    spool: Path
    fingerprint: str
    core: str
    train_rows: int


class ListingRecords:
    """Writes and reads datasets of listings. Only the rows of active datasets are in use."""

    def __init__(self, database: Database, columns: Declaration = CORE_ALONE) -> None:
        self._database = database
        self._columns, self._declared = columns, columns.roles

    def load(
        self,
        parts: Sequence[CheckedRows],
        *,
        is_sample: bool = False,
        replace: bool = False,
        progress: Progress | None = None,
    ) -> Loaded:
        """Store tables of listings, each as a dataset, all in one transaction.

        A dataset whose content is stored already is not stored again; it comes back into use if it was set aside.
        Real listings set the shipped sample aside, and ``replace`` sets aside all former datasets.

        Raises
        ------
        ListingsError
            When a table turns out not to be usable; nothing was changed.
        StorageError
            When the database failed; nothing was changed.
        """
        told: Progress = progress or (lambda _stage, _fraction: None)
        with tempfile.TemporaryDirectory(prefix="tasador-") as folder:
            # Checking comes first, so that the database is locked only while rows are written.
            paths = [Path(folder) / f"{place}.parquet" for place in range(len(parts))]
            spooled = [_spool(part, path, self._declared) for part, path in zip(parts, paths, strict=True)]
            with self._database.write() as connection:
                return _Load(connection, self._database, is_sample, told).run(spooled, replace=replace)

    def datasets(self) -> list[Dataset]:
        """All datasets, the newest first."""
        with self._database.read() as connection:
            return [_dataset(row) for row in connection.execute(sa.select(datasets).order_by(datasets.c.id.desc()))]

    def frame(self, *columns: str) -> pd.DataFrame:
        """The rows of the active datasets in the order they were stored.

        Parameters
        ----------
        columns
            Which columns; all of them when left out: ``id``, ``dataset_id``, ``row_number``, the listing columns,
            those that the client declares, and ``is_train``.

        Returns
        -------
        DataFrame
            Missing cells are NaN (numbers) or missing text.
        """
        declared = () if columns or not self._declared else (DECLARED,)
        wanted = columns or ("id", "dataset_id", "row_number", *LISTING_COLUMNS, *declared, "is_train")
        query = (
            sa.select(*(raw_data.c[name] for name in wanted))
            .where(raw_data.c.dataset_id.in_(_active_ids()))
            .order_by(raw_data.c.id)
        )
        with self._database.read() as connection:
            frame = read_all(connection, query)
        return self._unpacked(frame) if declared else frame

    def _unpacked(self, frame: pd.DataFrame) -> pd.DataFrame:
        cells = unpacked(frame[DECLARED].tolist(), self._declared)
        cells = {name: under_declared_names(self._columns[name], column) for name, column in cells.items()}
        rest = [name for name in frame.columns if name not in (DECLARED, "is_train")]
        return frame.assign(**cells)[[*rest, *self._declared, "is_train"]]

    def as_written(self, listing_id: int) -> dict[str, str]:
        """The text of those numbers of a listing that were more than plain digits, by column."""
        query = sa.select(raw_data.c.as_written).where(raw_data.c.id == listing_id)
        with self._database.read() as connection:
            text = connection.scalar(query)
        found: dict[str, str] = json.loads(text) if text else {}
        return found

    def fingerprint(self) -> str:
        """Changes whenever the listings in use do; ``""`` when there are none."""
        with self._database.read() as connection:
            query = sa.select(datasets.c.fingerprint).where(datasets.c.active).order_by(datasets.c.id)
            found = list(connection.scalars(query))
        return hashlib.sha256("\n".join(found).encode()).hexdigest() if found else ""

    def count(self) -> int:
        """How many listings are in use."""
        with self._database.read() as connection:
            query = sa.select(sa.func.coalesce(sa.func.sum(datasets.c.rows), 0)).where(datasets.c.active)
            return int(connection.scalar(query) or 0)

    def rejections(self, dataset_id: int, limit: int = 1_000) -> list[Rejection]:
        """The first rows that were kept out of a dataset."""
        query = sa.select(rejected_rows.c.row_number, rejected_rows.c.reason, rejected_rows.c.content)
        query = query.where(rejected_rows.c.dataset_id == dataset_id).order_by(rejected_rows.c.row_number).limit(limit)
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return [Rejection(row.row_number, Message.from_text(row.reason), row.content) for row in found]


class _Load:
    """One load, inside its transaction."""

    def __init__(self, connection: sa.Connection, database: Database, is_sample: bool, progress: Progress) -> None:
        self._connection, self._is_sample, self._progress = connection, is_sample, progress
        if not database.is_sqlite:
            # As SQLite does by itself: a second load waits here and then sees what the first has stored.
            connection.exec_driver_sql("LOCK TABLE datasets IN SHARE ROW EXCLUSIVE MODE")
        self._changed = False
        self._notes: list[Message] = []

    def run(self, parts: Sequence[_Part], *, replace: bool) -> Loaded:
        in_use = not (self._is_sample and not replace and self._has_real_listings())
        if not in_use:
            self._notes.append(Message("The sample was set aside, for real listings are in use."))
        ids = [self._store_once(part, active=in_use) for part in parts]
        if replace or not self._is_sample:
            self._set_aside(ids, samples_only=not replace)
        rows = {row.id: row for row in self._connection.execute(sa.select(datasets).where(datasets.c.id.in_(ids)))}
        return Loaded([_dataset(rows[key]) for key in ids], self._changed, self._notes)

    def _has_real_listings(self) -> bool:
        query = sa.select(sa.exists().where(datasets.c.active, ~datasets.c.is_sample))
        return bool(self._connection.scalar(query))

    def _store_once(self, part: _Part, *, active: bool) -> int:
        query = sa.select(datasets.c.id, datasets.c.active).where(datasets.c.fingerprint == part.fingerprint)
        known = self._connection.execute(query).one_or_none()
        if known is None:
            self._changed = True
            same_core = self._with_core(part)
            return self._store(part, active=active) if same_core is None else self._fill_in(same_core, part)
        if active and not known.active:
            self._connection.execute(sa.update(datasets).where(datasets.c.id == known.id).values(active=True))
            self._changed = True
            template = marked("{file} was stored before as dataset {dataset}: it is in use again.")
        else:
            template = marked("{file} is stored already as dataset {dataset}: nothing new in it.")
        self._notes.append(Message(template, file=part.rows.file_name, dataset=known.id))
        return int(known.id)

    def _with_core(self, part: _Part) -> int | None:
        """The dataset in use that has the very same listings, but declares other columns beside them."""
        query = sa.select(datasets.c.id).where(datasets.c.core == part.core, datasets.c.active)
        return self._connection.scalar(query.order_by(datasets.c.id.desc()).limit(1))

    def _fill_in(self, key: int, part: _Part) -> int:
        """Take over what a file declares beside listings that are stored already: decisions on them stay."""
        if part.fingerprint == part.core:
            template = marked("{file} is stored already as dataset {dataset}: nothing new in it.")
            self._changed = False
        else:
            ids = list(
                self._connection.scalars(
                    sa.select(raw_data.c.id).where(raw_data.c.dataset_id == key).order_by(raw_data.c.id)
                )
            )
            beside = Beside(self._connection)
            done = 0
            for batch in pq.ParquetFile(part.spool).iter_batches(50_000, columns=[DECLARED]):
                beside.put(ids[done : done + batch.num_rows], batch[DECLARED])
                done += batch.num_rows
            beside.take_over()
            change = sa.update(datasets).where(datasets.c.id == key).values(fingerprint=part.fingerprint)
            self._connection.execute(change)
            template = marked("{file}: the listings are those of dataset {dataset}; what you declare was filled in.")
        self._notes.append(Message(template, file=part.rows.file_name, dataset=key))
        return key

    def _store(self, part: _Part, *, active: bool) -> int:
        accepted, train = part.rows.accepted, part.train_rows
        values = {
            "fingerprint": part.fingerprint,
            "core": part.core,
            "file_name": part.rows.file_name,
            "rows": accepted,
            "train_rows": train,
            "test_rows": accepted - train,
            "rejected_rows": part.rows.rejected,
            "is_sample": self._is_sample,
            "active": active,
            "notes": [note.to_json() for note in part.rows.notes],
            "created_at": utcnow(),
        }
        key = int(self._connection.execute(sa.insert(datasets).values(values).returning(datasets.c.id)).scalar_one())
        done = 0
        for batch in pq.ParquetFile(part.spool).iter_batches(50_000):
            copy_in(self._connection, raw_data, batch, {"dataset_id": key})
            done += batch.num_rows
            self._progress(Message("Storing the rows …"), done / accepted)
        for some in _in_groups(part.rows.each_rejection(), _REJECTIONS_AT_ONCE):
            found = [_rejected(key, each) for each in some]
            self._connection.execute(sa.insert(rejected_rows), found)
        return key

    def _set_aside(self, keep: Sequence[int], *, samples_only: bool) -> None:
        change = sa.update(datasets).where(datasets.c.active, datasets.c.id.not_in(keep)).values(active=False)
        if samples_only:
            change = change.where(datasets.c.is_sample)
        names = list(self._connection.scalars(change.returning(datasets.c.file_name)))
        if names:
            self._changed = True
            told = Message(
                "The shipped sample was set aside ({files:list}): kept, but no longer used."
                if samples_only
                else "All former listings were set aside ({files:list}): kept, but no longer used.",
                files=sorted(names),
            )
            self._notes.append(told)


def _spool(part: CheckedRows, path: Path, declared: Roles) -> _Part:
    fingerprint, train_rows = Fingerprint(_CHECKED), 0
    with pq.ParquetWriter(path, _SPOOLED, compression="lz4") as writer:
        for frame in part:
            whole = frame.assign(**{DECLARED: pd.Series(packed(frame, declared), index=frame.index, dtype="str")})
            batch = pa.RecordBatch.from_pandas(whole, schema=_SPOOLED, preserve_index=False)
            fingerprint.add(batch.select(_CHECKED.names))
            train_rows += int(frame["is_train"].sum())
            writer.write_batch(batch)
    part.require_rows()
    return _Part(part, path, fingerprint.hexdigest(), fingerprint.hexdigest(core=True), train_rows)


def _rejected(dataset: int, kept_out: Rejection) -> dict[str, object]:
    row, reason = kept_out.row, kept_out.reason.to_text()
    return {"dataset_id": dataset, "row_number": row, "reason": reason, "content": kept_out.content}


def _in_groups(rejections: Iterable[Rejection], size: int) -> Iterator[list[Rejection]]:
    iterator = iter(rejections)
    while some := list(itertools.islice(iterator, size)):
        yield some


def _active_ids() -> sa.Select[tuple[int]]:
    return sa.select(datasets.c.id).where(datasets.c.active)


def _dataset(row: sa.Row[*tuple[object, ...]]) -> Dataset:
    kept = {name: value for name, value in row._mapping.items() if name != "core"}
    return Dataset(**{**kept, "notes": [Message.from_json(note) for note in row.notes]})
