"""What the checks say of the rows of a file, grouped: how often, three examples, and what helps."""

from __future__ import annotations

from collections import Counter
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
_SPELLINGS: Final = ("sector_spelling", "type_spelling")
_MOST_SPELLINGS: Final = 10
_Key = tuple[str, Severity, str]
Item = tuple[str, Severity, Example]


def grouped(found: Iterable[Item]) -> list[Found]:
    """Findings by check and severity, those of spellings by the spelling too: errors first, then the commonest."""
    items = list(found)
    spelt = Counter(_told(example) for check, _, example in items if check in _SPELLINGS)
    apart = {text for text, _ in spelt.most_common(_MOST_SPELLINGS)}
    counts, of_check = Counter[_Key](), Counter[str]()
    first: dict[_Key, list[Example]] = {}
    for check, severity, example in items:
        text = _told(example) if check in _SPELLINGS else ""
        key = (check, severity, text if text in apart else "")
        counts[key] += 1
        of_check[check] += 1
        some = first.setdefault(key, [])
        if len(some) < EXAMPLES:
            some.append(example)
    order = sorted(counts, key=lambda key: (key[1] != "error", -of_check[key[0]], key[0], -counts[key], key[2]))
    last = {key[0]: key for key in order}
    return [Found(*key[:2], counts[key], first[key], _fix(key, last, of_check)) for key in order]


def _told(example: Example) -> str:
    return example.text if isinstance(example.text, str) else example.text.to_text()


def _fix(key: _Key, last: Mapping[str, _Key], rows: Counter[str]) -> Message | None:
    """What to do about a whole file, said once for each check; a single row is settled by itself."""
    check = key[0]
    return _FIXES.get(check) if rows[check] >= _MANY and last[check] == key else None


def bundled(found: pd.DataFrame) -> pd.DataFrame:
    """Findings of which all listings with one spelling are one, the first of them; ``rows`` says how many it is for."""
    spelt = found["check"].isin(_SPELLINGS)
    groups = found.groupby([found["check"], found["message"]], sort=False)
    rows = groups["check"].transform("size").where(spelt, 1).astype(int)
    return found.assign(rows=rows)[~(spelt & found.duplicated(["check", "message"]))]


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
