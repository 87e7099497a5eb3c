"""Repayments in words: a sum is read whole or not at all."""

from datetime import date
from decimal import Decimal

import pytest

from bot.phrases.application_numbers import split_application
from bot.phrases.repaid import beside_in, plan_words, repaid_of, repayment_in, sum_in
from cards.texts import repaying as texts
from core.loans.aftercare_outcomes import Again
from core.loans.arrears import Pause, standing
from core.loans.repayment import Method, Rate, Terms, plan_of

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
    "5000大前天": (500_000, "大前天"),
    "五千大前天": (500_000, "大前天"),
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
    "1期 年利率4.9% 罚息年利率7.35% 首期 1-15": (1, None, date(2027, 1, 15), "年利率4.9%、年利率7.35%", ""),
    "36期 年化利率4.9% 首期 1-15": (36, Decimal("0.049"), date(2027, 1, 15), "", ""),
    "36期 年利率4.9 1-15": (36, None, date(2027, 1, 15), "利率4.9", ""),
    "36个月分36期 年利率4.9% 或 36 个月 首期 1-15": (36, Decimal("0.049"), date(2027, 1, 15), "", ""),
    # a range, or something on top
    "36期 年利率4.9%-5.2% 首期 1-15": (36, None, date(2027, 1, 15), "年利率4.9%-5.2%", ""),
    "36期 年利率4.9%～5.2 首期 1-15": (36, None, date(2027, 1, 15), "年利率4.9%~5.2", ""),
    "36期 年利率4.9% 或者 5.2% 首期 1-15": (36, None, date(2027, 1, 15), "年利率4.9%、5.2%", ""),
    "36期 年利率3.85% 上浮50% 首期 1-15": (36, None, date(2027, 1, 15), "年利率3.85%、50%", ""),
    "36期 年利率4.9% 1分 首期 1-15": (36, None, date(2027, 1, 15), "年利率4.9%、1分", ""),
    "36期 年利率4.9% 到 1-15": (36, Decimal("0.049"), date(2027, 1, 15), "", ""),
}


@pytest.mark.parametrize(("text", "found"), PLANS.items())
def test_what_a_plan_says_and_what_is_not_clear_in_it(
    text: str, found: tuple[int, Decimal | None, date | None, str, str]
) -> None:
    said = plan_words(text, TODAY)
    share = said.rate.share if said.rate else None
    assert (said.months, share, said.first, said.rate_unclear, said.first_unclear) == found


