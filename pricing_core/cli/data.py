"""``tasador ingest``, ``check`` and ``sample``."""

from __future__ import annotations

from pathlib import Path

import click

from pricing_core.cli.columns import reading_options
from pricing_core.cli.files import name_of, opened
from pricing_core.cli.output import (
    json_option,
    local_actor,
    open_avm,
    open_nothing,
    print_json,
    progress_bar,
    reader,
    t,
)
from pricing_core.cli.reports import end_strictly, print_check, print_report, strict_option
from pricing_core.nouns.profiles import ColumnChoice

_FILE = click.Path(path_type=Path)


@click.command(short_help="Take listings into the database.")
@click.argument("train", type=_FILE, required=False)
@click.option("--test", type=_FILE, help="Listings to study models on; none is trained on.")
@click.option("--replace", is_flag=True, help="Use these listings instead of those ingested before.")
@reading_options(saves=True)
@strict_option
@json_option
def ingest(
    train: Path | None, test: Path | None, replace: bool, columns: ColumnChoice, strict: bool, as_json: bool
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
            report = avm.listings.ingest_source(
                actor=local_actor(), replace=replace, columns=columns, progress=progress
            )
        else:
            report = avm.listings.ingest(
                opened(train),
                test=test and opened(test),
                file_name=name_of(train),
                replace=replace,
                actor=local_actor(),
                columns=columns,
                progress=progress,
            )
    if as_json:
        print_json(report.to_dict(reader()))
    else:
        print_report(report)
    if strict:
        end_strictly(report.rejected > 0 or any(group.severity == "error" for group in report.findings))


@click.command(short_help="Show what looks wrong with a file; nothing is stored.")
@click.argument("file", type=_FILE)
@reading_options()
@strict_option
@json_option
def check(file: Path, columns: ColumnChoice, strict: bool, as_json: bool) -> None:
    """Show what looks wrong with the listings of FILE, and how it was read; nothing is stored."""
    with open_nothing() as avm, progress_bar() as progress:
        result = avm.listings.check(
            opened(file), file_name=name_of(file), columns=columns, progress=progress, language=reader()
        )
    if as_json:
        print_json(result)
    else:
        print_check(result)
    if strict:
        end_strictly(any(finding["severity"] == "error" for finding in result["findings"]))


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
@json_option
def template(out: Path | None, as_json: bool) -> None:
    """Write a file with the columns of a listing and two examples: CSV, Excel, Parquet or JSON Lines by its ending."""
    from pricing_core.listings.export import save_table
    from pricing_core.listings.template import template_csv, template_frame

    with open_nothing() as avm:
        columns = avm.settings.columns
    frame = template_frame(columns)
    if out is not None:
        save_table(frame, out)
    if as_json:
        print_json({"file": None if out is None else str(out), "columns": list(frame.columns)})
    else:
        click.echo(template_csv(columns).decode("utf-8-sig") if out is None else f"{out}\n", nl=False)


COMMANDS = (ingest, check, sample, template)
