"""The rows of a training come back exactly, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core.errors import ArtifactError, InputError, NotFoundError, StorageError
from pricing_core.nouns import DataVersion
from pricing_core.settings import load_settings
from pricing_core.store import Store
from pricing_core.training.data_versions import DataHistory
from pricing_core.training.snapshots import split
from tests.factories import listings

COUNTS = {"rows_excluded": 3, "rows_corrected": 2, "rows_unreviewed_errors_left_out": 1}


@pytest.fixture
def rows() -> pd.DataFrame:
    frame = listings(50).assign(id=range(11, 61))
    frame.loc[0, "sector"] = None
    frame.loc[1, ["n_rooms", "latitude"]] = np.nan
    frame.loc[2, "price"] = 0.1 + 0.2
    frame.loc[3, "type"] = "Ñuñoa, «x»"
    return frame


@pytest.fixture
def history(store: Store, tmp_path: Path) -> DataHistory:
    return DataHistory(load_settings(DATA_DIR=tmp_path / "data", MODELS_DIR=tmp_path / "models"), store)


def keep(history: DataHistory, rows: pd.DataFrame, train_rows: int = 40) -> DataVersion:
    return history.keep(rows.iloc[:train_rows], rows.iloc[train_rows:], COUNTS)


def file_of(history: DataHistory, version: DataVersion) -> Path:
    return Path(history._settings.DATA_DIR) / version.path


def test_rows_come_back_exactly(history: DataHistory, rows: pd.DataFrame) -> None:
    version = keep(history, rows)
    train, test = split(history.rows(version.fingerprint))
    pd.testing.assert_frame_equal(pd.concat([train, test], ignore_index=True)[rows.columns], rows, check_exact=True)
    assert (len(train), len(test), version.train_rows, version.test_rows) == (40, 10, 40, 10)
    assert (version.excluded, version.corrected, version.left_out) == (3, 2, 1)


def test_equal_rows_share_one_file_and_one_record(history: DataHistory, rows: pd.DataFrame) -> None:
    first = keep(history, rows)
    written = file_of(history, first).stat().st_ino
    assert keep(history, rows.copy()).fingerprint == first.fingerprint
    assert file_of(history, first).stat().st_ino == written
    assert [version.created_at for version in history.list()] == [first.created_at]


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.assign(price=frame["price"] + [1e-9, *[0.0] * 49]),
        lambda frame: frame.assign(id=frame["id"] + 1),
        lambda frame: frame.iloc[::-1],
        lambda frame: frame.iloc[1:],
        lambda frame: frame.assign(sector=frame["sector"].fillna("")),
    ],
    ids=["a digit", "other listings", "another order", "a row less", "empty and missing"],
)
def test_other_rows_have_another_name(history: DataHistory, rows: pd.DataFrame, change) -> None:  # type: ignore[no-untyped-def]
    assert keep(history, rows).fingerprint != keep(history, change(rows)).fingerprint
    assert len(history.list()) == 2


def test_the_same_rows_split_otherwise_have_another_name(history: DataHistory, rows: pd.DataFrame) -> None:
    assert keep(history, rows, 40).fingerprint != keep(history, rows, 30).fingerprint


@pytest.mark.parametrize(
    "damage",
    [lambda path: path.write_bytes(path.read_bytes()[:-7] + b"garbage"), lambda path: path.write_bytes(b"")],
    ids=["changed", "emptied"],
)
def test_damaged_rows_are_refused_and_mended_by_the_next_training(history, rows, damage) -> None:  # type: ignore[no-untyped-def]
    version = keep(history, rows)
    damage(file_of(history, version))
    with pytest.raises(ArtifactError, match="are damaged"):
        history.rows(version.fingerprint)
    keep(history, rows)
    assert len(history.rows(version.fingerprint)) == 50


def test_missing_rows_are_said(history: DataHistory, rows: pd.DataFrame) -> None:
    version = keep(history, rows)
    file_of(history, version).unlink()
    with pytest.raises(ArtifactError, match=r"cannot be read \(No such file"):
        history.diff(version.fingerprint, version.fingerprint)


def test_a_folder_that_cannot_be_written_is_said(history: DataHistory, rows: pd.DataFrame) -> None:
    data_dir = Path(history._settings.DATA_DIR)
    data_dir.mkdir()
    (data_dir / "snapshots").write_text("a file where a folder belongs")
    with pytest.raises(StorageError, match="cannot be written"):
        keep(history, rows)
    assert history.list() == []


def test_a_diff_names_rows_that_came_went_and_changed_with_their_columns(
    history: DataHistory, rows: pd.DataFrame
) -> None:
    later = rows.iloc[2:].copy()
    later.loc[5, ["price", "sector"]] = [99.0, None]
    later.loc[6, "price"] = 98.0
    later = pd.concat([later, rows.iloc[[4]].assign(id=900)], ignore_index=True)
    a, b = keep(history, rows, 40).fingerprint, keep(history, later, 38).fingerprint
    found = history.diff(a, b, limit=2)
    assert (found["added"], found["removed"], found["changed"]) == (1, 2, 2)
    assert found["columns"] == {"price": 2, "sector": 1}
    assert [row["id"] for row in found["first"]["removed"]] == [11, 12]
    assert found["first"]["removed"][0]["sector"] is None
    assert found["first"]["added"][0]["id"] == 900
    assert {change["id"] for change in found["first"]["changed"]} == {16}
    assert found["first"]["changed"][0] == {"id": 16, "column": "sector", "before": rows["sector"][5], "after": None}


def test_a_diff_with_itself_is_empty_also_where_cells_are(history: DataHistory, rows: pd.DataFrame) -> None:
    name = keep(history, rows).fingerprint
    found = history.diff(name, name)
    assert (found["added"], found["removed"], found["changed"], found["columns"]) == (0, 0, 0, {})


def test_a_prefix_names_a_version_unless_it_fits_several(history: DataHistory, rows: pd.DataFrame) -> None:
    version = keep(history, rows)
    assert history.get(version.fingerprint[:6].upper()) == version
    for name, error in (("zz", InputError), ("abc", InputError), ("../x", InputError), ("v7", NotFoundError)):
        with pytest.raises(error):
            history.get(name)
    with pytest.raises(NotFoundError, match="tasador data list"):
        history.get("0" * 64)


def test_rows_are_exported_to_the_file_that_is_named(history: DataHistory, rows: pd.DataFrame, tmp_path: Path) -> None:
    name = keep(history, rows).fingerprint
    assert history.export(name, tmp_path / "rows.parquet")["rows"] == 50
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "rows.parquet"), history.rows(name))
    history.export(name, tmp_path / "rows.csv")
    assert pd.read_csv(tmp_path / "rows.csv")["price"].tolist() == rows["price"].tolist()
    for out, message in (("rows.xlsx", "neither .csv nor .parquet"), ("nowhere/rows.csv", "cannot be written")):
        with pytest.raises(InputError, match=message):
            history.export(name, tmp_path / out)
