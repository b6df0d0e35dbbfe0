"""What an error says is a message: English by itself, the reader's language at the door."""

from __future__ import annotations

import pickle

import pytest

from pricing_core.errors import ListingsError, PricingError
from pricing_core.settings import load_settings
from pricing_core.words import Message, say


def test_an_error_names_its_facts() -> None:
    error = ListingsError("{file:quoted} has {count:integer} columns.", file="a {b}.csv", count=1200)
    assert str(error) == "'a {b}.csv' has 1,200 columns."
    assert error.message == Message("{file:quoted} has {count:integer} columns.", file="a {b}.csv", count=1200)


@pytest.mark.parametrize("text", ["a {b}.csv is empty", "}{", "{0.__class__}", "100 %s", "{{x}}", "{name:quoted}"])
def test_a_finished_text_stands_as_it_is_whatever_braces_it_holds(text: str) -> None:
    assert str(PricingError(text)) == text
    assert say(PricingError(text).message, "es") == text


def test_a_finished_sentence_is_still_looked_up() -> None:
    assert (
        say(PricingError("Name or password is wrong.").message, "es") == "El nombre o la contraseña no son correctos."
    )


def test_an_error_is_made_of_a_message_too() -> None:
    message = Message("{x:percent} of it", x=0.5)
    assert PricingError(message).message is message
    assert str(PricingError(Message.joined([message, message]))) == "50 % of it 50 % of it"


def test_an_error_goes_to_another_process_with_its_facts() -> None:
    error = pickle.loads(pickle.dumps(ListingsError("{count:integer} rows", count=3)))
    assert isinstance(error, ListingsError)
    assert error.message == Message("{count:integer} rows", count=3)


def test_a_fact_that_is_forgotten_is_an_error_when_made() -> None:
    with pytest.raises(ValueError, match="lacks its facts file"):
        PricingError("{file} has {count:integer} rows", count=3)


def test_what_is_wrong_with_a_setting_is_said_in_spanish_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRAIN_SCHEDULE", "daily")
    monkeypatch.setenv("RETRAIN_TIMEZONE", "Chile {x}")
    with pytest.raises(PricingError) as refused:
        load_settings(_env_file=None)
    assert say(refused.value.message, "es") == (
        "RETRAIN_SCHEDULE: tiene 1 campo en vez de 5: escribe minuto, hora, día, mes y día de la semana, como "
        "0 3 * * 1 para los lunes a las 3:00, pero llegó 'daily'. Mira .env.example. RETRAIN_TIMEZONE: no es una zona "
        "horaria: escribe un nombre como UTC o America/Santiago, pero llegó 'Chile {x}'. Mira .env.example."
    )
