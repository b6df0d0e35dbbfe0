"""The rules that raise an alert: each has a limit in the settings, and a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from pricing_core.monitoring.accuracy import Accuracy
from pricing_core.monitoring.drift import FEWEST_ROWS
from pricing_core.monitoring.report import WatchReport
from pricing_core.nouns import Json
from pricing_core.settings import Settings

FEWEST_OUTCOMES: Final = 50
RULES: Final = ("drift", "low_confidence", "unknown_sectors", "live_mdape", "coverage_90", "latency", "errors")


class Broken(NamedTuple):
    """A rule that does not hold."""

    sentence: str
    value: float
    limit: float
    detail: Json


def broken_rules(report: WatchReport, settings: Settings) -> dict[str, Broken]:
    """The rules that do not hold; a rule without enough rows, or with the limit 0, holds."""
    return {
        rule: found
        for rule, (limit, check) in _rules(settings).items()
        if limit > 0 and (found := check(report, limit)) is not None
    }


def waiting_rules(report: WatchReport) -> frozenset[str]:
    """The rules that have too few rows yet to say anything."""
    asked = report.watched + report.refused + report.failed
    enough = {
        "drift": any(row.psi is not None for row in report.drift.rows),
        **dict.fromkeys(("low_confidence", "unknown_sectors"), report.watched >= FEWEST_ROWS),
        **dict.fromkeys(("live_mdape", "coverage_90"), _judged(report) is not None),
        "latency": report.single >= FEWEST_ROWS,
        "errors": asked >= FEWEST_ROWS,
    }
    return frozenset(rule for rule in RULES if not enough[rule])


def measures(report: WatchReport) -> dict[tuple[str, str], float]:
    """What is worth a gauge: numbers by name and label."""
    overall = report.live.overall
    plain = {
        "low_confidence_share": report.low_share,
        "unknown_sector_share": report.unknown_share,
        "error_share": report.error_share,
        "live_mdape": overall.mdape if overall else None,
        "live_bias": overall.bias if overall else None,
        "coverage_90": overall.coverage_90 if overall else None,
        **{f"milliseconds_{name}": value for name, value in report.milliseconds.items()},
    }
    found = {(name, ""): value for name, value in plain.items() if value is not None}
    psi = {("drift_psi", row.feature): row.psi for row in report.drift.rows if row.psi is not None}
    return found | psi


Check = Callable[[WatchReport, float], Broken | None]


def _rules(settings: Settings) -> dict[str, tuple[float, Check]]:
    limits = (
        settings.ALERT_DRIFT_PSI,
        settings.ALERT_LOW_CONFIDENCE_SHARE,
        settings.ALERT_UNKNOWN_SECTOR_SHARE,
        settings.ALERT_LIVE_MDAPE,
        settings.ALERT_COVERAGE_90,
        settings.ALERT_LATENCY_P95_MS,
        settings.ALERT_ERROR_SHARE,
    )
    checks: tuple[Check, ...] = (_drift, _low_confidence, _unknown, _mdape, _coverage, _latency, _errors)
    return {rule: (limit, check) for rule, limit, check in zip(RULES, limits, checks, strict=True)}


def _drift(report: WatchReport, limit: float) -> Broken | None:
    strong = [(row.feature, row.psi) for row in report.drift.rows if row.verdict == "strong" and row.psi is not None]
    if not strong:
        return None
    strong.sort(key=lambda item: -item[1])
    names = ", ".join(f"{feature} (PSI {psi:.2f})" for feature, psi in strong)
    sentence = (
        f"The {report.drift.homes:,} homes of the last {report.days} days are unlike those that version "
        f"{report.drift.version} learned from, in {names}; the limit is {limit:.2f}."
    )
    detail = {"features": [feature for feature, _ in strong], "psi": [psi for _, psi in strong]}
    about = {"homes": report.drift.homes, "days": report.days, "version": report.drift.version}
    return Broken(sentence, strong[0][1], limit, detail | about)


def _low_confidence(report: WatchReport, limit: float) -> Broken | None:
    return _share(
        report,
        report.low_share,
        limit,
        "{share} of the {rows} valuations of the last {days} days were low in confidence",
    )


def _unknown(report: WatchReport, limit: float) -> Broken | None:
    words = "{share} of the {rows} valuations of the last {days} days were in sectors that the model has never seen"
    names = [str(item["sector"]) for item in report.unknown_sectors[:3]]
    return _share(report, report.unknown_share, limit, words, names=names)


def _share(report: WatchReport, share: float | None, limit: float, words: str, **detail: object) -> Broken | None:
    if share is None or report.watched < FEWEST_ROWS or share <= limit:
        return None
    told = words.format(share=_percent(share), rows=f"{report.watched:,}", days=report.days)
    about = {"rows": report.watched, "days": report.days}
    return Broken(f"{told}; the limit is {_percent(limit)}.", share, limit, about | detail)


def _judged(report: WatchReport) -> Accuracy | None:
    """The champion's own outcomes where there are enough, or else those of all versions."""
    own = [item for item in report.live.by_version if item.name == str(report.drift.version)]
    for item in (*own, report.live.overall):
        if item is not None and item.rows >= FEWEST_OUTCOMES:
            return item
    return None


def _mdape(report: WatchReport, limit: float) -> Broken | None:
    found = _judged(report)
    if found is None or found.mdape <= limit:
        return None
    sentence = (
        f"Half of the {found.rows:,} values whose price became known were off by more than {_percent(found.mdape)}; "
        f"the limit is {_percent(limit)}."
    )
    return Broken(sentence, found.mdape, limit, {"rows": found.rows})


def _coverage(report: WatchReport, limit: float) -> Broken | None:
    found = _judged(report)
    if found is None or found.coverage_90 is None or found.coverage_90 >= limit:
        return None
    sentence = (
        f"{_percent(found.coverage_90)} of the {found.rows:,} prices that became known lay inside the 90 % range; "
        f"it should be at least {_percent(limit)}."
    )
    return Broken(sentence, found.coverage_90, limit, {"rows": found.rows})


def _latency(report: WatchReport, limit: float) -> Broken | None:
    p95 = report.milliseconds.get("p95")
    if p95 is None or report.single < FEWEST_ROWS or p95 <= limit:
        return None
    sentence = (
        f"One valuation in twenty took longer than {p95:,.0f} ms in the last {report.days} days; "
        f"the limit is {limit:,.0f} ms."
    )
    return Broken(sentence, p95, limit, {"days": report.days})


def _errors(report: WatchReport, limit: float) -> Broken | None:
    share, asked = report.error_share, report.watched + report.refused + report.failed
    if share is None or asked < FEWEST_ROWS or share <= limit:
        return None
    sentence = (
        f"{_percent(share)} of the {asked:,} homes asked for in the last {report.days} days got no value: "
        f"{report.refused:,} were refused, {report.failed:,} failed; the limit is {_percent(limit)}."
    )
    detail = {"rows": asked, "days": report.days, "refused": report.refused, "failed": report.failed}
    return Broken(sentence, share, limit, detail)


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %" if share < 0.1 else f"{share * 100:.0f} %"
