"""Putting messages into the outbox: show a card, change one, say a text.

Each is a row written in the unit that decided it; `jobs/relay.py` renders and sends. The dedupe key is the unit's
origin (an inbox key, a job's slot) and a running number, so a unit that is run again writes the same rows.

`why` says whether a message is an answer to what its reader did himself, or a reminder, and of which kind. What comes
by itself goes through `jobs/reach.py`, which asks for the kind.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from datetime import timedelta
from types import MappingProxyType

from core.store import cardcodes, issued, outbox, outbox_sent
from core.store.issued import About, Face
from core.store.outbox import ANSWER, Kind, Message, OutboxRow, Priority, Why
from core.store.sessions import Session, packed
from core.store.unit import Unit

SMS = "sms"
"""The channel of short messages."""
WEBHOOK = "webhook"
"""The channel of calls to other systems."""
REPORT = "report"
"""The channel of questions to providers of reports."""
_GROUP = "group"
UPDATED = Why("updated", Priority.REMINDER)
"""The kind of reminder that a fresh card is where one that hangs could not be changed."""
DISOWNED = "disowned"
"""The screen of a card that hangs under an account which is its owner's no more."""
_WITHDRAWN = Why(UPDATED.reminder, Priority.URGENT)
NOTHING: Mapping[str, Face] = MappingProxyType({})


def show(
    unit: Unit, channel: str, person_id: int, face: Face, why: Why = ANSWER, session: Session | None = None
) -> str:
    """Send `person_id` a new card that shows `face`; the card's id. `session`: that of the message which it answers: by
    it the same is said in words where there are no calls left for a card."""
    card_id = issued.issue(unit.connection, channel=channel, person_id=person_id, face=face, now=unit.now)
    unit.current_cards.add(card_id)
    code = packed(session) if session is not None else None
    _put(unit, channel, person_id, Kind.SHOW, card_id=card_id, code=code, why=why)
    return card_id


def show_all(unit: Unit, cards: Sequence[tuple[str, int, Face, Why]]) -> None:
    """Send new cards: on which channel, to whom, what they show, and why; in this order."""
    ids = issued.issue_all(unit.connection, [card[:3] for card in cards], unit.now)
    unit.current_cards.update(ids)
    sent = [
        _message(unit, channel, person_id, Kind.SHOW, card_id=card_id, why=why)
        for card_id, (channel, person_id, _, why) in zip(ids, cards, strict=True)
    ]
    outbox.put_all(unit.connection, sent, now=unit.now, request_id=unit.request_id)


def change(unit: Unit, channel: str, person_id: int, card_id: str, code: str | None, unasked: Why = UPDATED) -> None:
    """Change the issued card where it hangs, to its face and state of now. `code` is the one-time code that came with
    a tap; without it one of those that are kept is used (where the platform wants one), and if the card cannot be
    changed any more a fresh one is sent: a reminder (`unasked`), if its reader did not ask for it."""
    unit.current_cards.add(card_id)
    asked = code is not None or person_id == unit.asker
    _put(unit, channel, person_id, Kind.CHANGE, card_id=card_id, code=code, why=ANSWER if asked else unasked)


def refresh_newest(unit: Unit, subject: str, screen: str) -> None:
    """Bring the newest card about `subject` of each person up to date, where it shows `screen` and can still be
    changed. The others show older news: a tap on them is answered with the current state."""
    newest: dict[int, About] = {}
    for card in issued.hold_about(unit.connection, subject):
        if card.screen == screen:
            newest.setdefault(card.person_id, card)
    cards = [card for card in newest.values() if card.id not in unit.current_cards]
    changeable = issued.changeable(unit.connection, subject, unit.now) if cards else frozenset()
    for card in cards:
        if card.id in changeable:
            _redraw(unit, card, NOTHING)


def refresh_all(unit: Unit, subject: str, over: Mapping[str, Face] = NOTHING) -> Set[int]:
    """Bring every card about `subject` up to date that can still be changed: after this, it must not be read as it was.
    One that is on its way at this moment is put right when it has come (`hangs`). A card whose screen is in `over`
    (news that is no news any more) becomes that face; one that was not sent yet stays news, and whoever draws it sees
    that it is none. The people whose newest card cannot be changed: for them, only a fresh card shows the new state.
    """
    cards = issued.hold_about(unit.connection, subject)
    others = [card for card in cards if card.id not in unit.current_cards]
    changeable = issued.changeable(unit.connection, subject, unit.now) if others else frozenset()
    for card in others:
        if card.id in changeable:
            _redraw(unit, card, over)
    _outdate_coming(unit, [card for card in others if card.id not in changeable])
    issued.forget_taps(unit.connection, [card.id for card in others])
    newest = {card.person_id: card for card in reversed(cards)}
    return {person for person, card in newest.items() if card.id not in unit.current_cards}


