"""What a training measured and what the gate found, as a person reads it; the rest is in ``--json``."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Final

import click

from pricing_core.cli.chosen_words import METRIC_WORDS
from pricing_core.cli.output import aligned, moment, money, percent, print_table, reader, said, t
from pricing_core.nouns import Check, ReviewPreview, TrainingResult, Verdict
from pricing_core.words import dates, numbers

_MEASURED: Final = ("median_absolute_percentage_error", "mean_absolute_error", "coverage_90", "median_width_90")


def training_lines(result: TrainingResult, currency: str) -> Iterator[str]:
    """What came out, the figures that matter, and what the gate says."""
    yield said(result.message)
    yield from (f"  {line}" for line in aligned([*_measured(result, currency), *_judged(result)]))
    if result.verdict is not None:
        yield from check_lines(each for each in result.verdict.checks if not each.passed)


def _measured(result: TrainingResult, currency: str) -> Iterator[tuple[str, str]]:
    unseen = "median_absolute_percentage_error_test" in result.metrics
    error, mean, covered, width = (result.metrics.get(f"{name}_{'test' if unseen else 'train'}") for name in _MEASURED)
    rows = t("{rows:integer} listings, recipe {recipe}", rows=result.train_rows, recipe=result.recipe)
    time = f", {dates.duration(result.seconds, reader())}" if result.trained else ""
    yield t("Trained on"), f"{rows}{time}"
    figures = t(
        "{error:percent}, mean error {mean:money currency}, on listings that it did not learn from"
        if unseen
        else "{error:percent}, mean error {mean:money currency}, on the very listings that it learned from",
        error=error,
        mean=mean,
        currency=currency,
    )
    yield t("Median error"), figures
    if covered is not None:
        told = t("{covered:percent}; its width is {width:percent} of the value", covered=covered, width=width)
        yield t("90 % range holds"), told


def _judged(result: TrainingResult) -> Iterator[tuple[str, str]]:
    if result.verdict is not None:
        checks = result.verdict.checks
        told = t(
            "{passed} of {count} checks passed: see `tasador verdict {version}`",
            passed=sum(each.passed for each in checks),
            count=len(checks),
            version=result.version,
        )
        yield t("Gate"), told


def check_lines(checks: Iterable[Check]) -> Iterator[str]:
    """Each check with what it found."""
    return (f"  [{t('passed' if each.passed else 'FAILED')}] {said(each.sentence)}" for each in checks)


def verdict_line(version: int, found: Verdict) -> str:
    """Whether it passed, and on what it was studied."""
    outcome = t(
        "Version {version} passed the gate" if found.passed else "Version {version} did not pass the gate",
        version=version,
    )
    return f"{outcome}. {said(found.studied)}"


def compared_rows(found: Verdict, currency: str) -> list[tuple[str, ...]]:
    """The figures of the challenger, and beside them those of the champion where there was one."""
    both = [each for each in (found.challenger, found.champion) if each]
    return [
        (t("Median error"), *(percent(each.get("mdape")) for each in both)),
        (t("Mean error"), *(money(each.get("mae"), currency) for each in both)),
        (t("90 % range holds"), *(percent(each.get("coverage_90")) for each in both)),
        (t("Width of the range"), *(percent(each.get("width_90")) for each in both)),
    ]


def run_row(record: Mapping[Hashable, Any], currency: str) -> tuple[object, ...]:
    """One training in a table, see `run_columns`."""
    return (
        record.get("version"),
        _state(record),
        record.get("tags_mlflow_runName"),
        moment(record["start_time"]),
        percent(record.get("metrics_median_absolute_percentage_error_test")),
        money(record.get("metrics_mean_absolute_error_test"), currency),
        percent(record.get("metrics_coverage_90_test")),
    )


def run_columns() -> tuple[str, ...]:
    """The headings of the table of trainings."""
    figures = (t("Median error"), t("Mean error"), t("90 % range holds"))
    return (t("Version"), t("State"), t("Recipe"), t("Started"), *figures)


def _state(record: Mapping[Hashable, Any]) -> str:
    if record["is_champion"]:
        return t("Champion")
    return {True: t("Passed"), False: t("Refused")}.get(record["passed"], "")


def print_preview(found: ReviewPreview) -> None:
    """What settling listings would do, side by side with what is."""
    click.echo(
        t(
            "Measured on {rows:integer} other listings held out in {folds} folds, {seconds:number} s. Small "
            "differences are chance.",
            rows=found.held_out_rows,
            folds=found.folds,
            seconds=found.seconds,
        )
    )
    click.echo(t("Fitted on {rows:integer} of {all:integer} rows.", rows=found.rows, all=found.of_rows))
    sides = (t("As it is"), t("As it would be"))
    rows = [
        (t(METRIC_WORDS[name]), *(_figure(name, each[name]) for each in (found.before, found.after)))
        for name in found.before
    ]
    print_table((t("Metric"), *sides), rows, "")
    medians = [
        (item["sector"], *(_figure("mae", item[name]) for name in ("before", "after"))) for item in found.sectors
    ]
    print_table((t("Median value in"), *sides), medians, t("No sector is affected."))


def _figure(name: str, value: float | None) -> str:
    return numbers.number(value, reader(), 1) if name == "mae" else numbers.percent(value, reader(), 2)
