"""延期 and 保护: who may ask, who decides, and what each lets the lead keep."""

from datetime import timedelta

import pytest
from firm import Firm
from kit.clock import Clock
from sqlalchemy import select

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.deferrals import ask_extension, decide_extension, protect, unprotect
from core.leads.models import Deferral
from core.leads.outcomes import (
    AlreadyDecided,
    Asked,
    Extended,
    NoExtension,
    NoProtection,
    NotAllowed,
    NotExtended,
    NothingToDecide,
    NotYours,
    Protected,
    Unprotected,
)
from core.leads.recycling import Extension, Lapse, Protection, Recycling, RecyclingRule
from core.leads.service import log_follow_up, release_lead, transfer_lead

DAY = timedelta(days=1)
RULE = RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY))
RULES = Recycling(
    WorkingCalendar(), (RULE,), extension=Extension(Length(3, Unit.DAY), 1), protection=Protection(1, 15 * DAY)
)


def question(firm: Firm) -> int:
    """The newest question's number."""
    with firm.store.read() as session:
        return session.scalars(select(Deferral.id).order_by(Deferral.id.desc())).first() or 0


def ask(firm: Firm, userid: str, lead: int, rules: Recycling = RULES) -> object:
    return firm.do(ask_extension, userid, lead, rules)


def decide(firm: Firm, userid: str, number: int, grant: bool) -> object:
    actor = firm.who(userid)
    return firm.work(lambda unit: decide_extension(unit, actor, number, RULES, grant=grant))


def test_the_superior_is_asked_once_and_more_time_begins_where_the_old_ends(firm: Firm, clock: Clock) -> None:
    lead, lina = firm.add("batu"), firm.who("lina").id
    ends = clock.now + 7 * DAY
    assert ask(firm, "batu", lead) == Asked(lead, lina, ends, Lapse.FOLLOW_UP)
    assert ask(firm, "batu", lead) == NoExtension(lead, "asked", person_id=lina, lapse=Lapse.FOLLOW_UP)
    assert decide(firm, "lina", question(firm), True) == Extended(lead, ends + 3 * DAY)
    assert decide(firm, "lina", question(firm), False) == AlreadyDecided(lead, lina, ends + 3 * DAY)
    assert ask(firm, "batu", lead) == NoExtension(lead, "used_up", 1, 1, lapse=Lapse.FOLLOW_UP)
    assert ("lead:extend", f"lead:{lead}") in firm.audited("lina")


def test_after_a_refusal_one_may_ask_again(firm: Firm) -> None:
    lead = firm.add("batu")
    ask(firm, "batu", lead)
    assert decide(firm, "boss", question(firm), False) == NotExtended(lead)
    assert isinstance(ask(firm, "batu", lead), Asked)


@pytest.mark.parametrize("userid", ["batu", "zhang", "zhou", "bai", "approver", "finance"])
def test_who_does_not_look_after_him_decides_nothing(firm: Firm, userid: str) -> None:
    lead = firm.add("batu")
    ask(firm, "batu", lead)
    assert isinstance(decide(firm, userid, question(firm), True), NotAllowed)
    assert ("lead:extend:denied", f"lead:{lead}") in firm.audited(userid)


def test_only_the_owner_asks(firm: Firm) -> None:
    lead = firm.add("batu")
    assert isinstance(ask(firm, "zhang", lead), NotYours)
    assert isinstance(ask(firm, "finance", lead), NotAllowed)
    assert isinstance(ask(firm, "batu", firm.add()), NotYours)


def test_without_a_rule_there_is_nothing_to_ask_for(firm: Firm) -> None:
    lead = firm.add("batu")
    calendar = WorkingCalendar()
    assert ask(firm, "batu", lead, Recycling(calendar)) == NoExtension(lead, "not_offered")
    never = Recycling(calendar, extension=RULES.extension)
    assert ask(firm, "batu", lead, never) == NoExtension(lead, "not_due")


