"""客户联系 in core: whose lead a contact is, once and the same customer, and what a phone changes."""

from dataclasses import replace
from typing import Any

import pytest
from firm import Firm
from kit.clock import Clock
from kit.invariants import assert_kept
from sqlalchemy import func, select

from core.leads.commented import Comment, comment_place
from core.leads.duplicates import DuplicateCheck, Number, check_duplicate
from core.leads.external import ExternalContact, ExternalFollow, friends_of, state_place, userid_place
from core.leads.external_arrivals import (
    Befriended,
    NewContact,
    Taken,
    contact_added,
    contact_changed,
    contact_gone,
)
from core.leads.marking import Wanted, set_tags
from core.leads.marking_outcomes import Tagged
from core.leads.merging import Merged, merge_customers
from core.leads.models import Customer, Lead, LeadState, LeadTag, Touch, name_place
from core.leads.outcomes import Added, AlreadyOpen, HasPhone, LimitReached, NotYours, PhoneElsewhere
from core.leads.phones import Joined, PhoneGiven, PhoneNoted, add_phone
from core.leads.pools import HoldingRule
from core.leads.tags import Tag, Tagging
from core.leads.unmerging import Unmerged, unmerge_customers
from core.privacy import Vault
from core.store.unit import Store

PHONE, OTHER = "13947200001", "13947200002"
NO_GROUPS = Tagging()


def new(userid: str = "wm1", **more: Any) -> NewContact:
    return NewContact(userid=userid, **({"nickname": "萨仁", "channel": "企业微信"} | more))


def add(firm: Firm, by: str | None = "batu", userid: str = "wm1", **more: Any) -> Taken | None:
    """`by` has the contact among his own from now on."""
    actor = firm.who(by) if by else None
    return firm.work(lambda unit: contact_added(unit, actor, new(userid, **more), firm.pools, NO_GROUPS))


def lead_of(firm: Firm, by: str = "batu", userid: str = "wm1", **more: Any) -> int:
    outcome = add(firm, by, userid, **more)
    assert isinstance(outcome, Befriended)
    return outcome.lead_id


def change(firm: Firm, by: str = "batu", userid: str = "wm1", **more: Any) -> Taken | None:
    return firm.do(contact_changed, by, new(userid, **more), firm.pools, NO_GROUPS)


def phone(firm: Firm, by: str, lead: int, number: str = PHONE, tagging: Tagging = NO_GROUPS) -> object:
    return firm.do(add_phone, by, lead, number, firm.pools, tagging)


def count(firm: Firm, what: type) -> int:
    with firm.store.read() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def touches(firm: Firm, lead: int) -> list[str]:
    with firm.store.read() as session:
        return list(session.scalars(select(Touch.channel).where(Touch.lead_id == lead).order_by(Touch.id)))


def customer(firm: Firm, lead: int) -> Customer:
    with firm.store.read() as session:
        return session.scalars(select(Customer).join(Lead).where(Lead.id == lead)).one()


def test_a_new_contact_is_the_officers_lead(firm: Firm) -> None:
    lead = lead_of(firm, product="car", note="备注", state="dy01", way=1)
    row, batu = firm.lead(lead), firm.who("batu").id
    assert (row.owner_id, row.channel, row.product, row.state) == (batu, "企业微信", "car", "open")
    assert firm.history(lead) == [(batu, "all", "enter", True)]
    assert customer(firm, lead).phone is customer(firm, lead).phone_index is None
    assert_kept(firm.store)


def test_what_is_kept_of_a_contact_is_sealed(firm: Firm) -> None:
    lead_of(firm, state="dy01", note="急用")
    with firm.store.read() as session:
        contact, followed = (
            session.scalars(select(ExternalContact)).one(),
            session.scalars(select(ExternalFollow)).one(),
        )
    vault = firm.store.vault
    assert vault.open(userid_place(contact.id), contact.userid) == "wm1"
    assert vault.open(state_place(contact.id, followed.person_id), followed.state or b"") == "dy01"


