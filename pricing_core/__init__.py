"""Tasador's library: everything that the dashboard, the command line and the API do.

`AVM` is the one object to hold; the nouns are what it takes and gives; the errors are what it raises.
"""

from __future__ import annotations

from pricing_core.avm import AVM
from pricing_core.errors import (
    AccessError,
    ArtifactError,
    ConflictError,
    InputError,
    ListingsError,
    NoChampionError,
    NotFoundError,
    PricingError,
    RecipeError,
    SettingsError,
    StorageError,
    SubjectError,
)
from pricing_core.exports import csv_bytes
from pricing_core.nouns import (
    ROLES,
    Actor,
    ApiKey,
    Dataset,
    Finding,
    IngestReport,
    Job,
    LoggedPrediction,
    Person,
    Rejection,
    Role,
    TrainingResult,
    Valuation,
    Version,
)
from pricing_core.reviews import Review, ReviewPreview
from pricing_core.schema import (
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
    "Actor",
    "ApiKey",
    "ArtifactError",
    "Column",
    "ConflictError",
    "Dataset",
    "Finding",
    "IngestReport",
    "InputError",
    "Job",
    "Listing",
    "ListingsError",
    "LoggedPrediction",
    "NoChampionError",
    "NotFoundError",
    "Person",
    "PricingError",
    "Property",
    "RecipeError",
    "Rejection",
    "Review",
    "ReviewPreview",
    "Role",
    "Settings",
    "SettingsError",
    "StorageError",
    "SubjectError",
    "TrainingResult",
    "Valuation",
    "Version",
    "csv_bytes",
    "describe_problem",
    "load_settings",
    "parse_property",
]
