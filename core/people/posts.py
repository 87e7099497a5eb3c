"""What post somebody had at a time, as far as the operation log tells: changes of rights are written there with what
was before. Names are not: a person is called as he is called now."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people.models import Department, Person
from core.store import audit
from core.store.audit import Logged
from core.store.base import table_of

_P, _D = table_of(Person), table_of(Department)


@dataclass(frozen=True, slots=True)
class Post:
    """The roles that somebody has, where, and whether he works here (at all)."""

    roles: tuple[str, ...]
    department: str
    works_here: bool = True


@dataclass(frozen=True, slots=True)
class Career:
    """A person and his posts: the one of now, and before which moment he had which other one, the last change first."""

    id: int
    name: str
    now: Post
    before: Sequence[tuple[datetime, Post]] = ()

    def at(self, moment: datetime) -> Post:
        """His post then; of a time before anything is known of him, the first that is known."""
        post = self.now
        for until, earlier in self.before:
            if moment >= until:
                break
            post = earlier
        return post


def career_of(session: Session, person_id: int) -> Career | None:
    """The person with his posts; None for an unknown number."""
    wanted = select(_P.c.name, _P.c.roles, _D.c.path, _P.c.left_at).join(_D, _D.c.id == _P.c.department_id)
    row = session.execute(wanted.where(_P.c.id == person_id)).one_or_none()
    if row is None:
        return None
    now = Post(_parted(row.roles), row.path, row.left_at is None)
    told = [entry for _, entry in audit.about(session, {"people:": [f"person:{person_id}"]}) if entry is not None]
    found: list[tuple[datetime, Post]] = []
    for entry in reversed(told):
        earlier = _before(entry, found[-1][1] if found else now)
        if earlier is not None:
            found.append((entry.at, earlier))
    return Career(person_id, row.name, now, tuple(found))


def _before(entry: Logged, after: Post) -> Post | None:
    """What he was before this was written; None if it changed nothing, or does not tell."""
    try:
        told = json.loads(entry.details)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    match entry.action:
        case "people:rights":
            return _post(told, "old", "old_department", after)
        case "people:left":
            return replace(_post(told, "roles", "department", after), works_here=True)
        case "people:back":
            return replace(after, works_here=False)
    return None


def _post(told: Mapping[str, Any], roles: str, department: str, after: Post) -> Post:
    """The post that these details name; `old` rights of nobody who worked here are none."""
    had = _parted(str(told.get(roles, "")))
    return Post(had, str(told.get(department, after.department)), works_here=after.works_here)


def _parted(roles: str) -> tuple[str, ...]:
    return tuple(role for role in roles.split("|") if role)
