"""What findings, reviews and versions of data cost as listings grow, in seconds and peak memory.

Run it as ``python -m benchmarks.reviews [--rows 1000000] [--url postgresql://...]``. Rows are generated; checking
them is not measured here.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pricing_core.listings.as_reviewed import DecisionsInForce, as_reviewed
from pricing_core.listings.ingestion import read_listings
from pricing_core.listings.sample import generate
from pricing_core.listings.split import COUNTS, split_listings
from pricing_core.nouns import Finding
from pricing_core.settings import load_settings
from pricing_core.store import Store
from pricing_core.training.data_versions import DataHistory
from pricing_core.training.snapshots import split
from pricing_core.words import Message

FINDINGS, SETTLED = 50_000, 20_000


def timed(words: str, act: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = act()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {words} | {time.perf_counter() - started:,.2f} | {peak:,.0f} |", flush=True)
    return result


def measure(rows: int, url: str, folder: Path) -> None:
    store, settings = Store(url), load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models")
    store.upgrade()
    generate(rows, 1).to_csv(folder / "listings.csv", index=False)
    with read_listings(folder / "listings.csv") as reader:
        store.listings.load([reader])
    frame = store.listings.frame()
    ids, estimate = frame["id"].to_numpy(), np.random.default_rng(0).uniform(1, 2, len(frame))
    places = np.random.default_rng(1).choice(len(frame), FINDINGS)
    found = [
        Finding(int(row), "price_per_area", "error", Message("It is far off."), 5_200.0, "price") for row in places
    ]
    print("| what | seconds | peak memory MB |\n|---|---:|---:|")
    timed(
        f"store {FINDINGS:,} findings and an estimate a row",
        lambda: store.findings.store("f", "m", ids, found, estimate, estimate),
    )
    timed("read the findings", store.findings.frame)
    timed("read the estimates", store.findings.estimates)
    keys = ids[places].tolist()[:SETTLED]
    settle = {"reason": "a test", "seen": {}, "reviewed_by": "ana"}
    unique = list(dict.fromkeys(keys))
    timed(
        f"correct {len(unique):,} listings at once",
        lambda: store.reviews.settle(unique, "correct", corrections={"price": 5_200.0}, **settle),
    )
    errors = timed("listings with errors", lambda: store.findings.listings_with("error"))
    in_force = timed("what stands", lambda: DecisionsInForce(store.reviews.in_force(), errors))
    timed("its digest", in_force.digest)
    timed("findings nobody has reviewed, by severity", store.reviews.unreviewed)
    listings = timed("read the listings", store.listings.frame)
    reviewed = timed("lay reviews over them", lambda: as_reviewed(listings, in_force))
    train, test, _ = timed("split them", lambda: split_listings(reviewed, settings))
    history = DataHistory(settings, store)
    version = timed("keep the rows", lambda: history.keep(train, test, dict.fromkeys(COUNTS, 0)))
    timed("bring them back", lambda: split(history.rows(version.fingerprint)))
    other = history.keep(train.iloc[1_000:], test, dict.fromkeys(COUNTS, 0))
    timed("diff", lambda: history.diff(version.fingerprint, other.fingerprint))
    print(f"\nThe file of the rows takes {(folder / 'data' / version.path).stat().st_size / 1e6:.0f} MB.")
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--url", default="", help="address of an empty database; a temporary SQLite file by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(options.rows, options.url or f"sqlite:///{folder}/tasador.db", Path(folder))


if __name__ == "__main__":
    main()
