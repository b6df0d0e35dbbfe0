"""The dashboard in a real browser: one server and one login, on a copy of the trained home.

Every request that leaves this machine is stopped, and counted as a failure.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect, sync_playwright

from dashboard import maps
from dashboard.words_en import WORDS
from dashboard.words_es import WORDS as SPANISH
from tests.conftest import TrainedHome

ROOT = Path(__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
WIDE, NARROW = ViewportSize(width=1400, height=900), ViewportSize(width=390, height=844)
PAGES = ("", "listings", "predictions", "runs", "retrain", "access")
NewContext = Callable[..., BrowserContext]

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = "No Chromium is installed: the pages cannot be tried in a browser (apt install chromium)."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home(trained_home: TrainedHome, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a copy of the trained home, so that these tests change nothing for others."""
    folder = tmp_path_factory.mktemp("browser")
    shutil.copytree(trained_home.settings.DATA_DIR, folder / "data")
    shutil.copytree(trained_home.settings.MODELS_DIR, folder / "models")
    return trained_home.environment | {"DATA_DIR": str(folder / "data"), "MODELS_DIR": str(folder / "models")}


@pytest.fixture(scope="session")
def address(browser: Browser, home: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard of its own on a free port, stopped in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env=home, stdout=output, stderr=output) as server,
    ):
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The dashboard did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def leaks() -> list[str]:
    return []


@pytest.fixture(scope="session")
def new_context(browser: Browser, address: str, leaks: list[str]) -> Iterator[NewContext]:
    """Makes contexts that reach nothing but the server under test."""
    contexts = []

    def guard(route: Route) -> None:
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            leaks.append(route.request.url)
            route.abort()

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**({"viewport": WIDE, "base_url": address, "locale": "en-US"} | options))  # type: ignore[arg-type]
        context.route("**/*", guard)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def logged_in(new_context: NewContext, trained_home: TrainedHome) -> object:
    """The cookies of the admin."""
    context = new_context()
    log_in(context.new_page(), trained_home.password)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(new_context: NewContext, logged_in: object) -> Iterator[Page]:
    """A page of the admin's."""
    context = new_context(storage_state=logged_in)
    yield context.new_page()
    context.close()


