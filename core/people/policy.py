"""Who may do what, and with whose things: the one place that says so. Deny by default.

A role gives a scope for each verb; a person has the widest scope of his roles. A scope says whose things the verb may
be done to: nobody's, his own, his department's, his department's with all below it, everybody's. Roles are those of
the moment a thing is done, never those of the moment a card was made.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache

from sqlalchemy import ColumnElement, false, func, or_, true

from core.people.models import Department, Person


class Role(StrEnum):
    """The posts of a loan brokerage."""

    OFFICER = "officer"
    APPROVER = "approver"
    RISK = "risk"
    MANAGER = "manager"
    FINANCE = "finance"
    ADMIN = "admin"


class Verb(StrEnum):
    """What can be done. The names stand in the audit log."""

    CHAT = "chat"
    SEE_POOL = "pool:see"
    CLAIM = "lead:claim"
    ADD_LEAD = "lead:add"
    CHECK = "lead:check"
    SEE_LEAD = "lead:see"
    SEE_PHONE = "lead:phone"
    REVEAL = "lead:reveal"
    FOLLOW = "lead:follow"
    ATTACH = "media:attach"
    SEE_MEDIA = "media:see"
    COMMENT = "lead:comment"
    RELEASE = "lead:release"
    TRANSFER = "lead:transfer"
    PROTECT = "lead:protect"
    EXTEND = "lead:extend"
    MERGE = "customer:merge"
    ADD_PHONE = "customer:phone"
    EXPLAIN = "lead:explain"
    SEE_QUEUE = "assignment:see"
    HAND_OVER = "people:hand_over"
    MARK = "lead:mark"
    SEGMENT = "lead:segment"
    CARE = "lead:care"
    APPLY = "loan:apply"
    SEE_APPLICATION = "loan:see"
    WORK_TASKS = "loan:tasks"
    REPAY = "loan:repay"
    SEE_WAITING = "loan:waiting"
    SEE_REPORT = "loan:report"
    SEE_BOARD = "board:see"
    EXPORT = "export"
    PERMIT_EXPORT = "export:permit"


class Scope(IntEnum):
    """Whose things."""

    NONE = 0
    SELF = 1
    DEPARTMENT = 2
    TREE = 3
    ALL = 4


_EVERYBODY: dict[Verb, Scope] = {Verb.CHAT: Scope.SELF}

RULES: dict[Role, dict[Verb, Scope]] = {
    Role.OFFICER: {
        Verb.SEE_POOL: Scope.ALL,
        Verb.CLAIM: Scope.ALL,
        Verb.ADD_LEAD: Scope.ALL,
        Verb.CHECK: Scope.ALL,
        Verb.SEE_LEAD: Scope.SELF,
        Verb.SEE_MEDIA: Scope.SELF,
        Verb.COMMENT: Scope.SELF,
        Verb.SEE_PHONE: Scope.SELF,
        Verb.REVEAL: Scope.SELF,
        Verb.FOLLOW: Scope.SELF,
        Verb.ATTACH: Scope.SELF,
        Verb.RELEASE: Scope.SELF,
        Verb.TRANSFER: Scope.SELF,
        Verb.PROTECT: Scope.SELF,
        Verb.ADD_PHONE: Scope.SELF,
        Verb.EXPLAIN: Scope.SELF,
        Verb.SEE_QUEUE: Scope.SELF,
        Verb.MARK: Scope.SELF,
        Verb.SEGMENT: Scope.SELF,
        Verb.CARE: Scope.SELF,
        Verb.APPLY: Scope.SELF,
        Verb.REPAY: Scope.SELF,
        Verb.SEE_APPLICATION: Scope.SELF,
        Verb.WORK_TASKS: Scope.SELF,
        Verb.SEE_WAITING: Scope.SELF,
        Verb.SEE_BOARD: Scope.SELF,
        Verb.EXPORT: Scope.SELF,
    },
    Role.MANAGER: {
        Verb.SEE_POOL: Scope.ALL,
        Verb.ADD_LEAD: Scope.ALL,
        Verb.CHECK: Scope.ALL,
        Verb.SEE_LEAD: Scope.TREE,
        Verb.SEE_MEDIA: Scope.TREE,
        Verb.COMMENT: Scope.TREE,
        Verb.REVEAL: Scope.TREE,
        Verb.RELEASE: Scope.TREE,
        Verb.TRANSFER: Scope.TREE,
        Verb.EXTEND: Scope.TREE,
        Verb.MERGE: Scope.TREE,
        Verb.ADD_PHONE: Scope.TREE,
        Verb.EXPLAIN: Scope.TREE,
        Verb.SEE_QUEUE: Scope.SELF,
        Verb.HAND_OVER: Scope.TREE,
        Verb.MARK: Scope.TREE,
        Verb.SEGMENT: Scope.TREE,
        Verb.CARE: Scope.TREE,
        Verb.APPLY: Scope.TREE,
        Verb.REPAY: Scope.TREE,
        Verb.SEE_APPLICATION: Scope.TREE,
        Verb.WORK_TASKS: Scope.SELF,
        Verb.SEE_WAITING: Scope.TREE,
        Verb.SEE_REPORT: Scope.TREE,
        Verb.SEE_BOARD: Scope.TREE,
        Verb.EXPORT: Scope.TREE,
        Verb.PERMIT_EXPORT: Scope.TREE,
    },
    Role.APPROVER: {
        Verb.CHECK: Scope.ALL,
        Verb.SEE_LEAD: Scope.ALL,
        Verb.SEE_MEDIA: Scope.ALL,
        Verb.COMMENT: Scope.ALL,
        Verb.REVEAL: Scope.ALL,
        Verb.SEE_APPLICATION: Scope.ALL,
        Verb.WORK_TASKS: Scope.SELF,
        Verb.SEE_WAITING: Scope.SELF,
        Verb.SEE_REPORT: Scope.ALL,
        Verb.EXPORT: Scope.SELF,
    },
    Role.RISK: {
        Verb.CHECK: Scope.ALL,
        Verb.SEE_LEAD: Scope.ALL,
        Verb.SEE_MEDIA: Scope.ALL,
        Verb.COMMENT: Scope.ALL,
        Verb.REVEAL: Scope.ALL,
        Verb.SEE_APPLICATION: Scope.ALL,
        Verb.WORK_TASKS: Scope.SELF,
        Verb.SEE_WAITING: Scope.SELF,
        Verb.SEE_REPORT: Scope.ALL,
        Verb.SEE_BOARD: Scope.ALL,
        Verb.EXPORT: Scope.ALL,
    },
    Role.FINANCE: {
        Verb.SEE_APPLICATION: Scope.ALL,
        Verb.WORK_TASKS: Scope.SELF,
        Verb.REPAY: Scope.ALL,
        Verb.SEE_WAITING: Scope.SELF,
        Verb.SEE_BOARD: Scope.ALL,
        Verb.EXPORT: Scope.ALL,
    },
    Role.ADMIN: {
        Verb.SEE_POOL: Scope.ALL,
        Verb.ADD_LEAD: Scope.ALL,
        Verb.CHECK: Scope.ALL,
        Verb.SEE_LEAD: Scope.ALL,
        Verb.SEE_MEDIA: Scope.ALL,
        Verb.COMMENT: Scope.ALL,
        Verb.REVEAL: Scope.ALL,
        Verb.RELEASE: Scope.ALL,
        Verb.TRANSFER: Scope.ALL,
        Verb.EXTEND: Scope.ALL,
        Verb.MERGE: Scope.ALL,
        Verb.ADD_PHONE: Scope.ALL,
        Verb.EXPLAIN: Scope.ALL,
        Verb.SEE_QUEUE: Scope.ALL,
        Verb.HAND_OVER: Scope.ALL,
        Verb.MARK: Scope.ALL,
        Verb.SEGMENT: Scope.ALL,
        Verb.CARE: Scope.ALL,
        Verb.APPLY: Scope.ALL,
        Verb.REPAY: Scope.ALL,
        Verb.SEE_APPLICATION: Scope.ALL,
        Verb.WORK_TASKS: Scope.SELF,
        Verb.SEE_WAITING: Scope.ALL,
        Verb.SEE_BOARD: Scope.ALL,
        Verb.EXPORT: Scope.ALL,
        Verb.PERMIT_EXPORT: Scope.ALL,
    },
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, with the rights of now. `department` is a path; `userid` the id on the platform he uses now,
    `account` the one by which the people file and the company's configuration name him."""

    id: int
    name: str
    department: str
    roles: frozenset[Role]
    userid: str = ""
    rank: str = ""
    account: str = ""

    def scope(self, verb: Verb) -> Scope:
        """The widest scope this person's roles give for `verb`."""
        return _widest(self.roles, verb)


