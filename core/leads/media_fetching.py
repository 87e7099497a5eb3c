"""What comes of fetching 附件 from the platform: kept, not fit to be kept, held up, lost. Told by `jobs/keeping.py`.

Each is one conditional UPDATE: of two who fetched the same, one says what came of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.leads.events import MediumKept
from core.leads.filetypes import FileType, MediumKind
from core.leads.kept import ALIVE, TO_FETCH, Medium, MediumState, key_place, source_place, title_place
from core.leads.models import subject
from core.privacy import Vault
from core.store.base import table_of
from core.store.unit import Unit

BATCH = 200
_GONE = tuple(state for state in MediumState if state not in ALIVE)
_M = table_of(Medium)


@dataclass(frozen=True, slots=True)
class ToFetch:
    """What is to be fetched: `source` is the platform's name for it, `key` encrypts its file."""

    id: int
    kind: MediumKind
    source: str
    key: bytes


@dataclass(frozen=True, slots=True)
class ToSend:
    """What is to be sent: `number` is its place in its lead's list."""

    id: int
    lead_id: int
    kind: MediumKind
    type: str
    key: bytes


def to_fetch(session: Session, vault: Vault, medium_id: int) -> ToFetch | None:
    """What is still to be fetched under this number, if anything is.

    Raises:
        Unreadable: its row was altered, or sealed with a key we lack.
    """
    row = session.get(Medium, medium_id)
    if row is None or row.state not in TO_FETCH or row.source is None or row.key is None:
        return None
    source = vault.open(source_place(row.id), row.source)
    return ToFetch(row.id, MediumKind(row.kind), source, vault.open_bytes(key_place(row.id), row.key))


def to_send(session: Session, vault: Vault, medium_id: int) -> ToSend | None:
    """What is kept under this number. Not for the eyes of who may not look into its lead. Raises as `to_fetch`."""
    row = session.get(Medium, medium_id)
    if row is None or row.state != MediumState.KEPT or row.lead_id is None or row.key is None:
        return None
    key = vault.open_bytes(key_place(row.id), row.key)
    return ToSend(row.id, row.lead_id, MediumKind(row.kind), row.type or "", key)


def bytes_kept(session: Session) -> int:
    """How much is kept in all."""
    return session.scalar(select(func.sum(Medium.size)).where(Medium.state == MediumState.KEPT)) or 0


@dataclass(frozen=True, slots=True)
class Turned:
    """A medium has come to another state, for this lead (None: nobody has said yet) of this person's."""

    lead_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class Content:
    """What was fetched: its type, its size in bytes, the SHA-256 of it, and what its sender calls it, if he does."""

    type: FileType
    size: int
    digest: str
    name: str = ""


def keep(unit: Unit, medium_id: int, found: Content) -> Turned | None:
    """Its file is written: from now on it is there to be seen. None if it is wanted no more, or was kept already."""
    name = unit.vault.seal(title_place(medium_id), found.name) if found.name else None
    values = {"type": found.type.ending, "size": found.size, "digest": found.digest, "name": name, "source": None}
    turned = _turn(unit, medium_id, MediumState.KEPT, kept_at=unit.now, **values)
    if turned is not None:
        about = subject(turned.lead_id) if turned.lead_id else "medium"
        unit.record(turned.person_id, "media:keep", about, medium=medium_id, type=found.type.ending, bytes=found.size)
        unit.happened(MediumKept(turned.lead_id))
    return turned


def turn(unit: Unit, medium_id: int, state: MediumState) -> Turned | None:
    """It is not fit to be kept, or lost: audited. None if that is known already."""
    turned = _turn(unit, medium_id, state)
    if turned is not None:
        about = subject(turned.lead_id) if turned.lead_id else "medium"
        unit.record(turned.person_id, f"media:{state}", about, medium=medium_id)
        unit.happened(MediumKept(turned.lead_id, turned.person_id))
    return turned


def hold_up(unit: Unit, medium_id: int) -> bool:
    """There is no room for it: True the first time."""
    here = update(_M).where(_M.c.id == medium_id, _M.c.state == MediumState.WAITING.value)
    return unit.connection.execute(here.values(state=MediumState.HELD_UP.value).returning(_M.c.id)).scalar() is not None


def was_held_up(session: Session, medium_id: int) -> bool:
    """Was its sender told that there is no room for it?"""
    return session.scalar(select(Medium.state).where(Medium.id == medium_id)) == MediumState.HELD_UP


def is_wanted(session: Session, medium_id: int) -> bool:
    """Is it there, or to be?"""
    return session.scalar(select(Medium.state).where(Medium.id == medium_id)) in ALIVE


def _turn(unit: Unit, medium_id: int, state: MediumState, **more: Any) -> Turned | None:
    here = update(_M).where(_M.c.id == medium_id, _M.c.state.in_(TO_FETCH)).values(state=state.value, **more)
    row = unit.connection.execute(here.returning(_M.c.lead_id, _M.c.person_id)).one_or_none()
    return Turned(row.lead_id, row.person_id) if row else None


def to_remove(session: Session) -> list[int]:
    """Those whose files are to go: nobody wants them any more. At most `BATCH`."""
    gone = select(Medium.id).where(Medium.state.not_in(ALIVE), Medium.key.is_not(None))
    return list(session.scalars(gone.order_by(Medium.id).limit(BATCH)))


def removed(session: Session, medium_ids: list[int]) -> None:
    """Their files are gone, and with their keys every copy of them."""
    here = (Medium.id.in_(medium_ids), Medium.state.not_in(ALIVE))
    session.execute(update(Medium).where(*here).values(key=None, source=None, name=None))


def forget_rows(session: Session, before: datetime) -> None:
    """Of what never belonged to a lead and came before that no row stays. What came since is still counted."""
    gone = (Medium.state.in_(_GONE), Medium.received_at < before, Medium.key.is_(None), Medium.lead_id.is_(None))
    session.execute(delete(Medium).where(*gone))
