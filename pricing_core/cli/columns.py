"""Which column of a file is which: the options of all commands that read one, and ``tasador profiles``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TypeVar

import click

from pricing_core.cli.output import (
    json_option,
    local_actor,
    moment,
    open_avm,
    open_home,
    print_json,
    print_table,
    reader,
    t,
)
from pricing_core.nouns import TableChoice
from pricing_core.nouns.listings import DecimalMark
from pricing_core.nouns.profiles import ColumnChoice, Profile, read_constants, read_mapping

_MAP_HELP = (
    'Which column is which, as in "Precio UF=price"; "Precio CLP=" leaves one aside, "=net_area" says that there is '
    "none. May be given several times."
)
_SET_HELP = 'What all rows are, where the file has no column for it, as in "type=departamento".'
_DECIMAL_HELP = "The mark before decimals, where the file leaves it open."
R = TypeVar("R")
C = TypeVar("C", bound=Callable[..., object] | click.Command)
_OPTIONS = (
    click.option("--map", "maps", metavar="COLUMN=FIELD", multiple=True, help=_MAP_HELP),
    click.option("--set", "sets", metavar="FIELD=VALUE", multiple=True, help=_SET_HELP),
    click.option("--profile", metavar="NAME", help="Read the columns by a saved profile."),
    click.option("--decimal", type=click.Choice(["comma", "dot"]), help=_DECIMAL_HELP),
    click.option("--table", help="Which file of an archive, or which list of a JSON document."),
    click.option("--sheet", help="Which sheet of a workbook."),
)
_SAVE = click.option(
    "--save-profile", metavar="NAME", help="Keep how the columns were read, for files with the same header."
)


def reading_options(*, saves: bool = False) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """The options that say how a file is meant; the command is given them together, as ``columns``."""
    return lambda command: with_reading_options(gathered(command), saves=saves)


def with_reading_options(command: C, *, saves: bool = False) -> C:
    """A command with the options that `gathered` takes."""
    for option in reversed((*_OPTIONS, _SAVE) if saves else _OPTIONS):
        command = option(command)
    return command


def gathered(command: Callable[..., R]) -> Callable[..., R]:
    """A command that is given what was said of a file together, as ``columns``."""

    @wraps(command)
    def called(
        *arguments: object,
        maps: tuple[str, ...],
        sets: tuple[str, ...],
        profile: str | None,
        decimal: DecimalMark | None,
        table: str | None,
        sheet: str | None,
        save_profile: str | None = None,
        **others: object,
    ) -> R:
        choice = TableChoice(table, sheet)
        said = replace(read_mapping(maps), constants=read_constants(sets))
        columns = ColumnChoice(said, profile or "", save_profile or "", decimal, choice)
        return command(*arguments, columns=columns, **others)

    return called


@click.group()
def profiles() -> None:
    """See and remove how columns of files are read, as --save-profile kept it."""


@profiles.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show the saved profiles."""
    with open_home() as avm:
        found = avm.listings.profiles.all()
    if as_json:
        print_json([each.to_dict(reader()) for each in found])
        return
    rows = [(each.name, len(each.header), moment(each.saved_at), each.saved_by) for each in found]
    none = t("No profile is saved: `tasador ingest FILE --save-profile NAME` saves one.")
    print_table((t("Name"), t("Columns"), t("Saved"), t("By")), rows, none)


@profiles.command()
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show what a profile says of each column."""
    with open_home() as avm:
        found = avm.listings.profiles.get(name)
    if as_json:
        print_json(found.to_dict(reader()))
    else:
        print_table((t("Column of the file"), t("Read as"), t("Unit"), t("Decimal mark")), _rows(found), "")


def _rows(profile: Profile) -> list[tuple[object, ...]]:
    said = profile.settings
    fields = [(name, said.fields.get(name, "")) for name in profile.header]
    fields += [("", column) for column in said.absent]
    constants: list[tuple[object, ...]] = [
        (t("{value:quoted} in all rows", value=value), name, "", "") for name, value in said.constants.items()
    ]
    return constants + [
        (name or t("(none)"), column or t("(left aside)"), said.units.get(column, ""), said.decimals.get(column, ""))
        for name, column in fields
    ]


@profiles.command()
@click.argument("name")
@json_option
def remove(name: str, as_json: bool) -> None:
    """Forget a profile; what was read by it stays."""
    with open_avm() as avm:
        avm.listings.profiles.remove(name, actor=local_actor())
    if as_json:
        print_json({"removed": name})
    else:
        click.echo(t("The profile {name:quoted} was removed.", name=name))


COMMANDS = (profiles,)
