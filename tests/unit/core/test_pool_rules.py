"""What a pool says about who gets its leads: members, those who only assign, freeze, cooldown, and what is hidden."""

from datetime import timedelta

import pytest
from firm import Firm
from kit.clock import Clock

from core.leads.access import may_see
from core.leads.claiming import claim_leads
from core.leads.outcomes import (
    Claimed,
    ClaimOutcome,
    CoolingDown,
    Frozen,
    NotAMember,
    NotYourPool,
    NotYours,
    Transferred,
)
from core.leads.pools import Hidden, Pool, Pools
from core.leads.queries import briefs
from core.leads.service import release_lead, transfer_lead

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


def with_pool(firm: Firm, **more: object) -> Pools:
    """The firm with one pool that takes everything, and says `more`."""
    firm.pools = Pools((Pool("all", "全区池", **more),), "all")  # type: ignore[arg-type]
    return firm.pools


def claim(firm: Firm, userid: str, lead: int) -> ClaimOutcome:
    (outcome,) = firm.do(claim_leads, userid, [lead], firm.pools)
    return outcome


def shown(firm: Firm, userid: str) -> list[int]:
    """What the pool's card lists for this person."""
    page = firm.page(userid, firm.pools.pools[0])
    assert page.waiting == len(page.leads)
    return [lead.id for lead in page.leads]


def test_a_past_owner_waits_until_the_cooldown_is_over(firm: Firm, clock: Clock) -> None:
    with_pool(firm, cooldown=WEEK)
    lead = firm.add()
    for userid in ("batu", "zhang"):  # also who had it before the last one
        assert claim(firm, userid, lead) == Claimed(lead)
        clock.go(hours=1)
        firm.do(release_lead, userid, lead, "太远", firm.pools)
        clock.go(hours=1)
    left = clock.now - 3 * HOUR
    assert claim(firm, "batu", lead) == CoolingDown(lead, "all", left, 168.0, left + WEEK)
    assert isinstance(claim(firm, "zhang", lead), CoolingDown)
    assert (shown(firm, "batu"), shown(firm, "wang")) == ([], [lead])
    clock.now = left + WEEK - timedelta(seconds=1)
    assert isinstance(claim(firm, "batu", lead), CoolingDown)
    clock.go(seconds=1)
    assert shown(firm, "batu") == [lead]
    assert claim(firm, "batu", lead) == Claimed(lead)


def test_who_loses_a_lead_by_another_hand_cools_down_too(firm: Firm, clock: Clock) -> None:
    with_pool(firm, cooldown=WEEK)
    lead = firm.add("batu")
    firm.do(transfer_lead, "lina", lead, firm.who("zhang"), firm.pools)
    clock.go(hours=1)
    firm.do(release_lead, "zhang", lead, "太远", firm.pools)
    assert isinstance(claim(firm, "batu", lead), CoolingDown)
    assert claim(firm, "wang", lead) == Claimed(lead)


def test_what_has_just_come_into_the_pool_is_frozen_for_everybody(firm: Firm, clock: Clock) -> None:
    with_pool(firm, freeze=2 * HOUR)
    lead = firm.add()
    came = clock.now
    clock.go(minutes=119)
    assert claim(firm, "batu", lead) == Frozen(lead, "all", 2.0, came + 2 * HOUR)
    assert shown(firm, "batu") == []
    clock.go(minutes=1)
    assert shown(firm, "batu") == [lead]
    assert claim(firm, "batu", lead) == Claimed(lead)
    firm.do(release_lead, "batu", lead, "太远", firm.pools)
    assert isinstance(claim(firm, "wang", lead), Frozen), "released, it is new in the pool again"


def test_without_a_rule_a_clock_that_was_ahead_keeps_nobody_from_claiming(firm: Firm, clock: Clock) -> None:
    with_pool(firm)
    clock.go(hours=3)
    lead = firm.add("batu")
    firm.do(release_lead, "batu", lead, "太远", firm.pools)
    clock.go(hours=-3)
    assert shown(firm, "batu") == [lead]
    assert claim(firm, "batu", lead) == Claimed(lead)


