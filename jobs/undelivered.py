"""What a person is told of a card that could not be sent: he waits for it, and silence would be the worst answer."""

from cards import texts
from cards.channel import Fault, Permanent
from core.store import outbox_sent, post
from core.store.outbox import Kind, OutboxRow
from core.store.unit import Unit
from jobs import exporting, keeping

_ORIGIN = "relay"


def origin(row: OutboxRow, *, sent: bool) -> str:
    """What the relay writes because of a row comes from this: the same messages, however often it writes them. A row
    that was given up, and is sent when it is tried again, has other messages then."""
    return f"{_ORIGIN}:{row.id}:sent" if sent else f"{_ORIGIN}:{row.id}"


def tell(unit: Unit, row: OutboxRow, fault: Fault, *, maybe_sent: bool = False) -> None:
    """Say in `row`'s stead that it could not be sent, because of `fault`; or, `maybe_sent`, that nobody knows.

    Once a row; of several given up together one sentence is enough. Nothing in the stead of a text (that would be one
    more text that fails) or of a change (its card still hangs there), or for who cannot be reached. Who added a
    customer that could not be looked up hears that too.
    """
    if row.kind == Kind.CONTACT and row.person_id:
        post.say(unit, row.channel, row.person_id, texts.contact_not_fetched(row.request_id))
    if row.kind == Kind.FETCH:
        keeping.lost(unit, row)
    if row.kind == Kind.EXPORT:
        exporting.lost(unit, row, maybe_sent=maybe_sent)
    unreachable = isinstance(fault, Permanent) and fault.unreachable
    if row.kind not in (Kind.SHOW, Kind.FILE) or unreachable:
        return
    if not outbox_sent.waits(unit.session, row.target, Kind.SAY, origin=_ORIGIN):
        medium = texts.medium_maybe_sent if maybe_sent else texts.medium_not_sent
        said = texts.card_not_sent if row.kind == Kind.SHOW else medium
        post.say(unit, row.channel, row.person_id, said(row.request_id), row.why)
