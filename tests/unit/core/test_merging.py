"""合并客户: what goes where, by whom, and that all of it comes back."""

from datetime import timedelta
from typing import Any

import pytest
from firm import Firm
from kit.clock import Clock
from kit.invariants import assert_kept
from sqlalchemy import event, insert, select, update

from core.leads.claiming import claim_leads
from core.leads.duplicates import InHand, Number, check_duplicate
from core.leads.intake import NewLead, add_lead
from core.leads.merged import REVERSIBLE, Merge, MergeItem, Moved, merged_into
from core.leads.merging import BothAtWork, Merged, MergePlan, SameCustomer, merge_customers, plan_merge
from core.leads.models import Customer, FollowUp, Lead, LeadState, LeadTag, Ownership, Reveal, Touch
from core.leads.outcomes import AlreadyOpen, Closed, NoSuchLead, NotAllowed, NotYours
from core.leads.queries import briefs, find_leads
from core.leads.reminders import remind
from core.leads.service import log_follow_up, release_lead, transfer_lead
from core.leads.tags import MOST_TAGS, Tag, Tagging
from core.leads.unmerging import (
    AlreadyUndone,
    CameSince,
    MergedSince,
    NoSuchMerge,
    TooLate,
    Unmerged,
    unmerge_customers,
)
from core.people.policy import Verb
from core.store.base import table_of

PHONE, OTHER, THIRD = "13947155501", "13947155502", "13947155503"
ID_NUMBER = "150102199001011230"
WATCHED = (Customer, Lead, Touch, FollowUp, Reveal, LeadTag, Ownership)


@pytest.fixture
def two(firm: Firm, clock: Clock) -> tuple[int, int]:
    """One person, entered twice: batu's lead and, a minute later, zhang's, with all that can hang on one."""
    first = firm.add("batu", phone=PHONE)
    clock.go(minutes=1)
    second = firm.add("zhang", name="刘志", phone=OTHER, id_number=ID_NUMBER)
    firm.add("wang", phone=OTHER, channel="转介绍")
    clock.go(minutes=1)
    firm.do(log_follow_up, "zhang", second, "意向强", clock.now + timedelta(days=1))
    tag(firm, first, "抵押贷")
    tag(firm, second, "抵押贷", "高意向")
    with firm.store.database.write() as session:
        lina = firm.who("lina").id
        session.execute(insert(Reveal).values(person_id=lina, lead_id=second, pool=None, at=clock.now))
    return first, second


def tag(firm: Firm, lead: int, *tags: str) -> None:
    with firm.store.database.write() as session:
        session.execute(insert(LeadTag), [{"lead_id": lead, "tag": each} for each in tags])


def merge(firm: Firm, userid: str, lead: int, other: int) -> Merged:
    outcome = firm.do(merge_customers, userid, lead, other)
    assert isinstance(outcome, Merged)
    return outcome


def undo(firm: Firm, userid: str, merge_id: int) -> object:
    return firm.do(unmerge_customers, userid, merge_id)


def everything(firm: Firm) -> dict[str, list[dict[str, Any]]]:
    """All rows that a merge may touch; how often a lead was changed does not matter."""
    found = {}
    with firm.store.read() as session:
        for table in map(table_of, WATCHED):
            rows = session.execute(select(table).order_by(*table.primary_key)).mappings()
            found[table.name] = [{key: row[key] for key in row if key != "revision"} for row in rows]
    return found


def hanging(firm: Firm, lead: int) -> tuple[int, int, int, list[str]]:
    """Touches, follow-ups, reveals and tags of a lead."""
    with firm.store.read() as session:
        counts = [
            len(session.scalars(select(model.id).where(model.lead_id == lead)).all())
            for model in (Touch, FollowUp, Reveal)
        ]
        tags = session.scalars(select(LeadTag.tag).where(LeadTag.lead_id == lead).order_by(LeadTag.tag)).all()
    return counts[0], counts[1], counts[2], list(tags)


