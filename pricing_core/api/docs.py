"""``/docs`` and ``/redoc`` from files of an installed package, so that they open without internet."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

_ASSETS = "/docs-assets"


def serve_docs(app: FastAPI) -> None:
    """Add both pages and the files that they load.

    Only the files of fastapi-standalone-docs are used: its own set-up patches FastAPI for the whole process.
    """
    app.mount(_ASSETS, StaticFiles(packages=[("fastapi_standalone_docs", "static")]))

    @app.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return get_swagger_ui_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=f"{app.title}: API",
            swagger_js_url=f"{root}{_ASSETS}/swagger/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{_ASSETS}/swagger/swagger-ui.css",
            swagger_favicon_url="data:,",
        )

    @app.get("/redoc", include_in_schema=False)
    def redoc(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return get_redoc_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=f"{app.title}: API reference",
            redoc_js_url=f"{root}{_ASSETS}/redoc/redoc.standalone.js",
            redoc_favicon_url="data:,",
            with_google_fonts=False,
        )