def test_of_freeze_and_cooldown_the_one_that_ends_last_is_told(firm: Firm, clock: Clock) -> None:
    with_pool(firm, freeze=2 * HOUR, cooldown=WEEK)
    lead = firm.add("batu")
    clock.go(hours=1)
    firm.do(release_lead, "batu", lead, "太远", firm.pools)
    assert isinstance(claim(firm, "batu", lead), CoolingDown)
    assert isinstance(claim(firm, "wang", lead), Frozen)


def test_members_are_the_departments_and_the_people_named(firm: Firm) -> None:
    with_pool(firm, departments=("包头",), people=("batu",))
    lead = firm.add()
    assert claim(firm, "zhang", lead) == NotYourPool(lead, "all")
    assert claim(firm, "batu", lead) == Claimed(lead)
    firm.do(release_lead, "batu", lead, "太远", firm.pools)
    assert claim(firm, "zhou", lead) == Claimed(lead)


@pytest.fixture
def assigned(firm: Firm) -> int:
    """A lead in a pool of 包头 from which nobody claims, and that 李娜 looks after."""
    with_pool(firm, departments=("包头",), assign_only=True, admins=("lina",))
    return firm.add()


def test_from_an_assign_only_pool_its_admin_assigns_to_members(firm: Firm, assigned: int) -> None:
    lina, zhou, batu = firm.who("lina"), firm.who("zhou"), firm.who("batu")
    assert claim(firm, "zhou", assigned) == NotYourPool(assigned, "all")
    with firm.store.read() as session:
        seen = [
            may_see(session, firm.who(who), assigned, firm.pools, firm.store.clock())
            for who in ("lina", "zhou", "wang", "admin")
        ]
    assert seen == [True, False, False, True]
    assert firm.do(transfer_lead, "lina", assigned, batu, firm.pools) == NotAMember(assigned, "all", batu.id)
    assert firm.do(transfer_lead, "wang", assigned, zhou, firm.pools) == NotYours(assigned, None)
    assert firm.do(transfer_lead, "lina", assigned, lina, firm.pools) == NotYours(assigned, None), "not to herself"
    assert firm.do(transfer_lead, "lina", assigned, zhou, firm.pools) == Transferred(assigned, zhou.id)
    assert firm.history(assigned)[-1] == (zhou.id, "all", "assign", True)
    assert firm.do(transfer_lead, "lina", assigned, lina, firm.pools) == NotYours(assigned, zhou.id), "not from him"


def test_what_a_pool_hides_is_shown_to_nobody_before_the_claim(firm: Firm) -> None:
    with_pool(firm, hidden=frozenset(Hidden))
    lead = firm.add(amount_fen=50_000_000)
    (line,) = firm.page("batu", firm.pools.pools[0]).leads
    seen, admins = firm.whole("batu", lead), firm.whole("admin", lead)
    nothing = ("", "", None, None, None, "")
    assert (line.name, line.phone, line.region, line.product, line.amount_fen, line.channel) == nothing
    assert seen is not None
    assert (seen.name, seen.phone, seen.region, seen.product, seen.amount_fen, seen.channel) == nothing
    assert (seen.touches, seen.hidden) == ((), frozenset(Hidden))
    assert admins is not None
    assert (admins.region, admins.hidden) == ("150102", frozenset()), "who may see every lead sees it masked"
    with firm.store.read() as session:
        brief = briefs(session, firm.store.vault, firm.who("batu"), [lead], firm.pools)[lead]
    assert (brief.name, brief.phone, brief.product, brief.amount_fen) == ("***", "***", None, None)
    claim(firm, "batu", lead)
    own = firm.whole("batu", lead)
    assert own is not None
    assert (own.region, own.amount_fen, own.channel, own.full) == ("150102", 50_000_000, "抖音", True)
