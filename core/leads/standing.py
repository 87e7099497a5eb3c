"""A lead that a merge closed, or a hand-over took, stands still; when its owner has it again he has as much time left
as he had.

What its time is reckoned from, and what holds it, moves on by as long as it was away: so it is right for every rule,
whatever the rules are by then. By rules that count working time he keeps at least the working time that was left. The
lead that went on, and was held meanwhile by what was done on the other one, has as much time left as at the merge.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from core.calendar import WorkingCalendar
from core.leads import ownership
from core.leads.events import FallsAnew
from core.leads.models import Deferral, FallWarning, Lead
from core.store.base import table_of
from core.store.unit import Unit

_D, _L = table_of(Deferral), table_of(Lead)


@dataclass(frozen=True, slots=True)
class _Pause:
    """It was away from `start` to `end`."""

    start: datetime
    end: datetime
    calendar: WorkingCalendar

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def moved(self, since: datetime) -> datetime:
        """From when a time is reckoned now that was reckoned from `since` before: what has passed of it is no more than
        had passed at its start, by the clock and by working time."""
        if since >= self.start:
            return max(since, self.end)
        worked = self.calendar.back(self.end, self.calendar.between(since, self.start))
        return max(since + self.length, worked)


def go_on(unit: Unit, lead: Row[Any], calendar: WorkingCalendar) -> None:
    """The lead, a row as it was while it was closed, is open again. What waits in a pool has no such time."""
    pause = _Pause(lead.closed_at, unit.now, calendar)
    if lead.owner_id is None or pause.length <= timedelta(0):
        return
    owned_at = pause.moved(lead.owned_at)
    ownership.go_on(unit, lead.id, owned_at, pause.moved(lead.idle_since))
    _hold_on(unit, (lead.id, lead.owner_id, lead.owned_at), pause, owned_at)
    falls_anew(unit, lead.id)


@dataclass(frozen=True, slots=True)
class Clocks:
    """From when the times of a lead were reckoned when it was taken out of somebody's hands at `at`."""

    at: datetime
    owned_at: datetime
    idle_since: datetime
    contacted: bool
    applied_at: datetime | None

    def packed(self) -> str:
        """As it is kept in a row."""
        return json.dumps(asdict(self), default=datetime.isoformat)

    @classmethod
    def unpacked(cls, packed: str) -> "Clocks":
        """What `packed` gave."""
        values = json.loads(packed)
        at, owned_at, idle_since = (datetime.fromisoformat(values[key]) for key in ("at", "owned_at", "idle_since"))
        applied = values["applied_at"]
        return cls(at, owned_at, idle_since, values["contacted"], datetime.fromisoformat(applied) if applied else None)


def clocks(unit: Unit, lead_id: int) -> Clocks | None:
    """Those of a lead that somebody has; None of one that waits."""
    columns = (_L.c.owned_at, _L.c.idle_since, _L.c.contacted, _L.c.applied_at)
    row = unit.connection.execute(select(*columns).where(_L.c.id == lead_id)).one()
    return Clocks(unit.now, *row) if row.owned_at is not None else None


def take_up(unit: Unit, lead_id: int, was: Clocks, calendar: WorkingCalendar) -> None:
    """The lead has just come back into the hands out of which it was taken: what was done for it there counts again,
    and what was done by others since is a follow-up of it too."""
    lead = unit.connection.execute(select(_L).where(_L.c.id == lead_id)).one()
    pause = _Pause(was.at, unit.now, calendar)
    owned_at = pause.moved(was.owned_at)
    followed = lead.last_follow_up_at or was.idle_since
    ownership.go_on(unit, lead_id, owned_at, max(owned_at, pause.moved(max(was.idle_since, followed))))
    done = {"contacted": was.contacted, "applied_at": was.applied_at}
    unit.connection.execute(update(_L).where(_L.c.id == lead_id).values(done))
    _hold_on(unit, (lead_id, lead.owner_id, was.owned_at), pause, owned_at)
    falls_anew(unit, lead_id)


def stand_alone(unit: Unit, leant_on: Row[Any], start: datetime, calendar: WorkingCalendar, *, held: bool) -> None:
    """The lead, a row as it was with another one's follow-ups, goes on without what they, or what `held` it for them,
    did for it since `start`: its owner has as much time left as he had then, and is warned before it is over."""
    lead = unit.connection.execute(select(_L).where(_L.c.id == leant_on.id)).one()
    pause = _Pause(start, unit.now, calendar)
    if lead.owner_id is None or lead.owned_at > start or pause.length <= timedelta(0):
        return
    if not (held or lead.idle_since < leant_on.idle_since or lead.contacted < leant_on.contacted):
        return
    owned_at = lead.owned_at if lead.contacted else pause.moved(lead.owned_at)
    idle_since = lead.idle_since if lead.idle_since > start else pause.moved(lead.idle_since)
    his = (_D.c.lead_id == lead.id, _D.c.owner_id == lead.owner_id, _D.c.at.between(lead.owned_at, owned_at))
    unit.connection.execute(update(_D).where(*his).values(at=owned_at))
    ownership.go_on(unit, lead.id, owned_at, idle_since)


def _hold_on(unit: Unit, hands: tuple[int, int, datetime], pause: _Pause, owned_at: datetime) -> None:
    """What holds the lead for these hands (its number, its owner, since when), or was asked for by them, is theirs
    still, and holds it as long as it would have."""
    lead_id, owner_id, since = hands
    his = (_D.c.lead_id == lead_id, _D.c.owner_id == owner_id, _D.c.at >= since)
    for row in unit.connection.execute(select(_D.c.id, _D.c.at, _D.c.until).where(*his)).all():
        holds = row.until is not None and row.until > pause.start
        values = {"at": max(owned_at, pause.moved(row.at)), "until": row.until + pause.length if holds else row.until}
        unit.connection.execute(update(_D).where(_D.c.id == row.id).values(values))


def hold_as_well(unit: Unit, into: Row[Any], closes: Row[Any]) -> list[int]:
    """What holds the lead that is closed holds the one that goes on, if both are in the same hands: the numbers of what
    was written for that. The other lead's own stays with it."""
    if closes.owner_id is None or into.owner_id != closes.owner_id:
        return []
    holds = (_D.c.lead_id == closes.id, _D.c.owner_id == closes.owner_id, _D.c.at >= closes.owned_at)
    rows = unit.connection.execute(select(_D).where(*holds, _D.c.until > unit.now).order_by(_D.c.id)).all()
    return [_copied(unit, row, into) for row in rows]


def _copied(unit: Unit, row: Row[Any], into: Row[Any]) -> int:
    same = {name: getattr(row, name) for name in ("owner_id", "kind", "until", "by_id", "asked_id")}
    values = same | {"lead_id": into.id, "at": max(row.at, into.owned_at)}
    return int(unit.connection.execute(insert(_D).values(values).returning(_D.c.id)).scalar_one())


def hold_no_more(unit: Unit, numbers: list[int]) -> None:
    """What `hold_as_well` wrote is gone."""
    unit.connection.execute(delete(_D).where(_D.c.id.in_(numbers)))


def falls_anew(unit: Unit, lead_id: int) -> None:
    """The lead may fall at another time now: who was warned is warned again."""
    unit.connection.execute(delete(FallWarning).where(FallWarning.lead_id == lead_id))
    unit.happened(FallsAnew(lead_id))
