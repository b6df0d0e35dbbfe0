"""In a real browser: no word of a picture or a table runs into another one, however long the names are."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.driving import READY, ROOT, wait_for

WIDTHS = (390, 1024, 1280, 1600)
# Every line of text that is seen, and what lies around it.
LINES = """() => [...document.querySelectorAll('.t-bars > div, .t-cards tr')].map(group => {
  const lines = [];
  const walker = document.createTreeWalker(group, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const cell = walker.currentNode.parentElement.closest('.t-name, .t-amount, .t-axis span, .t-axis em, th, td');
    for (const box of range.getClientRects())
      if (box.width > 1) lines.push({text: walker.currentNode.data, left: box.left,
        cell: [...group.querySelectorAll('*')].indexOf(cell), right: box.right, top: box.top, bottom: box.bottom});
  }
  const around = group.getBoundingClientRect();
  return {lines, left: around.left, right: around.right};
})"""
# Two numbers that stand beside each other are read apart from so many pixels on.
GAP = 4


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the page of hard pictures."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/pictures_page.py", "--server.port", str(port)]
    # The tests in the folder beside it are no pages.
    command += ["--client.showSidebarNavigation", "false"]
    log = tmp_path_factory.mktemp("pictures") / "log.txt"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
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


def opened(browser: Browser, address: str, language: str, scheme: Literal["light", "dark"]) -> Page:
    page = browser.new_page(color_scheme=scheme)
    page.goto(f"{address}/?lang={language}")
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_selector(".t-short")
    return page


def touching(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of lines of different cells that overlap, or stand so near beside each other that they read as one."""
    return [
        (one["text"], other["text"])
        for place, one in enumerate(lines)
        for other in lines[place + 1 :]
        if one["cell"] != other["cell"]
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 1
        and min(one["right"], other["right"]) - max(one["left"], other["left"]) > -GAP
    ]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark")])
def test_no_word_of_a_picture_or_table_touches_another(
    browser: Browser, pictures: str, language: str, scheme: Literal["light", "dark"]
) -> None:
    page = opened(browser, pictures, language, scheme)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        groups = page.evaluate(LINES)
        assert len(groups) > 60
        for group in groups:
            assert touching(group["lines"]) == [], width
            for line in group["lines"]:
                assert group["left"] - 1 <= line["left"] <= line["right"] <= group["right"] + 1, (width, line)
    page.close()


def test_the_length_of_a_bar_is_its_share_of_the_axis(browser: Browser, pictures: str) -> None:
    page = opened(browser, pictures, "en", "light")
    page.set_viewport_size({"width": 1280, "height": 900})
    shares = page.evaluate("""() => {
      const drivers = [...document.querySelectorAll('.t-bars:not(.t-short)')].find(each =>
        each.innerText.includes('9,585') && each.querySelector('.total'));
      const bars = [...drivers.querySelectorAll('.total')].map(bar => bar.getBoundingClientRect());
      const zero = drivers.querySelector('.t-axis span').getBoundingClientRect();
      return {ratio: bars[0].width / bars[1].width, lefts: bars.map(bar => bar.left), zero: zero.left,
              first: drivers.querySelector('.t-axis span').innerText};
    }""")
    # The typical home is worth a quarter of this one.
    assert shares["ratio"] == pytest.approx(0.25, abs=0.01)
    assert shares["first"] == "0"
    assert shares["lefts"] == pytest.approx([shares["zero"]] * 2, abs=1)
    page.close()
