"""The rows that a metric counts, as statements: of a source those of a period, as far as who asks may see them and
picks them. The times are parameters (`times`), so that a statement serves every period.

What a report shows is bound by `Verb.SEE_BOARD` through `owner_filter`, as every list is; what belongs to nobody (a
lead that waits) is seen only by who sees everything.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Literal, TypeAlias, assert_never

from sqlalchemy import ColumnElement, FromClause, Select, String, and_, bindparam, func, or_, select

from core.leads.models import Touch
from core.people.models import Department, Person
from core.people.policy import Verb, owner_filter
from core.reports.asking import CITY, UNKNOWN, Asking, By, Pick
from core.reports.due import TERMS
from core.reports.metrics import Aggregate, Metric
from core.reports.periods import Period
from core.reports.sources import CONTACT_BY, LEAD, Source
from core.reports.times_in_sql import china_day
from core.store.base import UtcDateTime, table_of

_P, _D, _T = table_of(Person), table_of(Department), table_of(Touch)
KEY = "broken_down_by"
"""The label of what the rows are broken down by. They are grouped by it, for the expression written out once more has
other parameters, and PostgreSQL sees another expression."""
_AN_INSTANT = timedelta(microseconds=1)
_Broken: TypeAlias = Literal[By.PERSON, By.DEPARTMENT, By.CHANNEL, By.PRODUCT, By.REGION, By.DAY]


def times(asking: Asking, period: Period) -> Mapping[str, Any]:
    """The parameters of a statement: the period, up to the moment of which is reported, that included."""
    return {
        "begins": period.begins,
        "until": min(period.ends, asking.as_of + _AN_INSTANT),
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        CONTACT_BY: asking.as_of - asking.reports.first_contact,
    }


def rows_of(
    source: Source,
    asking: Asking,
    metric: Metric,
    by: By,
    *columns: ColumnElement[Any],
    with_lead: bool = False,
) -> Select[Any]:
    """What counts of the source, with these columns, after the key of `by`. `with_lead`: they want the lead joined."""
    key = () if by is By.NOTHING else (_key(source, asking, by).label(KEY),)
    conditions = (*source.holds, *_counted(source, metric), *_when(source), *picked(source, asking, metric))
    asked = (*key, *columns, *conditions)
    return select(*key, *columns).select_from(_joined(source, asking, metric, by, asked, with_lead)).where(*conditions)


def loans_of(source: Source, asking: Asking, metric: Metric, by: By, *columns: ColumnElement[Any]) -> Select[Any]:
    """The loans of the source of what fell due, whenever that was: their terms, the key of `by` and these columns. By
    day there is no key: it is that of each instalment."""
    key = () if by is By.NOTHING or by is By.DAY else (_key(source, asking, by).label(KEY),)
    conditions = (*source.holds, *picked(source, asking, metric))
    return select(*TERMS, *key, *columns).select_from(_joined(source, asking, metric, by, ())).where(*conditions)


def _counted(source: Source, metric: Metric) -> tuple[ColumnElement[bool], ...]:
    return () if metric.aggregate is Aggregate.SUM else source.once


def _when(source: Source) -> tuple[ColumnElement[bool], ...]:
    if source.by_day:
        first, last = (bindparam(name, type_=String()) for name in ("first", "last"))
        return source.at >= first, source.at <= last
    begins, until = (bindparam(name, type_=UtcDateTime()) for name in ("begins", "until"))
    return source.at >= begins, source.at < until


def _joined(
    source: Source,
    asking: Asking,
    metric: Metric,
    by: By,
    asked: Iterable[ColumnElement[Any]],
    with_lead: bool = False,
) -> FromClause:
    """The rows with what is asked of them, and nothing more: each join is paid for by row."""
    pick = asking.pick
    wants_lead = (
        with_lead
        or bool(pick.channel or pick.region or metric.channels or metric.regions)
        or by in (By.CHANNEL, By.REGION)
        or metric.aggregate is Aggregate.DAYS
        or (source.product_is_leads and bool(pick.product or metric.products or by is By.PRODUCT))
    )
    wants_person = by is By.DEPARTMENT or not asking.sees_all
    if wants_lead:
        joined = source.with_lead()
    elif source.asks_application((*asked, source.person) if wants_person else asked):
        joined = source.with_application()
    else:
        joined = source.rows
    if wants_person:
        joined = joined.join(_P, _P.c.id == source.person).join(_D, _D.c.id == _P.c.department_id)
    return joined


def _key(source: Source, asking: Asking, by: _Broken) -> ColumnElement[Any]:
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
        case By.DAY:
            return source.at if source.by_day else china_day(source.at)
        case _:
            assert_never(by)


def _channel(source: Source, pick: Pick) -> ColumnElement[Any]:
    if not pick.last_touch:
        return LEAD.c.channel
    before = china_day(_T.c.at) <= source.at if source.by_day else _T.c.at <= source.at
    came = select(_T.c.channel).where(_T.c.lead_id == LEAD.c.id, before).order_by(_T.c.at.desc(), _T.c.id.desc())
    return func.coalesce(came.limit(1).correlate_except(_T).scalar_subquery(), LEAD.c.channel)


def picked(source: Source, asking: Asking, metric: Metric) -> tuple[ColumnElement[bool], ...]:
    """What of the source is asked for, is the metric's, and may be seen."""
    return (*_picked(source, asking), *only(source, metric), *_seen(asking))


def _picked(source: Source, asking: Asking) -> list[ColumnElement[bool]]:
    pick = asking.pick
    parts: list[ColumnElement[bool]] = []
    if pick.department:
        parts.append(_is_within(pick.department))
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


def _is_within(department: str) -> ColumnElement[bool]:
    """The joined department is this one, or below it."""
    below = f"{department}/"  # not LIKE: as in `owner_filter`
    return or_(_D.c.path == department, func.substr(_D.c.path, 1, len(below)) == below)


def only(source: Source, metric: Metric) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if metric.products:
        parts.append(or_(*(source.product == each for each in metric.products)))
    if metric.channels:
        parts.append(or_(*(LEAD.c.channel == each for each in metric.channels)))
    if metric.regions:
        parts.append(or_(*(func.substr(LEAD.c.region, 1, len(each)) == each for each in metric.regions)))
    return parts


def _seen(asking: Asking) -> list[ColumnElement[bool]]:
    if asking.sees_all:
        return []
    mine = owner_filter(asking.viewer, Verb.SEE_BOARD)
    return [or_(mine, and_(_D.c.path == asking.viewer.department)) if asking.colleagues else mine]