def withdraw(unit: Unit, person_id: int, channels: Collection[str]) -> None:
    """Change every card of this person that can still be changed, and those that are on their way once they have come:
    he may not read what stands there any more."""
    targets = {target_of(channel, person_id): channel for channel in channels}
    coming = {
        card: channel for target, channel in targets.items() for card in outbox_sent.coming(unit.connection, [target])
    }
    for card, channel in (coming | dict(issued.hanging(unit.connection, person_id, unit.now))).items():
        change(unit, channel, person_id, card, None, _WITHDRAWN)


def disown(unit: Unit, person_id: int, channel: str) -> None:
    """The account under which this person's cards hang on `channel` is not his any more: where they can be changed
    freely they become a word to that effect, once and for good. Nothing of his is drawn into another's chat, or said
    into it by a session of it. What may have come there just now comes to him anew."""
    target = target_of(channel, person_id)
    outbox.forget_sessions(unit.connection, target)
    begun = sorted(outbox_sent.begun(unit.connection, target))
    for card in dict.fromkeys((*issued.free(unit.connection, channel, person_id, unit.now), *begun)):
        held = issued.hold(unit.connection, card) if card in begun else None
        if held is not None:
            show(unit, channel, person_id, held.face, UPDATED)
        issued.change_face(unit.connection, card, Face(DISOWNED, {}))
        change(unit, channel, person_id, card, None, _WITHDRAWN)


def _redraw(unit: Unit, card: About, over: Mapping[str, Face]) -> None:
    if card.screen in over:
        issued.change_face(unit.connection, card.id, over[card.screen])
    else:
        issued.outdate(unit.connection, card.id)
    change(unit, card.channel, card.person_id, card.id, None)


def _outdate_coming(unit: Unit, cards: Sequence[About]) -> None:
    """Of cards that cannot be changed, those about to be drawn or just drawn: whoever sends them compares."""
    coming = outbox_sent.coming(unit.connection, {target_of(card.channel, card.person_id) for card in cards})
    issued.outdate_all(unit.connection, [card.id for card in cards if card.id in coming])


def hangs(unit: Unit, card_id: str, drawn: int, outlived: Callable[[Face], Face]) -> None:
    """The card hangs in its person's chat now, as it was drawn for revision `drawn`. If it was to change since, it is
    changed now, as far as it can be: when it was to change it was on its way, and could not. `outlived` gives the face
    of a card that hangs longer than it is true.

    If it cannot, it stays as it hangs, until it is tapped; who had to know of the change was told otherwise.
    """
    card = issued.hold(unit.connection, card_id)
    if card is None or card.revision == drawn:
        return
    face = outlived(card.face)
    if face.screen != card.face.screen:
        issued.change_face(unit.connection, card_id, face)
    target = target_of(card.channel, card.person_id)
    waits = outbox_sent.change_waits(unit.connection, target, card_id)
    if not waits and issued.can_change(unit.connection, card_id, unit.now):
        change(unit, card.channel, card.person_id, card_id, None)


def set_free(unit: Unit, card_id: str, lasting: timedelta) -> None:
    """The card hangs, and can be changed freely for so long."""
    issued.set_free(unit.connection, card_id, unit.now + lasting)


def keep_code(unit: Unit, card_id: str, code: str, seconds: int) -> None:
    """Keep a one-time code that came for the card and works for so many seconds."""
    sealed = unit.vault.seal(cardcodes.code_place(card_id), code)
    cardcodes.keep(unit.connection, card_id, sealed, unit.now + timedelta(seconds=seconds))


def target_of(channel: str, person_id: int) -> str:
    """Whose messages go out in the order they were written: those of one person on one channel."""
    return f"{channel}:{person_id}"


def say(
    unit: Unit, channel: str, person_id: int, text: str, why: Why = ANSWER, *, session: Session | None = None
) -> None:
    """Send `person_id` a text (of at most what one message of the channel holds: the caller splits). `session`: that of
    the message which it answers."""
    code = packed(session) if session is not None else None
    _put(unit, channel, person_id, Kind.SAY, body=text, code=code, why=why)


def say_there(unit: Unit, channel: str, person_id: int, text: str, session: Session) -> None:
    """Send a text to where the session leads and `person_id` has written, which is not his own chat; or nowhere. It has
    a turn of its own."""
    target = f"{channel}:there:{hashlib.sha256(unit.origin.encode()).hexdigest()[:16]}"
    _put(unit, channel, person_id, Kind.THERE, body=text, code=packed(session), target=target)


def picture(unit: Unit, channel: str, person_id: int, board_ref: str, why: Why = ANSWER) -> None:
    """Send `person_id` the board that is kept under `board_ref`, as a picture. What it shows is decided when it is
    sent; if no picture can be made or handed over, he gets the same as text at once, and the picture later."""
    _put(unit, channel, person_id, Kind.PICTURE, body=board_ref, why=why)


def tell_group(unit: Unit, channel: str, group_key: str, text: str) -> None:
    """Send a text (of at most what one message holds) to a group of `groups.yaml` that is on `channel`. One that holds
    anything about a customer is refused when it is sent (see `core/groups/guard`): `tuoling outbox list` shows it."""
    _put(unit, channel, 0, Kind.TELL, body=text, target=target_of_group(channel, group_key))


