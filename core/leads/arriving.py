"""How customers and leads come into being, one or thousands at a time: by hand, by file and by API all go through here.

Two who bring one phone at the same instant make one customer and one lead: the unique indexes decide, not a look
beforehand. What can be done before the transaction (sealing, blind indexes) is done by `prepare`, so that many leads
hold up nobody for longer than it takes to write them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import func, select

from core.leads.merged import hold
from core.leads.models import (
    Customer,
    How,
    Lead,
    LeadState,
    Ownership,
    Touch,
    credit_code_place,
    id_number_place,
    name_place,
    note_place,
    phone_place,
    subject,
)
from core.leads.outcomes import Added, AlreadyOpen
from core.leads.pools import Pools
from core.privacy import Vault, name_key
from core.store.base import new_id
from core.store.bulk import Among, InsertMany
from core.store.database import Executor, dialect_of
from core.store.unit import Unit


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


_CUSTOMER = (
    *("id", "name", "name_index", "given_name_index", "phone", "phone_index", "id_number", "id_number_index"),
    *("credit_code", "credit_code_index"),
)
_row_of = itemgetter(*_CUSTOMER)
_ADD_CUSTOMERS = InsertMany(Customer, _CUSTOMER, ("created_at",), new_only=True)
_ADD_LEADS = InsertMany(
    Lead,
    ("id", "customer_id", "pool", "product", "amount_fen", "region", "channel", "note", "language"),
    (
        *("state", "owner_id", "owned_at", "pooled_at", "idle_since", "contacted", "live_application", "created_at"),
        "revision",
    ),
    new_only=True,
)
_ADD_TOUCHES = InsertMany(Touch, ("lead_id", "channel"), ("at", "by_id"))
_ADD_HISTORIES = InsertMany(Ownership, ("id", "lead_id", "pool"), ("owner_id", "how", "by_id", "since"))
# Whose a number is; of a customer who was merged, the one he is now.
_BY_PHONE = Among("SELECT phone_index, coalesce(merged_into_id, id) FROM customer WHERE phone_index {}")
_BY_ID_NUMBER = Among("SELECT id_number_index, coalesce(merged_into_id, id) FROM customer WHERE id_number_index {}")
_BY_CREDIT_CODE = Among(
    "SELECT credit_code_index, coalesce(merged_into_id, id) FROM customer WHERE credit_code_index {}"
)
_BY_ID = Among("SELECT id, coalesce(merged_into_id, id) FROM customer WHERE id {}")
_NAMES = Among("SELECT id, name FROM customer WHERE id {}")
_OPEN = Among("SELECT customer_id, id, owner_id, pool FROM lead WHERE state = 'open' AND customer_id {}")


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
        all_of_them = (_known_by(whose), *all_of_them)
    return Arrival(new, customer, by_phone, by_id_number, by_credit_code, all_of_them, whose)


def _known_by(customer_id: int) -> bytes:
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


def arrive(
    unit: Unit, arrivals: Sequence[Arrival], pools: Pools, *, by_id: int | None, owner_id: int | None = None
) -> list[Added | AlreadyOpen]:
    """Each arrival becomes a customer (found again by phone or ID number) and an open lead of `owner_id`, or one that
    waits in its pool; where the customer has an open lead, in the order given, it is noted on that one. Each is audited
    as `by_id`'s (None: nobody's, a file or a channel brought it). Whose customer came again is for the caller to tell.
    """
    customers = _customers(unit, arrivals)
    firsts: dict[int, NewLead] = {}
    for customer, arrival in zip(customers, arrivals, strict=True):
        firsts.setdefault(customer, arrival.new)
    opened, made = _open_leads(unit, firsts, pools, owner_id)
    _begin_histories(unit, made, by_id, owner_id)
    outcomes: list[Added | AlreadyOpen] = []
    for customer, arrival in zip(customers, arrivals, strict=True):
        lead_id, holder, pool = opened[customer]
        channel = arrival.new.channel
        if made.pop(lead_id, None) is not None:
            unit.record(by_id, "lead:add", subject(lead_id), channel=channel, pool=pool, owner=holder)
            outcomes.append(Added(lead_id, holder, pool))
        else:
            unit.record(by_id, "lead:touch", subject(lead_id), channel=channel)
            outcomes.append(AlreadyOpen(lead_id, holder, pool))
    touches = [(outcome.lead_id, each.new.channel) for outcome, each in zip(outcomes, arrivals, strict=True)]
    _ADD_TOUCHES.run(unit.connection, touches, at=unit.now, by_id=by_id)
    return outcomes


def customer_of(unit: Unit, new: NewLead) -> int:
    """The id of the customer with this phone or ID number; made if there is none. Safe against another insert."""
    return _customers(unit, [prepare(unit.vault, new)])[0]


def open_leads_of(executor: Executor, arrivals: Iterable[Arrival]) -> list[int | None]:
    """The open lead that each arrival would be noted on now, None where it would be a new one. Writes nothing."""
    arrivals = list(arrivals)
    known = _known(executor, arrivals)
    customers = [_find(known, arrival) for arrival in arrivals]
    opened = _opened(executor, {customer for customer in customers if customer is not None})
    return [opened[customer][0] if customer in opened else None for customer in customers]


def _customers(unit: Unit, arrivals: Sequence[Arrival]) -> list[int]:
    """The customer's id for each arrival; those who are new are inserted."""
    known = _known(unit.connection, arrivals)
    while hold(unit.connection, known.values()) and (now := _known(unit.connection, arrivals)) != known:
        known = now
    ids: list[int] = []
    made: list[dict[str, Any]] = []
    for arrival in arrivals:
        found = _find(known, arrival)
        if found is None:
            found = arrival.customer["id"]
            made.append(arrival.customer)
            known |= dict.fromkeys(arrival.indexes, found)
        ids.append(found)
    # One order for all: two who bring the same people cannot wait for each other.
    rows = [_row_of(row) for row in sorted(made, key=lambda row: (row["phone_index"] or b"", row["id"]))]
    if not _ADD_CUSTOMERS.run(unit.connection, rows, created_at=unit.now) and not _are_there(unit.connection, made):
        # Another transaction was faster (it is there now), or had the same fresh id.
        return _customers(unit, [prepare(unit.vault, arrival.new, arrival.whose) for arrival in arrivals])
    return ids


