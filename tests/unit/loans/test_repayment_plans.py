"""Plans agree with published figures, and add up whatever the loan."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from loan_plans import loan, terms

from core.loans.repayment import Instalment, Method, Per, Rate, Terms, due_days, plan_of, rounded

FIRST = date(2027, 1, 31)


def money(plan_row: Instalment) -> tuple[int, int]:
    return plan_row.principal_fen, plan_row.interest_fen


# The figures of the mortgage are those that Chinese calculators give for 1,000,000 yuan, 30 years, 4.9 % (the manual of
# loan-calculate-utils prints them): 5,307.27 a month and 910,616.19 of interest; 6,861.11 in the first month and
# 737,041.67 of interest. They do not round within; a plan in whole fen does 360 times.


def test_equal_instalments_of_a_mortgage_are_the_published_ones() -> None:
    plan = loan(1_000_000, "0.049", 360, Method.EQUAL_INSTALMENT)
    assert {each.total_fen for each in plan.instalments[:-1]} == {5307_27}
    assert money(plan.instalments[0]) == (1223_94, 4083_33)
    assert plan.interest_fen == pytest.approx(910_616_19, abs=360)


def test_equal_principal_of_a_mortgage_is_the_published_one() -> None:
    plan = loan(1_000_000, "0.049", 360, Method.EQUAL_PRINCIPAL)
    assert plan.instalments[0].total_fen == 6861_11
    assert {each.principal_fen for each in plan.instalments[:-1]} == {2777_78}
    assert plan.instalments[-1].principal_fen == 2776_98
    assert plan.interest_fen == pytest.approx(737_041_67, abs=360)


def test_a_year_at_8_24_percent_is_as_in_the_manual_of_numpy_financial() -> None:
    """`ipmt`: 2,500 for a year at 8.24 %; interest 17.17, 15.79, 14.40 … 1.49. The last is 1.48
    here, as it is reckoned on principals in whole fen."""
    plan = loan(2500, "0.0824", 12, Method.EQUAL_INSTALMENT)
    interest = [17_17, 15_79, 14_40, 13_01, 11_60, 10_18, 8_76, 7_32, 5_88, 4_42, 2_96, 1_48]
    assert [each.interest_fen for each in plan.instalments] == interest
    assert plan.instalments[0].total_fen == 217_75


def test_three_months_reckoned_by_hand() -> None:
    """1,200 at 1 % a month: 408.03 a month (1200 · 0.01 · 1.030301 / 0.030301 = 408.0265…). The interest is 12.00, then
    1 % of 803.97, then 1 % of 403.98; the last instalment is a fen less."""
    plan = loan(1200, "0.12", 3, Method.EQUAL_INSTALMENT)
    assert [money(each) for each in plan.instalments] == [(396_03, 12_00), (399_99, 8_04), (403_98, 4_04)]


def test_interest_only_pays_the_principal_at_the_end() -> None:
    plan = plan_of(Terms(500_000_00, Method.INTEREST_ONLY, Rate(Decimal("0.006"), Per.MONTH), 3, FIRST))
    assert [money(each) for each in plan.instalments] == [(0, 3000_00), (0, 3000_00), (500_000_00, 3000_00)]


@pytest.mark.parametrize("method", Method)
def test_a_monthly_rate_is_a_twelfth_of_a_yearly_one(method: Method) -> None:
    yearly, monthly = Rate(Decimal("0.12")), Rate(Decimal("0.01"), Per.MONTH)
    assert plan_of(Terms(99_999_99, method, yearly, 24, FIRST)) == plan_of(Terms(99_999_99, method, monthly, 24, FIRST))


def test_a_third_a_month_is_not_cut_short() -> None:
    assert Rate(Decimal("0.04")).monthly == Fraction(1, 300)


@pytest.mark.parametrize("method", Method)
def test_one_month_is_one_instalment_of_everything(method: Method) -> None:
    assert [money(each) for each in loan(1000, "0.06", 1, method).instalments] == [(1000_00, 5_00)]


@pytest.mark.parametrize("method", [Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL])
def test_without_interest_the_last_instalment_takes_the_rounding(method: Method) -> None:
    assert [money(each) for each in loan(1000, "0", 3, method).instalments] == [(333_33, 0), (333_33, 0), (333_34, 0)]


def test_half_a_fen_is_rounded_up() -> None:
    """1 % of 0.50 yuan is half a fen; 1 % of 0.49 is less."""
    rate = Rate(Decimal("0.01"), Per.MONTH)
    assert [plan_of(Terms(fen, Method.INTEREST_ONLY, rate, 1, FIRST)).interest_fen for fen in (49, 50)] == [0, 1]


def test_the_31st_is_the_last_day_of_a_shorter_month_and_the_31st_again_after_it() -> None:
    days = list(due_days(Terms(1, Method.EQUAL_PRINCIPAL, Rate(Decimal(0)), 14, date(2027, 12, 31))))
    assert days[:5] == [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]
    assert days[-1] == date(2029, 1, 31)


def test_the_day_may_be_one_that_the_first_month_does_not_have() -> None:
    plan = loan(1000, months=3, first=date(2027, 2, 28), day=31)
    assert [each.due for each in plan.instalments] == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


@pytest.mark.parametrize(("first", "day"), [(date(2027, 1, 30), 31), (date(2027, 2, 27), 31), (FIRST, 0), (FIRST, 32)])
def test_a_day_that_contradicts_the_first_one_is_refused(first: date, day: int) -> None:
    with pytest.raises(ValueError):
        loan(first=first, day=day)


@pytest.mark.parametrize("share", ["4.9", "-0.01", "NaN", "Infinity", "1e-13"])
def test_what_is_no_rate_is_refused(share: str) -> None:
    with pytest.raises(ValueError):
        Rate(Decimal(share))


@pytest.mark.parametrize(("yuan", "months"), [(0, 12), (-1, 12), (1, 0), (1, 361)])
def test_what_is_no_loan_is_refused(yuan: int, months: int) -> None:
    with pytest.raises(ValueError):
        loan(yuan, months=months)


@settings(deadline=None)
@given(terms)
def test_principals_add_up_and_nothing_is_below_nothing(given_terms: Terms) -> None:
    plan = plan_of(given_terms)
    assert plan.principal_fen == given_terms.principal_fen
    assert all(each.principal_fen >= 0 and each.interest_fen >= 0 for each in plan.instalments)
    assert [each.number for each in plan.instalments] == list(range(1, given_terms.months + 1))


@settings(deadline=None)
@given(terms)
def test_each_instalment_falls_due_in_the_next_month(given_terms: Terms) -> None:
    days = list(due_days(given_terms))
    assert days[0] == given_terms.first
    months = [day.year * 12 + day.month for day in days]
    assert months == list(range(months[0], months[0] + given_terms.months))


@settings(deadline=None)
@given(terms)
def test_the_interest_is_that_of_what_was_left(given_terms: Terms) -> None:
    """Each month's interest is within half a fen of the monthly rate times the principal not paid back before it."""
    left = given_terms.principal_fen
    for each in plan_of(given_terms).instalments:
        assert abs(each.interest_fen - left * given_terms.rate.monthly) <= Fraction(1, 2)
        left -= each.principal_fen


