"""``tasador watch``, ``outcomes`` and ``override``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pricing_core.cli.columns import reading_options
from pricing_core.cli.files import name_of, opened
from pricing_core.cli.output import (
    integer,
    json_option,
    local_actor,
    open_avm,
    open_home,
    print_json,
    print_lines,
    print_table,
    reader,
    said,
    t,
    tn,
)
from pricing_core.nouns.monitoring import OutcomeReport
from pricing_core.nouns.profiles import ColumnChoice
from pricing_core.nouns.schema import called
from pricing_core.words import marked, numbers

if TYPE_CHECKING:
    from pricing_core.monitoring.drift import Drift
    from pricing_core.monitoring.report import WatchReport
    from pricing_core.nouns.declared import Declaration

_SHOWN_PROBLEMS = 20
_DRIFT_WORDS = {
    "few": marked("Too few to tell"),
    "same": marked("As in training"),
    "slight": marked("Certain, but small"),
    "moderate": marked("Moved"),
    "strong": marked("Drifted"),
}


@click.command(short_help="Show how the last days went, and what to look at.")
@click.option("--days", type=int, help="Days to look back; without it WATCH_DAYS, and the alerts are evaluated.")
@json_option
def watch(days: int | None, as_json: bool) -> None:
    """Show what the last days were like: volume, alerts, drift, and values against prices known later."""
    with open_home() as avm:
        report = avm.monitoring.watched() if days is None else avm.monitoring.report(days)
        columns = avm.settings.columns
    if as_json:
        print_json(report.to_dict(reader()))
    else:
        _print_report(report, columns)


def _print_report(report: WatchReport, columns: Declaration) -> None:
    click.secho(tn("The last day", "The last {days} days", "days", days=report.days), bold=True)
    for alert in report.alerts:
        click.secho(f"! {said(alert.sentence)} {t('Since {when}.', when=alert.first_seen)}", fg="red")
    if not report.alerts:
        click.echo(t("All is well: every rule is kept."))
    _print_usage(report)
    _print_accuracy(report)
    _print_drift(report, columns)


def _print_usage(report: WatchReport) -> None:
    single, bulk, refused, failed = report.single, report.bulk, report.refused, report.failed
    click.echo(t("Homes valued: {single:integer} one by one, {bulk:integer} in bulk.", single=single, bulk=bulk))
    click.echo(
        t("Homes without a value: {refused:integer} refused, {failed:integer} failed.", refused=refused, failed=failed)
    )
    low, unknown = report.low_share, report.unknown_share
    if low is not None and unknown is not None:
        click.echo(
            t("Low confidence: {low:percent}; in sectors never seen: {unknown:percent}.", low=low, unknown=unknown)
        )
    if report.milliseconds:
        words = t(
            "Time taken: half at most {p50:integer} ms, 95 of 100 at most {p95:integer} ms, 99 of 100 at most "
            "{p99:integer} ms.",
            **report.milliseconds,
        )
        click.echo(words)


def _print_accuracy(report: WatchReport) -> None:
    found, judged = report.live.overall, report.live.judgement
    if found is None:
        click.echo(t("No later price is known yet: attach some with `tasador outcomes FILE.csv`."))
        return
    errors = tn(
        "Against {rows:integer} later price: median error {error:percent}, bias {bias:points} %.",
        "Against {rows:integer} later prices: median error {error:percent}, bias {bias:points} %.",
        "rows",
        rows=found.rows,
        error=found.mdape,
        bias=found.bias,
    )
    covered = t("Inside the 90 % range: {share:percent}.", share=found.coverage_90)
    click.echo(errors if found.coverage_90 is None else f"{errors} {covered}")
    if judged is not None:
        print_lines([said(judged.summary)])


def _print_drift(report: WatchReport, declared: Declaration) -> None:
    if report.drift.missing == "no_reference":
        click.echo(
            t(
                "Version {version} kept no reference to measure drift against: train again with "
                "`tasador train --force`.",
                version=report.drift.version,
            )
        )
    columns = (t("Feature"), t("Homes"), t("PSI"), t("By chance"), t("Test p"), t("Result"))
    print_table(columns, (_drift_row(row, declared) for row in report.drift.rows), t("Drift is not measured."))


def _drift_row(row: Drift, declared: Declaration) -> tuple[str, ...]:
    name = t("value") if row.feature == "value" else said(called(row.feature, declared))
    figures = (numbers.number(each, reader(), 3) for each in (row.psi, row.critical, row.p))
    return (name, integer(row.rows), *figures, t(_DRIFT_WORDS[row.verdict]))


@click.command(short_help="Attach prices that became known later.")
@click.argument("file", type=click.Path(path_type=Path))
@reading_options(saves=True)
@json_option
def outcomes(file: Path, columns: ColumnChoice, as_json: bool) -> None:
    """Attach the prices of FILE to the logged predictions that they belong to.

    FILE has a column price, and either log_id or the eight features of a home; date and kind (listed or sold) are
    optional. The same file twice changes nothing.
    """
    with open_avm() as avm:
        report = avm.monitoring.add_outcomes(
            opened(file), actor=local_actor(), file_name=name_of(file), columns=columns
        )
    if as_json:
        print_json(report.to_dict(reader()))
    else:
        _print_outcomes(report)


def _print_outcomes(report: OutcomeReport) -> None:
    click.echo(said(report.summary))
    for note in report.notes:
        click.echo(f"- {said(note)}")
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        place = t("Row {row}", row=problem.row) if problem.line is None else t("Line {line}", line=problem.line)
        click.echo(f"  {place}: {said(problem.reason)}")
    if len(report.problems) > _SHOWN_PROBLEMS:
        click.echo("  " + t("... --json lists more."))


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
        click.echo(
            t(
                "Kept: {value:money currency} instead of {model:money currency}.",
                value=kept.value,
                model=kept.model_value,
                currency=currency,
            )
        )


COMMANDS = (watch, outcomes, override)
