"""A clock that stands until a test moves it."""

from datetime import UTC, datetime, timedelta

from core.manners.rules import Go

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # a Tuesday, 10:00 in China


class Clock:
    """Call it for the time; `go(hours=3)` moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go(self, **span: float) -> datetime:
        """Move forward (or, with a negative span, back); the new time."""
        self.now += timedelta(**span)
        return self.now


class Outspoken:
    """In place of the rules of when reminders may come (`jobs/courtesy.py`): most tests are about what is said, at
    whatever hour their clock stands."""

    def verdict(self, _session: object, _row: object, _now: datetime) -> Go:
        """Yes."""
        return Go()


class Believed:
    """In place of the guard of jobs that go by the clock (`jobs/lateness.py`): a test's clock goes without the time
    passing, and mostly without events."""

    def believes(self, now: datetime) -> bool:
        """Yes."""
        return now is not None
