"""The one-time codes with which a card can be changed where it hangs: one comes with its sending, one with each tap.

Each works once and for a limited time. A tap that changes its card uses its own code at once; every other code is kept
here, for what comes later: a lead that goes to somebody else must not go on looking like one's own.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, bindparam, delete, exists, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, BigId, UtcDateTime, table_of
from core.store.database import Executor
from core.store.prepared import Prepared


class CardCode(Base):
    """One code that was not used yet, sealed."""

    __tablename__ = "card_code"
    __table_args__ = (Index(None, "card_id", "until"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    card_id: Mapped[str] = mapped_column(String(16), ForeignKey("issued_card.id", ondelete="CASCADE"))
    code: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


_C = table_of(CardCode)
_KEEP = Prepared(insert(_C), ("card_id", "code", "until"))


def code_place(card_id: str) -> str:
    """The vault's place of a card's codes."""
    return f"card_code.code:{card_id}"


def works_for(card_id: ColumnElement[str], now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Is there a code for the card that still works at `now`? As a condition, over columns or bound values."""
    return exists().where(_C.c.card_id == card_id, _C.c.until > now)


def keep(executor: Executor, card_id: str, sealed: bytes, until: datetime) -> None:
    """Remember a code that works until then."""
    _KEEP.run(executor, {"card_id": card_id, "code": sealed, "until": until})


_OLDEST = (
    select(_C.c.id)
    .where(_C.c.card_id == bindparam("card"), _C.c.until > bindparam("now", type_=UtcDateTime))
    .order_by(_C.c.until, _C.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_TAKE = delete(_C).where(_C.c.id == _OLDEST.scalar_subquery()).returning(_C.c.code)


def take(executor: Executor, card_id: str, now: datetime) -> bytes | None:
    """The code that runs out first, still sealed, taken so that nobody tries it twice; None if none works."""
    found: bytes | None = executor.execute(_TAKE, {"card": card_id, "now": now}).scalar()
    return found
