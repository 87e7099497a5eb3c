"""查重: what is told to whom, how often in a day, and that the number is kept nowhere."""

from datetime import timedelta

import pytest
from firm import EVERYBODY, Firm
from kit.clock import Clock
from kit.invariants import Planted, i11_database
from sqlalchemy import insert, select, update

from core.calendar import day_start
from core.leads.claiming import claim_leads
from core.leads.duplicates import (
    CameBefore,
    DuplicateCheck,
    InHand,
    InPool,
    NobodyKnown,
    Number,
    OutOfSight,
    check_duplicate,
)
from core.leads.models import Deferral, DeferralKind, Lead
from core.leads.outcomes import Frozen, LimitReached, NotAllowed
from core.leads.pools import Hidden, Pool, Pools
from core.leads.service import release_lead
from core.people.policy import Verb
from core.privacy import Vault
from core.store.audit import AuditRow
from core.store.unit import Store

PHONE, ID_NUMBER = "13947155501", "150102199001011230"
BY_PHONE, BY_ID = Number("phone", PHONE), Number("id_number", ID_NUMBER)
LAST_MONTH = timedelta(days=30)
NO_CLAIMER = NotAllowed(Verb.CLAIM)


def check(firm: Firm, userid: str, number: Number = BY_PHONE) -> object:
    return firm.do(check_duplicate, userid, number, firm.pools)


@pytest.mark.parametrize("number", [BY_PHONE, BY_ID], ids=["phone", "id number"])
def test_a_customer_in_hand_is_told_masked_and_by_whom_to_ask(firm: Firm, number: Number) -> None:
    lead = firm.add("batu", phone=PHONE, id_number=ID_NUMBER)
    batu = firm.who("batu").id
    for userid in ("zhang", "zhou", "bai"):
        assert check(firm, userid, number) == InHand(lead, "刘**", batu, "呼和浩特/一部", None, visible=False), userid
    for userid in ("batu", "lina", "boss", "admin", "approver"):
        assert check(firm, userid, number) == InHand(lead, "刘**", batu, "呼和浩特/一部", None, visible=True), userid


def test_nobody_is_found_by_another_number_nor_by_a_part_of_one(firm: Firm) -> None:
    firm.add("batu", phone=PHONE, id_number=ID_NUMBER)
    for number in (
        Number("phone", "13947155502"),
        Number("phone", PHONE[:-1]),
        Number("phone", PHONE[-4:]),
        Number("phone", "%"),
        Number("phone", ID_NUMBER),
        Number("id_number", PHONE),
        Number("id_number", ID_NUMBER[:-1]),
    ):
        assert check(firm, "zhang", number) == NobodyKnown(), number


def test_what_waits_is_told_with_what_stands_against_a_claim(firm: Firm, clock: Clock) -> None:
    lead = firm.add(phone=PHONE)
    assert check(firm, "batu") == InPool(lead, "刘**", "hohhot", None)
    assert check(firm, "lina") == InPool(lead, "刘**", "hohhot", None)
    assert check(firm, "boss") == InPool(lead, "刘**", "hohhot", NO_CLAIMER)
    firm.pools = Pools(firm.pools.pools, "all", freeze=timedelta(hours=2))
    assert check(firm, "batu") == InPool(
        lead, "刘**", "hohhot", Frozen(lead, "hohhot", 2.0, clock.now + timedelta(hours=2))
    )
    firm.pools = Pools(firm.pools.pools, "all", daily_claims=1)
    firm.do(claim_leads, "batu", [firm.add()], firm.pools)
    found = check(firm, "batu")
    assert isinstance(found, InPool)
    assert isinstance(found.stop, LimitReached)


@pytest.mark.parametrize("assign_only", [False, True])
def test_of_a_pool_that_he_may_not_look_into_he_hears_only_that_there_is_something(
    firm: Firm, *, assign_only: bool
) -> None:
    departments = ("呼和浩特",) if assign_only else ("包头",)
    pool = Pool("own", "专属池", departments=departments, admins=("lina", "gone"), assign_only=assign_only)
    firm.pools = Pools((pool,), "own")
    lead = firm.add(phone=PHONE)
    assert check(firm, "batu") == OutOfSight(("李娜",))
    shown = check(firm, "lina")
    assert isinstance(shown, InPool), "she runs it"
    assert (shown.lead_id, shown.name) == (lead, "刘**")
    firm.leaves("lina")
    assert check(firm, "batu") == OutOfSight(())
    firm.pools = Pools((Pool("another", "别的池", departments=("包头",)),), "another")
    assert check(firm, "batu") == OutOfSight(()), "its pool is gone"
    assert isinstance(check(firm, "admin"), InPool)


def test_a_name_that_the_pool_hides_is_not_told(firm: Firm) -> None:
    firm.pools = Pools((Pool("all", "全区池", hidden=frozenset({Hidden.NAME})),), "all")
    lead = firm.add(phone=PHONE)
    assert check(firm, "batu") == InPool(lead, "", "all", None)
    assert check(firm, "approver") == InPool(lead, "刘**", "all", NO_CLAIMER)


