"""The pages that lead from a broker's file to a priced home, run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import make_settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"```(sh|text)\n(.*?)```", re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    return BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))


def run(script: str, folder: Path, mlflow_template: Path) -> str:
    settings = make_settings(folder, mlflow_template)
    shutil.copyfile(DOCS / "examples" / "publicaciones.csv", folder / "publicaciones.csv")
    places = {"DATA_DIR": str(settings.DATA_DIR), "MODELS_DIR": str(settings.MODELS_DIR), "PYTHONPATH": str(ROOT)}
    tasador = f'set -eu\ntasador() {{ "{sys.executable}" -m pricing_core "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-c", tasador + script],
        cwd=folder,
        env=os.environ | places,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_leads_to_a_priced_home_and_prints_what_it_shows(tmp_path: Path, mlflow_template: Path) -> None:
    shown = blocks("own-data.md")
    printed = run("\n".join(text for kind, text in shown if kind == "sh"), tmp_path, mlflow_template)
    lines = [line for kind, text in shown if kind == "text" for line in text.splitlines()]
    assert [line for line in lines if line not in printed] == []
    assert (tmp_path / "values.xlsx").exists()


def test_the_spanish_page_says_the_same_and_prints_what_it_shows(tmp_path: Path, mlflow_template: Path) -> None:
    shown = blocks("own-data.es.md")
    commands = [text for kind, text in shown if kind == "sh"]
    assert [text.replace("--lang es ", "") for text in commands] == [
        text for kind, text in blocks("own-data.md") if kind == "sh"
    ]
    printed = run(commands[0], tmp_path, mlflow_template)
    (lines,) = [text.splitlines() for kind, text in shown if kind == "text"]
    assert [line for line in lines if line not in printed] == []
