"""How long a run of the Listings page takes before the browser has it, and how much is sent, by number of listings.

Run it as ``python benchmarks/document.py maps [--rows 10000 100000 1000000]``. Each size has a temporary SQLite home
and a process of its own. The first run reads and gathers everything; a cached run is what a click costs.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from pricing_core.listings.ingestion import read_listings
from pricing_core.listings.sample import write_sample
from pricing_core.store import Store

ROOT = Path(__file__).parents[1]


def fill(folder: Path, rows: int) -> None:
    """Store generated listings, without anything that a page run does not need."""
    store = Store(f"sqlite:///{folder / 'data' / 'database' / 'tasador.db'}")
    store.upgrade()
    for path in write_sample(folder, rows, 42):
        with read_listings(path) as reader:
            store.listings.load([reader])
    store.close()


def timed(action: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    return action(), time.process_time() - started


def measure() -> dict[str, float]:
    """Every part of a page run, as the page asks for them, on the home that the environment names."""
    from dashboard.listings import map_cells
    from dashboard.listings.listing_map import POINT_LIMIT
    from dashboard.parts import cache

    at = cache.stamp()
    frame, read = timed(lambda: cache.listings(at.listings))
    cache.findings(at)  # made once, when listings come in
    findings, found = timed(partial(cache.findings.__wrapped__, at))  # type: ignore[attr-defined]
    checked, gathered = timed(lambda: cache.checked(at))
    _, outlined = timed(lambda: cache.outlines(at.listings))
    specs = drawn(at, checked)
    placed = checked.dropna(subset=["latitude", "longitude"])
    return {
        "rows": len(frame),
        "read": read,
        "findings": found,
        "gathered": gathered,
        "outlined": outlined,
        "cells": len(map_cells.cells(placed, "price")) if len(placed) > POINT_LIMIT else 0,
        "drawn": max(seconds for _, seconds in specs),
        "bytes": max(len(spec.encode()) for spec, _ in specs),
        "cached": cached_run(checked, findings, specs[0][0]),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def drawn(at: Any, checked: pd.DataFrame) -> list[tuple[str, float]]:
    """The map in each of its colours, and how long each took."""
    from dashboard.listings.listing_map import Look, listings_spec
    from dashboard.parts import cache
    from dashboard.parts.measures import MEASURES

    looks = [Look(name, "light", "", "UF", "m²") for name in MEASURES]
    sectors, rings = cache.sectors(at.listings), cache.outlines(at.listings)
    return [timed(partial(listings_spec, checked, sectors, rings, look)) for look in looks]


def cached_run(checked: pd.DataFrame, findings: pd.DataFrame, spec: str) -> float:
    """What a click costs when nothing has to be read or drawn anew, with a filter set."""
    from dashboard.listings import filtering, listing_map, listing_table, neighbours, review_queue
    from dashboard.parts import cache

    listing = checked[checked["latitude"].notna()].iloc[0]
    actions = (
        cache.stamp,
        lambda: filtering.Filters(types=("casa",)).apply(checked, findings),
        lambda: filtering.counts(checked, findings),
        lambda: review_queue.waiting(checked),
        lambda: listing_table.page_of(checked, 1),
        checked[["price", cache.PRICE_PER_AREA]].median,
        lambda: neighbours.nearest(checked, listing),
        lambda: listing_map.with_mark(spec, listing),
    )
    return sum(timed(action)[1] for action in actions)


def in_own_process(rows: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        fill(Path(name), rows)
        home = {"DATA_DIR": f"{name}/data", "MODELS_DIR": f"{name}/models", "PRE_LOAD": "false"}
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, __file__, "--measure"]
        environment = os.environ | home | {"PYTHONPATH": paths, "STREAMLIT_LOGGER_LEVEL": "error"}
        output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure()))
        return
    print("| listings | drawn as | read | findings | gather | outlines | frame to spec | sent | cached run | peak MB |")
    print("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for rows in arguments.rows:
        found = in_own_process(rows)
        drawn = f"{found['cells']:,} squares" if found["cells"] else "points"
        seconds = [found[name] for name in ("read", "findings", "gathered", "outlined", "drawn")]
        words = " | ".join(f"{value:.2f}" for value in seconds)
        sent, cached = f"{found['bytes'] / 1e6:.2f} MB", f"{found['cached']:.2f}"
        print(f"| {found['rows']:,} | {drawn} | {words} | {sent} | {cached} | {found['memory']:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
