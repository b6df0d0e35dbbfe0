from __future__ import annotations

from typing import Any

import pytest

from tests.api.asking import JSON, detail, stranger

ROUTES = [
    ("GET", "/health"),
    ("POST", "/predict"),
    ("POST", "/predict/batch"),
    ("GET", "/predict-logs"),
    ("GET", "/model-runs"),
    ("GET", "/model-info"),
    ("POST", "/train"),
    ("GET", "/jobs/1"),
    ("POST", "/upload"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_refuses_a_stranger_and_says_how_to_send_the_key(trained_home: Any, method: str, path: str) -> None:
    said = detail(stranger(trained_home).request(method, path), 403)
    assert "Authorization: Bearer KEY" in said
    assert "X-API-Key: KEY" in said


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_the_key_may_come_as_a_bearer_token(trained_home: Any, scheme: str) -> None:
    answer = stranger(trained_home).get("/predict-logs", headers={"Authorization": scheme + trained_home.key})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": "tsd_wrong"},
        {"X-API-Key": ""},
        {"X-API-Key": "x" * 5_000},
        {"X-API-Key": "clave-ñ".encode("latin-1")},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer tsd_000000000000_" + "A" * 43},
    ],
)
def test_a_wrong_key_is_refused(trained_home: Any, headers: dict[str, Any]) -> None:
    assert "valid key" in detail(stranger(trained_home).get("/predict-logs", headers=headers), 403)


def test_a_key_whose_secret_was_changed_is_refused(trained_home: Any) -> None:
    changed = trained_home.key[:-1] + ("A" if trained_home.key[-1] != "A" else "B")
    assert "unknown or revoked" in detail(
        stranger(trained_home).get("/predict-logs", headers={"X-API-Key": changed}), 403
    )


def test_a_revoked_key_is_refused_at_once(trained_home: Any) -> None:
    key = trained_home.avm.access.issue_key("revoked-in-test", "agent", actor=trained_home.admin)
    client = stranger(trained_home)
    assert client.get("/predict-logs", headers={"X-API-Key": key}).status_code == 200
    trained_home.avm.access.revoke_key(key.split("_")[1], actor=trained_home.admin)
    assert detail(client.get("/predict-logs", headers={"X-API-Key": key}), 403)


def test_a_stranger_hears_of_the_key_before_the_body_is_read(trained_home: Any) -> None:
    assert detail(stranger(trained_home).post("/predict", content=b"{", headers=JSON), 403)
    assert detail(stranger(trained_home).post("/upload", files={"file": ("a.csv", b"x" * 2_000_000)}), 403)
