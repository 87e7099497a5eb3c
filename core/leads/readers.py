"""保留查看: who gave a lead away may look into it until a date, and then no longer, by itself.

A reader sees what its owner's superior sees (phones masked), and does nothing to it. It ends when the lead goes into a
pool: there only the pool's own rules say what is seen of it, and whoever gets it then has not let anybody look. It ends
for a reader who gets the lead himself, too: when it goes on from him, whoever moves it says anew whether he may look.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, bindparam, delete, exists, false, select
from sqlalchemy.orm import Mapped, mapped_column

from core.leads.models import Lead, subject
from core.people.policy import Actor, Verb, may
from core.store.base import Base, UtcDateTime, table_of
from core.store.database import Executor, among, insert_or_replace
from core.store.prepared import Prepared
from core.store.unit import Unit

LONGEST = timedelta(days=366)
"""Nobody looks into somebody else's lead for longer than that: who still has to is given the lead."""


class LeadReader(Base):
    """`person_id` may look into the lead until `until`; `by_id` let him, `at`. What is over stays written down."""

    __tablename__ = "lead_reader"
    __table_args__ = (Index(None, "person_id", "until"),)

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


_R, _L = table_of(LeadReader), table_of(Lead)
_UNTIL = Prepared(
    select(_R.c.until)
    .join(_L, _L.c.id == _R.c.lead_id)
    .where(
        _R.c.lead_id == bindparam("lead"),
        _R.c.person_id == bindparam("person"),
        _R.c.until > bindparam("now", type_=UtcDateTime),
        _L.c.owner_id.is_not(None),
    )
)

_GOT_IT_HIMSELF = Prepared(
    delete(_R)
    .where(
        _R.c.lead_id == bindparam("lead"),
        _R.c.person_id == bindparam("person"),
        _R.c.until > bindparam("now", type_=UtcDateTime),
    )
    .returning(_R.c.lead_id)
)


def let_read(unit: Unit, lead_id: int, person_id: int, until: datetime, by_id: int) -> None:
    """From now until `until` this person may look into the lead; that replaces what he had before."""
    values = {"lead_id": lead_id, "person_id": person_id, "until": until, "by_id": by_id, "at": unit.now}
    unit.connection.execute(insert_or_replace(unit.connection, LeadReader, ("lead_id", "person_id")), values)
    unit.record(by_id, "lead:reader", subject(lead_id), person=person_id, until=until.isoformat())


def reads_until(executor: Executor, viewer: Actor, lead_id: int, now: datetime) -> datetime | None:
    """Until when `viewer` may look into the lead although it is not his; None if he may not by this. Who works leads
    no more has no use for it."""
    if not may(viewer, Verb.SEE_LEAD):
        return None
    row = _UNTIL.row(executor, {"lead": lead_id, "person": viewer.id, "now": now})
    return row[0] if row else None


def is_read_by(viewer: Actor, now: datetime) -> ColumnElement[bool]:
    """The same as a condition over `lead`, for lists."""
    if not may(viewer, Verb.SEE_LEAD):
        return false()
    mine = exists().where(_R.c.lead_id == _L.c.id, _R.c.person_id == viewer.id, _R.c.until > now)
    return mine & _L.c.owner_id.is_not(None)


def end_reading(unit: Unit, lead_ids: Sequence[int], by_id: int | None) -> list[int]:
    """Nobody looks into these leads by this any more; whom that concerned. `by_id` None: by a rule."""
    here = among(unit.connection, _R.c.lead_id, lead_ids)
    ended = unit.connection.execute(
        delete(_R).where(here, _R.c.until > unit.now).returning(_R.c.lead_id, _R.c.person_id)
    ).all()
    for lead_id, person_id in ended:
        unit.record(by_id, "lead:reader:end", subject(lead_id), person=person_id)
    return [person_id for _, person_id in ended]


def owner_again(unit: Unit, lead_id: int, person_id: int, by_id: int | None) -> None:
    """The lead is this person's own from now on: that he might look into it ends."""
    if _GOT_IT_HIMSELF.row(unit.connection, {"lead": lead_id, "person": person_id, "now": unit.now}) is not None:
        unit.record(by_id, "lead:reader:end", subject(lead_id), person=person_id)
