"""The file that declares columns: read into nouns, or refused with the line and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from pricing_core import SettingsError, load_settings, say
from pricing_core.column_file import SHIPPED, read_declaration
from pricing_core.nouns.declared import CORE_ALONE, SOLD_ON
from pricing_core.nouns.schema import words_of
from tests.declared import COLUMNS, declaration


def test_the_shipped_file_declares_the_core_alone() -> None:
    assert read_declaration(SHIPPED) == CORE_ALONE


def test_a_good_file_says_all_of_a_column(tmp_path: Path) -> None:
    columns = declaration(tmp_path)
    year = columns["year_built"]
    assert (year.role, year.minimum, year.maximum, year.headers) == ("year", 1800.0, 2030.0, ("built",))
    assert [say(year.called, language) for language in ("en", "es")] == ["year built", "año de construcción"]
    assert say(year.description, "es") == "El año en que se terminó"
    assert columns.names == ("year_built", "parking", "to_centre", "pool", "view", "sold_on")


def test_what_is_left_out_is_usual(tmp_path: Path) -> None:
    columns = declaration(tmp_path)
    assert (columns["parking"].minimum, columns["parking"].maximum) == (0.0, 20.0)
    assert str(columns["to_centre"].called) == "to centre"
    assert (columns["pool"].ask, columns["pool"].model) == (True, True)


def test_a_date_known_by_its_name_need_not_say_what_it_is(tmp_path: Path) -> None:
    column = declaration(tmp_path)[SOLD_ON]
    assert (column.role, column.ask, column.model) == ("date", False, False)
    assert say(column.called, "es") == "vendida el"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "list of columns"),
        ("- a", 1, "list of columns"),
        ("columns: 3", 1, "columns must be a list"),
        ("colums: []", 1, "colums is no key here: allowed are columns"),
        ("columns:\n  - name: a", 2, "the key role is missing"),
        ("columns:\n  - role: year", 2, "the key name is missing"),
        ("columns:\n  - name: a\n    role: yaer", 3, "role must be one of number, count, year"),
        ("columns:\n  - name: a\n    role: year\n    colour: red", 4, "colour is no key here"),
        ("columns:\n  - name: A b\n    role: year", 2, "small letters"),
        ("columns:\n  - name: 3\n    role: year", 2, "name must be a text"),
        ("columns:\n  - name: a\n    role: year\n    ask: 'no way'", 4, "ask must be true or false"),
        ("columns:\n  - name: a\n    role: year\n    label: {fr: x}", 4, "label.fr is no key here"),
        ("columns:\n  - name: a\n    role: year\n    headers: [no]", 4, "quotation marks"),
        ("columns:\n  - name: a\n    role: year\n    unit: km", 2, "unit goes with"),
        ("columns:\n  - name: a\n    role: number\n    limits: {min: 2, max: 1}", 2, "min is above"),
        ("columns:\n  - name: a\n    role: count\n    limits: {min: 2000}", 2, "min is above"),
        ("columns:\n  - name: a\n    role: number\n    limits: {min: .nan}", 4, "limits.min must be a finite number"),
        ("columns:\n  - name: a\n    role: date\n    limits: {min: 3}", 2, "limits of the role date are dates"),
        ("columns:\n  - name: a\n    role: yes/no\n    limits: {min: 0}", 2, "limits go with numbers"),
        ("columns:\n  - name: sold_on\n    role: count", 2, "says that it is a date"),
        ("columns:\n  - name: price\n    role: number", 2, "already a name of the column price"),
        ("columns:\n  - name: a\n    role: year\n    headers: [Comuna]", 4, "already a name of the column sector"),
        ("columns:\n  - name: a\n    role: year\n  - name: a\n    role: count", 4, "already a name of the column a"),
        ("columns:\n  - {name: a, role: year, label: B}\n  - {name: b, role: year}", 3, "already a name"),
        ("columns:\n  - name: type\n    role: number", 2, "only synonyms can be declared"),
        ("columns:\n  - name: type\n    ask: false", 2, "only synonyms can be declared"),
        ("columns:\n  - {name: type}\n  - {name: type}", 3, "stand in two places"),
        ("columns:\n  - name: a\n    role: year\n    synonyms: {x: [y]}", 2, "synonyms go with the role category"),
        (
            "columns:\n  - name: type\n    synonyms:\n      casa: [chalet]\n      villa: [Chalét]",
            5,
            "stands for 'casa'",
        ),
        (
            "columns:\n  - name: type\n    synonyms:\n      casa: [villa]\n      villa: [chalet]",
            5,
            "'villa' stands for",
        ),
        ("columns:\n  - name: sector\n    synonyms: {casa: chalet}", 3, "synonyms.casa must be a list"),
        ("columns:\n  - name: sector\n    synonyms: {casa: [1]}", 3, "must be a text"),
        ("columns:\n  - name: sector\n    synonyms: [casa]", 3, "synonyms must be"),
        ("columns:\n  - name: confidence\n    role: number", 2, "word of Tasador's own"),
        ("columns:\n  - name: a\n    name: b", 3, "given twice"),
        ("columns:\n\t- name: a", 2, "cannot start any token"),
        ("a: &a [x, x]\ncolumns: [*a, *a]", 2, "aliases"),
        ("columns: " + "[" * 50, 1, "levels deep"),
        ("columns: !!python/object/apply:os.system [id]", 1, "constructor"),
        ("x" * 70_000, None, "64 kB"),
        (b"columns: [\xff]", None, "UTF-8"),
        (b"columns: [\x00]", None, ""),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_key(
    tmp_path: Path, text: str | bytes, line: int | None, said: str
) -> None:
    path = tmp_path / "columns.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as refusal:
        read_declaration(path)
    message = str(refusal.value)
    assert said in message
    assert message.startswith("columns.yaml" + (":" if line is None else f", line {line}:"))
    assert say(refusal.value.message, "es") != message


def test_the_file_lies_in_the_data_folder_or_where_the_setting_says(tmp_path: Path) -> None:
    assert load_settings(DATA_DIR=tmp_path / "none").columns == CORE_ALONE
    (tmp_path / "columns.yaml").write_text(COLUMNS, encoding="utf-8")
    assert load_settings(DATA_DIR=tmp_path).columns.names[0] == "year_built"
    other = tmp_path / "other.yaml"
    other.write_text("columns: [{name: floor, role: number}]", encoding="utf-8")
    assert load_settings(DATA_DIR=tmp_path, COLUMNS_FILE=other).columns.names == ("floor",)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        _ = load_settings(DATA_DIR=tmp_path, COLUMNS_FILE=tmp_path / "gone.yaml").columns


def test_synonyms_are_said_of_types_and_sectors_and_of_categories(tmp_path: Path) -> None:
    text = """
columns:
  - name: type
    synonyms: {departamento: [loft, Dúplex]}
  - name: view
    role: category
    synonyms: {sea: [mar, Océano]}
"""
    columns = declaration(tmp_path, text)
    assert columns.names == ("view",)
    assert any({"departamento", "loft", "duplex", "flat"} <= alike for alike in words_of(columns)["type"])
    assert columns["view"].meant("OCEANO") == "sea"
    assert columns["view"].meant("park") == "park"


def test_what_a_client_keeps_apart_is_two_names(tmp_path: Path) -> None:
    text = "columns: [{name: type, synonyms: {departamento: [depto], piso: [flat]}}]"
    words = words_of(declaration(tmp_path, text))["type"]
    assert {"departamento", "depto"} in words
    assert {"piso", "flat"} in words
    assert not any({"piso", "departamento"} <= alike for alike in words)
