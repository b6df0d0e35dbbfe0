"""Alerts as sentences in the language of the person, and the rules behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.parts.cells import Labels
from dashboard.parts.column_names import column_name
from dashboard.parts.text import in_words, moment, number, percent, t, tn
from dashboard.parts.views import note, small
from dashboard.state import avm
from pricing_core import NOTHING, Alert, Settings, WatchReport, marked

_WATCH_WORDS: Final = {
    "rule": marked("Rule"),
    "limit": marked("Limit"),
    "now": marked("Now"),
    "state": marked("State"),
}

_WATCH_STATE_WORDS: Final = {
    "open": marked("Broken"),
    "holds": marked("Kept"),
    "waits": marked("Too few to tell"),
    "off": marked("Off"),
}

RULE_WORDS: Final = {
    "drift": marked("Drift (PSI)"),
    "low_confidence": marked("Low confidence"),
    "unknown_sectors": marked("Sectors never seen"),
    "live_mdape": marked("Median error against later prices"),
    "coverage_90": marked("Prices inside the 90 % range"),
    "latency": marked("Time that one in twenty exceeds"),
    "errors": marked("Homes without a value"),
}


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
        since = t("Since {when}.", when=moment(alert.first_seen).replace("-", "\u2011").replace(" ", "\u00a0"))
        note(f"{in_words(alert.sentence)} {since}", "warning")
    if report.alerts:
        return
    days = settings.WATCH_DAYS
    if report.days == days and report.watched < _FEWEST:
        words = t(
            "The rules need {rows:integer} valuations in {days} days; so far there are {count:integer}.",
            rows=_FEWEST,
            days=days,
            count=report.watched,
        )
        note(words, "info", title=t("It is too early to tell."))
    else:
        note(
            tn("No rule is broken in the last day.", "No rule is broken in the last {days} days.", "days", days=days),
            "good",
            title=t("All is well."),
        )


def feature_name(feature: str, settings: Settings) -> str:
    """A feature in words; the values have a name of their own."""
    return t("Value") if feature == "value" else column_name(feature, settings.AREA_UNIT)


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
    with st.expander(t("Rules and past alerts"), icon=":material/rule:", key="watch_rules"):
        small(
            t(
                "Each rule looks at the last {days} days and needs at least 100 valuations, or 50 later prices. The "
                "limits are settings that begin with ALERT_; 0 turns a rule off.",
                days=settings.WATCH_DAYS,
            )
        )
        gauges, waiting = avm().monitoring.gauges(), avm().monitoring.waiting(report)
        frame = pd.DataFrame([_rule(rule, gauges, rule in waiting, settings) for rule in RULES])
        labels = {name: t(_WATCH_WORDS[name]) for name in ("rule", "limit", "now", "state")}
        st.dataframe(frame, hide_index=True, column_config=labels, key="watch_rule_table", height="content")
        past = [alert for alert in avm().monitoring.alerts(resolved=True) if not alert.active]
        if past:
            st.markdown(f"##### {t('Past alerts')}")
            _past(past)


def _rule(rule: str, gauges: Mapping[tuple[str, str], float], waits: bool, settings: Settings) -> dict[str, str]:
    measure, setting = RULES[rule]
    limit = float(getattr(settings, setting))
    found = [value for (name, _), value in gauges.items() if name == measure]
    broken = gauges["alert_active", rule] == 1
    state = "off" if not limit else "open" if broken else "waits" if waits else "holds"
    return {
        "rule": t(RULE_WORDS[rule]),
        "limit": written(rule, limit) if limit else NOTHING,
        "now": written(rule, max(found)) if found else NOTHING,
        "state": t(_WATCH_STATE_WORDS[state]),
    }


def _past(past: list[Alert]) -> None:
    rows = [
        {
            "from": moment(alert.first_seen),
            "until": moment(alert.resolved_at),
            "told": in_words(alert.sentence),
        }
        for alert in past
    ]
    labels: Labels = {
        "from": t("From"),
        "until": t("Until"),
        "told": st.column_config.TextColumn(t("What was said"), width="large"),
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=labels, key="watch_past", height="content")
