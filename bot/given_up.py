"""Events that were recorded and not answered: read again, and in the end closed without having been done.

Nothing is lost without a word: whoever sent such an event is told, unless nobody can know who it was.
"""

from collections.abc import Mapping

import structlog

from bot import repeats
from bot.channels.base import Door
from bot.inbound import Inbound, InGroup, Lifecycle
from core.people.arrivals import arrival
from core.privacy import Unreadable, Vault
from core.store import inbox, post
from core.store.inbox import InboxRow, InboxState
from core.store.unit import Store

_log = structlog.get_logger(__name__)


def opened(vault: Vault, doors: Mapping[str, Door], key: str, channel: str, event: bytes) -> Inbound | None:
    """The event that was recorded under `key`, under that key; None if it cannot be read: it does not open, or its
    channel is not set up."""
    door = doors.get(channel)
    try:
        raw = vault.open_bytes(inbox.event_place(key), event)
    except Unreadable:
        return None
    return repeats.under_key(door.parse(raw), key) if door else None


def close(store: Store, inbound: Inbound, request_id: str, state: InboxState, text: str) -> None:
    """End an event without having done it, and tell its sender `text`; nothing if it was answered meanwhile."""
    envelope = inbound.envelope
    with store.unit(request_id=request_id, channel=envelope.channel, origin=envelope.key) as unit:
        found = arrival(unit.connection, unit.vault, envelope.key, envelope.channel, envelope.sender, unit.now)
        if found is None or found.state != InboxState.NEW:
            return
        actor = found.actor
        if actor is not None and not isinstance(inbound, Lifecycle | InGroup):
            post.say(unit, envelope.channel, actor.id, text, session=envelope.session)
            unit.record(actor.id, f"event:{state}", "inbox", kind=type(inbound).__name__)
        sealed = unit.vault.seal(inbox.reply_place(envelope.key), "")
        inbox.finish(unit.connection, envelope.key, sealed, state, unit.now)


def close_unread(store: Store, row: InboxRow) -> None:
    """End an event that cannot be read. Nobody can be told: who sent it stands inside."""
    _log.error("event cannot be read, given up", channel=row.channel, request=row.request_id)
    with store.unit(request_id=row.request_id, channel=row.channel, origin=row.key) as unit:
        sealed = unit.vault.seal(inbox.reply_place(row.key), "")
        inbox.finish(unit.connection, row.key, sealed, InboxState.FAILED, unit.now)
