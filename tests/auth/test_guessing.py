"""Guessing of passwords and keys: what it is slowed by, and whom it must never stop."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import bcrypt
import pytest

from pricing_core.auth import guessing
from pricing_core.auth.access import Access
from pricing_core.errors import AccessError, TooManyTriesError
from pricing_core.nouns import Actor
from pricing_core.store import Store

ADMIN = Actor("root", "admin", "cli")
OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    salt = bcrypt.gensalt
    monkeypatch.setattr(bcrypt, "gensalt", lambda: salt(4))


@pytest.fixture
def access(store: Store) -> Access:
    return Access(store, lambda: "a pepper for tests", session_days=1)


@pytest.fixture
def password(access: Access) -> str:
    """The password of ana."""
    return access.add_person("ana", "agent", actor=ADMIN)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The passwords that reached bcrypt."""
    seen: list[bytes] = []
    check = bcrypt.checkpw

    def checkpw(raw: bytes, digest: bytes) -> bool:
        seen.append(raw)
        return check(raw, digest)

    monkeypatch.setattr(bcrypt, "checkpw", checkpw)
    return seen


def guess(access: Access, name: str, address: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(AccessError):
            access.verify_password(name, "a wrong password", address=address)


def guess_until_paused(access: Access, tries: Iterable[tuple[str, str]]) -> int:
    """How many wrong tries were checked before there was a pause."""
    for number, (name, address) in enumerate(tries):
        with pytest.raises(AccessError) as caught:
            access.verify_password(name, "a wrong password", address=address)
        if isinstance(caught.value, TooManyTriesError):
            return number
    raise AssertionError("there was no pause")


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = guessing.utcnow()
    monkeypatch.setattr(guessing, "utcnow", lambda: now + guessing.timedelta(seconds=seconds))


def test_five_wrong_names_from_an_office_do_not_stop_a_right_password_there(access: Access, password: str) -> None:
    for name in ("ann", "anna", "anne", "anita", "hannah", "ana maria"):
        guess(access, name, OFFICE)
    assert access.verify_password("ana", password, address=OFFICE).name == "ana"


def test_five_wrong_tries_from_elsewhere_do_not_stop_the_rightful_person(access: Access, password: str) -> None:
    guess(access, "ana", ELSEWHERE, 6)
    assert access.verify_password("ana", password, address=OFFICE).name == "ana"


def test_five_wrong_tries_stop_that_name_at_that_address_for_a_pause_that_grows(
    access: Access, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guess(access, "ana", OFFICE, 5)
    waits = []
    for _ in range(3):
        with pytest.raises(TooManyTriesError, match=r"again in \d+ seconds") as caught:
            access.verify_password("ana", password, address=OFFICE)
        waits.append(caught.value.seconds)
        later(monkeypatch, caught.value.seconds + 1)
        guess(access, "ana", OFFICE)
    assert waits == sorted(set(waits))
    assert waits[0] <= 30 < waits[1]


def test_a_pause_ends_by_itself(access: Access, password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    guess(access, "ana", OFFICE, 5)
    later(monkeypatch, 31)
    assert access.verify_password("ana", password, address=OFFICE).name == "ana"


def test_a_success_forgives_the_tries_before_it(access: Access, password: str) -> None:
    for _ in range(3):
        guess(access, "ana", OFFICE, 4)
        access.verify_password("ana", password, address=OFFICE)


def test_a_name_that_is_guessed_from_many_addresses_is_slowed(access: Access, password: str) -> None:
    checked = guess_until_paused(access, (("ana", f"198.51.100.{number}") for number in range(200)))
    assert 20 < checked < 40


def test_many_names_that_are_guessed_from_one_address_are_slowed(access: Access) -> None:
    checked = guess_until_paused(access, ((f"person{number}", ELSEWHERE) for number in range(200)))
    assert 40 < checked < 80


def test_whoever_logged_in_from_an_address_before_may_do_so_while_strangers_guess(
    access: Access, password: str
) -> None:
    access.verify_password("ana", password, address=OFFICE)
    for number in range(60):
        with suppress(AccessError):
            access.verify_password("ana", "a wrong password", address=f"198.51.100.{number}")
        with suppress(AccessError):
            access.verify_password(f"person{number}", "a wrong password", address=OFFICE)
    with pytest.raises(TooManyTriesError):
        access.verify_password("ana", password, address=ELSEWHERE)
    assert access.verify_password("ana", password, address=OFFICE).name == "ana"


@pytest.mark.usefixtures("password")
def test_of_thirty_guesses_at_once_no_more_are_checked_than_are_free(access: Access, checked: list[bytes]) -> None:
    def one(number: int) -> type[Exception]:
        try:
            access.verify_password("ana", f"wrong password {number}", address=OFFICE)
        except AccessError as error:
            return type(error)
        raise AssertionError

    with ThreadPoolExecutor(30) as threads:
        answers = list(threads.map(one, range(30)))
    assert len(checked) <= 5
    assert answers.count(TooManyTriesError) == 30 - len(checked)


def test_addresses_of_one_ipv6_network_count_as_one(access: Access) -> None:
    for number in range(5):
        guess(access, "ana", f"2001:db8:1:2::{number:x}")
    with pytest.raises(TooManyTriesError):
        access.verify_password("ana", "a wrong password", address="2001:db8:1:2:ffff::1")
    guess(access, "ana", "2001:db8:1:3::1")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 5_000, "", "key:0123456789ab"])
def test_what_can_be_no_name_is_a_wrong_name(access: Access, name: str) -> None:
    guess(access, name, OFFICE)


def test_wrong_keys_are_slowed_and_right_ones_beside_them_are_not(access: Access) -> None:
    guessed, right = (access.issue_key(name, "agent", actor=ADMIN) for name in ("guessed", "right"))
    for wrong in [f"{guessed[:-5]}wrong", "no key at all"] * 5:
        with pytest.raises(AccessError, match="not valid"):
            access.open_session(key=wrong, address=OFFICE)
    for refused in (guessed, "no key at all"):
        with pytest.raises(TooManyTriesError):
            access.open_session(key=refused, address=OFFICE)
    assert access.open_session(key=right, address=OFFICE)
    assert access.open_session(key=guessed, address=ELSEWHERE)


def test_a_try_of_a_clock_that_was_ahead_stops_nobody(
    access: Access, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, 7_200)
    guess(access, "ana", OFFICE, 5)
    monkeypatch.undo()
    assert access.verify_password("ana", password, address=OFFICE).name == "ana"
