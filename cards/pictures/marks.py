"""What lies on a sheet, in pixels from its upper left corner. All that painters (`painting`, `flowmap.svg`) know."""

from dataclasses import dataclass
from enum import StrEnum
from math import cos, pi, sin
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

_ARC = 6  # straight pieces of a quarter of a circle


class Anchor(StrEnum):
    """What of a line of words stands at its `x`."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Area:
    """A filled form; `edge` is empty where it has none."""

    points: tuple[Point, ...]
    fill: str
    edge: str = ""
    broad: float = 1.5


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through these points."""

    points: tuple[Point, ...]
    colour: str
    broad: float = 1.5
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """One line of words; `y` is its base line. `turned`: by so many degrees, against the clock; `opacity`: 1 hides
    what is below."""

    text: str
    x: float
    y: float
    size: float
    colour: str
    anchor: Anchor = Anchor.CENTRE
    strong: bool = False
    turned: float = 0.0
    opacity: float = 1.0


Mark: TypeAlias = Area | Stroke | Words


def rectangle(left: float, top: float, right: float, bottom: float) -> tuple[Point, ...]:
    """Its corners."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> tuple[Point, ...]:
    """A rectangle with round corners, as round as there is room."""
    radius = min(radius, (right - left) / 2, (bottom - top) / 2)
    corners = (
        (right - radius, top + radius, -pi / 2),
        (right - radius, bottom - radius, 0.0),
        (left + radius, bottom - radius, pi / 2),
        (left + radius, top + radius, pi),
    )
    return tuple(
        (
            round(x + radius * cos(begin + step * pi / 2 / _ARC), 2),
            round(y + radius * sin(begin + step * pi / 2 / _ARC), 2),
        )
        for x, y, begin in corners
        for step in range(_ARC + 1)
    )


def disc(x: float, y: float, radius: float) -> tuple[Point, ...]:
    """A filled circle."""
    return rounded(x - radius, y - radius, x + radius, y + radius, radius)
