"""Who may come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pricing_core.nouns.base import Noun, Role


@dataclass(frozen=True)
class Person(Noun):
    """Someone who may log in."""

    name: str
    role: Role
    active: bool
    created_at: datetime


@dataclass(frozen=True)
class ApiKey(Noun):
    """A key for programs, without its secret."""

    id: str
    name: str
    role: Role
    created_at: datetime
    revoked_at: datetime | None = None
