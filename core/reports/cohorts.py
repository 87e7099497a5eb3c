"""How far those have come that came in within a period: of the same leads, whenever they got there."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from core.moments import day_of
from core.reports.asking import Asking, By
from core.reports.measuring import source_for
from core.reports.metrics import Metric
from core.reports.periods import Period, of_days
from core.reports.rows import only, rows_of, times
from core.store.base import UtcDateTime


def came_so_far(session: Session, asking: Asking, arrived: Metric, step: Metric, period: Period) -> int:
    """How many of the leads of `arrived` in the period have come to `step` since, by whomever."""
    leads = _came(session, asking, arrived, step, period).subquery()
    return session.scalar(select(func.count(leads.c.of_lead.distinct())), dict(times(asking, period))) or 0


def cohort(
    session: Session, asking: Asking, arrived: Metric, step: Metric, period: Period, *columns: ColumnElement[Any]
) -> Select[Any]:
    """These leads, each once (of several rows of `arrived` by its last), with these columns of `arrived`'s source."""
    came = source_for(session, asking, arrived, period)
    last = func.row_number().over(partition_by=came.lead, order_by=(came.at.desc(), came.number.desc()))
    found = _came(session, asking, arrived, step, period, last.label("turn"), *columns).subquery()
    return select(*(found.c[column.name] for column in columns)).where(found.c.turn == 1)


def _came(
    session: Session, asking: Asking, arrived: Metric, step: Metric, period: Period, *columns: ColumnElement[Any]
) -> Select[Any]:
    """The rows of `arrived` of leads that have come to `step` since."""
    came = source_for(session, asking, arrived, period)
    wanted = (came.lead.label("of_lead"), *columns)
    rows = rows_of(came, asking, arrived, By.NOTHING, *wanted, with_lead=bool(columns) and came.product_is_leads)
    if step.key == arrived.key:
        return rows
    return rows.where(came.lead.in_(_reached(session, asking, step, period)))


def _reached(session: Session, asking: Asking, step: Metric, period: Period) -> Select[Any]:
    """The leads that came to the step from the period's first day until the moment of which is reported."""
    source = source_for(session, asking, step, of_days(period.first, day_of(asking.as_of)))
    since = period.first.isoformat() if source.by_day else literal(period.begins, UtcDateTime())
    now = day_of(asking.as_of).isoformat() if source.by_day else literal(asking.as_of, UtcDateTime())
    conditions = (*source.holds, *source.once, *only(source, step), source.at >= since, source.at <= now)
    rows = source.with_lead() if step.products or step.channels or step.regions else source.with_application()
    return select(source.lead).select_from(rows).where(*conditions)
