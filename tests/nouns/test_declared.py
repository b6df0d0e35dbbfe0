"""What may be written into a declared column, and what it is kept as."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing_core.errors import InputError, SubjectError
from pricing_core.nouns.declared import DECLARED_ROLES, DeclaredColumn, DeclaredRole, words_for_all
from pricing_core.nouns.declared_frames import packed, plain, typed, unpacked
from pricing_core.nouns.homes_in_columns import columns_from_frame, columns_of, with_declared
from pricing_core.nouns.schema import parse_corrections, parse_property
from tests.declared import declaration

HOME = {"type": "casa", "sector": "Maipú", "net_area": 80}


def column(role: DeclaredRole) -> DeclaredColumn:
    return DeclaredColumn("a", role, words_for_all("a"), words_for_all(""))


@pytest.mark.parametrize(
    ("role", "written", "kept"),
    [
        ("number", "2.5", 2.5),
        ("number", -3, -3.0),
        ("count", "2", 2.0),
        ("year", "1995", 1995),
        ("year", 1995.0, 1995),
        ("year", "1995.0", 1995),
        ("yes/no", "Sí", True),
        ("yes/no", "NO", False),
        ("yes/no", "true", True),
        ("yes/no", 1, True),
        ("yes/no", "0.0", False),
        ("category", " park  view ", "park view"),
        ("category", 7, "7"),
        ("date", "2024-03-31", "2024-03-31"),
        ("date", "31-03-2024", "2024-03-31"),
        ("date", "31/3/2024", "2024-03-31"),
        ("date", "20240331", "2024-03-31"),
        ("date", "2024-03-31T10:00:00Z", "2024-03-31"),
        ("date", date(2024, 3, 31), "2024-03-31"),
        ("date", datetime(2024, 3, 31, 12), "2024-03-31"),
        *[(role, nothing, None) for role in DECLARED_ROLES for nothing in (None, "", "  ", float("nan"))],
    ],
)
def test_a_value_is_kept_as_its_role_has_it(role: DeclaredRole, written: object, kept: object) -> None:
    found = column(role).read(written)
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("role", "written"),
    [
        ("number", "1.250"),
        ("number", "1,250"),
        ("number", "abc"),
        ("number", True),
        ("number", "1e999"),
        ("number", 10**400),
        ("number", [3]),
        ("year", "95"),
        ("year", 1995.5),
        ("yes/no", "maybe"),
        ("yes/no", "s/i"),
        ("yes/no", "s.i."),
        ("yes/no", 2),
        ("category", "x" * 121),
        ("category", "a\x00b"),
        ("category", True),
        ("date", "31-02-2024"),
        ("date", "03-04-24"),
        ("date", "2024"),
        ("date", 45000),
    ],
)
def test_a_value_of_another_kind_is_refused_with_what_is_wanted(role: DeclaredRole, written: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        column(role).read(written)


@given(st.sampled_from(DECLARED_ROLES), st.none() | st.text() | st.floats() | st.integers() | st.booleans())
def test_no_value_breaks_the_reading(role: DeclaredRole, written: object) -> None:
    try:
        kept = column(role).read(written)
    except ValueError:
        return
    assert kept is None or column(role).read(kept) == kept


def test_a_home_has_them_beside_its_features(tmp_path: Path) -> None:
    columns = declaration(tmp_path)
    home = parse_property(HOME | {"year_built": "1995", "pool": "no", "view": ""}, columns)
    assert home.declared == {"year_built": 1995, "pool": False}
    assert home.model_dump() == parse_property(HOME).model_dump() | {"year_built": 1995, "pool": False}
    assert home != parse_property(HOME)


def test_all_that_is_wrong_with_a_home_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SubjectError) as refusal:
        parse_property(HOME | {"net_area": -1, "parking": 21, "colour": "red"}, declaration(tmp_path))
    message = str(refusal.value)
    assert "net_area must be" in message
    assert "parking must be a count, at least 0 and at most 20, but 21 arrived." in message
    assert "colour is not a column: allowed are type, sector" in message
    assert "year_built" in message


def test_a_correction_is_read_in_the_same_way(tmp_path: Path) -> None:
    columns = declaration(tmp_path)
    assert parse_corrections({"year_built": "1995", "price": 9}, columns) == {"price": 9.0, "year_built": 1995}
    assert parse_corrections({"view": ""}, columns) == {"view": None}
    with pytest.raises(InputError, match="year_built"):
        parse_corrections({"year_built": 3000}, columns)


@pytest.mark.parametrize(
    ("role", "values"),
    [
        ("number", [2.5, None]),
        ("year", [1995, None]),
        ("yes/no", [True, None, False]),
        ("category", ["ñ\"'", None]),
        ("date", ["2024-03-31", None]),
    ],
)
def test_what_is_stored_of_a_frame_comes_back(role: DeclaredRole, values: list[object]) -> None:
    frame = pd.DataFrame({"a": typed(role, values)})
    assert plain(role, frame["a"]) == values
    again = unpacked(packed(frame, {"a": role}), {"a": role})["a"]
    pd.testing.assert_series_equal(again, frame["a"], check_names=False)


@pytest.mark.parametrize(
    ("role", "values", "told"),
    [
        ("date", ["1970-01-11", None, "2016-12-03"], [10.0, np.nan, 17138.0]),
        ("yes/no", [True, None, False], [1.0, np.nan, 0.0]),
        ("year", [1995, None, 2000], [1995.0, np.nan, 2000.0]),
    ],
)
def test_a_model_is_told_numbers_of_homes_and_of_frames_alike(
    role: DeclaredRole, values: list[object], told: list[float]
) -> None:
    homes = [parse_property(HOME).with_declared({} if value is None else {"a": value}) for value in values]
    of_homes = with_declared(columns_of(homes), {"a": role})["a"]
    frame = pd.DataFrame([home.model_dump() for home in homes]).assign(a=typed(role, values))
    np.testing.assert_array_equal(np.asarray(of_homes, dtype=float), told)
    np.testing.assert_array_equal(np.asarray(columns_from_frame(frame, {"a": role})["a"], dtype=float), told)


def test_what_was_stored_under_another_role_is_missing() -> None:
    stored = ['{"a": "park"}', '{"a": 3}', None]
    assert np.isnan(unpacked(stored, {"a": "number"})["a"]).tolist() == [True, False, True]
    assert unpacked(stored, {"a": "date"})["a"].isna().all()
