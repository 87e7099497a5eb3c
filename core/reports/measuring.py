"""Metrics measured: over a period, of all that somebody may see and asks for, in one number or by person, department,
channel, product, region or day. Reads only, and counted by the database.

What a report shows is bound by `Verb.SEE_BOARD` through `owner_filter`, as every list is; what belongs to nobody (a
lead that waits) is seen only by who sees everything.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from core.leads.models import Touch
from core.people.models import Department, Person
from core.people.policy import Actor, Scope, Verb, owner_filter
from core.reports.china_days import china_day, days_between
from core.reports.due import FellDue, fell_due
from core.reports.metrics import Aggregate, Event, Metric, Reports, share
from core.reports.periods import Period
from core.reports.results import Value
from core.reports.sources import LEAD, Asked, Source, source_of
from core.store.base import UtcDateTime, table_of

_P, _D, _T = table_of(Person), table_of(Department), table_of(Touch)
UNKNOWN = "-"
"""What is picked as product or region where none is known."""
_KEY = "broken_down_by"
CITY = 4
"""So many digits of a region's code are its 盟市."""


class By(StrEnum):
    """What a metric is broken down by; the values stand in buttons and snapshots."""

    NOTHING = ""
    PERSON = "person"
    DEPARTMENT = "department"
    CHANNEL = "channel"
    PRODUCT = "product"
    REGION = "region"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Pick:
    """Of what is asked; empty is all. `department`: a path, with all below it; `person`: who is credited; `product` by
    key, `channel` by name, `region` a prefix of its code. `last_touch`: a channel is that of
    the last arrival before it happened, instead of the first one."""

    department: str = ""
    person: int = 0
    product: str = ""
    channel: str = ""
    region: str = ""
    last_touch: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, of what, by which definitions, as of when. `colleagues`: he may see how the others of his own
    department rank, though not what is behind it."""

    viewer: Actor
    pick: Pick
    reports: Reports
    as_of: datetime
    colleagues: bool = False

    @property
    def sees_all(self) -> bool:
        """Does he see what belongs to nobody too, and asks for it?"""
        return self.viewer.scope(Verb.SEE_BOARD) == Scope.ALL and not self.pick.department and not self.pick.person


Measured = dict[Any, Value | None]


def measure(session: Session, asking: Asking, metric: Metric, period: Period, by: By = By.NOTHING) -> Measured:
    """The metric over the period by `by`: by person's number, department's path, channel, product's key (None:
    unknown), city's code, day (`2026-11-24`). Where nothing happened there is no key; of `By.NOTHING` the key is "".

    A count of nothing is 0; a sum is in fen; a share or an average of nothing is None.
    """
    parts, whole = asking.reports.of_events(metric)
    if not whole:
        return _one(session, asking, parts[0], period, by)
    of_parts = [_one(session, asking, _narrowed(each, metric), period, by) for each in parts]
    of_whole = [_one(session, asking, _narrowed(each, metric), period, by) for each in whole]
    keys = {key for each in (*of_parts, *of_whole) for key in each}
    return {key: share(_at(key, of_parts), _at(key, of_whole)) for key in keys}


def value(session: Session, asking: Asking, metric: Metric, period: Period) -> Value | None:
    """The metric in one number."""
    return measure(session, asking, metric, period)[""]


def _at(key: Any, several: Collection[Mapping[Any, Value | None]]) -> list[int | None]:
    return [int(each.get(key) or 0) for each in several]


def _narrowed(part: Metric, of_share: Metric) -> Metric:
    """A part of a share, of what the share is of."""
    return replace(
        part,
        products=of_share.products or part.products,
        channels=of_share.channels or part.channels,
        regions=of_share.regions or part.regions,
    )


def _one(session: Session, asking: Asking, metric: Metric, period: Period, by: By) -> Measured:
    if metric.event in (Event.DUE, Event.DUE_PAID):
        return _due(session, asking, metric, period, by)
    source = source_for(session, asking, metric)
    statement = rows_of(source, asking, metric, period, by, *_figures(source, metric))
    if by is By.NOTHING:
        count, total = session.execute(statement).one()
        return {"": _valued(metric, count, total)}
    # By its name: written out once more, its parameters would be others, and PostgreSQL sees another expression.
    grouped = statement.group_by(_KEY)
    return {key: _valued(metric, count, total) for key, count, total in session.execute(grouped)}


def instalments(session: Session, asking: Asking, metric: Metric, period: Period) -> Iterator[FellDue]:
    """The instalments behind what fell due."""
    asking = replace(asking, pick=replace(asking.pick, last_touch=False))
    source = source_for(session, asking, metric)
    conditions = (*_picked(source, asking), *_only(source, metric), *_seen(asking))
    return fell_due(session, period, asking.as_of, conditions)


def _due(session: Session, asking: Asking, metric: Metric, period: Period, by: By) -> Measured:
    found: dict[Any, int] = {"": 0} if by is By.NOTHING else {}
    for each in instalments(session, asking, metric, period):
        key = _DUE_KEYS[by](each)
        found[key] = found.get(key, 0) + (each.owed_fen if metric.event is Event.DUE else each.paid_fen)
    return dict(found)


_DUE_KEYS: dict[By, Callable[[FellDue], Any]] = {
    By.NOTHING: lambda _each: "",
    By.PERSON: lambda each: each.owner_id,
    By.DEPARTMENT: lambda each: each.department,
    By.CHANNEL: lambda each: each.channel,
    By.PRODUCT: lambda each: each.product,
    By.REGION: lambda each: each.region[:CITY] if each.region else None,
    By.DAY: lambda each: each.on.isoformat(),
}


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
        case _:
            return count


def source_for(session: Session, asking: Asking, metric: Metric) -> Source:
    """Where the rows of the metric stand."""
    if metric.event is None:
        raise ValueError(f"{metric.key} is a share: it has no rows of its own")
    asked = Asked(session, metric.stages, asking.as_of, asking.reports.first_contact)
    return source_of(metric.event, asked)


def rows_of(
    source: Source,
    asking: Asking,
    metric: Metric,
    period: Period,
    by: By,
    *columns: ColumnElement[Any],
    with_lead: bool = False,
) -> Select[Any]:
    """What counts of the source, with these columns, after the key of `by`. `with_lead`: they want the lead joined."""
    key = () if by is By.NOTHING else (_key(source, asking, by).label(_KEY),)
    conditions = (*source.holds, *_counted(source, metric), *_when(source, asking, period), *_picked(source, asking))
    conditions = (*conditions, *_only(source, metric), *_seen(asking))
    return select(*key, *columns).select_from(_joined(source, asking, metric, by, with_lead)).where(*conditions)


def _counted(source: Source, metric: Metric) -> tuple[ColumnElement[bool], ...]:
    return () if metric.aggregate is Aggregate.SUM else source.once


def _when(source: Source, asking: Asking, period: Period) -> tuple[ColumnElement[bool], ...]:
    if source.by_day:
        return source.at >= period.first.isoformat(), source.at <= period.last.isoformat()
    begun = source.at >= literal(period.begins, UtcDateTime())
    if asking.as_of < period.ends:
        return begun, source.at <= literal(asking.as_of, UtcDateTime())
    return begun, source.at < literal(period.ends, UtcDateTime())


def _joined(source: Source, asking: Asking, metric: Metric, by: By, with_lead: bool) -> FromClause:
    """The rows with what is asked of them, and nothing more: each join is paid for by row."""
    pick = asking.pick
    wants_lead = (
        with_lead
        or bool(pick.channel or pick.region or metric.channels or metric.regions)
        or by in (By.CHANNEL, By.REGION)
        or metric.aggregate is Aggregate.DAYS
        or (source.product_is_leads and bool(pick.product or metric.products or by is By.PRODUCT))
    )
    joined = source.with_lead() if wants_lead else source.rows
    if by is By.DEPARTMENT or not asking.sees_all:
        joined = joined.join(_P, _P.c.id == source.person).join(_D, _D.c.id == _P.c.department_id)
    return joined


def _key(source: Source, asking: Asking, by: By) -> ColumnElement[Any]:
    match by:
        case By.PERSON:
            return source.person
        case By.DEPARTMENT:
            return _D.c.path
        case By.CHANNEL:
            return _channel(source, asking.pick)
        case By.PRODUCT:
            return source.product
        case By.REGION:
            return func.substr(LEAD.c.region, 1, CITY)
        case _:
            return source.at if source.by_day else china_day(source.at)


def _channel(source: Source, pick: Pick) -> ColumnElement[Any]:
    if not pick.last_touch:
        return LEAD.c.channel
    before = china_day(_T.c.at) <= source.at if source.by_day else _T.c.at <= source.at
    came = select(_T.c.channel).where(_T.c.lead_id == LEAD.c.id, before).order_by(_T.c.at.desc(), _T.c.id.desc())
    return func.coalesce(came.limit(1).correlate_except(_T).scalar_subquery(), LEAD.c.channel)


def _picked(source: Source, asking: Asking) -> list[ColumnElement[bool]]:
    pick = asking.pick
    parts: list[ColumnElement[bool]] = []
    if pick.department:
        parts.append(is_within(pick.department))
    if pick.person:
        parts.append(source.person == pick.person)
    if pick.product:
        parts.append(source.product.is_(None) if pick.product == UNKNOWN else source.product == pick.product)
    if pick.channel:
        parts.append(_channel(source, pick) == pick.channel)
    if pick.region:
        within = func.substr(LEAD.c.region, 1, len(pick.region)) == pick.region
        parts.append(LEAD.c.region.is_(None) if pick.region == UNKNOWN else within)
    return parts


def is_within(department: str) -> ColumnElement[bool]:
    """The joined department is this one, or below it."""
    below = f"{department}/"  # not LIKE: as in `owner_filter`
    return or_(_D.c.path == department, func.substr(_D.c.path, 1, len(below)) == below)


def _only(source: Source, metric: Metric) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if metric.products:
        parts.append(source.product.in_(metric.products))
    if metric.channels:
        parts.append(LEAD.c.channel.in_(metric.channels))
    if metric.regions:
        parts.append(or_(*(func.substr(LEAD.c.region, 1, len(each)) == each for each in metric.regions)))
    return parts


def _seen(asking: Asking) -> list[ColumnElement[bool]]:
    if asking.sees_all:
        return []
    mine = owner_filter(asking.viewer, Verb.SEE_BOARD)
    return [or_(mine, and_(_D.c.path == asking.viewer.department)) if asking.colleagues else mine]
