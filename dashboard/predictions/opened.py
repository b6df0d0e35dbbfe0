"""A logged valuation opened again, as it was shown. It is named by the address, so that it can be passed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from dashboard.login import acting
from dashboard.parts.text import known, t
from dashboard.parts.views import note, notes, small
from dashboard.predictions import replay
from dashboard.state import avm, settings
from dashboard.value import answer, overriding
from pricing_core import FEATURES, SOURCE_WORDS, Actor, Json, LoggedPrediction, NotFoundError, Property, Valuation

_ENTRY: Final = "entry"
_OPENED: Final = "log_opened"


def table_key() -> str:
    """The key of the table; another one after each closing, so that the same row can be chosen again."""
    return f"log_table_{st.session_state.get(_OPENED, 0)}"


def choose(ids: Sequence[str]) -> None:
    """Take over the row that was chosen in the table; ``ids`` are those of its rows."""
    rows = st.session_state[table_key()]["selection"].get("rows") or []
    if rows and rows[0] < len(ids):
        st.query_params[_ENTRY] = ids[rows[0]]
    else:
        st.query_params.pop(_ENTRY, None)


def close() -> None:
    """Forget the entry that is open."""
    st.query_params.pop(_ENTRY, None)
    st.session_state[_OPENED] = st.session_state.get(_OPENED, 0) + 1


def panel() -> None:
    """Open the entry that the address names."""
    if entry := st.query_params.get(_ENTRY):
        st.dialog(t("Valuation as logged"), width="large", on_dismiss=close)(_show)(entry)


def _show(entry: str) -> None:
    with notes(), acting() as actor:
        item = visible(entry, actor)
        if item is None:
            note(t("There is no such valuation, or it is not open to you."), "warning")
            return
        source = known(SOURCE_WORDS, item.source)
        bulk = f" · {t('valued in bulk')}" if item.bulk else ""
        small(
            t(
                "Asked for by {name} · {source} · {when:moment}",
                name=item.requested_by,
                source=source,
                when=item.created_at,
            )
            + bulk
        )
        valuation = to_valuation(item)
        answer.show(valuation, "log")
        overriding.section(valuation, "log")
        replay.section(valuation)


def visible(entry: str, actor: Actor) -> LoggedPrediction | None:
    """The entry of that id, where there is one that this person may see: an agent sees his or her own alone."""
    try:
        item = avm().log.get(entry)
    except NotFoundError:
        return None
    return item if actor.log_of in (None, item.requested_by) else None


def to_valuation(item: LoggedPrediction) -> Valuation:
    """The valuation that an entry was made from. What an older one does not hold is empty."""
    detail: Json = item.detail or {}
    units = settings()
    # What was once accepted is shown, whatever would be accepted today.
    features: Json = {name: item.subject.get(name) for name in FEATURES}
    declared = {name: value for name, value in item.subject.items() if name not in FEATURES}
    home = Property.model_construct(None, **features).with_declared(declared)
    return Valuation(
        log_id=item.id,
        value=item.value,
        currency=detail.get("currency") or units.CURRENCY,
        area_unit=detail.get("area_unit") or units.AREA_UNIT,
        value_per_area=detail.get("value_per_area"),
        version=item.version,
        recipe=detail.get("recipe") or "",
        subject=home,
        ranges=detail.get("ranges") or {},
        confidence=detail.get("confidence") or "",
        notes=detail.get("notes") or [],
        reference_value=detail.get("reference_value"),
        drivers=detail.get("drivers") or [],
        comparables=detail.get("comparables") or [],
        second_opinion=detail.get("second_opinion"),
        created_at=item.created_at,
        milliseconds=item.milliseconds,
        typed=detail.get("typed") or {},
        as_of=detail.get("as_of"),
        market_level=detail.get("market_level"),
    )
