"""黑名单: numbers (phone, ID number, credit code) of people and companies to whom nothing is lent, with the reason.

Who is on it stands there until a day, or until he is taken off; what was taken off stays, for the record. An
application is looked up by all numbers on its form and all of its customer's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update

from core.moments import day_of
from core.privacy import Unreadable, Vault, normal_credit_code, normal_id_number, normal_phone
from core.risk.models import Blacklisted, listed_number_place, listed_reason_place
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Unit

INDEX = "blacklisted.number"
"""The column of the vault's blind indexes."""
_B = table_of(Blacklisted)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is listed: of which kind (`phone`, `id_number`, `credit_code`), and in its normal form."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who is on the list: since when, why, and until which day (None: until he is taken off)."""

    id: int
    number: Number
    reason: str
    added_at: datetime
    until: date | None


def number_of(text: str) -> Number | None:
    """The number that is written there; None if it is none of these."""
    found = (("id_number", normal_id_number), ("credit_code", normal_credit_code), ("phone", normal_phone))
    return next((Number(kind, value) for kind, normal in found if (value := normal(text)) is not None), None)


def add(unit: Unit, number: Number, reason: str, until: date | None) -> bool:
    """Put it on the list; False: it was there, and has this reason and day now."""
    mine = (_listed(unit.vault, (number,)), _now(unit.now))
    there = unit.connection.execute(select(_B.c.id).where(*mine)).scalar()
    row_id = there if there is not None else _new(unit, number)
    values = {"reason": unit.vault.seal(listed_reason_place(row_id), reason), "until": until}
    unit.connection.execute(update(_B).where(_B.c.id == row_id).values(values))
    unit.record(None, "risk:blacklisted", f"blacklisted:{row_id}", until=until.isoformat() if until else "")
    return there is None


def _new(unit: Unit, number: Number) -> int:
    index = unit.vault.index(INDEX, str(number))
    values = {"number": b"", "number_index": index, "reason": b"", "added_at": unit.now}
    row_id = int(unit.connection.execute(insert(_B).values(values).returning(_B.c.id)).scalar_one())
    sealed = unit.vault.seal(listed_number_place(row_id), str(number))
    unit.connection.execute(update(_B).where(_B.c.id == row_id).values(number=sealed))
    return row_id


def take_off(unit: Unit, number: Number) -> bool:
    """Take it off the list; False: it is not there."""
    mine = (_listed(unit.vault, (number,)), _now(unit.now))
    gone = update(_B).where(*mine).values(removed_at=unit.now).returning(_B.c.id)
    removed = unit.connection.scalars(gone).all()
    for each in removed:
        unit.record(None, "risk:unblacklisted", f"blacklisted:{each}")
    return bool(removed)


def is_listed(executor: Executor, vault: Vault, numbers: Collection[Number], now: datetime) -> bool:
    """Is any of these on the list?"""
    if not numbers:
        return False
    return executor.execute(select(_B.c.id).where(_listed(vault, numbers), _now(now)).limit(1)).first() is not None


def entries(executor: Executor, vault: Vault, now: datetime) -> Sequence[Entry]:
    """Who is on the list now, the last first."""
    rows = executor.execute(select(_B).where(_now(now)).order_by(_B.c.id.desc())).all()
    return [_entry(vault, row) for row in rows]


def unopened(executor: Executor, vault: Vault, now: datetime) -> int:
    """How many on the list now do not open with the keys at hand: by those they are not found either, and nobody is
    refused because of them."""
    rows = executor.execute(select(_B.c.id, _B.c.number).where(_now(now))).all()
    return sum(not _opens(vault, row) for row in rows)


def _opens(vault: Vault, row: Any) -> bool:
    try:
        vault.open(listed_number_place(row.id), row.number)
    except Unreadable:
        return False
    return True


def _entry(vault: Vault, row: Any) -> Entry:
    kind, _, value = vault.open(listed_number_place(row.id), row.number).partition(":")
    return Entry(
        row.id, Number(kind, value), vault.open(listed_reason_place(row.id), row.reason), row.added_at, row.until
    )


def _listed(vault: Vault, numbers: Collection[Number]) -> ColumnElement[bool]:
    return _B.c.number_index.in_([index for each in numbers for index in vault.indexes(INDEX, str(each))])


def _now(now: datetime) -> ColumnElement[bool]:
    return and_(_B.c.removed_at.is_(None), or_(_B.c.until.is_(None), _B.c.until >= day_of(now)))
