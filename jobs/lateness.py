"""How late it surely is: the guards against a clock that is wrong.

On one machine, when it starts:

What is forgotten, taken from somebody or told to him because so much time has passed cannot be undone when the clock is
put right. So it is done only if something else than the clock says how late it is: the events, which come through a
door that compares the platform's clock with ours, and the time that this process has seen pass.

Between machines, all the time: whose clock is apart from that of the database's server does nothing by the clock. What
it told too early, the others would not tell again.
"""

import time
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter

from core.store import inbox
from core.store.unit import SKEW, Store

AWRY = timedelta(days=1)  # what is forgotten can wait: a clock so far ahead of what is known for sure does not count
QUIET = timedelta(days=10)  # longer than any holiday: what people wait for does not wait for the first word after one

LEFT_OUT = Counter(
    "tuoling_rounds_left_out_for_clock",
    "Rounds in which a job did nothing, because this machine's clock is apart from the database's.",
    ["job"],
)

_log = structlog.get_logger(__name__)


class Agreement:
    """Do the clocks of this machine and of the database's server agree? Asked by each round of `job`."""

    def __init__(self, store: Store, job: str) -> None:
        self._store, self._job = store, job
        self._left_out = LEFT_OUT.labels(job)
        self._held = True

    def holds(self) -> bool:
        """Is the difference one that machines may have? Told of when it begins and when it ends."""
        with self._store.read() as session:
            apart = self._store.apart(session)
        held = abs(apart) <= SKEW
        if not held:
            self._left_out.inc()
        if held != self._held:
            seconds = round(apart.total_seconds())
            if held:
                _log.info("the clock agrees with the database's again", job=self._job, ahead_seconds=seconds)
            else:
                _log.error(
                    "the clock is not the database's: nothing is done by it", job=self._job, ahead_seconds=seconds
                )
        self._held = held
        return held


class Lateness:
    """As late as the last event, and later by what this process has seen pass since. Where nobody writes for long and
    processes are started anew, it is later than that: what waits for the time waits for the next event. Where no event
    ever came, nobody works yet, and the clock is believed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known = (inbox.LONG_AGO, time.monotonic())
        self._nobody_wrote = False
        self._doubted = False

    def at_least(self, now: datetime) -> datetime:
        """How late it is at least; never later than the clock's `now`."""
        with self._store.read() as session:
            newest = inbox.newest(session, now)
        self._nobody_wrote = newest == inbox.LONG_AGO
        at = time.monotonic()
        self._known = (max(newest, self._passed(at)), at)
        return min(self._known[0], now)

    def believes(self, now: datetime) -> bool:
        """Is the clock's `now` not far ahead of that? Asks the database only where what passed here does not tell."""
        ahead = now - self._passed(time.monotonic())
        if ahead >= QUIET:
            ahead = now - self.at_least(now)
        right = ahead < QUIET or self._nobody_wrote
        if not right and not self._doubted:
            _log.warning("the clock is far ahead of the last event: nothing is done by it until an event comes")
        self._doubted = not right
        return right

    def _passed(self, at: float) -> datetime:
        known, then = self._known
        return known + timedelta(seconds=at - then)
