"""What is done at set times of the day, and when it is somebody's turn. Pure: the time of now is passed in.

A job is done once for each slot (a day on which it has its turn). Slots stand as rows (`core/schedule/runs.py`), and
so does who had his message of one (`core/store/slots.py`): whichever scheduler is at it, each is done once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.calendar import CHINA, WorkingCalendar, day_of
from core.schedule.days import WORKDAYS, Days

MORNING = "morning"
"""早报: each officer's card of what the day brings."""
DAILY, WEEKLY, MONTHLY = "daily_board", "weekly_board", "monthly_board"
"""日报, 周报, 月报: the boards of a day, of the week and of the month before, to those who lead."""

GRACE_MINUTES = 15
"""So late a job begins at most that is not to be caught up: a restart is no outage."""
_LATEST_ON_A_DAY_OFF = 18 * 60
_AN_HOUR = 60
_A_YEAR = 366  # days
_STRIDE = 7919  # a prime: neighbours in the list of people come far apart
_DOTS = 30  # minutes; WeCom advises against sending to many at full and half hours


def offset(person_id: int, spread: timedelta) -> timedelta:
    """How long after the beginning it is this person's turn, within `spread`: always the same, each at another
    moment."""
    seconds = spread.total_seconds()
    return timedelta(seconds=person_id * _STRIDE % seconds if seconds else 0)


@dataclass(frozen=True, slots=True)
class Slot:
    """A job's turn on `day`: begins at `due_at`, its last person's turn is at most `spread` later, and what was not
    done until `closes_at` is not done any more."""

    job: str
    day: date
    due_at: datetime
    closes_at: datetime
    spread: timedelta = timedelta(0)

    @property
    def key(self) -> str:
        """As its row names it: `2026-11-24`."""
        return self.day.isoformat()

    def turn_of(self, person_id: int) -> datetime:
        """When it is this person's turn."""
        return self.due_at + offset(person_id, self.spread)


@dataclass(frozen=True, slots=True)
class Timed:
    """A job at `minute` of the day (China's) on some days; what goes to many people is spread over so many
    `spread_minutes`.

    What was missed because nothing ran is caught up, or (`catch_up` no) left out when it is more than `GRACE_MINUTES`
    late. `lasts_minutes` after it begins it is too late for any of it; None: the end of the day's work, but at least
    an hour after the last turn.
    """

    job: str
    minute: int
    days: Days = WORKDAYS
    spread_minutes: int = 0
    catch_up: bool = True
    lasts_minutes: int | None = None

    def begins(self, day: date) -> datetime:
        """When it begins on this day."""
        return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(minutes=self.minute)

    def slot(self, calendar: WorkingCalendar, day: date) -> Slot | None:
        """Its turn on this day; None if it has none."""
        if not self.days.has(calendar, day):
            return None
        begins = self.begins(day)
        closes = begins + timedelta(minutes=self._lasts(calendar, day))
        return Slot(self.job, day, begins, closes, timedelta(minutes=self.spread_minutes))

    def next_slot(self, calendar: WorkingCalendar, now: datetime) -> Slot | None:
        """Its next turn that has not begun by now; None if there is none within a year."""
        today = day_of(now)
        days = (today + timedelta(days=number) for number in range(_A_YEAR))
        slots = (self.slot(calendar, day) for day in days)
        return next((slot for slot in slots if slot is not None and slot.due_at > now), None)

    def is_open(self, calendar: WorkingCalendar, day: date, now: datetime) -> bool:
        """Has it begun on this day, and is it not too late to do what was missed?"""
        slot = self.slot(calendar, day)
        return slot is not None and slot.due_at <= now < slot.closes_at

    @property
    def is_on_the_dot(self) -> bool:
        """Does all of it go out at a full or half hour?"""
        return not self.spread_minutes and self.minute % _DOTS == 0

    def _lasts(self, calendar: WorkingCalendar, day: date) -> int:
        if not self.catch_up:
            return self.spread_minutes + GRACE_MINUTES
        if self.lasts_minutes is not None:
            return self.lasts_minutes
        hours = calendar.hours(day)
        work_ends = hours[-1].end if hours else _LATEST_ON_A_DAY_OFF
        return max(work_ends - self.minute, self.spread_minutes + _AN_HOUR)


@dataclass(frozen=True, slots=True)
class Schedule:
    """All jobs of the company that have a time; one that is not there is not done."""

    timed: tuple[Timed, ...] = ()

    def of(self, job: str) -> Timed | None:
        """The times of this job."""
        return next((each for each in self.timed if each.job == job), None)

    def slots(self, calendar: WorkingCalendar, first: date, last: date) -> Iterator[Slot]:
        """All turns from one day to another, both included; day by day, each day's in the order of the file."""
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            for timed in self.timed:
                slot = timed.slot(calendar, day)
                if slot is not None:
                    yield slot
