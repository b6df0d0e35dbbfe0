"""The generator of the shipped sample: invented, believable listings of Greater Santiago.

Rows are drawn in blocks of a fixed size, each with a random stream of its own. So a longer sample begins with the rows
of a shorter one of the same seed, and a million rows need no more memory than one block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.errors import InputError
from pricing_core.listings.sample.comunas import COMUNAS
from pricing_core.listings.sample.slips import plant_errors
from pricing_core.nouns import Progress
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.schema import LISTING_COLUMNS
from pricing_core.words import Message

Ints = NDArray[np.int64]

_BLOCK: Final = 5_000
_MOST_ROWS: Final = 20_000_000
_TRAIN_SHARE: Final = 0.8
_KM_PER_DEGREE: Final = 111.32
_ORIGIN: Final = (-33.45, -70.65)
# What the six columns miss, as brokers' files do. One area at most is left out, so every home can still be valued.
_GAPS: Final = {"n_rooms": 0.008, "n_bathroom": 0.012, "sector": 0.003}
_AREA_GAP: Final = 0.03
_PLACE_GAP: Final = 0.012
_UF_IN_PESOS: Final = 38_500


def generate(rows: int, seed: int) -> pd.DataFrame:
    """Draw listings.

    Parameters
    ----------
    rows, seed
        The same two give the same rows; with one seed, fewer rows are the beginning of more.

    Returns
    -------
    DataFrame
        The listing columns (areas in m², prices in UF) and ``is_train``.

    Raises
    ------
    InputError
        For a number of rows or a seed that cannot be used.
    """
    return pd.concat(list(_blocks(rows, seed)), ignore_index=True).drop(columns="error")


def planted_errors(rows: int, seed: int) -> pd.Series[str]:
    """Which error was planted in each row that `generate` draws; empty text where none was."""
    return pd.concat([block["error"] for block in _blocks(rows, seed)], ignore_index=True)


def write_sample(folder: Path, rows: int, seed: int, progress: Progress | None = None) -> list[Path]:
    """Write ``train.csv`` and ``test.csv`` into the folder, block by block; give back their paths.

    Raises
    ------
    InputError
        For a number of rows or a seed that cannot be used, or a folder that cannot be written.
    """
    blocks = _blocks(rows, seed)
    paths = [folder / "train.csv", folder / "test.csv"]
    done = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            paths[0].open("w", encoding="utf-8", newline="") as train,
            paths[1].open("w", encoding="utf-8", newline="") as test,
        ):
            for block in blocks:
                for file, chosen in ((train, block["is_train"]), (test, ~block["is_train"])):
                    part = block.loc[chosen, list(LISTING_COLUMNS)]
                    part.to_csv(file, index=False, header=done == 0, float_format="%.10g", lineterminator="\n")
                done += len(block)
                if progress is not None:
                    progress(
                        Message("{done:integer} of {rows:integer} listings written", done=done, rows=rows), done / rows
                    )
    except OSError as error:
        raise InputError(
            "The sample cannot be written to {folder}: {problem}. Name a folder that can be written.",
            folder=folder,
            problem=error.strerror,
        ) from None
    return paths


def _blocks(rows: int, seed: int) -> Iterator[pd.DataFrame]:
    _check(rows, seed)
    return _draw_blocks(rows, seed)


def _check(rows: int, seed: int) -> None:
    for name, value, low, high in (("rows", rows, 1, _MOST_ROWS), ("seed", seed, 0, 2**63 - 1)):
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise InputError(
                "{name} must be a whole number from {low:integer} to {high:integer}, but {arrived} arrived.",
                name=name,
                low=low,
                high=high,
                arrived=repr(value),
            )


def _draw_blocks(rows: int, seed: int) -> Iterator[pd.DataFrame]:
    surface = _Surface.drawn(seed)
    for number, start in enumerate(range(0, rows, _BLOCK)):
        rng = np.random.default_rng([seed, 1, number])
        block = plant_errors(_listings(rng, surface), rng)
        yield block.iloc[: rows - start]


@dataclass(frozen=True)
class _Surface:
    """The price level of every place: the comunas' levels, smoothed, with waves of a few kilometres on top."""

    centres: Numbers
    flat_level: Numbers
    house_level: Numbers
    waves: Numbers
    phases: Numbers

    @classmethod
    def drawn(cls, seed: int) -> _Surface:
        rng = np.random.default_rng([seed, 0])
        centres = np.array([_to_km(lat, lon) for comuna in COMUNAS for lat, lon, _ in comuna.centres])
        counts = [len(comuna.centres) for comuna in COMUNAS]
        lengths = rng.uniform(3, 9, size=24)
        angles = rng.uniform(0, 2 * np.pi, size=24)
        waves = 2 * np.pi / lengths * np.array([np.cos(angles), np.sin(angles)])
        return cls(
            centres,
            np.repeat(np.log([comuna.flat_level for comuna in COMUNAS]), counts),
            np.repeat(np.log([comuna.house_level for comuna in COMUNAS]), counts),
            waves,
            rng.uniform(0, 2 * np.pi, size=24),
        )

    def level(self, latitude: Numbers, longitude: Numbers, house: NDArray[np.bool_]) -> Numbers:
        """UF per usable m² of an ordinary home at these places."""
        here = np.column_stack(_to_km(latitude, longitude))
        squared = ((here[:, None, :] - self.centres[None, :, :]) ** 2).sum(axis=2)
        # The offset keeps a place far from all centres from dividing zero by zero.
        weight = np.exp(-(squared - squared.min(axis=1, keepdims=True)) / (2 * 0.9**2))
        weight /= weight.sum(axis=1, keepdims=True)
        smooth = np.where(house, weight @ self.house_level, weight @ self.flat_level)
        ripple = np.cos(here @ self.waves + self.phases).mean(axis=1)
        result: Numbers = np.exp(smooth + 0.55 * ripple)
        return result


