"""A quiet control under a value: the price that a person would ask instead, and why."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from dashboard.login import acting
from dashboard.parts.refusals import refusal
from dashboard.parts.text import money, signed_percent, t
from dashboard.parts.views import note, small
from dashboard.state import avm
from pricing_core import PricingError, Valuation

_LONGEST_REASON: Final = 500


def section(valuation: Valuation, key: str) -> None:
    """Say what was kept, and offer to keep another price; ``key`` keeps two answers in one session apart."""
    kept = avm().monitoring.overridden(valuation.log_id)
    name = f"{key}_override_{valuation.log_id}"
    side: Literal["right", "distribute"] = "right" if kept is None else "distribute"
    with st.container(horizontal=True, horizontal_alignment=side, vertical_alignment="center"):
        if kept is not None:
            change = signed_percent(kept.value / valuation.value - 1)
            price = money(kept.value, valuation.currency)
            small(
                t(
                    "{name} would ask {price} ({change}): {reason}",
                    name=kept.overridden_by,
                    price=price,
                    change=change,
                    reason=kept.reason,
                )
            )
        with st.popover(t("I would ask another price"), icon=":material/edit_note:", type="tertiary", key=name):
            _form(valuation, name)
    if problem := st.session_state.pop(f"{name}_problem", None):
        note(problem, "error")


def _form(valuation: Valuation, name: str) -> None:
    small(t("The value stays in the log as it is; your price and reason are kept beside it."))
    digits = 0 if valuation.value >= 100 else 2
    st.number_input(
        t("Price that you would ask ({currency})", currency=valuation.currency),
        min_value=0.0,
        value=float(round(valuation.value, digits)),
        format=f"%.{digits}f",
        key=f"{name}_value",
    )
    st.text_input(
        t("Why"), placeholder=t("For example: renovated last year"), max_chars=_LONGEST_REASON, key=f"{name}_reason"
    )
    st.button(t("Keep it"), type="primary", key=f"{name}_keep", on_click=_keep, args=(valuation, name))


def _keep(valuation: Valuation, name: str) -> None:
    # Before the run that shows it, so that the kept price stands there at once; also within a dialog.
    value, reason = st.session_state[f"{name}_value"], st.session_state[f"{name}_reason"]
    try:
        with acting() as actor:
            avm().monitoring.override(valuation.log_id, float(value or 0), reason=reason, actor=actor)
    except PricingError as error:
        st.session_state[f"{name}_problem"] = refusal(error)
