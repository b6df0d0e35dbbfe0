"""How long the prediction log takes to page, filter, count and be watched when it is large.

Run it as ``python benchmarks/log.py [--rows 1000000] [--url postgresql://...]``. Rows are generated into a database of
the first schema, so the migration that fills and indexes the new columns is timed too. Medians of five; the first call
of each is not counted.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from pricing_core.monitoring.monitoring import Monitoring
from pricing_core.settings import Settings
from pricing_core.store import Database, Store, utcnow
from pricing_core.store.upgrade import upgrade_tables

SECTORS, PEOPLE, DAYS = 50, 40, 365
AT_ONCE = 20_000
COLUMNS = (
    "id",
    "created_at",
    "requested_by",
    "source",
    "version",
    "type",
    "sector",
    "net_usable_area",
    "net_area",
    "n_rooms",
    "n_bathroom",
    "latitude",
    "longitude",
    "value",
    "milliseconds",
    "detail",
)
GRADES = ("high", "high", "medium", "low")


def rows(count: int) -> Iterator[list[dict[str, Any]]]:
    """Rows of a year, the moments spread evenly; a third of them was valued in bulk."""
    random, now = np.random.default_rng(0), utcnow()
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        area, bits = np.exp(random.normal(4.3, 0.4, size)).round(1), random.bytes(16 * size)
        pick = random.integers(0, 1 << 30, size)
        yield [
            _row(start + n, count, now, float(area[n]), int(pick[n]), bits[16 * n : 16 * n + 16]) for n in range(size)
        ]


def _row(place: int, count: int, now: Any, area: float, pick: int, bits: bytes) -> dict[str, Any]:
    value = 55 * area
    detail = {
        "confidence": GRADES[pick % 4],
        "reference_value": None if pick % 3 == 0 else value,
        "ranges": {"90": [0.8 * value, 1.2 * value]},
        "notes": [],
        "drivers": [],
        "comparables": [],
    }
    cells = (
        str(UUID(bytes=bits)),
        now - timedelta(days=DAYS * place / count),
        f"person-{pick % PEOPLE}",
        ("dashboard", "api", "cli")[pick % 3],
        1 + pick % 4,
        ("casa", "departamento")[pick % 2],
        f"Sector {pick % SECTORS}",
        area,
        area * 1.1,
        3.0,
        2.0,
        -33.4,
        -70.6,
        value,
        5.0 + pick % 90,
        detail,
    )
    return dict(zip(COLUMNS, cells, strict=True))


def fill(database: Database, count: int) -> None:
    columns = [sa.column(name, sa.JSON() if name == "detail" else None) for name in COLUMNS]
    table = sa.table("predict_logs", *columns)
    with database.write() as connection:
        for chunk in rows(count):
            connection.execute(table.insert(), chunk)


def questions(store: Store, count: int) -> dict[str, Callable[[], object]]:
    log = store.predictions
    watch = Monitoring(Settings(_env_file=None), store)
    return {
        "first page": lambda: log.find(limit=25),
        "page in the middle": lambda: log.find(limit=25, offset=count // 2),
        "last page": lambda: log.find(limit=25, offset=count - 25),
        "first page of a sector": lambda: log.find(limit=25, sector="Sector 7"),
        "last page of a sector": lambda: log.find(limit=25, offset=count // SECTORS - 200, sector="Sector 7"),
        "first page of low confidence": lambda: log.find(limit=25, confidence="low"),
        "first page of two filters": lambda: log.find(limit=25, sector="Sector 7", requested_by="person-7"),
        "count of all": log.count,
        "count of a sector": lambda: log.count(sector="Sector 7"),
        "count of low confidence": lambda: log.count(confidence="low"),
        "what can be filtered by": log.choices,
        "the watch, 30 days": lambda: watch.report(30),
        "the watch, 366 days": lambda: watch.report(366),
    }


def timed(call: Callable[[], object], repeats: int = 5) -> float:
    call()
    spent = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        spent.append(time.perf_counter() - started)
    return median(spent)


def measure(url: str, count: int) -> None:
    database = Database(url)
    upgrade_tables(database, "0001")
    started = time.perf_counter()
    fill(database, count)
    print(f"{count:,} rows generated and written in {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    upgrade_tables(database)
    print(f"brought to the present schema in {time.perf_counter() - started:.0f} s\n")
    database.close()
    store = Store(url)
    print("| | ms |\n|---|---:|")
    for name, call in questions(store, count).items():
        print(f"| {name} | {timed(call) * 1000:,.1f} |", flush=True)
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--url", help="An empty database; SQLite in a temporary folder when left out.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tasador-") as folder:
        measure(options.url or f"sqlite:///{Path(folder) / 'log.db'}", options.rows)


if __name__ == "__main__":
    main()
