"""Taking over what a platform's address book says: compared first, then whole in one transaction, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.people.accounts import DINGTALK, OTHER, WECOM, account_on, number_on, put_account, put_number, put_spelling
from core.people.difference import Difference
from core.people.events import PeopleJoined
from core.people.models import Department, Person
from core.people.newcomers import Newcomers
from core.people.organisation import Organisation
from core.people.plan import Plan, Seat, plan
from core.people.register import Colleague, Register, colleague
from core.people.rules import doubt
from core.people.service import Doubtful, hold_everybody, mark_gone
from core.store.base import table_of
from core.store.database import among
from core.store.unit import Unit

__all__ = ["Doubtful", "Overtaken", "Synced", "asked_as", "compare", "left_not_among", "not_among", "take_over"]


@dataclass(frozen=True, slots=True)
class Synced:
    """It was taken over: what changed, and the numbers of who is new or back."""

    told: Difference
    joined: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Nothing was changed: since it was compared, something else was, and this is the difference now."""

    told: Difference


def compare(session: Session, organisation: Organisation) -> Difference:
    """What would change. Changes nothing."""
    everybody = Register(session.scalars(select(Person).order_by(Person.id)).unique())
    return plan(organisation, everybody, session.scalars(select(Department).order_by(Department.id)).all()).told


def not_among(session: Session, accounts: frozenset[str], platform: str = WECOM) -> list[Colleague]:
    """Who works here with an account of the platform, and it is none of these: to be asked for one by one, since a
    list that leaves somebody out proves nothing."""
    here = select(Person).where(Person.left_at.is_(None)).order_by(Person.id)
    known = [person for person in session.scalars(here).unique() if account_on(person, platform)]
    return [colleague(person, platform) for person in known if account_on(person, platform) not in accounts]


def left_not_among(session: Session, accounts: frozenset[str], platform: str, *, beside: bool) -> list[Colleague]:
    """Who left and could come back, by an account of the platform that is none of these: to be asked for as well, for
    who has no account any more cannot. Not of somebody who has one on the other platform, which the company uses."""
    left = select(Person).where(Person.left_at.is_not(None), Person.account_gone.is_(False)).order_by(Person.id)
    return [
        colleague(person, platform)
        for person in session.scalars(left).unique()
        if (account := account_on(person, platform)) is not None
        and account not in accounts
        and not (beside and account_on(person, OTHER[platform]))
    ]


def asked_as(session: Session, colleagues: Iterable[Colleague], platform: str) -> list[str]:
    """The accounts by which the platform can be asked for these people. Of an account that only a people file has
    spelt it cannot: that there is none spelt so proves nothing."""
    if platform == WECOM:
        return [who.userid for who in colleagues]
    wanted = [who.id for who in colleagues]
    found = select(Person.dingtalk_spelling).where(among(session, table_of(Person).c.id, wanted), Person.dingtalk_sure)
    return [spelling for spelling in session.scalars(found.order_by(Person.id)) if spelling]


def take_over(
    unit: Unit,
    organisation: Organisation,
    newcomers: Newcomers,
    *,
    expected: Difference | None = None,
    confirmed: bool = False,
) -> Synced | Doubtful | Overtaken:
    """Make people and departments as they are in `organisation`; roles and ranks stay.

    New people, and who is back, get the roles of `newcomers`; whose account is gone has no rights from this commit on.
    `expected` is the difference that somebody agreed to: another one changes nothing (Overtaken). Too many leavers at
    once (see `core.people.rules.doubt`) change nothing unless it is `confirmed`; the last administrator never leaves,
    and loses his account to nobody. Which accounts changed (`renamed`) is for the caller to know: see `renames`.
    Audited as `people:sync`, each change of somebody's rights, each move of a department, each leaver for itself.
    """
    everybody = hold_everybody(unit)
    rows = unit.session.scalars(select(Department).order_by(Department.id)).all()
    made = plan(organisation, everybody, rows)
    if expected is not None and made.told != expected:
        return Overtaken(made.told)
    staff = [person for person in everybody.before if person.left_at is None]
    stays = [person for person in everybody.administrators() if person not in (*made.leaving, *made.dropped)]
    lost = bool(everybody.administrators()) and not stays
    count = len(made.leaving) + len(made.lost)
    why = doubt(count, len(staff), loses_administrators=lost, confirmed=count if confirmed else None)
    if why is not None:
        dropped = (colleague(person, made.platform) for person in made.dropped)
        return Doubtful(why, (*made.told.leaving, *made.told.lost, *dropped), len(staff))
    return _carry_out(unit, made, newcomers)


def _carry_out(unit: Unit, made: Plan, newcomers: Newcomers) -> Synced:
    departments = _departments(unit, made)
    _accounts(unit, made)
    by_account = {seat.account: _seat(unit, made, seat, departments, newcomers) for seat in made.seats}
    unit.session.flush()  # the new ones have their numbers now
    joined = [by_account[seat.account].id for seat in made.seats if seat.person is None or seat.back]
    for seat in made.seats:
        if seat.person is None or seat.back:
            _record_joined(unit, by_account[seat.account], seat)
    if joined and not newcomers.roles:
        unit.happened(PeopleJoined(tuple(joined)))
    _superiors(unit, made, by_account)
    for person in made.lost:
        put_account(unit, person, made.platform, None)
        unit.record(None, "people:account", f"person:{person.id}", channel=made.platform, gone=True)
    for person in made.leaving:
        mark_gone(unit, person, by_platform=True)
    for person, gone in (*((each, True) for each in made.gone), *((each, False) for each in made.there)):
        person.account_gone = gone
        unit.record(None, "people:account", f"person:{person.id}", channel=made.platform, gone=gone)
    _dissolve(unit, made)
    told = made.told
    if not told.is_none:
        unit.record(
            None,
            "people:sync",
            "people",
            joined=len(joined),
            moved=len(told.moved),
            renamed=len(told.renamed),
            left=len(told.leaving),
            linked=len(told.linked),
            lost=len(told.lost),
            departments=len(told.new_departments) + len(told.moved_departments) + len(told.gone_departments),
        )
    return Synced(told, tuple(joined))


