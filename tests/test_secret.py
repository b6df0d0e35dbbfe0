"""A secret that was lost or changed is noticed, and said where it matters."""

from __future__ import annotations

import logging

import pytest

from pricing_core import AVM, AccessError, Actor, Settings, load_settings
from pricing_core.processes.first_run import prepare
from tests.conftest import TrainedHome, copy_of


@pytest.fixture
def home(home_settings: Settings, admin: Actor) -> tuple[Settings, str]:
    """Settings of a home with a person and a key, and that key."""
    avm = AVM(home_settings).start()
    avm.access.add_person("ana", "admin", "a long password", actor=admin)
    key = avm.access.issue_key("crm", "agent", actor=admin)
    avm.close()
    return home_settings, key


def lose_secret(settings: Settings) -> None:
    (settings.DATA_DIR / "database" / "secret.key").unlink()


def test_a_lost_secret_is_said_in_the_log_with_what_is_void_and_what_to_do(
    home: tuple[Settings, str], caplog: pytest.LogCaptureFixture
) -> None:
    settings, _key = home
    lose_secret(settings)
    with caplog.at_level(logging.WARNING):
        avm = AVM(settings).start()
    assert "crm" in caplog.text
    for words in ("secret.key", "all logins", "passwords go on", "tasador keys rotate"):
        assert words in caplog.text
    assert avm.access.verify_password("ana", "a long password", address="here").name == "ana"
    avm.close()


def test_a_secret_that_is_as_it_was_is_not_spoken_of(
    home: tuple[Settings, str], caplog: pytest.LogCaptureFixture
) -> None:
    settings, key = home
    avm = AVM(settings).start()
    assert avm.access.secret_notice() is None
    assert avm.access.verify_key(key) is not None
    assert "secret" not in caplog.text
    avm.close()


def test_a_key_of_the_former_secret_is_refused_with_that_reason(home: tuple[Settings, str], admin: Actor) -> None:
    settings, key = home
    lose_secret(settings)
    avm = AVM(settings).start()
    assert avm.access.verify_key(key) is None
    assert "is void" in str(avm.access.why_refused(key))
    with pytest.raises(AccessError, match="is void"):
        avm.access.open_session(key=key)
    assert avm.access.why_refused(key[:-1] + ("a" if key[-1] != "a" else "b")) is not None
    new = avm.access.issue_key("crm2", "agent", actor=admin)
    assert avm.access.verify_key(new) is not None
    assert avm.access.why_refused(new[:-1] + ("a" if new[-1] != "a" else "b")) is None
    avm.close()


def test_a_changed_setting_is_noticed_and_a_restored_secret_makes_the_keys_valid_again(
    home: tuple[Settings, str],
) -> None:
    settings, key = home
    changed = load_settings(
        DATA_DIR=settings.DATA_DIR, MODELS_DIR=settings.MODELS_DIR, PRE_LOAD=False, SECRET_KEY="x" * 40
    )
    avm = AVM(changed).start()
    assert "crm" in str(avm.access.secret_notice())
    avm.close()
    again = AVM(settings).start()
    again.close()
    third = AVM(settings).start()
    assert third.access.secret_notice() is None
    assert third.access.verify_key(key) is not None
    third.close()


def test_it_is_said_as_long_as_void_keys_are_left(home: tuple[Settings, str], admin: Actor) -> None:
    settings, _key = home
    lose_secret(settings)
    AVM(settings).start().close()
    later = AVM(settings).start()
    assert "crm" in str(later.access.secret_notice())
    later.access.rotate_key(later.access.keys()[0].id, actor=admin)
    assert later.access.secret_notice() is None
    later.close()


def test_a_home_of_an_earlier_release_that_lost_its_secret_says_so_too(home: tuple[Settings, str]) -> None:
    settings, _key = home
    avm = AVM(settings)
    with avm.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM secret_marks")
    avm.close()
    lose_secret(settings)
    later = AVM(settings).start()
    assert "crm" in str(later.access.secret_notice())
    later.close()


def test_setting_up_prints_it(trained_home: TrainedHome, tmp_path: object, admin: Actor) -> None:
    settings = copy_of(trained_home, tmp_path)  # type: ignore[arg-type]
    AVM(settings).start().close()
    lose_secret(settings)
    avm = AVM(settings).start()
    said: list[str] = []
    prepare(avm, admin, lambda told: said.append(str(told)), lambda _stage, _done: None)
    assert "passwords go on" in said[0]
    avm.close()
