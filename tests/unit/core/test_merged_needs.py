"""合并客户 loses nothing that was known of the customer, nor what held his lead, nor what was to be done for him."""

from typing import Any

import pytest
from firm import Firm
from kit.clock import Clock
from sqlalchemy import select, update
from test_caring import Tagging, begun, tasks, tick
from test_reopened import DAY, OTHER, PHONE, ends, merge, rules, two, unmerge

from core.calendar import Length, Unit
from core.leads.deferrals import ask_extension, decide_extension, protect, unprotect
from core.leads.marking import set_grade
from core.leads.merging import MergePlan, plan_merge
from core.leads.models import Deferral, Lead, MarkChange, note_place
from core.leads.needs import NEEDS
from core.leads.outcomes import Asked, Extended, Protected
from core.leads.recycling import Lapse
from core.leads.service import transfer_lead
from core.leads.tags import Grade

WEEK = rules(Lapse.FOLLOW_UP, Length(7, Unit.DAY))
NOTHING: dict[str, Any] = {"product": None, "region": None}
ALL = {"product": "car", "amount_fen": 20_000_000, "region": "150102", "language": "mongolian", "note": "有两套房"}
TAGGING = Tagging(grades=(Grade("A", "甲"), Grade("B", "乙")))


def pair(firm: Firm, clock: Clock, mine: dict[str, Any], other: dict[str, Any], by: str = "zhang") -> tuple[int, int]:
    first = firm.add("batu", phone=PHONE, **(NOTHING | mine))
    clock.go(minutes=1)
    return first, firm.add(by, phone=OTHER, **(NOTHING | other))


def needs(firm: Firm, lead: int) -> dict[str, Any]:
    row = firm.lead(lead)
    found = {name: getattr(row, name) for name in NEEDS if getattr(row, name) is not None}
    return found | ({"note": firm.store.vault.open(note_place(lead), row.note)} if row.note else {})


def test_what_the_one_that_goes_on_does_not_say_comes_from_the_other_and_goes_back(firm: Firm, clock: Clock) -> None:
    first, second = pair(firm, clock, {}, ALL)
    firm.do(set_grade, "zhang", second, "A", TAGGING)
    plan = firm.do(plan_merge, "lina", first, second)
    assert isinstance(plan, MergePlan)
    assert plan.filled == NEEDS
    assert needs(firm, first) == {}
    number = merge(firm, first, second)
    assert needs(firm, first) == ALL | {"grade": "A"}
    unmerge(firm, number)
    assert needs(firm, first) == {}
    assert needs(firm, second) == ALL | {"grade": "A"}
    with firm.store.read() as session:
        told = session.execute(select(MarkChange.was, MarkChange.value).where(MarkChange.lead_id == first)).all()
    assert told == [(None, "A"), ("A", None)], "the history of the grade says so"


def test_what_it_says_itself_stays(firm: Firm, clock: Clock) -> None:
    mine = {"product": "house", "amount_fen": 5_000_000}
    first, second = pair(firm, clock, mine, ALL)
    number = merge(firm, first, second)
    assert needs(firm, first) == ALL | mine
    unmerge(firm, number)
    assert needs(firm, first) == mine


@pytest.mark.parametrize(
    ("mine", "other", "both"),
    [("急用", "有两套房", "急用；有两套房"), ("急用", "急用", "急用"), ("急用", "", "急用"), ("", "急用", "急用")],
)
def test_of_two_notes_none_is_lost(firm: Firm, clock: Clock, mine: str, other: str, both: str) -> None:
    first, second = pair(firm, clock, {"note": mine}, {"note": other})
    number = merge(firm, first, second)
    assert needs(firm, first)["note"] == both
    unmerge(firm, number)
    assert needs(firm, first).get("note", "") == mine
    assert needs(firm, second).get("note", "") == other


def test_what_somebody_changed_since_stays_as_he_wants_it(firm: Firm, clock: Clock) -> None:
    first, second = pair(firm, clock, {}, ALL)
    firm.do(set_grade, "zhang", second, "A", TAGGING)
    number = merge(firm, first, second)
    firm.do(set_grade, "batu", first, "B", TAGGING)
    sealed = firm.store.vault.seal(note_place(first), "有两套房，一套已抵押")
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == first).values(note=sealed, amount_fen=1))
    unmerge(firm, number)
    assert needs(firm, first) == {"grade": "B", "note": "有两套房，一套已抵押", "amount_fen": 1}


def test_a_note_that_does_not_open_stays_where_it_is(firm: Firm, clock: Clock) -> None:
    first, second = pair(firm, clock, {"note": "急用"}, ALL)
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == second).values(note=b"damaged"))
    number = merge(firm, first, second)
    assert needs(firm, first) == {name: ALL[name] for name in ALL if name != "note"} | {"note": "急用"}
    unmerge(firm, number)
    assert needs(firm, first) == {"note": "急用"}


