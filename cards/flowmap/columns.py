"""On which column everything stands: as straight below what leads to it as the others in the row leave room for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cards.flowmap.order import Near, Rows
from cards.flowmap.wires import Cell, Wire

_ROUNDS = 4
_APART = 26  # between two boxes of a row, pixels
_WIRE = 10  # how broad the column of a line is
_LANE = 18  # between two lines that pass beside the boxes
_BESIDE = 30


@dataclass(frozen=True, slots=True)
class Columns:
    """The middles of the cells, counted from the left edge of everything, and how broad it all is."""

    middle: dict[Cell, int]
    width: int


def columns(rows: Rows, widths: Mapping[str, int], wires: Sequence[Wire], near: Near) -> Columns:
    """The columns; `widths` are those of the boxes by key."""
    at = {cell: float(x) for row in rows for cell, x in zip(row, _packed(row, widths), strict=True)}
    for _ in range(_ROUNDS):
        for row in rows:
            at |= _settled(row, widths, near.above, at)
        for row in reversed(rows):
            at |= _settled(row, widths, near.below, at)
    for row in rows:
        at |= _settled(row, widths, near.above, at)
    left = min(at[cell] - _broad(cell, widths) / 2 for row in rows for cell in row)
    lanes = {side: _lanes([wire for wire in wires if wire.side == side]) for side in (-1, 1)}
    shift = (_BESIDE + _LANE * max(lanes[-1].values()) if lanes[-1] else 0) - left
    middle = {cell: round(x + shift) for cell, x in at.items()}
    right = max(middle[cell] + _broad(cell, widths) // 2 for row in rows for cell in row)
    for wire in wires:
        for row_number in range(wire.first, wire.last + 1) if wire.side else ():
            lane = _LANE * lanes[wire.side][wire.key]
            x = right + _BESIDE + lane if wire.side > 0 else round(left + shift) - _BESIDE - lane
            middle[row_number, wire.key] = x
    return Columns(middle, max([right, *middle.values()]))


def _settled(
    row: list[Cell], widths: Mapping[str, int], near: Mapping[Cell, list[Cell]], at: Mapping[Cell, float]
) -> dict[Cell, float]:
    """The cells of a row as close as possible to the middle of what they are near to, in their order and apart: the
    least squares, by pooling neighbours that want to stand in each other's place."""
    packed = _packed(row, widths)
    pools: list[tuple[float, int]] = []  # the mean of what its cells want, and how many they are
    for cell, own in zip(row, packed, strict=True):
        mean, count = _wanted(cell, widths, near.get(cell, []), at) - own, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean, count = (mean * count + before * many) / (count + many), count + many
        pools.append((mean, count))
    means = [mean for mean, count in pools for _ in range(count)]
    return {cell: mean + own for cell, mean, own in zip(row, means, packed, strict=True)}


def _wanted(cell: Cell, widths: Mapping[str, int], near: Sequence[Cell], at: Mapping[Cell, float]) -> float:
    """Where a cell would stand by itself: in the middle of its like, so that the way from box to box is straight and so
    is a line that passes; where its like are fewer than the others, in the middle of all that it is near to."""
    like = [other for other in near if (other[1] in widths) == (cell[1] in widths)]
    like = like if 2 * len(like) >= len(near) else list(near)
    return sum(at[other] for other in like) / len(like) if like else at[cell]


def _packed(row: list[Cell], widths: Mapping[str, int]) -> list[float]:
    """The middles of the cells if they stood side by side."""
    middles, edge = [], 0.0
    for cell in row:
        broad = _broad(cell, widths)
        middles.append(edge + broad / 2)
        edge += broad + _APART
    return middles


def _broad(cell: Cell, widths: Mapping[str, int]) -> int:
    return widths.get(cell[1], _WIRE)


def _lanes(wires: Sequence[Wire]) -> dict[str, int]:
    """Which lane beside the boxes each line takes, counted from them; short lines are near. Lines of one lane are a row
    apart."""
    lanes: dict[str, int] = {}
    for wire in sorted(wires, key=lambda wire: (wire.last - wire.first, wire.first)):
        taken = {
            lanes[other.key]
            for other in wires
            if other.key in lanes and other.first <= wire.last + 1 and wire.first <= other.last + 1
        }
        lanes[wire.key] = next(lane for lane in range(len(wires)) if lane not in taken)
    return lanes
