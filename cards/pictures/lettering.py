"""Words made to fit: cut to the room that a line has, or broken into lines. Measured, by the fonts that are shipped."""

import re
from collections.abc import Sequence

from cards.fitting import ELLIPSIS, clusters
from cards.pictures.breaking import broken
from cards.pictures.substitutes import showable
from cards.typeface import breadth

_CLAUSE = re.compile("[^，；]+[，；]?")
_LONGEST = 400  # characters: more are in no line of a picture


def fit(text: str, room: float, size: float) -> str:
    """`text` as it can be shown in `room` pixels: unchanged if it fits, else whole characters and `…`."""
    line = showable(text[:_LONGEST])
    if breadth(line, size) <= room:
        return line
    kept, used = "", breadth(ELLIPSIS, size)
    for cluster in clusters(line):
        used += breadth(cluster, size)
        if used > room:
            break
        kept += cluster
    return kept.rstrip() + ELLIPSIS


def clauses(text: str, room: float, size: int, most: int) -> list[str]:
    """A sentence in at most `most` lines, broken between its clauses; within one only where it does not fit."""
    lines: list[str] = []
    for clause in _CLAUSE.findall(showable(text[:_LONGEST])):
        if lines and breadth(lines[-1] + clause, size) <= room:
            lines[-1] += clause
        else:
            lines += wrap(clause, room, size, most)
    return lines if len(lines) <= most else [*lines[: most - 1], fit("".join(lines[most - 1 :]), room, size)]


def wrap(text: str, room: float, size: int, most: int) -> list[str]:
    """`text` in at most `most` lines of at most `room` pixels; what does not fit into them is cut."""
    lines = broken(showable(text[:_LONGEST]), room, lambda piece: breadth(piece, size))
    return lines if len(lines) <= most else [*lines[: most - 1], fit("".join(lines[most - 1 :]), room, size)]


def listed(names: Sequence[str], room: float, size: int, most: int, more: float) -> tuple[list[str], int]:
    """Names with `、` between them in at most `most` lines of at most `room` pixels, and how many there was room for;
    where that is not all, the last line leaves the room `more`. No name is broken."""
    lines, placed = _listed(names, [room] * most, size)
    return (lines, placed) if placed == len(names) else _listed(names, [*[room] * (most - 1), room - more], size)


def _listed(names: Sequence[str], rooms: Sequence[float], size: int) -> tuple[list[str], int]:
    lines: list[str] = []
    for place, name in enumerate(names):
        said = fit(name, min(rooms) - size, size) + ("、" if place < len(names) - 1 else "")
        if lines and breadth(lines[-1] + said, size) <= rooms[len(lines) - 1]:
            lines[-1] += said
        elif len(lines) < len(rooms):
            lines.append(said)
        else:
            return [*lines[:-1], lines[-1].rstrip("、")], place
    return lines, len(names)
