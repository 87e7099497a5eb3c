"""Each verb on leads and each of its outcomes, on both databases; what changed, and what the audit log says."""

from datetime import timedelta

import pytest
from firm import POOLS, Firm
from kit.clock import Clock
from sqlalchemy import func, select

from core.leads.claiming import claim_leads
from core.leads.intake import NewLead, add_lead
from core.leads.models import Customer, FollowUp, Touch
from core.leads.outcomes import (
    Added,
    AlreadyOpen,
    AlreadyYours,
    CannotReceive,
    Claimed,
    Closed,
    LimitReached,
    Logged,
    NoSuchLead,
    NotAllowed,
    NotYourPool,
    NotYours,
    Released,
    SameOwner,
    TakenBy,
    Transferred,
)
from core.leads.pools import HoldingRule, Pools
from core.leads.service import (
    log_follow_up,
    may_follow,
    may_release,
    release_lead,
    set_next_contact,
    transfer_lead,
)
from core.people.policy import Verb


def claim(firm: Firm, userid: str, *leads: int) -> list[object]:
    return list(firm.do(claim_leads, userid, list(leads), firm.pools))


def test_a_claim(firm: Firm) -> None:
    lead, batu = firm.add(), firm.who("batu")
    assert claim(firm, "batu", lead) == [Claimed(lead)]
    row = firm.lead(lead)
    assert (row.owner_id, row.owned_at, row.pooled_at, row.revision) == (batu.id, firm.store.clock(), None, 2)
    assert firm.history(lead) == [(None, "hohhot", "enter", False), (batu.id, "hohhot", "claim", True)]
    assert firm.audited("batu") == [("lead:claim", f"lead:{lead}")]


def test_each_lead_of_a_claim_by_itself_in_the_order_asked(firm: Firm) -> None:
    free, also, taken, mine, closed = (firm.add() for _ in range(5))
    elsewhere = firm.add(region="150202", product="car")
    since = firm.store.clock()
    claim(firm, "zhang", taken)
    claim(firm, "batu", mine)
    firm.close(closed)
    zhang = firm.who("zhang").id
    assert claim(firm, "batu", also, taken, 987_654, mine, closed, free, elsewhere, free) == [
        Claimed(also),
        TakenBy(taken, zhang, since),
        NoSuchLead(987_654),
        AlreadyYours(mine, since),
        Closed(closed),
        Claimed(free),
        Claimed(elsewhere),
        Claimed(free),
    ]
    assert firm.lead(taken).owner_id == zhang


@pytest.mark.parametrize("userid", ["approver", "finance", "admin", "boss"])
def test_who_claims_nothing(firm: Firm, userid: str) -> None:
    lead = firm.add()
    before = len(firm.audited(userid))
    assert claim(firm, userid, lead) == [NotAllowed(Verb.CLAIM)]
    assert firm.lead(lead).owner_id is None
    assert firm.audited(userid)[before:] == [("lead:claim:denied", "pool")]


def test_a_pool_of_another_city(firm: Firm) -> None:
    lead = firm.add()
    assert claim(firm, "zhou", lead) == [NotYourPool(lead, "hohhot")]
    firm.pools = Pools(POOLS.pools[1:], "all")
    assert claim(firm, "batu", lead) == [NotYourPool(lead, "hohhot")], "a pool that is gone is nobody's"


def test_limits_count_in_one_claim_and_over_days(firm: Firm) -> None:
    firm.pools = Pools(POOLS.pools, "all", daily_claims=2, holding=(HoldingRule(3),))
    leads = [firm.add() for _ in range(6)]
    midnight = firm.store.clock().replace(hour=16, minute=0)
    full = LimitReached(leads[2], "daily_claims", None, 2, 2, midnight)
    assert claim(firm, "batu", *leads[:3]) == [Claimed(leads[0]), Claimed(leads[1]), full]
    firm.do(release_lead, "batu", leads[0], "", firm.pools)
    assert claim(firm, "batu", leads[2]) == [full], "handing back does not give the day's claim back"
    firm.store.clock.go(hours=14)  # type: ignore[attr-defined]
    assert claim(firm, "batu", *leads[2:4]) == [Claimed(leads[2]), Claimed(leads[3])]
    firm.store.clock.go(days=1)  # type: ignore[attr-defined]
    assert claim(firm, "batu", leads[4]) == [LimitReached(leads[4], "holding", None, 3, 3, None)]
    firm.close(leads[1])
    assert claim(firm, "batu", leads[4]) == [Claimed(leads[4])], "a closed one is not held"


