"""The rules for 房抵 as somebody would write them in Python: what the bench compares the policy with. Where these are
asked nothing is missing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

_RATIO = {"1501": 0.7, "1502": 0.7, "1506": 0.6, "1504": 0.6, "1505": 0.6}
_FAR = ("1529", "1525", "1522")
_RULES: dict[str, Callable[[Mapping[str, Any], float], bool]] = {
    "blacklisted": lambda it, _: it["blacklisted"],
    "minor": lambda it, _: it["age"] < 18,
    "young": lambda it, _: 18 <= it["age"] < 22,
    "old": lambda it, _: it["age_at_end"] > 70,
    "elderly": lambda it, _: 65 < it["age_at_end"] <= 70,
    "overdue_now": lambda it, _: it["overdue_now"] > 0,
    "overdue_many": lambda it, _: it["overdue_two_years"] > 6,
    "overdue_some": lambda it, _: 3 < it["overdue_two_years"] <= 6,
    "queries_many": lambda it, _: it["queries"] > 10,
    "queries_some": lambda it, _: 6 < it["queries"] <= 10,
    "debts_high": lambda _, debts: debts > 0.7,
    "debts_some": lambda _, debts: 0.55 < debts <= 0.7,
    "cost": lambda it, _: it["cost_a_year"] > 0.24,
    "applied_again": lambda it, _: it["applied_90d"] >= 2,
    "refused_before": lambda it, _: it["refused_180d"] >= 1,
    "house_ratio": lambda it, _: it["house_ratio"] > _limit(it),
    "far_house": lambda it, _: it["house_region"].startswith(_FAR),
    "big_house": lambda it, _: it["amount"] > 10_000_000,
    "spouse": lambda it, _: it["marriage"] == "已婚" and it["spouse_agrees"] == "不知情",
}


def house(facts: Mapping[str, Any]) -> tuple[set[str], int]:
    """The rules that hit, and the score."""
    debts = (facts["monthly_debts"] + facts["instalment"]) / facts["monthly_income"]
    score = 300 + sum(_points(facts, debts))
    hits = {key for key, holds in _RULES.items() if holds(facts, debts)}
    return hits | ({"low_score"} if score < 500 else set()), score


def _limit(facts: Mapping[str, Any]) -> float:
    limit = _RATIO.get(facts["house_region"][:4], 0.5)
    return 0.65 if limit == 0.7 and facts["amount"] > 3_000_000 else limit


def _points(facts: Mapping[str, Any], debts: float) -> Iterator[int]:
    yield _below(facts["age"], (25, 30), (50, 80), (60, 60), rest=20)
    yield {"受薪": 80, "退休": 80, "企业主": 60, "个体户": 60}.get(facts["work"], 30)
    yield _below(debts, (0.3, 120), (0.5, 80), (0.7, 40), rest=0)
    yield _below(facts["overdue_two_years"], (1, 150), (3, 90), (6, 30), rest=0)
    yield _below(facts["queries"], (3, 100), (6, 70), (10, 30), rest=0)
    yield _below(facts["applied_90d"], (1, 50), (2, 20), rest=0)


def _below(value: float, *ranges: tuple[float, int], rest: int) -> int:
    return next((points for limit, points in ranges if value < limit), rest)
