"""Findings and estimates of the listings in use: made once for the same listings, stored, and read from then on."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from pricing_core.listings import integrity
from pricing_core.listings.declared_findings import declared_findings
from pricing_core.nouns import Progress
from pricing_core.nouns.declared import CORE_ALONE
from pricing_core.nouns.schema import words_of
from pricing_core.settings import Settings
from pricing_core.store import Store


class Inspections:
    """Sees to it that what is stored is of the present listings.

    Parameters
    ----------
    settings
        The units, which the messages name.
    store
        Where listings and findings are kept.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def is_up_to_date(self) -> bool:
        """Whether the listings in use were inspected as they are now."""
        return self._store.findings.made_for(self._store.listings.fingerprint(), self._made_with())

    def bring_up_to_date(self, progress: Progress | None = None) -> None:
        """Inspect the listings in use and store what was found, unless that was done already."""
        while not self.is_up_to_date():
            fingerprint, frame = self._store.listings.fingerprint(), self._store.listings.frame()
            if self._has_moved_from(fingerprint):
                continue
            ids, columns = frame["id"].to_numpy(dtype=np.int64), self._settings.columns
            found = integrity.inspect(
                frame,
                area_unit=self._settings.AREA_UNIT,
                currency=self._settings.CURRENCY,
                kind="listing",
                numbers=ids,
                beside=columns.roles,
                words=words_of(columns),
                progress=progress,
            )
            if not self._has_moved_from(fingerprint):
                findings, all_found = self._store.findings, found.findings + declared_findings(frame, columns)
                findings.store(fingerprint, self._made_with(), ids, all_found, found.estimate, found.residual)

    def _has_moved_from(self, fingerprint: str) -> bool:
        """Whether other listings came in meanwhile: what was found in those before is then no use to anybody."""
        return self._store.listings.fingerprint() != fingerprint

    def _made_with(self) -> str:
        try:
            release = version("tasador")
        except PackageNotFoundError:  # run from a folder without being installed
            release = ""
        columns = self._settings.columns
        declared = hashlib.sha256(repr(columns).encode()).hexdigest()[:12] if columns != CORE_ALONE else ""
        return " ".join(filter(None, (self._settings.AREA_UNIT, self._settings.CURRENCY, release, declared)))
