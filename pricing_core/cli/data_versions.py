"""``tasador data``: the rows that trainings saw."""

from __future__ import annotations

from pathlib import Path

import click

from pricing_core.cli.output import json_option, open_home, print_json, print_table
from pricing_core.nouns import Json

_NAME_LENGTH = 12


@click.group(short_help="List, compare and export the rows of trainings.")
def data() -> None:
    """The exact rows of each training: list, compare and export them.

    A data version is named by the first characters of its fingerprint, or by a model's version such as v3.
    """


@data.command("list")
@json_option
def list_versions(as_json: bool) -> None:
    """Show every data version, the newest first."""
    with open_home() as avm:
        versions, models = avm.data.list(), avm.versions.all()
    used: dict[str, list[str]] = {}
    for model in reversed(models):
        used.setdefault(str(model.manifest.get("data_version")), []).append(f"v{model.version}")
    if as_json:
        print_json([item.to_dict() | {"versions": used.get(item.fingerprint, [])} for item in versions])
        return
    rows = [
        (
            item.fingerprint[:_NAME_LENGTH],
            f"{item.created_at:%Y-%m-%d %H:%M}",
            f"{item.train_rows:,}",
            f"{item.test_rows:,}",
            f"{item.excluded:,}",
            f"{item.corrected:,}",
            f"{item.left_out:,}",
            ", ".join(used.get(item.fingerprint, [])),
        )
        for item in versions
    ]
    columns = ("data version", "made (UTC)", "train", "test", "excluded", "corrected", "left out", "models")
    print_table(columns, rows, "No data version yet: run `tasador train`.")


@data.command()
@click.argument("a")
@click.argument("b")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0, 100_000), help="Rows to show of each.")
@json_option
def diff(a: str, b: str, limit: int, as_json: bool) -> None:
    """Show which rows came, went or changed from data version A to B."""
    with open_home() as avm:
        found = avm.data.diff(a, b, limit)
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['added']:,} rows added, {found['removed']:,} removed, {found['changed']:,} changed")
    _print_rows("Added", found["first"]["added"])
    _print_rows("Removed", found["first"]["removed"])
    _print_rows("Changed", found["first"]["changed"])


def _print_rows(title: str, rows: list[Json]) -> None:
    if rows:
        click.echo(f"\n{title}:")
        print_table(list(rows[0]), [list(row.values()) for row in rows], "")


@data.command()
@click.argument("name")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A file that ends in .csv or .parquet.")
@json_option
def export(name: str, out: Path, as_json: bool) -> None:
    """Write the rows of a data version to a file."""
    with open_home() as avm:
        result = avm.data.export(name, out)
    if as_json:
        print_json(result)
    else:
        click.echo(f"{result['rows']:,} rows of {result['fingerprint'][:_NAME_LENGTH]} are in {out}.")


COMMANDS = (data,)
