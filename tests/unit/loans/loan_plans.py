"""Loans for the tests of what they cost and of what is late."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from core.loans.repayment import Method, Plan, Rate, Terms, plan_of


def loan(
    yuan: int = 12000,
    rate: str = "0.12",
    months: int = 12,
    method: Method = Method.EQUAL_PRINCIPAL,
    first: date = date(2027, 1, 15),
    day: int | None = None,
) -> Plan:
    """A plan; without more said 12,000 yuan at 1 % a month, 1,000 yuan of principal each 15th of 2027."""
    return plan_of(Terms(yuan * 100, method, Rate(Decimal(rate)), months, first, day))


terms = st.builds(
    Terms,
    principal_fen=st.integers(1, 10**11),
    method=st.sampled_from(Method),
    rate=st.builds(Rate, st.decimals(0, "0.36", places=4)),
    months=st.sampled_from((1, 2, 12, 36, 360)) | st.integers(1, 360),
    first=st.dates(date(2020, 1, 1), date(2040, 12, 31)),
)
