"""The other nouns: what the library hands to its doors. `schema` holds the home itself."""

from pricing_core.nouns.base import ROLES, Actor, Noun, Progress, Role, Source, part_of
from pricing_core.nouns.jobs import Job, JobStatus, Removal, Schedule
from pricing_core.nouns.listings import (
    Dataset,
    DataVersion,
    Finding,
    IngestReport,
    Rejection,
    Review,
    ReviewPreview,
    ReviewVerdict,
    Severity,
)
from pricing_core.nouns.models import Check, Promotion, TrainingResult, Verdict, Version
from pricing_core.nouns.people import ApiKey, Person
from pricing_core.nouns.valuations import LoggedPrediction, Valuation

__all__ = [
    "ROLES",
    "Actor",
    "ApiKey",
    "Check",
    "DataVersion",
    "Dataset",
    "Finding",
    "IngestReport",
    "Job",
    "JobStatus",
    "LoggedPrediction",
    "Noun",
    "Person",
    "Progress",
    "Promotion",
    "Rejection",
    "Removal",
    "Review",
    "ReviewPreview",
    "ReviewVerdict",
    "Role",
    "Schedule",
    "Severity",
    "Source",
    "TrainingResult",
    "Valuation",
    "Verdict",
    "Version",
    "part_of",
]
