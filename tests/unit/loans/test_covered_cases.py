"""Which cases of a condition are never come to, and of which nothing is said."""

import pytest

from core.expressions import Kind, Names
from core.loans.cases import Covered, covered

NAMES: Names = {
    "amount": Kind.NUMBER,
    "term": Kind.NUMBER,
    "product": Kind.TEXT,
    "tags": Kind.TEXTS,
    "first": Kind.YES_NO,
}
FOUND = {
    "the larger behind the smaller": (["amount >= 50万", "amount >= 200万", ""], [Covered(1, 0)]),
    "the same": (["amount > 50万", "amount > 50万", ""], [Covered(1, 0)]),
    "one point of it": (["amount >= 50万", "amount == 60万", ""], [Covered(1, 0)]),
    "of a list": (['product in ["房抵", "车抵"]', 'product == "房抵" && amount > 10万', ""], [Covered(1, 0)]),
    "two together": (["amount < 50万", "amount >= 50万", "amount > 70%", ""], [Covered(2, 0)]),
    "behind a denial": (['!(product == "房抵")', 'product == "车抵"', ""], [Covered(1, 0)]),
    "yes or no": (["first == true", "first == false", "first != true", ""], [Covered(2, 1)]),
}
NOT = {
    "in their order": ["amount >= 200万", "amount >= 50万", ""],
    "below and above": ["amount < 50万", "amount < 200万", ""],
    "at the very line": ["amount > 50万", "amount >= 50万", ""],
    "of one product alone": ['product == "房抵" && amount >= 50万', "amount >= 200万", ""],
    "of two things": ["amount >= 50万", "term > 36", ""],
    "which overlap": ["amount > 10万 && amount < 60万", "amount > 50万", ""],
    "another word": ['product in ["房抵", "车抵"]', 'product != "房抵"', ""],
    "what it cannot try": ['"急用" in tags', '"急用" in tags', "amount * 2 > 100万", "amount * 2 > 100万", ""],
    "words by their order": ['product < "房抵"', 'product > "车抵"', 'product < "信用"', ""],
    "behind what it cannot try": ["amount + term > 50万", "amount > 50万", ""],
    "that never holds": ["amount > 50万", "amount > 60万 && amount < 60万", ""],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_case_that_is_never_come_to(case: str) -> None:
    whens, found = FOUND[case]
    assert covered(whens, NAMES) == found


@pytest.mark.parametrize("case", NOT)
def test_nothing_is_said_of_one_that_may_be(case: str) -> None:
    assert covered(NOT[case], NAMES) == []


def test_of_too_many_combinations_nothing_is_said() -> None:
    names = {f"n{number}": Kind.NUMBER for number in range(8)}
    many = " && ".join(f"{name} > 1" for name in names)
    assert covered([many, many], names) == []
