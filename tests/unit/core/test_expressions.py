"""The expression language: checked when it is loaded, never a yes for want of a value, and it ends."""

from datetime import UTC, datetime

import pytest

from core.expressions import Kind, Mistake, Undecided, check, decides_in_part, holds, names_in, value

NAMES = {
    "amount": Kind.NUMBER,
    "term": Kind.NUMBER,
    "product": Kind.TEXT,
    "tags": Kind.TEXTS,
    "married": Kind.YES_NO,
    "birth": Kind.MOMENT,
}
FACTS = {
    "amount": 500_000,
    "term": 36,
    "product": "房抵",
    "tags": ("高意向",),
    "birth": datetime(1990, 5, 1, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("amount >= 50万", True),
        ("amount > 50 万", False),
        ("amount < 1.2亿", True),
        ("amount / term > 1万", True),
        ("amount * 24% > 119999.99", True),
        ("0.1 + 0.2 > 30%", True),
        ("-5% < amount", True),
        ('product == "房抵" && "高意向" in tags', True),
        ('product in ["车抵", "信用"] || term == 36', True),
        ('product == "50万"', False),
        ("birth < timestamp('2000-01-01T00:00:00Z')", True),
        ("amount > 1 || married", True),
        ("amount < 1 && married", False),
        ('product.startsWith("房") ? term > 12 : false', True),
    ],
)
def test_what_holds(source: str, expected: bool) -> None:
    assert check(source, NAMES) is None
    assert holds(source, NAMES, FACTS) is expected


@pytest.mark.parametrize(
    ("source", "mistake"),
    [
        ("amont > 5", Mistake("unknown", 1, "amont")),
        ("amount > 50万 && debt > 1", Mistake("unknown", 17, "debt")),
        ("amount > 50万 &&\n  debt > 1", Mistake("unknown", 19, "debt")),
        ('amount > "x"', Mistake("kinds", 8, ">")),
        ("product == 3", Mistake("kinds", 9, "==")),
        ("amount >", Mistake("syntax", 9)),
        ("amount > 50万 且 married", Mistake("syntax", 14, "且")),
        ("amount ＞ 5", Mistake("wide", 8, "＞")),
        ("product == “房抵”", Mistake("wide", 12, "“")),
        ("amount > ５", Mistake("wide", 10, "５")),
        ("", Mistake("syntax", 1)),
        ('product == "\ud800"', Mistake("syntax", 13)),
        ("amount > 1 || " * 40 + "married", Mistake("long", 500)),
        ("(" * 200 + "married" + ")" * 200, Mistake("syntax", 1, "(")),
        ('__import__("os")', Mistake("unknown", 11, "__import__")),
        ("married.__class__ == 1", Mistake("syntax", 8, ".")),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(source: str, mistake: Mistake) -> None:
    found = check(source, NAMES)
    assert found is not None
    assert (found.why, found.column) == (mistake.why, mistake.column)
    assert found.found == mistake.found or mistake.why == "syntax"
    with pytest.raises(ValueError, match=mistake.why):
        holds(source, NAMES, FACTS)


def test_a_condition_is_a_yes_or_no() -> None:
    assert check("amount", NAMES) == Mistake("result", 1)
    assert holds("amount", NAMES, FACTS) == Undecided(None)


def test_what_has_no_value_is_never_a_yes() -> None:
    assert holds("married", NAMES, FACTS) == Undecided("married")
    assert holds("!married", NAMES, FACTS | {"married": None}) == Undecided("married")
    assert holds("amount > 1 && married", NAMES, FACTS) == Undecided("married")
    assert holds("term > 12", NAMES, {}) == Undecided("term")
    assert holds("amount / (term - term) > 1 || married", NAMES, FACTS) is True, (
        "a number by nothing is beyond any other"
    )


def test_a_value_is_given_in_its_kind() -> None:
    assert check("amount / term", NAMES, Kind.NUMBER) is None
    assert value("amount / 4", NAMES, FACTS) == 125_000
    assert value("product", NAMES, FACTS) == "房抵"
    assert value("tags", NAMES, FACTS) == ("高意向",)
    assert value("amount / 4", NAMES, {}) == Undecided("amount")
    assert check("product", NAMES, Kind.NUMBER) == Mistake("result", 1)


def test_it_ends_whatever_it_is() -> None:
    """There are no loops, of which a short one could fill the memory; a pattern is matched in linear time."""
    for loop in ("all(a, a > 0)", "exists(a, a > 0)", "map(a, a + a).size() > 1", "filter (a, a > 0) == []"):
        mistake = check(f"[1, 2].{loop}", NAMES)
        assert mistake == Mistake("unknown", 8, loop.split("(")[0].strip()), loop


@pytest.mark.parametrize(
    "source",
    [
        'tags.all // x\n(t, t != "")',
        'amount > 0 // "\n && tags.all(t, t != "") // "',
        r'r"\" != "a" && tags.exists(t, t != "") && "" != "b"',
        '"""a"b""" != "" && tags.exists(t, true)',
    ],
)
def test_no_loop_hides_in_what_cel_reads_otherwise(source: str) -> None:
    assert isinstance(check(source, {"tags": Kind.TEXTS, "amount": Kind.NUMBER}), Mistake)


def test_what_stands_in_a_text_is_no_comment() -> None:
    assert check('amount > 5 && product != "http://x"', {"product": Kind.TEXT, "amount": Kind.NUMBER}) is None
    assert check('product == "all(a)"', NAMES) is None, "a text may say anything"
    assert holds('("a" + product).matches("(a+)+$")', NAMES, FACTS | {"product": "a" * 400 + "!"}) is False


def test_what_is_divided_by_nothing_is_no_number() -> None:
    assert value("amount / 0", NAMES, FACTS) == Undecided(None)
    assert value("(amount - amount) / 0", NAMES, FACTS) == Undecided(None)


def test_what_is_not_named_is_not_looked_at() -> None:
    assert holds("amount > 1", NAMES, FACTS | {"secret": object()}) is True  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('risk in ["复核", "拒绝"]', {"risk"}),
        ('"大额" in tags && !married == true', {"tags", "married"}),
        ('department.startsWith("包头") || matches(rank, "经理")', {"department", "rank"}),
        ("size(tags) > 2 && amount >= 50万", {"tags", "amount"}),
        ("(amount + inside) > 1", {"amount", "inside"}),
    ],
)
def test_names_are_what_stands_for_a_value(source: str, names: set[str]) -> None:
    """A flow that goes by `in` would take every change for one that it goes by."""
    assert names_in(source) == names


@pytest.mark.parametrize(
    ("source", "may"),
    [
        ("amount > 5", False),
        ('product == "a || b ? c : d && e"', False),
        ("amount + term > 5", False),
        ("married || amount > 5", True),
        ("married && amount > 5", True),
        ("(married ? amount : term) > 5", True),
    ],
)
def test_what_may_be_decided_by_a_part_of_it(source: str, may: bool) -> None:
    assert decides_in_part(source) is may
    decided = [not isinstance(holds(source, NAMES, {"married": each}), Undecided) for each in (True, False)]
    assert may or not any(decided)
