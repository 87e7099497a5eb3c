"""离职交接, carried out by the scheduler: record after record, each in a transaction of its own.

Any number of schedulers may run, and the terminal beside them: a lease lets one of them work at a time, and should two
do so all the same, the row of each record decides who has it. What dies is gone on with by the next round.
"""

import time
import uuid

import structlog

from config.company import Company
from config.in_force import InForce
from core.handover import work
from core.handover.kinds import Rules
from core.handover.models import State
from core.store.shared import take_lease
from core.store.unit import Store

EVERY_SECONDS = 1.0
LEASE_SECONDS = 20.0
WORK_SECONDS = 5.0  # in one round: what else the scheduler has to do waits for no longer
AGAIN_SECONDS = 30.0  # after which what failed is tried again
BATCH = 100  # records looked up at a time

_log = structlog.get_logger(__name__)


class HandingOver:
    """One look over the hand-overs that are at work."""

    def __init__(self, store: Store, in_force: InForce) -> None:
        self._store = store
        self._in_force = in_force
        self._holder = uuid.uuid4().hex[:20]
        self._next = float("-inf")
        self._failed = False

    def round(self) -> int:
        """Go on with what is at work, if it is time again and nobody else is at it; how many records had their turn."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        with self._store.read() as session:
            if not work.at_work(session):
                return 0
        with self._store.database.write() as session:
            now = self._store.shared_now(session)
            if take_lease(session, "handing-over", self._holder, now=now, seconds=LEASE_SECONDS) is None:
                return 0
        self._in_force.look()
        self._failed = False
        done = self.go_on(self._in_force.now, time.monotonic() + WORK_SECONDS)
        if done:
            _log.info("records were handed over", count=done)
            self._next = float("-inf")  # there may be more
        if self._failed:
            self._next = time.monotonic() + AGAIN_SECONDS
        return done

    def go_on(self, company: Company, until: float) -> int:
        """Go on until nothing is left, or the monotonic time `until`; how many records had their turn."""
        rules, done = rules_of(company), 0
        with self._store.read() as session:
            begun = work.at_work(session)
        for number, state in begun:
            done += self._go_on_with(number, state, rules, until)
            with self._store.unit(request_id="handover", origin=_origin("end")) as unit:
                work.end(unit, number)
        return done

    def _go_on_with(self, number: int, state: State, rules: Rules, until: float) -> int:
        done = after = 0
        while time.monotonic() < until:
            with self._store.read() as session:
                items = work.waiting_items(session, number, state, BATCH, after)
            for after in items:
                if time.monotonic() >= until:
                    return done
                done += self._one(after, state, rules)
            if len(items) < BATCH:
                return done
        return done

    def _one(self, item_id: int, state: State, rules: Rules) -> bool:
        """One record; a bug that it hits stops no other: it waits, and is tried again later."""

        def once() -> None:
            with self._store.unit(request_id="handover", origin=_origin("item")) as unit:
                if state is State.RUNNING:
                    work.hand_over(unit, rules, item_id)
                else:
                    work.give_back(unit, rules, item_id)

        try:
            self._store.database.attempt(once)
        except Exception:  # noqa: BLE001  the last resort: one record must not keep the others
            _log.exception("a record could not be handed over", item=item_id)
            self._failed = True
            return False
        return True


def rules_of(company: Company) -> Rules:
    """What a hand-over goes by of the company's configuration."""
    return Rules(company.pools, company.assignment, company.recycling.calendar, company.version, company.loans)


def _origin(what: str) -> str:
    """A transaction of its own each time: nothing of it is ever done again."""
    return f"handover:{what}:{uuid.uuid4().hex[:16]}"
