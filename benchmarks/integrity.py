"""How many planted errors the checks find under the right field, and how many rows they flag.

Run it as ``python benchmarks/integrity.py FILE.csv ... [--seeds 3] [--share 0.01] [--unit NAME=ft²]``. Files are read
as `tasador check` reads them. Of each file ``--share`` of the rows are spoilt, evenly over the kinds, at random among
rows that have the figure to spoil. A row counts as found when any finding of it names the column that was spoilt.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Final

import numpy as np
import pandas as pd

from pricing_core.listings.ingestion import read_frame
from pricing_core.listings.integrity import check
from pricing_core.nouns import Finding

KM_PER_DEGREE: Final = 111.32
SQUARE_FEET: Final = 10.764
POINT: Final = ("latitude", "longitude")

Spoil = Callable[[pd.DataFrame, pd.DataFrame, np.random.Generator], pd.DataFrame]


def times(column: str, factor: float) -> Spoil:
    def spoil(rows: pd.DataFrame, _: pd.DataFrame, __: np.random.Generator) -> pd.DataFrame:
        return rows.assign(**{column: rows[column] * factor})

    return spoil


def moved(nearest: float, farthest: float) -> Spoil:
    def spoil(rows: pd.DataFrame, _: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        way, turn = rng.uniform(nearest, farthest, len(rows)), rng.uniform(0, 2 * np.pi, len(rows))
        east = KM_PER_DEGREE * np.cos(np.radians(rows["latitude"]))
        return rows.assign(
            latitude=rows["latitude"] + way * np.sin(turn) / KM_PER_DEGREE,
            longitude=rows["longitude"] + way * np.cos(turn) / east,
        )

    return spoil


def swapped(rows: pd.DataFrame, _: pd.DataFrame, __: np.random.Generator) -> pd.DataFrame:
    return rows.assign(latitude=rows["longitude"], longitude=rows["latitude"])


def other_sector(rows: pd.DataFrame, frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    names = np.array(sorted(frame["sector"].dropna().unique()), dtype=object)
    return rows.assign(sector=[rng.choice(names[names != own]) for own in rows["sector"]])


def copied(rows: pd.DataFrame, _: pd.DataFrame, __: np.random.Generator) -> pd.DataFrame:
    return rows


KINDS: Final[dict[str, tuple[tuple[str, ...], Spoil]]] = {
    "price x10": (("price",), times("price", 10)),
    "price /10": (("price",), times("price", 0.1)),
    "usable area x10.764": (("net_usable_area",), times("net_usable_area", SQUARE_FEET)),
    "usable area /10": (("net_usable_area",), times("net_usable_area", 0.1)),
    "total area x10.764": (("net_area",), times("net_area", SQUARE_FEET)),
    "total area /10": (("net_area",), times("net_area", 0.1)),
    "place moved 5-10 km": (POINT, moved(5, 10)),
    "place moved 10-30 km": (POINT, moved(10, 30)),
    "place swapped": (POINT, swapped),
    "another sector": (("sector",), other_sector),
    "row copied": ((), copied),
}


def plant(frame: pd.DataFrame, share: float, seed: int) -> tuple[pd.DataFrame, dict[int, str]]:
    """Spoil rows; copies are put at random places. Gives the frame and what was done, by position."""
    rng = np.random.default_rng(seed)
    each = max(round(share * len(frame) / len(KINDS)), 1)
    free = pd.Series(True, index=frame.index)
    spoilt, kinds, copies = frame.copy(), pd.Series("", index=frame.index), []
    for kind, (columns, spoil) in KINDS.items():
        able = free & (frame[list(columns)].notna() & (frame[list(columns)] != 0)).all(axis=1)
        chosen = rng.choice(frame.index[able], min(each, int(able.sum())), replace=False)
        free[chosen] = False
        changed = spoil(frame.loc[chosen], frame, rng)
        if columns:
            spoilt.loc[chosen] = changed
            kinds[chosen] = kind
        else:
            copies.append(changed)
    return _mixed_in(spoilt, kinds, pd.concat(copies), rng)


def _mixed_in(
    spoilt: pd.DataFrame, kinds: pd.Series[str], copies: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, dict[int, str]]:
    """A copy stands somewhere behind its original, as a file that grew has it."""
    place = np.arange(len(spoilt), dtype=float)
    behind = rng.uniform(copies.index.to_numpy() + 0.5, len(spoilt))
    whole = pd.concat([spoilt, copies], ignore_index=True)
    told = np.r_[kinds.to_numpy(dtype=object), np.full(len(copies), "row copied", dtype=object)]
    order = np.argsort(np.r_[place, behind], kind="stable")
    told = told[order]
    planted = {int(row): str(told[row]) for row in np.flatnonzero(told != "")}
    return whole.iloc[order].reset_index(drop=True), planted


@dataclass
class Tally:
    """What was found in one file, over the seeds."""

    planted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    flagged_right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    shares: list[float] = field(default_factory=list)
    precision: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, rows: int, planted: dict[int, str], findings: list[Finding]) -> None:
        by_row: dict[int, list[Finding]] = defaultdict(list)
        for finding in findings:
            by_row[finding.row].append(finding)
        for row, kind in planted.items():
            self.planted[kind] += 1
            self.found[kind] += row in by_row
            self.flagged_right[kind] += any(_names(finding, kind) for finding in by_row.get(row, []))
        self.shares.append(len(by_row) / rows)
        self.precision.append(sum(row in planted for row in by_row) / max(len(by_row), 1))


def _names(finding: Finding, kind: str) -> bool:
    columns = KINDS[kind][0]
    return finding.column in columns if columns else finding.check == "duplicate"


def measure(frame: pd.DataFrame, unit: str, share: float, seeds: int) -> tuple[float, Tally]:
    """The share of rows flagged in the file as it is, and the tally of the spoilt ones."""
    clean = len({finding.row for finding in check(frame, area_unit=unit, currency="")}) / len(frame)
    tally = Tally()
    for seed in range(seeds):
        spoilt, planted = plant(frame, share, seed)
        begin = process_time()
        tally.add(len(spoilt), planted, check(spoilt, area_unit=unit, currency=""))
        tally.seconds.append(process_time() - begin)
    return clean, tally


HEAD: Final = (
    "| data set | rows | flagged as it is | flagged spoilt | at most | precision | CPU s |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)


def share_line(name: str, rows: int, clean: float, tally: Tally) -> str:
    return (
        f"| {name} | {rows:,} | {clean:.2%} | {np.mean(tally.shares):.2%} | {max(tally.shares):.2%} "
        f"| {np.mean(tally.precision):.0%} | {np.mean(tally.seconds):.1f} |"
    )


def recall_cell(tally: Tally, kind: str) -> str:
    planted = max(tally.planted[kind], 1)
    return f"{tally.flagged_right[kind] / planted:.1%} ({tally.found[kind] / planted:.1%}) of {tally.planted[kind]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--unit", action="append", default=["king_county=ft²"], help="NAME=ft² where areas are not m²")
    options = parser.parse_args()
    units = dict(item.split("=") for item in options.unit)
    print(f"{options.share:.1%} of the rows spoilt, {options.seeds} seeds.\n\n{HEAD}", flush=True)
    tallies = {}
    for path in options.files:
        name = path.parent.name if path.stem == "train" else path.stem
        frame = read_frame(path)[0].drop(columns="row_number")
        clean, tallies[name] = measure(frame, units.get(name, "m²"), options.share, options.seeds)
        print(share_line(name, len(frame), clean, tallies[name]), flush=True)
    print("\nRecall under the right field, in brackets under any, and how many were planted.\n")
    print(f"| planted | {' | '.join(tallies)} |\n|---|{'---:|' * len(tallies)}")
    for kind in KINDS:
        print(f"| {kind} | {' | '.join(recall_cell(each, kind) for each in tallies.values())} |")


if __name__ == "__main__":
    main()
