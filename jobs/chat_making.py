"""Making the group chats of the app, and bringing their names and members up to date.

The id of a chat is noted before it is made: an attempt that died in between is finished by the next one, and never
leaves a second chat.
"""

from dataclasses import dataclass

from cards.channel import Chat, Chats, Fault, Retry, Sent, Taken, Vanished
from cards.texts import groups as texts
from core.groups import queries, service
from core.groups.queries import Known
from core.groups.rules import LEAST_MEMBERS, MOST_MEMBERS, Group
from core.store import post
from core.store.faultpoint import faultpoint
from core.store.unit import Store


@dataclass(frozen=True, slots=True)
class Made:
    """The chat is there, with so many members. `anew`: it was made just now; `came` and `left`: how many of its
    members changed."""

    members: int
    anew: bool = False
    came: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class NoOwner:
    """Nobody who works here has the account of its owner."""


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """So many would be in it, and a chat takes `LEAST_MEMBERS` to `MOST_MEMBERS`."""

    members: int


def make(store: Store, chats: Chats, group: Group, by: str) -> Made | NoOwner | WrongNumber | Fault:
    """Make the chat of `group`, or bring it up to date; what is wrong with it if that cannot be. `by`: the account of
    who gave the command."""
    with store.read() as session:
        members = queries.wanted_members(session, group)
    if group.owner not in members:
        return NoOwner()
    if not LEAST_MEMBERS <= len(members) <= MOST_MEMBERS:
        return WrongNumber(len(members))
    wanted = Chat(group.name, group.owner, members)
    with store.unit(request_id="groups", channel="cli") as unit:
        known = service.prepare(unit, group)
    there = chats.read(known.chat_id)
    match there:
        case Chat():
            done = chats.update(known.chat_id, there, wanted)
        case Vanished():
            done = _create(store, chats, group, wanted, known)
        case fault:
            return fault
    if isinstance(done, Vanished):
        done = _create(store, chats, group, wanted, known)
    if not isinstance(done, Sent):
        return done
    faultpoint("group_made")
    anew = not known.is_made or not isinstance(there, Chat)
    with store.unit(request_id="groups", channel="cli") as unit:
        unit.origin = f"group:{service.made(unit, group.key, members, by)}"  # so that it is welcomed once
        if anew:  # a chat without a message is seen by nobody
            post.tell_group(unit, group.channel, group.key, texts.welcome(group.boards))
    before = there.members if isinstance(there, Chat) else frozenset[str]()
    return Made(len(members), anew, len(members - before), len(before - members))


def _create(store: Store, chats: Chats, group: Group, wanted: Chat, known: Known) -> Sent | Fault:
    """Make it under the id that was noted; under another one if that was a chat's which is gone."""
    done = chats.create(known.chat_id, wanted) if not known.is_made else Taken()
    if not isinstance(done, Taken):
        return done
    with store.unit(request_id="groups", channel="cli") as unit:
        known = service.prepare(unit, group, anew=True)
    done = chats.create(known.chat_id, wanted)
    return done if not isinstance(done, Taken) else Retry(5.0, "two ids were taken")
