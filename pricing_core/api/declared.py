"""The body that describes a home: the eight features, and flat beside them what the client declares."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, Field

from pricing_core import Declaration, DeclaredColumn, InputError, Json, Property, say

_PREDICT: Final = "Home"


class Home(Property):
    """The eight features of a home, each of which must be there, and what the client declares beside them."""

    model_config = ConfigDict(extra="allow", frozen=True)

    as_of: str | None = Field(
        None,
        description="The day of the value, such as 2024-03-31; today when left out. Where listings have no dates, the "
        "value is the same on every day.",
        json_schema_extra={"format": "date"},
    )

    def described(self, columns: Declaration) -> Property:
        """The home as it is valued.

        Raises
        ------
        RequestValidationError
            Where a key is none of the contract and not declared, or a declared value cannot be used.
        """
        beside = self.model_extra or {}
        problems: list[Any] = [
            {"type": "extra_forbidden", "loc": ("body", name), "msg": "", "input": value}
            for name, value in beside.items()
            if name not in columns
        ]
        try:
            declared = columns.read({name: value for name, value in beside.items() if name in columns})
        except InputError as error:
            declared = {}
            problems.append({"type": "declared", "loc": ("body",), "msg": "", "input": None, "ctx": {"error": error}})
        if problems:
            raise RequestValidationError(problems, body=beside)
        return self.core().with_declared(declared)


def document_declared(app: FastAPI, columns: Declaration) -> None:
    """Let the OpenAPI document name the declared columns, and say that there are no other keys."""
    whole = app.openapi

    def documented() -> Json:
        document: Json = whole()
        body = document["components"]["schemas"][_PREDICT]
        body["properties"] |= {column.name: _schema(column) for column in columns}
        body["additionalProperties"] = False
        return document

    app.openapi = documented  # type: ignore[method-assign]


def _schema(column: DeclaredColumn) -> Json:
    kinds: dict[str, Json] = {
        "number": {"type": "number"},
        "count": {"type": "number"},
        "year": {"type": "integer"},
        "yes/no": {"type": "boolean"},
        "category": {"type": "string", "maxLength": 120},
        "date": {"type": "string", "format": "date"},
    }
    kind = dict(kinds[column.role])
    if column.is_measured:
        limits = {"minimum": column.minimum, "maximum": column.maximum}
        kind |= {name: limit for name, limit in limits.items() if limit is not None}
    title, told = say(column.called, "en"), say(column.description or column.called, "en")
    unit = f" ({column.unit})" if column.unit else ""
    return {"title": title, "description": f"{told}{unit}", "anyOf": [kind, {"type": "null"}]}
