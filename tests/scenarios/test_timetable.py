"""The timetable: each job once for each slot, what was missed by the declared rule, and what came of it in rows."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from kit.company import Company
from kit.phones import FAULTS
from kit.timed import Telling
from prometheus_client import REGISTRY
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from core.calendar import CHINA, DeclaredDay, WorkingCalendar
from core.people import queries as people
from core.schedule import ALL_DAYS, DayOff, Days, Every, Schedule, Slot, Timed, runs
from core.schedule.runs import JobRun, Run, State, Why
from core.store import post
from core.store.slots import SlotRow
from core.store.unit import Unit
from jobs.putting_off import FIRST_SECONDS
from jobs.timetable import LEASE_SECONDS, WORK_SECONDS, Timetable

TWO = ("batu", "lina")
SIX_PM = Timed("daily", 18 * 60 + 5)
NINE = Timed("early", 9 * 60 + 10, spread_minutes=10)


def hold(company: Company, *timed: Timed) -> None:
    """By another configuration, as it is after `config apply`."""
    version = f"{hash(timed):x}"
    company.runtime.in_force.hold(replace(company.runtime.company, schedule=Schedule(timed), version=version))


def timetable(company: Company, *jobs: Telling) -> Timetable:
    """Another scheduler."""
    made = Timetable(company.runtime.store, company.runtime.in_force, jobs or (Telling("daily", TWO),))
    made.lateness = company.runtime.timetable.lateness
    return made


def at(company: Company, day: int, hour: int, minute: int = 0, *, month: int = 11) -> None:
    """It is this time of a day in 2026 (24 November is a Tuesday)."""
    company.clock.now = datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def run_of(company: Company, day: int, job: str = "daily") -> Run | None:
    with company.runtime.store.read() as session:
        return runs.find(session, job, date(2026, 11, day))


def heard(company: Company, userid: str = "batu") -> list[str]:
    company.settle()
    return company.person(userid).heard_since().texts


def counted(outcome: str, job: str = "daily") -> float:
    return REGISTRY.get_sample_value("tuoling_job_slots_total", {"job": job, "outcome": outcome}) or 0.0


def damaged_runs(job: str) -> float:
    return REGISTRY.get_sample_value("tuoling_job_runs_damaged_total", {"job": job}) or 0.0


def test_a_slot_is_planned_begun_and_done_and_its_row_says_so(company: Company) -> None:
    hold(company, SIX_PM)
    ours, before = timetable(company), counted("done")
    at(company, 24, 8)
    assert ours.round() == 0
    planned = run_of(company, 24)
    assert planned is not None
    assert (planned.state, planned.slot.due_at, planned.fence) == (State.DUE, SIX_PM.begins(date(2026, 11, 24)), None)
    at(company, 24, 18, 4)
    assert ours.round() == 0
    at(company, 24, 18, 5)
    assert ours.round() == 2
    done = run_of(company, 24)
    assert done is not None
    assert (done.state, done.sent, done.left_out, done.late) == (State.DONE, 2, 0, timedelta(0))
    assert done.fence is not None
    assert done.began_at == done.ended_at == company.clock.now
    assert counted("done") == before + 1
    assert heard(company) == ["daily 2026-11-24"]
    at(company, 24, 18, 30)
    assert (ours.round(), timetable(company).round()) == (0, 0)
    assert heard(company, "lina") == ["daily 2026-11-24"]


def test_what_is_spread_is_under_way_until_the_last_turn(company: Company) -> None:
    hold(company, NINE)
    job = Telling("early")
    ours, counts = timetable(company, job), []
    for minute in range(10, 20):
        at(company, 24, 9, minute)
        counts.append(ours.round())
        run = run_of(company, 24, "early")
        assert run is not None
        assert (run.state, run.sent) == (State.RUNNING, sum(counts))
    at(company, 24, 9, 20)
    counts.append(ours.round())
    run = run_of(company, 24, "early")
    assert run is not None
    assert (run.state, run.sent) == (State.DONE, sum(counts))
    assert max(counts) < sum(counts) / 2


def test_fault_37_and_42_after_eight_hours_what_is_stale_is_dropped_and_the_rest_done(company: Company) -> None:
    catch_up, skip = Timed("daily", 9 * 60 + 10), Timed("early", 9 * 60 + 10, catch_up=False)
    over = Timed("noon", 12 * 60, lasts_minutes=60)
    hold(company, catch_up, skip, over)
    jobs = [Telling(name, TWO) for name in ("daily", "early", "noon")]
    at(company, 24, 9)
    assert timetable(company, *jobs).round() == 0, "planned; then nothing runs"
    late, skipped = counted("late"), counted("skipped", "early")
    at(company, 24, 17)
    assert timetable(company, *jobs).round() == 2
    assert heard(company) == ["daily 2026-11-24"]
    for name, state, why in (("daily", "done", None), ("early", "skipped", "missed"), ("noon", "skipped", "missed")):
        run = run_of(company, 24, name)
        assert run is not None
        assert (run.state, run.why) == (state, why), name
    assert counted("late") == late + 1
    assert counted("skipped", "early") == skipped + 1
    done = run_of(company, 24)
    assert done is not None
    assert done.late == timedelta(hours=7, minutes=50)


def test_fault_37_days_without_a_scheduler_are_recorded_and_what_may_still_be_done_is(company: Company) -> None:
    weekly = Timed("weekly", 9 * 60 + 10, Days(Every.WEEK, 0, DayOff.NEXT), lasts_minutes=3 * 24 * 60)
    hold(company, SIX_PM, weekly)
    jobs = (Telling("daily", TWO), Telling("weekly", TWO))
    at(company, 26, 20)  # a Thursday, after the daily slot
    assert timetable(company, *jobs).round() == 0
    assert run_of(company, 26) is None, "it came into the schedule when its time was over: nobody missed it"
    at(company, 1, 10, month=12)  # a Tuesday: nothing ran since
    assert timetable(company, *jobs).round() == 2
    assert heard(company) == ["weekly 2026-11-30"], "about Monday, one day late"
    with company.runtime.store.read() as session:
        found = session.execute(select(JobRun.job, JobRun.slot, JobRun.state).order_by(JobRun.due_at)).all()
    assert [tuple(each) for each in found] == [
        ("daily", "2026-11-27", "skipped"),
        ("weekly", "2026-11-30", "done"),
        ("daily", "2026-11-30", "skipped"),
        ("daily", "2026-12-01", "due"),
    ], "no row for the weekend"


def test_a_year_without_a_scheduler_makes_no_year_of_rows(company: Company) -> None:
    hold(company, Timed("daily", 18 * 60 + 5, ALL_DAYS))
    at(company, 24, 8)
    timetable(company).round()
    company.clock.go(days=365)
    timetable(company).round()
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(JobRun)) == 1 + 31 + 1


@pytest.mark.parametrize("hours", [1, -1])
def test_fault_38_a_clock_that_jumps_by_an_hour_does_a_slot_once(company: Company, hours: int) -> None:
    hold(company, SIX_PM)
    ours = timetable(company)
    at(company, 24, 17, 30)
    sent = ours.round()
    company.clock.go(hours=hours)
    sent += ours.round()
    company.clock.go(hours=-hours)
    sent += ours.round()
    at(company, 24, 18, 6)
    sent += ours.round() + timetable(company).round()
    company.clock.go(hours=-1)
    sent += ours.round() + timetable(company).round()
    at(company, 24, 18, 40)
    sent += ours.round() + timetable(company).round()
    assert sent == 2
    assert heard(company) == ["daily 2026-11-24"]


def test_fault_38_what_a_clock_that_ran_days_ahead_skipped_is_done_at_its_time(company: Company) -> None:
    hold(company, SIX_PM)
    at(company, 24, 8)
    timetable(company).round()
    company.clock.go(days=3, hours=12)
    timetable(company).round()
    wednesday = run_of(company, 25)
    assert wednesday is not None
    assert wednesday.state is State.SKIPPED
    at(company, 24, 12)
    ours = timetable(company)
    assert ours.round() == 0
    for day in (24, 25, 26):
        at(company, day, 18, 5)
        assert ours.round() == 2
        run = run_of(company, day)
        assert run is not None
        assert (run.state, run.why) == (State.DONE, None)
    assert heard(company) == [f"daily 2026-11-{day}" for day in (24, 25, 26)]


def test_fault_36_a_leader_that_slept_while_another_took_over_is_refused(company: Company) -> None:
    hold(company, SIX_PM)
    other = timetable(company)

    def sleep() -> None:
        """The first asks who gets it; then it is paused for five minutes, and another one takes over."""
        job.before_asking = lambda: None
        company.clock.go(minutes=5)
        assert other.round() == 2

    job = Telling("daily", TWO, before_asking=sleep)
    first = timetable(company, job)
    at(company, 24, 18, 5)
    with capture_logs() as logs:
        assert first.round() == 0
    assert ("another scheduler leads the timetable by now", 1) in [(each["event"], each.get("fence")) for each in logs]
    run = run_of(company, 24)
    assert run is not None
    assert (run.state, run.sent, run.fence) == (State.DONE, 2, 2)
    assert heard(company) == ["daily 2026-11-24"]
    assert first.round() == 0, "and it leads no more, as long as the other one does"
    company.clock.go(seconds=LEASE_SECONDS + 1)
    assert first.round() == 0


def test_who_takes_over_in_the_middle_goes_on_with_the_rest(company: Company) -> None:
    hold(company, NINE)
    first, second = timetable(company, Telling("early")), timetable(company, Telling("early"))
    at(company, 24, 9, 14)
    begun = first.round()
    at(company, 24, 9, 21)
    rest = second.round()
    run = run_of(company, 24, "early")
    assert run is not None
    assert begun > 0
    assert rest > 0
    assert (run.state, run.sent, run.fence) == (State.DONE, begun + rest, 2)
    with company.runtime.store.read() as session:
        marks = session.scalar(select(func.count()).where(SlotRow.job == "early"))
    assert marks == begun + rest
    assert heard(company) == ["early 2026-11-24"]


def test_one_whose_message_fails_stops_nobody_and_gets_it_when_it_is_mended(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(company, SIX_PM)
    job = Telling("daily", ("batu", "lina", "naren"), broken_for={"lina"})
    ours = timetable(company, job)
    at(company, 24, 18, 5)
    assert ours.round() == 2
    assert ours.round() == 0, "it waits for a minute"
    run = run_of(company, 24)
    assert run is not None
    assert (run.state, run.sent) == (State.RUNNING, 2)
    assert heard(company, "lina") == []
    job.broken_for.clear()
    later = time.monotonic() + FIRST_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert ours.round() == 1
    run = run_of(company, 24)
    assert run is not None
    assert (run.state, run.sent, run.left_out) == (State.DONE, 3, 0)
    assert heard(company, "lina") == ["daily 2026-11-24"]


def test_for_whom_it_is_too_late_is_counted(company: Company) -> None:
    hold(company, SIX_PM)
    ours, before = timetable(company, Telling("daily", TWO, broken_for={"lina"})), counted("cut")
    at(company, 24, 18, 5)
    assert ours.round() == 1
    at(company, 24, 19, 5)
    assert ours.round() == 0
    run = run_of(company, 24)
    assert run is not None
    assert (run.state, run.sent, run.left_out) == (State.DONE, 1, 1)
    assert counted("cut") == before + 1


class Grouped(Telling):
    def groups(self, company: object) -> Sequence[str]:  # noqa: ARG002
        return ("全员群", "坏了的群")

    def send_to_group(self, unit: Unit, company: object, group: str, slot: Slot) -> bool:  # noqa: ARG002
        if group == "坏了的群":
            raise RuntimeError("the job's own bug")
        lina = people.by_userid(unit.connection, "wecom", "lina")
        assert lina is not None
        post.say(unit, "wecom", lina.id, f"{group} {slot.key}")
        return True


@FAULTS
def test_a_group_gets_its_message_once_at_the_beginning(company: Company) -> None:
    hold(company, NINE)
    ours = timetable(company, Grouped("early", ("batu",)))
    for minute in range(10, 21):
        at(company, 24, 9, minute)
        ours.round()
        if minute == 10:
            assert heard(company, "lina") == ["全员群 2026-11-24"]
    assert heard(company, "lina") == ["全员群 2026-11-24"]
    assert heard(company, "batu") == ["early 2026-11-24"]
    at(company, 24, 18)
    ours.round()
    run = run_of(company, 24, "early")
    assert run is not None
    assert (run.state, run.sent, run.left_out) == (State.DONE, 2, 1)


@FAULTS
def test_groups_get_theirs_first_where_a_round_is_cut_short(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """All whom it goes to are waiting, and there is time for one."""
    passed = [0.0]
    monkeypatch.setattr("jobs.timetable.time", SimpleNamespace(monotonic=lambda: passed[0]))

    class Slow(Grouped):
        def groups(self, company: object) -> Sequence[str]:  # noqa: ARG002
            return ("全员群",)

        def send(self, unit: Unit, company: Company, person_id: int, slot: Slot) -> bool:
            passed[0] += WORK_SECONDS
            return super().send(unit, company, person_id, slot)

        def send_to_group(self, unit: Unit, company: object, group: str, slot: Slot) -> bool:
            passed[0] += WORK_SECONDS
            return super().send_to_group(unit, company, group, slot)

    hold(company, SIX_PM)
    ours = timetable(company, Slow("daily", ("batu",)))
    at(company, 24, 18, 5)
    assert ours.round() == 1
    assert (heard(company, "lina"), heard(company, "batu")) == (["全员群 2026-11-24"], [])
    assert ours.round() == 1
    assert heard(company, "batu") == ["daily 2026-11-24"]


def test_who_had_his_of_a_job_of_days_gets_no_second_one(company: Company) -> None:
    """Another one's fails from one day to the next, and other jobs end meanwhile, who tidy up."""
    hold(company, Timed("long", 9 * 60 + 10, Days(Every.WEEK, 1), lasts_minutes=3 * 24 * 60), SIX_PM)
    at(company, 24, 9, 10)
    ours = timetable(company, Telling("long", TWO, broken_for={"lina"}), Telling("daily", ("zhangsan",)))
    assert ours.round() == 1
    at(company, 24, 18, 5)
    ours.round()
    at(company, 25, 18, 5)
    assert ours.round() == 1
    assert heard(company, "zhangsan") == ["daily 2026-11-24", "daily 2026-11-25"], "a job has ended a day after"
    at(company, 25, 18, 10)
    assert timetable(company, Telling("long", TWO), Telling("daily", ("zhangsan",))).round() == 1
    assert heard(company, "batu") == heard(company, "lina") == ["long 2026-11-24"]


