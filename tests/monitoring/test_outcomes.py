"""Later-known prices: how a file is read, which prediction each row belongs to, and what it says of the values."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pricing_core import Actor, LoggedPrediction
from pricing_core.errors import AccessError, ListingsError
from pricing_core.nouns.monitoring import OutcomeReport
from pricing_core.nouns.schema import FEATURES
from pricing_core.store import Store, utcnow
from tests.conftest import TrainedHome
from tests.monitoring.watching import add_champion, logged, priced, usual, watch_over

ANALYST = Actor("eva", "analyst", "cli")


@pytest.fixture
def homes(store: Store) -> list[LoggedPrediction]:
    """Four logged predictions of different homes."""
    add_champion(store)
    rows = logged(usual(4))
    store.predictions.add(rows)
    return rows


def attach(store: Store, content: str | bytes) -> OutcomeReport:
    data = content.encode() if isinstance(content, str) else content
    return watch_over(store).add_outcomes(io.BytesIO(data), actor=ANALYST, file_name="prices.csv")


def by_id(rows: list[LoggedPrediction], error: float = 0.1, header: str = "log_id,price", tail: str = "") -> str:
    return "\n".join([header, *(f"{row.id},{priced(row.value, error)}{tail}" for row in rows)])


def by_features(rows: list[LoggedPrediction], **changes: Any) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*FEATURES, "price"])
    for row in rows:
        subject = row.subject | changes
        writer.writerow([*("" if subject[name] is None else subject[name] for name in FEATURES), row.value])
    return text.getvalue()


# Matching


def test_prices_are_attached_by_log_entry_and_twice_changes_nothing(
    store: Store, homes: list[LoggedPrediction]
) -> None:
    first = attach(store, by_id(homes))
    again = attach(store, by_id(homes))
    assert (first.attached, first.known, first.problems) == (4, 0, [])
    assert (again.attached, again.known) == (0, 4)
    live = watch_over(store).live_accuracy().overall
    assert live is not None
    assert (live.rows, live.coverage_90) == (4, 1)
    assert live.mdape == pytest.approx(0.1, abs=1e-4)
    assert live.bias == pytest.approx(0.1, abs=1e-4)


def test_prices_are_attached_by_the_eight_features(store: Store, homes: list[LoggedPrediction]) -> None:
    report = attach(store, by_features(homes[:2]))
    assert report.attached == 2
    assert [outcome.price for outcome in watch_over(store).outcomes(homes[0].id)] == [homes[0].value]


def test_a_number_that_is_not_known_matches_one_that_was_not(store: Store) -> None:
    row = logged(usual(1).assign(latitude=None, n_rooms=None))[0]
    store.predictions.add([row])
    assert attach(store, by_features([row])).attached == 1
    assert attach(store, by_features([row], n_rooms=3)).not_matched == 1


def test_a_home_that_was_valued_twice_is_judged_by_its_newest_value(
    store: Store, homes: list[LoggedPrediction]
) -> None:
    [again] = logged(usual(4).head(1))
    store.predictions.add([again])
    assert attach(store, by_features(homes[:2])).attached == 2
    assert len(store.outcomes.of(again.id)) == 1
    assert store.outcomes.of(homes[0].id) == []


def test_what_matches_nothing_is_said_with_its_row(store: Store, homes: list[LoggedPrediction]) -> None:
    content = f"log_id,price\n{homes[0].id},{homes[0].value}\nno-such-entry,5000\n"
    report = attach(store, content)
    assert (report.rows, report.attached, report.not_matched) == (2, 1, 1)
    assert (report.problems[0].row, report.problems[0].kind) == (1, "not_matched")


# Reading


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("0", "more than 0"),
        ("-5", "more than 0"),
        ("", "nothing"),
        ("cheap", "no number"),
        ("nan", "more than 0"),
        ("1e400", "no number"),
        ("5", "implausible"),
        ("1e9", "implausible"),
        ("5000 USD", "prices in UF are wanted"),
        ("5000,2031-13-45", "2026-11-23"),
        ("5000,1800-01-01", "between"),
        ("5000,2999-01-01", "between"),
        ("5000,,rented", "listed or sold"),
        ('5000,"', "quotes"),
        ("5000,,,,,x", "cells"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_stops_no_other(
    store: Store, homes: list[LoggedPrediction], cells: str, said: str
) -> None:
    filled = cells if cells.count(",") in (2, 5) or '"' in cells else cells + "," * (2 - cells.count(","))
    good = f"{homes[0].id},{homes[0].value},,"
    report = attach(store, f"log_id,price,date,kind\n{homes[1].id},{filled}\n{good}\n")
    assert (report.attached, report.invalid) == (1, 1), report
    assert said in str(report.problems[0].reason)


def test_decimal_commas_semicolons_spanish_words_and_latin_1_are_read(
    store: Store, homes: list[LoggedPrediction]
) -> None:
    prices = [f"{row.value:,.2f}".translate(str.maketrans(",.", ".,")) for row in homes]
    kinds = ["vendida", "Publicado", "SOLD", ""]
    lines = [f"{row.id};{price};23/11/2025;{kind};ñ" for row, price, kind in zip(homes, prices, kinds, strict=True)]
    content = "\n".join(["Log ID;Precio;Fecha;Kind;Nota", *lines]).encode("cp1252")
    assert attach(store, content).attached == 4
    found = [watch_over(store).outcomes(row.id)[0] for row in homes]
    assert [outcome.price for outcome in found] == [row.value for row in homes]
    assert [outcome.kind for outcome in found] == ["sold", "listed", "sold", "listed"]
    assert str(found[0].happened_on) == "2025-11-23"


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig"])
def test_other_encodings_and_gzip_are_read(store: Store, homes: list[LoggedPrediction], codec: str) -> None:
    assert attach(store, gzip.compress(by_id(homes).encode(codec))).attached == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"log_id,price\n", "no rows"),
        (b"price\n5000\n", "no file of outcomes"),
        (b"log_id,cost\na,1\n", "no file of outcomes"),
        (b"type,sector,price\ncasa,Maip,5\n", "no file of outcomes"),
        (b"log_id,price,Log ID\na,1,b\n", "two columns"),
        (b"<html><body>", "web page"),
        (b"PK\x03\x04xxxx", "workbook"),
        (b"\x00\x01\x02" * 500, "binary"),
        (b"\x1f\x8bnot really", "gzip"),
    ],
)
def test_a_file_of_something_else_is_refused_and_changes_nothing(
    store: Store, homes: list[LoggedPrediction], content: bytes, said: str
) -> None:
    with pytest.raises(ListingsError, match=said):
        attach(store, content)
    assert watch_over(store).live_accuracy().overall is None


def test_text_that_is_no_text_and_text_that_looks_like_sql_do_no_harm(
    store: Store, homes: list[LoggedPrediction]
) -> None:
    content = b"log_id,price\n\xff\xfe\x81,5000\n'; DROP TABLE outcomes; --,5000\n" + by_id(homes)[13:].encode()
    report = attach(store, content)
    assert report.attached == 4
    assert report.rows == 6


def test_agents_attach_nothing(store: Store) -> None:
    with pytest.raises(AccessError, match="analyst"):
        watch_over(store).add_outcomes(io.BytesIO(b""), actor=Actor("ana", "agent", "cli"))


# Judging


def test_the_listed_price_counts_before_the_sold_one_and_the_newest_of_each(
    store: Store, homes: list[LoggedPrediction]
) -> None:
    row = homes[0]
    for kind, error in (("listed", 0.5), ("sold", 0.3), ("listed", 0.1)):
        attach(store, by_id([row], error, "log_id,price,kind", f",{kind}"))
    live = watch_over(store).live_accuracy()
    assert live.overall is not None
    assert live.overall.mdape == pytest.approx(0.1, abs=1e-4)
    assert {item.name: round(item.mdape, 2) for item in live.by_kind} == {"listed": 0.1, "sold": 0.3}


def test_agents_are_held_against_the_model(store: Store, homes: list[LoggedPrediction]) -> None:
    watch = watch_over(store)
    attach(store, by_id(homes, 0.2))
    for row, factor in zip(homes, (0.85, 0.83, 1.5), strict=False):
        watch.override(row.id, row.value * factor, reason="I know the street", actor=ANALYST)
    judged = watch.live_accuracy().judgement
    assert judged is not None
    assert judged.rows == 3
    assert judged.agent_closer == pytest.approx(2 / 3)
    assert judged.model_mdape == pytest.approx(0.2, abs=1e-4)


def test_predictions_of_more_than_a_year_ago_no_longer_count(store: Store) -> None:
    row = logged(usual(1), created_at=utcnow() - timedelta(days=400))[0]
    store.predictions.add([row])
    assert attach(store, by_id([row])).attached == 1
    assert watch_over(store).live_accuracy().overall is None


def test_valuing_the_training_listings_in_bulk_proves_nothing(
    trained_home: TrainedHome, sample_files: tuple[Path, Path], tmp_path: Path
) -> None:
    avm = trained_home.avm
    avm.value_file(sample_files[0], tmp_path / "valued.csv", actor=trained_home.admin)
    before = avm.monitoring.live_accuracy()
    report = avm.monitoring.add_outcomes(sample_files[0], actor=trained_home.admin)
    assert report.attached > 300
    assert report.learned_from == report.attached
    live = avm.monitoring.live_accuracy()
    assert live.learned_from == before.learned_from + report.attached
    assert live.overall == before.overall


def test_listings_that_were_kept_apart_from_training_do_count(
    trained_home: TrainedHome, sample_files: tuple[Path, Path], tmp_path: Path
) -> None:
    avm = trained_home.avm
    avm.value_file(sample_files[1], tmp_path / "valued.csv", actor=trained_home.admin)
    report = avm.monitoring.add_outcomes(sample_files[1], actor=trained_home.admin)
    assert report.attached > 80
    assert report.learned_from < 5
    live = avm.monitoring.live_accuracy().overall
    assert live is not None
    assert 0.03 < live.mdape < 0.3
