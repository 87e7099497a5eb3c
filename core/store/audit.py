"""The audit log: append-only, and chained, so that a changed, removed or inserted row is found and named.

Each row's hash is an HMAC over the previous row's hash and the row's canonical form, with a key that is not in the
database. Appending takes the head row's lock as the last thing a transaction does, so the chain has one order.
A chain alone does not stop somebody from cutting off its end: the head row, with the number and the hash of the last
one, is sealed with the same key, so that it cannot be written anew for a shorter chain. Only somebody who kept an older
head together with its seal could put that back: against him the head is to be kept elsewhere (`tuoling audit head`).
"""

import hmac
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    LargeBinary,
    String,
    Text,
    and_,
    bindparam,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    table,
    true,
    type_coerce,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import NullType

from core.privacy import Unreadable, Vault
from core.store.base import Base, BigId, UtcDateTime, table_of
from core.store.database import Executor, among, insert_new
from core.store.prepared import Prepared
from core.store.shared import MASTER_KEY, Secret, SecretRow, read_secret, write_secret

# Made once: `json.dumps` with options makes an encoder for each call.
_DETAILS = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_GENESIS = b"\0" * 32
_LOST = b"\xff" * 32  # what comes behind it does not fit to anything
_KEPT = "audit-key:"  # the names of retired keys among the shared secrets
_FOR_EVER = timedelta(days=36500)


class AuditRow(Base):
    """One thing that somebody did or was refused. `details` is canonical JSON and holds no personal data in clear."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "subject", "seq"),
        Index(None, "actor_id", "seq"),
        CheckConstraint("seq > 0", name="from_one"),
    )

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    details: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(12))
    request_id: Mapped[str] = mapped_column(String(16))
    key_id: Mapped[str] = mapped_column(String(8))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """The last row's number and hash, and an HMAC over both; its lock gives the chain its order. Exactly one row."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    key_id: Mapped[str] = mapped_column(String(8))
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded. `action` is `subject:verb` (`lead:claim`, `lead:claim:denied`), `subject` `lead:1024`."""

    actor_id: int | None
    action: str
    subject: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry as it stands in the log. `details` is the JSON text that was hashed."""

    seq: int
    at: datetime
    actor_id: int | None
    action: str
    subject: str
    details: str
    channel: str
    request_id: str
    key_id: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that does not fit. `what` is `altered`, `missing`, `cut`, `unknown key`, or `head` if the rows fit
    and the head row holds what none can hold. `head` is the number in the head row (None: there is none)."""

    seq: int
    what: str
    head: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Intact:
    """The chain holds. `rows` were checked; `head` is the last hash in hex."""

    rows: int
    head: str


@dataclass(frozen=True, slots=True)
class _Head:
    """The head row; where there is none, that of an empty chain (which says nothing)."""

    seq: int = 0
    hash: bytes = _GENESIS
    said: int | None = None
    key_id: str = ""
    seal: bytes = b""


_HEAD, _LOG = table_of(AuditHead), table_of(AuditRow)
_TELLING = (_LOG, *(table(name) for name in ("config_version", "person", "lead")))  # by name: they stand above us
_LOCK_HEAD = Prepared(select(_HEAD.c.seq, _HEAD.c.hash).where(_HEAD.c.id == 1).with_for_update())
_SET_HEAD = Prepared(
    update(_HEAD)
    .where(_HEAD.c.id == 1)
    .values(seq=bindparam("last"), hash=bindparam("last_hash"), key_id=bindparam("with_key"), seal=bindparam("sealed"))
)
_APPEND = Prepared(insert(_LOG), [column.name for column in _LOG.columns])


def is_untouched(executor: Executor) -> bool:
    """Is the database one in which nothing was ever done? Whatever these tables hold came with an entry in the log."""
    return not any(executor.execute(select(literal(1)).select_from(each).limit(1)).scalar() for each in _TELLING)


def begin(executor: Executor, vault: Vault) -> None:
    """Begin the chain, in a database in which nothing was done yet. It is begun once: a head that is gone is not made
    anew, or a log that was wiped would be a whole one again."""
    _make_head(executor, vault, 0, _GENESIS)


def _make_head(executor: Executor, vault: Vault, seq: int, last_hash: bytes) -> None:
    """Of several writers at once one makes the row, and all wait for its lock."""
    seal = _seal(vault.keys("audit")[0], seq, last_hash)
    values = {"id": 1, "seq": seq, "hash": last_hash, "key_id": vault.key_ids()[0], "seal": seal}
    executor.execute(insert_new(executor, AuditHead), values)


def append(
    executor: Executor, vault: Vault, entries: Sequence[Entry], *, at: datetime, channel: str, request_id: str
) -> None:
    """Append `entries` to the chain, in this transaction. Call it last: it holds the chain's lock until the commit."""
    key, key_id = vault.keys("audit")[0], vault.key_ids()[0]
    head = _LOCK_HEAD.row(executor, {})
    while head is None:  # somebody removed it: people can go on working, and the chain shows for ever that it was cut
        last = executor.execute(select(func.coalesce(func.max(_LOG.c.seq), 0))).scalar() or 0
        _make_head(executor, vault, last, _LOST)
        head = _LOCK_HEAD.row(executor, {})
    seq, previous = head
    rows = []
    for entry in entries:
        seq += 1
        row = {
            "seq": seq,
            "at": at,
            "actor_id": entry.actor_id,
            "action": entry.action,
            "subject": entry.subject,
            "details": _DETAILS.encode(entry.details),
            "channel": channel,
            "request_id": request_id,
            "key_id": key_id,
        }
        previous = _hash(key, previous, row)
        rows.append(row | {"hash": previous})
    _APPEND.run_all(executor, rows)
    sealed = _seal(key, seq, previous)
    _SET_HEAD.run(executor, {"last": seq, "last_hash": previous, "with_key": key_id, "sealed": sealed})