class Broken(Telling):
    def recipients(self, *_: object) -> Sequence[int]:
        raise RuntimeError("the job's own bug")


def test_a_broken_job_stops_no_other(company: Company) -> None:
    hold(company, Timed("broken", 18 * 60), SIX_PM)
    ours = timetable(company, Broken("broken"), Telling("daily", TWO))
    at(company, 24, 18, 5)
    assert ours.round() == 2


def test_another_time_and_no_time_any_more(company: Company) -> None:
    hold(company, SIX_PM)
    ours = timetable(company)
    at(company, 24, 8)
    ours.round()
    hold(company, Timed("daily", 17 * 60 + 35))
    ours.round()
    moved = run_of(company, 24)
    assert moved is not None
    assert moved.slot.due_at == datetime(2026, 11, 24, 17, 35, tzinfo=CHINA)
    hold(company)
    ours.round()
    removed = run_of(company, 24)
    assert removed is not None
    assert (removed.state, removed.why) == (State.SKIPPED, Why.REMOVED)
    at(company, 24, 17, 40)
    assert ours.round() == 0
    hold(company, Timed("daily", 17 * 60 + 35))
    assert ours.round() == 2, "it is in the schedule again, in time"
    hold(company, Timed("daily", 18 * 60 + 35))
    at(company, 24, 18, 35)
    assert ours.round() == 0, "done for today, whatever the time is now"
    assert heard(company) == ["daily 2026-11-24"]


