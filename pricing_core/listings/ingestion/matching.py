"""Which column of a table is which column of the contract: what is sure is taken and said, all else is asked about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pricing_core.listings.ingestion.beside import BESIDE
from pricing_core.listings.ingestion.beside_places import with_beside
from pricing_core.listings.ingestion.cell_kinds import contradicts
from pricing_core.listings.ingestion.column_match import Match
from pricing_core.listings.ingestion.constants import notes_of, refuse_twofold
from pricing_core.listings.ingestion.declared_cells import declared_names
from pricing_core.listings.ingestion.header import IS_TRAIN, Header, key_of, shown
from pricing_core.listings.ingestion.known_names import LIKELY, meanings, unit_in
from pricing_core.listings.ingestion.proposals import is_vague, proposals
from pricing_core.listings.ingestion.said_columns import places_said
from pricing_core.listings.ingestion.units import means
from pricing_core.nouns.declared import Declaration
from pricing_core.nouns.profiles import NOTHING_SAID, ColumnSettings
from pricing_core.nouns.schema import BEDROOMS, COLUMNS, LISTING_COLUMNS
from pricing_core.words import Message

FIELDS: Final = (*LISTING_COLUMNS, IS_TRAIN)
Expected = Mapping[str, str | None]
"""The unit that is wanted of a column, where one is set."""


@dataclass(frozen=True)
class ColumnsSaid:
    """What a person said of the columns of a table, and what is to be told of that."""

    settings: ColumnSettings = NOTHING_SAID
    notes: tuple[Message, ...] = ()


SettingsOf = Callable[[Sequence[str]], ColumnsSaid]
"""Gives what a person said of the columns, for their names."""


def nothing_said(_names: Sequence[str]) -> ColumnsSaid:
    """What is known of a table that nobody said anything of."""
    return ColumnsSaid()


@dataclass(frozen=True)
class ColumnRules:
    """What decides on the columns of a table beside their names.

    Parameters
    ----------
    said
        Gives what a person said, for the names of the columns of a table.
    expected
        Of two columns of which one is named with the expected unit, that one is taken.
    fields
        What columns may be mapped to.
    declared
        Further columns that are known by name alone, by how `header.key_of` writes it.
    """

    said: SettingsOf = nothing_said
    expected: Expected = field(default_factory=dict)
    fields: tuple[str, ...] = FIELDS
    declared: Mapping[str, str] = field(default_factory=dict)


BY_NAME: Final = ColumnRules()


def column_rules(said: SettingsOf, currency: str | None, area_unit: str | None, declared: Declaration) -> ColumnRules:
    """What decides on the columns of a table in one installation."""
    fields = (*FIELDS, *declared.names)
    return ColumnRules(said, expected_units(currency, area_unit), fields, declared_names(declared))


def expected_units(currency: str | None, area_unit: str | None) -> Expected:
    """The units of the settings, by column."""
    of_role = {"price": currency, "area": area_unit}
    return {column.name: of_role[column.role] for column in COLUMNS if column.role in of_role}


def matched(header: Header, table: str, *, rows: Sequence[Sequence[str]] = (), rules: ColumnRules = BY_NAME) -> Header:
    """A header that knows where the columns of the contract stand.

    Parameters
    ----------
    rows
        The first rows: names are held against what the cells hold.
    rules
        What a person said goes before everything else.

    Raises
    ------
    ListingsError
        When what was said names no column of the table or of ours.
    """
    said = rules.said(header.names)
    match = match_columns(header.names, table, rows=rows, settings=said.settings, rules=rules)
    notes = (*said.notes, *match.notes, *notes_of(said.settings.constants))
    match = with_beside(replace(match, notes=notes), header.names, table)
    units = {column: unit for column, place in match.places.items() if (unit := unit_in(header.names[place], column))}
    units |= said.settings.units
    found = replace(header, places=match.places, match=match, units=units, settings=said.settings)
    refuse_twofold(found, table)
    return found


def match_columns(
    names: Sequence[str],
    table: str,
    *,
    rows: Sequence[Sequence[str]] = (),
    settings: ColumnSettings = NOTHING_SAID,
    rules: ColumnRules = BY_NAME,
) -> Match:
    """Match names; see `matched`."""
    said, aside = places_said(names, settings, (*rules.fields, *BESIDE), table)
    free = {place: _cells(rows, place) for place in range(len(names)) if place not in {*said.values(), *aside}}
    declared = _declared(names, free, rules.declared, said)
    free = {place: cells for place, cells in free.items() if place not in declared.values()}
    beyond = {*said, *settings.absent}
    wanted = [column for column in FIELDS if column not in beyond]
    found = {column: among for column in wanted if (among := _candidates(column, names, free))}
    chosen = {column: _choose(column, among, names, rules.expected) for column, among in found.items()}
    places = {column: place for column, place in chosen.items() if place is not None}
    clashes = {column: tuple(found[column]) for column, place in chosen.items() if place is None}
    clashes |= {column: _rivals(column, places, names, free) for column in places}
    clashes = {column: rivals for column, rivals in clashes.items() if rivals}
    places = {column: place for column, place in places.items() if column not in clashes}
    left = {place: cells for place, cells in free.items() if place not in places.values()}
    settled = {*places, *clashes, *settings.constants, IS_TRAIN}
    open_columns = [column for column in wanted if column not in settled]
    return Match(
        places={**said, **declared, **places},
        said=frozenset(said),
        clashes=clashes,
        proposals=proposals(open_columns, names, left, by_cells=bool(said or places)),
        aside=aside,
        absent=frozenset(settings.absent),
        constants=frozenset(settings.constants),
        notes=(*_notes(places, found, names), *_all_rooms(places, names, left)),
    )


def _all_rooms(places: Mapping[str, int], names: Sequence[str], left: Mapping[int, Sequence[str]]) -> list[Message]:
    """Why a column that counts all rooms is none of bedrooms, where another one counts those."""
    if BEDROOMS not in places:
        return []
    others = [names[place] for place, cells in left.items() if _rank(BEDROOMS, names[place], cells) is not None]
    return [
        Message(
            "{name:quoted} was left aside: it counts all rooms, and {column} are the bedrooms, which {taken:quoted} "
            "counts.",
            name=shown(name, 40),
            column=BEDROOMS,
            taken=shown(names[places[BEDROOMS]], 40),
        )
        for name in others
    ]


def _declared(
    names: Sequence[str], free: Collection[int], known: Mapping[str, str], said: Collection[str]
) -> dict[str, int]:
    """Where the further columns stand: the first of each name."""
    places: dict[str, int] = {}
    for place in free:
        column = known.get(key_of(names[place]))
        if column is not None and column not in said:
            places.setdefault(column, place)
    return places


def _cells(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row)]


def _candidates(column: str, names: Sequence[str], free: Mapping[int, Sequence[str]]) -> list[int]:
    """The places with a name that means the column for certain, those of the best names first and alone."""
    ranks = {place: rank for place, cells in free.items() if (rank := _rank(column, names[place], cells)) is not None}
    best = min(ranks.values(), default=0)
    return [place for place, rank in ranks.items() if rank == best]


def _rank(column: str, name: str, cells: Sequence[str]) -> int | None:
    rank = next((each.rank for each in meanings(name) if each.column == column and each.rank < LIKELY), None)
    if rank is None or (key_of(name) != key_of(column) and contradicts(column, cells)):
        return None
    return rank


def _choose(column: str, places: Sequence[int], names: Sequence[str], expected: Expected) -> int | None:
    """The one candidate, or the one that is named with the expected unit; ``None`` where a person must say."""
    if len(places) == 1:
        return places[0]
    wanted = expected.get(column)
    units = {place: unit_in(names[place], column) for place in places}
    fitting = [place for place, unit in units.items() if wanted and unit and means(unit, wanted)]
    return fitting[0] if len(fitting) == 1 and all(units.values()) else None


def _rivals(
    column: str, places: Mapping[str, int], names: Sequence[str], free: Mapping[int, Sequence[str]]
) -> tuple[int, ...]:
    """What else could be a column whose name is none of the best; of good names there is no doubt."""
    place = places[column]
    others = [other for each, other in places.items() if each != column]
    if place in others:
        return (place,)
    if not _rank(column, names[place], free[place]):
        return ()
    taken = set(places.values())
    vague = [other for other, cells in free.items() if other not in taken and is_vague(names[other], column)]
    vague = [other for other in vague if not contradicts(column, free[other])]
    return (place, *vague) if vague else ()


def _notes(places: Mapping[str, int], found: Mapping[str, Collection[int]], names: Sequence[str]) -> list[Message]:
    foreign = [
        Message("{name:quoted} as {column}", name=shown(names[place], 40), column=column)
        for column, place in places.items()
        if key_of(names[place]) != key_of(column)
    ]
    notes = [Message("Columns were read by their names: {pairs:list}.", pairs=foreign)] if foreign else []
    for column, place in places.items():
        others = [shown(names[other], 40) for other in found[column] if other != place]
        if others:
            notes.append(
                Message(
                    "{name:quoted} was read as {column}, for it is in the unit of the settings; {others:list quoted} "
                    "was left aside.",
                    name=shown(names[place], 40),
                    column=column,
                    others=others,
                )
            )
    return notes
