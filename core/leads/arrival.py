"""An arrival as it is before the database is asked: what is known of it, and the row of its customer should he be new.

Sealing and indexing is more work than writing, so it is done before the transaction (`arriving`).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.leads.models import NUMBERS, NumberKind, credit_code_place, id_number_place, name_place, phone_place
from core.privacy import Vault, name_key
from core.store.base import new_id


@dataclass(frozen=True, slots=True)
class NewLead:
    """What is known of an arrival, in normal form (`core.privacy.normal`). Money in fen, region by code. Without a
    phone only where the customer is known by something else, or can be asked for it (`external.py`)."""

    name: str
    phone: str | None
    channel: str
    id_number: str | None = None
    product: str | None = None
    amount_fen: int | None = None
    region: str | None = None
    note: str = ""
    credit_code: str | None = None
    language: str | None = None


class Arrival(NamedTuple):
    """An arrival made ready: the row of its customer, should he be new, and the blind indexes he is looked for by.
    `whose`: it is this customer's, whatever his numbers."""

    new: NewLead
    customer: dict[str, Any]
    phone_indexes: tuple[bytes, ...]
    id_number_indexes: tuple[bytes, ...]
    credit_code_indexes: tuple[bytes, ...]
    indexes: tuple[bytes, ...]  # all of them; whose it is known to be counts first, then the phone
    whose: int | None = None

    def unknown(self, known: Collection[bytes]) -> Iterator[tuple[NumberKind, str, tuple[bytes, ...]]]:
        """The numbers that are nobody's among the `known`: kind, value, and what it is looked for by."""
        new, by = self.new, (self.phone_indexes, self.id_number_indexes, self.credit_code_indexes)
        for kind, value, indexes in zip(NUMBERS, (new.phone, new.id_number, new.credit_code), by, strict=True):
            if value and not any(index in known for index in indexes):
                yield kind, value, indexes


def prepare(vault: Vault, new: NewLead, whose: int | None = None) -> Arrival:
    """Make an arrival ready, of the customer `whose` if he is known. Needs no database: sealing and indexing is more
    work than writing."""
    customer = customer_values(vault, new)
    numbers = (("phone", new.phone), ("id_number", new.id_number), ("credit_code", new.credit_code))
    if len(vault.key_ids()) > 1:  # while a key is being rotated
        indexes = [tuple(vault.indexes(f"customer.{name}", value)) if value else () for name, value in numbers]
    else:
        indexes = [(customer[f"{name}_index"],) if value else () for name, value in numbers]
    by_phone, by_id_number, by_credit_code = indexes
    all_of_them = by_phone + by_id_number + by_credit_code
    if whose is not None:
        all_of_them = (known_by(whose), *all_of_them)
    return Arrival(new, customer, by_phone, by_id_number, by_credit_code, all_of_them, whose)


def known_by(customer_id: int) -> bytes:
    """What stands for the blind index of one who is known: no index is so short."""
    return customer_id.to_bytes(8, "big")


def customer_values(vault: Vault, new: NewLead) -> dict[str, Any]:
    """The columns of a new customer: sealed values bound to a fresh id, and their blind indexes."""
    customer_id = new_id()
    given, dot, _ = new.name.partition("·")
    return {
        "id": customer_id,
        "name": vault.seal(name_place(customer_id), new.name),
        "name_index": vault.index("customer.name", name_key(new.name)),
        "given_name_index": vault.index("customer.name", name_key(given)) if dot else None,
        "phone": vault.seal(phone_place(customer_id), new.phone) if new.phone else None,
        "phone_index": vault.index("customer.phone", new.phone) if new.phone else None,
        "id_number": vault.seal(id_number_place(customer_id), new.id_number) if new.id_number else None,
        "id_number_index": vault.index("customer.id_number", new.id_number) if new.id_number else None,
        "credit_code": vault.seal(credit_code_place(customer_id), new.credit_code) if new.credit_code else None,
        "credit_code_index": vault.index("customer.credit_code", new.credit_code) if new.credit_code else None,
    }
