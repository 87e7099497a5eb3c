"""Phone and ID numbers in whatever way people part and write their digits, and what only looks like one."""

import re
import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.logging import redact
from core.privacy import mask_numbers
from core.typed_numbers import PERSONAL, PERSONAL_OR_LONG, may_hold_personal

SEPARATORS = " \t\u00a0\u3000.．。·,，/／_＿()（）-－—–‐*~|\u200b\ufeff"
WRITTEN = {
    forms[0]: forms
    for forms in ("0０零〇", "1１一幺", "2２二", "3３三", "4４四", "5５五", "6６六", "7７七", "8８八", "9９九")
}
PHONES = [
    "138 000 01234",
    "1380 0001 234",
    "13 800 001 234",
    "138 00 00 12 34",
    "138000 01234",
    "138/0000/1234",
    "138_0000_1234",
    "138,0000,1234",
    "13,800,001,234",  # as a sheet shows it, and no amount of this trade
    "138.0000.1234",
    "138。0000。1234",
    "138|0000|1234",
    "138--0000--1234",
    "138 . 0000 . 1234",
    "(138) 0000 1234",
    "1-3-8-0-0-0-0-1-2-3-4",
    "1\ufe0f\u20e33\ufe0f\u20e38\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e31\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34",
    "１３８００００１２３４",
    "一三八零零零零一二三四",
    "幺三八〇〇〇〇一二三四",
    "一三八 零零零零 一二三四",
    "一三8 0000 一二34",
]
CODES = ["", "+86", "+86 ", "0086", "0086-", "86", "86 ", "(+86)", "（+86）", "0", "0-", "+86-0-", "8６"]
STAY = [
    # amounts
    "1,380,000元",
    "13,800,000.00元",
    "138,000,012.34",
    "1380000元",
    "1500.00 3600.00",
    "150000 360000",
    "月供1500 1600 1700",
    "15000-20000 3年",
    "额度15000-50000，3期",
    "36期 月供1386.50 共49914.00",
    # dates and times
    "2026-11-26 14:30",
    "2026-11-13T14:30:00.123Z",
    "2026-11-15 1500 36000",
    "2026/11/15 1500 36000",
    "2026-11-15~2026-12-15 3期",
    "26-12-03 13:00-14:00 150万",
    "1985-03-12 150万",
    "1985.3.12 15000",
    "13:00-14:00 15:30",
    "1767225600",
    "1767225600.5",
    "1767225600123",
    # lengths
    "13天 15小时 30分钟",
    "13.5 ms, 1500.25 s",
    # leads and other numbers
    "L1024 1025 1026",
    "L135、1351、1352",
    "L1350 135 1351",
    "L138 0000 1234",
    "单号123456789012",
    "13 14 15 16",
    "1 2 3 4 5 6 7 8 9 10 11",
    "1 3 5 7 9 11 13 15号",
    "192.168.100.25",
    "172.16.100.254",
    "13栋2单元1501室",
    # words with numerals
    "周一三五七，第一三八条，一五一十",
]


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("code", CODES)
def test_a_phone_in_any_grouping_is_masked_in_cards_and_hidden_in_logs(phone: str, code: str) -> None:
    if code and code[-1].isdigit() and unicodedata.numeric(phone[0], None) is None:
        return  # 86(138): a bracket right behind the code
    for before, behind in (("", ""), ("微信", "。"), ("abc", "def"), ("贷50万，", "一直没接"), ("L1024 ", " 月底打")):
        text = f"{before}{code}{phone}{behind}"
        masked = mask_numbers(text)
        assert masked.startswith(before)
        assert masked.endswith(f"138****1234{behind}")
        assert may_hold_personal(text)
        assert redact(text) == f"{before}[phone]{behind}"


@pytest.mark.parametrize("phone", ["138000012345", "138 0000 12345", "138-00001-2345", "+86 138000012345"])
def test_a_digit_too_many_shows_nothing(phone: str) -> None:
    assert not re.search(r"\d", mask_numbers(f"电话{phone}。").replace("+86", ""))
    assert redact(f"电话{phone}。") == "电话[phone]。"


