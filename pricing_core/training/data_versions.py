"""Versions of data: which rows each training saw, how two of them differ, and the rows themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from pricing_core.errors import InputError, NotFoundError
from pricing_core.listings.export import csv_bytes
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import DataVersion, Json
from pricing_core.settings import Settings
from pricing_core.store import Store, utcnow
from pricing_core.training import fitting
from pricing_core.training.recipes import Recipe
from pricing_core.training.snapshots import read_snapshot, split, write_snapshot
from pricing_core.whole_file import whole_file

_PREFIX: Final = re.compile(r"[0-9a-f]{4,64}")
_NUMBER: Final = re.compile(r"v([0-9]{1,9})")


class DataHistory:
    """Keeps the rows of trainings and brings them back.

    A data version is named by its fingerprint, by the first four or more characters of it, or by the version of the
    model that was trained on it, such as ``v3``.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def keep(self, train: pd.DataFrame, test: pd.DataFrame, counts: dict[str, int]) -> DataVersion:
        """Keep the rows of a training, with ``rows_excluded`` and so on as the pipeline counted them."""
        snapshot = write_snapshot(self._settings.DATA_DIR, train, test, self._settings.columns.roles)
        version = DataVersion(
            fingerprint=snapshot.fingerprint,
            created_at=utcnow(),
            rows=len(train) + len(test),
            train_rows=len(train),
            test_rows=len(test),
            excluded=counts["rows_excluded"],
            corrected=counts["rows_corrected"],
            left_out=counts["rows_unreviewed_errors_left_out"],
            path=snapshot.path,
            sha256=snapshot.sha256,
        )
        self._store.data_versions.put(version)
        return version

    def list(self) -> list[DataVersion]:
        """Every data version, the newest first."""
        return self._store.data_versions.all()

    def get(self, name: str) -> DataVersion:
        """One data version by its name.

        Raises
        ------
        InputError
            When the name is none, or fits several.
        NotFoundError
            When it fits none.
        """
        wanted = str(name).strip().lower()
        number = _NUMBER.fullmatch(wanted)
        if number is not None:
            return self._of_model(int(number[1]))
        if not _PREFIX.fullmatch(wanted):
            raise InputError(
                "{name:quoted} names no data version: give 4 or more characters of one, or v3.", name=wanted
            )
        found = [version for version in self.list() if version.fingerprint.startswith(wanted)]
        if len(found) > 1:
            raise InputError(
                "{name:quoted} fits {count:integer} data versions: give more of its characters.",
                name=wanted,
                count=len(found),
            )
        if not found:
            raise NotFoundError("There is no data version {name:quoted}: see `tasador data list`.", name=wanted)
        return found[0]

    def _of_model(self, number: int) -> DataVersion:
        model = self._store.versions.get(number)
        if model is None:
            raise NotFoundError("There is no version {version}: see `tasador runs`.", version=number)
        found = self._store.data_versions.get(str(model.manifest.get("data_version", "")))
        if found is None:
            raise NotFoundError("Version {version} was trained before the rows of trainings were kept.", version=number)
        return found

    def rows(self, name: str) -> pd.DataFrame:
        """The rows exactly as the training saw them: ``id``, the listing columns, ``is_train`` and what was declared.

        Raises
        ------
        ArtifactError
            When the file of the rows is missing or damaged.
        """
        return read_snapshot(self._settings.DATA_DIR, self.get(name))

    def refit(self, name: str, recipe: Recipe) -> ValuationModel:
        """Train a recipe on the rows of a data version; nothing is registered.

        With the recipe and the libraries of a version it gives that version's values to the last digit.
        """
        train, _ = split(self.rows(name))
        return fitting.fit(recipe, train, self._settings.TRAINING_THREADS)

    def diff(self, a: str, b: str, limit: int = 20) -> Json:
        """What changed from one data version to another.

        Returns
        -------
        dict
            ``a`` and ``b``, the number of rows ``added``, ``removed`` and ``changed``, the number of changes by column
            (``columns``), and the first of each in ``first``. Rows are the same where their listing is.
        """
        versions = [self.get(a), self.get(b)]
        old, new = (read_snapshot(self._settings.DATA_DIR, version).set_index("id") for version in versions)
        both = old.index.intersection(new.index)
        changes = _changes(old.loc[both], new.loc[both])
        added, removed = new.drop(index=both), old.drop(index=both)
        parts = {"added": added, "removed": removed}
        first = {name: _records(part.head(limit).reset_index()) for name, part in parts.items()}
        return {
            "a": versions[0].fingerprint,
            "b": versions[1].fingerprint,
            "added": len(added),
            "removed": len(removed),
            "changed": int(changes["id"].nunique()),
            "columns": {str(name): int(number) for name, number in changes["column"].value_counts().items()},
            "first": first | {"changed": _records(changes.head(limit))},
        }

    def export(self, name: str, out: Path) -> Json:
        """Write the rows of a data version to a CSV or Parquet file.

        Raises
        ------
        InputError
            For another kind of file, or one that cannot be written.
        """
        kind = out.suffix.lower()
        if kind not in (".csv", ".parquet"):
            raise InputError(
                "{file:quoted} is neither .csv nor .parquet: name a file that ends in one of them.", file=out.name
            )
        version, rows = self.get(name), self.rows(name)
        try:
            with whole_file(out) as temporary:
                if kind == ".csv":
                    temporary.write_bytes(csv_bytes(rows))
                else:
                    rows.to_parquet(temporary, index=False)
        except OSError as error:
            raise InputError("{file} cannot be written: {problem}.", file=out, problem=error.strerror) from None
        return {"fingerprint": version.fingerprint, "rows": len(rows), "out": str(out)}


def _changes(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Every cell that differs, of rows in the same order: ``id``, ``column``, ``before``, ``after``; by id."""
    parts = []
    # A column that one of them did not have yet was empty then.
    names = list(dict.fromkeys((*old.columns, *new.columns)))
    old, new = (side.reindex(columns=names) for side in (old, new))
    for name in names:
        differs = ~((old[name] == new[name]) | (old[name].isna() & new[name].isna())).to_numpy(dtype=bool)
        before, after = (side[name].to_numpy(dtype=object)[differs] for side in (old, new))
        cells = {"before": before, "after": after}
        parts.append(pd.DataFrame({"id": old.index[differs], "column": name, **cells}, dtype=object))
    return pd.concat(parts, ignore_index=True).sort_values("id", kind="stable")


def _records(frame: pd.DataFrame) -> list[Json]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict(orient="records")]


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN
