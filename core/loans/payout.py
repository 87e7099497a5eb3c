"""放款: what was paid out, once for each time it was."""

from sqlalchemy import func, insert, select

from core.leads import lending
from core.loans.events import PaidOut
from core.loans.flows import Handle
from core.loans.forms import FieldKind
from core.loans.models import Disbursement, What
from core.loans.run import Run
from core.moments import day_of
from core.store.base import table_of
from core.store.database import Executor

_D = table_of(Disbursement)


def pay_out(run: Run, step: int, node: Handle) -> int:
    """Money was paid out at this step: as much, and on that day, as is filled in at its node, else what was applied
    for, today. The disbursement's number."""
    filled = {each.kind: run.values.get(each.key) for each in run.form.fields if each.key in node.editable}
    amount = filled.get(FieldKind.MONEY) or run.row.amount_fen or 0
    paid_on = filled.get(FieldKind.DATE) or day_of(run.unit.now).isoformat()
    by_id = run.by.id if run.by is not None else run.owner_id
    values = {"application_id": run.id, "step_id": step, "amount_fen": amount, "paid_on": paid_on}
    written = insert(_D).values(**values, by_id=by_id, at=run.unit.now).returning(_D.c.id)
    number = int(run.unit.connection.execute(written).scalar_one())
    lending.paid_out(run.unit, run.row.lead_id)
    run.note(What.PAID_OUT, step_id=step, node=node.key)
    run.unit.happened(PaidOut(number, run.id, amount))
    return number


def paid_at(executor: Executor, application_id: int) -> int | None:
    """The last step at which money was paid out for it; None if none was."""
    return executor.execute(select(func.max(_D.c.step_id)).where(_D.c.application_id == application_id)).scalar()


def is_paid_out(run: Run) -> bool:
    """Was money paid out for it?"""
    return paid_at(run.unit.connection, run.id) is not None
