"""How fast a file of listings is read, checked and stored, and how much memory that takes.

Run it as ``python -m benchmarks.ingest [--rows 1000000] [--url postgresql://...]``. The file is generated; each way of
writing it is measured in a process of its own, so that peaks do not mix.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pricing_core.listings.ingestion import read_listings
from pricing_core.listings.sample import generate
from pricing_core.store import Store

STYLES = {"program": (",", "."), "spreadsheet": (";", ",")}


def write_file(path: Path, rows: int, style: str) -> None:
    delimiter, decimal = STYLES[style]
    block = generate(min(rows, 50_000), 1)
    for start in range(0, rows, len(block)):
        part = block.head(rows - start).copy()
        # No block like another: equal cells would make the file look easier than it is.
        part["price"] += start / 7
        part.to_csv(path, sep=delimiter, decimal=decimal, index=False, mode="a", header=start == 0)


def measure(path: Path, url: str) -> dict[str, float]:
    before = _peak_mb()
    store = Store(url)
    store.upgrade()
    started = time.perf_counter()
    with read_listings(path) as reader:
        rows = sum(map(len, reader))
    read = time.perf_counter()
    with read_listings(path) as reader:
        store.listings.load([reader])
    loaded = time.perf_counter()
    peak = _peak_mb()
    frame = store.listings.frame()
    framed = time.perf_counter()
    assert rows == len(frame)
    store.close()
    return {
        "rows": rows,
        "read_and_checked_rows_per_second": round(rows / (read - started)),
        "loaded_rows_per_second": round(rows / (loaded - read)),
        "load_seconds": round(loaded - read, 1),
        "peak_memory_mb": round(peak),
        "of_which_the_program_itself_mb": round(before),
        "frame_seconds": round(framed - loaded, 1),
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--url", default="", help="address of an empty database; a temporary SQLite file by default")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.url)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for style in STYLES:
            path = Path(folder) / f"{style}.csv"
            write_file(path, options.rows, style)
            url = options.url or f"sqlite:///{folder}/{style}.db"
            command = [sys.executable, "-m", "benchmarks.ingest", "--measure", str(path), "--url", url]
            print(f"{style} ({path.stat().st_size / 1e6:.0f} MB):")
            print(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            path.unlink()


if __name__ == "__main__":
    main()
