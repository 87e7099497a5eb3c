"""Of whom reports are wanted: an application's customer, by his name and numbers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from core.leads import borrower
from core.leads.models import Lead
from core.loans.definitions import form_of
from core.loans.forms import AMOUNT, TERM, FieldKind, Form, Values
from core.loans.models import Application, State, values_place
from core.loans.run import Run
from core.privacy import Vault
from core.risk.providers import IDENTITY, Item, Provider
from core.store.base import table_of
from core.store.database import Executor

_A, _L = table_of(Application), table_of(Lead)
_OF_FORM = {
    Item.PHONE: FieldKind.PHONE,
    Item.ID_NUMBER: FieldKind.ID_NUMBER,
    Item.CREDIT_CODE: FieldKind.CREDIT_CODE,
}
_BY_HAND = (Item.NAME, Item.ID_NUMBER, Item.CREDIT_CODE)
"""What says whom a report is about that a person brings."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Of whom reports are wanted: an application, its customer, and what stands in its form."""

    application_id: int
    lead_id: int
    customer_id: int
    product: str
    form: Form
    values: Values
    state: State


def subject_of(run: Run) -> Subject:
    """Of whom reports are wanted for this application."""
    state = State(run.row.state)
    return Subject(run.id, run.row.lead_id, run.lead.customer_id, run.row.product, run.form, run.values, state)


def subject_by_number(executor: Executor, vault: Vault, application_id: int) -> Subject:
    """The same of the application of this number, which is not held.

    Raises:
        LookupError: there is none.
    """
    row = executor.execute(select(_A).where(_A.c.id == application_id)).first()
    if row is None:
        raise LookupError(f"no application {application_id}")
    values = json.loads(vault.open(values_place(row.id), row.values))
    customer_id = borrower.customer_of(executor, row.lead_id)
    form, state = form_of(executor, row.form), State(row.state)
    return Subject(row.id, row.lead_id, customer_id, row.product, form, values, state)


def items(executor: Executor, vault: Vault, of: Subject) -> dict[Item, str]:
    """What of the application can be sent to a provider, as far as it is known. Numbers on the form come first."""
    known: dict[Item, str | None] = {
        Item.NAME: borrower.name_of(executor, vault, of.customer_id),
        Item.PRODUCT: of.product,
        Item.AMOUNT: f"{of.values[AMOUNT] / 100:.2f}" if of.values.get(AMOUNT) is not None else None,
        Item.TERM: str(of.values[TERM]) if of.values.get(TERM) is not None else None,
        Item.NUMBER: f"A{of.application_id}",
    }
    his = dict(borrower.all_numbers(executor, vault, of.customer_id))
    for item, kind in _OF_FORM.items():
        own = next((each for each in of.form.fields if each.kind is kind), None)  # a second one is a spouse's
        said = of.values.get(own.key) if own is not None else None
        known[item] = str(said) if said else his.get(item.value)  # type: ignore[call-overload]
    return {item: text for item, text in known.items() if text}


def about_of(provider: Provider | None, known: Mapping[Item, str]) -> str:
    """Whom a report of this provider is about (None: of one that a person brings), as one text."""
    exchange = provider.exchange if provider is not None else None
    sent = [item for _, item in exchange.send if item in IDENTITY] if exchange is not None else _BY_HAND
    return json.dumps({item.value: known.get(item, "") for item in sorted(set(sent))}, ensure_ascii=False)


def token_of(executor: Executor, vault: Vault, of: Subject) -> str:
    """By which it is known again whose report somebody begins to type."""
    return vault.index("report_subject", about_of(None, items(executor, vault, of))).hex()[:8]


def identity_of(known: Mapping[Item, str]) -> str:
    """Who signs for himself: the ID number; empty as long as nobody knows it."""
    return known.get(Item.ID_NUMBER, "")


def applications_of(executor: Executor, customer_id: int) -> list[int]:
    """All applications of a customer as they are his now: what was merged and parted again is whose its lead is."""
    his = select(_A.c.id).join(_L, _L.c.id == _A.c.lead_id).where(_L.c.customer_id == customer_id)
    return list(executor.scalars(his.order_by(_A.c.id)))
