"""At which height the rows stand, and the lines between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cards.flowmap.graph import Graph
from cards.flowmap.tracks import Passage, tracks

_BEFORE, _TRACK, _AFTER = 14, 12, 24  # between two rows: above, between and below the heights at which lines go level


@dataclass(frozen=True, slots=True)
class Heights:
    """`rows`: upper and lower edge of each row; `edges`: of each box by its key; `level`: the height at which a line
    (by its key) goes level above a row; `bottom`: where everything ends."""

    rows: tuple[tuple[int, int], ...]
    edges: dict[str, tuple[int, int]]
    level: dict[tuple[int, str], int]
    bottom: int


def heights_of(graph: Graph, ranks: Mapping[str, int], passages: Sequence[Sequence[Passage]], top: int) -> Heights:
    """The heights, from `top` on. `passages` are the lines above each row, and those below the last one."""
    high = [
        max(vertex.height for vertex in graph.vertices if ranks[vertex.key] == row) for row in range(len(passages) - 1)
    ]
    rows: list[tuple[int, int]] = []
    level: dict[tuple[int, str], int] = {}
    edge = top
    for row, through in enumerate(passages):
        found = tracks(through)
        level |= {(row, wire): edge + _BEFORE + _TRACK * track for wire, track in found.items()}
        edge += _BEFORE + _TRACK * max(found.values(), default=0) + _AFTER
        if row < len(high):
            rows.append((edge, edge + high[row]))
            edge += high[row]
    edges = {}
    for vertex in graph.vertices:
        above, below = rows[ranks[vertex.key]]
        first = above + (below - above - vertex.height) // 2
        edges[vertex.key] = (first, first + vertex.height)
    return Heights(tuple(rows), edges, level, edge)
