"""The main path through the one object that doors hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core import AVM, Actor
from pricing_core.errors import (
    AccessError,
    ConflictError,
    InputError,
    ListingsError,
    NoChampionError,
    NotFoundError,
    RecipeError,
    StorageError,
    SubjectError,
)
from tests.conftest import TrainedHome, make_settings, model_file
from tests.factories import quick_recipe

AGENT = Actor("ana", "agent", "dashboard")
SUBJECT: dict[str, object] = {
    "type": "departamento",
    "sector": "Providencia",
    "net_usable_area": 72,
    "net_area": 80,
    "n_rooms": 2,
    "n_bathroom": 2,
    "latitude": -33.43,
    "longitude": -70.61,
}


@pytest.fixture
def poor(tmp_path: Path) -> str:
    """A recipe that knows next to nothing."""
    return quick_recipe(tmp_path, 3)


@pytest.fixture
def better(tmp_path: Path) -> str:
    """A recipe that beats it clearly."""
    return quick_recipe(tmp_path, 60)


@pytest.fixture
def ready(tmp_path: Path, mlflow_template: Path, sample_files: tuple[Path, Path], admin: Actor) -> Iterator[AVM]:
    """An installation of its own with listings, for tests that change things."""
    avm = AVM(make_settings(tmp_path, mlflow_template, AUTO_PROMOTE="when_passed")).start()
    avm.listings.ingest(sample_files[0], test=sample_files[1], actor=admin)
    yield avm
    avm.close()


def test_a_value_is_in_the_log_before_it_is_given(trained_home: TrainedHome) -> None:
    avm = trained_home.avm
    valuation = avm.value(SUBJECT, actor=AGENT)
    logged = avm.log.find(limit=1)[0]
    assert (logged.id, logged.value, logged.version) == (valuation.log_id, valuation.value, valuation.version)
    assert (logged.requested_by, logged.source) == ("ana", "dashboard")
    assert logged.subject == SUBJECT
    assert logged.milliseconds > 0


def test_no_value_is_given_when_the_log_cannot_be_written(
    trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_rows: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(trained_home.avm.store.predictions, "add", fail)
    with pytest.raises(StorageError, match="full"):
        trained_home.avm.value(SUBJECT, actor=AGENT)


def test_the_same_subject_gets_the_same_value(trained_home: TrainedHome) -> None:
    values = {trained_home.avm.value(SUBJECT, actor=AGENT).value for _ in range(3)}
    assert len(values) == 1


def test_values_lie_near_the_prices_of_the_sample(trained_home: TrainedHome) -> None:
    listings = trained_home.avm.listings.frame()
    clean = listings.dropna().query("net_usable_area > 20 and 500 < price < 50_000").head(40)
    errors = []
    for row in clean.to_dict(orient="records"):
        value = trained_home.avm.value({name: row[name] for name in SUBJECT}, actor=AGENT).value
        errors.append(abs(value / row["price"] - 1))
    assert np.median(errors) < 0.25


def test_an_unknown_sector_and_filled_numbers_are_said(trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(SUBJECT | {"sector": "Atlantis", "n_rooms": None}, actor=AGENT)
    assert any("Atlantis" in str(note) for note in valuation.notes)
    assert any("rooms" in str(note) for note in valuation.notes)
    assert valuation.confidence != "high"


def test_a_known_and_complete_subject_gets_no_notes(trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(SUBJECT, actor=AGENT)
    assert valuation.notes == []
    assert valuation.confidence == "high"


def test_a_valuation_carries_ranges_drivers_and_comparables(trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(SUBJECT, actor=AGENT)
    low, high = valuation.ranges["90"]
    amounts = [driver["amount"] for driver in valuation.drivers]
    assert low < valuation.ranges["50"][0] <= valuation.value <= valuation.ranges["50"][1] < high
    assert valuation.reference_value is not None
    assert round(valuation.reference_value + sum(amounts), 2) == valuation.value
    assert len(valuation.comparables) == 6
    assert valuation.second_opinion is not None


def test_the_log_keeps_the_whole_answer(trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(SUBJECT, actor=AGENT)
    detail = trained_home.avm.log.find(limit=1)[0].detail
    for name in ("ranges", "confidence", "drivers", "comparables", "second_opinion", "reference_value", "notes"):
        assert detail[name] == valuation.to_dict()[name]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"latitude": -36.5, "longitude": -80.0}, "from the nearest listing"),
        ({"latitude": -70.61, "longitude": -33.43}, "exchanged"),
        ({"latitude": 33.43, "longitude": 70.61}, "did you mean"),
    ],
    ids=["in the sea", "swapped", "signs lost"],
)
def test_a_hopeless_place_is_refused_with_the_reason(
    trained_home: TrainedHome, place: dict[str, object], message: str
) -> None:
    with pytest.raises(SubjectError, match=message):
        trained_home.avm.value(SUBJECT | place, actor=AGENT)


def test_replaying_a_logged_value_on_its_own_version_gives_it_exactly(trained_home: TrainedHome) -> None:
    valuation = trained_home.avm.value(SUBJECT, actor=AGENT)
    change = trained_home.avm.log.explain_change(valuation.log_id)
    assert change.replayed_value == valuation.value
    assert change.present_value == valuation.value
    assert change.by_model == 0
    assert change.by_data == 0


def test_what_changed_since_a_value_adds_up(ready: AVM, admin: Actor, poor: str, better: str) -> None:
    ready.versions.train(poor, actor=admin)
    old = ready.value(SUBJECT, actor=AGENT)
    ready.versions.train(better, actor=admin)
    change = ready.log.explain_change(old.log_id)
    new = ready.value(SUBJECT, actor=AGENT)
    assert (change.logged_value, change.replayed_value, change.present_value) == (old.value, old.value, new.value)
    assert round(change.by_model + change.by_data, 2) == round(new.value - old.value, 2)
    assert change.by_data == 0  # the rows were the same
    with pytest.raises(NotFoundError, match="no logged"):
        ready.log.explain_change("nothing")


def test_what_changed_is_told_apart_by_any_version_in_between_that_loads(
    ready: AVM, admin: Actor, poor: str, better: str, sample_files: tuple[Path, Path], tmp_path: Path
) -> None:
    ready.versions.train(poor, actor=admin)
    old = ready.value(SUBJECT, actor=AGENT)
    between = ready.versions.train(better, actor=admin).version
    pd.read_csv(sample_files[0]).head(400).to_csv(tmp_path / "fewer.csv", index=False)
    ready.listings.ingest(tmp_path / "fewer.csv", actor=admin, replace=True)
    newest = ready.versions.train(better, actor=admin).version
    if newest != ready.versions.model_info()["version"]:
        ready.versions.promote(newest, actor=admin, override="a test")
    kept = ready.store.versions.get(between)
    assert kept is not None
    # As after an upgrade: a version of the same rows and recipe that this release cannot load.
    ready.store.versions.add(replace(kept, version=newest + 1, model_uri="artifacts/gone", is_champion=False))
    assert ready.log.explain_change(old.log_id).separable
    file = model_file(ready, between)
    file.write_bytes(file.read_bytes()[:-50] + b"x" * 50)
    change = AVM(ready.settings).log.explain_change(old.log_id)
    assert not change.separable
    assert change.by_data == 0
    assert change.by_model == round(change.present_value - old.value, 2)
    assert "no version in between can be replayed" in str(change.message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"net_usable_area": -1}, "more than 0"),
        ({"net_usable_area": None, "net_area": None}, "No area arrived"),
        ({"latitude": 133}, "at least -90 and at most 90"),
        ({"sector": "  "}, "sector must be a name"),
        ({"n_rooms": "many"}, "n_rooms must be a number"),
        ({"n_bathroom": True}, "n_bathroom must be a number"),
        ({"price": 5}, "price is not a column"),
        ({"type": "x" * 5_000}, "1 to 120 characters"),
        ({"net_area": float("inf")}, "net_area must be a number"),
    ],
)
def test_a_subject_that_cannot_be_valued_is_refused_with_the_reason(
    trained_home: TrainedHome, change: dict[str, object], message: str
) -> None:
    before = trained_home.avm.log.count()
    with pytest.raises(SubjectError, match=message):
        trained_home.avm.value(SUBJECT | change, actor=AGENT)
    assert trained_home.avm.log.count() == before


def test_without_a_champion_the_next_step_is_named(avm: AVM) -> None:
    with pytest.raises(NoChampionError, match="Retrain page or with `tasador train`"):
        avm.value(SUBJECT, actor=AGENT)


def test_training_without_listings_says_what_to_do(avm: AVM, admin: Actor) -> None:
    with pytest.raises(ListingsError, match="tasador ingest"):
        avm.versions.train(actor=admin)


def test_training_again_does_nothing_until_something_changed(ready: AVM, admin: Actor, poor: str) -> None:
    first = ready.versions.train(poor, actor=admin)
    again = ready.versions.train(poor, actor=admin)
    assert first.trained
    assert first.promoted
    assert not again.trained
    assert again.version == first.version
    assert ready.versions.train(poor, force=True, actor=admin).version == first.version + 1


def test_a_better_version_serves_the_next_value_and_a_rollback_brings_the_old_one_back(
    ready: AVM, admin: Actor, poor: str, better: str
) -> None:
    ready.versions.train(poor, actor=admin)
    old = ready.value(SUBJECT, actor=AGENT)
    promoted = ready.versions.train(better, actor=admin).promoted
    new = ready.value(SUBJECT, actor=AGENT)
    ready.versions.rollback(actor=admin, reason="a test")
    assert promoted
    assert (old.version, new.version) == (1, 2)
    assert ready.value(SUBJECT, actor=AGENT).value == old.value


def test_a_worse_version_waits_until_a_person_overrides_the_gate(
    ready: AVM, admin: Actor, poor: str, better: str
) -> None:
    ready.versions.train(better, actor=admin)
    worse = ready.versions.train(poor, actor=admin)
    assert not worse.promoted
    assert "waits as challenger. It did not pass the gate" in str(worse.message)
    assert ready.value(SUBJECT, actor=AGENT).version == 1
    with pytest.raises(ConflictError, match="did not pass the gate"):
        ready.versions.promote(worse.version, actor=admin, reason="a test")
    assert ready.versions.promote(worse.version, actor=admin, override="a test").is_champion
    assert ready.value(SUBJECT, actor=AGENT).version == worse.version
    newest = ready.versions.ledger()[0]
    assert (str(newest.reason), newest.promoted_by, "error" in newest.overrode) == ("a test", "admin", True)


def test_another_process_sees_a_promotion_without_a_restart(ready: AVM, admin: Actor, poor: str, better: str) -> None:
    ready.versions.train(poor, actor=admin)
    other = AVM(ready.settings).start()
    assert other.value(SUBJECT, actor=AGENT).version == 1
    ready.versions.train(better, actor=admin)
    assert other.value(SUBJECT, actor=AGENT).version == 2
    other.close()


def test_roles_are_checked_behind_the_door(trained_home: TrainedHome) -> None:
    avm, agent = trained_home.avm, AGENT
    for action in (
        lambda: avm.versions.train(actor=agent),
        lambda: avm.jobs.submit("train", actor=agent),
        lambda: avm.versions.promote(1, actor=agent),
        lambda: avm.versions.rollback(actor=Actor("ana", "analyst", "dashboard")),
        lambda: avm.listings.ingest(Path("any.csv"), actor=agent),
        lambda: avm.versions.run_pipeline(actor=agent),
    ):
        with pytest.raises(AccessError, match="takes the role"):
            action()


def test_what_cannot_be_done_says_why(trained_home: TrainedHome, admin: Actor) -> None:
    avm = trained_home.avm
    with pytest.raises(ConflictError, match="champion already"):
        avm.versions.promote(1, actor=admin)
    with pytest.raises(ConflictError, match="no former champion"):
        avm.versions.rollback(actor=admin)
    with pytest.raises(NotFoundError, match="no version 99"):
        avm.versions.promote(99, actor=admin)
    with pytest.raises(InputError, match="no kind of job"):
        avm.jobs.submit("dance", actor=admin)
    with pytest.raises(RecipeError):
        avm.jobs.submit("train", recipe="no such recipe", actor=admin)


def test_a_run_carries_what_the_contract_names(trained_home: TrainedHome) -> None:
    record = trained_home.avm.versions.runs().iloc[0]
    metrics = ("root_mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error")
    for name in (*metrics, "median_absolute_percentage_error"):
        assert record[f"metrics_{name}_train"] > 0
        assert record[f"metrics_{name}_test"] > 0
    assert record["params_dataset_fingerprint"] == trained_home.avm.listings.data_version()
    assert record["tags_mlflow_runName"] == "champion"
    assert record["is_champion"]


def test_model_info_tells_what_serves(trained_home: TrainedHome) -> None:
    info = trained_home.avm.versions.model_info()
    assert info["version"] == 1
    assert info["recipe"] == "champion"
    assert info["rows"] > 400
