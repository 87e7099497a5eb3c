"""Who may see an application, and who may work on it: the policy applied to applications."""

from sqlalchemy import select

from core.loans.models import Happening, Task, What
from core.people import queries as people
from core.people.policy import Actor, Verb, may_touch
from core.store.base import table_of
from core.store.database import Executor

_T, _H = table_of(Task), table_of(Happening)


def may_work_on(executor: Executor, actor: Actor, owner_id: int) -> bool:
    """May he fill in, hand in, take back the application of this officer?"""
    return may_touch(actor, Verb.APPLY, owner_id, people.department_of(executor, owner_id))


def may_look_at(executor: Executor, viewer: Actor, application_id: int, owner_id: int) -> bool:
    """May he see it: by his post, because something of it is or was his to do, or because he was told of it
    (抄送)?"""
    if may_touch(viewer, Verb.SEE_APPLICATION, owner_id, people.department_of(executor, owner_id)):
        return True
    his = (_T.c.application_id == application_id, _T.c.person_id == viewer.id)
    if executor.execute(select(_T.c.id).where(*his)).first() is not None:
        return True
    told = (_H.c.application_id == application_id, _H.c.what == What.COPIED.value, _H.c.to_id == viewer.id)
    return executor.execute(select(_H.c.id).where(*told)).first() is not None
