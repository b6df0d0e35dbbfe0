"""Words chosen by a name, for more than one command. A name that is typed into a command stays as it is typed."""

from __future__ import annotations

from typing import Final

from pricing_core.words import marked

GRADE_WORDS: Final = {
    "high": marked("High confidence"),
    "medium": marked("Medium confidence"),
    "low": marked("Low confidence"),
}
METRIC_WORDS: Final = {
    "mae": marked("Mean absolute error (MAE)"),
    "rmse": marked("Root mean squared error (RMSE)"),
    "mape": marked("Mean absolute percentage error (MAPE)"),
    "mdape": marked("Median absolute percentage error (MdAPE)"),
    "within_10": marked("Within 10 % of the price"),
    "within_20": marked("Within 20 % of the price"),
    "r2": marked("Share of variance explained (R²)"),
    "cod": marked("Coefficient of dispersion (COD)"),
    "prd": marked("Price-related differential (PRD)"),
    "prb": marked("Price-related bias (PRB)"),
    "median_log_ratio": marked("Median of log(value / price)"),
    "coverage_90": marked("Prices inside the 90 % range"),
    "median_width_90": marked("Median width of the 90 % range"),
    "one_width_median_width_90": marked("The same, were all ranges of one width"),
    "fit_seconds": marked("Seconds to fit"),
}
"""The measures of an evaluation, in the order in which they are shown."""
PAST_WORDS: Final = {
    "predictions": marked("valuations"),
    "jobs": marked("jobs"),
    "sessions": marked("sessions"),
    "login failures": marked("login failures"),
    "silent workers": marked("silent workers"),
    "snapshots": marked("rows of trainings"),
    "leftover files": marked("leftover files"),
}
SEVERITY_WORDS: Final = {
    "warning": marked("Warning"),
    "error": marked("Error"),
}
STATUS_WORDS: Final = {
    "queued": marked("Waiting for the worker"),
    "running": marked("Running"),
    "done": marked("Done"),
    "failed": marked("Failed"),
    "cancelled": marked("Cancelled"),
}
