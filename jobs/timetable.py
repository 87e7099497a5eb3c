"""The timetable, carried out by the scheduler: each job of `schedule.yaml` once for each of its slots, each person's
message once.

1. Any number of schedulers may run. One of them leads, by a lease with a fencing number, in the database's time.
2. The leader plans: a row for each slot of today, and for those that began while nobody led. For which it is too late
   by now is recorded as skipped.
3. A slot whose time has come is begun, and each of its people gets his message when it is his turn, in a transaction of
   its own with a mark: a kill in the middle goes on with the rest.
4. Each of these transactions looks first whether its fencing number is still the newest. A leader that was paused for
   so long that another has taken over is refused there, and stops.

What a job is stands in `timed_job`.
"""

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

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
from jobs.timed_job import GroupJob, Job, Receiver

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
    "Slots of timed jobs by what came of them: done, late, cut (for some it was too late), skipped.",
    ["job", "outcome"],
)
OUTCOMES = ("done", "late", "cut", "skipped")
DAMAGED = Counter("tuoling_job_runs_damaged", "Rows of timed jobs that cannot be read, and stop theirs.", ["job"])

_log = structlog.get_logger(__name__)


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
        self._damaged: set[tuple[str, str]] = set()
        for job in self.jobs:
            for outcome in OUTCOMES:
                SLOTS.labels(job, outcome)  # a series that is born with its first slot has no rate for it
            DAMAGED.labels(job)

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
            waiting = [run for run in runs.to_do(session, now, self._is_damaged) if run.slot.job in self.jobs]
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
        """`before`: until when somebody led. What began before that was planned then, if it was in the schedule; what
        has come into it since is done today, if there is time for it still."""
        today, calendar = day_of(now), company.recycling.calendar
        led = min(before - timedelta(seconds=LEASE_SECONDS), now) if before else now
        first = max(day_of(led), today - timedelta(days=MOST_DAYS))
        coming = [
            slot
            for slot in company.schedule.slots(calendar, first, today)
            if slot.job in self.jobs and (slot.due_at > led or (slot.day == today and slot.closes_at > now))
        ]
        missed = runs.plan(session, coming, now)

        def slot_of(job: str, day: date) -> Slot | None:
            timed = company.schedule.of(job)
            return timed.slot(calendar, day) if timed else None

        return missed + runs.plan_anew(session, slot_of, now, self._is_damaged)

    def _is_damaged(self, job: str, slot: str) -> None:
        """Told and counted once a process, though it is found in each round."""
        if (job, slot) not in self._damaged:
            self._damaged.add((job, slot))
            _log.error("a run of a timed job cannot be read", job=job, slot=slot)
            DAMAGED.labels(job if job in self.jobs else "unknown").inc()

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
        for receiver in waiting:
            if time.monotonic() >= until:
                return sent
            if _turn(slot, receiver) <= now and self._put_off.may_try(slot, receiver):
                sent += self._send(slot, company, receiver, fence)
        if now >= run.last_turn and not self._put_off.any_of(slot):
            self._end(begun, fence)
        return sent

    def _waiting(self, slot: Slot, company: Company, now: datetime) -> list[Receiver]:
        """Who gets the message and has not had his turn; groups first."""
        job = self.jobs[slot.job]
        with self._store.read() as session:
            done = slots.taken(session, slot.job, f"{slot.key}:")
            groups = job.groups(company) if isinstance(job, GroupJob) else ()
            wanted: list[Receiver] = [*groups, *job.recipients(session, company, now)]
            return [receiver for receiver in wanted if _mark(slot, receiver) not in done]

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

    def _send(self, slot: Slot, company: Company, receiver: Receiver, fence: int) -> bool:
        """One message, with the mark that it was sent. One that fails is tried again; the others get theirs."""
        try:
            sent = self._post(slot, company, receiver, fence)
        except Exception as error:
            if isinstance(error, _Deposed) or is_away(error):
                raise
            _log.exception("a message of a timed job failed", job=slot.job, slot=slot.key, to=receiver)
            self._put_off.happened(slot, receiver)
            return False
        self._put_off.forget(slot, receiver)
        return sent

    def _post(self, slot: Slot, company: Company, receiver: Receiver, fence: int) -> bool:
        job = self.jobs[slot.job]
        with self._unit(slot, _place(receiver), fence) as unit:
            if not slots.take(unit.connection, slot.job, _mark(slot, receiver), unit.now):
                return False
            faultpoint("slot_taken")
            if isinstance(receiver, int):
                sent = job.send(unit, company, receiver, slot)
            else:
                sent = isinstance(job, GroupJob) and job.send_to_group(unit, company, receiver, slot)
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


def _place(receiver: Receiver) -> str:
    return str(receiver) if isinstance(receiver, int) else f"group:{receiver}"


def _mark(slot: Slot, receiver: Receiver) -> str:
    """The name of the row that says that this one had its message."""
    return f"{slot.key}:{_place(receiver)}"


def _turn(slot: Slot, receiver: Receiver) -> datetime:
    return slot.turn_of(receiver) if isinstance(receiver, int) else slot.due_at
