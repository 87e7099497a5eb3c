"""What comes from outside: an application that waits for it (a node of kind 等待) goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.loans.definitions import flow_of
from core.loans.flows import Wait
from core.loans.models import Application, State, StepRow, StepState, What
from core.loans.outcomes import NoSuchApplication
from core.loans.own import own
from core.loans.routing import enter, leave, tell, waiting_for
from core.loans.rules import LoanRules
from core.loans.run import hold
from core.people.policy import Actor
from core.store.base import table_of
from core.store.unit import Unit

_A, _S = table_of(Application), table_of(StepRow)


@dataclass(frozen=True, slots=True)
class WentOn:
    """It had waited for that, and went on; who has it now, and at which stage."""

    application_id: int
    event: str
    waiting_for: tuple[int, ...]
    stage: str


@dataclass(frozen=True, slots=True)
class NotAwaited:
    """It does not wait for that; `awaited` is what it waits for, if anything."""

    application_id: int
    event: str
    awaited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Awaited:
    """An application that waits for `event` from outside `since` then."""

    application_id: int
    lead_id: int
    event: str
    since: datetime

    @property
    def due_at(self) -> None:
        """The outside has no deadline."""
        return None


CameOutcome: TypeAlias = WentOn | NotAwaited | NoSuchApplication


def event_came(unit: Unit, actor: Actor | None, number: int, event: str, rules: LoanRules) -> CameOutcome:
    """The outside told `event` of this application; `actor` passed it on (None: a machine did). Told twice, the second
    time nothing waits for it any more."""
    run = own(unit, actor, number, rules) if actor is not None else hold(unit, number, rules, None)
    if run is None or isinstance(run, NoSuchApplication):
        return NoSuchApplication(number)
    open_steps = (_S.c.application_id == number, _S.c.state == StepState.OPEN.value)
    rows = unit.connection.execute(select(_S).where(*open_steps).order_by(_S.c.id)).all()
    waits = [(row, node) for row in rows if isinstance(node := run.flow.node(row.node), Wait)]
    here = [(row, node) for row, node in waits if node.event == event]
    if not here:
        return NotAwaited(number, event, tuple(node.event for _, node in waits))
    for row, node in here:
        run.note(What.CALLED, step_id=row.id, node=node.key)
        enter(run, leave(run, row.id, node))
    tell(run)
    return WentOn(number, event, waiting_for(run), run.flow.stage_name(run.row.stage))


def awaited_by(session: Session, officer_id: int) -> list[Awaited]:
    """What this officer's applications wait for from outside, what has waited longest first."""
    his = (_A.c.owner_id == officer_id, _A.c.state == State.RUNNING.value, _S.c.state == StepState.OPEN.value)
    columns = (_A.c.id, _A.c.lead_id, _A.c.flow, _S.c.node, _S.c.entered_at)
    wanted = select(*columns).join(_S, _S.c.application_id == _A.c.id).where(*his)
    rows = session.execute(wanted.order_by(_S.c.entered_at, _S.c.id)).all()
    nodes = [(row, flow_of(session.connection(), row.flow).node(row.node)) for row in rows]
    return [Awaited(row.id, row.lead_id, node.event, row.entered_at) for row, node in nodes if isinstance(node, Wait)]
