"""The timetable, carried out by the scheduler: each job of `schedule.yaml` once for each of its slots, each person's
message once.

1. Any number of schedulers may run. One of them leads, by a lease with a fencing number, in the database's time.
2. The leader plans: a row for each slot of today, and for those that began while nobody led. For which it is too late
   by now is recorded as skipped.
3. A slot whose time has come is begun, and each of its people gets his message when it is his turn, in a transaction of
   its own with a mark: a kill in the middle goes on with the rest.
4. Each of these transactions looks first whether its fencing number is still the newest. A leader that was paused for
   so long that another has taken over is refused there, and stops.

A job is registered in `bot/runtime.py`; what it is called in `schedule.yaml` stands in `config/schedulefile.py`.
"""

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog
from prometheus_client import Counter
from sqlalchemy.orm import Session

from config.company import Company
from config.in_force import InForce
from core.moments import day_of
from core.schedule import Slot, runs
from core.schedule.runs import Run, State
from core.store import slots
from core.store.database import is_away
from core.store.faultpoint import faultpoint
from core.store.shared import lease_until, still_leads, take_lease
from core.store.unit import Store, Unit
from jobs.lateness import Agreement, Lateness
from jobs.putting_off import PutOff

EVERY_SECONDS = 15.0
LEASE = "timetable"
LEASE_SECONDS = 40.0
WORK_SECONDS = 5.0  # in one round: what else the scheduler has to do waits for no longer
LATE = timedelta(minutes=10)  # what begins later than this counts as late
MOST_DAYS = 31  # so far back what was missed is recorded
KEPT = timedelta(days=400)  # so long the runs are kept
MARKS_KEPT = timedelta(days=60)  # and who had his message of one

SLOTS = Counter(
    "tuoling_job_slots",
    "Slots of timed jobs by what came of them: done, late, cut (some got theirs, for others it was too late), skipped.",
    ["job", "outcome"],
)
OUTCOMES = ("done", "late", "cut", "skipped")

_log = structlog.get_logger(__name__)


class Job(Protocol):
    """Something that is done at set times. It keeps nothing between calls: any process may do the next one."""

    @property
    def name(self) -> str:
        """By which it is known in `Timed.job` and in the database."""
        ...

    def recipients(self, session: Session, company: Company, now: datetime) -> Sequence[int]:
        """The ids of the people who get it, in any order. Asked again in each round of a slot that is under way: who is
        not among them when his turn comes gets none. Reads only."""
        ...

    def send(self, unit: Unit, company: Company, person_id: int, slot: Slot) -> bool:
        """Put what it has for one of them into the outbox (`core/store/post.py`), in this unit, which is his alone.
        `slot.day` is the day it is about; after an outage that may be yesterday.

        False: there is nothing for him, or nowhere to send it; it is not tried again. Whatever it raises takes back all
        of the unit, and is tried again later, while the others get theirs.
        """
        ...


class _Deposed(Exception):
    """Another scheduler leads by now."""


