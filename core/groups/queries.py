"""Reads about groups on the platform."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.groups.models import GroupChat
from core.groups.rules import Group, members_of
from core.people import queries as people


@dataclass(frozen=True, slots=True)
class Known:
    """A group as it was last known: see `GroupChat`."""

    key: str
    chat_id: str
    created_at: datetime | None
    members: frozenset[str]
    gone_at: datetime | None
    fault: str

    @property
    def is_made(self) -> bool:
        """Is it on the platform, as far as is known?"""
        return self.created_at is not None


def known(session: Session, key: str) -> Known | None:
    """The group of this key; None if nothing was ever done about it."""
    row = session.get(GroupChat, key)
    return _known(row) if row is not None else None


def all_known(session: Session) -> dict[str, Known]:
    """All groups about which something was done, by key."""
    return {row.key: _known(row) for row in session.scalars(select(GroupChat).order_by(GroupChat.key))}


def wanted_members(session: Session, group: Group) -> frozenset[str]:
    """The accounts of those who belong to an app's chat by their roles and departments of now."""
    return members_of(group, people.actors(session))


def colleagues(session: Session) -> frozenset[str]:
    """The names of all who work here."""
    return frozenset(one.name for one in people.actors(session))


def _known(row: GroupChat) -> Known:
    members = frozenset(row.members.splitlines())
    return Known(row.key, row.chat_id, row.created_at, members, row.gone_at, row.fault)
