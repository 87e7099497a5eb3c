"""The deadlines of tasks, carried out by the scheduler: who is late is reminded, his superior told, the task moved on.

Any number of schedulers may run: a lease lets one of them work at a time, and should two do so all the same, the
applications are held, and each rung of a task has one row.
"""

import time
import uuid
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from config.in_force import InForce
from core.loans import ladder, timing
from core.loans.rules import LoanRules
from core.store.shared import take_lease
from core.store.unit import Store
from jobs.lateness import Agreement, Lateness

EVERY_SECONDS = 10.0
LEASE_SECONDS = 40.0
MOST = 20_000  # tasks looked for in one round
BATCH = 100  # applications in one transaction: a tap waits for no longer one
RETIMED = 500  # tasks in one transaction when the calendar changes
WORK_SECONDS = 5.0  # in one round: taps and sendings wait for none of it long
LOOK_AGAIN_SECONDS = 600.0  # for tasks that went by the old calendar while it changed

_log = structlog.get_logger(__name__)


class DeadlineSweep:
    """One look over all tasks that have come to a rung of their ladder."""

    def __init__(self, store: Store, in_force: InForce, *, texting: bool = False) -> None:
        """`texting`: there is a gateway for short messages."""
        self._store = store
        self._in_force = in_force
        self._texting = texting
        self.lateness = Lateness(store)
        self._agreement = Agreement(store, "deadlines")
        self._holder = uuid.uuid4().hex[:20]
        self._next = float("-inf")
        self._timed: tuple[str, float] = ("", float("-inf"))

    def round(self) -> int:
        """Do what is due, if it is time again, nobody else is at it, and the clock can be believed; how many rungs were
        come to."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        self._in_force.look()
        rules = self._in_force.now.loans
        if not self._agreement.holds() or not self.lateness.believes(self._store.clock()) or not self._is_alone():
            return 0
        until = time.monotonic() + WORK_SECONDS
        self._retime(rules, until)
        reached = self.sweep(rules, until)
        if reached:
            _log.info("deadlines were reached", count=reached)
            self._next = float("-inf")  # there may be more
        return reached

    def _is_alone(self) -> bool:
        with self._store.database.write() as session:
            now = self._store.shared_now(session)
            return take_lease(session, "deadlines", self._holder, now=now, seconds=LEASE_SECONDS) is not None

    def sweep(self, rules: LoanRules, until: float) -> int:
        """Do what is due, until the monotonic time `until`; how many rungs were come to."""
        with self._store.read() as session:
            due = ladder.due_applications(session, self._store.clock(), MOST)
        reached = 0
        for first in range(0, len(due), BATCH):
            if time.monotonic() >= until:
                break
            reached += self._climb(due[first : first + BATCH], rules)
        return reached

    def _climb(self, applications: Sequence[int], rules: LoanRules) -> int:
        """One batch. What fails is tried alone, so that the others do not wait for it; where the database is away, or
        somebody else is at it, all wait."""
        try:
            with self._store.unit(request_id="deadlines", origin=_origin()) as unit:
                return ladder.climb(unit, applications, rules, texting=self._texting)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            _log.warning("deadlines wait for the next round", error=type(error).__name__)
            return 0
        except Exception:  # noqa: BLE001  the last resort: one broken application must not stop the others
            if len(applications) > 1:
                return sum(self._climb([one], rules) for one in applications)
            _log.exception("the deadlines of an application cannot be worked on", application=applications[0])
            with self._store.unit(request_id="deadlines", origin=_origin()) as unit:
                ladder.put_off(unit, applications[0])
            return 0

    def _retime(self, rules: LoanRules, until: float) -> None:
        """Deadlines go by the calendar of now: after it changed all are reckoned anew."""
        mark, at = self._timed
        if mark == timing.mark(rules) and time.monotonic() < at + LOOK_AGAIN_SECONDS:
            return
        count = 0
        while time.monotonic() < until:
            with self._store.unit(request_id="deadlines", origin=_origin()) as unit:
                retimed = ladder.retime(unit, rules, RETIMED)
            count += retimed
            if not retimed:
                self._timed = (timing.mark(rules), time.monotonic())
                break
        if count:
            _log.info("deadlines were reckoned by another calendar", count=count)


def _origin() -> str:
    """A transaction of its own each time: nothing of it is ever done again."""
    return f"deadlines:{uuid.uuid4().hex[:16]}"
