"""The gate's verdict: challenger beside champion, check by check, and who may promote."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard.login import acting
from dashboard.parts.cells import change, digits, per_cent, written
from dashboard.parts.text import NOTHING, language, moment, number, percent, signed, t, zone
from dashboard.parts.views import note, notes, small
from dashboard.state import avm
from pricing_core import Actor, Check, Verdict, Version, say

_SAID: Final = "verdict_said"
_FIGURES: Final = ("mdape", "mae", "coverage_90", "width_90")


def stand_in() -> None:
    """Say on every page when a former version stands in for a champion that is damaged."""
    found = avm().versions.stand_in()
    if found is not None:
        words = t("gate.stand_in_text", champion=found["champion"], version=found["version"])
        note(words, "warning", title=t("gate.stand_in"))


def show(version: int, verdict: Verdict, currency: str) -> None:
    """A verdict in full: its outcome, the figures of both, every check with its sentence, the sectors."""
    passed = sum(each.passed for each in verdict.checks)
    title = t("gate.passed" if verdict.passed else "gate.refused", version=version)
    counted = t("gate.checks_passed", passed=passed, count=len(verdict.checks))
    note(counted, "good" if verdict.passed else "error", title=title)
    small(t(f"gate.how_{verdict.how}", rows=number(verdict.rows)))
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
                t(f"gate.{name}"),
                _written(name, mine, currency),
                _difference(name, mine, theirs, currency),
                delta_color="off" if name == "coverage_90" else "inverse",
            )
            if verdict.champion is not None:
                small(t("gate.was", value=_written(name, theirs, currency)))
    error = next((each for each in verdict.checks if each.name == "error" and "low" in each.details), None)
    if error is not None:
        edges = {edge: signed(100 * error.details[edge], 1) for edge in ("low", "high")}
        small(t("gate.interval", **edges))


def _written(name: str, value: float | None, currency: str) -> str:
    if value is None:
        return NOTHING
    return f"{number(value)} {currency}" if name == "mae" else percent(value)


def _difference(name: str, mine: float | None, theirs: float | None, currency: str) -> str | None:
    if mine is None or theirs is None:
        return None
    amount, digits, unit = (
        (mine - theirs, 0, currency) if name == "mae" else (100 * (mine - theirs), 1, t("gate.points"))
    )
    if not round(amount, digits):
        return None
    # Streamlit looks for a plain minus to point the arrow down.
    return f"{signed(amount, digits)} {unit}".replace("−", "-")


def _check(check: Check) -> None:
    sign, tone = ("check_circle", "good") if check.passed else ("cancel", "bad")
    sentence = say(check.sentence, language(), zone())
    st.html(
        f'<div class="t-check {tone}"><span class="t-icon" translate="no" aria-hidden="true">{sign}</span>'
        f"<div><b>{escape(t(f'gate.check_{check.name}'))}</b><br>{escape(sentence)}</div></div>"
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
    with st.expander(t("gate.sectors")):
        writers = {"rows": digits(), "mine": per_cent(), "theirs": per_cent(), "difference": change(unit="")}
        st.dataframe(
            written(frame, writers),
            hide_index=True,
            key="verdict_sectors",
            height="content" if len(frame) < 12 else 400,
            column_config={
                "sector": t("field.sector"),
                "rows": t("study.homes"),
                "mine": t("gate.sector_mine"),
                "theirs": t("gate.sector_theirs"),
                "difference": t("gate.sector_difference"),
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
    st.subheader(t("gate.title"))
    show(newest.version, verdict, currency)
    promote(actor, newest, verdict)


def promote(actor: Actor, version: Version, verdict: Verdict) -> None:
    """Promote a version that passed, or override the gate with a reason; admins alone."""
    if version.is_champion:
        small(t("gate.serves"))
        return
    if not actor.may("admin"):
        small(t("gate.wait"))
        return
    with st.form("verdict_move", border=True, clear_on_submit=False):
        small(t("gate.promote_lead" if verdict.passed else "gate.override_lead"))
        reason = st.text_input(
            t("runs.reason"), key="verdict_reason", max_chars=300, placeholder=t("runs.reason_example")
        )
        words = t("runs.promote", version=version.version) if verdict.passed else t("gate.override")
        clicked = st.form_submit_button(words, type="primary" if verdict.passed else "secondary", key="verdict_promote")
    if clicked and not verdict.passed and not reason.strip():
        note(t("gate.override_missing"), "warning")
    elif clicked:
        with notes(), acting() as present:
            given: dict[str, Any] = {"reason" if verdict.passed else "override": reason}
            moved = avm().versions.promote(version.version, actor=present, **given)
            st.session_state[_SAID] = t("runs.moved", version=moved.version, recipe=moved.recipe)
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
            "reason": say(each.reason, language(), zone()),
            "overrode": ", ".join(t(f"gate.check_{name}") for name in each.overrode) or NOTHING,
        }
        for each in promotions
    ]
    with st.expander(t("gate.ledger")):
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            key="verdict_ledger",
            height="content" if len(rows) < 10 else 360,
            column_config={
                "version": st.column_config.NumberColumn(t("version"), format="%d", width="small"),
                "when": t("gate.ledger_when"),
                "by": t("gate.ledger_by"),
                "reason": st.column_config.TextColumn(t("runs.reason"), width="large"),
                "overrode": t("gate.ledger_overrode"),
            },
        )
