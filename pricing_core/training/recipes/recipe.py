"""What a recipe holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pricing_core.model.renamed_classes import first_path
from pricing_core.nouns.declared import Roles
from pricing_core.strict_yaml import Plain

Target = Literal["price", "log"]


@dataclass(frozen=True)
class Step:
    """One estimator: its class path and parameters.

    A parameter may itself be an estimator (a mapping with ``class``), or a list that holds such mappings.
    """

    class_path: str
    parameters: Mapping[str, Plain] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Plain]:
        """The step in the words of the YAML file."""
        return {"class": self.class_path, "parameters": dict(self.parameters)}


@dataclass(frozen=True)
class FeatureGroup:
    """Columns that go through the same transformers, in order."""

    columns: tuple[str, ...]
    transformers: tuple[Step, ...]

    def to_dict(self) -> dict[str, Plain]:
        """The group in the words of the YAML file."""
        return {"columns": list(self.columns), "transformers": [step.to_dict() for step in self.transformers]}


@dataclass(frozen=True)
class Recipe:
    """Columns, transformers, model and parameters. Columns that no group names are left out.

    ``target`` says what the model learns: the price itself, or its logarithm. ``declared`` holds the roles of the
    columns among them that the client declares.
    """

    name: str
    description: str
    features: tuple[FeatureGroup, ...]
    model: Step
    target: Target
    metrics: tuple[str, ...]
    declared: Roles = field(default_factory=dict)

    def to_dict(self) -> dict[str, Plain]:
        """The whole recipe in the words of the YAML file, every default written out."""
        declared: dict[str, Plain] = {"declared": {**self.declared}} if self.declared else {}
        return {
            "name": self.name,
            "description": self.description,
            "features": [group.to_dict() for group in self.features],
            "model": self.model.to_dict(),
            "target": self.target,
            "metrics": list(self.metrics),
            **declared,
        }

    @property
    def digest(self) -> str:
        """sha256 of the content: the same for another order or layout, other comments, or classes that only moved."""
        content = json.dumps(_under_first_paths(self.to_dict()), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def _under_first_paths(content: Plain) -> Plain:
    if isinstance(content, list):
        return [_under_first_paths(item) for item in content]
    if not isinstance(content, dict):
        return content
    return {
        key: first_path(value) if key == "class" and isinstance(value, str) else _under_first_paths(value)
        for key, value in content.items()
    }
