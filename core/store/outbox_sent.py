"""What the outbox has sent lately, and what it is about to: asked before more is sent."""

from collections.abc import Collection, Sequence, Set
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.store.base import SKEW
from core.store.database import Executor
from core.store.outbox import IS_PENDING, Kind, OutboxRow, OutboxState, turns
from core.store.prepared import Prepared


def _between(at: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    """After `since`, and not in the future: what a clock that ran ahead marked would count until that time came."""
    return and_(at > bindparam("since"), at <= bindparam("until"))


_SENT_TIMES = Prepared(
    select(OutboxRow.sent_at)
    .where(
        OutboxRow.target.in_([bindparam("to"), bindparam("later"), bindparam("exports")]),
        _between(OutboxRow.sent_at),
        OutboxRow.kind != Kind.CHANGE,
    )
    .order_by(OutboxRow.sent_at.desc())
    .limit(bindparam("most"))
)
_SENT_SINCE = Prepared(
    select(func.count()).select_from(
        select(OutboxRow.id)
        .where(
            OutboxRow.state == OutboxState.SENT,
            _between(OutboxRow.finished_at),
            OutboxRow.channel == bindparam("on_channel"),
        )
        .limit(bindparam("most"))
        .subquery()
    )
)


def sent_times(session: Session, target: str, since: datetime, limit: int, *, now: datetime) -> Sequence[datetime]:
    """When the last messages went to whose `target` is since `since`, newest first, at most `limit`."""
    whose, later, exports = turns(target)
    values = {"to": whose, "later": later, "exports": exports, "since": since, "until": now + SKEW, "most": limit}
    return [at for (at,) in _SENT_TIMES.rows(session, values)]


def sent_since(session: Session, channel: str, since: datetime, most: int, *, now: datetime) -> int:
    """How many rows went out on `channel` since `since`, counted up to `most`."""
    values = {"on_channel": channel, "since": since, "until": now + SKEW, "most": most}
    (count,) = _SENT_SINCE.row(session, values) or (0,)
    return int(count)


def reminded_times(session: Session, target: str, since: datetime, *, now: datetime) -> Sequence[datetime]:
    """When reminders went to whose `target` is since `since`, newest first, as many as one may have in an hour at
    most."""
    sent = (OutboxRow.target.in_(turns(target)), OutboxRow.sent_at > since, OutboxRow.sent_at <= now + SKEW)
    silent = [Kind.CHANGE.value, Kind.PICTURE.value, Kind.LATER.value]  # a board is one with its pictures
    reminders = (OutboxRow.kind.not_in(silent), OutboxRow.reminder.is_not(None))
    wanted = select(OutboxRow.sent_at).where(*sent, *reminders).order_by(OutboxRow.sent_at.desc()).limit(100)
    return [at for at in session.scalars(wanted) if at is not None]


def cards_since(executor: Executor, target: str, since: datetime) -> Sequence[str]:
    """The cards that were sent to `target` as reminders since `since`, the newest first; the last few."""
    sent = (OutboxRow.target == target, OutboxRow.sent_at > since, OutboxRow.reminder.is_not(None))
    cards = select(OutboxRow.card_id).where(*sent, OutboxRow.kind == Kind.SHOW, OutboxRow.card_id.is_not(None))
    newest = cards.order_by(OutboxRow.sent_at.desc(), OutboxRow.id.desc()).limit(10)
    return [card for (card,) in executor.execute(newest) if card is not None]


def waits(session: Session, target: str, kind: Kind, *, origin: str) -> bool:
    """Does a row of this kind, written by something whose origin begins with `origin`, wait for `target`?"""
    mine = OutboxRow.dedupe_key.startswith(f"{origin}:", autoescape=True)
    found = select(OutboxRow.id).where(OutboxRow.target == target, IS_PENDING, OutboxRow.kind == kind, mine)
    return session.scalar(found.limit(1)) is not None


def coming(executor: Executor, targets: Collection[str]) -> Set[str]:
    """The cards that are to be shown to `targets`, or to be changed there; they may be on their way."""
    if not targets:
        return frozenset()
    waiting = select(OutboxRow.card_id).where(OutboxRow.target.in_(targets), IS_PENDING)
    return {card for (card,) in executor.execute(waiting) if card is not None}


def begun(executor: Executor, target: str) -> Set[str]:
    """Of the cards that are to be shown to `target`, those that may have come already, or are on their way."""
    may_have_come = or_(OutboxRow.maybe_sent, OutboxRow.lease.is_not(None))
    tried = (OutboxRow.target == target, IS_PENDING, OutboxRow.kind == Kind.SHOW, may_have_come)
    return {card for (card,) in executor.execute(select(OutboxRow.card_id).where(*tried)) if card is not None}


def is_changed_later(executor: Executor, row: OutboxRow) -> bool:
    """Waits another change of the same card for its turn behind this one, which will draw it from a newer state, or has
    one overtaken it that did? Of those that wait only one that is as urgent counts: it is the next of this target."""
    later = and_(OutboxRow.id > row.id, OutboxRow.kind == Kind.CHANGE, OutboxRow.card_id == row.card_id)
    waits = and_(IS_PENDING, OutboxRow.priority <= row.priority)
    newer = and_(OutboxRow.target == row.target, later, or_(waits, OutboxRow.state == OutboxState.SENT))
    return executor.execute(select(OutboxRow.id).where(newer).limit(1)).scalar() is not None


def change_waits(executor: Executor, target: str, card_id: str) -> bool:
    """Is the card of `target` to be changed already?"""
    change = and_(OutboxRow.target == target, IS_PENDING, OutboxRow.kind == Kind.CHANGE, OutboxRow.card_id == card_id)
    return executor.execute(select(OutboxRow.id).where(change).limit(1)).scalar() is not None
