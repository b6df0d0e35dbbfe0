"""A visitor of the dashboard without a browser: speaks Streamlit's websocket and its upload endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPConnection
from time import monotonic
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

_FIELDS = ("text_input", "number_input", "selectbox", "button")


class Visitor:
    """One open page; a context manager."""

    def __init__(
        self, address: str, *, token: str | None = None, headers: Mapping[str, str] | None = None, peer: str = ""
    ) -> None:
        self._address = address.removeprefix("http://")
        self._xsrf = _xsrf_of(self._address)
        cookies = f"_streamlit_xsrf={self._xsrf}" + (f"; tasador={token}" if token else "")
        self.socket = connect(
            f"ws://{self._address}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": cookies, **(headers or {})},
            max_size=None,
            **({"source_address": (peer, 0)} if peer else {}),
        )
        self.session = ""
        self.theme = CustomThemeConfig()
        self.widgets: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.socket.__enter__()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self.socket.close()

    def run(self, page: str = "", fields: Mapping[str, str | float] | None = None, press: str = "") -> Self:
        """Have the script run, and wait for its end; with what stands in fields, and with a button pressed."""
        message = BackMsg()
        message.rerun_script.page_name = page
        for label, value in (fields or {}).items():
            held = {"string_value": value} if isinstance(value, str) else {"double_value": value}
            message.rerun_script.widget_states.widgets.add(id=self.widgets[label], **held)
        if press:
            message.rerun_script.widget_states.widgets.add(id=self.widgets[press], trigger_value=True)
        self.socket.send(message.SerializeToString())
        while not self._hear():
            pass
        return self

    def _hear(self) -> bool:
        data = self.socket.recv(timeout=90)
        assert isinstance(data, bytes)
        message = ForwardMsg()
        message.ParseFromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
            self.theme = message.new_session.custom_theme
        elif kind == "delta":
            element = message.delta.new_element
            sort = element.WhichOneof("type")
            if sort in _FIELDS:
                widget = getattr(element, sort)
                self.widgets[widget.label] = widget.id
        return kind == "script_finished"

    def ended(self, seconds: float) -> int | None:
        """The code that the server ends the conversation with, or ``None`` where it goes on for so long."""
        until = monotonic() + seconds
        try:
            while (left := until - monotonic()) > 0:
                self.socket.recv(timeout=left)
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else 0
        except TimeoutError:
            pass
        return None

    def upload(self, size: int, name: str = "one", *, session: str = "", send_body: bool = True) -> int:
        """Upload a file; gives the status. Without its body, only its length is declared."""
        before = b'--B\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
        after = b"\r\n--B--\r\n"
        headers = {
            "Content-Type": "multipart/form-data; boundary=B",
            "Content-Length": str(len(before) + size + len(after)),
        }
        body = before + b"x" * size + after if send_body else None
        return self._ask("PUT", name, headers, body, session)

    def remove(self, name: str) -> int:
        """Remove an uploaded file; gives the status."""
        return self._ask("DELETE", name, {}, None, "")

    def _ask(self, method: str, name: str, headers: dict[str, str], body: bytes | None, session: str) -> int:
        link = HTTPConnection(self._address, timeout=30)
        own = {"X-Xsrftoken": self._xsrf, "Cookie": f"_streamlit_xsrf={self._xsrf}"}
        link.request(method, f"/_stcore/upload_file/{session or self.session}/{name}", body, headers | own)
        status = link.getresponse().status
        link.close()
        return status


def _xsrf_of(address: str) -> str:
    link = HTTPConnection(address, timeout=30)
    link.request("GET", "/_stcore/health")
    cookie = link.getresponse().headers["Set-Cookie"]
    link.close()
    return str(cookie.partition("_streamlit_xsrf=")[2].partition(";")[0])
