"""What a person says of the unit of a column counts for its bare numbers, and nothing is taken for another unit."""

from __future__ import annotations

import io
import re

import pandas as pd
import pytest

from pricing_core.errors import ListingsError
from pricing_core.listings.ingestion import ListingsReader, read_listings
from pricing_core.listings.ingestion.matching import ColumnsSaid
from pricing_core.nouns.profiles import ColumnSettings

HEADER = "Tipo;Comuna;{usable};Superficie total;Dormitorios;Baños;lat;lng;{price}"
ROW = "Casa;Maipú;{usable};150;3;2;-33,51;-70,71;{price}"


def read(
    *rows: tuple[str, str], units: dict[str, str], usable: str = "Superficie útil", price: str = "Precio"
) -> tuple[pd.DataFrame, ListingsReader]:
    lines = [HEADER.format(usable=usable, price=price), *(ROW.format(usable=area, price=each) for area, each in rows)]
    content = io.BytesIO("\n".join(lines).encode() + b"\n")
    said = ColumnSettings(units=units)
    options = {"currency": "UF", "area_unit": "m²", "columns": lambda _names: ColumnsSaid(said)}
    with read_listings(content, file_name="a.csv", **options) as reader:  # type: ignore[arg-type]
        return pd.concat([pd.DataFrame(), *reader]), reader


def test_areas_in_another_unit_are_converted_and_said() -> None:
    frame, reader = read(("1000", "5200"), ("900,5", "4300"), units={"net_usable_area": "ft²"})
    assert frame["net_usable_area"].round(2).tolist() == [92.9, 83.66]
    assert "were converted to m²" in " ".join(map(str, reader.notes))


def test_a_cell_that_names_its_own_unit_keeps_it() -> None:
    frame, reader = read(("100", "UF 5.200"), ("100", "190.000.000"), units={"price": "CLP"})
    assert frame["price"].tolist() == [5200]
    assert "its price is in CLP, and prices in UF are wanted" in str(reader.rejections[0].reason)


@pytest.mark.parametrize("names", [{"price": "Precio CLP"}, {"usable": "sqft living"}, {"price": "Precio (US$)"}])
def test_a_unit_in_a_header_that_is_not_that_of_the_settings_is_refused_by_name(names: dict[str, str]) -> None:
    with pytest.raises(ListingsError, match=re.escape(f"has the column '{next(iter(names.values()))}'")):
        read(("100", "5200"), units={}, **names)  # type: ignore[arg-type]
