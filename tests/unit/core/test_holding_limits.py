"""How many leads a person may hold: counted over all ways to get one, and told the same before and at the limit."""

from dataclasses import replace

import pytest
from firm import Firm

from core.leads.claiming import claim_leads, room_for
from core.leads.intake import NewLead, add_lead
from core.leads.outcomes import Added, Claimed, LimitReached, NoRoom, Transferred
from core.leads.pools import HoldingRule, Pool, Pools
from core.leads.service import release_lead, transfer_lead

COMPANY = Pools(
    (Pool("hohhot", "呼和浩特池", regions=("1501",)), Pool("all", "全区池")), "all", holding=(HoldingRule(3),)
)
OWN_POOL = Pools((Pool("hohhot", "呼和浩特池", regions=("1501",), holding=3), Pool("all", "全区池")), "all")


def held_in_all_ways(firm: Firm, count: int) -> None:
    """`count` leads of 巴图: entered, claimed, and from a colleague, by turns."""
    firm.pools = Pools(COMPANY.pools, "all")
    for number in range(count):
        match number % 3:
            case 0:
                firm.add("batu")
            case 1:
                assert firm.do(claim_leads, "batu", [lead := firm.add()], firm.pools) == [Claimed(lead)]
            case 2:
                firm.do(transfer_lead, "zhang", firm.add("zhang"), firm.who("batu"), firm.pools)


@pytest.mark.parametrize("pools", [COMPANY, OWN_POOL], ids=["company", "pool"])
@pytest.mark.parametrize("held", [2, 3, 4])
def test_the_limit_is_the_same_for_entering_and_for_claiming(firm: Firm, pools: Pools, held: int) -> None:
    held_in_all_ways(firm, held)
    whose = None if pools is COMPANY else "hohhot"
    stopped = None if held < 3 else LimitReached(0, "holding", whose, held, 3, None)
    assert firm.do(room_for, "batu", pools, "hohhot") == stopped

    waiting = firm.add()
    (claimed,) = firm.do(claim_leads, "batu", [waiting], pools)
    assert claimed == (Claimed(waiting) if held < 3 else LimitReached(waiting, "holding", whose, held, 3, None))
    if held < 3:
        firm.do(release_lead, "batu", waiting, "手上太多", pools)
    entered = firm.do(add_lead, "batu", NewLead("王小明", "13947200001", "抖音", region="150102"), pools)
    assert isinstance(entered, Added)
    assert (entered.owner_id is None, entered.full) == (held >= 3, stopped)


def test_a_lead_that_went_away_frees_its_place_and_a_closed_one_too(firm: Firm) -> None:
    held_in_all_ways(firm, 3)
    assert firm.do(room_for, "batu", COMPANY, "hohhot") is not None
    firm.do(release_lead, "batu", 1, "没意向", COMPANY)
    assert firm.do(room_for, "batu", COMPANY, "hohhot") is None
    firm.add("batu")
    firm.close(2)
    assert firm.do(room_for, "batu", COMPANY, "hohhot") is None


def test_nobody_gets_more_by_another_hand_than_he_may_hold(firm: Firm) -> None:
    held_in_all_ways(firm, 3)
    batu, waiting, of_zhang = firm.who("batu"), firm.add(), firm.add("zhang")
    firm.pools = Pools(tuple(replace(pool, admins=("lina",)) for pool in COMPANY.pools), "all", holding=COMPANY.holding)
    for giver, lead in (("lina", waiting), ("zhang", of_zhang), ("boss", of_zhang), ("admin", waiting)):
        full = NoRoom(lead, batu.id, LimitReached(lead, "holding", None, 3, 3, None))
        assert firm.do(transfer_lead, giver, lead, batu, firm.pools) == full
    assert (firm.lead(waiting).owner_id, firm.lead(of_zhang).owner_id) == (None, firm.who("zhang").id)
    firm.do(release_lead, "batu", 1, "没意向", firm.pools)
    assert firm.do(transfer_lead, "lina", waiting, batu, firm.pools) == Transferred(waiting, batu.id)


def test_a_limit_of_one_pool_leaves_the_other_open(firm: Firm) -> None:
    held_in_all_ways(firm, 3)
    elsewhere = firm.add(region="152502")
    assert firm.do(claim_leads, "batu", [elsewhere], OWN_POOL) == [Claimed(elsewhere)]


def test_leads_of_a_pool_that_is_gone_still_count_for_the_company(firm: Firm) -> None:
    held_in_all_ways(firm, 3)
    left = Pools((Pool("all", "全区池"),), "all", holding=(HoldingRule(3),))
    assert firm.do(room_for, "batu", left, "all") == LimitReached(0, "holding", None, 3, 3, None)
