"""The tour of the README, from top to bottom as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import TrainedHome, copy_of

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOUR = README.partition("**On the command line**")[2].partition("\n## ")[0]
STEPS: list[tuple[str, str]] = re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", TOUR, re.DOTALL)
NEXT = "\f"


def labels(printed: str) -> set[str]:
    """What stands before a figure: the figures themselves, and how long sentences break, depend on the listings."""
    return set(re.findall(r"^ *(\w[^\d:\n]*?)(?:  +|: )", printed, re.MULTILINE))


def test_the_tour_runs_as_it_stands_and_prints_what_it_shows(trained_home: TrainedHome, tmp_path: Path) -> None:
    settings = copy_of(trained_home, tmp_path / "home")
    places = {"DATA_DIR": str(settings.DATA_DIR), "MODELS_DIR": str(settings.MODELS_DIR), "PYTHONPATH": str(ROOT)}
    script = f'set -eu\ntasador() {{ "{sys.executable}" -m pricing_core "$@"; }}\n'
    script += f"printf '{NEXT}'\n".join(commands for commands, _ in STEPS)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=trained_home.environment | places,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.split(NEXT)
    assert len(printed) == len(STEPS) == TOUR.count("```sh")
    for (commands, shown), said in zip(STEPS, printed, strict=True):
        assert labels(shown) - labels(said) == set(), commands
    assert (tmp_path / "valued.csv").exists()
