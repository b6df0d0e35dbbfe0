"""An error is said in the language that the caller asks for; in English where none of them is spoken."""

from __future__ import annotations

from typing import Any

import pytest

from pricing_core import SubjectError
from tests.api.asking import JSON, SUBJECT, detail, double, stranger


def refuses(*_: object, **__: object) -> None:
    raise SubjectError("{name} is missing.", name="type")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, "type is missing."),
        ({"Accept-Language": "es"}, "Falta type."),
        ({"Accept-Language": "es-CL,es;q=0.9,en;q=0.8"}, "Falta type."),
        ({"Accept-Language": "en,es;q=0.8"}, "type is missing."),
        ({"Accept-Language": "pt-BR"}, "type is missing."),
        ({"Accept-Language": "," * 9_000}, "type is missing."),
    ],
)
def test_what_the_library_refuses(wanted: dict[str, str], said: str) -> None:
    assert detail(double(value=refuses).post("/predict", json=SUBJECT, headers=wanted), 422) == said


def test_what_is_wrong_with_a_body_a_route_or_a_key(trained_home: Any) -> None:
    client, spanish = stranger(trained_home), {"Accept-Language": "es"}
    known = spanish | {"X-API-Key": trained_home.key}
    assert detail(client.get("/nowhere", headers=spanish), 404).startswith("No hay nada en esta dirección.")
    assert detail(client.get("/model-info", headers=spanish), 403).startswith("No llegó ninguna clave. Envía")
    assert detail(client.post("/predict", json={**SUBJECT, "type": ""}, headers=known), 422) == (
        "type debe ser un nombre de 1 a 120 caracteres, pero llegó ''."
    )
    assert "no es JSON válido" in detail(client.post("/predict", content=b"{", headers=known | JSON), 422)
    assert "demasiado grande" in detail(client.post("/predict", content=b"x" * 1_000_001, headers=spanish), 413)


def test_what_is_wrong_with_one_home_of_many(trained_home: Any) -> None:
    headers = {"X-API-Key": trained_home.key, "Accept-Language": "es"}
    bad = [{**SUBJECT, "latitude": 100}, {**SUBJECT, "net_area": None, "net_usable_area": None}]
    answers = stranger(trained_home).post("/predict/batch", json=bad, headers=headers).json()["items"]
    assert [answer["error"] for answer in answers] == [
        "latitude debe ser un número, al menos -90 y a lo más 90, pero llegó 100.",
        "No llegó ninguna superficie: indica al menos una de net_usable_area o net_area, mayor que 0.",
    ]
