"""What fitting costs as listings grow: CPU seconds, peak memory and the size of the stored model.

Run it as ``python benchmarks/scale.py [--rows 10000 100000 1000000] [--revised-up-to 100000]``. Rows are generated.
Each fit runs in a process of its own, so that peaks do not mix; this process stays small, because a child's peak on
Linux is never below what its parent held when it was started.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

ROWS = [10_000, 100_000, 1_000_000]
LIMIT_MB = 25
HEADER = (
    "| rows | recipe | fit CPU s | share of revised | µs a row | peak memory MB | before the fit | model file MB |\n"
    "|---:|---|---:|---:|---:|---:|---:|---:|"
)


def measure(recipe: str, rows: int) -> dict[str, float]:
    import cloudpickle

    from pricing_core.listings.sample import generate
    from pricing_core.training.fitting import fit, priced_rows
    from pricing_core.training.recipes import load_recipe

    frame, loaded = priced_rows(generate(rows, 42)), load_recipe(recipe)
    before, started = _peak_mb(), time.process_time()
    # Ranges of revised would take three fits more; the champion's, with all that serving needs, are counted in.
    model = fit(loaded, frame, ranges="always" if recipe == "champion" else "free")
    seconds, peak = time.process_time() - started, _peak_mb()
    return {"seconds": seconds, "peak": peak, "before": before, "size": len(cloudpickle.dumps(model)) / 1e6}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _line(rows: int, recipe: str, found: dict[str, float], revised: float | None) -> str:
    share = f"{found['seconds'] / revised:.2f}" if revised else ""
    size = f"{found['size']:.1f}" + (" (too large)" if found["size"] > LIMIT_MB else "")
    return (
        f"| {rows:,} | {recipe} | {found['seconds']:,.1f} | {share} | {found['seconds'] / rows * 1e6:,.0f} "
        f"| {found['peak']:,.0f} | {found['before']:,.0f} | {size} |"
    )


def _in_a_process_of_its_own(recipe: str, rows: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", recipe, "--rows", str(rows)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--revised-up-to", type=int, default=100_000, help="revised takes minutes from 100,000 rows on")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.rows[0])))
        return
    print(f"Generated listings. A model file may take {LIMIT_MB} MB.\n\n{HEADER}", flush=True)
    for rows in options.rows:
        revised = None
        for recipe in (["revised"] if rows <= options.revised_up_to else []) + ["champion"]:
            found = _in_a_process_of_its_own(recipe, rows)
            revised = found["seconds"] if recipe == "revised" else revised
            print(_line(rows, recipe, found, revised), flush=True)


if __name__ == "__main__":
    main()
