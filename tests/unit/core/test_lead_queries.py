"""Reads show no more than the policy gives: by number, by phone, by name, in lists."""

from datetime import timedelta

import pytest
from firm import EVERYBODY, POOLS, Firm

from core.leads.access import may_see
from core.leads.claiming import claim_leads
from core.leads.models import Lead
from core.leads.pooled import count_waiting
from core.leads.queries import briefs, find_leads, own_page
from core.leads.service import log_follow_up, release_lead, transfer_lead
from core.leads.whole import last_step, lead_360
from core.people.policy import Verb, may, may_touch
from core.people.queries import department_of

PHONE, NAME = "13947155501", "巴特尔·孟和"


def found(firm: Firm, userid: str, words: str) -> list[int]:
    with firm.store.read() as session:
        return list(find_leads(session, firm.store.vault, firm.who(userid), words, firm.store.clock()))


@pytest.fixture
def leads(firm: Firm) -> list[int]:
    """One lead of each owner there is, one of a leaver, some in pools, some closed."""
    numbers = [firm.add(owner, name=f"客户{owner}") for owner in ("batu", "zhang", "wang", "zhou", "lina")]
    numbers += [firm.add(), firm.add(region="150202", product="car")]
    numbers += [firm.add("batu"), firm.add()]
    for closed in numbers[-2:]:
        firm.close(closed)
    numbers.append(firm.add("zhang"))
    return numbers


def test_nobody_sees_what_the_policy_denies(firm: Firm, leads: list[int]) -> None:
    """Every person against every lead, after one of the owners has left: by number, by phone, in full and inside."""
    firm.leaves("zhang")
    for userid in EVERYBODY:
        if userid == "zhang":
            continue
        who = firm.who(userid)
        for number in leads:
            lead = firm.lead(number)
            with firm.store.read() as session:
                department = department_of(session, lead.owner_id) if lead.owner_id else None
                seen = lead_360(session, firm.store.vault, who, number, POOLS, firm.store.clock())
                assert may_see(session, who, number, POOLS, firm.store.clock()) == (seen is not None)
            by_scope = may_touch(who, Verb.SEE_LEAD, lead.owner_id, department)
            assert (seen is not None) == (by_scope or _in_open_pool(firm, userid, lead)), (userid, number)
            if seen is None:
                continue
            assert seen.full == may_touch(who, Verb.SEE_PHONE, lead.owner_id, department)
            assert ("*" in seen.phone) == (not seen.full)
            assert ("*" in seen.name) == (not seen.full)


def _in_open_pool(firm: Firm, userid: str, lead: Lead) -> bool:
    who, pool = firm.who(userid), POOLS.by_key(lead.pool)
    return bool(
        lead.state == "open" and lead.owner_id is None and may(who, Verb.SEE_POOL) and pool
        and (pool.is_open_to(who) or may_touch(who, Verb.SEE_LEAD, None, None))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "hit"),
    [
        (PHONE, True),
        ("+86 139-4715-5501", True),
        ("１３９４７１５５５０１", True),
        (NAME, True),
        ("巴特尔•孟和", True),
        (" 巴特尔 · 孟和 ", True),
        ("巴特尔", True),  # the first part of a name with a dot
        ("孟和", False),
        ("巴特", False),
        ("巴特尔·孟", False),
        ("5501", False),
        ("1394715550", False),
        ("1394715", False),
        ("139471555011", False),
        ("13947155502", False),
        ("139*", False),
        ("%", False),
        ("_", False),
        ("", False),
        (" · ", False),
        ("' OR 1=1 --", False),
        ("150102199001011230", False),
    ],
)
def test_a_search_is_exact(firm: Firm, words: str, hit: bool) -> None:
    lead = firm.add("batu", name=NAME, phone=PHONE, id_number="150102199001011230")
    assert found(firm, "batu", words) == ([lead] if hit else [])
    assert found(firm, "zhang", words) == []


def test_a_search_finds_only_what_the_searcher_may_see(firm: Firm) -> None:
    mine, hers = firm.add("batu", name="王小明"), firm.add("zhou", name="王小明")
    pooled = firm.add(name="王小明")
    assert found(firm, "batu", "王小明") == [mine]
    assert found(firm, "zhou", "王小明") == [hers]
    assert found(firm, "lina", "王小明") == [mine], "her team's"
    assert found(firm, "bai", "王小明") == [hers]
    assert found(firm, "approver", "王小明") == [pooled, hers, mine], "the newest first"
    assert found(firm, "finance", "王小明") == []
    firm.close(pooled)
    assert found(firm, "admin", "王小明") == [hers, mine, pooled], "open ones first"


