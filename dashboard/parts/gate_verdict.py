"""The gate's verdict: challenger beside champion, check by check, and who may promote."""

from __future__ import annotations

from html import escape
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.login import acting
from dashboard.parts.cells import change, digits, per_cent, written
from dashboard.parts.text import in_words, moment, money, percent, points, signed_money, t
from dashboard.parts.views import note, notes, small
from dashboard.state import avm
from pricing_core import NOTHING, Actor, Check, Json, Verdict, Version, marked

_GATE_WORDS: Final = {
    "mdape": marked("Median error"),
    "mae": marked("Mean error"),
    "coverage_90": marked("90 % range holds"),
    "width_90": marked("Width of the range"),
}

_GATE_CHECK_WORDS: Final = {
    "rows": marked("Rows to compare on"),
    "error": marked("Error"),
    "sectors": marked("Sectors"),
    "range": marked("Range"),
    "finite": marked("Values"),
    "area": marked("Area"),
    "replay": marked("Homes valued before"),
    "later": marked("Prices that came later"),
}

_SAID: Final = "verdict_said"
_FIGURES: Final = ("mdape", "mae", "coverage_90", "width_90")


def stand_in() -> None:
    """Say on every page when a former version stands in for a champion that is damaged."""
    found = avm().versions.stand_in()
    if found is not None:
        words = t(
            "Version {champion} is damaged or missing, so version {version} answers until somebody rolls back or "
            "trains again.",
            champion=found["champion"],
            version=found["version"],
        )
        note(words, "warning", title=t("The champion cannot be loaded"))


def show(version: int, verdict: Verdict, currency: str) -> None:
    """A verdict in full: its outcome, the figures of both, every check with its sentence, the sectors."""
    passed = sum(each.passed for each in verdict.checks)
    title = t(
        "Version {version} passed the gate" if verdict.passed else "Version {version} did not pass the gate",
        version=version,
    )
    counted = t("{passed} of {count} checks passed.", passed=passed, count=len(verdict.checks))
    note(counted, "good" if verdict.passed else "error", title=title)
    small(in_words(verdict.studied))
    _figures(verdict, currency)
    for check in verdict.checks:
        _check(check)
    _sectors(verdict)


def _figures(verdict: Verdict, currency: str) -> None:
    for column, name in zip(st.columns(len(_FIGURES)), _FIGURES, strict=True):
        mine = verdict.challenger.get(name)
        theirs = (verdict.champion or {}).get(name)
        with column, st.container(border=True, height="stretch"):
            st.metric(
                t(_GATE_WORDS[name]),
                _written(name, mine, currency),
                _difference(name, mine, theirs, currency),
                delta_color="off" if name == "coverage_90" else "inverse",
            )
            if verdict.champion is not None:
                small(t("champion: {value}", value=_written(name, theirs, currency)))
    error = next((each for each in verdict.checks if each.name == "error" and "low" in each.details), None)
    if error is not None:
        low, high = (error.details[edge] for edge in ("low", "high"))
        small(
            t(
                "With 95 % confidence the median error differs from the champion's by {low:points} to {high:points} "
                "percentage points.",
                low=low,
                high=high,
            )
        )


def _written(name: str, value: float | None, currency: str) -> str:
    if value is None:
        return NOTHING
    return money(value, currency) if name == "mae" else percent(value)


def _difference(name: str, mine: float | None, theirs: float | None, currency: str) -> str | None:
    if mine is None or theirs is None:
        return None
    by = mine - theirs
    told = signed_money(round(by), currency) if name == "mae" else f"{points(by)} {t('points')}"
    # Streamlit looks for a plain minus to point the arrow down.
    return told.replace("−", "-") if any(each in "123456789" for each in told) else None


def _check(check: Check) -> None:
    sign, tone = ("check_circle", "good") if check.passed else ("cancel", "bad")
    title, sentence = t(_GATE_CHECK_WORDS[check.name]), in_words(check.sentence)
    st.html(
        f'<div class="t-check {tone}"><span class="t-icon" translate="no" aria-hidden="true">{sign}</span>'
        f"<div><b>{escape(title)}</b><br>{escape(sentence)}</div></div>"
    )


