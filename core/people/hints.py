"""Hints that the platform's address book has changed: rows, until somebody has looked what is true now.

An event says that something changed, not reliably what (newly configured receivers get little more than an id), and
events come late, twice and in any order. So each is a hint about one person or department: who works on it asks the
platform for the state of now, and one look settles all hints about its subject that were there before it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SmallInteger, String, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.store.base import SKEW, Base, BigId, UtcDateTime
from core.store.unit import Unit

SETTLE = timedelta(seconds=2)
"""How long a hint waits. The platform's times are whole seconds, and of two like events of one second only one is
kept: what is looked at after that second has seen both."""
LEASE = timedelta(seconds=90)
"""So long nobody else works on what somebody works on; who died meanwhile is followed by another."""


class HintRow(Base):
    """One hint. `carried` is what the event said, for when nobody can be asked: names and numbers of employees and
    departments as they stand in clear in `person` and `department`, nothing else of what the event held."""

    __tablename__ = "contact_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    carried: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)


@dataclass(frozen=True, slots=True)
class Hint:
    """What an event said: `kind` as the platform names it (`update_user`), `subject` an account or a department's
    number, `carried` texts by name."""

    kind: str
    subject: str
    carried: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """A hint whose turn it is. `attempts` counts this one."""

    id: int
    hint: Hint
    attempts: int


def note(unit: Unit, hint: Hint) -> None:
    """Write a hint down. A deletion waits for nothing: access ends with it."""
    wait = timedelta(0) if hint.kind == "delete_user" else SETTLE
    carried = json.dumps(hint.carried, ensure_ascii=False)
    unit.session.add(
        HintRow(
            channel=unit.channel,
            kind=hint.kind,
            subject=hint.subject,
            carried=carried,
            at=unit.now,
            next_try_at=unit.now + wait,
        )
    )


def any_due(session: Session, now: datetime) -> bool:
    """Is there a hint whose turn it is?"""
    return session.scalar(select(HintRow.id).where(_due(now)).limit(1)) is not None


def _due(now: datetime) -> ColumnElement[bool]:
    """What was put off until later than anybody puts it off was written by a clock that ran ahead, and is due."""
    return or_(HintRow.next_try_at <= now, HintRow.next_try_at > now + LEASE + SKEW)


def take(session: Session, now: datetime, limit: int) -> list[Due]:
    """Up to `limit` hints whose turn it is, oldest first, each for this worker alone for `LEASE`."""
    due = _due(now)
    waiting = select(HintRow.id).where(due).order_by(HintRow.id).limit(limit)
    taken = []
    for number in session.scalars(waiting).all():
        mine = (
            update(HintRow)
            .where(HintRow.id == number, due)
            .values(next_try_at=now + LEASE, attempts=HintRow.attempts + 1)
            .returning(HintRow.kind, HintRow.subject, HintRow.carried, HintRow.attempts)
        )
        row = session.execute(mine).one_or_none()
        if row is not None:
            taken.append(Due(number, Hint(row.kind, row.subject, json.loads(row.carried)), row.attempts))
    return taken


def put_off(session: Session, numbers: Sequence[int], until: datetime) -> None:
    """Nobody could be asked: again at `until`."""
    session.execute(update(HintRow).where(HintRow.id.in_(numbers)).values(next_try_at=until))


def give_back(session: Session, numbers: Sequence[int], now: datetime) -> None:
    """There was no time for them: their turn is now, and nothing was tried."""
    statement = update(HintRow).where(HintRow.id.in_(numbers))
    session.execute(statement.values(next_try_at=now, attempts=HintRow.attempts - 1))


def settle(session: Session, numbers: Sequence[int]) -> None:
    """What they hinted at has been looked at, and stands in this transaction."""
    session.execute(delete(HintRow).where(HintRow.id.in_(numbers)))
