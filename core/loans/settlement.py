"""What is kept with a loan's plan follows what was lent and what was paid back: since when it is paid off, and with the
last of its loans that its lead is settled."""

from sqlalchemy import select, update

from core.leads import lending
from core.loans.arrears import Standing
from core.loans.events import LoanSettled
from core.loans.loan_now import has_others, last_plan_row, stands
from core.loans.models import Application
from core.loans.repaid import RepaymentPlan
from core.moments import day_of
from core.store.base import table_of
from core.store.unit import Unit

_A, _P = table_of(Application), table_of(RepaymentPlan)


def bring_up_to_date(unit: Unit, application_id: int, *, anew: bool = False, more_due: bool = False) -> Standing | None:
    """Where the loan is by its newest plan, which ends with the day it is paid off, and goes on where it is not; None:
    it has none. `anew`: the plan is a new one, and the loan may have been paid off by the one before. `more_due`: there
    may be something to tell of which there was nothing when it was looked at today."""
    row = last_plan_row(unit.connection, application_id)
    if row is None:
        return None
    _, now = stands(unit.connection, row, day_of(unit.now))
    oldest = next((part.instalment.due for part in now.parts if part.open_fen), None)
    values = {"next_due": oldest.isoformat() if oldest else None, **({"told_to": None} if more_due else {})}
    ended = {"ended_at": (row.ended_at or unit.now) if now.cleared is not None else None}
    unit.connection.execute(update(_P).where(_P.c.id == row.id).values(values | ended))
    lead_id = unit.connection.execute(select(_A.c.lead_id).where(_A.c.id == application_id)).scalar_one()
    if now.cleared is not None:
        if not has_others(unit.connection, lead_id, application_id):  # also where a payout has just said that it is not
            lending.settled(unit, lead_id, row.ended_at or unit.now)
        if row.ended_at is None:
            unit.happened(LoanSettled(application_id, lead_id))
    elif now.cleared is None and (anew or row.ended_at is not None):
        lending.settled(unit, lead_id, None)
    return now
