"""Recipe + listings -> a fitted model and its study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from pricing_core.errors import ListingsError
from pricing_core.model.confidence import LearnedListings
from pricing_core.model.estimators import PriceRegressor, TrimmedRegressor
from pricing_core.model.features import ListingColumns
from pricing_core.model.market_level import MarketLevel
from pricing_core.model.ranges import RangeModel
from pricing_core.model.typical_homes import TypicalHomes
from pricing_core.model.valuation_model import ValuationModel, valued
from pricing_core.nouns import Json, Progress, part_of
from pricing_core.nouns.arrays import Numbers
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.nouns.homes_in_columns import blanks_of, columns_from_frame, count_names, one_spelling, take
from pricing_core.nouns.namesakes import find_namesakes
from pricing_core.nouns.schema import COORDINATES, FEATURES, LATITUDE, SECTOR, TARGET, Words, words_of
from pricing_core.training.coverage import covered, median_width
from pricing_core.training.cross_validation import Fit, Model, measure, out_of_fold
from pricing_core.training.dated_prices import at_last_day
from pricing_core.training.hidden_cells import hide
from pricing_core.training.metrics import STUDY_METRICS, point_metrics
from pricing_core.training.owner_table import owner_rows
from pricing_core.training.recipes import Recipe, build_model, build_preprocessor, load_recipe
from pricing_core.training.time_split import Split, TimeSplit
from pricing_core.words import Message, plural

Ranging = Literal["always", "free"]

_FEWEST_ROWS: Final = 2
# Words that mean the same are one already, by whoever brings the rows.
_FOLDED_ALONE: Final[Words] = {}
_STUDIED_TRAIN_ROWS: Final = 50_000
_RANGE_FOLDS: Final = 3
_RANGE_SEED: Final = 42
_HIDDEN_ROWS: Final = 8_000


def fit_features(recipe: Recipe, train: pd.DataFrame, threads: int = 1) -> tuple[Pipeline, pd.DataFrame]:
    """Fit a recipe's transformers on the train rows.

    Parameters
    ----------
    recipe : Recipe
    train : DataFrame
        The features and ``price`` above 0.
    threads : int
        Threads that may be used; more of them than free cores spin.

    Returns
    -------
    preprocessor : Pipeline
        Listings in, features out.
    processed : DataFrame
        The features of the train rows. What is learned from prices is cross-fitted here, so this is not what
        ``preprocessor.transform`` gives for the same rows.
    """
    return _fit_features(recipe, _leveled(recipe, train, threads)[0], threads)


def _leveled(recipe: Recipe, train: pd.DataFrame, threads: int) -> tuple[pd.DataFrame, MarketLevel | None]:
    with threadpool_limits(threads):
        return at_last_day(recipe, _checked(train))


def _fit_features(recipe: Recipe, train: pd.DataFrame, threads: int) -> tuple[Pipeline, pd.DataFrame]:
    price = train[TARGET].to_numpy(float)
    columns = ListingColumns({**recipe.declared} or None)
    preprocessor = Pipeline([("columns", columns), ("groups", build_preprocessor(recipe))])
    with threadpool_limits(threads):
        processed = preprocessor.fit_transform(train, price)
    return preprocessor, processed


def fit_model(
    recipe: Recipe,
    preprocessor: Pipeline,
    processed: pd.DataFrame,
    train: pd.DataFrame,
    threads: int = 1,
    *,
    ranges: Ranging = "always",
) -> ValuationModel:
    """Fit a recipe's model on processed rows, join it with their preprocessor, and learn its ranges.

    Parameters
    ----------
    ranges
        ``"free"`` leaves out ranges of recipes that would have to be fitted several times more to learn them, and what
        only a served version needs.

    Returns
    -------
    ValuationModel
        ``predict`` takes a frame of the features and gives one finite value above 0 a row.
    """
    train, level = _leveled(recipe, train, threads)
    return _fit_model(recipe, preprocessor, processed, train, level, threads, ranges)


def _fit_model(
    recipe: Recipe,
    preprocessor: Pipeline,
    processed: pd.DataFrame,
    train: pd.DataFrame,
    level: MarketLevel | None,
    threads: int,
    ranges: Ranging,
) -> ValuationModel:
    price = train[TARGET].to_numpy(float)
    model = PriceRegressor(build_model(recipe), log=recipe.target == "log")
    with threadpool_limits(threads):
        model.fit(processed, price)
        pipeline = Pipeline([("features", preprocessor), ("model", model)])
        log_value = _take_judged(model)
        if log_value is None and ranges == "always":
            log_value = _cross_fitted(model, processed, price)
        columns = columns_from_frame(train)
        namesakes = find_namesakes(columns[SECTOR].tolist(), *(columns[name] for name in COORDINATES))
        fitted = ValuationModel(pipeline, names=count_names(train), namesakes=namesakes, level=level)
        if log_value is not None:
            fitted.ranges = _learn_ranges(fitted, processed, log_value, np.log(price), train)
    if ranges == "always":
        fitted.learned, fitted.typical = LearnedListings.learn(train), TypicalHomes.learn(train)
    return fitted


def _take_judged(model: PriceRegressor) -> Numbers | None:
    """The out-of-fold values that trimming made anyway; they are not stored with the model."""
    inner = model.regressor_
    if not (model.log and isinstance(inner, TrimmedRegressor)):
        return None
    judged, inner.judged_, inner.kept_ = inner.judged_, None, np.empty(0, dtype=bool)
    return judged


def _cross_fitted(model: PriceRegressor, processed: pd.DataFrame, price: Numbers) -> Numbers | None:
    if len(price) < 2 * _RANGE_FOLDS:
        return None
    split = KFold(_RANGE_FOLDS, shuffle=True, random_state=_RANGE_SEED)
    values = cross_val_predict(clone(model), processed, price, cv=split)
    return np.asarray(np.log(values), dtype=float)


def _learn_ranges(
    model: ValuationModel, processed: pd.DataFrame, log_value: Numbers, log_price: Numbers, train: pd.DataFrame
) -> RangeModel:
    """Learn from the errors of listings as they are, and from what these become where cells are hidden."""
    columns, rng = columns_from_frame(train, model.declared), np.random.default_rng(_RANGE_SEED)
    rows = np.sort(rng.permutation(len(train))[:_HIDDEN_ROWS])
    whole = take(columns, rows)
    part = hide(whole, rng)
    value = model.value(whole)
    moved_away = blanks_of(part)[:, FEATURES.index(LATITUDE)] > 0
    value[moved_away] = model.regress(processed.to_numpy(float)[rows[moved_away]])
    moved = np.log(model.value(part)) - np.log(value)
    homes = valued(processed.to_numpy(float), log_value, columns, model.declared)
    copies = valued(model.features(part), log_value[rows] + moved, part, model.declared)
    error = np.concatenate([log_price, log_price[rows]]) - np.concatenate([log_value, copies.log_value])
    return RangeModel().fit(homes.followed_by(copies), error, rows)


def fit(recipe: Recipe, frame: pd.DataFrame, threads: int = 1, *, ranges: Ranging = "always") -> ValuationModel:
    """Fit features, model and ranges on all rows of a frame of features and ``price``."""
    train, level = _leveled(recipe, frame, threads)
    preprocessor, processed = _fit_features(recipe, train, threads)
    return _fit_model(recipe, preprocessor, processed, train, level, threads, ranges)


def study(model: Model, frame_train: pd.DataFrame, frame_test: pd.DataFrame | None) -> dict[str, float]:
    """Metrics of a fitted model on the rows it learned from and on rows kept apart.

    Of the train rows at most 50,000, drawn with a fixed seed, are valued: their errors only show overfitting.

    Returns
    -------
    dict
        Keyed ``mean_absolute_error_train``, ``r2_test`` and so on; without test rows, only ``_train``.
    """
    train = frame_train
    if len(train) > _STUDIED_TRAIN_ROWS:
        train = train.sample(_STUDIED_TRAIN_ROWS, random_state=0)
    result = _study_rows(model, train, "train")
    if frame_test is not None and len(frame_test):
        result |= _study_rows(model, frame_test, "test")
    return result


def _study_rows(model: Model, frame: pd.DataFrame, name: str) -> dict[str, float]:
    frame = priced_rows(frame)
    price = frame[TARGET].to_numpy(float)
    value, ranges = model.predict_with_ranges(frame)
    metrics = point_metrics(price, value)
    result = {f"{long}_{name}": metrics[short] for long, short in STUDY_METRICS.items()}
    if ranges is not None:
        low, high = ranges.low[90], ranges.high[90]
        result[f"coverage_90_{name}"] = covered(price, low, high)
        result[f"median_width_90_{name}"] = median_width(value, low, high)
    return result


def evaluate_recipes(
    frame: pd.DataFrame,
    names: Sequence[str],
    folds: int = 5,
    seed: int = 42,
    progress: Progress | None = None,
    threads: int = 1,
    owner_table: bool = False,
    declared: Declaration = CORE_ALONE,
    split: Split = "random",
) -> Json:
    """Cross-validate recipes side by side on the rows with a price above 0, or train on the past and value the later.

    Parameters
    ----------
    frame : DataFrame
        The features and ``price``.
    names : sequence of str
        Shipped recipes or paths of YAML files.
    declared : Declaration
        What the client declares beside the features.
    split : str
        ``"time"`` keeps the last of ``folds`` parts by date apart.

    Returns
    -------
    dict
        ``{"rows": N, "recipes": {name: metrics}}``, metrics as `cross_validation.measure` gives them; of a split by
        time ``split`` too.
    """
    recipes = {name: load_recipe(name, declared) for name in names}
    rows = priced_rows(one_spelling(frame, words_of(declared)))
    if split == "time":
        return _evaluate_in_time(recipes, TimeSplit.of(rows, folds), progress, threads) | {"rows": len(rows)}
    results: dict[str, Json] = {}
    values: Json = {}
    for done, (name, recipe) in enumerate(recipes.items()):
        report = _named_part(progress, name, done, len(recipes))
        found = out_of_fold(fitter(recipe, threads), rows, folds, seed, report)
        results[name], values[name] = measure(found, rows), (rows[TARGET], found.value)
    result: Json = {"rows": len(rows), "recipes": results}
    return result | ({"owner_table": owner_rows(values)} if owner_table else {})


def _evaluate_in_time(recipes: dict[str, Recipe], split: TimeSplit, progress: Progress | None, threads: int) -> Json:
    found: Json = {}
    for done, (name, recipe) in enumerate(recipes.items()):
        if progress is not None:
            progress(Message("{recipe}, trained on the past", recipe=name), done / len(recipes))
        found[name], _ = split.measured(fitter(recipe, threads))
    return {"recipes": found, "split": split.described()}


def fitter(recipe: Recipe, threads: int = 1) -> Fit:
    """What `cross_validation.out_of_fold` fits: the recipe, without ranges that would cost more fits."""

    def fit_on(features: pd.DataFrame, price: pd.Series) -> Model:
        model: Model = fit(recipe, features.assign(**{TARGET: price}), threads, ranges="free")
        return model

    return fit_on


def _named_part(progress: Progress | None, name: str, done: int, parts: int) -> Progress | None:
    if progress is None:
        return None
    return part_of(
        lambda stage, share: progress(Message("{recipe}, {stage}", recipe=name, stage=stage), share),
        done / parts,
        (done + 1) / parts,
    )


def priced_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with a finite price above 0."""
    price = pd.to_numeric(frame[TARGET], errors="coerce").astype(float)
    return frame.loc[(price > 0) & np.isfinite(price)].assign(**{TARGET: price})


def _checked(train: pd.DataFrame) -> pd.DataFrame:
    """The rows, each with a price above 0, and with one spelling of each name."""
    price = np.asarray(train[TARGET], dtype=float)
    if len(price) < _FEWEST_ROWS:
        raise ListingsError(
            plural(
                "{rows} row arrived to learn from: at least {least} are needed.",
                "{rows} rows arrived to learn from: at least {least} are needed.",
                "rows",
                rows=len(price),
                least=_FEWEST_ROWS,
            )
        )
    if not (np.isfinite(price) & (price > 0)).all():
        raise ListingsError("Every row to learn from needs a price above 0: leave out the rows without one.")
    return one_spelling(train, _FOLDED_ALONE)
