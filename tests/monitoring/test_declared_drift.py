"""Drift in the columns that a client declares, as far as the champion uses them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core import Version
from pricing_core.nouns.schema import FEATURES
from pricing_core.store import Store, utcnow
from pricing_core.versions.training_profile import describe_reference
from tests.declared import COLUMNS, declaration
from tests.factories import listings
from tests.monitoring.watching import Flat, logged, watch_over

USED = ("year_built", "pool", "view", "finished")
MORE = COLUMNS + "  - {name: finished, role: date}\n"


@pytest.fixture
def declared(tmp_path: Path) -> Path:
    declaration(tmp_path, MORE)
    return tmp_path / "columns.yaml"


def homes(rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return listings(rows, seed=seed).assign(
        year_built=random.integers(1950, 2020, rows).astype(float),
        pool=random.random(rows) < 0.5,
        view=np.array(["park", "street", "sea"])[random.integers(0, 3, rows)],
        finished=pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 365, rows), unit="D"),
    )


def champion(store: Store, columns: Path) -> None:
    roles = {name: role for name, role in declaration(columns.parent, MORE).roles.items() if name in USED}
    manifest = {
        "categories": {"type": ["casa"], "sector": ["North"]},
        "reference": describe_reference(Flat(), homes(1_000, 9)[[*FEATURES, *USED]], roles),
        "declared": roles,
    }
    store.versions.add(Version(1, "r", "declared", "f1", "file:///m", "0" * 64, manifest, {}, utcnow()))
    store.versions.promote(1, promoted_by="ana", reason="first")


def asked(store: Store, frame: pd.DataFrame) -> None:
    rows = logged(frame)
    plain = frame[list(USED)].assign(finished=frame["finished"].dt.strftime("%Y-%m-%d")).astype(object)
    for row, beside in zip(rows, plain.where(plain.notna(), None).to_dict("records"), strict=True):
        row.subject.update({str(name): value for name, value in beside.items() if value is not None})
    store.predictions.add(rows)


def test_homes_as_in_training_have_not_moved(store: Store, declared: Path) -> None:
    champion(store, declared)
    asked(store, homes(200, 3))
    found = {row.feature: row for row in watch_over(store, COLUMNS_FILE=declared).drift().rows}
    assert set(USED) <= set(found)
    assert {found[name].verdict for name in USED} == {"same"}
    assert found["pool"].bins == ["no", "yes"]
    assert found["finished"].bins[0].startswith("2024-01-0")


def test_what_moved_is_found_by_its_name_and_alarms(store: Store, declared: Path) -> None:
    champion(store, declared)
    newer = homes(200, 3).assign(pool=True, view="sea", year_built=2018.0)
    asked(store, newer.assign(finished=newer["finished"] + pd.Timedelta(days=365)))
    watch = watch_over(store, COLUMNS_FILE=declared)
    assert {row.feature for row in watch.drift().rows if row.verdict == "strong"} == set(USED)
    (alert,) = [alert for alert in watch.evaluate_alerts() if alert.rule == "drift"]
    assert "year built (PSI" in str(alert.sentence)


def test_homes_that_differ_in_a_declared_column_alone_are_different_homes(store: Store, declared: Path) -> None:
    champion(store, declared)
    one = homes(1, 3)
    asked(
        store, pd.concat([one.assign(year_built=1950.0 + each) for each in range(3)] + [one.assign(year_built=1950.0)])
    )
    assert watch_over(store, COLUMNS_FILE=declared).drift().homes == 3


def test_a_column_that_is_declared_no_longer_is_not_measured(store: Store, declared: Path) -> None:
    champion(store, declared)
    asked(store, homes(200, 3))
    declared.write_text("columns: [{name: pool, role: yes/no}]", encoding="utf-8")
    found = {row.feature for row in watch_over(store, COLUMNS_FILE=declared).drift().rows}
    assert "pool" in found
    assert not found & {"year_built", "view", "finished"}


def test_new_listings_are_compared_too(store: Store, declared: Path) -> None:
    champion(store, declared)
    found = watch_over(store, COLUMNS_FILE=declared).listing_drift()
    assert {row.feature: row.verdict for row in found.rows}["view"] == "few"
