"""Reads about people."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from core.people.models import Department, Person
from core.people.policy import RULES, Actor, Role, Scope, Verb
from core.people.rows import administers
from core.privacy.normal import name_key
from core.store.base import table_of
from core.store.database import Executor, among

_P, _D = table_of(Person), table_of(Department)
USERID = {"wecom": _P.c.wecom_userid, "dingtalk": _P.c.dingtalk_userid}
SENT_AS = {"wecom": _P.c.wecom_userid, "dingtalk": func.coalesce(_P.c.dingtalk_spelling, _P.c.dingtalk_userid)}
"""The user id as the platform is told it."""

_KNOWN_ROLES = frozenset(Role)


# And the user id on the channel in question. The account is by which the people file names somebody.
ACCOUNT = func.coalesce(_P.c.wecom_userid, _P.c.dingtalk_userid)
ACTOR = (_P.c.id, _P.c.name, _P.c.roles, _P.c.rank, _D.c.path, ACCOUNT)


def _actors(channel: str) -> Select[int, str, str, str, str, str | None, str | None]:
    return select(*ACTOR, SENT_AS[channel]).join(_D, _P.c.department_id == _D.c.id).where(_P.c.left_at.is_(None))


_BY_USERID = {channel: _actors(channel).where(userid == bindparam("who")) for channel, userid in USERID.items()}
_ALL = _actors("wecom").order_by(_P.c.id)
_BY_ID = {channel: _actors(channel).where(_P.c.id == bindparam("who")) for channel in USERID}


def actor_in(row: Sequence[Any]) -> Actor:
    """The person in the columns of `ACTOR` and a user id."""
    person_id, name, roles, rank, department, account, userid = row
    return Actor(
        id=person_id,
        name=name,
        department=department,
        roles=known_roles(roles),
        userid=userid or "",
        rank=rank,
        account=account or "",
    )


def by_userid(executor: Executor, channel: str, userid: str) -> Actor | None:
    """The employee with this platform user id (any case), or None: unknown, or has left."""
    folded = userid.casefold()
    if not folded:
        return None
    row = executor.execute(_BY_USERID[channel], {"who": folded}).one_or_none()
    return actor_in(row) if row else None


def by_id(executor: Executor, channel: str, person_id: int) -> Actor | None:
    """The employee with this number, reachable on `channel` under `Actor.userid` (empty if not); None if he left."""
    row = executor.execute(_BY_ID[channel], {"who": person_id}).one_or_none()
    return actor_in(row) if row else None


def colleague(executor: Executor, person_id: int) -> Actor | None:
    """The employee with this number, for whom he is and what he may do, wherever he is reached (`Actor.userid` says
    nothing of that); None if he left."""
    return by_id(executor, "wecom", person_id)


_ACCOUNTS = (_P.c.wecom_userid, _P.c.dingtalk_userid, _P.c.acted_on, _P.c.prefers)
_REACHED = select(*_ACCOUNTS).where(_P.c.id == bindparam("who"), _P.c.left_at.is_(None))
_LEFT_UNDER = {
    channel: select(userid).where(
        _P.c.id == bindparam("who"), _P.c.left_at.is_not(None), _P.c.left_by_platform.is_(False)
    )
    for channel, userid in SENT_AS.items()
}
_DEPARTMENT = select(_D.c.path).join(_P, _P.c.department_id == _D.c.id).where(_P.c.id == bindparam("who"))


def reachable_on(executor: Executor, person_id: int, rather: Collection[str] = ()) -> str | None:
    """The channel on which this person gets what comes by itself: of several the one that he prefers, else where he
    acted last, but if he is on any of `rather`, of those; None if he left or is on none."""
    row = executor.execute(_REACHED, {"who": person_id}).one_or_none()
    return _channel(row, rather) if row is not None else None


def _channel(row: Any, rather: Collection[str] = ()) -> str | None:
    his = [channel for channel, userid in USERID.items() if getattr(row, userid.name)]
    his = [channel for channel in his if channel in rather] or his
    return next((each for each in (row.prefers, row.acted_on) if each in his), next(iter(his), None))


def reachable(executor: Executor, person_ids: Collection[int]) -> dict[int, str]:
    """The same of several people at once, by number; who is on none is left out."""
    wanted = select(_P.c.id, *_ACCOUNTS).where(_P.c.left_at.is_(None))
    rows = executor.execute(wanted.where(among(executor, _P.c.id, list(person_ids)))).all()
    found = {row.id: _channel(row) for row in rows}
    return {person: channel for person, channel in found.items() if channel is not None}


def works_here(executor: Executor, person_id: int) -> bool:
    """False for who has left, and for an unknown number."""
    return executor.execute(_REACHED, {"who": person_id}).one_or_none() is not None


def left_under(executor: Executor, channel: str, person_id: int) -> str | None:
    """The user id of somebody who has left, whose account on `channel` may still be there; None for all others."""
    found: str | None = executor.execute(_LEFT_UNDER[channel], {"who": person_id}).scalar()
    return found


def by_name(session: Session, name: str) -> Sequence[Person]:
    """Those who work here under this name, however it is typed: its dots and spaces do not matter."""
    wanted = name_key(name)
    return sorted((person for person in everybody(session) if name_key(person.name) == wanted), key=lambda one: one.id)


def names(session: Session, person_ids: Iterable[int | None]) -> dict[int, str]:
    """Names by number, of leavers too (history names them)."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def department_of(executor: Executor, person_id: int) -> str | None:
    """The department path of a person, or None for an unknown number."""
    found: str | None = executor.execute(_DEPARTMENT, {"who": person_id}).scalar()
    return found


