"""Who may see an application, and who may work on it: the policy applied to applications."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from core.expressions import names_in
from core.loans.definitions import flow_of, form_of
from core.loans.financing import SAYS_COST
from core.loans.flows import Approve, Flow, Handle
from core.loans.forms import Form
from core.loans.models import Application, Happening, StepRow, Task, What
from core.loans.standing_in import principals_of
from core.people import queries as people
from core.people.policy import Actor, Verb, may_touch
from core.store.base import table_of
from core.store.database import Executor

_A, _T, _H, _S = table_of(Application), table_of(Task), table_of(Happening), table_of(StepRow)


def may_work_on(executor: Executor, actor: Actor, owner_id: int) -> bool:
    """May he fill in, hand in, take back the application of this officer?"""
    return may_touch(actor, Verb.APPLY, owner_id, people.department_of(executor, owner_id))


def sees_reports(executor: Executor, viewer: Actor, owner_id: int) -> bool:
    """May he see what the risk rules say by outside reports: its officer, and who examines it?"""
    if viewer.id == owner_id:
        return True
    return may_touch(viewer, Verb.SEE_REPORT, owner_id, people.department_of(executor, owner_id))


def with_what_tells(form: Form, hidden: Collection[str]) -> frozenset[str]:
    """These fields, and those that tell of them: reckoned from them, or there only where they say so."""
    found = set(hidden)
    for each in form.fields:  # it stands behind what it is reckoned from, or depends on
        if (names_in(each.formula) | names_in(each.shown_when)) & found:
            found.add(each.key)
    return frozenset(found)


def _is_his(executor: Executor, viewer: Actor, at: datetime) -> ColumnElement[bool]:
    """Of a task: is or was it his, of somebody for whom he acts then, or did he decide it in somebody's place?"""
    acts_for = (viewer.id, *principals_of(executor, viewer.id, at))
    return or_(_T.c.person_id.in_(acts_for), _T.c.acted_by_id == viewer.id)


def hidden_from(
    executor: Executor, viewer: Actor, application_id: int, owner_id: int, flow: Flow, at: datetime
) -> tuple[str, ...]:
    """The fields that the flow hides from this viewer wherever he looks at the application then: those that every node
    hides which is or was his, or of whom he acts for; of who has had none, every node that names his post, else all.
    Nothing from its officer and who stands above him."""
    if not flow.hides or may_work_on(executor, viewer, owner_id):
        return ()
    whose = (_T.c.application_id == application_id, _is_his(executor, viewer, at))
    his = set(executor.scalars(select(_S.c.node).join(_T, _T.c.step_id == _S.c.id).where(*whose)))
    manned = [node for node in flow.nodes if isinstance(node, Approve | Handle)]
    nodes = [node for node in manned if node.key in his]
    nodes = nodes or [node for node in manned if any(who.role in viewer.roles for who in node.who)] or manned
    common = set.intersection(*(set(node.hidden) for node in nodes)) if nodes else set()
    return tuple(sorted(common))


def may_see_loan(executor: Executor, viewer: Actor, application_id: int, owner_id: int, at: datetime) -> bool:
    """May he see then how it is paid back? Not where the flow hides from him what it costs, or what was paid out."""
    if not may_look_at(executor, viewer, application_id, owner_id, at):
        return False
    row = executor.execute(select(_A.c.flow, _A.c.form).where(_A.c.id == application_id)).one()
    flow = flow_of(executor, row.flow)
    paid = {key for node in flow.nodes if isinstance(node, Handle) and node.payout for key in node.editable}
    hidden = hidden_from(executor, viewer, application_id, owner_id, flow, at)
    return not (paid | SAYS_COST) & with_what_tells(form_of(executor, row.form), hidden)


def may_look_at(executor: Executor, viewer: Actor, application_id: int, owner_id: int, at: datetime) -> bool:
    """May he see it then: by his post, because something of it is or was his to do, also in somebody's place, or
    because he was told of it (抄送)?"""
    if may_touch(viewer, Verb.SEE_APPLICATION, owner_id, people.department_of(executor, owner_id)):
        return True
    his = (_T.c.application_id == application_id, _is_his(executor, viewer, at))
    if executor.execute(select(_T.c.id).where(*his)).first() is not None:
        return True
    told = (_H.c.application_id == application_id, _H.c.what == What.COPIED.value, _H.c.to_id == viewer.id)
    return executor.execute(select(_H.c.id).where(*told)).first() is not None
