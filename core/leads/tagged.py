"""Which tags leads have now: by hand, as stored, and by the company's rules, worked out from what is so now.

The rules (`tags.py`) are turned round for the database: `has_tag` is a condition over `lead` that says the same as
`Tagging.marks` does of one lead, so a search by a tag and a card never differ (a test compares them).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, not_, or_, select, true
from sqlalchemy.orm import Session

from core.leads.models import FollowUp, Lead, LeadTag, MarkChange, MarkKind, TagOff
from core.leads.tags import Facts, Mark, Tagging, TagRule, earlier_in_group, in_order
from core.people.models import Person
from core.regions import significant
from core.store.base import UtcDateTime, table_of
from core.store.database import Executor

_L, _T, _OFF, _F = table_of(Lead), table_of(LeadTag), table_of(TagOff), table_of(FollowUp)
_C, _P = table_of(MarkChange), table_of(Person)
_FACTS = (
    _L.c.pool,
    _L.c.region,
    _L.c.product,
    _L.c.amount_fen,
    _L.c.channel,
    _L.c.grade,
    _L.c.idle_since,
    _L.c.pooled_at,
    _L.c.contacted,
    select(func.count()).select_from(_F).where(_F.c.lead_id == _L.c.id).correlate(_L).scalar_subquery(),
)


def marks_of(
    executor: Executor, lead_ids: Sequence[int], tagging: Tagging, now: datetime
) -> dict[int, tuple[Mark, ...]]:
    """The tags of these leads, by number: in a few statements, however many there are."""
    hand: dict[int, list[str]] = defaultdict(list)
    for row in executor.execute(select(_T.c.lead_id, _T.c.tag).where(_T.c.lead_id.in_(lead_ids))):
        hand[row.lead_id].append(row.tag)
    if not tagging.rules:
        return {number: tuple(map(Mark, in_order(hand[number], tagging))) for number in lead_ids}
    off: dict[int, set[str]] = defaultdict(set)
    for row in executor.execute(select(_OFF.c.lead_id, _OFF.c.tag).where(_OFF.c.lead_id.in_(lead_ids))):
        off[row.lead_id].add(row.tag)
    facts = {row[0]: Facts(*row[1:]) for row in executor.execute(select(_L.c.id, *_FACTS).where(_L.c.id.in_(lead_ids)))}
    return {
        number: tagging.marks(hand[number], off[number], facts[number], now) for number in lead_ids if number in facts
    }


def has_tag(tagging: Tagging, name: str, now: datetime) -> ColumnElement[bool]:
    """The lead has the tag `name`, as a condition over `lead`."""
    rules = [rule for rule in tagging.rules if rule.tag == name]
    by_hand = _by_hand(name)
    if not rules:
        return by_hand
    by_rule = or_(false(), *(_counts(tagging, rule, now) for rule in rules))
    kept_away = [_is_off(name), *map(_by_hand, tagging.group_of(name))]
    return or_(by_hand, and_(by_rule, *(not_(each) for each in kept_away)))


def _counts(tagging: Tagging, rule: TagRule, now: datetime) -> ColumnElement[bool]:
    """The rule fits, and none before it keeps its tag away."""
    before = [and_(fits(each, now), not_(_is_off(each.tag))) for each in earlier_in_group(tagging, rule)]
    return and_(fits(rule, now), *(not_(each) for each in before))


def _by_hand(name: str) -> ColumnElement[bool]:
    # Not correlated: read once by the index on the tag, or looked up by the lead, as the database finds cheaper.
    return _L.c.id.in_(select(_T.c.lead_id).where(_T.c.tag == name))


def _is_off(name: str) -> ColumnElement[bool]:
    return exists().where(_OFF.c.lead_id == _L.c.id, _OFF.c.tag == name).correlate(_L)


def fits(rule: TagRule, now: datetime) -> ColumnElement[bool]:
    """All of the rule is so, as a condition over `lead`: true or false, never unknown. The twin of `TagRule.fits`."""
    found: list[ColumnElement[bool]] = [true()]
    for column, values in ((_L.c.pool, rule.pools), (_L.c.channel, rule.channels)):
        found += [column.in_(values)] if values else []
    for column, values in ((_L.c.product, rule.products), (_L.c.grade, rule.grades)):
        found += [and_(column.is_not(None), column.in_(values))] if values else []
    found += [is_within(rule.regions)] if rule.regions else []
    found += [and_(_L.c.amount_fen.is_not(None), _L.c.amount_fen >= rule.amount_fen)] if rule.amount_fen else []
    for moment, length in ((_L.c.idle_since, rule.idle), (_L.c.pooled_at, rule.waiting)):
        if length is not None:
            found.append(and_(moment.is_not(None), moment <= literal(now - length, UtcDateTime())))
    found += [and_(_L.c.idle_since.is_not(None), not_(_L.c.contacted))] if rule.never else []
    if rule.follow_ups:
        found.append(_has_follow_ups(rule.follow_ups))
    return and_(*found)


def _has_follow_ups(least: int) -> ColumnElement[bool]:
    """There are at least so many: looked at by the index, and no further than need be."""
    theirs = select(literal(1)).select_from(_F).where(_F.c.lead_id == _L.c.id).correlate(_L)
    return theirs.offset(least - 1).limit(1).exists()


def is_within(prefixes: Sequence[str]) -> ColumnElement[bool]:
    """The lead's region lies in one of these."""
    parts = [significant(prefix) for prefix in prefixes]
    inside = or_(*(func.substr(_L.c.region, 1, len(part)) == part for part in parts))
    return and_(_L.c.region.is_not(None), inside)


@dataclass(frozen=True, slots=True)
class Changed:
    """One entry of the history of a lead's grade and tags: see `MarkChange`. `who` is a name; empty if it was the
    automation rule `rule`."""

    kind: MarkKind
    value: str | None
    was: str | None
    who: str
    at: datetime
    rule: str = ""


def mark_history(session: Session, lead_id: int, limit: int = 50) -> tuple[Changed, ...]:
    """Who changed what, the newest first. Not for the eyes of who may not see the lead."""
    rows = session.execute(
        select(_C.c.kind, _C.c.value, _C.c.was, _P.c.name, _C.c.at, _C.c.rule)
        .outerjoin(_P, _P.c.id == _C.c.by_id)
        .where(_C.c.lead_id == lead_id)
        .order_by(_C.c.id.desc())
        .limit(limit)
    )
    return tuple(
        Changed(MarkKind(kind), value, was, who or "", at, rule or "") for kind, value, was, who, at, rule in rows
    )
