"""The rules as they are shipped, by hand from their sentences: who is hit by which."""
# ruff: noqa: E501  one row is one applicant

from typing import Any

import pytest

from core.loans.risk_facts import History
from core.risk.assessing import Assessor
from core.risk.policy import Severity, Suggestion
from tests.unit.risk.risk_kit import SHIPPED, SOUND, WAN, facts_of, id_number

_LETTERS = {
    "R": Severity.REFUSE,
    "V": Severity.REVIEW,
    "W": Severity.WARN,
    "I": Severity.INFO,
}
_COST_TO_COME = {"cost": "I"}  # before the contract nobody knows the fees: that is noted

Row = tuple[str, str, dict[str, Any], History | None, dict[str, str]]


def row(product: str, why: str, changes: dict[str, Any], hits: str, history: History | None = None) -> Row:
    """An applicant like the sound one of this product but for `changes`, and the rules that hit: `debts_high=R`."""
    return product, why, changes, history, dict(each.split("=") for each in hits.split())


APPLICANTS = [
    row("house", "nothing speaks against him", {}, ""),
    row("house", "17 years old", {"id_number": id_number("2009-01-15")}, "minor=R"),
    row("house", "18 today", {"id_number": id_number("2008-11-28")}, "young=V"),
    row("house", "21, tomorrow 22", {"id_number": id_number("2004-11-29")}, "young=V"),
    row("house", "22 today", {"id_number": id_number("2004-11-28")}, ""),
    row("house", "62, and 65 when it ends", {"id_number": id_number("1964-06-01")}, ""),
    row("house", "63, and 66 when it ends", {"id_number": id_number("1963-06-01")}, "elderly=V"),
    row("house", "67, and 70 when it ends", {"id_number": id_number("1959-06-01")}, "elderly=V"),
    row("house", "68, and 71 when it ends", {"id_number": id_number("1958-06-01")}, "old=R"),
    row("house", "late with a yuan", {"overdue_now": 100}, "overdue_now=R"),
    row("house", "late three times", {"overdue_two_years": "3"}, ""),
    row("house", "late four times", {"overdue_two_years": "4"}, "overdue_some=V"),
    row("house", "late six times", {"overdue_two_years": "6"}, "overdue_some=V"),
    row("house", "late seven times", {"overdue_two_years": "7"}, "overdue_many=R"),
    row("house", "six queries", {"queries": "6"}, ""),
    row("house", "seven queries", {"queries": "7"}, "queries_some=W"),
    row("house", "ten queries", {"queries": "10"}, "queries_some=W"),
    row("house", "eleven queries", {"queries": "11"}, "queries_many=V"),
    row("house", "nobody looked up the queries", {"queries": None}, "queries_many=W queries_some=I"),
    row("house", "debts of 55.3 %", {"monthly_debts": 12_000_00}, "debts_some=V"),
    row("house", "debts of 54.9 %", {"monthly_debts": 11_780_00}, ""),
    row("house", "debts of 71.3 %", {"monthly_debts": 20_000_00}, "debts_high=R"),
    row("house", "debts of 69.9 %", {"monthly_debts": 19_300_00}, "debts_some=V"),
    row("house", "no income at all", {"monthly_income": 0}, "debts_high=V debts_some=V"),
    row("house", "70 % of his house in 呼和浩特", {"amount": 70 * WAN, "term": "120"}, ""),
    row("house", "71 % of it", {"amount": 71 * WAN, "term": "120"}, "house_ratio=R"),
    row("house", "what is owed on it counts", {"house_owed": 21 * WAN}, "house_ratio=R"),
    row("house", "60 % in 鄂尔多斯", {"house_region": "150602", "house_owed": 10 * WAN}, ""),
    row("house", "61 % in 鄂尔多斯", {"house_region": "150602", "house_owed": 11 * WAN}, "house_ratio=R"),
    row("house", "50 % in 乌海", {"house_region": "150302"}, ""),
    row("house", "51 % in 乌海", {"house_region": "150302", "house_owed": 1 * WAN}, "house_ratio=R"),
    row("house", "half of his house in 阿拉善", {"house_region": "152921"}, "far_house=V"),
    row("house", "half of his house in 锡林浩特", {"house_region": "152502"}, "far_house=V"),
    row(
        "house",
        "above 300万 the limit is 65 %",
        {"amount": 340 * WAN, "house_value": 500 * WAN, "term": "240", "monthly_income": 20 * WAN},
        "house_ratio=R",
    ),
    row(
        "house",
        "more than 1000万",
        {"amount": 1001 * WAN, "house_value": 3000 * WAN, "term": "360", "monthly_income": 100 * WAN},
        "big_house=V elderly=V",
    ),
    row("house", "his wife knows", {"marriage": "已婚", "spouse_agrees": "知情同意"}, ""),
    row("house", "his wife does not", {"marriage": "已婚", "spouse_agrees": "不知情"}, "spouse=R"),
    row("house", "nobody asked his wife", {"marriage": "已婚"}, "spouse=V"),
    row("house", "on the blacklist", {}, "blacklisted=R", History(blacklisted=True)),
    row("house", "one other application", {}, "", History(applied_90d=1)),
    row("house", "two other applications", {}, "applied_again=V", History(applied_90d=2)),
    row("house", "refused before", {}, "refused_before=W", History(refused_180d=1)),
    row("house", "23 % a year", {"yearly_rate": "0.229", "service_fee": 0}, "cost="),
    row("house", "24 % by its fees", {"yearly_rate": "0.18", "service_fee": 5 * WAN}, "cost=R"),
    row("house", "fees that take it all", {"yearly_rate": "0.08", "service_fee": 50 * WAN}, "cost=R"),
    row(
        "house",
        "everything at once",
        {"overdue_now": 500_00, "overdue_two_years": "8", "queries": "12", "house_region": "152921", "house_owed": 1 * WAN},
        "overdue_now=R overdue_many=R queries_many=V house_ratio=R far_house=V applied_again=V refused_before=W blacklisted=R",
        History(applied_90d=3, refused_180d=1, blacklisted=True),
    ),
    row("car", "nothing speaks against him", {}, ""),
    row("car", "80 % of a car of two years", {"amount": 16 * WAN}, ""),
    row("car", "81 % of it", {"amount": 162_000_00}, "car_ratio=R"),
    row("car", "70 % of a car of five years", {"amount": 14 * WAN, "car_registered": "2021-11-01"}, ""),
    row("car", "75 % of a car of five years", {"amount": 15 * WAN, "car_registered": "2021-11-01"}, "car_ratio=R"),
    row("car", "a car of eight years", {"car_registered": "2018-11-28"}, ""),
    row("car", "a car of eight years and a month", {"car_registered": "2018-10-28"}, "car_aged=V"),
    row("car", "a car of ten years and a month", {"car_registered": "2016-10-28"}, "car_old=R"),
    row("car", "five years to pay", {"term": "60"}, "car_term=W"),
    row("car", "his wife does not know", {"marriage": "已婚", "spouse_agrees": "不知情"}, "spouse=V"),
    row("credit", "nothing speaks against him", {}, ""),
    row("credit", "20 times what he earns", {"amount": 20 * WAN, "monthly_income": 1 * WAN, "term": "60"}, "debts_some=V"),
    row("credit", "21 times what he earns", {"amount": 21 * WAN, "monthly_income": 1 * WAN, "term": "60"}, "multiple=R debts_some=V"),
    row("credit", "9 times, without a post", {"amount": 9 * WAN, "work": "个体户", "monthly_income": 1 * WAN}, "multiple=R"),
    row("credit", "more than 50万", {"amount": 51 * WAN, "term": "60"}, "big_credit=V"),
    row("credit", "six years", {"term": "72"}, "long_credit=V"),
    row("credit", "a herdsman", {"work": "农牧民"}, "no_job=W"),
    row("business", "nothing speaks against him", {}, ""),
    row("business", "a mine", {"trade": "采矿"}, "closed_trade=R"),
    row("business", "a builder", {"trade": "建筑"}, "watched_trade=V"),
    row("business", "eleven months old", {"company_since": "2025-12-28"}, "company_young=R"),
    row("business", "a year old today", {"company_since": "2025-11-28"}, "company_new=V"),
    row("business", "two years old today", {"company_since": "2024-11-28"}, ""),
    row("business", "a company of Beijing", {"company_code": "91110102MA0Q4U8N06"}, "company_far=V"),
    row("business", "30 % of its turnover", {"amount": 90 * WAN, "monthly_income": 10 * WAN}, ""),
    row("business", "31 % of its turnover", {"amount": 93 * WAN, "monthly_income": 10 * WAN}, "turnover_some=V"),
    row("business", "51 % of its turnover", {"amount": 153 * WAN, "monthly_income": 10 * WAN}, "turnover_high=R"),
    row("business", "nobody said the turnover", {"yearly_turnover": None}, "turnover_high=V turnover_some=V"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("product", "changes", "history", "hits"),
    [(product, changes, history, hits) for product, _, changes, history, hits in APPLICANTS],
    ids=[f"{product}: {why}" for product, why, *_ in APPLICANTS],
)
def test_who_is_hit_by_which(
    product: str, changes: dict[str, Any], history: History | None, hits: dict[str, str]
) -> None:
    policy = SHIPPED.risk.of(product)
    assert policy is not None
    result = Assessor(policy).assess(facts_of(product, SOUND[product] | changes, history))
    assert {hit.rule: hit.severity for hit in result.hits} == {
        rule: _LETTERS[letter] for rule, letter in (_COST_TO_COME | hits).items() if letter
    }
    gravest = set(hits.values())
    assert result.suggestion is (
        Suggestion.REFUSE if "R" in gravest else Suggestion.REVIEW if "V" in gravest else Suggestion.PASS
    )
