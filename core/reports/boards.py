"""Boards, made from the metrics. Each number on one that can be asked about gets a number of its own (明细 3), and what
is behind it is kept beside (`Behind`).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.loans import bottlenecks
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor, Scope, Verb
from core.reports.asking import Asking, By, Pick
from core.reports.cohorts import came_so_far
from core.reports.measuring import Measured, measure_each, value
from core.reports.metrics import Metric, Reports
from core.reports.periods import Period, Span, of_day
from core.reports.ranking import ranking
from core.reports.results import (
    Board,
    Content,
    Figure,
    Funnel,
    FunnelStage,
    Jam,
    Jams,
    KeyFigures,
    Source,
    Trend,
    Value,
)
from core.reports.sourcing import sources
from core.reports.wanted import Behind, Kind, Made, Making, Own, Wanted, scope_of, target_of_all

MOST_JAMS = 8
"""So many nodes and so many people are on the board of 瓶颈."""
_A_DAY = 24 * 60 * 60  # seconds
_TOGETHER = "合计"


def make(making: Making, wanted: Wanted, title: str, only: str = "", after: Sequence[Behind] = ()) -> Made:
    """The board as it is now, as far as who asks may see it. `only` says in words what is picked beside department. Its
    numbers go on behind those of `after`: what is sent together is asked about together.

    Raises:
        KeyError: a metric that the company does not have (any more).
    """
    making = making.of(wanted.pick, colleagues=shows_colleagues(making.asking, wanted), after=after)
    content = _MAKERS[wanted.kind](making, wanted)
    as_of = making.asking.as_of
    period = of_day(day_of(as_of)) if wanted.kind is Kind.JAMS else wanted.period  # what waits, waits now
    board = Board(title, scope_of(making.asking), period, as_of, content, only)
    return Made(board, tuple(making.behind))


def shows_colleagues(asking: Asking, wanted: Wanted) -> bool:
    """Does somebody who sees only what is his own get the ranking of his department?"""
    own = asking.viewer.scope(Verb.SEE_BOARD) == Scope.SELF
    return own and asking.reports.open_rankings and wanted.kind is Kind.RANKING and wanted.by is By.PERSON


def worth_ranking(making: Making, period: Period) -> str:
    """By which metric a day is ranked: the first of those that are ranked of which there is something, or the first."""
    ranked = making.reports.ranked
    there = (key for key in ranked if value(making.session, making.asking, making.reports.metric(key), period))
    return next(there, ranked[0])


def sees_others(viewer: Actor, reports: Reports) -> bool:
    """Is there anybody beside him in the rankings that he gets?"""
    return viewer.scope(Verb.SEE_BOARD) > Scope.SELF or reports.open_rankings


def _key_figures(making: Making, wanted: Wanted) -> Content:
    reports = making.reports
    keys = reports.daily if wanted.kind is Kind.DAILY else reports.key_figures
    return KeyFigures(tuple(_figure(making, wanted, reports.metric(key)) for key in keys))


def _figure(making: Making, wanted: Wanted, metric: Metric) -> Figure:
    period = wanted.period
    periods = (period, period.before(), period.year_ago())
    asked = [(making.asking.as_then(period, each), each) for each in periods]
    now, before, year_ago = (each[""] for each in measure_each(making.session, metric, asked))
    target = making.target(target_of_all(making.asking, metric), metric, period)
    number = making.number(Behind(metric.key, period, wanted.pick, name=metric.name))
    return Figure(number, metric.name, metric.measure, now, before, year_ago, target, good_is_low=metric.good_is_low)


def _funnel(making: Making, wanted: Wanted) -> Content:
    first = making.reports.metric(making.reports.funnel[0].metric)
    stages = []
    for step in making.reports.funnel:
        metric = making.reports.metric(step.metric)
        count = int(value(making.session, making.asking, metric, wanted.period) or 0)
        cohort = came_so_far(making.session, making.asking, first, metric, wanted.period)
        behind = Behind(metric.key, wanted.period, wanted.pick, name=step.name)
        number = making.number(behind)
        of_cohort = making.number(replace(behind, cohort=first.key, name=f"这批走到{step.name}"))
        stages.append(FunnelStage(number, step.name, count, cohort, of_cohort))
    return Funnel(tuple(stages))


def _sources(making: Making, wanted: Wanted) -> Content:
    found = sources(making.session, making.asking, wanted.period, making.channels)

    def numbered(row: Source) -> Source:
        pick = replace(wanted.pick, channel=row.channel) if row.channel else wanted.pick
        by_first = replace(pick, last_touch=False)  # leads always are of the channel by which they came

        def number(own: Own, called: str, pick: Pick = pick) -> int:
            name = f"{row.channel or _TOGETHER} {called}"
            return making.number(Behind("", wanted.period, pick, name=name, own=own))

        return replace(
            row,
            number=number(Own.LEADS, "线索", by_first),
            applications_number=number(Own.APPLICATIONS, "进件"),
            lent_number=number(Own.LENT, "放款金额"),
            loans_number=number(Own.LOANS, "放款笔数"),
        )

    return replace(found, rows=tuple(map(numbered, found.rows)), total=numbered(found.total))


def _trend(making: Making, wanted: Wanted) -> Content:
    metric = making.reports.metric(wanted.metric)
    periods = (wanted.period, _whole_before(wanted.period))
    found = measure_each(making.session, metric, [(making.asking, each) for each in periods], By.DAY)
    days, before = (_by_day(each, period) for each, period in zip(found, periods, strict=True))
    making.number(Behind(metric.key, wanted.period, wanted.pick, name=metric.name))
    target = making.target(target_of_all(making.asking, metric), metric, wanted.period)
    return Trend(metric.name, metric.measure, days, tuple(each for _, each in before), target)


def _jams(making: Making, wanted: Wanted) -> Content:
    """What waits now, whatever days the board is about."""
    asking, picked = making.asking, bottlenecks.Pick(department=wanted.pick.department, product=wanted.pick.product)
    found = bottlenecks.bottlenecks(making.session, asking.viewer, picked, asking.as_of, MOST_JAMS)
    names = people.names(making.session, [spot.person_id for spot in found.people])

    def jam(spot: bottlenecks.Spot) -> Jam:
        there = (
            replace(picked, person=spot.person_id) if spot.person_id else replace(picked, node=spot.name, exact=True)
        )
        number = making.number(Behind("", wanted.period, wanted.pick, jam=bottlenecks.to_token(there), name=spot.name))
        days = Decimal(round(spot.average.total_seconds())) / _A_DAY
        return Jam(number, names.get(spot.person_id, spot.name), spot.count, spot.late, days)

    return Jams(found.count, found.late, tuple(map(jam, found.nodes)), tuple(map(jam, found.people)))


def _whole_before(period: Period) -> Period:
    """The period before, all of it: beside a month that runs it shows what is to come."""
    before = period.before()
    return replace(before, last=before.whole) if period.span is not Span.DAYS else before


def _by_day(found: Measured, period: Period) -> tuple[tuple[date, Value], ...]:
    return tuple((day, found.get(day.isoformat()) or 0) for day in period)


_MAKERS: dict[Kind, Callable[[Making, Wanted], Content]] = {
    Kind.DAILY: _key_figures,
    Kind.KEY: _key_figures,
    Kind.RANKING: ranking,
    Kind.FUNNEL: _funnel,
    Kind.SOURCES: _sources,
    Kind.TREND: _trend,
    Kind.JAMS: _jams,
}
