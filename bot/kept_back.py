"""A message without its words: the platform keeps them back once the company's quota of calls for the month is used up
(DingTalk, errorCode 20001: open.dingtalk.com/document/development/robot-message-type)."""

from collections.abc import Collection

import structlog

from cards import texts
from core.calendar import day_of
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.store import slots
from core.store.unit import Unit
from jobs import reach

JOB = "quota-gone"

_log = structlog.get_logger(__name__)


def tell(unit: Unit, channels: Collection[str]) -> None:
    """The administrators hear of it, on another of the `channels` that are set up if they have one, once a day of
    China: each message that comes meanwhile has the same to tell."""
    slot = f"{unit.channel}:{day_of(unit.now).isoformat()}"
    if not slots.take(unit.connection, JOB, slot, unit.now):
        return
    _log.error("the platform keeps messages back: the month's quota is used up", channel=unit.channel)
    others = [channel for channel in channels if channel != unit.channel]
    for person_id in people.administrators(unit.session):
        reach.warn(unit, ReminderKind.STAFF, person_id, texts.QUOTA_GONE, others)
