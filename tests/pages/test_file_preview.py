"""A file that is not sure is asked about on the page, column by column; one that is goes through as it is."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pricing_core import AVM
from tests.factories import listings
from tests.pages.conftest import Open, shown

HEADER = "Tipo;Ciudad;Superficie;Superficie total;Dormitorois;Baños;lat;lng;Precio venta;Precio lista;UF/m2"
ROWS = (
    "Casa;Maipú;85,5;120;3;2;-33,51;-70,71;5200;5300;61",
    "Departamento;Ñuñoa;60,0;66;2;1;-33,45;-70,60;4300;4400;71",
    "Casa;Ñuñoa;60,0;66;dos;1;-33,45;-70,60;4300;4400;71",
)
OPEN = "\n".join((HEADER, *ROWS)).encode()
SAID = {1: "sector", 2: "net_usable_area", 4: "n_rooms", 8: "price"}


def upload(app: AppTest, content: bytes, name: str = "cartera.csv") -> AppTest:
    return app.file_uploader[0].upload(name, content, "text/csv").run()


def field(app: AppTest, place: int) -> object:
    return next(each for each in app.selectbox if (each.key or "").endswith(f"_{place}_field"))


def settle(app: AppTest) -> AppTest:
    for place, column in SAID.items():
        field(app, place).set_value(column)  # type: ignore[attr-defined]
    return app.run()


def load_button(app: AppTest) -> object:
    return app.button(key="upload_load")


def test_what_is_open_is_said_and_proposed_and_nothing_is_loaded(open_empty: Open) -> None:
    app = upload(open_empty("listings"), OPEN)
    words = shown(app)
    assert "Still to be said" in words
    assert field(app, 4).value == ""  # type: ignore[attr-defined]
    assert load_button(app).disabled  # type: ignore[attr-defined]
    assert next(each for each in app.expander if each.label == "Columns and first rows").proto.expanded


def test_what_a_person_says_is_read_so_shown_loaded_and_kept(open_empty: Open, avm: AVM) -> None:
    app = settle(upload(open_empty("listings"), OPEN))
    words = shown(app)
    assert "85,5 → <b>85.5</b>" in words
    assert "n_rooms is not a number" in words
    next(each for each in app.text_input if each.label == "Save these settings as").set_value("Corredora A")
    load_button(app.run()).click()  # type: ignore[attr-defined]
    assert "The profile &#x27;Corredora A&#x27; was saved" in shown(app.run())
    assert avm.listings.frame()["price"].tolist() == [5200, 4300]
    again = upload(open_empty("listings"), OPEN)
    assert not load_button(again).disabled  # type: ignore[attr-defined]
    assert "which was saved for this header" in shown(again)


def test_one_column_chosen_twice_is_told_and_not_loaded(open_empty: Open) -> None:
    app = settle(upload(open_empty("listings"), OPEN))
    field(app, 9).set_value("price")  # type: ignore[attr-defined]
    words = shown(app.run())
    assert "price is named twice" in words
    assert load_button(app).disabled  # type: ignore[attr-defined]


def test_a_file_that_is_sure_goes_through_with_the_preview_folded(open_empty: Open, avm: AVM) -> None:
    app = upload(open_empty("listings"), listings(40).to_csv(index=False).encode())
    shown(app)
    assert not next(each for each in app.expander if each.label == "Columns and first rows").proto.expanded
    load_button(app).click()  # type: ignore[attr-defined]
    shown(app.run())
    assert len(avm.listings.frame()) == 40


def test_homes_to_be_valued_are_asked_about_in_the_same_way(open_page: Open) -> None:
    rows = listings(5).drop(columns="price").rename(columns={"n_rooms": "Dormitorois", "sector": "Ciudad"})
    app = open_page()
    app.segmented_control(key="value_mode").set_value("file").run()
    app = upload(app, rows.to_csv(index=False).encode())
    assert "This is how the first rows are read." not in shown(app)
    for place, name in enumerate(rows.columns):
        if column := {"Dormitorois": "n_rooms", "Ciudad": "sector"}.get(name):
            field(app, place).set_value(column)  # type: ignore[attr-defined]
    app.run()
    app.button(key="values_run").click()
    app.run()
    assert "5" in shown(app)
    assert "Download the values" in [each.label for each in app.get("download_button")]
