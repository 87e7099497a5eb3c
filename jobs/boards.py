"""Boards made and kept, for who asks for them; and those that come by themselves: 日报, 周报, 月报."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cards.texts.boards_asked import title
from config.company import Company
from config.in_force import InForce
from core.groups.rules import Group
from core.manners.kinds import ReminderKind
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor, Role, Scope, Verb, may
from core.reports import snapshots
from core.reports.asking import Asking, By
from core.reports.boards import make, sees_others, worth_ranking
from core.reports.periods import Period, month_of, of_day, week_of
from core.reports.results import unnumbered
from core.reports.snapshots import Snapshot
from core.reports.wanted import Behind, Kind, Made, Making, Wanted
from core.schedule import DAILY, MONTHLY, WEEKLY, Slot
from core.store import post
from core.store.faultpoint import faultpoint
from core.store.unit import Store, Unit
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


def want_boards(
    unit: Unit, viewer: Actor, wanted: Sequence[Wanted], *, only: str = "", called: str = "", asked: bool = True
) -> tuple[int, ...]:
    """Boards for `viewer`, by his rights of now; their numbers. They are made when the first of them is sent
    (`BoardMaker`). `only`: what is picked, in words; `called`: the title of the first, if it is not that of its kind;
    `asked`: he asked for them. What is on them is numbered through, so that 明细 finds all of it on the last."""
    kept: list[int] = []
    for each in wanted:
        name, after = ("", kept[-1]) if kept else (called, None)
        number = snapshots.want(
            unit, viewer, viewer.id or None, each, title=name, only=only, after_id=after, asked=asked
        )  # fmt: skip
        kept.append(number)
    return tuple(kept)


def want_asked(unit: Unit, company: Company, viewer: Actor, wanted: Wanted, only: str = "") -> Kept:
    """What is answered to who asks for a board: it as a card and drawn; 日报 with the day's ranking drawn in its stead,
    where there is somebody to be compared with."""
    if wanted.kind is Kind.DAILY and company.reports.ranked and sees_others(viewer, company.reports):
        day, ranking = want_boards(unit, viewer, (wanted, _ranking(wanted)), only=only)
        return Kept(day, (ranking,))
    (only_one,) = want_boards(unit, viewer, (wanted,), only=only)
    return Kept(only_one, (only_one,))


def _ranking(of: Wanted, by: By = By.PERSON) -> Wanted:
    """By which metric, is seen when it is made."""
    return Wanted(Kind.RANKING, of.period, of.pick, by=by)


@dataclass(frozen=True, slots=True)
class BoardMaker:
    """Makes the boards that are wanted, when the first message with one is sent: by a relay, which has the time, and
    not in the transaction that answers an event, in which nobody else could write. One a process; any number may make
    the same one, the first is kept."""

    store: Store
    in_force: InForce

    def made(self, number: int) -> Snapshot | None:
        """The board of this number, made by now; None if it is not kept any more. Its `board` is None if it cannot be
        made: the person's rights are others by now, or a metric is gone."""
        with self.store.read() as session:
            found = snapshots.find(session, number)
        if found is None or found.board is not None:
            return found
        before = self.made(found.after_id) if found.after_id is not None else None
        faultpoint("board_wanted")
        with self.store.read() as session:
            fresh = self._make(session, found, before.behind if before is not None else ())
        if fresh is None:
            return found
        with self.store.database.write() as session:
            snapshots.fill(session, number, *fresh)
        with self.store.read() as session:
            return snapshots.find(session, number)

    def _make(self, session: Session, found: Snapshot, after: Sequence[Behind]) -> tuple[Wanted, Made] | None:
        company = self.in_force.now
        viewer = _COMPANY if found.person_id is None else people.colleague(session, found.person_id)
        if viewer is None or snapshots.seen_as(viewer) != found.seen_as:
            return None
        asking = Asking(viewer, found.wanted.pick, company.reports, self.store.clock())
        making = Making(session, asking, company.recycling.calendar, company.channels)
        wanted = found.wanted
        if wanted.kind is Kind.RANKING and not wanted.metric:
            wanted = replace(wanted, metric=worth_ranking(making, wanted.period))
        try:
            made = make(making, wanted, found.title or title(wanted.kind, wanted.metric), found.only, after)
        except KeyError:  # the company has dropped a metric meanwhile
            return None
        return wanted, Made(unnumbered(made.board), ()) if viewer is _COMPANY else made


