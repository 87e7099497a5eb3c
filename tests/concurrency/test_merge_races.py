"""Merges against merges, claims, follow-ups and arrivals at one instant: one customer, one open lead, nothing lost."""

import threading
from collections.abc import Callable, Sequence
from itertools import count

import pytest
from kit.barriers import at_once, until
from kit.company import Company
from kit.invariants import assert_kept, i2_one_effect_an_event, i3_one_owner, i4_permitted_moves, i9_chain
from sqlalchemy import func, select, text, update

from core.handover.models import Aim
from core.handover.outcomes import Begun, Proposed
from core.handover.service import confirm, propose
from core.leads.claiming import claim_leads
from core.leads.intake import NewLead, add_lead
from core.leads.merged import HANGING, Merge
from core.leads.merging import Merged, merge_customers
from core.leads.models import Customer, FollowUp, Lead, LeadState, Touch
from core.leads.outcomes import AlreadyOpen, Claimed, Closed, Logged
from core.leads.service import log_follow_up
from core.leads.unmerging import Unmerged, unmerge_customers
from core.people.policy import Actor
from jobs.handing_over import rules_of

ROUNDS = 8
_phones = count(13947200000)


def phone() -> str:
    return str(next(_phones))


def doing(company: Company, verb: Callable[..., object], userid: str, *args: object) -> Callable[[], object]:
    """One verb by one person, in a unit of its own, as the intake does it: again after a deadlock."""
    store, actor = company.runtime.store, company.person(userid).actor

    def work() -> object:
        with store.unit(request_id="race") as unit:
            return verb(unit, actor, *args)

    return lambda: store.database.attempt(work)


def close(company: Company, lead: int) -> None:
    with company.runtime.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(state=LeadState.CLOSED))


def assert_one_person(company: Company, *phones: str) -> int:
    """All these phones are one customer's, who has all the leads, and of them one is open: its number."""
    with company.runtime.store.read() as session:
        vault = company.runtime.store.vault
        whose = set()
        for number in phones:
            found = Customer.phone_index.in_(vault.indexes("customer.phone", number))
            whose |= set(session.scalars(select(func.coalesce(Customer.merged_into_id, Customer.id)).where(found)))
        (customer,) = whose
        assert_nothing_lies_with_who_went(company)
        (lead,) = session.scalars(select(Lead.id).where(Lead.customer_id == customer, Lead.state == LeadState.OPEN))
    return lead


def assert_nothing_lies_with_who_went(company: Company) -> None:
    """Who was merged has no lead, and went to one who was not; a closed lead has nothing that was to go."""
    with company.runtime.store.read() as session:
        gone = select(Customer.id).where(Customer.merged_into_id.is_not(None))
        assert session.scalars(select(Lead.id).where(Lead.customer_id.in_(gone))).all() == []
        assert (
            session.scalars(select(Customer.id).where(Customer.id.in_(gone), Customer.merged_into_id.in_(gone))).all()
            == []
        )
        closed = select(Merge.closed_lead_id).where(Merge.undone_at.is_(None), Merge.closed_lead_id.is_not(None))
        for table in HANGING.values():
            assert session.scalars(select(table.c.id).where(table.c.lead_id.in_(closed))).all() == [], table.name
        for invariant in (i2_one_effect_an_event, i3_one_owner, i4_permitted_moves):
            assert invariant(session) is None
        assert i9_chain(session, company.runtime.store.vault) is None


def assert_all_comes_back(company: Company) -> None:
    """The merges are undone from the last to the first; then every invariant holds, as if there had been none."""
    with company.runtime.store.read() as session:
        numbers = session.scalars(select(Merge.id).where(Merge.undone_at.is_(None)).order_by(Merge.id.desc())).all()
    for number in numbers:
        assert isinstance(doing(company, unmerge_customers, "wuyun", number)(), Unmerged)
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal)