def visit(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_selector(READY, timeout=60_000)


def log_in(page: Page, password: str, path: str = "/") -> None:
    visit(page, path)
    page.get_by_label(WORDS["login.name"], exact=True).fill("admin")
    page.get_by_label(WORDS["login.password"], exact=True).fill(password)
    page.get_by_role("button", name=WORDS["login.enter"], exact=True).click()
    expect(page.get_by_role("button", name=WORDS["logout"])).to_be_visible()
    deadline = time.monotonic() + 20
    while "tasador" not in {cookie.get("name") for cookie in page.context.cookies()}:
        assert time.monotonic() < deadline, "The login left no cookie."
        page.wait_for_timeout(100)


def choose(page: Page, name: str, value: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(WORDS[f"field.{name}"]))
    box.fill(value)
    page.get_by_role("option", name=value).first.click()


def test_the_first_visitor_of_a_page_sees_the_login(new_context: NewContext) -> None:
    page = new_context().new_page()
    visit(page, "/retrain")
    expect(page.get_by_label(WORDS["login.name"], exact=True)).to_be_visible()
    expect(page.get_by_text(WORDS["retrain.lead"])).to_have_count(0)
    expect(page.locator("[data-testid=stSidebarNav]")).to_have_count(0)


def test_a_deep_link_survives_the_login(new_context: NewContext, trained_home: TrainedHome) -> None:
    page = new_context().new_page()
    log_in(page, trained_home.password, "/runs")
    expect(page.get_by_role("heading", name=WORDS["runs.title"])).to_be_visible()


def test_a_login_survives_a_reload_and_ends_with_the_logout(new_context: NewContext, trained_home: TrainedHome) -> None:
    context = new_context()
    page = context.new_page()
    log_in(page, trained_home.password)
    copied = context.storage_state()
    visit(page, "/")
    page.get_by_role("button", name=WORDS["logout"]).click()
    expect(page.get_by_label(WORDS["login.name"], exact=True)).to_be_visible()
    thief = new_context(storage_state=copied).new_page()
    visit(thief, "/")
    expect(thief.get_by_label(WORDS["login.name"], exact=True)).to_be_visible()


def test_a_home_is_priced(page: Page) -> None:
    visit(page, "/")
    choose(page, "type", "departamento")
    choose(page, "sector", "Providencia")
    latitude = page.get_by_label(WORDS["field.latitude"], exact=True)
    expect(latitude).to_have_value(re.compile(r"-33\.4"))
    page.get_by_label("Usable area (m²)").fill("70")
    page.get_by_label("Usable area (m²)").press("Tab")
    page.get_by_role("button", name=WORDS["value.ask"]).click()
    expect(page.get_by_test_id("value")).to_have_text(re.compile(r"^[\d,]{4,} UF$"))
    expect(page.get_by_test_id("stDeckGlJsonChart")).to_be_visible()


def test_a_change_after_the_first_value_is_valued_at_once(page: Page) -> None:
    test_a_home_is_priced(page)
    expect(page.get_by_test_id("confidence")).to_be_visible()
    expect(page.get_by_test_id("comparables").locator("tbody tr")).to_have_count(6)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(2)
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
    page.get_by_role("radio", name=WORDS["value.mode_file"]).click()
    names = "type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude"
    content = f"{names}\ncasa,Providencia,80,,,,,\ncasa,Providencia,,,,,,\n".encode()
    page.locator("input[type=file]").set_input_files({"name": "two.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name=WORDS["file.run"]).click()
    expect(page.get_by_text("1 of 2 homes in two.csv were valued; 1 could not be.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=WORDS["file.download"]).click()
    assert "low_90" in Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_sector_that_is_not_on_the_list_can_be_typed(page: Page) -> None:
    visit(page, "/")
    choose(page, "type", "casa")
    box = page.get_by_role("combobox", name=re.compile(WORDS["field.sector"]))
    box.fill("Villa Nueva")
    box.press("Enter")
    page.get_by_label("Total area (m²)").fill("90")
    page.get_by_label("Total area (m²)").press("Tab")
    page.get_by_role("button", name=WORDS["value.ask"]).click()
    expect(page.locator(".t-note.warning").filter(has_text="Villa Nueva")).to_be_visible()


def test_a_click_on_the_map_opens_a_listing(page: Page, trained_home: TrainedHome) -> None:
    visit(page, "/listings")
    chart = page.get_by_test_id("stDeckGlJsonChart")
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    x, y = on_map(trained_home.avm.listings(), box["width"], box["height"])
    page.wait_for_timeout(500)
    page.mouse.click(box["x"] + x, box["y"] + y)
    expect(page).to_have_url(re.compile(r"listing=\d+"))
    expect(page.get_by_text(WORDS["inspect.row"], exact=True)).to_be_visible()


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
    expect(page.get_by_label(WORDS["inspect.number"])).to_have_value("3")
    expect(page.get_by_text(WORDS["inspect.row"], exact=True)).to_be_visible()


def test_the_log_is_downloaded(page: Page) -> None:
    test_a_home_is_priced(page)
    visit(page, "/predictions")
    with page.expect_download() as download:
        page.get_by_role("button", name=WORDS["download"]).click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("created_at,value,type,sector")
    assert len(lines) > 1


def test_a_training_runs_until_the_new_version_is_there(page: Page, home: dict[str, str]) -> None:
    with subprocess.Popen([sys.executable, "-m", "pricing_core", "worker"], cwd=ROOT, env=home) as worker:
        try:
            visit(page, "/retrain")
            page.get_by_text(WORDS["retrain.force"]).click()
            page.get_by_role("button", name=WORDS["retrain.start"]).click()
            expect(page.get_by_test_id("stProgress")).to_be_visible()
            expect(page.get_by_text(WORDS["job.mdape"])).to_be_visible(timeout=120_000)
        finally:
            worker.terminate()
            worker.wait(30)
    expect(page.get_by_text(re.compile(r"Version \d+ (is the champion now|waits as challenger)")).first).to_be_visible()


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)], ids=["wide", "narrow"])
def test_no_page_is_wider_than_the_window(
    new_context: NewContext, logged_in: object, scheme: str, size: ViewportSize
) -> None:
    context = new_context(storage_state=logged_in, color_scheme=scheme, viewport=size)
    page = context.new_page()
    for path in PAGES:
        visit(page, f"/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        overflow = page.evaluate("() => { const m = document.querySelector('[data-testid=stMain]');"
                                 " return m.scrollWidth - m.clientWidth }")  # fmt: skip
        assert overflow <= 1, path
        expect(page.get_by_text(WORDS["failed.title"])).to_have_count(0)
    context.close()


def test_a_spanish_browser_is_spoken_to_in_spanish(new_context: NewContext) -> None:
    page = new_context(locale="es-CL").new_page()
    visit(page, "/")
    expect(page.get_by_role("button", name=SPANISH["login.enter"], exact=True)).to_be_visible()
    page.get_by_role("radio", name="EN", exact=True).click()
    expect(page.get_by_role("button", name=WORDS["login.enter"], exact=True)).to_be_visible()


def test_nothing_was_asked_of_the_outside(page: Page, leaks: list[str]) -> None:
    visit(page, "/listings")
    assert leaks == []