def new(phone: str = "13947100777", **more: object) -> NewLead:
    return NewLead("刘志强", phone, "抖音", **{"region": "150102"} | more)  # type: ignore[arg-type]


def test_who_enters_a_lead_owns_it_if_he_works_leads(firm: Firm) -> None:
    batu = firm.who("batu").id
    first = firm.do(add_lead, "batu", new(), POOLS)
    assert first == Added(first.lead_id, batu, "hohhot")  # type: ignore[union-attr]
    second = firm.do(add_lead, "admin", new("13947100778"), POOLS)
    assert second == Added(second.lead_id, None, "hohhot")  # type: ignore[union-attr]
    third = firm.do(add_lead, "boss", new("13947100779", region=None), POOLS)
    assert third == Added(third.lead_id, None, "all")  # type: ignore[union-attr]
    assert firm.history(first.lead_id) == [(batu, "hohhot", "enter", True)]  # type: ignore[union-attr]


@pytest.mark.parametrize("userid", ["approver", "finance"])
def test_who_enters_nothing(firm: Firm, userid: str) -> None:
    assert firm.do(add_lead, userid, new(), POOLS) == NotAllowed(Verb.ADD_LEAD)
    assert firm.audited(userid) == [("lead:add:denied", "lead")]
    with firm.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 0


def test_who_holds_all_he_may_enters_into_the_pool(firm: Firm) -> None:
    firm.pools = Pools(POOLS.pools, "all", holding=(HoldingRule(1),))
    firm.add("batu")
    outcome = firm.do(add_lead, "batu", new(), firm.pools)
    assert isinstance(outcome, Added)
    assert (outcome.owner_id, outcome.full) == (None, LimitReached(0, "holding", None, 1, 1, None))


@pytest.mark.parametrize(
    ("again", "why"),
    [
        (new("13947100777"), "the same phone"),
        (new("13947100999", id_number="150102199001011230"), "another phone, the same ID number"),
        (new("13947100777", region="150202", product="car"), "the same phone with another need"),
    ],
)
def test_a_customer_who_comes_again_has_one_open_lead(firm: Firm, again: NewLead, why: str) -> None:
    batu = firm.who("batu").id
    lead = firm.add("batu", phone="13947100777", id_number="150102199001011230")
    assert firm.do(add_lead, "zhang", again, POOLS) == AlreadyOpen(lead, batu, "hohhot"), why
    with firm.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Touch)) == 2
        assert session.scalar(select(func.count()).select_from(Customer)) == 1
    assert firm.audited("zhang") == [("lead:touch", f"lead:{lead}")]


def test_a_closed_lead_makes_room_for_a_new_one(firm: Firm) -> None:
    first = firm.add("batu", phone="13947100777")
    firm.close(first)
    second = firm.add("zhang", phone="13947100777")
    assert second != first
    assert firm.lead(second).customer_id == firm.lead(first).customer_id


