"""A known customer who comes again with a number that he lacked has it from then on, and is found by it."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from firm import Firm
from sqlalchemy import select

from core.leads import arriving, imported
from core.leads.arriving import Arrival, NewLead, arrive, prepare
from core.leads.duplicates import CameBefore, InHand, NobodyKnown, Number, check_duplicate, look_up
from core.leads.intake import add_lead, take_in
from core.leads.merging import Merged, merge_customers
from core.leads.models import Customer, credit_code_place, id_number_place
from core.leads.outcomes import Added, AlreadyOpen
from core.leads.pools import Hidden
from core.store.audit import AuditRow
from core.store.database import Executor
from core.store.unit import Unit

PHONE, OTHER, THIRD = "13947100001", "13947100002", "13947100003"
ID_NUMBER, OTHER_ID, CODE = "152201197305192204", "150102199003070345", "91150100MA0N12345T"


def enter(firm: Firm, who: str, phone: str | None = PHONE, **more: Any) -> Added | AlreadyOpen:
    outcome = firm.do(add_lead, who, NewLead("刘志强", phone, "抖音", **more), firm.pools)
    assert isinstance(outcome, Added | AlreadyOpen)
    return outcome


def known(firm: Firm, **number: str) -> int | None:
    """The open lead of the customer with this number."""
    ((kind, value),) = number.items()
    with firm.store.read() as session:
        found = look_up(session, firm.store.vault, Number(kind, value))  # type: ignore[arg-type]
    return found.lead_id if found else None


def customers(firm: Firm) -> list[Customer]:
    with firm.store.read() as session:
        return list(session.scalars(select(Customer).order_by(Customer.created_at, Customer.id)))


def changes(firm: Firm) -> list[tuple[int | None, str, str]]:
    with firm.store.read() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.action.like("customer:%")).order_by(AuditRow.seq))
        return [(row.actor_id, row.action, row.subject) for row in rows]


def test_the_owner_brings_the_id_number_and_nobody_makes_the_customer_again(firm: Firm) -> None:
    lead = enter(firm, "batu").lead_id
    again = enter(firm, "batu", id_number=ID_NUMBER, credit_code=CODE)
    assert isinstance(again, AlreadyOpen)
    assert again.completed == ("id_number", "credit_code")
    (customer,) = customers(firm)
    vault = firm.store.vault
    assert vault.open(id_number_place(customer.id), customer.id_number or b"") == ID_NUMBER
    assert vault.open(credit_code_place(customer.id), customer.credit_code or b"") == CODE
    assert isinstance(firm.do(check_duplicate, "wang", Number("id_number", ID_NUMBER), firm.pools), InHand)
    assert enter(firm, "wang", OTHER, id_number=ID_NUMBER).lead_id == lead, "no second customer, no second lead"
    assert len(customers(firm)) == 1
    batu = firm.who("batu").id
    assert changes(firm) == [(batu, f"customer:{kind}", f"lead:{lead}") for kind in ("id_number", "credit_code")]


def test_who_may_not_see_the_lead_hears_nothing_of_it(firm: Firm) -> None:
    lead = enter(firm, "batu").lead_id
    again = enter(firm, "wang", id_number=ID_NUMBER)
    assert again == AlreadyOpen(lead, firm.who("batu").id, again.pool), "as before"
    assert known(firm, id_number=ID_NUMBER) == lead, "and the number is kept all the same"


def test_of_a_lead_that_waits_only_who_is_shown_all_of_it_hears(firm: Firm) -> None:
    lead = enter(firm, "admin").lead_id
    hiding = tuple(replace(pool, hidden=frozenset({Hidden.PHONE})) for pool in firm.pools.pools)
    firm.pools = replace(firm.pools, pools=hiding)
    again = enter(firm, "batu", id_number=ID_NUMBER)
    assert isinstance(again, AlreadyOpen)
    assert (again.lead_id, again.completed) == (lead, ())
    seen = enter(firm, "admin", credit_code=CODE)
    assert isinstance(seen, AlreadyOpen)
    assert seen.completed == ("credit_code",)


def test_a_number_that_is_there_is_not_replaced(firm: Firm) -> None:
    lead = enter(firm, "batu", id_number=ID_NUMBER).lead_id
    again = enter(firm, "batu", id_number=OTHER_ID)
    assert again == AlreadyOpen(lead, firm.who("batu").id, again.pool)
    assert (known(firm, id_number=ID_NUMBER), known(firm, id_number=OTHER_ID), changes(firm)) == (lead, None, [])


def test_a_number_of_somebody_else_stays_his(firm: Firm) -> None:
    one, other = enter(firm, "batu", id_number=ID_NUMBER).lead_id, enter(firm, "batu", OTHER).lead_id
    again = enter(firm, "batu", OTHER, id_number=ID_NUMBER)
    assert again == AlreadyOpen(other, firm.who("batu").id, again.pool)
    assert (known(firm, id_number=ID_NUMBER), changes(firm)) == (one, [])


def test_what_one_has_who_was_merged_into_him_is_his(firm: Firm) -> None:
    kept = enter(firm, "batu").lead_id
    gone = enter(firm, "batu", OTHER, id_number=ID_NUMBER).lead_id
    assert isinstance(firm.do(merge_customers, "admin", kept, gone), Merged)
    again = enter(firm, "batu", id_number=OTHER_ID)
    assert isinstance(again, AlreadyOpen)
    assert (again.lead_id, again.completed, known(firm, id_number=OTHER_ID)) == (kept, (), None)
    by_gone = enter(firm, "batu", OTHER, credit_code=CODE)
    assert isinstance(by_gone, AlreadyOpen)
    assert (by_gone.completed, known(firm, credit_code=CODE)) == (("credit_code",), kept)


def test_a_customer_without_a_phone_gets_it(firm: Firm) -> None:
    lead = enter(firm, "batu", None, id_number=ID_NUMBER).lead_id
    again = enter(firm, "batu", id_number=ID_NUMBER)
    assert isinstance(again, AlreadyOpen)
    assert (again.completed, known(firm, phone=PHONE)) == (("phone",), lead)


def test_one_whose_lead_is_closed_is_completed_with_his_new_one(firm: Firm) -> None:
    old = enter(firm, "batu").lead_id
    firm.close(old)
    new = enter(firm, "wang", id_number=ID_NUMBER)
    assert isinstance(new, Added)
    assert known(firm, id_number=ID_NUMBER) == new.lead_id
    firm.close(new.lead_id)
    assert isinstance(firm.do(check_duplicate, "wang", Number("id_number", ID_NUMBER), firm.pools), CameBefore)


def test_what_a_channel_or_a_file_brings_completes_as_well(firm: Firm) -> None:
    lead = enter(firm, "batu").lead_id
    firm.work(lambda unit: take_in(unit, NewLead("刘志强", PHONE, "接口", id_number=ID_NUMBER), firm.pools))
    line = prepare(firm.store.vault, NewLead("刘志强", PHONE, "文件", credit_code=CODE))
    firm.work(lambda unit: imported.take_lines(unit, "f" * 64, {2: line}, firm.pools))
    assert known(firm, id_number=ID_NUMBER) == known(firm, credit_code=CODE) == lead
    assert changes(firm) == [
        (None, "customer:id_number", f"lead:{lead}"),
        (None, "customer:credit_code", f"lead:{lead}"),
    ]


@pytest.mark.parametrize("together", [True, False], ids=["together", "one by one"])
def test_lines_of_one_block_complete_each_other(firm: Firm, together: bool) -> None:
    """The second line completes the first one's customer, and the third is found by what it brought; the fourth brings
    what the customer has by now."""
    news = [
        NewLead("刘志强", PHONE, "文件"),
        NewLead("刘志强", PHONE, "文件", id_number=ID_NUMBER),
        NewLead("刘志强", OTHER, "文件", id_number=ID_NUMBER, credit_code=CODE),
        NewLead("刘志强", PHONE, "文件", id_number=OTHER_ID),
        NewLead("王小明", THIRD, "文件", credit_code=CODE),
    ]
    for part in [news] if together else [[new] for new in news]:

        def bring(unit: Unit, part: list[NewLead] = part) -> object:
            return arrive(unit, [prepare(unit.vault, new) for new in part], firm.pools, by_id=None)

        firm.work(bring)
    (customer,) = customers(firm)
    vault = firm.store.vault
    assert vault.open(id_number_place(customer.id), customer.id_number or b"") == ID_NUMBER
    assert vault.open(credit_code_place(customer.id), customer.credit_code or b"") == CODE
    assert [action for _, action, _ in changes(firm)] == ["customer:id_number", "customer:credit_code"]
    assert isinstance(firm.do(check_duplicate, "wang", Number("phone", OTHER), firm.pools), NobodyKnown)


def test_who_was_slower_than_another_one_takes_back_what_he_completed(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number became somebody else's after the look: the unique index tells, and nothing else is lost by it."""
    enter(firm, "batu")
    one = enter(firm, "batu", OTHER, id_number=ID_NUMBER).lead_id
    real, looks = arriving._known, count()

    def known_late(executor: Executor, arrivals: Iterable[Arrival]) -> dict[bytes, int]:
        arrivals = list(arrivals)
        found = real(executor, arrivals)
        hidden = {index for each in arrivals for index in each.id_number_indexes} if next(looks) < 2 else set()
        return {index: customer for index, customer in found.items() if index not in hidden}

    monkeypatch.setattr(arriving, "_known", known_late)
    news = [
        NewLead("刘志强", PHONE, "文件", id_number=ID_NUMBER, credit_code=CODE),
        NewLead("王小明", THIRD, "文件"),
    ]
    outcomes = firm.work(lambda unit: arrive(unit, [prepare(unit.vault, new) for new in news], firm.pools, by_id=None))
    assert isinstance(outcomes[0], AlreadyOpen)
    assert (outcomes[0].completed, isinstance(outcomes[1], Added)) == (("credit_code",), True)
    assert known(firm, id_number=ID_NUMBER) == one
    assert known(firm, credit_code=CODE) == outcomes[0].lead_id
    assert [action for _, action, _ in changes(firm)] == ["customer:credit_code"]
    assert len(customers(firm)) == 3
