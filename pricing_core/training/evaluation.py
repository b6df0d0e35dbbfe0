"""Recipes held against one another on a file of listings."""

from __future__ import annotations

from collections.abc import Sequence

from pricing_core.listings.ingestion import read_frame
from pricing_core.nouns import ANY_TABLE, File, Json, Progress, TableChoice, no_progress
from pricing_core.settings import Settings
from pricing_core.training.fitting import evaluate_recipes
from pricing_core.training.recipes import load_recipe


def evaluate_file(
    file: File,
    recipes: Sequence[str],
    settings: Settings,
    folds: int,
    seed: int,
    progress: Progress | None,
    owner_table: bool,
    choice: TableChoice = ANY_TABLE,
    file_name: str | None = None,
) -> Json:
    """Cross-validate recipes side by side on the rows of a file that have a price above 0."""
    for recipe in recipes:
        load_recipe(recipe)  # a bad recipe is refused before the good ones have taken minutes
    frame, _ = read_frame(
        file,
        file_name=file_name,
        currency=settings.CURRENCY,
        area_unit=settings.AREA_UNIT,
        choice=choice,
        progress=no_progress,
    )
    return dict(evaluate_recipes(frame, recipes, folds, seed, progress, settings.TRAINING_THREADS, owner_table))
