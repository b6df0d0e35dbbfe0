"""Alerts as sentences in the language of the person, and the rules behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard.parts.text import NOTHING, language, moment, number, percent, t, zone
from dashboard.parts.views import note, small
from dashboard.state import avm
from pricing_core import Alert, Settings, WatchReport, say

# The measure that a rule looks at, and the setting that holds its limit.
RULES: Final[Mapping[str, tuple[str, str]]] = {
    "drift": ("drift_psi", "ALERT_DRIFT_PSI"),
    "low_confidence": ("low_confidence_share", "ALERT_LOW_CONFIDENCE_SHARE"),
    "unknown_sectors": ("unknown_sector_share", "ALERT_UNKNOWN_SECTOR_SHARE"),
    "live_mdape": ("live_mdape", "ALERT_LIVE_MDAPE"),
    "coverage_90": ("coverage_90", "ALERT_COVERAGE_90"),
    "latency": ("milliseconds_p95", "ALERT_LATENCY_P95_MS"),
    "errors": ("error_share", "ALERT_ERROR_SHARE"),
}
_FEWEST: Final = 100


def show(report: WatchReport, settings: Settings) -> None:
    """The alerts that hold, or that all is well."""
    for alert in report.alerts:
        # A date is not broken at its hyphens.
        since = t("watch.since", when=moment(alert.first_seen).replace("-", "\u2011").replace(" ", "\u00a0"))
        note(f"{say(alert.sentence, language(), zone())} {since}", "warning")
    if report.alerts:
        return
    days = settings.WATCH_DAYS
    if report.days == days and report.watched < _FEWEST:
        words = t("watch.well_few", rows=number(_FEWEST), days=days, count=number(report.watched))
        note(words, "info", title=t("watch.few_title"))
    else:
        note(t("watch.well", days=days), "good", title=t("watch.well_title"))


def feature_name(feature: str, settings: Settings) -> str:
    """A feature in words; the values have a name of their own."""
    return t("value") if feature == "value" else t(f"field.{feature}", unit=settings.AREA_UNIT)


def written(rule: str, amount: float) -> str:
    """A number of a rule with its unit."""
    if rule == "latency":
        return f"{number(amount)} ms"
    return number(amount, 2) if rule == "drift" else percent(amount, 0 if amount >= 0.1 else 1)


def rules(report: WatchReport, settings: Settings) -> None:
    """Every rule with its limit, what was measured last, and the alerts that are over.

    Parameters
    ----------
    report
        That of the days that the rules look at.
    """
    with st.expander(t("watch.rules"), icon=":material/rule:", key="watch_rules"):
        small(t("watch.rules_note", days=settings.WATCH_DAYS))
        gauges, waiting = avm().monitoring.gauges(), avm().monitoring.waiting(report)
        frame = pd.DataFrame([_rule(rule, gauges, rule in waiting, settings) for rule in RULES])
        labels = {name: t(f"watch.{name}") for name in ("rule", "limit", "now", "state")}
        st.dataframe(frame, hide_index=True, column_config=labels, key="watch_rule_table", height="content")
        past = [alert for alert in avm().monitoring.alerts(resolved=True) if not alert.active]
        if past:
            st.markdown(f"##### {t('watch.past')}")
            _past(past)


def _rule(rule: str, gauges: Mapping[tuple[str, str], float], waits: bool, settings: Settings) -> dict[str, str]:
    measure, setting = RULES[rule]
    limit = float(getattr(settings, setting))
    found = [value for (name, _), value in gauges.items() if name == measure]
    broken = gauges["alert_active", rule] == 1
    state = "off" if not limit else "open" if broken else "waits" if waits else "holds"
    return {
        "rule": t(f"rule.{rule}"),
        "limit": written(rule, limit) if limit else NOTHING,
        "now": written(rule, max(found)) if found else NOTHING,
        "state": t(f"watch.state_{state}"),
    }


def _past(past: list[Alert]) -> None:
    rows = [
        {
            "from": moment(alert.first_seen),
            "until": moment(alert.resolved_at),
            "told": say(alert.sentence, language(), zone()),
        }
        for alert in past
    ]
    labels: dict[str, Any] = {
        "from": t("watch.from"),
        "until": t("watch.until"),
        "told": st.column_config.TextColumn(t("watch.told"), width="large"),
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=labels, key="watch_past", height="content")
