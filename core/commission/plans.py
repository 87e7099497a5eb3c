"""方案: who earns how much of what. The plans of `commission/*.yaml`, as plain values; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from core.commission.tiers import Tiers


class Base(StrEnum):
    """Of what commission is a part."""

    LENT = "lent"  # 放款金额
    FEE = "fee"  # 服务费
    MARGIN = "margin"  # 毛利: the fee without what the deal cost


class Earned(StrEnum):
    """When it is earned."""

    PAYOUT = "payout"  # 放款
    FEE = "fee"  # 收到服务费


class Counted(StrEnum):
    """What reaches a step: each deal by itself, or all of the period together."""

    DEAL = "deal"
    PERIOD = "period"


class Part(StrEnum):
    """What somebody did for a deal, by which he has a share of it."""

    OFFICER = "officer"  # 主办
    HELPER = "helper"  # 协办
    LEADER = "leader"  # 团队长
    SOURCE = "source"  # 渠道


class Cause(StrEnum):
    """Why commission is taken back."""

    EARLY = "early"  # 提前结清
    REFUND = "refund"  # 退费
    DEFAULT = "default"  # 逾期违约


@dataclass(frozen=True, slots=True)
class Facts:
    """What a plan asks of a deal and of who earns by it: his account, rank (empty: none) and department's path, and
    the deal's product and channel (None: not known)."""

    account: str
    rank: str
    department: str
    product: str | None
    channel: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom and what a plan is; empty: for all. `departments` hold what is below them too."""

    people: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    ranks: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()

    def fits(self, facts: Facts) -> bool:
        """Is the plan for this?"""
        said = (
            (self.people, facts.account),
            (self.ranks, facts.rank),
            (self.products, facts.product),
            (self.channels, facts.channel),
        )
        return all(not names or name in names for names, name in said) and (
            not self.departments or bool(self._above(facts))
        )

    def narrowness(self, facts: Facts) -> tuple[int, ...]:
        """The more of these, from the left, the more specific: a person named, the depth of the department, a rank, a
        product, a channel. To be asked of what it fits."""
        depth = max((path.count("/") + 1 for path in self._above(facts)), default=0)
        return bool(self.people), depth, bool(self.ranks), bool(self.products), bool(self.channels)

    def _above(self, facts: Facts) -> list[str]:
        """Of the named departments those in which he is."""
        return [path for path in self.departments if f"{facts.department}/".startswith(f"{path}/")]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most, in fen; None: there is none."""

    least_fen: int | None = None
    most_fen: int | None = None

    def of(self, fen: int) -> int:
        """The amount (not below 0) within the bounds."""
        bounded = fen if self.least_fen is None else max(fen, self.least_fen)
        return bounded if self.most_fen is None else min(bounded, self.most_fen)


@dataclass(frozen=True, slots=True)
class Holdback:
    """`share` of what is earned waits for so many days."""

    share: Decimal
    days: int

    def until(self, earned_on: date) -> date:
        """The day on which it is released."""
        return earned_on + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Clawback:
    """For one of these `causes` within so many days from when it was earned (the last day included) `share` of it is
    taken back; where `outstanding` is said, only if at least that part of the loan is not paid back yet."""

    causes: frozenset[Cause]
    within_days: int
    share: Decimal
    outstanding: Decimal | None = None

    def applies(self, cause: Cause, age_days: int, outstanding: Decimal) -> bool:
        """Is it this one's case?"""
        return (
            cause in self.causes
            and age_days <= self.within_days
            and (self.outstanding is None or outstanding >= self.outstanding)
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. It counts for what is earned from `since` to `until` (both included; None: for ever). `version` is the
    digest of its text: what was earned by it stays earned by it, whatever the file says later.

    `fixed_fen` is earned for each deal beside the tiers; `each` bounds a deal's commission, `period` that of a person's
    whole period: its least is a guarantee. `shares`: how a deal is split, by what each did; they add up to one.
    `team`: it is the override of a leader on what his team has done, not a person's own.
    """

    key: str
    name: str
    version: str
    tiers: Tiers
    base: Base = Base.LENT
    earned: Earned = Earned.PAYOUT
    counted: Counted = Counted.DEAL
    scope: Scope = field(default_factory=Scope)
    since: date = date.min
    until: date | None = None
    fixed_fen: int = 0
    each: Bounds = field(default_factory=Bounds)
    period: Bounds = field(default_factory=Bounds)
    shares: Mapping[Part, Decimal] = field(default_factory=lambda: {Part.OFFICER: Decimal(1)})
    holdback: Holdback | None = None
    clawbacks: tuple[Clawback, ...] = ()
    team: bool = False

    def counts_on(self, day: date) -> bool:
        """Does it count for what is earned on this day?"""
        return self.since <= day and (self.until is None or day <= self.until)

    def clawback(self, cause: Cause, age_days: int, outstanding: Decimal = Decimal(0)) -> Clawback | None:
        """The one rule that applies: of those whose case it is the one with the nearest end, of equal ones the one that
        takes most. None: nothing is taken back."""
        cases = [rule for rule in self.clawbacks if rule.applies(cause, age_days, outstanding)]
        return min(cases, key=lambda rule: (rule.within_days, -rule.share), default=None)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The plan by which something is earned, and those that fit too and are less specific."""

    plan: Plan
    instead_of: tuple[Plan, ...]


def choose(plans: Iterable[Plan], facts: Facts, day: date, *, team: bool = False) -> Chosen | None:
    """The most specific plan that fits on this day; None if none does.

    Raises:
        ValueError: two fit alike. The files are checked for that.
    """
    fitting = [plan for plan in plans if plan.team is team and plan.counts_on(day) and plan.scope.fits(facts)]
    ordered = sorted(fitting, key=lambda plan: plan.scope.narrowness(facts), reverse=True)
    if not ordered:
        return None
    first, *others = ordered
    if others and others[0].scope.narrowness(facts) == first.scope.narrowness(facts):
        raise ValueError(f"{first.key} and {others[0].key} fit alike")
    return Chosen(first, tuple(others))
