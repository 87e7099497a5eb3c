"""Reminders that wait in the outbox: whose time has come, and what becomes of them then.

A row waits as `HELD`, from the moment it was decided on or since its turn came at a time at which it may not be sent.
Then it goes out by itself, or is on a card with others; both are written in the transaction that ends its waiting.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from core.store.base import SKEW
from core.store.database import Executor
from core.store.outbox import Kind, OutboxRow, OutboxState, turns

_IS_HELD = OutboxRow.state == literal_column("'held'")
IN_DIGEST = "in a digest"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the outbox that is or was a reminder. `card_id` of one that shows a card."""

    id: int
    dedupe_key: str
    channel: str
    person_id: int
    kind: Kind
    reminder: str
    card_id: str | None
    body: bytes | None


_COLUMNS = (
    OutboxRow.id,
    OutboxRow.dedupe_key,
    OutboxRow.channel,
    OutboxRow.person_id,
    OutboxRow.kind,
    OutboxRow.reminder,
    OutboxRow.card_id,
    OutboxRow.body,
)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Its time has come, or a clock that ran ahead said when that would be."""
    return or_(OutboxRow.next_try_at <= now, OutboxRow.put_at > now + SKEW)


def due_targets(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """For whom something has waited long enough, at most `limit` targets."""
    return list(session.scalars(select(OutboxRow.target).where(_IS_HELD, _is_due(now)).distinct().limit(limit)))


def earlier_until(executor: Executor, row: OutboxRow) -> datetime | None:
    """Until when an earlier reminder of the same kind to the same person waits; None if none does."""
    same = (OutboxRow.target.in_(turns(row.target)), OutboxRow.reminder == row.reminder, OutboxRow.id < row.id)
    return executor.execute(select(func.max(OutboxRow.next_try_at)).where(_IS_HELD, *same)).scalar()


def waiting_cards(executor: Executor, person_id: int, reminder: str) -> Sequence[str]:
    """The cards of this kind of reminder that wait for the person."""
    his = (OutboxRow.person_id == person_id, OutboxRow.reminder == reminder, OutboxRow.card_id.is_not(None))
    cards = executor.execute(select(OutboxRow.card_id).where(_IS_HELD, *his).order_by(OutboxRow.id)).scalars()
    return [card for card in cards if card is not None]


def take_due(executor: Executor, target: str, now: datetime) -> list[Waiting]:
    """What has waited long enough for `target`, in the order it was written, held until this transaction ends. What
    another transaction has taken is not among it."""
    due = select(OutboxRow.id).where(_IS_HELD, OutboxRow.target == target, _is_due(now)).order_by(OutboxRow.id)
    ids = list(executor.execute(due.with_for_update(skip_locked=True)).scalars())
    return rows_of(executor, ids)


def rows_of(executor: Executor, ids: Collection[int]) -> list[Waiting]:
    """These rows as reminders, in the order they were written. Those that are none, or were forgotten, are left out."""
    wanted = select(*_COLUMNS).where(OutboxRow.id.in_(ids), OutboxRow.reminder.is_not(None)).order_by(OutboxRow.id)
    return [
        Waiting(row.id, row.dedupe_key, row.channel, row.person_id, Kind(row.kind), row.reminder, row.card_id, row.body)
        for row in executor.execute(wanted)
    ]


def wake(executor: Executor, ids: Collection[int], now: datetime) -> None:
    """They go out by themselves, as far as they may now."""
    values = {"state": OutboxState.PENDING, "next_try_at": now, "put_at": now, "fault": None}
    executor.execute(update(OutboxRow).where(OutboxRow.id.in_(ids), _IS_HELD).values(values))


def close(executor: Executor, ids: Collection[int], now: datetime, why: str) -> None:
    """They will not go out by themselves any more."""
    values = {"state": OutboxState.SUPERSEDED, "finished_at": now, "fault": why}
    executor.execute(update(OutboxRow).where(OutboxRow.id.in_(ids), _IS_HELD).values(values))


def close_card(executor: Executor, card_id: str, now: datetime, why: str) -> None:
    """The card that waits under this id is not wanted any more."""
    waits = select(OutboxRow.id).where(_IS_HELD, OutboxRow.card_id == card_id)
    close(executor, list(executor.execute(waits).scalars()), now, why)
