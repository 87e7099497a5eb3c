"""The customer's own numbers in a form: what is known already is offered, what is new completes the customer."""

from sqlalchemy.orm import Session

from core.leads import borrower
from core.leads.borrower import OwnNumber, customer_of
from core.leads.duplicates import Known, Number, look_up
from core.loans.forms import FieldKind, Form, FormField
from core.loans.queries import ApplicationNow
from core.people.policy import Actor
from core.privacy import Vault
from core.store.database import Executor
from core.store.unit import Unit

_KINDS: dict[FieldKind, OwnNumber] = {FieldKind.PHONE: "phone", FieldKind.ID_NUMBER: "id_number"}


def _own(form: Form, field: FormField) -> OwnNumber | None:
    """Which number of the customer's own this field asks for. The first of a kind is his; a further one is somebody
    else's: a spouse's, a guarantor's."""
    kind = _KINDS.get(field.kind)
    first = next((each for each in form.fields if each.kind is field.kind), None)
    return kind if first is not None and first.key == field.key else None


def own_of(session: Session, vault: Vault, viewer: Actor, now: ApplicationNow, field: FormField) -> str | None:
    """The customer's number that may be the answer, in full; None if there is none that `viewer` may see."""
    kind = _own(now.form, field)
    return borrower.own_number(session, vault, viewer, now.lead_id, kind) if kind is not None else None


def _id_number(now: ApplicationNow) -> str:
    """The ID number that stands in this application as its customer's own; empty if none does."""
    field = next((each for each in now.form.fields if _own(now.form, each) == "id_number"), None)
    return str(now.values.get(field.key) or "") if field is not None else ""


def is_another_than_known(executor: Executor, vault: Vault, now: ApplicationNow) -> bool:
    """Is the ID number in this application another one than its customer has?"""
    value = _id_number(now)
    return bool(value) and borrower.has_another(executor, vault, now.lead_id, "id_number", value)


def known_elsewhere(executor: Executor, vault: Vault, now: ApplicationNow) -> Known | None:
    """Another customer who has the ID number that stands in this application as its customer's own; None if nobody has.
    Not for the eyes of who may not see him."""
    value = _id_number(now)
    if not value:
        return None
    known = look_up(executor, vault, Number("id_number", value))
    return known if known is not None and known.customer_id != customer_of(executor, now.lead_id) else None


def complete(unit: Unit, actor: Actor, now: ApplicationNow, field: FormField, value: object) -> None:
    """An ID number that the customer lacked is his from now on. His phone is not: that one may be another person's."""
    kind = _own(now.form, field)
    if kind == "id_number" and isinstance(value, str):
        borrower.complete(unit, actor, now.lead_id, kind, value)
