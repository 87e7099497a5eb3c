"""A known customer who is brought again with a number that he lacks gets it: his phone, ID number or credit code.

So the number finds him from then on, and nobody makes him a second time by it. A number that he has already, he or one
who was merged into him, is never replaced; nor is one taken that is somebody else's: the unique indexes decide.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, update

from core.leads.models import NUMBERS, Customer, NumberKind, credit_code_place, id_number_place, phone_place
from core.privacy import Vault
from core.store.base import table_of
from core.store.bulk import Among
from core.store.database import Executor
from core.store.unit import Unit

_C = table_of(Customer)
_HAS = "phone_index IS NOT NULL, id_number_index IS NOT NULL, credit_code_index IS NOT NULL"
_OWN = Among(f"SELECT id, {_HAS} FROM customer WHERE id {{}}")  # noqa: S608  names of our own columns
_MERGED = Among(f"SELECT merged_into_id, {_HAS} FROM customer WHERE merged_into_id {{}}")  # noqa: S608
_PLACES = {"phone": phone_place, "id_number": id_number_place, "credit_code": credit_code_place}
_FILL = {
    kind: update(_C)
    .where(_C.c.id == bindparam("customer"), _C.c[f"{kind}_index"].is_(None))
    .values({kind: bindparam("sealed"), f"{kind}_index": bindparam("index")})
    for kind in NUMBERS
}


class Missing(NamedTuple):
    """A number (in normal form) that this customer lacks and was brought with."""

    customer_id: int
    kind: NumberKind
    value: str


def lacking(executor: Executor, customers: Collection[int]) -> dict[int, set[NumberKind]]:
    """Which numbers these customers lack, by their ids. What one has who was merged into them is theirs."""
    lacks: dict[int, set[NumberKind]] = {customer: set(NUMBERS) for customer in customers}
    for customer, *has in [*_OWN.rows(executor, customers), *_MERGED.rows(executor, customers)]:
        lacks[customer] -= {kind for kind, there in zip(NUMBERS, has, strict=True) if there}
    return lacks


def sealed_number(vault: Vault, missing: Missing) -> tuple[bytes, bytes]:
    """The number, sealed for its customer's row, and its blind index."""
    sealed = vault.seal(_PLACES[missing.kind](missing.customer_id), missing.value)
    return sealed, vault.index(f"customer.{missing.kind}", missing.value)


def fill(unit: Unit, missing: Sequence[Missing]) -> None:
    """Write the numbers into the rows of their customers, who are held.

    Raises:
        IntegrityError: one of them is somebody else's since we looked.
    """
    for kind in NUMBERS:
        rows: list[dict[str, Any]] = []
        for each in missing:
            if each.kind == kind:
                sealed, index = sealed_number(unit.vault, each)
                rows.append({"customer": each.customer_id, "sealed": sealed, "index": index})
        if rows:  # in one order for all, as those who are new are inserted
            unit.connection.execute(_FILL[kind], sorted(rows, key=lambda row: row["index"]))
