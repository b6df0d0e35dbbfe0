"""Recipes held against one another on a file of listings."""

from __future__ import annotations

from collections.abc import Sequence

from pricing_core.listings.ingestion import read_frame
from pricing_core.nouns import File, Json, Progress, no_progress
from pricing_core.settings import Settings
from pricing_core.training.fitting import evaluate_recipes
from pricing_core.training.recipes import load_recipe
from pricing_core.training.time_split import Split


def evaluate_file(
    file: File,
    recipes: Sequence[str],
    settings: Settings,
    folds: int,
    seed: int,
    progress: Progress | None,
    owner_table: bool,
    rules: Json,
    file_name: str | None = None,
    split: Split = "random",
) -> Json:
    """Cross-validate recipes side by side on the rows of a file that have a price above 0, or split them by time.

    ``rules`` say how it is read, as `listings.reading_rules` has them; ``notes`` of the result say how it was.
    """
    for recipe in recipes:
        load_recipe(recipe, settings.columns)  # a bad recipe is refused before the good ones have taken minutes
    frame, reader = read_frame(file, file_name=file_name, progress=no_progress, **rules)
    threads, declared = settings.TRAINING_THREADS, settings.columns
    found = evaluate_recipes(frame, recipes, folds, seed, progress, threads, owner_table, declared, split)
    return {**found, "notes": reader.notes}
