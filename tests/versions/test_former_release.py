"""A home of release 0.1.0, whose classes stood elsewhere, goes on as if nothing had moved."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pricing_core import AVM, Actor, load_settings
from pricing_core.model.renamed_classes import PRESENT_PATH, first_path, present_path, unpickled
from pricing_core.training.recipes import load_recipe
from pricing_core.training.recipes.parsing import recipe_from_text

HOME = Path(__file__).parents[1] / "homes" / "release_0_1_0.zip"
"""Made by make_homes.py beside it."""
AGENT = Actor("agent", "agent", "library")
# What release 0.1.0 said of the three recipes that it shipped.
DIGESTS = {
    "champion": "593cb6c29bd8483341691edd8e911a5ee59d5ef2c3b39810793a41366329c11f",
    "original": "224f1b64614c19c900da4f7d8bf597a870c1f06f12091861d36780720a014923",
    "revised": "a969c3190425c2e912ac3edfb7ebb461eed9c09ee95d722223c9c538b2a44cd0",
}


@pytest.fixture(scope="module")
def avm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AVM]:
    folder = tmp_path_factory.mktemp("former")
    with zipfile.ZipFile(HOME) as archive:
        archive.extractall(folder)
    avm = AVM(load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models", PRE_LOAD=False)).start()
    yield avm
    avm.close()


def test_its_champion_loads_and_gives_its_golden_rows_their_values(avm: AVM) -> None:
    serving = avm._predictor.champion()
    assert (serving.version.version, serving.stands_in_for) == (1, None)
    golden = serving.version.manifest["golden"]
    assert len(golden["values"]) > 0  # that they are given again was verified before it served


def test_what_it_valued_is_valued_the_same_again_with_range_and_confidence(avm: AVM) -> None:
    (logged,) = avm.log.find()
    again = avm.value(logged.subject, actor=AGENT)
    assert again.value == logged.value
    assert again.confidence == logged.confidence
    assert avm.log.explain_change(logged.id).replayed_value == logged.value


def test_nothing_that_its_run_kept_asks_for_another_recipe(avm: AVM) -> None:
    (version,) = avm.versions.all()
    run = avm.settings.MODELS_DIR / "artifacts" / version.run_id / "artifacts"
    content = (run / "recipe.json").read_text(encoding="utf-8")
    assert "pricing_core.features.HomeFeatures" in content
    moved = content
    for former, present in PRESENT_PATH.items():
        moved = moved.replace(f'"{former}"', f'"{present}"')
    assert moved != content
    assert recipe_from_text(content).digest == recipe_from_text(moved).digest


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


def test_every_class_that_the_champion_holds_is_read_where_it_is_now(avm: AVM) -> None:
    model = avm._predictor.champion().model
    assert b"pricing_core.model." in pickle.dumps(model)
    again = unpickled(pickle.dumps(model))
    rows = avm.store.listings.frame().head(5)
    np.testing.assert_array_equal(again.predict(rows), model.predict(rows))