def test_the_plan_says_what_is_then_done(firm: Firm, two: tuple[int, int], clock: Clock) -> None:
    first, second = two
    tomorrow = clock.now + timedelta(days=1)
    plan = firm.do(plan_merge, "lina", first, second)
    none = {Moved.MEDIUM: 0, Moved.COMMENT: 0}
    counts = {Moved.TOUCH: 2, Moved.FOLLOW_UP: 1, Moved.REVEAL: 1, Moved.TAG: 1, **none}
    owners = {first: firm.who("batu").id, second: firm.who("zhang").id}
    assert plan == MergePlan(first, second, 1, first, second, counts, owners, tomorrow, tomorrow)
    assert hanging(firm, second)[0] == 2, "nothing was done yet"
    assert merge(firm, "lina", first, second).plan == plan


def test_of_two_open_leads_the_later_is_closed_and_all_goes_to_the_other(
    firm: Firm, two: tuple[int, int], clock: Clock
) -> None:
    first, second = two
    history = firm.history(second)
    merged = merge(firm, "lina", first, second)
    assert hanging(firm, first) == (3, 1, 1, ["抵押贷", "高意向"])
    assert hanging(firm, second) == (0, 0, 0, ["抵押贷"])
    closed, kept = firm.lead(second), firm.lead(first)
    assert (closed.state, closed.closed_at, closed.customer_id) == (LeadState.CLOSED, clock.now, kept.customer_id)
    assert (kept.state, kept.owner_id) == (LeadState.OPEN, firm.who("batu").id)
    assert firm.history(second) == history, "who had it stays with it"
    assert kept.last_follow_up_at == clock.now
    assert not kept.contacted, "another one's work is not his"
    assert kept.next_contact_at == clock.now + timedelta(days=1), "what the customer was told is kept"
    assert ("customer:merge", f"lead:{first}") in firm.audited("lina")
    assert firm.do(claim_leads, "wang", [second], firm.pools) == [Closed(second)]
    with firm.store.read() as session:
        items = session.scalars(select(MergeItem.what).where(MergeItem.merge_id == merged.merge_id)).all()
    assert sorted(items) == sorted(["customer", "lead", "touch", "touch", "follow_up", "reveal", "tag"])


def test_the_earlier_lead_goes_on_whichever_customer_is_kept(firm: Firm, two: tuple[int, int]) -> None:
    first, second = two
    merged = merge(firm, "lina", second, first)
    assert (merged.plan.into, merged.plan.closes) == (first, second)
    assert firm.lead(first).customer_id == firm.lead(second).customer_id
    assert [row["merged_into_id"] is None for row in customers(firm, PHONE, OTHER)] == [False, True]


def customers(firm: Firm, *phones: str) -> list[dict[str, Any]]:
    with firm.store.read() as session:
        rows = [
            session.execute(
                select(table_of(Customer)).where(
                    Customer.phone_index.in_(firm.store.vault.indexes("customer.phone", phone))
                )
            )
            for phone in phones
        ]
        return [dict(row.mappings().one()) for row in rows]


def test_a_lead_with_an_application_goes_on_and_of_two_such_neither_is_closed(
    firm: Firm, two: tuple[int, int], clock: Clock
) -> None:
    first, second = two
    change(firm, second, live_application=True)
    plan = firm.do(plan_merge, "lina", first, second)
    assert isinstance(plan, MergePlan)
    assert (plan.into, plan.closes) == (second, first)
    change(firm, first, disbursed_at=clock.now)
    assert isinstance(firm.do(merge_customers, "lina", first, second), BothAtWork)


def change(firm: Firm, lead: int, **values: object) -> None:
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(values))


def test_what_one_person_did_on_both_counts_for_the_one_that_goes_on(firm: Firm, clock: Clock) -> None:
    first, second = firm.add("batu", phone=PHONE), firm.add("batu", phone=OTHER)
    clock.go(minutes=5)
    tomorrow = clock.now + timedelta(days=1)
    firm.do(log_follow_up, "batu", second, "意向强", tomorrow)
    merge(firm, "lina", first, second)
    kept = firm.lead(first)
    assert (kept.contacted, kept.idle_since, kept.next_contact_at) == (True, clock.now, tomorrow)


