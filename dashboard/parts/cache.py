"""Frames that every session shares, kept for as long as the listings and what is known of them do not change.

They are keyed by `Stamp` or by `AVM.data_version`, never by a frame, and are not copied: nobody may change them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.parts.outlines import Ring
from dashboard.parts.outlines import outlines as draw_outlines
from dashboard.state import avm, settings
from pricing_core import (
    CATEGORIES,
    COORDINATES,
    LATITUDE,
    LONGITUDE,
    SECTOR,
    TARGET,
    TOTAL_AREA,
    USABLE_AREA,
    Json,
    KnownNames,
    Review,
    bundled,
    one_name_each,
    words_of,
)

PRICE_PER_AREA: Final = "price_per_area"
FINDINGS: Final = "n_findings"
OPEN: Final = "n_open"
"""How many findings of a listing nobody has reviewed."""
STATUS: Final = "status"
"""0 without findings, 1 settled, 2 with a warning that nobody has reviewed, 3 with an error."""
VERDICT: Final = "verdict"
ESTIMATE: Final = "estimate"
RESIDUAL: Final = "residual"


@dataclass(frozen=True)
class Stamp:
    """Changes whenever what a map shows does: the listings, or the verdicts on them."""

    listings: str
    review: int


def stamp() -> Stamp:
    """As it is now."""
    return Stamp(avm().listings.data_version(), avm().reviews.position())


@st.cache_resource(max_entries=2, show_spinner=False)
def listings(data_version: str) -> pd.DataFrame:
    """The listings in use, indexed by id, with price per area."""
    frame = avm().listings.frame().set_index("id", drop=False).rename_axis("listing")
    named = frame.assign(**{name: frame[name].astype("category") for name in CATEGORIES})
    return _with_price_per_area(named)


def _with_price_per_area(frame: pd.DataFrame) -> pd.DataFrame:
    area = frame[USABLE_AREA].where(frame[USABLE_AREA] > 0, frame[TOTAL_AREA])
    return frame.assign(**{PRICE_PER_AREA: (frame[TARGET] / area).replace([np.inf, -np.inf], np.nan)})


@st.cache_resource(max_entries=2, show_spinner=False)
def estimates(data_version: str) -> pd.DataFrame:
    """What each listing should cost, and how far its price lies from that, as far as enough is known of it."""
    return avm().listings.estimates().set_index("listing_id")[[ESTIMATE, RESIDUAL]]


@st.cache_resource(max_entries=2, show_spinner=False)
def findings(at: Stamp) -> pd.DataFrame:
    """What looks wrong with the listings in use, and whether that was settled."""
    return avm().listings.findings()


@st.cache_resource(max_entries=2, show_spinner=False)
def in_force(at: Stamp) -> pd.DataFrame:
    """The verdicts in force, by listing."""
    return avm().reviews.in_force().set_index("listing_id")


@st.cache_resource(max_entries=64, show_spinner=False)
def history(at: Stamp, listing_id: int) -> list[Review]:
    """The verdicts on a listing, the newest first."""
    return avm().reviews.history(listing_id)


@st.cache_resource(max_entries=2, show_spinner=False)
def newest_lines(at: Stamp) -> dict[int, int]:
    """The newest line of the ledger by listing."""
    return {line.listing_id: line.id for line in reversed(avm().reviews.newest(at.review))}


@st.cache_resource(max_entries=2, show_spinner=False)
def checked(at: Stamp) -> pd.DataFrame:
    """The listings as people corrected them, with what is known of each; apart, because that changes more often.

    The residual is that of the price as it came in, so a corrected listing has none.
    """
    frame, verdicts = corrected(listings(at.listings), in_force(at)), in_force(at)[VERDICT]
    found = bundled(findings(at))
    waiting = found[~found["settled"].astype(bool)]
    errors = waiting.loc[waiting["severity"] == "error", "listing_id"]
    n_findings, n_open, n_errors = (_counts(ids, frame) for ids in (found["listing_id"], waiting["listing_id"], errors))
    verdict = verdicts.reindex(frame.index)
    settled = verdict.notna() | (n_findings > n_open)
    status = np.select([n_errors > 0, n_open > 0, settled], [3, 2, 1], 0).astype(np.int8)
    known = pd.DataFrame({FINDINGS: n_findings, OPEN: n_open, STATUS: status, VERDICT: verdict}, index=frame.index)
    usual = estimates(at.listings).reindex(frame.index)
    return pd.concat([frame, known, usual.assign(residual=usual[RESIDUAL].where(verdict != "correct"))], axis=1)


def corrected(frame: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """The listings with the values that people wrote in their place."""
    stands = verdicts.loc[verdicts[VERDICT] == "correct", "corrections"]
    values = pd.DataFrame(stands.tolist(), index=stands.index).reindex(frame.index.intersection(stands.index))
    if values.empty:
        return frame
    changed = {}
    for name in values.columns.intersection(frame.columns):
        given = values[name].dropna()
        column = frame[name].astype(object) if name in CATEGORIES else frame[name].copy()
        dates = pd.api.types.is_datetime64_any_dtype(column.dtype)
        column.loc[given.index] = pd.to_datetime(given) if dates else given
        changed[name] = column.astype("category") if name in CATEGORIES else column
    return _with_price_per_area(frame.assign(**changed))


def _counts(ids: pd.Series, frame: pd.DataFrame) -> pd.Series:
    return ids.value_counts().reindex(frame.index, fill_value=0).astype(int)


@st.cache_resource(max_entries=2, show_spinner=False)
def sectors(data_version: str) -> pd.DataFrame:
    """Each sector's median position and price per area, and its number of listings, the largest first."""
    groups = listings(data_version).groupby(SECTOR, observed=True)
    summary = groups[[LATITUDE, LONGITUDE, PRICE_PER_AREA]].median()
    return summary.assign(listings=groups.size()).sort_values("listings", ascending=False)


@st.cache_resource(max_entries=2, show_spinner=False)
def declared_names(data_version: str) -> dict[str, list[str]]:
    """The names that the listings have in each declared column of categories, the most frequent first."""
    columns = [column.name for column in settings().columns if column.role == "category"]
    frame = listings(data_version)
    return {name: [str(each) for each in one_name_each(frame[name]).value_counts().index] for name in columns}


@st.cache_resource(max_entries=2, show_spinner=False)
def sector_names(data_version: str) -> KnownNames:
    """The names of the sectors, to tell which of them somebody means."""
    counts = sectors(data_version)["listings"]
    words = words_of(settings().columns)[SECTOR]
    return KnownNames(dict(zip(map(str, counts.index), counts.tolist(), strict=True)), words)


@st.cache_resource(max_entries=2, show_spinner=False)
def outlines(data_version: str) -> list[tuple[str, Ring]]:
    """The outlines of the sectors."""
    return draw_outlines(listings(data_version))


def position(sector: str) -> tuple[float, float] | None:
    """The median position of a sector's listings, where there are any."""
    version = avm().listings.data_version()
    known, sector = sectors(version), sector_names(version).meant(sector)
    if sector not in known.index:
        return None
    latitude, longitude = (round(float(known[name][sector]), 5) for name in COORDINATES)
    return None if math.isnan(latitude) or math.isnan(longitude) else (latitude, longitude)


@st.cache_data(max_entries=64, ttl=300, show_spinner=False)
def run_document(run_id: str, name: str) -> Json | None:
    """A document of a run. It never changes, but a store that is away for a while looks as if it had none."""
    return avm().versions.document(run_id, name)
