"""到点提醒, carried out by the scheduler."""

import time
import uuid

from core.leads.reminders import remind
from core.store.unit import Store
from jobs.lateness import Agreement, Lateness

EVERY_SECONDS = 10.0


class Reminder:
    """Tells owners of the contacts that are due. Any number may run."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lateness = Lateness(store)
        self._agreement = Agreement(store, "reminding")
        self._next = float("-inf")

    def round(self) -> int:
        """Look, if it is time again and the clock can be believed (what is told too early is not told again); of how
        many leads somebody was told."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        if not self._agreement.holds() or not self.lateness.believes(self._store.clock()):
            return 0
        with self._store.unit(request_id="remind", origin=f"remind:{uuid.uuid4().hex[:16]}") as unit:
            return remind(unit)
