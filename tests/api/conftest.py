from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pricing_core import (
    AVM,
)
from pricing_core.api import PREFIX, create_app


@pytest.fixture(scope="module")
def served(trained_home: Any) -> AVM:
    avm: AVM = trained_home.avm
    return avm


@pytest.fixture(scope="module")
def client(trained_home: Any) -> Iterator[TestClient]:
    # As a server would: an unexpected error becomes an answer, not an exception in the test.
    with TestClient(
        create_app(trained_home.avm),
        base_url=f"http://testserver{PREFIX}",
        headers={"X-API-Key": trained_home.key},
        raise_server_exceptions=False,
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def agent_key(trained_home: Any) -> str:
    key: str = trained_home.avm.access.issue_key("agent-of-test-api", "agent", actor=trained_home.admin)
    return key


@pytest.fixture
def no_job_left(trained_home: Any) -> Iterator[None]:
    yield
    for job in trained_home.avm.jobs.newest():
        if job.active:
            trained_home.avm.jobs.cancel(job.id, actor=trained_home.admin)
