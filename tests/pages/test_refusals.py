"""What the library refuses and notes is read back in Spanish: of files and their rows, and of what people ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.parts import refusals, text
from dashboard.parts.refusals import to_spanish
from pricing_core import AVM, Actor, PricingError, say
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
        english = [str(error)]
    else:
        english = [*reader.reasons, *(item.reason for item in reader.rejections), *reader.notes]
    assert [sentence for sentence in english if to_spanish(sentence) == sentence] == []


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
    assert to_spanish(str(caught.value)) != str(caught.value)  # as the jobs keep it


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("price is not positive: '-5'", "el precio no es positivo: '-5'"),
        ("price is not positive", "el precio no es positivo"),
        (
            "No row of a.csv can be used: price is not positive (1,200 rows); no price (1 rows).",
            "Ninguna fila de a.csv sirve: el precio no es positivo (1.200 filas); falta el precio (1 filas).",
        ),
        (
            "latitude is impossible, it must be at least -90 and at most 90: '-133.5'",
            "latitude es imposible, debe ser al menos -90 y a lo más 90: '-133.5'",
        ),
        (
            "b.csv: Columns kept out: parking, floor and 3 more.",
            "b.csv: Columnas que quedaron fuera: parking, floor y 3 más.",
        ),
        (
            "a.csv is no CSV file but an old Excel workbook: open it, save it as CSV (UTF-8), and try again.",
            "a.csv no es un archivo CSV, sino un libro de Excel antiguo: ábrelo, guárdalo como CSV (UTF-8) e "
            "inténtalo de nuevo.",
        ),
        ("Something new: of which nothing is known.", "Something new: of which nothing is known."),
    ],
)
def test_a_sentence_is_read_back(english: str, spanish: str) -> None:
    assert to_spanish(english) == spanish


def test_the_report_of_an_upload_speaks_spanish(
    open_empty: Open, sample_files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (text, refusals):  # whoever asks in which language, also outside of a run
        monkeypatch.setattr(module, "language", lambda: "es")
    app = open_empty("listings")
    content = sample_files[1].read_bytes() + b"casa,Nowhere,80,90,3,2,-33.4,-70.6,-5\n"
    app.file_uploader[0].upload("listings.csv", content, "text/csv").run()
    app.button(key="upload_load").click().run()
    assert "Se tom" in shown(app)
    assert "el precio no es positivo" in app.dataframe[0].value["reason"].tolist()
    app.file_uploader[0].upload("page.csv", b"<html><body>hello</body></html>", "text/csv").run()
    assert "page.csv no es un archivo CSV, sino una página web o XML" in shown(app)
