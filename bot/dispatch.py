"""The intake: every event is taken exactly once, from the door to the committed reply.

    1. record   INSERT the sealed event; COMMIT                         durable from here on
    2. work     BEGIN; lock the inbox row; a stored reply is replayed, to the same sender and content only
    3.          the person, with the roles of now; the tapped card: genuine? his? current?
    4.          the handler: one core verb, one outcome, one reply
    5.          audit entries, outbox rows, the reply in the inbox row; COMMIT
    6. answer   the platform, then ring the bell

A platform that waits for no answer (DingTalk's Stream mode) is told behind 1 that the event was taken: `record`, then
`work`.

What dies on the way is finished by the sweeper through `finish`, the same path without the platform waiting, or in the
end closed without having been done (`bot/given_up.py`). How 3 and 4 find their reply stands in `bot/answering.py`.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import contacts, given_up, in_group, kept_back, repeats
from bot.answering import Answers
from bot.call import Reply
from bot.channels.base import Door
from bot.inbound import (
    ContactChange,
    Ignored,
    Inbound,
    InGroup,
    Lifecycle,
    Mixed,
    OrganisationChanged,
    Place,
    QuotaGone,
    Sent,
    Tap,
    Text,
)
from bot.metrics import EVENTS, begin_events
from cards import texts
from cards.actions import Signer
from cards.limits import split_bytes
from cards.render.text import render_message
from config.in_force import InForce
from config.logging import bind_request, new_request_id
from core.people import hints
from core.people.arrivals import arrival
from core.people.hints import Hint
from core.people.policy import Actor
from core.store import inbox, post
from core.store.database import TAP_PATIENCE, is_lock_timeout
from core.store.faultpoint import faultpoint
from core.store.inbox import InboxState
from core.store.unit import Store, Unit

NEVER = 0.0
MOST_ATTEMPTS = 5
KEY_TAKEN = "key_taken"
_NEW = ("done", "stranger")  # of what came of an event: it was none before

_log = structlog.get_logger(__name__)

_SPOKEN = frozenset({"shortvideo", "file", "link", "unknownMsgType"})  # a person sent it and waits for an answer


class Counts(Protocol):
    """Counts what a platform brings."""

    def count(self) -> None:
        """One more. Never fails."""
        ...


_UNCOUNTED: Mapping[str, Counts] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Taken:
    """What the platform is to be answered at once (None: nothing but "taken"), whether rows wait in the outbox, and
    what came of the event (`done`, `replayed`, `stranger` …), for logs."""

    text: str | None
    ring: bool = True
    came: str = "failed"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event that is in the inbox and will not be lost, to be worked on. `own_key`: another event came under its key
    before, so it has one made from sender and content."""

    inbound: Inbound
    request_id: str
    own_key: bool = False


