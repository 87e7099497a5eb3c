"""Two schedulers at the same tasks at one instant: each rung comes once. A decision at that instant is not undone."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from kit.loan_flows import FIRST, PAY, flow, rules_with
from sqlalchemy import func, insert, select

from core.calendar import Length, Unit
from core.leads.intake import NewLead, add_lead
from core.leads.outcomes import Added
from core.leads.pools import Pool, Pools
from core.loans import deciding, ladder, service
from core.loans.at_hand import Wish
from core.loans.deadline_models import RungRow
from core.loans.due_reminders import remind
from core.loans.events import RepaymentDue
from core.loans.flows import Deadline, Decision, Rung, Step
from core.loans.models import Task, TaskState
from core.loans.outcomes import Decided, Started, TaskOver
from core.loans.repaid import RepaymentPlan
from core.moments import day_of
from core.people.queries import by_userid
from core.people.service import PersonRow, import_people
from core.store.unit import Store

EIGHT = Length(8, Unit.HOUR, working=True)
OF = flow(replace(FIRST, next="pay", deadline=Deadline(EIGHT, (Step(Rung.REMIND), Step(Rung.REFUSE)))), PAY)
RULES = rules_with(OF)
PEOPLE = [
    PersonRow(2, "乌云", "总部", "admin", "admin", "", "", ""),
    PersonRow(3, "刘芳", "总部", "approver", "approver", "", "", ""),
    PersonRow(4, "巴图", "一部", "officer", "batu", "", "", ""),
]
POOLS = Pools((Pool("all", "全区池"),), "all")
COUNT = 20


def handed_in(store: Store) -> list[int]:
    """So many applications that wait for 刘芳."""
    found = []
    with store.unit(request_id="test") as unit:
        import_people(unit, PEOPLE)
    with store.read() as session:
        batu = by_userid(session, "wecom", "batu")
    assert batu is not None
    for number in range(COUNT):
        with store.unit(request_id="test", channel="wecom") as unit:
            added = add_lead(
                unit, batu, NewLead("刘志强", str(13947100000 + number), channel="抖音", product="house"), POOLS
            )
            assert isinstance(added, Added)
            started = service.start(unit, batu, added.lead_id, None, {"amount": 5_000_000, "term": "12"}, RULES)
            assert isinstance(started, Started)
            service.submit(unit, batu, started.application_id, RULES)
            found.append(started.application_id)
    return found


def at_once(works: list[Callable[[], object]]) -> list[object]:
    came: list[object] = [None] * len(works)
    together = threading.Barrier(len(works))

    def run(place: int) -> None:
        together.wait()
        came[place] = works[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def climb(store: Store, numbers: list[int]) -> int:
    def work() -> int:
        with store.unit(request_id="race") as unit:
            return ladder.climb(unit, numbers, RULES)

    return store.database.attempt(work)


def test_two_schedulers_at_once(store: Store, clock: Callable[[], object]) -> None:
    numbers = handed_in(store)
    clock.go(days=2)  # type: ignore[attr-defined]
    came = at_once([partial(climb, store, numbers)] * 2)
    came.append(climb(store, numbers))  # what both left to each other
    assert sum(int(str(one)) for one in came) == 2 * COUNT
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(RungRow)) == 2 * COUNT
        refused = select(func.count()).select_from(Task).where(Task.decision == Decision.REFUSE.value)
        assert session.scalar(refused) == COUNT


def test_a_decision_at_that_instant(store: Store, clock: Callable[[], object]) -> None:
    """She agrees, or the flow refused: one of the two, and each application is at one place."""
    numbers = handed_in(store)
    clock.go(days=2)  # type: ignore[attr-defined]
    with store.read() as session:
        approver = by_userid(session, "wecom", "approver")
        tasks = session.scalars(select(Task.id).where(Task.state == TaskState.OPEN.value).order_by(Task.id)).all()
    assert approver is not None

    def decide() -> list[object]:
        found: list[object] = []
        for task in tasks:

            def one(task: int = task) -> object:
                with store.unit(request_id="race", channel="wecom") as unit:
                    return deciding.decide(unit, approver, task, Wish(Decision.AGREE), RULES)

            found.append(store.database.attempt(one))
        return found

    decided, _ = at_once([decide, partial(climb, store, numbers)])
    climb(store, numbers)
    assert isinstance(decided, list)
    assert all(isinstance(one, Decided | TaskOver) for one in decided)
    with store.read() as session:
        agreed = session.scalars(select(Task.id).where(Task.decision == Decision.AGREE.value)).all()
        refused = session.scalars(select(Task.id).where(Task.decision == Decision.REFUSE.value)).all()
    assert sorted((*agreed, *refused)) == sorted(tasks)
    assert len(agreed) == sum(isinstance(one, Decided) for one in decided)


def test_two_reminders_of_what_is_due_tell_each_officer_once(store: Store) -> None:
    terms = {"principal_fen": 5_000_000, "method": "equal_principal", "rate": "0.12", "per": "year", "months": 12}
    now = day_of(store.clock())
    due = (now + timedelta(days=1)).isoformat()
    applications = handed_in(store)
    with store.unit(request_id="test") as unit:
        for number in applications:
            plan = {**terms, "application_id": number, "first_due": due, "next_due": due, "by_id": 1, "at": unit.now}
            unit.connection.execute(insert(RepaymentPlan).values(plan))
    heard: list[int] = []
    store.listen(lambda _, event: heard.append(event.application_id) if isinstance(event, RepaymentDue) else None)

    def tell() -> None:
        for _ in range(COUNT):
            with store.unit(request_id="test") as unit:
                remind(unit, RULES.calendar, 3)

    at_once([tell, tell, tell])
    assert sorted(heard) == applications
