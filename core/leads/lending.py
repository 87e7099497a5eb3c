"""What a loan application does to its lead: while one is under way the lead does not fall back, and what was paid out
counts. Called by `core/loans`, in its transactions; whether the acting person may is asked there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from core.leads.events import FallsAnew
from core.leads.models import IS_OPEN, Lead
from core.leads.tagged import marks_of
from core.leads.tags import Tagging
from core.store.base import table_of
from core.store.database import Executor
from core.store.prepared import Prepared
from core.store.unit import Unit

_L = table_of(Lead)
_BORROWING = Prepared(
    select(_L.c.customer_id, _L.c.owner_id, _L.c.product, _L.c.amount_fen, _L.c.channel, _L.c.grade).where(
        _L.c.id == bindparam("lead")
    )
)


@dataclass(frozen=True, slots=True)
class Borrowing:
    """What an application knows of its lead."""

    lead_id: int
    customer_id: int
    owner_id: int | None
    product: str | None
    amount_fen: int | None
    channel: str
    grade: str | None
    tags: tuple[str, ...]


def borrowing(unit: Unit, lead_id: int, tagging: Tagging | None) -> Borrowing | None:
    """The lead as it is now, without its tags where there is no `tagging`; None if there is none."""
    return borrowing_of(unit.connection, lead_id, tagging, unit.now)


def borrowing_of(executor: Executor, lead_id: int, tagging: Tagging | None, now: datetime) -> Borrowing | None:
    """The same, for who only reads."""
    row = _BORROWING.row(executor, {"lead": lead_id})
    if row is None:
        return None
    customer_id, owner_id, product, amount_fen, channel, grade = row
    marks = marks_of(executor, [lead_id], tagging, now).get(lead_id, ()) if tagging is not None else ()
    tags = tuple(mark.tag for mark in marks)
    return Borrowing(lead_id, customer_id, owner_id, product, amount_fen, channel, grade, tags)


def application_began(unit: Unit, lead_id: int) -> None:
    """It is handed in: the lead does not fall any more, and counts as one with an application."""
    _change(unit, lead_id, live_application=True, applied_at=unit.now)


def application_ended(unit: Unit, lead_id: int, *, lost: bool) -> None:
    """It is under way no more. Of one that came to nothing the lead is worked on as before, from now on."""
    _change(unit, lead_id, live_application=False, **({"idle_since": unit.now} if lost else {}))
    unit.happened(FallsAnew(lead_id))


def paid_out(unit: Unit, lead_id: int) -> None:
    """Money was paid out for it; a loan before it that is settled does not settle this one."""
    _change(unit, lead_id, disbursed_at=unit.now, settled_at=None)


def settled(unit: Unit, lead_id: int, at: datetime | None) -> None:
    """All that was lent for it was paid back; None: it was not, what said so was a mistake."""
    _change(unit, lead_id, settled_at=at)


def _change(unit: Unit, lead_id: int, **values: Any) -> None:
    changed = update(_L).where(_L.c.id == lead_id, IS_OPEN)
    unit.connection.execute(changed.values(**values, revision=_L.c.revision + 1))
