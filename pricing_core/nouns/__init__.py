"""What the product speaks of: a home and its columns (`schema`), listings, versions, jobs, valuations, people.

Plain data that every room and every door may hold; nothing here reads, computes or decides.
"""

from pricing_core.nouns.base import ROLES, Actor, File, Json, Noun, Progress, Role, Source, no_progress, part_of
from pricing_core.nouns.jobs import Job, JobStatus, Removal, Schedule
from pricing_core.nouns.listings import (
    ANY_TABLE,
    Dataset,
    DataVersion,
    Decision,
    Finding,
    IngestReport,
    Rejection,
    Review,
    ReviewPreview,
    TableChoice,
)
from pricing_core.nouns.models import Check, Promotion, TrainingResult, Verdict, Version
from pricing_core.nouns.people import ApiKey, Person
from pricing_core.nouns.reports import Example, Found, KeptOut, Severity
from pricing_core.nouns.valuations import LoggedPrediction, Valuation

__all__ = [
    "ANY_TABLE",
    "ROLES",
    "Actor",
    "ApiKey",
    "Check",
    "DataVersion",
    "Dataset",
    "Decision",
    "Example",
    "File",
    "Finding",
    "Found",
    "IngestReport",
    "Job",
    "JobStatus",
    "Json",
    "KeptOut",
    "LoggedPrediction",
    "Noun",
    "Person",
    "Progress",
    "Promotion",
    "Rejection",
    "Removal",
    "Review",
    "ReviewPreview",
    "Role",
    "Schedule",
    "Severity",
    "Source",
    "TableChoice",
    "TrainingResult",
    "Valuation",
    "Verdict",
    "Version",
    "no_progress",
    "part_of",
]
