"""The table of what people want of reminders."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base


class WishesRow(Base):
    """What one person wants, where it is not what all have. `quiet_from` and `quiet_until` in minutes of the day, both
    or neither; `off` are the kinds that he has switched off."""

    __tablename__ = "reminder_wishes"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    quiet_from: Mapped[int | None] = mapped_column(SmallInteger)
    quiet_until: Mapped[int | None] = mapped_column(SmallInteger)
    days_off: Mapped[bool] = mapped_column(Boolean)
    digest: Mapped[bool] = mapped_column(Boolean)
    off: Mapped[list[Any]] = mapped_column(JSON)


def subject(person_id: int) -> str:
    """How the cards are found that show a person's settings."""
    return f"reminders:{person_id}"
