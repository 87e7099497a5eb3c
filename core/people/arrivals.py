"""What an event finds when work on it begins: its inbox row, its sender with the roles of now, what he was asked last.

Every event needs these three, so they come in one statement: a statement costs more than what it reads. Only where a
question is open a second one holds it, so that it is answered once: an outer join's row cannot be locked.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select, true, update

from core.people.models import Department, Person
from core.people.policy import Actor
from core.people.queries import ACTOR, SENT_AS, USERID, actor_in
from core.privacy import Vault
from core.store import dialogs
from core.store.base import table_of
from core.store.database import Executor
from core.store.dialogs import Dialog, DialogRow
from core.store.inbox import InboxRow, InboxState
from core.store.prepared import Prepared

_I, _P, _D, _Q = table_of(InboxRow), table_of(Person), table_of(Department), table_of(DialogRow)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event whose inbox row this transaction holds. `request_id` is that of the first who recorded it: another
    finds a repetition, or another event under the same key. `reply` is sealed, and None while the event is new; `actor`
    is None for a sender who is unknown or has left; `asked` is what he was asked and has not answered, perhaps too long
    ago, held too."""

    request_id: str
    state: InboxState
    reply: bytes | None
    actor: Actor | None
    asked: Dialog | None


def _moved(channel: str) -> ColumnElement[bool]:
    """Has he another account too, on which he acted last?"""
    others = (userid.is_not(None) for name, userid in USERID.items() if name != channel)
    return and_(or_(*others), _P.c.acted_on.is_distinct_from(channel))


def _is_he(channel: str) -> ColumnElement[bool]:
    """Is it spelt as the platform spells him, as far as we know that? Two ids that differ in their case alone may be
    two people's."""
    if channel != "dingtalk":
        return true()
    return or_(_P.c.dingtalk_sure.is_(False), _P.c.dingtalk_spelling == bindparam("spelt"))


def _is_unsure(channel: str) -> ColumnElement[bool]:
    """Do we hear now for the first time how the platform spells him?"""
    return _P.c.dingtalk_sure.is_(False) if channel == "dingtalk" else false()


def _arrival(channel: str) -> Prepared:
    sender = and_(USERID[channel] == bindparam("who"), _P.c.left_at.is_(None), _is_he(channel))
    open_question = and_(_Q.c.person_id == _P.c.id, _Q.c.channel == bindparam("on"), _Q.c.until > bindparam("after"))
    joined = _I.outerjoin(_P, sender).outerjoin(_D, _P.c.department_id == _D.c.id).outerjoin(_Q, open_question)
    return Prepared(
        select(
            *(_I.c.request_id, _I.c.state, _I.c.reply, _Q.c.kind, _moved(channel), _is_unsure(channel)),
            *(*ACTOR, SENT_AS[channel]),
        )
        .select_from(joined)
        .where(_I.c.key == bindparam("row"))
        .with_for_update(of=_I)
    )


_ACTS = Prepared(update(_P).where(_P.c.id == bindparam("person")).values(acted_on=bindparam("here")))
_SPELT = Prepared(
    update(_P)
    .where(_P.c.id == bindparam("person"))
    .values(dingtalk_spelling=bindparam("spelling"), dingtalk_sure=true())
)
_ARRIVALS = {channel: _arrival(channel) for channel in USERID}


def arrival(executor: Executor, vault: Vault, key: str, channel: str, userid: str, now: datetime) -> Arrival | None:
    """The event `key` of the sender with this platform user id (as the platform spells it), its row locked for this
    transaction (waits for a twin at work); None if it was purged."""
    values = {"row": key, "who": userid.casefold(), "on": channel, "after": dialogs.remembered_since(now)}
    values |= {"spelt": userid} if channel == "dingtalk" else {}
    row = _ARRIVALS[channel].row(executor, values)
    if row is None:
        return None
    request_id, state, reply, question, moved, unsure, *person = row
    actor = actor_in(person) if userid and person[0] is not None else None
    if actor is not None and moved:  # what comes by itself comes to where he is now
        _ACTS.run(executor, {"person": actor.id, "here": channel})
    if actor is not None and unsure:
        _SPELT.run(executor, {"person": actor.id, "spelling": userid})
        actor = replace(actor, userid=userid)
    asked = dialogs.hold(executor, vault, actor.id, channel, now) if actor and question else None
    return Arrival(request_id, InboxState(state), reply, actor, asked)
