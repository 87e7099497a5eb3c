"""A person held for this transaction: what is counted of him and what he may do nobody else changes before the commit.

Rights are read when work on an event begins. Whoever then waits for a row that an import or `people leave` holds would
go on with the rights of before: so they are read again with the lock.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import bindparam, select

from core.people import queries
from core.people.models import Department, Person
from core.people.policy import Actor, Role
from core.store.base import table_of
from core.store.prepared import Prepared
from core.store.unit import Unit

_P, _D = table_of(Person), table_of(Department)
_PATH = select(_D.c.path).where(_D.c.id == _P.c.department_id).scalar_subquery()
# NO KEY UPDATE: history rows that name this person are inserted meanwhile, they only need his key to stay.
_HOLD = Prepared(
    select(_P.c.roles, _P.c.rank, _P.c.left_at, _PATH)
    .where(_P.c.id == bindparam("person"))
    .with_for_update(key_share=True)
)


def hold(unit: Unit, person: Actor) -> Actor:
    """The person with the rights of now; without any if he has left. Several are held in the order of their numbers,
    and people before leads."""
    if unit.connection.dialect.name != "postgresql":  # SQLite's one writer is us, from before the rights were read
        return person
    row = _HOLD.row(unit.connection, {"person": person.id})
    if row is None or row[2] is not None:
        return replace(person, roles=frozenset())
    roles, rank, _, department = row
    if department is None:  # made by the transaction for which we waited, and not to be seen by the statement that did
        department = queries.department_of(unit.connection, person.id) or person.department
    return replace(person, roles=queries.known_roles(roles), rank=rank, department=department)


def hold_number(unit: Unit, person_id: int) -> bool:
    """The person of this number is held; does he work here now?"""
    return hold_roles(unit, person_id) is not None


def hold_roles(unit: Unit, person_id: int) -> frozenset[Role] | None:
    """The person of this number is held: his roles of now; None if he does not work here."""
    held = select(_P.c.left_at, _P.c.roles).where(_P.c.id == person_id).with_for_update(key_share=True)
    row = unit.connection.execute(held).one_or_none()
    return queries.known_roles(row.roles) if row is not None and row.left_at is None else None


def hold_accounts(unit: Unit, accounts: Collection[str]) -> None:
    """Those who work here under these accounts are held; their rights are to be read after it."""
    if unit.connection.dialect.name == "postgresql":
        theirs = select(_P.c.id).where(queries.ACCOUNT.in_(accounts), _P.c.left_at.is_(None)).order_by(_P.c.id)
        unit.connection.execute(theirs.with_for_update(key_share=True))
