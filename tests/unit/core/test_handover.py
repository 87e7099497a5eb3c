"""Hand-overs record by record: what dies anywhere is gone on with, and nothing is moved twice."""

from collections.abc import Callable
from functools import partial
from itertools import count

import pytest
from firm import Firm
from sqlalchemy import func, select, update

from cards.texts import handover as texts
from core.calendar import WorkingCalendar
from core.handover import service, work
from core.handover.kinds import MOVED, Came, Kind, Rules
from core.handover.models import Aim, Handover, HandoverItem, ItemState, State
from core.handover.outcomes import Begun, Proposed, Undoing
from core.handover.queries import overview
from core.handover.registry import KINDS
from core.leads.assignment_rules import Assignment
from core.leads.models import Lead, Ownership, subject
from core.leads.service import transfer_lead
from core.leads.tags import Tagging
from core.loans.flows import Flows
from core.loans.rules import LoanRules
from core.people import service as people_service
from core.people.events import PersonLeft
from core.people.models import Person
from core.people.policy import Actor
from core.store import unit as units
from core.store.audit import AuditRow
from core.store.unit import Event, Unit

LOANS = LoanRules((), Flows(()), Tagging(), WorkingCalendar())
ENDS = ("people:hand_over:end", "people:hand_over:undone")


class Killed(Exception):
    """The process died here."""


@pytest.fixture
def rules(firm: Firm) -> Rules:
    return Rules(firm.pools, Assignment(()), WorkingCalendar(), "v1", LOANS)


def begin(firm: Firm, rules: Rules, *, to: str | None = "batu", by: str = "lina", leaver: str = "zhang") -> int:
    aim, to_id = (Aim.PERSON, firm.who(to).id) if to else (Aim.POOL, None)
    proposed = firm.do(service.propose, by, firm.who(leaver).id, aim, to_id, rules)
    assert isinstance(proposed, Proposed)
    assert firm.do(service.confirm, by, proposed.number, rules) == Begun(proposed.number)
    return proposed.number


def take_back(firm: Firm, number: int) -> object:
    def undo(unit: Unit, actor: Actor) -> object:
        return service.undo(unit, actor, number, restore=False)

    return firm.do(undo, "lina")


def go_on(firm: Firm, rules: Rules) -> None:
    """As the scheduler does."""
    with firm.store.read() as session:
        found = work.at_work(session)
    for number, state in found:
        with firm.store.read() as session:
            items = work.waiting_items(session, number, state, 1000)
        step = work.hand_over if state is State.RUNNING else work.give_back
        for item in items:
            firm.work(partial(step, rules=rules, item_id=item))
        firm.work(partial(work.end, number=number))


def state_of(firm: Firm, number: int) -> str:
    with firm.store.read() as session:
        return session.scalars(select(Handover.state).where(Handover.id == number)).one()


def items_of(firm: Firm, number: int) -> list[tuple[str | None, str | None]]:
    wanted = select(HandoverItem.came, HandoverItem.why).where(HandoverItem.handover_id == number)
    with firm.store.read() as session:
        return [(row.came, row.why) for row in session.execute(wanted.order_by(HandoverItem.id))]


def die_at(monkeypatch: pytest.MonkeyPatch, point: str, time: int) -> Callable[[], None]:
    """The process dies when it comes to this stop point for the `time`th time; what heals it."""
    seen = count(1)

    def dying(name: str) -> None:
        if name == point and next(seen) == time:
            raise Killed

    monkeypatch.setattr(units, "faultpoint", dying)
    return lambda: monkeypatch.setattr(units, "faultpoint", lambda _name: None)


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
@pytest.mark.parametrize("back", [False, True], ids=["there", "and back"])
def test_killed_anywhere_it_is_gone_on_with_and_nothing_is_moved_twice(
    firm: Firm, rules: Rules, monkeypatch: pytest.MonkeyPatch, point: str, back: bool
) -> None:
    leads = [firm.add("zhang") for _ in range(3)]
    owner = firm.who("zhang" if back else "batu").id
    number = begin(firm, rules)
    if back:
        go_on(firm, rules)
        assert take_back(firm, number) == Undoing(number, False)
    killed = 0
    for time in (1, 2, 1, 3, 2, 1, 99):
        heal = die_at(monkeypatch, point, time)
        try:
            go_on(firm, rules)
        except Killed:
            killed += 1
        heal()
    assert killed >= 3
    assert state_of(firm, number) == (State.UNDONE if back else State.DONE)
    assert [firm.lead(lead).owner_id for lead in leads] == [owner] * 3
    with firm.store.read() as session:
        rows = session.scalar(select(func.count()).select_from(Ownership))
        ends = session.scalar(select(func.count()).where(AuditRow.action.in_(ENDS)))
    assert rows == len(leads) * (3 if back else 2), "each changed hands once"
    assert ends == (2 if back else 1)


