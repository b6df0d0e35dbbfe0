"""How long a valuation takes, part by part, beside the first productive version's bare prediction.

Run it as ``python benchmarks/latency.py [--calls 400]``. A temporary home is filled with the shipped sample and a
champion is trained. Then every part is called once for each subject, one after the other, so that a busy machine slows
all of them alike: the ratios are what counts. The baseline is the fitted pipeline of `revised` on a frame of one row.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import pandas as pd

from pricing_core import AVM, Actor, SubjectError
from pricing_core.listings.ingestion import read_frame
from pricing_core.listings.sample import generate
from pricing_core.nouns.homes_in_columns import columns_from_frame, columns_of
from pricing_core.nouns.schema import FEATURES, Property, parse_property
from pricing_core.processes.first_run import SAMPLE_DIR
from pricing_core.settings import Settings
from pricing_core.training.fitting import fit
from pricing_core.training.recipes import load_recipe
from pricing_core.valuing.drivers import explain
from pricing_core.valuing.valuer import _to_log

ME = Actor("benchmark", "admin", "library")
BASELINE, BARE, WHOLE = "`revised.predict`, one row", "value", "`avm.value()`, logged"
TABLE = "value and ranges of a table"
TARGETS = {BARE: "at most 0.05", WHOLE: "at most 0.5", TABLE: "at least 30,000"}
TABLE_ROWS, FILE_ROWS = 50_000, 10_000


@contextmanager
def home() -> Iterator[AVM]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = Settings(
            _env_file=None,
            DATA_DIR=place / "data",
            MODELS_DIR=place / "models",
            DATABASE_URL=f"sqlite:///{place}/tasador.db",
            MLFLOW_TRACKING_URI=f"sqlite:///{place}/mlflow.db",
            MLFLOW_ARTIFACT_ROOT=(place / "artifacts").as_uri(),
            PRE_LOAD=False,
            TRAINING_THREADS=1,
        )
        avm = AVM(settings).start()
        avm.listings.ingest(SAMPLE_DIR / "train.csv", test=SAMPLE_DIR / "test.csv", actor=ME)
        avm.versions.train(actor=ME)
        yield avm
        avm.close()


def calls(avm: AVM, revised: Any, home: Property, frame: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """What is timed for one subject; what each call is given is made before the clock runs."""
    champion = avm._predictor.champion()
    model, index, columns = champion.model, avm._market.comparables(champion), columns_of([home])
    typical, value = model.typical, float(model.value(columns)[0])
    valuation = avm.value(home, actor=ME)
    return {
        BASELINE: lambda: revised.predict(frame),
        BARE: lambda: model.value(columns),
        "value and ranges": lambda: model.value_with_ranges(columns),
        "confidence": lambda: (model.learned.refuse(home), model.learned.assess(home, 0.5)),
        "drivers": lambda: explain(home, value, model.value, typical),
        "comparables": lambda: index.find(home, value),
        "durable log row": lambda: avm.store.predictions.add([_to_log(replace(valuation, log_id=str(uuid4())), ME)]),
        WHOLE: lambda: avm.value(home, actor=ME),
    }


def _valuable(avm: AVM, row: dict[Any, Any]) -> bool:
    """The sample holds planted errors, of which some cannot be valued at all."""
    learned = avm._predictor.champion().model.learned
    try:
        learned.refuse(parse_property(row))
    except SubjectError:
        return False
    return True


def time_calls(avm: AVM, revised: Any, homes: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Median milliseconds on the clock, and of CPU, of each call."""
    taken: dict[str, list[tuple[float, float]]] = {}
    for row in range(len(homes)):
        frame = homes.iloc[[row]]
        for name, call in calls(avm, revised, parse_property(frame.to_dict("records")[0]), frame).items():
            call()  # warms the caches of the processor for each alike
            clock, cpu = time.perf_counter(), time.process_time()
            call()
            spent = time.perf_counter() - clock, time.process_time() - cpu
            taken.setdefault(name, []).append(spent)
    return {
        name: (median(c for c, _ in spent) * 1e3, median(c for _, c in spent) * 1e3) for name, spent in taken.items()
    }


def time_table(avm: AVM, revised: Any) -> dict[str, float]:
    """Rows valued in a second of CPU, on one core."""
    model = avm._predictor.champion().model
    frame = generate(TABLE_ROWS, 7)[list(FEATURES)]
    columns = columns_from_frame(frame)
    subjects = [parse_property(row) for row in frame.head(FILE_ROWS).to_dict("records") if _valuable(avm, row)]
    work: dict[str, tuple[int, Callable[[], object]]] = {
        "`revised.predict` on a frame": (TABLE_ROWS, lambda: revised.predict(frame)),
        "values of a table": (TABLE_ROWS, lambda: model.value(columns)),
        TABLE: (TABLE_ROWS, lambda: model.value_with_ranges(columns)),
        "`avm.value_many()`: with confidence and notes, logged": (
            len(subjects),
            lambda: avm.value_many(subjects, actor=ME),
        ),
    }
    return {name: _rate(rows, call) for name, (rows, call) in work.items()}


def _rate(rows: int, call: Callable[[], object]) -> float:
    spent = []
    for _ in range(3):
        started = time.process_time()
        call()
        spent.append(time.process_time() - started)
    return rows / median(spent)


def print_calls(found: dict[str, tuple[float, float]], count: int) -> None:
    clock, cpu = found[BASELINE]
    print(f"One home: medians of {count} calls, the calls of all lines taking turns in one run.\n")
    print("| | ms | share of `revised.predict` | target | CPU ms | share |\n|---|---:|---:|---|---:|---:|")
    for name, (own_clock, own_cpu) in found.items():
        share = f"{own_clock / clock:.3f} | {TARGETS.get(name, '')} | {own_cpu:.2f} | {own_cpu / cpu:.3f}"
        print(f"| {name} | {own_clock:.2f} | {share} |")


def print_table(rates: dict[str, float]) -> None:
    print(f"\nA large table: {TABLE_ROWS:,} generated homes.\n")
    print("| | rows/s a core | target |\n|---|---:|---|")
    for name, rate in rates.items():
        print(f"| {name} | {rate:,.0f} | {TARGETS.get(name, '')} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=400)
    options = parser.parse_args()
    train, _ = read_frame(SAMPLE_DIR / "train.csv")
    test, _ = read_frame(SAMPLE_DIR / "test.csv")
    revised = fit(load_recipe("revised"), train, ranges="free").pipeline
    with home() as avm:
        homes = test[list(FEATURES)]
        homes = homes[[_valuable(avm, row) for row in homes.to_dict("records")]].head(options.calls)
        print_calls(time_calls(avm, revised, homes), len(homes))
        print_table(time_table(avm, revised))


if __name__ == "__main__":
    main()
