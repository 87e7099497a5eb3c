"""A clock that stands until a test moves it."""

from datetime import UTC, datetime, timedelta

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


class Believed:
    """In place of the guard of jobs that go by the clock (`jobs/lateness.py`): a test's clock goes without the time
    passing, and mostly without events."""

    def believes(self, now: datetime) -> bool:
        """Yes."""
        return now is not None
