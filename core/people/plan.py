"""How the people and departments here come to be as a platform's address book has them: a plan, made before anything
is changed. Roles and ranks are no part of it: the platform does not know them, and what people may do is ours to say.

Who is not among the members read has not left: only who certainly exists no more (`Organisation.gone`) does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.people.chain import Heads, chain_of, is_below
from core.people.difference import Change, Difference, Newcomer
from core.people.models import Department, Person
from core.people.organisation import LONGEST_PATH, Member, Organisation, paths_of
from core.people.register import Register, colleague


@dataclass(slots=True)
class Place:
    """What becomes of a department: a row that stays, moves or is new (`row` None), under WeCom's number `wecom_id`.
    `swallowed` are rows that end up at the same path, whose people it takes over."""

    path: str
    row: Department | None
    wecom_id: int | None
    swallowed: list[Department] = field(default_factory=list)


@dataclass(slots=True)
class Seat:
    """What becomes of a person: `person` None is somebody new. `name` and `path` None: they stay as they are."""

    account: str
    person: Person | None
    name: str | None
    path: str | None
    back: bool = False


@dataclass(slots=True)
class Plan:
    """All that is to be done. `accounts` are people with their new accounts, `dropped` people who lose theirs to one
    of them; `superiors` by account. Of those who left before, `gone` have no account any more and `there` have one
    again: neither brings anybody back."""

    places: list[Place] = field(default_factory=list)
    dissolved: list[Department] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    superiors: dict[str, str] = field(default_factory=dict)
    leaving: list[Person] = field(default_factory=list)
    accounts: list[tuple[Person, str]] = field(default_factory=list)
    dropped: list[Person] = field(default_factory=list)
    gone: list[Person] = field(default_factory=list)
    there: list[Person] = field(default_factory=list)
    told: Difference = field(default_factory=Difference)


def plan(organisation: Organisation, everybody: Register, rows: Sequence[Department]) -> Plan:
    """What is to be done so that the people of `everybody` and the departments of `rows` are as in `organisation`."""
    made = Plan()
    _plan_departments(made, organisation, rows)
    by_account = _plan_accounts(made, organisation, everybody)
    _plan_people(made, organisation, by_account, _where(made))
    _plan_leavers(made, organisation, by_account)
    _plan_superiors(made, organisation, by_account, everybody)
    read = {member.account for member in organisation.members} | organisation.gone
    hidden = [
        person
        for account, person in sorted(by_account.items())
        if organisation.whole and account not in read and person.left_at is None
    ]
    told = made.told
    made.told = replace(
        told,
        unseen=tuple(colleague(person) for person in hidden if person.wecom_userid in organisation.unseen),
        missing=tuple(colleague(person) for person in hidden if person.wecom_userid not in organisation.unseen),
        unchanged=len(made.seats) - len(_touched(told)),
    )
    return made


def _touched(told: Difference) -> set[str]:
    """The accounts of those of whom anything changes."""
    changes = (*told.moved, *told.renamed, *told.accounts, *told.superiors)
    return {each.account for each in (*told.joining, *told.back)} | {each.who.userid for each in changes}


# Departments


def _plan_departments(made: Plan, organisation: Organisation, rows: Sequence[Department]) -> None:
    by_number = {row.wecom_id: row for row in rows if row.wecom_id is not None}
    known = {number: row.path for number, row in by_number.items()}
    unread = known.keys() - {bureau.id for bureau in organisation.bureaus}
    closed = unread if organisation.whole else unread & organisation.closed
    paths = paths_of(organisation.bureaus, known, closed)
    gone = [by_number[number] for number in sorted(closed)]
    free = {row.path: row for row in rows if row.wecom_id is None} | {row.path: row for row in gone}
    moves = {by_number[number].path: path for number, path in paths.items() if number in by_number}
    for number, path in paths.items():
        row = by_number.get(number) or free.pop(path, None)
        made.places.append(Place(path, row, number))
    placed = {id(place.row) for place in made.places}
    others = [row for row in rows if id(row) not in placed]
    by_path = {place.path: place for place in made.places}
    for row in sorted(others, key=lambda row: row in gone):  # one that goes may still keep its path: it comes last
        path = _carried(row.path, moves)
        if path in by_path or row.path in by_path:
            by_path[path if path in by_path else row.path].swallowed.append(row)
        elif row in gone:
            made.dissolved.append(row)
        else:
            made.places.append(Place(path, row, row.wecom_id))
            by_path[path] = made.places[-1]
    new = [place.path for place in made.places if place.row is None]
    moved = [(place.row.path, place.path) for place in made.places if place.row and place.row.path != place.path]
    swallowed = [(row.path, place.path) for place in made.places for row in place.swallowed if row.path != place.path]
    numbered = [place.path for place in made.places if place.row and place.wecom_id != place.row.wecom_id]
    made.told = Difference(
        new_departments=tuple(sorted(new)),
        numbered_departments=tuple(sorted(numbered)),
        moved_departments=tuple(sorted(moved + swallowed)),
        gone_departments=tuple(sorted(row.path for row in made.dissolved)),
    )


def _carried(path: str, moves: dict[str, str]) -> str:
    """Where a department goes that the platform does not know, when one above it moves: along with it, unless its path
    became longer than a path can be."""
    above = path
    while above:
        if above in moves:
            carried = moves[above] + path.removeprefix(above)
            return carried if len(carried) <= LONGEST_PATH else path
        above = above.rpartition("/")[0]
    return path


def _where(made: Plan) -> dict[int, str]:
    """The path of each department by the platform's number, as it will be."""
    swallowed = {row.wecom_id: place.path for place in made.places for row in place.swallowed}
    will_be = swallowed | {place.wecom_id: place.path for place in made.places}
    return {number: path for number, path in will_be.items() if number is not None}


