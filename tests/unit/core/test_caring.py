"""批量关怀: planned, confirmed once, with its limits; whose tasks are whose, and what is done."""

from datetime import timedelta

import pytest
from firm import Firm
from kit.clock import Clock
from sqlalchemy import func, select, update

from core.calendar import day_start
from core.leads.care_outcomes import (
    CareBegunBefore,
    CareGone,
    CarePlanned,
    CareQuota,
    CareStarted,
    NobodyToCare,
    Ticked,
    TooManyToCare,
)
from core.leads.care_queries import Progress, Share, care_now, care_progress, cares_open_for, tasks_of
from core.leads.care_rules import CareRules
from core.leads.cared import Care, CareTask
from core.leads.caring import begin_care, drop_care, plan_care, tick_off
from core.leads.models import FollowUp, Lead
from core.leads.outcomes import NotAllowed
from core.leads.segments import Segment
from core.leads.service import log_follow_up, release_lead, transfer_lead
from core.leads.tags import Tagging

DAY = timedelta(days=1)
RULES = CareRules(daily=2, most=4, rest=3 * DAY, lasts=7 * DAY)
TEAM, OWN = Segment(products=("house",), team=True), Segment(products=("house",))
TEXT = "快过节了，问问资金需求"


def plan(firm: Firm, userid: str, segment: Segment = TEAM) -> object:
    return firm.do(plan_care, userid, segment, TEXT, Tagging(), RULES)


def begin(firm: Firm, userid: str, number: int) -> object:
    return firm.do(begin_care, userid, number, Tagging(), RULES)


def begun(firm: Firm, userid: str = "lina", segment: Segment = TEAM) -> int:
    """A care that has begun; its number."""
    planned = plan(firm, userid, segment)
    assert isinstance(planned, CarePlanned)
    assert isinstance(begin(firm, userid, planned.number), CareStarted)
    return planned.number


def tasks(firm: Firm, userid: str, number: int) -> list[int]:
    with firm.store.read() as session:
        return tasks_of(session, firm.who(userid), number, firm.store.clock())


def tick(firm: Firm, userid: str, number: int, *leads: int) -> Ticked:
    return firm.do(tick_off, userid, number, leads, "已联系")


def progress(firm: Firm, number: int) -> Progress:
    with firm.store.read() as session:
        return care_progress(session, number)


def follow_ups(firm: Firm, lead: int) -> int:
    with firm.store.read() as session:
        return session.scalar(select(func.count()).where(FollowUp.lead_id == lead)) or 0


def test_planned_confirmed_once_and_sealed(firm: Firm) -> None:
    first, second, _ = firm.add("batu"), firm.add("zhang"), firm.add("wang")
    planned = plan(firm, "lina")
    assert planned == CarePlanned(1, 2)
    assert tasks(firm, "batu", 1) == [], "a draft gives nobody a task"
    assert begin(firm, "boss", 1) == CareGone(1), "another's"
    assert begin(firm, "lina", 1) == CareStarted(1, 2, 2)
    assert isinstance(begin(firm, "lina", 1), CareBegunBefore)
    assert (tasks(firm, "batu", 1), tasks(firm, "zhang", 1), tasks(firm, "wang", 1)) == ([first], [second], [])
    assert firm.audited("lina").count(("care:begin", "care:1")) == 1
    with firm.store.read() as session:
        assert TEXT.encode() not in session.scalars(select(Care.text)).one()
        care = care_now(session, firm.store.vault, 1)
        assert care is not None
        assert (care.text, care.segment) == (TEXT, TEAM)


def test_a_new_draft_takes_the_place_of_the_old_one(firm: Firm) -> None:
    firm.add("batu")
    first, second = plan(firm, "batu", OWN), plan(firm, "batu", OWN)
    assert isinstance(first, CarePlanned)
    assert isinstance(second, CarePlanned)
    assert not firm.do(drop_care, "zhang", second.number)
    assert firm.do(drop_care, "batu", second.number)
    assert first.number != second.number, "a card of the old one must not begin the new one"
    assert begin(firm, "batu", first.number) == CareGone(first.number)
    assert begin(firm, "batu", second.number) == CareGone(second.number)


