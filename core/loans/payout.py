"""放款: what was paid out, once for each time it was."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update

from core.leads import lending
from core.loans.events import PaidOut, PayoutCorrected
from core.loans.flows import Handle
from core.loans.forms import FieldKind, FormField, WrongValue
from core.loans.loan_now import last_plan_row, lent, plan_row, repayments, terms_in
from core.loans.models import Disbursement, What, subject
from core.loans.outcomes import PaidNow
from core.loans.repaid import RepaymentPlan
from core.loans.run import Run
from core.loans.settlement import bring_up_to_date
from core.moments import day_of
from core.store.base import table_of
from core.store.database import Executor

_D, _P = table_of(Disbursement), table_of(RepaymentPlan)


def pay_out(run: Run, step: int, node: Handle) -> PaidNow | None:
    """Money was paid out at this step: as much, and on that day, as is filled in at its node, else what is left of what
    was agreed to, today. None: nothing was left, and nothing is recorded."""
    amount, paid_on = _filled_in(run, node)
    left = left_to_pay(run, step)
    amount = amount or left or 0
    amount = amount if left is None else min(amount, left)
    if amount <= 0:
        return None
    by_id = run.by.id if run.by is not None else run.owner_id
    paid_on = paid_on or day_of(run.unit.now).isoformat()
    values = {"application_id": run.id, "step_id": step, "amount_fen": amount, "paid_on": paid_on}
    written = insert(_D).values(**values, officer_id=run.owner_id, by_id=by_id, at=run.unit.now).returning(_D.c.id)
    number = int(run.unit.connection.execute(written).scalar_one())
    lending.paid_out(run.unit, run.row.lead_id)
    bring_up_to_date(run.unit, run.id)
    run.note(What.PAID_OUT, step_id=step, node=node.key)
    acted = run.by.id if run.by is not None else None
    run.unit.happened(PaidOut(number, run.id, amount, run.owner_id, acted, _planned_for_another(run)))
    return PaidNow(amount, date.fromisoformat(paid_on))


def _filled_in(run: Run, node: Handle) -> tuple[int | None, str | None]:
    """How much, and on which day, by what is filled in at this node; None: nobody said."""
    filled: dict[FieldKind, Any] = {}
    for each in run.form.fields:
        if each.key in node.editable:
            filled.setdefault(each.kind, run.told(each.key))
    return filled.get(FieldKind.MONEY), filled.get(FieldKind.DATE)


def is_recorded(run: Run, step: int) -> bool:
    """Is a payout of this step written down? None is, where nothing was left to be paid there."""
    return run.unit.connection.execute(select(_D.c.id).where(_D.c.step_id == step)).first() is not None


def correct(run: Run, step: int, node: Handle, kind: FieldKind) -> int | None:
    """The sum, or the day (`kind`), of what was paid out at this step is what is filled in there by now: it was written
    down wrongly. What the repayment plan was made for, if that is another sum; a plan is the officer's to set. One is
    recorded there (`is_recorded`)."""
    said, day = _filled_in(run, node)
    said, day = (said, None) if kind is FieldKind.MONEY else (None, day)
    was = run.unit.connection.execute(select(_D).where(_D.c.step_id == step)).one()
    amount, paid_on = said or int(was.amount_fen), day or str(was.paid_on)
    is_now = update(_D).where(_D.c.id == was.id).values(amount_fen=amount, paid_on=paid_on)
    run.unit.connection.execute(is_now)
    bring_up_to_date(run.unit, run.id)
    run.note(What.CORRECTED, step_id=step, node=node.key)
    by_id = run.by.id if run.by is not None else None
    before = {"was_fen": was.amount_fen, "was_on": was.paid_on}
    run.unit.record(by_id, "loan:payout:corrected", subject(run.id), fen=amount, on=paid_on, **before)
    other = _planned_for_another(run)
    run.unit.happened(PayoutCorrected(run.id, run.owner_id, amount, paid_on, by_id, other))
    return other


def _planned_for_another(run: Run) -> int | None:
    """What the newest plan, also one that is paid off, was made for, if that is another sum than was paid out in
    all."""
    row, paid_out = last_plan_row(run.unit.connection, run.id), lent(run.unit.connection, run.id)
    other = row is not None and paid_out is not None and row.principal_fen != paid_out[0]
    return int(row.principal_fen) if other else None


def paid_at(executor: Executor, application_id: int) -> int | None:
    """The last step at which money was paid out for it; None if none was."""
    return executor.execute(select(func.max(_D.c.step_id)).where(_D.c.application_id == application_id)).scalar()


def is_paid_out(run: Run) -> bool:
    """Was money paid out for it?"""
    return paid_at(run.unit.connection, run.id) is not None


def left_to_pay(run: Run, step: int) -> int | None:
    """How much of what was agreed to may be paid out at this step, beside what was at others."""
    if run.row.amount_fen is None:
        return None
    others = (_D.c.application_id == run.id, _D.c.step_id != step)
    paid = run.unit.connection.execute(select(func.sum(_D.c.amount_fen)).where(*others)).scalar()
    return int(run.row.amount_fen - (paid or 0))


def paid_back_from(run: Run) -> date | None:
    """The first day on which money came back, or is to: it was paid out by then. None: nobody said so yet."""
    plan, paid = plan_row(run.unit.connection, run.id), repayments(run.unit.connection, run.id)
    days = [terms_in(plan).first] if plan is not None else []
    return min([*days, *(one.on for one in paid)], default=None)


def wrong_payout(
    of: FormField, value: Any, amount_fen: int | None, since: datetime, now: datetime, until: date | None = None
) -> WrongValue | None:
    """Why this cannot be what was paid out, or when: no more than `amount_fen`, which was agreed to, and a day from
    that of `since`, when it was handed in, up to today, and not behind `until`, when it began to be paid back."""
    if value is None or value in ("", []):
        return None
    if of.kind is FieldKind.MONEY and isinstance(value, int):
        if value <= 0:
            return WrongValue(of.key, "least", replace(of, least=Decimal("0.01")))
        most = replace(of, most=Decimal(amount_fen) / 100) if amount_fen is not None else of
        return WrongValue(of.key, "most", most) if amount_fen is not None and value > amount_fen else None
    if of.kind is not FieldKind.DATE:
        return None
    on = date.fromisoformat(value)
    if on > day_of(now):
        return WrongValue(of.key, "future", of)
    if until is not None and on > until:
        return WrongValue(of.key, "until", of)
    return WrongValue(of.key, "past", of) if on < day_of(since) else None
