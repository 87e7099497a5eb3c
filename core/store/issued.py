"""Issued cards: to whom each card was given, what it shows, and how it can still be changed.

The row is written before the card is sent, because a tap may come back before the platform has answered our sending.
`revision` counts up whenever the card's content is to change; a button carries the revision it was made for, so a tap
on an older picture of the card is recognised.

How a card can be changed is the platform's affair: with one-time codes (`cardcodes`), or freely for as long as it says.
"""

import base64
import os
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.store import cardcodes
from core.store.base import Base, UtcDateTime, table_of
from core.store.database import Executor, among, insert_new
from core.store.prepared import Prepared


class IssuedCard(Base):
    """One card in one person's chat. `screen` and `args` say what it shows. `tapped` is a digest of the tap that made
    it show that, as long as what the tap did stands. `free_until`: until when it can be changed without a code; it
    stands there from when the card has come. `hangs_as`: a digest of what hangs, which was drawn for `hangs_revision`,
    as far as that is known for sure, and as long as it was not to show anything else."""

    __tablename__ = "issued_card"
    __table_args__ = (Index(None, "created_at"), Index(None, "person_id"))

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int] = mapped_column(BigInteger)
    screen: Mapped[str] = mapped_column(String(40))
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tapped: Mapped[str | None] = mapped_column(String(64))
    free_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hangs_as: Mapped[bytes | None] = mapped_column(LargeBinary)
    hangs_revision: Mapped[int | None] = mapped_column(Integer)


class CardSubject(Base):
    """What a card is about (`lead:1024`): there it is found when that changes. One card may be about several things."""

    __tablename__ = "card_subject"
    __table_args__ = (Index(None, "card_id"),)

    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    card_id: Mapped[str] = mapped_column(ForeignKey("issued_card.id", ondelete="CASCADE"), primary_key=True)


@dataclass(frozen=True, slots=True)
class Face:
    """What a card shows: a screen of `jobs/screens.py`, its arguments (ids and numbers only, never personal data),
    and the subjects under which the card is found when they change."""

    screen: str
    args: dict[str, Any]
    subjects: tuple[str, ...] = ()


def new_card_id() -> str:
    """16 characters of base32, 80 random bits: unguessable, and short enough for every platform's card key."""
    return base64.b32encode(os.urandom(10)).decode().lower()


_T, _S = table_of(IssuedCard), table_of(CardSubject)
_ISSUE = Prepared(insert(_T), ("id", "channel", "person_id", "screen", "args", "revision", "created_at"))
_IS_ABOUT = Prepared(insert(_S), ("subject", "card_id"))
_FIND = Prepared(select(_T.c.person_id, _T.c.channel, _T.c.revision, _T.c.tapped).where(_T.c.id == bindparam("card")))
_CHANGE = Prepared(
    update(_T)
    .where(_T.c.id == bindparam("card"))
    .values(
        screen=bindparam("to"),
        args=bindparam("with_args"),
        revision=_T.c.revision + 1,
        tapped=bindparam("by_tap"),
        hangs_as=None,
    )
)


def issue(executor: Executor, *, channel: str, person_id: int, face: Face, now: datetime) -> str:
    """Write down a new card for `person_id`; its id."""
    (card_id,) = issue_all(executor, [(channel, person_id, face)], now)
    return card_id


def issue_all(executor: Executor, cards: Sequence[tuple[str, int, Face]], now: datetime) -> list[str]:
    """Write down new cards: on which channel, for whom, what they show; their ids, in this order."""
    ids = [new_card_id() for _ in cards]
    rows = [
        {
            "id": card_id,
            "channel": channel,
            "person_id": person_id,
            "screen": face.screen,
            "args": face.args,
            "revision": 1,
            "created_at": now,
        }
        for card_id, (channel, person_id, face) in zip(ids, cards, strict=True)
    ]
    _ISSUE.run_all(executor, rows)
    about = [(subject, card_id) for card_id, (*_, face) in zip(ids, cards, strict=True) for subject in face.subjects]
    _IS_ABOUT.run_all(executor, [{"subject": subject, "card_id": card_id} for subject, card_id in about])
    return ids


@dataclass(frozen=True, slots=True)
class Issue:
    """To whom a card was issued, how often its content changed since (from 1), and by which tap last (a digest)."""

    person_id: int
    channel: str
    revision: int
    tapped: str | None = None


