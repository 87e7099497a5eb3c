"""Boards of every kind, as hypothesis makes them up: no word in them is about a single person."""

from datetime import UTC, date, datetime
from typing import TypeVar

from hypothesis import strategies as st

from core.reports.periods import of_day
from core.reports.results import (
    Board,
    Figure,
    Funnel,
    FunnelStage,
    Jam,
    Jams,
    KeyFigures,
    Measure,
    Ranking,
    RankRow,
    Source,
    Sources,
    Trend,
    Value,
)

T = TypeVar("T")

# Names as companies have them, and every number that a board can hold.
_UNITS = ["呼和浩特/一部", "包头", "额尔敦·乌兰分部", "一部😀", "快手 2 组"]
NAMES = st.sampled_from([*_UNITS, "抖音", "3号渠道", "A 类渠道", "房抵", "初审", "放款"])
COUNTS = st.integers(0, 10**7)
MONEY = st.integers(0, 10**13)  # fen
SHARES = st.decimals(0, 100, places=4)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
MEASURES = st.sampled_from(Measure)


def _of(measure: Measure) -> st.SearchStrategy[Value]:
    return {Measure.COUNT: COUNTS, Measure.MONEY: MONEY}.get(measure, SHARES)


def _tuples(each: st.SearchStrategy[T], most: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(each, max_size=most).map(tuple)


def _figures(measure: Measure) -> st.SearchStrategy[Figure]:
    maybe = st.none() | _of(measure)
    return st.builds(Figure, COUNTS, NAMES, st.just(measure), maybe, maybe, maybe, maybe)


@st.composite
def _rankings(draw: st.DrawFn) -> Ranking:
    measure = draw(MEASURES)
    low = draw(st.booleans())
    values = sorted(draw(st.lists(_of(measure), max_size=8)), reverse=not low)
    moved = st.none() | st.integers(-9, 9)
    rows = (RankRow(n, n, draw(NAMES), draw(NAMES), value, draw(moved)) for n, value in enumerate(values, 1))
    total = sum(values) if measure in (Measure.COUNT, Measure.MONEY) else draw(SHARES)
    target = draw(st.none() | _of(measure))
    return Ranking(draw(NAMES), measure, tuple(rows), total, target, of_people=False, good_is_low=low)


def _trends(measure: Measure) -> st.SearchStrategy[Trend]:
    days = _tuples(st.tuples(DAYS, _of(measure)), 31)
    return st.builds(Trend, NAMES, st.just(measure), days, _tuples(_of(measure), 31), st.none() | _of(measure))


_STAGE = st.builds(FunnelStage, COUNTS, NAMES, COUNTS, COUNTS)
_SOURCE = st.builds(Source, COUNTS, NAMES, COUNTS, COUNTS, COUNTS, MONEY, st.none() | MONEY, MONEY, st.none() | SHARES)
_JAM = st.builds(Jam, COUNTS, NAMES, COUNTS, COUNTS, SHARES)
CONTENTS = st.one_of(
    st.builds(KeyFigures, _tuples(MEASURES.flatmap(_figures), 8)),
    _rankings(),
    st.builds(Funnel, _tuples(_STAGE, 6)),
    st.builds(Sources, _tuples(_SOURCE, 6), _SOURCE),
    MEASURES.flatmap(_trends),
    st.builds(Jams, COUNTS, COUNTS, _tuples(_JAM, 6), st.just(())),
)
_MOMENTS = DAYS.map(lambda day: datetime(day.year, day.month, day.day, 10, 5, tzinfo=UTC))
BOARDS = st.builds(Board, NAMES, NAMES, DAYS.map(of_day), _MOMENTS, CONTENTS, st.just("") | NAMES)
