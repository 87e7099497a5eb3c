"""What people were sent about the application: when, to whom, of which kind, and what became of it. Not the content: a
card is drawn when it is sent, for the eyes of who gets it, and is kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.dossier.reading import Reading, Who
from core.loans.models import subject, task_subject
from core.store.base import table_of
from core.store.database import among
from core.store.issued import CardSubject, IssuedCard
from core.store.outbox import Kind, OutboxRow, OutboxState, body_place

_CARD, _ABOUT, _OUT = table_of(IssuedCard), table_of(CardSubject), table_of(OutboxRow)


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was issued to somebody: which screen it is, and how often it was changed since (from 1)."""

    at: datetime
    to: Who | None
    screen: str
    channel: str
    revision: int
    card: str


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the outbox: a card sent or changed (`screen` says which), or a short message. `sent_at`: when the
    platform took it."""

    at: datetime
    to: Who | None
    kind: Kind
    screen: str | None
    channel: str
    state: OutboxState
    sent_at: datetime | None
    attempts: int
    fault: str | None
    card: str | None


def about(reading: Reading) -> list[str]:
    """How the application and its tasks are named on cards, and in the log."""
    return [subject(reading.number), *(task_subject(row.id) for row in reading.tasks)]


def cards(reading: Reading) -> list[Card]:
    """The cards about the application and its tasks, as long as they are kept, the first first."""
    return [
        Card(row.created_at, reading.who(row.person_id, row.created_at), row.screen, row.channel, row.revision, row.id)
        for row in issued(reading)
    ]


def issued(reading: Reading) -> Sequence[Any]:
    """The rows of those cards."""
    theirs = select(_ABOUT.c.card_id).where(among(reading.session, _ABOUT.c.subject, about(reading)))
    wanted = select(_CARD).where(_CARD.c.id.in_(theirs)).order_by(_CARD.c.created_at, _CARD.c.id)
    return reading.session.execute(wanted).all()


def messages(reading: Reading) -> list[Message]:
    """What was sent of them, and the short messages about its tasks, as long as that is kept, the first first."""
    columns = [column for column in _OUT.c if column.name != "code"]
    screens = {row.id: row.screen for row in issued(reading)}
    rows = list(reading.session.execute(select(*columns).where(among(reading.session, _OUT.c.card_id, list(screens)))))
    texts = select(*columns).where(_OUT.c.kind == Kind.SMS.value, _OUT.c.created_at >= reading.row.created_at)
    numbers = {str(row.id) for row in reading.tasks}
    rows += [
        row for row in reading.session.execute(texts) if reading.opened(body_place(row.dedupe_key), row.body) in numbers
    ]
    return [_message(reading, row, screens.get(row.card_id)) for row in sorted(rows, key=lambda row: row.id)]


def _message(reading: Reading, row: Any, screen: str | None) -> Message:
    return Message(
        row.created_at,
        reading.who(row.person_id, row.created_at),
        Kind(row.kind),
        screen,
        row.channel,
        OutboxState(row.state),
        row.sent_at,
        row.attempts,
        row.fault,
        row.card_id,
    )
