"""``tasador market``: what typical homes are worth from month to month."""

from __future__ import annotations

import click

from pricing_core.cli.output import json_option, money, open_avm, percent, print_json, print_table, reader, t
from pricing_core.nouns.market import MarketCourse, MarketReport
from pricing_core.words import dates


@click.command(short_help="Show the market's level by type and sector over time.")
@click.option("--type", "kind", help="Kind of home, such as casa or departamento.")
@click.option("--sector", help="Comuna, suburb or postal code.")
@json_option
def market(kind: str | None, sector: str | None, as_json: bool) -> None:
    """Show what the typical home of a type and sector is worth from month to month, and how sure that is.

    Without options, all types; with one of them, all that the champion knows of it; with both, the whole course. The
    champion learns it from listings with dates.
    """
    with open_avm() as avm:
        found = avm.market_report(kind, sector)
    if as_json:
        print_json(found.to_dict(reader()))
        return
    if len(found.courses) == 1:
        _print_course(found.courses[0], found.currency)
    else:
        _print_all(found)
    click.echo(
        t(
            "Learned from listings of {first:date} to {last:date}; then the trend goes on until {reaches:date}.",
            first=found.first_day,
            last=found.last_day,
            reaches=found.reaches,
        )
    )


def _print_all(found: MarketReport) -> None:
    rows: list[tuple[object, ...]] = []
    for course in found.courses:
        now = next(point for point in course.points if point.day == found.last_day)
        rows.append((course.type, course.sector, course.listings, money(now.value, found.currency), _change(course)))
    heads = (t("Type"), t("Sector"), t("Listings"), t("Typical home"), t("In twelve months"))
    print_table(heads, rows, "")


def _change(course: MarketCourse) -> str:
    return percent(course.change)


def _print_course(course: MarketCourse, currency: str) -> None:
    heads = [t("Day"), t("Typical home"), t("At least"), t("At most")]
    other = "pesos" if currency != "CLP" else "uf"
    with_other = any(getattr(point, other) is not None for point in course.points)
    rows = []
    for point in course.points:
        row = [dates.day(point.day, reader()), *(money(x, currency) for x in (point.value, point.low, point.high))]
        beside = [money(getattr(point, other), "CLP" if other == "pesos" else "UF")] if with_other else []
        rows.append((*row, *beside, t("foretold") if point.foretold else ""))
    click.secho(t("{type:name} in {sector:name}", type=course.type, sector=course.sector), bold=True)
    print_table((*heads, *([t("Pesos") if other == "pesos" else t("In UF")] if with_other else []), ""), rows, "")


COMMANDS = (market,)