@pytest.mark.parametrize(
    ("mine", "other", "kept"),
    [
        (None, 24, 24),
        (48, 24, 24),
        (12, 24, 12),
        (-1, 24, 24),  # he is late: the customer waits for the other time now
        (-1, None, -1),
        (24, -1, 24),
        (None, -1, None),
        (None, None, None),
    ],
)
def test_of_two_owners_appointments_the_earlier_to_come_goes_on_and_comes_back(
    firm: Firm, clock: Clock, mine: int | None, other: int | None, kept: int | None
) -> None:
    first, second = firm.add("batu", phone=PHONE), firm.add("zhang", phone=OTHER)
    clock.go(minutes=1)
    hours = {first: mine, second: other}
    for lead_id, ahead in hours.items():
        at = clock.now + timedelta(hours=ahead) if ahead else None
        with firm.store.database.write() as session:
            session.execute(update(Lead).where(Lead.id == lead_id).values(next_contact_at=at))
    number = merge(firm, "lina", first, second).merge_id
    assert firm.lead(first).next_contact_at == (clock.now + timedelta(hours=kept) if kept else None)
    assert isinstance(undo(firm, "lina", number), Unmerged)
    for lead_id, ahead in hours.items():
        assert firm.lead(lead_id).next_contact_at == (clock.now + timedelta(hours=ahead) if ahead else None)


def test_an_appointment_that_came_goes_back_though_he_worked_on_it_since(
    firm: Firm, two: tuple[int, int], clock: Clock
) -> None:
    first, second = two
    number = merge(firm, "lina", first, second).merge_id
    firm.do(transfer_lead, "lina", first, firm.who("wang"), firm.pools)
    assert firm.lead(first).next_contact_at == clock.now + timedelta(days=1)
    assert isinstance(undo(firm, "boss", number), Unmerged)
    assert firm.lead(first).next_contact_at is None
    assert firm.lead(second).next_contact_at == clock.now + timedelta(days=1)


def test_what_he_agreed_himself_since_stays_his(firm: Firm, two: tuple[int, int], clock: Clock) -> None:
    first, second = two
    number = merge(firm, "lina", first, second).merge_id
    later = clock.now + timedelta(days=3)
    firm.do(log_follow_up, "batu", first, "改约", later)
    assert isinstance(undo(firm, "boss", number), Unmerged)
    assert firm.lead(first).next_contact_at == later


def test_in_a_pool_nobody_keeps_an_appointment(firm: Firm, clock: Clock) -> None:
    first = firm.add("admin", phone=PHONE)
    clock.go(minutes=1)
    second = firm.add("zhang", phone=OTHER)
    firm.do(log_follow_up, "zhang", second, "面谈", clock.now + timedelta(days=1))
    plan = merge(firm, "admin", first, second).plan
    assert (plan.agreed, plan.next_contact) == (clock.now + timedelta(days=1), None)
    assert firm.lead(first).next_contact_at is None


def test_either_phone_the_id_number_and_both_names_find_the_one_customer(firm: Firm, two: tuple[int, int]) -> None:
    first, second = two
    merge(firm, "lina", first, second)
    for words, found in ((PHONE, [first, second]), (OTHER, [first, second]), ("刘志", [first, second])):
        with firm.store.read() as session:
            lina, now = firm.who("lina"), firm.store.clock()
            assert list(find_leads(session, firm.store.vault, lina, words, now)) == found, words
    for number in (Number("phone", PHONE), Number("phone", OTHER), Number("id_number", ID_NUMBER)):
        check = firm.do(check_duplicate, "bai", number, firm.pools)
        assert isinstance(check, InHand)
        assert (check.lead_id, check.name) == (first, "刘**"), number
    for phone in (PHONE, OTHER):
        again = firm.do(add_lead, "zhou", NewLead("刘志强", phone, "抖音", region="150102"), firm.pools)
        assert isinstance(again, AlreadyOpen)
        assert again.lead_id == first
    fresh = firm.do(add_lead, "zhou", NewLead("刘志强", THIRD, "抖音", ID_NUMBER, region="150102"), firm.pools)
    assert isinstance(fresh, AlreadyOpen)
    assert fresh.lead_id == first


