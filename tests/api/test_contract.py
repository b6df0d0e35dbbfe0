from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from pricing_core.api import PREFIX, create_app

OPERATIONS = {
    ("GET", f"{PREFIX}/health"),
    ("GET", f"{PREFIX}/jobs/{{id}}"),
    ("GET", f"{PREFIX}/model-info"),
    ("GET", f"{PREFIX}/model-runs"),
    ("GET", f"{PREFIX}/predict-logs"),
    ("POST", f"{PREFIX}/predict"),
    ("POST", f"{PREFIX}/predict/batch"),
    ("POST", f"{PREFIX}/predict/file"),
    ("POST", f"{PREFIX}/train"),
    ("POST", f"{PREFIX}/upload"),
}
# The document cannot say that one area must be there, which recipes are shipped, and what a listing table is.
NARROWER_THAN_THE_DOCUMENT = {f"{PREFIX}/{path}" for path in ("predict", "predict/file", "train", "upload")}


@pytest.fixture(scope="module")
def document(trained_home: Any) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(trained_home.avm))


def test_every_route_is_in_the_document_and_tested_here(document: Any) -> None:
    found = {(each.ok().method.upper(), each.ok().path) for each in document.get_all_operations()}
    assert found == OPERATIONS


@pytest.mark.usefixtures("no_job_left")
@pytest.mark.parametrize(("method", "path"), sorted(OPERATIONS))
def test_a_route_keeps_what_its_document_promises(document: Any, trained_home: Any, method: str, path: str) -> None:
    operation = document[path][method]
    # The key is sent in one of two headers, the check expects it in both; test_api.py tests the keys.
    excluded = [ignored_auth] + ([positive_data_acceptance] if path in NARROWER_THAN_THE_DOCUMENT else [])

    @settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(headers={"X-API-Key": trained_home.key}, excluded_checks=excluded)

    ask()
