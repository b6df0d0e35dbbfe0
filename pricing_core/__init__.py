"""Tasador's library: everything that the dashboard, the command line and the API do.

`AVM` is the one object to hold; the nouns are what it takes and gives; the errors are what it raises.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pricing_core.avm import AVM
    from pricing_core.errors import (
        AccessError,
        ArtifactError,
        ConflictError,
        InputError,
        LeaseLostError,
        ListingsError,
        NoChampionError,
        NotFoundError,
        PricingError,
        RecipeError,
        SettingsError,
        StorageError,
        SubjectError,
        TooManyTriesError,
        in_full,
        log_in_full,
    )
    from pricing_core.listings.export import csv_bytes
    from pricing_core.listings.suggestions import equal_corrections, suggested_corrections
    from pricing_core.monitoring.accuracy import Accuracy, LiveAccuracy
    from pricing_core.monitoring.drift import Drift
    from pricing_core.monitoring.report import DriftReport, WatchReport
    from pricing_core.nouns import (
        ROLES,
        Actor,
        ApiKey,
        Check,
        Dataset,
        DataVersion,
        Finding,
        IngestReport,
        Job,
        LoggedPrediction,
        Person,
        Promotion,
        Rejection,
        Removal,
        Review,
        ReviewPreview,
        Role,
        Schedule,
        TrainingResult,
        Valuation,
        Verdict,
        Version,
    )
    from pricing_core.nouns.monitoring import Alert, Outcome, OutcomeReport, Override
    from pricing_core.nouns.names import KnownNames
    from pricing_core.nouns.schema import (
        AREAS,
        CATEGORIES,
        COLUMN,
        COLUMNS,
        FEATURES,
        LISTING_COLUMNS,
        NUMBERS,
        TARGET,
        Column,
        Listing,
        Property,
        describe_problem,
        parse_property,
    )
    from pricing_core.settings import Settings, load_settings
    from pricing_core.valuing.explain_change import Change
    from pricing_core.words import Language, Message, plural, say, spoken

# What is asked for is imported then, and no sooner: `tasador --help` needs none of it (PEP 562).
_HOMES: Final = {
    "avm": ("AVM",),
    "errors": (
        "AccessError",
        "ArtifactError",
        "ConflictError",
        "InputError",
        "LeaseLostError",
        "ListingsError",
        "NoChampionError",
        "NotFoundError",
        "PricingError",
        "RecipeError",
        "SettingsError",
        "StorageError",
        "SubjectError",
        "TooManyTriesError",
        "in_full",
        "log_in_full",
    ),
    "listings.export": ("csv_bytes",),
    "listings.suggestions": ("equal_corrections", "suggested_corrections"),
    "monitoring.accuracy": ("Accuracy", "LiveAccuracy"),
    "monitoring.drift": ("Drift",),
    "monitoring.report": ("DriftReport", "WatchReport"),
    "nouns": (
        "Actor",
        "ApiKey",
        "Check",
        "DataVersion",
        "Dataset",
        "Finding",
        "IngestReport",
        "Job",
        "LoggedPrediction",
        "Person",
        "Promotion",
        "ROLES",
        "Rejection",
        "Removal",
        "Review",
        "ReviewPreview",
        "Role",
        "Schedule",
        "TrainingResult",
        "Valuation",
        "Verdict",
        "Version",
    ),
    "nouns.monitoring": ("Alert", "Outcome", "OutcomeReport", "Override"),
    "nouns.names": ("KnownNames",),
    "nouns.schema": (
        "AREAS",
        "CATEGORIES",
        "COLUMN",
        "COLUMNS",
        "Column",
        "FEATURES",
        "LISTING_COLUMNS",
        "Listing",
        "NUMBERS",
        "Property",
        "TARGET",
        "describe_problem",
        "parse_property",
    ),
    "settings": ("Settings", "load_settings"),
    "valuing.explain_change": ("Change",),
    "words": ("Language", "Message", "plural", "say", "spoken"),
}
_HOME_OF: Final = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AREAS",
    "AVM",
    "CATEGORIES",
    "COLUMN",
    "COLUMNS",
    "FEATURES",
    "LISTING_COLUMNS",
    "NUMBERS",
    "ROLES",
    "TARGET",
    "AccessError",
    "Accuracy",
    "Actor",
    "Alert",
    "ApiKey",
    "ArtifactError",
    "Change",
    "Check",
    "Column",
    "ConflictError",
    "DataVersion",
    "Dataset",
    "Drift",
    "DriftReport",
    "Finding",
    "IngestReport",
    "InputError",
    "Job",
    "KnownNames",
    "Language",
    "LeaseLostError",
    "Listing",
    "ListingsError",
    "LiveAccuracy",
    "LoggedPrediction",
    "Message",
    "NoChampionError",
    "NotFoundError",
    "Outcome",
    "OutcomeReport",
    "Override",
    "Person",
    "PricingError",
    "Promotion",
    "Property",
    "RecipeError",
    "Rejection",
    "Removal",
    "Review",
    "ReviewPreview",
    "Role",
    "Schedule",
    "Settings",
    "SettingsError",
    "StorageError",
    "SubjectError",
    "TooManyTriesError",
    "TrainingResult",
    "Valuation",
    "Verdict",
    "Version",
    "WatchReport",
    "csv_bytes",
    "describe_problem",
    "equal_corrections",
    "in_full",
    "load_settings",
    "log_in_full",
    "parse_property",
    "plural",
    "say",
    "spoken",
    "suggested_corrections",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'pricing_core' has no attribute {name!r}")
    found = getattr(import_module(f"pricing_core.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
