"""How near recipes come to asking prices, how honest their ranges are, and what a fit costs.

Run it as ``python benchmarks/accuracy.py FILE.csv ... [--recipe NAME ...]``. Files are read as `tasador evaluate` reads
them; every row is valued by a model that never saw it (5 folds, seed 42). Errors are errors against asking prices.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pricing_core.listings.ingestion import read_frame
from pricing_core.training.fitting import evaluate_recipes

BASE = "revised"
POINTS = (
    "| data set | rows | recipe | MAE | share of revised | RMSE | share | MdAPE | R² | fit CPU s | share |\n"
    "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)
RANGES = (
    "| data set | recipe | 50 % | 80 % | 90 % | types | thirds of value | sectors of 200+ | median width "
    "| one global width | narrower |\n|---|---|---:|---:|---:|---|---|---|---:|---:|---:|"
)
GROUPS = ("type", "value_third", "sector")


def name_of(path: Path) -> str:
    """The sample's file is called after what it is for: there the folder says which data set it is."""
    return path.parent.name if path.stem == "train" else path.stem


def point_line(data: str, rows: int, recipe: str, found: dict[str, Any], base: dict[str, Any] | None) -> str:
    def share(name: str) -> str:
        return f"{found[name] / base[name]:.3f}" if base else ""

    return (
        f"| {data} | {rows:,} | {recipe} | {found['mae']:,.0f} | {share('mae')} "
        f"| {found['rmse']:,.0f} | {share('rmse')} "
        f"| {found['mdape']:.2%} | {found['r2']:.3f} | {found['fit_seconds']:.1f} | {share('fit_seconds')} |"
    )


def range_line(data: str, recipe: str, found: dict[str, Any]) -> str:
    levels = " | ".join(f"{found[f'coverage_{level}']:.1%}" for level in (50, 80, 90))
    groups = " | ".join(_least_and_most(found["coverage_90_by"][group]) for group in GROUPS)
    own, plain = found["median_width_90"], found["one_width_median_width_90"]
    return f"| {data} | {recipe} | {levels} | {groups} | {own:.1%} | {plain:.1%} | {1 - own / plain:.1%} |"


def _least_and_most(shares: dict[str, float]) -> str:
    return f"{min(shares.values()):.1%} to {max(shares.values()):.1%}" if shares else "none"


def measure(files: list[Path], recipes: list[str], folds: int, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in files:
        frame, _ = read_frame(path)
        yield name_of(path), evaluate_recipes(frame, recipes, folds, seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--recipe", action="append", help="shipped name or path; by default revised and champion")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=42)
    options = parser.parse_args()
    print(f"{options.folds} folds, seed {options.seed}; `fit` is the mean over folds.\n\n{POINTS}", flush=True)
    ranges = []
    for data, found in measure(options.files, options.recipe or [BASE, "champion"], options.folds, options.seed):
        recipes = found["recipes"]
        for recipe, figures in recipes.items():
            print(point_line(data, found["rows"], recipe, figures, recipes.get(BASE)), flush=True)
            if "coverage_50" in figures:
                ranges.append(range_line(data, recipe, figures))
    if ranges:
        print("\nRanges: the share of prices they hold; by group, least and most at 90 %; width over value at 90 %.\n")
        print("\n".join([RANGES, *ranges]))


if __name__ == "__main__":
    main()
