"""综合年化成本: what a loan costs the customer a year, all fees in; pure values and functions.

The rate is the one at which all that the customer pays, month by month, is worth on the day of the payout what he got
in hand (internal rate of return, IRR). Fees taken on that day lessen what he got, whoever takes them: the lender, the
guarantor, or the brokerage for its service.

Two yearly rates come of one monthly IRR, and the central bank lets lenders show either (中国人民银行公告〔2021〕第3号,
whose example of 12.80 % and 13.58 % the tests hold): `simple` is twelve times it (单利, to be said to be so),
`effective` has the months compounded (复利) and is higher: 24 % simple is 26.82 %. The line of 24 % is a yearly rate
(年利率) in which nothing is compounded (法发〔2017〕22号, which 金规〔2025〕9号 is read to refer to), and lenders here
compare it with twelve times the monthly IRR: so does `above`, unless it is told to take the stricter reading. All this
is known from others' accounts of the texts; which of the two a court or a supervisor takes is for the company's counsel
to say.
"""

from dataclasses import dataclass
from decimal import Decimal

import pyxirr

from core.loans.repayment import Plan

MOST_MONTHLY = 10  # 1,000 % a month: what is above it is a slip of the pen, and says nothing as a number


@dataclass(frozen=True, slots=True)
class Fees:
    """What the customer pays beside principal and interest, in fen: once on the day of the payout (评估费, 担保费, and
    the brokerage's own `service_fen` 服务费), and with each instalment (账户管理费, 担保费 by the month).

    Raises:
        ValueError: one is below 0.
    """

    upfront_fen: int = 0
    service_fen: int = 0
    monthly_fen: int = 0

    def __post_init__(self) -> None:
        if min(self.upfront_fen, self.service_fen, self.monthly_fen) < 0:
            raise ValueError(f"a fee below nothing: {self}")

    @property
    def at_payout_fen(self) -> int:
        """What is taken on the day of the payout."""
        return self.upfront_fen + self.service_fen


@dataclass(frozen=True, slots=True)
class Cost:
    """`in_hand_fen` is what the customer got, `extra_fen` what he pays beyond the principal. `monthly` is the IRR to
    ten places; the yearly rates are rounded to 0.01 %, half up, as they are shown."""

    in_hand_fen: int
    extra_fen: int
    monthly: Decimal
    simple: Decimal
    effective: Decimal


@dataclass(frozen=True, slots=True)
class NoRate:
    """There is no rate: the fees of the first day take all that is lent (`in_hand_fen` is 0 or below), so that nothing
    was financed; or so nearly all that it would be above MOST_MONTHLY; or none was found."""

    in_hand_fen: int
    extra_fen: int


def yearly_cost(plan: Plan, fees: Fees) -> Cost | NoRate:
    """What a loan with this plan and these fees costs; its instalments are taken to be a month apart."""
    in_hand = plan.principal_fen - fees.at_payout_fen
    extra = plan.interest_fen + fees.at_payout_fen + fees.monthly_fen * len(plan.instalments)
    paid = [each.total_fen + fees.monthly_fen for each in plan.instalments]
    monthly = _irr(in_hand, paid) if in_hand > 0 else None
    if monthly is None or monthly > MOST_MONTHLY:
        return NoRate(in_hand, extra)
    effective = (1 + monthly) ** 12 - 1
    return Cost(in_hand, extra, _places(monthly, 10), _places(monthly * 12, 4), _places(effective, 4))


def above(cost: Cost | NoRate, line: Decimal, *, compounded: bool = False) -> bool:
    """Is a loan dearer than the line (0.24) allows? One without a rate is: it is never passed as cheap.

    The rate as it is shown counts, so that a loan of exactly 24 % is not above by what rounding to the fen has added.
    """
    if isinstance(cost, NoRate):
        return True
    return (cost.effective if compounded else cost.simple) > line


def _irr(in_hand: int, paid: list[int]) -> float | None:
    """The monthly rate. What goes out changes its sign only once and is no less than what came in, so that there is
    exactly one, and it is not below 0; of a loan that costs nothing the library's may be, by its last digits."""
    # As parts of what was got: pyxirr measures how near it is by the sums themselves, and of some large loans in fen it
    # finds no rate at all (135 of 6,000 made-up ones; of the same ones as parts it found every rate).
    rate = pyxirr.irr([1.0, *(-each / in_hand for each in paid)], silent=True)
    return None if rate is None else max(rate, 0.0)


def _places(rate: float, places: int) -> Decimal:
    # the shortest decimal that is this float, so that 0.125 is rounded as it reads and not as it is stored
    exact = Decimal(repr(rate))
    return exact.quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP")
