"""``POST /predict/file``: a file of homes is read and valued as on the page and on the command line."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import Annotated, BinaryIO, Final, Literal, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import UploadFile

from pricing_core import (
    ColumnChoice,
    DecimalMark,
    InputError,
    Json,
    TableChoice,
    read_constants,
    read_mapping,
)
from pricing_core.api.bodies import FileItem, FileValues
from pricing_core.api.dependencies import Caller, KeyedRoute, Reader, Service
from pricing_core.api.routes import MAP_HELP, PREFIX, SET_HELP, answers, count

MAX_FILE: Final = 20_000_000
MAX_ROWS: Final = 20_000
_IN_MEMORY: Final = 1_000_000
_MOST_FIELDS: Final = 100
_ANSWERS: Final = ("row", "line", "low_90", "high_90", "value_per_area", "confidence", "version", "notes")

Format = Literal["json", "csv", "xlsx", "parquet", "jsonl"]
_MEDIA: Final[dict[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/jsonl",
}
_BINARY: Final[Json] = {"type": "string", "format": "binary"}
_BODY: Final[Json] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": _BINARY,
                    "map": {"type": "array", "items": {"type": "string"}, "description": MAP_HELP},
                    "set": {"type": "array", "items": {"type": "string"}, "description": SET_HELP},
                    "profile": {"type": "string"},
                },
                "additionalProperties": False,
            },
        },
        "application/octet-stream": {"schema": _BINARY},
    },
}

router = APIRouter(prefix=PREFIX, route_class=KeyedRoute, tags=["valuation"])


@dataclass(frozen=True)
class Arrived:
    """A file that arrived, and what is said of it in its form."""

    file: BinaryIO
    name: str | None = None
    maps: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    profile: str = ""


async def _arrived(request: Request) -> AsyncIterator[Arrived]:
    """The file of a form, or the body itself where it is no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise InputError("The file is missing: send it as the field `file` of a form, or as the body itself.")
            if others := sorted(set(form) - {"file", "map", "set", "profile"}):
                raise InputError(
                    "The form has {names:list quoted}: it takes file, map, set and profile, and everything else stands "
                    "in the address.",
                    names=[name[:60] for name in others],
                )
            name = PurePath((file.filename or "").replace("\\", "/")).name
            maps, constants = (tuple(map(str, form.getlist(field))) for field in ("map", "set"))
            yield Arrived(file.file, name or None, maps, constants, str(form.get("profile") or ""))
        return
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
        async for chunk in request.stream():
            body.write(chunk)
        body.seek(0)
        yield Arrived(cast(BinaryIO, body))


@router.post(
    "/predict/file",
    response_model=FileValues,
    responses=answers(404, 413, 422, 503),
    openapi_extra={"requestBody": _BODY},
)
def predict_file(
    avm: Service,
    caller: Caller,
    reader: Reader,
    request: Request,
    arrived: Annotated[Arrived, Depends(_arrived)],
    map: Annotated[list[str] | None, Query(description=MAP_HELP)] = None,
    set: Annotated[list[str] | None, Query(description=SET_HELP)] = None,
    profile: Annotated[str, Query(description="The name of saved settings to read the columns by")] = "",
    decimal: Annotated[
        DecimalMark | None, Query(description="The mark before decimals, where the file leaves it open")
    ] = None,
    table: Annotated[str | None, Query(description="Which file of an archive, or list of a JSON document")] = None,
    sheet: Annotated[str | None, Query(description="Which sheet of a workbook")] = None,
    as_of: Annotated[str | None, Query(description="The day of the values, as 2024-03-31; today when left out")] = None,
    format: Annotated[Format, Query(description="What the values are to come as")] = "json",
) -> FileValues | Response:
    """Value a file of homes: CSV, Excel, OpenDocument, Parquet, JSON or JSON Lines, also packed (gzip, zip).

    It is sent as the field `file` of a form, or as the body itself under any other content type. A row that cannot be
    valued says why and stops no other; `notes` say how the file was read. At most 20,000 rows.
    """
    constants = read_constants((*arrived.constants, *(set or ())))
    said = replace(read_mapping((*arrived.maps, *(map or ()))), constants=constants)
    columns = ColumnChoice(said, profile or arrived.profile, "", decimal, TableChoice(table, sheet))
    with TemporaryDirectory(prefix="tasador-") as folder:
        out = Path(folder) / f"values.{'jsonl' if format == 'json' else format}"
        found = avm.value_file(
            arrived.file,
            out,
            actor=caller,
            language=reader,
            columns=columns,
            file_name=arrived.name,
            as_of=as_of,
            most_rows=MAX_ROWS,
        )
        content = out.read_bytes()
    count(request, valued=found["valued"], refused=found["failed"])
    if format != "json":
        named = {"Content-Disposition": f'attachment; filename="{out.name}"'}
        return Response(content, media_type=_MEDIA[format], headers=named)
    items = [_item(json.loads(line)) for line in content.decode().split("\n") if line]
    return FileValues(items=items, valued=found["valued"], failed=found["failed"], notes=found["notes"])


def _item(row: Json) -> FileItem:
    told = {name: row.pop(name) for name in _ANSWERS}
    prediction, error = row.pop("value"), row.pop("error") or None
    return FileItem(prediction=prediction, error=error, input=row, **told)
