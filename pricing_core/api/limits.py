"""The limit on the size of a body, before anything reads it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pricing_core.api.errors import too_large


class BodyLimit:
    """Answers 413 to a body over the limit of its path. Pure ASGI: ``BaseHTTPMiddleware`` halves the throughput.

    Starlette has such a middleware, but it answers in plain text where our contract says JSON.
    """

    def __init__(self, app: ASGIApp, default: int, paths: Mapping[str, int]) -> None:
        self.app = app
        self.default = default
        self.paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse by the declared length at once, and by the counted length while the body arrives."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.paths.get(scope["path"], self.default)
        if _declared(scope) > limit:
            await too_large(Headers(scope=scope))(scope, receive, send)
            return
        arrived = 0

        async def count() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, count, send)


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    # Python refuses to read numbers of thousands of digits, so what is longer than any body is cut.
    return int(length[:18]) if length.isdecimal() else 0
