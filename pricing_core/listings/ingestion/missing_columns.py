"""A table that lacks columns is refused once, with all that is missing and the best that could be it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.header import Header, listed, shown
from pricing_core.listings.ingestion.matching import Expected
from pricing_core.listings.ingestion.units import means
from pricing_core.nouns.schema import CATEGORIES, COLUMN, LISTING_COLUMNS, NUMBERS, TARGET
from pricing_core.words import Message

_SHOWN: Final = 40


def require_columns(header: Header, table: str, *, require_price: bool) -> None:
    """Refuse a table that lacks columns of the contract, or leaves open which they are.

    Raises
    ------
    ListingsError
        Naming all that are missing, what could be them, and how to say so.
    """
    needed = [column for column in LISTING_COLUMNS if require_price or column != TARGET]
    clashes = [column for column in header.match.clashes if column in needed]
    missing = [column for column in header.match.missing if column in needed and column not in clashes]
    if len(missing) == len(needed) and not header.match.proposals:
        raise ListingsError(
            "{file} is no listing table: its first line reads {line:quoted}, but the columns {needed:list} are needed.",
            file=table,
            line=shown(header.delimiter.join(header.names), 100),
            needed=needed,
        )
    problems = [_clash(header, column, table) for column in clashes]
    problems += [_lacks(header, missing, table)] if missing else []
    if problems:
        raise ListingsError(Message.joined(problems))


def refuse_clashes(header: Header, table: str) -> None:
    """Refuse a table that has two columns for one, whether that is needed or not.

    Raises
    ------
    ListingsError
        Naming both.
    """
    if header.match.clashes:
        raise ListingsError(Message.joined([_clash(header, column, table) for column in header.match.clashes]))


def _clash(header: Header, column: str, table: str) -> Message:
    names = [shown(header.names[place], _SHOWN) for place in header.match.clashes[column]]
    return Message(
        '{file} has two columns for {column}, {both:list quoted}: say which it is, as in --map "{name}={column}".',
        file=table,
        column=column,
        both=names,
        name=names[0],
    )


def _lacks(header: Header, missing: Sequence[str], table: str) -> Message:
    found = Message(
        "{file} lacks the columns {missing:list}; it has {found:list}.",
        file=table,
        missing=missing,
        found=listed(header.names),
    )
    alike = [_looks_like(header, column) for column in missing if column in header.match.proposals]
    unknown = [column for column in missing if column not in header.match.proposals]
    return Message.joined([found, *alike, *_say_how(unknown)])


def _looks_like(header: Header, column: str) -> Message:
    names = [shown(header.names[place], _SHOWN) for place in header.match.proposals[column]]
    if len(names) == 1:
        return Message(
            '{name:quoted} looks like {column}: --map "{name}={column}" settles it.', name=names[0], column=column
        )
    return Message(
        '{names:list quoted} look like {column}: say which it is, as in --map "{name}={column}".',
        names=names,
        name=names[0],
        column=column,
    )


def _say_how(columns: Sequence[str]) -> list[Message]:
    """How to name a column that nothing looks like, and how to say that there is none."""
    if not columns:
        return []
    told = [
        Message(
            'Nothing looks like {columns:list}: name what it is, as in --map "NAME={column}".',
            columns=columns,
            column=columns[0],
        )
    ]
    named = [column for column in columns if column in CATEGORIES]
    if named:
        told.append(Message("Where all rows are of one {column}, --set {column}=NAME says which.", column=named[0]))
    optional = [column for column in columns if column in NUMBERS]
    if optional:
        told.append(Message('Where the table has no {column}, --map "={column}" leaves it empty.', column=optional[0]))
    return told


def refuse_units(header: Header, table: str, expected: Expected) -> None:
    """Refuse a table with a column that is named with another unit than the expected one.

    Raises
    ------
    ListingsError
        Naming the column and both units.
    """
    for column, unit in header.units.items():
        wanted = expected.get(column)
        if column in header.settings.units:
            continue  # a person says so knowingly: its cells are converted
        if column in header.places and wanted and not means(unit, wanted):
            raise ListingsError(
                "{file} has the column {name:quoted}, in {unit}, but {expected} is expected: convert the column, or "
                "set {setting}.",
                file=table,
                name=shown(header.names[header.places[column]]),
                unit=unit,
                expected=wanted,
                setting="CURRENCY" if COLUMN[column].role == "price" else "AREA_UNIT",
            )