# People


def _plan_accounts(made: Plan, organisation: Organisation, everybody: Register) -> dict[str, Person]:
    """Everybody by the account he will have. A changed account is taken over together with the person who may have been
    made under the new one meanwhile, because the news of him came first: that one has nothing yet, and gives it up (see
    `core.people.renames`, which asks for that)."""
    by_account = dict(everybody.by_wecom)
    told = []
    for old, new in organisation.renamed.items():
        person = by_account.get(old)
        if person is None or old == new:
            continue
        other = by_account.get(new)
        if other is not None:
            made.dropped.append(other)
        made.accounts.append((person, new))
        told.append(Change(colleague(person), old, new))
        del by_account[old]
        by_account[new] = person
    made.told = replace(made.told, accounts=tuple(told))
    return by_account


def _plan_people(made: Plan, organisation: Organisation, by_account: dict[str, Person], where: dict[int, str]) -> None:
    joining: list[Newcomer] = []
    back: list[Newcomer] = []
    unplaced: list[Newcomer] = []
    moved, renamed = [], []
    going = {id(row): place.path for place in made.places for row in (place.row, *place.swallowed) if row is not None}
    for member in sorted(organisation.members, key=lambda member: member.account):
        if member.account in organisation.gone:
            continue
        person, path = by_account.get(member.account), _path(member, where)
        if person is not None and person.left_at is not None and not person.left_by_platform:
            made.there.append(person)
            continue  # somebody here let him go: that his account is still there brings nobody back
        if person is None or person.left_at is not None:
            named = member.name or (person.name if person else None)
            new = Newcomer(
                member.account, named or member.account, path or "", person.id if person else None, named is not None
            )
            if path is None:
                unplaced.append(new)
                continue
            (joining if person is None else back).append(new)
            made.seats.append(Seat(member.account, person, new.name, path, back=person is not None))
            continue
        here = going.get(id(person.department), person.department.path)  # where his department will be by itself
        if path is not None and path != here:
            moved.append(Change(colleague(person), person.department.path, path))
        if member.name is not None and member.name != person.name:
            renamed.append(Change(colleague(person), person.name, member.name))
        made.seats.append(Seat(member.account, person, member.name, path))
    made.told = replace(
        made.told,
        joining=tuple(joining),
        back=tuple(back),
        moved=tuple(moved),
        renamed=tuple(renamed),
        unplaced=tuple(unplaced),
    )


def _path(member: Member, where: dict[int, str]) -> str | None:
    """The department that counts: the main one, else the first that is known."""
    wanted = ([member.main] if member.main else []) + list(member.departments)
    return next((where[number] for number in wanted if number in where), None)


def _plan_leavers(made: Plan, organisation: Organisation, by_account: dict[str, Person]) -> None:
    found = [by_account[account] for account in sorted(organisation.gone) if account in by_account]
    made.leaving = [person for person in found if person.left_at is None]
    made.gone = [person for person in found if person.left_at is not None]
    made.told = replace(made.told, leaving=tuple(colleague(person) for person in made.leaving))


# Superiors


def _plan_superiors(made: Plan, organisation: Organisation, by_account: dict[str, Person], everybody: Register) -> None:
    """The direct superior whom the platform names, else who heads his department or the next one above. Where it names
    nobody, who is known as his superior stays; and one who stands below him is refused, for what is not answered in
    time goes up this chain, and in a circle it would never come to an end."""
    leaving = {id(person) for person in made.leaving}
    here = {seat.account: seat for seat in made.seats}
    working = {
        account: person
        for account, person in by_account.items()
        if (person.left_at is None or account in here) and id(person) not in leaving
    }
    present = set(working) | set(here)
    chain, heads = chain_of(by_account, everybody), Heads(organisation)
    changes, circles = [], []
    for member in sorted(organisation.members, key=lambda member: member.account):
        superior = heads.above(member, present) if member.account in here else None
        if superior is None or chain.get(member.account) == superior:
            continue
        person = by_account.get(member.account)
        old = by_account.get(chain.get(member.account, ""))
        above = by_account.get(superior)
        new_name = here[superior].name if superior in here and here[superior].name else None
        change = None
        if person is not None and person.left_at is None:
            said = new_name or (above.name if above else superior)
            change = Change(colleague(person), old.name if old else "", said)
        if is_below(superior, member.account, chain):
            circles += [change] if change else []
            continue
        chain[member.account] = superior
        made.superiors[member.account] = superior
        changes += [change] if change else []
    made.told = replace(made.told, superiors=tuple(changes), circles=tuple(circles))