class Timetable:
    """Does what its time has come. `jobs`: all there are; one that a schedule names and is not here waits for a release
    that has it."""

    def __init__(self, store: Store, in_force: InForce, jobs: Sequence[Job]) -> None:
        self._store = store
        self._in_force = in_force
        self.jobs: Mapping[str, Job] = {job.name: job for job in jobs}
        self.lateness = Lateness(store)
        self._agreement = Agreement(store, LEASE)
        self._holder = uuid.uuid4().hex[:20]
        self._next = float("-inf")
        self._planned: tuple[int, str, date] | None = None
        self._put_off = PutOff()
        for job in self.jobs:
            for outcome in OUTCOMES:
                SLOTS.labels(job, outcome)  # a series that is born with its first slot has no rate for it

    def round(self) -> int:
        """Plan, and do what is due, if it is time again, this scheduler leads, and the clock can be believed; how many
        messages were put on their way."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY_SECONDS
        self._in_force.look()
        company, now = self._in_force.now, self._store.clock()
        if not self._agreement.holds() or not self.lateness.believes(now):
            return 0
        fence = self._lead(company, now)
        if fence is None:
            return 0
        with self._store.read() as session:
            waiting = [run for run in runs.to_do(session, now) if run.slot.job in self.jobs]
        until, sent = time.monotonic() + WORK_SECONDS, 0
        try:
            for run in waiting:
                sent += self._go_on(run, company, fence, until)
        except _Deposed:
            _log.warning("another scheduler leads the timetable by now", fence=fence)
        if time.monotonic() >= until:
            self._next = float("-inf")  # there is more
        return sent

    # Planning.

    def _lead(self, company: Company, now: datetime) -> int | None:
        """The fencing number, if this scheduler leads. Who begins to lead, on another day or by another schedule than
        before, plans in the same transaction: nobody leads without having done so."""
        missed: list[Slot] = []
        with self._store.database.write() as session:
            before = lease_until(session, LEASE)
            shared = self._store.shared_now(session)
            fence = take_lease(session, LEASE, self._holder, now=shared, seconds=LEASE_SECONDS)
            if fence is None:
                return None
            plan = (fence, company.version, day_of(now))
            if plan != self._planned:
                missed = self._plan(session, company, before, now)
        self._planned = plan
        for slot in missed:
            self._skipped(slot)
        return fence

    def _plan(self, session: Session, company: Company, before: datetime | None, now: datetime) -> list[Slot]:
        """`before`: until when somebody led. What began before that was planned then, if it was in the schedule; only
        of today it is planned also if it has come into the schedule since."""
        today, calendar = day_of(now), company.recycling.calendar
        led = min(before - timedelta(seconds=LEASE_SECONDS), now) if before else now
        first = max(day_of(led), today - timedelta(days=MOST_DAYS))
        coming = [
            slot
            for slot in company.schedule.slots(calendar, first, today)
            if slot.job in self.jobs and (slot.day == today or slot.due_at > led)
        ]
        missed = runs.plan(session, coming, now)

        def slot_of(job: str, day: date) -> Slot | None:
            timed = company.schedule.of(job)
            return timed.slot(calendar, day) if timed else None

        return missed + runs.plan_anew(session, slot_of, now)

    # One slot.

    def _go_on(self, run: Run, company: Company, fence: int, until: float) -> int:
        """Begin a run, go on with it, or end it, until the monotonic time `until`; how many messages were put on their
        way. What one job fails of stops no other."""
        try:
            return self._work(run, company, fence, until)
        except Exception as error:
            if isinstance(error, _Deposed) or is_away(error):
                raise
            _log.exception("a timed job failed", job=run.slot.job, slot=run.slot.key)
            return 0

    def _work(self, run: Run, company: Company, fence: int, until: float) -> int:
        now, slot = self._store.clock(), run.slot
        if run.state is State.DUE and now >= slot.closes_at:
            self._end(run, fence)
            return 0
        begun = self._begin(run, fence)
        waiting = self._waiting(slot, company, now)
        if now >= slot.closes_at:
            self._end(begun, fence, left_out=len(waiting))
            return 0
        sent = 0
        for person_id in waiting:
            if time.monotonic() >= until:
                return sent
            if slot.turn_of(person_id) <= now and self._put_off.may_try(slot, person_id):
                sent += self._send(slot, company, person_id, fence)
        if now >= run.last_turn and not self._put_off.any_of(slot):
            self._end(begun, fence)
        return sent

    def _waiting(self, slot: Slot, company: Company, now: datetime) -> list[int]:
        """Who gets the message and has not had his turn."""
        with self._store.read() as session:
            done = slots.taken(session, slot.job, f"{slot.key}:")
            wanted = self.jobs[slot.job].recipients(session, company, now)
            return [person_id for person_id in wanted if _mark(slot, person_id) not in done]

    def _begin(self, run: Run, fence: int) -> Run:
        """The run as it is when this leader has it."""
        if run.state is State.RUNNING and run.fence == fence:
            return run
        with self._unit(run.slot, "begin", fence) as unit:
            if not runs.begin(unit.connection, run.slot, fence, unit.now):
                raise _Deposed
            began_at = run.began_at or unit.now
        if run.state is State.RUNNING:
            _log.info("a timed job goes on", job=run.slot.job, slot=run.slot.key, fence=fence)
        return replace(run, state=State.RUNNING, fence=fence, began_at=began_at)

    def _send(self, slot: Slot, company: Company, person_id: int, fence: int) -> bool:
        """One person's message, with the mark that he had it. One that fails is tried again; the others get theirs."""
        try:
            sent = self._post(slot, company, person_id, fence)
        except Exception as error:
            if isinstance(error, _Deposed) or is_away(error):
                raise
            _log.exception("a message of a timed job failed", job=slot.job, slot=slot.key, person=person_id)
            self._put_off.happened(slot, person_id)
            return False
        self._put_off.forget(slot, person_id)
        return sent

    def _post(self, slot: Slot, company: Company, person_id: int, fence: int) -> bool:
        with self._unit(slot, str(person_id), fence) as unit:
            if not slots.take(unit.connection, slot.job, _mark(slot, person_id), unit.now):
                return False
            faultpoint("slot_taken")
            sent = self.jobs[slot.job].send(unit, company, person_id, slot)
            if sent and not runs.count_sent(unit.connection, slot, fence):
                raise _Deposed
            return sent

    def _end(self, run: Run, fence: int, *, left_out: int = 0) -> None:
        with self._unit(run.slot, "end", fence) as unit:
            state = runs.end(unit.connection, run, unit.now, left_out=left_out)
            runs.purge(unit.session, unit.now - KEPT)
            slots.purge(unit.session, unit.now - MARKS_KEPT)
        self._put_off.forget_all(run.slot)
        if state is State.SKIPPED:
            self._skipped(run.slot)
        elif state is State.DONE:
            outcome = "cut" if left_out else "late" if run.late > LATE else "done"
            SLOTS.labels(run.slot.job, outcome).inc()
            _log.info("a timed job is done", job=run.slot.job, slot=run.slot.key, came=outcome, left_out=left_out)

    def _skipped(self, slot: Slot) -> None:
        SLOTS.labels(slot.job, "skipped").inc()
        _log.warning("a timed job was skipped", job=slot.job, slot=slot.key, due=slot.due_at.isoformat())

    @contextmanager
    def _unit(self, slot: Slot, what: str, fence: int) -> Iterator[Unit]:
        """A transaction that only the leader has.

        Raises:
            _Deposed: another one leads; nothing was written.
        """
        with self._store.unit(request_id=slot.job, origin=f"{slot.job}:{slot.key}:{what}") as unit:
            if not still_leads(unit.connection, LEASE, fence):
                raise _Deposed
            yield unit


def _mark(slot: Slot, person_id: int) -> str:
    """The name of the row that says that he had his message."""
    return f"{slot.key}:{person_id}"
