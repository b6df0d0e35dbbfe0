"""``tasador train``, ``evaluate``, ``pipeline``, ``runs``, ``verdict``, ``promote``, ``rollback``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import click

from pricing_core.cli.chosen_words import METRIC_WORDS
from pricing_core.cli.columns import reading_options
from pricing_core.cli.files import name_of, opened
from pricing_core.cli.output import (
    json_option,
    local_actor,
    open_avm,
    open_home,
    open_nothing,
    percent,
    print_done,
    print_json,
    print_lines,
    print_table,
    progress_bar,
    reader,
    reason_option,
    said,
    t,
)
from pricing_core.cli.studies import check_lines, compared_rows, run_columns, run_row, training_lines, verdict_line
from pricing_core.errors import NotFoundError
from pricing_core.nouns import Json
from pricing_core.nouns.models import STEPS
from pricing_core.nouns.profiles import ColumnChoice
from pricing_core.words import numbers

_FILE = click.Path(path_type=Path)
_recipe_option = click.option(
    "--recipe",
    default="champion",
    show_default=True,
    help="original, revised, champion, declared, or the path of a YAML file.",
)
_force_option = click.option("--force", is_flag=True, help="Do it again although nothing has changed.")
_SHARES = (
    "mape",
    "mdape",
    "median_log_ratio",
    "within_10",
    "within_20",
    "coverage_90",
    "median_width_90",
    "one_width_median_width_90",
)


@click.command(short_help="Train a model and judge it beside the champion.")
@_recipe_option
@_force_option
@json_option
def train(recipe: str, force: bool, as_json: bool) -> None:
    """Train a recipe on the listings, judge it beside the champion, and register it.

    It becomes champion at once when it is the first, or when it passed and AUTO_PROMOTE is when_passed.
    """
    with open_avm() as avm, progress_bar() as progress:
        result = avm.versions.train(recipe, force=force, actor=local_actor(), progress=progress)
    if as_json:
        print_json(result.to_dict(reader()))
        return
    print_lines(training_lines(result, avm.settings.CURRENCY))


@click.command(short_help="Run the steps of a training; nothing is registered.")
@click.argument("step", type=click.Choice(STEPS), required=False)
@_recipe_option
@_force_option
@json_option
def pipeline(step: str | None, recipe: str, force: bool, as_json: bool) -> None:
    """Run the steps make-dataset, build-features and train-model, or one of them, without registering anything."""
    with open_avm() as avm, progress_bar() as progress:
        steps = STEPS if step is None else (step,)
        results = avm.versions.run_pipeline(steps, recipe=recipe, force=force, actor=local_actor(), progress=progress)
    if as_json:
        print_json([result.to_dict(reader()) for result in results])
        return
    for result in results:
        click.echo(f"{result.step:15} {said(result.message)}")


@click.command(short_help="Cross-validate recipes side by side on a file.")
@click.argument("file", type=_FILE)
@click.option("--recipe", "recipes", multiple=True, help="Name or path; give it once for each recipe.")
@click.option("--folds", default=5, show_default=True, type=click.IntRange(2, 50), help="Parts to cross-validate over.")
@click.option("--seed", default=42, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Seed of the shuffle.")
@click.option(
    "--split",
    default="random",
    show_default=True,
    type=click.Choice(["random", "time"]),
    help="With time, train on the past and value the last of the parts by date.",
)
@click.option("--owner-table", "owners", is_flag=True, help="Compare the old case's models with ours, as Markdown.")
@reading_options()
@json_option
def evaluate(
    file: Path,
    recipes: tuple[str, ...],
    folds: int,
    seed: int,
    split: Literal["random", "time"],
    owners: bool,
    columns: ColumnChoice,
    as_json: bool,
) -> None:
    """Cross-validate recipes side by side on the listings of a file. Errors are errors against asking prices."""
    from pricing_core.training import owner_table

    if not recipes and not owners:
        raise click.UsageError(t("Name at least one --recipe, or ask for the --owner-table."))
    if owners and split == "time":
        raise click.UsageError(t("The --owner-table compares over random folds: leave out --split time."))
    names = tuple(dict.fromkeys((*owner_table.RECIPES, *recipes))) if owners else recipes
    with open_nothing() as avm, progress_bar() as progress:
        result = avm.versions.evaluate(
            opened(file),
            names,
            folds=folds,
            seed=seed,
            progress=progress,
            owner_table=owners,
            columns=columns,
            file_name=name_of(file),
            split=split,
        )
    result["notes"] = [said(note) for note in result["notes"]]
    if as_json:
        print_json(result)
        return
    click.echo(_studied(result, folds, seed))
    print_lines([f"- {note}" for note in result["notes"]])
    found = result["recipes"]
    measured = [name for name in METRIC_WORDS if all(name in figures for figures in found.values())]
    rows = [(t(METRIC_WORDS[name]), *(_figure(name, found[recipe][name]) for recipe in found)) for name in measured]
    print_table((t("Metric"), *found), rows, t("No recipe was evaluated."))
    if owners:
        click.echo(owner_table.owner_table(result["owner_table"]))


def _studied(result: Json, folds: int, seed: int) -> str:
    split = result.get("split")
    if split is None:
        return t(
            "{rows:integer} listings with a price, {folds} folds, seed {seed}",
            rows=result["rows"],
            folds=folds,
            seed=seed,
        )
    return t(
        "{later:integer} listings from {day:date} on, valued by what was learned from the {past:integer} before",
        later=split["later_rows"],
        past=split["past_rows"],
        day=date.fromisoformat(split["first_day"]),
    )


def _figure(name: str, value: float | None) -> str:
    return percent(value) if name in _SHARES else numbers.number(value, reader())


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many to show.")
@json_option
def runs(limit: int, as_json: bool) -> None:
    """Show the newest trainings."""
    with open_home() as avm:
        frame = avm.versions.runs(limit)
    records = frame.to_dict(orient="records") if len(frame) else []
    if as_json:
        print_json([{name: _json_value(value) for name, value in record.items()} for record in records])
        return
    rows = [run_row(record, avm.settings.CURRENCY) for record in records]
    print_table(run_columns(), rows, t("No runs yet: start one with `tasador train`."))


def _json_value(value: object) -> object:
    import pandas as pd

    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return None if pd.isna(value) else value  # type: ignore[call-overload]


@click.command(short_help="Show what the gate found of a version.")
@click.argument("version", type=click.IntRange(1))
@json_option
def verdict(version: int, as_json: bool) -> None:
    """Show what the gate found of VERSION, check by check."""
    with open_home() as avm:
        found = avm.versions.verdict(version)
    if found is None:
        raise NotFoundError("There is no verdict on version {version}: see `tasador runs`.", version=version)
    if as_json:
        print_json(found.to_dict(reader()))
        return
    print_lines([verdict_line(version, found)])
    beside = [version] if found.champion is None else [version, found.champion_version]
    if found.challenger and found.rows:
        columns = ("", *(t("Version {version}", version=each) for each in beside))
        print_table(columns, compared_rows(found, avm.settings.CURRENCY), "")
    print_lines(check_lines(found.checks))


@click.command(short_help="Make a version the champion.")
@click.argument("version", type=click.IntRange(1))
@reason_option
@click.option("--override", default="", help="Why to promote a version that did not pass the gate; it is kept.")
@json_option
def promote(version: int, reason: str, override: str, as_json: bool) -> None:
    """Make VERSION the champion; the next valuation anywhere uses it."""
    with open_avm() as avm:
        avm.versions.promote(version, actor=local_actor(), reason=reason, override=override)
    print_done(t("Version {version} is the champion now.", version=version), {"champion": version}, as_json)


@click.command(short_help="Train a champion anew that can no longer be loaded.")
@json_option
def repair(as_json: bool) -> None:
    """Train the champion anew and promote it, where this release can no longer load it.

    It is trained on the rows it was trained on, or else on the listings in use, and judged by the checks that need no
    other model. Does nothing where the champion loads. `tasador run` does the same when it starts.
    """
    with open_avm() as avm, progress_bar() as progress:
        result = avm.versions.repair(actor=local_actor(), progress=progress)
    print_done(result.message, result.to_dict(reader()), as_json)


@click.command()
@reason_option
@json_option
def rollback(reason: str, as_json: bool) -> None:
    """Go back to the former champion."""
    with open_avm() as avm:
        former = avm.versions.rollback(actor=local_actor(), reason=reason).version
    print_done(t("Version {version} is the champion again.", version=former), {"champion": former}, as_json)


COMMANDS = (train, evaluate, pipeline, runs, verdict, promote, repair, rollback)
