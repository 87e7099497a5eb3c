"""Repayments in words: a sum is read whole or not at all."""

from datetime import date
from decimal import Decimal

import pytest

from bot.phrases.repaid import plan_words, repayment_in, sum_in

READ = {
    "5000": (500_000, ""),
    "5000 12-15": (500_000, "12-15"),
    "12,000 12-15": (1_200_000, "12-15"),
    "1,234,567.89": (123_456_789, ""),
    "１２，０００元 昨天": (1_200_000, "昨天"),
    "1.2万": (1_200_000, ""),
    "1.2万元 今天": (1_200_000, "今天"),
    "800块12-15": (80_000, "12-15"),
    "一万 12-15": (1_000_000, "12-15"),
    "5k 昨天": (500_000, "昨天"),
}


@pytest.mark.parametrize(("text", "found"), READ.items())
def test_a_sum_and_what_stands_behind_it(text: str, found: tuple[int, str]) -> None:
    assert sum_in(text) == found


NONE = ["12-15", "12,00", "1,2000 12-15", "5000,12-15", "0", "1.234", "12345678901", "1.2.3", "5000%"]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_whole_sum_is_none(text: str) -> None:
    """A part of it would be recorded as the repayment."""
    assert sum_in(text) == (None, text)


TODAY = date(2026, 11, 27)
PLANS = {
    "等额本息 36期 年利率4.9% 首期 2027-01-15": (36, Decimal("0.049"), date(2027, 1, 15), "", ""),
    "3年 月利率 0.5% 首期1月15号": (36, Decimal("0.005"), date(2027, 1, 15), "", ""),
    "12期 利率4.9% 首期 1-15": (12, None, date(2027, 1, 15), "利率4.9%", ""),
    "12期 月息1分 首期 1-15": (12, None, date(2027, 1, 15), "月息1分", ""),
    "12期 年化6% 首期 2027-02-30": (12, Decimal("0.06"), None, "", "2027-02-30"),
    "12期 年化6%": (12, Decimal("0.06"), None, "", ""),
    "12期 年化6% 首期 26-12-24": (12, Decimal("0.06"), None, "", "26-12-24"),
    "12期 年化6% 首期 2026-12-32": (12, Decimal("0.06"), None, "", "2026-12-32"),
    "12期 年化6% 首期 2206-12-24": (12, Decimal("0.06"), None, "", "2206-12-24"),
    "12期 年化6% 首期 9999-12-31": (12, Decimal("0.06"), None, "", "9999-12-31"),
    "12期 年化6% 首期 1-1-1": (12, Decimal("0.06"), None, "", "1-1-1"),
    "12期 年化6% 首期13月5号": (12, Decimal("0.06"), None, "", "13月5号"),
}


@pytest.mark.parametrize(("text", "found"), PLANS.items())
def test_what_a_plan_says_and_what_is_not_clear_in_it(
    text: str, found: tuple[int, Decimal | None, date | None, str, str]
) -> None:
    said = plan_words(text, TODAY)
    share = said.rate.share if said.rate else None
    assert (said.months, share, said.first, said.rate_unclear, said.first_unclear) == found


REPAID = {
    "5000": (500_000, TODAY),
    "12,000 11-15": (1_200_000, date(2026, 11, 15)),
    "1.2万 昨天": (1_200_000, date(2026, 11, 26)),
    "5000 15号 现金": (500_000, date(2026, 11, 15)),
    "5000 2025-12-15": (500_000, date(2025, 12, 15)),
    "5000 5-28": (500_000, date(2026, 5, 28)),
}


@pytest.mark.parametrize(("text", "found"), REPAID.items())
def test_what_was_paid_and_when(text: str, found: tuple[int, date]) -> None:
    assert repayment_in(text, TODAY) == found


@pytest.mark.parametrize(
    "text",
    [
        "5000 12-15",
        "5000 5-27",
        "5000 6000 11-15",
        "5000 11-15 600",
        "5000 11-15 11-16",
        "5000 15号 16号",
        "5000 现金",
        "12,00 11-15",
    ],
)
def test_of_two_sums_or_days_or_a_day_of_which_year_is_not_clear_none_is_taken(text: str) -> None:
    assert repayment_in(text, TODAY) is None
