"""Whether the API lives and can value: ``/health`` as the old service told it, and open probes for machines."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, FastAPI, Request, Response, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from pricing_core import AVM, StorageError, log_in_full, say
from pricing_core.api.bodies import Health, Problem
from pricing_core.api.dependencies import Reader, Service, api_key, authenticate, bearer

_PROBE: Final = ("GET", "HEAD")

router = APIRouter(tags=["health"])


@router.get(
    "/health",
    response_model=Health,
    response_model_exclude_none=True,
    responses={
        403: {"model": Problem, "description": "No valid key"},
        503: {"model": Health, "description": "No home can be valued now"},
    },
)
def health(
    request: Request,
    avm: Service,
    reader: Reader,
    _bearer: Annotated[object, Security(bearer)],
    _key: Annotated[object, Security(api_key)],
) -> Response:
    """Whether `/predict` could give a value now: the champion loads, and the prediction log can be written."""
    try:
        authenticate(request)
        ready = avm.readiness.can_value()
        stand_in = avm.versions.stand_in() if ready else None
    except StorageError as error:  # then the key cannot be looked up either
        log_in_full("The health could not be told", error)
        return _status(False)
    return _status(ready, **({"notice": say(stand_in["notice"], reader)} if stand_in else {}))


def serve_probes(app: FastAPI) -> None:
    """Serve ``/livez`` and ``/readyz``, without a key and outside the prefix, as machines ask for them."""

    @app.api_route("/livez", methods=list(_PROBE), include_in_schema=False)
    async def livez() -> Response:
        # In the loop itself: it must answer while every thread is at work.
        return _status(True)

    @app.api_route("/readyz", methods=list(_PROBE), include_in_schema=False)
    async def readyz(request: Request) -> Response:
        avm: AVM = request.app.state.avm
        return _status(await run_in_threadpool(avm.readiness.can_value))


def _status(good: bool, **beside: str) -> Response:
    return JSONResponse({"status": good, **beside}, status_code=200 if good else 503)
