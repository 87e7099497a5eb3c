"""How many calls of a platform this month has had, and how many messages it has brought, where it allows only so many.

One number for all processes: each adds one, in a transaction of its own. When most of what is allowed is used up, that
is told once a month.
"""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, String, false, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base
from core.store.database import Executor, insert_new
from core.store.unit import Event


class CallsRow(Base):
    """What is counted under `name` in one month (`2026-11`). `told`: that most are used up."""

    __tablename__ = "platform_calls"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger, default=0)
    told: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


@dataclass(frozen=True, slots=True)
class CallsRunLow(Event):
    """Of the calls that the platform `channel` allows in a month, `used` of `allowed` are used up; or it has said
    itself that all are (`gone`). `spared`: so many messages did without one. `messages`: it is of what the platform
    brings."""

    channel: str
    used: int
    allowed: int
    gone: bool = False
    spared: int = 0
    messages: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """How many the month has had, and whether it was told that most are used up."""

    calls: int
    told: bool


def add(executor: Executor, name: str, month: str, calls: int = 1) -> Counted:
    """Count so many more; how many the month has had with them."""
    of_month = (CallsRow.name == name, CallsRow.month == month)
    executor.execute(insert_new(executor, CallsRow).values(name=name, month=month, calls=0, told=False))
    counted = update(CallsRow).where(*of_month).values(calls=CallsRow.calls + calls)
    row = executor.execute(counted.returning(CallsRow.calls, CallsRow.told)).one()
    return Counted(row.calls, row.told)


def in_month(executor: Executor, name: str, month: str) -> int:
    """How many calls the month has had."""
    found = executor.execute(select(CallsRow.calls).where(CallsRow.name == name, CallsRow.month == month))
    return int(found.scalar() or 0)


def was_told(executor: Executor, name: str, month: str) -> bool:
    """Has somebody told of it in this month?"""
    return bool(executor.execute(select(CallsRow.told).where(CallsRow.name == name, CallsRow.month == month)).scalar())


def tell_once(executor: Executor, name: str, month: str) -> bool:
    """True for the first who asks in this month: he is to tell."""
    executor.execute(insert_new(executor, CallsRow).values(name=name, month=month, calls=0, told=False))
    first = update(CallsRow).where(CallsRow.name == name, CallsRow.month == month, CallsRow.told.is_(False))
    return executor.execute(first.values(told=True).returning(CallsRow.name)).scalar() is not None
