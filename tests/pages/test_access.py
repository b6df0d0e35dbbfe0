"""Who sees which page: the login, the roles, and what a failure shows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import jwt
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.listings import review_queue
from tests.conftest import TrainedHome
from tests.pages.conftest import APP, Open, keys, shown

# The login


TITLES = {
    "value": "Describe a home.",
    "listings": "What the model learns from",
    "predictions": "Every value that was given",
    "runs": "Every training: how well it did",
    "retrain": "Train a new version on the listings in use.",
    "access": "Who may log in, and which programs may ask.",
}
WRONG = "Name or password is wrong. Check both, or ask an admin for a new password."


def test_nobody_sees_a_page_before_the_login(open_page: Open) -> None:
    for page, title in TITLES.items():
        app = open_page(page, role=None)
        assert "login_name" in keys(app, "text_input")
        assert "What is this home worth?" in shown(app)
        assert title not in shown(app)


def test_a_person_logs_in_and_out(open_page: Open, trained_home: TrainedHome) -> None:
    app = open_page(role=None)
    app.text_input(key="login_name").set_value("  Admin ")
    app.text_input(key="login_password").set_value(trained_home.password)
    app.button(key="login_enter").click().run()
    assert "Value a property" in shown(app)
    session_id = app.session_state["username"]
    app.button(key="logout_button").click().run()
    assert "login_name" in keys(app, "text_input")
    assert trained_home.avm.access.session(session_id) is None


def test_a_key_logs_in(open_page: Open, trained_home: TrainedHome) -> None:
    app = open_page(role=None)
    app.text_input(key="login_key").set_value(trained_home.key)
    app.button(key="login_enter_key").click().run()
    assert "key:tests" in shown(app)


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [("admin", "wrong", WRONG), ("nobody", "wrong", WRONG), ("admin", "", "Enter both name and password.")],
)
def test_a_failed_login_says_why(open_page: Open, name: str, password: str, words: str) -> None:
    app = open_page(role=None)
    app.text_input(key="login_name").set_value(name)
    app.text_input(key="login_password").set_value(password)
    app.button(key="login_enter").click().run()
    assert words in shown(app)


def test_too_many_failed_logins_are_told_to_wait(open_empty: Open) -> None:
    app = open_empty(role=None)
    for _ in range(6):
        app.text_input(key="login_name").set_value("someone")
        app.text_input(key="login_password").set_value("anything at all")
        app.button(key="login_enter").click().run()
    assert "Too many failed tries" in shown(app)


def test_too_many_wrong_keys_are_told_to_wait(open_empty: Open) -> None:
    app = open_empty(role=None)
    for _ in range(6):
        app.text_input(key="login_key").set_value("tsd_0123456789ab_nonsense")
        app.button(key="login_enter_key").click().run()
    assert "Too many failed tries" in shown(app)


def test_a_wrong_key_is_refused(open_page: Open) -> None:
    app = open_page(role=None)
    app.text_input(key="login_key").set_value("tsd_0123456789ab_nonsense")
    app.button(key="login_enter_key").click().run()
    assert "That key is not valid. Check that it was copied whole" in shown(app)


def test_a_login_that_was_ended_elsewhere_is_over(open_page: Open, trained_home: TrainedHome) -> None:
    app = open_page()
    trained_home.avm.access.end_session(app.session_state["username"])
    app.run()
    assert "Your login has ended: log in again. What you asked for after it ended was not carried out." in shown(app)


# Roles


@pytest.mark.parametrize(
    ("role", "page", "may"),
    [
        ("agent", "runs", True),
        ("agent", "retrain", False),
        ("agent", "access", False),
        ("analyst", "retrain", True),
        ("analyst", "access", False),
        ("admin", "access", True),
    ],
)
def test_a_role_sees_its_pages_alone(open_page: Open, role: str, page: str, may: bool) -> None:
    words = shown(open_page(page, role=role))
    assert (TITLES[page] in words) == may
    assert ("This page is not open to you" in words) != may


def test_a_page_checks_the_role_itself(open_page: Open) -> None:
    app = AppTest.from_file(str(APP.parents[1] / "pages" / "retrain.py"), default_timeout=60).run()
    assert "This page is not open to you" in shown(app)
    assert "retrain_start" not in keys(app, "button")


def test_only_analysts_may_upload(open_page: Open) -> None:
    assert not open_page("listings", role="agent").get("file_uploader")
    assert open_page("listings", role="analyst").get("file_uploader")


def test_an_agent_is_not_offered_to_review_what_only_analysts_settle(open_page: Open) -> None:
    assert review_queue.NEXT not in keys(open_page("listings", role="agent"), "button")
    assert review_queue.NEXT in keys(open_page("listings", role="analyst"), "button")


# The cookie


def token(header: object, content: object, key: str | None = None) -> str:
    """A JSON web token made by hand, so that what no library would write can be tried."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, content)]
    signature = hmac.digest((key or "").encode(), b".".join(parts), "sha256") if key else b"unsigned"
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def hostile_cookies(session_id: object, key: str) -> dict[str, str]:
    ours = {"username": session_id, "exp_date": 9e12}
    usual = {"alg": "HS256", "typ": "JWT"}
    return {
        "unsigned": jwt.encode(ours, None, algorithm="none"),
        "another algorithm": jwt.encode(ours, key, algorithm="HS512"),
        "another key": jwt.encode(ours, "k" * 64, algorithm="HS256"),
        "a list of algorithms": token({"alg": ["HS256"]}, ours),
        "no algorithm": token({"typ": "JWT"}, ours),
        "a number for a key id": token({**usual, "kid": 5}, ours),
        "an extension that nobody knows": token({**usual, "crit": ["b64"], "b64": False}, ours),
        "a list for a header": token([], ours),
        "nothing": "",
        "dots": "..",
        "garbage": "%00\xff;,=<script>",
        "too long": "a" * 8_000,
        "too deep": base64.urlsafe_b64encode(b"[" * 6_000).decode().rstrip("=") + ".e30.x",
        "not yet in force": token(usual, {**ours, "nbf": 9e12}, key),
        "for somebody else": token(usual, {**ours, "aud": "another"}, key),
        "past": token(usual, {**ours, "exp_date": 0}, key),
        "without an end": token(usual, {"username": session_id}, key),
        "an end in words": token(usual, {**ours, "exp_date": "tomorrow"}, key),
        "a list for content": token(usual, [session_id], key),
        "a number for a login": token(usual, {**ours, "username": 7}, key),
        "a list for a login": token(usual, {**ours, "username": [session_id]}, key),
        "no such login": token(usual, {**ours, "username": "nobody"}, key),
    }


