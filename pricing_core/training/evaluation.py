"""Recipes held against one another on a file of listings."""

from __future__ import annotations

from collections.abc import Sequence

from pricing_core.listings.ingestion import SettingsOf, nothing_said, read_frame
from pricing_core.nouns import File, Json, Progress, no_progress
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
    columns: SettingsOf = nothing_said,
) -> Json:
    """Cross-validate recipes side by side on the rows of a file that have a price above 0."""
    for recipe in recipes:
        load_recipe(recipe, settings.columns)  # a bad recipe is refused before the good ones have taken minutes
    frame, _ = read_frame(
        file,
        progress=no_progress,
        currency=settings.CURRENCY,
        area_unit=settings.AREA_UNIT,
        declared=settings.columns,
        columns=columns,
    )
    threads, declared = settings.TRAINING_THREADS, settings.columns
    return dict(evaluate_recipes(frame, recipes, folds, seed, progress, threads, owner_table, declared))
