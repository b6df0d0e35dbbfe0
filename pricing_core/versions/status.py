"""How the versions stand: their verdicts, the ledger of champions, and what has changed since the present one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pricing_core.nouns import Noun, Promotion, Verdict
from pricing_core.settings import Settings
from pricing_core.store import Store
from pricing_core.training.pipeline import TrainingPipeline
from pricing_core.training.recipes import load_recipe
from pricing_core.versions.serving import Predictor


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


class Standing:
    """Answers questions on versions; nothing is changed here."""

    def __init__(self, settings: Settings, store: Store, predictor: Predictor) -> None:
        self._settings = settings
        self._store = store
        self._predictor = predictor

    def verdict(self, version: int) -> Verdict | None:
        """What the gate found of a version, or ``None`` where it was never judged."""
        return self._store.versions.verdict(version)

    def ledger(self, limit: int = 100) -> list[Promotion]:
        """The promotions and roll backs, the newest first, with their reasons."""
        return self._store.versions.ledger(limit)

    def stand_in(self) -> dict[str, Any] | None:
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
        versions, recipe = self._store.versions, load_recipe(recipe_name)
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
