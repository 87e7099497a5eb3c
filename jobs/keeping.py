"""附件, fetched from the platform, kept, and sent again. The relay calls it for its rows of the kinds FETCH and FILE.

The order is: fetch, look what it is, write the file, and then, in the transaction that closes the row, say that it is
kept. Whoever dies before leaves the row to the next, who does all of it again and writes the same file anew: nothing is
lost, and nothing is there twice.
"""

import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import structlog

from cards import texts
from cards.channel import Channel, Downloaded, Fault, Permanent, Retry, Sent, TooLarge, Uploaded
from core.calendar import day_start
from core.leads import media, media_fetching
from core.leads.filetypes import TYPES, MediumKind, type_of
from core.leads.kept import MediumState
from core.leads.media_fetching import Content, ToFetch, ToSend
from core.leads.service import owned
from core.people.policy import Actor
from core.privacy import Unreadable
from core.store import outbox, post
from core.store.faultpoint import faultpoint
from core.store.files import Files, NoRoom
from core.store.outbox import OutboxRow
from core.store.unit import Store, Unit

NO_ROOM_SECONDS = 60.0
NO_ROOM = "no room for files"
TIDY_EVERY_SECONDS = 600.0
MB = 1024 * 1024
_FEWEST = 6  # bytes: what is smaller is nothing
_MOST = {MediumKind.PICTURE: 10, MediumKind.VOICE: 2, MediumKind.VIDEO: 10}  # MB that the platform sends as such
_AS_PICTURE = frozenset({"jpg", "png"})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large one file may be, and all of them together; in bytes."""

    file: int
    total: int


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing is to be done any more."""

    why: str


Note: TypeAlias = Callable[[Unit], None]
Worked: TypeAlias = tuple[Sent | Fault | Gone, Note | None]
"""What came of a row; and what is to be written in the transaction that marks it."""


