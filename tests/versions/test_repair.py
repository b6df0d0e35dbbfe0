"""Homes of an earlier release, and champions that can no longer be loaded, value homes again."""

from __future__ import annotations

import hashlib
import json
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pricing_core import AVM, Actor, ArtifactError, Message, NoChampionError, load_settings
from pricing_core.cli import main
from pricing_core.processes.first_run import prepare
from pricing_core.store.tables.core import model_versions
from tests.conftest import TrainedHome, copy_of, model_file

AGENT = Actor("agent", "agent", "library")
SUBJECT = {
    "type": "casa",
    "sector": "Ñuñoa",
    "net_usable_area": 120,
    "net_area": 200,
    "n_rooms": 4,
    "n_bathroom": 2,
    "latitude": -33.456,
    "longitude": -70.6,
}
FIRST_RELEASE = Path(__file__).parents[1] / "homes" / "first_release.zip"
"""Made by make_homes.py beside it."""


def first_release(folder: Path) -> AVM:
    """A home as the first commit that could value homes left it, brought over to this release."""
    with zipfile.ZipFile(FIRST_RELEASE) as archive:
        archive.extractall(folder)
    return AVM(load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models", PRE_LOAD=False)).start()


@pytest.fixture
def old_home(tmp_path: Path) -> Iterator[AVM]:
    avm = first_release(tmp_path)
    yield avm
    avm.close()


@pytest.fixture(scope="module")
def said() -> list[Message | str]:
    """What setting up the old home printed."""
    return []


@pytest.fixture(scope="module")
def repaired(tmp_path_factory: pytest.TempPathFactory, said: list[Message | str], admin: Actor) -> Iterator[AVM]:
    """The old home after what `tasador run` does before it starts the services."""
    avm = first_release(tmp_path_factory.mktemp("old"))
    prepare(avm, admin, lambda told: said.append(str(told)), lambda _stage, _done: None)
    yield avm
    avm.close()


@pytest.fixture
def quick_home(trained_home: TrainedHome, tmp_path: Path, quick: str, admin: Actor) -> Iterator[AVM]:
    """A home whose champion is quickly trained again: version 2 by a recipe that no release ships."""
    avm = AVM(copy_of(trained_home, tmp_path)).start()
    own = tmp_path / "own.yaml"
    own.write_text(Path(quick).read_text(encoding="utf-8").replace("name: original", "name: own"), encoding="utf-8")
    avm.versions.train(str(own), actor=admin)
    avm.versions.promote(2, actor=admin, override="a test")
    with avm.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM promotions WHERE version = 1")  # nobody can stand in
    yield avm
    avm.close()


def set_manifest(avm: AVM, number: int, **changed: Any) -> None:
    version = next(each for each in avm.versions.all() if each.version == number)
    with avm.store.database.write() as connection:
        here = model_versions.c.version == number
        connection.execute(model_versions.update().where(here).values(manifest=version.manifest | changed))


def test_an_old_champion_is_refused_in_a_sentence_that_names_the_command_and_without_a_traceback(
    old_home: AVM, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(ArtifactError, match="`tasador repair`") as caught:
        old_home.value(SUBJECT, actor=AGENT)
    assert str(caught.value).startswith("Version 1 no longer gives the values")
    assert not any(record.exc_info for record in caplog.records)
    assert "Traceback" not in caplog.text


def test_setting_up_trains_the_old_champion_anew_and_says_so(repaired: AVM, said: list[Message | str]) -> None:
    assert repaired.value(SUBJECT, actor=AGENT).value > 0
    info = repaired.versions.model_info()
    assert (info["version"], info["stands_in_for"]) == (2, None)
    assert any("is the champion now" in str(line) for line in said)


def test_a_second_start_repairs_nothing(repaired: AVM, admin: Actor) -> None:
    again: list[str] = []
    prepare(repaired, admin, lambda told: again.append(str(told)), lambda _stage, _done: None)
    assert [line for line in again if "secret" not in line] == []  # whose key was lost is said at every start
    assert [each.version for each in repaired.versions.all()] == [2, 1]


def test_the_verdict_on_the_new_champion_needs_no_former_one(repaired: AVM) -> None:
    verdict = repaired.versions.verdict(2)
    assert verdict is not None
    assert (verdict.passed, verdict.how, verdict.champion_version) == (True, "alone", 1)
    assert [each.name for each in verdict.checks] == ["finite", "area"]


def test_a_log_row_of_the_old_champion_still_opens_and_explains(repaired: AVM) -> None:
    (logged,) = (each for each in repaired.log.find() if each.version == 1)
    change = repaired.log.explain_change(logged.id)
    assert (change.version, change.champion, change.replayed_value) == (1, 2, None)
    assert change.logged_value == logged.value
    assert change.by_model == round(change.present_value - logged.value, 2)
    assert "can no longer be replayed" in str(change.message)


def test_training_goes_on_as_ever_after_a_repair(repaired: AVM, admin: Actor, quick: str) -> None:
    verdict = repaired.versions.train(quick, actor=admin).verdict
    assert verdict is not None
    assert verdict.champion_version == 2
    assert verdict.champion is not None


def test_the_command_says_what_it_did(old_home: AVM, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("DATA_DIR", str(old_home.settings.DATA_DIR))
    monkeypatch.setenv("MODELS_DIR", str(old_home.settings.MODELS_DIR))
    with pytest.raises(SystemExit) as ended:
        main(["repair", "--json"])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["trained"], told["version"], told["promoted"]) == (True, 2, True)
    assert told["recipe"] == "champion"


def lose(avm: AVM) -> None:
    model_file(avm, 2).unlink()


def rename_a_class(avm: AVM) -> None:
    """What a pickle of a class that a release has renamed does when it is read."""
    content = b"cpricing_core.gone\nRenamed\n."
    model_file(avm, 2).write_bytes(content)
    with avm.store.database.write() as connection:
        digest = hashlib.sha256(content).hexdigest()
        connection.execute(model_versions.update().where(model_versions.c.version == 2).values(sha256=digest))


def change_golden_rows(avm: AVM) -> None:
    golden = avm.versions.all()[0].manifest["golden"]
    set_manifest(avm, 2, golden=golden | {"values": [value * 1.1 for value in golden["values"]]})


@pytest.mark.parametrize("harm", [lose, rename_a_class, change_golden_rows])
def test_whatever_keeps_a_champion_from_loading_it_is_trained_from_its_own_rows_by_its_own_recipe(
    quick_home: AVM, admin: Actor, harm: Any
) -> None:
    before = quick_home.value(SUBJECT, actor=AGENT).value
    harm(quick_home)
    fresh = AVM(quick_home.settings)
    with pytest.raises(ArtifactError, match="`tasador repair`"):
        fresh.value(SUBJECT, actor=AGENT)
    result = fresh.versions.repair(actor=admin)
    assert (result.trained, result.promoted, result.recipe) == (True, True, "own")
    assert fresh.value(SUBJECT, actor=AGENT).value == before  # the same rows and recipe give the same model
    former, present = (next(v for v in fresh.versions.all() if v.version == number) for number in (2, result.version))
    assert present.manifest["data_version"] == former.manifest["data_version"]
    assert present.manifest["listings"] == former.manifest["listings"]
    fresh.close()


def test_a_recipe_that_can_no_longer_be_built_gives_way_to_one_that_is_shipped(
    quick_home: AVM, admin: Actor, monkeypatch: pytest.MonkeyPatch, quick: str
) -> None:
    lose(quick_home)
    run = quick_home.settings.MODELS_DIR / "artifacts" / quick_home.versions.all()[0].run_id / "artifacts"
    recipe = json.loads((run / "recipe.json").read_text(encoding="utf-8"))
    recipe["model"]["class"] = "sklearn.gone.Regressor"
    (run / "recipe.json").write_text(json.dumps(recipe), encoding="utf-8")
    from pricing_core.training.recipes import load_recipe as really

    asked: list[str] = []

    def load(name: str, _columns: object = None) -> Any:
        asked.append(name)
        return replace(really(quick), name=name) if name == "champion" else really(name)

    monkeypatch.setattr("pricing_core.versions.repair.load_recipe", load)  # the shipped one takes many seconds
    result = quick_home.versions.repair(actor=admin)
    assert (result.promoted, result.recipe) == (True, "champion")
    assert "own" in asked  # first the shipped one of its name, and there is none


def test_rows_that_were_not_kept_give_way_to_the_listings_in_use(quick_home: AVM, admin: Actor) -> None:
    lose(quick_home)
    for path in (quick_home.settings.DATA_DIR / "snapshots").iterdir():
        path.write_bytes(b"damaged")
    result = quick_home.versions.repair(actor=admin)
    assert result.promoted
    assert len(quick_home.data.rows(f"v{result.version}")) == result.train_rows + result.test_rows


def test_a_model_that_fails_the_checks_is_not_promoted_and_the_way_out_is_named(
    quick_home: AVM, admin: Actor, monkeypatch: pytest.MonkeyPatch, quick: str
) -> None:
    lose(quick_home)
    from pricing_core.training.recipes import load_recipe as really
    from pricing_core.versions.gate_words import check

    failed = check("finite", "failed", False, bad=3, count=9)
    monkeypatch.setattr("pricing_core.versions.challenge.check_finite", lambda *_: failed)
    monkeypatch.setattr("pricing_core.versions.repair.load_recipe", lambda *_: really(quick))
    result = quick_home.versions.repair(actor=admin)
    assert not result.promoted
    assert f"tasador promote {result.version} --override" in str(result.message)
    assert quick_home.store.versions.champion_number() == 2


def test_a_champion_that_loads_is_left_alone(trained_home: TrainedHome, admin: Actor) -> None:
    result = trained_home.avm.versions.repair(actor=admin)
    assert (result.trained, result.version) == (False, 1)
    assert str(result.message).startswith("Nothing to repair")


def test_without_a_champion_there_is_nothing_to_repair(avm: AVM, admin: Actor) -> None:
    with pytest.raises(NoChampionError, match="tasador train"):
        avm.versions.repair(actor=admin)
