"""The sweeper: finishes what died half-way, and forgets what is no longer needed.

Runs in the scheduler, every second or so; any number of them may run. It needs neither Redis nor a worker: with both
away, messages still go out, only later.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from core.store import dialogs, inbox, issued, outbox
from core.store.inbox import Waiting
from core.store.unit import Store
from jobs.lateness import AWRY, Lateness
from jobs.relay import Relay

GRACE = timedelta(seconds=3)  # a callback still at work is not taken for dead
PURGE_EVERY = timedelta(hours=1)
SENDING_SECONDS = 2.0  # in one sweep: a slow platform must not keep events waiting
PAGE = 100  # events in one sweep
CARD_LIFE = timedelta(days=90)

_log = structlog.get_logger(__name__)


class Sweeper:
    """One look over inbox and outbox. `finish` works on one recorded event (handed down by `bot`)."""

    def __init__(
        self, store: Store, relay: Relay, finish: Callable[[str], None], *, inbox_days: int, outbox_days: int
    ) -> None:
        self._store = store
        self._relay = relay
        self._finish = finish
        self._inbox_life = timedelta(days=inbox_days)
        self._outbox_life = timedelta(days=outbox_days)
        self._purge_at = time.monotonic()
        self._lateness = Lateness(store)
        self._after: Waiting | None = None

    def sweep(self, stop: threading.Event | None = None) -> int:
        """Finish unanswered events, send what is due (for `SENDING_SECONDS`; the next sweep goes on), purge now and
        then; how many events and rows were worked on. What is under way when `stop` is set is the last."""
        stop = stop or threading.Event()
        self._store.check_key()  # with another key, events that can be read would be given up as unreadable
        now = self._store.clock()
        waiting = self._waiting(now)
        for event in waiting:
            if stop.is_set():
                break
            age = int((now - event.received_at).total_seconds())
            _log.info("finishing an event", channel=event.channel, seconds=age)
            self._finish_one(event.key)
        worked = len(waiting) + self._relay.drain(until=time.monotonic() + SENDING_SECONDS, stop=stop)
        if not stop.is_set() and time.monotonic() >= self._purge_at:
            self._purge()
            self._purge_at = time.monotonic() + PURGE_EVERY.total_seconds()
        return worked

    def _waiting(self, now: datetime) -> Sequence[Waiting]:
        """The next page of the events without a reply, and those of a clock that ran ahead. Page by page, and round
        again: those that cannot be finished keep no other from its turn."""
        with self._store.read() as session:
            page = inbox.unanswered(session, now - GRACE, after=self._after, limit=PAGE)
            ahead = inbox.ahead(session, now, limit=PAGE)
            questions_ahead = dialogs.any_ahead(session, now)
        if questions_ahead:  # at once: later it would look as if it had been asked just now
            self._forget_questions(now)
        self._after = page[-1] if len(page) == PAGE else None
        return [*ahead, *page]

    def _finish_one(self, key: str) -> None:
        """A bug that one event hits must stop neither the others nor the sending: it is logged and tried again."""
        try:
            self._finish(key)
        except Exception:  # noqa: BLE001  the last resort: one poisoned event must not stop the sweeper
            _log.exception("an event could not be finished")

    def _purge(self) -> None:
        """What is too old is forgotten, by a time that is certain: a clock that runs ahead (a machine starts before its
        clock is set) would forget events that may come again, and do them twice, and cards that still hang."""
        now = self._store.clock()
        surely = self._lateness.at_least(now)
        events = self._forget(inbox.purge, surely - self._inbox_life)
        rows = self._forget(outbox.purge, surely - self._outbox_life)
        cards = self._forget(issued.purge, surely - CARD_LIFE)
        if now - surely < AWRY:
            self._forget_questions(now)
        _log.info("purged", events=events, outbox=rows, cards=cards)

    def _forget_questions(self, now: datetime) -> None:
        with self._store.database.write() as session:
            dialogs.purge(session, now)

    def _forget(self, purge: Callable[[Session, datetime], int], before: datetime) -> int:
        """In short transactions, until nothing is left: taps wait for none of them."""
        total = 0
        while True:
            with self._store.database.write() as session:
                gone = purge(session, before)
            total += gone
            if not gone:
                return total