IN_JANUARY = date(2027, 1, 15)
TERMS_AND_DAYS = {
    # a year of a day is no term, and a part of a rate no day
    "等额本息 首期 2027年1月15日 36期 年利率4.9%": (36, IN_JANUARY, "", ""),
    "等额本息 首期2027年1月15日 年利率4.9%": (None, IN_JANUARY, "", ""),
    "首期 2027 年 1 月 15 日 36 期 年利率 4.9%": (36, IN_JANUARY, "", ""),
    "首期 2027年 1月 15日 36期 年利率4.9%": (36, IN_JANUARY, "", ""),
    "首期 ２０２７年１月１５日 ３６期 年利率４．９％": (36, IN_JANUARY, "", ""),
    "3年 首期 27年1月15日 年利率4.9%": (36, None, "", "27年1月15日"),
    "36期 首期明年1月15日 年利率4.9%": (36, IN_JANUARY, "", ""),
    "36期 明年12月15日首期 年利率4.9%": (36, date(2027, 12, 15), "", ""),
    "首期 2027-01-15 月利率0.5% 36期": (36, IN_JANUARY, "", ""),
    "放款50.5万 36期 年利率4.9% 1-15": (36, IN_JANUARY, "", ""),
    # a day before the word for it
    "36期 1月15日开始还 年利率4.9%": (36, IN_JANUARY, "", ""),
    "1月15日首次还款 年利率4.9% 36期": (36, IN_JANUARY, "", ""),
    "年利率4.9% 36期1月15日开始还": (36, IN_JANUARY, "", ""),
    "11-26放款 1月15日开始还 36期 年利率4.9%": (36, IN_JANUARY, "", ""),
    "11-26放款 首期1月15日 末期2029-12-15 36期 年利率4.9%": (36, IN_JANUARY, "", ""),
    "12个月15日开始还 年利率4.9%": (12, date(2026, 12, 15), "", ""),
    "36期 年利率4.9% 开始还": (36, None, "", ""),
    "2027.1.15，作为首期 36个月 年利率4.9%": (36, IN_JANUARY, "", ""),
    "11-26放款 首期下月 36期 年利率4.9%": (36, None, "", ""),
    "11-26放款 首期20270115 36期 年利率4.9%": (36, None, "", "20270115"),
    # which of two days, or which month
    "36期 11-26放款 1-15还款 年利率4.9%": (36, None, "", "11-26、1-15"),
    "36期 年利率4.9% 每月15号": (36, None, "", "每月15号"),
    "36期 年利率4.9% 15号": (36, None, "", "15号"),
    "36期 年利率4.9% 首期下个月15号": (36, None, "", "下个月15号"),
    "36期 年利率4.9% 首期1-15 每月20号还": (36, None, "", "2027-01-15、每月20号"),
    "36期 年利率4.9% 首期1-15 每月15号还": (36, IN_JANUARY, "", ""),
    # which of two terms
    "第1期 2027-01-15 36期 年利率4.9%": (36, IN_JANUARY, "", ""),
    "3期宽限 36期 首期1-15 年利率4.9%": (None, IN_JANUARY, "3期、36期", ""),
    "1期 2027-01-15 36期 年利率4.9%": (None, IN_JANUARY, "1期、36期", ""),
    "24期或36期 首期1-15 年利率4.9%": (None, IN_JANUARY, "24期、36期", ""),
    "24-36期 首期1-15 年利率4.9%": (None, IN_JANUARY, "24-36期", ""),
    "36期(3年) 首期1-15 年利率4.9%": (36, IN_JANUARY, "", ""),
    # numbers whole
    "3年年利率4.9% 首期1-15": (36, IN_JANUARY, "", ""),
    "1.5年 首期1-15 年利率4.9%": (18, IN_JANUARY, "", ""),
    "2年半 首期1-15 年利率4.9%": (30, IN_JANUARY, "", ""),
    "2年6个月 首期1-15 年利率4.9%": (30, IN_JANUARY, "", ""),
    "361期 首期1-15 年利率4.9%": (None, IN_JANUARY, "361期", ""),
    "1036期 首期1-15 年利率4.9%": (None, IN_JANUARY, "1036期", ""),
}


@pytest.mark.parametrize(("text", "found"), TERMS_AND_DAYS.items())
def test_how_long_and_from_when_in_any_order(text: str, found: tuple[int | None, date | None, str, str]) -> None:
    said = plan_words(text, TODAY)
    assert said.rate is not None
    assert (said.months, said.first, said.months_unclear, said.first_unclear) == found


@pytest.mark.parametrize(
    ("paid_out", "first"),
    [
        (date(2026, 10, 20), date(2026, 11, 20)),
        (date(2026, 11, 24), date(2027, 11, 20)),
        (date(2025, 11, 10), date(2027, 11, 20)),
    ],
    ids=["was already", "is to come", "the payout long ago"],
)
def test_a_first_day_without_a_year_is_the_one_behind_the_payout(paid_out: date, first: date) -> None:
    """A plan may be set after its first instalment was due; it was not due a year later."""
    assert plan_words("36期 首期11-20 年利率4.9%", TODAY, paid_out).first == first


