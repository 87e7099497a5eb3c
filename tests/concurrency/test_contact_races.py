"""客户联系 at one instant: one customer of two officers, one event twice, a phone that a colleague enters just now."""

from collections.abc import Callable

import pytest
from kit.barriers import at_once
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import func, select

from core.leads.external import ExternalContact
from core.leads.external_arrivals import Befriended, NewContact, contact_added, contact_changed
from core.leads.intake import NewLead, add_lead
from core.leads.merged import Merge
from core.leads.models import Customer, Lead, LeadState, Touch
from core.leads.outcomes import Added, AlreadyOpen
from core.leads.phones import Joined, PhoneGiven, add_phone
from core.leads.pools import Pools
from core.leads.tags import Tagging
from core.leads.unmerging import Unmerged, unmerge_customers
from core.people.policy import Actor
from core.store.unit import Unit

ROUNDS = 8


def doing(company: Company, verb: Callable[..., object], userid: str, *args: object) -> Callable[[], object]:
    """One verb by one person, in a unit of its own: again after a deadlock, as the intake and the relay do it."""
    store, actor = company.runtime.store, company.person(userid).actor

    def work() -> object:
        with store.unit(request_id="race") as unit:
            return verb(unit, actor, *args, company.runtime.company.pools, company.runtime.company.tagging)

    return lambda: store.database.attempt(work)


def enter(unit: Unit, actor: Actor, new: NewLead, pools: Pools, _: Tagging) -> object:
    return add_lead(unit, actor, new, pools)


def contact(number: int, **more: object) -> NewContact:
    return NewContact(f"wm{number}", "萨仁", "企业微信", **more)  # type: ignore[arg-type]


def count_of(company: Company, what: type, *where: object) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(what).where(*where)) or 0  # type: ignore[arg-type]


def test_two_officers_and_one_customer_at_once(company: Company) -> None:
    for number in range(ROUNDS):
        works = [doing(company, contact_added, userid, contact(number)) for userid in ("batu", "zhangsan")]
        outcomes = at_once(works)
        (won,) = [outcome for outcome in outcomes if isinstance(outcome, Befriended)]
        (late,) = [outcome for outcome in outcomes if isinstance(outcome, AlreadyOpen)]
        assert (late.lead_id, late.owner_id) == (won.lead_id, won.owner_id)
        assert company.owner(won.lead_id) == won.owner_id
    for what, each in ((Customer, 1), (Lead, 1), (ExternalContact, 1), (Touch, 2)):
        assert count_of(company, what) == each * ROUNDS, what
    company.settle()
    assert_kept(company.runtime.store)


def test_one_event_twice_at_once(company: Company) -> None:
    for number in range(ROUNDS):
        outcomes = at_once([doing(company, contact_added, "batu", contact(number))] * 2)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Befriended", "NoneType"]
    assert count_of(company, Touch) == ROUNDS


@pytest.mark.parametrize("how", ["by hand", "by a note"])
def test_the_phone_is_entered_by_a_colleague_at_the_same_moment(company: Company, how: str) -> None:
    """Never two customers of one phone, and whoever was first keeps his lead."""
    for number in range(ROUNDS):
        phone = f"139472{number:05}"
        given = doing(company, contact_added, "batu", contact(number))()
        assert isinstance(given, Befriended)
        noted = contact(number, phones=(phone,))
        adds = (
            doing(company, add_phone, "batu", given.lead_id, phone)
            if how == "by hand"
            else doing(company, contact_changed, "batu", noted)
        )
        enters = doing(company, enter, "zhangsan", NewLead("刘志强", phone, "抖音", region="150102"))
        added, entered = at_once([adds, enters])
        with company.runtime.store.read() as session:
            index = Customer.phone_index.in_(company.runtime.store.vault.indexes("customer.phone", phone))
            (whose,) = session.scalars(select(func.coalesce(Customer.merged_into_id, Customer.id)).where(index))
            (lead,) = session.scalars(select(Lead.id).where(Lead.customer_id == whose, Lead.state == LeadState.OPEN))
        match added:
            case PhoneGiven():
                assert isinstance(entered, AlreadyOpen)
                assert lead == entered.lead_id == given.lead_id
            case Joined(into=into, merge_id=merge_id):
                assert isinstance(entered, Added)
                assert lead == entered.lead_id == into
                boss = doing(
                    company, lambda unit, actor, merge, *_: unmerge_customers(unit, actor, merge), "wuyun", merge_id
                )
                assert isinstance(boss(), Unmerged)
            case other:
                raise AssertionError(other)
    assert count_of(company, Merge, Merge.undone_at.is_(None)) == 0
    company.settle()
    assert_kept(company.runtime.store)


def test_two_phones_for_one_customer_at_once(company: Company) -> None:
    """The officer types one, his superior another: one counts."""
    for number in range(ROUNDS):
        given = doing(company, contact_added, "batu", contact(number))()
        assert isinstance(given, Befriended)
        phones = f"139473{number:05}", f"139474{number:05}"
        works = [
            doing(company, add_phone, who, given.lead_id, phone)
            for who, phone in zip(("batu", "lina"), phones, strict=True)
        ]
        outcomes = at_once(works)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["HasPhone", "PhoneGiven"]
    company.settle()
    assert_kept(company.runtime.store)


def test_one_phone_for_two_customers_at_once(company: Company) -> None:
    """Two officers ask two contacts, who are one person: one customer in the end, and the lead of the first."""
    for number in range(ROUNDS):
        phone = f"139475{number:05}"
        leads = {}
        for at, userid in enumerate(("batu", "zhangsan")):
            outcome = doing(company, contact_added, userid, contact(1000 + 2 * number + at))()
            assert isinstance(outcome, Befriended)
            leads[userid] = outcome.lead_id
        outcomes = at_once([doing(company, add_phone, userid, lead, phone) for userid, lead in leads.items()])
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Joined", "PhoneGiven"]
        (kept,) = [outcome for outcome in outcomes if isinstance(outcome, PhoneGiven)]
        (joined,) = [outcome for outcome in outcomes if isinstance(outcome, Joined)]
        assert joined.into == kept.lead_id
        with company.runtime.store.read() as session:
            assert session.scalar(select(Lead.state).where(Lead.id == joined.lead_id)) == LeadState.CLOSED


def test_two_relays_take_one_answer(company: Company) -> None:
    """Several workers drain at once: each contact is looked up and made a lead once."""
    for number in range(ROUNDS):
        company.platform.contacts.add("batu", f"wm{number}")
    at_once([company.runtime.relay.drain] * 3)
    company.settle()
    assert count_of(company, Lead) == count_of(company, Touch) == ROUNDS
    assert_kept(company.runtime.store, company.platform.journal)
