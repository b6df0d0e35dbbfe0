"""How each kind of fact is written, in English and in the Spanish of Chile."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pricing_core.words import NOTHING, Language, Message, say
from pricing_core.words import numbers as written


@pytest.mark.parametrize(
    ("kind", "fact", "english", "spanish"),
    [
        ("", "Ñuñoa", "Ñuñoa", "Ñuñoa"),
        ("", 20261130, "20261130", "20261130"),
        ("", 2.5, "2.5", "2,5"),
        ("", True, "yes", "sí"),
        ("", False, "no", "no"),
        ("", None, "–", "–"),
        ("", ["a", 2, 1.5], "a, 2 and 1.5", "a, 2 y 1,5"),
        ("", date(2026, 11, 30), "30 Nov 2026", "30-11-2026"),
        ("integer", 16173, "16,173", "16.173"),
        ("integer", 1234, "1,234", "1.234"),
        ("integer", 2**63 - 1, "9,223,372,036,854,775,807", "9.223.372.036.854.775.807"),
        ("integer", 10**30, "1E30", "1E30"),
        ("integer", 2.6, "3", "3"),
        ("number", 5280.4, "5,280", "5.280"),
        ("number", 74.52, "74.5", "74,5"),
        ("number", 2.0, "2", "2"),
        ("number", 2.256, "2.26", "2,26"),
        ("number", 0.03123, "0.0312", "0,0312"),
        ("number", -0.0, "0", "0"),
        ("number", -5.25, "-5.25", "-5,25"),
        ("number", 1.234e20, "1.23E20", "1,23E20"),
        ("number", math.nan, "–", "–"),
        ("number", "many", "many", "many"),
        ("exact", 45000, "45,000", "45.000"),
        ("exact", 62.5, "62.5", "62,5"),
        ("exact", 1234567.891, "1,234,567.891", "1.234.567,891"),
        ("exact", 0.1, "0.1", "0,1"),
        ("signed", 312, "+312", "+312"),
        ("signed", -58.4, "−58.4", "−58,4"),
        ("signed", 0, "0", "0"),
        ("percent", 0.094, "9.4 %", "9,4 %"),
        ("percent", 0.9, "90 %", "90 %"),
        ("percent", 0.00042, "0.04 %", "0,04 %"),
        ("percent", 0.2345, "23.4 %", "23,4 %"),
        ("points", 0.0123, "+1.2", "+1,2"),
        ("points", -0.1, "−10.0", "−10,0"),
        ("distance", 345.4, "345 m", "345 m"),
        ("distance", 1234, "1.2 km", "1,2 km"),
        ("distance", 123_456, "123 km", "123 km"),
        ("coordinate", -33.45691, "-33.4569", "-33,4569"),
        ("date", date(2026, 1, 2), "2 Jan 2026", "02-01-2026"),
        ("date", datetime(2026, 1, 2, 23, 0, tzinfo=UTC), "2 Jan 2026", "02-01-2026"),
        ("moment", datetime(2026, 11, 30, 14, 5), "30 Nov 2026 14:05 UTC", "30-11-2026 14:05 UTC"),
        ("duration", 0.35, "350 ms", "350 ms"),
        ("duration", 2.34, "2.3 seconds", "2,3 segundos"),
        ("duration", 90, "1 minute 30 seconds", "1 minuto 30 segundos"),
        ("duration", 59.7, "1 minute", "1 minuto"),
        ("duration", timedelta(days=3, hours=2, minutes=9), "3 days 2 hours", "3 días 2 horas"),
        ("quoted", "a.csv", "'a.csv'", "'a.csv'"),
        ("quoted", "it's\n", '"it\'s\\n"', '"it\'s\\n"'),
        ("quoted", 3.5, "'3.5'", "'3.5'"),
        ("name", "Las Condes\u200b\n", "Las Condes", "Las Condes"),
        ("name", "", "–", "–"),
        ("name", None, "–", "–"),
        ("list", ["a", "b", "c"], "a, b and c", "a, b y c"),
        ("list", ["a"], "a", "a"),
        ("list", [], "–", "–"),
        ("list", ["Ñuñoa", "Independencia"], "Ñuñoa and Independencia", "Ñuñoa e Independencia"),
        ("list", ["oro", "hierro"], "oro and hierro", "oro y hierro"),
        ("list quoted", ["a", "b"], "'a' and 'b'", "'a' y 'b'"),
        ("list percent", [0.1, 0.25], "10 % and 25 %", "10 % y 25 %"),
        ("choice", ["a", "b", "c"], "a, b or c", "a, b o c"),
        ("choice", ["siete", "ocho"], "siete or ocho", "siete u ocho"),
        ("sentences", [Message("yes"), Message.verbatim("yes")], "yes yes", "sí yes"),
        ("clauses", ["a", Message("yes")], "a; yes", "a; sí"),
    ],
)
def test_a_fact_is_written_as_its_kind_says(kind: str, fact: Any, english: str, spanish: str) -> None:
    message = Message(f"{{x:{kind}}}" if kind else "{x}", x=fact)
    assert say(message, "en") == english
    assert say(message, "es") == spanish


@pytest.mark.parametrize(
    ("amount", "currency", "english", "spanish"),
    [
        (16173.2, "UF", "UF 16,173", "UF 16.173"),
        (-5.5, "UF", "-UF 5.5", "-UF 5,5"),
        (120_000_000, "CLP", "CLP 120,000,000", "$120.000.000"),
        (1200, "USD", "US$1,200", "US$1.200"),
        (3, "£", "£3", "£3"),
        (3, "{x}", "{x}3", "{x}3"),
        (None, "UF", "–", "–"),
    ],
)
def test_money_is_written_with_its_currency(amount: Any, currency: str, english: str, spanish: str) -> None:
    message = Message("{price:money currency}", price=amount, currency=currency)
    assert say(message, "en") == english
    assert say(message, "es") == spanish
    listed = Message("{prices:list money currency}", prices=[amount, amount], currency=currency)
    assert say(listed, "es") == f"{spanish} y {spanish}"


def test_an_area_is_written_with_its_unit() -> None:
    message = Message("{size:area unit}", size=1074.5, unit="m²")
    assert [say(message, "en"), say(message, "es")] == ["1,074 m²", "1.074 m²"]


@pytest.mark.parametrize(("language", "text"), [("en", "74.50"), ("es", "74,50")])
def test_columns_that_line_up_have_as_many_decimals_as_are_asked_for(language: Language, text: str) -> None:
    assert written.number(74.5, language, 2) == text
    assert written.percent(0.745, language, 2) == f"{text} %"
    assert written.number(None, language, 2) == NOTHING
