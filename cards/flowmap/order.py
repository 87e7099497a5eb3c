"""Which box stands left of which, so that few lines cross: each near the middle of what it is connected with, row after
row downward and upward, and the best of these orders is taken (Sugiyama's barycentres)."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import TypeAlias

from cards.flowmap.graph import Graph
from cards.flowmap.wires import Cell, Wire, links

_ROUNDS = 8

Rows: TypeAlias = list[list[Cell]]


class Near:
    """What each cell is connected with, above and below it."""

    def __init__(self, wires: Sequence[Wire], ranks: dict[str, int]) -> None:
        self.above: dict[Cell, list[Cell]] = defaultdict(list)
        self.below: dict[Cell, list[Cell]] = defaultdict(list)
        for upper, lower in links(wires, ranks):
            self.above[lower].append(upper)
            self.below[upper].append(lower)
        for wire in wires:  # a box to which nothing else leads stands below those that it was refused at
            target = (ranks[wire.target], wire.target)
            if wire.side < 0 and target not in self.above:
                self.above[target] = [(ranks[source], source) for source in wire.sources]


def order(graph: Graph, wires: Sequence[Wire], ranks: dict[str, int], near: Near) -> Rows:
    """The cells of each row from left to right."""
    rows: Rows = [[] for _ in range(max(ranks.values()) + 1)]
    for vertex in graph.vertices:
        rows[ranks[vertex.key]].append((ranks[vertex.key], vertex.key))
    for wire in wires:
        for row in range(wire.first, wire.last + 1) if not wire.side else ():
            rows[row].append((row, wire.key))
    pairs = list(links(wires, ranks))
    best, fewest = rows, _crossings(rows, pairs)
    for turn in range(_ROUNDS):
        rows = _turned(rows, near.above, range(1, len(rows)))
        rows = _turned(rows, near.below, range(len(rows) - 2, -1, -1)) if turn % 2 else rows
        found = _crossings(rows, pairs)
        if found < fewest:
            best, fewest = rows, found
    return best


def _turned(rows: Rows, near: dict[Cell, list[Cell]], turns: range) -> Rows:
    """The rows in `turns`, one after the other, each ordered by what is `near` its cells."""
    new = list(rows)
    place = _places(new)
    for turn in turns:
        wanted = {cell: _middle([place[other] for other in near.get(cell, [])], place[cell]) for cell in new[turn]}
        new[turn] = sorted(new[turn], key=lambda cell: wanted[cell])
        place |= _places([new[turn]])
    return new


def _places(rows: Rows) -> dict[Cell, float]:
    return {cell: (index + 0.5) / len(row) for row in rows for index, cell in enumerate(row)}


def _middle(places: list[float], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise


def _crossings(rows: Rows, pairs: list[tuple[Cell, Cell]]) -> int:
    place = _places(rows)
    by_row: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for upper, lower in pairs:
        by_row[upper[0]].append((place[upper], place[lower]))
    return sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for found in by_row.values() for a, b in combinations(found, 2))