def _are_there(executor: Executor, made: Sequence[dict[str, Any]]) -> bool:
    """Are all of these rows there, and ours? No two seals are alike."""
    there = {customer_id: bytes(name) for customer_id, name in _NAMES.rows(executor, [row["id"] for row in made])}
    return all(there.get(row["id"]) == row["name"] for row in made)


def _known(executor: Executor, arrivals: Iterable[Arrival]) -> dict[bytes, int]:
    """The customers that are there already, by the blind indexes of the arrivals."""
    arrivals = list(arrivals)
    numbers = {index for arrival in arrivals for index in arrival.id_number_indexes}
    phones = {index for arrival in arrivals for index in arrival.phone_indexes}
    codes = {index for arrival in arrivals for index in arrival.credit_code_indexes}
    by_number = _ids_by(_BY_CREDIT_CODE, executor, codes) | _ids_by(_BY_ID_NUMBER, executor, numbers)
    known = {arrival.whose for arrival in arrivals if arrival.whose is not None}
    by_id = {_known_by(customer_id): now for customer_id, now in _BY_ID.rows(executor, known)}
    return by_number | _ids_by(_BY_PHONE, executor, phones) | by_id


def _ids_by(wanted: Among, executor: Executor, indexes: Collection[bytes]) -> dict[bytes, int]:
    return {bytes(index): customer_id for index, customer_id in wanted.rows(executor, indexes)}


def _find(known: dict[bytes, int], arrival: Arrival) -> int | None:
    for index in arrival.indexes:
        if index in known:
            return known[index]
    return None


_Opened = tuple[int, int | None, str]  # the lead, its owner, its pool


def _open_leads(
    unit: Unit, wanted: dict[int, NewLead], pools: Pools, owner_id: int | None
) -> tuple[dict[int, _Opened], dict[int, str]]:
    """The open lead of each customer, made where he has none; and the pools of those that were made, by their
    numbers."""
    opened = _opened(unit.connection, wanted)
    made: dict[int, str] = {}
    owned = unit.now if owner_id is not None else None
    while missing := sorted(customer for customer in wanted if customer not in opened):
        numbers = _numbers(unit.connection, len(missing))
        rows = [
            _lead(unit.vault, number, each, wanted[each], pools) for number, each in zip(numbers, missing, strict=True)
        ]
        all_new = _ADD_LEADS.run(
            unit.connection,
            rows,
            state=LeadState.OPEN.value,
            owner_id=owner_id,
            owned_at=owned,
            pooled_at=unit.now if owned is None else None,
            idle_since=owned,
            contacted=False,
            live_application=False,
            created_at=unit.now,
            revision=1,
        )
        ours = {customer: (number, owner_id, pool) for number, customer, pool, *_ in rows}
        now = ours if all_new else _opened(unit.connection, missing)  # somebody else's where he was faster
        made |= {lead[0]: lead[2] for customer, lead in now.items() if lead == ours[customer]}
        opened |= now
    return opened, made


def _opened(executor: Executor, customers: Collection[int]) -> dict[int, _Opened]:
    return {customer: (lead_id, owner, pool) for customer, lead_id, owner, pool in _OPEN.rows(executor, customers)}


def _numbers(executor: Executor, count: int) -> list[int]:
    """So many fresh lead numbers: a note is sealed for its lead's number before the lead is written."""
    if dialect_of(executor) == "postgresql":
        sequence = func.pg_get_serial_sequence(Lead.__tablename__, "id")
        drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
        return [int(number) for number in executor.scalars(drawn)]
    last = executor.scalar(select(func.coalesce(func.max(Lead.id), 0))) or 0  # as SQLite itself numbers; we write alone
    return list(range(last + 1, last + 1 + count))


def _lead(vault: Vault, number: int, customer_id: int, new: NewLead, pools: Pools) -> tuple[Any, ...]:
    pool = pools.place(new.region, new.product).key
    note = vault.seal(note_place(number), new.note) if new.note else None
    return (number, customer_id, pool, new.product, new.amount_fen, new.region, new.channel, note, new.language)


def _begin_histories(unit: Unit, made: dict[int, str], by_id: int | None, owner_id: int | None) -> None:
    """The first row of each new lead's history; every later one is written where it changes hands (`ownership`)."""
    rows = [(new_id(), lead_id, pool) for lead_id, pool in made.items()]
    how = How.ENTER.value
    _ADD_HISTORIES.run(unit.connection, rows, owner_id=owner_id, how=how, by_id=by_id, since=unit.now)
