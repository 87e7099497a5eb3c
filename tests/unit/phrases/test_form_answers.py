"""Answers to a form's questions: what is read of each kind, and what is asked about instead of being guessed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phrases.asked_loan import AskedLoan, read_asked_loan
from bot.phrases.filling_words import Said, field_to_change, read_wish, says_done
from bot.phrases.form_answers import Answer, NotRead, read_answer
from bot.phrases.named_people import Somebody
from core.loans.forms import TERM, FieldKind, FormField

NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
PURPOSES = ("经营周转", "装修", "购车", "教育医疗", "偿还借款", "其他")
PEOPLE = (
    Somebody(1, "李娜", "lina"),
    Somebody(2, "巴特尔·孟和", "batu"),
    Somebody(3, "巴特尔·苏和", "batesu"),
    Somebody(4, "王强", "wangqiang"),
)


def field(kind: FieldKind, key: str = "x", **more: Any) -> FormField:
    return FormField(key, "月收入" if kind is FieldKind.MONEY else "标签", kind, **more)


READ: list[tuple[FieldKind, str, object]] = [
    *((FieldKind.MONEY, text, 50_000_000) for text in ("50万", "50w", "五十万", "500000", "５０万", "月收入50万")),
    (FieldKind.MONEY, "500,000", 50_000_000),
    *((FieldKind.MONEY, text, 0) for text in ("0", "没有", "无", "没有贷款", "目前没有逾期")),
    (FieldKind.MONEY, "80元", 8_000),
    (FieldKind.MONEY, "1234.56", 123_456),
    *((FieldKind.MONEY, text, 230_000) for text in ("每月2300", "大概2300", "每个月一共2300元", "还剩2300")),
    (FieldKind.MONEY, "还欠30万", 30_000_000),
    (FieldKind.MONEY, "一万二", 1_200_000),
    *((FieldKind.MONEY, text, fen) for text, fen in (("一百元", 10_000), ("一百二十块", 12_000))),
    (FieldKind.MONEY, "八十块", 8_000),
    (FieldKind.MONEY, "五千", 500_000),
    (FieldKind.MONEY, "每月五百块", 50_000),
    *((FieldKind.PERCENT, text, "0.78") for text in ("78%", "７８％", "百分之七十八", "78")),
    *((FieldKind.PERCENT, text, "0.06") for text in ("六个点", "6个点", "6 个点")),
    (FieldKind.PERCENT, "七成", "0.7"),
    (FieldKind.PERCENT, "七成半", "0.75"),
    (FieldKind.PERCENT, "没有", "0"),
    *((FieldKind.NUMBER, text, "2") for text in ("2", "两次", "二", "2 次", "有过两次", "一共2次")),
    (FieldKind.NUMBER, "没有过", "0"),
    (FieldKind.NUMBER, "1.5", "1.5"),
    *((FieldKind.DATE, text, "2021-05-03") for text in ("2021-05-03", "2021年5月3日", "2021.5.3", "20210503")),
    (FieldKind.DATE, "21年5月3号", "2021-05-03"),
    (FieldKind.DATE, "二〇二一年五月三日", "2021-05-03"),
    (FieldKind.DATE, "去年3月5号", "2025-03-05"),
    (FieldKind.DATE, "昨天", "2026-11-26"),
    (FieldKind.DATE, "98年1月2日", "1998-01-02"),
    (FieldKind.PHONE, "138-0000-1111", "13800001111"),
    (FieldKind.ID_NUMBER, "110105 19491231 002x", "11010519491231002X"),
    (FieldKind.CREDIT_CODE, "91350100m000100y43", "91350100M000100Y43"),
    (FieldKind.CREDIT_CODE, "公司代码：91350100m000100y43", "91350100M000100Y43"),
    (FieldKind.ID_NUMBER, "身份证号是 11010519491231002X", "11010519491231002X"),
    (FieldKind.ID_NUMBER, "身份证11010519491231002X", "11010519491231002X"),
    (FieldKind.REGION, "昆区", "150203"),
    (FieldKind.REGION, "在赛罕区", "150105"),
    (FieldKind.TEXT, " 客户\u200b着急 ", "客户着急"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_what_is_read(kind: FieldKind, text: str, value: object) -> None:
    assert read_answer(field(kind), text, NOW) == Answer(value)


TERMS = {"36": "36", "36期": "36", "三年": "36", "三十六个月": "36", "一年半": "18", "半年": "6", "1年零3个月": "15"}


@pytest.mark.parametrize(("text", "months"), TERMS.items())
def test_a_period_counts_in_months(text: str, months: str) -> None:
    assert read_answer(field(FieldKind.NUMBER, TERM), text, NOW) == Answer(months)


ASKED_ABOUT = [
    *(
        (FieldKind.MONEY, text, "range")
        for text in ("50-80万", "50多万", "三五十万", "50万左右", "50万，60万", "5000左右", "5000多")
    ),
    (FieldKind.MONEY, "房贷3000，信用卡2000", "several"),
    *((FieldKind.MONEY, text, "unit") for text in ("三百", "一百二", "每月五百")),  # of loans it may be 300万
    *((FieldKind.MONEY, text, "money") for text in ("很多", "-5万", "负5万", "5万美元", "没还30万", "还了30万")),
    (FieldKind.MONEY, "50", "unit"),
    *((FieldKind.PERCENT, text, "range") for text in ("百分之七八十", "七八成", "70-80%")),
    *((FieldKind.PERCENT, text, "share") for text in ("0.78", "1")),
    (FieldKind.PERCENT, "很高", "percent"),
    *((FieldKind.NUMBER, text, "range") for text in ("3-5", "两三次")),
    (FieldKind.NUMBER, "几次", "number"),
    (FieldKind.DATE, "2021年5月", "day"),
    (FieldKind.DATE, "2021", "day"),
    (FieldKind.DATE, "5月3日", "year"),
    *((FieldKind.DATE, text, "date") for text in ("2021-02-30", "很久以前")),
    (FieldKind.PHONE, "1380000111", "phone"),
    (FieldKind.ID_NUMBER, "110105194912310021", "id_check"),
    (FieldKind.ID_NUMBER, "91150100MA0N1A2B3C", "id_letters"),
    (FieldKind.ID_NUMBER, "身份证1101051949123100", "id_number"),
    (FieldKind.ID_NUMBER, "1101051949", "id_number"),
    (FieldKind.CREDIT_CODE, "91350100M000100Y44", "credit_check"),
    (FieldKind.CREDIT_CODE, "9135", "credit_code"),
    (FieldKind.REGION, "前旗", "region"),
    (FieldKind.TEXT, "👍", "nothing"),
    (FieldKind.FILE, "在手机里", "file"),
]


@pytest.mark.parametrize(("kind", "text", "why"), ASKED_ABOUT)
def test_what_is_asked_about(kind: FieldKind, text: str, why: str) -> None:
    found = read_answer(field(kind), text, NOW)
    assert isinstance(found, NotRead), found
    assert found.why == why


NEAR = {"11-28": "2026-11-28", "1月3日": "2027-01-03", "2025-11-28": "2025-11-28", "2月29日": "date", "不记得": "date"}


@pytest.mark.parametrize(("text", "day"), NEAR.items())
def test_of_what_is_done_now_a_day_without_its_year_is_the_nearest(text: str, day: str) -> None:
    found = read_answer(field(FieldKind.DATE), text, NOW, near=True)
    assert found == (Answer(day) if day != "date" else NotRead("date"))


CHOSEN = {
    "经营": "经营周转",
    "1": "经营周转",
    "第二个": "装修",
    "装修房子": "装修",
    "买车": "购车",
    "其它": "其他",
    "还借款": "偿还借款",
}


@pytest.mark.parametrize(("text", "choice"), CHOSEN.items())
def test_a_choice_by_its_word_its_number_or_nearly(text: str, choice: str) -> None:
    assert read_answer(field(FieldKind.CHOICE, choices=PURPOSES), text, NOW) == Answer(choice)


@pytest.mark.parametrize(
    ("text", "choice"), {"是": "知情同意", "同意": "知情同意", "不": "不知情", "不知情": "不知情"}.items()
)
def test_yes_and_no_of_two_choices(text: str, choice: str) -> None:
    assert read_answer(field(FieldKind.CHOICE, choices=("知情同意", "不知情")), text, NOW) == Answer(choice)


def test_a_choice_that_is_none_or_several_is_asked_about() -> None:
    of = field(FieldKind.CHOICE, choices=("等额本息", "等额本金", "先息后本"))
    assert read_answer(of, "等额", NOW) == NotRead("which", "等额", ("等额本息", "等额本金"))
    assert read_answer(of, "随便", NOW) == NotRead("choice", "随便")


MARRIAGE, WORK = ("未婚", "已婚", "离异", "丧偶"), ("受薪", "个体户", "企业主", "农牧民", "自由职业", "退休")
UNCLEAR = [
    (("知情同意", "不知情"), "知情但不同意"),
    (MARRIAGE, "未离婚"),
    (MARRIAGE, "没有离异"),
    (MARRIAGE, "不是离异"),
    (WORK, "企业职工"),
    (("等额本息", "等额本金", "先息后本"), "等本等息"),
]


@pytest.mark.parametrize(("choices", "text"), UNCLEAR)
def test_what_says_more_than_a_choice_or_is_only_like_one_is_asked_about(choices: tuple[str, ...], text: str) -> None:
    assert isinstance(read_answer(field(FieldKind.CHOICE, choices=choices), text, NOW), NotRead)


def test_what_is_not_wanted_is_not_chosen() -> None:
    of = field(FieldKind.CHOICES, choices=("GPS", "保险"))
    assert read_answer(of, "不要GPS，要保险", NOW) == NotRead("which", "不要GPS", ("GPS",))


def test_several_choices_stand_in_the_forms_order_each_once() -> None:
    of = field(FieldKind.CHOICES, choices=PURPOSES)
    assert read_answer(of, "购车、装修，购车", NOW) == Answer(["装修", "购车"])
    assert read_answer(of, "装修、炒股", NOW) == NotRead("choice", "炒股")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("李娜", Answer(1)),
        ("@lina", Answer(1)),
        ("巴特尔 孟和", Answer(2)),
        ("巴特尔", NotRead("people", "巴特尔", ("巴特尔·孟和", "巴特尔·苏和"))),
        ("赵六", NotRead("person", "赵六")),
    ],
)
def test_a_colleague_by_name(text: str, found: object) -> None:
    assert read_answer(field(FieldKind.PERSON), text, NOW, PEOPLE) == found


@given(st.sampled_from(FieldKind), st.text(max_size=30))
def test_reading_is_total(kind: FieldKind, text: str) -> None:
    of = field(kind, choices=PURPOSES if kind in (FieldKind.CHOICE, FieldKind.CHOICES) else ())
    assert isinstance(read_answer(of, text, NOW, PEOPLE), Answer | NotRead)
    read_asked_loan(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("L1024 房抵贷 50万 36期", AskedLoan(1024, None, "house", 50_000_000, "36")),
        ("36期 五十万 抵押 l1024", AskedLoan(1024, None, "house", 50_000_000, "36")),
        ("1024 车抵30万12期", AskedLoan(1024, None, "car", 30_000_000, "12")),
        ("Ａ203 三年", AskedLoan(None, 203, months="36")),
        ("L5 信用贷 50-80万 加急", AskedLoan(5, None, "credit", unread=("50-80万", "加急"))),
        ("50万", AskedLoan(amount_fen=50_000_000)),
        ("", AskedLoan()),
    ],
)
def test_the_argument_of_an_application_in_any_order(text: str, asked: AskedLoan) -> None:
    assert read_asked_loan(text) == asked


WISHES = {"上一题": Said.BACK, "返回上一步": Said.BACK, "不填": Said.SKIP, "跳过吧": Said.SKIP, "先停下": Said.STOP}
WISHES |= {"下次再填": Said.STOP, "算了": Said.STOP}


@pytest.mark.parametrize(("text", "wish"), WISHES.items())
def test_words_to_steer_by(text: str, wish: Said) -> None:
    assert read_wish(text) is wish


@pytest.mark.parametrize("text", ["没有", "36", "不知道", "停车场", "上一次逾期", "完"])
def test_answers_are_no_words_to_steer_by(text: str) -> None:
    assert read_wish(text) is None


def test_what_is_to_be_changed_and_that_all_is_sent() -> None:
    assert field_to_change("修改 期限") == field_to_change("改期限") == "期限"
    assert field_to_change("期限") is None
    assert says_done("发完了")
    assert not says_done("房产证")
