"""The sentences on why a value may be trusted less; `confidence` decides which of them are due."""

from __future__ import annotations

from collections.abc import Sequence

from pricing_core.model.usual_sizes import UsualSize
from pricing_core.nouns.schema import AREAS, COLUMN, called
from pricing_core.words import Message


def unknown_sector(rows: int, sector: str, meant: str | None) -> Message:
    """No listing is there; ``meant`` is a sector of nearly the same name."""
    told = Message(
        "None of the {rows:integer} listings learned from is in the sector {sector:quoted}.", rows=rows, sector=sector
    )
    return _or_meant(told, meant)


def few_in_sector(count: int, rows: int, sector: str, meant: str | None) -> Message:
    """Hardly a listing is there."""
    told = Message(
        "Only {count:integer} of the {rows:integer} listings learned from are in {sector:quoted}.",
        count=count,
        rows=rows,
        sector=sector,
    )
    return _or_meant(told, meant)


def _or_meant(told: Message, name: str | None) -> Message:
    return Message.joined([told, Message("Did you mean {name}?", name=name)]) if name else told


def unknown_type(rows: int, kind: str) -> Message:
    """No listing is of the type."""
    return Message(
        "None of the {rows:integer} listings learned from is of the type {kind:quoted}.", rows=rows, kind=kind
    )


def type_not_in_sector(count: int, sector: str, kind: str) -> Message:
    """No listing there is of the type."""
    return Message(
        "None of the {count:integer} listings in {sector} is of the type {kind:quoted}.",
        count=count,
        sector=sector,
        kind=kind,
    )


def far(away: float, usual: float) -> Message:
    """The nearest listing is far away."""
    return Message(
        "The nearest listing is {away:distance} away; within {usual:distance} is usual.", away=away, usual=usual
    )


def elsewhere(sector: str, away: float, usual: float, others: Sequence[str]) -> Message:
    """The point is not in the sector; ``others`` are those of the nearest listings."""
    if not others:
        return Message(
            "Sector and coordinates disagree: the point lies {away:distance} from the middle of {sector}, where half "
            "of the listings lie within {usual:distance}.",
            away=away,
            sector=sector,
            usual=usual,
        )
    return Message(
        "Sector and coordinates disagree: the point lies {away:distance} from the middle of {sector}, where half of "
        "the listings lie within {usual:distance}, while the nearest listings are in {other}.",
        away=away,
        sector=sector,
        usual=usual,
        other=others[0],
    )


def unusual(name: str, value: float, usual: UsualSize, kind: str | None, unit: str) -> Message:
    """A size that hardly a listing has; of the type ``kind``, or of all types."""
    among = Message("listings of the type {kind}", kind=kind) if kind else Message("listings")
    size, count, low, high = called(name), usual.listings, usual.low, usual.high
    if name not in AREAS:
        return Message(
            "{value:exact} {size} is unusual: 99 % of the {count:integer} {among} have {low:number} to {high:number}.",
            value=value,
            size=size,
            count=count,
            among=among,
            low=low,
            high=high,
        )
    return Message(
        "A {size} of {value:exact} {unit} is unusual: 99 % of the {count:integer} {among} have {low:number} to "
        "{high:number} {unit}.",
        size=size,
        value=value,
        unit=unit,
        count=count,
        among=among,
        low=low,
        high=high,
    )


def usable_larger(usable: float, total: float, unit: str, share: float) -> Message:
    """The usable area is larger than the total, as in a share of the listings."""
    return Message(
        "The usable area ({usable:exact} {unit}) is larger than the total area ({total:exact} {unit}), as in "
        "{share:percent} of the listings.",
        usable=usable,
        total=total,
        unit=unit,
        share=share,
    )


def filled(names: Sequence[str], *, placed: bool) -> Message:
    """Columns that were not given, and the position where the home is not ``placed``."""
    missing: list[Message | str] = [called(name) if name in COLUMN else name for name in names]
    if not placed:
        missing.append(Message("position"))
    return Message("Not given, so filled by the model: {names:list}.", names=missing)


def wide(width: float, usual: float) -> Message:
    """The 90 % range is wide."""
    return Message(
        "The 90 % range spans {width:percent} of the value, more than the {usual:percent} that are usual.",
        width=width,
        usual=usual,
    )