def test_the_same_event_again_is_nothing_new(firm: Firm) -> None:
    lead = lead_of(firm)
    assert add(firm) is None
    assert touches(firm, lead) == ["企业微信"]


def test_two_officers_have_one_customer_and_nothing_changes_hands(firm: Firm) -> None:
    lead = lead_of(firm)
    assert add(firm, "zhang", channel="抖音") == AlreadyOpen(lead, firm.who("batu").id, "all")
    assert firm.lead(lead).owner_id == firm.who("batu").id
    assert touches(firm, lead) == ["企业微信", "抖音"]
    with firm.store.read() as session:
        assert [friend.who for friend in friends_of(session, customer(firm, lead).id)] == ["巴图", "张三"]


def test_a_customer_whose_lead_is_closed_gets_another(firm: Firm) -> None:
    first = lead_of(firm)
    firm.close(first)
    second = add(firm, "zhang")
    assert isinstance(second, Befriended)
    assert second.lead_id != first
    assert count(firm, Customer) == 1


def test_one_who_comes_back_with_a_phone_has_it(firm: Firm) -> None:
    firm.close(lead_of(firm))
    again = add(firm, "zhang", phones=(PHONE,))
    assert isinstance(again, Befriended)
    assert firm.add("wang", phone=PHONE) == again.lead_id


def test_over_the_cap_he_is_his_all_the_same(firm: Firm) -> None:
    firm.pools = replace(firm.pools, holding=(HoldingRule(1),))
    firm.add("batu")
    outcome = add(firm)
    assert isinstance(outcome, Befriended)
    assert outcome.over is not None
    assert (outcome.over.used, outcome.over.limit) == (1, 1)
    assert firm.lead(outcome.lead_id).owner_id == firm.who("batu").id


@pytest.mark.parametrize("by", ["admin", "boss", "finance", None])
def test_who_works_no_leads_leaves_it_to_the_pool(firm: Firm, by: str | None) -> None:
    outcome = add(firm, by)
    assert isinstance(outcome, Added)
    assert firm.lead(outcome.lead_id).owner_id is None
    assert add(firm, by) is None


def test_a_phone_that_was_noted_finds_its_customer(firm: Firm) -> None:
    theirs = firm.add("zhang", phone=PHONE)
    assert add(firm, phones=(OTHER, PHONE)) == AlreadyOpen(theirs, firm.who("zhang").id, "hohhot")
    assert add(firm, "wang") == AlreadyOpen(theirs, firm.who("zhang").id, "hohhot"), "and now he is known by his id too"
    assert count(firm, Customer) == 1


def test_his_own_customer_gets_the_contact(firm: Firm) -> None:
    own = firm.add("batu", phone=PHONE)
    assert add(firm, phones=(PHONE,)) == AlreadyOpen(own, firm.who("batu").id, "hohhot")
    assert touches(firm, own) == ["抖音", "企业微信"]


def test_two_accounts_of_one_person_are_one_customer(firm: Firm) -> None:
    lead = lead_of(firm, phones=(PHONE,))
    assert add(firm, "batu", "wm2", phones=(PHONE,)) == AlreadyOpen(lead, firm.who("batu").id, "all")
    assert count(firm, Customer) == 1
    assert count(firm, ExternalContact) == 2


def test_the_phone_comes_later_once_and_finds_him(firm: Firm) -> None:
    lead = lead_of(firm)
    assert phone(firm, "batu", lead) == PhoneGiven(lead)
    assert phone(firm, "batu", lead) == PhoneGiven(lead, new=False)
    assert phone(firm, "batu", lead, OTHER) == HasPhone(lead)
    assert firm.add("zhang", phone=PHONE) == lead
    assert ("customer:phone", f"lead:{lead}") in firm.audited("batu")


