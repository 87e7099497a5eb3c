"""Who is responsible at a node: found by the ways that it names, never nobody."""

from collections.abc import Iterable, Sequence

from sqlalchemy import exists, func, select

from core import expressions
from core.loans.eligible import own_to
from core.loans.flows import Approve, Copy, Decision, Manned, Repeat, Who
from core.loans.models import Happening, StepRow, StepState, Task, TaskKind, What
from core.loans.run import Run
from core.people import queries as people
from core.people.policy import Actor, Role
from core.store.base import table_of

_T, _S, _H = table_of(Task), table_of(StepRow), table_of(Happening)


def responsible(run: Run, node: Manned, step: int) -> list[int]:
    """The people who have the node, in the order in which they were named. Neither the submitter nor who handed it in
    for him decides, or does what money hangs on; where a decision was his alone, and no money hangs on it, his superior
    comes in his place. Where nobody is found it goes to the administrators, else to who is above the submitter: it is
    never passed in silence, but waits. That nobody was found is noted at the step."""
    found = named(run, node.key, node.who)
    if isinstance(node, Approve) or node.money:
        found = _without_submitter(run, found, money=node.money)
    if found:
        return found
    run.note(What.NOBODY, step_id=step, node=node.key)
    barred = own_to(node, run.submitters)
    admins = [one for one in people.administrators(run.unit.session) if one not in barred]
    above = people.superior_of(run.unit.session, run.owner_id)
    return admins or ([above] if above is not None and above not in barred else [])


def named(run: Run, node: str, ways: Sequence[Who]) -> list[int]:
    """Everybody whom these ways of a node name and who works here, each once."""
    facts, names = run.facts(), run.form.names
    staff = {person.id: person for person in people.actors(run.unit.connection)}
    found: list[int] = []
    for way in ways:
        if way.when and expressions.holds(way.when, names, facts) is not True:
            continue
        found += _by(run, node, way, staff.values())
    return [one for one in dict.fromkeys(found) if one in staff]


def _by(run: Run, node: str, way: Who, staff: Iterable[Actor]) -> list[int]:
    session, submitter = run.unit.session, run.owner_id
    if way.people:
        return people.by_accounts(session, way.people)
    if way.role:
        within = way.department
        if within == "=":
            within = people.department_of(session, submitter) or ""
        return [one.id for one in staff if Role(way.role) in one.roles and _is_within(one.department, within)]
    if way.submitter:
        return [submitter]
    if way.head:
        head = people.head_of(session, submitter)
        return [head] if head is not None else []
    if way.superior:
        return _above(run, way.superior)
    if way.field:
        value = run.told(way.field)
        return [value] if isinstance(value, int) else []
    return run.chosen(node) if way.chosen else []


def _is_within(department: str, within: str) -> bool:
    return not within or department == within or department.startswith(f"{within}/")


def _above(run: Run, steps: int) -> list[int]:
    person: int | None = run.owner_id
    for _ in range(steps):
        person = people.superior_of(run.unit.session, person) if person is not None else None
    return [person] if person is not None and person != run.owner_id else []


def _without_submitter(run: Run, found: list[int], *, money: bool) -> list[int]:
    """Those found who are neither the submitter nor who handed it in for him. Where they were found alone the
    submitter's superior comes in their place; at a money node nobody does."""
    left = [one for one in found if one not in run.submitters]
    if left or not found or money:
        return left
    superior = people.superior_of(run.unit.session, run.owner_id)
    return [superior] if superior is not None and superior not in run.submitters else []


def agreed_before(run: Run, node: Approve, came_from: int | None) -> frozenset[int]:
    """Those who need not be asked again: since it was handed in they agreed to the same at the node before, or at any.
    Nobody, where money hangs on it, or it was returned to this node. What somebody did, or was asked for as an opinion,
    is no agreement; nor is what went by itself as his time was over: he has not looked at it."""
    if node.money or node.repeat is Repeat.EACH or _was_returned(run, came_from):
        return frozenset()
    voted = (_T.c.kind == TaskKind.DECIDE.value, _T.c.decision == Decision.AGREE.value)
    mine = _H.c.application_id == run.id
    handed_in = select(func.max(_H.c.id)).where(mine, _H.c.what == What.SUBMITTED.value).scalar_subquery()
    steps = select(_H.c.step_id).where(mine, _H.c.what == What.ENTERED.value, _H.c.id > handed_in)
    by_itself = exists().where(_H.c.task_id == _T.c.id, _H.c.what == What.AGREED.value, _H.c.by_id.is_(None))
    same = (_T.c.application_id == run.id, *voted, _T.c.shown == run.row.shown, _T.c.step_id.in_(steps), ~by_itself)
    wanted = select(_T.c.person_id).where(*same)
    if node.repeat is Repeat.CONSECUTIVE:
        wanted = wanted.where(_T.c.step_id == came_from)
    return frozenset(run.unit.connection.scalars(wanted))


def _was_returned(run: Run, came_from: int | None) -> bool:
    state = run.unit.connection.execute(select(_S.c.state).where(_S.c.id == came_from)).scalar()
    return bool(state == StepState.RETURNED.value)


def to_copy(run: Run, node: Copy) -> list[int]:
    """Who is told at a node that only tells."""
    return named(run, node.key, node.who)
