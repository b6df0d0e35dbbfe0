"""How often drift is found where there is none, and where some was planted.

Run it as ``python benchmarks/drift.py [--windows 1000]``. The training rows and the windows come from the same
generated listings, so whatever is found in an untouched window is a false alarm. Nothing is trained: the values are an
amount per area.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from pricing_core.listings.sample import generate
from pricing_core.monitoring.drift import Drift, measure_drift
from pricing_core.nouns.homes_in_columns import allowed, columns_from_frame
from pricing_core.nouns.schema import FEATURES
from pricing_core.versions.training_profile import describe_reference

TRAIN_ROWS, ALL_ROWS, LIMIT = 4_800, 60_000, 0.25
SIZES = (100, 300, 1_000, 5_000)
Change = Callable[[pd.DataFrame], pd.DataFrame]


class PerArea:
    def predict(self, frame: pd.DataFrame) -> Any:
        return 60 * frame["net_area"].fillna(80).to_numpy(float)


def _sector(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    moved = np.arange(len(frame)) < share * len(frame)
    return frame.assign(sector=np.where(moved, "Elsewhere", frame["sector"]))


def _missing(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    return frame.assign(n_bathroom=frame["n_bathroom"].where(np.arange(len(frame)) >= share * len(frame)))


PLANTED: dict[str, Change] = {
    "usable areas 10 % larger": lambda frame: frame.assign(net_usable_area=frame["net_usable_area"] * 1.1),
    "usable areas 30 % larger": lambda frame: frame.assign(net_usable_area=frame["net_usable_area"] * 1.3),
    "usable areas 50 % larger": lambda frame: frame.assign(net_usable_area=frame["net_usable_area"] * 1.5),
    "a tenth in a new sector": lambda frame: _sector(frame, 0.1),
    "a quarter in a new sector": lambda frame: _sector(frame, 0.25),
    "bathrooms missing in a quarter": lambda frame: _missing(frame, 0.25),
}


def found_in(reference: dict[str, Any], frame: pd.DataFrame) -> list[Drift]:
    return measure_drift(reference, allowed(columns_from_frame(frame)), PerArea().predict(frame), LIMIT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=1_000)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="Homes in a window.")
    options = parser.parse_args()
    sizes = options.sizes
    homes = generate(ALL_ROWS, 11)[list(FEATURES)]
    train, rest = homes.head(TRAIN_ROWS), homes.iloc[TRAIN_ROWS:]
    reference = describe_reference(PerArea(), train)

    def window(size: int, seed: int) -> pd.DataFrame:
        return rest.sample(size, random_state=seed)

    print(f"{TRAIN_ROWS:,} training rows, {options.windows:,} windows of each size without drift\n")
    print("| homes | PSI over 0.25 alone | any feature not 'as in training' | drift alert |\n|---:|---:|---:|---:|")
    for size in sizes:
        rows = [found_in(reference, window(size, seed)) for seed in range(options.windows)]
        alone = sum(any((drift.psi or 0) > LIMIT for drift in found) for found in rows) / len(rows)
        moved = sum(any(drift.verdict != "same" for drift in found) for found in rows) / len(rows)
        alarm = sum(any(drift.verdict == "strong" for drift in found) for found in rows) / len(rows)
        print(f"| {size:,} | {alone:.1%} | {moved:.1%} | {alarm:.1%} |", flush=True)

    few = max(1, options.windows // 10)
    print(f"\nFound to have moved (alert), of {few:,} windows each\n")
    print(f"| planted | {' | '.join(f'{size:,} homes' for size in sizes)} |\n|---|{'---:|' * len(sizes)}")
    for name, change in PLANTED.items():
        cells = []
        for size in sizes:
            rows = [found_in(reference, change(window(size, seed))) for seed in range(few)]
            moved = sum(any(drift.verdict != "same" for drift in found) for found in rows) / few
            alarm = sum(any(drift.verdict == "strong" for drift in found) for found in rows) / few
            cells.append(f"{moved:.0%} ({alarm:.0%})")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
