"""What the routes share: the AVM, the caller behind the key, and the route class that checks the key first."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPBearer

from pricing_core import AVM, AccessError, Actor, Language, Message, spoken

bearer = HTTPBearer(auto_error=False, description="An API key of Tasador")
api_key = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key in a header of its own")


class KeyedRoute(APIRoute):
    """A route that knows its caller before it reads the body.

    FastAPI reads and parses a body before it resolves dependencies, so with a dependency alone a stranger could
    make the server take in an upload, and would hear about the body instead of the missing key.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler with the check of the key."""
        handle = super().get_route_handler()

        async def check_key_then_handle(request: Request) -> Response:
            request.state.actor = await run_in_threadpool(authenticate, request)
            return await handle(request)

        return check_key_then_handle


def authenticate(request: Request) -> Actor:
    """The caller behind the key of a request.

    Raises
    ------
    AccessError
        Where no key arrived, or none that is in force.
    """
    key = _key_of(request)
    if key is None:
        raise _refused(Message("No key arrived."))
    actor = avm_of(request).access.verify_key(key)
    if actor is None:
        why = avm_of(request).access.why_refused(key)
        raise _refused(why or Message("The key is unknown or revoked."))
    return actor


def _refused(what: Message) -> AccessError:
    return AccessError(
        "{what} Send a valid key as `Authorization: Bearer KEY` or as `X-API-Key: KEY`; "
        "an admin issues one with `tasador keys issue`.",
        what=what,
    )


def _key_of(request: Request) -> str | None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return request.headers.get("x-api-key", "").strip() or None


def avm_of(request: Request) -> AVM:
    """The AVM that the application was built around."""
    avm: AVM = request.app.state.avm
    return avm


def _caller(
    request: Request, _bearer: Annotated[object, Security(bearer)], _key: Annotated[object, Security(api_key)]
) -> Actor:
    # The two security schemes stand here only so that they appear in the OpenAPI document.
    actor: Actor = request.state.actor
    return actor


def _reader(request: Request) -> Language:
    return spoken(request.headers.get("accept-language"))


Reader = Annotated[Language, Depends(_reader)]
"""The language of whoever reads the answer."""
Service = Annotated[AVM, Depends(avm_of)]

Caller = Annotated[Actor, Depends(_caller)]
