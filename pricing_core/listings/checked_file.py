"""What the checks say of a file that is not stored, as the document that `tasador check` promises to programs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pricing_core.listings import integrity
from pricing_core.listings.declared_findings import declared_findings
from pricing_core.listings.ingestion import ListingsReader
from pricing_core.listings.reports import kept_apart
from pricing_core.nouns import Finding, Json, Progress, Rejection
from pricing_core.nouns.arrays import Codes
from pricing_core.nouns.schema import TARGET, words_of
from pricing_core.settings import Settings
from pricing_core.words import Language, say

_FIELDS = ("row", "line", "check", "severity", "message", "suggestion", "column")


class CheckedFile:
    """A file that was read, and the language to speak of it in.

    Parameters
    ----------
    settings
        The units, and the columns that the client declares.
    reader
        What the file was read with.
    language
        That of the sentences.
    """

    def __init__(self, settings: Settings, reader: ListingsReader, language: Language) -> None:
        self._settings, self._reader, self._language = settings, reader, language

    def document(self, chunks: list[pd.DataFrame], kept_out: list[Rejection], progress: Progress) -> Json:
        """``rows``, ``findings`` in the order of the rows, and ``notes`` on how the file was read."""
        found = [self._unusable(rejection) for rejection in kept_out]
        notes = [say(note, self._language) for note in self._reader.notes]
        if chunks:
            frame = pd.concat(chunks, ignore_index=True)
            chunks.clear()  # a second copy of a million rows is of no use to the checks
            rows = frame["row_number"].to_numpy(dtype=np.int64)
            found += [self._told(item, int(rows[item.row])) for item in self._findings(frame, rows, progress)]
            in_general = integrity.throughout(frame[TARGET].to_numpy(dtype=float), self._settings.CURRENCY)
            notes += [say(in_general, self._language)] if in_general else []
            notes += [say(note, self._language) for note in kept_apart(frame)]
        return {"rows": self._reader.rows, "findings": sorted(found, key=lambda item: item["row"]), "notes": notes}

    def _findings(self, frame: pd.DataFrame, rows: Codes, progress: Progress) -> list[Finding]:
        lines = [line for row in rows.tolist() if (line := self._reader.line(row)) is not None]
        have_lines = len(lines) == len(rows)
        found = integrity.check(
            frame,
            area_unit=self._settings.AREA_UNIT,
            currency=self._settings.CURRENCY,
            kind="line" if have_lines else "row",
            numbers=np.array(lines, dtype=np.int64) if have_lines else rows,
            beside=self._settings.columns.roles,
            words=words_of(self._settings.columns),
            progress=progress,
        )
        return found + declared_findings(frame, self._settings.columns)

    def _told(self, finding: Finding, row: int) -> Json:
        content = finding.to_dict(self._language) | {"row": row, "line": self._reader.line(row)}
        return {name: content[name] for name in _FIELDS}

    def _unusable(self, rejection: Rejection) -> Json:
        told = {"check": "unusable_row", "severity": "error", "message": say(rejection.reason, self._language)}
        content = {"row": rejection.row, "line": rejection.line, **told}
        return {name: content.get(name) for name in _FIELDS}
