"""``tasador data``: the rows that trainings saw."""

from __future__ import annotations

from pathlib import Path

import click

from pricing_core.cli.output import integer, json_option, moment, open_home, print_json, print_table, said, t
from pricing_core.nouns import Json
from pricing_core.nouns.schema import called
from pricing_core.words import marked

_NAME_LENGTH = 12
_DIFF_WORDS = {
    "id": marked("Listing"),
    "is_train": marked("Train"),
    "column": marked("Column"),
    "before": marked("Before"),
    "after": marked("After"),
}


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
            moment(item.created_at),
            *map(integer, (item.train_rows, item.test_rows, item.excluded, item.corrected, item.left_out)),
            ", ".join(used.get(item.fingerprint, [])),
        )
        for item in versions
    ]
    counts = (t("Train"), t("Test"), t("Excluded"), t("Corrected"), t("Left out"))
    columns = (t("Data version"), t("When"), *counts, t("Version"))
    print_table(columns, rows, t("No data version yet: run `tasador train`."))


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
    first = found["first"]
    _print_rows(t("Rows added: {count:integer}", count=found["added"]), first["added"])
    _print_rows(t("Rows removed: {count:integer}", count=found["removed"]), first["removed"])
    _print_rows(t("Rows changed: {count:integer}", count=found["changed"]), first["changed"])


def _print_rows(title: str, rows: list[Json]) -> None:
    click.echo(title)
    if rows:
        cells = [[_name(value) if name == "column" else value for name, value in row.items()] for row in rows]
        print_table(list(map(_name, rows[0])), cells, "")


def _name(column: str) -> str:
    return t(_DIFF_WORDS[column]) if column in _DIFF_WORDS else said(called(column))


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
        name = result["fingerprint"][:_NAME_LENGTH]
        click.echo(t("{rows:integer} rows of {name} are in {file}.", rows=result["rows"], name=name, file=out))


COMMANDS = (data,)
