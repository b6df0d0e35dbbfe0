"""JSON and JSON Lines: objects with the cells of a row each, numbers as they are written."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO, Final, cast

from pricing_core.errors import ListingsError, SeveralTablesError
from pricing_core.listings.ingestion.encoding import detect_encoding
from pricing_core.listings.ingestion.header import shown
from pricing_core.listings.ingestion.json_values import NotJson, decode, objects_in
from pricing_core.listings.ingestion.typed_rows import Cell, NumberColumns, Row, TypedRows
from pricing_core.nouns.schema import LATITUDE, LONGITUDE
from pricing_core.words import Message

_LONGEST_LINE: Final = 4 << 20
_MOST_KEYS: Final = 1_001
_LOOKED_AT: Final = 1_000
_WITHIN: Final = tuple(bytes([byte]) for byte in b'{[]"-0123456789')
Record = dict[str, Cell]


def is_json(head: bytes) -> bool:
    """Whether the first bytes of a file are those of JSON; ``[type],[sector]`` is a header of SQL Server."""
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip()
    return plain[:1] == b"{" or (plain[:1] == b"[" and plain[1:].lstrip()[:1] in _WITHIN)


class _List:
    """A list of objects: how many, the paths of their keys, and the kinds of what they hold."""

    def __init__(self) -> None:
        self.count = 0
        self.paths: dict[str, int] = {}
        self.kinds = NumberColumns()

    def add(self, record: Record) -> None:
        """See one object."""
        self.count += 1
        paths, add = self.paths, self.kinds.add
        for path, cell in record.items():
            if path not in paths and len(paths) < _MOST_KEYS:
                paths[path] = len(paths)
            if path in paths:
                add(paths[path], cell)

    @property
    def names(self) -> list[str]:
        """Names of columns: the last part of a path where that is enough."""
        last = Counter(path.rpartition(".")[2] for path in self.paths)
        return [end if last[end := path.rpartition(".")[2]] == 1 else path for path in self.paths]


class JsonObjects:
    """The objects of a JSON document, or of a file with one on each line."""

    def __init__(self, file: BinaryIO, name: str, *, cut: bool) -> None:
        self._file, self._name, self._cut = file, name, cut
        self._encoding = detect_encoding(file)
        self.notes = self._encoding.notes
        self.is_lines = self._is_lines()

    def _text(self) -> io.TextIOWrapper:
        return self._encoding.open(self._file)

    def _is_lines(self) -> bool:
        """Whether the first line that is not blank is an object by itself, and no wrapper around a list of them."""
        text = self._text()
        try:
            for line in iter(lambda: text.readline(_LONGEST_LINE), ""):
                if line.strip():
                    return _is_row(line)
        except (NotJson, UnicodeError):
            pass
        finally:
            text.detach()
        return False

    def __iter__(self) -> Iterator[tuple[str, Record | None]]:
        """Each object with the name of its list; ``None`` for a blank line."""
        text = self._text()
        try:
            yield from (
                self._of_lines(text) if self.is_lines else ((name, flat(value)) for name, value in objects_in(text))
            )
        except NotJson:
            if not self._cut:
                raise ListingsError("{file} is no valid JSON, or cut off: export it again.", file=self._name) from None
        except UnicodeError:
            raise self._encoding.refusal(self._name) from None
        finally:
            text.detach()

    def _of_lines(self, text: io.TextIOWrapper) -> Iterator[tuple[str, Record | None]]:
        for number, line in enumerate(iter(lambda: text.readline(_LONGEST_LINE), ""), 1):
            try:
                value = decode(line) if line.strip() else None
            except NotJson:
                value = ()
            if value is not None and not isinstance(value, dict):
                raise ListingsError(
                    "{file} is no valid JSON Lines: line {line:integer} is no object, or cut off. Export it again.",
                    file=self._name,
                    line=number,
                )
            yield "", None if value is None else flat(value)


def _is_row(line: str) -> bool:
    value = decode(line)
    return isinstance(value, dict) and not _holds_objects(value)


def _holds_objects(value: object) -> bool:
    if isinstance(value, list):
        return any(isinstance(each, dict) for each in value)
    return isinstance(value, dict) and any(map(_holds_objects, value.values()))


def open_json(file: BinaryIO, name: str, table: str | None, *, cut: bool = False) -> TypedRows:
    """The rows of a JSON document: a list of objects, an object that holds one, or an object on each line.

    Parameters
    ----------
    table
        The name of the list, where there are several.
    cut
        The file is only the beginning of one: look at the first objects.

    Raises
    ------
    ListingsError
        When it is no JSON, holds no objects, or several lists of them and none is named.
    """
    objects = JsonObjects(file, name, cut=cut)
    lists = _look(islice(objects, _LOOKED_AT) if cut else iter(objects))
    chosen = _chosen(list(lists), name, table)
    found = lists[chosen]
    notes = list(objects.notes)
    if len(lists) > 1:
        notes.append(Message("Read from the list {name:quoted}.", name=shown(chosen)))

    def rows() -> Iterator[Row]:
        yield found.names
        for each, record in objects:
            if each == chosen:
                yield [record.get(path) for path in found.paths] if record is not None else []

    return TypedRows(rows, notes, 0 if objects.is_lines else None, found.kinds)


def _look(objects: Iterator[tuple[str, Record | None]]) -> dict[str, _List]:
    lists: dict[str, _List] = {}
    for name, record in objects:
        if record is not None:
            lists.setdefault(name, _List()).add(record)
    return lists


def _chosen(lists: list[str], name: str, wanted: str | None) -> str:
    if not lists:
        raise ListingsError(
            "{file} is JSON without a list of objects: one object a listing is needed, with its columns as keys.",
            file=name,
        )
    if len(lists) == 1:
        return lists[0]
    for each in lists:
        if wanted is not None and each.casefold() == wanted.strip().casefold():
            return each
    raise SeveralTablesError(
        "{file} holds several tables, {tables:list quoted}: choose one, on the command line with --table.",
        file=name,
        tables=[shown(each) for each in lists],
    )


def flat(value: Mapping[str, object]) -> Record:
    """An object as one row: objects within it give their keys after a dot, lists their items; GeoJSON its point."""
    if value.get("type") == "Feature" and isinstance(value.get("properties"), dict):
        place = _point(value.get("geometry"))
        return place | flat(cast(Mapping[str, object], value["properties"]))
    record: Record = {}
    for key, each in value.items():
        if isinstance(each, dict):
            record.update({f"{key}.{inner}": cell for inner, cell in flat(each).items()})
        else:
            record[key] = ", ".join(map(str, each)) if isinstance(each, list) else cast(Cell, each)
    return record


def _point(geometry: object) -> Record:
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return {}
    match geometry.get("coordinates"):
        case [longitude, latitude, *_]:
            return {LONGITUDE: cast(Cell, longitude), LATITUDE: cast(Cell, latitude)}
    return {}
