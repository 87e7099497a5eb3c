"""Hints that two schedulers follow up at once, and a sync beside them: one effect, nothing lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from kit.company import Company
from kit.office import hints_left, settings_of, stands, synced
from sqlalchemy import select, update

from bot.commands_sync import Wanted
from bot.runtime import build
from bot.sandbox.members import Member
from core.people.hints import HintRow
from core.people.models import Person
from core.store.audit import AuditRow


def at_once(*works: Callable[[], object]) -> None:
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        barrier.wait(timeout=10)
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result(timeout=60)


def test_two_schedulers_and_a_sync_take_a_change_over_once(company: Company) -> None:
    synced(company, Wanted(apply=True))
    office = company.platform.office
    office.change("batu", department="呼和浩特/二部")
    office.dismiss("naren")
    office.rename_department("包头", "包头分公司")
    company.clock.go(seconds=3)
    other = build(settings_of(company), clock=company.clock)
    keepers = [company.runtime.organisation, other.organisation]
    at_once(*[keeper.round for keeper in keepers if keeper], lambda: synced(company, Wanted(apply=True)))
    company.clock.go(minutes=2)
    for keeper in keepers:
        assert keeper is not None
        keeper.round()
    other.store.database.dispose()
    assert hints_left(company) == 0
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/二部", "officer", True)
    assert stands(company, "naren") == ("娜仁·其其格", "呼和浩特/一部", "officer", False)
    assert stands(company, "zhoumin") == ("周敏", "包头分公司/一部", "officer", True)
    with company.runtime.store.read() as session:
        actions = session.scalars(select(AuditRow.action)).all()
    assert actions.count("people:left") == 1
    assert actions.count("people:rights") == 1


def test_many_who_come_at_once_come_once_each(company: Company) -> None:
    for number in range(12):
        company.platform.office.hire(Member(f"new{number}", f"新{number}", "呼和浩特/一部"))
    company.clock.go(seconds=3)
    other = build(settings_of(company), clock=company.clock)
    keepers = [company.runtime.organisation, other.organisation]
    at_once(*[keeper.round for keeper in keepers if keeper])
    other.store.database.dispose()
    assert hints_left(company) == 0
    with company.runtime.store.read() as session:
        accounts = session.scalars(select(Person.wecom_userid).where(Person.wecom_userid.like("new%"))).all()
    assert sorted(accounts) == sorted(f"new{number}" for number in range(12))


def test_what_a_scheduler_died_over_is_followed_up_by_the_next(company: Company) -> None:
    company.platform.office.change("batu", department="呼和浩特/二部")
    company.clock.go(seconds=3)
    with company.runtime.store.database.write() as session:  # taken, and then never heard of again
        session.execute(update(HintRow).values(next_try_at=company.clock() + timedelta(seconds=90), attempts=1))
    assert company.runtime.organisation is not None
    assert company.runtime.organisation.round() == 0
    company.clock.go(seconds=91)
    assert company.runtime.organisation.round() == 1
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/二部", "officer", True)


def test_a_clock_that_ran_ahead_keeps_no_hint_back(company: Company) -> None:
    company.clock.go(days=30)
    company.platform.office.change("batu", department="呼和浩特/二部")
    company.clock.go(days=-30)
    assert company.runtime.organisation is not None
    assert company.runtime.organisation.round() == 1
