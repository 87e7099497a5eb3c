"""Changes to the organisation: taking over a people file, row by row, whole or not at all; and people who leave."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.people.accounts import DINGTALK, WECOM, give_up
from core.people.checks import check
from core.people.events import AccessEnded, PersonLeft
from core.people.models import Department, Person, own_phone_place
from core.people.register import Colleague, Register, colleague
from core.people.rows import BadRow, PersonRow, account_of, administers
from core.people.rules import Doubt, doubt
from core.privacy import Unreadable
from core.store.unit import Unit

__all__ = [
    "BadRow",
    "Colleague",
    "Doubtful",
    "Imported",
    "LastAdministrator",
    "Left",
    "LeftBefore",
    "PersonRow",
    "hold_everybody",
    "import_company",
    "import_people",
    "leave",
    "let_go",
    "take_back",
]


@dataclass(frozen=True, slots=True)
class Imported:
    """The file was taken over: counts of people; who had left and is `back`; who works here and is `missing` in it."""

    added: int
    changed: int
    unchanged: int
    back: tuple[Colleague, ...] = ()
    missing: tuple[Colleague, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Nothing was taken over: it is doubtful that all of `leaving`, of `staff` people, have left."""

    why: Doubt
    leaving: tuple[Colleague, ...]
    staff: int


@dataclass(frozen=True, slots=True)
class Left:
    """The person counts as gone from now on."""

    who: Colleague


@dataclass(frozen=True, slots=True)
class LastAdministrator:
    """Nothing was changed: the company has no other administrator than `who`, and may not be without one."""

    who: Colleague


@dataclass(frozen=True, slots=True)
class LeftBefore:
    """The person had left already, `at`; nothing was changed."""

    who: Colleague
    at: datetime


def import_people(unit: Unit, rows: Sequence[PersonRow]) -> Imported | list[BadRow]:
    """Add or change the people in `rows`; people are recognised by their WeCom user id, else their DingTalk one.

    Nobody is removed: who is not in the file stays, and may be a superior of who is; who had left and stands in it is
    back. Returns the bad rows and changes nothing if any is bad; so are those that would leave a company that has
    administrators without one (a company that has none yet may be taken over without). Audited as `people:import`, each
    change of somebody's rights as `people:rights`, each return as `people:back`.
    """
    known = hold_everybody(unit)
    return check(rows, known) or _take_over(unit, rows, known)


def import_company(
    unit: Unit, rows: Sequence[PersonRow], *, confirmed: int | None = None
) -> Imported | list[BadRow] | Doubtful:
    """As `import_people`, with `rows` as the whole company: who works here and is `missing` in them has left.

    Changes nothing if that is doubtful: see `core.people.rules.doubt`, which takes the number that is `confirmed`.
    Each leaver is audited as `people:left`.
    """
    known = hold_everybody(unit)
    bad = check(rows, known)
    if bad:
        return bad
    leaving = known.missing(known.find(row) for row in rows)
    staff = sum(person.left_at is None for person in known.before)
    lost = any(administers(person.roles) for person in leaving) and not any(administers(row.role) for row in rows)
    why = doubt(len(leaving), staff, loses_administrators=lost, confirmed=confirmed)
    if why is not None:
        return Doubtful(why, tuple(colleague(person) for person in leaving), staff)
    imported = _take_over(unit, rows, known)
    for person in leaving:
        mark_gone(unit, person)
    return imported


def leave(unit: Unit, userid: str) -> Left | LeftBefore | LastAdministrator | None:
    """The person with this user id (WeCom's, else DingTalk's; any case) has left: he has no rights from this commit on.
    His leads stay his until they are moved. The last administrator stays. None if there is nobody of that id. Audited
    as `people:left`."""
    known = hold_everybody(unit)
    account = account_of(userid)
    person = known.by_wecom.get(account) or known.by_dingtalk.get(account)
    if person is None:
        return None
    if person.left_at is not None:
        return LeftBefore(colleague(person), person.left_at)
    if known.administrators() == [person]:
        return LastAdministrator(colleague(person))
    mark_gone(unit, person)
    return Left(colleague(person))


def hold_everybody(unit: Unit) -> Register:
    """Everybody, held: of two administrators who leave at once, the second must find that the first has left. Held
    first and read then: who had to wait would be read together with the department he was in before."""
    unit.session.execute(select(Person.id).order_by(Person.id).with_for_update(key_share=True))
    everybody = select(Person).order_by(Person.id).execution_options(populate_existing=True)
    return Register(unit.session.scalars(everybody).unique())


def mark_gone(unit: Unit, person: Person, *, by_platform: bool = False) -> None:
    """From this commit on the person has no rights; what is his stays his until it is moved. `by_platform`: because his
    account there is gone; he is back when that is."""
    _end(unit, person)
    person.left_by_platform = by_platform
    person.account_gone = by_platform or person.account_gone


def let_go(unit: Unit, person_id: int, by_id: int | None) -> Left | LeftBefore | LastAdministrator:
    """As `leave`, for somebody whose things are being handed over, by order of `by_id` (None: at the terminal)."""
    known = hold_everybody(unit)
    person = next(one for one in known.before if one.id == person_id)
    if person.left_at is not None:
        return LeftBefore(colleague(person), person.left_at)
    if known.administrators() == [person]:
        return LastAdministrator(colleague(person))
    _end(unit, person, by_id, handed_over=True)
    return Left(colleague(person))


