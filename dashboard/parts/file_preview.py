"""How a file would be read, column by column, before it is: what each is, its unit and decimal mark, and its cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from html import escape
from typing import Final, Literal

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.parts.column_names import column_name
from dashboard.parts.declared_values import declared_value
from dashboard.parts.refusals import refusal
from dashboard.parts.text import in_words, short_number, t, tn
from dashboard.parts.views import note, small
from dashboard.state import avm, settings
from pricing_core import (
    AREAS,
    CATEGORIES,
    COLUMN,
    NOTHING,
    NUMBERS,
    TARGET,
    ColumnChoice,
    ColumnSettings,
    DecimalMark,
    DeclaredValue,
    Preview,
    PreviewColumn,
    PricingError,
    marked,
)

_UNITS: Final = {
    TARGET: ("", "UF", "CLP", "US$", "€", "£", "AUD", "MXN", "ARS", "COP", "PEN", "BRL"),
    **dict.fromkeys(AREAS, ("", "m²", "ft²")),
}
_MARKS: Final[dict[DecimalMark | Literal[""], str]] = {
    "": marked("as the cells tell"),
    "comma": marked("comma: 1.250,5"),
    "dot": marked("dot: 1,250.5"),
}
_MOST_COLUMNS: Final = 80
Read = Callable[[UploadedFile, ColumnChoice], Preview]
"""Gives the first rows of a file as they would be read, or refuses it."""
_MOST_ROWS: Final = 20
_LONGEST: Final = 24


def of_listings(file: UploadedFile, choice: ColumnChoice) -> Preview:
    """Of a file of listings."""
    return avm().listings.preview(file, file_name=file.name, columns=choice)


def of_homes(file: UploadedFile, choice: ColumnChoice) -> Preview:
    """Of a file of homes, which have no price."""
    return avm().listings.preview(file, file_name=file.name, require_price=False, columns=choice)


def of_outcomes(file: UploadedFile, choice: ColumnChoice) -> Preview:
    """Of a file of later prices."""
    return avm().monitoring.preview(file, file_name=file.name, columns=choice)


def look(file: UploadedFile, meant: ColumnChoice, *, read: Read) -> None:
    """Refuse a file in whose first lines nothing is known.

    Raises
    ------
    PricingError
        With the reason.
    """
    _preview(file, read, meant)


def ask(file: UploadedFile | None, key: str, meant: ColumnChoice, *, read: Read, may_save: bool) -> ColumnChoice | None:
    """Show how a file would be read, open where that is not sure, and ask for what is not.

    Parameters
    ----------
    key
        Of the file's place on the page.
    meant
        What the person said of the file as a whole.
    read
        Reads its first rows.
    may_save
        Whether this person may keep the settings under a name.

    Returns
    -------
    ColumnChoice or None
        What to read the file by; ``None`` where it cannot be read yet.
    """
    if file is None:
        return None
    first = _preview(file, read, meant)
    with st.expander(
        t("Columns and first rows"), expanded=first.problem is not None, icon=":material/table:", key=f"{key}_preview"
    ):
        return _asked(first, file, f"{key}_{file.file_id}", meant, read, may_save)


def _asked(
    first: Preview, file: UploadedFile, key: str, meant: ColumnChoice, read: Read, may_save: bool
) -> ColumnChoice | None:
    head = st.container()
    said = _ask_columns(first, key)
    choice = meant if said is None else replace(meant, settings=said)
    try:
        found = _preview(file, read, choice)
    except PricingError as error:
        with head:
            note(refusal(error), "error")
        return None
    with head:
        _say_what_is_open(found)
    _readings(found)
    _refused(found)
    if found.problem is not None:
        return None
    name = _ask_name(key) if may_save else ""
    return replace(choice, save_as=name)


def _preview(file: UploadedFile, read: Read, choice: ColumnChoice) -> Preview:
    try:
        return read(file, choice)
    finally:
        file.seek(0)


def _say_what_is_open(found: Preview) -> None:
    if found.missing:
        names = [column_name(each) for each in found.missing]
        note(t("Still to be said: {names:list}. Choose the column of the file below.", names=names), "warning")
    elif found.problem is not None:
        note(in_words(found.problem), "warning")
    else:
        small(t("This is how the first rows are read."))


def _ask_columns(first: Preview, key: str) -> ColumnSettings | None:
    """What the person chose; nothing where all is as it was found."""
    fields: dict[str, str] = {}
    units: dict[str, str] = {}
    decimals: dict[str, DecimalMark] = {}
    changed = False
    shown = sorted(enumerate(first.columns), key=lambda each: _order(each[1]))[:_MOST_COLUMNS]
    for place, column in shown:
        field, unit, decimal = _ask_column(column, first.fields, f"{key}_{place}", _is_unique(column, first.columns))
        changed |= field != column.column or unit != column.unit or decimal != column.decimal
        if _is_unique(column, first.columns):
            fields[column.name] = field
        units.update({field: unit} if field and unit else {})
        decimals.update({field: decimal} if field and decimal else {})
    absent, constants = _ask_absent(first, key), _ask_constants(first, fields.values(), key)
    if not changed and absent == list(first.absent) and constants == dict(first.constants):
        return None
    left = tuple(column for column in absent if column not in fields.values())
    return ColumnSettings(fields, left, units, decimals, constants)


def _order(column: PreviewColumn) -> int:
    """What is to be settled comes first, what nothing is known of last."""
    return 0 if column.likely and not column.column else 1 if column.column else 2


def _is_unique(column: PreviewColumn, columns: Sequence[PreviewColumn]) -> bool:
    return bool(column.name.strip()) and sum(each.name == column.name for each in columns) == 1


def _ask_column(
    column: PreviewColumn, fields: Sequence[str], key: str, unique: bool
) -> tuple[str, str, DecimalMark | None]:
    # A narrow place breaks the row in the middle rather than cutting what is chosen.
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name, field_at = st.container(width=230), st.container(width=210)
        # The mark comes first: every number has one, and few a unit.
        mark_at, unit_at = st.container(width=160), st.container(width=110)
    with name:
        st.html(_described(column))
    options = ["", *fields]
    field = field_at.selectbox(
        t("{name:quoted} is", name=column.name),
        options,
        index=options.index(column.column) if column.column in options else 0,
        format_func=lambda each: _named(each, column),
        key=f"{key}_field",
        label_visibility="collapsed",
        disabled=not unique,
    )
    return field, _ask_unit(unit_at, column, field, key), _ask_mark(mark_at, column, field, key)


def _described(column: PreviewColumn) -> str:
    cells = ", ".join(filter(None, (cell.strip()[:_LONGEST] for cell in column.cells[:3]))) or NOTHING
    name = column.name.strip() or t("(without a name)")
    likely = t("looks like {names:choice}", names=[_title(each) for each in column.likely]) if column.likely else ""
    hint = f'<div class="t-small"><b>{escape(likely)}</b></div>' if likely and not column.column else ""
    return f'<b>{escape(name)}</b><div class="t-small t-muted">{escape(cells)}</div>{hint}'


def _title(field: str) -> str:
    return column_name(field) if field in COLUMN or field in settings().columns else field


def _named(field: str, column: PreviewColumn) -> str:
    if not field:
        return t("left aside")
    return t("{name}?", name=_title(field)) if field in column.likely and not column.column else _title(field)


def _ask_unit(at: st.delta_generator.DeltaGenerator, column: PreviewColumn, field: str, key: str) -> str:
    units = _UNITS.get(field, ())
    if not units:
        return column.unit if field == column.column else ""
    as_set = settings().CURRENCY if field == TARGET else settings().AREA_UNIT
    usual = column.unit in ("", as_set)
    options = ["", *(unit for unit in units if unit not in ("", as_set))]
    options += [] if usual or column.unit in options else [column.unit]
    chosen = at.selectbox(
        t("Unit of {name:quoted}", name=column.name),
        options,
        index=0 if usual else options.index(column.unit),
        format_func=lambda unit: unit or as_set,
        key=f"{key}_unit",
        label_visibility="collapsed",
    )
    return column.unit if usual and not chosen else chosen


def _ask_mark(at: st.delta_generator.DeltaGenerator, column: PreviewColumn, field: str, key: str) -> DecimalMark | None:
    if field not in (*NUMBERS, TARGET):
        return None
    options = list(_MARKS)
    chosen: DecimalMark | Literal[""] = at.selectbox(
        t("Decimal mark of {name:quoted}", name=column.name),
        options,
        index=options.index(column.decimal or ""),
        format_func=lambda mark: t(_MARKS[mark]),
        key=f"{key}_mark",
        label_visibility="collapsed",
    )
    return chosen or None


def _ask_absent(first: Preview, key: str) -> list[str]:
    options = [column for column in NUMBERS if column in (*first.missing, *first.absent)]
    if not options:
        return []
    return st.multiselect(
        t("The file has none of these, so they stay empty"),
        options,
        default=[column for column in first.absent if column in options],
        format_func=column_name,
        key=f"{key}_absent",
        placeholder=t("Choose"),
    )


def _ask_constants(first: Preview, taken: Collection[str], key: str) -> dict[str, str]:
    """What all rows hold, of types and sectors that the file has no column for."""
    found = {}
    for column in CATEGORIES:
        if column in taken or column not in (*first.missing, *first.constants):
            continue
        value = st.text_input(
            t("{name} of all rows, where the file has no column for it", name=column_name(column)),
            value=first.constants.get(column, ""),
            max_chars=120,
            key=f"{key}_{column}_of_all",
        ).strip()
        found.update({column: value} if value else {})
    return found


def _readings(found: Preview) -> None:
    """What the first cells are read as, where a number or a name is not plainly what stands there."""
    rows = [
        f'<tr><th scope="row">{escape(_title(each.column))}</th>'
        f"<td>{'<br>'.join(_pair(each.column, cell, value) for cell, value in each.readings)}</td></tr>"
        for each in found.columns
        if each.readings
    ]
    if rows:
        st.html(
            f'<h3 class="t-part">{escape(t("As written, and as it is read"))}</h3><div class="t-scroll">'
            f'<table class="t-table t-readings"><tbody>{"".join(rows)}</tbody></table></div>'
        )
    for sentence in found.notes:
        small(in_words(sentence))


def _pair(column: str, cell: str, value: DeclaredValue | None) -> str:
    if value is None:
        read = NOTHING
    elif column in settings().columns:
        read = declared_value(column, value)
    else:
        read = value if isinstance(value, str) else short_number(value)
    return f"{escape(cell.strip()[:_LONGEST])} → <b>{escape(read)}</b>"


def _refused(found: Preview) -> None:
    if not found.refused:
        return
    words = tn(
        "Of the first {rows:integer} rows, one would be kept out:",
        "Of the first {rows:integer} rows, {count:integer} would be kept out:",
        "count",
        rows=found.rows,
        count=len(found.refused),
    )
    lines = [
        t("Row {row}: {reason}", row=each.row, reason=in_words(each.reason))
        if each.line is None
        else t("Line {line}: {reason}", line=each.line, reason=in_words(each.reason))
        for each in found.refused[:_MOST_ROWS]
    ]
    note("\n".join([words, *lines]), "warning")


def _ask_name(key: str) -> str:
    return st.text_input(
        t("Save these settings as"),
        key=f"{key}_save",
        max_chars=80,
        placeholder=t("such as the name of the portal"),
        help=t("They are used by themselves for every file with the very same header."),
    ).strip()
