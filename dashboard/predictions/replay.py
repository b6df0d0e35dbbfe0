"""What has happened to a logged value since: its price, and what the models of today say."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.text import signed, t, with_unit
from dashboard.parts.views import facts, notes, small
from dashboard.state import avm
from pricing_core import Change, Valuation


def section(valuation: Valuation) -> None:
    """The prices that became known, and the value given anew when it is asked for."""
    for outcome in avm().monitoring.outcomes(valuation.log_id):
        price = with_unit(outcome.price, valuation.currency)
        when = f", {outcome.happened_on}" if outcome.happened_on else ""
        small(t("log.outcome", price=price, kind=t(f"kind.{outcome.kind}").lower(), when=when))
    with st.expander(t("log.changed"), icon=":material/history:"):
        small(t("log.replay_note"))
        if st.button(t("log.replay"), key=f"replay_{valuation.log_id}", icon=":material/replay:"):
            with notes():
                show(avm().log.explain_change(valuation.log_id), valuation.currency)


def show(change: Change, currency: str) -> None:
    """Three values and a sentence."""
    pairs = (("then", change.logged_value), ("replayed", change.replayed_value), ("today", change.present_value))
    facts([(t(f"log.{name}"), with_unit(value, currency)) for name, value in pairs if value is not None])
    small(sentence(change, currency))


def sentence(change: Change, currency: str) -> str:
    """What moved the value, in the language of the person."""
    digits = 0 if change.logged_value >= 100 else 2  # as the values beside it
    moved = {
        "model": f"{signed(change.by_model, digits)} {currency}",
        "data": f"{signed(change.by_data, digits)} {currency}",
    }
    about = {"version": change.version, "champion": change.champion}
    if change.version == change.champion and change.by_model:
        return t("log.names", version=change.version, model=moved["model"])
    if change.version == change.champion:
        return t("log.same", version=change.version)
    if change.replayed_value is None:
        return t("log.not_replayed", **about | moved)
    return t("log.moved" if change.separable else "log.moved_both", **about | moved)
