"""The stages at the side: each a band over the rows of its boxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from cards.flowmap.graph import Graph
from cards.flowmap.heights import Heights
from cards.flowmap.lettering import LEADING, wrap
from core.loans.flows import Flow, StageType

NAME_SIZE, TYPE_SIZE = 14, 11
PAD = 12
_LEAST, _STEP = 92, 28  # how broad the names are at least, and how much more is tried


@dataclass(frozen=True, slots=True)
class Band:
    """A stage over the whole breadth: its name in lines, and what it means to reports."""

    name: tuple[str, ...]
    type: StageType
    top: int
    bottom: int


def bands_of(flow: Flow, graph: Graph, ranks: Mapping[str, int], heights: Heights) -> tuple[tuple[Band, ...], int]:
    """The bands of the stages that have boxes, and how broad their names are: as narrow as all of them fit."""
    stages = sorted({vertex.stage for vertex in graph.vertices})
    first = [min(ranks[vertex.key] for vertex in graph.vertices if vertex.stage == stage) for stage in stages]
    cuts = [*(_cut(heights, row) for row in first), heights.bottom]
    names = [flow.stages[stage].name for stage in stages]
    highs = [below - above for above, below in pairwise(cuts)]
    side = next(
        broad
        for broad in count(_LEAST, _STEP)
        if all(_high(name, broad) <= high for name, high in zip(names, highs, strict=True))
    )
    bands = [
        Band(tuple(wrap(name, side - 2 * PAD, NAME_SIZE)), flow.stages[stage].type, above, below)
        for stage, name, (above, below) in zip(stages, names, pairwise(cuts), strict=True)
    ]
    return tuple(bands), side


def name_height(rows: Sequence[str]) -> float:
    """How high a stage's name is with its type under it."""
    return len(rows) * NAME_SIZE * LEADING + TYPE_SIZE * LEADING


def _high(name: str, broad: int) -> float:
    return name_height(wrap(name, broad - 2 * PAD, NAME_SIZE)) + 2


def _cut(heights: Heights, row: int) -> int:
    """Where a band begins: in the middle between its first row and the row above."""
    above = heights.rows[row - 1][1] if row else None
    levels = [y for (at, _), y in heights.level.items() if at == row]
    first = min(levels, default=heights.rows[row][0] - 24)
    return (above + min(first, heights.rows[row][0])) // 2 if above is not None else first - 14
