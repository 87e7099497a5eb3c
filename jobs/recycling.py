"""回收, carried out by the scheduler: owners are warned in time, and what is due goes back to its pool.

Any number of schedulers may run: a lease lets one of them work at a time, and should two do so all the same, the
UPDATE decides who lets a lead fall, and a row for each warning that it is given once.
"""

import time
import uuid
from collections import defaultdict

import structlog

from config.in_force import InForce
from core.leads import recycle
from core.leads.events import LeadsAboutToFall
from core.leads.recycling import Lapse
from core.people import queries as people
from core.store.shared import take_lease
from core.store.unit import Store
from jobs.lateness import Agreement, Lateness

EVERY_SECONDS = 20.0
LEASE_SECONDS = 40.0
MOST = 50_000  # leads looked at in one round
WORK_SECONDS = 5.0  # in one round: taps and sendings wait for none of it long

_log = structlog.get_logger(__name__)


class Recycler:
    """One look over all leads that somebody has."""

    def __init__(self, store: Store, in_force: InForce) -> None:
        self._store = store
        self._in_force = in_force
        self.lateness = Lateness(store)
        self._agreement = Agreement(store, "recycling")
        self._holder = uuid.uuid4().hex[:20]
        self._next = float("-inf")

    def round(self) -> int:
        """Warn and let fall what is due, if it is time again, nobody else is at it, and the clock can be believed; how
        many leads fell."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        self._in_force.look()
        if not self._in_force.now.recycling.rules:
            return 0
        if not self._agreement.holds() or not self.lateness.believes(self._store.clock()):
            return 0
        with self._store.database.write() as session:
            now = self._store.shared_now(session)
            if take_lease(session, "recycling", self._holder, now=now, seconds=LEASE_SECONDS) is None:
                return 0
        until = time.monotonic() + WORK_SECONDS
        fallen = sum(self.let_fall(lapse, until) for lapse in Lapse)
        self._warn(until)
        if fallen:
            _log.info("leads were recycled", count=fallen)
            self._next = float("-inf")  # there may be more
        return fallen

    def let_fall(self, lapse: Lapse, until: float) -> int:
        """Let fall whose time for `lapse` is over, until the monotonic time `until`; how many fell. Batch by batch, one
        superior's people after the other, so that each is told once of all."""
        company, fallen = self._in_force.now, 0
        with self._store.read() as session:
            due = recycle.due_leads(session, company.recycling, lapse, self._store.clock(), MOST)
            above = people.superiors(session, {lead.owner_id for lead in due})
        due.sort(key=lambda lead: (above.get(lead.owner_id) or 0, lead.owner_id, lead.id))
        for first in range(0, len(due), recycle.BATCH):
            if time.monotonic() >= until:
                break
            with self._store.unit(request_id="recycle", origin=_origin("recycle")) as unit:
                batch = due[first : first + recycle.BATCH]
                fallen += len(recycle.let_fall(unit, batch, company.recycling, company.pools, lapse))
        return fallen

    def _warn(self, until: float) -> None:
        rules = self._in_force.now.recycling
        while time.monotonic() < until:
            with self._store.unit(request_id="recycle", origin=_origin("warn")) as unit:
                warned: dict[int, list[int]] = defaultdict(list)
                for lead_id, owner_id in recycle.warn(unit, rules):
                    warned[owner_id].append(lead_id)
                for owner_id, lead_ids in warned.items():
                    unit.happened(LeadsAboutToFall(owner_id, tuple(lead_ids)))
            if not warned:
                return


def _origin(what: str) -> str:
    """A transaction of its own each time: nothing of it is ever done again."""
    return f"{what}:{uuid.uuid4().hex[:16]}"
