"""How a loan of the made-up company's past is paid back: by a plan, month by month; some are late, some are settled
before their time."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.sandbox.past_loans import Loans
from bot.sandbox.sample_past import PastLoan
from core.loans.arrears import Repayment, standing, to_settle
from core.loans.models import Application
from core.loans.repaid import RepaymentPlan, RepaymentRow
from core.loans.repayment import Method, Plan, Rate, Terms, in_month, plan_of
from core.moments import day_of, midnight

_LATE, _SETTLED = 0.07, 0.5
"""Of those with less luck than the one the last instalment is not paid; with less than the other they are settled when
they have run long enough."""
_RUNS = timedelta(days=130)
_RECORDED = timedelta(hours=10)  # of the day on which it was paid


def pay_back(
    loans: Loans, number: int, amount_fen: int, values: dict[str, Any], loan: PastLoan, officer_id: int
) -> datetime | None:
    """The plan and what was paid until now; when it was paid off (None: it runs)."""
    now, paid_on = loans.unit.now, day_of(loan.ended_at)
    terms = Terms(
        amount_fen, Method.EQUAL_INSTALMENT, Rate(Decimal(values["yearly_rate"])), int(values["term"]), _due(paid_on)
    )
    plan = plan_of(terms, paid_on)
    paid = _paid(plan, loan, day_of(now))
    for each in paid:
        at = min(midnight(each.on) + _RECORDED, now)
        mine = {"application_id": number, "paid_on": each.on.isoformat(), "amount_fen": each.fen}
        row = loans.add(RepaymentRow, **mine, settles=each.settles, by_id=officer_id, at=at)
        loans.tell(at, officer_id, "loan:repaid", number, repayment=row, fen=each.fen)
    stands = standing(plan, paid, (), day_of(now))
    oldest = next((part.instalment.due for part in stands.parts if part.open_fen), None)
    over = midnight(stands.cleared) + _RECORDED if stands.cleared is not None else None
    loans.add(
        RepaymentPlan,
        application_id=number,
        principal_fen=amount_fen,
        method=terms.method,
        rate=str(terms.rate.share),
        per=terms.rate.per,
        months=terms.months,
        first_due=terms.first.isoformat(),
        due_day=terms.day,
        next_due=oldest.isoformat() if oldest else None,
        told_to=day_of(now).isoformat(),  # what is past is told to nobody now
        by_id=loans.rows[Application][number - 1]["submitted_by_id"],
        at=loan.ended_at,
        ended_at=over,
    )
    loans.tell(
        loan.ended_at, loans.rows[Application][number - 1]["submitted_by_id"], "loan:plan", number, months=terms.months
    )
    return over


def _due(paid_on: date) -> date:
    """The first instalment: a month later, on no day that some months do not have."""
    return in_month(paid_on, 1, min(paid_on.day, 28))


def _paid(plan: Plan, loan: PastLoan, today: date) -> list[Repayment]:
    """Each instalment on its day or soon after it."""
    due = [each for each in plan.instalments if each.due <= today]
    if loan.luck < _LATE:
        due = due[: -(1 + int(loan.luck * 100) % 3)]
    paid = [
        Repayment(min(each.due + timedelta(days=(each.number * 7) % 3 == 1), today), each.total_fen) for each in due
    ]
    ends = day_of(loan.ended_at) + _RUNS + timedelta(days=int(loan.luck * 300))
    if _LATE <= loan.luck < _SETTLED and ends <= today:
        paid = [each for each in paid if each.on < ends]
        paid.append(Repayment(ends, to_settle(plan, paid, ends), settles=True))
    return paid