def test_a_follow_up(firm: Firm) -> None:
    lead, due = firm.add("batu"), firm.store.clock() + timedelta(days=1)
    outcome = firm.do(log_follow_up, "batu", lead, "意向强", due)
    assert outcome == Logged(lead, outcome.follow_up_id, due)  # type: ignore[union-attr]
    row = firm.lead(lead)
    assert (row.next_contact_at, row.last_follow_up_at, row.revision) == (due, firm.store.clock(), 2)
    with firm.store.read() as session:
        written = session.scalars(select(FollowUp)).one()
    assert "意向强".encode() not in written.content
    assert firm.store.vault.open(f"follow_up.content:{written.id}", written.content) == "意向强"
    assert firm.audited("batu")[-1] == ("lead:follow", f"lead:{lead}")
    later = due + timedelta(days=1)
    assert firm.do(set_next_contact, "batu", lead, later) == Logged(lead, written.id, later)
    assert firm.lead(lead).next_contact_at == later


def test_what_was_agreed_stays_while_it_is_ahead(firm: Firm, clock: Clock) -> None:
    lead, due = firm.add("batu"), firm.store.clock() + timedelta(days=1)
    firm.do(log_follow_up, "batu", lead, "意向强", due)
    kept = firm.do(log_follow_up, "batu", lead, "发了资料", None)
    assert kept == Logged(lead, kept.follow_up_id, due, kept=True)  # type: ignore[union-attr]
    assert firm.lead(lead).next_contact_at == due
    clock.go(days=2)
    over = firm.do(log_follow_up, "batu", lead, "见过了", None)
    assert over == Logged(lead, over.follow_up_id, None)  # type: ignore[union-attr]
    assert firm.lead(lead).next_contact_at is None


def test_a_time_without_a_follow_up_belongs_to_nothing(firm: Firm) -> None:
    lead = firm.add("batu")
    assert firm.do(set_next_contact, "batu", lead, firm.store.clock()) == NoSuchLead(lead)


VERBS = {
    "follow": lambda firm, userid, lead: firm.do(log_follow_up, userid, lead, "来过", None),
    "may follow": lambda firm, userid, lead: firm.do(may_follow, userid, lead),
    "release": lambda firm, userid, lead: firm.do(release_lead, userid, lead, "", POOLS),
    "may release": lambda firm, userid, lead: firm.do(may_release, userid, lead),
    "transfer": lambda firm, userid, lead: firm.do(transfer_lead, userid, lead, firm.who("wang"), POOLS),
    "next contact": lambda firm, userid, lead: firm.do(set_next_contact, userid, lead, None),
}
RIGHT = {
    "follow": Verb.FOLLOW,
    "may follow": Verb.FOLLOW,
    "next contact": Verb.FOLLOW,
    "release": Verb.RELEASE,
    "may release": Verb.RELEASE,
    "transfer": Verb.TRANSFER,
}


@pytest.mark.parametrize("verb", VERBS)
def test_what_stops_each_verb(firm: Firm, verb: str) -> None:
    """No such lead, closed, somebody else's, in a pool, and no right at all; each leaves the lead as it was."""
    lead, pooled, closed = firm.add("batu"), firm.add(), firm.add("batu")
    firm.close(closed)
    batu, right, do = firm.who("batu").id, RIGHT[verb], VERBS[verb]
    assert do(firm, "batu", 987_654) == NoSuchLead(987_654)
    assert do(firm, "batu", closed) == Closed(closed)
    for stranger in ("zhang", "wang", "zhou", "bai") if right != Verb.FOLLOW else ("zhang", "wang", "zhou", "lina"):
        assert do(firm, stranger, lead) == NotYours(lead, batu)
        assert firm.audited(stranger)[-1] == (f"{right}:denied", f"lead:{lead}")
    assert do(firm, "batu", pooled) == NotYours(pooled, None)
    for nobody in ("approver", "finance"):
        assert do(firm, nobody, lead) == NotAllowed(right)
        assert firm.audited(nobody)[-1] == (f"{right}:denied", f"lead:{lead}")
    assert (firm.lead(lead).owner_id, firm.lead(lead).revision) == (batu, 1)
    assert len(firm.history(lead)) == len(firm.history(pooled)) == 1


