"""The three steps: what they write, when they are skipped, and when they run again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from pricing_core.errors import InputError, ListingsError
from pricing_core.listings.ingestion import read_listings
from pricing_core.listings.split import split_listings
from pricing_core.nouns.models import STEPS
from pricing_core.settings import Settings, load_settings
from pricing_core.store import Store
from pricing_core.training.pipeline import TrainingPipeline
from pricing_core.training.recipes import load_recipe
from tests.conftest import variant_of_original

Make = Callable[..., TrainingPipeline]


@pytest.fixture
def loaded(tmp_path: Path, sample_files: tuple[Path, Path]) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'tasador.db'}")
    store.upgrade()
    with read_listings(sample_files[0]) as train, read_listings(sample_files[1], is_train=False) as test:
        store.listings.load([train, test])
    yield store
    store.close()


@pytest.fixture
def make(loaded: Store, tmp_path: Path) -> Make:
    few_trees = variant_of_original(tmp_path / "few_trees.yaml", trees="5", depth="3")

    def build(recipe: str = few_trees, **settings: object) -> TrainingPipeline:
        folders = {"DATA_DIR": tmp_path / "data", "MODELS_DIR": tmp_path / "models"}
        return TrainingPipeline(load_settings(**folders, **settings), loaded, load_recipe(recipe))

    return build


def ran(pipeline: TrainingPipeline, *steps: str, force: bool = False) -> list[str]:
    results = pipeline.run(steps or STEPS, force=force, progress=lambda *_: None)
    return [result.step for result in results if result.ran]


def test_the_first_run_does_every_step_and_the_second_none(make: Make) -> None:
    assert ran(make()) == list(STEPS)
    assert ran(make()) == []


def test_force_does_every_step_again(make: Make) -> None:
    ran(make())
    assert ran(make(), force=True) == list(STEPS)


def test_another_recipe_keeps_the_dataset(make: Make) -> None:
    ran(make())
    assert ran(make("revised")) == ["build-features", "train-model"]


def test_another_split_begins_anew(make: Make) -> None:
    ran(make())
    assert ran(make(SHUFFLE_RAW_DATA=True)) == list(STEPS)


def test_a_file_that_was_changed_by_hand_is_made_again(make: Make) -> None:
    ran(make())
    make().files.test.write_bytes(b"something else")
    assert "make-dataset" in ran(make())


def test_what_the_steps_write_is_where_the_old_service_wrote_it(make: Make, tmp_path: Path) -> None:
    ran(make())
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.p*") if path.is_file()}
    assert {"data/interim/train.parquet", "data/processed/train.parquet", "models/preprocessor.pkl"} <= written


def test_a_step_whose_inputs_are_missing_names_the_step_to_run(make: Make) -> None:
    with pytest.raises(InputError, match="make-dataset"):
        ran(make(), "build-features")
    ran(make(), "make-dataset")
    with pytest.raises(InputError, match="build-features"):
        ran(make(), "train-model")


def test_the_split_of_the_files_is_kept(make: Make, loaded: Store) -> None:
    ran(make(), "make-dataset")
    train, test = make().frames()
    stored = loaded.listings.frame().set_index("id")["is_train"].astype(bool)
    assert stored.loc[train["id"]].all()
    assert not stored.loc[test["id"]].any()
    assert len(train) + len(test) + make().counts()["rows_unreviewed_errors_left_out"] == len(stored)


def test_shuffling_merges_all_rows_and_splits_them_the_same_way_each_time(
    loaded: Store, home_settings: Settings
) -> None:
    settings = home_settings.model_copy(update={"SHUFFLE_RAW_DATA": True, "TEST_SHARE": 0.25})
    listings = loaded.listings.frame()
    train, test, how = split_listings(listings, settings)
    again, _, _ = split_listings(listings, settings)
    pd.testing.assert_frame_equal(train, again)
    assert len(train) + len(test) == len(listings)
    assert len(test) / len(listings) == pytest.approx(0.25, abs=0.01)
    assert "seed 42" in str(how)


def test_files_without_test_rows_are_split_by_seed(loaded: Store, home_settings: Settings) -> None:
    only_train = loaded.listings.frame().assign(is_train=True)
    train, test, _ = split_listings(only_train, home_settings)
    assert len(test) / len(only_train) == pytest.approx(0.2, abs=0.01)
    assert set(train.index).isdisjoint(test.index)


def test_a_raised_price_limit_leaves_rows_out(loaded: Store, home_settings: Settings) -> None:
    settings = home_settings.model_copy(update={"MIN_TARGET_THRESHOLD": 4_000.0})
    train, test, _ = split_listings(loaded.listings.frame(), settings)
    assert min(train["price"].min(), test["price"].min()) > 4_000


def test_too_few_listings_are_said(loaded: Store, home_settings: Settings) -> None:
    with pytest.raises(ListingsError, match="at least 10"):
        split_listings(loaded.listings.frame().head(9), home_settings)


def test_the_fingerprint_follows_rows_split_and_recipe(make: Make) -> None:
    prints = {
        make().fingerprint(),
        make("revised").fingerprint(),
        make(SHUFFLE_RAW_DATA=True).fingerprint(),
        make(MIN_TARGET_THRESHOLD=100).fingerprint(),
    }
    assert len(prints) == 4
    assert make().fingerprint() in prints
