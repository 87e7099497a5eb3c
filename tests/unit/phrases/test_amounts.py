"""Amounts in a text: where they stand, which words say them loosely, and what only sounds like one."""

import pytest

from bot.phrases.amounts import Amount, amounts_in, perhaps_amounts
from bot.phrases.numbers import read_pair

WAN = 10_000 * 100
PAIRS = [("两三", (2, 3)), ("三五", (3, 5)), ("三五十", (30, 50)), ("一两百", (100, 200)), ("七八千", (7000, 8000))]
PAIRS += [("十七八", (17, 18)), ("二十五六", (25, 26)), ("二五", None), ("三两", None), ("五五", None), ("三", None)]
PAIRS += [("十七八十", None), ("三四五", None), ("", None)]


@pytest.mark.parametrize(("text", "pair"), PAIRS)
def test_two_numbers_said_as_one(text: str, pair: tuple[int, int] | None) -> None:
    assert read_pair(text) == pair


def test_an_amount_in_another_currency_takes_the_place_of_the_same_digits() -> None:
    text = "要$50000 或5万美元 月入$3000 房抵20万"
    found = [(text[one.start : one.end], one.fen, one.foreign) for one in amounts_in(text)]
    assert found == [("$50000", None, True), ("5万美元", None, True), ("20万", 20 * WAN, False)]


def test_two_numbers_said_as_one_are_the_higher_and_loose() -> None:
    assert list(amounts_in("贷三五十万")) == [Amount(1, 5, 50 * WAN, "三五十万")]


def test_what_sounds_like_an_amount_is_named_by_its_word() -> None:
    words = ["50", "大几十万", "车龄3", "月入", "2万", "流水30万", "万达广场", "三家店", "5位数", "50K", "伍拾万"]
    assert perhaps_amounts(words) == ("50", "大几十万", "5位数", "50K", "伍拾万")
