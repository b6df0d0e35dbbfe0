"""What the containers run to see whether they are well is code too, and nothing else would notice that it is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import TrainedHome

ROOT = Path(__file__).parents[2]
_COMMAND = re.compile(r'\[(?:"CMD", *)?"python", *"-c".*\]')
CHECKS = [
    (name, json.loads(found)[-1])
    for name in ("docker-compose.yml", "Dockerfile")
    for found in _COMMAND.findall((ROOT / name).read_text(encoding="utf-8"))
]
of_the_worker = [code for _, code in CHECKS if "worker_alive" in code]
of_servers = [check for check in CHECKS if "worker_alive" not in check[1]]


def run(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_every_check_is_found() -> None:
    written = [(ROOT / name).read_text(encoding="utf-8").count('"-c"') for name in ("docker-compose.yml", "Dockerfile")]
    assert len(CHECKS) == sum(written) >= 3
    assert len(of_the_worker) == 1


@pytest.mark.parametrize(("name", "code"), of_servers)
def test_every_check_of_a_server_runs_and_fails_only_because_nobody_answers(name: str, code: str) -> None:
    done = run(code, os.environ | {"DASHBOARD_PORT": "1"})
    last = done.stderr.strip().splitlines()[-1:]
    assert last == [] or last[0].startswith("urllib.error."), f"{name}: {done.stderr}"
    assert done.returncode in (0, 1)


def test_the_worker_is_well_exactly_while_it_gives_signs_of_life(trained_home: TrainedHome) -> None:
    workers = trained_home.avm.store.jobs.workers
    assert run(of_the_worker[0], trained_home.environment).returncode == 1
    workers.beat("somebody")
    try:
        assert run(of_the_worker[0], trained_home.environment).returncode == 0
    finally:
        workers.retire("somebody")
