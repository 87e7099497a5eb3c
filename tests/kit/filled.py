"""What is filled into the shipped form; for scenarios and for the bench, so it imports nothing of theirs."""

from typing import Any

HOUSE: dict[str, Any] = {
    "amount": 50_000_000,
    "term": "36",
    "purpose": "经营周转",
    "id_number": "150102199003074518",
    "marriage": "未婚",
    "work": "企业主",
    "monthly_income": 9_000_000,
    "monthly_debts": 2_700_000,
    "overdue_now": 0,
    "overdue_two_years": "1",
    "queries": "2",
    "house_region": "150102",
    "house_value": 100_000_000,
    "house_owed": 20_000_000,
    "company_code": "91150100MA0QGHTL90",
}
"""Of a 房抵 over 50万, so that it goes through 复审."""
CREDIT: dict[str, Any] = {
    "amount": 10_000_000,
    "term": "36",
    "purpose": "装修",
    "id_number": "150102199003070015",
    "marriage": "未婚",
    "work": "受薪",
    "monthly_income": 1_200_000,
    "monthly_debts": 100_000,
    "overdue_now": 0,
    "overdue_two_years": "0",
    "queries": "2",
}
"""Of a 信用 over 10万: 初审 alone decides on it."""
FILLED = {"house": HOUSE, "credit": CREDIT}

_GROWS = ("monthly_income", "monthly_debts", "house_value")


def filled(product: str, **more: Any) -> dict[str, Any]:
    """What is filled in for a product, with `more` in place of the usual. Who borrows more earns and owns as much more,
    if nothing else is said, so that the risk rules let him pass as well."""
    usual = FILLED[product]
    scale = max(more.get("amount", usual["amount"]) / usual["amount"], 1)
    grown = {key: round(usual[key] * scale) for key in _GROWS if key in usual}
    return usual | (grown if scale > 1 else {}) | more