def picture_to_group(unit: Unit, channel: str, group_key: str, board_ref: str) -> None:
    """As `picture`, to a group. Platforms offer no key by which they would know a message to a group again: if the
    relay dies between sending and marking, or the answer is lost, it comes twice."""
    _put(unit, channel, 0, Kind.PICTURE, body=board_ref, target=target_of_group(channel, group_key))


def picture_later(unit: Unit, row: OutboxRow, board_ref: str) -> None:
    """Try on with the picture of `row`, whose text was sent in its stead. It has a turn of its own: what waits for it
    holds up no other message."""
    target = outbox.own_turn(row.target, outbox.LATER)
    _put(unit, row.channel, row.person_id, Kind.LATER, body=board_ref, target=target)


def target_of_group(channel: str, group_key: str) -> str:
    """Whose messages go out in the order they were written: those of one group."""
    return f"{channel}:{_GROUP}:{group_key}"


def group_of(target: str) -> str | None:
    """The key of the group whose target this is; None if it is a person's."""
    parts = target.split(":")
    return parts[2] if len(parts) > 2 and parts[1] == _GROUP else None


def ask_contact(unit: Unit, channel: str, person_id: int | None, contact: bytes, body: str) -> None:
    """Ask the platform for a contact, because of `person_id`. `body` says which; `contact` is his blind index: what is
    asked of one goes out in the order it was written."""
    _put(unit, channel, person_id or 0, Kind.CONTACT, body=body, target=f"{channel}:contact:{contact.hex()[:32]}")


def fetch(unit: Unit, channel: str, person_id: int, medium_id: int) -> None:
    """Fetch what `person_id` sent. It has a turn of its own: what waits long for the platform holds up nobody."""
    target = f"{channel}:medium:{medium_id}"
    _put(unit, channel, person_id, Kind.FETCH, body=str(medium_id), target=target)


def send_file(unit: Unit, channel: str, person_id: int, medium_id: int, why: Why = ANSWER) -> None:
    """Send `person_id` what is kept as `medium_id`."""
    _put(unit, channel, person_id, Kind.FILE, body=str(medium_id), why=why)


def export(unit: Unit, channel: str, person_id: int, number: int) -> None:
    """Make the file of export `number` for `person_id`, and send it. It has a turn of its own: what takes long holds up
    no answer."""
    target = outbox.own_turn(target_of(channel, person_id), outbox.EXPORTS)
    _put(unit, channel, person_id, Kind.EXPORT, body=str(number), target=target)


def text(unit: Unit, person_id: int, task_id: int, why: Why) -> None:
    """Send `person_id` a short message about a task. Where to and in which words is decided when it is sent."""
    _put(unit, SMS, person_id, Kind.SMS, body=str(task_id), why=why)


def text_about_lead(unit: Unit, person_id: int, lead_id: int, words: str, why: Why) -> None:
    """Send `person_id` a short message of these words about a lead of his. Whether it is his still is looked at, and
    where it goes to decided, when it is sent."""
    _put(unit, SMS, person_id, Kind.SMS_LEAD, body=f"{lead_id} {words}", why=why)


def call(unit: Unit, url: str, subject: str, told: str) -> None:
    """Tell another system `told` (JSON) by a request to `url`. What it is told about one `subject` goes out in the
    order it was written; what it does not take holds up nobody else."""
    target = f"{WEBHOOK}:{hashlib.sha256(url.encode()).hexdigest()[:16]}:{subject}"
    _put(unit, WEBHOOK, 0, Kind.CALL, body=f"{url}\n{told}", target=target)


def ask_report(unit: Unit, report_id: int) -> None:
    """Ask a provider for a report. Each has a turn of its own: what one waits for holds up no other."""
    _put(unit, REPORT, 0, Kind.REPORT, body=str(report_id), target=f"{REPORT}:{report_id}")


def _put(unit: Unit, channel: str, person_id: int, kind: Kind, *, why: Why = ANSWER, **more: str | None) -> None:
    message = _message(unit, channel, person_id, kind, why=why, **more)
    outbox.put(unit.connection, message, now=unit.now, request_id=unit.request_id)


def _message(
    unit: Unit,
    channel: str,
    person_id: int,
    kind: Kind,
    *,
    card_id: str | None = None,
    body: str | None = None,
    code: str | None = None,
    target: str | None = None,
    why: Why = ANSWER,
) -> Message:
    key = f"{unit.origin}:{unit.next_serial()}"
    return Message(
        dedupe_key=key,
        channel=channel,
        person_id=person_id,
        target=target or target_of(channel, person_id),
        kind=kind,
        card_id=card_id,
        body=unit.vault.seal(outbox.body_place(key), body) if body is not None else None,
        code=unit.vault.seal(outbox.code_place(key), code) if code is not None else None,
        why=why,
    )
