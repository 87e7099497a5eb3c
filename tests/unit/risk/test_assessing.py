"""What a policy says of facts: each hit is found, nothing passes for want of a value, and no rule hides another."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.expressions import Kind, Undecided, value
from core.risk.assessing import Assessor, Facts, Hit, Result, Tangled
from core.risk.both import Both
from core.risk.policy import (
    Band,
    Formula,
    Listing,
    Lookup,
    Named,
    Policy,
    Range,
    Row,
    Rule,
    ScoreCard,
    ScoreItem,
    Severity,
    Suggestion,
)

NUMBERS = ("age", "debts", "income", "value", "amount", "overdue")
NAMES = (*(Named(name, Kind.NUMBER, name) for name in NUMBERS), Named("region", Kind.TEXT, "地区"))
POLICY = Policy(
    "house",
    NAMES,
    lists=(
        Listing("far", "偏远", "region", ("152900", "1525"), regions=True),
        Listing("odd", "某地", "region", ("150102",)),
    ),
    formulas=(Formula("ratio", "负债率", "debts / income"), Formula("loan_to_value", "抵押率", "amount / value")),
    lookups=(
        Lookup(
            "limit",
            "上限",
            Kind.NUMBER,
            (Row(('region.startsWith("1501")', ""), 0.7), Row(("", "amount < 100万"), 0.5)),
        ),
        Lookup("word", "档", Kind.TEXT, (Row(("amount < 50万",), "小"), Row(("amount < 100万",), "中"))),
    ),
    score=ScoreCard(
        100,
        (
            ScoreItem("ratio", "负债率", (Range(50, 0.3), Range(20, 0.5), Range(0)), 5),
            ScoreItem("region", "地区", (Range(10, words=("150102",)), Range(1)), 0),
        ),
        (Band("A", 150), Band("B", 120), Band("C")),
    ),
    rules=(
        Rule("young", "年龄", "age < 22", Severity.REFUSE, ""),
        Rule("debts", "负债", "ratio > 70%", Severity.REFUSE, ""),
        Rule("either", "逾期或负债", "overdue > 3 || ratio > 70%", Severity.REVIEW, "", missing=Severity.WARN),
        Rule("value", "抵押率", "loan_to_value > limit", Severity.REVIEW, ""),
        Rule("far", "偏远", "far", Severity.WARN, "", missing=Severity.REFUSE),
        Rule("odd", "某地", "odd", Severity.INFO, ""),
        Rule("sized", "档", 'word == "中"', Severity.INFO, "", only="amount > 10万"),
        Rule("graded", "评分", 'score_grade == "C"', Severity.INFO, "", missing=Severity.INFO),
    ),
)
FACTS: Facts = {
    "age": 35.0,
    "debts": 2000.0,
    "income": 10_000.0,
    "value": 1_000_000.0,
    "amount": 400_000.0,
    "overdue": 0.0,
    "region": "150102",
}


def said(policy: Policy = POLICY, **changes: object) -> Result:
    return Assessor(policy).assess(FACTS | changes)  # type: ignore[operator]


def hits(result: Result) -> list[tuple[str, Severity]]:
    return [(hit.rule, hit.severity) for hit in result.hits]


def test_what_is_made_and_the_score() -> None:
    result = said()
    made = {"far": False, "odd": True, "ratio": 0.2, "loan_to_value": 0.4, "limit": 0.7, "word": "小"}
    assert result.made == made
    assert (result.points, result.score, result.grade) == ((("ratio", 50), ("region", 10)), 160, "A")
    assert (hits(result), result.suggestion) == ([("odd", Severity.INFO)], Suggestion.PASS)


def test_all_hits_are_told_the_gravest_first() -> None:
    result = said(age=20.0, debts=8000.0, value=500_000.0, overdue=5.0)
    refuse, review, info = Severity.REFUSE, Severity.REVIEW, Severity.INFO
    assert hits(result) == [
        ("young", refuse),
        ("debts", refuse),
        ("either", review),
        ("value", review),
        ("odd", info),
        ("graded", info),
    ]
    assert (result.score, result.grade, result.suggestion) == (110, "C", Suggestion.REFUSE)


@pytest.mark.parametrize(("changes", "suggestion"), [
    ({"region": "152921"}, Suggestion.PASS),  # warned of
    ({"overdue": 4.0}, Suggestion.REVIEW),
    ({"age": 21.9}, Suggestion.REFUSE),
])  # fmt: skip
def test_the_gravest_hit_says_what_is_suggested(changes: dict[str, object], suggestion: Suggestion) -> None:
    assert said(**changes).suggestion is suggestion


def test_what_is_missing_hits_as_the_rule_says_and_names_it() -> None:
    result = said(debts=None, region=None)
    assert result.hits == (
        Hit("far", Severity.REFUSE, ("region",)),
        Hit("debts", Severity.REVIEW, ("debts",)),
        Hit("value", Severity.REVIEW, ("region",)),
        Hit("odd", Severity.REVIEW, ("region",)),
        Hit("either", Severity.WARN, ("debts",)),
        Hit("graded", Severity.INFO),
    )
    assert (result.made["ratio"], result.made["limit"], result.score) == (None, None, 105)


def test_what_the_rest_decides_alone_is_decided() -> None:
    """Three-valued, as the language is: overdue alone is enough; and where a rule is not asked, nothing is missing."""
    assert ("either", Severity.REVIEW) in hits(said(debts=None, overdue=4.0))
    assert "sized" not in dict(hits(said(amount=50_000.0)))
    asked = replace(POLICY, rules=(Rule("only", "", "age < 22", Severity.REFUSE, "", only="overdue > 3"),))
    assert hits(said(asked, age=None)) == []
    assert hits(said(asked, age=None, overdue=4.0)) == [("only", Severity.REVIEW)]


@pytest.mark.parametrize("debts", [0.0, 2000.0])
def test_what_cannot_be_reckoned_is_missing(debts: float) -> None:
    """Debts by no income are more than any share, and no debts by none neither more nor less: both would be a guess."""
    result = said(debts=debts, income=0.0)
    assert dict(hits(result))["debts"] is Severity.REVIEW
    assert next(hit for hit in result.hits if hit.rule == "debts").missing == ("ratio",)
    assert result.made.get("ratio") is None
    assert dict(result.points)["ratio"] == 5, "its points are those of a missing value"


def test_a_table_of_which_no_row_fits_gives_nothing() -> None:
    result = said(region="110101", amount=2_000_000.0, value=10_000_000.0)
    hit = next(hit for hit in result.hits if hit.rule == "value")
    assert (hit.severity, hit.missing) == (Severity.REVIEW, ("limit",))
    assert next(hit for hit in result.hits if hit.rule == "sized").missing == ("word",)


def test_ranges_are_half_open_and_a_table_is_read_from_above() -> None:
    assert [dict(said(debts=each).points)["ratio"] for each in (2999.0, 3000.0, 4999.0, 5000.0)] == [50, 20, 20, 0]
    assert [said(amount=each).made["word"] for each in (499_999.0, 500_000.0, 999_999.0)] == ["小", "中", "中"]
    assert [said(debts=each).grade for each in (2000.0, 4000.0, 9000.0)] == ["A", "B", "C"]


def test_a_long_table_and_a_long_card_are_no_deeper_than_the_engine_goes() -> None:
    rows = tuple(Row((f"amount < {limit}万",), float(limit)) for limit in range(1, 41))
    items = tuple(ScoreItem("age", str(each), (Range(1, 50.0), Range(0)), 0) for each in range(30))
    card = ScoreCard(0, items, (*(Band(str(30 - least), least) for least in range(29, 0, -1)), Band("Z")))
    long = replace(POLICY, lookups=(replace(POLICY.lookups[0], rows=rows),), score=card, rules=(
        Rule("limit", "", "limit > 39", Severity.INFO, ""), Rule("grade", "", 'score_grade == "1"', Severity.INFO, ""),
    ))  # fmt: skip
    result = said(long, amount=395_000.0)
    assert (result.made["limit"], result.score, result.grade) == (40.0, 30, "1")
    assert [rule for rule, _ in hits(result)] == ["limit", "grade"]


def test_formulas_of_formulas_are_no_longer_than_can_be_asked() -> None:
    doubled = tuple(Formula(f"f{each}", "", f"f{each - 1} + f{each - 1}" if each else "age") for each in range(12))
    rule = Rule("sum", "", "f11 > 1", Severity.INFO, "")
    assert said(
        replace(POLICY, formulas=doubled[:5], lookups=(), score=None, rules=(replace(rule, when="f4 > 1"),))
    ).hits
    with pytest.raises(Tangled):
        Assessor(replace(POLICY, formulas=doubled, lookups=(), score=None, rules=(rule,)))


def test_a_policy_may_be_longer_than_one_program() -> None:
    """Fifty formulas of one expression of 500 characters, each in two rules."""
    much = "debts + income"
    for _ in range(5):
        much = f"({much}) + ({much})"
    formulas = tuple(Formula(f"f{each}", "", f"{much} + {each}") for each in range(50))
    rules = tuple(
        Rule(f"{sign}{each}", "", f"f{each} {sign} 384000", Severity.INFO, "") for each in range(50) for sign in "<>"
    )
    result = said(replace(POLICY, formulas=formulas, lookups=(), score=None, rules=rules))
    assert {rule for rule, _ in hits(result)} == {f">{each}" for each in range(1, 50)}
    with pytest.raises(Tangled):
        Assessor(
            replace(
                POLICY,
                formulas=formulas,
                lookups=(),
                score=None,
                rules=tuple(replace(rule, key=f"{rule.key}{more}") for rule in rules for more in range(10)),
            )
        )


VALUES = some.fixed_dictionaries(
    {name: some.none() | some.floats(0, 2_000_000, allow_nan=False).map(lambda x: round(x, 2)) for name in NUMBERS}
    | {"region": some.none() | some.sampled_from(["150102", "152921", "152502", "110101", ""])}
)


@settings(deadline=None)  # the first example compiles the expressions
@given(VALUES, some.permutations(POLICY.rules), some.integers(0, 8))
def test_no_rule_takes_anothers_hit_away_and_the_order_matters_not(facts: Facts, rules: list[Rule], count: int) -> None:
    whole = frozenset(Assessor(POLICY).assess(facts).hits)
    assert frozenset(Assessor(replace(POLICY, rules=tuple(rules))).assess(facts).hits) == whole
    fewer = frozenset(Assessor(replace(POLICY, rules=tuple(rules[:count]))).assess(facts).hits)
    kept = {rule.key for rule in rules[:count]}
    assert fewer == {hit for hit in whole if hit.rule in kept}


OVER_WHAT_IS_THERE = tuple(
    Rule(f"r{place}", "", when, Severity.REFUSE, "", only=only)
    for place, (when, only) in enumerate(
        [
            ("age < 22", ""),
            ("age < 22", "overdue > 3"),
            ("age < 22 || debts > 1000", ""),
            ("age < 22 && debts > 1000", ""),
            ("(age < 22 ? debts : income) > 1000", ""),
            ('region == "a || b" || age < 22', ""),
            ('region == "a || b"', ""),
            ("debts + income > amount", "value > 100万"),
        ]
    )
)


@settings(deadline=None)  # the first example compiles the expressions
@given(VALUES)
def test_what_is_asked_together_says_what_each_says_for_itself(facts: Facts) -> None:
    policy = replace(POLICY, lists=(), formulas=(), lookups=(), score=None, rules=OVER_WHAT_IS_THERE)
    found = {hit.rule: hit.severity for hit in Assessor(policy).assess(facts).hits}
    for rule in OVER_WHAT_IS_THERE:
        alone = value(f"({rule.only or 'true'}) && ({rule.when})", policy.given, facts)
        wanted = Severity.REVIEW if isinstance(alone, Undecided) else Severity.REFUSE if alone else None
        assert found.get(rule.key) is wanted


OTHER = replace(
    POLICY,
    names=(*(each for each in NAMES if each.name != "overdue"), Named("queries", Kind.NUMBER, "查询")),
    formulas=(Formula("ratio", "负债率", "(debts + 1000) / income"), POLICY.formulas[1]),
    rules=(
        *(each for each in POLICY.rules if "overdue" not in each.when),
        Rule("queries", "查询", "queries > 6", Severity.REVIEW, ""),
    ),
)


@given(VALUES, some.none() | some.floats(0, 12))
def test_two_that_are_asked_at_once_say_what_each_says_for_itself(facts: Facts, queries: float | None) -> None:
    known = {**facts, "queries": queries}
    unscored = replace(OTHER, score=None, rules=tuple(each for each in OTHER.rules if each.key != "graded"))
    for second in (OTHER, unscored, POLICY):
        pair = Assessor(POLICY), Assessor(second)
        assert Both(*pair).assess(known) == (pair[0].assess(known), pair[1].assess(known))


def test_two_for_which_a_name_is_another_thing_are_asked_apart() -> None:
    names = tuple(replace(each, kind=Kind.TEXT) if each.name == "overdue" else each for each in NAMES)
    worded = replace(POLICY, names=names, rules=(Rule("word", "", 'overdue == "有"', Severity.REFUSE, ""),))
    first, second = Both(Assessor(POLICY), Assessor(worded)).assess(FACTS)
    assert (first, [hit.rule for hit in second.hits]) == (said(), ["word"])


def test_a_rule_about_the_score_and_something_else_is_asked_each_time() -> None:
    both = Rule("both", "", 'score_grade == "C" && amount > 10万', Severity.REFUSE, "")
    assessor = Assessor(replace(POLICY, rules=(both,)))
    poor: Facts = FACTS | {"debts": 9000.0}
    hit = [bool(assessor.assess(poor | {"amount": amount}).hits) for amount in (90_000.0, 110_000.0, 90_000.0)]
    assert hit == [False, True, False]


@settings(deadline=None)  # the first example compiles the expressions
@given(VALUES)
def test_nothing_passes_for_want_of_a_value(facts: Facts) -> None:
    """Whoever lacks a value that a rule is about is hit by it, unless the rest of it decides alone."""
    assessor = Assessor(replace(POLICY, rules=POLICY.rules[:2]))
    result = assessor.assess(facts)
    found = {hit.rule for hit in result.hits}
    assert ("young" in found) == (facts["age"] is None or facts["age"] < 22)  # type: ignore[operator]
    debts, income = facts["debts"], facts["income"]
    unknown = debts is None or income is None or income == 0
    assert ("debts" in found) == (unknown or debts / income > 0.7)  # type: ignore[operator]