def test_numbers_that_stand_beside_others() -> None:
    assert mask_numbers("13800001234/13900005678") == "138****1234/139****5678"
    assert mask_numbers("额度1500 138 0000 1234") == "额度1500 138****1234"
    assert mask_numbers("15 1500 138-0000-1234 1500") == "15 1500 138****1234 1500"
    assert mask_numbers("2026-11-26 138 0000 1234") == "2026-11-26 138****1234"


@pytest.mark.parametrize(
    "number",
    [
        "150102/1990/0101/1230",
        "150102,19900101,1230",
        "1501 0219 9001 0112 30",
        "150 102 1990 01 01 1230",
        "1501021990 0101 1230",
        "150102_19900101_1230",
        "150102。1990。0101。1230",
        "一五零一零二一九九零零一零一一二三零",
    ],
)
def test_an_id_number_in_any_grouping_is_masked(number: str) -> None:
    assert mask_numbers(f"证{number}。", phones=False) == "证150***********1230。"
    assert redact(f"证{number}。") == "证[id-number]。"


@pytest.mark.parametrize("text", STAY)
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    assert mask_numbers(text) == text or "1767225600123" in text
    assert redact(text) == text
    said = f"看了{text}，再说。"
    assert redact(said) == said


def means_something_else(text: str) -> bool:
    """A date of birth, an amount with its fraction, the address of a computer: which are left on purpose."""
    narrow = unicodedata.normalize("NFKC", text)
    date = re.match(r"19\d\d([-/.])\d{1,2}\1\d{1,2}(?!\d)", narrow)
    amount = re.fullmatch(r"\d{1,3}(,\d{3})*\.\d\d?|\d+\.\d\d?", narrow)
    return bool(date or amount or re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", narrow))


gaps = st.text(SEPARATORS, min_size=1, max_size=2) | st.just("") | st.just("")


@given(
    st.from_regex("1[3-9][0-9]{9}", fullmatch=True),
    st.lists(gaps, min_size=10, max_size=10),
    st.data(),
    st.sampled_from(["", "tel", "电话：", "周一 ", "L1024 ", "，"]),
    st.sampled_from(["", "abc", "。", " 月底打", "一直没接", " 看房"]),
)
def test_nothing_of_the_shape_of_a_mobile_number_survives(
    phone: str, between: list[str], data: st.DataObject, before: str, behind: str
) -> None:
    plain = data.draw(st.booleans())
    chars = phone if plain else [data.draw(st.sampled_from(WRITTEN[digit])) for digit in phone]
    typed = "".join(char + gap for char, gap in zip(chars, [*between, ""], strict=True))
    assume(not means_something_else(typed))
    text = f"{before}{typed}{behind}"
    masked = mask_numbers(text)
    assert masked == f"{before}{phone[:3]}****{phone[7:]}{behind}"
    found = redact(text)
    if "~[hidden]" in found:  # behind a word it looks like the token of a button: tel1~30000000~0_0
        assert not re.search(r"\d{2}", found.removeprefix(before))
        return
    assert found == f"{before}[phone]{behind}"


@pytest.mark.parametrize("typed", ["tel13~9~47100001", "tel139471~0~0001", "tel1394710~0~001"])
def test_a_number_behind_a_word_is_no_name_of_a_button(typed: str) -> None:
    assert redact(typed) == "tel[phone]"


@pytest.mark.parametrize(
    "piece",
    ["1", "13", "1 3 ", "138 0000 123 ", "一三", "1 ", "0 ", "(", "86 ", "+86 ", "00", "13.", "1   ", "1,380,000 ",
     "L1 3 ", "1501021990010112 ", "1 5 0 1 0 2 1 9 9 0 0 1 0 1 1 2 ", "192.168.1.", "1990-01-", "6222 ", "   "],
)  # fmt: skip
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    """Of what comes nearest to a number and is none: no place of it is looked at more than a few times."""
    text = (piece * 250_000)[:250_000]
    begun = time.process_time()
    PERSONAL_OR_LONG.sub("", text)
    PERSONAL.sub("", text)
    may_hold_personal(text)
    assert time.process_time() - begun < 5, "some 0.5 s, on a machine that does nothing else"


def test_what_looks_like_the_token_of_a_button_is_hidden_as_one() -> None:
    assert redact("tel1~30000000~0_0") == "tel1~[hidden]"
