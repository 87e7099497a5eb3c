"""Dialogs: what a person was asked last, so that the next plain message is understood as the answer.

A row, not memory: it survives restarts and is seen by every process. One a person and channel; a new question
replaces the old one. What was typed so far may be personal, so the arguments are sealed.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, String, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.privacy import Vault
from core.store.base import Base, UtcDateTime, table_of
from core.store.database import Executor, insert_or_replace
from core.store.prepared import Prepared

PATIENCE = timedelta(minutes=30)


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
    """What was asked (`kind`, a name in `bot/dialogs.py`) and about what."""

    kind: str
    args: dict[str, Any]


def args_place(person_id: int | str, channel: str) -> str:
    """The vault's place of a dialog's arguments."""
    return f"dialog.args:{person_id}:{channel}"


def ask(executor: Executor, vault: Vault, person_id: int, channel: str, dialog: Dialog, now: datetime) -> None:
    """Open a dialog; it replaces an earlier one (of two at once, one of them stays) and is forgotten after half an
    hour."""
    values = {
        "person_id": person_id,
        "channel": channel,
        "kind": dialog.kind,
        "args": vault.seal(args_place(person_id, channel), json.dumps(dialog.args)),
        "until": now + PATIENCE,
    }
    executor.execute(insert_or_replace(executor, DialogRow, ("person_id", "channel")), values)


_T = table_of(DialogRow)
_CURRENT = select(_T.c.kind, _T.c.args).where(
    _T.c.person_id == bindparam("person"), _T.c.channel == bindparam("on"), _T.c.until > bindparam("now")
)
_HOLD = Prepared(_CURRENT.with_for_update())


def current(executor: Executor, vault: Vault, person_id: int, channel: str, now: datetime) -> Dialog | None:
    """The dialog that is open now, if any."""
    row = executor.execute(_CURRENT, {"person": person_id, "on": channel, "now": now}).one_or_none()
    return _opened(vault, person_id, channel, row.kind, row.args) if row else None


def hold(executor: Executor, vault: Vault, person_id: int, channel: str, now: datetime) -> Dialog | None:
    """As `current`, held until this transaction ends: of several answers at one instant each waits for the one before,
    and meets what that one left."""
    row = _HOLD.row(executor, {"person": person_id, "on": channel, "now": now})
    return _opened(vault, person_id, channel, *row) if row else None


def _opened(vault: Vault, person_id: int, channel: str, kind: str, args: bytes) -> Dialog:
    return Dialog(kind, json.loads(vault.open(args_place(person_id, channel), args)))


def end(session: Session, person_id: int, channel: str) -> None:
    """Close the dialog, if one is open."""
    session.execute(delete(DialogRow).where(DialogRow.person_id == person_id, DialogRow.channel == channel))


def purge(session: Session, now: datetime) -> int:
    """Forget dialogs nobody answered; how many were forgotten."""
    return int(session.execute(delete(DialogRow).where(DialogRow.until < now)).rowcount)  # type: ignore[attr-defined]
