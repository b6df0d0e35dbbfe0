"""Many rows at once, by the fastest way of each database: ``COPY`` in PostgreSQL, one prepared statement in SQLite."""

from __future__ import annotations

import io
import tempfile
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import sqlalchemy as sa

from pricing_core.store.engine import Query

_ROWS_AT_ONCE: Final = 20_000


def copy_in(connection: sa.Connection, table: sa.Table, batch: pa.RecordBatch, constants: dict[str, int]) -> None:
    """Insert an Arrow batch into a table, with the same constant cells in every row."""
    fixed = [pa.array([value] * batch.num_rows, pa.int64()) for value in constants.values()]
    whole = pa.table([*fixed, *batch.columns], names=[*constants, *batch.schema.names])
    if connection.dialect.name == "postgresql":
        _copy_to_postgresql(connection, table, whole)
    else:
        _insert_into_sqlite(connection, table, whole)


def _insert_into_sqlite(connection: sa.Connection, table: sa.Table, rows: pa.Table) -> None:
    marks = ", ".join("?" * rows.num_columns)
    statement = f"INSERT INTO {table.name} ({_names(connection, rows)}) VALUES ({marks})"  # nosec B608
    columns = [column.to_pylist() for column in rows.columns]
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def _copy_to_postgresql(connection: sa.Connection, table: sa.Table, rows: pa.Table) -> None:
    buffer = io.BytesIO()
    pyarrow.csv.write_csv(rows, buffer, pyarrow.csv.WriteOptions(include_header=False))
    buffer.seek(0)
    with connection.connection.cursor() as cursor:  # type: ignore[attr-defined] # psycopg2's is a context manager
        cursor.copy_expert(f"COPY {table.name} ({_names(connection, rows)}) FROM STDIN WITH (FORMAT csv)", buffer)


def _names(connection: sa.Connection, rows: pa.Table) -> str:
    # Some names, such as "check", are words of SQL.
    return ", ".join(map(connection.dialect.identifier_preparer.quote, rows.column_names))


def read_all(connection: sa.Connection, query: Query) -> pd.DataFrame:
    """All rows of a query that has no parameters but literals, as a data frame."""
    schema = pa.schema([(column.name, _arrow_type(column.type)) for column in query.selected_columns])
    statement = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    read = _read_postgresql if connection.dialect.name == "postgresql" else _read_sqlite
    frame: pd.DataFrame = read(connection, statement, schema).to_pandas()
    return frame


def _read_postgresql(connection: sa.Connection, statement: str, schema: pa.Schema) -> pa.Table:
    convert = pyarrow.csv.ConvertOptions(
        column_types=schema,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
    with tempfile.TemporaryFile() as file:
        with connection.connection.cursor() as cursor:  # type: ignore[attr-defined] # psycopg2's is a context manager
            cursor.copy_expert(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv)", file)
        if file.tell() == 0:
            return schema.empty_table()
        file.seek(0)
        options = pyarrow.csv.ReadOptions(column_names=schema.names, use_threads=False)
        return pyarrow.csv.read_csv(file, options, pyarrow.csv.ParseOptions(newlines_in_values=True), convert)


def _read_sqlite(connection: sa.Connection, statement: str, schema: pa.Schema) -> pa.Table:
    result = connection.exec_driver_sql(statement)
    batches = []
    while rows := result.cursor.fetchmany(_ROWS_AT_ONCE):
        cells = zip(zip(*rows, strict=True), schema.types, strict=True)
        batches.append(pa.record_batch([_column(list(values), kind) for values, kind in cells], schema=schema))
    return pa.Table.from_batches(batches, schema=schema)


def _column(values: list[object], kind: pa.DataType) -> pa.Array:
    # SQLite keeps truth as 0 and 1.
    return pa.array([bool(value) for value in values] if kind == pa.bool_() else values, kind)


def _arrow_type(kind: sa.types.TypeEngine[object]) -> pa.DataType:
    if isinstance(kind, sa.Boolean):
        return pa.bool_()
    if isinstance(kind, sa.Integer):
        return pa.int64()
    return pa.float64() if isinstance(kind, sa.Double) else pa.string()
