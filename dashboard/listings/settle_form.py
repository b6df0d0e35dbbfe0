"""The form that settles the chosen listing, and the bar that settles the chosen rows of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.listings import corrections, inspection, review_preview, settling
from dashboard.parts import cache
from dashboard.parts.chosen_words import CHECK_WORDS
from dashboard.parts.text import known, t
from dashboard.parts.views import note, small
from dashboard.state import settings
from pricing_core import DECISION_WORDS, Actor, Json, suggested_corrections

_FORM: Final = "settle"
_BULK: Final = "bulk"


def show(
    listing: pd.Series, findings: pd.DataFrame, shown: pd.DataFrame, at: cache.Stamp, queue: Sequence[int], actor: Actor
) -> None:
    """The verdict that stands, and the form for those who may settle.

    Parameters
    ----------
    findings
        Those of all listings in use.
    shown
        The listings that pass the filters: whatever is settled together is among them.
    """
    key = int(listing["id"])
    _stands(at, key, actor)
    own = findings[findings["listing_id"] == key]
    if not actor.may("analyst"):
        small(t("Analysts settle findings. Tell one of them what you know of this listing."))
        return
    with st.container(border=True, key="settle_form"):
        st.html(f'<h3 class="t-part">{escape(t("Settle"))}</h3>')
        suggestion = suggested_corrections(own).get(key, {})
        if suggestion and not own["settled"].any():
            _take_over(key, own, suggestion, at, queue)
        chosen = settling.verdict(f"{_FORM}_verdict_{key}", "correct" if suggestion else None)
        ids, of_each = _scope(key, own, findings, shown, chosen)
        values: Mapping[int, Json] = of_each
        if chosen == "correct" and len(ids) == 1:
            values = {key: corrections.ask(listing, suggestion, settings())}
        reason = settling.reason(chosen, f"{_FORM}_reason_{key}")
        request = settling.Request(tuple(ids), chosen or "", reason, values, settling.seen_of(at, ids))
        settling.button(request, queue, _FORM)
        review_preview.section(request)


def _take_over(key: int, own: pd.DataFrame, suggestion: Json, at: cache.Stamp, queue: Sequence[int]) -> None:
    """Correct as the findings suggest, in one click; the findings are the reason."""
    checks = own.loc[own["suggestion"].notna(), "check"].unique()
    reason = t("As suggested: {checks:list}", checks=[known(CHECK_WORDS, check) for check in checks])
    request = settling.Request((key,), "correct", reason, {key: suggestion}, settling.seen_of(at, [key]))
    st.button(
        t("Correct as suggested: {values}", values=inspection.written(suggestion)),
        key=f"{_FORM}_suggested",
        width="stretch",
        icon=":material/auto_fix_high:",
        help=t(
            "Takes the suggestion over at once, with the finding as the reason, and opens the next listing. It can "
            "be undone."
        ),
        on_click=settling.settle,
        args=(request, queue),
    )


def _stands(at: cache.Stamp, listing_id: int, actor: Actor) -> None:
    verdicts = cache.in_force(at)
    if listing_id not in verdicts.index:
        return
    row = dict(verdicts.loc[listing_id].items())
    title = t(DECISION_WORDS[row["verdict"]])
    words = t("{name}, {when:moment}: {reason}", name=row["reviewed_by"], when=row["created_at"], reason=row["reason"])
    note(words, "good", title=title)
    if actor.may("analyst"):
        st.button(
            t("Undo this decision"),
            key="review_undo",
            icon=":material/undo:",
            on_click=settling.undo,
            args=(listing_id, settling.seen_of(at, [listing_id])),
        )


def sharing(check: str, findings: pd.DataFrame, shown: pd.DataFrame) -> list[int]:
    """The listings that pass the filters and have the same finding, not yet reviewed."""
    same = findings[(findings["check"] == check) & ~findings["settled"].astype(bool)]
    ids: list[int] = same.loc[same["listing_id"].isin(shown["id"]), "listing_id"].drop_duplicates().tolist()
    return ids


def _scope(
    key: int, own: pd.DataFrame, findings: pd.DataFrame, shown: pd.DataFrame, verdict: str | None
) -> tuple[list[int], Mapping[int, Json]]:
    """Which listings are meant: this one, or all with one of its findings; and the corrections of each."""
    groups = {check: sharing(check, findings, shown) for check in own["check"].unique()}
    groups = {check: ids for check, ids in groups.items() if len(ids) > 1 and key in ids}
    if not groups:
        return [key], {}

    def say(check: str | None) -> str:
        if check is None:
            return t("this listing")
        return t(
            "all {count:integer} in this filter with “{check}”",
            count=len(groups[check]),
            check=known(CHECK_WORDS, check),
        )

    chosen = st.radio(t("Apply to"), [None, *groups], key=f"{_FORM}_scope_{key}", format_func=say)
    return ([key], {}) if chosen is None else _together(groups[chosen], findings, verdict, chosen)


def _together(
    ids: Sequence[int], findings: pd.DataFrame, verdict: str | None, check: str | None = None
) -> tuple[list[int], Mapping[int, Json]]:
    """Those of several listings that the verdict can be given on; to correct, each needs a suggestion of its own."""
    if verdict != "correct":
        return list(ids), {}
    theirs = findings[findings["listing_id"].isin(ids)]
    values = suggested_corrections(theirs if check is None else theirs[theirs["check"] == check])
    fit = [key for key in ids if key in values]
    small(
        t(
            "Each listing gets its own suggested correction: {count:integer}. Without a suggestion, and so left "
            "out: {without:integer}.",
            count=len(fit),
            without=len(ids) - len(fit),
        )
    )
    return fit, values


def bulk(ids: Sequence[int], findings: pd.DataFrame, at: cache.Stamp, queue: Sequence[int], actor: Actor) -> None:
    """Settle the chosen rows of the table together."""
    if len(ids) < 2 or not actor.may("analyst"):
        return
    with st.container(border=True, key="bulk_form"):
        title = t("{count:integer} rows chosen", count=len(ids))
        st.html(f'<h3 class="t-part">{escape(title)}</h3>')
        left, right = st.columns(2, vertical_alignment="bottom")
        with left:
            chosen = settling.verdict(f"{_BULK}_verdict")
        with right:
            reason = settling.reason(chosen, f"{_BULK}_reason")
        fit, values = _together(ids, findings, chosen)
        request = settling.Request(tuple(fit), chosen or "", reason, values, settling.seen_of(at, fit))
        settling.button(request, queue, _BULK)
