"""``tasador ingest``, ``check``, ``sample`` and ``template``."""

from __future__ import annotations

from pathlib import Path

import click

from pricing_core.cli.chosen_words import SEVERITY_WORDS
from pricing_core.cli.files import called, chosen, opened, table_options
from pricing_core.cli.output import (
    integer,
    json_option,
    local_actor,
    open_avm,
    open_nothing,
    print_json,
    print_table,
    progress_bar,
    reader,
    said,
    t,
    tn,
)
from pricing_core.nouns import IngestReport, Rejection

_FILE = click.Path(path_type=Path)
_SHOWN_REJECTIONS = 10


@click.command(short_help="Take listings into the database.")
@click.argument("train", type=_FILE, required=False)
@click.option("--test", type=_FILE, help="Listings to study models on; none is trained on.")
@click.option("--replace", is_flag=True, help="Use these listings instead of those ingested before.")
@table_options
@json_option
def ingest(
    train: Path | None, test: Path | None, replace: bool, table: str | None, sheet: str | None, as_json: bool
) -> None:
    """Take the listings of TRAIN into the database; with USE_DB and no file, those of its table SOURCE_TABLE.

    TRAIN is CSV, Excel, Parquet, JSON or JSON Lines, also packed with gzip or zip; - is standard input.
    """
    with open_avm() as avm, progress_bar() as progress:
        if train is None:
            if test is not None:
                raise click.UsageError(t("--test goes with a TRAIN file."))
            if not avm.settings.USE_DB:
                raise click.UsageError(t("Name a file, or set USE_DB=true to take a table of a database."))
            report = avm.listings.ingest_source(actor=local_actor(), replace=replace, progress=progress)
        else:
            report = avm.listings.ingest(
                opened(train),
                test=test and opened(test),
                file_name=called(train),
                choice=chosen(table, sheet),
                replace=replace,
                actor=local_actor(),
                progress=progress,
            )
    if as_json:
        print_json(report.to_dict(reader()))
    else:
        _print_report(report)


def _print_report(report: IngestReport) -> None:
    if not report.changed:
        click.echo(t("Nothing changed: these listings are in the database already."))
    for dataset in report.datasets:
        click.echo(
            t(
                "{file}: {train:integer} train and {test:integer} test listings",
                file=dataset.file_name,
                train=dataset.train_rows,
                test=dataset.test_rows,
            )
        )
    for note in report.notes:
        click.echo(f"- {said(note)}")
    if report.rejected:
        skipped = report.rejected
        click.echo(tn("{count:integer} row was skipped.", "{count:integer} rows were skipped.", "count", count=skipped))
        counted = sorted(report.reasons.items(), key=lambda item: -item[1])
        rows = [(integer(number), said(reason)) for reason, number in counted]
        print_table((t("Rows"), t("Reason")), rows, "")
        for rejection in report.rejections[:_SHOWN_REJECTIONS]:
            click.echo(f"  {_where(rejection)}")
        if skipped > _SHOWN_REJECTIONS:
            click.echo("  " + t("... --json lists more."))


def _where(rejection: Rejection) -> str:
    place = t("Row {row}", row=rejection.row) if rejection.line is None else t("Line {line}", line=rejection.line)
    return f"{place}: {said(rejection.reason)}"


@click.command(short_help="Show what looks wrong with a file; nothing is stored.")
@click.argument("file", type=_FILE)
@table_options
@json_option
def check(file: Path, table: str | None, sheet: str | None, as_json: bool) -> None:
    """Show what looks wrong with the listings of FILE, and how it was read; nothing is stored."""
    with open_nothing() as avm, progress_bar() as progress:
        result = avm.listings.check(
            opened(file),
            file_name=called(file),
            choice=chosen(table, sheet),
            progress=progress,
            language=reader(),
        )
    if as_json:
        print_json(result)
        return
    found = result["findings"]
    for note in result["notes"]:
        click.echo(f"- {note}")
    click.echo(t("Findings: {count:integer}, in {rows:integer} rows.", count=len(found), rows=result["rows"]))
    # Where there are no lines to count, as in Parquet, the data rows are counted.
    place = "row" if any(each["line"] is None for each in found) else "line"
    rows = [(each[place], t(SEVERITY_WORDS[each["severity"]]), each["check"], each["message"]) for each in found[:50]]
    title = t("Row") if place == "row" else t("Line")
    print_table((title, t("Severity"), t("Check"), t("Finding")), rows, t("Nothing looks wrong"))
    if len(found) > len(rows):
        click.echo(t("... and {count:integer} more: --json lists all.", count=len(found) - len(rows)))


@click.command(short_help="Make invented listings to try things with.")
@click.option("--rows", default=6_000, show_default=True, type=click.IntRange(10, 10_000_000), help="Listings to make.")
@click.option(
    "--seed", default=42, show_default=True, type=click.IntRange(0, 2**32 - 1), help="The same seed, the same rows."
)
@click.option("--out", default=Path("data/sample"), show_default=True, type=_FILE, help="Folder to write to.")
@json_option
def sample(rows: int, seed: int, out: Path, as_json: bool) -> None:
    """Make invented listings of Greater Santiago: train.csv and test.csv."""
    from pricing_core.listings.sample import write_sample

    with progress_bar() as progress:
        paths = write_sample(out, rows, seed, progress)
    if as_json:
        print_json({"files": [str(path) for path in paths], "rows": rows, "seed": seed})
    else:
        click.echo("\n".join(str(path) for path in paths))


@click.command(short_help="Write a file to fill in with listings.")
@click.option("--out", type=_FILE, help="Where to write it; without it, CSV on standard output.")
def template(out: Path | None) -> None:
    """Write a file with the columns of a listing and two examples: CSV, Excel, Parquet or JSON Lines by its ending."""
    from pricing_core.listings.export import save_table
    from pricing_core.listings.template import template_csv, template_frame

    if out is None:
        click.echo(template_csv().decode("utf-8-sig"), nl=False)
        return
    save_table(template_frame(), out)
    click.echo(str(out))


COMMANDS = (ingest, check, sample, template)
