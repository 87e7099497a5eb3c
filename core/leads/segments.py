"""我的客户 and 部门客户: leads picked by grade, tags, product, region, amount, days without follow-up and what is due.

A `Segment` is what somebody asked for, in the company's own names; it is turned into one condition over `lead`. Of a
person's own leads, or of those of everybody he looks after. What waits in a pool has no owner and is in none.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from core.calendar import day_start
from core.leads.models import IS_OPEN, Customer, Lead
from core.leads.queries import PAGE, STARS, OwnLead, last_page, opened_name
from core.leads.tagged import has_tag, is_within, marks_of
from core.leads.tags import Tagging
from core.people.models import Department, Person
from core.people.policy import Actor, Scope, Verb, owner_filter
from core.privacy import Vault, mask_name
from core.store.base import UtcDateTime, table_of

COUNTED = 1000  # a search over a whole company counts no further: nobody looks through that many
MOST_OF_EACH = 5  # so many tags, products, … may one search name
DAY = timedelta(days=1)

_L = table_of(Lead)


class DueWhen(StrEnum):
    """When the next contact is due."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    LATE = "late"
    BY_TODAY = "due"
    NEVER = "none"


@dataclass(frozen=True, slots=True)
class Segment:
    """What a lead must have to be in it; what is not given is free. Of `grades` (empty text: no grade), `products` and
    `regions` it has one, of `tags` all, of `without` none. Amounts in fen, from and to. `idle`: so many days without a
    follow-up, in these hands; `never`: its owner has not contacted the customer. `department`: its owner works there or
    below, by its path. `team`: of all that one looks after, not of one's own alone."""

    grades: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    least_fen: int | None = None
    most_fen: int | None = None
    idle: int | None = None
    never: bool = False
    due: DueWhen | None = None
    team: bool = False
    department: str = ""

    @property
    def is_all(self) -> bool:
        """True if nothing is asked for."""
        return self == Segment(team=self.team)


def pack_segment(segment: Segment) -> str:
    """The segment as a short text, to stand in a card's arguments."""
    given = {
        key: value
        for key, value in asdict(segment).items()
        if value not in ((), "") and value is not None and value is not False
    }
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))


def unpack_segment(packed: str) -> Segment:
    """The segment that `pack_segment` packed."""
    given: dict[str, Any] = json.loads(packed)
    known = {each.name for each in fields(Segment)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in given.items() if key in known
    }
    if "due" in values:
        values["due"] = DueWhen(values["due"])
    return Segment(**values)


def to_token(segment: Segment) -> str:
    """The same in letters that may stand in a button."""
    return base64.urlsafe_b64encode(pack_segment(segment).encode()).decode().rstrip("=")


def from_token(token: str) -> Segment:
    """The segment that `to_token` wrote."""
    return unpack_segment(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode())


def matching(segment: Segment, tagging: Tagging, now: datetime) -> ColumnElement[bool]:
    """The lead is in the segment, as a condition over `lead`; of whom it is not asked."""
    parts = [*_needs(segment), *_times(segment, now)]
    parts += [has_tag(tagging, name, now) for name in segment.tags]
    parts += [not_(has_tag(tagging, name, now)) for name in segment.without]
    parts += [_of_department(segment.department)] if segment.department else []
    return and_(IS_OPEN, _L.c.owner_id.is_not(None), *parts)


def _of_department(path: str) -> ColumnElement[bool]:
    below = f"{path}/"  # not LIKE: as in `owner_filter`
    inside = or_(Department.path == path, func.substr(Department.path, 1, len(below)) == below)
    return _L.c.owner_id.in_(select(Person.id).join(Department, Department.id == Person.department_id).where(inside))


def _needs(segment: Segment) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if segment.grades:
        letters = [grade for grade in segment.grades if grade]
        ungraded = _L.c.grade.is_(None) if "" in segment.grades else false()
        parts.append(or_(_L.c.grade.in_(letters) if letters else false(), ungraded))
    if segment.products:
        parts.append(_L.c.product.in_(segment.products))
    if segment.regions:
        parts.append(is_within(segment.regions))
    if segment.least_fen is not None:
        parts.append(_L.c.amount_fen >= segment.least_fen)
    if segment.most_fen is not None:
        parts.append(_L.c.amount_fen <= segment.most_fen)
    return parts


