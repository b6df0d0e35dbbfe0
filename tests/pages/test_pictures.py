"""Lengths that people see mean what they say: bars begin at 0, on an axis with its numbers and its unit."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from dashboard.monitoring import monitoring_charts
from dashboard.parts import bar_rows, charts
from dashboard.parts.axes import axis_over
from dashboard.runs import study_charts

AMOUNTS = (
    (7_708.0, 9_585.0),
    (1.0, 1.0),
    (0.004, 0.01),
    (190_000_000.0, 1.0),
    (5.0, -3.0),
    (1e-3, 12_345_678_901.0),
)


def waterfall(first: float, *changes: float) -> list[bar_rows.Bar]:
    amounts = [first, *changes, first + sum(changes)]
    return bar_rows.waterfall([("name", "words")] * len(amounts), amounts, ["1"] * len(amounts))


@pytest.mark.parametrize("amounts", AMOUNTS)
def test_the_axis_of_bars_holds_0_and_every_end(amounts: tuple[float, ...]) -> None:
    bars = waterfall(amounts[0], *(amount - amounts[0] for amount in amounts[1:]))
    axis = bar_rows.from_zero(bars)
    places = [axis.place(end) for bar in bars for end in (bar.start, bar.end)]
    assert 0.0 in axis.ticks()
    assert min(places) >= -1e-6
    assert max(places) <= 100 + 1e-6


def test_a_value_is_as_long_as_it_is_large() -> None:
    bars = waterfall(7_708.0, 1_877.0)
    axis = bar_rows.from_zero(bars)
    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", bar_rows.drawn(bars, axis, "UF", "alt"))]
    assert widths[0] / widths[-1] == pytest.approx(7_708 / 9_585, abs=1e-4)
    assert widths[1] / widths[-1] == pytest.approx(1_877 / 9_585, abs=1e-4)


@pytest.mark.parametrize("low", [0.0, -3.0, 7_794.0, 189_999_990.0])
@pytest.mark.parametrize("span", [0.0, 0.013, 1.0, 8_047.0, 61_234_567.0])
def test_the_numbers_of_an_axis_are_few_short_even_and_told_apart(low: float, span: float) -> None:
    axis = axis_over(low, low + span)
    labels, ticks = axis.labels(), axis.ticks()
    assert 2 <= len(labels) <= 5
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= low + span - 1e-6
    assert len(set(labels)) == len(labels)
    assert np.allclose(np.diff(ticks), axis.step)
    if low == 0:
        assert max(map(len, labels)) <= 7


def test_an_axis_says_its_unit() -> None:
    for value, unit in ((9_585.0, "UF"), (190_000.0, "thousands of UF"), (190_000_000.0, "millions of UF")):
        bars = waterfall(value, value / 10)
        assert f"<em>{unit}</em>" in bar_rows.drawn(bars, bar_rows.from_zero(bars), "UF", "alt")


def test_a_change_below_0_stands_to_the_left_of_0() -> None:
    bars = bar_rows.lengths(["up", "down"], [23.8, -6.5], ["+23.8", "−6.5"], ["up", "down"])
    axis = bar_rows.from_zero(bars)
    assert axis.place(-6.5) < axis.place(0) < axis.place(23.8)


def test_a_histogram_heaps_nothing_up_at_its_ends() -> None:
    values = pd.Series([*np.linspace(90, 110, 300), *[5_000.0] * 3])
    figure = charts.spread(values, 5_000.0, "UF/m²")
    counts = figure.data[0].y
    assert sum(counts) < len(values)
    assert max(counts) < 2 * np.median(counts)
    # What lies outside is pointed to with its number, not drawn where it is not.
    assert not figure.layout.shapes
    assert figure.layout.annotations[0].text == "<b>5,000 →</b>"


def test_the_outermost_bins_of_the_ratios_say_that_they_are_open() -> None:
    figure = study_charts.ratio_histogram([0.5, 1.0, 1.5], [3, 7], 1.0, (0.9, 1.3), ("x", "y"))
    assert figure.layout.xaxis.ticktext == ("≤ 0.5", "1", "≥ 1.5")


@pytest.mark.parametrize("ordered", [True, False])
def test_shares_begin_at_0_and_long_names_are_cut_but_kept_apart(ordered: bool) -> None:
    names = [f"Pedro Aguirre Cerda y alrededores <b>{place}</b>" for place in range(5)]
    figure = monitoring_charts.both_sides(
        names, [0.2] * 5, [0.1, 0.3, 0.2, 0.2, 0.2], ("a", "b"), "share", ordered=ordered
    )
    amounts, places = (figure.layout.yaxis, figure.layout.xaxis)[:: 1 if ordered else -1]
    assert amounts.rangemode == "tozero"
    assert len(set(places.tickvals)) == 5
    assert all(len(name) <= 22 for name in places.ticktext)
    assert "&lt;b&gt;" in figure.data[0].customdata[0]


@pytest.mark.parametrize("prices", [[100.0, 105.0, 110.0], [1e7, 2e8, 5e8]])
def test_logarithmic_axes_have_numbers_however_near_the_prices_are(prices: list[float]) -> None:
    figure = monitoring_charts.value_against_price([("casa", prices, prices)], ("price", "value"))
    ratio = max(prices) / min(prices)
    assert (figure.layout.xaxis.dtick == "D2") == (ratio > 8)
    assert all(low < high for low, high in pairwise([figure.layout.xaxis.range[0], figure.layout.xaxis.range[1]]))
