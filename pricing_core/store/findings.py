"""What looked wrong with the listings in use, and what their prices should have been, as one inspection found it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray
from pydantic_core import to_json

from pricing_core.nouns import Finding
from pricing_core.store.bulk import copy_in, read_all
from pricing_core.store.engine import Database, utcnow
from pricing_core.store.tables.reviews import findings, inspections, listing_estimates

_ROWS_AT_ONCE: Final = 100_000
_SHOWN: Final = ("listing_id", "check", "severity", "column", "message", "suggestion")
_TABLE: Final = pa.schema([*((name, pa.int64() if name == "listing_id" else pa.string()) for name in _SHOWN)])


class Findings:
    """Writes and reads the newest inspection; those of former listings are replaced."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def made_for(self, fingerprint: str, made_with: str) -> bool:
        """Whether the stored findings are of these listings, and were made with the same units and release."""
        query = sa.select(inspections.c.fingerprint, inspections.c.made_with)
        with self._database.read() as connection:
            return (fingerprint, made_with) in {tuple(row) for row in connection.execute(query)}

    def store(
        self,
        fingerprint: str,
        made_with: str,
        listing_ids: NDArray[np.int64],
        found: Sequence[Finding],
        estimate: NDArray[np.float64],
        residual: NDArray[np.float64],
    ) -> None:
        """Replace what is stored by a new inspection, in one transaction.

        Parameters
        ----------
        fingerprint
            Of the listings that were inspected.
        made_with
            Units and release: findings made with others are made again.
        listing_ids
            The id of each inspected row; findings, estimates and residuals go by its position.
        """
        with self._database.write() as connection:
            if not self._database.is_sqlite:  # as SQLite does by itself: one writer at a time
                connection.exec_driver_sql("LOCK TABLE inspections IN SHARE ROW EXCLUSIVE MODE")
            for table in (inspections, findings, listing_estimates):
                connection.execute(sa.delete(table))
            content = _findings_table(listing_ids, found, fingerprint)
            for batch in content.to_batches(_ROWS_AT_ONCE):
                copy_in(connection, findings, batch, {})
            for batch in _estimates_table(listing_ids, estimate, residual).to_batches(_ROWS_AT_ONCE):
                copy_in(connection, listing_estimates, batch, {})
            row = {"fingerprint": fingerprint, "made_with": made_with, "created_at": utcnow()}
            connection.execute(sa.insert(inspections).values(row))

    def frame(self) -> pd.DataFrame:
        """The findings by listing: ``listing_id, check, severity, column, message, suggestion``.

        The messages are left as the text that `Message.from_text` reads: few of a million are ever shown.
        """
        query = sa.select(*(findings.c[name] for name in _SHOWN)).order_by(findings.c.id)
        with self._database.read() as connection:
            frame = read_all(connection, query)
        suggestions = [None if text is None else json.loads(text) for text in _texts(frame["suggestion"])]
        return frame.assign(suggestion=pd.Series(suggestions, index=frame.index, dtype=object))

    def estimates(self) -> pd.DataFrame:
        """The estimates by listing: ``listing_id, estimate, residual``."""
        query = sa.select(listing_estimates).order_by(listing_estimates.c.listing_id)
        with self._database.read() as connection:
            return read_all(connection, query)

    def listings_with(self, severity: str) -> NDArray[np.int64]:
        """The ids of listings with a finding of that severity, in order."""
        query = sa.select(findings.c.listing_id).where(findings.c.severity == severity).distinct()
        with self._database.read() as connection:
            return np.sort(np.fromiter(connection.scalars(query), dtype=np.int64))


def _findings_table(listing_ids: NDArray[np.int64], found: Sequence[Finding], fingerprint: str) -> pa.Table:
    rows = np.array([finding.row for finding in found], dtype=np.int64)
    columns: dict[str, pa.Array] = {"listing_id": pa.array(listing_ids[rows], pa.int64())}
    for name in ("check", "severity", "column"):
        columns[name] = pa.array([getattr(finding, name) for finding in found], pa.string())
    columns["message"] = pa.array([finding.message.to_text() for finding in found], pa.string())
    columns["suggestion"] = pa.array([_json(finding.suggestion) for finding in found], pa.string())
    return pa.table(columns, schema=_TABLE).append_column(
        "fingerprint", pa.array([fingerprint] * len(found), pa.string())
    )


def _json(suggestion: object) -> str | None:
    if suggestion is None:
        return None
    return to_json(suggestion, inf_nan_mode="null", fallback=float).decode()


def _estimates_table(
    listing_ids: NDArray[np.int64], estimate: NDArray[np.float64], residual: NDArray[np.float64]
) -> pa.Table:
    known = np.isfinite(estimate)
    left_over = np.where(np.isfinite(residual), residual, np.nan)
    return pa.table(
        {
            "listing_id": pa.array(listing_ids[known], pa.int64()),
            "estimate": pa.array(estimate[known], pa.float64()),
            "residual": pa.array(left_over[known], pa.float64(), from_pandas=True),
        }
    )


def _texts(column: pd.Series) -> list[str | None]:
    return [None if missing else text for text, missing in zip(column, column.isna(), strict=True)]