def test_a_question_of_other_hands_is_of_no_interest(firm: Firm) -> None:
    lead = firm.add("batu")
    ask(firm, "batu", lead)
    number = question(firm)
    firm.do(transfer_lead, "batu", lead, firm.who("zhang"), firm.pools)
    assert decide(firm, "lina", number, True) == NothingToDecide(lead)
    assert decide(firm, "lina", 999_999, True) == NothingToDecide(0)
    assert isinstance(ask(firm, "zhang", lead), Asked), "and he has his own"


def test_more_time_that_comes_late_begins_now(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu")
    ask(firm, "batu", lead)
    clock.go(days=9)
    assert decide(firm, "lina", question(firm), True) == Extended(lead, clock.now + 3 * DAY)


def test_a_manager_asks_who_is_above_him_and_never_himself(firm: Firm) -> None:
    lead = firm.add("lina")
    assert ask(firm, "lina", lead) == Asked(lead, firm.who("boss").id, firm.store.clock() + 7 * DAY, Lapse.FOLLOW_UP)


def test_protections_are_counted_and_given_back(firm: Firm, clock: Clock) -> None:
    first, second = firm.add("batu"), firm.add("batu")
    until = clock.now + 15 * DAY
    assert firm.do(protect, "batu", first, RULES) == Protected(first, until, 1, 1)
    assert firm.do(protect, "batu", first, RULES) == Protected(first, until, 1, 1)
    assert firm.do(protect, "batu", second, RULES) == NoProtection(second, 1, 1)
    assert isinstance(firm.do(protect, "zhang", first, RULES), NotYours)
    assert firm.do(unprotect, "batu", first) == Unprotected(first, True)
    assert firm.do(unprotect, "batu", first) == Unprotected(first, False)
    assert isinstance(firm.do(protect, "batu", second, RULES), Protected)
    clock.go(days=16)
    third = firm.add("batu")
    assert isinstance(firm.do(protect, "batu", third, RULES), Protected), "the other one is over"


def test_the_longest_protection_is_a_limit_and_only_a_follow_up_begins_it_anew(firm: Firm, clock: Clock) -> None:
    """Was: 取消保护 and 保护 every 14 days held a lead for ever."""
    lead, until = firm.add("batu"), clock.now + 15 * DAY
    firm.do(protect, "batu", lead, RULES)
    clock.go(days=14)
    firm.do(unprotect, "batu", lead)
    assert firm.do(protect, "batu", lead, RULES) == Protected(lead, until, 1, 1), "it goes on where it was"
    clock.go(days=2)
    assert firm.do(protect, "batu", lead, RULES) == NoProtection(lead, 1, 0, until)
    firm.do(log_follow_up, "batu", lead, "约了", None)
    clock.go(minutes=1)
    assert firm.do(protect, "batu", lead, RULES) == Protected(lead, clock.now + 15 * DAY, 1, 1)


def test_who_gets_a_lead_protects_it_anew(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu")
    firm.do(protect, "batu", lead, RULES)
    clock.go(days=16)
    firm.do(transfer_lead, "batu", lead, firm.who("zhang"), firm.pools)
    assert firm.do(protect, "zhang", lead, RULES) == Protected(lead, clock.now + 15 * DAY, 1, 1)


def test_a_lead_that_is_gone_frees_its_protection(firm: Firm, clock: Clock) -> None:
    first, second = firm.add("batu"), firm.add("batu")
    firm.do(protect, "batu", first, RULES)
    clock.go(hours=1)
    firm.do(release_lead, "batu", first, "没意向", firm.pools)
    assert isinstance(firm.do(protect, "batu", second, RULES), Protected)
    assert firm.do(protect, "batu", second, Recycling(WorkingCalendar())) == NoProtection(second, None, 0)


def test_a_follow_up_makes_a_new_end(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu")
    clock.go(days=5)
    firm.do(log_follow_up, "batu", lead, "约了", None)
    assert ask(firm, "batu", lead) == Asked(lead, firm.who("lina").id, clock.now + 7 * DAY, Lapse.FOLLOW_UP)
