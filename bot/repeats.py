"""What tells a repetition from another event under the same key, and from an event that is too old to act on.

A platform repeats an event with the same key, sender and content. The key alone is not enough: a reply belongs to the
one who asked, and what somebody else says under a used key must be done and not be taken for done. So such an event
gets a key of its own; to refuse it would lose it, and to answer it with the other's reply would tell him a stranger's.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta

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
from core.privacy import Vault
from core.store.unit import SKEW

TOO_OLD = timedelta(minutes=10)  # nobody expects yesterday's tap to act today
SENT_TOO_OLD = timedelta(days=3)  # but what somebody sent is to be kept as long as the platform has it


def repeats(inbound: Inbound, first: Inbound) -> bool:
    """Says the same person the same, in two events that came under one key?"""
    return _who_says_what(inbound) == _who_says_what(first)


def under_own_key(vault: Vault, inbound: Inbound) -> Inbound:
    """The event under a key that no other has: the same for each of its repetitions. Made from what people type, so it
    is a blind index."""
    channel, key = inbound.envelope.channel, inbound.envelope.key
    own = json.dumps([key, *_who_says_what(inbound)], ensure_ascii=False)
    return under_key(inbound, f"{channel}:o:{vault.index('inbox.key', own).hex()}")


def under_key(inbound: Inbound, key: str) -> Inbound:
    """The event under another key."""
    return replace(inbound, envelope=replace(inbound.envelope, key=key))


def is_too_old(received_at: datetime, inbound: Inbound | None, now: datetime) -> bool:
    """Is it too late to act on an event that was received then? `inbound` is None if it cannot be read.

    If a clock that ran ahead received it, the platform's time of the event counts; if that is ahead too, or not to be
    had, nobody knows how old it is, and to do nothing is the safe side: the person is told. Not so what happened with a
    customer: it is true however late it is heard of, and would be lost.
    """
    if isinstance(inbound, ContactChange | OrganisationChanged):
        return False  # of the organisation what is true now is looked up
    if received_at <= now + SKEW:
        return now - received_at > (SENT_TOO_OLD if isinstance(inbound, Sent) else TOO_OLD)
    return inbound is None or not -SKEW <= now - inbound.envelope.at <= TOO_OLD


def _who_says_what(inbound: Inbound) -> list[object]:
    return [type(inbound).__name__, inbound.envelope.sender, _content(inbound)]


def _content(inbound: Inbound) -> object:
    """What a repetition repeats. Not a tap's one-time code: whether that is the same again is not documented."""
    match inbound:
        case Text(_, text):
            return text
        case Tap():
            return [inbound.token, inbound.card_key, inbound.selected]
        case Sent(_, media_id, kind):
            return [media_id, kind]
        case Mixed(_, sent, text):
            return [[[each.media_id, each.kind] for each in sent], text]
        case QuotaGone():
            return None
        case Place(_, latitude, longitude, label):
            return [latitude, longitude, label]
        case Lifecycle(_, kind, key):
            return [kind, key]
        case InGroup(_, group, _, words):
            return [group, words]
        case ContactChange(_, deed, member, contact, state):  # not the one-time welcome code
            return [deed, member, contact, state]
        case OrganisationChanged(_, kind, subject, carried):
            return [kind, subject, carried]
        case Ignored(_, kind):
            return kind
