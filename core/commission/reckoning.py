"""What the deals of a period earn, all of them together. Pure: the same deals earn the same, in whatever order they
come and however often it is reckoned; the ledger writes down what has changed.

A deal here is what counts for one person by one plan. What was undone (a refund) is a deal below 0.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.commission.plans import Counted, Plan
from core.commission.tiers import Slice, Style, Tiers, rounded


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal by its number, the day on which it was earned, and what of it counts (the plan's base), in fen."""

    number: int
    on: date
    base_fen: int


@dataclass(frozen=True, slots=True)
class Earning:
    """What a deal earns, and how: `before_fen` was there of the period before it (0 where each counts by itself),
    `total_fen` is that of all; by `slices`, rounded to `worked_fen`; `fixed_fen` beside it; within the plan's bounds it
    is `fen`."""

    deal: Deal
    before_fen: int
    total_fen: int
    slices: tuple[Slice, ...]
    worked_fen: int
    fixed_fen: int
    fen: int


@dataclass(frozen=True, slots=True)
class Period:
    """What a person earns by a plan in a period: of each deal, and what is added or taken off (`bounded_fen`) because
    the period has a guarantee or a ceiling."""

    earnings: tuple[Earning, ...]
    bounded_fen: int

    @property
    def fen(self) -> int:
        """All of it."""
        return sum(each.fen for each in self.earnings) + self.bounded_fen


def reckon(plan: Plan, deals: Iterable[Deal]) -> Period:
    """All that the deals of one period earn, in the order of their days and numbers."""
    ordered = sorted(deals, key=lambda deal: (deal.on, deal.number))
    total = sum(deal.base_fen for deal in ordered)
    earnings = tuple(_earnings(plan, ordered, total))
    earned = sum(each.fen for each in earnings)
    return Period(earnings, _in_period(plan, earned) - earned)


def _in_period(plan: Plan, earned_fen: int) -> int:
    """Within the period's bounds. A guarantee is one also to who has earned nothing, or owes more than he earned."""
    least, most = plan.period.least_fen, plan.period.most_fen
    bounded = earned_fen if most is None else min(earned_fen, most)
    return bounded if least is None else max(bounded, least)


def _earnings(plan: Plan, deals: Sequence[Deal], total: int) -> Iterator[Earning]:
    together, before = plan.counted is Counted.PERIOD, 0
    for deal in deals:
        if together:
            slices, worked = _of_period(plan.tiers, deal.base_fen, before, total)
        else:
            slices, worked = _of_itself(plan.tiers, deal.base_fen)
        sign = _sign(deal.base_fen)  # what is undone is bounded as it was when it was earned
        fixed = plan.fixed_fen * sign
        fen = sign * plan.each.of(sign * (worked + fixed))
        there, whole = (before, total) if together else (0, deal.base_fen)
        yield Earning(deal, there, whole, slices, worked, fixed, fen)
        before += deal.base_fen


def _of_itself(tiers: Tiers, base_fen: int) -> tuple[tuple[Slice, ...], int]:
    """A deal by itself; what is undone undoes what the same had earned."""
    size = abs(base_fen)
    slices = (tiers.at(size, size),) if tiers.style is Style.WHOLE else tiers.between(0, size)
    worked = rounded(_earned(slices))
    if base_fen >= 0:
        return slices, worked
    return tuple(replace(each, part_fen=-each.part_fen) for each in slices), -worked


def _of_period(tiers: Tiers, base_fen: int, before: int, total: int) -> tuple[tuple[Slice, ...], int]:
    """A deal among those of its period, of which `before` came earlier. Progressively it earns what is between two
    sums, each rounded, so that all deals together earn what their sum does, to the fen."""
    if tiers.style is Style.WHOLE:
        slice_ = tiers.at(base_fen, total)
        return (slice_,), rounded(slice_.earned)
    after = before + base_fen
    worked = rounded(_earned(tiers.between(0, after))) - rounded(_earned(tiers.between(0, before)))
    return tiers.between(before, after), worked


def _sign(fen: int) -> int:
    return (fen > 0) - (fen < 0)


def _earned(slices: Iterable[Slice]) -> Decimal:
    return sum((each.earned for each in slices), Decimal())