def test_undone_it_is_exactly_as_it_was(firm: Firm, two: tuple[int, int], clock: Clock) -> None:
    first, second = two
    for userid, one, other in (("lina", first, second), ("admin", second, first), ("boss", first, second)):
        before = everything(firm)
        number = merge(firm, userid, one, other).merge_id
        assert everything(firm) != before
        clock.go(days=6)
        outcome = undo(firm, "lina", number)
        assert isinstance(outcome, Unmerged)
        assert (outcome.reopened, set(outcome.owners)) == (second, {first, second})
        for lead in before["lead"]:
            if lead["id"] == second:  # while it was closed its owner's time stood still
                lead |= {name: lead[name] + timedelta(days=6) for name in ("owned_at", "idle_since")}
        assert everything(firm) == before
        assert_kept(firm.store, settled=False)
        clock.go(days=1)  # a workday again
    assert ("customer:unmerge", f"lead:{first}") in firm.audited("lina")


def test_one_who_has_only_old_leads_goes_over_with_them_and_comes_back(firm: Firm) -> None:
    first, second = firm.add("batu", phone=PHONE), firm.add("batu", phone=OTHER)
    firm.close(second)
    before = everything(firm)
    merged = merge(firm, "lina", first, second)
    assert (merged.plan.leads, merged.plan.closes) == (1, None)
    assert firm.lead(second).customer_id == firm.lead(first).customer_id
    assert isinstance(undo(firm, "lina", merged.merge_id), Unmerged)
    assert everything(firm) == before
    other_way = merge(firm, "lina", second, first)
    assert firm.lead(first).customer_id == firm.lead(second).customer_id
    assert isinstance(undo(firm, "lina", other_way.merge_id), Unmerged)
    assert everything(firm) == before


def test_what_came_since_stays_where_it_came(firm: Firm, two: tuple[int, int], clock: Clock) -> None:
    first, second = two
    number = merge(firm, "lina", first, second).merge_id
    clock.go(hours=1)
    firm.do(log_follow_up, "batu", first, "再联系", None)
    firm.do(transfer_lead, "lina", first, firm.who("wang"), firm.pools)
    with firm.store.database.write() as session:
        session.execute(table_of(LeadTag).delete().where(LeadTag.tag == "高意向"))
    tag(firm, first, "急用")
    assert isinstance(undo(firm, "boss", number), Unmerged)
    assert hanging(firm, first) == (1, 1, 0, ["急用", "抵押贷"])
    assert hanging(firm, second) == (2, 1, 1, ["抵押贷"]), "a tag that was taken off is off"
    assert firm.lead(first).owner_id == firm.who("wang").id
    assert firm.lead(first).last_follow_up_at == clock.now
    assert (firm.lead(second).state, firm.lead(second).owner_id) == (LeadState.OPEN, firm.who("zhang").id)


def test_a_follow_up_that_goes_back_is_no_longer_the_last_of_the_other(
    firm: Firm, two: tuple[int, int], clock: Clock
) -> None:
    first, second = two
    number = merge(firm, "lina", first, second).merge_id
    firm.do(transfer_lead, "lina", first, firm.who("wang"), firm.pools)
    assert isinstance(undo(firm, "boss", number), Unmerged)
    assert firm.lead(first).last_follow_up_at is None
    assert firm.lead(second).last_follow_up_at == clock.now


def test_it_is_undone_once_and_for_seven_days(firm: Firm, two: tuple[int, int], clock: Clock) -> None:
    first, second = two
    number = merge(firm, "lina", first, second).merge_id
    assert undo(firm, "lina", number + 1) == NoSuchMerge(number + 1)
    assert isinstance(undo(firm, "lina", number), Unmerged)
    assert undo(firm, "lina", number) == AlreadyUndone(number, clock.now)
    again = merge(firm, "lina", first, second).merge_id
    merged_at = clock.now
    clock.go(days=7)
    assert undo(firm, "lina", again) == TooLate(again, merged_at + REVERSIBLE)


