"""What has happened to a logged value since: its price, and what the models of today say."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.parts.chosen_words import KIND_WORDS
from dashboard.parts.text import money, signed_money, t
from dashboard.parts.views import facts, notes, small
from dashboard.state import avm
from pricing_core import Change, Outcome, Valuation, marked

_LOG_WORDS: Final = {
    "then": marked("Logged"),
    "replayed": marked("Its version, now"),
    "today": marked("Champion, now"),
}


def section(valuation: Valuation) -> None:
    """The prices that became known, and the value given anew when it is asked for."""
    for outcome in avm().monitoring.outcomes(valuation.log_id):
        small(_outcome(outcome, valuation.currency))
    with st.expander(t("What has changed since"), icon=":material/history:"):
        small(
            t("Values the home with the version that answered then, and with the champion of today. Nothing is logged.")
        )
        if st.button(t("Value it again"), key=f"replay_{valuation.log_id}", icon=":material/replay:"):
            with notes():
                show(avm().log.explain_change(valuation.log_id), valuation.currency)


def _outcome(outcome: Outcome, currency: str) -> str:
    price, kind, day = money(outcome.price, currency), t(KIND_WORDS[outcome.kind]).lower(), outcome.happened_on
    if day is None:
        return t("Price known later: {price} ({kind}).", price=price, kind=kind)
    return t("Price known later: {price} ({kind}, {day:date}).", price=price, kind=kind, day=day)


def show(change: Change, currency: str) -> None:
    """Three values and a sentence."""
    pairs = (("then", change.logged_value), ("replayed", change.replayed_value), ("today", change.present_value))
    facts([(t(_LOG_WORDS[name]), money(value, currency)) for name, value in pairs if value is not None])
    small(sentence(change, currency))


def sentence(change: Change, currency: str) -> str:
    """What moved the value, in the language of the person."""
    model, data = signed_money(change.by_model, currency), signed_money(change.by_data, currency)
    version, champion = change.version, change.champion
    if version == champion and change.by_model:
        return t(
            "Version {version} is still the champion, but by now the names of this home are taken for those that it "
            "knows: that moves the value by {model}.",
            version=version,
            model=model,
        )
    if version == champion:
        return t("Version {version} is still the champion: nothing has changed.", version=version)
    if change.replayed_value is None:
        return t(
            "Version {version} can no longer be replayed by this release, so what it would give today is not known. "
            "Between its value then and that of version {champion} today lie {model}.",
            version=version,
            champion=champion,
            model=model,
        )
    if not change.separable:
        return t(
            "Version {champion} has another recipe and other listings than version {version}: together they move "
            "the value by {model}.",
            version=version,
            champion=champion,
            model=model,
        )
    return t(
        "From version {version} to version {champion} the recipe moves the value by {model} and the listings by "
        "{data}.",
        version=version,
        champion=champion,
        model=model,
        data=data,
    )
