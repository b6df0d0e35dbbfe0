"""Recipes: the shipped ones, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.ensemble import GradientBoostingRegressor

from pricing_core.errors import RecipeError
from pricing_core.training.recipes import build_model, build_preprocessor, load_recipe, shipped_recipes

GOOD = """
name: mine
features:
  - columns: [net_usable_area]
    transformers:
      - class: sklearn.impute.SimpleImputer
        parameters: {strategy: median}
model:
  class: sklearn.linear_model.Ridge
  parameters: {alpha: 1.0}
"""


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


def test_three_recipes_are_shipped_and_can_be_built() -> None:
    assert shipped_recipes() == ["champion", "original", "revised"]
    for name in shipped_recipes():
        recipe = load_recipe(name)
        assert recipe.name == name
        build_preprocessor(recipe)
        build_model(recipe)


@pytest.mark.parametrize("name", ["original", "revised"])
def test_the_old_models_have_the_old_parameters(name: str) -> None:
    model = build_model(load_recipe(name))
    expected = {"learning_rate": 0.01, "n_estimators": 300, "max_depth": 5, "loss": "absolute_error"}
    assert isinstance(model, GradientBoostingRegressor)
    assert expected.items() <= model.get_params().items()


def test_a_recipe_of_ones_own_is_read_from_its_path(recipe_file: Path) -> None:
    recipe_file.write_text(GOOD, encoding="utf-8")
    assert load_recipe(str(recipe_file)).model.parameters == {"alpha": 1.0}


def test_the_digest_ignores_comments_and_order_but_not_content(recipe_file: Path) -> None:
    recipe_file.write_text(GOOD, encoding="utf-8")
    before = load_recipe(str(recipe_file)).digest
    recipe_file.write_text("# a comment\n" + GOOD.replace("{strategy: median}", "{ 'strategy' : 'median' }"), "utf-8")
    assert load_recipe(str(recipe_file)).digest == before
    recipe_file.write_text(GOOD.replace("alpha: 1.0", "alpha: 2.0"), encoding="utf-8")
    assert load_recipe(str(recipe_file)).digest != before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mapping"),
        ("just words", "mapping"),
        ("a: [1, 2", "line"),
        ("name: a\nname: b\n", "given twice"),
        ("a: &x 1\nb: *x\n", "aliases"),
        ("!!python/object/apply:os.system ['true']", "python"),
        (GOOD.replace("model:", "modell:"), "modell"),
        (GOOD.replace("net_usable_area", "price"), "price"),
        (GOOD.replace("net_usable_area", "usable"), "usable"),
        (GOOD.replace("sklearn.linear_model.Ridge", "os.system"), "os.system"),
        (GOOD.replace("sklearn.linear_model.Ridge", "subprocess.Popen"), "subprocess"),
        (GOOD.replace("sklearn.linear_model.Ridge", "sklearn.linear_model.Rigde"), "Ridge"),
        (GOOD.replace("sklearn.linear_model.Ridge", "sklearn.preprocessing.StandardScaler"), "StandardScaler"),
        (GOOD.replace("alpha: 1.0", "alfa: 1.0"), "alfa"),
        (GOOD.replace("alpha: 1.0", "alpha: many"), "alpha"),
        (GOOD + "target: cube\n", "target"),
        (GOOD + "metrics: [beauty]\n", "beauty"),
    ],
)
def test_a_wrong_recipe_is_refused_with_the_line_or_the_key(recipe_file: Path, text: str, message: str) -> None:
    recipe_file.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=message):
        load_recipe(str(recipe_file))


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00\x01", b"name: \xe9", b"x" * 100_000], ids=["binary", "latin", "huge"]
)
def test_a_file_that_is_no_recipe_is_refused(recipe_file: Path, content: bytes) -> None:
    recipe_file.write_bytes(content)
    with pytest.raises(RecipeError):
        load_recipe(str(recipe_file))


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(RecipeError, match="champion"):
        load_recipe("champoin")