def everybody(session: Session) -> Sequence[Person]:
    """All who work here, by department and name."""
    statement = select(Person).join(Department).where(Person.left_at.is_(None)).order_by(Department.path, Person.id)
    return session.scalars(statement).all()


def superior_of(session: Session, person_id: int) -> int | None:
    """Who decides for this person: his superior, else the manager of his department or of the next one above, else an
    administrator; never himself. None if there is nobody."""
    return superiors(session, [person_id]).get(person_id)


def superiors(session: Session, person_ids: Collection[int]) -> dict[int, int]:
    """The same for several, by number; those without anybody are left out."""
    here = _P.c.left_at.is_(None) | _P.c.id.in_(person_ids)
    columns = (_P.c.id, _P.c.superior_id, _P.c.roles, _D.c.path, _P.c.left_at)
    rows = session.execute(select(*columns).join(_D, _P.c.department_id == _D.c.id).where(here).order_by(_P.c.id)).all()
    staff = {row.id: row for row in rows if row.left_at is None}
    managers = sorted(
        (row for row in staff.values() if Role.MANAGER in row.roles.split("|")), key=lambda row: -len(row.path)
    )
    admins = [row.id for row in staff.values() if administers(row.roles)]
    found: dict[int, int] = {}
    for person in (row for row in rows if row.id in person_ids):
        named = [person.superior_id] if person.superior_id in staff else []
        above = (other.id for other in managers if _holds(other.path, person.path))
        chosen = next((one for one in chain(named, above, admins) if one != person.id), None)
        if chosen is not None:
            found[person.id] = chosen
    return found


def _holds(department: str, path: str) -> bool:
    return path == department or path.startswith(f"{department}/")


def colleagues_of(session: Session, person_id: int, verb: Verb) -> list[int]:
    """The others of this person's department who may do `verb`."""
    department = department_of(session, person_id)
    rows = session.execute(
        select(_P.c.id, _P.c.roles)
        .join(_D, _P.c.department_id == _D.c.id)
        .where(_D.c.path == department, _P.c.left_at.is_(None), _P.c.id != person_id)
        .order_by(_P.c.id)
    )
    return [row.id for row in rows if any(verb in RULES[role] for role in known_roles(row.roles))]


def actors_by_accounts(executor: Executor, wanted: Collection[str]) -> list[Actor]:
    """Those who work here under these accounts (see `Actor`), with the rights of now."""
    statement = select(*ACTOR, _P.c.wecom_userid).join(_D, _P.c.department_id == _D.c.id)
    rows = executor.execute(statement.where(ACCOUNT.in_(wanted), _P.c.left_at.is_(None)).order_by(_P.c.id))
    return [actor_in(row) for row in rows]


