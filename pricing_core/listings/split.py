"""Reviewed listings -> train rows and test rows, and how many listings reviews took away."""

from __future__ import annotations

from typing import Final

import pandas as pd
from sklearn.model_selection import train_test_split

from pricing_core.errors import ListingsError
from pricing_core.listings.as_reviewed import EXCLUDED, UNREVIEWED_ERROR, usable
from pricing_core.nouns.schema import LISTING_COLUMNS
from pricing_core.settings import Settings
from pricing_core.words import Message

COUNTS: Final = ("rows_excluded", "rows_corrected", "rows_unreviewed_errors_left_out")
_FEWEST_ROWS: Final = 10


def split_listings(listings: pd.DataFrame, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame, Message]:
    """Train rows, test rows, and how they were split in words.

    The ``is_train`` split is kept, unless ``SHUFFLE_RAW_DATA`` asks for a seeded one or there are no test rows. All
    listings are split before those that ``left_out`` names are taken away, so that a review moves no other listing.

    Raises
    ------
    ListingsError
        When there are too few listings to train on.
    """
    used = usable(listings, settings)
    if used.sum() < _FEWEST_ROWS:
        raise _too_few(int(used.sum()), listings)
    columns = ["id", *LISTING_COLUMNS, *(name for name in settings.columns.names if name in listings)]
    is_train = listings["is_train"].astype(bool)
    if not settings.SHUFFLE_RAW_DATA and 0 < is_train.sum() < len(listings):
        return (
            listings.loc[used & is_train, columns],
            listings.loc[used & ~is_train, columns],
            Message("as the files say"),
        )
    train, test = train_test_split(listings[columns], test_size=settings.TEST_SHARE, random_state=settings.SPLIT_SEED)
    how = Message("at random, seed {seed}", seed=settings.SPLIT_SEED)
    return train.loc[used.loc[train.index]], test.loc[used.loc[test.index]], how


def _too_few(count: int, listings: pd.DataFrame) -> ListingsError:
    left_out = int((listings["left_out"] != "").sum()) if "left_out" in listings else 0
    if not left_out:
        return ListingsError(
            "There are {count} listings to train on, and at least {least} are needed: bring some with "
            "`tasador ingest FILE.csv`.",
            count=count,
            least=_FEWEST_ROWS,
        )
    return ListingsError(
        "There are {count} listings to train on, and at least {least} are needed: bring some with "
        "`tasador ingest FILE.csv`, or review the {left_out:integer} that are left out (`tasador review list`).",
        count=count,
        least=_FEWEST_ROWS,
        left_out=left_out,
    )


def count_reviewed(listings: pd.DataFrame) -> dict[str, int]:
    """How many reviewed listings are excluded, corrected, and left out for an error that nobody has reviewed."""
    figures = (
        listings["left_out"] == EXCLUDED,
        listings["verdict"] == "correct",
        listings["left_out"] == UNREVIEWED_ERROR,
    )
    return {name: int(figure.sum()) for name, figure in zip(COUNTS, figures, strict=True)}


def left_out_in_words(counts: dict[str, int]) -> list[Message]:
    """A sentence on what reviews took away; none where they took nothing."""
    excluded, _, unreviewed = (counts[name] for name in COUNTS)
    parts = [Message("{count:integer} excluded", count=excluded)] if excluded else []
    if unreviewed:
        parts.append(Message("{count:integer} with unreviewed errors", count=unreviewed))
    return [Message("Left out: {parts:list}.", parts=parts)] if parts else []