@pytest.mark.parametrize(
    "way",
    [
        "等本等息",
        "等额等息",
        "气球贷",
        "到期一次还本付息",
        "按季付息到期还本",
        "先息后本 按季付息",
        "等额本息 等额本金",
    ],
)
def test_another_way_of_paying_back_is_asked_about(way: str) -> None:
    said = plan_words(f"{way} 12期 年利率20% 首期 2027-01-10", TODAY)
    assert said.method is None
    assert said.method_unclear


@pytest.mark.parametrize(
    ("way", "method"),
    [
        ("等额本息", Method.EQUAL_INSTALMENT),
        ("等额本金还款", Method.EQUAL_PRINCIPAL),
        ("按先息后本", Method.INTEREST_ONLY),
    ],
)
def test_a_known_one_is_taken(way: str, method: Method) -> None:
    said = plan_words(f"{way} 12期 年利率20% 首期 2027-01-10", TODAY)
    assert (said.method, said.method_unclear) == (method, "")
    assert plan_words("12期 年利率20% 首期 2027-01-10 还款日10号", TODAY).method_unclear == ""


REPAID = {
    "5000": (500_000, TODAY),
    "12,000 11-15": (1_200_000, date(2026, 11, 15)),
    "1.2万 昨天": (1_200_000, date(2026, 11, 26)),
    "1.2万 大前天": (1_200_000, date(2026, 11, 24)),
    "5000大前天": (500_000, date(2026, 11, 24)),
    "5000 前天": (500_000, date(2026, 11, 25)),
    "5000 现金": (500_000, TODAY),
    "6500 银行自动扣款": (650_000, TODAY),
    "5000 昨天 现金 昨天": (500_000, date(2026, 11, 26)),
    "5000 15号 现金": (500_000, date(2026, 11, 15)),
    "5000 2025-12-15": (500_000, date(2025, 12, 15)),
    "5000 5-28": (500_000, date(2026, 5, 28)),
    "5000 2026年 10月 15日": (500_000, date(2026, 10, 15)),
    "5000 去年12月15日": (500_000, date(2025, 12, 15)),
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
        "5000 昨天 前天",
        "5000 大前天 前天",
        "5000 昨天 11-15",
        "5000 15号 昨天",
        "5000 大大前天",
        "12,00 11-15",
    ],
)
def test_of_two_sums_or_days_or_a_day_of_which_year_is_not_clear_none_is_taken(text: str) -> None:
    assert repayment_in(text, TODAY) is None


def test_the_day_before_the_word_for_it_is_read_whole() -> None:
    assert repaid_of("A11大前天还了2万") == (11, "2万 大前天")


@pytest.mark.parametrize("count", [1, 2, 9, 98])
@pytest.mark.parametrize(("settles", "word"), [(False, "还款 "), (True, "结清 ")])
def test_what_is_offered_to_record_one_more_is_read_so(count: int, settles: bool, word: str) -> None:
    offered = texts.again(Again(203, 500_050, TODAY, settles, count))
    said = split_application(offered.removeprefix(word))
    assert said is not None
    paid, beside = beside_in(said[1])
    assert (said[0], beside) == (203, count)
    assert repayment_in(paid, TODAY) == (500_050, TODAY)


NO_OTHER_ONE = ["5000 11-15", "5000 11-15 没写错", "5000 再记第1笔", "5000 再记第100笔", "再记一笔 5000"]


@pytest.mark.parametrize("text", NO_OTHER_ONE)
def test_what_is_no_other_one_is_left_whole(text: str) -> None:
    assert beside_in(text) == (text, 0)


def test_of_a_loan_in_grace_no_lateness_is_told() -> None:
    terms = Terms(1_200_000, Method.EQUAL_PRINCIPAL, Rate(Decimal("0.12")), 12, date(2026, 11, 24))
    grace, today = Pause(date(2026, 11, 20)), date(2026, 12, 1)
    assert texts.standing(standing(plan_of(terms), (), (grace,), today)) == (
        "到期未还 1,120元，延期中，不算逾期。下一期 2026-12-24 1,110元。"
    )