def _departments(unit: Unit, made: Plan) -> dict[str, Department]:
    """The departments by path, as they are to be."""
    session = unit.session
    was = {id(place.row): place.row.path for place in made.places if place.row is not None}
    other = OTHER[made.platform]
    others = {id(row): number_on(row, other) for place in made.places for row in place.swallowed}
    _step_aside(unit, made)
    found = {}
    for place in made.places:
        row = place.row or Department()
        session.add(row)
        row.path = place.path
        put_number(row, made.platform, place.number)
        found[place.path] = row
    session.flush()
    for place in made.places:
        for swallowed in place.swallowed:
            _merge(unit, swallowed, found[place.path])
            if number_on(found[place.path], other) is None:  # the other platform has it at this path
                put_number(found[place.path], other, others[id(swallowed)])
        old = was.get(id(place.row), place.path)
        if old != place.path:
            unit.record(None, "people:department", f"department:{found[place.path].id}", old=old, new=place.path)
    return found


def _step_aside(unit: Unit, made: Plan) -> None:
    """Paths and numbers are unique at every moment: whoever changes either, or goes, gives it up first. No department
    can be called what stands there meanwhile: `/` only parts their names."""
    for place in made.places:
        if place.row is not None and place.row.path != place.path:
            place.row.path = f"/{place.row.id}/"
        if place.row is not None and number_on(place.row, made.platform) != place.number:
            put_number(place.row, made.platform, None)
        for row in place.swallowed:
            row.path, row.wecom_id, row.dingtalk_id = f"/{row.id}/", None, None
    for row in (*made.dissolved, *made.unnumbered):
        put_number(row, made.platform, None)
    unit.session.flush()


def _merge(unit: Unit, row: Department, into: Department) -> None:
    """All people of a department, leavers too, are of the other one from now on."""
    moved = unit.session.scalars(select(Person).where(Person.department_id == row.id)).unique().all()
    for person in moved:
        person.department = into
    unit.session.flush()
    unit.record(None, "people:department", f"department:{row.id}", into=f"department:{into.id}", people=len(moved))
    unit.session.delete(row)
    unit.session.flush()


def _dissolve(unit: Unit, made: Plan) -> None:
    """A department that is gone goes, unless somebody's row still names it (a leaver, or who is not on the platform),
    or the other platform has it."""
    session = unit.session
    session.flush()
    for row in made.dissolved:
        named = session.scalar(select(Person.id).where(Person.department_id == row.id).limit(1))
        kept = named is not None or number_on(row, OTHER[made.platform]) is not None
        unit.record(None, "people:department", f"department:{row.id}", old=row.path, new="", kept=kept)
        if not kept:
            session.execute(delete(Department).where(Department.id == row.id))


def _accounts(unit: Unit, made: Plan) -> None:
    for person in made.dropped:
        put_account(unit, person, made.platform, None)
        person.account_gone = True
        if person.left_at is None:
            mark_gone(unit, person)
    unit.session.flush()
    for person, account in made.accounts:
        put_account(unit, person, made.platform, account)
        person.account_gone = False
        unit.record(None, "people:account", f"person:{person.id}", channel=made.platform)
    unit.session.flush()


def _seat(unit: Unit, made: Plan, seat: Seat, departments: dict[str, Department], newcomers: Newcomers) -> Person:
    """The person of this seat, as it has him."""
    person = seat.person
    if person is None:
        person = Person(name=seat.name, rank="", came_at=unit.now)
        put_account(unit, person, made.platform, seat.account)
        unit.session.add(person)
    elif seat.name is not None:
        person.name = seat.name
    if seat.person is None or seat.back:
        person.left_at, person.account_gone = None, False
        person.roles = "|".join(sorted(newcomers.roles))
    put_spelling(person, made.platform, seat.spelling)
    if seat.path is not None:
        _move(unit, person, departments[seat.path], known=seat.person is not None and not seat.back)
    return person


def _move(unit: Unit, person: Person, to: Department, *, known: bool) -> None:
    """A change of the department is a change of rights, and audited with what was before."""
    if not known:
        person.department = to
        return
    if person.department is not to:
        was, roles = person.department.path, person.roles
        person.department = to
        unit.record(
            None, "people:rights", f"person:{person.id}", old=roles, new=roles, old_department=was,
            new_department=to.path,
        )  # fmt: skip


def _record_joined(unit: Unit, person: Person, seat: Seat) -> None:
    action = "people:back" if seat.back else "people:new"
    unit.record(None, action, f"person:{person.id}", roles=person.roles, department=person.department.path)


def _superiors(unit: Unit, made: Plan, by_account: dict[str, Person]) -> None:
    wanted = {account for account in made.superiors.values() if account not in by_account}
    column = Person.dingtalk_userid if made.platform == DINGTALK else Person.wecom_userid
    others = unit.session.scalars(select(Person).where(column.in_(wanted))).unique() if wanted else ()
    found = by_account | {account: person for person in others if (account := account_on(person, made.platform))}
    for account, superior in made.superiors.items():
        if account in by_account and superior in found:
            by_account[account].superior_id = found[superior].id
    unit.session.flush()