def verify(session: Session, vault: Vault) -> Intact | Broken:
    """Walk the whole chain, in bounded memory, and name the first row that does not fit. People may go on working.

    Rows are read as they lie in the table: a value that is none (SQLite keeps any value in any column) is an altered
    row, and no error.
    """
    keys = _kept_keys(session, vault) | dict(zip(vault.key_ids(), vault.keys("audit"), strict=True))
    head = _read_head(session)  # before the rows: more of them may be committed while we walk
    expected, previous, at_last = 0, _GENESIS, _GENESIS
    for seq, row in _rows(session):
        expected += 1
        if seq > expected:
            return Broken(expected, "missing")
        if seq < expected or row is None:
            return Broken(seq, "altered")
        key = keys.get(row["key_id"])
        if key is None:
            return Broken(seq, "unknown key")
        previous = _hash(key, previous, row)
        if not hmac.compare_digest(previous, row["hash"]):
            return Broken(seq, "altered")
        if head is not None and seq == head.seq:
            at_last = previous
    wrong = (
        _against(session, head, expected, at_last) or _forged(head, keys, expected) or _wiped(session, head, expected)
    )
    return wrong or Intact(expected, previous.hex())


def _wiped(session: Session, head: _Head | None, rows: int) -> Broken | None:
    """There is neither an entry nor a head that tells of one, though something was done here."""
    if rows or head is None:
        return None
    begun = head.said is not None or session.get(SecretRow, MASTER_KEY) is None
    return None if begun and is_untouched(session) else Broken(1, "cut", head.said)


def _forged(head: _Head | None, keys: dict[str, bytes], rows: int) -> Broken | None:
    """The head agrees with the rows, but we did not write it: the end was cut off and the head made to fit."""
    if head is None or head.said is None:
        return None
    key = keys.get(head.key_id)
    if key is None or not hmac.compare_digest(_seal(key, head.seq, head.hash), head.seal):
        return Broken(rows + 1, "cut", head.said)
    return None


def _against(session: Session, head: _Head | None, rows: int, at_head: bytes) -> Broken | None:
    """What does not fit between the rows (how many there are, and the hash of the one that the head names) and the head
    that was read before them."""
    if head is not None and rows > head.seq:  # fine if they came meanwhile: then the head has moved on with them
        now = _read_head(session)
        if now is None or now.seq < rows:
            return Broken(now.seq + 1 if now.seq else rows + 1, "cut", now.said) if now else Broken(rows + 1, "head")
    if head is None:
        return Broken(rows + 1, "head")
    if rows < head.seq or not hmac.compare_digest(at_head, head.hash):
        return Broken(rows + 1, "cut", head.said)
    return None


def about(session: Session, subjects: Mapping[str, Collection[str]]) -> Iterator[tuple[int, Logged | None]]:
    """The entries about these subjects, by what their action begins with (empty: whatever it is), in the order of their
    numbers; None for one that was not written by `append`. Whether they fit into the chain is `verify`'s to say."""
    which = or_(
        false(),
        *(
            and_(among(session, _LOG.c.subject, list(names)), _LOG.c.action.startswith(beginning, autoescape=True))
            for beginning, names in subjects.items()
        ),
    )
    for seq, row in _rows(session, which):
        yield seq, Logged(**row) if row is not None else None


def keep_keys(session: Session, vault: Vault, now: datetime) -> None:
    """Keep the chain's keys of the master keys that are being retired, sealed with that of now: what they signed can
    be verified for ever, after any number of rotations. Doing it again changes nothing."""
    for key_id, key in list(zip(vault.key_ids(), vault.keys("audit"), strict=True))[1:]:
        write_secret(session, vault, _KEPT + key_id, Secret(key.hex(), 1, now + _FOR_EVER))