def _to_km(latitude: Numbers | float, longitude: Numbers | float) -> tuple[Numbers | float, Numbers | float]:
    north = (latitude - _ORIGIN[0]) * _KM_PER_DEGREE
    east = (longitude - _ORIGIN[1]) * _KM_PER_DEGREE * np.cos(np.radians(_ORIGIN[0]))
    return north, east


def _listings(rng: np.random.Generator, surface: _Surface) -> pd.DataFrame:
    """One block of flawless listings, with the gaps that any file has."""
    weights = np.array([comuna.weight for comuna in COMUNAS])
    where = rng.choice(len(COMUNAS), size=_BLOCK, p=weights / weights.sum())
    house = rng.random(_BLOCK) < np.array([comuna.house_share for comuna in COMUNAS])[where]
    latitude, longitude = _places(rng, where)
    usable, total = _areas(rng, where, house)
    rooms, bathrooms = _rooms(rng, usable, house)
    price = _prices(surface.level(latitude, longitude, house), house, usable, total, bathrooms) * _unseen(rng)
    frame = pd.DataFrame(
        {
            "type": np.where(house, "casa", "departamento"),
            "sector": np.array([comuna.name for comuna in COMUNAS], dtype=object)[where],
            "net_usable_area": usable,
            "net_area": total,
            "n_rooms": rooms,
            "n_bathroom": bathrooms,
            "latitude": latitude,
            "longitude": longitude,
            "price": _as_asked(rng, price),
            "is_train": rng.random(_BLOCK) < _TRAIN_SHARE,
        }
    )
    return _with_gaps(rng, frame)


def _places(rng: np.random.Generator, where: Ints) -> tuple[Numbers, Numbers]:
    """Draw points around the comuna's centres, never farther than two spreads: so they stay on built-up land."""
    centres = np.array([[c.centres[i % len(c.centres)] for i in range(12)] for c in COMUNAS])
    latitude, longitude, spread = centres[where, rng.integers(12, size=_BLOCK)].T
    radius = spread * np.sqrt(-2 * np.log1p(-rng.random(_BLOCK) * (1 - np.exp(-2)))) / _KM_PER_DEGREE
    angle = rng.uniform(0, 2 * np.pi, size=_BLOCK)
    north, east = radius * np.sin(angle), radius * np.cos(angle) / np.cos(np.radians(latitude))
    # Portals give five or six decimals, depending on who entered the home.
    short = rng.random(_BLOCK) < 0.3
    latitude, longitude = latitude + north, longitude + east
    return (
        np.where(short, latitude.round(5), latitude.round(6)),
        np.where(short, longitude.round(5), longitude.round(6)),
    )


