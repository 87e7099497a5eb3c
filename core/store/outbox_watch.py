"""The outbox as those see it who keep it running: how full, what is stuck, and sending again what was given up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from core.store.database import Executor
from core.store.outbox import IS_PENDING, OutboxRow, OutboxState
from core.store.outbox_lease import is_free


@dataclass(frozen=True, slots=True)
class Depth:
    """How full the outbox is. `oldest_seconds` is the age of the oldest row that is due; `held` are the
    reminders that wait for their time."""

    pending: int = 0
    held: int = 0
    dead: int = 0
    oldest_seconds: float = 0.0
    by_fault: dict[str, int] = field(default_factory=dict)


def depth(session: Session, now: datetime) -> Depth:
    """The outbox in numbers, for `/metrics`, `/readyz` and `tuoling doctor`."""
    pending, oldest = session.execute(select(func.count(), func.min(OutboxRow.next_try_at)).where(IS_PENDING)).one()
    faults = session.execute(
        select(OutboxRow.fault, func.count()).where(OutboxRow.state == OutboxState.DEAD).group_by(OutboxRow.fault)
    ).all()
    age = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    held = session.execute(select(func.count()).where(OutboxRow.state == OutboxState.HELD)).scalar_one()
    return Depth(
        pending, held, sum(count for _, count in faults), age, {fault or "?": count for fault, count in faults}
    )


def waits_since(executor: Executor, person_id: int, reminder: str) -> datetime | None:
    """When the oldest reminder of this kind was decided on that this person has not got yet; None if there is none."""
    on_its_way = OutboxRow.state.in_([OutboxState.PENDING, OutboxState.HELD])
    mine = (OutboxRow.person_id == person_id, OutboxRow.reminder == reminder, on_its_way)
    since: datetime | None = executor.execute(select(func.min(OutboxRow.created_at)).where(*mine)).scalar()
    return since


@dataclass(frozen=True, slots=True)
class Stuck:
    """A row that did not go out, without its content."""

    id: int
    state: str
    channel: str
    person_id: int
    target: str
    kind: str
    attempts: int
    created_at: datetime
    next_try_at: datetime
    fault: str | None


def stuck(session: Session, now: datetime, limit: int, *, late: timedelta = timedelta(minutes=2)) -> list[Stuck]:
    """Dead rows, and pending or held ones that are overdue by more than `late`; oldest first, at most `limit`."""
    statement = (
        select(
            OutboxRow.id,
            OutboxRow.state,
            OutboxRow.channel,
            OutboxRow.person_id,
            OutboxRow.target,
            OutboxRow.kind,
            OutboxRow.attempts,
            OutboxRow.created_at,
            OutboxRow.next_try_at,
            OutboxRow.fault,
        )
        .where(
            or_(
                OutboxRow.state == OutboxState.DEAD,
                and_(OutboxRow.state.in_([OutboxState.PENDING, OutboxState.HELD]), OutboxRow.next_try_at < now - late),
            )
        )
        .order_by(OutboxRow.id)
        .limit(limit)
    )
    return [Stuck(*tuple(row)) for row in session.execute(statement)]


def retry(session: Session, row_id: int | None, *, now: datetime) -> int:
    """Let a row go out at once with a fresh count of attempts: the dead or pending row `row_id`, or, with None, every
    dead one; how many there are. A row that a relay is working on is left to it."""
    wanted = OutboxRow.state == OutboxState.DEAD
    if row_id is not None:
        free = is_free(OutboxRow.lease_until, now)
        wanted = and_(OutboxRow.id == row_id, OutboxRow.state.in_([OutboxState.DEAD, OutboxState.PENDING]), free)
    values = {
        "state": OutboxState.PENDING,
        "attempts": 0,
        "maybe_sent": or_(OutboxRow.maybe_sent, OutboxRow.attempts > 1),  # an attempt whose relay died may have arrived
        "next_try_at": now,
        "finished_at": None,
    }
    return int(session.execute(update(OutboxRow).where(wanted).values(values)).rowcount)  # type: ignore[attr-defined]
