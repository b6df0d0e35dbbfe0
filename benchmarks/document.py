"""Runs one benchmark and puts what it prints into its section of docs/benchmarks.md, or the README.

Run it as ``python benchmarks/document.py NAME [arguments]``, where NAME is a script beside this one whose markers stand
in the document; ``owner`` is `tasador evaluate --owner-table` on a file.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pricing_core.training.owner_table import RECIPES
from pricing_core.training.recipes import load_recipe

ROOT = Path(__file__).parents[1]
DOCUMENT, README = ROOT / "docs" / "benchmarks.md", ROOT / "README.md"
OWNER = ["-m", "pricing_core", "evaluate", "--owner-table"]


def script_of(benchmark: str) -> list[str]:
    """How Python is told to run it."""
    if benchmark == "owner":
        return [*OWNER, *(word for recipe in RECIPES for word in ("--recipe", recipe))]
    return [str(Path(__file__).with_name(f"{benchmark}.py"))]


def document_of(benchmark: str) -> Path:
    return README if benchmark == "owner" else DOCUMENT


def run(benchmark: str, arguments: list[str]) -> str:
    """What the benchmark prints, shown line by line while it runs."""
    command = [sys.executable, *script_of(benchmark), *arguments]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        raise SystemExit(f"The benchmark {benchmark} failed, so {document_of(benchmark).name} stays as it was.")
    content = "".join(lines).strip()
    # Before it, the command prints every metric of every recipe.
    return content[content.index("| Recipe") :] if benchmark == "owner" else content


def machine() -> str:
    """The day, the machine by cores and memory only, the releases that matter, and which recipe was measured."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    releases = ", ".join(f"{name} {version(name)}" for name in ("catboost", "scikit-learn", "numpy", "pandas"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores, {memory:.0f} GB; one thread; "
        f"Python {platform.python_version()}, {releases}; champion recipe `{load_recipe('champion').digest[:8]}`."
    )


def put(benchmark: str, content: str) -> None:
    begin, end = f"<!-- {benchmark}: begin -->", f"<!-- {benchmark}: end -->"
    document = document_of(benchmark)
    text = document.read_text(encoding="utf-8")
    before, rest = text.split(begin, 1)
    after = rest.split(end, 1)[1]
    document.write_text(f"{before}{begin}\n{content}\n{end}{after}", encoding="utf-8")


def documented() -> list[str]:
    """The names whose markers stand in a document."""
    return re.findall(r"<!-- (\w+): begin -->", DOCUMENT.read_text("utf-8") + README.read_text("utf-8"))


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in documented():
        raise SystemExit(f"Name a benchmark: {', '.join(documented())}.")
    # Taken first: a recipe that is changed while this runs must not pass for the one that was measured.
    measured_on = machine()
    put(sys.argv[1], f"{measured_on}\n\n{run(sys.argv[1], sys.argv[2:])}")


if __name__ == "__main__":
    main()
