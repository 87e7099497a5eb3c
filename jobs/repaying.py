"""贷后提醒, carried out by the scheduler: officers are told of instalments that are due or late, in working time; of
what falls into days off before them.

Any number may run: a row for each reminder says that it was given.
"""

import time
import uuid

from config.in_force import InForce
from core.loans.due_reminders import BATCH, remind
from core.store.unit import Store
from jobs.lateness import Agreement, Lateness

EVERY_SECONDS = 60.0
WORK_SECONDS = 5.0  # in one round: what else the scheduler has to do waits for no longer


class RepaymentReminder:
    """One look over the plans with something due."""

    def __init__(self, store: Store, in_force: InForce) -> None:
        self._store = store
        self._in_force = in_force
        self.lateness = Lateness(store)
        self._agreement = Agreement(store, "repayments")
        self._next = float("-inf")

    def round(self) -> int:
        """Look, if it is time again, people are at work, and the clock can be believed; how many plans were looked
        at."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        self._in_force.look()
        now = self._store.clock()
        calendar = self._in_force.now.recycling.calendar
        if not calendar.is_working(now):
            return 0
        if not self._agreement.holds() or not self.lateness.believes(now):
            return 0
        until, told = time.monotonic() + WORK_SECONDS, 0
        while time.monotonic() < until:
            with self._store.unit(request_id="repayments", origin=f"repayments:{uuid.uuid4().hex[:16]}") as unit:
                done = remind(unit, calendar)
            told += done
            if done < BATCH:
                break
        return told
