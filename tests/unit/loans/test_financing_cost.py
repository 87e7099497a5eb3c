"""What a loan costs a year agrees with published examples, and grows with every fee."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loan_plans import loan, terms

from core.loans.cost import Cost, Fees, NoRate, above, yearly_cost
from core.loans.repayment import Instalment, Method, Plan, Rate, Terms, plan_of

LINE = Decimal("0.24")


def cost(plan: Plan, fees: Fees) -> Cost:
    found = yearly_cost(plan, fees)
    assert isinstance(found, Cost)
    return found


def level(principal_fen: int, instalment_fen: int, months: int) -> Plan:
    """A plan by what is paid each month alone, all principal in the first rows: to the rate it is the same."""
    left, rows = principal_fen, []
    for number in range(1, months + 1):
        part = min(left, instalment_fen)
        rows.append(Instalment(number, date(2027, 1, 15), part, instalment_fen - part))
        left -= part
    return Plan(tuple(rows))


def test_the_central_banks_example_gives_both_of_its_rates() -> None:
    """中国人民银行公告〔2021〕第3号: 100,000 lent, 1,000 of service fee at once, twelve times 8,833.3 paid: about
    12.80 % simple, 13.58 % by the internal rate of return."""
    found = cost(level(100_000_00, 8833_30, 12), Fees(service_fen=1000_00))
    assert (found.simple, found.effective) == (Decimal("0.1280"), Decimal("0.1358"))
    assert (found.in_hand_fen, found.extra_fen) == (99_000_00, 6999_60)


@pytest.mark.parametrize(
    ("fees", "percent"),
    [
        (Fees(), "9.38"),
        (Fees(upfront_fen=60_00), "9.95"),
        (Fees(monthly_fen=1_25), "9.86"),
        (Fees(upfront_fen=60_00, monthly_fen=3_00), "11.11"),
    ],
)
def test_the_european_commissions_examples_give_their_rates(fees: Fees, percent: str) -> None:
    """COM(2005) 483, annex II, examples 2 to 5: 6,000 and 48 times 149.31, without and with fees: 9.380593, 9.954966,
    9.856689 and 11.1070115 % a year, compounded."""
    assert cost(level(6000_00, 149_31, 48), fees).effective == Decimal(percent) / 100


def test_a_fee_of_0_6_percent_a_month_is_13_percent_a_year() -> None:
    """The instalment offer of banks: 12,000 in twelve parts and 72 each month, which is not 7.2 % a year: of what is
    owed it is nearly twice that."""
    found = cost(loan(12000, "0", 12), Fees(monthly_fen=72_00))
    assert (found.simple, found.effective) == (Decimal("0.1303"), Decimal("0.1384"))


def test_one_month_reckoned_by_hand() -> None:
    """1,000 lent, 20 kept back: 980 in hand, 1,029 paid a month later: 5 % a month, 60 % simple, 1.05^12 - 1."""
    found = cost(loan(1000, "0.348", 1), Fees(service_fen=20_00))
    assert (found.monthly, found.simple, found.effective) == (Decimal("0.05"), Decimal("0.6"), Decimal("0.7959"))


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("months", [1, 12, 36, 360])
def test_without_fees_the_cost_is_the_contracts_rate(method: Method, months: int) -> None:
    found = cost(loan(500_000, "0.24", months, method), Fees())
    assert (found.simple, found.effective) == (LINE, Decimal("0.2682"))
    assert not above(found, LINE)
    assert above(found, LINE, compounded=True)


def test_a_fee_lifts_a_loan_at_the_line_above_it() -> None:
    assert above(cost(loan(500_000, "0.24", 36), Fees(service_fen=500_00)), LINE)


def test_a_large_loan_at_a_small_rate_has_a_rate() -> None:
    """pyxirr finds none where the sums are given in fen."""
    plan = plan_of(Terms(78_429_378_167, Method.EQUAL_INSTALMENT, Rate(Decimal("0.0003")), 360, date(2027, 1, 31)))
    assert cost(plan, Fees()).simple == Decimal("0.0003")


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("months", [1, 3, 358, 360])
def test_a_loan_for_nothing_costs_nothing_and_not_minus_nothing(method: Method, months: int) -> None:
    """The library finds -0.0000000000000005 for some: not to be shown as -0.00 %."""
    found = cost(loan(70_000_001, "0", months, method), Fees())
    assert (str(found.simple), str(found.effective)) == ("0.0000", "0.0000")
    assert (found.monthly, found.extra_fen) == (0, 0)


@pytest.mark.parametrize("taken", [1000_00, 1000_01])
def test_fees_that_take_all_leave_no_rate_and_are_no_cheap_loan(taken: int) -> None:
    found = yearly_cost(loan(1000, "0", 3), Fees(upfront_fen=500_00, service_fen=taken - 500_00))
    assert found == NoRate(1000_00 - taken, taken)
    assert above(found, LINE)


@pytest.mark.parametrize(("left", "has_rate"), [(1, False), (90_00, False), (100_00, True)])
def test_fees_that_take_nearly_all_leave_no_rate_worth_a_number(left: int, has_rate: bool) -> None:
    """1,100 to be paid after a month: on 100 in hand 1,000 % a month."""
    found = yearly_cost(loan(1000, "1", 1), Fees(upfront_fen=1000_00 - left, monthly_fen=1667))
    assert isinstance(found, Cost) is has_rate
    assert above(found, LINE)


def test_a_year_at_a_thousand_percent_a_month_can_still_be_written() -> None:
    found = cost(loan(1000, "0", 1), Fees(upfront_fen=909_00))
    assert found.effective > 10**12


@pytest.mark.parametrize("fee", ["upfront_fen", "service_fen", "monthly_fen"])
def test_a_fee_below_nothing_is_refused(fee: str) -> None:
    with pytest.raises(ValueError):
        Fees(**{fee: -1})


shares = st.integers(0, 40).map(lambda percent: Fraction(percent, 100))
real_terms = terms.filter(lambda each: each.principal_fen >= 1000_00)


def fees_of(of: Terms, upfront: Fraction, service: Fraction, monthly: Fraction) -> Fees:
    """Fees as shares of the principal; the monthly one of a month's share of it."""
    lent = of.principal_fen
    return Fees(int(lent * upfront), int(lent * service), int(lent * monthly / of.months))


