"""Frames that every session shares, kept for as long as the listings do not change.

They are keyed by `AVM.data_version`, never by a frame, and are not copied: nobody may change them.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.state import avm

PRICE_PER_AREA: Final = "price_per_area"
FINDINGS: Final = "n_findings"


@st.cache_resource(max_entries=2, show_spinner=False)
def listings(data_version: str) -> pd.DataFrame:
    """The listings in use, indexed by id, with price per area."""
    frame = avm().listings().set_index("id", drop=False).rename_axis("listing")
    area = frame["net_usable_area"].where(frame["net_usable_area"] > 0, frame["net_area"])
    return frame.assign(
        type=frame["type"].astype("category"),
        sector=frame["sector"].astype("category"),
        **{PRICE_PER_AREA: (frame["price"] / area).replace([np.inf, -np.inf], np.nan)},
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def checked(data_version: str) -> pd.DataFrame:
    """The listings with the number of findings of each; apart, because checking takes longer than reading."""
    frame = listings(data_version)
    counts = findings(data_version)["listing_id"].value_counts()
    return frame.assign(**{FINDINGS: frame["id"].map(counts).fillna(0).astype(int)})


@st.cache_resource(max_entries=2, show_spinner=False)
def findings(data_version: str) -> pd.DataFrame:
    """What looks wrong with the listings in use."""
    return avm().findings()


@st.cache_resource(max_entries=2, show_spinner=False)
def sectors(data_version: str) -> pd.DataFrame:
    """Each sector's median position and price per area, and its number of listings, the largest first."""
    groups = listings(data_version).groupby("sector", observed=True)
    summary = groups[["latitude", "longitude", PRICE_PER_AREA]].median()
    return summary.assign(listings=groups.size()).sort_values("listings", ascending=False)


def position(sector: str) -> tuple[float, float] | None:
    """The median position of a sector's listings, where there are any."""
    known = sectors(avm().data_version())
    if sector not in known.index:
        return None
    latitude, longitude = (round(float(known[name][sector]), 5) for name in ("latitude", "longitude"))
    return None if math.isnan(latitude) or math.isnan(longitude) else (latitude, longitude)


@st.cache_data(max_entries=64, ttl=300, show_spinner=False)
def run_document(run_id: str, name: str) -> dict[str, Any] | None:
    """A document of a run. It never changes, but a store that is away for a while looks as if it had none."""
    return avm().run_document(run_id, name)
