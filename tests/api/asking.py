"""What the tests of the API ask with."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from fastapi.testclient import TestClient

from pricing_core import (
    Actor,
)
from pricing_core.api import PREFIX, create_app
from pricing_core.nouns.declared import CORE_ALONE

SUBJECT: dict[str, Any] = {
    "type": "departamento",
    "sector": "Ñuñoa",
    "net_usable_area": 70,
    "net_area": 78.5,
    "n_rooms": 3,
    "n_bathroom": 2,
    "latitude": -33.45,
    "longitude": -70.6,
}
JSON = {"Content-Type": "application/json"}


def detail(response: Any, status: int) -> str:
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"detail"}
    assert isinstance(body["detail"], str)
    return str(body["detail"])


def stranger(trained_home: Any) -> TestClient:
    return TestClient(create_app(trained_home.avm), base_url=f"http://testserver{PREFIX}")


def raw(**changes: str) -> bytes:
    fields = {name: f'"{value}"' if isinstance(value, str) else str(value) for name, value in SUBJECT.items()}
    return ("{" + ", ".join(f'"{name}": {value}' for name, value in (fields | changes).items()) + "}").encode()


def double(**methods: Any) -> TestClient:
    actor = Actor("program", "admin", "api")
    access, settings = SimpleNamespace(verify_key=lambda key: actor), SimpleNamespace(columns=CORE_ALONE)
    avm: Any = SimpleNamespace(access=access, settings=settings, **methods)
    return TestClient(
        create_app(avm),
        base_url=f"http://testserver{PREFIX}",
        headers={"X-API-Key": "k"},
        raise_server_exceptions=False,
    )
