"""What a training measured and what the gate found, as a person reads it; the rest is in ``--json``."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Final

from pricing_core.cli.output import reader
from pricing_core.nouns import Check, TrainingResult, Verdict
from pricing_core.words import say

_HOW: Final = {
    "held_out": "{rows} listings that neither model learned from",
    "cross_validated": "{rows} listings, with both recipes fitted anew without them",
    "alone": "{rows} listings that it did not learn from",
}


def percent(value: float | None) -> str:
    """A share in percent; a dash where it was not measured."""
    return "-" if value is None or math.isnan(value) else f"{100 * value:.1f} %"


def money(value: float | None, currency: str) -> str:
    """An amount; a dash where it was not measured."""
    return "-" if value is None or math.isnan(value) else f"{value:,.0f} {currency}"


def training_lines(result: TrainingResult, currency: str) -> Iterator[str]:
    """What came out, the figures that matter, and what the gate says."""
    yield say(result.message, reader())
    yield from _measured(result, currency)
    if result.verdict is not None:
        yield from _judged(result.version, result.verdict)


def _measured(result: TrainingResult, currency: str) -> Iterator[str]:
    unseen = "median_absolute_percentage_error_test" in result.metrics
    on = "listings that it did not learn from" if unseen else "the very listings that it learned from"
    error, mean, covered, width = (result.metrics.get(f"{name}_{'test' if unseen else 'train'}") for name in _MEASURED)
    time = f", in {result.seconds:,.0f} s" if result.trained else ""
    yield f"  Trained on         {result.train_rows:,} listings, recipe {result.recipe}{time}"
    yield f"  Median error       {percent(error)}, mean error {money(mean, currency)}, on {on}"
    if covered is not None:
        yield f"  90 % range covers  {percent(covered)} of asking prices; its width is {percent(width)} of the value"


_MEASURED: Final = ("median_absolute_percentage_error", "mean_absolute_error", "coverage_90", "median_width_90")


def _judged(version: int, found: Verdict) -> Iterator[str]:
    good = sum(each.passed for each in found.checks)
    yield f"  Gate               {good} of {len(found.checks)} checks passed: see `tasador verdict {version}`"
    yield from check_lines(each for each in found.checks if not each.passed)


def check_lines(checks: Iterable[Check]) -> Iterator[str]:
    """Each check with what it found."""
    return (f"  [{'passed' if each.passed else 'FAILED'}] {say(each.sentence, reader())}" for each in checks)


def verdict_line(version: int, found: Verdict) -> str:
    """Whether it passed, and on what it was studied."""
    outcome = "passed" if found.passed else "did not pass"
    if not found.rows:
        return f"Version {version} {outcome} the gate. No listings were there to study it on."
    return f"Version {version} {outcome} the gate, studied on {_HOW[found.how].format(rows=f'{found.rows:,}')}."


def compared_rows(found: Verdict, currency: str) -> list[tuple[str, ...]]:
    """The figures of the challenger, and beside them those of the champion where there was one."""
    both = [each for each in (found.challenger, found.champion) if each]
    return [
        ("Median error", *(percent(each.get("mdape")) for each in both)),
        ("Mean error", *(money(each.get("mae"), currency) for each in both)),
        ("90 % range covers", *(percent(each.get("coverage_90")) for each in both)),
        ("90 % range, width in % of the value", *(percent(each.get("width_90")) for each in both)),
    ]


def run_row(record: Mapping[Hashable, Any], currency: str) -> tuple[object, ...]:
    """One training in a table, see `RUN_COLUMNS`."""
    return (
        record.get("version"),
        _state(record),
        record.get("tags_mlflow_runName"),
        f"{record['start_time']:%Y-%m-%d %H:%M}",
        percent(record.get("metrics_median_absolute_percentage_error_test")),
        money(record.get("metrics_mean_absolute_error_test"), currency),
        percent(record.get("metrics_coverage_90_test")),
    )


RUN_COLUMNS: Final = ("version", "", "recipe", "started (UTC)", "median error", "mean error", "90 % range covers")


def _state(record: Mapping[Hashable, Any]) -> str:
    if record["is_champion"]:
        return "champion"
    return {True: "passed", False: "refused"}.get(record["passed"], "")
