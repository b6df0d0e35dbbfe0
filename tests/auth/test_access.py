"""People, roles, logins and keys."""

from __future__ import annotations

import bcrypt
import pytest

from pricing_core.auth.access import Access
from pricing_core.errors import AccessError, ConflictError, InputError, NotFoundError
from pricing_core.nouns import Actor
from pricing_core.store import Store

ADMIN = Actor("root", "admin", "cli")
AGENT = Actor("ana", "agent", "dashboard")


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    salt = bcrypt.gensalt
    monkeypatch.setattr(bcrypt, "gensalt", lambda: salt(4))


@pytest.fixture
def access(store: Store) -> Access:
    return Access(store, lambda: "a pepper for tests", session_days=1)


def test_a_person_logs_in_with_the_password_that_was_made(access: Access) -> None:
    password = access.add_person("ana", "agent", actor=ADMIN)
    assert access.verify_password("ana", password, address="1").role == "agent"


def test_passwords_are_stored_as_hashes_alone(access: Access) -> None:
    password = access.add_person("ana", "agent", actor=ADMIN)
    assert password not in str(access.credentials())
    assert access.credentials()["usernames"]["ana"]["password"].startswith("$2b$")


@pytest.mark.parametrize(
    ("name", "password"), [("ana", "wrong password"), ("nobody", "wrong password"), ("ana", "x" * 500)]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(access: Access, name: str, password: str) -> None:
    access.add_person("ana", "agent", actor=ADMIN)
    with pytest.raises(AccessError, match=r"^Name or password is wrong\.$"):
        access.verify_password(name, password, address="1")


@pytest.mark.parametrize("name", ["", "Ana", "a b", "x" * 33, "../etc", "ñandú", "a\nb"])
def test_a_name_that_is_no_name_is_refused(access: Access, name: str) -> None:
    with pytest.raises(InputError, match="cannot be a name"):
        access.add_person(name, "agent", actor=ADMIN)


@pytest.mark.parametrize("password", ["short", "é" * 40])
def test_a_password_that_is_too_short_or_too_long_is_refused(access: Access, password: str) -> None:
    with pytest.raises(InputError, match="at least 10 characters and at most 72 bytes"):
        access.add_person("ana", "agent", password, actor=ADMIN)


def test_the_same_name_twice_is_refused(access: Access) -> None:
    access.add_person("ana", "agent", actor=ADMIN)
    with pytest.raises(ConflictError, match="already"):
        access.add_person("ana", "admin", actor=ADMIN)


def test_only_an_admin_changes_who_may_come_in(access: Access) -> None:
    for action in (
        lambda: access.add_person("ben", "agent", actor=AGENT),
        lambda: access.issue_key("program", "agent", actor=AGENT),
        lambda: access.set_password("ben", actor=AGENT),
    ):
        with pytest.raises(AccessError, match="takes the role admin"):
            action()


def test_the_only_admin_cannot_be_locked_out(access: Access) -> None:
    access.add_person("root", "admin", actor=ADMIN)
    for action in (
        lambda: access.deactivate("root", actor=ADMIN),
        lambda: access.set_role("root", "agent", actor=ADMIN),
    ):
        with pytest.raises(InputError, match="only active admin"):
            action()


def test_a_login_ends_with_logout_password_change_and_deactivation(access: Access) -> None:
    access.add_person("ana", "agent", actor=ADMIN)
    for end in (
        access.end_session,
        lambda _: access.set_password("ana", actor=ADMIN),
        lambda _: access.set_role("ana", "analyst", actor=ADMIN),
        lambda _: access.deactivate("ana", actor=ADMIN),
    ):
        session = access.open_session("ana")
        assert access.session(session) is not None
        end(session)
        assert access.session(session) is None


def test_a_login_expires(store: Store) -> None:
    access = Access(store, lambda: "pepper", session_days=-1)
    access.add_person("ana", "agent", actor=ADMIN)
    assert access.session(access.open_session("ana")) is None


def test_a_key_opens_the_door_until_it_is_revoked(access: Access) -> None:
    key = access.issue_key("program", "analyst", actor=ADMIN)
    session = access.open_session(key=key)
    assert access.verify_key(key) == Actor("key:program", "analyst", "api")
    assert access.session(session) == Actor("key:program", "analyst", "dashboard")
    access.revoke_key(access.keys()[0].id, actor=ADMIN)
    assert access.verify_key(key) is None
    assert access.session(session) is None


def test_a_rotated_key_replaces_the_old_one(access: Access) -> None:
    old = access.issue_key("program", "agent", actor=ADMIN)
    new = access.rotate_key(access.keys()[0].id, actor=ADMIN)
    assert access.verify_key(old) is None
    assert access.verify_key(new) is not None


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1] + "~", lambda key: key[:20], lambda key: "", lambda key: "\0" * 60]
)
def test_a_key_that_was_tampered_with_is_worth_nothing(access: Access, change: object) -> None:
    key = access.issue_key("program", "agent", actor=ADMIN)
    assert access.verify_key(change(key)) is None  # type: ignore[operator]


def test_a_key_of_another_pepper_is_worth_nothing(access: Access, store: Store) -> None:
    key = access.issue_key("program", "agent", actor=ADMIN)
    assert Access(store, lambda: "another pepper", 1).verify_key(key) is None


def test_a_key_or_person_that_does_not_exist_is_said(access: Access) -> None:
    with pytest.raises(NotFoundError, match="no key"):
        access.revoke_key("nope", actor=ADMIN)
    with pytest.raises(NotFoundError, match="no person"):
        access.set_password("nobody", actor=ADMIN)
