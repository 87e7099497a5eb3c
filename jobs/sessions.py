"""Texts that answer a message, by the session of that message: they cost none of the month's calls.

A session is tried once. Whatever is not known to have arrived there goes by the API from then on, under the rules of
any other text; and then the session is forgotten. Of a card that answers a message it is the way to say the same in
words when there are no calls left.
"""

from cards.channel import Channel, Expired, Fault, Sent
from core.privacy import Unreadable
from core.store import outbox, outbox_lease, sessions
from core.store.outbox import Kind, OutboxRow
from core.store.sessions import Session
from core.store.unit import Store
from jobs.attempts import Skip

NOT_ANSWERED = Skip("not answered where it was asked")


def is_free(store: Store, row: OutboxRow) -> bool:
    """Is the row, in this attempt, one that goes by a session, or can, so that the month's calls do not matter?"""
    if row.kind == Kind.SHOW:
        return _unspent(store, row) is not None
    return row.kind in (Kind.SAY, Kind.THERE) and _working(store, row) is not None


def say(store: Store, channel: Channel, userid: str, text: str, row: OutboxRow) -> Sent | Fault:
    """Send the row's text to a person: by the session if there is one that works, else by the API."""
    again = _tried(row)
    if row.code is not None:
        outcome = _answered(store, channel, text, row)
        if not isinstance(outcome, Expired):
            return outcome
        with store.database.write() as session:
            outbox_lease.keep_code(session, row.id, None)
    return channel.send_text(userid, text, again=again)


def say_there(store: Store, channel: Channel, row: OutboxRow) -> Sent | Skip:
    """Send the row's text to where its session leads, which is no person's chat, or nowhere. Nobody misses it: it is
    tried once, and never comes twice."""
    text = store.vault.open(outbox.body_place(row.dedupe_key), row.body or b"")
    outcome = _answered(store, channel, text, row)
    return outcome if isinstance(outcome, Sent) else NOT_ANSWERED


def say_instead(store: Store, channel: Channel, text: str, row: OutboxRow) -> Sent | None:
    """Say the row's card in words, if its session takes them. None: it does not, or it is not known; then the session
    is forgotten, and the card is all that is left."""
    session = _unspent(store, row)
    outcome = channel.answer(session.url, text) if session is not None else None
    if isinstance(outcome, Sent):
        return outcome
    if row.code is not None:
        with store.database.write() as writing:
            outbox_lease.keep_code(writing, row.id, None)
    return None


def _answered(store: Store, channel: Channel, text: str, row: OutboxRow) -> Sent | Expired | Fault:
    session = _working(store, row)
    return channel.answer(session.url, text) if session is not None else Expired()


def _working(store: Store, row: OutboxRow) -> Session | None:
    """The row's session, if it was not tried and has not ended."""
    session = _session(store, row) if row.code is not None and not _tried(row) else None
    return session if session is not None and session.works(store.clock()) else None


def _unspent(store: Store, row: OutboxRow) -> Session | None:
    """The session of a card's row, if it has not ended; none where the card may have arrived."""
    session = _session(store, row) if row.code is not None and not row.maybe_sent else None
    return session if session is not None and session.works(store.clock()) else None


def _tried(row: OutboxRow) -> bool:
    return row.maybe_sent or row.attempts > 1


def _session(store: Store, row: OutboxRow) -> Session | None:
    try:
        return sessions.unpacked(store.vault.open(outbox.code_place(row.dedupe_key), row.code or b""))
    except Unreadable:
        return None