def test_what_the_officer_notes_gives_the_phone(firm: Firm) -> None:
    lead = lead_of(firm)
    assert change(firm, remark="张伟·某", phones=(PHONE,)) == PhoneGiven(lead)
    assert change(firm, remark="李四", phones=(OTHER,)) is None
    assert firm.add("zhang", phone=PHONE) == lead
    person = customer(firm, lead)
    assert firm.store.vault.open(name_place(person.id), person.name) == "张伟·某", "the first name that he gives counts"
    assert person.given_name_index == firm.store.vault.index("customer.name", "张伟")


def test_what_somebody_else_notes_changes_nothing(firm: Firm) -> None:
    lead = lead_of(firm)
    firm.add("wang", phone=PHONE)
    add(firm, "zhang", phones=(PHONE,))
    assert change(firm, "zhang", remark="别人", phones=(PHONE,)) is None
    assert customer(firm, lead).phone_index is None
    assert firm.lead(lead).state == LeadState.OPEN


def test_a_contact_of_before_is_no_lead_when_it_is_edited(firm: Firm) -> None:
    assert change(firm, phones=(PHONE,)) is None
    assert count(firm, Lead) == count(firm, ExternalContact) == 0


@pytest.mark.parametrize("older", ["contact", "phone"])
def test_the_phones_lead_goes_on_however_late_it_came(firm: Firm, older: str) -> None:
    """Nobody gets a colleague's customer by adding a friend and typing a phone."""
    if older == "contact":
        lead = lead_of(firm)
        firm.store.clock.go(days=1)  # type: ignore[attr-defined]
    theirs = firm.add("zhang", phone=PHONE)
    if older == "phone":
        firm.store.clock.go(days=1)  # type: ignore[attr-defined]
        lead = lead_of(firm)
    outcome = phone(firm, "batu", lead)
    assert isinstance(outcome, Joined)
    assert (outcome.into, outcome.owner_id) == (theirs, firm.who("zhang").id)
    assert firm.lead(lead).state == LeadState.CLOSED
    assert firm.lead(theirs).owner_id == firm.who("zhang").id
    assert sorted(touches(firm, theirs)) == ["企业微信", "抖音"]
    assert add(firm, "wang") == AlreadyOpen(theirs, firm.who("zhang").id, "hohhot"), "his contact is the other's now"
    undone = firm.do(unmerge_customers, "boss", outcome.merge_id)
    assert isinstance(undone, Unmerged)
    assert firm.lead(lead).owner_id == firm.who("batu").id
    assert customer(firm, lead).phone_index is None
    assert_kept(firm.store)


def test_of_a_group_of_tags_the_joined_lead_keeps_its_own(firm: Firm) -> None:
    theirs, lead = firm.add("zhang", phone=PHONE), lead_of(firm)
    tagging = Tagging(tags=(Tag("高意向", group="意向"), Tag("低意向", group="意向")))
    for one, word in ((theirs, "低意向"), (lead, "高意向")):
        assert isinstance(firm.do(set_tags, "boss", one, Wanted((word,)), tagging), Tagged)
    assert isinstance(phone(firm, "batu", lead, tagging=tagging), Joined)
    with firm.store.read() as session:
        assert session.scalars(select(LeadTag.tag).where(LeadTag.lead_id == theirs)).all() == ["低意向"]


def test_who_came_before_and_has_no_open_lead_is_joined(firm: Firm) -> None:
    old = firm.add("zhang", phone=PHONE)
    firm.close(old)
    lead = lead_of(firm)
    outcome = phone(firm, "batu", lead)
    assert isinstance(outcome, Joined)
    assert (outcome.into, outcome.owner_id) == (lead, firm.who("batu").id)
    assert customer(firm, lead).id == customer(firm, old).id
    assert_kept(firm.store)


