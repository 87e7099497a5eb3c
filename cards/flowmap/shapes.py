"""The forms of boxes, as the corners of what is filled. Above and below they are level where lines come and go."""

from cards.flowmap.graph import Shape
from cards.pictures.marks import Point, rounded

_ROUND, _SLANT, _BITE = 8, 18, 12
BAR = 5  # how thick the bar is where branches part


def outline(shape: Shape, left: float, top: float, width: float, height: float) -> tuple[Point, ...]:
    """The corners of a box of this shape in that rectangle."""
    right, bottom, middle = left + width, top + height, top + height / 2
    match shape:
        case Shape.START | Shape.END:
            return rounded(left, top, right, bottom, min(height / 2, 24))
        case Shape.APPROVE:
            return rounded(left, top, right, bottom, _ROUND)
        case Shape.CASE:
            return rounded(left, top, right, bottom, min(height / 2, 12))
        case Shape.CONDITION:
            slant = _SLANT
            return (
                (left + slant, top), (right - slant, top), (right, middle),
                (right - slant, bottom), (left + slant, bottom), (left, middle),
            )  # fmt: skip
        case Shape.COPY:
            return ((left + _SLANT, top), (right, top), (right - _SLANT, bottom), (left, bottom))
        case Shape.WAIT:
            bite = _BITE
            return (
                (left + bite, top), (right - bite, top), (right, top + bite), (right, bottom - bite),
                (right - bite, bottom), (left + bite, bottom), (left, bottom - bite), (left, top + bite),
            )  # fmt: skip
        case _:
            return ((left, top), (right, top), (right, bottom), (left, bottom))