def test_a_chain_of_merges_is_undone_from_its_end(firm: Firm, two: tuple[int, int]) -> None:
    first, second = two
    third = firm.add("batu", phone=THIRD)
    before = everything(firm)
    one = merge(firm, "lina", first, second).merge_id
    between = everything(firm)
    two_ = merge(firm, "lina", third, first).merge_id
    aliases = customers(firm, PHONE, OTHER, THIRD)
    assert [row["merged_into_id"] for row in aliases] == [aliases[2]["id"], aliases[2]["id"], None], "no chain of words"
    assert undo(firm, "lina", one) == MergedSince(one, two_)
    assert isinstance(undo(firm, "lina", two_), Unmerged)
    assert everything(firm) == between
    assert isinstance(undo(firm, "lina", one), Unmerged)
    assert everything(firm) == before


def test_a_chain_of_merged_leads_leads_to_the_one_that_goes_on(firm: Firm, two: tuple[int, int]) -> None:
    """Was: to the next one, which is closed as well."""
    first, second = two
    third = firm.add("batu", phone=THIRD)
    merge(firm, "lina", second, third)
    merge(firm, "lina", first, second)
    with firm.store.read() as session:
        assert [merged_into(session, lead) for lead in (first, second, third)] == [None, first, first]


def test_of_a_group_of_tags_it_keeps_its_own(firm: Firm, two: tuple[int, int]) -> None:
    first, second = two
    tag(firm, first, "低意向")
    tagging = Tagging(tags=(Tag("高意向", group="意向"), Tag("低意向", group="意向")))
    plan = firm.do(plan_merge, "lina", first, second, tagging)
    assert isinstance(plan, MergePlan)
    assert plan.counts[Moved.TAG] == 0
    before = hanging(firm, second)[3]
    outcome = firm.do(merge_customers, "lina", first, second, tagging)
    assert isinstance(outcome, Merged)
    assert hanging(firm, first)[3] == ["低意向", "抵押贷"]
    undo(firm, "lina", outcome.merge_id)
    assert hanging(firm, second)[3] == before


def test_it_gets_no_more_tags_than_a_lead_may_have(firm: Firm, two: tuple[int, int]) -> None:
    first, second = two
    tag(firm, first, *(f"标签{number}" for number in range(MOST_TAGS - 2)))
    tag(firm, second, "又一个", "再一个")
    merge(firm, "lina", first, second)
    assert len(hanging(firm, first)[3]) == MOST_TAGS


def test_who_was_reminded_of_a_time_on_the_one_is_not_again_on_the_other(firm: Firm, clock: Clock) -> None:
    first = firm.add("batu", phone=PHONE)
    clock.go(minutes=1)
    second = firm.add("batu", name="刘志", phone=OTHER)
    firm.do(log_follow_up, "batu", second, "聊过", clock.now + timedelta(hours=1))
    clock.go(hours=1, minutes=1)
    assert firm.work(remind) == 1
    merge(firm, "lina", first, second)
    assert firm.lead(first).next_contact_at is not None
    assert firm.work(remind) == 0


def test_who_has_left_meanwhile_neither_merges_nor_parts(firm: Firm, two: tuple[int, int]) -> None:
    """His rights are read again when his turn comes: on SQLite nobody else writes from before they were read."""
    if firm.store.database.dialect != "postgresql":
        pytest.skip("one writer")
    done = merge(firm, "lina", *two)
    third = firm.add("batu", phone=THIRD)
    lina = firm.who("lina")
    firm.leaves("lina")
    assert firm.work(lambda unit: merge_customers(unit, lina, two[0], third)) == NotAllowed(Verb.MERGE)
    assert firm.work(lambda unit: unmerge_customers(unit, lina, done.merge_id)) == NotAllowed(Verb.MERGE)


def test_it_is_not_undone_against_what_came_since(firm: Firm, two: tuple[int, int]) -> None:
    first, second = two
    number = merge(firm, "lina", second, first).merge_id  # the customer of the later lead is kept, his lead is closed
    change(firm, first, state=LeadState.CLOSED.value)
    new = firm.add("wang", phone=OTHER)
    assert undo(firm, "boss", number) == CameSince(number, second, new)
    change(firm, new, state=LeadState.CLOSED.value)
    assert isinstance(undo(firm, "boss", number), Unmerged)


