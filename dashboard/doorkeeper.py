"""What stands before Streamlit's server: who asks, what strangers may send, and how long they may stay.

Streamlit gives a session to whoever opens its websocket, and takes files of any size and number from every session.
Here a session must have logged in before it may upload, it has a limit, and a session that nobody has logged in to is
ended when it is idle. `streamlit run` finds the `st.App` in ``dashboard/app.py`` and imports it before the server
listens, so this stands in front of the first request already.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

import streamlit as st
import uvicorn.config
from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from dashboard.state import avm
from pricing_core import PricingError, Settings, SettingsError, load_settings, write_privately

# Names the connection to Streamlit; one that a client sends is dropped.
_CONNECTION: Final = b"x-tasador-connection"
_UPLOADS: Final = "/_stcore/upload_file/"
# What a page needs. The rest serves who writes an app: it empties what all pages share, or tells of the folder's git.
_OF_ONE_PAGE: Final = frozenset(
    {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
)
# A login form is sent in a thousand bytes or two.
_LONGEST_MESSAGE_OF_A_STRANGER: Final = 1_000_000
# Around the file itself: the boundaries and its name.
_FRAME_BYTES: Final = 64 * 1024
_STRANGER: Final = "Only who has logged in may upload files: log in, then choose the file again."
_TOO_MUCH: Final = (
    "Too much was uploaded to this page: at most {megabytes} MB in {files} files at once. Remove files or reload "
    "the page; UPLOAD_MB and UPLOAD_FILES set the limits."
)


@dataclass
class _Guest:
    """What is known of a session of Streamlit's."""

    login: str | None = None
    page: str = ""
    arriving_bytes: int = 0
    arriving_files: int = 0


# Streamlit's sessions that have run at least once; one that it forgets is forgotten here.
_guests: WeakKeyDictionary[AppSession, _Guest] = WeakKeyDictionary()


def welcome(login: str | None, page: str) -> None:
    """Note who is behind the session that runs now; called by every run of the entry script.

    Parameters
    ----------
    login
        The id of the login in our database, or ``None`` where nobody has logged in.
    page
        The page that is open. Files that were chosen on another one are gone from it, and are let go.
    """
    context = get_script_run_ctx()
    session = Runtime.instance().get_app_session(context.session_id) if context and Runtime.exists() else None
    if session is None:
        return
    guest = _guests.setdefault(session, _Guest(page=page))
    guest.login = login
    if guest.page != page:
        guest.page = page
        _files().remove_session_files(session.id)


@st.fragment(run_every=timedelta(days=1))
def come_back() -> None:
    """Draw nothing; for the login page.

    When its connection comes back, a browser asks for a new drawing only where something on the page has a timer.
    Without one, whoever returned to an ended page would press "Log in" once in vain.
    """


