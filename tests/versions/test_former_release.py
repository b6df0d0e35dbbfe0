"""A home of release 0.1.0, whose classes stood elsewhere and whose champion was told of gaps, goes on."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pricing_core import AVM, Actor, load_settings
from pricing_core.model.renamed_classes import PRESENT_PATH, first_path, present_path, unpickled
from pricing_core.processes.first_run import prepare
from pricing_core.training.recipes import load_recipe

HOME = Path(__file__).parents[1] / "homes" / "release_0_1_0.zip"
"""Made by make_homes.py beside it."""
AGENT = Actor("agent", "agent", "library")
# What release 0.1.0 said of the recipes that it shipped and that have not changed since.
DIGESTS = {
    "original": "224f1b64614c19c900da4f7d8bf597a870c1f06f12091861d36780720a014923",
    "revised": "a969c3190425c2e912ac3edfb7ebb461eed9c09ee95d722223c9c538b2a44cd0",
}


@pytest.fixture(scope="module")
def avm(tmp_path_factory: pytest.TempPathFactory, admin: Actor) -> Iterator[AVM]:
    folder = tmp_path_factory.mktemp("former")
    with zipfile.ZipFile(HOME) as archive:
        archive.extractall(folder)
    avm = AVM(load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models", PRE_LOAD=False)).start()
    prepare(avm, admin, lambda _told: None, lambda _stage, _done: None)
    yield avm
    avm.close()


def test_its_champion_is_trained_anew_by_the_recipe_of_its_name(avm: AVM) -> None:
    serving = avm._predictor.champion()
    assert (serving.version.version, serving.version.recipe, serving.stands_in_for) == (2, "champion", None)


def test_what_it_valued_is_still_there_and_is_explained(avm: AVM) -> None:
    (logged,) = avm.log.find()
    change = avm.log.explain_change(logged.id)
    assert (change.version, change.champion, change.replayed_value) == (1, 2, None)
    assert avm.value(logged.subject, actor=AGENT).value == pytest.approx(logged.value, rel=0.5)


@pytest.mark.parametrize(("name", "digest"), DIGESTS.items())
def test_a_move_alone_makes_no_other_recipe_of_a_shipped_one(name: str, digest: str) -> None:
    assert load_recipe(name).digest == digest
    assert "pricing_core.features" not in json.dumps(load_recipe(name).to_dict())


@pytest.mark.parametrize("former", PRESENT_PATH)
def test_every_former_path_leads_to_a_class_that_is_there(former: str) -> None:
    module, _, name = former.rpartition(".")
    found = unpickled(b"c" + f"{module}\n{name}\n.".encode())
    assert f"{found.__module__}.{found.__qualname__}" == present_path(former) != former
    assert first_path(present_path(former)) == former
