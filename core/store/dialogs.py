"""Dialogs: what a person was asked last, so that the next plain message is understood as the answer.

A row, not memory: it survives restarts and is seen by every process. One a person and channel; a new question
replaces the old one. What was typed so far may be personal, so the arguments are sealed.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import BigInteger, ColumnElement, LargeBinary, String, bindparam, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.privacy import Unreadable, Vault
from core.store.base import SKEW, Base, UtcDateTime, table_of
from core.store.database import Executor, insert_or_replace
from core.store.prepared import Prepared

PATIENCE = timedelta(minutes=30)
REMEMBERED = timedelta(hours=24)
"""So long is it known of a question that nobody answered in time that there was one: who answers it then is told that
nothing was written down, and of which lead it was."""
_ENDED = ""

_log = structlog.get_logger(__name__)


class DialogRow(Base):
    """The open question of one person on one channel."""

    __tablename__ = "dialog"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(12), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    args: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Dialog:
    """What was asked (`kind`, a name in `bot/dialogs.py`) and about what. `lapsed`: too long ago to be answered."""

    kind: str
    args: dict[str, Any]
    lapsed: bool = False


def args_place(person_id: int | str, channel: str) -> str:
    """The vault's place of a dialog's arguments."""
    return f"dialog.args:{person_id}:{channel}"


def ask(executor: Executor, vault: Vault, person_id: int, channel: str, dialog: Dialog, now: datetime) -> None:
    """Open a dialog; it replaces an earlier one (of two at once, one of them stays), lapses after half an hour and is
    forgotten after a day."""
    values = {
        "person_id": person_id,
        "channel": channel,
        "kind": dialog.kind,
        "args": vault.seal(args_place(person_id, channel), json.dumps(dialog.args)),
        "until": now + PATIENCE,
    }
    executor.execute(insert_or_replace(executor, DialogRow, ("person_id", "channel")), values)


_T = table_of(DialogRow)
_OPEN = select(_T.c.kind, _T.c.args, _T.c.until).where(
    _T.c.person_id == bindparam("person"), _T.c.channel == bindparam("on"), _T.c.until > bindparam("after")
)
_HOLD = Prepared(_OPEN.with_for_update())
_LOOK = Prepared(_OPEN)


def current(executor: Executor, vault: Vault, person_id: int, channel: str, now: datetime) -> Dialog | None:
    """The dialog that is open now, if any. One that a clock that ran ahead opened is none: when it was opened nobody
    knows. Nor is one that cannot be read (another key, a damaged row)."""
    row = _LOOK.row(executor, {"person": person_id, "on": channel, "after": now})
    return _opened(vault, person_id, channel, row, now) if row else None


def hold(executor: Executor, vault: Vault, person_id: int, channel: str, now: datetime) -> Dialog | None:
    """As `current`, also one that has lapsed, held until this transaction ends: of several answers at one instant each
    waits for the one before, and meets what that one left. A row that is no dialog is forgotten, and the log says so:
    it must stand in the way of nothing that its person says."""
    values = {"person": person_id, "on": channel, "after": remembered_since(now)}
    row = _HOLD.row(executor, values)
    found = _opened(vault, person_id, channel, row, now) if row else None
    if row and not found and row[0] != _ENDED:
        _log.error("a question is forgotten: it cannot be read, or is of the future", person=person_id, kind=row[0])
        executor.execute(delete(_T).where(_T.c.person_id == person_id, _T.c.channel == channel))
    return found


def _opened(vault: Vault, person_id: int, channel: str, row: tuple[Any, ...], now: datetime) -> Dialog | None:
    kind, args, until = row
    if kind == _ENDED or until > _latest(now):
        return None
    try:
        return Dialog(kind, json.loads(vault.open(args_place(person_id, channel), args)), lapsed=until <= now)
    except Unreadable:
        return None


def remembered_since(now: datetime) -> datetime:
    """Dialogs that were open then, or are, are known of."""
    return now - REMEMBERED


def _latest(now: datetime) -> datetime:
    """No dialog that was opened by now is open for longer than until then."""
    return now + PATIENCE + SKEW


def end(executor: Executor, person_id: int, channel: str) -> None:
    """Close the dialog, if one is open. The row stays until it is purged: who waits for it (`hold`) must meet the
    question that may be asked next in this transaction, and of a deleted row PostgreSQL sees no successor."""
    mine = update(_T).where(_T.c.person_id == person_id, _T.c.channel == channel)
    executor.execute(mine.values(kind=_ENDED))


def end_about_application(executor: Executor, vault: Vault, person_id: int, application_id: int) -> None:
    """Close the questions about this application that are open to him, on any channel."""
    for row in executor.execute(select(_T).where(_T.c.person_id == person_id, _T.c.kind != _ENDED)).all():
        try:
            args = json.loads(vault.open(args_place(person_id, row.channel), row.args))
        except Unreadable:
            continue
        if args.get("application") == application_id:
            end(executor, person_id, row.channel)


def any_ahead(session: Session, now: datetime) -> bool:
    """Is there a dialog that a clock that ran ahead opened?"""
    return session.scalar(select(DialogRow.person_id).where(_ahead(now)).limit(1)) is not None


def purge(session: Session, now: datetime) -> int:
    """Forget dialogs nobody answered for long, and those of a clock that ran ahead; how many were forgotten."""
    gone = delete(DialogRow).where(or_(DialogRow.until < remembered_since(now), _ahead(now)))
    return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]


def _ahead(now: datetime) -> ColumnElement[bool]:
    return DialogRow.until > _latest(now)
