"""What serves while versions are promoted, damaged and rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from pricing_core import AVM, Actor, Version
from pricing_core.errors import ArtifactError, ConflictError
from pricing_core.nouns.declared import CORE_ALONE
from pricing_core.versions.serving import COOL_DOWN_SECONDS, LoadedVersion, Predictor
from tests.conftest import make_settings, model_file

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


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, mlflow_template: Path, sample_files: tuple[Path, Path], admin: Actor
) -> Iterator[AVM]:
    avm = AVM(make_settings(tmp_path_factory.mktemp("three"), mlflow_template)).start()
    avm.listings.ingest(sample_files[0], test=sample_files[1], actor=admin)
    for recipe in ("champion", "original", "revised"):
        number = avm.versions.train(recipe, actor=admin).version
        if number > 1:
            avm.versions.promote(number, actor=admin, override="a test")
    yield avm
    avm.close()


@pytest.fixture
def three(home: AVM) -> Iterator[AVM]:
    """An installation whose champion is version 3; versions 1 and 2 were it before. They share no recipe."""
    kept = {number: model_file(home, number).read_bytes() for number in (1, 2, 3)}
    avm = AVM(home.settings)
    yield avm
    avm.close()
    for number, content in kept.items():
        model_file(home, number).write_bytes(content)
    with home.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM promotions WHERE id > 3")


def damage(avm: AVM, number: int) -> None:
    path = model_file(avm, number)
    path.write_bytes(path.read_bytes()[:-50] + b"x" * 50)


def fresh(avm: AVM) -> AVM:
    """The same installation as another process sees it: nothing is in memory yet."""
    return AVM(avm.settings)


def test_a_damaged_champion_is_stood_in_for_and_that_is_said(three: AVM) -> None:
    damage(three, 3)
    avm = fresh(three)
    valuation = avm.value(SUBJECT, actor=AGENT)
    assert valuation.version == 2
    assert str(valuation.notes[0]) == "Version 3, the champion, cannot be loaded, so version 2 stands in for it."
    info = avm.versions.model_info()
    assert (info["version"], info["stands_in_for"], info["is_champion"]) == (2, 3, False)
    stand_in = avm.versions.stand_in()
    assert stand_in is not None
    assert "content has changed" in str(stand_in["problem"])


def test_where_the_former_champion_is_gone_too_the_one_before_it_stands_in(three: AVM) -> None:
    model_file(three, 3).unlink()
    damage(three, 2)
    assert fresh(three).value(SUBJECT, actor=AGENT).version == 1


def test_where_nothing_can_be_loaded_the_error_names_them_all(three: AVM) -> None:
    for number in (1, 2, 3):
        damage(three, number)
    avm = fresh(three)
    for _ in range(2):
        with pytest.raises(ArtifactError, match=r"former champions \(2 and 1\) can stand in"):
            avm.value(SUBJECT, actor=AGENT)


def test_a_rollback_works_with_a_damaged_newest_version(three: AVM, admin: Actor) -> None:
    damage(three, 3)
    avm = fresh(three)
    assert avm.versions.rollback(actor=admin).version == 2
    valuation = avm.value(SUBJECT, actor=AGENT)
    assert valuation.version == 2
    assert not any("stands in" in str(note) for note in valuation.notes)
    assert avm.versions.stand_in() is None


def test_a_rollback_passes_over_a_damaged_version_and_says_so(three: AVM, admin: Actor) -> None:
    damage(three, 2)
    assert three.versions.rollback(actor=admin, reason="Too dear.").version == 1
    assert str(three.versions.ledger()[0].reason) == "Too dear. Passed over for being damaged: 2."


def test_a_damaged_version_is_not_promoted(three: AVM, admin: Actor) -> None:
    three.versions.rollback(actor=admin)
    damage(three, 3)
    with pytest.raises(ArtifactError, match="content has changed"):
        three.versions.promote(3, actor=admin, override="a test")
    assert three.value(SUBJECT, actor=AGENT).version == 2


def test_values_go_on_without_a_failure_while_versions_are_promoted_and_damaged(three: AVM, admin: Actor) -> None:
    """Several threads value homes in two processes while champions change; version 2 is damaged half-way."""
    expected = {number: three._predictor.load(number).model for number in (1, 2, 3)}
    serving, stop = [three, fresh(three)], Event()
    want = {number: round(float(model.value(columns())[0]), 2) for number, model in expected.items()}

    answers: list[tuple[int, float]] = []

    def ask(avm: AVM) -> None:
        while not stop.is_set():
            valuation = avm.value_many([parsed()], actor=AGENT)[0]
            assert not isinstance(valuation, Exception)
            answers.append((valuation.version, valuation.value))

    def wait_for(version: int, since: int) -> None:
        for _ in range(1_000):
            if version in {number for number, _ in answers[since:]} or stop.wait(0.01):
                return

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, avm) for avm in serving * 2]
        try:
            for turn in range(12):
                if turn == 6:
                    damage(three, 2)
                version, since = (1, 2, 3)[turn % 3], len(answers)
                # Straight into the ledger, as a promotion by another process looks; nobody has prepared anything.
                three.store.versions.promote(version, promoted_by="other", reason="load")
                if version == 2 and turn >= 6:
                    stop.wait(0.05)
                else:
                    wait_for(version, since)
        finally:
            stop.set()
        for each in asked:
            each.result()
    assert {version for version, _ in answers} == {1, 2, 3}
    assert {(version, value) for version, value in answers} == set(want.items())


def columns() -> dict[str, Any]:
    from pricing_core.nouns.homes_in_columns import columns_of

    return columns_of([parsed()])


def parsed() -> Any:
    from pricing_core.nouns.schema import parse_property

    return parse_property(SUBJECT)


class Ledger:
    """Stands for the store: versions 1, 2, ... of which the last is champion."""

    def __init__(self, version: Version) -> None:
        self.versions = self
        self.columns = CORE_ALONE
        self.champion = 1
        self._version = version

    def champion_number(self) -> int:
        return self.champion

    def former_champions(self) -> list[int]:
        return list(range(self.champion - 1, 0, -1))

    def get(self, number: int) -> Version:
        return replace(self._version, version=number, model_uri=str(number))


@pytest.fixture
def ledger(trained_home: Any) -> Ledger:
    return Ledger(trained_home.avm.versions.all()[0])


@pytest.fixture
def model(trained_home: Any) -> Any:
    return trained_home.avm._predictor.load(1).model


def test_a_damaged_champion_is_read_again_only_after_a_while(ledger: Ledger, model: Any) -> None:
    now, read = [0.0], []

    def load(uri: str, _sha256: str) -> Any:
        read.append(uri)
        if uri == "2" and now[0] < COOL_DOWN_SECONDS:
            raise ArtifactError("It is damaged.")
        return model

    predictor = Predictor(ledger, load, lambda: now[0])  # type: ignore[arg-type]
    predictor.champion()
    ledger.champion = 2
    served = [predictor.champion() for _ in range(20)]
    assert {(each.version.version, each.stands_in_for) for each in served} == {(1, 2)}
    assert read == ["1", "2"]
    now[0] = COOL_DOWN_SECONDS
    assert predictor.champion().version.version == 2  # somebody has put the file back


def test_others_are_served_by_the_old_version_while_one_loads_the_new(ledger: Ledger, model: Any) -> None:
    loading, go_on = Event(), Event()

    def load(uri: str, _sha256: str) -> Any:
        if uri == "2":
            loading.set()
            assert go_on.wait(10)
        return model

    predictor = Predictor(ledger, load)  # type: ignore[arg-type]
    predictor.champion()
    ledger.champion = 2
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(predictor.champion)
        assert loading.wait(10)
        others: list[LoadedVersion] = [predictor.champion() for _ in range(5)]
        go_on.set()
        assert first.result().version.version == 2
    assert {each.version.version for each in others} == {1}
    assert predictor.champion().version.version == 2


def test_a_store_that_is_away_counts_as_a_version_that_cannot_be_loaded(ledger: Ledger, model: Any) -> None:
    def load(uri: str, _sha256: str) -> Any:
        if uri == "2":
            raise ConnectionError("no route to host")
        return model

    ledger.champion = 2
    served = Predictor(ledger, load).champion()  # type: ignore[arg-type]
    assert served.stands_in_for == 2
    assert "ConnectionError" in str(served.problem)


def answering(ledger: Ledger, model: Any, **golden: Any) -> LoadedVersion:
    version = ledger.get(1)
    kept = version.manifest["golden"] | golden
    ledger._version = replace(version, manifest=version.manifest | {"golden": kept})
    return Predictor(ledger, lambda _uri, _sha256: model).champion()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["values", "ranges"])
def test_a_version_that_answers_otherwise_than_it_did_when_it_was_trained_does_not_serve(
    ledger: Ledger, model: Any, name: str
) -> None:
    golden = np.array(ledger.get(1).manifest["golden"][name])
    with pytest.raises(ArtifactError, match="no longer gives the values and ranges"):
        answering(ledger, model, **{name: (golden * 1.001).tolist()})


def test_a_version_whose_ranges_were_not_kept_to_be_compared_does_not_serve(ledger: Ledger, model: Any) -> None:
    with pytest.raises(ArtifactError, match="no longer gives the values and ranges"):
        answering(ledger, model, ranges=None)


def test_a_processor_that_rounds_half_digits_otherwise_does_not_keep_a_version_from_serving(
    ledger: Ledger, model: Any
) -> None:
    values = np.array(ledger.get(1).manifest["golden"]["values"])
    assert answering(ledger, model, values=(values * (1 + 6e-6)).tolist()).version.version == 1


def test_without_a_former_champion_there_is_nothing_to_go_back_to(trained_home: Any, admin: Actor) -> None:
    with pytest.raises(ConflictError, match="no former champion"):
        trained_home.avm.versions.rollback(actor=admin)