@settings(deadline=None)
@given(real_terms, shares, shares, shares, st.sampled_from(("upfront_fen", "service_fen", "monthly_fen")))
def test_the_cost_grows_with_every_fee(
    of: Terms, upfront: Fraction, service: Fraction, monthly: Fraction, fee: str
) -> None:
    plan, fees = plan_of(of), fees_of(of, upfront, service, monthly)
    more = replace(fees, **{fee: getattr(fees, fee) + of.principal_fen // 100})
    assert cost(plan, more).monthly > cost(plan, fees).monthly
    assert cost(plan, more).extra_fen > cost(plan, fees).extra_fen


@settings(deadline=None)
@given(real_terms, shares, shares, shares)
def test_at_the_rate_what_is_paid_is_worth_what_was_got(
    of: Terms, upfront: Fraction, service: Fraction, monthly: Fraction
) -> None:
    """Reckoned backwards, month by month, without the library: what is owed grows by the rate and ends at nothing, to
    what the ten places of the rate leave open."""
    plan, fees = plan_of(of), fees_of(of, upfront, service, monthly)
    found = cost(plan, fees)
    worth = {step: Fraction(0) for step in (-1, 1)}
    for each in reversed(plan.instalments):
        for step in worth:
            rate = float(found.monthly) + step * 1e-10
            worth[step] = (worth[step] + each.total_fen + fees.monthly_fen) / Fraction(1 + rate).limit_denominator(
                10**12
            )
            worth[step] = Fraction(float(worth[step]))
    assert float(worth[1]) * (1 - 1e-9) <= found.in_hand_fen <= float(worth[-1]) * (1 + 1e-9)


@settings(deadline=None)
@given(real_terms)
def test_the_effective_rate_is_never_below_the_simple_one(of: Terms) -> None:
    found = cost(plan_of(of), Fees())
    assert found.effective >= found.simple >= 0


@settings(deadline=None)
@given(st.integers(10_000, 10**6), st.sampled_from(Method), st.integers(1, 360), st.decimals(0, "0.36", places=4))
def test_a_loan_in_whole_yuan_costs_what_its_contract_says(
    yuan: int, method: Method, months: int, share: Decimal
) -> None:
    """Rounding to the fen moves a loan of 10,000 yuan and more by no more than a hundredth of a percent."""
    plan = plan_of(Terms(yuan * 100, method, Rate(share), months, date(2027, 1, 15)))
    assert abs(cost(plan, Fees()).simple - share) <= Decimal("0.0001")