def test_each_record_and_the_whole_are_audited(firm: Firm, rules: Rules) -> None:
    lead, zhang = firm.add("zhang"), firm.who("zhang").id
    number = begin(firm, rules)
    go_on(firm, rules)
    audited = firm.audited("lina")
    assert ("people:left", f"person:{zhang}") in audited
    assert ("people:hand_over", f"handover:{number}") in audited
    assert ("lead:transfer", subject(lead)) in audited


def test_the_stage_of_a_lead_is_unchanged(firm: Firm, rules: Rules) -> None:
    lead = firm.add("zhang")
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(live_application=True, grade="A"))
    begin(firm, rules)
    go_on(firm, rules)
    row = firm.lead(lead)
    assert (row.owner_id, row.live_application, row.grade) == (firm.who("batu").id, True, "A")


def test_a_receiver_who_leaves_meanwhile_gets_nothing_more(firm: Firm, rules: Rules) -> None:
    lead, zhang = firm.add("zhang"), firm.who("zhang").id
    number = begin(firm, rules)
    firm.leaves("batu")
    go_on(firm, rules)
    assert firm.lead(lead).owner_id == zhang
    assert items_of(firm, number) == [(Came.KEPT, "no_receiver")]


def test_what_changed_hands_before_its_turn_is_left(firm: Firm, rules: Rules) -> None:
    lead, closed = firm.add("zhang"), firm.add("zhang")
    number = begin(firm, rules)
    firm.do(transfer_lead, "admin", lead, firm.who("wang"), firm.pools)
    firm.close(closed)
    go_on(firm, rules)
    assert firm.lead(lead).owner_id == firm.who("wang").id
    assert sorted(items_of(firm, number), key=str) == [(Came.GONE, "closed"), (Came.GONE, None)]


def test_nothing_to_hand_over_ends_at_once(firm: Firm, rules: Rules) -> None:
    number = begin(firm, rules, to=None)
    go_on(firm, rules)
    assert state_of(firm, number) == State.DONE
    with firm.store.read() as session:
        assert session.scalar(select(Person.left_at).where(Person.wecom_userid == "zhang")) is not None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_has_its_words(kind: Kind) -> None:
    assert kind.key in texts.KINDS
    assert texts.record(kind.key, 8)


def test_whoever_leaves_it_is_told_once_and_so_that_a_hand_over_is_told_apart(firm: Firm, rules: Rules) -> None:
    heard: list[Event] = []
    firm.store.listen(lambda _unit, event: heard.append(event))
    zhang, wang = firm.who("zhang").id, firm.who("wang").id
    begin(firm, rules)
    firm.work(lambda unit: people_service.leave(unit, "wang"))
    begin(firm, rules, by="boss", leaver="lina", to="batu")
    left = [event for event in heard if isinstance(event, PersonLeft)]
    lina = left[-1].person_id
    assert left == [PersonLeft(zhang, handed_over=True), PersonLeft(wang), PersonLeft(lina, handed_over=True)]


def test_of_a_hand_over_that_is_taken_back_waits_what_had_moved_and_nothing_else(firm: Firm, rules: Rules) -> None:
    leads = [firm.add("zhang") for _ in Came]
    number = begin(firm, rules)
    with firm.store.database.write() as session:
        for lead, came in zip(leads, Came, strict=True):
            item = (HandoverItem.handover_id == number, HandoverItem.kind == "lead", HandoverItem.record_id == lead)
            session.execute(update(HandoverItem).where(*item).values(state=ItemState.DONE.value, came=came.value))
        session.execute(update(Handover).where(Handover.id == number).values(state=State.UNDOING.value))
    with firm.store.read() as session:
        waiting = work.waiting_items(session, number, State.UNDOING, 1000)
        seen = overview(session, None, number)
    assert seen is not None
    assert (len(waiting), seen.waiting) == (len(MOVED), len(MOVED)) == (3, 3)
