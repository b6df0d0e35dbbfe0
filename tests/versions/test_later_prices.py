"""The gate's look at later prices."""

from __future__ import annotations

from pathlib import Path

from pricing_core.training.recipes import Recipe, load_recipe
from pricing_core.versions.later_prices import check_later
from tests.dated import dated_listings
from tests.factories import quick_recipe

FRAME = dated_listings(1_000)


def quick(folder: Path, target: str = "log") -> Recipe:
    path = Path(quick_recipe(folder))
    path.write_text(path.read_text(encoding="utf-8").replace("target: log", f"target: {target}"), encoding="utf-8")
    return load_recipe(str(path))


def test_one_and_the_same_recipe_passes_and_says_how_well_it_foretells(tmp_path: Path) -> None:
    recipe = quick(tmp_path)
    found = check_later(recipe, recipe, 3, FRAME)
    assert found is not None
    assert found.passed
    assert found.details["mine"] == found.details["theirs"] < 0.15
    assert found.details["away"] < 0.03
    assert "Trained on what came before" in str(found.sentence)


def test_a_recipe_that_knows_no_days_is_worse_in_a_market_that_rises_fast(tmp_path: Path) -> None:
    rising = dated_listings(1_500, lambda _homes, years: 0.5 * years)
    aware, unaware = quick(tmp_path), quick(tmp_path, "price")
    worse, better = check_later(unaware, aware, 3, rising), check_later(aware, unaware, 3, rising)
    assert worse is not None
    assert better is not None
    assert (worse.passed, better.passed) == (False, True)
    assert "worse, and not by chance" in str(worse.sentence)


def test_without_enough_dates_nothing_is_asked(tmp_path: Path) -> None:
    recipe = quick(tmp_path)
    assert check_later(recipe, recipe, 3, FRAME.drop(columns="sold_on")) is None
    assert check_later(recipe, recipe, 3, FRAME.head(40)) is None
