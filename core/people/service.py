"""Changes to the organisation. For now: taking over a people file, row by row, whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

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
class Imported:
    """The file was taken over. Counts of people."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be taken, and why, as a short code with the offending value."""

    line: int
    column: str
    why: str
    value: str = ""


def import_people(unit: Unit, rows: Sequence[PersonRow]) -> Imported | list[BadRow]:
    """Add or change the people in `rows`; people are recognised by their WeCom user id, else their DingTalk one.

    Nobody is removed: who is not in the file stays. Returns the bad rows and changes nothing if any is bad.
    Audited as `people:import`.
    """
    bad = _check(rows)
    if bad:
        return bad
    departments = {row.path: row for row in unit.session.scalars(select(Department))}
    known = unit.session.scalars(select(Person)).unique().all()
    people = {_identity(person.wecom_userid or "", person.dingtalk_userid or ""): person for person in known}
    added = changed = 0
    for row in rows:
        person = people.get(_identity(row.wecom_userid, row.dingtalk_userid))
        if row.department not in departments:
            departments[row.department] = Department(path=row.department)
            unit.session.add(departments[row.department])
            unit.session.flush()
        values = {
            "name": normal_name(row.name),
            "department_id": departments[row.department].id,
            "roles": "|".join(sorted(row.role.split("|"))),
            "rank": row.rank,
            "wecom_userid": row.wecom_userid.casefold() or None,
            "dingtalk_userid": row.dingtalk_userid.casefold() or None,
            "left_at": None,
        }
        if person is None:
            person = Person(**values)
            unit.session.add(person)
            added += 1
        elif any(getattr(person, key) != value for key, value in values.items()):
            for key, value in values.items():
                setattr(person, key, value)
            changed += 1
        people[_identity(row.wecom_userid, row.dingtalk_userid)] = person
    unit.session.flush()
    for row in rows:
        superior = people.get(_identity(row.superior, "")) if row.superior else None
        person = people[_identity(row.wecom_userid, row.dingtalk_userid)]
        person.superior_id = superior.id if superior else None
    unit.record(None, "people:import", "people", added=added, changed=changed, lines=len(rows))
    return Imported(added, changed, len(rows) - added - changed)


def _identity(wecom_userid: str, dingtalk_userid: str) -> str:
    return f"wecom:{wecom_userid.casefold()}" if wecom_userid else f"dingtalk:{dingtalk_userid.casefold()}"


def _check(rows: Sequence[PersonRow]) -> list[BadRow]:
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    userids = {row.wecom_userid.casefold() for row in rows}
    for row in rows:
        for column in ("name", "department", "role"):
            if not getattr(row, column).strip():
                bad.append(BadRow(row.line, column, "empty"))
        if not (row.wecom_userid or row.dingtalk_userid):
            bad.append(BadRow(row.line, "wecom_userid", "empty"))
        bad += [
            BadRow(row.line, "role", "unknown", role) for role in row.role.split("|") if role and role not in set(Role)
        ]
        if row.wecom_userid and row.wecom_userid.casefold() in seen:
            bad.append(BadRow(row.line, "wecom_userid", "twice", row.wecom_userid))
        seen[row.wecom_userid.casefold()] = row.line
        if row.superior and row.superior.casefold() not in userids:
            bad.append(BadRow(row.line, "superior", "unknown", row.superior))
    return bad
