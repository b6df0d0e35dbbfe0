"""The listings in a real browser: a click on the map, settling, the chosen rows of the table."""

from __future__ import annotations

import math
import re

import pandas as pd
from playwright.sync_api import Page, expect

from dashboard.parts import maps
from tests.browser.driving import READY, visit
from tests.conftest import TrainedHome


def test_a_click_on_the_map_opens_a_listing(page: Page, trained_home: TrainedHome) -> None:
    visit(page, "/listings")
    chart = page.get_by_test_id("stDeckGlJsonChart").first
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    x, y = on_map(trained_home.avm.listings.frame(), box["width"], box["height"])
    # The words of a point appear when the mouse moves over it once it is drawn: a click before that meets nothing.
    words = page.locator(".deck-tooltip", has_text="UF/m²").first
    for step in range(80):
        page.mouse.move(box["x"] + x + step % 2, box["y"] + y)
        page.wait_for_timeout(250)
        if words.is_visible():
            break
    page.mouse.click(box["x"] + x, box["y"] + y)
    expect(page).to_have_url(re.compile(r"listing=\d+"))
    expect(page.get_by_role("heading", name=re.compile(r"^Listing \d+"))).to_be_visible()


def on_map(listings: pd.DataFrame, width: float, height: float) -> tuple[float, float]:
    """Where the listing nearest to the middle of the map is drawn (Web Mercator, 512 pixels a world at zoom 0)."""

    def world(latitude: float, longitude: float) -> tuple[float, float]:
        turn = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
        return (longitude + 180) / 360, (1 - turn / math.pi) / 2

    placed = listings.dropna(subset=["latitude", "longitude"])
    view = maps.view_of(placed)
    away = (placed["latitude"] - view.latitude).abs() + (placed["longitude"] - view.longitude).abs()
    nearest = placed.loc[away.idxmin()]
    x0, y0 = world(view.latitude, view.longitude)
    x, y = world(float(nearest["latitude"]), float(nearest["longitude"]))
    scale = 512 * 2**view.zoom
    return width / 2 + (x - x0) * scale, height / 2 + (y - y0) * scale


def test_an_address_opens_a_listing(page: Page) -> None:
    visit(page, "/listings?listing=3")
    expect(page.get_by_label("Inspect listing number")).to_have_value("3")
    expect(page.get_by_role("heading", name=re.compile("^Listing 3"))).to_be_visible()


def test_a_settled_finding_opens_the_next_and_can_be_undone(page: Page) -> None:
    visit(page, "/listings")
    page.get_by_role("button", name=re.compile("Start reviewing")).click()
    expect(page).to_have_url(re.compile(r"listing=\d+"))
    first = page.url
    decide(page, "Exclude", "Seen on the spot")
    page.get_by_role("button", name=re.compile("Settle and next")).click()
    expect(page.get_by_text(re.compile(r"^Listing \d+ is excluded\.$"))).to_be_visible()
    expect(page).not_to_have_url(first)
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.get_by_text("Undone: these findings wait for a review again.")).to_be_visible()


def decide(page: Page, decision: str, reason: str, form: str = "settle") -> None:
    part = page.locator(f".st-key-{form}_form")
    part.get_by_role("radio", name=decision, exact=True).click()
    expect(part.get_by_role("radio", name=decision, exact=True)).to_be_checked()
    page.wait_for_selector(READY)
    box = part.get_by_role("combobox", name=re.compile("Reason"))
    box.fill(reason)
    box.press("Enter")
    page.wait_for_selector(READY)


def test_two_rows_of_the_table_are_settled_together(page: Page) -> None:
    visit(page, "/listings")
    table = page.get_by_test_id("stDataFrame")
    for row in (0, 1):
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 12, box["y"] + 52 + 35 * row)
        page.wait_for_selector(READY)
    expect(page.get_by_text("2 rows chosen")).to_be_visible()
    decide(page, "Keep", "Both are right", "bulk")
    page.get_by_role("button", name="Settle 2 listings").click()
    page.get_by_role("button", name="Yes, settle 2").click()
    expect(page.get_by_text("2 listings are kept as they are.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.get_by_text("Undone: these findings wait for a review again.")).to_be_visible()
