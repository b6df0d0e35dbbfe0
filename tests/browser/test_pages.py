"""The dashboard in a real browser; `browser` holds the server and the login."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.driving import NARROW, ROOT, WIDE, NewContext, log_in, visit
from tests.conftest import TrainedHome
from tests.pages.conftest import in_spanish

PAGES = ("", "listings", "predictions", "watch", "runs", "retrain", "access")


def choose(page: Page, name: str, value: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(name))
    box.fill(value)
    page.get_by_role("option", name=value).first.click()


def test_the_first_visitor_of_a_page_sees_the_login(new_context: NewContext) -> None:
    page = new_context().new_page()
    visit(page, "/retrain")
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    expect(
        page.get_by_text(re.compile("Train a new version on the listings in use. It is compared with the champion"))
    ).to_have_count(0)
    expect(page.locator("[data-testid=stSidebarNav]")).to_have_count(0)


def test_a_deep_link_survives_the_login(new_context: NewContext, trained_home: TrainedHome) -> None:
    page = new_context().new_page()
    log_in(page, trained_home.password, "/runs")
    expect(page.get_by_role("heading", name="Model runs")).to_be_visible()


def test_a_login_survives_a_reload_and_ends_with_the_logout(new_context: NewContext, trained_home: TrainedHome) -> None:
    context = new_context()
    page = context.new_page()
    log_in(page, trained_home.password)
    copied = context.storage_state()
    visit(page, "/")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    thief = new_context(storage_state=copied).new_page()
    visit(thief, "/")
    expect(thief.get_by_label("Name", exact=True)).to_be_visible()


def test_a_home_is_priced(page: Page) -> None:
    visit(page, "/")
    choose(page, "Type", "departamento")
    choose(page, "Sector", "Providencia")
    latitude = page.get_by_label("Latitude", exact=True)
    expect(latitude).to_have_value(re.compile(r"-33\.4"))
    page.get_by_label("Usable area (m²)").fill("70")
    page.get_by_label("Usable area (m²)").press("Tab")
    page.get_by_role("button", name="Value this home").click()
    expect(page.get_by_test_id("value")).to_have_text(re.compile(r"^UF [\d,]{4,}$"))
    expect(page.get_by_test_id("stDeckGlJsonChart")).to_be_visible()


def test_an_answer_is_whole_at_every_width(page: Page) -> None:
    test_a_home_is_priced(page)
    table = page.get_by_test_id("comparables")
    for width in (1400, 1280, 1100, 800, 390):
        page.set_viewport_size({"width": width, "height": 900})
        expect(table).to_be_visible()
        # Side by side where there is room for both, else one below the other.
        until(page, lambda width=width: beside(page) == (width >= 1280))  # type: ignore[misc]
        cut = table.evaluate("each => each.parentElement.scrollWidth - each.parentElement.clientWidth")
        assert cut <= 1, width
        assert edges(page.get_by_role("radio", name="A whole file"))["right"] <= width


def until(page: Page, what: Callable[[], bool]) -> None:
    """Wait for what a page arranges in its own time."""
    for _ in range(100):
        if what():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not come to pass in time")


def beside(page: Page) -> bool:
    return edges(page.get_by_test_id("value"))["left"] > edges(page.get_by_test_id("stNumberInput"))["right"]


def edges(place: Locator) -> dict[str, float]:
    found: dict[str, float] = place.first.evaluate("each => each.getBoundingClientRect().toJSON()")
    return found


def test_a_change_after_the_first_value_is_valued_at_once(page: Page) -> None:
    test_a_home_is_priced(page)
    expect(page.get_by_test_id("confidence")).to_be_visible()
    expect(page.get_by_test_id("comparables").locator("tbody tr")).to_have_count(6)
    expect(page.locator(".t-bars")).to_have_count(2)
    first = page.get_by_test_id("value").inner_text()
    page.get_by_label("Usable area (m²)").fill("110")
    page.get_by_label("Usable area (m²)").press("Tab")
    expect(page.get_by_test_id("since")).to_contain_text(first)
    expect(page.get_by_test_id("value")).not_to_have_text(first)


def test_a_row_of_the_log_opens_its_valuation(page: Page) -> None:
    test_a_home_is_priced(page)
    value = page.get_by_test_id("value").inner_text()
    visit(page, "/predictions")
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 12, box["y"] + 52)
    expect(page).to_have_url(re.compile(r"entry=[\da-f-]{36}"))
    expect(page.get_by_role("dialog").get_by_test_id("value")).to_have_text(value)
    page.get_by_role("button", name="Close").click()
    expect(page).not_to_have_url(re.compile("entry="))


def test_a_whole_file_is_valued_and_downloaded(page: Page) -> None:
    visit(page, "/")
    page.get_by_role("radio", name="A whole file").click()
    names = "type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude"
    content = f"{names}\ncasa,Providencia,80,,,,,\ncasa,Providencia,,,,,,\n".encode()
    page.locator("input[type=file]").set_input_files({"name": "two.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Value the file").click()
    expect(page.get_by_text("1 of 2 homes in two.csv were valued; one could not be.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the values").click()
    assert "low_90" in Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]


HOMES = {
    "name": "homes.csv",
    "mimeType": "text/csv",
    "buffer": b"type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude\ncasa,Providencia,80,,,,,\n",
}
WORKBOOK = {"name": "homes.xlsx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04" + bytes(50)}


def test_a_workbook_chosen_after_a_csv_file_leaves_nothing_to_value(page: Page) -> None:
    visit(page, "/")
    page.get_by_role("radio", name="A whole file").click()
    button = page.get_by_role("button", name="Value the file")
    page.locator("input[type=file]").set_input_files(HOMES)  # type: ignore[arg-type]
    expect(button).to_be_enabled()
    page.locator("input[type=file]").set_input_files(WORKBOOK)  # type: ignore[arg-type]
    expect(page.get_by_text("homes.xlsx is a damaged zip file or workbook")).to_be_visible()
    expect(button).to_be_disabled()


def test_a_file_that_does_not_arrive_leaves_nothing_to_value(page: Page) -> None:
    visit(page, "/")
    page.get_by_role("radio", name="A whole file").click()
    button, chosen = page.get_by_role("button", name="Value the file"), page.locator("input[type=file]")
    failed = page.get_by_text(
        "The file marked in red did not arrive, so there is nothing to work with: it may be larger than 400 MB"
    )
    chosen.set_input_files(HOMES)  # type: ignore[arg-type]
    expect(button).to_be_enabled()
    expect(failed).to_be_hidden()
    page.route("**/_stcore/upload_file/**", lambda route: route.fulfill(status=413))
    chosen.set_input_files(HOMES | {"name": "large.csv"})  # type: ignore[arg-type]
    expect(failed).to_be_visible()
    expect(button).to_be_disabled()


def test_a_sector_that_is_not_on_the_list_can_be_typed(page: Page) -> None:
    visit(page, "/")
    choose(page, "Type", "casa")
    box = page.get_by_role("combobox", name=re.compile("Sector"))
    box.fill("Villa Nueva")
    box.press("Enter")
    page.get_by_label("Total area (m²)").fill("90")
    page.get_by_label("Total area (m²)").press("Tab")
    page.get_by_role("button", name="Value this home").click()
    expect(page.locator(".t-note.warning").filter(has_text="Villa Nueva")).to_be_visible()


def test_the_log_is_downloaded(page: Page) -> None:
    test_a_home_is_priced(page)
    visit(page, "/predictions")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("created_at,value,type,sector")
    assert len(lines) > 1


def test_a_training_runs_until_the_new_version_is_there(page: Page, home: dict[str, str]) -> None:
    with subprocess.Popen([sys.executable, "-m", "pricing_core", "worker"], cwd=ROOT, env=home) as worker:
        try:
            visit(page, "/retrain")
            page.get_by_text("Train even if nothing has changed").click()
            page.get_by_role("button", name="Train a new version").click()
            expect(page.get_by_test_id("stProgress")).to_be_visible()
            expect(page.get_by_text("Median error, test")).to_be_visible(timeout=120_000)
        finally:
            worker.terminate()
            worker.wait(30)
    expect(page.get_by_text(re.compile(r"Version \d+ (is the champion now|passed the gate)")).first).to_be_visible()


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)], ids=["wide", "narrow"])
def test_no_page_is_wider_than_the_window(page: Page, scheme: Literal["light", "dark"], size: ViewportSize) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
    for path in PAGES:
        visit(page, f"/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        overflow = page.evaluate(
            "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth }"
        )
        assert overflow <= 1, path
        expect(page.get_by_text("Something went wrong on our side.")).to_have_count(0)


def test_a_spanish_browser_is_spoken_to_in_spanish(new_context: NewContext) -> None:
    page = new_context(locale="es-CL").new_page()
    visit(page, "/")
    expect(page.get_by_role("button", name=in_spanish("Log in"), exact=True)).to_be_visible()
    page.get_by_role("radio", name="EN", exact=True).click()
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()


def test_nothing_was_asked_of_the_outside(page: Page, leaks: list[str]) -> None:
    visit(page, "/listings")
    assert leaks == []
