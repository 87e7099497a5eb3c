"""Applicants for the shipped risk rules: what stands in the form, from which everything else follows."""

from datetime import date
from pathlib import Path
from typing import Any

from config.company import Company, load_company
from core.expressions import Fact
from core.leads.products import PRODUCTS
from core.loans.cost import Cost, NoRate
from core.loans.financing import cost_of
from core.loans.risk_facts import History, risk_facts

TODAY = date(2026, 11, 28)
WAN = 10_000 * 100  # fen
SHIPPED: Company = load_company(Path(__file__).parents[3] / "config" / "company")


def id_number(born: str, region: str = "150102") -> str:
    """An ID number of somebody born on that day (`1990-05-01`)."""
    body = f"{region}{born.replace('-', '')}001"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


_ANYBODY: dict[str, Any] = {
    "amount": 50 * WAN,
    "term": "36",
    "purpose": "装修",
    "repayment": "等额本息",
    "id_number": id_number("1990-05-01"),
    "marriage": "未婚",
    "work": "受薪",
    "monthly_income": 5 * WAN,
    "monthly_debts": 2_000_00,
    "overdue_now": 0,
    "overdue_two_years": "0",
    "queries": "1",
}
SOUND: dict[str, dict[str, Any]] = {
    "house": {**_ANYBODY, "house_region": "150102", "house_value": 100 * WAN, "house_owed": 0},
    "car": {
        **_ANYBODY,
        "amount": 10 * WAN,
        "car": "途观",
        "car_value": 20 * WAN,
        "car_registered": "2024-06-01",
    },
    "credit": {**_ANYBODY, "amount": 20 * WAN},
    "business": {
        **_ANYBODY,
        "work": "企业主",
        "company_code": "91150102MA0Q4U8N06",
        "trade": "批发零售",
        "company_since": "2018-03-01",
        "yearly_turnover": 300 * WAN,
    },
}
"""Of each product (by key) an applicant whom nothing speaks against."""


def facts_of(product: str, values: dict[str, Any], history: History | None = None) -> dict[str, Fact | None]:
    """What the shipped rules for this product see of these values."""
    policy = SHIPPED.risk.of(product)
    flow = SHIPPED.flows.of(product)
    form = SHIPPED.form(flow.form) if flow is not None else None
    assert policy is not None
    assert form is not None
    about = {
        "product": PRODUCTS[product],
        "channel": "直投",
        "grade": None,
        "tags": (),
        "department": "一部",
        "rank": None,
    }
    cost: Cost | NoRate | None = cost_of(values, TODAY) if "yearly_rate" in values else None
    return risk_facts(form, values, about, history=history or History(), cost=cost, rate=policy.rate, today=TODAY)
