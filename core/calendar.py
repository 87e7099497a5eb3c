"""Time as the company reckons it: days begin at midnight in China. (Working time comes with the deadlines.)"""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def day_start(now: datetime) -> datetime:
    """The last midnight in China, in UTC: from where "today" is counted."""
    return datetime.combine(now.astimezone(CHINA).date(), time(), CHINA).astimezone(UTC)
