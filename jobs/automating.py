"""自动化 at work: the listener that hears what happens in every transaction, and what the scheduler does by the clock.

Any number of schedulers may run: a lease lets one of them work at a time, and should two do so all the same, the row of
each rule and record decides who does it.
"""

import time
import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

import structlog

from config.company import Company
from config.in_force import InForce
from config.problems import CompanyError
from core.automation.memory import forget_what_went
from core.automation.rules import At, Means, Rule
from core.automation.service import do_due, due, forget_runs, hear
from core.calendar import day_of
from core.store import slots
from core.store.shared import take_lease
from core.store.unit import Event, Store, Unit
from jobs.lateness import Agreement

EVERY_SECONDS = 5.0
AGAIN_SECONDS = 60.0  # after all leads were looked at
LEASE_SECONDS = 20.0
WORK_SECONDS = 3.0  # in one round: what else the scheduler has to do waits for no longer
BATCH = 200
KEPT = timedelta(days=180)  # so long the log is kept
JOB = "automation"

_log = structlog.get_logger(__name__)


class Automat:
    """What the company's rules do. `texting`: there is a gateway for short messages; `hosts` may be called."""

    def __init__(self, store: Store, in_force: InForce, *, texting: bool, hosts: Collection[str] = ()) -> None:
        self._store = store
        self._in_force = in_force
        self._texting, self._hosts = texting, frozenset(hosts)
        self._agreement = Agreement(store, JOB)
        self._holder = uuid.uuid4().hex[:20]
        self._next = float("-inf")
        self._walk = _Walk("")

    def tell(self, unit: Unit, event: Event) -> None:
        """The listener for all events (`Store.listen`)."""
        try:
            company = self._in_force.now
        except CompanyError:  # nothing is in force yet
            return
        hear(unit, event, company.automation, self._means(company))

    def _means(self, company: Company) -> Means:
        return replace(company.means, texting=self._texting, hosts=self._hosts)

    def round(self) -> int:
        """Do what it is time for, if nobody else is at it and the clocks agree; for how many records."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        self._in_force.look()
        company = self._in_force.now
        idle = not company.automation.timed and self._walk.version == company.version
        if idle or not self._agreement.holds():
            return 0
        with self._store.database.write() as session:
            now = self._store.shared_now(session)
            if take_lease(session, JOB, self._holder, now=now, seconds=LEASE_SECONDS) is None:
                return 0
        done = self._go_on(company, time.monotonic() + WORK_SECONDS)
        if done:
            _log.info("automation by the clock", count=done, version=company.version[:12])
        return done

    def _go_on(self, company: Company, until: float) -> int:
        """Each rule goes on from where it was; until all are at their end, or the monotonic time `until`."""
        if self._walk.version != company.version:
            with self._store.unit(request_id=JOB, origin=f"{JOB}:{uuid.uuid4().hex[:16]}") as unit:
                forget_what_went(unit, company.automation.timed)
            self._walk = _Walk(company.version)
        done = 0
        for rule in company.automation.timed:
            while time.monotonic() < until and self._walk.is_on(rule):
                count, more = self._batch(company, rule)
                done += count
                if not more:
                    break
        return done

    def _batch(self, company: Company, rule: Rule) -> tuple[int, bool]:
        """The next leads of one rule: for how many it was done, and whether there are more."""
        now = self._store.clock()
        day = day_of(now)
        if isinstance(rule.when, At) and not rule.when.is_on(company.means.calendar, now, day):
            return 0, False
        with self._store.unit(request_id=JOB, origin=f"{JOB}:{uuid.uuid4().hex[:16]}") as unit:
            if isinstance(rule.when, At) and _is_over(unit, rule, day):
                return 0, False
            means = self._means(company)
            leads = due(unit, rule, self._walk.above(rule, day), BATCH, means)
            count = do_due(unit, rule, leads, means, day) if leads else 0
            more = len(leads) == BATCH
            if not more:
                self._end(unit, rule, day)
        if more:
            self._walk.came_to(rule, day, leads[-1])
        else:
            self._walk.ends(rule)
        return count, more

    def _end(self, unit: Unit, rule: Rule, day: date) -> None:
        """All leads had their look; what is done at a time of day is over for this day."""
        if isinstance(rule.when, At):
            slots.take(unit.connection, JOB, _slot(rule, day), unit.now)
        forget_runs(unit, unit.now - KEPT)


class _Walk:
    """How far each rule has come in looking at the leads, by the configuration `version`; and until when (monotonic
    time) one that came to the end rests. What another scheduler ended is begun anew on another day."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.last: dict[str, tuple[date, int]] = {}
        self.rests: dict[str, float] = {}

    def is_on(self, rule: Rule) -> bool:
        """Is there anything to look at?"""
        return time.monotonic() >= self.rests.get(rule.name, float("-inf"))

    def above(self, rule: Rule, day: date) -> int:
        """The last lead that was looked at on this day; 0: none yet."""
        when, last = self.last.get(rule.name, (day, 0))
        return last if when == day else 0

    def came_to(self, rule: Rule, day: date, lead_id: int) -> None:
        """It was this lead's turn, and more are behind it."""
        self.last[rule.name] = (day, lead_id)

    def ends(self, rule: Rule) -> None:
        """All were looked at."""
        self.last.pop(rule.name, None)
        self.rests[rule.name] = time.monotonic() + AGAIN_SECONDS


def _slot(rule: Rule, day: date) -> str:
    return f"{day.isoformat()}:{rule.name}"


def _is_over(unit: Unit, rule: Rule, day: date) -> bool:
    return _slot(rule, day) in slots.taken(unit.session, JOB, _slot(rule, day))
