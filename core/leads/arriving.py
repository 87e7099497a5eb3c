"""How customers and leads come into being, one or thousands at a time: by hand, by file and by API all go through here.

Two who bring one phone at the same instant make one customer and one lead: the unique indexes decide, not a look
beforehand. One who is known gets the numbers that he lacked (`completing`). What can be done before the transaction
(sealing, blind indexes) is done by `prepare` (`arrival`), so that many leads hold up nobody for longer than it takes to
write them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core.leads.arrival import Arrival as Arrival
from core.leads.arrival import NewLead as NewLead
from core.leads.arrival import customer_values as customer_values
from core.leads.arrival import known_by
from core.leads.arrival import prepare as prepare
from core.leads.completing import Missing, fill, lacking, sealed_number
from core.leads.events import CustomerChanged, LeadsAdded
from core.leads.merged import hold
from core.leads.models import (
    NUMBERS,
    Customer,
    How,
    Lead,
    LeadState,
    NumberKind,
    Ownership,
    Touch,
    note_place,
    subject,
)
from core.leads.outcomes import Added, AlreadyOpen
from core.leads.pools import Pools
from core.privacy import Vault
from core.store.base import new_id
from core.store.bulk import Among, InsertMany
from core.store.database import Executor, dialect_of
from core.store.unit import Unit


@dataclass(slots=True)
class _Sorted:
    """Whose each arrival is, in their order; the rows of those who are `made`, and what those lack who were there. By
    place of the arrival, which numbers it brought to one who `lacks` them."""

    known: dict[bytes, int]
    lacks: dict[int, set[NumberKind]]
    ids: list[int] = field(default_factory=list)
    made: dict[int, dict[str, Any]] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    completed: dict[int, tuple[NumberKind, ...]] = field(default_factory=dict)

    def add(self, vault: Vault, arrival: Arrival) -> None:
        """The next arrival, as if all before it had been written."""
        found = _find(self.known, arrival)
        if found is None:
            found = arrival.customer["id"]
            self.made[found] = arrival.customer
            self.lacks[found] = {kind for kind in NUMBERS if arrival.customer[f"{kind}_index"] is None}
            self.known |= dict.fromkeys(arrival.indexes, found)
        elif lacks := self.lacks.get(found):
            got = [each for each in arrival.unknown(self.known) if each[0] in lacks]
            for kind, value, indexes in got:
                self._complete(vault, Missing(found, kind, value))
                self.known |= dict.fromkeys(indexes, found)
            if got:
                self.completed[len(self.ids)] = tuple(kind for kind, *_ in got)
        self.ids.append(found)

    def _complete(self, vault: Vault, missing: Missing) -> None:
        self.lacks[missing.customer_id].remove(missing.kind)
        if missing.customer_id not in self.made:
            self.missing.append(missing)
            return
        sealed, index = sealed_number(vault, missing)  # arrivals may be taken a second time: their rows stay
        row = self.made[missing.customer_id] | {missing.kind: sealed, f"{missing.kind}_index": index}
        self.made[missing.customer_id] = row


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


def arrive(
    unit: Unit, arrivals: Sequence[Arrival], pools: Pools, *, by_id: int | None, owner_id: int | None = None
) -> list[Added | AlreadyOpen]:
    """Each arrival becomes a customer (found again by phone or ID number, and then completed) and an open lead of
    `owner_id`, or one that waits in its pool; where the customer has an open lead, in the order given, it is noted on
    that one. Each is audited as `by_id`'s (None: nobody's, a file or a channel brought it). Whose customer came again
    is for the caller to tell.
    """
    customers, completed = _customers(unit, arrivals)
    firsts: dict[int, NewLead] = {}
    for customer, arrival in zip(customers, arrivals, strict=True):
        firsts.setdefault(customer, arrival.new)
    opened, made = _open_leads(unit, firsts, pools, owner_id)
    _begin_histories(unit, made, by_id, owner_id)
    if made:
        unit.happened(LeadsAdded(tuple(made)))
    outcomes: list[Added | AlreadyOpen] = []
    for place, (customer, arrival) in enumerate(zip(customers, arrivals, strict=True)):
        lead_id, holder, pool = opened[customer]
        channel = arrival.new.channel
        if made.pop(lead_id, None) is not None:
            unit.record(by_id, "lead:add", subject(lead_id), channel=channel, pool=pool, owner=holder)
            outcomes.append(Added(lead_id, holder, pool))
        else:
            unit.record(by_id, "lead:touch", subject(lead_id), channel=channel)
            outcomes.append(AlreadyOpen(lead_id, holder, pool, completed=completed.get(place, ())))
        for kind in completed.get(place, ()):
            unit.record(by_id, f"customer:{kind}", subject(lead_id))
            if kind == "phone":  # the others stand on no card
                unit.happened(CustomerChanged(lead_id))
    touches = [(outcome.lead_id, each.new.channel) for outcome, each in zip(outcomes, arrivals, strict=True)]
    _ADD_TOUCHES.run(unit.connection, touches, at=unit.now, by_id=by_id)
    return outcomes


def customer_of(unit: Unit, new: NewLead) -> int:
    """The id of the customer with this phone or ID number; made if there is none. Safe against another insert."""
    (customer,), _ = _customers(unit, [prepare(unit.vault, new)])
    return customer


def open_leads_of(executor: Executor, arrivals: Iterable[Arrival]) -> list[int | None]:
    """The open lead that each arrival would be noted on now, None where it would be a new one. Writes nothing."""
    arrivals = list(arrivals)
    known = _known(executor, arrivals)
    customers = [_find(known, arrival) for arrival in arrivals]
    opened = _opened(executor, {customer for customer in customers if customer is not None})
    return [opened[customer][0] if customer in opened else None for customer in customers]


def _customers(unit: Unit, arrivals: Sequence[Arrival]) -> tuple[list[int], dict[int, tuple[NumberKind, ...]]]:
    """The customer's id for each arrival; those who are new are inserted, those who lacked a number get it: which, by
    the place of the arrival that brought it."""
    known, half = _held(unit, arrivals)
    found = _Sorted(known, lacking(unit.connection, half))
    for arrival in arrivals:
        found.add(unit.vault, arrival)
    if not _written(unit, found):
        # Another transaction was faster (it is there now), or had the same fresh id.
        return _customers(unit, [prepare(unit.vault, arrival.new, arrival.whose) for arrival in arrivals])
    return found.ids, found.completed


def _held(unit: Unit, arrivals: Sequence[Arrival]) -> tuple[dict[bytes, int], set[int]]:
    """The customers that are there already, who stay as they are until the transaction ends; and those of them of whom
    an arrival says more than was known."""
    known = _known(unit.connection, arrivals)
    half = _half_known(known, arrivals)
    while hold(unit.connection, known.values(), to_change=bool(half)):
        now = _known(unit.connection, arrivals)
        if now == known:
            break
        known, half = now, _half_known(now, arrivals)
    return known, half


def _half_known(known: dict[bytes, int], arrivals: Sequence[Arrival]) -> set[int]:
    found = ((_find(known, arrival), arrival) for arrival in arrivals) if known else ()
    return {customer for customer, arrival in found if customer is not None and any(arrival.unknown(known))}


def _written(unit: Unit, found: _Sorted) -> bool:
    """All of it, or False: then what was to be completed is as it was."""
    # One order for all: two who bring the same people cannot wait for each other.
    made = sorted(found.made.values(), key=lambda row: (row["phone_index"] or b"", row["id"]))
    if not found.missing:
        return _inserted(unit, made)
    try:
        with unit.connection.begin_nested() as savepoint:
            fill(unit, found.missing)
            if _inserted(unit, made):
                return True
            savepoint.rollback()
    except IntegrityError:
        pass
    return False


def _inserted(unit: Unit, made: Sequence[dict[str, Any]]) -> bool:
    rows = [_row_of(row) for row in made]
    return _ADD_CUSTOMERS.run(unit.connection, rows, created_at=unit.now) or _are_there(unit.connection, made)


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
    by_id = {known_by(customer_id): now for customer_id, now in _BY_ID.rows(executor, known)}
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
