"""How the versions stand: their verdicts, the ledger of champions, and what has changed since the present one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from pricing_core.errors import NotFoundError
from pricing_core.nouns import Json, Noun, Promotion, Verdict, Version
from pricing_core.nouns.schema import CATEGORIES
from pricing_core.settings import Settings
from pricing_core.store import Store
from pricing_core.training.pipeline import TrainingPipeline
from pricing_core.training.recipes import Recipe, load_recipe, shipped_recipes
from pricing_core.versions.registry import Registry
from pricing_core.versions.serving import Predictor

RATIO_STUDY: Final = "ratio_study.json"
VERDICT: Final = "verdict.json"
DOCUMENTS: Final = (RATIO_STUDY, VERDICT, "calibration.json", "residuals.json", "importance.json", "recipe.json")
"""What may be read of a run beside its figures."""


@dataclass(frozen=True)
class Changed(Noun):
    """What a training with some recipe would see that the champion did not.

    ``same_version`` was made from the very same listings, split and recipe, so that training would do nothing.
    ``listed_then`` and ``listed_now`` count the listings of both; the former is ``None`` where none was kept.
    """

    champion: int | None
    champion_recipe: str | None
    listings_changed: bool
    recipe_changed: bool
    listed_then: int | None
    listed_now: int
    same_version: int | None


class Status:
    """Answers questions on runs and versions; nothing is changed here."""

    def __init__(self, settings: Settings, store: Store, registry: Registry, predictor: Predictor) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        self._predictor = predictor

    def recipes(self) -> list[Recipe]:
        """The shipped recipes."""
        return [load_recipe(name, self._settings.columns) for name in shipped_recipes()]

    def all(self) -> list[Version]:
        """Every registered version, newest first."""
        return self._store.versions.all()

    def choices(self) -> dict[str, list[str]]:
        """The types and sectors of the champion's training rows, or of the listings where there is no champion."""
        number = self._store.versions.champion_number()
        version = None if number is None else self._store.versions.get(number)
        if version is not None:
            return dict(version.manifest["categories"])
        listings = self._store.listings.frame(*CATEGORIES)
        return {name: sorted(listings[name].dropna().unique()) for name in CATEGORIES}

    def declared_in_use(self) -> dict[str, str] | None:
        """The roles of the declared columns that the champion uses; ``None`` where there is no champion."""
        number = self._store.versions.champion_number()
        version = None if number is None else self._store.versions.get(number)
        return None if version is None else dict(version.manifest.get("declared", {}))

    def last_day_in_use(self) -> date | None:
        """The last day whose prices the champion learned the market's level from, ``None`` where it knows no days."""
        number = self._store.versions.champion_number()
        version = None if number is None else self._store.versions.get(number)
        last = None if version is None else version.manifest.get("last_day")
        return date.fromisoformat(last) if isinstance(last, str) else None

    def model_info(self) -> Json:
        """What serves: version, recipe, metrics, the limits of what it learned from, and for whom it stands in."""
        champion = self._predictor.champion()
        version = champion.version
        content = {name: value for name, value in version.to_dict().items() if name not in ("manifest", "model_uri")}
        learned = {name: version.manifest[name] for name in ("rows", "ranges")}
        learned["declared"] = dict(champion.model.declared)
        # Whoever was loaded ahead of its promotion was not the champion yet.
        standing = {
            "is_champion": champion.stands_in_for is None,
            "stands_in_for": champion.stands_in_for,
            "notice": champion.notice,
        }
        return (
            content | learned | standing | {"currency": self._settings.CURRENCY, "area_unit": self._settings.AREA_UNIT}
        )

    def runs(self, limit: int = 100) -> pd.DataFrame:
        """The runs, newest first: MLflow's columns flattened, with ``version``, ``is_champion`` and ``passed``."""
        runs = self._registry.runs(limit)
        versions = {version.run_id: version for version in self._store.versions.all()}
        known = [versions.get(run_id) for run_id in runs["run_id"]] if len(runs) else []
        numbers = pd.array([None if item is None else item.version for item in known], dtype="Int64")
        champions = [item is not None and item.is_champion for item in known]
        verdicts = self._store.versions.passed()
        passed = pd.array([None if item is None else verdicts.get(item.version) for item in known], dtype="boolean")
        return runs.assign(version=numbers, is_champion=champions, passed=passed)

    def document(self, run_id: str, name: str) -> Json | None:
        """A document of a run, such as ``verdict.json`` or ``importance.json``, or ``None`` where it has none."""
        if name not in DOCUMENTS:
            raise NotFoundError(
                "A run has no document {name:quoted}: there may be {allowed:list}.", name=name, allowed=list(DOCUMENTS)
            )
        return self._registry.document(run_id, name)

    def run(self, run_id: str) -> Json:
        """One run in full, with its version."""
        found = next((item for item in self._store.versions.all() if item.run_id == run_id), None)
        version = {"version": found.version if found else None, "is_champion": bool(found and found.is_champion)}
        return self._registry.run(run_id) | version

    def study(self, run_id: str) -> Json | None:
        """The ratio study of a run on its test rows, or ``None`` where it has none."""
        return self.document(run_id, RATIO_STUDY)

    def verdict(self, version: int) -> Verdict | None:
        """What the gate found of a version, or ``None`` where it was never judged."""
        return self._store.versions.verdict(version)

    def ledger(self, limit: int = 100) -> list[Promotion]:
        """The promotions and roll backs, the newest first, with their reasons."""
        return self._store.versions.ledger(limit)

    def stand_in(self) -> Json | None:
        """Which version stands in for a champion that this process could not load, and why; else ``None``."""
        serving = self._predictor.serving
        if serving is None or serving.stands_in_for is None:
            return None
        if self._store.versions.champion_number() != serving.stands_in_for:
            return None  # somebody has moved the champion since; the next valuation will see
        return {
            "champion": serving.stands_in_for,
            "version": serving.version.version,
            "notice": serving.notice,
            "problem": serving.problem,
        }

    def changed(self, recipe_name: str) -> Changed:
        """What has changed since the champion was trained, were this recipe trained now."""
        versions, recipe = self._store.versions, load_recipe(recipe_name, self._settings.columns)
        number = versions.champion_number()
        champion = None if number is None else versions.get(number)
        same = versions.with_fingerprint(TrainingPipeline(self._settings, self._store, recipe).fingerprint())
        manifest = {} if champion is None else champion.manifest
        return Changed(
            champion=number,
            champion_recipe=None if champion is None else champion.recipe,
            listings_changed=manifest.get("listings") != self._store.listings.fingerprint(),
            recipe_changed=manifest.get("recipe_digest", recipe.digest) != recipe.digest,
            listed_then=manifest.get("listed"),
            listed_now=sum(dataset.rows for dataset in self._store.listings.datasets() if dataset.active),
            same_version=None if same is None else same.version,
        )
