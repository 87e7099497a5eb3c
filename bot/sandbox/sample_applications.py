"""Made-up loan applications for the sandbox: for what, how long ago, what was filled in, and how far each has come.
Pure; `telling.py` lets the verbs do it. Nothing here is chance: the same leads and the same day give the same ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from stdnum.cn import uscc

_WAN = 1_000_000  # fen


class Ends(StrEnum):
    """Where a tale stops: what comes next is for whoever plays the demo. Papers: they are wanted before the contract.
    Late: lent, and an instalment was not paid."""

    DRAFT = "draft"
    DROPPED = "dropped"
    PAPERS = "papers"
    RISK = "risk"
    REVIEW = "review"
    RETURNED = "returned"
    REFUSED = "refused"
    SECOND = "second"
    SIGNING = "signing"
    PAYOUT = "payout"
    LENT = "lent"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Tale:
    """An application for `product` (by key), begun so many working hours ago, one thing done every `pace` hours.
    `burden` is the part of his income that its applicant would pay back, so that the shipped rules say what they should
    of it: pass below 55 %, review up to 70 %, refuse above. `least` and `most` bound its lead's amount, in fen."""

    product: str
    ends: Ends
    begun: float
    burden: float = 0.42
    pace: float = 2
    least: int = 0
    most: int = 200 * _WAN
    reason: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


TALES: tuple[Tale, ...] = (
    Tale("credit", Ends.LATE, 104, pace=3),
    Tale("house", Ends.LENT, 88, pace=3),
    Tale("house", Ends.SIGNING, 44, pace=3),
    Tale("credit", Ends.REFUSED, 34, reason="收入流水对不上，补不了"),
    Tale("business", Ends.DROPPED, 30),
    Tale("business", Ends.PAYOUT, 21, pace=5, most=45 * _WAN),
    Tale("house", Ends.RETURNED, 20, reason="房产证缺附记页，请补齐再交"),
    Tale("business", Ends.SECOND, 15, pace=4, least=50 * _WAN),
    Tale("car", Ends.REVIEW, 13),
    Tale("credit", Ends.RISK, 9, burden=0.62),
    Tale("business", Ends.RISK, 8, more={"trade": "建筑"}),
    Tale("house", Ends.RISK, 7, burden=0.78),
    Tale("car", Ends.PAPERS, 6, most=45 * _WAN),
    Tale("credit", Ends.REVIEW, 5, pace=1),
    Tale("business", Ends.DRAFT, 3),
    Tale("business", Ends.REVIEW, 3, pace=1),
)
OVERRIDE = "房产在市区，好处置，请审批定"
"""The reason where somebody of risk lets pass what the rules speak against."""
SIGNED: Mapping[str, Any] = {"yearly_rate": "0.072", "service_fee": 300_000, "upfront_fee": 0, "monthly_fee": 0}
"""What the contract says."""

_MONTHS = {"house": 120, "car": 36, "credit": 36, "business": 36}
_RATES = {"house": 0.08, "car": 0.12, "credit": 0.15, "business": 0.10}  # those of the shipped rules
_OWED = 0.15  # of his income the applicant pays back already
_WORK = {"house": "受薪", "car": "个体户", "credit": "受薪", "business": "企业主"}
_PURPOSE = {"house": "经营周转", "car": "购车", "credit": "装修", "business": "经营周转"}


def answers(
    tale: Tale, number: int, amount_fen: int, region: str | None, id_number: str, today: date
) -> dict[str, Any]:
    """What is filled in: for a lead of this sum and region, whose customer has this ID number. `number` tells the tales
    apart."""
    income = round(_instalment(tale.product, amount_fen) / (tale.burden - _OWED) / 10_000) * 10_000
    married = number % 3 == 0
    found: dict[str, Any] = {
        "amount": amount_fen,
        "term": str(_MONTHS[tale.product]),
        "purpose": _PURPOSE[tale.product],
        "id_number": id_number,
        "marriage": "已婚" if married else "未婚",
        "work": _WORK[tale.product],
        "monthly_income": income,
        "monthly_debts": round(income * _OWED / 10_000) * 10_000,
        "overdue_now": 0,
        "overdue_two_years": str(number % 3),
        "queries": str(number % 5),
    }
    if married and tale.product in ("house", "car"):
        found["spouse_agrees"] = "知情同意"
    return found | _of_product(tale.product, number, amount_fen, region, today) | dict(tale.more)


def _of_product(product: str, number: int, amount_fen: int, region: str | None, today: date) -> dict[str, Any]:
    if product == "house":
        return {"house_region": region or "150102", "house_value": round(amount_fen / 0.45), "house_owed": 0}
    if product == "car":
        bought = today.replace(year=today.year - 2, day=1)
        return {"car": "大众迈腾 2.0T", "car_value": round(amount_fen / 0.6), "car_registered": bought.isoformat()}
    if product == "business":
        founded = today.replace(year=today.year - 6, day=1)
        firm = {"company_code": company_code(number), "trade": "批发零售", "company_since": founded.isoformat()}
        return firm | {"yearly_turnover": amount_fen * 6}
    return {}


def company_code(number: int) -> str:
    """A credit code with a right check digit, of a firm registered in 呼和浩特, and of none in particular."""
    head = f"91150100MA0N{number:05d}"
    return head + str(uscc.calc_check_digit(head))


def _instalment(product: str, amount_fen: int) -> float:
    rate, months = _RATES[product] / 12, _MONTHS[product]
    return amount_fen * rate / (1 - (1 + rate) ** -months)