def by_accounts(session: Session, wanted: Collection[str]) -> list[int]:
    """The numbers of those who work here under these accounts (see `Actor`), in the order in which they are named."""
    columns = select(_P.c.id, ACCOUNT.label("account"))
    rows = session.execute(columns.where(ACCOUNT.in_(wanted), _P.c.left_at.is_(None))).all() if wanted else []
    number_of = {row.account: row.id for row in rows}
    return [number_of[account] for account in dict.fromkeys(wanted) if account in number_of]


def accounts_of(executor: Executor, person_ids: Collection[int]) -> dict[int, str]:
    """The accounts (see `Actor`) of these people, by number."""
    rows = executor.execute(select(_P.c.id, ACCOUNT.label("account")).where(among(executor, _P.c.id, person_ids)))
    return {row.id: row.account for row in rows if row.account}


@lru_cache(maxsize=256)
def known_roles(text: str) -> frozenset[Role]:
    """The roles that stand in a person's row; one that this release does not know gives nothing."""
    return frozenset(Role(role) for role in text.split("|") if role in _KNOWN_ROLES)


def roles_of(executor: Executor, person_id: int) -> frozenset[Role]:
    """The roles that stand in a person's row, of a leaver too; none for an unknown number."""
    row = executor.execute(select(_P.c.roles).where(_P.c.id == person_id)).one_or_none()
    return known_roles(row.roles) if row is not None else frozenset()


def actors(executor: Executor) -> list[Actor]:
    """All who work here, with the rights of now."""
    return [actor_in(row) for row in executor.execute(_ALL)]


def head_of(session: Session, person_id: int) -> int | None:
    """部门负责人: the manager of this person's department, or of the next one above that has one; himself, if he is
    that. None if there is none."""
    path = department_of(session, person_id)
    managers = [one for one in actors(session) if Role.MANAGER in one.roles and path and _holds(one.department, path)]
    nearest = max(managers, key=lambda one: (len(one.department), -one.id), default=None)
    return nearest.id if nearest is not None else None


def departments(session: Session) -> frozenset[str]:
    """The paths of all departments."""
    return frozenset(session.scalars(select(Department.path)))


def departments_of(session: Session, actor: Actor, verb: Verb) -> list[str]:
    """The departments that he can ask for by this verb, those above them too. Who sees only what is his own may ask for
    any."""
    own, scope = actor.department, actor.scope(verb)
    every = {
        "/".join(parts[:end])
        for parts in (path.split("/") for path in departments(session))
        for end in range(1, len(parts) + 1)
    }
    return sorted(path for path in every if scope is not Scope.TREE or _holds(own, path))


def numbered_departments(session: Session) -> frozenset[int]:
    """WeCom's numbers of the departments whose numbers are known."""
    numbers = session.scalars(select(Department.wecom_id).where(Department.wecom_id.is_not(None)))
    return frozenset(number for number in numbers if number is not None)


def accounts(session: Session) -> frozenset[str]:
    """By which names the configuration may call those who work here (see `Actor`)."""
    known = session.scalars(select(ACCOUNT).select_from(_P).where(_P.c.left_at.is_(None)))
    return frozenset(account for account in known if account)


def leavers(session: Session) -> Sequence[Person]:
    """All who have left, the last first."""
    return session.scalars(select(Person).where(Person.left_at.is_not(None)).order_by(Person.left_at.desc())).all()


def has_administrator(session: Session) -> bool:
    """Does an administrator work here?"""
    return any(map(administers, session.scalars(select(Person.roles).where(Person.left_at.is_(None)))))


def administrators(session: Session) -> list[int]:
    """The numbers of the administrators who work here."""
    rows = session.execute(select(_P.c.id, _P.c.roles).where(_P.c.left_at.is_(None)).order_by(_P.c.id))
    return [row.id for row in rows if administers(row.roles)]


def ranks(session: Session) -> frozenset[str]:
    """The ranks of all who work here."""
    return frozenset(session.scalars(select(Person.rank).where(Person.left_at.is_(None)))) - {""}


def posts(session: Session) -> frozenset[tuple[Role, str]]:
    """The roles that somebody has who works here, each with the path of his department."""
    wanted = select(Person.roles, Department.path).join(Department).where(Person.left_at.is_(None)).distinct()
    return frozenset((role, row.path) for row in session.execute(wanted) for role in known_roles(row.roles))
