"""Putting messages into the outbox: show a card, change one, say a text.

Each is a row written in the unit that decided it; `jobs/relay.py` renders and sends. The dedupe key is the unit's
origin (an inbox key, a job's slot) and a running number, so a unit that is run again writes the same rows.
"""

from collections.abc import Mapping
from types import MappingProxyType

from core.store import issued, outbox
from core.store.issued import Face
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


def refresh_about(unit: Unit, subject: str, over: Mapping[str, Face] = NOTHING) -> int:
    """Bring the newest card of each person about `subject` up to date; how many. A card whose screen is in `over`
    (news that is no news any more) becomes that face instead. A card that this unit changes anyway is left out. Cards
    whose code is gone stay as they are: a tap on them is answered with the current state."""
    cards = [card for card in issued.about(unit.connection, subject, unit.now) if card.id not in unit.changed_cards]
    for card in cards:
        if card.screen in over:
            issued.change_face(unit.connection, card.id, over[card.screen])
        else:
            issued.outdate(unit.connection, card.id)
        change(unit, card.channel, card.person_id, card.id, None)
    return len(cards)


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