def test_through_a_chain_it_goes_on_and_comes_back(firm: Firm, clock: Clock) -> None:
    first, second = pair(firm, clock, {}, ALL)
    clock.go(minutes=-2)
    oldest = firm.add("batu", phone="13947155503", **NOTHING)
    clock.go(minutes=3)
    one = merge(firm, first, second)
    other = merge(firm, oldest, first)
    assert needs(firm, oldest) == ALL
    unmerge(firm, other)
    assert (needs(firm, oldest), needs(firm, first)) == ({}, ALL)
    unmerge(firm, one)
    assert (needs(firm, first), needs(firm, second)) == ({}, ALL)


def test_what_protected_the_closed_one_protects_the_other_in_the_same_hands(firm: Firm, clock: Clock) -> None:
    first, second = two(firm, clock, "batu")
    assert isinstance(firm.do(protect, "batu", second, WEEK), Protected)
    until = clock.now + 15 * DAY
    number = merge(firm, first, second)
    assert ends(firm, first, WEEK) == until
    assert firm.do(protect, "batu", first, WEEK) == Protected(first, until, 1, 5), "it counts once"
    clock.go(days=6)
    unmerge(firm, number)
    assert ends(firm, second, WEEK) == until + 6 * DAY
    found = ends(firm, first, WEEK)
    assert found is not None
    assert found < until
    assert deferrals(firm, first) == 0


def deferrals(firm: Firm, lead: int) -> int:
    with firm.store.read() as session:
        return len(session.scalars(select(Deferral.id).where(Deferral.lead_id == lead)).all())


def test_time_that_was_granted_goes_along_too(firm: Firm, clock: Clock) -> None:
    first, second = two(firm, clock, "batu")
    assert isinstance(firm.do(ask_extension, "batu", second, WEEK), Asked)
    with firm.store.read() as session:
        (asked,) = session.scalars(select(Deferral.id)).all()
    lina = firm.who("lina")
    granted = firm.work(lambda unit: decide_extension(unit, lina, asked, WEEK, grant=True))
    assert isinstance(granted, Extended)
    merge(firm, first, second)
    assert ends(firm, first, WEEK) == granted.until


def test_it_holds_what_he_got_later_than_he_protected_the_other(firm: Firm, clock: Clock) -> None:
    first, second = two(firm, clock, "batu")
    firm.do(transfer_lead, "lina", first, firm.who("wang"), firm.pools)
    assert isinstance(firm.do(protect, "batu", second, WEEK), Protected)
    until = clock.now + 15 * DAY
    clock.go(days=1)
    firm.do(transfer_lead, "boss", first, firm.who("batu"), firm.pools)
    merge(firm, first, second)
    assert ends(firm, first, WEEK) == until


def test_in_other_hands_or_given_up_it_holds_nothing(firm: Firm, clock: Clock) -> None:
    first, second = two(firm, clock)
    assert isinstance(firm.do(protect, "zhang", second, WEEK), Protected)
    number = merge(firm, first, second)
    assert deferrals(firm, first) == 0
    unmerge(firm, number)
    firm.do(transfer_lead, "lina", second, firm.who("batu"), firm.pools)
    assert isinstance(firm.do(protect, "batu", second, WEEK), Protected)
    clock.go(minutes=1)
    firm.do(unprotect, "batu", second)
    merge(firm, first, second)
    assert deferrals(firm, first) == 0


def test_a_task_of_a_care_goes_along_and_comes_back(firm: Firm, clock: Clock) -> None:
    first, second = two(firm, clock)
    with firm.store.database.write() as session:  # so that the care is for one of them only
        session.execute(update(Lead).where(Lead.id == first).values(product="car"))
    care = begun(firm)
    assert (tasks(firm, "batu", care), tasks(firm, "zhang", care)) == ([], [second])
    number = merge(firm, first, second)
    assert (tasks(firm, "batu", care), tasks(firm, "zhang", care)) == ([first], [])
    unmerge(firm, number)
    assert (tasks(firm, "batu", care), tasks(firm, "zhang", care)) == ([], [second])


def test_of_two_tasks_of_one_care_each_stays_with_its_lead(firm: Firm, clock: Clock) -> None:
    first, second = two(firm, clock)
    care = begun(firm)
    number = merge(firm, first, second)
    assert tick(firm, "batu", care, first).lead_ids == (first,)
    unmerge(firm, number)
    assert (tasks(firm, "batu", care), tasks(firm, "zhang", care)) == ([], [second])
