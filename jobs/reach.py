"""Reaching a person on whatever he uses: a card or a text to him, if he works here.

The one door for what comes to people by itself: each says which kind of reminder it is. When it may come, and whether
it is wanted, is decided when its turn comes (`jobs/courtesy.py`). What goes to whoever caused it with his own word or
tap is an answer, and waits for nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.manners.kinds import ReminderKind, as_reminder
from core.people import queries as people
from core.store import post
from core.store.issued import Face
from core.store.outbox import ANSWER, Priority, Why
from core.store.unit import Unit


def show(unit: Unit, kind: ReminderKind, person_id: int, face: Face) -> bool:
    """A card to this person; False, and nothing, if he has left or is on no channel."""
    channel = people.reachable_on(unit.connection, person_id)
    if channel is not None:
        post.show(unit, channel, person_id, face, why(unit, kind, person_id))
    return channel is not None


def picture(unit: Unit, kind: ReminderKind, person_id: int, board_ref: str) -> None:
    """A board, drawn, to this person; as `show`."""
    channel = people.reachable_on(unit.connection, person_id)
    if channel is not None:
        post.picture(unit, channel, person_id, board_ref, why(unit, kind, person_id))


def show_several(unit: Unit, cards: Sequence[tuple[ReminderKind, int, Face]]) -> None:
    """Cards to these people, each of its kind, in this order; as `show`."""
    channels = people.reachable(unit.connection, {person_id for _, person_id, _ in cards})
    known = [
        (channels[person_id], person_id, face, why(unit, kind, person_id))
        for kind, person_id, face in cards
        if person_id in channels
    ]
    if known:
        post.show_all(unit, known)


def say(unit: Unit, kind: ReminderKind, person_id: int, text: str) -> None:
    """A text to this person; as `show`."""
    channel = people.reachable_on(unit.connection, person_id)
    if channel is not None:
        post.say(unit, channel, person_id, text, why(unit, kind, person_id))


def warn(unit: Unit, kind: ReminderKind, person_id: int, text: str, rather: Collection[str]) -> None:
    """A text to this person about something that is wrong with a channel: on one of `rather`, if he is on any, and not
    put off to spare calls; else as `say`."""
    on = people.reachable_on(unit.connection, person_id, rather)
    if on is not None:
        reason = why(unit, kind, person_id)
        post.say(unit, on, person_id, text, replace(reason, priority=min(reason.priority, Priority.URGENT)))


def tell_other(unit: Unit, kind: ReminderKind, person_id: int | None, by_id: int | None, face: Face) -> None:
    """A card to this person about what `by_id` did; nothing if that was he himself, or nobody."""
    if person_id is not None and person_id != by_id:
        show(unit, kind, person_id, face)


def why(unit: Unit, kind: ReminderKind, person_id: int) -> Why:
    """Why this person is sent something of this kind by this unit."""
    return ANSWER if person_id == unit.asker else as_reminder(kind)