@cache
def _widest(roles: frozenset[Role], verb: Verb) -> Scope:
    scopes = [RULES[role].get(verb, Scope.NONE) for role in roles]
    return max([*scopes, _EVERYBODY.get(verb, Scope.NONE)])


def may(actor: Actor, verb: Verb) -> bool:
    """May `actor` do `verb` at all, to anything?"""
    return actor.scope(verb) > Scope.NONE


def roles_may(roles: frozenset[Role], verb: Verb) -> bool:
    """May somebody with these roles do `verb` at all?"""
    return _widest(roles, verb) > Scope.NONE


def may_touch(actor: Actor, verb: Verb, owner_id: int | None, owner_department: str | None) -> bool:
    """May `actor` do `verb` to a thing of this owner? A thing without an owner needs scope ALL."""
    scope = actor.scope(verb)
    if scope == Scope.ALL:
        return True
    if owner_id is None or owner_department is None:
        return False
    return (
        (scope >= Scope.SELF and owner_id == actor.id)
        or (scope >= Scope.DEPARTMENT and owner_department == actor.department)
        or (scope >= Scope.TREE and owner_department.startswith(actor.department + "/"))
    )


def may_hand_over(actor: Actor, person_id: int, department: str, roles: frozenset[Role]) -> bool:
    """May `actor` end this person's access and hand over what he has? Never his own; a manager's people are those below
    him: of his own department not another manager, and an administrator nowhere."""
    if person_id == actor.id or not may_touch(actor, Verb.HAND_OVER, person_id, department):
        return False
    if actor.scope(Verb.HAND_OVER) == Scope.ALL:
        return True
    return Role.ADMIN not in roles and (department != actor.department or Role.MANAGER not in roles)


def owner_filter(actor: Actor, verb: Verb) -> ColumnElement[bool]:
    """The same rule as `may_touch`, as a condition over joined `Person` (the owner) and `Department` rows.

    Every list, search and report takes its condition from here, so that none shows more than another.
    """
    scope = actor.scope(verb)
    if scope == Scope.ALL:
        return true()
    conditions: list[ColumnElement[bool]] = []
    if scope >= Scope.SELF:
        conditions.append(Person.id == actor.id)
    if scope >= Scope.DEPARTMENT:
        conditions.append(Department.path == actor.department)
    if scope >= Scope.TREE:
        below = actor.department + "/"  # not LIKE: SQLite's does not tell `a` from `A`
        conditions.append(func.substr(Department.path, 1, len(below)) == below)
    return or_(*conditions) if conditions else false()
