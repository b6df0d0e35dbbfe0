"""Which listings wait for a review, which comes next, and how far the work has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from typing import Final, Literal

import pandas as pd
import streamlit as st

from dashboard.listings import inspection
from dashboard.parts.cache import STATUS
from dashboard.parts.text import t
from pricing_core import Actor

NEXT: Final = "review_next"


def waiting(shown: pd.DataFrame) -> list[int]:
    """The listings with a finding that nobody has reviewed: errors before warnings, then by number."""
    left = shown[shown[STATUS] >= 2].sort_values([STATUS, "id"], ascending=[False, True], kind="stable")
    ids: list[int] = left["id"].tolist()
    return ids


def following(queue: Sequence[int], listing_id: int | None, settled: Collection[int] = ()) -> int | None:
    """The next in the queue after a listing that is not among the settled ones; from the end it begins anew."""
    start = queue.index(listing_id) + 1 if listing_id in queue else 0
    gone = {listing_id, *settled}
    return next((key for key in (*queue[start:], *queue[:start]) if key not in gone), None)


def head(findings: pd.DataFrame, queue: Sequence[int], listing_id: int | None, actor: Actor) -> None:
    """How many findings nobody has reviewed, the progress, and for those who settle them the way to the next."""
    left = findings[~findings["settled"].astype(bool)]
    if left.empty or not actor.may("analyst"):
        _progress(len(findings), left)
        return
    words, button = st.columns([8, 3], gap="medium", vertical_alignment="center")
    with words:
        _progress(len(findings), left)
    action: Literal["primary", "secondary"] = "secondary" if listing_id in queue else "primary"
    button.button(
        t("Next to review") if listing_id in queue else t("Start reviewing"),
        key=NEXT,
        icon=":material/skip_next:",
        type=action,
        width="stretch",
        shortcut="Alt+N",
        disabled=following(queue, listing_id) is None,
        help=None if queue else t("Nothing waits for a review among the listings that pass the filters."),
        on_click=inspection.choose,
        args=(following(queue, listing_id),),
    )


def _progress(every: int, left: pd.DataFrame) -> None:
    errors, done = int((left["severity"] == "error").sum()), every - len(left)
    if not every:
        title, text = t("Nothing looks wrong"), t("None of the checks found anything in the listings in use.")
    elif left.empty:
        title, text = (
            t("All findings are reviewed: {count:integer}", count=every),
            t("New listings are checked as they come in."),
        )
    else:
        title = t("Findings not reviewed: {count:integer}", count=len(left))
        text = t(
            "Errors among them: {errors:integer}. Reviewed: {done:integer} of {count:integer}.",
            errors=errors,
            done=done,
            count=every,
        )
    share = done / every if every else 1.0
    st.html(
        f'<div class="t-queue{"" if len(left) else " done"}"><div><b>{escape(title)}</b>'
        f'<span class="t-muted">{escape(text)}</span></div><div class="t-bar" role="progressbar" aria-valuemin="0" '
        f'aria-valuemax="{every}" aria-valuenow="{done}" aria-label="{escape(title)}">'
        f'<i style="width:{100 * share:.2f}%"></i></div></div>'
    )
