"""Whose an application is: it goes along when its lead changes hands. Its stage and its history stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from core.leads.events import LeadMarked, LeadsAssigned, OwnerChanged
from core.loans.models import LIVE, Application, Disbursement, State, StepRow, StepState, What, subject
from core.loans.passing_on import to_new_officer
from core.loans.repaid import RepaymentPlan
from core.loans.routing import release_held, tell
from core.loans.rules import LoanRules
from core.loans.run import hold
from core.store.base import table_of
from core.store.database import Executor
from core.store.unit import Event, Unit

_A, _D, _P = table_of(Application), table_of(Disbursement), table_of(RepaymentPlan)
_S = table_of(StepRow)
_PAID_OUT = exists().where(_D.c.application_id == _A.c.id)
_RUNS = exists().where(_P.c.application_id == _A.c.id, _P.c.ended_at.is_(None))
_HAD_PLAN = exists().where(_P.c.application_id == _A.c.id)
AT_WORK: ColumnElement[bool] = or_(
    _A.c.state.in_([state.value for state in LIVE]),
    and_(_A.c.state == State.ENDED.value, _PAID_OUT, or_(_RUNS, ~_HAD_PLAN)),
)
"""Over an application: it is under way, or its loan is being paid back; its officer still has to see to it."""


@dataclass(frozen=True, slots=True)
class Belongs:
    """An application at work, its lead, and whose it is."""

    number: int
    lead_id: int
    owner_id: int


def at_work_of(executor: Executor, owner_id: int) -> list[int]:
    """The applications of this officer to which he still has to see, the oldest first."""
    return list(executor.scalars(select(_A.c.id).where(_A.c.owner_id == owner_id, AT_WORK).order_by(_A.c.id)))


def at_work(executor: Executor, number: int) -> Belongs | None:
    """The application; None if nobody has to see to it any more."""
    wanted = select(_A.c.id, _A.c.lead_id, _A.c.owner_id).where(_A.c.id == number, AT_WORK)
    row = executor.execute(wanted).one_or_none()
    return Belongs(*row) if row is not None else None


def follow(unit: Unit, event: Event, rules: LoanRules) -> None:
    """To be told every event: where a lead has another owner, what is at work of its applications is his (in a pool
    they wait as they are for who takes the lead); where its marks change, what stood before a stage for a paper that is
    wanted no more goes on."""
    match event:
        case LeadMarked(lead_id=lead_id):
            _go_on(unit, lead_id, rules)
            return
        case OwnerChanged(lead_id=lead_id, new_id=int(new_id)):
            given: Sequence[tuple[int, int]] = ((lead_id, new_id),)
        case LeadsAssigned(given=several):
            given = several
        case _:
            return
    to = dict(given)
    wanted = select(_A.c.id, _A.c.lead_id, _A.c.owner_id).where(_A.c.lead_id.in_(to), AT_WORK).order_by(_A.c.id)
    for row in unit.connection.execute(wanted).all():
        if row.owner_id != to[row.lead_id]:
            give(unit, row.id, to[row.lead_id], rules)


def _go_on(unit: Unit, lead_id: int, rules: LoanRules) -> None:
    held = exists().where(_S.c.application_id == _A.c.id, _S.c.state == StepState.HELD.value)
    number = unit.connection.execute(select(_A.c.id).where(_A.c.lead_id == lead_id, held)).scalar()
    run = hold(unit, number, rules, None) if number is not None else None
    if run is not None and release_held(run):
        tell(run)


def give(unit: Unit, number: int, to_id: int, rules: LoanRules) -> None:
    """The application is this officer's from now on, with all that its officer has to do."""
    run = hold(unit, number, rules, None)
    if run is None or run.owner_id == to_id:
        return
    was_id = run.owner_id
    run.change(owner_id=to_id)
    run.note(What.GIVEN, for_id=was_id, to_id=to_id)
    unit.record(None, "loan:owner", subject(number), old=was_id, new=to_id)
    to_new_officer(run, was_id)
    release_held(run)
    tell(run)
