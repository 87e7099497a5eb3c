"""What is noted of a group: that it is to be made, that it is made, that nothing gets there, that it does again."""

import secrets

from sqlalchemy import update

from core.groups.models import GroupChat
from core.groups.queries import Known, known
from core.groups.rules import Group
from core.store.unit import Unit

_MOST_NAMED = 20  # letters and digits of its key, in a chat's id of at most 32


def prepare(unit: Unit, group: Group, *, anew: bool = False) -> Known:
    """Note the id under which an app's chat is going to be made, before it is: whoever tries again knows it by that.
    `anew`: the one that was noted is of no use any more."""
    row = unit.session.get(GroupChat, group.key)
    if row is None:
        row = GroupChat(key=group.key, channel=group.channel, kind=group.kind.value, members="", fault="")
        unit.session.add(row)
    if not row.chat_id or anew:
        row.chat_id, row.created_at, row.members = _chat_id(group.key), None, ""
    row.kind = group.kind.value
    unit.session.flush()
    found = known(unit.session, group.key)
    assert found is not None  # noqa: S101  it was just written
    return found


def made(unit: Unit, key: str, members: frozenset[str], by: str) -> str:
    """The chat is on the platform, with these members; its id. `by`: the account of who gave the command."""
    row = unit.session.get_one(GroupChat, key)
    if row.created_at is None:
        row.created_at, row.created_by = unit.now, by[:64]
        unit.record(None, "group:create", key, by=by, members=len(members))
    elif row.members.splitlines() != sorted(members):
        unit.record(None, "group:members", key, by=by, members=len(members))
    row.members = "\n".join(sorted(members))
    row.gone_at, row.fault = None, ""
    return row.chat_id


def vanished(unit: Unit, group: Group, why: str) -> bool:
    """Nothing gets to the group any more. True if that is news; who was told once is not told again until something
    got there in between."""
    row = unit.session.get(GroupChat, group.key, with_for_update=True)
    if row is None:
        row = GroupChat(key=group.key, channel=group.channel, kind=group.kind.value, members="")
        unit.session.add(row)
    if row.gone_at is not None:
        return False
    row.gone_at, row.fault = unit.now, why[:200]
    unit.record(None, "group:gone", group.key, why=why)
    return True


def arrived(unit: Unit, key: str) -> None:
    """Something got to the group: it is there."""
    there = update(GroupChat).where(GroupChat.key == key, GroupChat.gone_at.is_not(None))
    unit.session.execute(there.values(gone_at=None, fault=""))


def _chat_id(key: str) -> str:
    plain = "".join(letter for letter in key if letter.isascii() and letter.isalnum())
    return f"tl{plain[:_MOST_NAMED]}{secrets.token_hex(4)}"
