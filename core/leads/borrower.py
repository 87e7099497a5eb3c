"""The customer behind an application: his own numbers, for who may see them, and one that he lacks, once it is known.

Called by `core/loans` and what shows it; whether the acting person may work on the application is asked there.
"""

from typing import Literal, TypeAlias

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.leads.completing import Missing, fill, lacking
from core.leads.events import CustomerChanged
from core.leads.models import (
    NUMBERS,
    Customer,
    Lead,
    NumberKind,
    credit_code_place,
    id_number_place,
    phone_place,
    subject,
)
from core.leads.queries import opened, opened_name
from core.leads.service import owned
from core.people.policy import Actor, Verb, may_touch
from core.privacy import Vault
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

_C, _L = table_of(Customer), table_of(Lead)
OwnNumber: TypeAlias = Literal["phone", "id_number"]
_NUMBER_PLACES = {"phone": phone_place, "id_number": id_number_place, "credit_code": credit_code_place}
_PLACES = {"phone": phone_place, "id_number": id_number_place}


def own_number(session: Session, vault: Vault, viewer: Actor, lead_id: int, kind: OwnNumber) -> str | None:
    """The number of this lead's customer, in full; None if nobody knows it, it does not open, or `viewer` may not see
    it."""
    lead = owned(session, lead_id)
    if lead is None or not may_touch(viewer, Verb.SEE_PHONE, lead.owner_id, lead.department):
        return None
    return _number(session.connection(), vault, lead_id, kind)


def has_another(executor: Executor, vault: Vault, lead_id: int, kind: OwnNumber, value: str) -> bool:
    """Has this lead's customer a number of this kind, and another one than this (in normal form)? Not for the eyes of
    who may not see his."""
    return _number(executor, vault, lead_id, kind) not in (None, value)


def _number(executor: Executor, vault: Vault, lead_id: int, kind: OwnNumber) -> str | None:
    wanted = select(_C.c.id, _C.c[kind]).join(_L, _L.c.customer_id == _C.c.id).where(_L.c.id == lead_id)
    row = executor.execute(wanted).one_or_none()
    return opened(vault, _PLACES[kind](row.id), row[1]) if row is not None and row[1] is not None else None


def all_numbers(executor: Executor, vault: Vault, customer_id: int) -> list[tuple[NumberKind, str]]:
    """All numbers of a customer, with their kinds, those of whoever was merged into him too; what does not open is left
    out. Not for anybody's eyes: to compare with."""
    columns = [_C.c.id, *(_C.c[kind] for kind in NUMBERS)]
    his = select(*columns).where(or_(_C.c.id == customer_id, _C.c.merged_into_id == customer_id))
    found = [
        (kind, opened(vault, _NUMBER_PLACES[kind](row.id), sealed))
        for row in executor.execute(his)
        for kind, sealed in zip(NUMBERS, row[1:], strict=True)
        if sealed is not None
    ]
    return [(kind, value) for kind, value in found if value is not None]


def name_of(executor: Executor, vault: Vault, customer_id: int) -> str | None:
    """His name, to be sent where he authorised it; None if it does not open. Not for anybody's eyes."""
    sealed = executor.execute(select(_C.c.name).where(_C.c.id == customer_id)).scalar_one()
    return opened_name(vault, customer_id, sealed)


def customer_of(executor: Executor, lead_id: int) -> int:
    """Whose lead it is, by number."""
    return int(executor.execute(select(_L.c.customer_id).where(_L.c.id == lead_id)).scalar_one())


def complete(unit: Unit, actor: Actor, lead_id: int, kind: OwnNumber, value: str) -> bool:
    """Write the number (in normal form) to the lead's customer if he has none. False if he has one, or it is somebody
    else's: whose is not told, nor that it is anybody's."""
    customer_id = customer_of(unit.connection, lead_id)
    whole = (_C.c.id == customer_id, _C.c.merged_into_id.is_(None))
    held = unit.connection.execute(select(_C.c.id).where(*whole).with_for_update()).first()
    if held is None or kind not in lacking(unit.connection, [customer_id])[customer_id]:
        return False
    try:
        with unit.connection.begin_nested():
            fill(unit, [Missing(customer_id, kind, value)])
    except IntegrityError:
        return False
    unit.record(actor.id, "customer:complete", subject(lead_id), number=kind)
    unit.happened(CustomerChanged(lead_id))
    return True
