"""Masks: total, and never more than they may show."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.privacy import mask_colleague, mask_id_number, mask_name, mask_numbers, mask_phone


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800001111", "138****1111"),
        ("19999999999", "199****9999"),
        ("12800001111", "***********"),  # no mobile number begins so
        ("04711234567", "***********"),  # a landline of Hohhot
        ("1380000111", "**********"),
        ("138000011112", "************"),
        ("138 0000 1111", "*" * 13),
        ("+8613800001111", "*" * 14),
        ("１３８００００１１１１", "***********"),
        ("巴特尔巴特尔巴特尔巴特", "***********"),
        ("", ""),
    ],
)
def test_phones(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "keep", "masked"),
    [
        ("150102199001011230", (3, 4), "150***********1230"),
        ("15010219900101123X", (3, 4), "150***********123X"),
        ("150102199001011230", (1, 1), "1****************0"),
        ("150102199001011230", (0, 0), "*" * 18),
        ("150102199001011230", (6, 4), "150102********1230"),
        ("150102199001011230", (9, 9), "*" * 18),  # that would be all of it
        ("150102199001011230", (-3, 4), "*" * 18),
        ("150102900101123", (3, 4), "*" * 15),
        ("abcdefghijklmnopqr", (3, 4), "*" * 18),
        ("巴" * 18, (3, 4), "*" * 18),
        ("1501021990010112X0", (3, 4), "*" * 18),
        ("", (3, 4), ""),
    ],
)
def test_id_numbers(number: str, keep: tuple[int, int], masked: str) -> None:
    assert mask_id_number(number, keep) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"),
        ("张三", "张*"),
        ("王", "*"),
        ("", ""),
        ("巴特尔·孟和", "巴**·孟*"),
        ("额尔敦巴雅尔·乌兰其木格", "额*****·乌****"),
        ("巴特尔·孟", "巴**·*"),  # a part of one character would be shown whole
        ("王·李", "*·*"),
        ("·", "*"),
        ("··", "··"),
        ("John", "J***"),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(("name", "masked"), [("王小明", "王*"), ("王", "王*"), ("巴特尔·孟和", "巴*"), ("", "*")])
def test_colleagues(name: str, masked: str) -> None:
    assert mask_colleague(name) == masked


anything = st.text() | st.text("0123456789", max_size=20) | st.text("王小明·巴特尔0１xX", max_size=12)


@given(anything)
def test_a_phone_shows_at_most_seven_digits_of_a_mobile_number(text: str) -> None:
    masked = mask_phone(text)
    assert len(masked) == len(text)
    shown = [char for char in masked if char != "*"]
    assert len(shown) in (0, 7) or "*" in text
    if shown and "*" not in text:
        assert masked[3:7] == "****"
        assert (masked[:3], masked[7:]) == (text[:3], text[7:])


@given(anything | st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True), st.integers(-3, 20), st.integers(-3, 20))
def test_an_id_number_shows_what_it_keeps_and_never_its_birthday(text: str, head: int, tail: int) -> None:
    masked = mask_id_number(text, (head, tail))
    assert len(masked) == len(text)
    shown = sum(char != "*" for char in masked)
    assert shown == 0 or "*" in text or shown == head + tail <= 10
    if shown and "*" not in text:
        assert masked[6:14] == "********"


@given(anything)
def test_a_name_hides_something_and_shows_one_character_a_part(text: str) -> None:
    masked = mask_name(text)
    if len(text) > 1:
        assert len(masked) == len(text)
    for part, shown in zip(text.split("·"), masked.split("·"), strict=len(text) > 1):
        assert shown[1:] == "*" * len(part[1:])
        assert len(part) != 1 or shown == "*"


@pytest.mark.parametrize(
    ("text", "masked", "with_phones"),
    [
        ("身份证15010219900101123x已收", "身份证150***********123X已收", "身份证150***********123X已收"),
        ("另一个号13947100001", "另一个号139****0001", "另一个号13947100001"),
        ("50万，3期，明天10点", "50万，3期，明天10点", "50万，3期，明天10点"),
        ("编号202611240001234567890", "编号*********************", "编号*********************"),
        ("卡6222021234567890123", "卡622202*********0123", "卡622202*********0123"),  # its check digit is wrong
        ("卡6222 0212-3456 7890 123。", "卡622202*********0123。", "卡622202*********0123。"),
        ("旧证150102900101123", "旧证150102*****1123", "旧证150102*****1123"),
        ("微信+8613947100001", "微信+86139****0001", "微信+8613947100001"),
        ("账号1234567890123", "账号*************", "账号*************"),
        ("单号123456789012", "单号123456789012", "单号123456789012"),
        ("卡６２２２０２１２３４５６７８９０１２３", "卡622202*********0123", "卡622202*********0123"),
        ("看了2026 1124 1000", "看了2026 1124 1000", "看了2026 1124 1000"),
    ],
)
def test_numbers_that_were_typed_into_a_text_are_masked(text: str, masked: str, with_phones: str) -> None:
    assert mask_numbers(text) == masked
    assert mask_numbers(text, phones=False) == with_phones


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("爱人138-0000-1234。", "爱人138****1234。"),
        ("138 0000 1234", "138****1234"),
        ("1380 000 1234", "138****1234"),
        ("138.0000.1234", "138****1234"),
        ("(138)00001234", "138****1234"),
        ("（138）0000-1234", "138****1234"),
        ("138 - 0000 - 1234", "138****1234"),
        ("138—0000—1234", "138****1234"),
        ("１３８ ００００－１２３４", "138****1234"),
        ("1 3 8 0 0 0 0 1 2 3 4", "138****1234"),
        ("+86 138 0000 1234", "+86 138****1234"),
        ("(+86)138-0000-1234", "(+86)138****1234"),
        ("0086-13800001234", "0086-138****1234"),
        ("tel138 0000 1234", "tel138****1234"),
        ("1.13800001234 2.13900005678", "1.138****1234 2.139****5678"),
        ("138 0000 1234 139 0000 5678", "138****1234 139****5678"),
        ("138-0000-1234 2026 1124", "138****1234 2026 1124"),  # no card of four groups begins within a phone
        ("座机0471-6661234", "座机************"),
        ("座机04716661234", "座机***********"),
        ("(0471) 666-1234", "***************"),
        ("010-12345678", "************"),
    ],
)
def test_phones_that_were_typed_in_parts(text: str, masked: str) -> None:
    assert mask_numbers(text) == masked
    assert mask_numbers(text, phones=False) == text, "their owner sees them as they were typed"


@pytest.mark.parametrize(
    "text",
    [
        "身份证150102 19900101 123x。",
        "身份证150102-1990-01-01-123X。",
        "身份证150102 1990 0101 123X。",
        "身份证１５０１０２ １９９００１０１ １２３Ｘ。",
        "身份证1 5 0 1 0 2 1 9 9 0 0 1 0 1 1 2 3 X。",
    ],
)
def test_id_numbers_that_were_typed_in_parts(text: str) -> None:
    assert mask_numbers(text, phones=False) == "身份证150***********123X。"


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-03 14:00",
        "2026.12.03-2026.12.04",
        "26-12-03 13:00-14:00 150万",
        "50万 36期",
        "L1024 1025",
        "L1350 135 1351",  # the first stands behind an L: they are leads
        "L135、1351、1352",
        "领取 1024 1025 1026",
        "15号 1500元",
        "13号 14号 15号 1800元",
        "月供1500 1600 1700",
        "150000 360000",
        "1500.00 3600.00",
        "0312 2000 3000",
        "13-15 1600-1800",
        "1 2 3 4 5 6 7 8 9 10 11",
        "3.85% 36期 1500元",
        "第１３页，１５万",
    ],
)
def test_other_numbers_beside_each_other_stay(text: str) -> None:
    assert mask_numbers(text) == text


@given(st.text("0123456789１３ .-()（）+LX万号", max_size=60))
def test_no_mobile_number_is_left_in_one_run(text: str) -> None:
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", mask_numbers(text))
