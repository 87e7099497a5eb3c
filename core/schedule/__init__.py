"""What is done at set times: which days (`days`), when on them and until when (`timed`), and what came of it (`runs`,
the only one that knows the database)."""

from core.schedule.days import ALL_DAYS, WORKDAYS, DayOff, Days, Every
from core.schedule.timed import DAILY, MONTHLY, MORNING, WEEKLY, Schedule, Slot, Timed, offset

__all__ = [
    "ALL_DAYS",
    "DAILY",
    "MONTHLY",
    "MORNING",
    "WEEKLY",
    "WORKDAYS",
    "DayOff",
    "Days",
    "Every",
    "Schedule",
    "Slot",
    "Timed",
    "offset",
]
