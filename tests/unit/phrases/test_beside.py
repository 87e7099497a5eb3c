"""What stands beside all that a command needs: what may say that it is not so is asked about."""

from datetime import UTC, date, datetime

import pytest

from bot.phrases.beside import Filler, told_beside, wants_it_not
from bot.phrases.periods import NoPeriod, beside_period, read_period
from bot.phrases.repaid import beside_days, beside_plan, beside_repayment, repayment_named

TODAY, NOW = date(2026, 11, 24), datetime(2026, 11, 24, 2, tzinfo=UTC)
DOUBTFUL = [
    "没还",
    "会还",
    "吗",
    "退回了",
    "没到",
    "取消",
    "不对",
    "失败",
    "可能",
    "待定",
    "他没答应",
    "算了",
    "错了",
    "准备还",
]


@pytest.mark.parametrize("words", DOUBTFUL)
def test_what_is_no_filler_is_told(words: str) -> None:
    assert [told_beside(words, each) for each in Filler] == [words] * len(Filler)
    assert beside_repayment(f"5000 今天{words}", TODAY) == words
    assert beside_repayment(f"1.2万 11-20 {words}", TODAY) == words
    assert beside_days(f"12-05 12-20 {words}", TODAY) == words
    assert beside_plan(f"等额本息 36期 年利率4.9% 首期 2026-12-20 {words}", TODAY) == words
    assert beside_period(f"12-05 到 12-20 {words}", NOW) == words.replace("到", "")


@pytest.mark.parametrize(
    "text", ["5000", "5000 昨天 微信转的", "1.2万 昨天 现金", "5000 11-20 客户还的", "5000 今天 部分还款"]
)
def test_fillers_beside_a_repayment_say_nothing(text: str) -> None:
    assert beside_repayment(text, TODAY) == ""


@pytest.mark.parametrize(
    "text",
    [
        "到 12-31",
        "12-01 到 12-05",
        "3天",
        "12月1日-12月5日",
        "到12-31 出差",
        "从明天起到12-05止",
        "下周一到下周五 休年假",
    ],
)
def test_fillers_beside_a_period_say_nothing(text: str) -> None:
    assert beside_period(text, NOW) == ""


@pytest.mark.parametrize("words", ["延后还款", "同意延期还款", "不用提醒了,还没到账", "宽限"])
def test_what_fills_another_command_does_not_fill_this_one(words: str) -> None:
    assert beside_repayment(f"5000 今天{words}", TODAY) == words


@pytest.mark.parametrize("words", ["提前还了", "已经还了"])
def test_days_of_grace_are_not_given_for_what_was_paid(words: str) -> None:
    assert beside_days(f"12-05 12-20 {words}", TODAY) == words


@pytest.mark.parametrize("text", ["明天起", "从12-01开始休假", "12-01 以后"])
def test_a_day_from_which_on_is_not_the_last_one(text: str) -> None:
    assert read_period(text, NOW) == NoPeriod("unclear")


@pytest.mark.parametrize(
    "text",
    [
        *("等额本息 36期 年利率4.9% 首期 2026-12-20", "36期 年利率4.9% 首期 2026-12-20 每月20号"),
        *("等额本金，12期，年利率6%，首期12月24日", "等额本息 3年 年化4.9% 每月15号还 首期 1月15日"),
        "期限12期 年利率6% 首期日期 2026-12-24 改为等额本金",
    ],
)
def test_beside_a_whole_plan_stands_nothing(text: str) -> None:
    assert beside_plan(text, TODAY) == ""


NAMED = {
    "": (None, None, ""),
    "5000": (500_000, None, ""),
    "8000 11-20 记错": (800_000, date(2026, 11, 20), ""),
    "2026-11-20的5000": (500_000, date(2026, 11, 20), ""),
    "11-23 5000": (500_000, date(2026, 11, 23), ""),
    "11-20": (None, date(2026, 11, 20), ""),
    "重复了": (None, None, ""),
    "5000那笔": (500_000, None, ""),
    "最后一笔": (None, None, ""),
    "上一笔记多了": (None, None, ""),
    "5000 客户已经还了": (500_000, None, "客户已经还了"),
    "五千那笔": (500_000, None, ""),
    "第一笔": (None, None, "第一笔"),
    "全部": (None, None, "全部"),
    "十五号": (None, None, "十五号"),
    "不用了": (None, None, "不用了"),
    "算了": (None, None, "算了"),
    "吗": (None, None, "吗"),
}


@pytest.mark.parametrize(("text", "found"), NAMED.items())
def test_which_repayment_is_named(text: str, found: tuple[int | None, date | None, str]) -> None:
    assert repayment_named(text, TODAY) == found


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("转交", "先不转"),
        ("转交", "还是我自己来吧"),
        ("转交", "没必要转"),
        ("转交", "不是他"),
        ("减签", "先不减"),
        ("转交", "不转交了"),
        ("委派", "还是不问了"),
        ("前加签", "先不加"),
        ("抄送", "别送了"),
    ],
)
def test_behind_a_colleague_this_takes_it_back(word: str, text: str) -> None:
    assert wants_it_not(text, word)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("转交", "不会办公积金贷款"),
        ("转交", "我不在"),
        ("委派", "不清楚问题在哪"),
        ("前加签", "额度别加了，请看"),
        ("抄送", "材料不用送了"),
    ],
)
def test_behind_a_colleague_this_is_why(word: str, text: str) -> None:
    assert not wants_it_not(text, word)
