"""How a node stands by its votes, a row each: above all where the share of 比例 is met, or missed, by a hair."""

import pytest

from core.loans.flows import Mode
from core.loans.voting import Seat, on_turn, outcome

_SEATS = {"+": Seat.AGREED, "-": Seat.REFUSED, ".": Seat.OPEN}

# (how, percent, the seats: agreed, refused, open; how the node stands)
STANDS = [
    (Mode.RATIO, 60, "+++..", Seat.AGREED),  # 3 of 5 are 60 %
    (Mode.RATIO, 60, "++...", Seat.OPEN),
    (Mode.RATIO, 60, "++--.", Seat.OPEN),  # the one who is left can make it three
    (Mode.RATIO, 60, "+++--", Seat.AGREED),
    (Mode.RATIO, 60, "++---", Seat.REFUSED),
    (Mode.RATIO, 60, "---..", Seat.REFUSED),
    (Mode.RATIO, 61, "+++..", Seat.OPEN),
    (Mode.RATIO, 61, "+++--", Seat.REFUSED),
    (Mode.RATIO, 100, "++", Seat.AGREED),
    (Mode.RATIO, 100, "+-", Seat.REFUSED),
    (Mode.RATIO, 50, "+.", Seat.AGREED),
    (Mode.RATIO, 50, "-.", Seat.OPEN),
    (Mode.RATIO, 60, "", Seat.OPEN),
    (Mode.ALL, 100, "++.", Seat.OPEN),
    (Mode.ALL, 100, "+++", Seat.AGREED),
    (Mode.ALL, 100, "+-.", Seat.REFUSED),
    (Mode.SEQUENCE, 100, "-..", Seat.REFUSED),
    (Mode.ALL, 100, "", Seat.OPEN),
    (Mode.ANY, 100, "...", Seat.OPEN),
    (Mode.ANY, 100, ".+.", Seat.AGREED),
    (Mode.ANY, 100, "..-", Seat.REFUSED),
]


@pytest.mark.parametrize(("mode", "ratio", "votes", "stands"), STANDS)
def test_how_a_node_stands(mode: Mode, ratio: int, votes: str, stands: Seat) -> None:
    assert outcome(mode, ratio, [_SEATS[vote] for vote in votes]) is stands


@pytest.mark.parametrize(
    ("mode", "votes", "turn"), [(Mode.SEQUENCE, "+..", {1}), (Mode.ALL, "+..", {1, 2}), (Mode.SEQUENCE, "++", set())]
)
def test_whose_turn_it_is(mode: Mode, votes: str, turn: set[int]) -> None:
    assert on_turn(mode, [_SEATS[vote] for vote in votes]) == turn