def _end(unit: Unit, person: Person, by_id: int | None = None, *, handed_over: bool = False) -> None:
    person.left_at, person.left_by_platform = unit.now, False
    unit.happened(AccessEnded(person.id))
    unit.record(by_id, "people:left", f"person:{person.id}", roles=person.roles, department=person.department.path)
    unit.happened(PersonLeft(person.id, handed_over))


def has_no_account(unit: Unit, person_id: int) -> bool:
    """Has he left, and is his account deleted? Then he could use nothing here, whatever his rights. To be asked while
    everybody is held."""
    return bool(
        unit.session.scalar(
            select(Person.id).where(Person.id == person_id, Person.left_at.is_not(None), Person.account_gone)
        )
    )


def take_back(unit: Unit, person_id: int, by_id: int | None) -> bool:
    """The person works here again, with the post that he had; False if he had not left. Audited as `people:back`."""
    held = select(Person).where(Person.id == person_id).with_for_update(of=Person, key_share=True)
    held = held.execution_options(populate_existing=True)
    person = unit.session.scalars(held).unique().one()
    if person.left_at is None:
        return False
    person.left_at = None
    unit.record(by_id, "people:back", f"person:{person.id}", roles=person.roles, department=person.department.path)
    return True


@dataclass(slots=True)
class _Tally:
    """What became of the people so far."""

    added: set[Person] = field(default_factory=set)
    changed: set[Person] = field(default_factory=set)
    back: list[Colleague] = field(default_factory=list)


def _take_over(unit: Unit, rows: Sequence[PersonRow], known: Register) -> Imported:
    """Rows that were checked."""
    departments = _departments(unit, rows)
    tally = _Tally()
    people = [_take(unit, row, known, departments, tally) for row in rows]
    unit.session.flush()  # the new ones have their numbers now
    for row, person in zip(rows, people, strict=True):
        superior = known.by_wecom.get(row.above) or known.by_dingtalk.get(row.above)
        superior_id = superior.id if superior else None
        if row.superior is not None and person.superior_id != superior_id:
            person.superior_id = superior_id
            tally.changed.add(person)
        if row.phone is not None and _keep_phone(unit, person, row.stored["phone"]):
            tally.changed.add(person)
    added, changed = len(tally.added), len(tally.changed - tally.added)
    unit.record(None, "people:import", "people", added=added, changed=changed, lines=len(rows))
    missing = tuple(colleague(person) for person in known.missing(people))
    return Imported(added, changed, len(rows) - added - changed, tuple(tally.back), missing)


def _take(unit: Unit, row: PersonRow, known: Register, departments: dict[str, Department], tally: _Tally) -> Person:
    """The person of this line, as the line has him; his superior may stand further down, and comes later."""
    person = known.find(row)
    values = _values(row, departments, person)
    if person is None:
        person = Person()
        unit.session.add(person)
        tally.added.add(person)
    else:
        if person.left_at is not None:
            unit.record(None, "people:back", f"person:{person.id}")
            tally.back.append(colleague(person))
        _record_rights(unit, person, row, values)
        for platform, column in ((WECOM, "wecom_userid"), (DINGTALK, "dingtalk_userid")):
            if column in values:
                give_up(unit, person, platform, values[column])
        if any(getattr(person, column) != value for column, value in values.items()):
            tally.changed.add(person)
    for column, value in values.items():
        setattr(person, column, value)
    person.came_at = None
    known.put(person)
    return person


def _keep_phone(unit: Unit, person: Person, phone: str) -> bool:
    """The phone of this line, sealed for the person's row (so he has his number by now); was it another before?"""
    place = own_phone_place(person.id)
    try:
        before = unit.vault.open(place, person.phone) if person.phone else ""
    except Unreadable:
        before = None  # it came to harm, and the file mends it
    if phone == before:
        return False
    person.phone = unit.vault.seal(place, phone) if phone else None
    return True


def _values(row: PersonRow, departments: dict[str, Department], person: Person | None) -> dict[str, Any]:
    """The columns of a person that the line speaks of. How DingTalk itself spelt his user id counts for more than how
    somebody typed it."""
    stored = row.stored
    values: dict[str, Any] = {
        "name": stored["name"],
        "department_id": departments[stored["department"]].id,
        "roles": stored["role"],
        "left_at": None,
        "account_gone": False,
    }
    userids: dict[str, Any] = {
        column: stored[column] or None for column in ("wecom_userid", "dingtalk_userid") if column in stored
    }
    if "dingtalk_userid" in stored and not _is_sure(person, row):
        userids |= {"dingtalk_spelling": row.dingtalk_as_typed or None, "dingtalk_sure": False}
    return values | userids | ({"rank": stored["rank"]} if "rank" in stored else {})


def _is_sure(person: Person | None, row: PersonRow) -> bool:
    """Has DingTalk itself spelt the user id of this line?"""
    return person is not None and person.dingtalk_sure and row.dingtalk == person.dingtalk_userid


def _record_rights(unit: Unit, person: Person, row: PersonRow, values: dict[str, Any]) -> None:
    """A change of rights is audited with what was before."""
    old, new = ("" if person.left_at else person.roles), values["roles"]
    if (old, person.department_id) != (new, values["department_id"]):
        was, now = person.department.path, row.path
        unit.record(
            None, "people:rights", f"person:{person.id}", old=old, new=new, old_department=was, new_department=now
        )


def _departments(unit: Unit, rows: Sequence[PersonRow]) -> dict[str, Department]:
    """The departments by path, with those that the rows bring."""
    departments = {row.path: row for row in unit.session.scalars(select(Department))}
    for path in dict.fromkeys(row.path for row in rows):
        if path not in departments:
            departments[path] = Department(path=path)
            unit.session.add(departments[path])
    unit.session.flush()
    return departments
