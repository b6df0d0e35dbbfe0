"""Times told by a cron expression, in the time zone in which people read it.

Changes of the clock follow Debian's cron, as cronsim does: a time that the clock skips is made up for at once, and
one that comes twice counts once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from pricing_core.words import Message, plural

_EXAMPLE = Message("write minute, hour, day, month and weekday, such as 0 3 * * 1 for Mondays at 3:00")


def check_expression(text: str) -> str:
    """The expression, with single spaces.

    Raises
    ------
    ValueError
        When it is no cron expression of five fields, or names a day that never comes.
    """
    fields = text.split()
    if len(fields) != 5:
        raise ValueError(
            plural(
                "has {count:integer} field instead of 5: {example}",
                "has {count:integer} fields instead of 5: {example}",
                "count",
                count=len(fields),
                example=_EXAMPLE,
            )
        )
    expression = " ".join(fields)
    try:
        next(CronSim(expression, datetime(2024, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        raise ValueError(
            Message("is no cron expression ({problem}): {example}", problem=str(error), example=_EXAMPLE)
        ) from None
    return expression


def check_zone(name: str) -> str:
    """The name of a time zone.

    Raises
    ------
    ValueError
        When there is no time zone of that name.
    """
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(Message("is no time zone: write a name such as UTC or America/Santiago")) from None
    return name


def next_time(expression: str, zone: str, after: datetime) -> datetime:
    """The first time of an expression after a moment, in UTC."""
    return next(CronSim(expression, after.astimezone(ZoneInfo(zone)))).astimezone(UTC)