def sector_table(verdict: Verdict) -> pd.DataFrame:
    """The median error of both in each sector, the most worsened first."""
    theirs = (verdict.champion or {}).get("by_sector", {})
    rows = [
        {
            "sector": name or NOTHING,
            "rows": found["rows"],
            "mine": 100 * found["mdape"],
            "theirs": 100 * theirs[name]["mdape"],
            "difference": 100 * (found["mdape"] - theirs[name]["mdape"]),
        }
        for name, found in verdict.challenger.get("by_sector", {}).items()
        if name in theirs
    ]
    frame = pd.DataFrame(rows, columns=["sector", "rows", "mine", "theirs", "difference"])
    return frame.sort_values("difference", ascending=False, ignore_index=True)


def _sectors(verdict: Verdict) -> None:
    frame = sector_table(verdict)
    if frame.empty:
        return
    with st.expander(t("By sector")):
        writers = {"rows": digits(), "mine": per_cent(), "theirs": per_cent(), "difference": change(unit="")}
        st.dataframe(
            written(frame, writers),
            hide_index=True,
            key="verdict_sectors",
            height="content" if len(frame) < 12 else 400,
            column_config={
                "sector": t("Sector"),
                "rows": t("Homes"),
                "mine": t("Challenger"),
                "theirs": t("Champion"),
                "difference": t("Difference (points)"),
            },
        )


def challenger(actor: Actor, currency: str) -> None:
    """The newest version with its verdict, and the button that promotes it."""
    if said := st.session_state.pop(_SAID, None):
        note(said, "good")
    newest = next(iter(avm().versions.all()), None)
    verdict = None if newest is None else avm().versions.verdict(newest.version)
    if newest is None or verdict is None:
        return
    st.subheader(t("Challenger and champion"))
    show(newest.version, verdict, currency)
    promote(actor, newest, verdict)


def promote(actor: Actor, version: Version, verdict: Verdict) -> None:
    """Promote a version that passed, or override the gate with a reason; admins alone."""
    if version.is_champion:
        small(t("It is the champion and answers every valuation."))
        return
    if not actor.may("admin"):
        small(t("An admin may promote it."))
        return
    with st.form("verdict_move", border=True, clear_on_submit=False):
        small(
            t(
                "It passed and waits for you."
                if verdict.passed
                else "It did not pass. You may promote it all the same; your reason stays with the change."
            )
        )
        reason = st.text_input(
            t("Reason"), key="verdict_reason", max_chars=300, placeholder=t("For example: checked by hand on ten homes")
        )
        words = t("Promote version {version}", version=version.version) if verdict.passed else t("Promote all the same")
        clicked = st.form_submit_button(words, type="primary" if verdict.passed else "secondary", key="verdict_promote")
    if clicked and not verdict.passed and not reason.strip():
        note(t("Give the reason to go against the gate: it is kept."), "warning")
    elif clicked:
        with notes(), acting() as present:
            given: Json = {"reason" if verdict.passed else "override": reason}
            moved = avm().versions.promote(version.version, actor=present, **given)
            st.session_state[_SAID] = t(
                "Version {version} ({recipe}) is the champion now. The next valuation uses it.",
                version=moved.version,
                recipe=moved.recipe,
            )
            st.rerun()


def ledger() -> None:
    """The champions so far, with who made them so and why."""
    promotions = avm().versions.ledger(limit=50)
    if not promotions:
        return
    rows = [
        {
            "version": each.version,
            "when": moment(each.created_at),
            "by": each.promoted_by,
            "reason": in_words(each.reason),
            "overrode": ", ".join(t(_GATE_CHECK_WORDS[name]) for name in each.overrode) or NOTHING,
        }
        for each in promotions
    ]
    with st.expander(t("Champions so far")):
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            key="verdict_ledger",
            height="content" if len(rows) < 10 else 360,
            column_config={
                "version": st.column_config.NumberColumn(t("Version"), format="%d", width="small"),
                "when": t("Since"),
                "by": t("By"),
                "reason": st.column_config.TextColumn(t("Reason"), width="large"),
                "overrode": t("Went against"),
            },
        )
