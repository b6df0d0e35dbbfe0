"""Makes first_release.zip anew: a home as the first commit that could value homes left it. Run it from the repository:

    python tests/homes/make_first_release.py

It holds 200 listings of the sample, the champion of that commit with few trees (so that the file is small), one logged
value and one person. The libraries are those installed; nothing of the home was touched by a later commit. What the
pipeline can make again, and the secret, are left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

COMMIT = "6b7716d"
ROOT = Path(__file__).parents[2]
KEPT = ("data/database/tasador.db", "models/mlflow.db", "models/artifacts")
SUBJECT = (
    "--type", "casa", "--sector", "Ñuñoa", "--net-usable-area", "120", "--net-area", "200", "--n-rooms", "4",
    "--n-bathroom", "2", "--latitude", "-33.456", "--longitude", "-70.6",
)  # fmt: skip
SMALLER = (
    (r"max_iter: \d+", "max_iter: 8"),
    (r"max_leaf_nodes: \d+", "max_leaf_nodes: 4"),
    (r"max_bins: \d+", "max_bins: 16"),
    (r"rows_per_leaf: \d+", "rows_per_leaf: 20"),
    (r"centres: \d+", "centres: 20"),
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tasador-first-") as name:
        folder = Path(name)
        tree, home = folder / "tree", folder / "home"
        subprocess.run(["git", "worktree", "add", "--detach", str(tree), COMMIT], cwd=ROOT, check=True)
        try:
            make_home(tree, home)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)
        pack(home, Path(__file__).with_name("first_release.zip"))


def make_home(tree: Path, home: Path) -> None:
    home.mkdir()
    for name, rows in (("train", 160), ("test", 40)):
        lines = (tree / "data" / "sample" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        (home / f"{name}.csv").write_text("\n".join(lines[: rows + 1]) + "\n", encoding="utf-8")
    recipe = (tree / "pricing_core" / "recipes" / "champion.yaml").read_text(encoding="utf-8")
    for pattern, less in SMALLER:
        recipe = re.sub(pattern, less, recipe)
    (home / "champion.yaml").write_text(recipe, encoding="utf-8")
    for arguments in (
        ("init",),
        ("ingest", "train.csv", "--test", "test.csv"),
        ("train", "--recipe", "champion.yaml"),
        ("value", *SUBJECT),
    ):
        told = {"PYTHONPATH": str(tree), "DATA_DIR": "data", "MODELS_DIR": "models", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "pricing_core", *arguments]
        subprocess.run(command, cwd=home, env=os.environ | told, check=True, stdout=subprocess.DEVNULL)


def pack(home: Path, out: Path) -> None:
    files = [path for name in KEPT for path in ((home / name).rglob("*") if (home / name).is_dir() else [home / name])]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in files if path.is_file()):
            archive.write(path, path.relative_to(home).as_posix())
    sys.stdout.write(f"{out}: {out.stat().st_size / 1000:,.0f} kB\n")


if __name__ == "__main__":
    main()
