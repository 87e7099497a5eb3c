"""What must hold of all applications after whatever happened: one function for each invariant, over the database. Each
names the first offender, or gives None. `loans_kept` asks them all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.loans.definitions import flow_of
from core.loans.flows import Approve, Flow, Handle, Manned, Mode
from core.loans.models import (
    LIVE,
    Application,
    Disbursement,
    Happening,
    State,
    StepRow,
    StepState,
    Task,
    TaskKind,
    TaskState,
    What,
    subject,
)
from core.loans.tasks import seats
from core.loans.voting import Seat, outcome
from core.store.audit import AuditRow
from core.store.unit import Store

_HERE = (StepState.OPEN, StepState.HELD)
_UNDECIDED = (TaskState.OPEN, TaskState.WAITING)
_CAME = {StepState.OPEN: Seat.OPEN, StepState.PASSED: Seat.AGREED, StepState.REFUSED: Seat.REFUSED}


@dataclass(frozen=True, slots=True)
class _Whole:
    """An application with all its steps, and the tasks of each."""

    row: Application
    flow: Flow
    steps: Sequence[StepRow]
    tasks: dict[int, list[Task]]

    @property
    def name(self) -> str:
        return f"A{self.row.id}"

    @property
    def here(self) -> list[StepRow]:
        """Where it is."""
        return [step for step in self.steps if step.state in _HERE]


def loans_kept(store: Store) -> None:
    """Check every invariant of the applications.

    Raises:
        AssertionError: with all offenders, one a line.
    """
    with store.read() as session:
        found = [one_live_a_lead(session), history_is_audited(session), paid_out_once(session)]
        for whole in _applications(session):
            found += [votes_and_steps_agree(whole), at_one_place(whole), somebody_has_it(whole), over_is_over(whole)]
    offenders = [offender for offender in found if offender]
    assert not offenders, "\n".join(offenders)


def _applications(session: Session) -> Iterator[_Whole]:
    steps: dict[int, list[StepRow]] = defaultdict(list)
    tasks: dict[int, list[Task]] = defaultdict(list)
    for step in session.scalars(select(StepRow).order_by(StepRow.id)):
        steps[step.application_id].append(step)
    for task in session.scalars(select(Task).order_by(Task.id)):
        tasks[task.step_id].append(task)
    for row in session.scalars(select(Application).order_by(Application.id)):
        mine = {step.id: tasks[step.id] for step in steps[row.id]}
        yield _Whole(row, flow_of(session, row.flow), steps[row.id], mine)


def one_live_a_lead(session: Session) -> str | None:
    """At most one application of a lead is under way."""
    live = Counter(session.scalars(select(Application.lead_id).where(Application.state.in_(LIVE))))
    return next((f"L{lead} has {count} live applications" for lead, count in live.items() if count > 1), None)


def history_is_audited(session: Session) -> str | None:
    """As many lines of each kind in an application's history as entries about it in the audit log."""
    history = Counter(
        (subject(number), f"loan:{what}")
        for number, what in session.execute(select(Happening.application_id, Happening.what))
    )
    wanted = {f"loan:{what}" for what in What}
    entries = session.execute(select(AuditRow.subject, AuditRow.action).where(AuditRow.action.in_(wanted)))
    audited = Counter((about, action) for about, action in entries)
    for about, action in sorted(history | audited):
        lines, logged = history[about, action], audited[about, action]
        if lines != logged:
            return f"{about} has {lines} lines of history and {logged} audit entries of {action}"
    return None


def paid_out_once(session: Session) -> str | None:
    """Each step of 放款 that was passed paid out once, and nothing else did."""
    paid = Counter(session.scalars(select(Disbursement.step_id)))
    for step, flow in session.execute(select(StepRow, Application.flow).join(Application)):
        node = flow_of(session, flow).node(step.node)
        pays = isinstance(node, Handle) and node.payout and step.state == StepState.PASSED
        if paid[step.id] != int(pays):
            return f"A{step.application_id} at {step.node} ({step.state}) paid out {paid[step.id]} times"
    return None


def votes_and_steps_agree(whole: _Whole) -> str | None:
    """No step is open of which all votes are in, and none was passed or refused otherwise than they say."""
    for step in whole.steps:
        node = whole.flow.node(step.node)
        came = _CAME.get(StepState(step.state))
        if came is None or not isinstance(node, Approve | Handle):
            continue
        voted = _outcome(node, whole.tasks[step.id])
        if voted is not came:
            return f"{whole.name} at {step.node} is {step.state}, its votes say {voted}"
    return None


def _outcome(node: Manned, tasks: Sequence[Task]) -> Seat:
    mode, ratio = (node.mode, node.ratio) if isinstance(node, Approve) else (Mode.ANY, 100)
    return outcome(mode, ratio, seats(tasks))


def at_one_place(whole: _Whole) -> str | None:
    """It is at no node twice in one branch; one that runs is somewhere, one that came back is with its submitter."""
    places = Counter((step.node, step.branch) for step in whole.here)
    twice = [place for place, count in places.items() if count > 1]
    if twice:
        return f"{whole.name} is twice at {twice[0]}"
    if whole.row.state == State.RUNNING and not places:
        return f"{whole.name} runs, and is nowhere"
    start = {(whole.flow.start.key, "")}
    if whole.row.state == State.RETURNED and set(places) != start:
        return f"{whole.name} came back, and is at {sorted(places)}"
    return None


def somebody_has_it(whole: _Whole) -> str | None:
    """Where people have to act, somebody can; each task that waits for somebody is of a step where it is."""
    here = {step.id for step in whole.here}
    for step in whole.steps:
        undecided = [task for task in whole.tasks[step.id] if task.state in _UNDECIDED]
        if undecided and step.id not in here:
            return f"{whole.name} is no more at {step.node}, T{undecided[0].id} is {undecided[0].state}"
        if step.id in here and _is_of_people(whole, step) and TaskState.OPEN not in [one.state for one in undecided]:
            return f"{whole.name} waits at {step.node}, and nobody can act"
    return None


def _is_of_people(whole: _Whole, step: StepRow) -> bool:
    node = whole.flow.node(step.node)
    if step.state == StepState.HELD and node is whole.flow.start:  # for outside reports
        return False
    return step.state == StepState.HELD or isinstance(node, Approve | Handle) or node is whole.flow.start


def over_is_over(whole: _Whole) -> str | None:
    """What has ended, was given up or is not handed in has nothing open. (Its tasks: see `somebody_has_it`.)"""
    if whole.row.state in (State.ENDED, State.DROPPED, State.DRAFT) and whole.here:
        return f"{whole.name} is {whole.row.state}, and at {whole.here[0].node}"
    asked = [task for step in whole.here for task in whole.tasks[step.id] if task.kind == TaskKind.AMEND]
    if asked and whole.row.state != State.RETURNED:
        return f"{whole.name} is {whole.row.state}, and its submitter is to amend it"
    return None