def find(executor: Executor, card_id: str) -> Issue | None:
    """What is known of a card that was tapped; None if there is none, or none any more."""
    row = _FIND.row(executor, {"card": card_id})
    return Issue(*row) if row else None


def newest_shown(executor: Executor, person_id: int, screens: Collection[str]) -> Face | None:
    """What this person's newest card of these screens shows; None if he has none, or none any more."""
    his = select(_T.c.screen, _T.c.args).where(_T.c.person_id == person_id, _T.c.screen.in_(screens))
    row = executor.execute(his.order_by(_T.c.created_at.desc(), _T.c.id).limit(1)).one_or_none()
    return Face(row.screen, row.args) if row is not None else None


def change_face(executor: Executor, card_id: str, face: Face, tapped: str | None = None) -> None:
    """The card shows something else from now on; buttons of its old picture are out of date. It stays about what it
    was about too: it is drawn once more than needed then, and nothing is missed. `tapped` is the digest of the tap
    that did it."""
    _CHANGE.run(executor, {"card": card_id, "to": face.screen, "with_args": face.args, "by_tap": tapped})
    for subject in face.subjects:
        executor.execute(insert_new(executor, CardSubject), {"subject": subject, "card_id": card_id})


def _can_change(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Can the card of the row still be changed where it hangs, without a tap?"""
    return or_(_T.c.free_until > now, cardcodes.works_for(_T.c.id, now))


_OUTDATE = Prepared(update(_T).where(_T.c.id == bindparam("card")).values(revision=_T.c.revision + 1))
_MOST = 500
_ABOUT = Prepared(
    select(_T.c.id, _T.c.channel, _T.c.person_id, _T.c.screen)
    .join(_S, _S.c.card_id == _T.c.id)
    .where(_S.c.subject == bindparam("of"))
    .order_by(_T.c.created_at.desc(), _T.c.id)
    .limit(_MOST)
    .with_for_update(key_share=True, of=_T)
)
_CHANGEABLE = Prepared(
    select(_S.c.card_id)
    .join(_T, _T.c.id == _S.c.card_id)
    .where(_S.c.subject == bindparam("of"), _can_change(bindparam("now", type_=UtcDateTime)))
)
_CAN_CHANGE = Prepared(
    select(_T.c.id).where(_T.c.id == bindparam("card"), _can_change(bindparam("now", type_=UtcDateTime)))
)
_FREE = Prepared(update(_T).where(_T.c.id == bindparam("card")).values(free_until=bindparam("until")))


def outdate(executor: Executor, card_id: str) -> None:
    """The card shows the same screen, of a newer state: its old buttons are out of date."""
    _OUTDATE.run(executor, {"card": card_id})


def forget_taps(executor: Executor, card_ids: Collection[str]) -> None:
    """What taps did that made these cards what they are no longer stands."""
    if card_ids:
        executor.execute(update(_T).where(_T.c.id.in_(card_ids), _T.c.tapped.is_not(None)).values(tapped=None))


def outdate_all(executor: Executor, card_ids: Collection[str]) -> None:
    """As `outdate`, for several cards."""
    if card_ids:
        executor.execute(update(_T).where(_T.c.id.in_(card_ids)).values(revision=_T.c.revision + 1))


@dataclass(frozen=True, slots=True)
class About:
    """A card about something: whose it is, and what it shows."""

    id: str
    channel: str
    person_id: int
    screen: str


def hold_about(executor: Executor, subject: str) -> Sequence[About]:
    """The newest cards about `subject` (as many as anybody may have asked for), the newest first, each held until this
    transaction ends: a code that comes for one of them meanwhile waits (see `hold`)."""
    return [About(*row) for row in _ABOUT.rows(executor, {"of": subject})]


def hanging(executor: Executor, person_id: int, now: datetime) -> Sequence[tuple[str, str]]:
    """The cards of this person that can still be changed where they hang, each with its channel, the newest first.
    None is held: whoever taps one holds it, and may wait for the person."""
    can = _can_change(bindparam("now", now, UtcDateTime))
    wanted = select(_T.c.id, _T.c.channel).where(_T.c.person_id == person_id, can)
    rows = executor.execute(wanted.order_by(_T.c.created_at.desc(), _T.c.id))
    return [(row.id, row.channel) for row in rows]


def free(executor: Executor, channel: str, person_id: int, now: datetime) -> Sequence[str]:
    """The cards of this person that can be changed freely, wherever they hang."""
    his = (_T.c.person_id == person_id, _T.c.channel == channel, _T.c.free_until > now)
    return list(executor.execute(select(_T.c.id).where(*his).order_by(_T.c.id)).scalars())


def with_cards(executor: Executor, subjects: Sequence[str]) -> Set[str]:
    """Those of `subjects` about which there are cards."""
    return set(executor.scalars(select(_S.c.subject).where(among(executor, _S.c.subject, subjects)).distinct()))


def changeable(executor: Executor, subject: str, now: datetime) -> Set[str]:
    """Which cards about `subject` can still be changed where they hang, without a tap. To be asked after
    `hold_about`: what is asked in one statement with the holding misses the code for which the holding waited."""
    return {row[0] for row in _CHANGEABLE.rows(executor, {"of": subject, "now": now})}


def can_change(executor: Executor, card_id: str, now: datetime) -> bool:
    """Can the card still be changed where it hangs, without a tap?"""
    return _CAN_CHANGE.row(executor, {"card": card_id, "now": now}) is not None


def hangs_as(executor: Executor, card_id: str, drawn: bytes, revision: int) -> None:
    """The card hangs as what `drawn` is a digest of, with buttons of `revision`; unless it was to change since."""
    mine = update(_T).where(_T.c.id == card_id, _T.c.revision == revision)
    executor.execute(mine.values(hangs_as=drawn, hangs_revision=revision))


def hangs_already(executor: Executor, card_id: str, drawn: bytes, revision: int) -> bool:
    """Does what was drawn for `revision` hang already? Then it stays, and its buttons are those of now again: none of
    another revision since has left us. Else it is not known any more what hangs: it is about to be changed."""
    now = update(_T).where(_T.c.id == card_id, _T.c.revision == revision, _T.c.hangs_as == drawn)
    if executor.execute(now.values(revision=_T.c.hangs_revision).returning(_T.c.id)).scalar() is not None:
        return True
    forget_what_hangs(executor, card_id)
    return False


def forget_what_hangs(executor: Executor, card_id: str) -> None:
    """The card is to be changed where it hangs, whatever it shows there."""
    executor.execute(update(_T).where(_T.c.id == card_id, _T.c.hangs_as.is_not(None)).values(hangs_as=None))


def set_free(executor: Executor, card_id: str, until: datetime) -> None:
    """The card hangs now, and can be changed until then without a code, as often as is wanted."""
    _FREE.run(executor, {"card": card_id, "until": until})


def hangs_no_more(executor: Executor, card_id: str) -> None:
    """The card is gone: it cannot be changed any more."""
    executor.execute(update(_T).where(_T.c.id == card_id).values(free_until=None, hangs_as=None))


@dataclass(frozen=True, slots=True)
class Held:
    """An issued card that this transaction holds. `revision` as in `Issue`."""

    person_id: int
    channel: str
    revision: int
    face: Face


def hold(executor: Executor, card_id: str) -> Held | None:
    """The card, held until this transaction ends: whoever is to change all cards about something (`hold_about`) did it
    before, and its revision says so, or does it after, and finds what this transaction left. None if there is none."""
    columns = (_T.c.person_id, _T.c.channel, _T.c.revision, _T.c.screen, _T.c.args)
    statement = select(*columns).where(_T.c.id == card_id).with_for_update(key_share=True)
    row = executor.execute(statement).one_or_none()
    return Held(row.person_id, row.channel, row.revision, Face(row.screen, row.args)) if row else None


def subjects_of(executor: Executor, card_id: str) -> tuple[str, ...]:
    """What the card is about."""
    return tuple(row[0] for row in executor.execute(select(_S.c.subject).where(_S.c.card_id == card_id)))


def purge(session: Session, before: datetime, batch: int = 500) -> int:
    """Forget up to `batch` cards issued before `before`; how many. A tap on one is answered as out of date."""
    old = select(IssuedCard.id).where(IssuedCard.created_at < before).limit(batch)
    return int(session.execute(delete(IssuedCard).where(IssuedCard.id.in_(old))).rowcount)  # type: ignore[attr-defined]
