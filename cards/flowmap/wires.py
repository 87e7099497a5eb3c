"""The lines: arcs that lead to the same box in the same manner come together in one line, so that there are few.

A line that leads over rows in between passes them in a column of its own: beside all boxes on the left what was
refused, on the right what leads back up, and between the boxes what goes on.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cards.flowmap.graph import Graph, Shape


@dataclass(frozen=True, slots=True)
class Wire:
    """A line from boxes to one box. It has a column in the rows `first` to `last` (none if `first` is greater)."""

    key: str
    sources: tuple[str, ...]
    target: str
    refused: bool
    up: bool
    first: int
    last: int

    @property
    def side(self) -> int:
        """Where its column is: -1 left of all boxes, 1 right of them, 0 between them or nowhere."""
        if self.up:
            return 1
        return -1 if self.refused and self.first <= self.last else 0

    def passes(self, row: int) -> bool:
        """Has it a column in this row?"""
        return self.first <= row <= self.last


def wires_of(graph: Graph, ranks: dict[str, int]) -> tuple[Wire, ...]:
    """All lines. Those that come to the bar where branches join stay apart: one sees how many they are."""
    joins = {vertex.key for vertex in graph.vertices if vertex.shape is Shape.JOIN}
    together: dict[tuple[str, bool, bool, str], list[str]] = defaultdict(list)
    for arc in graph.arcs:
        up = ranks[arc.target] <= ranks[arc.source]
        together[arc.target, arc.refused, up, arc.source if arc.target in joins else ""].append(arc.source)
    wires = []
    for number, ((target, refused, up, _), sources) in enumerate(together.items()):
        rows = [ranks[source] for source in sources]
        first, last = (ranks[target], max(rows)) if up else (min(rows) + 1, ranks[target] - 1)
        wires.append(Wire(f"wire:{number}", tuple(sources), target, refused, up, first, last))
    return tuple(wires)


Cell: TypeAlias = tuple[int, str]
"""What has a place in a row: the row, and the key of a box or of a line that passes."""


def links(wires: Sequence[Wire], ranks: dict[str, int]) -> Iterator[tuple[Cell, Cell]]:
    """What stands one below the other and is connected, of lines that keep between the boxes."""
    for wire in wires:
        if wire.side:
            continue
        for source in wire.sources:
            yield (ranks[source], source), _below(wire, ranks[source], ranks)
        for row in range(wire.first, wire.last + 1):
            yield (row, wire.key), _below(wire, row, ranks)


def _below(wire: Wire, row: int, ranks: dict[str, int]) -> Cell:
    return (row + 1, wire.key) if wire.passes(row + 1) else (ranks[wire.target], wire.target)
