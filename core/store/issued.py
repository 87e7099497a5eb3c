"""Issued cards: to whom each card was given, what it shows, and how it can still be changed.

The row is written before the card is sent, because a tap may come back before the platform has answered our sending.
`revision` counts up whenever the card's content is to change; a button carries the revision it was made for, so a tap
on an older picture of the card is recognised.
"""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.store.base import Base, UtcDateTime, table_of
from core.store.database import Executor
from core.store.prepared import Prepared


class IssuedCard(Base):
    """One card in one person's chat. `screen` and `args` say what it shows, `subject` what it is about."""

    __tablename__ = "issued_card"
    __table_args__ = (Index(None, "subject", "person_id"), Index(None, "created_at"))

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int] = mapped_column(BigInteger)
    screen: Mapped[str] = mapped_column(String(40))
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    subject: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(SmallInteger, default=1)
    code: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Face:
    """What a card shows: a screen of `jobs/screens.py`, its arguments (ids and numbers only, never personal data),
    and the subject under which the card is found when that changes."""

    screen: str
    args: dict[str, Any]
    subject: str = ""


def new_card_id() -> str:
    """16 characters of base32, 80 random bits: unguessable, and short enough for every platform's card key."""
    return base64.b32encode(os.urandom(10)).decode().lower()


def card_code_place(card_id: str) -> str:
    """The vault's place of the code that sending gave."""
    return f"issued_card.code:{card_id}"


_T = table_of(IssuedCard)
_ISSUE = Prepared(insert(_T), ("id", "channel", "person_id", "screen", "args", "subject", "revision", "created_at"))
_FIND = Prepared(select(_T.c.person_id, _T.c.channel, _T.c.revision).where(_T.c.id == bindparam("card")))
_CHANGE = Prepared(
    update(_T)
    .where(_T.c.id == bindparam("card"))
    .values(screen=bindparam("to"), args=bindparam("with_args"), subject=bindparam("of"), revision=_T.c.revision + 1)
)


def issue(executor: Executor, *, channel: str, person_id: int, face: Face, now: datetime) -> str:
    """Write down a new card for `person_id`; its id."""
    card_id = new_card_id()
    values = {
        "id": card_id,
        "channel": channel,
        "person_id": person_id,
        "screen": face.screen,
        "args": face.args,
        "subject": face.subject,
        "revision": 1,
        "created_at": now,
    }
    _ISSUE.run(executor, values)
    return card_id


@dataclass(frozen=True, slots=True)
class Issue:
    """To whom a card was issued, and how often its content changed since (from 1)."""

    person_id: int
    channel: str
    revision: int


def find(executor: Executor, card_id: str) -> Issue | None:
    """What is known of a card that was tapped; None if there is none, or none any more."""
    row = _FIND.row(executor, {"card": card_id})
    return Issue(*row) if row else None


def change_face(executor: Executor, card_id: str, face: Face) -> None:
    """The card shows something else from now on; buttons of its old picture are out of date."""
    _CHANGE.run(executor, {"card": card_id, "to": face.screen, "with_args": face.args, "of": face.subject})


_OUTDATE = Prepared(update(_T).where(_T.c.id == bindparam("card")).values(revision=_T.c.revision + 1))
_ABOUT = Prepared(
    select(_T.c.id, _T.c.channel, _T.c.person_id, _T.c.screen)
    .where(_T.c.subject == bindparam("of"), _T.c.code.is_not(None), _T.c.code_until > bindparam("now"))
    .order_by(_T.c.created_at.desc())
    .limit(60)
)


def outdate(executor: Executor, card_id: str) -> None:
    """The card shows the same screen, of a newer state: its old buttons are out of date."""
    _OUTDATE.run(executor, {"card": card_id})


@dataclass(frozen=True, slots=True)
class Hanging:
    """A card that hangs in somebody's chat and can still be changed there."""

    id: str
    channel: str
    person_id: int
    screen: str


def about(executor: Executor, subject: str, now: datetime, limit: int = 20) -> Sequence[Hanging]:
    """The newest cards about `subject` that can still be changed where they hang, one a person."""
    newest: dict[int, Hanging] = {}
    for row in _ABOUT.rows(executor, {"of": subject, "now": now}):
        hanging = Hanging(*row)
        newest.setdefault(hanging.person_id, hanging)
    return list(newest.values())[:limit]


def keep_code(
    session: Session, card_id: str, *, code: bytes | None, code_until: datetime | None, message_id: str | None
) -> None:
    """Remember what sending gave: the sealed one-time code, and the message's id."""
    session.execute(
        update(IssuedCard)
        .where(IssuedCard.id == card_id)
        .values(code=code, code_until=code_until, message_id=message_id)
    )


def take_code(session: Session, card_id: str, now: datetime) -> bytes | None:
    """The code that sending gave, still sealed, if it may still work; it is taken, so nobody tries it twice."""
    row = session.execute(
        select(IssuedCard.code, IssuedCard.code_until).where(IssuedCard.id == card_id).with_for_update()
    ).one_or_none()
    if row is None or row.code is None or row.code_until is None or row.code_until <= now:
        return None
    session.execute(update(IssuedCard).where(IssuedCard.id == card_id).values(code=None, code_until=None))
    code: bytes = row.code
    return code


def purge(session: Session, before: datetime, batch: int = 500) -> int:
    """Forget up to `batch` cards issued before `before`; how many. A tap on one is answered as out of date."""
    old = select(IssuedCard.id).where(IssuedCard.created_at < before).limit(batch)
    return int(session.execute(delete(IssuedCard).where(IssuedCard.id.in_(old))).rowcount)  # type: ignore[attr-defined]
