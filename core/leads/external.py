"""客户联系: customers whom officers have among their contacts in a messenger, known by the platform's id of them.

Such a customer is found by that id, as others are by a phone; often it is all there is of him. The id belongs to a row
of its own and not to the customer's: one person may write from two accounts, and two customers who turn out to be one
keep both their ids, whichever of them goes on (`merged.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, SmallInteger, String, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.leads.models import Customer, Lead
from core.people.models import Person
from core.store.base import Base, BigId, UtcDateTime, new_id, table_of
from core.store.database import insert_new
from core.store.unit import Unit

GoneBy: TypeAlias = Literal["customer", "member"]
_COLUMN = "external_contact.userid"


class ExternalContact(Base):
    """One account of a customer in a messenger. The platform's id of it is sealed, and found by its blind index.
    `customer_id` is only None within the transaction that makes the row."""

    __tablename__ = "external_contact"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    userid: Mapped[bytes] = mapped_column(LargeBinary)
    userid_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    customer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("customer.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExternalFollow(Base):
    """This person has the contact among his own since `added_at`, until one of the two removed the other (`gone_at`,
    `gone_by`). `state` is what the QR code said by which he came (sealed: anybody can write one), `way` the platform's
    number of how he came."""

    __tablename__ = "external_follow"

    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("external_contact.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    way: Mapped[int | None] = mapped_column(SmallInteger)
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gone_by: Mapped[str | None] = mapped_column(String(8))


_E, _F = table_of(ExternalContact), table_of(ExternalFollow)
_C, _L, _P = table_of(Customer), table_of(Lead), table_of(Person)


def userid_place(contact_id: int | str) -> str:
    """The vault's place of the platform's id of a contact."""
    return f"{_COLUMN}:{contact_id}"


def state_place(contact_id: int | str, person_id: int | str) -> str:
    """The vault's place of what a contact's QR code said."""
    return f"external_follow.state:{contact_id}:{person_id}"


@dataclass(frozen=True, slots=True)
class Held:
    """A contact whose row this transaction holds: nothing else happens to him meanwhile. `customer_id` is whose he is
    now; None: he is new."""

    id: int
    customer_id: int | None


def hold_contact(unit: Unit, userid: str, *, make: bool = False) -> Held | None:
    """The contact with this id, held until the transaction ends; made if there is none and `make`. Two who make one at
    the same instant make one: the unique index decides, and the slower waits for the other."""
    indexes = unit.vault.indexes(_COLUMN, userid)
    whose = select(func.coalesce(_C.c.merged_into_id, _C.c.id)).where(_C.c.id == _E.c.customer_id).scalar_subquery()
    held = select(_E.c.id, whose).where(_E.c.userid_index.in_(indexes)).with_for_update(of=_E)
    row = unit.connection.execute(held).first()
    if row is None and make:
        contact_id = new_id()
        values = {
            "id": contact_id,
            "userid": unit.vault.seal(userid_place(contact_id), userid),
            "userid_index": unit.vault.index(_COLUMN, userid),
            "created_at": unit.now,
        }
        unit.connection.execute(insert_new(unit.connection, ExternalContact).values(values))
        row = unit.connection.execute(held).one()
    return Held(*row) if row is not None else None


def belongs_to(unit: Unit, contact: Held, customer_id: int) -> None:
    """The contact is this customer's from now on."""
    unit.connection.execute(update(_E).where(_E.c.id == contact.id).values(customer_id=customer_id))


def is_followed(unit: Unit, contact: Held, person_id: int) -> bool:
    """Has this person the contact among his own?"""
    here = (_F.c.contact_id == contact.id, _F.c.person_id == person_id, _F.c.gone_at.is_(None))
    return unit.connection.execute(select(_F.c.added_at).where(*here)).first() is not None


def follow(unit: Unit, contact: Held, person_id: int, way: int | None, state: str) -> None:
    """This person has the contact among his own from now on, again if he was gone. The contact is held."""
    here = (_F.c.contact_id == contact.id, _F.c.person_id == person_id)
    sealed = unit.vault.seal(state_place(contact.id, person_id), state) if state else None
    values = {"way": way, "state": sealed, "added_at": unit.now, "gone_at": None, "gone_by": None}
    again = unit.connection.execute(update(_F).where(*here).values(values).returning(_F.c.contact_id))
    if again.scalar() is None:
        unit.connection.execute(insert(_F).values(contact_id=contact.id, person_id=person_id, **values))


def unfollow(unit: Unit, contact: Held, person_id: int, by: GoneBy) -> bool:
    """One of the two removed the other; False if that is known, or the person never had the contact."""
    here = (_F.c.contact_id == contact.id, _F.c.person_id == person_id, _F.c.gone_at.is_(None))
    gone = update(_F).where(*here).values(gone_at=unit.now, gone_by=by).returning(_F.c.contact_id)
    return unit.connection.execute(gone).scalar() is not None


@dataclass(frozen=True, slots=True)
class Friend:
    """A colleague who has the customer among his contacts, or had until `gone_at`."""

    who: str
    person_id: int
    added_at: datetime
    gone_at: datetime | None = None
    gone_by: GoneBy | None = None


def friends_of(session: Session, customer_id: int) -> tuple[Friend, ...]:
    """Who has this customer among his contacts, or had, what happened last last."""
    theirs = select(_C.c.id).where((_C.c.id == customer_id) | (_C.c.merged_into_id == customer_id))
    rows = session.execute(
        select(_P.c.name, _P.c.id, _F.c.added_at, _F.c.gone_at, _F.c.gone_by)
        .select_from(_F.join(_E, _E.c.id == _F.c.contact_id).join(_P, _P.c.id == _F.c.person_id))
        .where(_E.c.customer_id.in_(theirs))
        .order_by(func.coalesce(_F.c.gone_at, _F.c.added_at), _P.c.id)
    )
    return tuple(Friend(*row) for row in rows)
