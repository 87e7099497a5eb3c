"""Reaching a person on whatever he uses: a card or a text to him, if he works here."""

from collections.abc import Sequence

from core.people import queries as people
from core.store import post
from core.store.issued import Face
from core.store.unit import Unit


def show(unit: Unit, person_id: int, face: Face) -> None:
    """A card to this person; nothing if he has left or is on no channel."""
    channel = people.reachable_on(unit.connection, person_id)
    if channel is not None:
        post.show(unit, channel, person_id, face)


def show_all(unit: Unit, cards: Sequence[tuple[int, Face]]) -> None:
    """Cards to these people, in this order; as `show`."""
    channels = people.reachable(unit.connection, {person_id for person_id, _ in cards})
    known = [(channels[person_id], person_id, face) for person_id, face in cards if person_id in channels]
    if known:
        post.show_all(unit, known)


def say(unit: Unit, person_id: int, text: str) -> None:
    """A text to this person; as `show`."""
    channel = people.reachable_on(unit.connection, person_id)
    if channel is not None:
        post.say(unit, channel, person_id, text)


def tell_other(unit: Unit, person_id: int | None, by_id: int | None, face: Face) -> None:
    """A card to this person about what `by_id` did; nothing if that was he himself, or nobody."""
    if person_id is not None and person_id != by_id:
        show(unit, person_id, face)
