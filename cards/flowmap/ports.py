"""Where lines leave boxes (below) and enter them (above): what simply goes on in the middle, all else beside it on the
side where it comes from or goes to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cards.flowmap.graph import PORT
from cards.flowmap.wires import Cell, Wire

_BESIDE_MAIN = 26
_SNAP = 12  # a line that would bend by less is straight, and leaves its box a little aside


@dataclass(frozen=True, slots=True)
class Ports:
    """The column at which a line leaves a box, and enters one, by the keys of line and box."""

    leaving: dict[tuple[str, str], int]
    entering: dict[tuple[str, str], int]


def ports(wires: Sequence[Wire], ranks: Mapping[str, int], middle: Mapping[Cell, int]) -> Ports:
    """Where each line leaves and enters."""

    def at(key: str) -> int:
        return middle[ranks[key], key]

    coming: dict[str, list[tuple[int, Wire]]] = defaultdict(list)
    for wire in wires:
        row = ranks[wire.target] if wire.up else ranks[wire.target] - 1
        above = middle[row, wire.key] if wire.passes(row) else _mean([at(source) for source in wire.sources])
        coming[wire.target].append((above, wire))
    entering = {(wire.key, box): x for box, found in coming.items() for wire, x, _ in _spread(at(box), found)}
    going: dict[str, list[tuple[int, Wire]]] = defaultdict(list)
    for wire in wires:
        for source in wire.sources:
            row = ranks[source] if wire.up else ranks[source] + 1
            to = middle[row, wire.key] if wire.passes(row) else entering[wire.key, wire.target]
            going[source].append((to, wire))
    leaving = {
        (wire.key, box): to if abs(to - x) <= _SNAP and not wire.up else x
        for box, found in going.items()
        for wire, x, to in _spread(at(box), found)
    }
    return Ports(leaving, entering)


def _spread(center: int, found: list[tuple[int, Wire]]) -> Iterator[tuple[Wire, int, int]]:
    """The columns of the lines of one box, and those from or to which they lead, by which they are ordered."""
    ordered = sorted(found, key=lambda one: (one[0], one[1].key))
    main = [one for one in ordered if not one[1].up and not one[1].refused]
    step, first = PORT, center - PORT * (len(ordered) - 1) // 2
    if len(main) == 1:
        left = [one for one in ordered if one is not main[0] and one[0] < center]
        right = [one for one in ordered if one is not main[0] and one[0] >= center]
        # With all on one side they come closer: a box is as broad as its lines want it, half to each side.
        half = PORT * len(ordered) // 2 - 2
        step = min(_BESIDE_MAIN, half // max(len(left), len(right), 1))
        ordered, first = [*left, *main, *right], center - step * len(left)
    for place, (far, wire) in enumerate(ordered):
        yield wire, first + step * place, far


def _mean(numbers: list[int]) -> int:
    return round(sum(numbers) / len(numbers))
