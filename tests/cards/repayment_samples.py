"""Samples of the screens of 贷后."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from cards.model import Card
from cards.views import repayment as views
from core.loans.arrears import Bucket, Pause, Repayment, standing
from core.loans.loan_now import LoanNow
from core.loans.overdue import LateLoan, LatePage
from core.loans.repayment import Method, Rate, Terms, plan_of

TODAY = date(2026, 12, 28)
TERMS = Terms(12_000_000, Method.EQUAL_PRINCIPAL, Rate(Decimal("0.12")), 12, date(2026, 11, 24))
HARD_TERMS = Terms(123_456_789_00, Method.EQUAL_INSTALMENT, Rate(Decimal("0.048765")), 360, date(2025, 1, 31))
LONG = "额尔敦巴雅尔·乌兰其木格"


def loan(terms: Terms, paid: tuple[Repayment, ...] = (), graces: tuple[Pause, ...] = ()) -> LoanNow:
    plan, recorded = plan_of(terms), tuple((one, 7) for one in paid)
    now = standing(plan, paid, graces, TODAY)
    return LoanNow(203, 1024, terms.principal_fen, date(2026, 10, 24), terms, plan, now, recorded, graces)


FIRST = (Repayment(date(2026, 11, 24), 1_120_000),)
ALL = (Repayment(date(2026, 12, 1), 13_000_000, settles=True),)
GRACE = loan(TERMS, FIRST, (Pause(date(2026, 12, 20), date(2027, 1, 31)),))
SINCE_GRACE = (Pause(date(2026, 12, 1), date(2027, 1, 31)),)
DEFERRED, HARD_DEFERRED = loan(TERMS, (), SINCE_GRACE), loan(HARD_TERMS, (), SINCE_GRACE)
LATE, HARD = loan(TERMS, FIRST), replace(loan(HARD_TERMS), application_id=1_234_567, lead_id=1_234_567)
SEVERAL = LatePage(
    (LateLoan(203, 1024, 7, 45, Bucket.M2, 2_240_050), LateLoan(210, 1025, 8, 3, Bucket.M1, 560_000)),
    1,
    2,
    {Bucket.M1: 1, Bucket.M2: 1},
)
MANY = LatePage(
    tuple(LateLoan(1_234_560 + each, 1_234_567, 7, 1999, Bucket.BEYOND_M3, 123_456_789_01) for each in range(5)),
    2,
    523,
    {Bucket.M1: 100, Bucket.M2: 120, Bucket.M3: 103, Bucket.BEYOND_M3: 200},
)
REPAYMENT_VIEWS: dict[str, Card] = {
    "loan": views.loan_card(LATE, "张伟", "house"),
    "loan_hard": views.loan_card(HARD, LONG, "business"),
    "loan_in_grace": views.loan_card(GRACE, "张伟", "house"),
    "loan_late_in_grace": views.loan_card(DEFERRED, "张伟", "house"),
    "loan_late_in_grace_hard": views.loan_card(replace(HARD_DEFERRED, application_id=1_234_567), LONG, "business"),
    "loan_settled": views.loan_card(loan(TERMS, ALL), "张伟", "car"),
    "loan_without_plan": views.loan_card(replace(LATE, terms=None, plan=None, stands=None, paid=()), "张伟", "credit"),
    "loan_plan": views.plan_card(LATE, "张伟", 1, TODAY),
    "loan_plan_next": views.plan_card(LATE, "张伟", 0, TODAY),
    "loan_plan_in_grace": views.plan_card(GRACE, "张伟", 1, TODAY),
    "loan_plan_late_in_grace": views.plan_card(DEFERRED, "张伟", 1, TODAY),
    "loan_plan_hard": views.plan_card(HARD, LONG, 60, TODAY),
    "loan_late": views.late_card(SEVERAL, {1024: "张**", 1025: "刘**"}, {7: "巴特尔·孟和"}, 8),
    "loan_late_none": views.late_card(LatePage((), 1, 0, {}), {}, {}, 8),
    "loan_late_hard": views.late_card(MANY, {1_234_567: LONG}, {7: LONG}, 8),
    "loan_due": views.due_card(LATE, "张伟", date(2027, 1, 24), "d3", date(2027, 1, 21)),
    "loan_due_days_off": views.due_card(LATE, "张伟", date(2027, 1, 24), "d0", date(2027, 1, 22)),
    "loan_due_late": views.due_card(LATE, "张伟", date(2026, 12, 24), "M1", TODAY),
    "loan_due_in_grace": views.due_card(GRACE, "张伟", date(2026, 12, 24), "M1", TODAY),
    "loan_due_hard": views.due_card(HARD, LONG, date(2025, 1, 31), "M3+", TODAY),
}
