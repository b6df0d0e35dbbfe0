"""Where the columns stand that change what others mean, and one that holds both coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion.beside import BESIDE_NAMES, LISTED_ON, PAIR_NAMES
from pricing_core.listings.ingestion.column_match import Match
from pricing_core.listings.ingestion.header import key_of, shown
from pricing_core.nouns.schema import LATITUDE, LONGITUDE


def with_beside(match: Match, names: Sequence[str], table: str) -> Match:
    """A match that knows these columns too; those of the contract come first.

    Raises
    ------
    ListingsError
        When two columns say in which currency prices are, or what they are for.
    """
    taken = {*match.places.values(), *match.aside}
    free = {place: key_of(name) for place, name in enumerate(names) if place not in taken}
    places = dict(match.places)
    for place, key in free.items():
        column = BESIDE_NAMES.get(key)
        if column is None or column in match.said or (column == LISTED_ON and column in places):
            continue
        if column in places:
            raise ListingsError(
                "{file} has two columns for {column}, {both:list quoted}: leave one out.",
                file=table,
                column=column,
                both=[shown(names[places[column]]), shown(names[place])],
            )
        places[column] = place
    return _with_pair(replace(match, places=places), free)


def _with_pair(match: Match, free: dict[int, str]) -> Match:
    pair = next((place for place, key in free.items() if key in PAIR_NAMES), None)
    if pair is None or LATITUDE in match.places or LONGITUDE in match.places:
        return match
    return replace(match, places={**match.places, LATITUDE: pair}, absent=match.absent | {LONGITUDE})
