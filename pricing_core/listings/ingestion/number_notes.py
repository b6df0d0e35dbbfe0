"""What is said of how numbers were read, a sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pricing_core.listings.ingestion.mark_counts import MarkCounts
from pricing_core.listings.ingestion.mark_meanings import Mark, Meaning
from pricing_core.listings.ingestion.numerals import readings
from pricing_core.words import Message, marked, plural

_BECAUSE: Final = {
    "cells": marked("its other cells say so"),
    "pairs": marked("so that no total area is smaller than the usable one"),
    "partner": marked("as in the other column of areas"),
    "usual": marked("as large as the listings in use"),
    "said": marked("as you said"),
}


def both_readings(cell: str) -> Message:
    """``5.210 (5.21 or 5,210)``."""
    found = readings(cell, groups=True)
    small, large = sorted(found.values(), key=abs)
    return Message("{cell:quoted} ({small:exact} or {large:exact})", cell=cell, small=small, large=large)


def read_as(column: str, cell: str, mark: Mark, meaning: Meaning, count: int, why: str) -> Message:
    """What numbers with a lone mark were read as, and why."""
    other: Mark = "," if mark == "." else "."
    return plural(
        "{column}: a number like {example} was read as {value}, in {count:integer} cell ({because}).",
        "{column}: numbers like {example} were read as {value}, in {count:integer} cells ({because}).",
        "count",
        column=column,
        example=cell,
        value=f"{readings(cell, groups=True)[mark if meaning == 'decimal' else other]:.15g}",
        count=count,
        because=Message(_BECAUSE[why]),
    )


def mixed(column: str, marks: Mapping[Mark, int]) -> Message:
    """A column with decimals of two kinds."""
    return Message(
        "{column} mixes decimal dots ({dots:integer} cells) and decimal commas ({commas:integer} cells).",
        column=column,
        dots=marks["."],
        commas=marks[","],
    )


def without_cents(column: str, counts: MarkCounts) -> Message:
    """Marks of a currency without cents."""
    return plural(
        "{column}: marks as in {example} were read as thousands marks, for the currency has no cents, in "
        "{count:integer} cell.",
        "{column}: marks as in {example} were read as thousands marks, for the currency has no cents, in "
        "{count:integer} cells.",
        "count",
        column=column,
        example=counts.settled_example,
        count=counts.settled,
    )


def shortened(column: str, counts: MarkCounts) -> Message:
    """Numbers of which digits may be missing."""
    return plural(
        "{column}: {count:integer} cell is shortened like {example}: a spreadsheet may have cut digits off.",
        "{column}: {count:integer} cells are shortened like {example}: a spreadsheet may have cut digits off.",
        "count",
        column=column,
        example=counts.shortened_example,
        count=counts.shortened,
    )


def written_with(column: str, unit: str, count: int) -> Message:
    """A unit beside numbers."""
    return plural(
        "{column} was written with {unit} in {count:integer} cell.",
        "{column} was written with {unit} in {count:integer} cells.",
        "count",
        column=column,
        unit=unit,
        count=count,
    )