@pytest.mark.parametrize("userid", ["finance", "approver"])
def test_who_looks_after_nobody_begins_nothing(firm: Firm, userid: str) -> None:
    assert isinstance(plan(firm, userid), NotAllowed)
    assert isinstance(begin(firm, userid, 1), NotAllowed)
    assert [action for action, _ in firm.audited(userid)] == ["lead:care:denied"] * 2


def test_how_many_and_how_often(firm: Firm, clock: Clock) -> None:
    assert plan(firm, "lina") == NobodyToCare(False, 3)
    leads = [firm.add("batu") for _ in range(4)]
    number = begun(firm)
    assert plan(firm, "boss") == NobodyToCare(True, 3), "they have an open task"
    tick(firm, "batu", number, *leads)
    clock.go(days=2)
    assert plan(firm, "lina") == NobodyToCare(True, 3), "they had one lately"
    clock.go(days=1, minutes=1)
    assert isinstance(plan(firm, "lina"), CarePlanned)
    firm.add("batu")
    assert plan(firm, "lina") == TooManyToCare(4)
    clock.go(days=1)
    for each in range(2):
        firm.add("zhang", product="car")
        planned = plan(firm, "lina", Segment(products=("car",), team=True))
        assert isinstance(planned, CarePlanned), each
        assert isinstance(begin(firm, "lina", planned.number), CareStarted)
    firm.add("zhang", product="car")
    refused = plan(firm, "lina", Segment(products=("car",), team=True))
    assert refused == CareQuota(2, 2, day_start(clock.now) + DAY)


def test_what_is_ticked_off_is_followed_up_once(firm: Firm) -> None:
    first, second = firm.add("batu"), firm.add("batu")
    number = begun(firm)
    assert tick(firm, "zhang", number, first) == Ticked(number, ()), "not his"
    assert tick(firm, "batu", number, second, first, 999) == Ticked(number, (first, second))
    assert tick(firm, "batu", number, first) == Ticked(number, ())
    assert [follow_ups(firm, lead) for lead in (first, second)] == [1, 1]
    assert progress(firm, number) == Progress((Share(firm.who("batu").id, 2, 2),))


def test_a_follow_up_by_word_does_it_too(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu")
    firm.do(log_follow_up, "batu", lead, "以前聊过", None)
    number = begun(firm)
    assert tasks(firm, "batu", number) == [lead], "what was before counts not"
    clock.go(minutes=1)
    firm.do(log_follow_up, "batu", lead, "问过了", None)
    assert tasks(firm, "batu", number) == []
    assert tick(firm, "batu", number, lead) == Ticked(number, ())
    assert progress(firm, number).done == 1


def test_a_task_goes_with_its_lead(firm: Firm, clock: Clock) -> None:
    moved, dropped, ended = firm.add("batu"), firm.add("batu"), firm.add("batu")
    number = begun(firm)
    firm.do(transfer_lead, "batu", moved, firm.who("zhang"), firm.pools)
    assert (tasks(firm, "batu", number), tasks(firm, "zhang", number)) == ([dropped, ended], [moved])
    assert tick(firm, "batu", number, moved) == Ticked(number, ())
    firm.do(release_lead, "batu", dropped, "没意向", firm.pools)
    firm.close(ended)
    assert tasks(firm, "batu", number) == []
    assert progress(firm, number) == Progress((Share(None, 1, 0), Share(firm.who("zhang").id, 1, 0)), void=1)
    assert tick(firm, "zhang", number, moved) == Ticked(number, (moved,))


def test_after_its_time_nothing_is_left_to_do(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu")
    number = begun(firm)
    clock.go(days=7)
    assert tasks(firm, "batu", number) == []
    assert tick(firm, "batu", number, lead) == Ticked(number, ())
    with firm.store.read() as session:
        assert cares_open_for(session, firm.who("batu"), clock.now) == []


def test_a_lead_that_changed_since_the_draft_is_looked_at_again(firm: Firm) -> None:
    stays, goes = firm.add("batu"), firm.add("batu")
    planned = plan(firm, "lina")
    assert planned == CarePlanned(1, 2)
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == goes).values(product="car"))
    assert begin(firm, "lina", 1) == CareStarted(1, 1, 1)
    with firm.store.read() as session:
        assert session.scalars(select(CareTask.lead_id)).all() == [stays]
