"""Choosing a file on a page: what cannot be read clears what was there, and says why beside the uploader."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pricing_core import AVM, Job
from tests.conftest import TrainedHome
from tests.pages.conftest import Open, shown

HEADER = b"type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude"
HOMES = HEADER + b"\ncasa,Providencia,80,90,3,2,,\n"
LISTINGS = HEADER + b",price\ncasa,Providencia,80,90,3,2,-33.43,-70.61,5000\n"
PRICES = b"log_id,price\nnobody,5000\n"
WORKBOOK = b"PK\x03\x04" + b"x" * 200
UNREADABLE = {
    "homes.xlsx": WORKBOOK,
    "homes.csv": WORKBOOK,
    "homes.pdf": b"%PDF-1.7",
    "empty.csv": b"",
    "other.csv": b"a,b\n1,2\n",
    "cut.csv.gz": b"\x1f\x8b\x08\x00broken",
}
# The page, the file that can be read, and the button that takes it.
UPLOADERS = {
    "value": ("values_run", HOMES),
    "listings": ("upload_load", LISTINGS),
    "watch": ("outcomes_run", PRICES),
}
every_uploader = pytest.mark.parametrize("page", UPLOADERS)


def opened(open_page: Open, page: str) -> AppTest:
    app = open_page(page)
    return app.segmented_control(key="value_mode").set_value("file").run() if page == "value" else app


def offered(app: AppTest) -> list[object]:
    """What can be downloaded, but for the template, which always can."""
    return [each for each in app.get("download_button") if not str(each.key).endswith("_template")]


def choose(app: AppTest, name: str, content: bytes) -> AppTest:
    return app.file_uploader[0].upload(name, content, "application/octet-stream").run()


@every_uploader
def test_a_file_that_cannot_be_read_takes_the_place_of_the_one_before_it(open_page: Open, page: str) -> None:
    button, readable = UPLOADERS[page]
    app = opened(open_page, page)
    for name, content in UNREADABLE.items():
        choose(app, "before.csv", readable)
        assert not app.button(key=button).disabled
        choose(app, name, content)
        assert app.button(key=button).disabled
        assert name in shown(app)
        assert "before.csv" not in shown(app)


def test_what_an_earlier_file_came_to_is_gone_and_nothing_is_valued(open_page: Open, trained_home: TrainedHome) -> None:
    app = choose(opened(open_page, "value"), "homes.csv", HOMES)
    app.button(key="values_run").click().run()
    assert offered(app)
    count = trained_home.avm.log.count()
    choose(app, "homes.xlsx", WORKBOOK)
    assert not offered(app)
    assert app.button(key="values_run").disabled
    assert trained_home.avm.log.count() == count
    assert "homes.xlsx is a damaged zip file or workbook" in shown(app)


def take_away(app: AppTest) -> AppTest:
    """As when the person takes the file away, or chooses one that the server refuses: the browser empties its list."""
    return app.file_uploader[0].set_value(None).run()


def test_what_a_file_came_to_goes_with_it_when_no_other_arrives(open_page: Open) -> None:
    app = choose(opened(open_page, "value"), "homes.csv", HOMES)
    app.button(key="values_run").click().run()
    assert offered(app)
    take_away(app)
    assert not offered(app)
    assert app.button(key="values_run").disabled
    assert not offered(app.run())


def test_what_a_file_came_to_waits_while_another_part_of_the_page_is_open(open_page: Open) -> None:
    app = choose(opened(open_page, "value"), "homes.csv", HOMES)
    app.button(key="values_run").click().run()
    app.segmented_control(key="value_mode").set_value("one").run()
    assert not offered(app)
    app.segmented_control(key="value_mode").set_value("file").run()
    assert offered(app)


def test_what_the_worker_made_of_a_file_goes_with_it_but_not_while_it_is_at_work(
    open_page: Open, trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = choose(opened(open_page, "value"), "homes.csv", HOMES)
    out = trained_home.settings.upload_dir / "one" / "values" / "values.csv"
    out.parent.mkdir(parents=True)
    source = out.parents[1] / "homes.csv"
    source.write_bytes(HOMES)
    counts = trained_home.avm.value_file(source, out, actor=trained_home.admin)
    at_work = Job(
        "one",
        "value_file",
        "running",
        "Valuing",
        0.5,
        "",
        {"source": str(source), "out": str(out)},
        counts,
        "page-admin",
        "dashboard",
        datetime.now(UTC),
    )
    made = [at_work]
    monkeypatch.setattr("dashboard.value.file_jobs.newest", lambda _actor: made[0])
    take_away(app)
    made[0] = replace(at_work, status="done")
    assert offered(app.run())
    choose(app, "other.csv", HOMES)
    take_away(app)
    assert not offered(app)
    assert not offered(app.run())


def test_the_report_on_listings_goes_with_their_file(open_empty: Open) -> None:
    app = choose(open_empty("listings"), "listings.csv", LISTINGS)
    app.button(key="upload_load").click().run()
    assert "listing was taken" in shown(app)
    assert "listing was taken" not in shown(take_away(app))


def test_the_report_on_prices_goes_with_their_file(open_page: Open) -> None:
    app = choose(open_page("watch"), "prices.csv", PRICES)
    app.button(key="outcomes_run").click().run()
    assert "price was attached" in shown(app)
    assert "price was attached" not in shown(take_away(app))


def test_the_report_on_an_earlier_file_of_listings_is_gone(open_empty: Open, avm: AVM) -> None:
    app = choose(open_empty("listings"), "listings.csv", LISTINGS)
    app.button(key="upload_load").click().run()
    assert "listing was taken" in shown(app)
    choose(app, "listings.xlsx", WORKBOOK)
    assert "listing was taken" not in shown(app)
    assert len(avm.listings.datasets()) == 1


def test_why_a_file_cannot_be_read_is_said_in_spanish(open_page: Open) -> None:
    app = choose(opened(open_page, "value"), "casas.xlsx", WORKBOOK)
    app.session_state["language"] = "es"
    app.run()
    assert "casas.xlsx es un archivo zip o un libro de Excel dañado" in shown(app)
    assert (
        "CSV, Excel (también .ods), Parquet, JSON o JSON Lines, sin comprimir o comprimido con gzip o zip, de"
        in shown(app)
    )


def test_every_uploader_asks_in_the_one_way_that_the_server_hears_of() -> None:
    """A file that the browser turns away by its name or size never reaches the server: the one before it would stay."""
    root = Path(__file__).parents[2]
    files = [*(root / "dashboard").rglob("*.py"), *(root / "pages").rglob("*.py")]
    calls = {
        (path.name, *sorted(str(keyword.arg) for keyword in node.keywords))
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("file_uploader", "chat_input")
    }
    assert calls == {("chosen_file.py", "key", "max_upload_size", "on_change")}