@settings(deadline=None)
@given(terms)
def test_all_instalments_but_the_last_are_equal_until_nothing_is_left(given_terms: Terms) -> None:
    found = plan_of(given_terms).instalments[:-1]
    left, totals, principals = given_terms.principal_fen, set(), set()
    for each in found:
        left -= each.principal_fen
        if left:
            totals.add(each.total_fen)
            principals.add(each.principal_fen)
    equal = totals if given_terms.method is Method.EQUAL_INSTALMENT else principals
    assert len(equal) <= 1


@settings(deadline=None)
@given(terms)
def test_the_instalments_are_those_that_fractions_give(given_terms: Terms) -> None:
    """`amounts` reckons in whole numbers; here the same is written down as it is defined."""
    monthly, lent, months = given_terms.rate.monthly, given_terms.principal_fen, given_terms.months
    instalment = Fraction(lent, months)
    if monthly and given_terms.method is Method.EQUAL_INSTALMENT:
        grown = (1 + monthly) ** months
        instalment = lent * monthly * grown / (grown - 1)
    left = lent
    for each in plan_of(given_terms).instalments:
        interest = rounded(left * monthly)
        principal = 0 if given_terms.method is Method.INTEREST_ONLY else rounded(instalment)
        if monthly and given_terms.method is Method.EQUAL_INSTALMENT:
            principal -= interest
        assert money(each) == (left if each.number == months else min(principal, left), interest)
        left -= each.principal_fen
