"""Several machines whose clocks differ: who is wrong does nothing by the clock, and nothing is lost by it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kit.clock import Believed, Clock
from kit.company import Company
from structlog.testing import capture_logs

from bot.channels.token_store import DatabaseTokenStore
from core.calendar import Length, Unit, WorkingCalendar
from core.leads.assignment_rules import Assignment, Member, Method, Rule
from core.leads.recycling import Lapse, Recycling, RecyclingRule
from core.schedule import ALL_DAYS, MORNING, Schedule, Timed
from core.store.unit import Store, server_now
from jobs import notices
from jobs.assigning import Assigner
from jobs.lateness import LEFT_OUT
from jobs.mornings import MorningCards
from jobs.recycling import Recycler
from jobs.reminding import Reminder
from jobs.timetable import Timetable

DAY = timedelta(days=1, minutes=1)


def another(company: Company, ahead: timedelta) -> Store:
    """The store of a machine whose clock is `ahead`, over the same database, whose server's clock is right."""
    ours = company.runtime.store
    store = Store(
        ours.database, ours.vault, clock=lambda: company.clock() + ahead, server_clock=lambda _: company.clock()
    )
    store.listen(notices.tell)
    return store


def left_out(job: str) -> float:
    return LEFT_OUT.labels(job)._value.get()  # type: ignore[no-any-return]


def test_a_reminder_that_a_wrong_clock_saw_due_comes_at_its_time(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    batu.say(f"跟进 L{lead} 明天10点面谈")
    wrong = Reminder(another(company, DAY))
    assert wrong.round() == 0
    company.clock.go(days=1, minutes=1)
    heard = batu.after(lambda: [company.runtime.reminder.round(), company.settle()])
    assert f"L{lead}" in heard.card.whole


def test_no_lead_falls_by_a_wrong_clock(company: Company) -> None:
    rule = RecyclingRule("12小时跟进", Lapse.FOLLOW_UP, Length(12, Unit.HOUR))
    now = company.runtime.company
    company.runtime.in_force.hold(replace(now, recycling=Recycling(WorkingCalendar(), (rule,))))
    lead = company.lead(by="batu")
    wrong = Recycler(another(company, DAY), company.runtime.in_force)
    wrong.lateness = Believed()  # type: ignore[assignment]
    assert wrong.round() == 0
    assert company.owner(lead) == company.person("batu").actor.id


JOBS: dict[str, Callable[[Store, Company], Any]] = {
    "reminding": lambda store, _: Reminder(store),
    "recycling": lambda store, company: Recycler(store, company.runtime.in_force),
    "assigning": lambda store, company: Assigner(store, company.runtime.in_force),
    "timetable": lambda store, company: Timetable(store, company.runtime.in_force, (MorningCards(),)),
}


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("seconds", [61, -61])
def test_who_is_apart_says_so_and_goes_on_when_the_clocks_agree(company: Company, job: str, seconds: int) -> None:
    rule = RecyclingRule("12小时跟进", Lapse.FOLLOW_UP, Length(12, Unit.HOUR))
    all_of_them = replace(
        company.runtime.company,
        schedule=Schedule((Timed(MORNING, 0, ALL_DAYS),)),
        recycling=Recycling(WorkingCalendar(), (rule,)),
        assignment=Assignment((Rule("house", "青城房抵", method=Method.WEIGHTED, people=(Member("batu"),)),)),
    )
    company.runtime.in_force.hold(all_of_them)
    ours, apart = company.runtime.store, [timedelta(seconds=seconds)]
    store = Store(
        ours.database, ours.vault, clock=lambda: company.clock() + apart[0], server_clock=lambda _: company.clock()
    )
    work, before = JOBS[job](store, company), left_out(job)
    with capture_logs() as logs:
        for _ in range(2):
            work._next = float("-inf")
            assert work.round() == 0
        assert left_out(job) == before + 2
        apart[0] = timedelta(seconds=seconds // 2)
        work._next = float("-inf")
        work.round()
    assert left_out(job) == before + 2
    told = [(line["event"], line["ahead_seconds"]) for line in logs if line.get("job") == job]
    assert told == [
        ("the clock is not the database's: nothing is done by it", seconds),
        ("the clock agrees with the database's again", seconds // 2),
    ]


def test_a_lease_is_as_long_for_every_machine(company: Company) -> None:
    right, fast = (DatabaseTokenStore(another(company, timedelta(seconds=ahead))) for ahead in (0, 45))
    assert right.acquire("token", "a", 30)
    assert not fast.acquire("token", "b", 30)
    company.clock.go(seconds=31)
    assert fast.acquire("token", "b", 30)
    assert not right.acquire("token", "a", 30)


def test_the_databases_clock_is_its_servers(store: Store) -> None:
    with store.read() as session:
        theirs = server_now(session)
    if store.database.dialect == "sqlite":
        assert theirs is None
    else:
        assert theirs is not None
        assert abs(theirs - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_machines_own_clock_is_held_against_the_servers(store: Store, clock: Clock) -> None:
    real, made_up = Store(store.database, store.vault), Store(store.database, store.vault, clock=clock)
    with store.read() as session:
        assert abs(real.apart(session)) < timedelta(minutes=1)
        assert abs(real.shared_now(session) - datetime.now(UTC)) < timedelta(minutes=1)
        assert made_up.apart(session) == timedelta(0)
        assert made_up.shared_now(session) == clock()
