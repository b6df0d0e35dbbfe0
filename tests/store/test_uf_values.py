"""UF values come in as people have them, a day has one, and both databases keep them."""

from __future__ import annotations

import io
from datetime import date

import pytest

from pricing_core.errors import AccessError, InputError
from pricing_core.listings.ingestion import read_listings
from pricing_core.listings.uf import UfRecords
from pricing_core.nouns import Actor
from pricing_core.nouns.uf import UfTable, UfValue
from pricing_core.store import Store

ANALYST = Actor("ana", "analyst", "library")
DAY, NEXT = date(2026, 11, 29), date(2026, 11, 30)


def bring(store: Store, text: str) -> tuple[int, int]:
    report = UfRecords(store).add_file(io.BytesIO(text.encode()), actor=ANALYST, file_name="uf.csv")
    return report.new, report.changed


@pytest.mark.parametrize(
    "text",
    [
        "Fecha;Valor\n29-11-2026;39.120\n30-11-2026;39.123,45\n",
        "date,value\n2026-11-29,39120\n2026-11-30,39123.45\n",
        'day,uf\n29/11/2026,"39.120,00"\n30/11/2026,"39.123,45"\n',
        "29-11-2026,39.120,00\n30-11-2026,39.123,45\n",
        "Valores de la UF\n\nDía\tPesos\n29.11.2026\t$ 39.120\n30.11.2026\t$ 39.123,45\n",
        "valor|fecha\n39120|20261129\n39123,45|2026-11-30 00:00:00\n",
    ],
)
def test_a_table_is_read_as_people_have_it(store: Store, text: str) -> None:
    assert bring(store, text) == (2, 0)
    table = UfRecords(store).table()
    assert (table.on(DAY), table.on(NEXT)) == (39120, 39123.45)


def test_a_day_has_one_value_and_the_latest_file_counts(store: Store) -> None:
    assert bring(store, "2026-11-29;39120\n2026-11-30;39123,45\n") == (2, 0)
    assert bring(store, "2026-11-29;39120\n2026-11-30;39200\n") == (0, 1)
    assert [(each.day, each.value, each.added_by) for each in UfRecords(store).newest(1)] == [(NEXT, 39200, "ana")]
    assert UfRecords(store).span() == (2, DAY, NEXT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no table of UF values"),
        ("a;b\nc;d\n", "is no table of UF values"),
        ("2026-11-29;39\n", "is no table of UF values"),
        ("2026-11-29;39120\n2026-11-30;much\n", "lines without a day and one value in pesos: '2026-11-30;much'"),
        ("2026-11-29;39120\n2026-11-29;39121\n", "two values for 29 Nov 2026"),
        ("2026-11-29;39120;39121\n2026-11-30;39120\n", "lines without"),
    ],
)
def test_what_is_no_table_is_refused_and_changes_nothing(store: Store, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        bring(store, text)
    assert not UfRecords(store).table()


def test_agents_bring_none(store: Store) -> None:
    with pytest.raises(AccessError):
        UfRecords(store).add_file(io.BytesIO(b"2026-11-29;39120"), actor=Actor("a", "agent", "library"))


def test_a_price_without_a_day_counts_as_of_today() -> None:
    values = [UfValue(DAY, 39120), UfValue(date(2026, 12, 9), 39300)]
    assert UfTable(values, NEXT).newest() == UfValue(DAY, 39120)
    assert UfTable(values, date(2020, 1, 1)).newest() is None


def test_the_text_of_a_number_is_kept_beside_it(store: Store) -> None:
    rows = "casa,A,85 m2,120,3,2,-33.5,-70.7,UF 5.200\ncasa,A,85,120,3,2,-33.5,-70.7,980\n"
    header = "type,sector,net_usable_area,net_area,n_rooms,n_bathroom,latitude,longitude,price\n"
    with read_listings(io.BytesIO((header + rows).encode()), currency="UF", area_unit="m²") as reader:
        store.listings.load([reader])
    first, second = store.listings.frame("id")["id"].tolist()
    assert store.listings.as_written(first) == {"net_usable_area": "85 m2", "price": "UF 5.200"}
    assert store.listings.as_written(second) == {}