def test_what_was_a_leavers_is_opened_again_into_its_pool(firm: Firm, two: tuple[int, int], clock: Clock) -> None:
    """Was refused for ever."""
    first, second = two
    number = merge(firm, "lina", first, second).merge_id
    zhang = firm.leaves("zhang")
    clock.go(days=2)
    outcome = undo(firm, "lina", number)
    owners = {first: firm.who("batu").id, second: None}
    assert outcome == Unmerged(number, first, second, second, owners, zhang, "hohhot")
    lead = firm.lead(second)
    assert (lead.state, lead.owner_id, lead.pooled_at) == (LeadState.OPEN, None, clock.now)
    assert firm.history(second)[-1] == (None, "hohhot", "release", True)
    assert hanging(firm, second) == (2, 1, 1, ["抵押贷", "高意向"]), "with all that was his"
    assert_kept(firm.store, settled=False)


def test_who_may(firm: Firm, two: tuple[int, int]) -> None:
    first, second = two
    for userid in ("batu", "zhang", "finance", "approver"):
        for outcome in (firm.do(merge_customers, userid, first, second), firm.do(plan_merge, userid, first, 999)):
            assert outcome == NotAllowed(Verb.MERGE), userid
        assert ("customer:merge:denied", "customer") in firm.audited(userid)
    assert firm.do(merge_customers, "bai", first, second) == NotYours(first, firm.who("batu").id)
    firm.do(release_lead, "zhang", second, "联系不上", firm.pools)
    assert firm.do(merge_customers, "lina", first, second) == NotYours(second, None), "what waits is nobody's"
    assert firm.do(merge_customers, "admin", first, 999) == NoSuchLead(999)
    elsewhere = firm.add("zhou", phone=THIRD)
    assert firm.do(merge_customers, "boss", first, elsewhere) == NotYours(elsewhere, firm.who("zhou").id)
    number = merge(firm, "admin", first, elsewhere).merge_id
    assert firm.do(merge_customers, "admin", first, elsewhere) == SameCustomer(first, elsewhere)
    for userid, refused in (("batu", NotAllowed(Verb.MERGE)), ("boss", NotYours(elsewhere, firm.who("zhou").id))):
        assert undo(firm, userid, number) == refused
    assert isinstance(undo(firm, "admin", number), Unmerged)


def test_a_manager_does_not_reach_an_open_lead_of_others_through_an_old_one_of_his(firm: Firm) -> None:
    old = firm.add("batu", phone=PHONE)
    firm.close(old)
    theirs = firm.add("zhou", phone=PHONE)
    mine = firm.add("batu", phone=OTHER)
    assert firm.do(merge_customers, "lina", mine, old) == NotYours(theirs, firm.who("zhou").id)


def test_each_merge_is_one_row_and_the_undone_ones_stay(firm: Firm, two: tuple[int, int], clock: Clock) -> None:
    first, second = two
    undo(firm, "lina", merge(firm, "lina", first, second).merge_id)
    with firm.store.read() as session:
        (row,) = session.scalars(select(Merge)).all()
    lina = firm.who("lina").id
    assert (row.by_id, row.undone_by_id, row.undone_at) == (lina, lina, clock.now)


def test_closed_leads_in_a_list_are_looked_up_together(firm: Firm, clock: Clock) -> None:
    """What goes on with somebody else is masked for who had it, by one look for all of the list."""
    closed = []
    for number in range(4):
        other = firm.add("batu", phone=f"1394715560{number}")
        clock.go(minutes=1)
        closed.append(firm.add("zhang", phone=f"1394715561{number}"))
        merge(firm, "lina", other, closed[-1])
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.extend(sql for sql in (str(given[2]),) if sql.startswith("SELECT"))

    zhang = firm.who("zhang")
    event.listen(firm.store.database.reader, "before_cursor_execute", note)
    try:
        with firm.store.read() as session:
            found = briefs(session, firm.store.vault, zhang, closed, firm.pools)
    finally:
        event.remove(firm.store.database.reader, "before_cursor_execute", note)
    assert [("*" in str(found[lead].phone), found[lead].mine) for lead in closed] == [(True, True)] * 4
    assert len(asked) == 2
