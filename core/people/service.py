"""Changes to the organisation: taking over a people file, row by row, whole or not at all; and people who leave."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.people.models import Department, Person
from core.people.policy import Role
from core.privacy import normal_name
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of a people file, as it was read. `line` is its number in the file, for messages."""

    line: int
    name: str
    department: str
    role: str
    wecom_userid: str
    dingtalk_userid: str
    superior: str
    rank: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person as a message names him: `userid` is WeCom's, else DingTalk's."""

    id: int
    name: str
    userid: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The file was taken over: counts of people; who had left and is `back`; who works here and is `missing` in it."""

    added: int
    changed: int
    unchanged: int
    back: tuple[Colleague, ...] = ()
    missing: tuple[Colleague, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """The person counts as gone from now on."""

    who: Colleague


@dataclass(frozen=True, slots=True)
class LeftBefore:
    """The person had left already, `at`; nothing was changed."""

    who: Colleague
    at: datetime


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be taken, and why, as a short code with the offending value."""

    line: int
    column: str
    why: str
    value: str = ""


def import_people(unit: Unit, rows: Sequence[PersonRow]) -> Imported | list[BadRow]:
    """Add or change the people in `rows`; people are recognised by their WeCom user id, else their DingTalk one.

    Nobody is removed: who is not in the file stays, and may be a superior of who is; who had left and stands in it is
    back. Returns the bad rows and changes nothing if any is bad. Audited as `people:import`, each change of somebody's
    rights as `people:rights`, each return as `people:back`.
    """
    known = _Register(unit.session.scalars(select(Person)).unique())
    bad = _check(rows, known)
    if bad:
        return bad
    departments = _departments(unit, rows)
    people: list[Person] = []
    added, changed = 0, set[int]()
    back: list[Colleague] = []
    for row in rows:
        person = known.find(row)
        if person is not None and person.left_at is not None:
            unit.record(None, "people:back", f"person:{person.id}")
            back.append(_colleague(person))
        if person is None:
            person = Person()
            unit.session.add(person)
            added += 1
        elif _update(unit, person, row, departments):
            changed.add(person.id)
        for column, value in _values(row, departments).items():
            setattr(person, column, value)
        known.put(person)
        people.append(person)
    unit.session.flush()
    fresh = {person.id for person in people} - {person.id for person in known.before}
    for row, person in zip(rows, people, strict=True):
        superior = known.by_wecom.get(row.superior.casefold()) if row.superior else None
        superior_id = superior.id if superior else None
        if person.superior_id != superior_id:
            person.superior_id = superior_id
            changed |= {person.id} - fresh
    unit.record(None, "people:import", "people", added=added, changed=len(changed), lines=len(rows))
    named = {person.id for person in people}
    missing = [_colleague(person) for person in known.before if person.left_at is None and person.id not in named]
    return Imported(added, len(changed), len(rows) - added - len(changed), tuple(back), tuple(missing))


def leave(unit: Unit, userid: str) -> Left | LeftBefore | None:
    """The person with this user id (WeCom's, else DingTalk's; any case) has left: he has no rights from this commit on.
    His leads stay his until they are moved. None if there is nobody of that id. Audited as `people:left`."""
    known = _Register(unit.session.scalars(select(Person)).unique())
    person = known.by_wecom.get(userid.casefold()) or known.by_dingtalk.get(userid.casefold())
    if person is None:
        return None
    if person.left_at is not None:
        return LeftBefore(_colleague(person), person.left_at)
    person.left_at = unit.now
    unit.record(None, "people:left", f"person:{person.id}", roles=person.roles, department=person.department.path)
    return Left(_colleague(person))


def _colleague(person: Person) -> Colleague:
    return Colleague(person.id, person.name, person.wecom_userid or person.dingtalk_userid or "")


class _Register:
    """Who is known, by the user ids of each platform."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.before = list(people)
        self.by_wecom: dict[str, Person] = {}
        self.by_dingtalk: dict[str, Person] = {}
        for person in self.before:
            self.put(person)

    def put(self, person: Person) -> None:
        if person.wecom_userid:
            self.by_wecom[person.wecom_userid] = person
        if person.dingtalk_userid:
            self.by_dingtalk[person.dingtalk_userid] = person

    def find(self, row: PersonRow) -> Person | None:
        """The person of this line: by the WeCom user id; else by the DingTalk one, of somebody who has no other WeCom
        user id (a mistyped id must not take over a colleague's rights)."""
        found = self.by_wecom.get(row.wecom_userid.casefold())
        if found is None and (found := self.by_dingtalk.get(row.dingtalk_userid.casefold())) is not None:
            return None if row.wecom_userid and found.wecom_userid else found
        return found

    def takes_anothers_id(self, row: PersonRow) -> bool:
        """True if the DingTalk user id of this line is that of somebody else."""
        holder = self.by_dingtalk.get(row.dingtalk_userid.casefold())
        return holder is not None and holder is not self.find(row)


def _departments(unit: Unit, rows: Sequence[PersonRow]) -> dict[str, Department]:
    """The departments by path, with those that the rows bring."""
    departments = {row.path: row for row in unit.session.scalars(select(Department))}
    for path in dict.fromkeys(_path(row.department) for row in rows):
        if path not in departments:
            departments[path] = Department(path=path)
            unit.session.add(departments[path])
    unit.session.flush()
    return departments


def _values(row: PersonRow, departments: dict[str, Department]) -> dict[str, Any]:
    return {
        "name": normal_name(row.name),
        "department_id": departments[_path(row.department)].id,
        "roles": "|".join(_roles(row.role)),
        "rank": row.rank,
        "wecom_userid": row.wecom_userid.casefold() or None,
        "dingtalk_userid": row.dingtalk_userid.casefold() or None,
        "left_at": None,
    }


def _update(unit: Unit, person: Person, row: PersonRow, departments: dict[str, Department]) -> bool:
    """Does the row change this person? A change of rights is audited with what was before."""
    values = _values(row, departments)
    old, new = ("" if person.left_at else person.roles), values["roles"]
    if (old, person.department_id) != (new, values["department_id"]):
        was, now = person.department.path, _path(row.department)
        unit.record(
            None, "people:rights", f"person:{person.id}", old=old, new=new, old_department=was, new_department=now
        )
    return any(getattr(person, column) != value for column, value in values.items())


def _roles(text: str) -> list[str]:
    return sorted({role for role in text.split("|") if role})


def _path(text: str) -> str:
    """The one spelling of a department's path: half-width, without spaces around its parts or empty ones. Rights end
    at a department, so two spellings must not make two of it."""
    parts = (part.strip() for part in unicodedata.normalize("NFKC", text).split("/"))
    return "/".join(part for part in parts if part)


_LONGEST = {"name": 60, "department": 200, "role": 80, "wecom_userid": 64, "dingtalk_userid": 64, "rank": 20}


def _check(rows: Sequence[PersonRow], known: _Register) -> list[BadRow]:
    bad: list[BadRow] = []
    seen: set[tuple[str, str]] = set()
    userids = {row.wecom_userid.casefold() for row in rows} | set(known.by_wecom)
    for row in rows:
        plain = {"name": normal_name(row.name), "department": _path(row.department), "role": "".join(_roles(row.role))}
        bad += [BadRow(row.line, column, "empty") for column, value in plain.items() if not value]
        bad += [
            BadRow(row.line, column, "long") for column, most in _LONGEST.items() if len(getattr(row, column)) > most
        ]
        if not (row.wecom_userid or row.dingtalk_userid):
            bad.append(BadRow(row.line, "wecom_userid", "empty"))
        bad += [BadRow(row.line, "role", "unknown", role) for role in _roles(row.role) if role not in set(Role)]
        for column, userid in (("wecom_userid", row.wecom_userid), ("dingtalk_userid", row.dingtalk_userid)):
            key = column, userid.casefold()
            if userid and (key in seen or (column == "dingtalk_userid" and known.takes_anothers_id(row))):
                bad.append(BadRow(row.line, column, "twice", userid))
            seen.add(key)
        if row.superior and row.superior.casefold() not in userids:
            bad.append(BadRow(row.line, "superior", "unknown", row.superior))
    return bad