def kinds(outcomes: Sequence[object]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_two_merge_one_pair_crosswise_and_one_of_them_does(company: Company) -> None:
    for _ in range(ROUNDS):
        phones = phone(), phone()
        first, second = (
            company.lead(phone=number, by=by) for number, by in zip(phones, ("batu", "zhangsan"), strict=True)
        )
        outcomes = at_once(
            [
                doing(company, merge_customers, "wuyun", first, second),
                doing(company, merge_customers, "lina", second, first),
            ]
        )
        assert kinds(outcomes) == ["Merged", "SameCustomer"]
        assert assert_one_person(company, *phones) == first
        company.clock.go(minutes=1)
    assert_all_comes_back(company)


def test_three_merge_in_a_ring_and_all_are_one(company: Company) -> None:
    for _ in range(ROUNDS):
        phones = [phone() for _ in range(3)]
        leads = [company.lead(phone=number, by="batu") for number in phones]
        ring = zip(leads, [*leads[1:], leads[0]], strict=True)
        outcomes = at_once([doing(company, merge_customers, "wuyun", one, other) for one, other in ring])
        assert kinds(outcomes) == ["Merged", "Merged", "SameCustomer"]
        assert assert_one_person(company, *phones) == leads[0]
        company.clock.go(minutes=1)
    assert_all_comes_back(company)


def test_a_claim_comes_before_or_after(company: Company) -> None:
    for number in range(ROUNDS):
        phones = phone(), phone()
        first, second = company.lead(phone=phones[0], by="batu"), company.lead(phone=phones[1])

        def claim(unit: object, actor: Actor, lead: int = second) -> object:
            return claim_leads(unit, actor, [lead], company.runtime.company.pools)[0]  # type: ignore[arg-type]

        merged, claimed = at_once(
            [doing(company, merge_customers, "wuyun", first, second), doing(company, claim, "zhangsan")]
        )
        assert isinstance(merged, Merged)
        assert isinstance(claimed, Claimed) or claimed == Closed(second)
        owner = company.person("zhangsan").actor.id if isinstance(claimed, Claimed) else None
        assert company.owner(second) == owner
        assert assert_one_person(company, *phones) == first
        company.clock.go(days=number % 2)  # so that nobody comes to his daily limit
    assert_all_comes_back(company)


def test_a_follow_up_goes_along_or_is_refused(company: Company) -> None:
    for _ in range(ROUNDS):
        first, second = (company.lead(phone=phone(), by=by) for by in ("batu", "zhangsan"))
        merged, logged = at_once(
            [
                doing(company, merge_customers, "lina", first, second),
                doing(company, log_follow_up, "zhangsan", second, "意向强", None),
            ]
        )
        assert isinstance(merged, Merged)
        assert isinstance(logged, Logged) or logged == Closed(second)
        with company.runtime.store.read() as session:
            found = session.scalar(select(func.count()).where(FollowUp.lead_id == first))
        assert found == isinstance(logged, Logged)
        assert_nothing_lies_with_who_went(company)
        company.clock.go(minutes=1)
    assert_all_comes_back(company)


@pytest.mark.parametrize("old", [True, False], ids=["who came before", "who has open leads"])
def test_arrivals_of_either_phone_come_to_the_one_customer(company: Company, *, old: bool) -> None:
    pools = company.runtime.company.pools
    for _ in range(ROUNDS):
        phones = phone(), phone()
        first, second = (company.lead(phone=number, by="batu") for number in phones)
        if old:
            close(company, first)
            close(company, second)
        outcomes = at_once(
            [
                doing(company, merge_customers, "wuyun", first, second),
                *(
                    doing(company, add_lead, userid, NewLead("刘志强", number, "抖音", region="150102"), pools)
                    for userid, number in zip(("surina", "zhangsan"), phones, strict=True)
                ),
            ]
        )
        assert isinstance(outcomes[0], Merged)
        lead = assert_one_person(company, *phones)
        with company.runtime.store.read() as session:
            touches = session.scalar(select(func.count()).where(Touch.lead_id == lead))
        assert touches == (2 if old else 4), "both sources are there"
        company.clock.go(minutes=1)
    company.settle()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_who_arrives_while_his_customer_is_merged_comes_to_whom_he_went(company: Company) -> None:
    """The arrival has its customer looked up when the merge is done and not committed: it waits, and looks again."""
    store, pools = company.runtime.store, company.runtime.company.pools
    kept, gone = phone(), phone()
    first, second = company.lead(phone=kept, by="batu"), company.lead(phone=gone, by="batu")
    close(company, second)
    came: list[object] = []
    arrival = doing(company, add_lead, "surina", NewLead("刘志强", gone, "抖音", region="150102"), pools)
    thread = threading.Thread(target=lambda: came.append(arrival()), daemon=True)
    with store.unit(request_id="merging") as unit:
        assert isinstance(merge_customers(unit, company.person("wuyun").actor, first, second), Merged)
        thread.start()
        until(lambda: _waiting(company), "the arrival waits")
    thread.join(30)
    assert [type(outcome) for outcome in came] == [AlreadyOpen]
    assert assert_one_person(company, kept, gone) == first
    assert_all_comes_back(company)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_who_arrives_while_a_merge_is_undone_comes_to_himself(company: Company) -> None:
    store, pools = company.runtime.store, company.runtime.company.pools
    kept, gone = phone(), phone()
    first, second = company.lead(phone=kept, by="batu"), company.lead(phone=gone, by="batu")
    merged = doing(company, merge_customers, "wuyun", first, second)()
    assert isinstance(merged, Merged)
    came: list[object] = []
    arrival = doing(company, add_lead, "surina", NewLead("刘志强", gone, "抖音", region="150102"), pools)
    thread = threading.Thread(target=lambda: came.append(arrival()), daemon=True)
    with store.unit(request_id="undoing") as unit:
        assert isinstance(unmerge_customers(unit, company.person("wuyun").actor, merged.merge_id), Unmerged)
        thread.start()
        until(lambda: _waiting(company), "the arrival waits")
    thread.join(30)
    assert [(type(outcome), outcome.lead_id) for outcome in came] == [(AlreadyOpen, second)]  # type: ignore[attr-defined]
    company.settle()
    assert_kept(store, company.platform.journal)


def merged_pair(company: Company) -> tuple[int, int]:
    """A lead of zhangsan that a merge closed, and the merge."""
    first, second = company.lead(phone=phone(), by="batu"), company.lead("刘志", phone=phone(), by="zhangsan")
    merged = doing(company, merge_customers, "lina", first, second)()
    assert isinstance(merged, Merged)
    return second, merged.merge_id


def proposed(company: Company) -> Callable[[], object]:
    """What confirms that zhangsan goes, and naren has what is his."""
    leaver, to = company.person("zhangsan").actor, company.person("naren").actor
    offer = doing(company, propose, "wuyun", leaver.id, Aim.PERSON, to.id, rules_of(company.runtime.company))()
    assert isinstance(offer, Proposed)
    return doing(company, confirm, "wuyun", offer.number, rules_of(company.runtime.company))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_who_leaves_while_his_lead_is_opened_again_does_not_keep_it(company: Company) -> None:
    """Was: his access ended by what was his before, and the lead was opened behind it, for nobody."""
    store = company.runtime.store
    second, number = merged_pair(company)
    came: list[object] = []
    confirming = proposed(company)
    thread = threading.Thread(target=lambda: came.append(confirming()), daemon=True)
    with store.unit(request_id="undoing") as unit:
        assert isinstance(unmerge_customers(unit, company.person("lina").actor, number), Unmerged)
        thread.start()
        until(lambda: _waiting(company), "the hand-over waits")
    thread.join(30)
    assert [type(outcome) for outcome in came] == [Proposed], "what he has is shown anew"
    assert company.owner(second) == company.person("zhangsan").actor.id
    company.settle()
    assert_kept(store, company.platform.journal)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_what_is_opened_again_while_its_owner_leaves_goes_into_its_pool(company: Company) -> None:
    store, leaver = company.runtime.store, company.person("zhangsan").actor.id
    second, number = merged_pair(company)
    with store.unit(request_id="propose") as unit:
        offer = propose(
            unit,
            company.person("wuyun").actor,
            leaver,
            Aim.PERSON,
            company.person("naren").actor.id,
            rules_of(company.runtime.company),
        )
    assert isinstance(offer, Proposed)
    came: list[object] = []
    undoing = doing(company, unmerge_customers, "lina", number)
    thread = threading.Thread(target=lambda: came.append(undoing()), daemon=True)
    with store.unit(request_id="leaving") as unit:
        assert isinstance(
            confirm(unit, company.person("wuyun").actor, offer.number, rules_of(company.runtime.company)), Begun
        )
        thread.start()
        until(lambda: _waiting(company), "the lead is not opened yet")
    thread.join(30)
    (outcome,) = came
    assert isinstance(outcome, Unmerged)
    assert (outcome.left, company.owner(second)) == (leaver, None)
    assert outcome.pool is not None
    company.settle()
    assert_kept(store, company.platform.journal)


def _waiting(company: Company) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")) or 0
