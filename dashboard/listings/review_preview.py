"""What a decision would do to the model, before it is given."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from dashboard.listings.settling import DECISIONS, Request
from dashboard.login import acting
from dashboard.parts.text import in_words, money, name_of, percent, signed_percent, t
from dashboard.parts.views import notes, small
from dashboard.state import avm, settings
from pricing_core import Json, Message, ReviewPreview

_STATE: Final = "review_effect"
_SECTORS: Final = 5


def section(request: Request) -> None:
    """The button, and what it found for just this request."""
    own_values = request.verdict == "correct" and len(request.ids) > 1
    ready = bool(request.ids) and request.verdict in DECISIONS and not own_values
    if st.button(
        t("Preview the effect"),
        key="settle_preview",
        icon=":material/insights:",
        width="stretch",
        disabled=not ready,
        help=t("The effect can be previewed for one listing, or for several with the same decision and values.")
        if own_values
        else t(
            "Refits the model quickly with and without this decision, and compares both on the same held-out listings."
        ),
    ):
        with notes():
            _measure(request)
    found: tuple[object, ReviewPreview] | None = st.session_state.get(_STATE)
    if found is not None and found[0] == _subject(request):
        show(found[1])


def _subject(request: Request) -> object:
    return request.ids, request.verdict, str(_values(request))


def _values(request: Request) -> Json | None:
    return dict(request.values.get(request.ids[0], {})) if request.verdict == "correct" else None


def _measure(request: Request) -> None:
    bar = st.progress(0.0, text=t("Refitting with and without …"))

    def progress(stage: Message, done: float) -> None:
        bar.progress(min(max(done, 0.0), 1.0), text=in_words(stage))

    try:
        with acting() as actor:
            found = avm().versions.preview_review(
                list(request.ids), request.verdict, _values(request), actor=actor, progress=progress
            )
            st.session_state[_STATE] = (_subject(request), found)
    finally:
        bar.empty()


def show(preview: ReviewPreview) -> None:
    """The errors before and after, and the sectors whose values move most."""
    currency = settings().CURRENCY
    rows = [
        (t("Median error (MdAPE)"), *(percent(side.get("mdape"), 2) for side in (preview.before, preview.after))),
        (t("Mean error (MAE)"), *(money(side.get("mae"), currency) for side in (preview.before, preview.after))),
        (
            t("Prices inside the 90 % range"),
            *(percent(side.get("coverage_90")) for side in (preview.before, preview.after)),
        ),
    ]
    head = "".join(f"<th>{escape(name)}</th>" for name in (t("Now"), t("After")))
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(now)}</td><td>{escape(then)}</td></tr>'
        for name, now, then in rows
    )
    st.html(
        f'<div class="t-scroll"><table class="t-table"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    _sectors(preview)
    small(
        t(
            "Measured on {rows:integer} other listings held out in {folds} folds, {seconds:number} s. Small "
            "differences are chance.",
            rows=preview.held_out_rows,
            folds=preview.folds,
            seconds=preview.seconds,
        )
    )


def _sectors(preview: ReviewPreview) -> None:
    moved = [(str(name_of(item.get("sector"))), change) for item in preview.sectors if (change := _change(item))]
    moved.sort(key=lambda pair: -abs(pair[1]))
    if moved:
        words = ", ".join(f"{name} {signed_percent(change)}" for name, change in moved[:_SECTORS])
        small(t("Median values move in: {sectors}.", sectors=words))


def _change(item: Json) -> float:
    """The share by which a sector's median value moves."""
    before, after = item["before"], item["after"]
    return float(after) / float(before) - 1 if before and after else 0.0
