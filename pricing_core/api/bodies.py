"""The JSON bodies. Answers keep the old service's fields; whatever the library adds to a noun comes beside them."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field

from pricing_core import Job, Json, Language, LoggedPrediction, Valuation

# Shown in the API's documentation.
EXAMPLE: Final[Json] = {
    "type": "departamento",
    "sector": "Ñuñoa",
    "net_usable_area": 70,
    "net_area": 78,
    "n_rooms": 3,
    "n_bathroom": 2,
    "latitude": -33.456,
    "longitude": None,
}


class Answer(BaseModel):
    """An answer whose named fields are promised; further ones may come with the noun behind it."""

    model_config = ConfigDict(extra="allow")


class Health(BaseModel):
    """Whether a home could be valued now; ``notice`` says when a former version stands in for a damaged champion."""

    status: bool
    notice: str | None = None


class Problem(BaseModel):
    """What is wrong, in plain sentences."""

    detail: str


class Prediction(Answer):
    """The value of one home."""

    prediction: float = Field(description="The value, in `currency`, estimated against asking prices")
    currency: str
    version: int = Field(description="The model version that answered")
    log_id: str = Field(description="The row of the prediction log that keeps this answer")
    created_at: datetime

    @classmethod
    def of(cls, valuation: Valuation, language: Language) -> Self:
        """Put the old name on the value; the subject is known to whoever sent it."""
        fields = valuation.to_dict(language)
        fields.pop("subject")
        return cls(prediction=fields.pop("value"), **fields)


class BatchItem(Answer):
    """The answer to one subject of a batch: a prediction, or the sentence that says why there is none."""

    index: int = Field(description="Position of the subject in the list that was sent, from 0")
    prediction: float | None = None
    error: str | None = None


class Batch(BaseModel):
    """The answers to a batch, in the order of the subjects."""

    items: list[BatchItem]
    valued: int
    failed: int


class FileItem(Answer):
    """What became of one row of a file: a prediction, or the sentence that says why there is none."""

    row: int = Field(description="The row, counted from 0")
    line: int | None = Field(None, description="The line of the file, or the row of the sheet, where a person finds it")
    input: Json = Field(description="The home as it was read")
    prediction: float | None = None
    error: str | None = None


class FileValues(BaseModel):
    """The values of a file, in the order of its rows, and how it was read."""

    items: list[FileItem]
    valued: int
    failed: int
    notes: list[str]


class LogEntry(Answer):
    """One row of the prediction log."""

    input: list[Json]
    result: float
    date: datetime

    @classmethod
    def of(cls, logged: LoggedPrediction, language: Language) -> Self:
        """Put the old names on the row."""
        fields = logged.to_dict(language) | {"subject": logged.written}
        return cls(input=[fields.pop("subject")], result=fields.pop("value"), date=fields.pop("created_at"), **fields)


class TrainRequest(BaseModel):
    """What to train; everything may be left out."""

    model_config = ConfigDict(extra="forbid")

    recipe: str = Field("champion", min_length=1, max_length=64, description="Name of a shipped recipe")
    force: bool = Field(False, description="Train even if neither data nor recipe changed")


class JobAnswer(Answer):
    """Queued work and how far it is."""

    id: str
    kind: str
    status: str
    stage: str
    progress: float
    message: str
    requested_by: str
    attempt: int = Field(description="2 when the job was taken up again after a crash")
    elapsed_seconds: float | None = Field(None, description="How long it has taken")
    eta_seconds: float | None = Field(None, description="How long it still needs, told from former jobs")
    lines: list[str] = Field(description="What it said last, each line with its time (UTC)")

    @classmethod
    def of(cls, job: Job, language: Language, **beside: object) -> Self:
        """The job as it is stored, with files by their names, and what the route knows beside it."""
        content = job.to_dict(language)
        files = {name: _without_folders(content[name]) for name in ("parameters", "result")}
        return cls(**(content | files), **beside)


class UploadReport(Answer):
    """What an upload changed."""

    changed: bool
    accepted: int
    rejected: int
    check_job: JobAnswer | None = Field(None, description="The check of many listings, which the worker does")


def _without_folders(content: object) -> object:
    """The same without the folders of the server: a job that was started on the machine itself names whole paths."""
    if isinstance(content, dict):
        return {name: _without_folders(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_without_folders(item) for item in content]
    return PurePath(content).name if isinstance(content, str) and PurePath(content).is_absolute() else content