def test_a_common_name_does_not_hide_ones_own_customer(firm: Firm) -> None:
    """A hundred others of that name came before, and are none of the searcher's business."""
    for _ in range(101):
        firm.add("zhou", name="王强")
    mine = firm.add("batu", name="王强")
    for _ in range(20):
        firm.add("zhou", name="王强")
    assert found(firm, "batu", "王强") == [mine]


def test_a_pool_page_is_masked_for_everybody(firm: Firm) -> None:
    numbers = [firm.add(name=NAME, phone=f"1394715550{number}") for number in range(7)]
    firm.do(claim_leads, "batu", [numbers[0]], POOLS)
    with firm.store.read() as session:
        counts = count_waiting(session, firm.look("zhang"), POOLS.pools)
    first, second, third = (firm.page("zhang", POOLS.pools[0], number) for number in (1, 2, 3))
    other, far_off = (firm.page("zhang", POOLS.pools[1], number) for number in (1, 99))
    assert (first.waiting, len(first.leads), len(second.leads), other.leads) == (6, 5, 1, ())
    assert (first.more, second.more, second.beyond) == (True, False, False)
    assert (third.page, third.leads, third.beyond) == (2, second.leads, True), "there is no third: the last one"
    assert (far_off.page, far_off.leads, far_off.beyond) == (1, (), True)
    assert [(each.pool.key, each.count) for each in counts] == [("hohhot", 6), ("all", 0)]
    assert {lead.name for lead in first.leads} == {"巴**·孟*"}
    assert all(lead.phone.startswith("139****") for lead in first.leads)
    assert numbers[0] not in [lead.id for lead in (*first.leads, *second.leads)]


def test_inside_a_pool_neither_notes_nor_contacts_are_shown(firm: Firm) -> None:
    lead = firm.add("batu", note="有两套房")
    firm.do(log_follow_up, "batu", lead, "意向强", None)
    firm.do(release_lead, "batu", lead, "太远", POOLS)
    seen, admin = firm.whole("zhang", lead), firm.whole("admin", lead)
    assert seen is not None
    assert admin is not None
    assert (seen.note, seen.contacts, seen.contact_count, seen.full) == ("", (), 1, False)
    assert (admin.note, len(admin.contacts)) == ("有两套房", 1)
    firm.do(claim_leads, "zhang", [lead], POOLS)
    mine, theirs = firm.whole("zhang", lead), firm.whole("batu", lead)
    with firm.store.read() as session:
        step = last_step(session, firm.store.vault, lead, POOLS)
    assert mine is not None
    assert (mine.full, mine.mine, mine.note, [c.content for c in mine.contacts]) == (True, True, "有两套房", ["意向强"])
    assert theirs is None
    assert step is not None
    assert (step.who, step.until) == ("张三", None)


def test_own_leads_are_ones_own_what_is_due_first(firm: Firm) -> None:
    now = firm.store.clock()
    numbers = [firm.add("batu") for _ in range(6)]
    firm.add("zhang")
    for lead, hours in ((numbers[0], 30), (numbers[1], -2), (numbers[2], 3), (numbers[3], -50)):
        firm.do(log_follow_up, "batu", lead, "约了", now + timedelta(hours=hours))
    firm.close(numbers[5])
    with firm.store.read() as session:
        page = own_page(session, firm.store.vault, firm.who("batu"), 1, now, now + timedelta(hours=14))
        none = own_page(session, firm.store.vault, firm.who("finance"), 1, now, now + timedelta(hours=14))
    assert (page.total, page.overdue, page.today) == (5, 2, 1)
    assert [lead.id for lead in page.leads] == [numbers[i] for i in (3, 1, 2, 0, 4)]
    assert (none.total, none.leads) == (0, ())


@pytest.mark.parametrize("userid", [userid for userid in EVERYBODY if userid != "zhang"])
def test_a_brief_is_in_full_for_the_owner_only(firm: Firm, userid: str) -> None:
    lead = firm.add("zhang", name=NAME, phone=PHONE)
    firm.do(transfer_lead, "zhang", lead, firm.who("batu"), POOLS)
    with firm.store.read() as session:
        brief = briefs(session, firm.store.vault, firm.who(userid), [lead, 987_654], POOLS)[lead]
    full = userid == "batu"
    assert (brief.name, brief.phone, brief.mine) == (
        (NAME, PHONE, True) if full else ("巴**·孟*", "139****5501", False)
    )
