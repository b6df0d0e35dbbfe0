"""A message: its template, its facts, its way through JSON, and what hostile facts do to it."""

from __future__ import annotations

import json
import math
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing_core.words import LANGUAGES, Message, plural, say, within

SKIPPED = (
    "{count:integer} listing of {file:quoted} was skipped.",
    "{count:integer} listings of {file:quoted} were skipped.",
)


def skipped(count: int) -> Message:
    return plural(*SKIPPED, "count", count=count, file="a.csv")


def test_a_message_in_english_is_its_text() -> None:
    assert (
        str(Message("{count:integer} rows of {file:quoted}.", count=12345, file="a.csv")) == "12,345 rows of 'a.csv'."
    )


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "1 listing of 'a.csv' was skipped."),
        (0, "0 listings of 'a.csv' were skipped."),
        (2, "2 listings of 'a.csv' were skipped."),
    ],
)
def test_the_count_chooses_the_form(count: int, text: str) -> None:
    assert str(skipped(count)) == text


def test_the_form_for_one_need_not_name_the_count_but_all_else() -> None:
    assert str(plural("One row.", "{count:integer} rows.", "count", count=1)) == "One row."
    with pytest.raises(ValueError, match="does not name file"):
        plural("One row.", "{count:integer} rows of {file}.", "count", count=1, file="a.csv")


def test_a_count_that_is_no_whole_number_takes_the_form_for_many() -> None:
    assert str(plural("{days} day", "{days} days", "days", days=1.5)) == "1.5 days"
    assert str(plural("{days} day", "{days} days", "days", days=None)) == "– days"


@pytest.mark.parametrize(
    ("template", "facts", "complaint"),
    [
        ("{count} rows", {}, "lacks its facts count"),
        ("{price:money currency}", {"price": 1.0}, "lacks its facts currency"),
        ("rows", {"count": 3}, "does not name the facts count"),
        ("{count:integr} rows", {"count": 3}, "'integr' says not how count is written"),
        ("{price:money} each", {"price": 3}, "says not how price"),
        ("{count!r}", {"count": 3}, "a plain name"),
        ("{count.real}", {"count": 3}, "a plain name"),
        ("{count[0]}", {"count": 3}, "a plain name"),
        ("{}", {}, "a plain name"),
        ("{count", {"count": 3}, "cannot be read"),
        ("}", {}, "cannot be read"),
    ],
)
def test_a_template_and_facts_that_do_not_fit_are_an_error_when_made(template: str, facts: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Message(template, **facts)


def test_a_fact_that_no_sentence_can_hold_is_an_error_when_made() -> None:
    with pytest.raises(TypeError, match="the fact thing, which is a object"):
        Message("{thing}", thing=object())  # type: ignore[arg-type]


def test_two_braces_stand_for_one() -> None:
    assert str(Message("Write {{name}} for {name}.", name="x")) == "Write {name} for x."


def test_sentences_hold_sentences_and_lists_of_them() -> None:
    inner = Message("{share:percent} of it", share=0.094)
    outer = Message(
        "Odd: {all:clauses}. {last:sentences} {one}", all=[inner, skipped(2)], last=[inner, inner], one=inner
    )
    assert str(outer) == ("Odd: 9.4 % of it; 2 listings of 'a.csv' were skipped.. 9.4 % of it 9.4 % of it 9.4 % of it")
    assert say(outer, "es").startswith("Odd: 9,4 % of")


def test_numbers_of_numpy_and_moments_of_pandas_are_facts() -> None:
    message = Message(
        "{a} {b} {c} {d} {e}",
        a=np.int64(3),
        b=np.float32(2.5),
        c=np.bool_(True),
        d=pd.Timestamp("2026-11-30 14:05", tz="UTC"),
        e=pd.NaT,
    )  # type: ignore[arg-type]
    assert str(message) == "3 2.5 yes 30 Nov 2026 14:05 UTC –"
    assert Message.from_json(json.loads(json.dumps(message.to_json()))) == message


def test_equal_messages_are_equal_and_hash_alike() -> None:
    assert skipped(3) == skipped(3)
    assert {skipped(3), skipped(3), skipped(4)} == {skipped(4), skipped(3)}
    assert Message("{x}", x=math.nan) == Message("{x}", x=math.nan)
    assert len({Message("{x}", x=1), Message("{x}", x=1.0), Message("{x}", x=True)}) == 3
    assert Message("x") != Message.verbatim("x")
    assert Message("x") != "x"


def test_a_message_cannot_be_changed() -> None:
    message = skipped(3)
    message.facts["count"] = 4
    assert message == skipped(3)
    with pytest.raises(AttributeError):
        message.template = "x"  # type: ignore[misc]


def test_a_message_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(skipped(3))) == skipped(3)


def test_a_verbatim_text_stands_as_it_is_in_every_language() -> None:
    for language in LANGUAGES:
        assert say(Message.verbatim("Name or password is wrong. {x}"), language) == "Name or password is wrong. {x}"
        assert say("yes", language) == "yes"


def test_what_an_exception_says_is_its_message_or_its_words() -> None:
    assert Message.of(ValueError(skipped(3))) == skipped(3)
    assert Message.of(ValueError("a {b}")) == Message.verbatim("a {b}")
    assert Message.of(FileNotFoundError(2, "No such file")) == Message.verbatim("[Errno 2] No such file")


