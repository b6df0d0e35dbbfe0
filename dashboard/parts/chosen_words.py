"""Words chosen by a name, for more than one page: of a state, a measure, a check."""

from __future__ import annotations

from typing import Final

from pricing_core import marked

CHECK_WORDS: Final = {
    "area_factor_of_ten": marked("Area off by a factor of ten"),
    "area_in_square_feet": marked("Area in square feet"),
    "area_in_square_metres": marked("Area in square metres"),
    "area_not_plausible": marked("Area not plausible for this home"),
    "area_thousands_separator": marked("Thousands separator read wrongly in the area"),
    "bathrooms_for_area": marked("Bathrooms unlike the area"),
    "coordinates_far_from_sector": marked("Position far from its sector"),
    "coordinates_sign_lost": marked("Sign of a coordinate lost"),
    "coordinates_swapped": marked("Coordinates swapped"),
    "coordinates_zero": marked("Position at zero"),
    "declared_far_off": marked("Declared value far from the others"),
    "duplicate": marked("Listed twice"),
    "missing_value": marked("Missing value"),
    "name_encoding": marked("Name in a wrong encoding"),
    "near_duplicate": marked("Listed nearly twice"),
    "outside_limits": marked("Outside what is possible"),
    "place_and_sector_disagree": marked("Position and sector disagree"),
    "price_factor_of_ten": marked("Price off by a factor of ten"),
    "price_in_dollars": marked("Price in US dollars"),
    "price_in_pesos": marked("Price in pesos"),
    "price_in_uf": marked("Price in UF"),
    "price_not_plausible": marked("Price not plausible for this home"),
    "price_per_area_of_neighbours": marked("Price per area unlike its neighbours"),
    "price_thousands_separator": marked("Thousands separator read wrongly in the price"),
    "rooms_for_area": marked("Bedrooms unlike the area"),
    "same_home_other_price": marked("Same home at another price"),
    "sector_garbage": marked("Sector that names no place"),
    "sector_seen_once": marked("Sector named only once"),
    "sector_spelling": marked("Sector spelled oddly"),
    "sold_before_listed": marked("Sold before it was listed"),
    "type_spelling": marked("Type spelled oddly"),
    "unusable_row": marked("Row that cannot be used"),
    "usable_larger_than_total": marked("Usable area larger than total"),
}
KIND_WORDS: Final = {
    "listed": marked("Listed"),
    "sold": marked("Sold"),
}
METRIC_WORDS: Final = {
    "mean_absolute_error": marked("Mean absolute error (MAE)"),
    "root_mean_squared_error": marked("Root mean squared error (RMSE)"),
    "mean_absolute_percentage_error": marked("Mean absolute percentage error (MAPE)"),
    "median_absolute_percentage_error": marked("Median absolute percentage error (MdAPE)"),
    "r2": marked("Share of variance explained (R²)"),
    "within_10": marked("Within 10 % of the price"),
    "within_20": marked("Within 20 % of the price"),
    "cod": marked("Coefficient of dispersion (COD)"),
    "prd": marked("Price-related differential (PRD)"),
    "prb": marked("Price-related bias (PRB)"),
    "fit_seconds": marked("Seconds to fit"),
    "training_seconds": marked("Seconds to train"),
    "coverage_90": marked("Prices inside the 90 % range"),
    "median_width_90": marked("Median width of the 90 % range"),
}
REVIEWS_STATE_WORDS: Final = {
    "none": marked("No finding"),
    "settled": marked("Settled"),
    "warning": marked("Warning"),
    "error": marked("Error"),
}
GRADE_WORD_WORDS: Final = {
    "high": marked("High"),
    "medium": marked("Medium"),
    "low": marked("Low"),
}
RUN_STATUS_WORDS: Final = {
    "FINISHED": marked("Finished"),
    "RUNNING": marked("Running"),
    "FAILED": marked("Failed"),
    "KILLED": marked("Stopped"),
}
