"""What the library refuses, in the language of the person."""

from __future__ import annotations

from dashboard.parts.text import in_words
from pricing_core import PricingError, in_full, log_in_full


def refusal(error: PricingError) -> str:
    """What an error says to the person; what it says of the machine goes to the log alone."""
    if in_full(error) != str(error):
        log_in_full("A page was refused", error)
    return in_words(error.message)
