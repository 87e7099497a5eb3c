"""Moments and days: moments are in UTC inside, days are dates in China."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: it has no time zone, and would be taken for a time of wherever the machine stands.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC)


def day_of(moment: datetime) -> date:
    """The day that the moment belongs to, in China.

    Raises:
        ValueError: it has no time zone.
    """
    return in_utc(moment).astimezone(CHINA).date()


def midnight(day: date) -> datetime:
    """The day's beginning in China, in UTC."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
