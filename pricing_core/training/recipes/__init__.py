"""Recipes: which columns go through which transformers into which model, written in YAML and checked on load."""

from pricing_core.training.recipes.building import build_model, build_preprocessor
from pricing_core.training.recipes.parsing import load_recipe, parse_recipe, shipped_recipes
from pricing_core.training.recipes.recipe import FeatureGroup, Recipe, Step

__all__ = [
    "FeatureGroup",
    "Recipe",
    "Step",
    "build_model",
    "build_preprocessor",
    "load_recipe",
    "parse_recipe",
    "shipped_recipes",
]
