"""What another set of recycling rules would do at once: counted before it is put into force."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from core.calendar import Length
from core.leads.models import Lead
from core.leads.recycle import is_over
from core.leads.recycling import Lapse, Recycling
from core.store.base import table_of

_L = table_of(Lead)


@dataclass(frozen=True, slots=True)
class WouldFall:
    """So many leads fall by the rule of this name: `now`, and `soon`, within the first of the warnings."""

    rule: str
    now: int
    soon: int


def first_warning(recycling: Recycling, at: datetime) -> Length | None:
    """The warning that comes first, the longest; None if nobody is warned."""
    return max(recycling.warnings, key=lambda one: one.after(recycling.calendar, at), default=None)


def would_fall(session: Session, before: Recycling, after: Recycling, at: datetime) -> list[WouldFall]:
    """What falls because `after` counts in place of `before`, by rule, in the order of the rules; rules by which
    nothing does are left out. What would fall now, or in the same stretch of time, by `before` as well is not counted:
    that is no consequence of the change. Each lead counts once."""
    warning = first_warning(after, at)
    until = warning.after(after.calendar, at) if warning else at
    now = _by_rule(session, after, at, _over(before, at))
    soon = _by_rule(session, after, until, [*_over(before, until), *_over(after, at)])
    counted = [WouldFall(rule.name, now[rule.name], soon[rule.name]) for rule in after.rules]
    return [one for one in counted if one.now or one.soon]


def _over(recycling: Recycling, at: datetime) -> list[ColumnElement[bool]]:
    conditions = (is_over(recycling, lapse, at) for lapse in Lapse)
    return [one for one in conditions if one is not None]


def _by_rule(session: Session, recycling: Recycling, at: datetime, but: Sequence[ColumnElement[bool]]) -> Counter[str]:
    """How many leads are over at `at` and are none of `but`. Of several lapses the first takes it, as in a sweep."""
    counts: Counter[str] = Counter()
    taken = list(but)
    for lapse in Lapse:
        condition = is_over(recycling, lapse, at)
        if condition is None:
            continue
        # A condition is unknown for a lead that no rule fits: then it is not taken.
        free = [~func.coalesce(one, false()) for one in taken]
        kinds = (_L.c.pool, _L.c.product, _L.c.grade)
        rows = session.execute(select(*kinds, func.count()).where(condition, *free).group_by(*kinds))
        for pool, product, grade, count in rows:
            rule = next(rule for rule in recycling.of(lapse) if rule.takes(pool, product, grade))
            counts[rule.name] += count
        taken.append(condition)
    return counts