@pytest.mark.parametrize("userid", ["batu", "lina", "boss", "admin"])
def test_a_release(firm: Firm, userid: str) -> None:
    lead, batu = firm.add("batu", region="150202", product="car"), firm.who("batu").id
    assert firm.do(may_release, userid, lead) is None
    assert firm.do(release_lead, userid, lead, "联系不上", POOLS) == Released(lead, "all")
    row = firm.lead(lead)
    assert (row.owner_id, row.owned_at, row.pooled_at, row.pool) == (None, None, firm.store.clock(), "all")
    assert firm.history(lead) == [(batu, "all", "enter", False), (None, "all", "release", True)]
    assert firm.audited(userid)[-1] == ("lead:release", f"lead:{lead}")


@pytest.mark.parametrize(("userid", "how"), [("batu", "transfer"), ("lina", "transfer"), ("admin", "transfer")])
def test_a_transfer(firm: Firm, userid: str, how: str) -> None:
    lead, batu, wang = firm.add("batu"), firm.who("batu"), firm.who("wang")
    assert firm.do(transfer_lead, userid, lead, wang, POOLS, "搬家") == Transferred(lead, wang.id, batu.id)
    assert firm.history(lead) == [(batu.id, "hohhot", "enter", False), (wang.id, "hohhot", how, True)]
    assert firm.audited(userid)[-1] == (f"lead:{how}", f"lead:{lead}")
    assert firm.do(log_follow_up, "batu", lead, "x", None) == NotYours(lead, wang.id)
    assert isinstance(firm.do(log_follow_up, "wang", lead, "x", None), Logged)


def test_the_next_contact_is_of_ones_own_last_follow_up(firm: Firm) -> None:
    lead, now = firm.add("batu"), firm.store.clock()
    firm.do(log_follow_up, "batu", lead, "x", None)
    firm.do(transfer_lead, "batu", lead, firm.who("wang"), POOLS)
    assert firm.do(set_next_contact, "wang", lead, now) == NoSuchLead(lead)
    written = firm.do(log_follow_up, "wang", lead, "y", None)
    assert firm.do(set_next_contact, "wang", lead, now) == Logged(lead, written.follow_up_id, now)  # type: ignore[union-attr]
    with firm.store.read() as session:
        rows = {row.person_id: row.next_contact_at for row in session.scalars(select(FollowUp))}
    assert rows == {firm.who("batu").id: None, firm.who("wang").id: now}


def test_a_pooled_lead_is_assigned_by_who_has_all(firm: Firm) -> None:
    lead, wang = firm.add(), firm.who("wang")
    assert firm.do(transfer_lead, "boss", lead, wang, POOLS) == NotYours(lead, None)
    assert firm.do(transfer_lead, "admin", lead, wang, POOLS) == Transferred(lead, wang.id)
    assert firm.history(lead)[-1] == (wang.id, "hohhot", "assign", True)


def test_to_whom_a_lead_may_go(firm: Firm) -> None:
    lead = firm.add("batu")
    assert firm.do(transfer_lead, "lina", lead, firm.who("batu"), POOLS) == SameOwner(lead, firm.who("batu").id)
    for nobody in ("finance", "approver", "boss", "admin"):
        assert firm.do(transfer_lead, "batu", lead, firm.who(nobody), POOLS) == CannotReceive(lead, firm.who(nobody).id)
    assert len(firm.history(lead)) == 1


def test_a_lead_goes_around_and_its_history_has_no_gap(firm: Firm) -> None:
    lead = firm.add()
    for step in range(3):
        firm.store.clock.go(minutes=1)  # type: ignore[attr-defined]
        assert claim(firm, ("batu", "zhang", "wang")[step], lead) == [Claimed(lead)]
        firm.store.clock.go(minutes=1)  # type: ignore[attr-defined]
        firm.do(release_lead, ("batu", "zhang", "wang")[step], lead, "", POOLS)
    history = firm.history(lead)
    assert [how for _, _, how, _ in history] == ["enter", *["claim", "release"] * 3]
    assert [now for *_, now in history] == [False] * 6 + [True]
    assert firm.lead(lead).revision == 7
