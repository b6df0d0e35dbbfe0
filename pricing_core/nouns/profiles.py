"""How the columns of a source are meant: said once by a person, kept under a name, used again for the same header."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from pricing_core.errors import InputError
from pricing_core.nouns.base import Json, Noun
from pricing_core.nouns.listings import ANY_TABLE, DecimalMark, TableChoice
from pricing_core.nouns.names import cleaned
from pricing_core.nouns.schema import CATEGORIES

_LONGEST = 120


@dataclass(frozen=True)
class ColumnSettings:
    """What a person said of the columns of a table.

    Parameters
    ----------
    fields
        Columns of the table, by name, and which of ours each is; ``""`` leaves one aside.
    absent
        Columns of ours that the table does not have: their cells are empty.
    units
        The currency or unit of area of columns of ours, where it is not that of the settings.
    decimals
        The decimal mark of columns of ours, for what their cells leave open.
    constants
        What columns of ours hold in all rows of a table that does not have them.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    decimals: Mapping[str, DecimalMark] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.fields or self.absent or self.units or self.decimals or self.constants)

    def over(self, other: ColumnSettings) -> ColumnSettings:
        """These, and what others say of further columns."""
        ours = set(self.fields.values()) | set(self.absent) | set(self.constants)
        fields = {name: column for name, column in other.fields.items() if not column or column not in ours}
        absent = tuple(column for column in other.absent if column not in ours)
        return ColumnSettings(
            {**fields, **self.fields},
            (*absent, *self.absent),
            {**other.units, **self.units},
            {**other.decimals, **self.decimals},
            {name: each for name, each in other.constants.items() if name not in ours} | {**self.constants},
        )

    def to_json(self) -> Json:
        """As a JSON document."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Json) -> ColumnSettings:
        """Read what `to_json` wrote."""
        absent, constants = tuple(content["absent"]), content.get("constants", {})
        return cls(content["fields"], absent, content["units"], content["decimals"], constants)


NOTHING_SAID = ColumnSettings()


@dataclass(frozen=True)
class Profile(Noun):
    """Settings that were saved under a name, with the header that they were saved for."""

    name: str
    header: tuple[str, ...]
    settings: ColumnSettings
    saved_by: str
    saved_at: datetime

    @property
    def fingerprint(self) -> str:
        """Tells files with the very same header."""
        return fingerprint_of(self.header)


def fingerprint_of(header: Sequence[str]) -> str:
    """A digest of the names of columns, in their order."""
    names = json.dumps([name.strip() for name in header], ensure_ascii=True)
    return hashlib.sha256(names.encode()).hexdigest()


@dataclass(frozen=True)
class ColumnChoice:
    """What is asked for when a table is read.

    Parameters
    ----------
    settings
        What is said of its columns now.
    profile
        The name of saved settings to use; without one, those that were saved for the very same header are.
    save_as
        The name to save the settings under, with all columns that were found.
    decimal
        The mark before decimals, for what the cells of the file leave open.
    table
        Which table is meant, where the file holds several.
    """

    settings: ColumnSettings = NOTHING_SAID
    profile: str = ""
    save_as: str = ""
    decimal: DecimalMark | None = None
    table: TableChoice = ANY_TABLE

    def to_json(self) -> Json:
        """As a JSON document."""
        said = {"profile": self.profile, "save_as": self.save_as, "decimal": self.decimal}
        return {"settings": self.settings.to_json(), "table": asdict(self.table), **said}

    @classmethod
    def from_json(cls, content: Json) -> ColumnChoice:
        """Read what `to_json` wrote."""
        settings, table = ColumnSettings.from_json(content["settings"]), TableChoice(**content["table"])
        return cls(settings, content["profile"], content["save_as"], content["decimal"], table)


AS_NAMED = ColumnChoice()
"""Columns by their names, or as they were saved for the same header."""


def read_mapping(texts: Sequence[str]) -> ColumnSettings:
    """Read ``Precio UF=price``, ``Precio CLP=`` (left aside) and ``=net_area`` (there is none).

    Raises
    ------
    InputError
        When a text is none of these.
    """
    fields: dict[str, str] = {}
    absent: list[str] = []
    for text in texts:
        name, sign, column = (part.strip() for part in text.rpartition("="))
        if not sign or not (name or column):
            raise InputError(
                'A column is mapped as in "Precio UF=price", left aside as in "Precio CLP=", and said not to be there '
                'as in "=net_area", but {arrived:quoted} arrived.',
                arrived=text[:60],
            )
        if not name:
            absent.append(column)
        elif fields.setdefault(name, column) != column:
            raise InputError("{name:quoted} is mapped to two columns.", name=name[:60])
    return ColumnSettings(fields, tuple(dict.fromkeys(absent)))


def read_constants(texts: Sequence[str]) -> dict[str, str]:
    """Read ``type=departamento``: what a table without such a column holds in all rows.

    Raises
    ------
    InputError
        When a text is none of these.
    """
    found: dict[str, str] = {}
    for text in texts:
        column, sign, value = text.partition("=")
        column, value = column.strip(), cleaned(value)
        if not sign or column not in CATEGORIES or not value or not value.isprintable() or len(value) > _LONGEST:
            raise InputError(
                "What all rows are is said as in {example:quoted}, of {columns:choice}, but {arrived:quoted} arrived.",
                example=f"{CATEGORIES[0]}=departamento",
                columns=CATEGORIES,
                arrived=text[:60],
            )
        if found.setdefault(column, value) != value:
            raise InputError("{column} is set to two values.", column=column)
    return found
