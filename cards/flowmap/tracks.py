"""Between two rows: at which height the lines go level, so that no two lie upon each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

_NEAR = 8  # pixels: lines that are closer look like one


Contact: TypeAlias = tuple[int, str]
"""Where a line touches a row: the column, and the key of the box there, or of the line itself where it passes."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A line between two rows: where it comes from above, and where it goes on below."""

    wire: str
    upper: tuple[Contact, ...]
    lower: tuple[Contact, ...]

    @property
    def columns(self) -> frozenset[int]:
        """All columns on which it goes up or down."""
        return frozenset(column for column, _ in (*self.upper, *self.lower))

    @property
    def straight(self) -> bool:
        """Does it only go down?"""
        return len(self.columns) == 1

    @property
    def span(self) -> tuple[int, int]:
        """From where to where it goes level."""
        return min(self.columns), max(self.columns)


def tracks(passages: Sequence[Passage]) -> dict[str, int]:
    """The track of each line that goes level, counted from the top. Where one leaves the upper row on the column on
    which another one enters the lower row, its track is above the other's."""
    level = [passage for passage in passages if not passage.straight]
    found: dict[str, int] = {}
    while len(found) < len(level):
        left = [passage for passage in level if passage.wire not in found]
        free = [one for one in left if not any(_first(other, one) for other in left if other is not one)]
        one = min(free or left, key=lambda passage: (passage.span[1] - passage.span[0], passage.wire))
        lowest = max([-1, *(found[other.wire] for other in level if other.wire in found and _first(other, one))])
        taken = {found[other.wire] for other in level if other.wire in found and _overlap(other, one)}
        found[one.wire] = next(track for track in range(lowest + 1, len(level) + 1) if track not in taken)
    return found


def untied(passages: Sequence[Passage]) -> list[Passage]:
    """The lines, some of them on a column a little aside, so that none must be above another one that must be above it:
    two such would lie upon each other for a stretch."""
    left = [passage for passage in passages if not passage.straight]
    moved: dict[str, Passage] = {}
    while left:
        tied = [one for one in left if any(_first(other, one) for other in left if other is not one)]
        if len(tied) < len(left):
            left = tied
            continue
        still = [one for one in left if one.wire not in moved]
        found = next(
            (aside for passing in (False, True) for one in still if (aside := _aside(one, left, passing))), None
        )
        if found is None:  # all were moved once: then two may lie upon each other
            break
        moved[found.wire] = found
        left = [moved.get(one.wire, one) for one in left]
    return [moved.get(passage.wire, passage) for passage in passages]


def _aside(one: Passage, left: Sequence[Passage], passing: bool) -> Passage | None:
    """The line with its first contact below moved that is in the way of another one's above; None if there is none.
    `passing`: where it passes the row, else where it enters a box."""
    columns = [column for other in left if other is not one for column, _ in other.upper]
    for contact in one.lower:
        if (contact[1] == one.wire) is passing and any(abs(contact[0] - column) < _NEAR for column in columns):
            new = (contact[0] + _NEAR + 1, contact[1])
            return replace(one, lower=tuple(new if each == contact else each for each in one.lower))
    return None


def _first(upper: Passage, lower: Passage) -> bool:
    return any(abs(a - b) < _NEAR for a, _ in upper.upper for b, _ in lower.lower)


def _overlap(one: Passage, other: Passage) -> bool:
    return one.span[0] - _NEAR <= other.span[1] and other.span[0] - _NEAR <= one.span[1]
