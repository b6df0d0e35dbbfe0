"""What a run keeps beside its figures: ratio study, calibration, errors on the map, importance, verdict."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.parts import bar_rows, cache, gate_verdict, maps
from dashboard.parts.column_names import column_name
from dashboard.parts.text import number, signed, t
from dashboard.parts.views import empty, facts, small
from dashboard.runs import ratio_study, run_charts
from dashboard.state import avm, is_dark, settings
from pricing_core import Json, Version, marked

_CALIBRATION_WORDS: Final = {
    "all": marked("All listings"),
    "low": marked("Lowest third of values"),
    "middle": marked("Middle third"),
    "high": marked("Highest third"),
}

_RESIDUALS_WORDS: Final = {
    "below": marked("{size:percent} below its asking price"),
    "above": marked("{size:percent} above its asking price"),
}

_LEVELS: Final = (50, 80, 90)
_COUNTS: Final = {
    "rows_excluded": marked("Excluded by people"),
    "rows_corrected": marked("Corrected by people"),
    "rows_unreviewed_errors_left_out": marked("Left out, unreviewed"),
}
_FEW: Final = 3
_QUIET: Final = {"displayModeBar": False}


def tabs(run: Json, currency: str) -> None:
    """The studies of a run, one tab each."""
    run_id = str(run["run_id"])
    version = next((each for each in avm().versions.all() if each.run_id == run_id), None)
    labels = [t("Verdict"), t("Ratio study"), t("Calibration")]
    labels += [t("Errors on the map"), t("Importance"), t("Listings seen")]
    verdict, study, calibration, errors, importance, data = st.tabs(labels)
    with verdict:
        _verdict(version, currency)
    with study:
        if (found := _document(run_id, "ratio_study.json")) is not None:
            ratio_study.show_study(found, currency)
    with calibration:
        if (found := _document(run_id, "calibration.json")) is not None:
            _calibration(found)
    with errors:
        if (found := _document(run_id, "residuals.json")) is not None:
            _residuals(found)
    with importance:
        if (found := _document(run_id, "importance.json")) is not None:
            _importance(found)
    with data:
        _seen(version)


def _document(run_id: str, name: str) -> Json | None:
    found = cache.run_document(run_id, name)
    if found is None:
        small(t("This run kept none: it had no test listings, or was trained by an earlier release."))
    return found


def _verdict(version: Version | None, currency: str) -> None:
    verdict = None if version is None else avm().versions.verdict(version.version)
    if version is None or verdict is None:
        empty(
            "chart",
            t("There is no verdict on this run"),
            t("It was trained before there was a gate, or was never registered. Train again to have one."),
        )
        return
    gate_verdict.show(version.version, verdict, currency)


def _calibration(found: Json) -> None:
    small(
        t(
            "On {rows:integer} test listings: how many prices lie inside the range, against how many should.",
            rows=found["rows"],
        )
    )
    groups = found["groups"]
    held = {
        t(_CALIBRATION_WORDS[name]): [group["coverage"][str(level)] for level in _LEVELS]
        for name, group in groups.items()
    }
    figure = run_charts.calibration(_LEVELS, held, (t("Should hold"), t("Holds")))
    st.plotly_chart(figure, key="run_calibration", config=_QUIET)
    widths = groups["all"]["width"]
    words = [
        t("Median width of the {level} % range: {width:percent} of the value.", level=level, width=widths[str(level)])
        for level in _LEVELS
    ]
    small(" ".join(words))


def _residuals(found: Json) -> None:
    points = found["points"]
    if not points:
        small(t("This run kept none: it had no test listings, or was trained by an earlier release."))
        return
    small(
        t(
            "{shown:integer} of {rows:integer} test listings with a position. Blue: valued above the asking price; "
            "red: below it.",
            shown=len(points),
            rows=found["rows"],
        )
    )
    words = [_error_in_words(sector, price, value) for _, _, sector, price, value in points]
    data = [(lat, lon, value / price - 1) for lat, lon, _, price, value in points]
    st.pydeck_chart(maps.error_deck(data, words, "dark" if is_dark() else "light"), height=460, key="run_residuals")


def _error_in_words(sector: str | None, price: float, value: float) -> str:
    side = "above" if value >= price else "below"
    words = t(_RESIDUALS_WORDS[side], size=abs(value / price - 1))
    return f"{sector} · {words}" if sector else words


def _importance(found: Json) -> None:
    small(
        t(
            "By how many percentage points the median error ({mdape:percent}) grows when a column is shuffled among "
            "{rows:integer} test listings. Columns that tell the same share the credit.",
            mdape=found["mdape"],
            rows=found["rows"],
        )
    )
    names = [t("Position") if c["name"] == "position" else _field(c["name"]) for c in found["columns"]]
    points = [100 * column["loss"] for column in found["columns"]]
    digits = 1 if max(map(abs, points), default=1) >= 1 else 2
    tones: list[bar_rows.Tone] = ["band" if point >= 0 else "down" for point in points]
    bars = bar_rows.lengths(names, points, [signed(point, digits) for point in points], tones)
    st.html(bar_rows.drawn(bars, bar_rows.from_zero(bars), t("Growth of the median error (points)"), t("Importance")))


def _seen(version: Version | None) -> None:
    if version is None:
        small(t("This run kept none: it had no test listings, or was trained by an earlier release."))
        return
    manifest = version.manifest
    pairs = [(t("Train"), number(manifest["rows"]))]
    if "listed" in manifest:
        pairs.append((t("Test"), number(manifest["listed"] - manifest["rows"])))
    pairs += [(t(words), number(manifest[name])) for name, words in _COUNTS.items() if name in manifest]
    pairs += [(_field(name), _range(limits)) for name, limits in manifest["ranges"].items() if limits]
    pairs += [(_field(name), _several(names)) for name, names in manifest["categories"].items()]
    pairs.append((t("Fingerprint of the listings"), str(manifest["listings"])))
    if "data_version" in manifest:
        pairs.append((t("Data version"), str(manifest["data_version"])))
    facts(pairs)


def _field(name: str) -> str:
    return column_name(name, settings().AREA_UNIT)


def _several(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= _FEW else t("{count:integer} different", count=len(names))


def _range(limits: list[float]) -> str:
    low, high = (number(value, 2 if abs(value) < 200 and value != round(value) else 0) for value in limits)
    return f"{low} – {high}"
