"""What the tests in a real browser share: one server and one login, on a copy of the trained home.

Every request that would leave this machine meets nobody, and is counted as a failure.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, expect, sync_playwright

from tests.conftest import TrainedHome, copy_of

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
# No name but this machine's is found, so that nothing leaves it; stopping each request instead would empty the cache.
NOTHING_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
WIDE, NARROW = ViewportSize(width=1400, height=900), ViewportSize(width=390, height=844)
NewContext = Callable[..., BrowserContext]

# A busy machine takes its time; whoever waits for what never comes still hears of it within the limit of a test.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = "No Chromium is installed: the pages cannot be tried in a browser (apt install chromium)."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", NOTHING_ELSE])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home(trained_home: TrainedHome, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a copy of the trained home, so that these tests change nothing for others."""
    settings = copy_of(trained_home, tmp_path_factory.mktemp("browser"))
    places = {"DATA_DIR": str(settings.DATA_DIR), "MODELS_DIR": str(settings.MODELS_DIR)}
    return trained_home.environment | places


@pytest.fixture(scope="session")
def address(browser: Browser, home: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard of its own on a free port, stopped in the end."""
    with dashboard(home, tmp_path_factory.mktemp("server") / "log.txt") as address:
        yield address


@contextmanager
def dashboard(environment: dict[str, str], log: Path) -> Iterator[str]:
    """The dashboard as a process; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
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


@contextmanager
def contexts(browser: Browser, address: str, leaks: list[str]) -> Iterator[NewContext]:
    """Makes contexts that note what is asked of anybody but the server under test, and closes them in the end."""
    made = []

    def guard(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            leaks.append(request.url)

    def make(**options: object) -> BrowserContext:
        # Without motion: what moves is drawn anew sixty times a second, by the processor here.
        usual = {"viewport": WIDE, "base_url": address, "locale": "en-US", "reduced_motion": "reduce"}
        context = browser.new_context(**(usual | options))  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        context.on("request", guard)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def new_context(browser: Browser, address: str, leaks: list[str]) -> Iterator[NewContext]:
    """Makes contexts for one test: a page that stays open goes on drawing."""
    with contexts(browser, address, leaks) as make:
        yield make


@pytest.fixture(scope="session")
def logged_in(browser: Browser, address: str, leaks: list[str], trained_home: TrainedHome) -> Iterator[BrowserContext]:
    """Where the admin is logged in; one for all tests, so that the page's scripts are read once."""
    with contexts(browser, address, leaks) as make:
        context = make()
        page = context.new_page()
        log_in(page, trained_home.password)
        page.close()
        yield context


@pytest.fixture
def page(logged_in: BrowserContext) -> Iterator[Page]:
    """A page of the admin's."""
    page = logged_in.new_page()
    yield page
    page.close()


def visit(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_selector(READY, timeout=60_000)


def log_in(page: Page, password: str, path: str = "/") -> None:
    visit(page, path)
    page.get_by_label("Name", exact=True).fill("admin")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    deadline = time.monotonic() + 60
    while "tasador" not in {cookie.get("name") for cookie in page.context.cookies()}:
        assert time.monotonic() < deadline, "The login left no cookie."
        page.wait_for_timeout(100)
