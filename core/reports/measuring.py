"""Metrics measured: over a period, of all that somebody may see and asks for, in one number or by person, department,
channel, product, region or day. Reads only, and counted by the database.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, assert_never

from sqlalchemy import ColumnElement, func, literal
from sqlalchemy.orm import Session

from core.moments import day_of
from core.people.policy import Actor, Role
from core.reports.asking import Asking, By, Pick
from core.reports.due import Instalments, fell_due
from core.reports.metrics import Aggregate, Event, Metric, Reports, share
from core.reports.periods import Period
from core.reports.results import Value
from core.reports.rows import KEY, loans_of, rows_of, times
from core.reports.sources import LEAD, Asked, Source, source_of, stages_called
from core.reports.times_in_sql import china_day, days_between
from core.store.base import NO_TIME
from core.store.database import dialect_of
from core.store.prepared import Prepared

_EVERYTHING = Actor(0, "", "", frozenset({Role.ADMIN}))
"""Whoever sees everything: to a statement it does not matter who that is."""
_MANY_DAYS = 31
"""Of more days SQLite finds what is first of its kind of all at once. (Measured with a million follow-ups in thirteen
months: first ones of a month 160 ms row by row and 280 of all; of a year 1,960 and 280.)"""
Measured = dict[Any, Value | None]


def measure(session: Session, asking: Asking, metric: Metric, period: Period, by: By = By.NOTHING) -> Measured:
    """The metric over the period by `by`: by person's number, department's path, channel, product's key (None:
    unknown), city's code, day (`2026-11-24`). Where nothing happened there is no key; of `By.NOTHING` the key is "".

    A count of nothing is 0; a sum is in fen; a share or an average of nothing is None.
    """
    return measure_each(session, metric, [(asking, period)], by)[0]


def measure_each(
    session: Session, metric: Metric, asked: Sequence[tuple[Asking, Period]], by: By = By.NOTHING
) -> list[Measured]:
    """As `measure`, over several periods, of each of which is asked as it says: what fell due in them, and what of it
    is paid, is worked out at once."""
    dues = _Dues(session, asked, by)
    return [_measured(session, metric, asking, period, by, dues) for asking, period in asked]


def _measured(session: Session, metric: Metric, asking: Asking, period: Period, by: By, dues: "_Dues") -> Measured:
    parts, whole = asking.reports.of_events(metric)
    if not whole:
        return _one(session, asking, parts[0], period, by, dues)
    of_parts = [_one(session, asking, narrowed(each, metric), period, by, dues) for each in parts]
    of_whole = [_one(session, asking, narrowed(each, metric), period, by, dues) for each in whole]
    keys = {key for each in (*of_parts, *of_whole) for key in each}
    return {key: share(_at(key, of_parts), _at(key, of_whole)) for key in keys}


def value(session: Session, asking: Asking, metric: Metric, period: Period) -> Value | None:
    """The metric in one number."""
    return measure(session, asking, metric, period)[""]


def _at(key: Any, several: Collection[Mapping[Any, Value | None]]) -> list[int | None]:
    return [int(each.get(key) or 0) for each in several]


def narrowed(part: Metric, of_share: Metric) -> Metric:
    """A part of a share, of what the share is of."""
    return replace(
        part,
        products=of_share.products or part.products,
        channels=of_share.channels or part.channels,
        regions=of_share.regions or part.regions,
    )


def _one(session: Session, asking: Asking, metric: Metric, period: Period, by: By, dues: "_Dues") -> Measured:
    if metric.event in (Event.DUE, Event.DUE_PAID):
        return dues.measured(asking, metric, period)
    statement = _statement(metric, by, *_bound_by(session, asking, metric, period))
    rows = statement.rows(session, times(asking, period))
    if by is By.NOTHING:
        return {"": _valued(metric, *rows[0])}
    return {key: _valued(metric, count, total) for key, count, total in rows}


def _bound_by(
    session: Session, asking: Asking, metric: Metric, period: Period
) -> tuple[Asked, Pick, Actor | None, bool]:
    """What a statement hangs on beside the metric and the times."""
    viewer = None if asking.sees_all else asking.viewer
    return asked_of(session, asking, metric, period), asking.pick, viewer, asking.colleagues


@lru_cache(maxsize=1024)
def _statement(metric: Metric, by: By, asked: Asked, pick: Pick, viewer: Actor | None, colleagues: bool) -> Prepared:
    """The statement that measures. A board asks for the same over several periods, and makes dozens of them: putting
    one together takes longer than the database needs for its answer."""
    if metric.event is None:
        raise ValueError(f"{metric.key} is a share: it has no rows of its own")
    source = source_of(metric.event, asked)
    asking = Asking(viewer or _EVERYTHING, pick, Reports(), NO_TIME, colleagues)
    statement = rows_of(source, asking, metric, by, *_figures(source, metric))
    return Prepared(statement if by is By.NOTHING else statement.group_by(KEY))


def instalments(session: Session, asking: Asking, metric: Metric, period: Period) -> Iterator[Instalments]:
    """The instalments behind what fell due, each of a loan read with its lead, owner and product, in this order."""
    source = source_for(session, asking, metric, period)
    columns = (source.lead, source.person, source.product)
    loans = loans_of(source, _first_touch(asking), metric, By.NOTHING, *columns)
    return fell_due(session, loans, [period], day_of(asking.as_of), each=True)


class _Dues:
    """What fell due in several periods and what of it is paid: worked out when it is asked for, and only once."""

    def __init__(self, session: Session, asked: Sequence[tuple[Asking, Period]], by: By) -> None:
        self._session, self._asked, self._by = session, asked, by
        self._found: dict[Any, dict[Any, tuple[int, int]]] = {}

    def measured(self, asking: Asking, metric: Metric, period: Period) -> Measured:
        of = replace(metric, event=Event.DUE, key="", name="", synonyms=())  # of both events the loans are the same
        if (of, asking, period) not in self._found:
            self._work_out(of, asking)
        paid = metric.event is Event.DUE_PAID
        found = {key: fen[paid] for key, fen in self._found[of, asking, period].items()}
        return {"": 0, **found} if self._by is By.NOTHING else dict(found)

    def _work_out(self, metric: Metric, asking: Asking) -> None:
        """Of all periods of which he asks as of then."""
        periods = [period for other, period in self._asked if other == asking]
        source = source_for(self._session, asking, metric, periods[0])
        loans = loans_of(source, _first_touch(asking), metric, self._by)
        by_day = self._by is By.DAY
        found: list[dict[Any, tuple[int, int]]] = [{} for _ in periods]
        for one in fell_due(self._session, loans, periods, day_of(asking.as_of), each=by_day):
            key = one.on.isoformat() if by_day else "" if self._by is By.NOTHING else one.loan[-1]
            owed, paid = found[one.place].get(key, (0, 0))
            found[one.place][key] = owed + one.owed_fen, paid + one.paid_fen
        self._found.update(((metric, asking, period), each) for period, each in zip(periods, found, strict=True))


def _first_touch(asking: Asking) -> Asking:
    return replace(asking, pick=replace(asking.pick, last_touch=False))


def _figures(source: Source, metric: Metric) -> list[ColumnElement[Any]]:
    total: ColumnElement[Any] = literal(0)
    if metric.aggregate is Aggregate.SUM and source.amount is not None:
        total = func.coalesce(func.sum(source.amount), 0)
    elif metric.aggregate is Aggregate.DAYS:
        then = source.at if source.by_day else china_day(source.at)
        total = func.coalesce(func.sum(days_between(china_day(LEAD.c.created_at), then)), 0)
    return [func.count(), total]


def _valued(metric: Metric, count: int, total: Any) -> Value | None:
    match metric.aggregate:
        case Aggregate.SUM:
            return int(total)
        case Aggregate.DAYS:
            return Decimal(str(total)) / count if count else None
        case Aggregate.COUNT:
            return count
        case Aggregate.SHARE:
            raise ValueError(f"{metric.key} is a share: it has no rows of its own")
        case _:
            assert_never(metric.aggregate)


def source_for(session: Session, asking: Asking, metric: Metric, period: Period) -> Source:
    """Where the rows of the metric stand that is asked for over this period."""
    if metric.event is None:
        raise ValueError(f"{metric.key} is a share: it has no rows of its own")
    return source_of(metric.event, asked_of(session, asking, metric, period))


def asked_of(session: Session, asking: Asking, metric: Metric, period: Period) -> Asked:
    """What the source of the metric has to know."""
    stages = stages_called(session, metric.stages)
    many = period.days > _MANY_DAYS and dialect_of(session) == "sqlite"  # PostgreSQL's planner sees to it itself
    return Asked(stages, asking.reports.first_contact, many)
