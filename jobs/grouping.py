"""Messages to groups: where a group is reached, how fast, and what follows when nothing gets there any more.

What is sent here is a `GroupText` or the picture of a `GroupBoard` (see `core/groups/guard`): there is no other way.
"""

from collections.abc import Mapping
from functools import partial

import structlog
from sqlalchemy.orm import Session

from cards.channel import (
    Fault,
    GroupChannel,
    Misconfigured,
    Pace,
    Permanent,
    Sent,
    ToChat,
    ToGroup,
    ToRobot,
    Unsent,
    Vanished,
)
from cards.texts import groups as texts
from config.in_force import InForce
from core.groups import queries, service
from core.groups.guard import GroupText, PersonalData
from core.groups.rules import Group, GroupKind
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.store import outbox, post
from core.store.faultpoint import faultpoint
from core.store.outbox import OutboxRow
from core.store.unit import Store, Unit
from jobs import reach
from jobs.attempts import Attempt, Skip

NO_GROUP = Skip("no such group")
_log = structlog.get_logger(__name__)


class GroupPost:
    """Sends to the groups of all platforms: `channels` by their names. A group is sent to where `groups.yaml` says that
    it is now."""

    def __init__(self, store: Store, in_force: InForce, channels: Mapping[str, GroupChannel]) -> None:
        self._store, self._in_force, self._channels = store, in_force, channels

    def group(self, row: OutboxRow) -> Group | None:
        """The group to which the row goes; None if `groups.yaml` does not have it any more."""
        return self._in_force.now.groups.of(post.group_of(row.target) or "")

    def pace(self, session: Session, row: OutboxRow) -> Pace | None:
        """How much the row's group may be sent; None where nothing is sent."""
        group = self.group(row)
        where = self._where(session, group) if group is not None else None
        channel = self._channels.get(group.channel) if group is not None else None
        if group is None or where is None or channel is None:
            return None
        known = queries.known(session, group.key)
        return channel.pace(where, len(known.members) if known else 0, len(self._in_force.now.groups.chats))

    def tell(self, row: OutboxRow) -> Attempt:
        """Send the row's text."""
        group = self.group(row)
        if group is None:
            return Attempt(NO_GROUP)
        try:
            text = GroupText(self._store.vault.open(outbox.body_place(row.dedupe_key), row.body or b""))
        except PersonalData as refused:
            return self.refused(row, refused)
        faultpoint("relay_before_send")
        return self.say(group, text)

    def say(self, group: Group, text: GroupText) -> Attempt:
        """Send words to the group."""
        channel, where = self._channels.get(group.channel), self._address(group)
        if channel is None:
            return Attempt(_not_set_up(group))
        return self._came(group, where if isinstance(where, Misconfigured) else channel.tell(where, text))

    def show(self, group: Group, png: bytes, name: str) -> Attempt | Unsent:
        """Send a picture of a `GroupBoard` to the group; Unsent if words are to be said in its stead."""
        channel, where = self._channels.get(group.channel), self._address(group)
        if channel is None:
            return Attempt(_not_set_up(group))
        outcome = where if isinstance(where, Misconfigured) else channel.show(where, png, name)
        return outcome if isinstance(outcome, Unsent) else self._came(group, outcome)

    def refused(self, row: OutboxRow, refused: PersonalData) -> Attempt:
        """It is not sent at all, and stands in the list of what was not."""
        _log.error("what is about a person goes into no group", row=row.id, why=str(refused))
        return Attempt(Permanent(f"personal data: {refused}"))

    def _address(self, group: Group) -> ToGroup | Misconfigured:
        with self._store.read() as session:
            return self._where(session, group) or Misconfigured(f"group {group.key} is not made yet")

    def _where(self, session: Session, group: Group) -> ToGroup | None:
        if group.kind is GroupKind.ROBOT:
            return ToRobot(group.secret)
        if group.kind is GroupKind.DING:
            return ToChat(group.conversation)
        known = queries.known(session, group.key)
        return ToChat(known.chat_id) if known is not None and known.is_made else None

    def _came(self, group: Group, outcome: Sent | Vanished | Fault) -> Attempt:
        match outcome:
            case Vanished(why):
                return Attempt(Permanent(f"group gone: {why}"), note=partial(_gone, group=group, why=why))
            case Sent():
                return Attempt(outcome, note=lambda unit: service.arrived(unit, group.key))
        return Attempt(outcome)


def _not_set_up(group: Group) -> Misconfigured:
    return Misconfigured(f"channel {group.channel} is not set up")


def _gone(unit: Unit, group: Group, why: str) -> None:
    """Nothing gets to the group: the administrators hear of it, once."""
    if service.vanished(unit, group, why):
        for person_id in people.administrators(unit.session):
            reach.say(unit, ReminderKind.STAFF, person_id, texts.gone(group))
