"""What of an application that is over stands in the next one of the same officer for the same lead."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from firm import Firm
from flows_kit import desk
from kit.loan_flows import FIRST, FORM, PAY, SECOND, flow, rules_with
from sqlalchemy import select, update

from core.leads import media
from core.leads.contact_outcomes import Received
from core.leads.filetypes import MediumKind
from core.leads.kept import Medium
from core.leads.models import Lead
from core.loans import papers, service
from core.loans.forms import Document, FieldKind, FormField
from core.loans.models import Application, values_place
from core.loans.outcomes import AlreadyLive, Dropped, NoSuchPaper, PaperPut, Started
from core.loans.run import hold
from core.people.policy import Actor
from core.store.unit import Unit

PURPOSE = FormField("purpose", "用途", FieldKind.CHOICE, choices=("经营", "购车"))
FLOW = flow(FIRST, SECOND, PAY)
RULES = replace(rules_with(FLOW), forms=(replace(FORM, fields=(*FORM.fields, PURPOSE)),))


def ended(firm: Firm, values: dict[str, Any], by: str = "batu") -> int:
    """A draft with these answers that was given up; its lead."""
    lead = firm.add(by)
    begun = firm.do(service.start, by, lead, None, values, RULES)
    assert isinstance(begun, Started)
    assert isinstance(firm.do(service.drop, by, begun.application_id, RULES), Dropped)
    return lead


def values_of(firm: Firm, number: int) -> dict[str, Any]:
    with firm.store.read() as session:
        sealed = session.scalars(select(Application.values).where(Application.id == number)).one()
    read: dict[str, Any] = json.loads(firm.store.vault.open(values_place(number), sealed))
    return read


def anew(firm: Firm, lead: int, fields: tuple[FormField, ...], said: dict[str, Any], **more: Any) -> Started:
    """The next application, by a form with these fields."""
    rules = replace(rules_with(flow(FIRST, SECOND, replace(PAY, **more))), forms=(replace(FORM, fields=fields),))
    begun = firm.do(service.start, "batu", lead, None, said, rules)
    assert isinstance(begun, Started), begun
    return begun


def test_what_is_said_now_goes_before_and_is_not_counted(firm: Firm) -> None:
    lead = ended(firm, {"amount": 80_000_000, "term": "36", "purpose": "经营"})
    begun = anew(firm, lead, (*FORM.fields, PURPOSE), {"term": "24"})
    assert (begun.earlier, begun.taken_over, begun.wrong) == (1, 2, ())
    assert values_of(firm, begun.application_id) == {"amount": 80_000_000, "term": "24", "purpose": "经营"}


@pytest.mark.parametrize(
    "field",
    [
        replace(PURPOSE, choices=("购车", "装修")),
        replace(PURPOSE, label="贷款用途"),
        replace(PURPOSE, kind=FieldKind.TEXT),
        replace(PURPOSE, key="use"),
    ],
    ids=["no choice any more", "another question", "another kind", "another field"],
)
def test_what_answers_no_question_of_now_is_left(firm: Firm, field: FormField) -> None:
    lead = ended(firm, {"amount": 80_000_000, "term": "36", "purpose": "经营"})
    begun = anew(firm, lead, (*FORM.fields, field), {})
    assert (begun.taken_over, begun.wrong) == (2, ())
    assert values_of(firm, begun.application_id) == {"amount": 80_000_000, "term": "36"}


def test_of_several_the_last_counts(firm: Firm) -> None:
    lead = ended(firm, {"amount": 80_000_000, "term": "36"})
    second = firm.do(service.start, "batu", lead, None, {"term": "12"}, RULES)
    assert isinstance(second, Started)
    firm.do(service.drop, "batu", second.application_id, RULES)
    third = anew(firm, lead, FORM.fields, {})
    assert (third.earlier, values_of(firm, third.application_id)["term"]) == (second.application_id, "12")


@pytest.mark.parametrize("kind", [FieldKind.FILE, FieldKind.PERSON])
def test_files_and_colleagues_are_asked_for_anew(firm: Firm, kind: FieldKind) -> None:
    field = FormField("more", "另外", kind)
    value = [7] if kind is FieldKind.FILE else firm.who("lina").id
    rules = replace(rules_with(FLOW), forms=(replace(FORM, fields=(*FORM.fields, field)),))
    lead = firm.add("batu")
    begun = firm.do(service.start, "batu", lead, None, {"amount": 80_000_000, "more": value}, rules)
    assert isinstance(begun, Started)
    assert "more" in values_of(firm, begun.application_id)
    firm.do(service.drop, "batu", begun.application_id, rules)
    assert "more" not in values_of(firm, anew(firm, lead, (*FORM.fields, field), {}).application_id)


def test_a_day_that_is_past_by_now_is_asked_for_again(firm: Firm) -> None:
    day = FormField("day", "用款日", FieldKind.DATE, earliest="today")
    today = firm.store.clock().date().isoformat()
    rules = replace(rules_with(FLOW), forms=(replace(FORM, fields=(*FORM.fields, day)),))
    for days, kept in ((0, True), (2, False)):
        lead = firm.add("batu")
        begun = firm.do(service.start, "batu", lead, None, {"amount": 80_000_000, "day": today}, rules)
        assert isinstance(begun, Started)
        firm.do(service.drop, "batu", begun.application_id, rules)
        firm.store.clock.go(days=days)  # type: ignore[attr-defined]
        again = anew(firm, lead, (*FORM.fields, day), {})
        assert ("day" in values_of(firm, again.application_id)) is kept


def test_what_a_node_filled_in_is_not_the_officer_s_answer(firm: Firm) -> None:
    at = desk(firm, FLOW)
    lead = at.row.lead_id
    at.do("batu 撤回")
    with firm.store.database.write() as session:
        sealed = firm.store.vault.seal(values_place(1), json.dumps(values_of(firm, 1) | {"paid": 10_000_000}))
        session.execute(update(Application).values(values=sealed))
    at.do("batu 放弃")
    assert "paid" not in values_of(firm, anew(firm, lead, FORM.fields, {}).application_id)
    assert "paid" in PAY.editable


def test_how_much_of_another_product_is_asked_anew(firm: Firm) -> None:
    lead = ended(firm, {"amount": 80_000_000, "term": "36"})
    rules = replace(RULES, flows=replace(RULES.flows, flows=(replace(FLOW, products=()),)))
    begun = firm.do(service.start, "batu", lead, "car", {}, rules)
    assert isinstance(begun, Started)
    with firm.store.read() as session:
        wanted = session.scalars(select(Lead.amount_fen).where(Lead.id == lead)).one()
    assert wanted != 80_000_000
    assert values_of(firm, begun.application_id).get("amount") == wanted
    assert values_of(firm, begun.application_id)["term"] == "36"


def test_what_an_approver_may_have_written_is_not_his_answer_either(firm: Firm) -> None:
    lead = ended(firm, {"amount": 80_000_000, "term": "36", "purpose": "经营"})
    rates = replace(FIRST, editable=("purpose",), must=("purpose",))
    rules = replace(RULES, flows=rules_with(flow(rates, SECOND, PAY)).flows)
    begun = firm.do(service.start, "batu", lead, None, {}, rules)
    assert isinstance(begun, Started)
    assert values_of(firm, begun.application_id) == {"amount": 80_000_000, "term": "36"}
    assert isinstance(firm.do(service.drop, "batu", begun.application_id, rules), Dropped)
    assert "purpose" not in values_of(firm, anew(firm, lead, (*FORM.fields, PURPOSE), {}).application_id)


def test_whose_answers_they_are_does_not_decide_on_them(firm: Firm) -> None:
    """The manager had filled in the earlier one."""
    lead = firm.add("batu")
    begun = firm.do(service.start, "batu", lead, None, {"amount": 80_000_000}, RULES)
    assert isinstance(begun, Started)
    firm.do(service.fill, "boss", begun.application_id, "term", "36", RULES)
    firm.do(service.drop, "batu", begun.application_id, RULES)
    again = anew(firm, lead, FORM.fields, {})
    with firm.store.unit(request_id="test") as unit:
        run = hold(unit, again.application_id, RULES, None)
        assert run is not None
        assert run.submitters == {firm.who("batu").id, firm.who("boss").id}


def test_nor_is_a_paper_of_another_customer_offered(firm: Firm) -> None:
    """The ID card of whose lead this was before a merge is not this customer's."""
    documents = (Document("id_card", "身份证"),)
    rules = replace(RULES, forms=(replace(RULES.forms[0], documents=documents),))
    lead = firm.add("batu")
    begun = firm.do(service.start, "batu", lead, None, {"amount": 80_000_000, "term": "36"}, rules)
    assert isinstance(begun, Started)

    def kept(unit: Unit, actor: Actor) -> object:
        sent = media.receive(unit, actor, MediumKind.PICTURE, "m1", lead, firm.pools)
        assert isinstance(sent, Received)
        return papers.put(unit, actor, begun.application_id, "id_card", sent.medium_id, rules)

    assert isinstance(firm.do(kept, "batu"), PaperPut)
    firm.do(service.drop, "batu", begun.application_id, rules)
    again = firm.do(service.start, "batu", lead, None, {}, rules)
    assert isinstance(again, Started)

    def offered() -> int | None:
        with firm.store.read() as session:
            about = (firm.who("batu").id, again.application_id, "id_card", firm.store.clock() + timedelta(hours=3))
            return papers.offered(session.connection(), firm.store.vault, *about).earlier

    assert offered() == begun.application_id
    with firm.store.database.write() as session:
        moved = update(Application).where(Application.id == again.application_id)
        session.execute(moved.values(owner_id=firm.who("zhang").id))
    assert offered() is None, "nor to another officer"
    with firm.store.database.write() as session:
        session.execute(moved.values(owner_id=firm.who("batu").id))
    elsewhere = firm.add("batu")
    with firm.store.read() as session:
        medium = session.scalars(select(Medium.id)).one()
    begun_there = firm.do(service.start, "batu", elsewhere, None, {}, rules)
    assert isinstance(begun_there, Started)
    put = firm.do(papers.put, "batu", begun_there.application_id, "id_card", medium, rules)
    assert isinstance(put, NoSuchPaper), "what was sent of another customer is no paper of this one"
    other = firm.add("batu")
    with firm.store.database.write() as session:
        customer = session.scalars(select(Lead.customer_id).where(Lead.id == other)).one()
        session.execute(update(Lead).where(Lead.id == other).values(state="closed"))
        session.execute(update(Lead).where(Lead.id == lead).values(customer_id=customer))
    assert offered() is None


def test_nothing_of_what_goes_on_nor_of_a_colleague_nor_of_another_customer(firm: Firm) -> None:
    at = desk(firm, FLOW)
    assert isinstance(firm.do(service.start, "batu", at.row.lead_id, None, {}, RULES), AlreadyLive)
    lead = ended(firm, {"amount": 80_000_000, "term": "36"})
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(owner_id=firm.who("zhang").id))
    assert firm.do(service.start, "zhang", lead, None, {}, RULES).earlier is None
    lead = ended(firm, {"amount": 80_000_000, "term": "36"})
    other = firm.add("batu")
    with firm.store.database.write() as session:
        customer = session.scalars(select(Lead.customer_id).where(Lead.id == other)).one()
        session.execute(update(Lead).where(Lead.id == other).values(state="closed"))
        session.execute(update(Lead).where(Lead.id == lead).values(customer_id=customer))
    assert anew(firm, lead, FORM.fields, {}).earlier is None