def test_moments_are_told_on_the_clock_of_the_reader() -> None:
    message = Message("{at:moment}; {day:date}", at=datetime(2026, 11, 30, 1, 5, tzinfo=UTC), day=date(2026, 11, 30))
    assert say(message, "en") == "30 Nov 2026 01:05 UTC; 30 Nov 2026"
    assert say(message, "es", ZoneInfo("America/Santiago")) == "29-11-2026 22:05; 30-11-2026"


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**255), 2**255)
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(timezone(timedelta(hours=-3))))
    | st.text(st.characters(), max_size=60)
)
MESSAGES = st.recursive(
    st.builds(lambda x: Message("A {x} b", x=x), SCALARS) | st.builds(Message.verbatim, st.text(max_size=20)),
    lambda inner: st.builds(lambda x, y: Message("{x:clauses}: {y}", x=x, y=y), st.lists(inner, max_size=3), inner),
    max_leaves=6,
)


@given(MESSAGES)
def test_a_message_comes_back_from_json_as_it_went(message: Message) -> None:
    text = json.dumps(message.to_json(), allow_nan=False)
    assert Message.from_json(json.loads(text)) == message
    assert hash(Message.from_json(json.loads(text))) == hash(message)


def test_plurals_contexts_and_paths_come_back_from_json() -> None:
    for message in (skipped(3), within("noun", "Value of {x}", x=[1, "a", None]), Message("{x}", x=Path("a/b.csv"))):
        assert Message.from_json(json.loads(json.dumps(message.to_json()))) == message


def test_the_bare_text_of_an_old_row_is_taken_as_it_stands() -> None:
    assert Message.from_json("5 rows {odd") == Message.verbatim("5 rows {odd")


@pytest.mark.parametrize(
    "content",
    [
        None,
        3,
        [],
        {},
        {"template": "x"},
        {"template": 3, "facts": {}},
        {"template": "x", "facts": []},
        {"template": "{x}", "facts": {}},
        {"template": "x", "facts": {"x": 1}},
        {"template": "x", "facts": {}, "odd": 1},
        {"verbatim": 3},
        {"verbatim": "x", "facts": {}},
        {"template": "{x}", "facts": {"x": {"odd": "1"}}},
        {"template": "{x}", "facts": {"x": {"date": "soon"}}},
        {"template": "{x}", "facts": {"x": {}}},
        {"template": "{x}", "facts": {"x": 1}, "many": "{x}s"},
        {"template": "{x:odd}", "facts": {"x": 1}},
        {"template": "{x}", "facts": {"x": {"message": {"odd": 1}}}},
    ],
)
def test_what_is_no_message_is_refused(content: Any) -> None:
    with pytest.raises(ValueError, match="This is no message"):
        Message.from_json(content)


def test_a_message_without_end_is_refused_and_not_followed() -> None:
    content: dict[str, Any] = {"template": "x", "facts": {}}
    for _ in range(900):
        content = {"template": "{x}", "facts": {"x": {"message": content}}}
    with pytest.raises(ValueError, match="too deep"):
        Message.from_json(content)


def test_sentences_within_sentences_have_an_end() -> None:
    message = Message("x")
    for _ in range(7):
        message = Message("{x}", x=message)
    with pytest.raises(ValueError, match="holds sentences more than 8 deep"):
        Message("{x}", x=message)


KINDS = (
    "",
    "integer",
    "number",
    "exact",
    "signed",
    "percent",
    "points",
    "distance",
    "coordinate",
    "date",
    "moment",
    "duration",
    "quoted",
    "name",
    "money unit",
    "area unit",
    "list",
    "list quoted",
    "list money unit",
    "choice",
    "sentences",
    "clauses",
)
HOSTILE = (
    "{",
    "}",
    "{x}",
    "{x:integer}",
    "{0.__class__}",
    "%s %(x)s",
    "a\nb\r\x00\x1b[31m\u202eb\u200b",
    "\ud800",
    "x" * 1_000_000,
    math.nan,
    math.inf,
    -math.inf,
    -0.0,
    1e308,
    5e-324,
    10**5000,
    -(10**400),
    True,
    None,
    [],
    ["{", None, math.nan, 3],
    ["a"] * 100_000,
    date.min,
    datetime.max,
    datetime.min.replace(tzinfo=UTC),
    Message("{x}", x="{y}"),
    Message.verbatim("{z"),
    timedelta(days=99_999),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_fact_breaks_a_sentence_or_gets_into_it(kind: str, language: Any) -> None:
    unit = {"unit": "{UF}\n"} if "unit" in kind else {}
    for fact in HOSTILE:
        message = Message(f"<{{x:{kind}}}>" if kind else "<{x}>", x=fact, **unit)  # type: ignore[arg-type]
        text = say(message, language, ZoneInfo("America/Santiago"))
        assert text.startswith("<")
        assert text.endswith(">")
        assert len(text) < 4_000
        text.encode("utf-8")
        assert text.isprintable() or isinstance(fact, Message)
        assert Message.from_json(json.loads(json.dumps(message.to_json(), allow_nan=False))) == message


def test_what_a_fact_holds_is_never_read_as_a_template() -> None:
    assert str(Message("{a} {b:list}", a="{b}", b=["{a}", "{0}"])) == "{b} {a} and {0}"


def test_a_long_list_is_cut_and_says_so() -> None:
    text = str(Message("{x:list}", x=list(range(1000))))
    assert text.startswith("0, 1, 2, ")
    assert text.endswith("28 and 971 more")
