"""How far those have come that came in within a period: of the same leads, whenever they got there."""

from sqlalchemy import func, literal, select
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
    came = source_for(session, asking, arrived, period)
    leads = rows_of(came, asking, arrived, By.NOTHING, came.lead.label("lead")).subquery()
    if step.key == arrived.key:
        return session.scalar(select(func.count(leads.c.lead.distinct())), dict(times(asking, period))) or 0
    source = source_for(session, asking, step, of_days(period.first, day_of(asking.as_of)))
    since = period.first.isoformat() if source.by_day else literal(period.begins, UtcDateTime())
    conditions = [*source.holds, *source.once, *only(source, step), source.at >= since]
    now = day_of(asking.as_of).isoformat() if source.by_day else literal(asking.as_of, UtcDateTime())
    conditions.append(source.at <= now)
    rows = source.with_lead() if step.products or step.channels or step.regions else source.with_application()
    reached = select(source.lead.label("lead")).select_from(rows).where(*conditions).subquery()
    wanted = select(func.count(leads.c.lead.distinct())).where(leads.c.lead.in_(select(reached.c.lead)))
    return session.scalar(wanted, dict(times(asking, period))) or 0
