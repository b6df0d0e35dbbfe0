"""Takes the screenshots of the README from the running product: ``python docs/screenshots.py``.

It makes an installation of its own in a temporary folder (sample, champion, one person), starts the dashboard on a
free port, writes ``docs/images/*.png`` and stops what it started. It needs Chromium.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from pricing_core import AVM, Actor, load_settings

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SAMPLE = ROOT / "data" / "sample"
SIZE = ViewportSize(width=1400, height=900)
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
NAME = "admin"


def make_home(folder: Path) -> str:
    """Load the shipped sample, train the champion, and add one person; gives the password."""
    avm = AVM(load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models")).start()
    actor = Actor("screenshots", "admin", "library")
    avm.listings.ingest(SAMPLE / "train.csv", test=SAMPLE / "test.csv", actor=actor)
    avm.versions.train(actor=actor)
    password = avm.access.add_person(NAME, "admin", actor=actor)
    avm.close()
    return password


@contextmanager
def dashboard(folder: Path) -> Iterator[str]:
    """Run the dashboard on a free port; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DATA_DIR": str(folder / "data"), "MODELS_DIR": str(folder / "models")}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(url: str) -> None:
    """Wait a minute at most until the address answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise SystemExit("The dashboard did not start within a minute.") from None
            time.sleep(0.2)


def shoot(page: Page, name: str) -> None:
    """Wait until the page is quiet and its map is drawn, then save it."""
    page.wait_for_selector(READY)
    page.wait_for_timeout(1500)
    page.wait_for_selector(READY)
    page.screenshot(path=IMAGES / f"{name}.png")


def log_in(page: Page, address: str, password: str) -> None:
    """Log in on the login page, after a picture of it."""
    page.goto(address)
    shoot(page, "login")
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Log out").wait_for()
    page.wait_for_selector(READY)


def price_a_home(page: Page) -> None:
    """Fill in the form and ask for the value."""
    for name, value in (("Type", "departamento"), ("Sector", "Providencia")):
        page.get_by_role("combobox", name=re.compile(name)).fill(value)
        page.get_by_role("option", name=value).first.click()
    expect(page.get_by_label("Latitude", exact=True)).not_to_have_value("")
    numbers = {"Usable area (m²)": "72", "Total area (m²)": "80", "Bedrooms": "3", "Bathrooms": "2"}
    for name, value in numbers.items():
        page.get_by_label(name, exact=True).fill(value)
        page.get_by_label(name, exact=True).press("Tab")
        page.wait_for_selector(READY)
    page.get_by_role("button", name="Value this home").click()
    page.get_by_test_id("value").wait_for()


def take(browser: Browser, address: str, password: str) -> None:
    """All pictures, one after the other."""
    page = browser.new_page(viewport=SIZE, locale="en-US")
    log_in(page, address, password)
    price_a_home(page)
    shoot(page, "value")
    page.goto(f"{address}/listings")
    page.get_by_role("button", name=re.compile("Start reviewing")).click()
    page.wait_for_url(re.compile("listing="))
    chosen = page.url
    shoot(page, "listings")
    state = page.context.storage_state()
    dark = browser.new_page(viewport=SIZE, locale="en-US", color_scheme="dark", storage_state=state)
    dark.goto(chosen)
    shoot(dark, "listings-dark")


def main() -> None:
    """Make a home, run the product, take the pictures."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next((path for name in names if (path := shutil.which(name))), None)
    if chromium is None:
        raise SystemExit("No Chromium is installed: install it (apt install chromium) and run this again.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        password = make_home(Path(name))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with dashboard(Path(name)) as address:
            take(browser, address, password)
        browser.close()


if __name__ == "__main__":
    main()
