"""Makes the homes of former releases anew, as they left them. Run it from the repository:

    python tests/homes/make_homes.py [release_0_1_0 ...]

A home holds 200 listings of the sample, the champion of its commit with few trees (so that the file is small), one
logged value and one person. The libraries are those installed; nothing of the home was touched by a later commit. What
the pipeline can make again, and the secret, are left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# The first commit that could value homes, and release 0.1.0.
COMMITS = {"first_release": "6b7716d", "release_0_1_0": "3b1e611"}
ROOT = Path(__file__).parents[2]
KEPT = ("data/database/tasador.db", "models/mlflow.db", "models/artifacts")
SUBJECT = (
    "--type",
    "casa",
    "--sector",
    "Ñuñoa",
    "--net-usable-area",
    "120",
    "--net-area",
    "200",
    "--n-rooms",
    "4",
    "--n-bathroom",
    "2",
    "--latitude",
    "-33.456",
    "--longitude",
    "-70.6",
)
SMALLER = {
    "first_release": (
        (r"max_iter: \d+", "max_iter: 8"),
        (r"max_leaf_nodes: \d+", "max_leaf_nodes: 4"),
        (r"max_bins: \d+", "max_bins: 16"),
        (r"rows_per_leaf: \d+", "rows_per_leaf: 20"),
        (r"centres: \d+", "centres: 20"),
    ),
    "release_0_1_0": (
        (r"iterations: \d+", "iterations: 4"),
        (r"depth: \d+", "depth: 3"),
        (r"borders: \d+", "borders: 16"),
        (r"centres: \d+", "centres: 10"),
        (r"folds: \d+", "folds: 3"),
    ),
}


def main() -> None:
    for name in sys.argv[1:] or COMMITS:
        with tempfile.TemporaryDirectory(prefix="tasador-former-") as folder:
            tree, home = Path(folder) / "tree", Path(folder) / "home"
            subprocess.run(["git", "worktree", "add", "--detach", str(tree), COMMITS[name]], cwd=ROOT, check=True)
            try:
                make_home(tree, home, SMALLER[name])
            finally:
                subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)
            pack(home, Path(__file__).with_name(f"{name}.zip"))


def make_home(tree: Path, home: Path, smaller: tuple[tuple[str, str], ...]) -> None:
    home.mkdir()
    for name, rows in (("train", 160), ("test", 40)):
        lines = (tree / "data" / "sample" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        (home / f"{name}.csv").write_text("\n".join(lines[: rows + 1]) + "\n", encoding="utf-8")
    recipe = (tree / "pricing_core" / "recipes" / "champion.yaml").read_text(encoding="utf-8")
    for pattern, less in smaller:
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
