"""What costs nothing: asking the command line what it can do loads none of the large packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import pricing_core
from pricing_core.cli import cli
from pricing_core.cli.sections import SECTIONS

LARGE = ("pandas", "numpy", "scipy", "sklearn", "sqlalchemy", "mlflow", "catboost", "rich")
# Whatever ends the command, what has been loaded by then is told last.
LOOK = f"""
import atexit, sys
atexit.register(lambda: print("loaded:", *[name for name in {LARGE!r} if name in sys.modules], file=sys.stderr))
"""
MAIN = f"{LOOK}\nfrom pricing_core.cli import main\nmain()"


def loaded_by(program: str, *arguments: str, **environment: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done, done.stderr.splitlines()[-1].split()[1:]


def all_commands(group: click.Group, *above: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from all_commands(command, *above, name)


def test_importing_the_library_loads_nothing_large() -> None:
    assert loaded_by(f"{LOOK}\nimport pricing_core")[1] == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [(["--help"], 0, "Usage: tasador"), (["--version"], 0, "tasador"), (["dance"], 2, "No such command"), ([], 2, "")],
    ids=["help", "version", "usage error", "nothing"],
)
def test_what_only_tells_loads_nothing_large(arguments: list[str], code: int, said: str) -> None:
    done, loaded = loaded_by(MAIN, *arguments)
    assert (done.returncode, loaded) == (code, [])
    assert said in done.stdout + done.stderr


def test_completion_of_the_shell_loads_nothing_large() -> None:
    done, loaded = loaded_by(MAIN, _TASADOR_COMPLETE="bash_complete", COMP_WORDS="tasador ro", COMP_CWORD="1")
    assert (done.stdout, loaded) == ("plain,rollback\n", [])


def test_the_help_of_no_command_loads_anything_large() -> None:
    asked = [[*words, "--help"] for words in all_commands(cli)]
    every = f"""{LOOK}
from pricing_core.cli import main
for words in {asked!r}:
    try:
        main(words)
    except SystemExit as ended:
        assert ended.code == 0, words
"""
    done, loaded = loaded_by(every)
    assert (done.returncode, loaded) == (0, [])
    assert done.stdout.count("Usage: tasador") == len(asked)


@pytest.mark.parametrize("arguments", [("people", "list"), ("jobs",), ("log",)], ids=" ".join)
def test_what_only_lists_people_jobs_or_values_loads_no_statistics(
    arguments: tuple[str, ...], sqlite_template: Path, tmp_path: Path
) -> None:
    (tmp_path / "database").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "database" / "tasador.db")
    done, loaded = loaded_by(MAIN, *arguments, DATA_DIR=str(tmp_path), MODELS_DIR=str(tmp_path))
    assert (done.returncode, {"sklearn", "mlflow"} & set(loaded)) == (0, set()), done.stderr


def test_everything_that_the_door_offers_can_be_had_from_it() -> None:
    assert [name for name in pricing_core.__all__ if not hasattr(pricing_core, name)] == []
    assert dir(pricing_core) == sorted(pricing_core.__all__)
    with pytest.raises(AttributeError, match="No pricing_core attribute Valuer"):
        pricing_core.Valuer  # noqa: B018


def test_every_command_has_its_section_and_one_alone() -> None:
    placed = [name for names in SECTIONS.values() for name in names]
    assert sorted(placed) == sorted(cli.commands)


def test_the_help_shows_the_commands_under_headings_in_whole_sentences() -> None:
    told = loaded_by(MAIN, "--help")[0].stdout
    begins = [told.index(f"\n{title}:\n") for title in SECTIONS]
    assert begins == sorted(begins)
    assert told.index("\n  run ") < told.index("\n  train ") < told.index("\n  people ")
    assert max(map(len, told.splitlines())) <= 80
    assert "..." not in told.replace("[ARGS]...", "")
