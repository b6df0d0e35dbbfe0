"""Errors as ``{"detail": "plain sentences"}`` with the status code that a program expects.

The sentences are in the first language of ``Accept-Language`` that Tasador speaks, and in English without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from pricing_core import (
    AccessError,
    ArtifactError,
    ConflictError,
    InputError,
    Message,
    NoChampionError,
    NotFoundError,
    PricingError,
    StorageError,
    describe_problem,
    log_in_full,
    plural,
    say,
    spoken,
)

STATUS: Final[Mapping[type[PricingError], int]] = {
    AccessError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    InputError: 422,
    NoChampionError: 503,
    ArtifactError: 503,
    StorageError: 503,
}
# What is wrong with the settings or the inside helps no caller, and may name what is none of theirs.
_FOR_CALLERS: Final = frozenset(STATUS.values())
# Routes whose invalid bodies are homes that got no value.
_VALUING: Final = frozenset({"predict"})
_MOST_PROBLEMS: Final = 20
# What a body as a whole must be, where pydantic speaks of dictionaries and attributes.
_WHOLE_BODY: Final = {
    "missing": Message("The body is missing: send JSON as /docs shows it."),
    "model_attributes_type": Message(
        "The body must be a JSON object as /docs shows it, and not a list, a text or a number."
    ),
    "list_type": Message("The body must be a JSON list of homes as /docs shows it."),
}
_IN_WORDS: Final = {
    404: Message("There is nothing at this address. The routes are listed at /docs."),
    405: Message("This address does not take that method. The routes are listed at /docs."),
    413: Message("The body is too large. See /docs for the limit of each route."),
}

_NO_BODY: Final = Message("The body cannot be read: it is neither valid JSON nor a valid form.")
_FAILED: Final = Message("Something failed on our side. It is in the API's log; try again, or tell whoever runs it.")


def add_error_handlers(app: FastAPI) -> None:
    """Replace FastAPI's handlers: its own answers 500 where a bad body holds NaN, 1e400 or a lone surrogate."""
    app.exception_handler(PricingError)(_pricing_error)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(Exception)(_unexpected)


def status_of(error: PricingError) -> int:
    """The status code of an error of the library; 500 for one that no caller can mend."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


async def _pricing_error(request: Request, error: PricingError) -> JSONResponse:
    status = status_of(error)
    if status >= 500:
        log_in_full(type(error).__name__, error)
    return _answer(request.headers, status, error.message if status in _FOR_CALLERS else _FAILED)


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    if getattr(request.scope.get("route"), "name", "") in _VALUING:
        watch = request.app.state.avm.monitoring
        await run_in_threadpool(watch.note_failures, "api", "refused", 1)
    detail = in_sentences(error.errors())
    if isinstance(error.body, bytes):
        detail = Message.joined([detail, Message("Send JSON, with the header `Content-Type: application/json`.")])
    return _answer(request.headers, 422, detail)


def in_sentences(problems: Sequence[ErrorDetails]) -> Message:
    """What pydantic found, in plain sentences; past twenty they are counted."""
    sentences = [_sentence(problem) for problem in problems[:_MOST_PROBLEMS]]
    if (left := len(problems) - _MOST_PROBLEMS) > 0:
        sentences.append(
            plural("And {count:integer} more problem.", "And {count:integer} more problems.", "count", count=left)
        )
    return Message.joined(sentences)


def _sentence(problem: ErrorDetails) -> Message:
    if problem["type"] == "json_invalid":
        why, place = problem["ctx"]["error"], problem["loc"][-1]
        return Message("The body is no valid JSON: {why} at character {place}.", why=why, place=place)
    if problem["type"] == "extra_forbidden":
        name = str(problem["loc"][-1])[:60]
        return Message("{name} is not a field of this body: /docs lists the fields.", name=name)
    if isinstance(told := problem.get("ctx", {}).get("error"), InputError):
        return told.message
    if tuple(problem["loc"]) == ("body",) and problem["type"] in _WHOLE_BODY:
        return _WHOLE_BODY[problem["type"]]
    return describe_problem(problem)


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    # The framework says 400 to a body that it cannot parse at all; our contract says 422 to every invalid body.
    if error.status_code == 400:
        return _answer(request.headers, 422, _NO_BODY)
    words = _IN_WORDS.get(error.status_code) or Message.verbatim(str(error.detail))
    return _answer(request.headers, error.status_code, words, error.headers)


async def _unexpected(request: Request, _error: Exception) -> JSONResponse:
    # The server behind us logs the trace; whoever called gets none of it.
    return _answer(request.headers, 500, _FAILED)


def too_large(asked: Mapping[str, str]) -> JSONResponse:
    """The answer to a body that is over the limit of its route, to a request with these headers."""
    return _answer(asked, 413, _IN_WORDS[413])


def _answer(
    asked: Mapping[str, str], status: int, detail: Message, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    words = say(detail, spoken(asked.get("accept-language")))
    return JSONResponse({"detail": words}, status_code=status, headers=dict(headers) if headers else None)
