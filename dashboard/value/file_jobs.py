"""A large file of homes, valued by the worker: queued, watched, and found again after the page was loaded anew."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.login import acting
from dashboard.parts.job_progress import follow
from dashboard.parts.text import language, t
from dashboard.parts.views import small
from dashboard.state import avm, settings
from pricing_core import AS_NAMED, Actor, ColumnChoice, Job

LARGE: Final = 500_000
"""Bytes from which a file is too long a wait for a page: some 6,000 homes."""
_KEPT: Final = timedelta(days=1)
_NAME = re.compile(r"[^\w.\- ]+")


def safe_name(name: str) -> str:
    """A name for the file on our side that still says in messages which one is meant."""
    return _NAME.sub("_", Path(name).name)[-80:].lstrip(".") or "file.csv"


def is_large(file: UploadedFile) -> bool:
    """Whether the worker values a file; where none is at work the page does."""
    return file.size > LARGE and avm().jobs.worker_alive()


def queue(file: UploadedFile, columns: ColumnChoice) -> None:
    """Keep the file where the worker finds it, and queue it."""
    with acting() as actor:
        out = settings().upload_dir / uuid4().hex / "values" / "values.csv"
        out.parent.mkdir(parents=True)
        source = out.parents[1] / safe_name(file.name)
        source.write_bytes(file.getbuffer())
        said = {"columns": columns.to_json()} if columns != AS_NAMED else {}
        avm().jobs.submit("value_file", actor=actor, source=source, out=out, language=language(), **said)


def newest(actor: Actor) -> Job | None:
    """The person's newest uploaded file, as long as what came of it is kept."""
    since, place = datetime.now(UTC) - _KEPT, str(settings().upload_dir.resolve())
    return next(
        (
            job
            for job in avm().jobs.newest(limit=50, kind="value_file")
            if job.requested_by == actor.name and job.created_at > since and job.parameters["out"].startswith(place)
        ),
        None,
    )


def watch(job: Job) -> None:
    """How far it is, polled each second, and the way to cancel it."""
    follow(
        job,
        lambda job: small(
            t(
                "{name} is being valued by the worker. You may leave this page: what comes of it waits here for a day.",
                name=Path(job.parameters["source"]).name,
            )
        ),
    )
