"""Numbers as people type them, and the normal form of a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phrases.numbers import (
    lead_in,
    no_number_of_a_lead,
    normal_text,
    read_lead_number,
    read_lead_numbers,
    read_number,
    read_year,
    several_leads,
)

DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """The strict numeral for 0..9999, place by place."""
    if number < 10:
        return DIGITS[number]
    text, gap = "", False
    for size, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + word
            gap = False
        else:
            gap = True
    return text.removeprefix("一") if 10 <= number < 20 else text


@given(st.integers(min_value=0, max_value=9999))
def test_every_numeral_is_read(number: int) -> None:
    assert read_number(in_chinese(number)) == number
    assert read_number(str(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("两", 2),
        ("〇", 0),
        ("廿三", 23),
        ("两百", 200),
        ("两千零五", 2005),
        ("三十一", 31),
        ("一百一十", 110),
        ("007", 7),
    ],
)
def test_common_spellings(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "两三",
        "十五六",
        "一百五",
        "百",
        "千",
        "十十",
        "零五",
        "一百十",
        "12345",
        "１２",
        "x",
        "一千一十零一",
        "三5",
        "廿十",
    ],
)
def test_what_is_no_number_or_two_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "year"), [("2026", 2026), ("二〇二六", 2026), ("二零二六", 2026), ("26", None), ("二千", None)]
)
def test_years(text: str, year: int | None) -> None:
    assert read_year(text) == year


@pytest.mark.parametrize(
    "text", ["L1024", "l1024", "Ｌ１０２４", "ｌ1024", "L 1024", "1024", " L1024 ", "L01024", "１０２４"]
)
def test_a_lead_number_in_every_spelling(text: str) -> None:
    assert read_lead_number(text) == 1024


@pytest.mark.parametrize("text", ["", "L", "L0", "0", "A1024", "L10x", "L-1", "13800001111", "L1 L2", "一", "L1024，"])
def test_what_is_no_lead_number(text: str) -> None:
    assert read_lead_number(text) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("L1、L2，L3", [1, 2, 3]),
        ("L1 L2\nL3", [1, 2, 3]),
        ("1,2；3", [1, 2, 3]),
        ("L1和L2", [1, 2]),
        ("L 1, L 2", [1, 2]),
        ("L1L2", [1, 2]),
        ("L2 L1 L2", [2, 1]),
        ("L1，王小明", []),
        ("L1/L2；L3", [1, 2, 3]),
        ("L1-L3", [1, 2, 3]),
        ("L1035-1040", [1035, 1036, 1037, 1038, 1039, 1040]),
        ("１～３", [1, 2, 3]),
        ("L1 — L3", [1, 2, 3]),
        ("L1到L3", [1, 2, 3]),
        ("L1至L3、L7", [1, 2, 3, 7]),
        ("L3-L1", [3, 2, 1]),
        ("L5-L5", [5]),
        ("L2 L1-L3", [2, 1, 3]),
        ("L1-L3-L5", []),
        ("L1-", []),
        ("-L1", []),
        ("", []),
    ],
)
def test_several_lead_numbers(text: str, numbers: list[int]) -> None:
    assert read_lead_numbers(text) == numbers


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("  跟进　Ｌ１０２４   意向强，明天１０：３０ ", "跟进 L1024 意向强，明天10：30"),
        ("巴特尔·孟和", "巴特尔·孟和"),
        ("跟进 L1\n第一行\t第二行", "跟进 L1 第一行 第二行"),
        ("\u202e倒\u200b字\ufeff", "倒字"),
        ("👨\u200d👩\u200d👧 好（！）", "👨\u200d👩\u200d👧 好（！）"),
        ("５０％＋", "50%+"),
        ("\x00\x1b[31m", "[31m"),
        ("\ud800孤", "孤"),
    ],
)
def test_normal_text(message: str, text: str) -> None:
    assert normal_text(message) == text


@given(st.text())
def test_normal_text_is_stable_and_numbers_are_total(text: str) -> None:
    once = normal_text(text)
    assert normal_text(once) == once
    read_number(text)
    read_year(text)
    single = read_lead_number(text)
    assert read_lead_numbers(text) == [single] or single is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L1340 L1341 李娜", (1340, "李娜")),
        ("L1340、L1341，l1342 联系不上", (1340, "联系不上")),
        ("L1-L3 都联系过", (1, "都联系过")),
        ("L1和L2", (1, "")),
        ("L1L2 空号", (1, "空号")),
        ("1340 1341 联系不上", (1340, "联系不上")),
        ("1340、1341", (1340, "")),
        ("L1", None),
        ("L1 没接", None),
        ("L1 L2的客户是他哥哥", None),
        ("L1 是L2的哥哥", None),
        ("L1340 2000 流水", None),
        ("1340 50万", None),
        ("1340 2000流水", None),
        ("L1 L1234567890", None),
        ("张三 L1 L2", None),
        ("", None),
    ],
)
def test_more_than_one_lead_is_noticed(text: str, found: tuple[int, str] | None) -> None:
    assert several_leads(text) == found


@given(st.text(alphabet="L l0123、，和-~ 是没", max_size=14))
def test_what_begins_with_several_leads_has_one_in_front(text: str) -> None:
    found = several_leads(text)
    if found:
        assert found[0] >= 1
        assert len(found[1]) < len(text)


def test_the_number_of_a_lead_is_found_anywhere_and_none_is_made_up() -> None:
    assert [lead_in(text) for text in ("我要领取Ｌ12", "abcL12", "12", "L0", "L1234567890")] == [
        12,
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(("text", "wrong"), [("L0 没接", "L0"), ("L1 没接", None), ("L1234567890", "L1234567890")])
def test_what_can_be_no_number_of_a_lead(text: str, wrong: str | None) -> None:
    assert no_number_of_a_lead(text) == wrong