class Intake:
    """Takes events in. One a process; safe to share between threads."""

    def __init__(
        self,
        store: Store,
        in_force: InForce,
        doors: Mapping[str, Door],
        signers: Mapping[str, Signer],
        counts: Mapping[str, Counts] = _UNCOUNTED,
    ) -> None:
        """`counts`: what counts a channel's events, where its platform brings only so many a month."""
        self._store, self._counts = store, counts
        self._doors = doors
        self._in_force = in_force
        self._signers = signers
        begin_events(doors)

    def take(self, inbound: Inbound, raw: bytes) -> Taken:
        """Record the event and work on it; the answer for the platform.

        Raises:
            SQLAlchemyError, WrongKey: the event could not be recorded: the platform must not be told that it was.
        """
        envelope = inbound.envelope
        if _is_nothing(inbound):
            return Taken(None, ring=False, came="ignored")
        waits = self._doors[envelope.channel].answer_seconds if _is_answered_at_once(inbound) else 0.0
        answer_by = time.monotonic() + waits if waits else NEVER  # it waits for the recording too, which may be slow
        request_id = new_request_id()
        bind_request(request_id)
        taken = self._take(inbound, raw, request_id, answer_by)
        if taken.came != KEY_TAKEN:
            return taken
        _log.error("another event came under this key", channel=envelope.channel, kind=type(inbound).__name__.lower())
        return self._take(repeats.under_own_key(self._store.vault, inbound), raw, request_id, answer_by, own_key=True)

    def record(self, inbound: Inbound, raw: bytes) -> Recorded | None:
        """Record the event and no more: the platform may be told now that it was taken, and the work (`work`) comes
        after that. None: there is nothing to be done about it. A repetition is recorded already, and counts as such.

        Raises: as `take`.
        """
        if _is_nothing(inbound):
            return None
        request_id = new_request_id()
        bind_request(request_id)
        self._write_down(inbound, raw, request_id)
        self._store.database.keep()  # the platform is told now
        faultpoint("recorded")
        with self._store.read() as session:
            taken = inbox.request_of(session, inbound.envelope.key) != request_id and self._is_another(session, inbound)
        if not taken:
            return Recorded(inbound, request_id)
        own = repeats.under_own_key(self._store.vault, inbound)
        self._write_down(own, raw, request_id)
        self._store.database.keep()
        return Recorded(own, request_id, own_key=True)

    def work(self, recorded: Recorded) -> Taken:
        """Work on a recorded event of which the platform was told already; what is said goes by the outbox."""
        bind_request(recorded.request_id)
        return self._work(recorded.inbound, recorded.request_id, NEVER, own_key=recorded.own_key)

    def _take(self, inbound: Inbound, raw: bytes, request_id: str, answer_by: float, *, own_key: bool = False) -> Taken:
        self._write_down(inbound, raw, request_id)
        faultpoint("recorded")
        taken = self._work(inbound, request_id, answer_by, own_key=own_key)
        self._store.database.keep()  # the platform is told now
        return taken

    def _write_down(self, inbound: Inbound, raw: bytes, request_id: str) -> None:
        """The event into the inbox, which a power cut may take back until `Database.keep`."""
        envelope, vault = inbound.envelope, self._store.vault
        self._in_force.look()
        self._store.check_key()
        with self._store.database.single() as connection:
            inbox.record(
                connection,
                key=envelope.key,
                channel=envelope.channel,
                event=vault.seal(inbox.event_place(envelope.key), raw),
                request_id=request_id,
                now=self._store.clock(),
            )

    def finish(self, key: str) -> None:
        """Work on a recorded event that has no reply: its process died, or its database was away.

        Too old: it is closed, and the person told that nothing was done. The reply goes out through the outbox. An
        event that cannot be read (its key or its channel's settings are missing) waits until it is too old.
        """
        self._in_force.look()
        with self._store.read() as session:
            row = session.get(inbox.InboxRow, key)
        if row is None or row.state != InboxState.NEW:
            return
        bind_request(row.request_id)
        inbound = self._opened(row.key, row.channel, row.event)
        too_old = repeats.is_too_old(row.received_at, inbound, self._store.clock())
        if inbound is None and too_old:
            given_up.close_unread(self._store, row)
        elif inbound is not None and too_old:
            given_up.close(self._store, inbound, row.request_id, InboxState.EXPIRED, texts.EXPIRED)
        elif inbound is not None:
            self._work(inbound, row.request_id, NEVER)

    def _work(self, inbound: Inbound, request_id: str, answer_by: float, *, own_key: bool = False) -> Taken:
        """`answer_by` is the monotonic time until which the platform waits for a text; later it goes by the outbox.
        `own_key` says that the key is made from sender and content, so that no other event has it."""
        envelope = inbound.envelope
        kind = type(inbound).__name__.lower()
        try:
            taken, came = self._store.database.attempt(
                lambda: self._once(inbound, request_id, answer_by, own_key=own_key)
            )
        except SQLAlchemyError as error:
            if not is_lock_timeout(error):
                return self._failed(inbound, request_id, answer_by)
            return self._busy(inbound, answer_by, own_key=own_key)
        except Exception:  # noqa: BLE001  the last resort: the event stays recorded, and is tried again
            return self._failed(inbound, request_id, answer_by)
        EVENTS.labels(envelope.channel, kind, came).inc()
        if came in _NEW and envelope.channel in self._counts:
            self._counts[envelope.channel].count()  # by itself: all would wait for each other's row
        return replace(taken, came=came)

    def _busy(self, inbound: Inbound, answer_by: float, *, own_key: bool) -> Taken:
        """Somebody else holds the row for long: a twin, whose result will do, or another event under the same key."""
        with self._store.read() as session:
            came = KEY_TAKEN if not own_key and self._is_another(session, inbound) else "busy"
        EVENTS.labels(inbound.envelope.channel, type(inbound).__name__.lower(), came).inc()
        return Taken(texts.BUSY if _waits(inbound, answer_by) else None, ring=False, came=came)

    def _once(self, inbound: Inbound, request_id: str, answer_by: float, *, own_key: bool) -> tuple[Taken, str]:
        """The transaction: all of the work and the stored reply, or nothing."""
        envelope = inbound.envelope
        key, channel = envelope.key, envelope.channel
        with self._store.unit(request_id=request_id, channel=channel, origin=key, patience=TAP_PATIENCE) as unit:
            sender = envelope.spelt or envelope.sender
            found = arrival(unit.connection, unit.vault, key, channel, sender, unit.now)
            if found is None:
                return Taken(None, ring=False), "forgotten"
            if found.request_id != request_id and not own_key and self._is_another(unit.session, inbound):
                return Taken(None, ring=False), KEY_TAKEN
            if found.state != InboxState.NEW:
                return Taken(self._stored(key, found.reply)), "replayed"
            actor, text, kept = found.actor, None, ""
            if isinstance(inbound, QuotaGone):
                kept_back.tell(unit, self._doors.keys())
            if isinstance(inbound, ContactChange):
                contacts.take_in(unit, inbound)
            elif isinstance(inbound, OrganisationChanged):
                hints.note(unit, Hint(inbound.kind, inbound.subject, inbound.carried))
            elif isinstance(inbound, InGroup) and actor is not None:
                unit.asker = actor.id
                text = self._said_there(unit, actor, inbound, answer_by)
            elif actor is not None:
                unit.asker = actor.id
                replies = self._answers().answers(unit, actor, inbound, found.asked)
                text = self._deliver(unit, actor, inbound, replies, answer_by)
                kept = text or ""
                if any(reply.forget for reply in replies):
                    inbox.forget(unit.session, key, unit.vault.seal(inbox.event_place(key), b""))
            # What was said in a group is not kept: a repetition is none to say it again.
            sealed = unit.vault.seal(inbox.reply_place(key), kept)
            inbox.finish(unit.connection, key, sealed, InboxState.DONE, unit.now)
        known = actor is not None or isinstance(inbound, ContactChange | OrganisationChanged | QuotaGone)
        return Taken(text, ring=unit.serial > 0), "done" if known else "stranger"

    def _is_another(self, session: Session, inbound: Inbound) -> bool:
        """Is it another event than the one recorded under its key? One that was wiped cannot tell, and counts as
        another."""
        key, channel = inbound.envelope.key, inbound.envelope.channel
        event = inbox.event_of(session, key)
        first = self._opened(key, channel, event) if event is not None else inbound
        return first is None or not repeats.repeats(inbound, first)

    def _opened(self, key: str, channel: str, event: bytes) -> Inbound | None:
        return given_up.opened(self._store.vault, self._doors, key, channel, event)

    def _stored(self, key: str, reply: bytes | None) -> str | None:
        return self._store.vault.open(inbox.reply_place(key), reply) or None if reply else None

    def _answers(self) -> Answers:
        return Answers(self._in_force.now, self._signers)

    def _deliver(
        self, unit: Unit, actor: Actor, inbound: Inbound, replies: Sequence[Reply], answer_by: float
    ) -> str | None:
        """Put the replies on their way; the part that is answered at once is returned."""
        channel = unit.channel
        for reply in replies:
            if reply.show is not None:
                post.show(unit, channel, actor.id, reply.show, session=inbound.envelope.session)
            for board in reply.pictures:
                post.picture(unit, channel, actor.id, board)
            if isinstance(inbound, Tap) and (reply.change is not None or reply.refresh):
                self._answers().change_tapped(unit, actor, inbound, reply.change)
        said = render_message("\n\n".join(dict.fromkeys(reply.say for reply in replies if reply.say)))
        if not said:
            return None
        if time.monotonic() < answer_by and len(said.encode()) <= self._doors[channel].text_bytes:
            return said
        for part in split_bytes(said, self._doors[channel].text_bytes):
            post.say(unit, channel, actor.id, part, session=inbound.envelope.session)
        return None

    def _said_there(self, unit: Unit, actor: Actor, inbound: InGroup, answer_by: float) -> str | None:
        """What is said in a group, put on its way; or returned, if the platform waits for it."""
        said = in_group.answer(unit, actor, inbound, self._in_force.now.groups)
        if said is None or time.monotonic() < answer_by:
            return said
        if inbound.session is not None:
            post.say_there(unit, unit.channel, actor.id, said, inbound.session)
        return None

    def _failed(self, inbound: Inbound, request_id: str, answer_by: float) -> Taken:
        """Our bug, or a database in trouble. Nothing was done; the sweeper tries again, a few times."""
        envelope = inbound.envelope
        kind = type(inbound).__name__.lower()
        _log.exception("event failed", channel=envelope.channel, kind=kind, request=request_id)
        EVENTS.labels(envelope.channel, kind, "failed").inc()
        try:
            with self._store.database.write() as session:
                attempts = inbox.count_attempt(session, envelope.key)
        except SQLAlchemyError:
            attempts = 0
        if attempts >= MOST_ATTEMPTS:
            given_up.close(self._store, inbound, request_id, InboxState.FAILED, texts.gave_up(request_id))
            return Taken(None)
        return Taken(texts.failed(request_id) if attempts <= 1 and _waits(inbound, answer_by) else None, ring=False)


def _waits(inbound: Inbound, answer_by: float) -> bool:
    """Does its sender alone wait to be told what became of it? In a group all would read that."""
    return time.monotonic() < answer_by and not isinstance(inbound, InGroup)


def _is_nothing(inbound: Inbound) -> bool:
    """Is it nothing that we act upon, nor tell anybody of? It is counted and told of in the log."""
    if not isinstance(inbound, Ignored) or inbound.kind in _SPOKEN:
        return False
    channel = inbound.envelope.channel
    EVENTS.labels(channel, "ignored", "ignored").inc()
    _log.info("event ignored", channel=channel, kind=inbound.kind)
    return True


def _is_answered_at_once(inbound: Inbound) -> bool:
    """May the platform's request be answered with a text? Not a tap (WeCom's documents contradict
    each other: 90241), not what is no message of a person who is there."""
    if isinstance(inbound, Lifecycle):
        return inbound.kind != "left"
    return isinstance(inbound, Text | Sent | Mixed | Place | InGroup | QuotaGone)
