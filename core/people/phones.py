"""The phones of those who work here: to whom a short message can go, and where to."""

from collections.abc import Collection

from sqlalchemy import select

from core.people.models import Person, own_phone_place
from core.privacy import Vault
from core.store.base import table_of
from core.store.database import Executor, among

_P = table_of(Person)
_HAS = (_P.c.left_at.is_(None), _P.c.phone.is_not(None))


def with_phone(executor: Executor, person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people who work here and have a phone."""
    return frozenset(executor.scalars(select(_P.c.id).where(*_HAS, among(executor, _P.c.id, list(person_ids)))))


def phone_of(executor: Executor, vault: Vault, person_id: int) -> str | None:
    """The mobile number of somebody who works here; None if he left or has none.

    Raises:
        Unreadable: it came to harm, or was sealed with a key that we lack.
    """
    sealed = executor.scalar(select(_P.c.phone).where(*_HAS, _P.c.id == person_id))
    return vault.open(own_phone_place(person_id), sealed) if sealed else None