def _times(segment: Segment, now: datetime) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if segment.idle is not None:
        parts.append(_L.c.idle_since <= _moment(now - segment.idle * DAY))
    if segment.never:
        parts.append(not_(_L.c.contacted))
    today = day_start(now)
    due, at = segment.due, _L.c.next_contact_at
    match due:
        case DueWhen.TODAY:
            parts += [at >= _moment(today), at < _moment(today + DAY)]
        case DueWhen.TOMORROW:
            parts += [at >= _moment(today + DAY), at < _moment(today + 2 * DAY)]
        case DueWhen.LATE:
            parts.append(at <= _moment(now))
        case DueWhen.BY_TODAY:
            parts.append(at < _moment(today + DAY))
        case DueWhen.NEVER:
            parts.append(at.is_(None))
        case None:
            pass
    return parts


def _moment(at: datetime) -> ColumnElement[datetime]:
    return literal(at, UtcDateTime())


def whose(viewer: Actor, verb: Verb, *, team: bool) -> ColumnElement[bool]:
    """The lead is one of `viewer`'s own, or (`team`) of those of whom he may do `verb` to."""
    if not team:
        return _L.c.owner_id == viewer.id
    if viewer.scope(verb) == Scope.ALL:
        return _L.c.owner_id.is_not(None)
    theirs = select(Person.id).join(Department, Department.id == Person.department_id).where(owner_filter(viewer, verb))
    return _L.c.owner_id.in_(theirs)


@dataclass(frozen=True, slots=True)
class SegmentPage:
    """One page of a segment: of one's own as 我的客户 is ordered, of a team what was longest without a follow-up first.
    `total` counts to `COUNTED` and no further; `beyond` as in `PoolPage`."""

    segment: Segment
    page: int
    total: int
    leads: tuple[OwnLead, ...]
    beyond: bool = False


def segment_page(
    session: Session,
    vault: Vault,
    viewer: Actor,
    segment: Segment,
    page: int,
    tagging: Tagging,
    now: datetime,
    size: int = PAGE,
) -> SegmentPage:
    """Page `page` (from 1) of the leads in `segment`, `size` on each, the last one if there are fewer. Names in full
    for one's own."""
    here = and_(whose(viewer, Verb.SEGMENT, team=segment.team), matching(segment, tagging, now))
    counted = select(Lead.id).where(here).limit(COUNTED).subquery()
    total = session.scalar(select(func.count()).select_from(counted)) or 0
    last = last_page(total, size)
    beyond, page = page > last, min(page, last)
    wanted = _lines(here).order_by(*_order(team=segment.team)).offset((page - 1) * size).limit(size)
    rows = session.execute(wanted).all()
    marks = marks_of(session, [lead.id for lead, _, _ in rows], tagging, now)
    leads = tuple(
        _line(viewer, lead, opened_name(vault, lead.customer_id, sealed), owner, [mark.tag for mark in marks[lead.id]])
        for lead, sealed, owner in rows
    )
    return SegmentPage(segment, page, total, leads, beyond)


def _lines(here: ColumnElement[bool]) -> Select[Lead, bytes, str]:
    return (
        select(Lead, Customer.name, Person.name)
        .join(Customer, Customer.id == Lead.customer_id)
        .join(Person, Person.id == Lead.owner_id)
        .where(here)
    )


def _order(*, team: bool) -> tuple[Any, ...]:
    if team:
        return Lead.idle_since, Lead.id
    return Lead.next_contact_at.is_(None), Lead.next_contact_at, Lead.owned_at.desc(), Lead.id.desc()


def _line(viewer: Actor, lead: Lead, name: str | None, owner: str, tags: Sequence[str]) -> OwnLead:
    mine = lead.owner_id == viewer.id
    return OwnLead(
        id=lead.id,
        name=STARS if name is None else name if mine else mask_name(name),
        product=lead.product,
        amount_fen=lead.amount_fen,
        grade=lead.grade,
        due=lead.next_contact_at,
        last_follow_up_at=lead.last_follow_up_at,
        readable=name is not None,
        tags=tuple(tags),
        owner="" if mine else owner,
        idle_since=lead.idle_since,
    )
