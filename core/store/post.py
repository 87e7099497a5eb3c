"""Putting messages into the outbox: show a card, change one, say a text.

Each is a row written in the unit that decided it; `jobs/relay.py` renders and sends. The dedupe key is the unit's
origin (an inbox key, a job's slot) and a running number, so a unit that is run again writes the same rows.
"""

from collections.abc import Mapping, Set
from types import MappingProxyType

from core.store import issued, outbox
from core.store.issued import Face, Hanging
from core.store.outbox import Kind, Message
from core.store.unit import Unit

NOTHING: Mapping[str, Face] = MappingProxyType({})


def show(unit: Unit, channel: str, person_id: int, face: Face) -> str:
    """Send `person_id` a new card that shows `face`; the card's id."""
    card_id = issued.issue(unit.connection, channel=channel, person_id=person_id, face=face, now=unit.now)
    _put(unit, channel, person_id, Kind.SHOW, card_id=card_id)
    return card_id


def change(unit: Unit, channel: str, person_id: int, card_id: str, code: str | None) -> None:
    """Change the issued card where it hangs, to its face and state of now. `code` is the one-time code that came with
    a tap; without it the code that sending gave is used, and if there is none a fresh card is sent."""
    unit.changed_cards.add(card_id)
    _put(unit, channel, person_id, Kind.CHANGE, card_id=card_id, code=code)


def refresh_newest(unit: Unit, subject: str, screen: str) -> None:
    """Bring the newest card about `subject` of each person up to date, where it shows `screen` and can still be
    changed. The others show older news: a tap on them is answered with the current state."""
    newest: dict[int, Hanging] = {}
    for card in issued.about(unit.connection, subject, unit.now):
        if card.screen == screen:
            newest.setdefault(card.person_id, card)
    for card in newest.values():
        if card.changeable and card.id not in unit.changed_cards:
            _redraw(unit, card, NOTHING)


def refresh_all(unit: Unit, subject: str, over: Mapping[str, Face] = NOTHING) -> Set[int]:
    """Bring every card about `subject` up to date that can still be changed: after this, it must not be read as it was.
    A card whose screen is in `over` (news that is no news any more) becomes that face. The people whose newest card
    cannot be changed: for them, only a fresh card shows the new state."""
    left: set[int] = set()
    seen: set[int] = set()
    for card in issued.about(unit.connection, subject, unit.now):
        current = card.id in unit.changed_cards
        if card.changeable and not current:
            _redraw(unit, card, over)
        elif not current and card.person_id not in seen:
            left.add(card.person_id)
        seen.add(card.person_id)
    return left


def _redraw(unit: Unit, card: Hanging, over: Mapping[str, Face]) -> None:
    if card.screen in over:
        issued.change_face(unit.connection, card.id, over[card.screen])
    else:
        issued.outdate(unit.connection, card.id)
    change(unit, card.channel, card.person_id, card.id, None)


def say(unit: Unit, channel: str, person_id: int, text: str) -> None:
    """Send `person_id` a text (of at most what one message of the channel holds: the caller splits)."""
    _put(unit, channel, person_id, Kind.SAY, body=text)


def _put(
    unit: Unit,
    channel: str,
    person_id: int,
    kind: Kind,
    *,
    card_id: str | None = None,
    body: str | None = None,
    code: str | None = None,
) -> None:
    key = f"{unit.origin}:{unit.next_serial()}"
    message = Message(
        dedupe_key=key,
        channel=channel,
        person_id=person_id,
        target=f"{channel}:{person_id}",
        kind=kind,
        card_id=card_id,
        body=unit.vault.seal(outbox.body_place(key), body) if body is not None else None,
        code=unit.vault.seal(outbox.code_place(key), code) if code is not None else None,
    )
    outbox.put(unit.connection, message, now=unit.now, request_id=unit.request_id)
