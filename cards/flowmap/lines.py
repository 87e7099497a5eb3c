"""The lines as they are drawn: upright and level stretches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cards.flowmap.heights import Heights
from cards.flowmap.ports import Ports
from cards.flowmap.tracks import Passage, untied
from cards.flowmap.wires import Cell, Wire

Segment = tuple[int, int, int, int]
"""A stretch of a line: x and y where it begins and where it ends, to the right or down."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line from boxes to one, which it enters at `tip`."""

    sources: tuple[str, ...]
    target: str
    refused: bool
    segments: tuple[Segment, ...]
    tip: tuple[int, int]


def passages_of(
    wires: Sequence[Wire], ranks: Mapping[str, int], middle: Mapping[Cell, int], ports: Ports
) -> list[list[Passage]]:
    """The lines above each row, and below the last one."""
    at = dict(middle)
    rows: list[list[Passage]] = []
    for row in range(max(ranks.values()) + 2):
        found = [_passage(wire, row, ranks, at, ports) for wire in wires]
        rows.append(untied([passage for passage in found if passage is not None]))
        at |= {(row, key): column for passage in rows[-1] for column, key in passage.lower if key == passage.wire}
    return rows


def _passage(
    wire: Wire, row: int, ranks: Mapping[str, int], middle: Mapping[Cell, int], ports: Ports
) -> Passage | None:
    upper = [(ports.leaving[wire.key, source], source) for source in wire.sources if ranks[source] == row - 1]
    upper += [(middle[row - 1, wire.key], wire.key)] if wire.passes(row - 1) else []
    lower = [(middle[row, wire.key], wire.key)] if wire.passes(row) else []
    lower += [(ports.entering[wire.key, wire.target], wire.target)] if ranks[wire.target] == row else []
    return Passage(wire.key, tuple(upper), tuple(lower)) if upper or lower else None


def lines_of(
    wires: Sequence[Wire], passages: Sequence[Sequence[Passage]], heights: Heights, shift: int
) -> tuple[Line, ...]:
    """The lines; all columns are moved to the right by `shift`."""
    drawn: dict[str, list[Segment]] = defaultdict(list)
    tips: dict[str, tuple[int, int]] = {}
    for row, through in enumerate(passages):
        for passage in through:
            drawn[passage.wire] += _between(passage, row, heights, shift)
            for column, key in passage.lower:
                if key != passage.wire:
                    tips[passage.wire] = (column + shift, heights.edges[key][0])
                else:
                    above, below = heights.rows[row]
                    drawn[key].append((column + shift, above, column + shift, below))
    return tuple(
        Line(wire.sources, wire.target, wire.refused, tuple(_joined(drawn[wire.key])), tips[wire.key]) for wire in wires
    )


def _between(passage: Passage, row: int, heights: Heights, shift: int) -> Iterator[Segment]:
    """The stretches of a line above a row."""
    uppers = [
        (x + shift, heights.edges[key][1] if key in heights.edges else heights.rows[row - 1][1])
        for x, key in passage.upper
    ]
    lowers = [
        (x + shift, heights.edges[key][0] if key in heights.edges else heights.rows[row][0]) for x, key in passage.lower
    ]
    if passage.straight:
        yield (*uppers[0], *lowers[0])
        return
    level = heights.level[row, passage.wire]
    yield (passage.span[0] + shift, level, passage.span[1] + shift, level)
    yield from ((x, y, x, level) for x, y in uppers)
    yield from ((x, level, x, y) for x, y in lowers)


def _joined(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The stretches, those made one that go on in each other: a dashed line is dashed evenly then."""
    last: Segment | None = None
    for segment in sorted(segments, key=lambda one: (one[0] == one[2], one[0], one[1])):
        if last and last[2:] == segment[:2] and last[0] == segment[2]:
            last = (*last[:2], *segment[2:])
            continue
        if last:
            yield last
        last = segment
    if last:
        yield last