def test_a_day_off_that_is_declared_on_the_day_itself(company: Company) -> None:
    hold(company, SIX_PM)
    ours = timetable(company)
    at(company, 24, 8)
    ours.round()
    now = company.runtime.company
    off = WorkingCalendar(special_days=(DeclaredDay(date(2026, 11, 24), False, "大雪"),))
    company.runtime.in_force.hold(replace(now, recycling=replace(now.recycling, calendar=off), version="snow"))
    at(company, 24, 18, 5)
    assert ours.round() == 0
    run = run_of(company, 24)
    assert run is not None
    assert run.why is Why.REMOVED


def test_a_job_that_this_release_does_not_know_waits_for_one_that_does(company: Company) -> None:
    hold(company, Timed("newer", 18 * 60 + 5), SIX_PM)
    at(company, 24, 18, 5)
    assert timetable(company).round() == 2
    assert timetable(company, Telling("newer", TWO), Telling("daily", TWO)).round() == 0, "the other one leads"
    company.clock.go(seconds=LEASE_SECONDS + 1)
    assert timetable(company, Telling("newer", TWO), Telling("daily", TWO)).round() == 2
    assert heard(company) == ["daily 2026-11-24", "newer 2026-11-24"]


def test_what_is_long_ago_is_forgotten(company: Company) -> None:
    hold(company, Timed("daily", 18 * 60 + 5, ALL_DAYS))
    at(company, 24, 18, 5)
    timetable(company).round()
    company.clock.go(days=61)
    timetable(company).round()
    with company.runtime.store.read() as session:
        marks = session.scalars(select(SlotRow.slot)).all()
        assert session.scalar(select(func.count()).where(JobRun.slot == "2026-11-24")) == 1
    assert {mark.partition(":")[0] for mark in marks} == {"2027-01-24"}
    company.clock.go(days=401)
    timetable(company).round()
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).where(JobRun.slot < "2027-01-23")) == 0


@pytest.mark.parametrize(("column", "value"), [("slot", "rubbish"), ("why", "weird")])
def test_a_row_that_cannot_be_read_stops_its_own_job_alone(column: str, value: str | int, company: Company) -> None:
    hold(company, SIX_PM, NINE)
    ours = timetable(company, Telling("daily", TWO), Telling("early", TWO))
    at(company, 24, 8)
    ours.round()
    before = damaged_runs("early")
    with company.runtime.store.database.write() as session:
        session.execute(update(JobRun).where(JobRun.job == "early").values({column: value}))
    hold(company, SIX_PM, replace(NINE, spread_minutes=9))  # planned anew with it
    with capture_logs() as logs:
        at(company, 24, 18, 5)
        ours.round()
        ours.round()
    assert heard(company) == ["daily 2026-11-24"]
    assert [line["job"] for line in logs if line["event"] == "a run of a timed job cannot be read"] == ["early"]
    assert damaged_runs("early") == before + 1
