"""What former releases stored as finished texts is kept as sentences since revision 0010, told in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import pricing_core.store
from pricing_core import Message, say
from pricing_core.store import Store
from pricing_core.store.migrations.former_sentences import turned

MEDIAN = (
    "The median error is 9.1 %, that of version 1 is 9.4 %, on the same 1,200 listings: not worse beyond chance "
    "(difference −1.2 to +0.3 percentage points with 95 % confidence)."
)
MEDIAN_FACTS = {"mine": 0.0912, "theirs": 0.0937, "champion": 1, "rows": 1200, "low": -0.0117, "high": 0.003}
CHECK = {
    "name": "error",
    "passed": True,
    "sentence": MEDIAN,
    "details": MEDIAN_FACTS,
    "sentences": {"en": MEDIAN, "es": "..."},
}
VERDICT = {"passed": True, "summary": f"It passed the gate. {MEDIAN}", "checks": [CHECK], "rows": 1200}
UNKNOWN = "{A person's} own words: 5 % off."

TEXTS = {
    "The price of 52,800 UF is 9.8 times the 5,390 UF expected from similar homes in Ñuñoa: was 5,280 meant?": (
        "El precio de UF 52.800 es 9,8 veces los UF 5.390 que se esperan según propiedades similares de Ñuñoa: "
        "¿debía ser 5.280?"
    ),
    "latitude is -95.5: it must be at least -90 and at most 90.": (
        "latitude es -95,5: debe ser al menos -90 y a lo más 90."
    ),
    "This listing says the same as listing 1007 in every column.": (
        "Esta publicación dice lo mismo que la publicación 1007 en todas las columnas."
    ),
    "The point lies 1.5 km from the nearest listings of Lo Prado: wrong place, or wrong sector?": (
        "El punto queda a 1,5 km de las publicaciones más cercanas de Lo Prado: ¿está mal el lugar o el sector?"
    ),
    "Step train-model": "Ajustando el modelo",
    "make-dataset: Wrote 5,000 train and 1,000 test rows (at random, seed 42). Left out: 3 excluded.": (
        "make-dataset: Se escribieron 5.000 filas de entrenamiento y 1.000 de prueba (al azar, semilla 42). "
        "Fuera: 3 excluidas."
    ),
    "Version 3 waits as challenger. It did not pass the gate: There are 12 listings to compare on, and at least 30 are "
    "needed.": (
        "La versión 3 espera como candidata. No pasó el control: Hay 12 publicaciones para comparar y se necesitan al "
        "menos 30."
    ),
    "The worker was stopped. It was tried 2 times. Nothing was changed; see the worker's log, then start the job "
    "again.": (
        "El proceso de trabajo se detuvo. Se intentó 2 veces. No se cambió nada: revisa el registro del proceso de "
        "trabajo y vuelve a iniciar el trabajo."
    ),
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_stored_text_is_told_in_spanish(text: str) -> None:
    assert say(Message.from_json(turned(text)), "es") == TEXTS[text]


@pytest.mark.parametrize("text", [UNKNOWN, "", "Looked at ten homes.", "Step onto the balcony: nice."])
def test_a_text_that_is_no_sentence_of_ours_keeps_its_words(text: str) -> None:
    assert turned(text) == {"verbatim": text}


def migrate(store: Store, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(pricing_core.store.__file__).parent / "migrations"))
    with store.database.write() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)


def put(store: Store, table: str, **row: Any) -> None:
    with store.database.write() as connection:
        columns = [sa.column(name, sa.JSON() if isinstance(value, dict) else None) for name, value in row.items()]
        connection.execute(sa.insert(sa.table(table, *columns)).values(**row))


def cells(store: Store, query: str) -> list[Any]:
    with store.database.read() as connection:
        found = list(connection.execute(sa.text(query)).scalars())
    return [json.loads(each) if isinstance(each, str) and each.startswith('{"') else each for each in found]


@pytest.fixture
def filled(store: Store) -> Store:
    """A database as the release before had it, with stored texts of every kind."""
    migrate(store, "0009", down=True)
    now = "2026-11-01 12:00:00"
    for number, message in enumerate([*list(TEXTS)[:3], UNKNOWN], start=1):
        finding = {"check": "c", "severity": "error", "fingerprint": "f", "listing_id": number}
        put(store, "findings", id=number, message=message, message_es="...", **finding)
    job = {"kind": "train", "status": "done", "progress": 1.0, "requested_by": "ana", "cancel_requested": False}
    result = {"message": "Rolled back.", "version": 1, "verdict": VERDICT}
    rest = {"flight": "train", "attempt": 1, "token": 1, "settled": True, "created_at": now, "parameters": {}}
    put(store, "jobs", id="j", stage="Step train-model", message=UNKNOWN, result=result, **job, **rest)
    put(store, "job_lines", id=1, job_id="j", created_at=now, line="Step train-model")
    version = {"run_id": "r", "recipe": "original", "fingerprint": "f", "model_uri": "m", "sha256": "s"}
    put(store, "model_versions", version=1, manifest={}, metrics={}, created_at=now, **version)
    put(store, "verdicts", version=1, passed=True, content=VERDICT, created_at=now)
    put(store, "promotions", id=1, version=1, promoted_by="ana", reason="Looked at ten homes.", created_at=now)
    alert = {"rule": "latency", "value": 912.4, "limit": 500.0, "detail": {"days": 7}}
    put(store, "alerts", id=1, sentence="One valuation ...", first_seen=now, last_seen=now, **alert)
    return store


def test_every_stored_sentence_is_turned_once_and_the_rest_keeps_its_text(filled: Store) -> None:
    migrate(filled, "head")
    findings = cells(filled, "SELECT message FROM findings ORDER BY id")
    assert [say(Message.from_json(each), "es") for each in findings] == [*list(TEXTS.values())[:3], UNKNOWN]
    job = filled.jobs.get("j")
    assert job is not None
    assert (job.stage, job.message) == (Message("Fitting the model"), Message.verbatim(UNKNOWN))
    assert job.result["message"] == Message("Rolled back.")
    assert [line.facts["said"] for line in filled.jobs.lines("j", 9)] == [Message("Fitting the model")]
    verdict = cells(filled, "SELECT content FROM verdicts")[0]
    check = verdict["checks"][0]
    assert ("sentences" in check, check["sentence"]["facts"]) == (False, MEDIAN_FACTS)
    assert say(Message.from_json(verdict["summary"]), "es").startswith("Pasó el control. El error mediano es 9,1 %")
    assert filled.versions.ledger()[0].reason == Message.verbatim("Looked at ten homes.")
    (alert,) = filled.alerts.open()
    assert say(alert.sentence, "es").startswith("Una de cada veinte tasaciones tardó más de 912 ms")


def test_on_the_way_back_the_sentences_are_english_texts(filled: Store) -> None:
    migrate(filled, "head")
    migrate(filled, "0009", down=True)
    stored = cells(filled, "SELECT message FROM findings ORDER BY id")
    assert stored[1:3] == list(TEXTS)[1:3]
    assert cells(filled, "SELECT stage FROM jobs") == ["Fitting the model"]
    assert cells(filled, "SELECT content FROM verdicts")[0]["summary"] == f"It passed the gate. {MEDIAN}"
    migrate(filled, "head")  # and once more forward
    assert len(cells(filled, "SELECT message FROM findings")) == 4
