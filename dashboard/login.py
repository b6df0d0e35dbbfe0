"""Who is here. The only place that knows streamlit-authenticator.

The authenticator keeps the signed cookie and the state of being logged in. Its cookie carries the random id of a
login in our database instead of a name: logging out, a new password or a new role end that login, so a copied cookie
is worth nothing afterwards. Passwords and keys are checked by the library, which slows down guessing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import jwt
import streamlit as st
import streamlit_authenticator as stauth
from streamlit_authenticator.controllers import AuthenticationController
from streamlit_authenticator.models import CookieModel

from dashboard.parts.refusals import refusal
from dashboard.parts.text import switch, t, tn
from dashboard.parts.views import empty, note
from dashboard.state import avm, is_dark, settings
from pricing_core import LANGUAGES, ROLE_WORDS, AccessError, Actor, PricingError, Role, TooManyTriesError, marked

_COOKIE: Final = "tasador"
_OPENED, _LEAVING, _PROBLEM, _ACTOR = "login_opened", "login_leaving", "login_problem", "login_actor"
HAS_ENDED: Final = marked("Your login has ended: log in again. What you asked for after it ended was not carried out.")
# The key of the authenticator's frame that sets the cookie; true when the browser has set it.
_COOKIE_IS_SET: Final = "set"


def current() -> Actor | None:
    """Who is logged in, or ``None``. Called once a run, by the entry script."""
    # Always there, also when it stays empty: a page that moved up by one would be drawn twice while it loads.
    with st.container(key="authenticator"):
        return _current()


def _current() -> Actor | None:
    state = st.session_state
    actor = None
    # A run can be cut short wherever it draws, so a mark is taken away only when its work is known to be done.
    if state.get(_LEAVING):
        if state.get("authentication_status"):
            _authenticator().logout(location="unrendered")
        del state[_LEAVING]
    elif state.get(_OPENED) and not state.pop(_COOKIE_IS_SET, False):
        actor = _remember(state[_OPENED])
    elif state.get("authentication_status"):
        state.pop(_OPENED, None)
        actor = _in_force()
    else:
        actor = _from_cookie()
    state[_ACTOR] = actor
    return actor


def require(role: Role) -> Actor:
    """The person on this page; says so and stops where nobody is logged in or the role does not do.

    The sidebar does not offer such a page, and the library would refuse as well: this is the second of three locks.
    """
    actor: Actor | None = st.session_state.get(_ACTOR)
    if actor is None or not actor.may(role):
        empty(
            "lock",
            t("This page is not open to you"),
            t(
                "It takes the role {role}. Ask an admin for it, or log in as someone else.",
                role=t(ROLE_WORDS[role]),
            ),
        )
        st.stop()
    return actor


def session_id() -> str | None:
    """The id of the login that this page is open with, or ``None``."""
    return st.session_state["username"] if st.session_state.get(_ACTOR) else None


@contextmanager
def acting() -> Iterator[Actor]:
    """Give whoever is logged in at this moment; where the login has ended, do nothing and show the login.

    All that writes asks here, and so does each part of a page that runs by itself: what was true of a person when the
    page was drawn is no longer true when a button on it is pressed. Callbacks and fragments run without `current`.
    """
    actor = _in_force()
    if actor is None:
        st.rerun()  # all of the app: it ends a fragment too, and lets no callback go on
    yield actor


def _in_force() -> Actor | None:
    state = st.session_state
    actor = avm().access.session(state["username"]) if state.get("authentication_status") else None
    if actor is None:
        _forget(t(HAS_ENDED))
    return actor


def leave() -> None:
    """Log out: ends the login in the database now, and the cookie in the next run."""
    if session_id := st.session_state.get("username"):
        avm().access.end_session(session_id)
    st.session_state.pop(_OPENED, None)
    st.session_state[_LEAVING] = True


def card() -> None:
    """The login page."""
    with st.container(key="login"):
        logo = f"app/static/logo-{'dark' if is_dark() else 'light'}.svg"
        st.html(f'<div class="t-brand"><img src="{logo}" alt="Tasador"><p>{t("What is this home worth?")}</p></div>')
        if problem := st.session_state.pop(_PROBLEM, None):
            note(problem, "error")
        with st.container(border=True):
            person, key = st.tabs([t("Person"), t("API key")])
            with person:
                _person_form()
            with key:
                _key_form()
        if len(LANGUAGES) > 1:
            with st.container(horizontal=True, horizontal_alignment="center"):
                switch("login_language")


def _person_form() -> None:
    with st.form("login_person", border=False):
        st.text_input(t("Name"), key="login_name", autocomplete="username", max_chars=64)
        st.text_input(
            t("Password"), key="login_password", type="password", autocomplete="current-password", max_chars=200
        )
        _enter_button(t("Log in"), "login_enter", _try_password)


def _key_form() -> None:
    with st.form("login_with_key", border=False):
        st.text_input(
            t("API key"),
            key="login_key",
            type="password",
            autocomplete="off",
            max_chars=200,
            placeholder="tsd_…",
            help=t(
                "A key begins with tsd_ and has the role it was issued with. An admin issues keys on the Access page."
            ),
        )
        _enter_button(t("Log in with the key"), "login_enter_key", _try_key)


def _enter_button(words: str, key: str, attempt: Callable[[], None]) -> None:
    st.form_submit_button(words, type="primary", width="stretch", on_click=attempt, key=key)


# Both run before the script does, so that the same run already shows the pages of the role. Nothing may be drawn
# here, and no st.rerun() may follow: it would throw the cookie away before the browser has it.
def _try_password() -> None:
    name = str(st.session_state.get("login_name") or "").strip().lower()
    password = str(st.session_state.get("login_password") or "")
    if not name or not password:
        st.session_state[_PROBLEM] = t("Enter both name and password.")
        return
    try:
        person = avm().access.verify_password(name, password, address=_address())
        st.session_state[_OPENED] = avm().access.open_session(person.name)
    except TooManyTriesError as error:
        st.session_state[_PROBLEM] = tn(
            "Too many failed tries. Try again in {seconds} second.",
            "Too many failed tries. Try again in {seconds} seconds.",
            "seconds",
            seconds=error.seconds,
        )
    except AccessError:
        st.session_state[_PROBLEM] = t("Name or password is wrong. Check both, or ask an admin for a new password.")
    except PricingError as error:
        st.session_state[_PROBLEM] = refusal(error)


def _try_key() -> None:
    key = str(st.session_state.get("login_key") or "").strip()
    if not key:
        st.session_state[_PROBLEM] = t("Paste the whole key: it begins with tsd_.")
        return
    try:
        st.session_state[_OPENED] = avm().access.open_session(key=key, address=_address())
    except TooManyTriesError as error:
        st.session_state[_PROBLEM] = tn(
            "Too many failed tries. Try again in {seconds} second.",
            "Too many failed tries. Try again in {seconds} seconds.",
            "seconds",
            seconds=error.seconds,
        )
    except PricingError as error:
        st.session_state[_PROBLEM] = refusal(error)


def _address() -> str:
    # Streamlit gives none for this very machine. What a proxy forwards was read, or left unread, by `doorkeeper`.
    return str(st.context.ip_address or "local")


class _CookieReader(CookieModel):  # type: ignore[misc]
    """Reads the cookie that came with the request.

    Its parent draws a frame in the page to do so, which costs every visit a second run.
    """

    def __init__(self) -> None:
        self.cookie_name = _COOKIE
        self.cookie_key = _cookie_key()

    def session_id(self) -> str | None:
        """The login that the cookie names."""
        try:
            token = self.get_cookie()
        except (jwt.InvalidTokenError, LookupError, TypeError):
            return None  # signed in another way, or not filled in as ours are: it is no cookie
        name = token.get("username") if isinstance(token, dict) else None
        return name if isinstance(name, str) else None


def _cookie_key() -> str:
    return hashlib.sha256(b"cookie:" + settings().secret_key().encode()).hexdigest()


def _authenticator() -> stauth.Authenticate:
    return stauth.Authenticate(
        {"usernames": {}},
        cookie_name=_COOKIE,
        cookie_key=_cookie_key(),
        cookie_expiry_days=settings().SESSION_DAYS,
        auto_hash=False,
        login_sleep_time=0,
    )


def _from_cookie() -> Actor | None:
    st.session_state.setdefault("logout", None)
    session_id = _CookieReader().session_id()
    # The authenticator itself is not made here: its frame answers a moment after it is drawn, and an answer that
    # arrives while a click on "Log in" is at work cuts that work off, as any message of the page does.
    return None if session_id is None else _enter(session_id)


def _remember(session_id: str) -> Actor | None:
    authenticator = _authenticator()
    actor = _enter(session_id)
    if actor is None:
        st.session_state.pop(_OPENED, None)
    else:
        authenticator.cookie_controller.set_cookie()
    return actor


def _enter(session_id: str) -> Actor | None:
    actor = avm().access.session(session_id)
    if actor is not None:
        controller = AuthenticationController({"usernames": {}}, auto_hash=False)
        # Given to the constructor, the id would be put in small letters.
        user = {"name": actor.name, "email": "", "roles": [actor.role]}
        controller.authentication_model.credentials["usernames"][session_id] = user
        controller.login(token={"username": session_id})
        st.session_state["logout"] = None
    return actor


def _forget(problem: str) -> None:
    for name in ("name", "username", "authentication_status", "email", "roles"):
        st.session_state[name] = None
    st.session_state[_PROBLEM] = problem
