"""Boards made and kept, for who asks for them; and those that come by themselves: 日报, 周报, 月报."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cards.texts.boards_asked import title
from config.company import Company
from core.groups.rules import Group
from core.manners.kinds import ReminderKind
from core.people import queries as people
from core.people.policy import Actor, Role, Verb, may
from core.reports import snapshots
from core.reports.asking import Asking, By, Pick
from core.reports.boards import make, sees_others, worth_ranking
from core.reports.periods import Period, month_of, of_day, week_of
from core.reports.results import unnumbered
from core.reports.wanted import Behind, Kind, Made, Making, Wanted
from core.schedule import DAILY, MONTHLY, WEEKLY, Slot
from core.store import post
from core.store.unit import Unit
from jobs.board_screens import board_face
from jobs.reach import picture, show

_DAY = timedelta(days=1)
_COMPANY = Actor(0, "", "", frozenset({Role.ADMIN}))
"""Who looks at what a group gets: nobody in person, and with the eyes of the company."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Boards that are sent together: the numbers of the one that comes as a card, and of those that are drawn."""

    card: int
    pictures: tuple[int, ...]


def make_boards(
    unit: Unit,
    company: Company,
    viewer: Actor,
    wanted: Sequence[Wanted],
    *,
    only: str = "",
    called: str = "",
    asked: bool = True,
) -> tuple[int, ...]:
    """Make boards as `viewer` may see them now, and keep them as his; their numbers. `only`: what is picked, in words;
    `called`: the title of the first, if it is not that of its kind; `asked`: he asked for them. What is on them is
    numbered through, so that 明细 finds all of it on the last."""
    kept: list[int] = []
    behind: tuple[Behind, ...] = ()
    for each in wanted:
        making = _making(unit, company, viewer, each.pick)
        name = called if called and not kept else title(each.kind, each.metric)
        made = make(making, each, name, only, behind)
        if viewer is _COMPANY:
            made = Made(unnumbered(made.board), ())
        kept.append(snapshots.keep(unit, viewer, viewer.id or None, each, made, asked=asked))
        behind = made.behind
    return tuple(kept)


def keep_asked(unit: Unit, company: Company, viewer: Actor, wanted: Wanted, only: str = "") -> Kept:
    """What is answered to who asks for a board: it as a card and drawn; 日报 with the day's ranking drawn in its stead,
    where there is somebody to be compared with."""
    if wanted.kind is Kind.DAILY and company.reports.ranked and sees_others(viewer, company.reports):
        both = (wanted, _ranking(unit, company, viewer, wanted))
        day, ranking = make_boards(unit, company, viewer, both, only=only)
        return Kept(day, (ranking,))
    (only_one,) = make_boards(unit, company, viewer, (wanted,), only=only)
    return Kept(only_one, (only_one,))


def _ranking(unit: Unit, company: Company, viewer: Actor, of: Wanted, by: By = By.PERSON) -> Wanted:
    metric = worth_ranking(_making(unit, company, viewer, of.pick), of.period)
    return Wanted(Kind.RANKING, of.period, of.pick, metric, by)


def _making(unit: Unit, company: Company, viewer: Actor, pick: Pick) -> Making:
    asking = Asking(viewer, pick, company.reports, unit.now)
    return Making(unit.session, asking, company.recycling.calendar, company.channels)


@dataclass(frozen=True, slots=True)
class TimedBoards:
    """See `jobs.timed_job.GroupJob`. Managers get the board of their department and below, the owners that of the
    company: `card` as a card, and `pictures` drawn. Groups get the company's."""

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
        viewer = people.colleague(unit.connection, person_id)
        if viewer is None or people.reachable_on(unit.connection, person_id) is None:
            return False
        card, *drawn = self._make(unit, company, viewer, slot, By.PERSON)
        show(unit, ReminderKind.BOARD, person_id, board_face(card))
        for number in (card, *drawn) if self.card in self.pictures else drawn:
            picture(unit, ReminderKind.BOARD, person_id, str(number))
        snapshots.purge(unit.session, unit.now)
        return True

    def groups(self, company: Company) -> Sequence[str]:
        """Those that get this board, by `groups.yaml`."""
        return [group.key for group in company.groups.getting(self.called)] if company.reports.metrics else []

    def send_to_group(self, unit: Unit, company: Company, group: str, slot: Slot) -> bool:
        """The same of the company, drawn; people are ranked only where the group may read their names."""
        found = company.groups.of(group)
        if found is None:
            return False
        for number in self._make(unit, company, _COMPANY, slot, _by(found)):
            post.picture_to_group(unit, group, str(number))
        return True

    def _make(self, unit: Unit, company: Company, viewer: Actor, slot: Slot, by: By) -> tuple[int, ...]:
        first = Wanted(self.card, self.period(slot.day))
        kinds = [kind for kind in self.pictures if kind is not self.card and self._can(company, kind)]
        others = [
            _ranking(unit, company, viewer, first, by) if kind is Kind.RANKING else Wanted(kind, first.period)
            for kind in kinds
        ]
        return make_boards(unit, company, viewer, (first, *others), called=self.called, asked=False)

    @staticmethod
    def _can(company: Company, kind: Kind) -> bool:
        needed = {Kind.RANKING: company.reports.ranked, Kind.FUNNEL: company.reports.funnel}
        return bool(needed.get(kind, True))


def _by(group: Group) -> By:
    return By.PERSON if group.names else By.DEPARTMENT


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
