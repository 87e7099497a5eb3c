"""What is done at set times of the day, and when it is somebody's turn. Pure: the time of now is passed in.

A job is done once for each slot (a day, and whom it is for), by whichever scheduler takes the slot's row first
(`core/store/slots.py`): after an outage late, as long as the day's work lasts, and never twice.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.calendar import CHINA, WorkingCalendar

MORNING = "morning"
"""早报: each officer's card of what the day brings."""
_LATEST_ON_A_DAY_OFF = 18 * 60
_STRIDE = 7919  # a prime: neighbours in the list of people come far apart


@dataclass(frozen=True, slots=True)
class Timed:
    """A job at `minute` of the day (China's), on working days only or on all; what goes to many people is spread over
    so many `spread_minutes`."""

    job: str
    minute: int
    workdays_only: bool = True
    spread_minutes: int = 0

    def begins(self, day: date) -> datetime:
        """When it begins on this day."""
        return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(minutes=self.minute)

    def turn_of(self, person_id: int, day: date) -> datetime:
        """When it is this person's turn on this day: the same on each day, and each at another moment."""
        spread = timedelta(minutes=self.spread_minutes).total_seconds()
        return self.begins(day) + timedelta(seconds=person_id * _STRIDE % spread if spread else 0)

    def is_on(self, calendar: WorkingCalendar, now: datetime) -> bool:
        """Has it begun today, and is it not too late to do what was missed?"""
        day = now.astimezone(CHINA).date()
        if self.workdays_only and not calendar.is_workday(day):
            return False
        hours = calendar.hours(day)
        last = max(hours[-1].end if hours else _LATEST_ON_A_DAY_OFF, self.minute + self.spread_minutes + 60)
        return self.begins(day) <= now < self.begins(day) + timedelta(minutes=last - self.minute)


@dataclass(frozen=True, slots=True)
class Schedule:
    """All jobs of the company that have a time; one that is not there is not done."""

    timed: tuple[Timed, ...] = ()

    def of(self, job: str) -> Timed | None:
        """The times of this job."""
        return next((each for each in self.timed if each.job == job), None)
