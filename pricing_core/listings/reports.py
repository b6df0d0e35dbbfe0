"""What the checks say of the rows of a file, grouped: how often, three examples, and what helps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from pricing_core.listings.ingestion import ListingsReader
from pricing_core.listings.integrity import throughout
from pricing_core.nouns import Dataset
from pricing_core.nouns.namesakes import find_namesakes
from pricing_core.nouns.reports import EXAMPLES, Example, Found, KeptOut, Severity
from pricing_core.nouns.schema import COORDINATES, SECTOR, TARGET
from pricing_core.store import Store
from pricing_core.words import Message

_MANY: Final = 3
_FIXES: Final[Mapping[str, Message]] = {
    "price_in_pesos": Message(
        "If all prices are in pesos, set {setting}; else convert these rows.", setting="CURRENCY=CLP"
    ),
    "price_in_uf": Message("If all prices are in UF, set {setting}; else convert these rows.", setting="CURRENCY=UF"),
    "price_in_dollars": Message(
        "If all prices are in US dollars, set {setting}; else convert these rows.", setting="CURRENCY=USD"
    ),
    "coordinates_swapped": Message("Exchange the names of the columns of latitude and longitude in the header."),
    "coordinates_sign_lost": Message("Write a minus sign before latitudes in the south and longitudes in the west."),
    "sector_spelling": Message("Each is taken for the usual spelling; nothing has to be done."),
    "type_spelling": Message("Each is taken for the usual spelling; nothing has to be done."),
}
Item = tuple[str, Severity, Example]


def grouped(found: Iterable[Item]) -> list[Found]:
    """Findings by check and severity: errors first, then the commonest."""
    counts: dict[tuple[str, Severity], int] = {}
    first: dict[tuple[str, Severity], list[Example]] = {}
    for check, severity, example in found:
        key = (check, severity)
        counts[key] = counts.get(key, 0) + 1
        some = first.setdefault(key, [])
        if len(some) < EXAMPLES:
            some.append(example)
    order = sorted(counts, key=lambda key: (key[1] != "error", -counts[key], key[0]))
    return [Found(*key, counts[key], first[key], _fix(key[0], counts[key])) for key in order]


def _fix(check: str, rows: int) -> Message | None:
    """What to do about a whole file; a single row is settled by itself."""
    return _FIXES.get(check) if rows >= _MANY else None


def of_files(store: Store, readers: Sequence[ListingsReader], datasets: Sequence[Dataset]) -> list[Found]:
    """What the checks say of the rows that were taken from some files, each stored as a dataset."""
    places = store.listings.frame("id", "dataset_id", "row_number")
    found, items = store.findings.frame(), list[Item]()
    for reader, dataset in zip(readers, datasets, strict=True):
        own = places[places["dataset_id"] == dataset.id]
        rows = found.merge(own, left_on="listing_id", right_on="id")
        items += _of_rows(rows, reader.line, reader.file_name if len(readers) > 1 else "")
    return grouped(items)


def kept_out(readers: Sequence[ListingsReader]) -> list[KeptOut]:
    """The rows that were kept out of some files, by file and reason."""
    if len(readers) == 1:
        return readers[0].examples.groups()
    return [_in_file(group, reader.file_name) for reader in readers for group in reader.examples.groups()]


def _in_file(group: KeptOut, file: str) -> KeptOut:
    return replace(group, examples=[replace(example, file=file) for example in group.examples])


def _of_rows(found: pd.DataFrame, line: Callable[[int], int | None], file: str) -> Iterator[Item]:
    rows = found.sort_values("row_number", kind="stable")
    told = (rows[name].tolist() for name in ("check", "severity", "row_number", "message"))
    for check, severity, row, text in zip(*told, strict=True):
        yield check, severity, Example(row, line(row), Message.from_text(text), file)


def kept_apart(frame: pd.DataFrame) -> list[Message]:
    """The sectors of one name that are two, for their listings lie apart."""
    places = (frame[name].to_numpy(dtype=float) for name in COORDINATES)
    found = list(find_namesakes(frame[SECTOR].tolist(), *places))
    if not found:
        return []
    return [Message("Sectors of one name whose listings lie apart are kept apart: {names:list quoted}.", names=found)]


def in_general(store: Store, datasets: Sequence[Dataset], currency: str) -> list[Message]:
    """What is to be said of some datasets as a whole: of all their prices, and of sectors of one name."""
    rows = store.listings.frame("dataset_id", SECTOR, *COORDINATES, TARGET)
    own = rows.loc[rows["dataset_id"].isin([dataset.id for dataset in datasets])]
    told = throughout(own[TARGET].to_numpy(dtype=float), currency)
    return [*([told] if told else []), *kept_apart(own)]
