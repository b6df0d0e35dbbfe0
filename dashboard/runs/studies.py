"""What a run keeps beside its figures: ratio study, calibration, errors on the map, importance, verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from dashboard.parts import bar_rows, cache, gate_verdict, maps
from dashboard.parts.text import number, percent, signed, t
from dashboard.parts.views import empty, facts, small
from dashboard.runs import ratio_study, run_charts
from dashboard.state import avm, is_dark, settings
from pricing_core import Version

_LEVELS: Final = (50, 80, 90)
_COUNTS: Final = {
    "rows_excluded": "runs.excluded",
    "rows_corrected": "runs.corrected",
    "rows_unreviewed_errors_left_out": "runs.left_out",
}
_FEW: Final = 3
_QUIET: Final = {"displayModeBar": False}


def tabs(run: Mapping[str, Any], currency: str) -> None:
    """The studies of a run, one tab each."""
    run_id = str(run["run_id"])
    version = next((each for each in avm().versions.all() if each.run_id == run_id), None)
    names = ("gate.verdict", "runs.study", "runs.calibration", "runs.map", "runs.importance", "runs.data")
    shown = dict(zip(names, st.tabs([t(name) for name in names]), strict=True))
    with shown["gate.verdict"]:
        _verdict(version, currency)
    with shown["runs.study"]:
        if (study := _document(run_id, "ratio_study.json")) is not None:
            ratio_study.show_study(study, currency)
    with shown["runs.calibration"]:
        if (found := _document(run_id, "calibration.json")) is not None:
            _calibration(found)
    with shown["runs.map"]:
        if (found := _document(run_id, "residuals.json")) is not None:
            _residuals(found)
    with shown["runs.importance"]:
        if (found := _document(run_id, "importance.json")) is not None:
            _importance(found)
    with shown["runs.data"]:
        _seen(version)


def _document(run_id: str, name: str) -> dict[str, Any] | None:
    found = cache.run_document(run_id, name)
    if found is None:
        small(t("runs.no_document"))
    return found


def _verdict(version: Version | None, currency: str) -> None:
    verdict = None if version is None else avm().versions.verdict(version.version)
    if version is None or verdict is None:
        empty("chart", t("gate.none_title"), t("gate.none_text"))
        return
    gate_verdict.show(version.version, verdict, currency)


def _calibration(found: Mapping[str, Any]) -> None:
    small(t("calibration.lead", rows=number(found["rows"])))
    groups = found["groups"]
    held = {
        t(f"calibration.{name}"): [group["coverage"][str(level)] for level in _LEVELS] for name, group in groups.items()
    }
    figure = run_charts.calibration(_LEVELS, held, (t("calibration.should"), t("calibration.holds")))
    st.plotly_chart(figure, key="run_calibration", config=_QUIET)
    widths = groups["all"]["width"]
    words = [t("calibration.width", level=level, width=percent(widths[str(level)], 0)) for level in _LEVELS]
    small(" ".join(words))


def _residuals(found: Mapping[str, Any]) -> None:
    points = found["points"]
    if not points:
        small(t("runs.no_document"))
        return
    small(t("residuals.lead", shown=number(len(points)), rows=number(found["rows"])))
    words = [_error_in_words(sector, price, value) for _, _, sector, price, value in points]
    data = [(lat, lon, value / price - 1) for lat, lon, _, price, value in points]
    st.pydeck_chart(maps.error_deck(data, words, "dark" if is_dark() else "light"), height=460, key="run_residuals")


def _error_in_words(sector: str | None, price: float, value: float) -> str:
    side = "above" if value >= price else "below"
    words = t(f"residuals.{side}", size=percent(abs(value / price - 1), 0))
    return f"{sector} · {words}" if sector else words


def _importance(found: Mapping[str, Any]) -> None:
    small(t("importance.lead", mdape=percent(found["mdape"]), rows=number(found["rows"])))
    names = [t("importance.position") if c["name"] == "position" else _field(c["name"]) for c in found["columns"]]
    points = [100 * column["loss"] for column in found["columns"]]
    digits = 1 if max(map(abs, points), default=1) >= 1 else 2
    tones: list[bar_rows.Tone] = ["band" if point >= 0 else "down" for point in points]
    bars = bar_rows.lengths(names, points, [signed(point, digits) for point in points], tones)
    st.html(bar_rows.drawn(bars, bar_rows.from_zero(bars), t("importance.axis"), t("runs.importance")))


def _seen(version: Version | None) -> None:
    if version is None:
        small(t("runs.no_document"))
        return
    manifest = version.manifest
    pairs = [(t("runs.train"), number(manifest["rows"]))]
    if "listed" in manifest:
        pairs.append((t("runs.test"), number(manifest["listed"] - manifest["rows"])))
    pairs += [(t(words), number(manifest[name])) for name, words in _COUNTS.items() if name in manifest]
    pairs += [(_field(name), _range(limits)) for name, limits in manifest["ranges"].items() if limits]
    pairs += [(_field(name), _several(names)) for name, names in manifest["categories"].items()]
    pairs.append((t("runs.fingerprint"), str(manifest["listings"])))
    if "data_version" in manifest:
        pairs.append((t("runs.data_version"), str(manifest["data_version"])))
    facts(pairs)


def _field(name: str) -> str:
    return t(f"field.{name}", unit=settings().AREA_UNIT)


def _several(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= _FEW else t("runs.distinct", count=number(len(names)))


def _range(limits: list[float]) -> str:
    low, high = (number(value, 2 if abs(value) < 200 and value != round(value) else 0) for value in limits)
    return f"{low} – {high}"
