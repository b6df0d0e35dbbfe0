"""UF values on the page of the listings, and what stood in the file for a number."""

from __future__ import annotations

import io

from pricing_core import AVM, Actor
from tests.listings.reading import CASES
from tests.pages.conftest import Open, shown

ANALYST = Actor("ana", "analyst", "library")


def test_a_file_of_uf_values_is_taken_in_and_shown(open_empty: Open, avm: AVM) -> None:
    app = open_empty("listings", role="analyst")
    assert "No UF values are known yet." in shown(app)
    content = b"Fecha;Valor\n29-11-2026;39.120\n30-11-2026;39.123,45\n"
    app.file_uploader(key="uf_file").upload("uf.csv", content, "text/csv").run()
    app.button(key="uf_import").click().run()
    assert "2 days read, 2 of them new" in shown(app)
    assert [each.value for each in avm.uf.newest()] == [39123.45, 39120]


def test_what_is_no_table_of_uf_values_says_so(open_empty: Open) -> None:
    app = open_empty("listings", role="analyst")
    app.file_uploader(key="uf_file").upload("uf.csv", b"a;b\n", "text/csv").run()
    assert "uf.csv is no table of UF values" in shown(app)
    assert app.button(key="uf_import").disabled


def test_a_file_that_leaves_marks_open_is_settled_beside_the_upload(open_empty: Open, avm: AVM) -> None:
    app = open_empty("listings", role="analyst")
    content = (CASES / "k1_uf_dots_areas_decimal.csv").read_bytes()
    app.file_uploader(key="upload_file").upload("uf.csv", content, "text/csv").run()
    app.button(key="upload_load").click().run()
    assert "can be read in two ways" in shown(app)
    app.selectbox(key="upload_decimal").set_value("comma").run()
    app.button(key="upload_load").click().run()
    assert avm.listings.frame()["price"].tolist() == [5210, 4870, 12640, 3990]


def test_a_reviewer_sees_what_stood_in_the_file(open_empty: Open, avm: AVM) -> None:
    case = io.BytesIO((CASES / "k5_areas_with_words.csv").read_bytes())
    avm.listings.ingest(case, actor=ANALYST, file_name="areas.csv")
    first = str(avm.listings.frame()["id"][0])
    app = open_empty("listings", role="analyst", listing=first)
    assert "85 m² útiles" in shown(app)
