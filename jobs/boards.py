"""Boards that come by themselves: 日报, 周报, 月报 as jobs of the timetable; and how any board is made and kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cards.texts.boards_asked import title
from config.company import Company
from core.people import queries as people
from core.people.policy import Actor, Role, Verb, may
from core.reports import snapshots
from core.reports.boards import make
from core.reports.measuring import Asking
from core.reports.periods import Period, month_of, of_day, week_of
from core.reports.wanted import Kind, Making, Wanted
from core.schedule import DAILY, MONTHLY, WEEKLY, Slot
from core.store import post
from core.store.unit import Unit
from jobs.board_screens import board_face

_DAY = timedelta(days=1)


def make_board(unit: Unit, company: Company, viewer: Actor, wanted: Wanted, *, only: str = "", called: str = "") -> int:
    """Make the board as `viewer` may see it now, and keep it as his; its number. `only`: what is picked, in words;
    `called`: its title, if it is not that of its kind."""
    asking = Asking(viewer, wanted.pick, company.reports, unit.now)
    making = Making(unit.session, asking, company.recycling.calendar, company.channels)
    made = make(making, wanted, called or title(wanted.kind, wanted.metric), only)
    return snapshots.keep(unit, viewer.id, wanted, made)


@dataclass(frozen=True, slots=True)
class TimedBoards:
    """See `jobs.timed_job.Job`. Managers get the board of their department and below, the owners that of the company:
    first the figures as a card, then these boards as pictures."""

    name: str
    called: str
    card: Kind
    pictures: tuple[Kind, ...]
    period: Callable[[date], Period]

    def recipients(self, session: Session, company: Company, now: datetime) -> Sequence[int]:  # noqa: ARG002
        """All who lead somebody. Nobody, where nothing is defined that could be shown."""
        if not company.reports.metrics:
            return []
        return [one.id for one in people.actors(session) if Role.MANAGER in one.roles and may(one, Verb.SEE_BOARD)]

    def send(self, unit: Unit, company: Company, person_id: int, slot: Slot) -> bool:
        """The boards of the slot's day, as they are now: after an outage late, but of that day."""
        channel = people.reachable_on(unit.connection, person_id)
        viewer = people.colleague(unit.connection, person_id)
        if channel is None or viewer is None:
            return False
        period = self.period(slot.day)
        card = make_board(unit, company, viewer, Wanted(self.card, period), called=self.called)
        post.show(unit, channel, person_id, board_face(card))
        snapshots.purge(unit.session, unit.now)
        return True


def _last_week(day: date) -> Period:
    return week_of(day - timedelta(days=7), day)


def _last_month(day: date) -> Period:
    return month_of(day.replace(day=1) - _DAY, day)


JOBS = (
    TimedBoards(DAILY, "日报", Kind.DAILY, (Kind.RANKING,), of_day),
    TimedBoards(WEEKLY, "周报", Kind.KEY, (Kind.KEY, Kind.RANKING, Kind.JAMS), _last_week),
    TimedBoards(MONTHLY, "月报", Kind.KEY, (Kind.KEY, Kind.RANKING, Kind.FUNNEL, Kind.SOURCES), _last_month),
)
"""日报 of the day, 周报 of the week before, 月报 of the month before."""
