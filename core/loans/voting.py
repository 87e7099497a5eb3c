"""When a node is passed or refused by those who decide it together; pure.

A seat is one vote. It is open until its holder, and everybody who was added to it, has decided.
"""

from collections.abc import Sequence
from enum import StrEnum

from core.loans.flows import Mode


class Seat(StrEnum):
    """How a vote stands."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"


def agreements_wanted(ratio: int, seats: int) -> int:
    """So many of these seats have to agree for `ratio` percent of all, one at least."""
    return max(-(-ratio * seats // 100), 1)


def outcome(mode: Mode, ratio: int, seats: Sequence[Seat]) -> Seat:
    """How the node stands by its seats. `ratio` is in percent, of all seats. A refusal ends 会签 and 依次 at once; of
    或签 the first decision counts; of 比例 a refusal ends it when the others are too few."""
    agreed, refused = seats.count(Seat.AGREED), seats.count(Seat.REFUSED)
    if not seats:  # nobody was found, not even an administrator: that is no agreement
        return Seat.OPEN
    match mode:
        case Mode.ANY:
            return Seat.AGREED if agreed else Seat.REFUSED if refused else Seat.OPEN
        case Mode.ALL | Mode.SEQUENCE:
            return Seat.REFUSED if refused else Seat.AGREED if agreed == len(seats) else Seat.OPEN
        case Mode.RATIO:
            wanted = agreements_wanted(ratio, len(seats))
            if agreed >= wanted:
                return Seat.AGREED
            return Seat.REFUSED if len(seats) - refused < wanted else Seat.OPEN


def on_turn(mode: Mode, seats: Sequence[Seat]) -> frozenset[int]:
    """The seats whose holders may act now: of 依次 the first that is open, else all that are."""
    still = [number for number, seat in enumerate(seats) if seat is Seat.OPEN]
    return frozenset(still[:1] if mode is Mode.SEQUENCE else still)