def test_protection_is_told_while_it_is_its_owners(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu", phone=PHONE)
    until = clock.now + timedelta(days=30)
    defer(firm, lead, DeferralKind.EXTENSION, until + timedelta(days=9))
    assert told_until(firm) is None, "more time to work it is no protection"
    defer(firm, lead, DeferralKind.PROTECTION, until)
    assert told_until(firm) == until
    firm.do(release_lead, "batu", lead, "联系不上", firm.pools)
    clock.go(minutes=1)
    firm.do(claim_leads, "zhang", [lead], firm.pools)
    assert told_until(firm) is None, "it was another's"
    firm.do(release_lead, "zhang", lead, "联系不上", firm.pools)
    clock.go(minutes=1)
    firm.do(claim_leads, "batu", [lead], firm.pools)
    assert told_until(firm) is None, "and of another time"
    defer(firm, lead, DeferralKind.PROTECTION, clock.now + timedelta(days=1))
    clock.go(days=1)
    assert told_until(firm) is None, "it is over"


def told_until(firm: Firm) -> object:
    found = check(firm, "wang")
    assert isinstance(found, InHand)
    return found.protected_until


def defer(firm: Firm, lead: int, kind: DeferralKind, until: object) -> None:
    owner, now = firm.lead(lead).owner_id, firm.store.clock()
    values = {"lead_id": lead, "owner_id": owner, "kind": kind.value, "until": until, "by_id": owner, "at": now}
    with firm.store.database.write() as session:
        session.execute(insert(Deferral).values(values))


def test_who_came_before_may_be_entered_again(firm: Firm, clock: Clock) -> None:
    first = firm.add("batu", phone=PHONE)
    firm.close(first)
    assert check(firm, "zhang") == CameBefore(None), "closed before it was written down when"
    second = firm.add("batu", phone=PHONE)
    firm.close(second)
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == first).values(closed_at=clock.now - LAST_MONTH))
        session.execute(update(Lead).where(Lead.id == second).values(closed_at=clock.now))
    assert check(firm, "zhang") == CameBefore(clock.now), "the last one counts"
    third = firm.add("zhang", phone=PHONE)
    found = check(firm, "batu")
    assert isinstance(found, InHand)
    assert found.lead_id == third


def test_in_a_day_so_many_numbers_and_the_same_one_again_for_nothing(firm: Firm, clock: Clock) -> None:
    firm.pools = Pools(firm.pools.pools, "all", daily_checks=2)
    numbers = [Number("phone", f"1394716000{each}") for each in range(3)]
    for number in (numbers[0], numbers[0], numbers[1], numbers[0]):
        assert check(firm, "batu", number) == NobodyKnown()
    midnight = day_start(clock.now) + timedelta(days=1)
    assert check(firm, "batu", numbers[2]) == LimitReached(0, "daily_checks", None, 2, 2, midnight)
    assert check(firm, "batu", numbers[1]) == NobodyKnown(), "he knows that answer already"
    assert check(firm, "zhang", numbers[2]) == NobodyKnown(), "his day is his own"
    clock.go(days=1)
    assert check(firm, "batu", numbers[2]) == NobodyKnown()
    assert ("lead:check:limit", "lead") in firm.audited("batu")


def test_a_number_counts_once_also_while_the_key_is_changed(firm: Firm, clock: Clock) -> None:
    firm.pools = Pools(firm.pools.pools, "all", daily_checks=1)
    firm.add("batu", phone=PHONE)
    assert isinstance(check(firm, "zhang"), InHand)
    rotated = Firm(Store(firm.store.database, Vault(b"n" * 32, b"k" * 32), clock=clock), firm.pools)
    assert isinstance(check(rotated, "zhang"), InHand), "found and counted by the old index"


def test_finance_may_not_and_everybody_else_may(firm: Firm) -> None:
    for userid in EVERYBODY:
        refused = isinstance(check(firm, userid), NotAllowed)
        assert refused == (userid == "finance"), userid
        assert (("lead:check:denied", "lead") in firm.audited(userid)) == refused, userid


def test_each_check_is_written_down_and_the_number_nowhere(firm: Firm) -> None:
    lead = firm.add("batu", phone=PHONE, id_number=ID_NUMBER)
    check(firm, "zhang")
    check(firm, "zhang")
    check(firm, "zhang", BY_ID)
    check(firm, "zhang", Number("phone", "13947155502"))
    assert firm.audited("zhang") == [("lead:check", f"lead:{lead}")] * 3 + [("lead:check", "lead")]
    with firm.store.read() as session:
        details = session.scalars(select(AuditRow.details).where(AuditRow.action == "lead:check")).all()
        asked = session.scalars(select(DuplicateCheck.asked)).all()
        assert i11_database(session, Planted(phones=[PHONE, "13947155502"], id_numbers=[ID_NUMBER])) is None
    assert details[0] == details[1] != details[2]
    assert len(set(asked)) == len(asked) == 3
