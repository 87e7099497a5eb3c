"""The colours of a flow's picture, beside those of all pictures: light inside and dark at the edge."""

from dataclasses import dataclass

from cards.flowmap.graph import Shape
from cards.pictures.colours import GREY, INK, RED
from core.loans.flows import StageType

BACK, STRIPE = "#fafbfc", "#f0f3f6"
LINE, REFUSED = "#5b6674", RED


@dataclass(frozen=True, slots=True)
class Colours:
    """Of a box: inside, at the edge, and of its words."""

    fill: str
    edge: str
    name: str = INK
    detail: str = GREY


SHAPES: dict[Shape, Colours] = {
    Shape.START: Colours("#ffffff", INK),
    Shape.APPROVE: Colours("#e3f0f9", "#0072b2"),
    Shape.HANDLE: Colours("#fdf1d8", "#b97f00"),
    Shape.COPY: Colours("#f9e9f2", "#a8517d"),
    Shape.CONDITION: Colours("#fcfadb", "#857a00"),
    Shape.PARALLEL: Colours("#eceff3", INK),
    Shape.WAIT: Colours("#e6f5fd", "#2a86b8"),
    Shape.ACT: Colours("#eceff3", "#6b7684"),
    Shape.END: Colours("#ffffff", INK),
    Shape.CASE: Colours("#ffffff", "#857a00", detail=INK),
    Shape.JOIN: Colours(INK, INK, detail="#ffffff"),
}
STAGES: dict[StageType, Colours] = {
    StageType.OPEN: Colours("#ffffff", INK),
    StageType.WAITING: Colours("#e6f5fd", "#2a86b8"),
    StageType.WON: Colours("#dff3ec", "#00765a"),
    StageType.LOST: Colours("#fbe6da", REFUSED),
}
"""What a stage means: the colours of its name at the side, and of the ends that lie in it."""
