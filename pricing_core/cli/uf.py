"""``tasador uf``: what one UF is worth in pesos, day by day."""

from __future__ import annotations

from pathlib import Path

import click

from pricing_core.cli.output import (
    json_option,
    local_actor,
    open_avm,
    open_home,
    print_json,
    print_table,
    reader,
    said,
    t,
)
from pricing_core.words import dates, numbers


@click.group(short_help="UF values, for prices in pesos and UF together.")
def uf() -> None:
    """What one UF is worth in pesos, day by day: prices in the other currency are converted by it."""


@uf.command("import", short_help="Take in a CSV file of days and values.")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def import_(file: Path, as_json: bool) -> None:
    """Take in FILE: a day and its value in pesos in each line, as 2026-11-23;39123,45 or 23-11-2026;39.123,45."""
    with open_avm() as avm:
        report = avm.uf.add_file(file, actor=local_actor())
    if as_json:
        print_json(report.to_dict(reader()))
        return
    click.echo("\n".join([said(report.message), *(f"- {said(note)}" for note in report.notes)]))


@uf.command("list", short_help="Show the newest values.")
@click.option("--limit", default=31, show_default=True, type=click.IntRange(1, 100_000), help="How many days.")
@json_option
def list_(limit: int, as_json: bool) -> None:
    """Show the values of the last days that are known."""
    with open_home() as avm:
        found = avm.uf.newest(limit)
    if as_json:
        print_json([each.to_dict(reader()) for each in found])
        return
    rows = [(dates.day(each.day, reader()), numbers.number(each.value, reader(), 2), each.added_by) for each in found]
    none = t("No UF values are known: bring some with `tasador uf import FILE.csv`.")
    print_table((t("Day"), t("Pesos"), t("By")), rows, none)


COMMANDS = (uf,)