def open_with_cookie(open_page: Open, monkeypatch: pytest.MonkeyPatch, cookie: str) -> AppTest:
    monkeypatch.setattr(type(st.context), "cookies", {"tasador": cookie})
    return open_page(role=None)


@pytest.mark.parametrize("kind", hostile_cookies("", "k" * 64))
def test_what_is_no_cookie_of_ours_shows_the_plain_login(
    open_page: Open, trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    key = hashlib.sha256(b"cookie:" + trained_home.settings.secret_key().encode()).hexdigest()
    cookie = hostile_cookies(trained_home.avm.access.open_session("admin"), key)[kind]
    app = open_with_cookie(open_page, monkeypatch, cookie)
    assert "What is this home worth?" in shown(app)
    assert "login_name" in keys(app, "text_input")
    assert 'class="t-note' not in shown(app)


def test_a_cookie_of_ours_is_a_login(
    open_page: Open, trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = hashlib.sha256(b"cookie:" + trained_home.settings.secret_key().encode()).hexdigest()
    ours = {"username": trained_home.avm.access.open_session("admin"), "exp_date": 9e12}
    app = open_with_cookie(open_page, monkeypatch, token({"alg": "HS256", "typ": "JWT"}, ours, key))
    assert "Value a property" in shown(app)
