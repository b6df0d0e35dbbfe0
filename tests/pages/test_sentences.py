"""What the library says of jobs and files of prices, in the language of the page; numbers in tables."""

from __future__ import annotations

import errno
from datetime import UTC, datetime
from io import BytesIO

import pandas as pd
import pytest

from dashboard.parts import axes, cells, charts, job_progress, text
from pricing_core import Actor, ListingsError, Message, OutcomeReport, say
from pricing_core.errors import PricingError
from pricing_core.processes.job_process import Ended, outcome
from pricing_core.store import Store
from tests.conftest import TrainedHome
from tests.pages.conftest import HOME, Open, in_spanish, shown

ANALYST = Actor("ana", "analyst", "dashboard")
DAY = datetime(2026, 11, 26, 23, 59, tzinfo=UTC)


@pytest.fixture
def spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "language", lambda: "es")


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("a bug")])
def test_a_job_that_failed_says_so_in_spanish(
    trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(trained_home.avm.listings, "findings", fail)
    ended = failed_check(trained_home)
    assert ended.status == "failed"
    assert say(ended.message, "es") != str(ended.message)


def failed_check(home: TrainedHome) -> Ended:
    store = home.avm.store
    job = store.jobs.submit("check", {}, "ana")
    lease = store.jobs.leases.claim("a worker")
    assert lease is not None
    try:
        return outcome(home.avm, job, lease, lambda _message: None)
    finally:
        store.jobs.leases.finish(lease, "cancelled", Message(""))


@pytest.mark.parametrize(
    "why",
    [
        Message("The worker stopped in the middle."),
        Message("The process of the job was killed, perhaps because memory ran out."),
        Message("The process of the job ended by itself (exit code {code}).", code=-11),
    ],
)
def test_a_job_that_was_given_up_says_so_in_spanish(store: Store, why: Message) -> None:
    job = store.jobs.submit("check", {}, "ana")
    for _ in range(2):
        lease = store.jobs.leases.claim("a worker")
        assert lease is not None
        store.jobs.leases.give_back(lease, why)
    ended = store.jobs.get(job.id)
    assert ended is not None
    assert ended.status == "failed"
    assert "Se intentó 2 veces." in say(ended.message, "es")


def test_the_lines_of_a_job_are_in_the_language_and_the_clock_of_the_page(
    spanish: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_progress, "zone", lambda: UTC)
    how = Message("as the files say")
    wrote = Message(
        "Wrote {train:integer} train and {test:integer} test rows ({how}).", train=4_602, test=1_180, how=how
    )
    said = Message("{step}: {result}", step="make-dataset", result=wrote)
    line = Message("{clock} {said}", clock="09:00:05", said=said)
    assert job_progress.line_in_words(line, DAY) == (
        "09:00:05 make-dataset: Se escribieron 4.602 filas de entrenamiento y 1.180 de prueba (según los archivos)."
    )


def test_a_file_of_prices_is_refused_in_spanish(trained_home: TrainedHome) -> None:
    for content in (b"hello;world\n1;2\n", b"price;log_id\n", b"price;log_id;registro\n1;2;3\n"):
        with pytest.raises(ListingsError) as caught:
            attach(trained_home, content)
        assert say(caught.value.message, "es") != str(caught.value)


def test_every_reason_why_a_price_is_not_attached_has_spanish_words(trained_home: TrainedHome) -> None:
    home = HOME | {"sector": "Providencia", "latitude": -33.43, "longitude": -70.61}
    known = trained_home.avm.value(home, actor=ANALYST).log_id
    rows = [
        "nonsense,5000,,sold",
        f"{known},-5,,sold",
        f"{known},,,sold",
        f"{known},100000000,,sold",
        f"{known},5000,,rented",
        f"{known},5000,2031-13-01,sold",
        f"{known},5000,1066-10-14,sold",
        f"{known},five,,sold",
        ",5000,,sold",
    ]
    report = attach(trained_home, "\n".join(["log_id,price,date,kind", *rows]).encode())
    assert len(report.problems) == len(rows)
    for problem in report.problems:
        assert say(problem.reason, "es") != str(problem.reason)


def attach(home: TrainedHome, content: bytes) -> OutcomeReport:
    return home.avm.monitoring.add_outcomes(BytesIO(content), actor=ANALYST, file_name="prices.csv")


def test_a_note_of_the_library_is_in_the_language_of_the_page(
    open_page: Open, trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PricingError(Message("The MLflow store does not answer: see MLFLOW_TRACKING_URI."))

    monkeypatch.setenv("UI_LANGUAGE", "es")
    monkeypatch.setattr(type(trained_home.avm.log), "choices", refuse)
    words = shown(open_page("predictions"))
    assert in_spanish("Prediction log") in words
    assert "El almacén de MLflow no responde" in words


def test_numbers_in_tables_are_written_as_the_page_does(spanish: None) -> None:
    frame = pd.DataFrame({"error": [8.04, None], "bias": [-2.5, 0.0], "price": [5280.4, 74.5]})
    table = cells.written(
        frame, {"error": cells.per_cent(), "bias": cells.change(), "price": cells.short, "absent": cells.digits()}
    )
    html = table.to_html()
    for written in ("8,0 %", "−2,5 %", "5.280", "74,5"):
        assert written in html
    assert "nan" not in html


@pytest.mark.parametrize(("chosen", "written"), [("en", "2.5"), ("es", "2,5")])
def test_figures_write_numbers_as_the_page_does(chosen: str, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (text, charts):
        monkeypatch.setattr(module, "language", lambda: chosen)
    assert axes.axis_over(0.0, 9.0).labels()[1] == written
    figure = charts.spread(pd.Series(range(100)), 5.0, "UF/m²")
    assert figure.layout.separators == (",." if chosen == "es" else ".,")
