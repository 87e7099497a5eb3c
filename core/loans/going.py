"""An application that was handed in goes its way: at once, or when the reports are there without which it does not."""

from sqlalchemy import insert, select, update

from core.loans import reporting
from core.loans.models import StepRow, StepState, What
from core.loans.report_now import ReportNow, Standing
from core.loans.returning import resumes_at, to_submitter
from core.loans.routing import Entry, enter
from core.loans.run import Run
from core.loans.screening import screen
from core.risk.record import Why
from core.store.base import table_of

_S = table_of(StepRow)


def hand_over(run: Run) -> tuple[ReportNow, ...]:
    """It is handed in. Its reports are asked for; those for which it waits before it goes on."""
    awaited = tuple(each for each in reporting.ask_all(run) if each.stops)
    if awaited:
        _wait(run)
    else:
        _go(run)
    return awaited


def _wait(run: Run) -> None:
    """It stands at its start until the reports are there. Nobody has anything to do about it."""
    start = run.flow.start
    values = {
        "application_id": run.id,
        "node": start.key,
        "stage": run.row.stage,
        "state": StepState.HELD.value,
        "entered_at": run.unit.now,
    }
    step = run.unit.connection.execute(insert(_S).values(values).returning(_S.c.id)).scalar_one()
    run.note(What.ENTERED, step_id=int(step), node=start.key)


def _go(run: Run) -> None:
    screen(run, Why.HANDED_IN)
    enters = resumes_at(run.unit.connection, run.row) or run.flow.start.key
    run.change(resume_at="")
    enter(run, Entry(enters))


def reports_settled(run: Run) -> tuple[ReportNow, ...] | None:
    """Something came of a report for which it may have waited: it goes on if nothing stops it any more. Where one does
    not come that has to, it is its submitter's again; these are what he lacks. None: it did not wait."""
    waits = (_S.c.application_id == run.id, _S.c.state == StepState.HELD.value, _S.c.node == run.flow.start.key)
    step = run.unit.connection.execute(select(_S.c.id).where(*waits)).scalar()
    if step is None:
        return None
    found = reporting.ask_new(run)  # another person may stand in the form than when it was asked for
    stops = tuple(each for each in found if each.stops)
    if any(each.standing is Standing.AWAITED for each in stops):
        return ()
    state = StepState.RETURNED if stops else StepState.PASSED
    over = {"state": state.value, "left_at": run.unit.now}
    run.unit.connection.execute(update(_S).where(_S.c.id == step).values(over))
    if stops:
        to_submitter(run, step, run.row.resume_at)
    else:
        _go(run)
    return stops
