"""``tasador value`` and ``tasador log``."""

from __future__ import annotations

import codecs
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pricing_core.cli.chosen_words import GRADE_WORDS
from pricing_core.cli.columns import gathered, with_reading_options
from pricing_core.cli.files import opened
from pricing_core.cli.output import (
    aligned,
    json_option,
    local_actor,
    moment,
    money,
    open_avm,
    open_home,
    print_json,
    print_lines,
    print_table,
    progress_bar,
    reader,
    said,
    t,
    tn,
)
from pricing_core.nouns import Json, Valuation
from pricing_core.nouns.base import SOURCE_WORDS
from pricing_core.nouns.declared import Declaration
from pricing_core.nouns.profiles import AS_NAMED, ColumnChoice
from pricing_core.nouns.schema import COLUMNS, KIND, SECTOR, TARGET, called
from pricing_core.words import numbers


def _feature_options() -> list[click.Option]:
    # One option a column of the contract; the contract itself says what a value may be.
    return [
        click.Option([f"--{column.name.replace('_', '-')}", column.name], help=f"{column.description}.")
        for column in COLUMNS
        if column.name != TARGET
    ]


@click.pass_context
def _value(
    context: click.Context,
    /,
    file: Path | None,
    out: Path | None,
    columns: ColumnChoice,
    declared: tuple[str, ...],
    as_of: str | None,
    as_json: bool,
    **given: str | None,
) -> None:
    described = {name: text for name, text in given.items() if text is not None} | _declared(declared)
    if file is not None:
        if described:
            raise click.UsageError(t("Give either a FILE, or the options that describe one property."))
        _value_file(file, out, columns, as_of, as_json)
        return
    if out is not None:
        raise click.UsageError(t("--out goes with a FILE of homes."))
    if columns != AS_NAMED:
        raise click.UsageError(t("How a file is read can be said of a FILE of homes alone."))
    with open_avm() as avm:
        declaration = avm.settings.columns
        read = _read(described, declaration)
        valuation = avm.value({**described, **read}, actor=local_actor(), as_of=as_of)
    if as_json:
        print_json(valuation.to_dict(reader()))
    else:
        _print_valuation(valuation, declaration)
        for name, value in read.items():
            text = described[name]
            note = t("{column}: {text:quoted} was read as {value:exact}.", column=name, text=text, value=value)
            click.echo(f"- {note}")


def _read(described: Json, columns: Declaration) -> dict[str, float]:
    """The numbers among what was typed that can be read in one way; others are refused with both readings."""
    from pricing_core.listings.ingestion.single_numbers import sure_number

    read = {name: sure_number(text, name, columns) for name, text in described.items() if not _is_plain(text)}
    return {name: value for name, value in read.items() if value is not None}


def _is_plain(text: str) -> bool:
    """Whether the contract reads it, or refuses it, without help."""
    return "," not in text and " " not in text.strip() and "'" not in text