def _kept_keys(session: Session, vault: Vault) -> dict[str, bytes]:
    """The keys that were kept, by key id; without those that do not open (they are then unknown keys)."""
    kept = {}
    for name in session.scalars(select(SecretRow.name).where(SecretRow.name.startswith(_KEPT))).all():
        try:
            secret = read_secret(session, vault, name)
        except Unreadable:
            continue
        if secret:
            kept[name.removeprefix(_KEPT)] = bytes.fromhex(secret.value)
    return kept


def newest(session: Session) -> tuple[int, str]:
    """The number of the newest entry and its hash in hex, as the head has them, damaged or not: 0 and nothing where it
    cannot be read, or there is none."""
    head = _read_head(session)
    return (head.seq, head.hash.hex()) if head is not None and head.said is not None else (0, "")


def _read_head(session: Session) -> _Head | None:
    """The head as it stands, that of an empty chain if there is none; None if it is damaged."""
    try:
        columns = map(_raw, (_HEAD.c.seq, _HEAD.c.hash, _HEAD.c.key_id, _HEAD.c.seal))
        head = session.execute(select(*columns).where(_HEAD.c.id == 1)).one_or_none()
    except DBAPIError:  # a text that is no UTF-8
        return None
    if head is None:
        return _Head()
    sound = isinstance(head.seq, int) and isinstance(head.hash, bytes)
    sound = sound and isinstance(head.key_id, str) and isinstance(head.seal, bytes)
    return _Head(head.seq, head.hash, head.seq, head.key_id, head.seal) if sound else None


_isoformat = lru_cache(16)(datetime.isoformat)  # the entries of one transaction have one time
_quoted = json.encoder.encode_basestring  # a text as JSON, with other letters than ASCII as they are
_TEXTS = ("action", "subject", "details", "channel", "request_id", "key_id")


def _hash(key: bytes, previous: bytes, row: Mapping[str, Any]) -> bytes:
    return hmac.digest(key, previous + _canonical(row).encode(), "sha256")


def _canonical(row: Mapping[str, Any]) -> str:
    """The row's values as a JSON list. Put together by hand: `json` makes an encoder for each list, which takes longer
    than encoding it."""
    actor = "null" if row["actor_id"] is None else row["actor_id"]
    texts = ",".join([_quoted(row[column]) for column in _TEXTS])
    return f'[{row["seq"]},"{_isoformat(row["at"])}",{actor},{texts}]'


def _seal(key: bytes, seq: int, last_hash: bytes) -> bytes:
    return hmac.digest(key, b"head:%d:" % seq + last_hash, "sha256")


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    """The column as the driver gives it: converting a value that somebody put there by hand may fail."""
    return type_coerce(column, NullType()).label(column.name)


_RAW = [_raw(column) for column in _LOG.columns]
_Read: TypeAlias = tuple[int, dict[str, Any] | None]


def _rows(session: Session, which: ColumnElement[bool] = true(), batch: int = 1000) -> Iterator[_Read]:  # noqa: B008
    """Each row's number and values in the order of the numbers, from the lowest, whatever that is, of those for which
    `which` holds; None for the values of a row that was not written by `append`."""
    after: int | None = None
    while True:
        rows, more = _read(session, which, after, batch)
        yield from rows
        if not more:
            return
        after = rows[-1][0]


def _read(session: Session, which: ColumnElement[bool], after: int | None, most: int) -> tuple[list[_Read], bool]:
    """Up to `most` rows behind `after`, and whether there may be more."""
    behind = and_(which, _LOG.c.seq > after) if after is not None else which
    statement = select(*_RAW).where(behind).order_by(_LOG.c.seq).limit(most)
    dialect = session.get_bind().dialect
    convert = UtcDateTime().dialect_impl(dialect).result_processor(dialect, None)
    try:
        found = [(int(row["seq"]), _values(dict(row), convert)) for row in session.execute(statement).mappings()]
    except DBAPIError:  # SQLite keeps bytes as a text too, and fails to read it: the rows one by one tell which it is
        if most > 1:
            return _read(session, which, after, 1)
        return [(session.scalars(select(_LOG.c.seq).where(behind).order_by(_LOG.c.seq).limit(1)).one(), None)], True
    return found, len(found) == most


def _values(row: dict[str, Any], convert: Callable[[Any], Any] | None) -> dict[str, Any] | None:
    """The values as they were hashed; None if one is not of its column's kind."""
    texts = all(isinstance(row[column], str) for column in _TEXTS)
    if not (texts and isinstance(row["actor_id"], int | None) and isinstance(row["hash"], bytes)):
        return None
    try:
        return row | {"at": convert(row["at"]) if convert else row["at"]}
    except (ValueError, TypeError, OverflowError):
        return None
