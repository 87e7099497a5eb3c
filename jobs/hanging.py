"""Cards that hang in a chat: changing them, and putting right what changed while they were sent.

One platform gives a code with the sending and one with each tap. Each changes the card once; those that are not used at
once are kept. Another changes a card freely (`Channel.changes_freely`), as often as is wanted; only not while it waits
for the answer to a tap on it. A card that cannot be changed any more is shown anew.
"""

import time
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from cards.channel import Channel, Expired, Fault, Misconfigured, Permanent, Quota, Retry, Sent
from cards.model import Card
from cards.views.own import disowned_card, left_card
from core.people import queries as people
from core.privacy import Unreadable, Vault
from core.store import cardcodes, issued, outbox, outbox_lease, outbox_sent, post
from core.store.issued import Face, IssuedCard
from core.store.outbox import Kind, OutboxRow
from core.store.unit import Store, Unit
from jobs import news
from jobs.attempts import Skip

ANSWERED_SECONDS = 0.2
"""So old is a tap's change at least that goes out without a code: the tap is answered by then. It is answered right
after the change was written, in a few milliseconds; but a relay that is at work already may see the row before."""

_log = structlog.get_logger(__name__)


def change(store: Store, channel: Channel, userid: str, card: Card, row: OutboxRow) -> Sent | Expired | Fault | Skip:
    """Change the card of `row` where it hangs, freely or with a code.

    Freely: of several changes that wait only the last is made, which draws the newest state, and none if that is what
    hangs: each costs a call of the month's. With codes: with the one on the row, and when one is refused with the next
    of those that are kept; Expired if no code does it, but if an earlier attempt may have arrived, that is what spent
    its code: Sent.
    """
    if channel.changes_freely is None:
        return _change_with_codes(store, channel, userid, card, row)
    with store.read() as session:
        if outbox_sent.is_changed_later(session.connection(), row):
            return Skip("changed later")
    with store.database.write() as session:
        if issued.hangs_already(session.connection(), row.card_id or "", _drawn(store.vault, card), card.revision):
            return Skip("hangs as it is")
    _let_it_be_answered(store, row)
    return channel.update_card(userid, card, row.card_id or "", None)


def _let_it_be_answered(store: Store, row: OutboxRow) -> None:
    """What nobody tapped for waits for nothing."""
    left = ANSWERED_SECONDS - (store.clock() - row.created_at).total_seconds()
    if row.reminder is None and 0 < left <= ANSWERED_SECONDS:
        time.sleep(left)


def _change_with_codes(
    store: Store, channel: Channel, userid: str, card: Card, row: OutboxRow
) -> Sent | Expired | Fault:
    code = _own_code(store, row)
    tried_before = code is not None and row.maybe_sent
    if code is None:
        code = _next_code(store, row)
    while code is not None:
        outcome = channel.update_card(userid, card, row.card_id or "", code)
        if not isinstance(outcome, Expired):
            return outcome
        code = _next_code(store, row)
    return Sent() if tried_before else Expired()


def withdraw(
    store: Store, session: Session, channel: Channel, row: OutboxRow
) -> Sent | Skip | Retry | Quota | Misconfigured:
    """The card of somebody who has left: it says only that; and of somebody who has no account here any more one that
    hangs under the one he had. What is new for him is not sent, and where his account is gone, or no code is left,
    nobody reads it or nothing can be done."""
    if row.kind == Kind.CHANGE and channel.changes_freely is not None and _is_disowned(session, row):
        return _withdrawn(change(store, channel, "", disowned_card(), row))
    userid = people.left_under(session, row.channel, row.person_id) if row.kind == Kind.CHANGE else None
    if not userid:
        return Skip("unreachable")
    return _withdrawn(change(store, channel, userid, left_card(), row))


def _withdrawn(outcome: Sent | Expired | Fault | Skip) -> Sent | Skip | Retry | Quota | Misconfigured:
    return Skip("left") if isinstance(outcome, Expired | Permanent) else outcome


def _is_disowned(session: Session, row: OutboxRow) -> bool:
    card = session.get(IssuedCard, row.card_id)
    return card is not None and card.screen == post.DISOWNED


def _own_code(store: Store, row: OutboxRow) -> str | None:
    """The code that came with the tap, or that an earlier attempt took."""
    return _opened(store, row, outbox.code_place(row.dedupe_key), row.code) if row.code is not None else None


def _next_code(store: Store, row: OutboxRow) -> str | None:
    """A code that is kept, put on the row, so that a retry has it. The row is held anew, for one more exchange: with
    another relay's row nothing is done. Codes that cannot be read change nothing, and are passed over."""
    card_id, holder, now = row.card_id or "", row.lease or "", store.clock()
    seconds = outbox_lease.LONGEST_LEASE.total_seconds()
    with store.database.write() as session:
        if not outbox_lease.renew(session, row.id, holder, now=now, seconds=seconds):
            return None
        while (sealed := cardcodes.take(session, card_id, now)) is not None:
            code = _opened(store, row, cardcodes.code_place(card_id), sealed)
            if code is not None:
                place = outbox.code_place(row.dedupe_key)
                outbox_lease.keep_code(session, row.id, store.vault.seal(place, code))
                return code
    return None


def _opened(store: Store, row: OutboxRow, place: str, sealed: bytes) -> str | None:
    try:
        return store.vault.open(place, sealed)
    except Unreadable:
        _log.warning("a card's code cannot be read", row=row.id)
        return None


def came(unit: Unit, row: OutboxRow, card: Card, sent: Sent, lasting: timedelta | None) -> None:
    """The card hangs as it was drawn, and can be changed: freely for as long as `lasting`, or with the code that came
    with it. What was to change while it was on its way is changed now: nobody else will do it, for then it could not.
    """
    card_id = row.card_id or ""
    if lasting is not None:
        post.set_free(unit, card_id, lasting)
        if not row.maybe_sent and row.attempts == 1:  # else it may be what an earlier attempt has drawn that hangs
            issued.hangs_as(unit.connection, card_id, _drawn(unit.vault, card), card.revision)
    if sent.code:
        post.keep_code(unit, card_id, sent.code, sent.code_seconds)
    post.hangs(unit, card_id, card.revision, news.outlived)


def _drawn(vault: Vault, card: Card) -> bytes:
    """A digest of all that a card shows and does. It tells nobody what that is."""
    return vault.index("issued_card.hangs_as", repr(replace(card, revision=0)))


def show_anew(unit: Unit, row: OutboxRow) -> None:
    """The card can no longer be changed where it hangs: the effect stands, and a fresh card shows it. It is not tried
    again, or each later change would send one more."""
    issued.hangs_no_more(unit.connection, row.card_id or "")
    card = unit.session.get(IssuedCard, row.card_id)
    if card is not None:
        subjects = issued.subjects_of(unit.connection, card.id)
        post.show(unit, row.channel, row.person_id, Face(card.screen, card.args, subjects), row.why)
