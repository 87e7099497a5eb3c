"""档: how much of an amount is earned. Pure arithmetic in integer fen and `Decimal` rates.

The first step begins at 0 and each ends where the next one begins, which no longer belongs to it ([from, to)): there is
no gap and no overlap by construction. Of the whole amount (整额) the step that it reaches says the rate of all of it;
progressively (超额累进) each part of it has the rate of its own step.

Rounding: half up to the fen, once for each amount that is earned.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Style(StrEnum):
    """How a table of steps is read."""

    WHOLE = "whole"  # 整额
    PROGRESSIVE = "progressive"  # 超额累进


@dataclass(frozen=True, slots=True)
class Step:
    """From `from_fen` on (that included) `rate` is earned, as a part of one: `Decimal("0.12")` is 12 %."""

    from_fen: int
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of an amount and the step by which it earns: the `place` of the step from 1, its bounds (None: no upper
    one), its rate, and how much of the amount lies in it."""

    place: int
    from_fen: int
    to_fen: int | None
    rate: Decimal
    part_fen: int

    @property
    def earned(self) -> Decimal:
        """What the part earns, in fen, not rounded."""
        return self.part_fen * self.rate


@dataclass(frozen=True, slots=True)
class Tiers:
    """A table of steps.

    Raises:
        ValueError: there is none, the first does not begin at 0, or one does not begin above the one before.
    """

    style: Style
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        begins = [step.from_fen for step in self.steps]
        if not begins or begins[0] != 0 or begins != sorted(set(begins)):
            raise ValueError("the steps begin at 0, each above the one before")

    def reached(self, amount_fen: int) -> int:
        """The place (from 1) of the step in which the amount lies; of less than nothing the first."""
        return max(sum(step.from_fen <= amount_fen for step in self.steps), 1)

    def to_next(self, amount_fen: int) -> int | None:
        """How much is missing to the next step; None: the last one is reached."""
        place = self.reached(amount_fen)
        return self.steps[place].from_fen - amount_fen if place < len(self.steps) else None

    def at(self, amount_fen: int, total_fen: int) -> Slice:
        """All of the amount by the step that `total_fen` reaches (整额)."""
        return self._slice(self.reached(total_fen), amount_fen)

    def between(self, low_fen: int, high_fen: int) -> tuple[Slice, ...]:
        """What is earned from one amount up to another, step by step (超额累进); from a higher one down to a lower one
        the same is taken back. Below 0 the first step goes on."""
        if high_fen < low_fen:
            return tuple(replace(each, part_fen=-each.part_fen) for each in self.between(high_fen, low_fen))
        if high_fen == low_fen:
            return (self._slice(self.reached(high_fen), 0),)
        parts = ((place, self._within(place, low_fen, high_fen)) for place in range(1, len(self.steps) + 1))
        return tuple(self._slice(place, part) for place, part in parts if part > 0)

    def _within(self, place: int, low: int, high: int) -> int:
        """How much of what lies between is of this step; not above 0: nothing."""
        top = self._top(place)
        bottom = low if place == 1 else max(low, self.steps[place - 1].from_fen)
        return (high if top is None else min(high, top)) - bottom

    def _slice(self, place: int, part_fen: int) -> Slice:
        step = self.steps[place - 1]
        return Slice(place, step.from_fen, self._top(place), step.rate, part_fen)

    def _top(self, place: int) -> int | None:
        return self.steps[place].from_fen if place < len(self.steps) else None


def flat(rate: Decimal) -> Tiers:
    """One rate for everything."""
    return Tiers(Style.WHOLE, (Step(0, rate),))


def rounded(fen: Decimal) -> int:
    """Half up to the fen, away from 0: what is taken back is rounded as what was earned."""
    return int(fen.quantize(Decimal(1), rounding=ROUND_HALF_UP))
