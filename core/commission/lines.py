"""What has to be written into the ledger so that it says what is earned now. Only added to: what a line said stays, and
what has changed is a line of its own. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.commission.reckoning import Earning, Period


class Kind(StrEnum):
    """What a line of the ledger is; the values stand in the database."""

    EARN = "earn"
    RERATE = "rerate"  # earlier deals, when the period reaches another step; or what a deal is was put right
    BOUND = "bound"  # a guarantee or a ceiling of the period
    HOLDBACK = "holdback"
    RELEASE = "release"
    CLAWBACK = "clawback"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True)
class Due:
    """A line that is missing: of the deal of this number (None: of the whole period), and how it is earned, if it is
    (None: it was of this period by mistake)."""

    kind: Kind
    fen: int
    deal: int | None = None
    earning: Earning | None = None


def missing(period: Period, written: Mapping[int, int], bounded_fen: int = 0) -> Iterator[Due]:
    """The lines that are missing beside those that are `written`: by the deal's number what they add up to; and
    `bounded_fen`, what those of the whole period do. Nothing, where the ledger says it all already.

    A deal that is no more of the period (it was put right: another day, another person) is taken back, too.
    """
    for earning in period.earnings:
        said = written.get(earning.deal.number)
        if said is None:
            yield Due(Kind.EARN, earning.fen, earning.deal.number, earning)
        elif said != earning.fen:
            yield Due(Kind.RERATE, earning.fen - said, earning.deal.number, earning)
    here = {earning.deal.number for earning in period.earnings}
    for number, said in sorted(written.items()):
        if number not in here and said:
            yield Due(Kind.RERATE, -said, number)
    if period.bounded_fen != bounded_fen:
        yield Due(Kind.BOUND, period.bounded_fen - bounded_fen)
