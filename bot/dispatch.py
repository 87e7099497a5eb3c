"""The intake: every event is taken exactly once, from the door to the committed reply.

    1. record   INSERT the sealed event; COMMIT                         durable from here on
    2. work     BEGIN; lock the inbox row; a stored reply is replayed, to the same sender and content only
    3.          the person, with the roles of now; the tapped card: genuine? his? current?
    4.          the handler: one core verb, one outcome, one reply
    5.          audit entries, outbox rows, the reply in the inbox row; COMMIT
    6. answer   the platform, then ring the bell

What dies on the way is finished by the sweeper through `finish`, the same path without the platform waiting.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import repeats
from bot.call import Call, Reply
from bot.channels.base import Door
from bot.dialogs import QUESTIONS
from bot.inbound import Ignored, Inbound, Lifecycle, Picture, Place, Tap, Text
from bot.metrics import EVENTS, begin_events
from bot.phrases.never_kept import never_kept
from bot.taps import MENU, TAPS
from bot.words import Incomplete, Routed, Unknown, is_command, route
from cards import texts
from cards.actions import Forged, Outdated, Signer, Unpacked
from cards.limits import split_bytes
from cards.render.text import render_message
from cards.render.wecom import SEEN_KEY
from config.company import Company
from config.logging import bind_request, new_request_id
from core.people.arrivals import arrival
from core.people.policy import Actor, may
from core.privacy import Unreadable
from core.store import cardcodes, inbox, issued, post
from core.store.database import TAP_PATIENCE, is_lock_timeout
from core.store.dialogs import Dialog
from core.store.faultpoint import faultpoint
from core.store.inbox import InboxState
from core.store.issued import Face
from core.store.unit import Store, Unit

ANSWERED_WITHIN = 4.0  # seconds: WeCom cuts the connection after 5, and what is said then is lost
NEVER = 0.0
MOST_TYPED = 2048  # characters; WeCom itself lets 2,048 bytes through
MOST_ATTEMPTS = 5
KEY_TAKEN = "key_taken"

_log = structlog.get_logger(__name__)

_SPOKEN = frozenset({"voice", "video", "shortvideo", "file", "link"})  # a person sent it and waits for an answer


@dataclass(frozen=True, slots=True)
class Taken:
    """What the platform is to be answered at once (None: nothing but "taken"), whether rows wait in the outbox, and
    what came of the event (`done`, `replayed`, `stranger` …), for logs."""

    text: str | None
    ring: bool = True
    came: str = "failed"


class Intake:
    """Takes events in. One a process; safe to share between threads."""

    def __init__(
        self, store: Store, company: Company, doors: Mapping[str, Door], signers: Mapping[str, Signer]
    ) -> None:
        self._store = store
        self._company = company
        self._doors = doors
        self._signers = signers
        begin_events(doors)

    def take(self, inbound: Inbound, raw: bytes) -> Taken:
        """Record the event and work on it; the answer for the platform.

        Raises:
            SQLAlchemyError: the event could not be recorded: the platform must not be told that it was.
        """
        envelope = inbound.envelope
        if isinstance(inbound, Ignored) and inbound.kind not in _SPOKEN:
            EVENTS.labels(envelope.channel, "ignored", "ignored").inc()
            _log.info("event ignored", channel=envelope.channel, kind=inbound.kind)
            return Taken(None, ring=False, came="ignored")
        request_id = new_request_id()
        bind_request(request_id)
        taken = self._take(inbound, raw, request_id)
        if taken.came != KEY_TAKEN:
            return taken
        _log.error("another event came under this key", channel=envelope.channel, kind=type(inbound).__name__.lower())
        return self._take(repeats.under_own_key(self._store.vault, inbound), raw, request_id, own_key=True)

    def _take(self, inbound: Inbound, raw: bytes, request_id: str, *, own_key: bool = False) -> Taken:
        envelope, vault = inbound.envelope, self._store.vault
        with self._store.database.single() as connection:
            inbox.record(
                connection,
                key=envelope.key,
                channel=envelope.channel,
                event=vault.seal(inbox.event_place(envelope.key), raw),
                request_id=request_id,
                now=self._store.clock(),
            )
        faultpoint("recorded")
        answer_by = time.monotonic() + ANSWERED_WITHIN if _is_answered_at_once(inbound) else NEVER
        return self._work(inbound, request_id, answer_by, own_key=own_key)

    def finish(self, key: str) -> None:
        """Work on a recorded event that has no reply: its process died, or its database was away.

        Too old: it is closed, and the person told that nothing was done. The reply goes out through the outbox. An
        event that cannot be read (its key or its channel's settings are missing) waits until it is too old.
        """
        with self._store.read() as session:
            row = session.get(inbox.InboxRow, key)
        if row is None or row.state != InboxState.NEW:
            return
        bind_request(row.request_id)
        inbound = self._opened(row.key, row.channel, row.event)
        too_old = repeats.is_too_old(row.received_at, inbound, self._store.clock())
        if inbound is None and too_old:
            self._close_unread(row)
        elif inbound is not None and too_old:
            self._close(inbound, row.request_id, InboxState.EXPIRED, texts.EXPIRED)
        elif inbound is not None:
            self._work(inbound, row.request_id, NEVER)

    def _opened(self, key: str, channel: str, event: bytes) -> Inbound | None:
        """The event that was recorded under `key`, under that key; None if it cannot be read."""
        door = self._doors.get(channel)
        try:
            raw = self._store.vault.open_bytes(inbox.event_place(key), event)
        except Unreadable:
            return None
        return repeats.under_key(door.parse(raw), key) if door else None

    def _close_unread(self, row: inbox.InboxRow) -> None:
        """Nobody can be told: who sent it stands inside."""
        _log.error("event cannot be read, given up", channel=row.channel, request=row.request_id)
        with self._store.unit(request_id=row.request_id, channel=row.channel, origin=row.key) as unit:
            sealed = unit.vault.seal(inbox.reply_place(row.key), "")
            inbox.finish(unit.connection, row.key, sealed, InboxState.FAILED, unit.now)

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
        return replace(taken, came=came)

    def _busy(self, inbound: Inbound, answer_by: float, *, own_key: bool) -> Taken:
        """Somebody else holds the row for long: a twin, whose result will do, or another event under the same key."""
        with self._store.read() as session:
            came = KEY_TAKEN if not own_key and self._is_another(session, inbound) else "busy"
        EVENTS.labels(inbound.envelope.channel, type(inbound).__name__.lower(), came).inc()
        return Taken(texts.BUSY if time.monotonic() < answer_by else None, ring=False, came=came)

    def _once(self, inbound: Inbound, request_id: str, answer_by: float, *, own_key: bool) -> tuple[Taken, str]:
        """The transaction: all of the work and the stored reply, or nothing."""
        envelope = inbound.envelope
        key, channel = envelope.key, envelope.channel
        with self._store.unit(request_id=request_id, channel=channel, origin=key, patience=TAP_PATIENCE) as unit:
            found = arrival(unit.connection, unit.vault, key, channel, envelope.sender, unit.now)
            if found is None:
                return Taken(None, ring=False), "forgotten"
            if found.request_id != request_id and not own_key and self._is_another(unit.session, inbound):
                return Taken(None, ring=False), KEY_TAKEN
            if found.state != InboxState.NEW:
                return Taken(self._stored(key, found.reply)), "replayed"
            actor, text = found.actor, None
            if actor is not None:
                reply = self._answer(unit, actor, inbound, found.asked)
                text = self._deliver(unit, actor, inbound, reply, answer_by)
                if reply.forget:
                    inbox.forget(unit.session, key, unit.vault.seal(inbox.event_place(key), b""))
            sealed = unit.vault.seal(inbox.reply_place(key), text or "")
            inbox.finish(unit.connection, key, sealed, InboxState.DONE, unit.now)
        return Taken(text, ring=unit.serial > 0), "done" if actor else "stranger"

    def _is_another(self, session: Session, inbound: Inbound) -> bool:
        """Is it another event than the one recorded under its key? One that was wiped cannot tell, and counts as
        another."""
        key, channel = inbound.envelope.key, inbound.envelope.channel
        event = inbox.event_of(session, key)
        first = self._opened(key, channel, event) if event is not None else inbound
        return first is None or not repeats.repeats(inbound, first)

    def _stored(self, key: str, reply: bytes | None) -> str | None:
        return self._store.vault.open(inbox.reply_place(key), reply) or None if reply else None

    def _answer(self, unit: Unit, actor: Actor, inbound: Inbound, asked: Dialog | None) -> Reply:
        match inbound:
            case Text():
                return self._typed(unit, actor, inbound.text[:MOST_TYPED], asked)
            case Tap():
                return self._tapped(unit, actor, inbound)
            case Lifecycle(_, "menu", key) if key in MENU:
                return self._typed(unit, actor, MENU[key], asked)
            case Lifecycle(_, "joined"):
                return Reply(say=texts.welcome(actor.name))
            case Picture():
                return Reply(say=texts.PICTURE_TAKEN)
            case Place():
                return Reply(say=texts.PLACE_TAKEN)
            case Ignored():
                return Reply(say=texts.NOT_SUPPORTED)
            case _:
                return Reply()

    def _typed(self, unit: Unit, actor: Actor, message: str, asked: Dialog | None) -> Reply:
        """A whole command wins; else a message answers what was asked; else it is matched more loosely. What may not be
        kept is refused whatever it was to be."""
        kind = never_kept(message)
        if kind is not None:
            return Reply(say=texts.NEVER_KEPT[kind], forget=True)
        if asked is not None and asked.kind in QUESTIONS and not is_command(message):
            return QUESTIONS[asked.kind].answer(
                Call(unit, actor, self._company, text=message.strip(), asked=asked.args)
            )
        found = route(message, actor)
        match found:
            case Routed(command, text):
                if not may(actor, command.verb):
                    unit.record(actor.id, f"{command.verb}:denied", "command")
                    return Reply(say=texts.not_allowed(command.verb))
                asked_args = asked.args if asked else {}
                return command.handler(Call(unit, actor, self._company, text=text, asked=asked_args))
            case Incomplete(command):
                return Reply(say=texts.usage(command.word, command.form, command.example))
            case Unknown(text, nearest):
                return Reply(say=texts.unknown(text, [(command.form, command.about) for command in nearest]))

    def _tapped(self, unit: Unit, actor: Actor, tap: Tap) -> Reply:
        """Three checks, each for itself: genuine, addressed to this person, allowed now (the core verb checks that)."""
        if tap.token == SEEN_KEY:
            return Reply()
        found = self._signers[unit.channel].unpack(tap.token, unit.now)
        if isinstance(found, Forged):
            unit.record(actor.id, "tap:forged", "card")
            return Reply(say=texts.FORGED)
        card_id, _, revision = found.card_id.partition(".")
        if tap.card_key and not tap.card_key.endswith(card_id):
            unit.record(actor.id, "tap:forged", f"card:{card_id}")
            return Reply(say=texts.FORGED)
        card = issued.find(unit.connection, card_id)
        if card is None:
            return Reply(say=texts.CARD_GONE)
        if card.person_id != actor.id or card.channel != unit.channel:
            unit.record(actor.id, "tap:foreign", f"card:{card_id}", issued_to=card.person_id)
            return Reply(say=texts.NOT_YOUR_CARD)
        if isinstance(found, Outdated) or str(card.revision) != revision:
            return Reply(say=texts.STALE_CARD, refresh=True)
        call = Call(unit, actor, self._company, selected=tap.selected)
        reply = TAPS[type(found.action)](call, found.action)
        if tap.code and reply.change is None and not reply.refresh:
            sealed = unit.vault.seal(cardcodes.code_place(card_id), tap.code)
            cardcodes.keep(unit.connection, card_id, sealed, unit.now + timedelta(seconds=tap.code_seconds))
        return reply

    def _deliver(self, unit: Unit, actor: Actor, inbound: Inbound, reply: Reply, answer_by: float) -> str | None:
        """Put the reply on its way; the part that is answered at once is returned."""
        channel = unit.channel
        if reply.show is not None:
            post.show(unit, channel, actor.id, reply.show)
        if isinstance(inbound, Tap) and (reply.change is not None or reply.refresh):
            self._change_tapped(unit, actor, inbound, reply.change)
        if not reply.say:
            return None
        said = render_message(reply.say)
        if time.monotonic() < answer_by and len(said.encode()) <= self._doors[channel].text_bytes:
            return said
        for part in split_bytes(said, self._doors[channel].text_bytes):
            post.say(unit, channel, actor.id, part)
        return None

    def _change_tapped(self, unit: Unit, actor: Actor, tap: Tap, face: Face | None) -> None:
        found = self._signers[unit.channel].unpack(tap.token, unit.now)
        if not isinstance(found, Unpacked | Outdated):
            return
        card_id = found.card_id.partition(".")[0]
        if face is not None:
            issued.change_face(unit.connection, card_id, face)
        post.change(unit, unit.channel, actor.id, card_id, tap.code)

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
            self._close(inbound, request_id, InboxState.FAILED, texts.gave_up(request_id))
            return Taken(None)
        return Taken(texts.failed(request_id) if attempts <= 1 and time.monotonic() < answer_by else None, ring=False)

    def _close(self, inbound: Inbound, request_id: str, state: InboxState, text: str) -> None:
        """End an event without having done it, and tell its sender."""
        envelope = inbound.envelope
        with self._store.unit(request_id=request_id, channel=envelope.channel, origin=envelope.key) as unit:
            found = arrival(unit.connection, unit.vault, envelope.key, envelope.channel, envelope.sender, unit.now)
            if found is None or found.state != InboxState.NEW:
                return
            actor = found.actor
            if actor is not None and not isinstance(inbound, Lifecycle):
                post.say(unit, envelope.channel, actor.id, text)
                unit.record(actor.id, f"event:{state}", "inbox", kind=type(inbound).__name__)
            sealed = unit.vault.seal(inbox.reply_place(envelope.key), "")
            inbox.finish(unit.connection, envelope.key, sealed, state, unit.now)


def _is_answered_at_once(inbound: Inbound) -> bool:
    """May the platform's request be answered with a text? Not a tap (WeCom's documents contradict
    each other: 90241), not what is no message of a person who is there."""
    if isinstance(inbound, Lifecycle):
        return inbound.kind != "left"
    return isinstance(inbound, Text | Picture | Place)
