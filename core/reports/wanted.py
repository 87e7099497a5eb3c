"""What is wanted of a board, and what is behind its numbers. Plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy.orm import Session

from core.calendar import WorkingCalendar
from core.leads.channels import Channels
from core.people.policy import Scope, Verb
from core.reports.asking import Asking, By, Pick
from core.reports.metrics import Metric, Reports, Target, within
from core.reports.periods import Period
from core.reports.results import Board, Value


class Kind(StrEnum):
    """The kinds of boards; the values stand in buttons and snapshots."""

    DAILY = "daily"  # 日报
    KEY = "key"  # 看板
    RANKING = "ranking"  # 排行
    FUNNEL = "funnel"  # 漏斗
    SOURCES = "sources"  # 渠道
    TREND = "trend"  # 走势
    JAMS = "jams"  # 瓶颈


@dataclass(frozen=True, slots=True)
class Wanted:
    """What board, over which period, of what. `metric` and `by` are for rankings and trends alone."""

    kind: Kind
    period: Period
    pick: Pick = field(default_factory=Pick)
    metric: str = ""
    by: By = By.PERSON


class Own(StrEnum):
    """What 渠道 counts, whatever metrics the company has."""

    LEADS = "leads"  # what came by it
    APPLICATIONS = "applications"
    LOANS = "loans"  # each once, on the day of its first money
    LENT = "lent"  # all money that was paid out


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind a number: the rows of this metric, so picked, in this period; where there is none, those of what
    a board counts by itself (`own`). `cohort`: the key of a metric, of whose leads it is those that have come to
    `metric` since. `closed`: who sees the number may not see what is behind it. `jam`: it is what waits now at a place
    of 瓶颈, as `bottlenecks.to_token` says it. `name`: what the number is of (a metric, a person, a stage, a
    channel)."""

    metric: str
    period: Period
    pick: Pick
    closed: bool = False
    jam: str = ""
    name: str = ""
    own: Own = Own.LEADS
    cohort: str = ""

    def is_defined(self, reports: Reports) -> bool:
        """Has the company the metrics still?"""
        return all(reports.find(key) is not None for key in (self.metric, self.cohort) if key)


@dataclass(frozen=True, slots=True)
class Made:
    """A board, and what is behind its numbers: of number 1 the first."""

    board: Board
    behind: tuple[Behind, ...]


@dataclass(frozen=True, slots=True)
class Making:
    """What a board is made with: what is asked, the company's calendar, and what its channels cost. `behind` is filled
    while it is made."""

    session: Session
    asking: Asking
    calendar: WorkingCalendar
    channels: Channels
    behind: list[Behind] = field(default_factory=list)

    @property
    def reports(self) -> Reports:
        """The definitions."""
        return self.asking.reports

    def number(self, behind: Behind) -> int:
        """The next number of the board, with this behind it."""
        self.behind.append(behind)
        return len(self.behind)

    def target(self, target: Target | None, metric: Metric, period: Period) -> Value | None:
        """What is to be reached in the whole period."""
        return within(target, metric, period, self.calendar)

    def of(self, pick: Pick, *, colleagues: bool, after: Sequence[Behind] = ()) -> "Making":
        """The same, for what is picked; its numbers go on behind those of `after`."""
        return replace(self, asking=replace(self.asking, pick=pick, colleagues=colleagues), behind=[*after])


def scope_of(asking: Asking) -> str:
    """Whom a board is about: a department's path, or a person's name; empty: everybody."""
    viewer, pick = asking.viewer, asking.pick
    if pick.department:
        return pick.department
    match viewer.scope(Verb.SEE_BOARD):
        case Scope.ALL:
            return ""
        case Scope.SELF:
            return viewer.department if asking.colleagues else viewer.name
        case _:
            return viewer.department


def target_of_all(asking: Asking, metric: Metric) -> Target | None:
    """What is to be reached by whom the board is about: only if it is about all of his, not of a product alone."""
    pick, viewer = asking.pick, asking.viewer
    if pick.product or pick.channel or pick.region or pick.person:
        return None
    if viewer.scope(Verb.SEE_BOARD) == Scope.SELF:
        return asking.reports.target_of(metric.key, viewer.account, viewer.rank)
    return asking.reports.target_for(metric.key, scope_of(asking))
