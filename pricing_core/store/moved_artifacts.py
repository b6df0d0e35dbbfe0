"""MLflow writes down full paths: when the home was moved or copied, they are pointed at where the files are now."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlparse

import sqlalchemy as sa

from pricing_core.store.engine import parse_url

_PLACES: Final = (
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
    ("model_versions", "source"),
)


def follow_artifacts(tracking_uri: str, experiment: str, root: str, home: Path) -> None:
    """Have an experiment write under a root, and point what it wrote under its former one at the same files there.

    What is not found under the root stays as it was written. Nothing is done to a store that is not a file in the home:
    it did not come here with a copy, and other homes may use it too.
    """
    if not _lies_in(home, tracking_uri):
        return
    engine = sa.create_engine(parse_url(tracking_uri, "MLFLOW_TRACKING_URI"))
    try:
        with engine.begin() as connection:
            _follow(connection, experiment, root)
    finally:
        engine.dispose()


def _lies_in(home: Path, tracking_uri: str) -> bool:
    if not tracking_uri.startswith("sqlite:"):
        return False
    file = parse_url(tracking_uri, "MLFLOW_TRACKING_URI").database
    return Path(str(file)).resolve().is_relative_to(home.resolve())


def _follow(connection: sa.Connection, experiment: str, root: str) -> None:
    experiments = sa.table("experiments", sa.column("name"), sa.column("artifact_location"))
    named = experiments.c.name == experiment
    former = connection.execute(sa.select(experiments.c.artifact_location).where(named)).scalar_one_or_none()
    if former is None or former == root:
        return
    connection.execute(experiments.update().where(named).values(artifact_location=root))
    for name, column in _PLACES:
        _point(connection, sa.table(name, sa.column(column)), former.rstrip("/") + "/", root.rstrip("/") + "/")


def _point(connection: sa.Connection, table: sa.TableClause, former: str, root: str) -> None:
    (column,) = table.c
    for place in list(connection.execute(sa.select(column).distinct()).scalars()):
        moved = root + place.removeprefix(former) if place and place.startswith(former) else None
        if moved is not None and _is_there(moved):
            connection.execute(table.update().where(column == place).values({column: moved}))


def _is_there(place: str) -> bool:
    address = urlparse(place)
    return address.scheme in ("", "file") and Path(unquote(address.path)).exists()
