"""A file of homes -> a file of values: read, valued in groups, and written with every row that failed and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from pricing_core.errors import InputError, SubjectError
from pricing_core.listings.export import save_table, table_format
from pricing_core.listings.ingestion import Header, read_listings
from pricing_core.nouns import File, Json, Progress, Rejection, Valuation, part_of
from pricing_core.nouns.declared import Declaration
from pricing_core.nouns.declared_frames import plain
from pricing_core.nouns.schema import FEATURES, NUMBERS, Property, parse_property
from pricing_core.settings import Settings
from pricing_core.words import Language, Message, say

ValueMany = Callable[[Sequence[Property]], list[Valuation | SubjectError]]

_VALUED_AT_ONCE: Final = 2_000
_ANSWERS: Final = ("value", "low_90", "high_90", "value_per_area", "confidence", "version", "notes", "error")


def value_file(
    source: File,
    out: Path,
    value_many: ValueMany,
    settings: Settings,
    progress: Progress,
    language: Language = "en",
    rules: Json | None = None,
    *,
    keep: Callable[[Header], object] | None = None,
    most_rows: int | None = None,
) -> Json:
    """Value every row of a file, and write it with the values beside it; a row that fails says why.

    Parameters
    ----------
    out
        Its ending says the format: see `listings.export`.
    language
        In which the file says what there is to say of a row.
    rules
        How it is read, as `listings.reading_rules` has it; by the units of the settings alone when left out.
    keep
        Told what the columns were taken for, once the file was read.
    most_rows
        A file with more of them is refused, and none is valued.

    Returns
    -------
    dict
        ``rows``, ``valued``, ``failed``, ``out``, and ``notes`` on how the file was read.

    Raises
    ------
    InputError
        When the output would replace the input, or cannot be written, or when there are too many rows.
    """
    table_format(out)
    if isinstance(source, Path) and out.exists() and source.exists() and out.samefile(source):
        raise InputError(
            "{file} is the file to be valued: name another file for --out.",
            inside=f"Its path is {out}.",
            file=out.name,
        )
    reading = part_of(progress, 0, 0.4)
    rules = rules or {"currency": settings.CURRENCY, "area_unit": settings.AREA_UNIT, "declared": settings.columns}
    with read_listings(source, require_price=False, progress=reading, **rules) as reader:
        chunks = list(reader)
        if most_rows is not None and reader.rows > most_rows:
            raise InputError(
                "{file} has {rows:integer} rows, and {most:integer} are valued at once here: split it, or value it on "
                "the page or with `tasador value FILE`.",
                file=reader.file_name,
                rows=reader.rows,
                most=most_rows,
            )
        if keep is not None:
            keep(reader.header)
        results = [_failed(rejection) for rejection in reader.each_rejection()]
    valued = _value_rows(chunks, value_many, settings.columns, part_of(progress, 0.4, 1))
    results += [_with_notes(row, reader.left_in(row["row"])) for row in valued]
    results = [_in_words(row, language) for row in sorted(results, key=lambda row: int(row["row"]))]
    results = [row | {"line": reader.line(int(row["row"]))} for row in results]
    written = ["row", "line", *FEATURES, *settings.columns.names, *_ANSWERS]
    frame = pd.DataFrame(results, columns=written)
    frame = frame.astype({"version": "Int64", "line": "Int64"})  # also beside empty cells
    save_table(frame, out)
    failed = int((frame["error"] != "").sum())
    notes = [say(note, language) for note in reader.notes]
    return {"rows": len(results), "valued": len(results) - failed, "failed": failed, "out": str(out), "notes": notes}


def _failed(rejection: Rejection) -> Json:
    cells = {name: rejection.content.get(name) for name in FEATURES}
    # What can be read is written as the number it is: as text, a minus sign would be guarded like a formula.
    return {"row": rejection.row, "error": rejection.reason} | {name: _read(name, cells[name]) for name in FEATURES}


def _read(name: str, cell: str | None) -> str | float | None:
    try:
        number = float(cell) if name in NUMBERS and cell else math.inf
    except ValueError:
        return cell
    return number if math.isfinite(number) else cell


def _value_rows(
    chunks: list[pd.DataFrame], value_many: ValueMany, columns: Declaration, progress: Progress
) -> list[Json]:
    results: list[Json] = []
    rows = [{str(name): cell for name, cell in row.items()} for chunk in chunks for row in _records(chunk, columns)]
    for start in range(0, len(rows), _VALUED_AT_ONCE):
        results += _value_group(rows[start : start + _VALUED_AT_ONCE], value_many, columns)
        progress(Message("Valuing the homes …"), min(1.0, (start + _VALUED_AT_ONCE) / len(rows)))
    return results


def _records(chunk: pd.DataFrame, columns: Declaration) -> list[dict[Hashable, object]]:
    """The rows of a chunk, what is declared as JSON has it."""
    found = {name: plain(role, chunk[name]) for name, role in columns.roles.items() if name in chunk.columns}
    cells = {name: pd.Series(values, index=chunk.index, dtype=object) for name, values in found.items()}
    records: list[dict[Hashable, object]] = chunk.assign(**cells).to_dict("records")
    return records


def _value_group(rows: list[Json], value_many: ValueMany, columns: Declaration) -> list[Json]:
    results: list[Json] = []
    subjects: list[Property] = []
    valued: list[Json] = []
    for row in rows:
        home = {name: row[name] for name in (*FEATURES, *columns.names) if name in row}
        result = {"row": row["row_number"], "error": ""} | home
        results.append(result)
        try:
            subjects.append(parse_property(home, columns))
            valued.append(result)
        except SubjectError as error:
            result["error"] = error.message
    for result, answer in zip(valued, value_many(subjects), strict=True):
        result.update({"error": answer.message} if isinstance(answer, SubjectError) else _answer(answer))
    return results


def _answer(valuation: Valuation) -> Json:
    low, high = valuation.ranges.get("90", (None, None))
    return {
        "value": valuation.value,
        "low_90": low,
        "high_90": high,
        "value_per_area": valuation.value_per_area,
        "confidence": valuation.confidence,
        "version": valuation.version,
        "notes": valuation.notes,
    }


def _with_notes(row: Json, added: list[Message]) -> Json:
    return row | {"notes": [*row.get("notes", ()), *added]} if added else row


def _in_words(row: Json, language: Language) -> Json:
    notes = " ".join(say(note, language) for note in row.get("notes", ()))
    return row | {"error": say(row["error"], language), "notes": notes}
