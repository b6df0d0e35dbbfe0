"""The rules that raise an alert: each has a limit in the settings, and a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from pricing_core.monitoring.accuracy import Accuracy
from pricing_core.monitoring.drift import FEWEST_ROWS
from pricing_core.monitoring.report import WatchReport
from pricing_core.nouns import Json
from pricing_core.nouns.declared import Declaration
from pricing_core.nouns.schema import called
from pricing_core.settings import Settings
from pricing_core.versions.training_profile import VALUE
from pricing_core.words import Message

FEWEST_OUTCOMES: Final = 50
RULES: Final = ("drift", "low_confidence", "unknown_sectors", "live_mdape", "coverage_90", "latency", "errors")


class Broken(NamedTuple):
    """A rule that does not hold."""

    sentence: Message
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
    drift = partial(_drift, columns=settings.columns)
    checks: tuple[Check, ...] = (drift, _low_confidence, _unknown, _mdape, _coverage, _latency, _errors)
    return {rule: (limit, check) for rule, limit, check in zip(RULES, limits, checks, strict=True)}


def _drift(report: WatchReport, limit: float, columns: Declaration) -> Broken | None:
    strong = [(row.feature, row.psi) for row in report.drift.rows if row.verdict == "strong" and row.psi is not None]
    if not strong:
        return None
    strong.sort(key=lambda item: -item[1])
    about = {"homes": report.drift.homes, "days": report.days, "version": report.drift.version}
    sentence = Message(
        "The {homes:integer} homes of the last {days} days are unlike those that version {version} learned from, in "
        "{names:list}; the limit is a PSI of {limit:number}.",
        names=[_measured(feature, psi, columns) for feature, psi in strong],
        limit=limit,
        **about,
    )
    detail = {"features": [feature for feature, _ in strong], "psi": [psi for _, psi in strong]}
    return Broken(sentence, strong[0][1], limit, detail | about)


def _measured(feature: str, psi: float, columns: Declaration) -> Message:
    name = Message("value") if feature == VALUE else called(feature, columns)
    return Message("{feature} (PSI {psi:number})", feature=name, psi=psi)


def _low_confidence(report: WatchReport, limit: float) -> Broken | None:
    if not _is_above(report, report.low_share, limit):
        return None
    about: Json = {"rows": report.watched, "days": report.days}
    sentence = Message(
        "{value:percent} of the {rows:integer} valuations of the last {days} days were low in confidence; the limit is "
        "{limit:percent}.",
        value=report.low_share,
        limit=limit,
        **about,
    )
    return Broken(sentence, report.low_share or 0.0, limit, about)


def _unknown(report: WatchReport, limit: float) -> Broken | None:
    if not _is_above(report, report.unknown_share, limit):
        return None
    names = [str(item["sector"]) for item in report.unknown_sectors[:3]]
    about: Json = {"rows": report.watched, "days": report.days, "names": names}
    sentence = Message(
        "{value:percent} of the {rows:integer} valuations of the last {days} days were in sectors that the model has "
        "never seen, such as {names:list}; the limit is {limit:percent}.",
        value=report.unknown_share,
        limit=limit,
        **about,
    )
    return Broken(sentence, report.unknown_share or 0.0, limit, about)


def _is_above(report: WatchReport, share: float | None, limit: float) -> bool:
    return share is not None and report.watched >= FEWEST_ROWS and share > limit


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
    sentence = Message(
        "Half of the {rows:integer} values whose price became known were off by more than {value:percent}; the limit "
        "is {limit:percent}.",
        rows=found.rows,
        value=found.mdape,
        limit=limit,
    )
    return Broken(sentence, found.mdape, limit, {"rows": found.rows})


def _coverage(report: WatchReport, limit: float) -> Broken | None:
    found = _judged(report)
    if found is None or found.coverage_90 is None or found.coverage_90 >= limit:
        return None
    sentence = Message(
        "{value:percent} of the {rows:integer} prices that became known lay inside the 90 % range; it should be at "
        "least {limit:percent}.",
        rows=found.rows,
        value=found.coverage_90,
        limit=limit,
    )
    return Broken(sentence, found.coverage_90, limit, {"rows": found.rows})


def _latency(report: WatchReport, limit: float) -> Broken | None:
    p95 = report.milliseconds.get("p95")
    if p95 is None or report.single < FEWEST_ROWS or p95 <= limit:
        return None
    sentence = Message(
        "One valuation in twenty took longer than {value:integer} ms in the last {days} days; the limit is "
        "{limit:integer} ms.",
        value=p95,
        days=report.days,
        limit=limit,
    )
    return Broken(sentence, p95, limit, {"days": report.days})


def _errors(report: WatchReport, limit: float) -> Broken | None:
    share, asked = report.error_share, report.watched + report.refused + report.failed
    if share is None or asked < FEWEST_ROWS or share <= limit:
        return None
    detail: Json = {"rows": asked, "days": report.days, "refused": report.refused, "failed": report.failed}
    sentence = Message(
        "{value:percent} of the {rows:integer} homes asked for in the last {days} days got no value: "
        "{refused:integer} were refused, {failed:integer} failed; the limit is {limit:percent}.",
        value=share,
        limit=limit,
        **detail,
    )
    return Broken(sentence, share, limit, detail)
