"""Sums of money, shares and numbers as the company's YAML has them."""

from decimal import Decimal

import pytest

from config.amounts import parse_number, parse_share, parse_yuan


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("5万", 50_000),
        ("1.25万", 12_500),
        ("1.2亿", 120_000_000),
        ("800", 800),
        ("800元", 800),
        ("５万元", 50_000),
        ("0", 0),
        ("-5万", None),
        ("五万", None),
        ("5w", None),
        ("70%", None),
        ("", None),
    ],
)
def test_money(text: str, yuan: int | None) -> None:
    assert parse_yuan(text) == yuan


def test_shares_want_their_sign_and_numbers_may_be_below_nothing() -> None:
    assert [parse_share(text) for text in ("70%", "3.5 %", "70％", "0.7", "70")] == [
        Decimal("0.7"),
        Decimal("0.035"),
        Decimal("0.7"),
        None,
        None,
    ]
    assert [parse_number(text) for text in ("36", "-2", "1.5", "3万", "三")] == [36, -2, Decimal("1.5"), 30_000, None]