def test_of_a_lead_in_a_pool_he_is_the_first_to_have_it_by_the_rules(firm: Firm) -> None:
    waiting, shut = firm.add(phone=PHONE), firm.add(phone=OTHER, region="150202")
    first = phone(firm, "batu", lead_of(firm))
    assert isinstance(first, Joined)
    assert (first.into, first.owner_id, first.stop) == (waiting, firm.who("batu").id, None)
    second = phone(firm, "zhou", lead_of(firm, "zhou", "wm2"), OTHER)
    assert isinstance(second, Joined)
    assert (second.into, second.owner_id) == (shut, firm.who("zhou").id)
    for merge in (second.merge_id, first.merge_id):
        assert isinstance(firm.do(unmerge_customers, "admin", merge), Unmerged)
    assert_kept(firm.store)


def test_what_he_may_not_claim_he_does_not_get_by_a_phone(firm: Firm) -> None:
    waiting = firm.add(phone=PHONE)  # in the pool of 呼和浩特, which 周敏 of 包头 does not work
    outcome = phone(firm, "zhou", lead_of(firm, "zhou"))
    assert isinstance(outcome, Joined)
    assert outcome.owner_id is None
    assert outcome.stop is not None
    assert firm.lead(waiting).owner_id is None


def test_a_lead_with_an_application_is_not_closed_by_a_phone(firm: Firm) -> None:
    from sqlalchemy import update

    lead = lead_of(firm)
    firm.add("zhang", phone=PHONE)
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(live_application=True))
    assert phone(firm, "batu", lead) == PhoneElsewhere(lead)


@pytest.mark.parametrize("by", ["zhang", "zhou"])
def test_nobody_else_gives_the_phone(firm: Firm, by: str) -> None:
    lead = lead_of(firm)
    assert phone(firm, by, lead) == NotYours(lead, firm.who("batu").id)
    assert isinstance(phone(firm, "boss", lead), PhoneGiven)


def test_the_customer_leaves_and_comes_again(firm: Firm) -> None:
    lead = lead_of(firm)
    assert firm.work(lambda unit: contact_gone(unit, firm.who("batu").id, "wm1", "customer"))
    assert not firm.work(lambda unit: contact_gone(unit, firm.who("batu").id, "wm1", "customer"))
    (gone,) = firm.whole("batu", lead).friends  # type: ignore[union-attr]
    assert gone.gone_by == "customer"
    assert add(firm) == AlreadyOpen(lead, firm.who("batu").id, "all")
    (back,) = firm.whole("batu", lead).friends  # type: ignore[union-attr]
    assert back.gone_at is None


def test_who_is_no_contact_is_not_gone(firm: Firm) -> None:
    lead_of(firm)
    assert not firm.work(lambda unit: contact_gone(unit, firm.who("zhang").id, "wm1", "member"))
    assert not firm.work(lambda unit: contact_gone(unit, firm.who("batu").id, "wm9", "member"))


def test_a_merge_by_hand_takes_the_contact_along(firm: Firm) -> None:
    kept, gone = firm.add("batu", phone=PHONE), lead_of(firm)
    assert isinstance(firm.do(merge_customers, "boss", kept, gone), Merged)
    assert add(firm, "zhang") == AlreadyOpen(kept, firm.who("batu").id, "hohhot")


def test_while_a_key_is_rotated_a_contact_is_found_by_either(firm: Firm) -> None:
    lead = lead_of(firm)
    during = Firm(Store(firm.store.database, Vault(b"n" * 32, b"k" * 32), clock=firm.store.clock))
    assert add(during, "zhang") == AlreadyOpen(lead, firm.who("batu").id, "all")
    assert count(firm, ExternalContact) == 1


THIRD = "13947200003"


def noted(firm: Firm, lead: int) -> list[str]:
    """What was written down on the lead."""
    with firm.store.read() as session:
        rows = session.scalars(select(Comment).where(Comment.lead_id == lead).order_by(Comment.id)).all()
    return [firm.store.vault.open(comment_place(row.id), row.content) for row in rows]


