"""自动分配, carried out by the scheduler: what waits in the pools and fits a rule goes to somebody.

Any number of schedulers may run: a lease lets one of them work at a time, and should two do so all the same, the rows
of the rules are held by one of them, and the UPDATE decides who gets a lead.
"""

import time
import uuid

import structlog

from config.company import Company
from config.in_force import InForce
from core.leads import assigned
from core.leads.assigning import MOST_TOLD, assign_leads, batch_of, tell_owners
from core.leads.unassigned import Walk
from core.store.shared import take_lease
from core.store.unit import Store
from jobs.lateness import Agreement

EVERY_SECONDS = 2.0
LEASE_SECONDS = 20.0
WORK_SECONDS = 5.0  # in one round: what else the scheduler has to do waits for no longer

_log = structlog.get_logger(__name__)


class Assigner:
    """One look over all leads that wait."""

    def __init__(self, store: Store, in_force: InForce) -> None:
        self._store = store
        self._in_force = in_force
        self._agreement = Agreement(store, "assigning")
        self._holder = uuid.uuid4().hex[:20]
        self._next = float("-inf")
        self._walk: tuple[str, Walk] | None = None

    def round(self) -> int:
        """Give out what waits, if it is time again, nobody else is at it, and the clocks agree; how many leads were
        given."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        self._in_force.look()
        company = self._in_force.now
        if company.assignment.paused or not company.assignment.rules or not self._agreement.holds():
            return 0
        with self._store.database.write() as session:
            now = self._store.shared_now(session)
            if take_lease(session, "assigning", self._holder, now=now, seconds=LEASE_SECONDS) is None:
                return 0
        given = self.give_out(company, time.monotonic() + WORK_SECONDS)
        self.tell()
        if given:
            _log.info("leads were assigned", count=given, version=company.version[:12])
        return given

    def give_out(self, company: Company, until: float) -> int:
        """Give out what waits by the rules of `company`, until nothing is left or the monotonic time `until`; how many
        leads were given."""
        walk, size, given = self._walk_by(company), batch_of(company.assignment), 0
        while time.monotonic() < until:
            self._walk = None  # should it fail, all is looked at anew
            with self._store.read() as session:
                found = walk.next(session, self._store.clock(), size)
            if found:
                with self._store.unit(request_id="assign", origin=_origin("assign")) as unit:
                    done = assign_leads(unit, company.assignment, company.pools, company.version, found)
                given += len(done.given)
            self._walk = (company.version, walk)
            if len(found) < size:
                break
        return given

    def _walk_by(self, company: Company) -> Walk:
        """The walk by this configuration. By another one than before, what waits is looked at again."""
        if self._walk is None or self._walk[0] != company.version:
            with self._store.unit(request_id="assign", origin=_origin("wake")) as unit:
                assigned.wake(unit, company.version)
            self._walk = (company.version, Walk(company.assignment, company.pools))
        return self._walk[1]

    def tell(self) -> None:
        """The new owners; and whoever was told that nobody is there may be told anew once all are served."""
        with self._store.read() as session:
            untold, told = assigned.any_untold(session), assigned.any_told(session)
        while untold:
            with self._store.unit(request_id="assign", origin=_origin("told")) as unit:
                untold = tell_owners(unit) >= MOST_TOLD
        if told:
            with self._store.unit(request_id="assign", origin=_origin("relieve")) as unit:
                assigned.relieve(unit)


def _origin(what: str) -> str:
    """A transaction of its own each time: nothing of it is ever done again."""
    return f"{what}:{uuid.uuid4().hex[:16]}"
