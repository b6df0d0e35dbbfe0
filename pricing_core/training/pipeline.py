"""The three steps from stored listings to a fitted model: make-dataset, build-features, train-model.

Each step writes files and remembers, by content, what it made them from. It is skipped while that has not changed.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cloudpickle
import pandas as pd
from filelock import FileLock, Timeout

from pricing_core.errors import ConflictError, InputError
from pricing_core.listings.as_reviewed import DecisionsInForce, ReviewedListings, as_reviewed
from pricing_core.listings.split import COUNTS, count_reviewed, left_out_in_words, split_listings
from pricing_core.model.renamed_classes import unpickled
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import Json, Noun, Progress
from pricing_core.nouns.models import STEPS
from pricing_core.nouns.schema import words_of
from pricing_core.private import FOLDER
from pricing_core.settings import Settings
from pricing_core.store import Store
from pricing_core.training import fitting
from pricing_core.training.recipes import Recipe
from pricing_core.whole_file import whole_file
from pricing_core.words import Message, marked

_log = logging.getLogger(__name__)

_WAIT_SECONDS: Final = 5
_STAGES: Final = {
    "make-dataset": marked("Preparing the listings"),
    "build-features": marked("Building the features"),
    "train-model": marked("Fitting the model"),
}


@dataclass(frozen=True)
class StepResult(Noun):
    """What one step did: ``ran`` is false where nothing had changed."""

    step: str
    ran: bool
    message: Message


@dataclass
class Workspace:
    """The files of the pipeline and the memory of what they were made from."""

    data_dir: Path
    models_dir: Path
    _memory: Json = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.interim = self.data_dir / "interim"
        self.processed = self.data_dir / "processed"
        self.train, self.test = self.interim / "train.parquet", self.interim / "test.parquet"
        self.counts = self.interim / "counts.json"
        self.features = self.processed / "train.parquet"
        self.test_features = self.processed / "test.parquet"
        self.preprocessor = self.models_dir / "preprocessor.pkl"
        self.model = self.models_dir / "model.pkl"
        self._memory_file = self.models_dir / "pipeline.json"
        for folder in (self.interim, self.processed, self.models_dir):
            folder.mkdir(FOLDER, parents=True, exist_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other training out of these files for as long as the block lasts.

        Raises
        ------
        ConflictError
            When another process is at work in them.
        """
        try:
            with FileLock(self.models_dir / "training.lock", timeout=_WAIT_SECONDS):
                yield
        except Timeout:
            raise ConflictError(
                "Another training is under way in {folder}: wait until it has ended, then try again.",
                folder=self.models_dir,
            ) from None

    def unchanged(self, step: str, inputs: str) -> bool:
        """Whether a step was last made from these inputs and its files are still what it wrote."""
        remembered = self._read().get(step)
        if remembered is None or remembered["inputs"] != inputs:
            return False
        return all(_digest(self._path(name)) == digest for name, digest in remembered["outputs"].items())

    def remember(self, step: str, inputs: str, outputs: list[Path]) -> None:
        """Note what a step was made from, and what it wrote."""
        outputs_by_name = {self._name(path): _digest(path) for path in outputs}
        content = self._read() | {step: {"inputs": inputs, "outputs": outputs_by_name}}
        _replace(self._memory_file, json.dumps(content, indent=2).encode())

    def _name(self, path: Path) -> str:
        # Not the full path: in a copied home that would name the files of the former one.
        root, name = (self.data_dir, "data") if path.is_relative_to(self.data_dir) else (self.models_dir, "models")
        return f"{name}/{path.relative_to(root).as_posix()}"

    def _path(self, name: str) -> Path:
        root, _, rest = name.partition("/")
        return (self.data_dir if root == "data" else self.models_dir) / rest

    def content(self, *paths: Path) -> str:
        """One digest over the content of files."""
        return hashlib.sha256("".join(_digest(path) or "-" for path in paths).encode()).hexdigest()

    def _read(self) -> Json:
        try:
            memory: Json = json.loads(self._memory_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
            return {}
        return memory if isinstance(memory, dict) else {}


class TrainingPipeline:
    """Runs the steps for one recipe.

    Parameters
    ----------
    settings
        Where files are written, how rows are split, and how many threads may be used.
    store
        Where the listings are.
    recipe
        What is trained.
    """

    def __init__(self, settings: Settings, store: Store, recipe: Recipe) -> None:
        self.recipe = recipe
        self.files = Workspace(settings.DATA_DIR, settings.MODELS_DIR)
        self._settings = settings
        self._store = store
        self._reviewed = ReviewedListings(settings, store)

    def run(self, steps: tuple[str, ...] = STEPS, *, force: bool = False, progress: Progress) -> list[StepResult]:
        """Run steps in order; one that needs no work is skipped unless forced.

        Raises
        ------
        InputError
            For a name that is no step, or a step whose inputs have not been made.
        ListingsError
            When there are no listings to train on.
        """
        actions: dict[str, Callable[[bool], StepResult]] = {
            "make-dataset": self._make_dataset,
            "build-features": self._build_features,
            "train-model": self._train_model,
        }
        results = []
        for number, step in enumerate(steps):
            if step not in actions:
                raise InputError("{step:quoted} is no step: allowed are {allowed:list}.", step=step, allowed=STEPS)
            progress(Message(_STAGES[step]), number / len(steps))
            results.append(actions[step](force))
            _log.info(Message("{step}: {result}", step=step, result=results[-1].message))
        return results

    def fingerprint(self) -> str:
        """Names exactly what a training would see: the rows as reviewed, their split and the recipe."""
        return self._with_recipe(self._dataset_inputs(self._reviewed.in_force()))

    def made_fingerprint(self) -> str:
        """The same of the rows that make-dataset wrote, should someone have settled a listing since."""
        return self._with_recipe(str(self._counts()["inputs"]))

    def counts(self) -> dict[str, int]:
        """What make-dataset did with reviews: listings excluded, corrected, and left out for unreviewed errors."""
        return {name: int(self._counts()[name]) for name in COUNTS}

    def _counts(self) -> Json:
        counts: Json = json.loads(self.files.counts.read_text(encoding="utf-8"))
        return counts

    def _with_recipe(self, inputs: str) -> str:
        return hashlib.sha256(f"{inputs}:{self.recipe.digest}".encode()).hexdigest()

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The train and the test rows that make-dataset wrote."""
        if not (self.files.train.exists() and self.files.test.exists()):
            raise InputError("There is no interim dataset yet: run `tasador pipeline make-dataset` first.")
        return pd.read_parquet(self.files.train), pd.read_parquet(self.files.test)

    def model(self) -> ValuationModel:
        """The fitted model that train-model wrote.

        Raises
        ------
        InputError
            When it is not what train-model wrote for this recipe and these features.
        """
        if not self.files.unchanged("train-model", self._model_inputs()):
            raise InputError("There is no model of this recipe yet: run `tasador pipeline train-model` first.")
        model: ValuationModel = unpickled(self.files.model.read_bytes())
        return model

    def _dataset_inputs(self, in_force: DecisionsInForce) -> str:
        settings = self._settings
        split = [settings.SHUFFLE_RAW_DATA, settings.SPLIT_SEED, settings.TEST_SHARE, settings.MIN_TARGET_THRESHOLD]
        rows = [self._store.listings.fingerprint(), in_force.digest()]
        columns = settings.columns
        declared = [dict(columns.roles)] if columns else []
        said = [columns.synonyms, {column.name: column.synonyms for column in columns}]
        words = said if any(map(any, (said[0], *said[1].values()))) else []
        return hashlib.sha256(json.dumps([*rows, *split, *declared, *words]).encode()).hexdigest()

    def _feature_inputs(self) -> str:
        return f"{self.files.content(self.files.train, self.files.test)}:{self.recipe.digest}"

    def _model_inputs(self) -> str:
        return f"{self.files.content(self.files.features, self.files.preprocessor)}:{self.recipe.digest}"

    def _make_dataset(self, force: bool) -> StepResult:
        in_force = self._reviewed.in_force()
        inputs = self._dataset_inputs(in_force)
        if not force and self.files.unchanged("make-dataset", inputs):
            return StepResult("make-dataset", False, Message("Skipped: listings, reviews and split have not changed."))
        listings = as_reviewed(self._store.listings.frame(), in_force, words_of(self._settings.columns))
        train, test, how = split_listings(listings, self._settings)
        counts = count_reviewed(listings)
        _write_frame(train, self.files.train)
        _write_frame(test, self.files.test)
        _replace(self.files.counts, json.dumps(counts | {"inputs": inputs}).encode())
        self.files.remember("make-dataset", inputs, [self.files.train, self.files.test, self.files.counts])
        wrote = Message(
            "Wrote {train:integer} train and {test:integer} test rows ({how}).",
            train=len(train),
            test=len(test),
            how=how,
        )
        return StepResult("make-dataset", True, Message.joined([wrote, *left_out_in_words(counts)]))

    def _build_features(self, force: bool) -> StepResult:
        train, test = self.frames()
        inputs = self._feature_inputs()
        if not force and self.files.unchanged("build-features", inputs):
            return StepResult("build-features", False, Message("Skipped: the dataset and the recipe have not changed."))
        preprocessor, processed = fitting.fit_features(self.recipe, train, self._settings.TRAINING_THREADS)
        _replace(self.files.preprocessor, cloudpickle.dumps(preprocessor))
        _write_frame(processed, self.files.features)
        _write_frame(preprocessor.transform(test) if len(test) else processed.head(0), self.files.test_features)
        outputs = [self.files.preprocessor, self.files.features, self.files.test_features]
        self.files.remember("build-features", inputs, outputs)
        count, rows = processed.shape[1], len(processed)
        wrote = Message("Wrote {count:integer} features of {rows:integer} rows.", count=count, rows=rows)
        return StepResult("build-features", True, wrote)

    def _train_model(self, force: bool) -> StepResult:
        train, _ = self.frames()
        # Loading a pickle runs what is in it, so only what build-features wrote for this very recipe is loaded.
        if not self.files.unchanged("build-features", self._feature_inputs()):
            raise InputError(
                "There are no features of the recipe {recipe} yet, or their files have changed: run "
                "`tasador pipeline build-features --recipe {recipe}` first.",
                recipe=self.recipe.name,
            )
        inputs = self._model_inputs()
        if not force and self.files.unchanged("train-model", inputs):
            return StepResult("train-model", False, Message("Skipped: the features and the recipe have not changed."))
        preprocessor = unpickled(self.files.preprocessor.read_bytes())
        processed = pd.read_parquet(self.files.features)
        threads = self._settings.TRAINING_THREADS
        model = fitting.fit_model(self.recipe, preprocessor, processed, train, threads)
        _replace(self.files.model, cloudpickle.dumps(model))
        self.files.remember("train-model", inputs, [self.files.model])
        fitted = Message("Fitted {recipe} on {rows:integer} rows.", recipe=self.recipe.name, rows=len(train))
        return StepResult("train-model", True, fitted)


def _write_frame(frame: pd.DataFrame, path: Path) -> None:
    with whole_file(path) as temporary:
        frame.reset_index(drop=True).to_parquet(temporary)


def _replace(path: Path, content: bytes) -> None:
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def _digest(path: Path) -> str | None:
    if not path.exists():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
