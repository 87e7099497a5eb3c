"""超时回收: after how long without what a lead goes back to its pool; pure values and functions.

When a lead falls is derived from what happened (owned since, last contact, application, payout) and the rules of now,
and stored nowhere: a rule that is changed holds from that moment for all. For each kind of lapse the first rule that
fits the lead counts; of the lapses the earliest. An extension or a protection holds the lead until its own end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.calendar import Length, WorkingCalendar


class Lapse(StrEnum):
    """What was not done in time. The values stand with the warnings that were given (`FallWarning`)."""

    FIRST_CONTACT = "first_contact"
    FOLLOW_UP = "follow_up"
    APPLICATION = "application"
    DISBURSEMENT = "disbursement"
    SETTLED = "settled"

    @property
    def is_met_by_a_follow_up(self) -> bool:
        """Does a logged contact end it or begin it anew? (`since_when` of the others does not look at contacts.)"""
        return self in (Lapse.FIRST_CONTACT, Lapse.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class RecyclingRule:
    """A lead of these pools (by key), products and grades (empty: all) falls when `lapse` lasts for `within`; None is
    never: it exempts them from the rules below. `grab`: it is offered to the owner's whole department at once."""

    name: str
    lapse: Lapse
    within: Length | None
    pools: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    grab: bool = False

    def takes(self, pool: str, product: str | None, grade: str | None) -> bool:
        """True if the rule is for leads of this pool, product and grade."""
        given = ((pool, self.pools), (product, self.products), (grade, self.grades))
        return all(value in values for value, values in given if values)


@dataclass(frozen=True, slots=True)
class Extension:
    """申请延期: how long one is, and how many of them a lead may get from the same owner."""

    length: Length
    most: int


@dataclass(frozen=True, slots=True)
class Protection:
    """保护: how many leads a person may protect at a time, and for how long at most."""

    most: int
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Recycling:
    """All rules, the working calendar they reckon by, and how long before the end the owner is warned. Without rules
    nothing ever falls."""

    calendar: WorkingCalendar
    rules: tuple[RecyclingRule, ...] = ()
    warnings: tuple[Length, ...] = ()
    extension: Extension | None = None
    protection: Protection | None = None

    def of(self, lapse: Lapse) -> tuple[RecyclingRule, ...]:
        """The rules about this lapse, in their order."""
        return tuple(rule for rule in self.rules if rule.lapse == lapse)

    def named(self, name: str) -> RecyclingRule | None:
        """The rule of this name."""
        return next((rule for rule in self.rules if rule.name == name), None)


@dataclass(frozen=True, slots=True)
class Held:
    """What decides when a lead in somebody's hands falls: see `Lead` for the times. `deferred_until` is the latest end
    of what holds it for this owner. A lead with a live application never falls; one that was paid out only when it is
    settled."""

    pool: str
    product: str | None
    grade: str | None
    owned_at: datetime
    idle_since: datetime
    contacted: bool = False
    applied_at: datetime | None = None
    disbursed_at: datetime | None = None
    settled_at: datetime | None = None
    live_application: bool = False
    deferred_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a lead falls, and by which rule."""

    at: datetime
    rule: RecyclingRule


def due(recycling: Recycling, lead: Held) -> Due | None:
    """When `lead` falls if nothing is done; None if never."""
    if lead.live_application:
        return None
    first = min(_dues(recycling, lead), key=lambda one: one.at, default=None)
    if first is not None and lead.deferred_until is not None and lead.deferred_until > first.at:
        return Due(lead.deferred_until, first.rule)
    return first


def _dues(recycling: Recycling, lead: Held) -> Iterator[Due]:
    for lapse in Lapse:
        since = since_when(lapse, lead)
        rule = next((rule for rule in recycling.of(lapse) if rule.takes(lead.pool, lead.product, lead.grade)), None)
        if since is not None and rule is not None and rule.within is not None:
            yield Due(rule.within.after(recycling.calendar, since), rule)


def since_when(lapse: Lapse, lead: Held) -> datetime | None:
    """From when `lapse` is reckoned; None if it cannot happen (any more) to this lead in these hands."""
    match lapse:
        case Lapse.SETTLED:
            return lead.settled_at
        case _ if lead.disbursed_at is not None:
            return None
        case Lapse.FIRST_CONTACT:
            return None if lead.contacted else lead.owned_at
        case Lapse.FOLLOW_UP:
            return lead.idle_since
        case Lapse.APPLICATION:
            return lead.owned_at if lead.applied_at is None else None
        case Lapse.DISBURSEMENT:
            return lead.owned_at