@dataclass(frozen=True, slots=True)
class TimedBoards:
    """See `jobs.timed_job.GroupJob`. Managers get the board of their department and below, the owners that of the
    company: `card` as a card, and `pictures` drawn. Groups get the company's."""

    name: str
    called: str
    card: Kind
    pictures: tuple[Kind, ...]
    period: Callable[[date], Period]

    def recipients(self, session: Session, company: Company, now: datetime) -> Sequence[int]:
        """All who lead somebody and are not on leave. Nobody, where nothing is defined that could be shown."""
        if not company.reports.metrics:
            return []
        leading = (one for one in people.actors(session) if Role.MANAGER in one.roles and may(one, Verb.SEE_BOARD))
        away = company.assignment.away(now)
        return [one.id for one in leading if one.account not in away]

    def send(self, unit: Unit, company: Company, person_id: int, slot: Slot) -> bool:
        """The boards of the slot's day, as they are now: after an outage late, but of that day."""
        viewer = people.colleague(unit.connection, person_id)
        if viewer is None or people.reachable_on(unit.connection, person_id) is None:
            return False
        kept = self.kept(unit, company, viewer, slot.day, asked=False)
        show(unit, ReminderKind.BOARD, person_id, board_face(kept.card))
        for number in kept.pictures:
            picture(unit, ReminderKind.BOARD, person_id, str(number))
        snapshots.purge(unit.session, unit.now)
        return True

    def kept(self, unit: Unit, company: Company, viewer: Actor, day: date, *, asked: bool) -> Kept:
        """The boards of the day for `viewer`: the same, whether they come by themselves or he `asked` for them."""
        first, others = self._of(company, viewer, day, By.PERSON)
        card, *drawn = want_boards(unit, viewer, (first, *others), called=self.called, asked=asked)
        return Kept(card, (card, *drawn) if self.card in self.pictures else tuple(drawn))

    def groups(self, company: Company) -> Sequence[str]:
        """Those that get this board, by `groups.yaml`."""
        return [group.key for group in company.groups.getting(self.called)] if company.reports.metrics else []

    def send_to_group(self, unit: Unit, company: Company, group: str, slot: Slot) -> bool:
        """The same of the company, drawn; people are ranked only where the group may read their names."""
        found = company.groups.of(group)
        if found is None:
            return False
        first, others = self._of(company, _COMPANY, slot.day, _by(found))
        for number in want_boards(unit, _COMPANY, (first, *others), called=self.called, asked=False):
            post.picture_to_group(unit, found.channel, group, str(number))
        return True

    def _of(self, company: Company, viewer: Actor, day: date, by: By) -> tuple[Wanted, list[Wanted]]:
        """The board that comes as a card, and those that are drawn beside it."""
        first = Wanted(self.card, self.period(day))
        kinds = [kind for kind in self.pictures if kind is not self.card and self._can(company, viewer, kind)]
        return first, [_ranking(first, by) if kind is Kind.RANKING else Wanted(kind, first.period) for kind in kinds]

    @staticmethod
    def _can(company: Company, viewer: Actor, kind: Kind) -> bool:
        """Is it defined, and is there anybody beside him on it where it is of people?"""
        reports = company.reports
        needed = {
            Kind.RANKING: reports.ranked and sees_others(viewer, reports),
            Kind.FUNNEL: reports.funnel,
            Kind.JAMS: viewer.scope(Verb.SEE_WAITING) > Scope.SELF,
        }
        return bool(needed.get(kind, True))


def _by(group: Group) -> By:
    return By.PERSON if group.names else By.DEPARTMENT


def _last_week(day: date) -> Period:
    return week_of(day - timedelta(days=7), day)


def _last_month(day: date) -> Period:
    return month_of(day.replace(day=1) - _DAY, day)


_WEEK = TimedBoards(WEEKLY, "周报", Kind.KEY, (Kind.KEY, Kind.RANKING, Kind.JAMS), _last_week)
_MONTH = TimedBoards(MONTHLY, "月报", Kind.KEY, (Kind.KEY, Kind.RANKING, Kind.FUNNEL, Kind.SOURCES), _last_month)
JOBS = (TimedBoards(DAILY, "日报", Kind.DAILY, (Kind.RANKING,), of_day), _WEEK, _MONTH)
"""日报 of the day, 周报 of the week before, 月报 of the month before."""


def want_week(unit: Unit, company: Company, viewer: Actor, *, to_file: bool = False) -> Kept:
    """周报, for who asks for it: as it comes by itself. As a file it is the board of the card alone."""
    return _typed(_WEEK, unit, company, viewer, to_file=to_file)


def want_month(unit: Unit, company: Company, viewer: Actor, *, to_file: bool = False) -> Kept:
    """月报 likewise."""
    return _typed(_MONTH, unit, company, viewer, to_file=to_file)


def _typed(job: TimedBoards, unit: Unit, company: Company, viewer: Actor, *, to_file: bool) -> Kept:
    today = day_of(unit.now)
    if not to_file:
        return job.kept(unit, company, viewer, today, asked=True)
    (number,) = want_boards(unit, viewer, (Wanted(job.card, job.period(today)),), called=job.called)
    return Kept(number, ())
