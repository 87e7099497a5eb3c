"""What was measured, as boards show it: plain values. Pure.

Money is integer fen, a share a Decimal of one (`0.25`: 25 %), what takes time a Decimal of days. Every number that can
be asked about (明细 3) has its `number` on the board; 0: none.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, assert_never

from core.reports.periods import Period

Value: TypeAlias = int | Decimal


class Measure(StrEnum):
    """In what something is measured."""

    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric over the board's period: its value (None: there is nothing to divide by, or it is not known), that of
    the period before and of the same one a year ago, and what it was to be (`target`, None: none is set)."""

    number: int
    name: str
    measure: Measure
    value: Value | None
    before: Value | None = None
    year_ago: Value | None = None
    target: Value | None = None
    good_is_low: bool = False


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """看板: the metrics of the company, or of a part of it."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class RankRow:
    """Somebody's place. Who has the same value has the same `rank`, and the next one as many places further down (1, 2,
    2, 4). `moved`: how many places up since the board before (down: below 0); None: he was not on it."""

    number: int
    rank: int
    name: str
    department: str
    value: Value
    moved: int | None = None
    target: Value | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """龙虎榜: all who are ranked by a metric, those with nothing too, the best first. `target`: what each is to reach,
    where it is the same for all. `total` is that of all of them. `of_people`: its rows are people (else departments,
    channels …). `good_is_low`: the best is the one with the least."""

    metric: str
    measure: Measure
    rows: tuple[RankRow, ...]
    total: Value
    target: Value | None = None
    of_people: bool = True
    good_is_low: bool = False


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """How many came to a stage within the period (`count`), and how many of those that came in within the period have
    come so far until now (`cohort`, which has its own number)."""

    number: int
    name: str
    count: int
    cohort: int
    cohort_number: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """Those that can be asked about."""
        return tuple(filter(None, (self.number, self.cohort_number)))


@dataclass(frozen=True, slots=True)
class Funnel:
    """漏斗: the stages in their order, the first one what came in."""

    stages: tuple[FunnelStage, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A channel: what came by it, what became of that, what it cost and brought. `roi` is (income - cost) / cost;
    None where the cost is not known, or nothing. `number` is that of its leads; its applications, its loans and what
    was lent have their own."""

    number: int
    channel: str
    leads: int
    applications: int
    disbursed: int
    disbursed_fen: int
    cost_fen: int | None
    income_fen: int
    roi: Decimal | None
    applications_number: int = 0
    lent_number: int = 0
    loans_number: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """Those that can be asked about."""
        every = (self.number, self.applications_number, self.lent_number, self.loans_number)
        return tuple(filter(None, every))


@dataclass(frozen=True, slots=True)
class Sources:
    """渠道: the channels, the one that brought the most leads first, and all of them together. `last_touch`: what was
    paid out counts for the channel by which its customer came last, instead of the first one."""

    rows: tuple[Source, ...]
    total: Source
    last_touch: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """走势: a metric day by day, beside that of the period before (which may have fewer or more days). `target`: for
    the whole period."""

    metric: str
    measure: Measure
    days: tuple[tuple[date, Value], ...]
    before: tuple[Value, ...]
    target: Value | None = None


@dataclass(frozen=True, slots=True)
class Jam:
    """Where applications wait, at a node or with somebody: how many, how many past their deadline, how many days on the
    average."""

    number: int
    name: str
    count: int
    late: int
    average_days: Decimal


@dataclass(frozen=True, slots=True)
class Jams:
    """瓶颈: the nodes and the people where applications wait, the worst first."""

    count: int
    late: int
    nodes: tuple[Jam, ...]
    people: tuple[Jam, ...]


Content: TypeAlias = KeyFigures | Ranking | Funnel | Sources | Trend | Jams


@dataclass(frozen=True, slots=True)
class Board:
    """A board as it was at `as_of`: whom it is about (`scope`: 全公司, a department, a person), over which period, and
    for which product, channel or region alone (`only`, in words; empty: all)."""

    title: str
    scope: str
    period: Period
    as_of: datetime
    content: Content
    only: str = ""


def unnumbered(board: Board) -> Board:
    """The same without numbers to ask about: where nobody can ask."""
    match board.content:
        case KeyFigures(figures):
            content: Content = KeyFigures(tuple(replace(each, number=0) for each in figures))
        case Ranking(rows=rows) as ranking:
            content = replace(ranking, rows=tuple(replace(each, number=0) for each in rows))
        case Funnel(stages):
            content = Funnel(tuple(replace(each, number=0, cohort_number=0) for each in stages))
        case Sources(rows=found, total=total) as sources:
            every = tuple(map(_unnumbered_source, found))
            content = replace(sources, rows=every, total=_unnumbered_source(total))
        case Jams(nodes=nodes, people=people) as jams:
            nodes, people = (tuple(replace(each, number=0) for each in jammed) for jammed in (nodes, people))
            content = replace(jams, nodes=nodes, people=people)
        case Trend() as trend:
            content = trend
        case _:
            assert_never(board.content)
    return replace(board, content=content)


def _unnumbered_source(row: Source) -> Source:
    return replace(row, number=0, applications_number=0, lent_number=0, loans_number=0)
