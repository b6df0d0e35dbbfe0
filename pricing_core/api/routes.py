"""The routes under ``/api/v1``: each one turns JSON into one call of the AVM and its answer back into JSON."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Annotated, Final

from fastapi import APIRouter, Body, Form, Path, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from pricing_core import (
    AVM,
    Actor,
    ColumnChoice,
    DecimalMark,
    Declaration,
    InputError,
    Json,
    Language,
    Property,
    RecipeError,
    SubjectError,
    TableChoice,
    parse_day,
    read_constants,
    read_mapping,
    say,
)
from pricing_core.api.bodies import (
    EXAMPLE,
    Batch,
    BatchItem,
    JobAnswer,
    LogEntry,
    Prediction,
    Problem,
    TrainRequest,
    UploadReport,
)
from pricing_core.api.declared import Home
from pricing_core.api.dependencies import Caller, KeyedRoute, Reader, Service
from pricing_core.api.errors import in_sentences

PREFIX: Final = "/api/v1"
MAX_BODY: Final = 1_000_000
MAX_UPLOAD: Final = 256_000_000
MAX_BATCH: Final = 1_000

MAP_HELP: Final = (
    'Which column is which, as in "Precio UF=price"; "Precio CLP=" leaves one aside, "=net_area" says that there is '
    "none"
)
SET_HELP: Final = 'What all rows are, where the file has no column for it, as in "type=departamento"'
_SAID: Final[dict[int, str]] = {
    403: "No valid key, or a role that may not do this",
    404: "There is nothing of that name",
    409: "It clashes with what is stored or running",
    413: "The body is too large",
    422: "The request is not valid; nothing was done",
    503: "No model can serve, or the database cannot be reached",
}


def answers(*statuses: int) -> dict[int | str, Json]:
    """What a route can answer beside what it is asked for."""
    return {status: {"model": Problem, "description": _SAID[status]} for status in (403, *statuses)}


router = APIRouter(prefix=PREFIX, route_class=KeyedRoute, tags=["valuation"])


@router.post("/predict", responses=answers(413, 422, 503))
def predict(
    home: Annotated[Home, Body(examples=[EXAMPLE])],
    avm: Service,
    caller: Caller,
    reader: Reader,
    request: Request,
) -> Prediction:
    """Value one home. All eight keys must be present; a number that is not known is null.

    Columns that the client declares stand beside them and may be left out.
    """
    subject = home.described(avm.settings.columns)
    try:
        valuation = avm.value(subject, actor=caller, as_of=home.as_of)
    except InputError:
        count(request, refused=1)
        raise
    count(request, valued=1)
    return Prediction.of(valuation, reader)


@router.post("/predict/batch", responses=answers(413, 422, 503))
def predict_batch(
    subjects: Annotated[list[Json], Field(min_length=1, max_length=MAX_BATCH)],
    avm: Service,
    caller: Caller,
    reader: Reader,
    request: Request,
) -> Batch:
    """Value a list of homes. One that cannot be valued carries its own error and does not hold up the others."""
    columns = avm.settings.columns
    items = [_read(index, subject, columns, reader) for index, subject in enumerate(subjects)]
    _fill_in([item for item in items if item.subject], avm, caller, reader)
    answers = [item.answer for item in items]
    failed = sum(answer.error is not None for answer in answers)
    count(request, valued=len(answers) - failed, refused=failed)
    return Batch(items=answers, valued=len(answers) - failed, failed=failed)


@dataclass
class _Item:
    answer: BatchItem
    subject: Property | None = None
    as_of: date | None = None


def _read(index: int, content: Json, columns: Declaration, language: Language) -> _Item:
    try:
        home = Home.model_validate(content)
        return _Item(BatchItem(index=index), home.described(columns), parse_day(home.as_of))
    except (ValidationError, RequestValidationError) as error:
        return _Item(BatchItem(index=index, error=say(in_sentences(error.errors()), language)))
    except SubjectError as error:
        return _Item(BatchItem(index=index, error=say(error.message, language)))


def _fill_in(items: list[_Item], avm: AVM, caller: Actor, language: Language) -> None:
    for day in dict.fromkeys(item.as_of for item in items):
        _fill_in_of_day([item for item in items if item.as_of == day], day, avm, caller, language)


def _fill_in_of_day(items: list[_Item], day: date | None, avm: AVM, caller: Actor, language: Language) -> None:
    subjects = [item.subject for item in items if item.subject]
    for item, valuation in zip(items, avm.value_many(subjects, actor=caller, as_of=day), strict=True):
        if isinstance(valuation, SubjectError):
            item.answer = BatchItem(index=item.answer.index, error=say(valuation.message, language))
        else:
            item.answer = BatchItem(index=item.answer.index, **Prediction.of(valuation, language).model_dump())


def count(request: Request, *, valued: int = 0, refused: int = 0) -> None:
    """Count homes for `/metrics`."""
    predictions = request.app.state.metrics.predictions
    predictions.labels("valued").inc(valued)
    predictions.labels("refused").inc(refused)


@router.get("/predict-logs", responses=answers(422, 503))
def predict_logs(
    avm: Service, caller: Caller, reader: Reader, limit: Annotated[int, Query(ge=1, le=1_000)] = 10
) -> list[LogEntry]:
    """The newest logged predictions, newest first; an agent's key reads its own alone."""
    return [LogEntry.of(logged, reader) for logged in avm.log.find(limit=limit, requested_by=caller.log_of)]


