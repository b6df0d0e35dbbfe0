"""The command line: documents on stdout, errors on stderr, exit codes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pandas as pd
import pytest

from pricing_core.cli import cli, main
from tests.conftest import TrainedHome, make_settings
from tests.factories import listings, quick_recipe

SUBJECT = [
    "--type",
    "casa",
    "--sector",
    "Maipú",
    "--net-usable-area",
    "90",
    "--net-area",
    "150",
    "--n-rooms",
    "3",
    "--n-bathroom",
    "2",
    "--latitude",
    "-33.51",
    "--longitude",
    "-70.76",
]


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> object:
    """Run `tasador ...` in this process, in an empty installation unless another is chosen."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))

    def call(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capsys.readouterr()
        code = ended.value.code
        return Result(0 if code is None else int(code), out, err)

    return call


@pytest.fixture
def at_home(run: object, trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("DATA_DIR", str(trained_home.settings.DATA_DIR))
    monkeypatch.setenv("MODELS_DIR", str(trained_home.settings.MODELS_DIR))
    return run


def taking_whole_numbers() -> Iterator[tuple[str, click.Command, click.Parameter]]:
    queue: list[tuple[str, click.Command]] = list(cli.commands.items())
    while queue:
        name, command = queue.pop()
        if isinstance(command, click.Group):
            queue += [(f"{name} {below}", each) for below, each in command.commands.items()]
        for parameter in command.params:
            if isinstance(parameter.type, click.types.IntParamType):
                yield name, command, parameter


def words_for(parameter: click.Parameter, value: str) -> list[str]:
    return [value] if isinstance(parameter, click.Argument) else [parameter.opts[0], value]


TAKING_WHOLE_NUMBERS = list(taking_whole_numbers())


@pytest.mark.parametrize("number", ["99999999999999999999", "9223372036854775808"])
@pytest.mark.parametrize(
    ("name", "command", "parameter"), TAKING_WHOLE_NUMBERS, ids=[f"{n} {p.name}" for n, _, p in TAKING_WHOLE_NUMBERS]
)
def test_a_number_beyond_64_bits_is_an_error_in_words(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, name: str, command: click.Command, parameter: click.Parameter, number: str
) -> None:
    given = name.split()
    for other in command.params:
        if other is parameter:
            given += words_for(other, number)
        elif other.required:
            given += words_for(other, str(tmp_path / "x") if isinstance(other.type, click.Path) else "because")
    result = run(*given)
    assert result.code in (1, 2)
    assert "Traceback" not in result.err
    assert "Error: " in result.err
    assert "missing" not in result.err.lower()


@pytest.mark.parametrize(
    "typed",
    [
        "people deactivate {}",
        "keys revoke {}",
        "jobs show {}",
        "profiles show {}",
        "explain-change {}",
        "check --profile {} {}",
    ],
)
def test_bytes_that_are_no_utf8_are_an_error_in_words(at_home, typed: str) -> None:  # type: ignore[no-untyped-def]
    result = at_home(*typed.replace("{}", "mu\udcf1oz").split())  # as Python hands on what a shell in Latin-1 typed
    assert result.code in (1, 2)
    assert "Error: " in result.err


def test_a_check_that_no_utf8_names_found_nothing(at_home) -> None:  # type: ignore[no-untyped-def]
    assert at_home("review", "list", "--check", "mu\udcf1oz").code == 0


def test_the_commands_that_take_whole_numbers_are_found() -> None:
    found = {name for name, _, _ in TAKING_WHOLE_NUMBERS}
    assert {"verdict", "promote", "review history", "review keep", "review undo", "jobs", "watch"} <= found


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_explains_itself(run, command: str) -> None:  # type: ignore[no-untyped-def]
    result = run(command, "--help")
    assert result.code == 0
    assert len(result.out.splitlines()) > 4


@pytest.mark.parametrize(
    "arguments",
    [
        ["value", "--bogus"],
        ["dance"],
        ["train", "--recipe"],
        ["ingest"],
        ["value", "a.csv", "--json"],
        ["promote", "x"],
    ],
)
def test_bad_usage_ends_with_2(run, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
    result = run(*arguments)
    assert result.code == 2
    assert "Error: " in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ingest", "nowhere.csv"], "nowhere.csv"),
        (["check", "nowhere.csv"], "nowhere.csv"),
        (["evaluate", "nowhere.csv", "--recipe", "original"], "nowhere.csv"),
        (["train"], "tasador ingest"),
        (["train", "--recipe", "best"], "champion"),
        (["value", *SUBJECT], "No champion yet"),
        (["rollback"], "no former champion"),
        (["promote", "7"], "no version 7"),
        (["promote", "7", "--override", "why not"], "no version 7"),
        (["keys", "revoke", "0"], "no key"),
        (["people", "password", "nobody"], "no person"),
        (["pipeline", "build-features"], "make-dataset"),
    ],
)
def test_bad_input_ends_with_1_and_one_message(run, arguments: list[str], message: str) -> None:  # type: ignore[no-untyped-def]
    result = run(*arguments)
    assert result.code == 1
    assert result.out == ""
    assert result.err.startswith("Error: ")
    assert message in result.err
    assert "Traceback" not in result.err


def test_a_version_without_a_verdict_is_named(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    result = run("verdict", "7")
    assert result.code == 1
    assert "no verdict on version 7" in result.err


def test_a_setting_that_cannot_be_used_is_named(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("DASHBOARD_PORT", "99999")
    result = run("runs")
    assert result.code == 1
    assert "DASHBOARD_PORT" in result.err


def test_init_prints_the_first_password_and_key_once(run) -> None:  # type: ignore[no-untyped-def]
    first, second = run("init"), run("init")
    assert "Password: " in first.out
    assert "tsd_" in first.out
    assert "Password: " not in second.out
    assert second.code == 0


def test_a_verdict_is_told_check_by_check_and_as_json(at_home) -> None:  # type: ignore[no-untyped-def]
    told, document = at_home("verdict", "1"), json.loads(at_home("verdict", "1", "--json").out)
    assert "[passed] All" in told.out
    assert document["passed"] is True
    assert {check["name"] for check in document["checks"]} == {"finite", "area", "replay"}


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("train", ("Trained on", "Median error", "90 % range holds", "see `tasador verdict 1`")),
        ("runs", ("Median error", "Mean error", "UF ", " %", "Champion")),
        ("verdict 1", ("Version 1 passed the gate", "Median error", "Mean error", "UF ", "90 % range holds")),
    ],
)
def test_what_a_model_is_like_is_told_in_few_lines_with_units(  # type: ignore[no-untyped-def]
    at_home, command: str, named: tuple[str, ...]
) -> None:
    told = at_home(*command.split()).out
    assert [name for name in named if name not in told] == []
    assert "_test" not in told
    assert len(told.splitlines()) <= 12
    assert max(map(len, told.splitlines())) <= 100


def test_where_nothing_is_there_yet_it_is_said_in_few_words(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    assert run("jobs").out == "No jobs yet.\n"
    assert run("runs").out == "No runs yet: start one with `tasador train`.\n"


def test_a_refused_version_is_promoted_only_with_an_override(  # type: ignore[no-untyped-def]
    run, sample_files: tuple[Path, Path], mlflow_template: Path, tmp_path: Path
) -> None:
    make_settings(tmp_path, mlflow_template)
    run("ingest", str(sample_files[0]), "--test", str(sample_files[1]))
    run("train", "--recipe", quick_recipe(tmp_path, 60))
    worse = json.loads(run("train", "--recipe", quick_recipe(tmp_path, 3), "--json").out)
    assert worse["verdict"]["passed"] is False
    refused = run("promote", "2", "--reason", "I like it")
    assert (refused.code, "--override" in refused.err) == (1, True)
    assert run("promote", "2", "--override", "Checked by hand.").code == 0
    assert "Champion" in run("runs").out
    beside = run("verdict", "2").out
    assert "Version 2 did not pass the gate. " in beside
    assert "Version 2  Version 1" in beside
    assert "[FAILED] The median error is" in beside
    assert "Version 1 is the champion again" in run("rollback").out


def test_a_value_is_one_json_document(at_home) -> None:  # type: ignore[no-untyped-def]
    valuation = json.loads(at_home("value", *SUBJECT, "--json").out)
    logged = json.loads(at_home("log", "--limit", "1", "--json").out)
    assert valuation["value"] > 0
    assert valuation["currency"] == "UF"
    assert logged[0]["id"] == valuation["log_id"]


def test_a_value_is_shown_with_its_units(at_home) -> None:  # type: ignore[no-untyped-def]
    assert re.match(r"UF \d,\d{3}\nUF \d\d\.\d/m²\n90 % range: UF ", at_home("value", *SUBJECT).out)


def test_numbers_may_be_typed_with_a_decimal_comma(at_home: object) -> None:
    commas = {"90": "90,0", "150": "1.150,5", "-33.51": "-33,51"}
    typed = at_home("value", *[commas.get(each, each) for each in SUBJECT])
    assert typed.code == 0
    assert "- net_area: '1.150,5' was read as 1,150.5." in typed.out
    refused = at_home("value", *["1.150" if each == "150" else each for each in SUBJECT])
    assert "net_area: it can be 1150 or 1.15: write one of them" in refused.err


def test_runs_are_one_json_document(at_home) -> None:  # type: ignore[no-untyped-def]
    runs = json.loads(at_home("runs", "--json").out)
    assert runs[0]["metrics_mean_absolute_error_test"] > 0
    assert runs[0]["is_champion"] is True


def test_a_whole_file_is_valued_row_by_row(at_home, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    source, out = tmp_path / "homes.csv", tmp_path / "valued.csv"
    source.write_text(
        "type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude\n"
        "casa,Maipú,90,150,3,2,-33.51,-70.76\n"
        "casa,=HYPERLINK(1),90,150,3,2,-33.51,-70.76\n"
        "casa,Maipú,ninety,150,3,2,-33.51,-70.76\n"
        "casa,Maipú,-5,150,3,2,-33.51,-70.76\n",
        encoding="utf-8",
    )
    result = json.loads(at_home("value", str(source), "--out", str(out), "--json").out)
    valued = pd.read_csv(out)
    assert (result["rows"], result["valued"], result["failed"]) == (4, 2, 2)
    assert valued["value"].notna().tolist() == [True, True, False, False]
    assert valued.loc[1, "sector"] == "'=HYPERLINK(1)"
    assert "ninety" in valued.loc[2, "error"]
    assert "more than 0" in valued.loc[3, "error"]


def test_a_file_is_never_valued_over_itself(at_home, sample_files: tuple[Path, Path]) -> None:  # type: ignore[no-untyped-def]
    before = sample_files[1].read_bytes()
    assert at_home("value", str(sample_files[1]), "--out", str(sample_files[1])).code == 1
    assert sample_files[1].read_bytes() == before


def test_check_reports_rows_counted_from_0(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("sample", "--rows", "400", "--seed", "3", "--out", str(tmp_path))
    result = json.loads(run("check", str(tmp_path / "train.csv"), "--json").out)
    assert set(result) == {"rows", "findings", "notes"}
    assert result["findings"]
    for finding in result["findings"]:
        assert set(finding) == {"row", "line", "check", "severity", "message", "suggestion", "column"}
        assert finding["line"] == finding["row"] + 2
        assert 0 <= finding["row"] < result["rows"]
        assert finding["severity"] in ("error", "warning")


def test_rows_that_messages_name_are_those_of_the_file(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    frame = listings(60).astype(object)
    frame.loc[2, "price"] = "ask the owner"
    pd.concat([frame, frame.iloc[[9]]]).to_csv(tmp_path / "listings.csv", index=False)
    found = json.loads(run("check", str(tmp_path / "listings.csv"), "--json").out)["findings"]
    assert [item["row"] for item in found if item["check"] == "unusable_row"] == [2]
    assert [item["message"] for item in found if item["check"] == "duplicate" and item["row"] == 60] == [
        "This listing says the same as line 11 of the file in every column."
    ]


def test_ingesting_the_same_file_twice_changes_nothing(run, sample_files: tuple[Path, Path]) -> None:  # type: ignore[no-untyped-def]
    first = json.loads(run("ingest", str(sample_files[0]), "--test", str(sample_files[1]), "--json").out)
    second = json.loads(run("ingest", str(sample_files[0]), "--test", str(sample_files[1]), "--json").out)
    assert first["changed"]
    assert not second["changed"]
    assert [item["id"] for item in first["datasets"]] == [item["id"] for item in second["datasets"]]


def test_evaluate_prints_every_metric_of_the_contract(run, sample_files: tuple[Path, Path], tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    good, bad = quick_recipe(tmp_path), quick_recipe(tmp_path, 2)
    document = run("evaluate", str(sample_files[0]), "--recipe", good, "--recipe", bad, "--folds", "3", "--json")
    result = json.loads(document.out)
    expected = {"mae", "rmse", "mape", "mdape", "within_10", "within_20", "r2", "cod", "prd", "prb", "fit_seconds"}
    assert set(result["recipes"]) == {good, bad}
    assert expected <= set(result["recipes"][good])
    assert result["recipes"][good]["mae"] < result["recipes"][bad]["mae"]


def test_people_and_keys_are_kept_from_the_command_line(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    assert "Password: " in run("people", "add", "ana", "--role", "analyst").out
    run("people", "deactivate", "ana")
    people = json.loads(run("people", "list", "--json").out)
    key = run("keys", "issue", "program").out.split()[-1]
    keys = json.loads(run("keys", "list", "--json").out)
    assert {person["name"]: person["active"] for person in people} == {"admin": True, "ana": False}
    assert key not in json.dumps(keys)
    assert {item["name"] for item in keys} == {"first", "program"}


def test_a_job_is_listed_shown_and_cancelled(at_home, trained_home: TrainedHome) -> None:  # type: ignore[no-untyped-def]
    job = trained_home.avm.jobs.submit("train", actor=trained_home.admin)
    assert job.id in {listed["id"] for listed in json.loads(at_home("jobs", "--json").out)}
    shown = json.loads(at_home("jobs", "show", job.id, "--json").out)
    assert (shown["requested_by"], shown["attempt"], shown["lines"]) == ("admin", 0, [])
    assert "No worker is running" in at_home("jobs", "show", job.id).out
    assert "Cancelled" in at_home("jobs", "cancel", job.id).out
    missing = at_home("jobs", "show", "none")
    assert (missing.code, "tasador jobs" in missing.err) == (1, True)


def test_the_schedule_says_its_next_time(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    run("init")
    assert "No times are set" in run("schedule").out
    monkeypatch.setenv("RETRAIN_SCHEDULE", "0  3 * * 1")
    monkeypatch.setenv("RETRAIN_TIMEZONE", "America/Santiago")
    found = json.loads(run("schedule", "--json").out)
    assert (found["expression"], found["timezone"]) == ("0 3 * * 1", "America/Santiago")
    assert found["next_at"] > "2026"
    monkeypatch.setenv("RETRAIN_SCHEDULE", "daily")
    assert run("schedule").code == 1


def test_a_dry_run_removes_nothing_and_a_real_one_does(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    leftover = tmp_path / "data" / "interim" / "train.part"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"half a file")
    os.utime(leftover, (0, 0))
    run("init")
    planned = json.loads(run("prune", "--dry-run", "--json").out)
    assert {item["what"]: item["count"] for item in planned["removed"]}["leftover files"] == 1
    assert leftover.exists()
    assert "leftover files" in run("prune").out
    assert not leftover.exists()