def _areas(rng: np.random.Generator, where: Ints, house: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Usable and total m²: a flat adds its terrace, a house its land."""
    flat_area, house_area, land_area = np.array([[c.flat_area, c.house_area, c.land_area] for c in COMUNAS]).T
    size, extra = rng.standard_normal((2, _BLOCK))
    built = np.clip(house_area[where] * np.exp(0.36 * size), 36, 900)
    flat = np.clip(flat_area[where] * np.exp(0.38 * size), 18, 420)
    usable = np.where(house, built, flat)
    usable = np.where(rng.random(_BLOCK) < 0.75, usable.round(), usable.round(1))
    land = np.maximum(land_area[where] * np.exp(0.3 * size + 0.36 * extra), 1.15 * built)
    land = np.where(rng.random(_BLOCK) < 0.5, np.ceil(land / 10) * 10, np.ceil(land))
    terrace = usable * np.exp(-2.2 + 0.5 * extra) * (rng.random(_BLOCK) < 0.65)
    total = np.where(house, land, np.maximum(usable, (usable + terrace).round()))
    return usable, total


def _rooms(rng: np.random.Generator, usable: Numbers, house: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    taste, comfort = rng.standard_normal((2, _BLOCK))
    wanted = np.where(house, 1.05 * np.log2(usable / 12), 1.1 * np.log2(usable / 15)) + 0.4 * taste
    rooms = np.clip(wanted.round(), 1, np.where(house, 9, 6))
    bathrooms = (0.4 * rooms + 0.75 * np.log2(usable / 50) + 0.75 + 0.35 * comfort).round()
    return rooms, np.clip(bathrooms, 1, rooms + 1)


def _prices(level: Numbers, house: NDArray[np.bool_], usable: Numbers, total: Numbers, bathrooms: Numbers) -> Numbers:
    """Price in UF: usable area with a discount for size, land or terrace, bathrooms."""
    ordinary = np.where(house, 120.0, 60.0)
    built = level * usable * (usable / ordinary) ** -0.1
    beside = np.where(house, 0.16 * (total - usable) * (total / 250) ** -0.15, 0.35 * (total - usable)) * level
    expected_bathrooms = 0.75 * np.log2(usable / 50) + 1.8
    comfort = np.exp(0.045 * np.clip(bathrooms - expected_bathrooms, -2, 2))
    result: Numbers = (built + beside) * comfort
    return result


def _unseen(rng: np.random.Generator) -> Numbers:
    """Factors for age, view and condition, which are in no column; a few sellers ask what they like."""
    result: Numbers = np.exp(np.clip(0.1 * rng.standard_t(4, size=_BLOCK), -0.9, 0.9))
    return result


def _as_asked(rng: np.random.Generator, price: Numbers) -> Numbers:
    """Prices as people write them: round, just under a round number, or converted from round pesos."""
    habit = rng.random(_BLOCK)
    step = np.select([price < 3_000, price < 10_000], [10.0, 50.0], 100.0)
    step = np.where(habit < 0.25, np.where(price < 3_000, 50.0, 100.0), np.where(habit < 0.4, 10.0, step))
    asked = (price / step).round() * step
    under = (price / 100).round() * 100 - 10
    pesos = ((price * _UF_IN_PESOS / 1e6).round() * 1e6 / _UF_IN_PESOS).round(1)
    result: Numbers = np.select([habit > 0.92, habit > 0.82], [pesos, under], asked)
    return result


def _with_gaps(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    for column, share in _GAPS.items():
        frame.loc[rng.random(_BLOCK) < share, column] = None
    luck = rng.random(_BLOCK)
    frame.loc[luck < _AREA_GAP, "net_usable_area"] = np.nan
    frame.loc[luck > 1 - _AREA_GAP, "net_area"] = np.nan
    frame.loc[rng.random(_BLOCK) < _PLACE_GAP, ["latitude", "longitude"]] = np.nan
    return frame
