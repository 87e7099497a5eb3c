"""明细: the rows behind a number, down to the single lead or application, inside the scope of who asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from core.moments import day_of
from core.reports.asking import Asking, By
from core.reports.cohorts import cohort
from core.reports.measuring import instalments, narrowed, source_for, value
from core.reports.metrics import Aggregate, Event, Metric
from core.reports.results import Measure, Value
from core.reports.rows import rows_of, times
from core.reports.sources import LEAD, Source
from core.reports.sourcing import OWN
from core.reports.times_in_sql import china_day, days_between
from core.reports.wanted import Behind
from core.store.base import UtcDateTime

PAGE = 4
"""So many lines leave room for both buttons that turn the page."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing behind a number: the lead or the application, the day it happened, whose it is, and the amount in fen,
    if it has one; and how it counts: for which metric (`part`), where several are behind the number; of an average how
    many `days` it took; of first contacts whether it was made `in_time`; of instalments how much of it is paid."""

    letter: str
    number: int
    lead_id: int
    on: date
    person_id: int | None
    product: str | None
    amount_fen: int | None
    part: str = ""
    days: int | None = None
    in_time: bool | None = None
    paid_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """One of the figures that make a share."""

    name: str
    measure: Measure
    value: Value | None


@dataclass(frozen=True, slots=True)
class Share:
    """What a share is made of: the figures that are added up above, and those below."""

    part: tuple[Shared, ...]
    whole: tuple[Shared, ...]


@dataclass(frozen=True, slots=True)
class DetailPage:
    """One page of them, the newest first; `total` in all. `share`: how the number comes about, if it is a share."""

    page: int
    total: int
    lines: tuple[Detail, ...]
    share: Share | None = None


def detail_page(session: Session, asking: Asking, behind: Behind, page: int, size: int = PAGE) -> DetailPage:
    """Page `page` (from 1; the last one if there are fewer) of what is behind a number, as far as is known now.

    Raises:
        KeyError: the company does not have the metric any more (`Behind.is_defined`).
    """
    asking = replace(asking, pick=behind.pick)
    metrics, share = _behind(session, asking, behind)
    if any(metric.event in _BY_PLANS for metric in metrics):
        return _paged(_instalments(session, asking, behind, metrics, in_share=share is not None), page, size, share)
    rows, moments = _rows(session, asking, behind, metrics).subquery(), dict(times(asking, behind.period))
    total = session.scalar(select(func.count()).select_from(rows), moments) or 0
    page = max(min(page, -(-total // size)), 1)
    ordered = select(rows).order_by(rows.c.moment.desc(), rows.c.number.desc(), rows.c.part)
    found = session.execute(ordered.offset((page - 1) * size).limit(size), moments)
    lines = tuple(_detail(row, len(metrics), in_share=share is not None) for row in found)
    return DetailPage(page, total, lines, share)


_BY_PLANS = (Event.DUE, Event.DUE_PAID)
_SOME_OF = {Event.CONTACTED: Event.TO_CONTACT, Event.DUE_PAID: Event.DUE}
"""What is part of the rows of another event, which say themselves whether, or how much of them, is."""


def _behind(session: Session, asking: Asking, behind: Behind) -> tuple[tuple[Metric, ...], Share | None]:
    """The metrics whose rows are behind a number: of a share those of its whole, and of its parts those that are no
    rows of the whole."""
    if behind.cohort:
        return (asking.reports.metric(behind.cohort),), None
    if not behind.metric:
        return (OWN[behind.own],), None
    metric = asking.reports.metric(behind.metric)
    parts, whole = (tuple(narrowed(each, metric) for each in every) for every in asking.reports.of_events(metric))
    if not whole:
        return asking.reports.of_events(metric)[0], None

    def figures(metrics: Sequence[Metric]) -> tuple[Shared, ...]:
        return tuple(Shared(each.name, each.measure, value(session, asking, each, behind.period)) for each in metrics)

    within = {_same_rows(each) for each in whole}
    others = tuple(each for each in parts if _same_rows(each) not in within)
    return (*whole, *others), Share(figures(parts), figures(whole))


def _same_rows(metric: Metric) -> Metric:
    """The same of all metrics whose rows are rows of one of them."""
    event = _SOME_OF.get(metric.event, metric.event) if metric.event else None
    return replace(metric, event=event, key="", name="", synonyms=(), good_is_low=False)


def _rows(session: Session, asking: Asking, behind: Behind, metrics: Sequence[Metric]) -> Any:
    if behind.cohort:
        return _of_cohort(session, asking, behind, *metrics)
    each = [_of_metric(session, asking, behind, metric) for metric in metrics]
    return each[0] if len(each) == 1 else union_all(*each)


def _of_cohort(session: Session, asking: Asking, behind: Behind, arrived: Metric) -> Select[Any]:
    source = source_for(session, asking, arrived, behind.period)
    step = asking.reports.metric(behind.metric)
    return cohort(session, asking, arrived, step, behind.period, *_columns(source, arrived))


def _of_metric(session: Session, asking: Asking, behind: Behind, metric: Metric) -> Select[Any]:
    source = source_for(session, asking, metric, behind.period)
    columns = _columns(source, metric)
    return rows_of(source, asking, metric, By.NOTHING, *columns, with_lead=source.product_is_leads)


def _columns(source: Source, metric: Metric) -> tuple[ColumnElement[Any], ...]:
    """What is said of a row. Where it has nothing of a kind it says so with its type: PostgreSQL takes that of a union
    from the first two."""
    # Both kinds of time as text: a day sorts among its moments, and a union takes them together.
    moment = source.at if source.by_day else cast(source.at, String)
    then = source.at if source.by_day else china_day(source.at)
    took = days_between(china_day(LEAD.c.created_at), then) if metric.aggregate is Aggregate.DAYS else None
    return (
        literal(source.letter).label("letter"),
        source.number.label("number"),
        source.lead.label("lead"),
        moment.label("moment"),
        _or_nothing(source.at if not source.by_day else None, UtcDateTime()).label("at"),
        _or_nothing(source.at if source.by_day else None, String()).label("day"),
        source.person.label("person"),
        source.product.label("product"),
        _or_nothing(source.amount, BigInteger()).label("amount"),
        literal(metric.name).label("part"),
        _or_nothing(took, Integer()).label("days"),
        _or_nothing(source.in_time, Boolean()).label("in_time"),
    )


def _or_nothing(column: ColumnElement[Any] | None, of: TypeEngine[Any]) -> ColumnElement[Any]:
    return column if column is not None else cast(null(), of)


def _detail(row: Any, parts: int, *, in_share: bool) -> Detail:
    on = date.fromisoformat(row.day) if row.day else day_of(row.at)
    part = row.part if parts > 1 else ""
    in_time = row.in_time if in_share else None
    return Detail(row.letter, row.number, row.lead, on, row.person, row.product, row.amount, part, row.days, in_time)


def _instalments(
    session: Session, asking: Asking, behind: Behind, metrics: Sequence[Metric], *, in_share: bool
) -> list[Detail]:
    """What fell due and all else that is behind it, the newest first; with what is owed of each (of a share also how
    much of that is paid), or of what is paid has been paid."""
    others = [metric for metric in metrics if metric.event not in _BY_PLANS]
    found = []
    if others:
        rows = session.execute(_rows(session, asking, behind, others), dict(times(asking, behind.period)))
        found += [_detail(row, len(metrics), in_share=in_share) for row in rows]
    for metric in (metric for metric in metrics if metric.event in _BY_PLANS):
        part = metric.name if len(metrics) > 1 else ""
        for each in instalments(session, asking, metric, behind.period):
            owed = metric.event is Event.DUE
            fen, paid = each.owed_fen if owed else each.paid_fen, each.paid_fen if owed and in_share else None
            if fen:
                number, (lead, owner, product) = each.loan[0], each.loan[-3:]
                found.append(Detail("A", number, lead, each.on, owner, product, fen, part, paid_fen=paid))
    return sorted(found, key=lambda one: (one.on, one.number), reverse=True)


def _paged(found: Sequence[Detail], page: int, size: int, share: Share | None) -> DetailPage:
    page = max(min(page, -(-len(found) // size)), 1)
    return DetailPage(page, len(found), tuple(found[(page - 1) * size : page * size]), share)