def _declared(pairs: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        name = name.strip()
        if not sign or not name or name in found:
            raise click.UsageError(
                t("--declared takes each column once, as NAME=VALUE, but {arrived:quoted} arrived.", arrived=pair)
            )
        found[name] = text
    return found


def _value_file(file: Path, out: Path | None, columns: ColumnChoice, as_of: str | None, as_json: bool) -> None:
    if out is None and as_json:
        raise click.UsageError(t("--json goes with --out: the values themselves are a CSV file."))
    with TemporaryDirectory(prefix="tasador-") as folder:
        written = out or Path(folder) / "values.csv"
        with open_avm() as avm, progress_bar() as progress:
            result = avm.value_file(
                opened(file),
                written,
                actor=local_actor(),
                progress=progress,
                language=reader(),
                columns=columns,
                as_of=as_of,
            )
        if out is None:
            # A mark at the start is for spreadsheets; it would be part of the first name to a program.
            click.echo(written.read_bytes().removeprefix(codecs.BOM_UTF8), nl=False)
    if as_json:
        print_json(result)
    else:
        _summarise(result, out)


def _summarise(result: Json, out: Path | None) -> None:
    valued, rows, failed = result["valued"], result["rows"], result["failed"]
    told = t("Valued {valued:integer} of {rows:integer} rows: {file}", valued=valued, rows=rows, file=out or "stdout")
    for line in (told, *(f"- {note}" for note in result["notes"])):
        click.echo(line, err=out is None)
    if failed:
        click.echo(
            tn(
                "{count:integer} row could not be valued; the column error says why.",
                "{count:integer} rows could not be valued; the column error says why.",
                "count",
                count=failed,
            ),
            err=out is None,
        )


def _print_valuation(valuation: Valuation, columns: Declaration) -> None:
    currency = valuation.currency
    click.secho(money(valuation.value, currency), bold=True)
    if valuation.value_per_area is not None:
        click.echo(f"{money(valuation.value_per_area, currency)}/{valuation.area_unit}")
    for level, (low, high) in sorted(valuation.ranges.items(), reverse=True):
        click.echo(
            t(
                "{level} % range: {low:money currency} to {high:money currency}",
                level=level,
                low=low,
                high=high,
                currency=currency,
            )
        )
    _print_drivers(valuation, columns)
    if valuation.level_words is not None:
        click.echo(said(valuation.level_words))
    click.echo(t(GRADE_WORDS[valuation.confidence]))
    click.echo(
        t(
            "Version {version} ({recipe}), logged as {log_id}",
            version=valuation.version,
            recipe=valuation.recipe,
            log_id=valuation.log_id,
        )
    )
    for note in valuation.notes:
        click.echo(f"- {said(note)}")


def _print_drivers(valuation: Valuation, columns: Declaration) -> None:
    typical, opinion, currency = valuation.reference_value, valuation.second_opinion, valuation.currency
    if typical is not None:
        words = t(
            "The typical listing of its type there: {value:money currency}. What moves the value from there:",
            value=typical,
            currency=currency,
        )
        click.echo(words)
    amounts = [numbers.signed_money(driver["amount"], currency, reader()) for driver in valuation.drivers]
    width = max(map(len, amounts), default=0)
    names = [
        t("location") if driver["feature"] == "location" else said(called(driver["feature"], columns))
        for driver in valuation.drivers
    ]
    for line in aligned([(name, f"{amount:>{width}}") for name, amount in zip(names, amounts, strict=True)]):
        click.echo(f"  {line}")
    if opinion is not None:
        count = len(valuation.comparables)
        words = t(
            "Median of {count} comparables, adjusted to this home: {value:money currency}",
            count=count,
            value=opinion,
            currency=currency,
        )
        click.echo(words)


_COMMAND = click.Command(
    "value",
    callback=gathered(_value),
    short_help="Value one home, or a file of homes.",
    help="Value one property described by options, or every row of FILE (- is standard input).\n\n"
    "A number that is not given is filled by the model, and said. Values are estimates of asking prices.",
    params=[
        click.Argument(["file"], type=click.Path(path_type=Path), required=False),
        *_feature_options(),
        click.Option(
            ["--declared"],
            multiple=True,
            metavar="NAME=VALUE",
            help="A column that you declare in columns.yaml, such as year_built=1995; as often as there are columns.",
        ),
        click.Option(
            ["--as-of"],
            metavar="DATE",
            help="The day of the value, such as 2024-03-31; today when left out.",
        ),
        click.Option(
            ["--out"],
            type=click.Path(path_type=Path),
            help="Where to write the valued file: .csv, .csv.gz, .xlsx, .parquet or .jsonl; without it, CSV on "
            "standard output.",
        ),
        click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON document and nothing else."),
    ],
)
value = with_reading_options(_COMMAND, saves=True)


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
            moment(item.created_at),
            item.requested_by,
            t(SOURCE_WORDS[item.source]) if item.source in SOURCE_WORDS else item.source,
            item.subject[KIND],
            item.subject[SECTOR],
            money(item.value, currency),
            item.version,
            item.id,
        )
        for item in logged
    ]
    asked = (t("When"), t("By"), t("Through"), t("Type"), t("Sector"))
    columns = (*asked, t("Value"), t("Version"), t("Log entry"))
    print_table(columns, rows, t("Nothing has been valued yet: try `tasador value --help`."))


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
    values = [(t("Logged"), change.logged_value), (t("Its version, now"), change.replayed_value)]
    told = [*values, (t("Champion, now"), change.present_value)]
    print_lines(aligned([(label, money(value, currency)) for label, value in told if value is not None]))
    print_lines([said(change.message)])


COMMANDS = (value, log, explain_change)
