"""The HTTP door: a thin shim that turns JSON into calls of the AVM. Install it with the extra ``[api]``.

It sees `pricing_core` alone, and nothing in the library imports it but ``tasador api``, which starts it.
"""

from __future__ import annotations

from importlib.metadata import version

import uvicorn
from fastapi import FastAPI

from pricing_core import AVM
from pricing_core.api.declared import document_declared
from pricing_core.api.docs import serve_docs
from pricing_core.api.errors import add_error_handlers
from pricing_core.api.files import MAX_FILE
from pricing_core.api.files import router as file_router
from pricing_core.api.limits import BodyLimit
from pricing_core.api.metrics import Metrics, MetricsMiddleware, serve_metrics
from pricing_core.api.probes import router as health_router
from pricing_core.api.probes import serve_probes
from pricing_core.api.routes import MAX_BODY, MAX_UPLOAD, PREFIX, router

__all__ = ["PREFIX", "create_app", "serve"]


def create_app(avm: AVM) -> FastAPI:
    """Build the ASGI application around a started `AVM`; whoever made the AVM also closes it."""
    app = FastAPI(
        title="Tasador",
        summary="Values homes against the asking prices of comparable listings.",
        description="Send a key as `Authorization: Bearer KEY` or `X-API-Key: KEY`. "
        "Values are estimates against asking prices of listings, not against prices paid. "
        f"A body may hold {MAX_BODY // 10**6} MB, a file to be valued {MAX_FILE // 10**6} MB, an upload "
        f"{MAX_UPLOAD // 10**6} MB.",
        version=version("tasador"),
        docs_url=None,
        redoc_url=None,
    )
    app.state.avm = avm
    app.state.metrics = Metrics(avm)
    add_error_handlers(app)
    app.include_router(health_router, prefix=PREFIX)
    app.include_router(router)
    app.include_router(file_router)
    document_declared(app, avm.settings.columns)
    serve_docs(app)
    serve_metrics(app)
    serve_probes(app)
    app.add_middleware(
        BodyLimit, default=MAX_BODY, paths={f"{PREFIX}/upload": MAX_UPLOAD, f"{PREFIX}/predict/file": MAX_FILE}
    )
    # Added last, so it stands outermost and counts the refusals too.
    app.add_middleware(MetricsMiddleware, metrics=app.state.metrics)
    return app


def serve(avm: AVM) -> None:
    """Serve the API on ``HOST`` and ``API_PORT`` until a signal comes; requests under way are answered first."""
    settings = avm.settings
    uvicorn.run(
        create_app(avm),
        host=settings.HOST,
        port=settings.API_PORT,
        log_level="debug" if settings.DEBUG else "warning",
        access_log=settings.DEBUG,
        server_header=False,
        # Left out, uvicorn would believe whoever asks from this machine.
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=10,
    )
