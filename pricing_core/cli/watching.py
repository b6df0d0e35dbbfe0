"""``tasador watch``, ``outcomes`` and ``override``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pricing_core.cli.output import json_option, local_actor, open_avm, open_home, print_json, print_table, reader, said
from pricing_core.nouns.monitoring import OutcomeReport
from pricing_core.words import say

if TYPE_CHECKING:
    from pricing_core.monitoring.drift import Drift
    from pricing_core.monitoring.report import WatchReport

_SHOWN_PROBLEMS = 20
_VERDICTS = {
    "few": "too few homes to tell",
    "same": "as in training",
    "slight": "certain but small",
    "moderate": "moved",
    "strong": "drifted",
}


@click.command(short_help="Show how the last days went, and what to look at.")
@click.option("--days", type=int, help="Days to look back; without it WATCH_DAYS, and the alerts are evaluated.")
@json_option
def watch(days: int | None, as_json: bool) -> None:
    """Show what the last days were like: volume, alerts, drift, and values against prices known later."""
    with open_home() as avm:
        report = avm.monitoring.watched() if days is None else avm.monitoring.report(days)
    if as_json:
        print_json(report.to_dict(reader()))
    else:
        _print_report(report)


def _print_report(report: WatchReport) -> None:
    click.secho(f"The last {report.days} days", bold=True)
    for alert in report.alerts:
        click.secho(f"! {say(alert.sentence, reader())} Since {alert.first_seen:%Y-%m-%d %H:%M} UTC.", fg="red")
    if not report.alerts:
        click.echo("All is well: no rule is broken.")
    click.echo(f"Valued: {report.single:,} homes one by one, {report.bulk:,} in bulk.")
    click.echo(f"Without a value: {report.refused:,} refused, {report.failed:,} failed.")
    if report.low_share is not None and report.unknown_share is not None:
        click.echo(f"Low confidence: {report.low_share:.1%}; in sectors never seen: {report.unknown_share:.1%}.")
    if report.milliseconds:
        times = ", ".join(f"{name} {value:,.0f} ms" for name, value in report.milliseconds.items())
        click.echo(f"Time taken: {times}.")
    _print_accuracy(report)
    _print_drift(report)


def _print_accuracy(report: WatchReport) -> None:
    found, judged = report.live.overall, report.live.judgement
    if found is None:
        click.echo("No later price is known yet: attach some with `tasador outcomes FILE.csv`.")
        return
    coverage = "" if found.coverage_90 is None else f", {found.coverage_90:.0%} inside the 90 % range"
    errors = f"median error {found.mdape:.1%}, bias {found.bias:+.1%}"
    click.echo(f"Against {found.rows:,} later prices: {errors}{coverage}.")
    if judged is not None:
        click.echo(
            f"Where people overrode the value ({judged.rows:,}): their median error {judged.agent_mdape:.1%}, that of "
            f"the model {judged.model_mdape:.1%}."
        )


def _print_drift(report: WatchReport) -> None:
    if report.drift.missing == "no_reference":
        click.echo(
            f"Version {report.drift.version} kept no reference to measure drift against: train again with "
            "`tasador train --force`."
        )
    print_table(
        ("feature", "homes", "PSI", "by chance", "test p", "verdict"),
        [_drift_row(row) for row in report.drift.rows],
        "Drift is not measured.",
    )


def _drift_row(row: Drift) -> tuple[str, ...]:
    numbers = [
        "-" if value is None else f"{value:{style}}"
        for value, style in ((row.psi, ".3f"), (row.critical, ".3f"), (row.p, ".2g"))
    ]
    return (row.feature, f"{row.rows:,}", *numbers, _VERDICTS[row.verdict])


@click.command(short_help="Attach prices that became known later.")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def outcomes(file: Path, as_json: bool) -> None:
    """Attach the prices of FILE to the logged predictions that they belong to.

    FILE has a column price, and either log_id or the eight features of a home; date and kind (listed or sold) are
    optional. The same file twice changes nothing.
    """
    with open_avm() as avm:
        report = avm.monitoring.add_outcomes(file, actor=local_actor())
    if as_json:
        print_json(report.to_dict(reader()))
    else:
        _print_outcomes(report)


def _print_outcomes(report: OutcomeReport) -> None:
    click.echo(f"{report.attached:,} of {report.rows:,} prices were attached; {report.known:,} were known already.")
    if report.learned_from:
        click.echo(f"{report.learned_from:,} belong to listings that the model learned from: they do not count.")
    for note in report.notes:
        click.echo(f"- {said(note)}")
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        click.echo(f"  row {problem.row}: {said(problem.reason)}")
    if len(report.problems) > _SHOWN_PROBLEMS:
        click.echo("  ... --json lists more.")


@click.command(short_help="Keep the price that you would ask instead.")
@click.argument("log_id")
@click.argument("value", type=float)
@click.option("--reason", required=True, help="Why another price is asked; it is kept.")
@json_option
def override(log_id: str, value: float, reason: str, as_json: bool) -> None:
    """Keep the price that you would ask instead of a logged value."""
    with open_avm() as avm:
        kept = avm.monitoring.override(log_id, value, reason=reason, actor=local_actor())
        currency = avm.settings.CURRENCY
    if as_json:
        print_json(kept.to_dict())
    else:
        click.echo(f"Kept: {kept.value:,.2f} {currency} instead of {kept.model_value:,.2f} {currency}.")


COMMANDS = (watch, outcomes, override)
