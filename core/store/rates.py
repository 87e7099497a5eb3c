"""How often somebody may come: a token bucket for each name, shared by all processes.

The bucket is one number, the time at which it is full again: each visit puts that off by the time one token takes to
come back (GCRA, as ATM networks have it). One conditional UPDATE decides.
"""

import math
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, String, case, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import SKEW, Base
from core.store.database import Executor, insert_new

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class RateRow(Base):
    """One bucket. `full_at` in microseconds since 1970."""

    __tablename__ = "rate_limit"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    full_at: Mapped[int] = mapped_column(BigInteger)


def once(executor: Executor, name: str, now: datetime, span: timedelta) -> bool:
    """True for the first who comes, and for nobody else until `span` later. Of one name only with one span, and of none
    that `come` has. A clock that ran ahead holds nobody back, as there."""
    at, whole = (now - _EPOCH) // _MICROSECOND, span // _MICROSECOND
    executor.execute(insert_new(executor, RateRow).values(name=name, full_at=at))
    free = or_(RateRow.full_at <= at, RateRow.full_at > at + whole + SKEW // _MICROSECOND)
    taken = update(RateRow).where(RateRow.name == name, free).values(full_at=at + whole)
    return executor.execute(taken.returning(RateRow.name)).scalar() is not None


def come(executor: Executor, name: str, now: datetime, *, per_minute: int) -> int:
    """Come once: 0 if that is allowed, else in how many seconds it will be (nothing is counted then). The bucket holds
    a minute's worth.

    One that would be full only in the far future was written by a clock that ran ahead, and holds nobody back.
    """
    at = (now - _EPOCH) // _MICROSECOND
    token, whole, skew = 60_000_000 // per_minute, 60_000_000, SKEW // _MICROSECOND
    executor.execute(insert_new(executor, RateRow).values(name=name, full_at=at))
    ahead = RateRow.full_at > at + whole + skew
    left = case((or_(RateRow.full_at < at, ahead), at), else_=RateRow.full_at)
    allowed = or_(RateRow.full_at + token <= at + whole, ahead)
    taken = update(RateRow).where(RateRow.name == name, allowed).values(full_at=left + token)
    if executor.execute(taken.returning(RateRow.full_at)).scalar() is not None:
        return 0
    full_at = executor.execute(select(RateRow.full_at).where(RateRow.name == name)).scalar_one()
    return max(math.ceil((full_at + token - at - whole) / 1_000_000), 1)