class Keeper:
    """Keeps what people send. One a process; safe to share between threads."""

    def __init__(self, store: Store, files: Files, limits: Limits) -> None:
        self._store = store
        self._files = files
        self._limits = limits
        self._tidy_at = float("-inf")

    def fetch(self, channel: Channel, row: OutboxRow) -> Worked:
        """Fetch what `row` names, and keep it if it is fit to be kept."""
        medium_id = self._number(row)
        with self._store.read() as session:
            wanted = media_fetching.to_fetch(session, self._store.vault, medium_id)
            if wanted is None:
                return Gone("not wanted"), None
            kept = media_fetching.bytes_kept(session)
        if not self._has_room(kept + _FEWEST, _FEWEST):  # nothing is fetched only to be thrown away
            return Retry(NO_ROOM_SECONDS, NO_ROOM), partial(_held_up, row, medium_id)
        got = channel.download(wanted.source, self._limits.file)
        match got:
            case TooLarge():
                return Sent(), partial(_unfit, row, medium_id, self._limits.file)
            case Downloaded(content, name):
                return self._keep(row, wanted, content, name)
            case _:
                return got, None

    def _keep(self, row: OutboxRow, wanted: ToFetch, content: bytes, name: str) -> Worked:
        found = type_of(content, wanted.kind) if len(content) >= _FEWEST else None
        if found is None:
            return Sent(), partial(_unfit, row, wanted.id, None)
        if not self._write(wanted, content):
            return Retry(NO_ROOM_SECONDS, NO_ROOM), partial(_held_up, row, wanted.id)
        digest = hashlib.sha256(content).hexdigest()
        is_file = wanted.kind == MediumKind.FILE  # of the others the platform makes up a name
        kept = Content(found, len(content), digest, name if is_file else "")
        return Sent(), partial(self._kept, row, wanted.id, kept)

    def _write(self, wanted: ToFetch, content: bytes) -> bool:
        """Write the file; False if there is no room for it, on the disk or by the company's limit."""
        with self._store.read() as session:
            kept = media_fetching.bytes_kept(session)
        if not self._has_room(kept + len(content), len(content)):
            return False
        try:
            self._files.write(wanted.id, wanted.key, content)
        except NoRoom:
            _log.error("the disk has no room for files; what comes waits")
            return False
        faultpoint("file_written")
        return True

    def _has_room(self, total: int, more: int) -> bool:
        """May `total` bytes be kept, and does the disk have room for `more`?"""
        if total > self._limits.total:
            _log.error("the files have reached their limit (TUOLING_MEDIA_TOTAL_GB); what comes waits", bytes=total)
            return False
        if not self._files.has_room(more):
            _log.error("the disk has no room for files; what comes waits")
            return False
        return True

    def _kept(self, row: OutboxRow, medium_id: int, content: Content, unit: Unit) -> None:
        """It is there. Only who was told that there was no room for it is told that there is."""
        late = media_fetching.was_held_up(unit.session, medium_id)
        turned = media_fetching.keep(unit, medium_id, content)
        if turned is not None and late:
            post.say(unit, row.channel, row.person_id, texts.medium_kept_late(turned.lead_id))
        if turned is None and not media_fetching.is_wanted(unit.session, medium_id):
            self._files.delete(medium_id)  # somebody has dropped it while it was fetched

    def send(self, channel: Channel, viewer: Actor, row: OutboxRow) -> Sent | Fault | Gone:
        """Send the viewer what `row` names, if he may look into its lead now."""
        with self._store.read() as session:
            wanted = media_fetching.to_send(session, self._store.vault, self._number(row))
            if wanted is None or not media.may_look(viewer, owned(session, wanted.lead_id)):
                return Gone("superseded")
        try:
            content = self._files.read(wanted.id, wanted.key)
        except (FileNotFoundError, Unreadable) as error:
            _log.error("a file that is kept cannot be read", medium=wanted.id, error=type(error).__name__)
            return Permanent("the file cannot be read")
        kind = _sendable(wanted, len(content))
        name = f"L{wanted.lead_id}-{wanted.id % 10_000:04}.{wanted.type}"
        given = channel.upload_file(content, name, TYPES[wanted.type].mime, kind)
        return channel.send_file(viewer.userid, given.media_id, kind) if isinstance(given, Uploaded) else given

    def round(self) -> int:
        """Forget, if it is time again, what nobody has put to a lead in time, and remove the files of what nobody wants
        any more; how many were removed. Any number of schedulers may do it at once."""
        if time.monotonic() < self._tidy_at:
            return 0
        self._tidy_at = time.monotonic() + TIDY_EVERY_SECONDS
        with self._store.unit(request_id="media", origin=f"media:{uuid.uuid4().hex[:16]}") as unit:
            media.drop_unsorted(unit)
        removed = 0
        while True:
            with self._store.read() as session:
                gone = media_fetching.to_remove(session)
            for medium_id in gone:
                self._files.delete(medium_id)
            with self._store.database.write() as session:
                media_fetching.removed(session, gone)
            removed += len(gone)
            if not gone:
                break
        with self._store.database.write() as session:
            media_fetching.forget_rows(session, day_start(self._store.clock()))
        return removed

    def _number(self, row: OutboxRow) -> int:
        return int(self._store.vault.open(outbox.body_place(row.dedupe_key), row.body or b""))


def _unfit(row: OutboxRow, medium_id: int, limit: int | None, unit: Unit) -> None:
    """It cannot be kept, and its sender is told why: it is larger than `limit`, or (None) nothing that is kept."""
    turned = media_fetching.turn(unit, medium_id, MediumState.UNFIT)
    if turned is not None:
        post.say(unit, row.channel, row.person_id, texts.medium_unfit(turned.lead_id, limit))


def _held_up(row: OutboxRow, medium_id: int, unit: Unit) -> None:
    """There is no room: its sender is told once, and it is tried again."""
    if media_fetching.hold_up(unit, medium_id):
        post.say(unit, row.channel, row.person_id, texts.MEDIUM_WAITS)


def lost(unit: Unit, row: OutboxRow) -> None:
    """The platform did not give it, and it is tried no more: its sender is told. Of a row that does not open nobody
    knows which it was."""
    try:
        medium_id = int(unit.vault.open(outbox.body_place(row.dedupe_key), row.body or b""))
    except Unreadable:
        return
    turned = media_fetching.turn(unit, medium_id, MediumState.LOST)
    if turned is not None:
        post.say(unit, row.channel, row.person_id, texts.medium_lost(turned.lead_id))


def _sendable(wanted: ToSend, size: int) -> MediumKind:
    """As what the platform sends it: what is too large for a picture, or of another type than it takes, is a file."""
    kind = TYPES[wanted.type].kind
    if kind == MediumKind.PICTURE and wanted.type not in _AS_PICTURE:
        return MediumKind.FILE
    return kind if size <= _MOST.get(kind, 0) * MB else MediumKind.FILE
