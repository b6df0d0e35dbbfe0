"""What every command prints: one JSON document where asked, and whole ids in tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import click
import pytest

from pricing_core.cli import cli
from tests.cli.test_cli import SUBJECT, Result
from tests.cli.test_cli import at_home as at_home  # noqa: PLC0414 - the fixture
from tests.cli.test_cli import run as run  # noqa: PLC0414 - the fixture

Run = Callable[..., Result]
_SERVING = {"run", "worker", "api", "dashboard"}


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def test_every_command_that_ends_by_itself_can_print_json() -> None:
    without = {
        name for name, command in _commands(cli) if not any("--json" in option.opts for option in command.params)
    }
    assert without == _SERVING


def test_the_first_access_is_one_json_document_and_comes_once(run: Run) -> None:
    first, second = json.loads(run("init", "--json").out), json.loads(run("init", "--json").out)
    assert (first["created"], first["user"], first["key"][:4]) == (True, "admin", "tsd_")
    assert len(first["password"]) >= 16
    assert second == {"created": False}


def test_changes_of_people_are_json_documents(run: Run) -> None:
    added = json.loads(run("people", "add", "ana", "--role", "analyst", "--json").out)
    renewed = json.loads(run("people", "password", "ana", "--json").out)
    assert (added["name"], added["role"]) == ("ana", "analyst")
    assert renewed["password"] != added["password"]
    assert json.loads(run("people", "role", "ana", "agent", "--json").out) == {"name": "ana", "role": "agent"}
    assert json.loads(run("people", "deactivate", "ana", "--json").out) == {"name": "ana", "active": False}
    assert json.loads(run("people", "activate", "ana", "--json").out) == {"name": "ana", "active": True}


def test_changes_of_keys_are_json_documents(run: Run) -> None:
    issued = json.loads(run("keys", "issue", "crm", "--json").out)
    key_id = json.loads(run("keys", "list", "--json").out)[0]["id"]
    rotated = json.loads(run("keys", "rotate", key_id, "--json").out)
    fresh_id = rotated["key"].split("_")[1]
    assert (issued["name"], issued["role"]) == ("crm", "agent")
    assert rotated["revoked"] == key_id
    assert json.loads(run("keys", "revoke", fresh_id, "--json").out) == {"revoked": fresh_id}


def test_an_id_stays_whole_in_a_pipe(at_home: Run) -> None:
    valued = json.loads(at_home("value", *SUBJECT, "--json").out)
    assert valued["log_id"] in at_home("log", "--limit", "1").out


@pytest.mark.parametrize("described", [[], SUBJECT])
def test_a_file_to_write_needs_a_file_to_read(run: Run, described: list[str]) -> None:
    result = run("value", *described, "--out", "valued.csv")
    assert result.code == 2
    assert "--out goes with a FILE" in result.err
