"""What a loan will cost, from what stands in its form: the plan as applied for, and the yearly cost, all fees in; once
it is paid out, by what was lent and how it is paid back.

A form that has the fields below is understood; one without a yearly rate says nothing of the cost.
"""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from core.loans.cost import Cost, Fees, NoRate, yearly_cost
from core.loans.forms import AMOUNT, SERVICE_FEE, TERM, FieldKind
from core.loans.loan_now import last_plan_row, lent, terms_in
from core.loans.repayment import MOST_MONTHS, Method, Rate, Terms, in_month, plan_of
from core.store.database import Executor

YEARLY_RATE, REPAYMENT = "yearly_rate", "repayment"
UPFRONT_FEE, MONTHLY_FEE = "upfront_fee", "monthly_fee"
_FEES = frozenset({UPFRONT_FEE, SERVICE_FEE, MONTHLY_FEE})
SAYS_COST = frozenset({AMOUNT, TERM, YEARLY_RATE, REPAYMENT, UPFRONT_FEE, SERVICE_FEE, MONTHLY_FEE})
"""The fields of which the yearly cost tells something: who may not see one of them does not see it."""
COST_KINDS = {
    YEARLY_RATE: FieldKind.PERCENT,
    REPAYMENT: FieldKind.CHOICE,
    UPFRONT_FEE: FieldKind.MONEY,
    SERVICE_FEE: FieldKind.MONEY,
    MONTHLY_FEE: FieldKind.MONEY,
}
"""Of which kind they are in every form that has them."""
METHODS = {
    "等额本息": Method.EQUAL_INSTALMENT,
    "等额本金": Method.EQUAL_PRINCIPAL,
    "先息后本": Method.INTEREST_ONLY,
}
"""The choices of the field `repayment`, as the form's file writes them, and as they are said everywhere."""


def terms_of(values: Mapping[str, Any], today: date) -> Terms | None:
    """What is applied for, as if it were paid out today; None where too little is filled in."""
    amount, months, rate = values.get(AMOUNT), values.get(TERM), values.get(YEARLY_RATE)
    method = METHODS.get(values.get(REPAYMENT) or "等额本息")
    if not amount or not months or rate is None or method is None:
        return None
    share = Decimal(rate)
    if not 0 <= share <= 1 or not 1 <= int(months) <= MOST_MONTHS:
        return None
    return Terms(amount, method, Rate(share), int(months), in_month(today, 1, today.day), today.day)


def cost_now(
    executor: Executor,
    application_id: int,
    values: Mapping[str, Any],
    asked_for: Collection[str],
    demanded: Collection[str],
    today: date,
) -> Cost | NoRate | None:
    """The same of what was paid out, and by its plan, once that is known; before it, of what is applied for. What
    stands in a field that is not `asked_for` belongs to other answers. None as long as the rate, or a fee that the flow
    demands (`Flow.demanded_later`), is to be said still: without it the loan would look cheaper than it is."""
    values = {key: value for key, value in values.items() if key in asked_for}
    if any(values.get(key) is None for key in {YEARLY_RATE, *(_FEES & set(asked_for) & set(demanded))}):
        return None
    paid_out = lent(executor, application_id)
    if paid_out is None:
        return cost_of(values, today)
    row = last_plan_row(executor, application_id)
    terms = terms_in(row) if row is not None else terms_of({**values, AMOUNT: paid_out[0]}, paid_out[1])
    return yearly_cost(plan_of(terms), _fees(values)) if terms is not None else None


def cost_of(values: Mapping[str, Any], today: date) -> Cost | NoRate | None:
    """The yearly cost of what is applied for; None where too little is filled in."""
    terms = terms_of(values, today)
    if terms is None:
        return None
    return yearly_cost(plan_of(terms), _fees(values))


def _fees(values: Mapping[str, Any]) -> Fees:
    return Fees(values.get(UPFRONT_FEE) or 0, values.get(SERVICE_FEE) or 0, values.get(MONTHLY_FEE) or 0)
