"""分成: an amount among several, to the fen."""

from collections.abc import Sequence
from decimal import Decimal


def split(amount_fen: int, shares: Sequence[Decimal]) -> tuple[int, ...]:
    """The parts, in the order of `shares`, which add up to one. Each is cut to the fen, and what is left over goes to
    the largest share (of equal ones to the first): together they are the whole, always. Less than nothing is split as
    much.

    Raises:
        ValueError: a share is not above 0, or they do not add up to one.
    """
    if not shares or any(share <= 0 for share in shares) or sum(shares) != 1:
        raise ValueError("shares are above 0 and add up to one")
    sign = -1 if amount_fen < 0 else 1
    parts = [int(abs(amount_fen) * share) for share in shares]
    largest = max(range(len(shares)), key=lambda place: (shares[place], -place))
    parts[largest] += abs(amount_fen) - sum(parts)
    return tuple(sign * part for part in parts)