def test_a_phone_that_is_noted_counts_as_one_that_is_checked(firm: Firm) -> None:
    theirs = firm.add("zhang", phone=PHONE)
    lead = lead_of(firm)
    assert isinstance(change(firm, phones=(OTHER, PHONE)), Joined)
    assert count(firm, DuplicateCheck) == 2, "each that was looked up, once"
    assert firm.lead(lead).state == LeadState.CLOSED
    firm.pools = replace(firm.pools, daily_checks=2)
    assert isinstance(firm.do(check_duplicate, "batu", Number("phone", THIRD), firm.pools), LimitReached)
    assert not isinstance(firm.do(check_duplicate, "batu", Number("phone", PHONE), firm.pools), LimitReached)
    assert firm.audited("batu").count(("lead:check", "lead")) == 2
    assert firm.lead(theirs).owner_id == firm.who("zhang").id


@pytest.mark.parametrize("whose", ["zhang", None])
def test_beyond_the_quota_a_phone_is_written_down_and_nothing_told_by_it(firm: Firm, whose: str | None) -> None:
    theirs = firm.add(whose, phone=PHONE) if whose else None
    firm.pools = replace(firm.pools, daily_checks=1)
    firm.do(check_duplicate, "batu", Number("phone", THIRD), firm.pools)
    lead = lead_of(firm)
    outcome = change(firm, phones=(PHONE,))
    assert isinstance(outcome, PhoneNoted)
    assert (outcome.lead_id, outcome.stop.used, outcome.stop.limit, outcome.new) == (lead, 1, 1, True)
    again = change(firm, phones=(PHONE,))
    assert isinstance(again, PhoneNoted)
    assert not again.new
    assert isinstance(phone(firm, "batu", lead), PhoneNoted), "nor by 补手机"
    assert noted(firm, lead) == [PHONE], "once"
    assert customer(firm, lead).phone is None
    assert firm.lead(lead).state == LeadState.OPEN
    assert ("lead:check:limit", f"lead:{lead}") in firm.audited("batu")
    whole = firm.whole("zhang", lead)
    assert whole is None or PHONE not in repr(whole)
    if theirs is not None:
        assert firm.lead(theirs).owner_id == firm.who("zhang").id
        assert isinstance(firm.do(merge_customers, "lina", theirs, lead), Merged), "who is over both may"
    assert_kept(firm.store, settled=False)


@pytest.mark.parametrize("whose", ["zhang", None])
def test_a_new_contact_beyond_the_quota_is_a_new_customer(firm: Firm, whose: str | None) -> None:
    if whose:
        firm.add(whose, phone=PHONE)
    firm.pools = replace(firm.pools, daily_checks=0)
    outcome = add(firm, phones=(PHONE,))
    assert isinstance(outcome, Befriended)
    assert outcome.noted is not None
    assert noted(firm, outcome.lead_id) == [PHONE]
    waiting = add(firm, "boss", "wm2", phones=(OTHER,))
    assert isinstance(waiting, Added)
    assert noted(firm, waiting.lead_id) == [OTHER]


def test_the_next_day_it_is_looked_up(firm: Firm, clock: Clock) -> None:
    firm.add("zhang", phone=PHONE)
    firm.pools = replace(firm.pools, daily_checks=1)
    firm.do(check_duplicate, "batu", Number("phone", THIRD), firm.pools)
    lead = lead_of(firm)
    assert isinstance(phone(firm, "batu", lead), PhoneNoted)
    clock.go(days=1)
    assert isinstance(phone(firm, "batu", lead), Joined)


def test_the_customers_own_phone_is_free(firm: Firm) -> None:
    lead = lead_of(firm, phones=(PHONE,))
    firm.pools = replace(firm.pools, daily_checks=0)
    assert phone(firm, "batu", lead) == PhoneGiven(lead, new=False)
    assert phone(firm, "batu", lead, OTHER) == HasPhone(lead)
