"""What the library refuses and notes has its Spanish: of files and their rows, and of what people ask for."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from dashboard.parts import text
from pricing_core import AVM, Actor, Message, PricingError, say
from pricing_core.errors import ArtifactError, ListingsError
from pricing_core.listings.ingestion import read_frame
from pricing_core.versions.registry import fetch, unpack_model
from pricing_core.versions.serving import Predictor
from tests.conftest import TrainedHome
from tests.factories import listings
from tests.pages.conftest import Open, shown

HOSTILE = Path(__file__).parents[1] / "hostile"
FILES = sorted(path.name for path in HOSTILE.iterdir() if path.name != "expected.json")
ANALYST = Actor("colleague", "analyst", "library")
Ask = Callable[[AVM], object]


@pytest.mark.parametrize("name", FILES)
def test_all_that_is_said_of_a_file_has_spanish_words(name: str) -> None:
    try:
        _, reader = read_frame(HOSTILE / name)
    except ListingsError as error:
        told = [error.message]
    else:
        told = [*reader.reasons, *(item.reason for item in reader.rejections), *reader.notes]
    assert [sentence for sentence in told if say(sentence, "es") == str(sentence)] == []


def first_batch(avm: AVM) -> str:
    return avm.reviews.newest(1)[0].batch


REFUSED: dict[str, Ask] = {
    "a short reason": lambda avm: avm.reviews.settle([1], "exclude", reason="", actor=ANALYST),
    "a listing that is not there": lambda avm: avm.reviews.settle([999], "exclude", reason="gone", actor=ANALYST),
    "nothing to undo": lambda avm: avm.reviews.undo([1], actor=ANALYST),
    "somebody was quicker": lambda avm: avm.reviews.settle([2], "keep", reason="fine", seen={2: 0}, actor=ANALYST),
    "a batch twice": lambda avm: [avm.reviews.undo_batch(batch, actor=ANALYST) for batch in 2 * [first_batch(avm)]],
    "a correction outside the limits": lambda avm: avm.reviews.settle(
        [1], "correct", corrections={"price": -1}, reason="typed", actor=ANALYST
    ),
    "a role": lambda avm: avm.versions.promote(1, actor=ANALYST),
    "a name": lambda avm: avm.access.add_person("No Name", "agent", actor=Actor("boss", "admin", "library")),
    "a password": lambda avm: avm.access.add_person("ana", "agent", "short", actor=Actor("boss", "admin", "library")),
    "no former champion": lambda avm: avm.versions.rollback(actor=Actor("boss", "admin", "library")),
}


@pytest.mark.parametrize("asked", REFUSED)
def test_what_people_cannot_have_is_refused_in_spanish_words(avm: AVM, tmp_path: Path, asked: str) -> None:
    listings(60).to_csv(tmp_path / "listings.csv", index=False)
    avm.listings.ingest(tmp_path / "listings.csv", actor=ANALYST)
    avm.reviews.settle([2], "exclude", reason="an (odd) one", actor=ANALYST)
    with pytest.raises(PricingError) as caught:
        REFUSED[asked](avm)
    assert say(caught.value.message, "es") != str(caught.value)


def away(*_args: str) -> object:
    raise ConnectionError


LOADS: dict[str, Callable[[str, str], object]] = {
    "a file that is gone": lambda uri, digest: fetch(f"{uri}/nowhere", digest),
    "a file that has changed": lambda uri, digest: unpack_model(b"another", digest, uri),
    "a store that is away": away,
    "a model that answers otherwise": lambda _uri, _digest: None,
}


@pytest.mark.parametrize("how", LOADS)
def test_why_a_version_cannot_serve_is_said_in_spanish_words(trained_home: TrainedHome, how: str) -> None:
    with pytest.raises(ArtifactError) as caught:
        Predictor(trained_home.avm.store, LOADS[how]).champion()
    assert say(caught.value.message, "es") != str(caught.value)


def refused(content: bytes) -> Message:
    with pytest.raises(ListingsError) as caught:
        read_frame(BytesIO(content), file_name="a.csv")
    return caught.value.message


def test_the_reasons_of_a_file_without_a_row_are_counted_in_both_languages() -> None:
    header, home = (
        b"type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude,price\n",
        b"casa,A,8,9,1,1,,,",
    )
    told = refused(header + home + b"-5\n" + home + b"-6\n" + home + b"\n")
    assert str(told) == "No row of a.csv can be used: price is not positive (2 rows); no price (1 row)."
    assert (
        say(told, "es") == "Ninguna fila de a.csv sirve: el precio no es positivo (2 filas); falta el precio (1 fila)."
    )


def test_another_kind_of_file_is_refused_with_the_way_to_a_csv_file() -> None:
    assert say(refused(b"\xd0\xcf\x11\xe0" + bytes(100)), "es") == (
        "a.csv es un libro de Excel dañado, o no lo es: ábrelo en Excel, guárdalo de nuevo y vuelve a intentarlo."
    )


def test_the_report_of_an_upload_speaks_spanish(
    open_empty: Open, sample_files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_empty("listings")  # whatever is imported by then asks for the language itself
    monkeypatch.setattr(text, "language", lambda: "es")  # whoever asks for it, also outside of a run
    app = open_empty("listings")
    content = sample_files[1].read_bytes() + b"casa,Nowhere,80,90,3,2,-33.4,-70.6,-5\n"
    app.file_uploader[0].upload("listings.csv", content, "text/csv").run()
    app.button(key="upload_load").click().run()
    assert "Se tom" in shown(app)
    assert "el precio no es positivo" in shown(app)
    app.file_uploader[0].upload("page.csv", b"<html><body>hello</body></html>", "text/csv").run()
    assert "page.csv no es un archivo CSV, sino una página web o XML" in shown(app)
