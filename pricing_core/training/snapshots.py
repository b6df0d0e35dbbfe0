"""The exact rows of a training as one Parquet file, named by their content and never changed."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pricing_core import private
from pricing_core.errors import ArtifactError, StorageError
from pricing_core.nouns import DataVersion
from pricing_core.nouns.declared import Roles
from pricing_core.nouns.declared_frames import packed
from pricing_core.nouns.schema import CATEGORIES, LISTING_COLUMNS
from pricing_core.store.fingerprints import DECLARED, Fingerprint
from pricing_core.whole_file import whole_file

FOLDER: Final = "snapshots"
_ROWS_AT_ONCE: Final = 50_000
_SCHEMA: Final = pa.schema(
    [
        ("id", pa.int64()),
        *((name, pa.string() if name in CATEGORIES else pa.float64()) for name in LISTING_COLUMNS),
        ("is_train", pa.bool_()),
    ]
)
_KINDS: Final = {"category": pa.string(), "yes/no": pa.bool_(), "date": pa.timestamp("ms")}
_NONE_DECLARED: Final[Roles] = {}


@dataclass(frozen=True)
class Snapshot:
    """A file of rows: its path under the data folder, the fingerprint of the rows and the digest of the file."""

    path: str
    fingerprint: str
    sha256: str


def write_snapshot(data_dir: Path, train: pd.DataFrame, test: pd.DataFrame, roles: Roles = _NONE_DECLARED) -> Snapshot:
    """Keep the rows of a training; equal rows share one file.

    Parameters
    ----------
    roles
        The declared columns that are kept too.

    Raises
    ------
    StorageError
        When the file cannot be written.
    """
    rows = pd.concat([train.assign(is_train=True), test.assign(is_train=False)], ignore_index=True)
    declared = {name: role for name, role in roles.items() if name in rows}
    schema = pa.schema([*_SCHEMA, *((name, _KINDS.get(role, pa.float64())) for name, role in declared.items())])
    table = pa.Table.from_pandas(rows[schema.names], schema=schema, preserve_index=False)
    digest = _digest(table.select(_SCHEMA.names), packed(rows, declared))
    path = f"{FOLDER}/{digest}.parquet"
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(), buffer, compression="zstd")
    content = buffer.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    _keep(data_dir / path, content, sha256)
    return Snapshot(path, digest, sha256)


def _digest(core: pa.Table, declared: list[str | None]) -> str:
    table = core.append_column(DECLARED, pa.array(declared, pa.string()))
    digest = Fingerprint(table.schema)
    for batch in table.to_batches(_ROWS_AT_ONCE):
        digest.add(batch)
    return digest.hexdigest()


def _keep(path: Path, content: bytes, sha256: str) -> None:
    try:
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            path.touch()  # its age counts from its last use
            return
        path.parent.mkdir(private.FOLDER, parents=True, exist_ok=True)
        with whole_file(path) as temporary:
            temporary.write_bytes(content)
    except OSError as error:
        raise StorageError(
            "{file} cannot be written ({problem}): see DATA_DIR.",
            inside=f"Its path is {path}.",
            file=path.name,
            problem=error.strerror,
        ) from None


def read_snapshot(data_dir: Path, snapshot: DataVersion) -> pd.DataFrame:
    """The rows of a snapshot: ``id``, the listing columns, ``is_train`` and what was declared; train rows first.

    Raises
    ------
    ArtifactError
        When the file is missing or is not what was written.
    """
    path = data_dir / snapshot.path
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ArtifactError(
            "The rows of data version {version} cannot be read ({problem}). Perhaps they were kept for "
            "KEEP_SNAPSHOTS_DAYS and then removed. Restore the file from a backup; training on the same listings and "
            "reviews writes it anew.",
            inside=f"Its path is {path}.",
            version=snapshot.fingerprint[:12],
            problem=error.strerror,
        ) from None
    if hashlib.sha256(content).hexdigest() != snapshot.sha256:
        raise ArtifactError(
            "The rows of data version {version} are damaged: the file is not what was written. Restore it from a "
            "backup. Training on the same listings and reviews writes it anew.",
            inside=f"Its path is {path}.",
            version=snapshot.fingerprint[:12],
        )
    frame: pd.DataFrame = pq.read_table(io.BytesIO(content)).to_pandas()
    return frame


def split(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The train and the test rows of a snapshot, as the training had them."""
    parts = (rows.loc[rows["is_train"]], rows.loc[~rows["is_train"]])
    train, test = (part.drop(columns="is_train").reset_index(drop=True) for part in parts)
    return train, test
