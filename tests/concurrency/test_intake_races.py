"""The same event several times, and two people with one customer: one effect, and everybody hears the same."""

from collections import Counter
from collections.abc import Callable

import pytest
from kit import letters
from kit.barriers import at_once
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import func, select

from cards import texts
from core.leads.intake import NewLead, add_lead
from core.leads.models import Customer, FollowUp, Lead, Touch
from core.leads.outcomes import Added, AlreadyOpen
from core.people.policy import Actor

COPIES = 3


def id_number_of(number: int) -> str:
    """An ID number that is right, another one for each number."""
    stem = f"15010219900307{number:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return stem + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(stem, weights, strict=True)) % 11]


def follow_ups(company: Company) -> int:
    """How many follow-ups stand in the database."""
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(FollowUp)) or 0


def copies(company: Company, text: str, number: int, *, same_bytes: bool) -> list[letters.Letter]:
    """One message of batu's, several times: the very same bytes, or encrypted and signed anew each time."""
    at = int(company.clock().timestamp())
    xml = letters.typed("batu", text, at, 7_000_000 + number)
    if same_bytes:
        return [letters.seal(xml, at)] * COPIES
    return [letters.seal(xml, at) for _ in range(COPIES)]


@pytest.mark.parametrize("same_bytes", [True, False], ids=["same bytes", "fresh nonces"])
def test_fault_1_one_callback_three_times_in_a_row(company: Company, same_bytes: bool) -> None:
    """Fault 1: 1 effect, same reply body."""
    lead, url = company.lead(by="batu"), company.platform.callback_url
    answers = [each.post(url) for each in copies(company, f"跟进 L{lead} 意向强", 1, same_bytes=same_bytes)]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert f"已记录 L{lead} 的跟进" in answers[0].text
    assert follow_ups(company) == 1
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.parametrize("same_bytes", [True, False], ids=["same bytes", "fresh nonces"])
def test_fault_2_one_callback_three_times_at_once(company: Company, same_bytes: bool) -> None:
    """Fault 2: 1 effect; twins wait or hear 「处理中」."""
    lead, url = company.lead(by="batu"), company.platform.callback_url
    heard: Counter[str] = Counter()
    rounds = 8
    for number in range(rounds):
        posts = copies(company, f"跟进 L{lead} 意向强", number, same_bytes=same_bytes)
        answers = at_once([lambda letter=each: letter.post(url) for each in posts])
        assert {answer.status for answer in answers} == {200}
        assert {answer.text for answer in answers} - {texts.BUSY} == {answers[0].text} - {texts.BUSY} or all(
            f"已记录 L{lead} 的跟进" in answer.text for answer in answers if answer.text != texts.BUSY
        )
        heard.update(answer.text for answer in answers)
    company.clock.go(seconds=4)
    company.runtime.sweeper.sweep()
    assert follow_ups(company) == rounds
    assert sum(count for text, count in heard.items() if text != texts.BUSY) >= rounds
    assert_kept(company.runtime.store, company.platform.journal)


def test_two_people_enter_one_phone_at_one_instant(company: Company) -> None:
    """One customer, one open lead, both arrivals noted; the second hears that there is one already."""
    store, pools = company.runtime.store, company.runtime.company.pools
    batu, zhangsan = company.person("batu").actor, company.person("zhangsan").actor
    for number in range(8):
        new = NewLead("刘志强", f"139471{number:05}", "抖音", region="150102", product="house")

        def add(actor, new=new):
            def once():
                with store.unit(request_id="race") as unit:
                    return add_lead(unit, actor, new, pools)

            return store.database.attempt(once)

        outcomes = at_once([lambda actor=actor: add(actor) for actor in (batu, zhangsan)])
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Added", "AlreadyOpen"]
        added = next(outcome for outcome in outcomes if isinstance(outcome, Added))
        other = next(outcome for outcome in outcomes if isinstance(outcome, AlreadyOpen))
        assert (other.lead_id, other.owner_id) == (added.lead_id, added.owner_id)
        with store.read() as session:
            indexes = store.vault.indexes("customer.phone", new.phone)
            customers = session.scalars(select(Customer.id).where(Customer.phone_index.in_(indexes))).all()
            leads = session.scalars(select(Lead.id).where(Lead.customer_id.in_(customers))).all()
            touches = session.scalars(select(Touch.by_id).where(Touch.lead_id.in_(leads))).all()
        assert len(customers) == len(leads) == 1
        assert sorted(touches) == sorted([batu.id, zhangsan.id])
    company.settle()
    assert_kept(store, company.platform.journal)


def test_a_known_customer_gets_one_number_however_many_bring_one_at_once(company: Company) -> None:
    """Two bring the known customer with two ID numbers; two bring two known customers with one ID number; one brings it
    to a known customer, and one to a new one. One of them decides; nothing is lost and nobody is there twice."""
    store, pools = company.runtime.store, company.runtime.company.pools
    batu, zhangsan = company.person("batu").actor, company.person("zhangsan").actor

    def brings(actor: Actor, new: NewLead) -> Callable[[], object]:
        def once() -> object:
            with store.unit(request_id="race") as unit:
                return add_lead(unit, actor, new, pools)

        return lambda: store.database.attempt(once)

    for number in range(6):
        phones = [f"139472{number}{each:04}" for each in range(4)]
        ids = [id_number_of(number * 4 + each) for each in range(3)]
        for phone in phones[:3]:
            company.lead(phone=phone, by="batu")
        pairs = [
            [(phones[0], ids[0]), (phones[0], ids[1])],
            [(phones[1], ids[2]), (phones[2], ids[2])],
            [(phones[2], id_number_of(number * 4 + 3)), (phones[3], id_number_of(number * 4 + 3))],
        ]
        for pair in pairs:
            news = [NewLead("刘志强", phone, "抖音", id_number=each) for phone, each in pair]
            at_once([brings(actor, new) for actor, new in zip((batu, zhangsan), news, strict=True)])
        with store.read() as session:
            holders = [
                session.scalars(
                    select(Customer.id).where(Customer.id_number_index == store.vault.index("customer.id_number", each))
                ).all()
                for each in (*ids, id_number_of(number * 4 + 3))
            ]
            known = session.scalars(
                select(Customer.id).where(
                    Customer.phone_index.in_([store.vault.index("customer.phone", phone) for phone in phones[:3]])
                )
            ).all()
        assert sorted(map(len, holders[:2])) == [0, 1], "one of the two numbers is the customer's"
        assert [len(each) for each in holders[2:]] == [1, 1]
        assert set(holders[2]) <= set(known)
    company.settle()
    assert_kept(store, company.platform.journal)