def middleware() -> list[Middleware]:
    """What `st.App` puts in front of Streamlit."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise SystemExit(f"Error: {error}") from None
    write_privately()
    _believe_only(settings.trusted_proxies)
    return [Middleware(Doorkeeper, settings=settings)]


def _believe_only(proxies: list[str]) -> None:
    # Streamlit starts uvicorn without saying whose X-Forwarded-For counts, and uvicorn then believes all on this
    # machine. It wraps the application when it has imported it, which is now.
    def wrap(app: Any, trusted_hosts: object) -> ProxyHeadersMiddleware:
        return ProxyHeadersMiddleware(app, trusted_hosts=proxies)

    uvicorn.config.ProxyHeadersMiddleware = wrap  # type: ignore[assignment,attr-defined]


class Doorkeeper:
    """Pure ASGI around the whole of Streamlit's server."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._idle_seconds = settings.ANONYMOUS_MINUTES * 60
        self._most_bytes = settings.UPLOAD_MB * 1024**2
        self._most_files = settings.UPLOAD_FILES
        self._too_much = _TOO_MUCH.format(megabytes=settings.UPLOAD_MB, files=settings.UPLOAD_FILES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch over conversations and uploads; anything else passes."""
        if scope["type"] == "websocket":
            await self._converse(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "PUT" and _UPLOADS in scope["path"]:
            await self._upload(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    # Conversations

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        number = secrets.token_hex(16)
        headers = [header for header in scope["headers"] if header[0] != _CONNECTION]
        ended: list[AppSession] = []

        async def receive_in_time() -> Message:
            event = await self._next(number, receive)
            if event["type"] == "websocket.disconnect" and "tasador" in event:
                await send({"type": "websocket.close", "code": event["code"], "reason": event["reason"]})
                ended.extend(session for session in [_session_of(number)] if session is not None)
            return event

        named = {**scope, "headers": [*headers, (_CONNECTION, number.encode())]}
        await self.app(named, receive_in_time, send)
        for session in ended:  # not kept for a reconnection, as a connection that was lost is
            Runtime.instance().close_session(session.id)

    async def _next(self, number: str, receive: Receive) -> Message:
        while True:
            try:
                async with asyncio.timeout(self._idle_seconds):
                    event = await receive()
            except TimeoutError:
                if await _is_stranger(number):
                    return _goodbye(1001, "Nobody logged in for a while.")
                continue
            said = event.get("bytes") or b""
            if len(said) > _LONGEST_MESSAGE_OF_A_STRANGER and await _is_stranger(number):
                return _goodbye(1009, "Too much for a page that nobody has logged in to.")
            if not said or _is_of_one_page(said):
                return event

    # Uploads

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        session_id = scope["path"].partition(_UPLOADS)[2].partition("/")[0]
        session = Runtime.instance().get_app_session(session_id)
        guest = None if session is None else _guests.get(session)
        if guest is None or not await _is_in_force(guest.login):
            await PlainTextResponse(_STRANGER, 403)(scope, receive, send)
        elif self._is_full(session_id, guest, _declared(scope)):
            await PlainTextResponse(self._too_much, 413)(scope, receive, send)
        else:
            await self._count(session_id, guest, scope, receive, send)

    async def _count(self, session_id: str, guest: _Guest, scope: Scope, receive: Receive, send: Send) -> None:
        arrived = 0

        async def count() -> Message:
            nonlocal arrived
            event = await receive()
            size = len(event.get("body", b""))
            arrived += size
            guest.arriving_bytes += size
            if _held(session_id)[0] + guest.arriving_bytes > self._most_bytes + _FRAME_BYTES:
                raise HTTPException(413, self._too_much)
            return event

        guest.arriving_files += 1
        try:
            await self.app(scope, count, send)
        finally:
            guest.arriving_files -= 1
            guest.arriving_bytes -= arrived

    def _is_full(self, session_id: str, guest: _Guest, declared: int) -> bool:
        # A file that takes the place of another comes while that one is removed, so what is held is counted only
        # while the bytes arrive.
        files = _held(session_id)[1] + guest.arriving_files
        return files >= self._most_files or declared > self._most_bytes + _FRAME_BYTES


def _goodbye(code: int, reason: str) -> Message:
    return {"type": "websocket.disconnect", "code": code, "reason": reason, "tasador": True}


def _is_of_one_page(said: bytes) -> bool:
    message = BackMsg()
    try:
        message.ParseFromString(said)
    except DecodeError:  # Streamlit ends such a conversation
        return True
    return message.WhichOneof("type") in _OF_ONE_PAGE


def _declared(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length[:18]) if length.isdigit() else 0


def _files() -> MemoryUploadedFileManager:
    return cast(MemoryUploadedFileManager, Runtime.instance().uploaded_file_mgr)


def _held(session_id: str) -> tuple[int, int]:
    """The bytes and the number of the files that a session has uploaded."""
    held = list(_files().file_storage.get(session_id, {}).values())
    return sum(len(file.data) for file in held), len(held)


def _session_of(number: str) -> AppSession | None:
    """The session that talks over a connection; also when it came back without a run of the script."""
    for session in (reference() for reference in _guests.keyrefs()):
        client = None if session is None else Runtime.instance().get_client(session.id)
        context = None if client is None else client.client_context
        if context is not None and (_CONNECTION.decode(), number) in context.headers:
            return session
    return None


async def _is_stranger(number: str) -> bool:
    session = _session_of(number)
    guest = None if session is None else _guests.get(session)
    return guest is None or not await _is_in_force(guest.login)


async def _is_in_force(login: str | None) -> bool:
    if login is None:
        return False
    try:
        return await run_in_threadpool(avm().access.session, login) is not None
    except PricingError:  # the database cannot be asked just now: whoever was let in stays
        return True
