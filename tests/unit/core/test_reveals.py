"""看电话: who may ask for a full number, how often in a day, and how long he is shown it."""

from datetime import timedelta

import pytest
from firm import Firm
from kit.clock import Clock

from core.calendar import day_start
from core.leads.claiming import claim_leads
from core.leads.outcomes import (
    Closed,
    LimitReached,
    NoSuchLead,
    NotAllowed,
    PhoneAfterClaim,
    Revealed,
)
from core.leads.pools import Pool, Pools
from core.leads.reveals import Phone, phone_shown, reveal_phone

PHONE = "13947155501"


def ask(firm: Firm, userid: str, lead: int) -> object:
    return firm.do(reveal_phone, userid, lead, firm.pools)


def sees(firm: Firm, userid: str, lead: int) -> Phone | None:
    with firm.store.read() as session:
        return phone_shown(session, firm.store.vault, firm.who(userid), lead, firm.pools, firm.store.clock())


def rules(firm: Firm, of_pool: int | None, of_all: int | None = None) -> None:
    firm.pools = Pools((Pool("all", "全区池", daily_reveals=of_pool),), "all", daily_reveals=of_all)


def test_before_the_claim_a_pool_that_lets_nobody_ask_shows_nothing(firm: Firm) -> None:
    rules(firm, None)
    lead = firm.add(phone=PHONE)
    assert ask(firm, "batu", lead) == PhoneAfterClaim(lead, "all")
    assert sees(firm, "batu", lead) is None
    assert ("lead:reveal:denied", f"lead:{lead}") in firm.audited("batu")
    firm.do(claim_leads, "batu", [lead], firm.pools)
    assert ask(firm, "batu", lead) == Revealed(lead)
    assert sees(firm, "batu", lead) == Phone(lead, "刘志强", PHONE, None, None, claimable=False)


def test_in_a_day_so_many_and_the_same_one_again_for_nothing(firm: Firm, clock: Clock) -> None:
    rules(firm, 2)
    first, second, third = leads = [firm.add() for _ in range(3)]
    for lead in (first, first, second):
        assert ask(firm, "batu", lead) == Revealed(lead)
    stopped = ask(firm, "batu", third)
    assert isinstance(stopped, LimitReached)
    assert (stopped.rule, stopped.pool, stopped.used, stopped.limit) == ("daily_reveals", "all", 2, 2)
    assert stopped.frees_at == day_start(clock.now) + timedelta(days=1)
    assert ask(firm, "zhang", third) == Revealed(third), "his day is his own"
    assert [sees(firm, "batu", lead) is not None for lead in leads] == [True, True, False]
    clock.go(days=1)
    assert ask(firm, "batu", third) == Revealed(third)
    assert [sees(firm, "batu", lead) is not None for lead in leads] == [False, False, True], "shown for a day"
    assert firm.audited("batu").count(("lead:reveal", f"lead:{first}")) == 2, "each look is written down"


def test_the_companys_limit_binds_managers_and_approvers_too(firm: Firm) -> None:
    rules(firm, 5, of_all=1)
    first, second = firm.add("batu", phone=PHONE), firm.add("zhang")
    for userid in ("lina", "boss", "approver", "admin"):
        assert ask(firm, userid, first) == Revealed(first)
        shown = sees(firm, userid, first)
        assert shown is not None
        assert (shown.phone, shown.name, shown.used, shown.limit) == (PHONE, "刘**", 1, 1), userid
        assert isinstance(ask(firm, userid, second), LimitReached), userid


@pytest.mark.parametrize("userid", ["zhang", "zhou", "bai"])
def test_who_may_not_see_the_lead_is_told_nothing_of_it(firm: Firm, userid: str) -> None:
    rules(firm, 5)
    lead = firm.add("batu")
    assert ask(firm, userid, lead) == NoSuchLead(lead)
    assert sees(firm, userid, lead) is None


def test_finance_sees_no_number_and_nobody_that_of_a_closed_lead(firm: Firm) -> None:
    rules(firm, 5)
    lead = firm.add("batu")
    assert isinstance(ask(firm, "finance", lead), NotAllowed)
    assert ask(firm, "lina", lead) == Revealed(lead)
    firm.close(lead)
    assert ask(firm, "lina", lead) == Closed(lead)
    assert sees(firm, "lina", lead) is None


def test_a_number_that_was_shown_goes_with_the_right_to_it(firm: Firm) -> None:
    rules(firm, 5)
    lead = firm.add()
    assert ask(firm, "batu", lead) == Revealed(lead)
    shown = sees(firm, "batu", lead)
    assert shown is not None
    assert shown.claimable
    firm.do(claim_leads, "zhang", [lead], firm.pools)
    assert sees(firm, "batu", lead) is None
