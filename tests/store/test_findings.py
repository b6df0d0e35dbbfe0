"""Findings and estimates are made once for the same listings, and read from then on; on both databases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core import AVM, Actor, Message, say
from pricing_core.listings import integrity
from pricing_core.listings.inspections import Inspections
from pricing_core.nouns import Finding
from pricing_core.settings import load_settings
from pricing_core.store import Store
from tests.factories import listings
from tests.listings.test_decisions import Rows

IDS = np.array([10, 20, 30])
NOTHING = np.full(3, np.nan)
ODD = 'it\'s, "odd"\n100 % ñ \\ 🏠'


def test_findings_come_back_as_they_were_stored(store: Store) -> None:
    found = [
        Finding(
            1, "price_per_area", "error", Message.verbatim(ODD), {"price": 33.456789012345678, "sector": ODD}, "price"
        ),
        Finding(0, "duplicate", "warning", Message(""), None),
        Finding(2, "sector_spelling", "warning", Message("a"), "5200", "sector"),
        Finding(2, "price_factor_of_ten", "error", Message("b"), 0.1 + 0.2, "price"),
    ]
    store.findings.store("f", "m² UF", IDS, found, NOTHING, NOTHING)
    frame = store.findings.frame()
    assert frame["listing_id"].tolist() == [20, 10, 30, 30]
    assert [Message.from_text(text) for text in frame["message"]] == [finding.message for finding in found]
    for name in ("check", "severity"):
        assert frame[name].tolist() == [getattr(finding, name) for finding in found]
    assert frame["suggestion"].tolist() == [finding.suggestion for finding in found]
    assert frame["column"].where(frame["column"].notna(), None).tolist()[0] == "price"
    assert frame["column"].isna().tolist() == [False, True, False, False]
    assert store.findings.listings_with("error").tolist() == [20, 30]


def test_estimates_come_back_exactly_and_unknown_ones_are_left_out(store: Store) -> None:
    estimate, residual = np.array([0.1 + 0.2, np.nan, 1e300]), np.array([-0.1, np.nan, np.nan])
    store.findings.store("f", "m² UF", IDS, [], estimate, residual)
    frame = store.findings.estimates()
    assert frame["listing_id"].tolist() == [10, 30]
    assert frame["estimate"].tolist() == [0.1 + 0.2, 1e300]
    assert frame["residual"].isna().tolist() == [False, True]


def test_a_new_inspection_replaces_the_old_one(store: Store) -> None:
    store.findings.store("old", "m² UF", IDS, [Finding(0, "duplicate", "error", Message("x"))], np.ones(3), np.ones(3))
    store.findings.store("new", "m² UF", IDS, [], NOTHING, NOTHING)
    assert store.findings.frame().empty
    assert store.findings.estimates().empty
    assert store.findings.made_for("new", "m² UF")
    assert not store.findings.made_for("old", "m² UF")
    assert not store.findings.made_for("new", "ft² UF")


def test_the_same_listings_are_inspected_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    inspect = integrity.inspect
    monkeypatch.setattr(integrity, "inspect", lambda *a, **k: calls.append(1) or inspect(*a, **k))
    store.listings.load([Rows(listings(50))])
    for settings in (load_settings(), load_settings(), load_settings(AREA_UNIT="ft²")):
        Inspections(settings, store).bring_up_to_date()
    assert len(calls) == 2
    store.listings.load([Rows(listings(50, seed=3), "more.csv")])
    Inspections(load_settings(AREA_UNIT="ft²"), store).bring_up_to_date()
    assert len(calls) == 3


def test_an_ingest_leaves_findings_that_are_only_read_afterwards(
    avm: AVM, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = listings(80)
    frame.loc[7, "price"] *= 100
    frame.to_csv(tmp_path / "listings.csv", index=False)
    stages: list[Message] = []
    avm.listings.ingest(tmp_path / "listings.csv", actor=admin, progress=lambda stage, _done: stages.append(stage))
    assert Message("Checking the rows …") in stages
    monkeypatch.delattr(integrity, "inspect")
    found = avm.listings.findings()
    told = ["listing_id", "check", "severity", "column", "message", "suggestion", "settled"]
    assert list(found.columns) == told
    assert found.query("severity == 'error'")["listing_id"].tolist() == [8]
    avm.reviews.settle([8], "keep", reason="a castle", actor=admin)
    assert avm.listings.findings().query("listing_id == 8")["settled"].all()
    assert list(avm.listings.estimates().columns) == ["listing_id", "estimate", "residual"]


def test_stored_findings_name_other_listings_by_their_numbers(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    frame = listings(80)
    pd.concat([frame, frame.iloc[[9]]]).to_csv(tmp_path / "listings.csv", index=False)
    avm.listings.ingest(tmp_path / "listings.csv", actor=admin)
    (twin,) = avm.listings.findings().query("check == 'duplicate'").to_dict(orient="records")
    message = Message.from_text(twin["message"])
    assert (twin["listing_id"], "same as listing 10 in" in say(message, "en")) == (81, True)
    assert "lo mismo que la publicación 10 en" in say(message, "es")


def test_progress_of_an_ingest_never_goes_back_and_ends_at_one(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    for name in ("train", "test"):
        listings(80, seed=len(name)).to_csv(tmp_path / f"{name}.csv", index=False)
    told: list[float] = []
    avm.listings.ingest(
        tmp_path / "train.csv", test=tmp_path / "test.csv", actor=admin, progress=lambda _stage, done: told.append(done)
    )
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


def test_findings_lost_in_a_crash_are_made_when_they_are_asked_for(avm: AVM, admin: Actor) -> None:
    frame = listings(80)
    frame.loc[7, "price"] *= 100
    avm.store.listings.load([Rows(frame)])
    assert 8 in avm.listings.findings()["listing_id"].tolist()


def test_replacing_listings_says_whose_reviews_no_longer_act(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    for number in (1, 2):
        listings(80, seed=number).to_csv(tmp_path / f"{number}.csv", index=False)
    avm.listings.ingest(tmp_path / "1.csv", actor=admin)
    avm.reviews.settle([1, 2], "exclude", reason="not a home", actor=admin)
    report = avm.listings.ingest(tmp_path / "2.csv", replace=True, actor=admin)
    assert any("2 settled listings were set aside" in str(note) for note in report.notes)
