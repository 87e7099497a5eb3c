"""明细: the rows behind a number, down to the single lead or application, inside the scope of who asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from core.moments import day_of
from core.reports.asking import Asking, By
from core.reports.measuring import instalments, narrowed, source_for
from core.reports.metrics import Event, Metric
from core.reports.rows import rows_of, times
from core.reports.sourcing import ARRIVED
from core.reports.wanted import Behind

PAGE = 4
"""So many lines leave room for both buttons that turn the page."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing behind a number: the lead or the application, the day it happened, whose it is, and the amount in fen,
    if it has one. `part`: the metric it counts for, where a share is of several."""

    letter: str
    number: int
    lead_id: int
    on: date
    person_id: int | None
    product: str | None
    amount_fen: int | None
    part: str = ""


@dataclass(frozen=True, slots=True)
class DetailPage:
    """One page of them, the newest first; `total` in all."""

    page: int
    total: int
    lines: tuple[Detail, ...]


def metrics_behind(asking: Asking, behind: Behind) -> tuple[Metric, ...]:
    """The metrics whose rows are behind a number: of a share those of its whole, of what the share is of.

    Raises:
        KeyError: the company does not have the metric any more.
    """
    if not behind.metric:
        return (ARRIVED,)
    metric = asking.reports.metric(behind.metric)
    parts, whole = asking.reports.of_events(metric)
    return tuple(narrowed(each, metric) for each in whole) or parts


def detail_page(session: Session, asking: Asking, behind: Behind, page: int, size: int = PAGE) -> DetailPage:
    """Page `page` (from 1; the last one if there are fewer) of what is behind a number, as far as is known now."""
    metrics = metrics_behind(asking, behind)
    if any(metric.event in _BY_PLANS for metric in metrics):
        return _paged(_instalments(session, asking, behind, metrics), page, size)
    rows, moments = _rows(session, asking, behind, metrics).subquery(), dict(times(asking, behind.period))
    total = session.scalar(select(func.count()).select_from(rows), moments) or 0
    page = max(min(page, -(-total // size)), 1)
    ordered = select(rows).order_by(rows.c.moment.desc(), rows.c.number.desc(), rows.c.part)
    found = session.execute(ordered.offset((page - 1) * size).limit(size), moments)
    return DetailPage(page, total, tuple(_detail(row, len(metrics)) for row in found))


_BY_PLANS = (Event.DUE, Event.DUE_PAID)


def _rows(session: Session, asking: Asking, behind: Behind, metrics: Sequence[Metric]) -> Any:
    each = [_of_metric(session, asking, behind, metric) for metric in metrics]
    return each[0] if len(each) == 1 else union_all(*each)


def _of_metric(session: Session, asking: Asking, behind: Behind, metric: Metric) -> Select[Any]:
    asking = replace(asking, pick=behind.pick)
    source = source_for(session, asking, metric, behind.period)
    # Both kinds of time as text: a day sorts among its moments, and a union takes them together.
    moment = source.at if source.by_day else cast(source.at, String)
    columns = (
        literal(source.letter).label("letter"),
        source.number.label("number"),
        source.lead.label("lead"),
        moment.label("moment"),
        (source.at if not source.by_day else null()).label("at"),
        (source.at if source.by_day else null()).label("day"),
        source.person.label("person"),
        source.product.label("product"),
        (source.amount if source.amount is not None else null()).label("amount"),
        literal(metric.name).label("part"),
    )
    return rows_of(source, asking, metric, By.NOTHING, *columns, with_lead=source.product_is_leads)


def _detail(row: Any, parts: int) -> Detail:
    on = date.fromisoformat(row.day) if row.day else day_of(row.at)
    part = row.part if parts > 1 else ""
    return Detail(row.letter, row.number, row.lead, on, row.person, row.product, row.amount, part)


def _instalments(session: Session, asking: Asking, behind: Behind, metrics: Sequence[Metric]) -> list[Detail]:
    """What fell due and all else that is behind it, the newest first; with what is owed of each, or (of what is paid)
    has been paid."""
    others = [metric for metric in metrics if metric.event not in _BY_PLANS]
    found = []
    if others:
        rows = session.execute(_rows(session, asking, behind, others), dict(times(asking, behind.period)))
        found += [_detail(row, len(metrics)) for row in rows]
    asking = replace(asking, pick=behind.pick)
    for metric in (metric for metric in metrics if metric.event in _BY_PLANS):
        part = metric.name if len(metrics) > 1 else ""
        for each in instalments(session, asking, metric, behind.period):
            fen = each.owed_fen if metric.event is Event.DUE else each.paid_fen
            if fen:
                number, (lead, owner, product) = each.loan[0], each.loan[-3:]
                found.append(Detail("A", number, lead, each.on, owner, product, fen, part))
    return sorted(found, key=lambda one: (one.on, one.number), reverse=True)


def _paged(found: Sequence[Detail], page: int, size: int) -> DetailPage:
    page = max(min(page, -(-len(found) // size)), 1)
    return DetailPage(page, len(found), tuple(found[(page - 1) * size : page * size]))
