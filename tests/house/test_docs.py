from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pricing_core import FEATURES, LISTING_COLUMNS, parse_property
from pricing_core.cli import cli

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "data/**/*.md", "models/*.md", "benchmarks/*.md")
    for path in ROOT.glob(pattern)
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_of(name: str) -> str:
    return "\n".join(re.findall(r"```sh\n(.*?)```", text_of(name), re.DOTALL))


def commands_of(name: str) -> Iterator[str]:
    """Every call of tasador in a code block or between backticks, also inside a container."""
    calls = code_of(name).replace("\\\n", "").replace("docker compose run --rm worker ", "tasador ")
    calls = calls.replace("tasador --lang es ", "tasador ").splitlines()
    yield from (line for line in calls if line.startswith("tasador "))
    yield from (span for span in re.findall(r"`(tasador [^`]+)`", text_of(name)) if "..." not in span)


COMMANDS = sorted({(name, command) for name in DOCUMENTS for command in commands_of(name)})


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_every_command_in_the_documents_exists_with_its_options(name: str, command: str) -> None:
    found: click.Command = cli
    words = shlex.split(command, comments=True)[1:]
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in found.commands, f"{name}: there is no `tasador {words[0]}`"
        found = found.commands[words.pop(0)]
    known = {option for parameter in found.params for option in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= known


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) >= 10


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text_of(name))
    local = [link for link in links if "://" not in link]
    missing = [link for link in local if not ((ROOT / name).parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    told = set(re.findall(r"`make ([a-z-]+)", text_of(name)))
    told |= set(re.findall(r"^make ([a-z-]+)", code_of(name), re.MULTILINE))
    assert told <= targets


def test_make_help_names_every_public_target() -> None:
    makefile = text_of("Makefile")
    told = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert set(re.findall(r"^([a-z-]+):(?!=)", makefile, re.MULTILINE)) == told


def test_the_readme_opens_with_one_sentence_a_picture_and_the_two_commands() -> None:
    title, sentence, picture, *rest = [block for block in text_of("README.md").split("\n\n") if block]
    assert title == "# Tasador"
    assert sentence.count(".") == 1
    assert picture.startswith("![")
    assert [line.split("#")[0].strip() for line in rest[2].splitlines()[1:3]] == ["make run", "make test"]


def test_the_readme_shows_a_subject_that_can_be_valued() -> None:
    body = json.loads(re.search(r"-d '(.*?)'", text_of("README.md"), re.DOTALL)[1])  # type: ignore[index]
    assert tuple(body) == FEATURES
    assert parse_property(body).sector == body["sector"]


def test_the_readme_names_the_columns_of_a_listing() -> None:
    assert f"`{', '.join(LISTING_COLUMNS)}`" in text_of("README.md")


def test_the_newest_release_in_the_changelog_is_the_version() -> None:
    assert re.search(r"^## (\d\S*)", text_of("CHANGELOG.md"), re.MULTILINE)[1] == PROJECT["version"]  # type: ignore[index]


def test_constraints_are_names_and_versions_only() -> None:
    lines = [line for line in text_of("constraints.txt").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_every_dependency_has_its_tested_version() -> None:
    def plain(requirement: str) -> str:
        return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", requirement)[0]).lower()  # type: ignore[index]

    wanted = PROJECT["dependencies"] + [one for extra in PROJECT["optional-dependencies"].values() for one in extra]
    pinned = {plain(line) for line in text_of("constraints.txt").splitlines() if not line.startswith("#")}
    assert {plain(one) for one in wanted} - pinned == {"tasador"}


def test_nothing_but_the_sample_comes_from_the_data_folder_into_git() -> None:
    rules = [line for line in text_of(".gitignore").splitlines() if line.lstrip("!").startswith("data/")]
    assert rules == ["data/*", "!data/README.md", "!data/sample/"]
