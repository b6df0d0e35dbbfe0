"""``tasador value`` and ``tasador log``."""

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
    progress_bar,
    reader,
    said,
)
from pricing_core.nouns import Valuation
from pricing_core.nouns.schema import COLUMNS, KIND, SECTOR, TARGET


def _feature_options() -> list[click.Option]:
    # One option a column of the contract; the contract itself says what a value may be.
    return [
        click.Option([f"--{column.name.replace('_', '-')}", column.name], help=f"{column.description}.")
        for column in COLUMNS
        if column.name != TARGET
    ]


@click.pass_context
def _value(context: click.Context, /, file: Path | None, out: Path | None, as_json: bool, **given: str | None) -> None:
    described = {name: text for name, text in given.items() if text is not None}
    if file is not None:
        if described or out is None:
            raise click.UsageError("Give either a FILE with --out, or the options that describe one property.")
        _value_file(file, out, as_json)
        return
    if out is not None:
        raise click.UsageError("--out goes with a FILE of homes.")
    with open_avm() as avm:
        valuation = avm.value(described, actor=local_actor())
    if as_json:
        print_json(valuation.to_dict(reader()))
    else:
        _print_valuation(valuation)


def _value_file(file: Path, out: Path, as_json: bool) -> None:
    with open_avm() as avm, progress_bar() as progress:
        result = avm.value_file(file, out, actor=local_actor(), progress=progress, language=reader())
    if as_json:
        print_json(result)
        return
    click.echo(f"Valued {result['valued']:,} of {result['rows']:,} rows: {out}")
    if result["failed"]:
        click.echo(f"{result['failed']:,} rows could not be valued; the column error says why.")


def _print_valuation(valuation: Valuation) -> None:
    click.secho(f"{valuation.value:,.0f} {valuation.currency}", bold=True)
    if valuation.value_per_area is not None:
        click.echo(f"{valuation.value_per_area:,.1f} {valuation.currency}/{valuation.area_unit}")
    money = valuation.currency
    for level, (low, high) in sorted(valuation.ranges.items(), reverse=True):
        click.echo(f"{level} % range: {low:,.0f} to {high:,.0f} {money}")
    if valuation.reference_value is not None:
        click.echo(f"A typical one there: {valuation.reference_value:,.0f} {money}; what moved the value:")
    for driver in valuation.drivers:
        click.echo(f"  {driver['feature']:16} {driver['amount']:+,.0f} {money}")
    if valuation.second_opinion is not None:
        count = len(valuation.comparables)
        click.echo(f"Median of {count} comparables, adjusted: {valuation.second_opinion:,.0f} {money}")
    click.echo(f"Confidence: {valuation.confidence}")
    click.echo(f"Version {valuation.version} ({valuation.recipe}), logged as {valuation.log_id}")
    for note in valuation.notes:
        click.echo(f"- {said(note)}")


value = click.Command(
    "value",
    callback=_value,
    short_help="Value one home, or a file of homes.",
    help="Value one property described by options, or every row of FILE into --out.\n\n"
    "A number that is not given is filled by the model, and said. Values are estimates of asking prices.",
    params=[
        click.Argument(["file"], type=click.Path(path_type=Path), required=False),
        *_feature_options(),
        click.Option(["--out"], type=click.Path(path_type=Path), help="Where to write the valued file."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON document and nothing else."),
    ],
)


@click.command()
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100_000), help="How many to show.")
@json_option
def log(limit: int, as_json: bool) -> None:
    """Show the newest logged predictions."""
    with open_home() as avm:
        logged = avm.log.find(limit=limit)
        currency = avm.settings.CURRENCY
    if as_json:
        print_json([item.to_dict(reader()) for item in logged])
        return
    rows: list[tuple[object, ...]] = [
        (
            f"{item.created_at:%Y-%m-%d %H:%M:%S}",
            item.requested_by,
            item.source,
            item.subject[KIND],
            item.subject[SECTOR],
            f"{item.value:,.0f} {currency}",
            item.version,
            item.id,
        )
        for item in logged
    ]
    columns = ("when (UTC)", "who", "from", "type", "sector", "value", "version", "id")
    print_table(columns, rows, "Nothing has been valued yet: try `tasador value --help`.")


@click.command("explain-change", short_help="Say why a logged value would be another one today.")
@click.argument("log_id")
@json_option
def explain_change(log_id: str, as_json: bool) -> None:
    """Replay a logged prediction on its own version and on the champion, and say what moved its value."""
    with open_home() as avm:
        change = avm.log.explain_change(log_id)
        currency = avm.settings.CURRENCY
    if as_json:
        print_json(change.to_dict(reader()))
        return
    replayed = "" if change.replayed_value is None else f", replayed {change.replayed_value:,.2f} {currency}"
    click.echo(f"Logged {change.logged_value:,.2f} {currency}{replayed}.")
    click.echo(f"Now {change.present_value:,.2f} {currency}. {said(change.message)}")


COMMANDS = (value, log, explain_change)