@router.get("/model-runs", responses=answers(422, 503), response_model=list[Json], tags=["model"])
def model_runs(avm: Service, _caller: Caller, limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> Response:
    """The newest training runs with their flattened MLflow columns, newest first."""
    # The frame writes itself: it knows how to say moments and missing numbers in JSON.
    content = avm.versions.runs(limit=limit).to_json(orient="records", date_format="iso", double_precision=15)
    return Response(content, media_type="application/json")


@router.get("/model-info", responses=answers(503), tags=["model"])
def model_info(avm: Service, _caller: Caller, reader: Reader) -> Json:
    """The champion: its version, recipe, metrics and where it came from."""
    found = avm.versions.model_info()
    return found | {"notice": found["notice"] and say(found["notice"], reader)}


@router.post("/train", status_code=202, responses=answers(413, 422, 503), tags=["model"])
def train(
    avm: Service, caller: Caller, language: Reader, response: Response, request: TrainRequest | None = None
) -> JobAnswer:
    """Queue a training for the worker, or join the one that is queued already. For analysts and admins."""
    wanted = request or TrainRequest()
    # Shipped names only: over HTTP a path would read files of the server.
    names = [recipe.name for recipe in avm.versions.recipes()]
    if wanted.recipe not in names:
        raise RecipeError(
            "There is no recipe {name:quoted}: allowed are {allowed:list}.", name=wanted.recipe, allowed=names
        )
    job = avm.jobs.submit("train", actor=caller, recipe=wanted.recipe, force=wanted.force)
    response.headers["Location"] = f"{PREFIX}/jobs/{job.id}"
    return JobAnswer.of(job, language, worker_alive=avm.jobs.worker_alive())


@router.get("/jobs/{id}", responses=answers(404, 422, 503), tags=["model"])
def job(
    avm: Service, _caller: Caller, language: Reader, id: Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,64}$")]
) -> JobAnswer:
    """A queued job and how far it is."""
    return JobAnswer.of(avm.jobs.get(id), language)


@router.post("/upload", responses=answers(404, 409, 413, 422, 503), tags=["listings"])
def upload(
    avm: Service,
    caller: Caller,
    reader: Reader,
    file: UploadFile,
    replace: Annotated[bool, Query(description="Use these listings instead of the present ones")] = False,
    decimal: Annotated[
        DecimalMark | None, Query(description="The mark before decimals, where the file leaves it open")
    ] = None,
    table: Annotated[str | None, Query(description="Which file of an archive, or list of a JSON document")] = None,
    sheet: Annotated[str | None, Query(description="Which sheet of a workbook")] = None,
    map: Annotated[list[str] | None, Form(description=MAP_HELP)] = None,
    set: Annotated[list[str] | None, Form(description=SET_HELP)] = None,
    profile: Annotated[str, Form(description="The name of saved settings to read the columns by")] = "",
    save_profile: Annotated[str, Form(description="The name to keep the settings under, for the same header")] = "",
) -> UploadReport:
    """Take in a file of listings: CSV, Excel, OpenDocument, Parquet, JSON or JSON Lines, also packed (gzip, zip).

    Skipped rows come back with their number, the line on which a person finds them, and the reason.

    Many listings are checked by the worker afterwards: `check_job` is how far that is, and `worker_alive` in it says
    whether a worker is there to do it.
    """
    name = PurePath((file.filename or "upload.csv").replace("\\", "/")).name or "upload.csv"
    said = dataclasses.replace(read_mapping(map or ()), constants=read_constants(set or ()))
    columns = ColumnChoice(said, profile, save_profile, decimal, TableChoice(table, sheet))
    found = avm.listings.ingest(
        file.file, actor=caller, file_name=name, replace=replace, queue_check=True, columns=columns
    )
    report = found.to_dict(reader)
    queued = report.pop("check_job")
    alive = None if queued is None else avm.jobs.worker_alive()
    check = None if queued is None else JobAnswer.of(avm.jobs.get(queued), reader, worker_alive=alive)
    return UploadReport(**report, check_job=check)
