"""How the people and departments here come to be as a platform's address book has them: a plan, made before anything
is changed. Roles and ranks are no part of it: the platform does not know them, and what people may do is ours to say.

Who is not among the members read has not left: only who certainly exists no more (`Organisation.gone`) does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.people.accounts import OTHER, WECOM, account_on, is_spelt, number_on
from core.people.chain import Heads, chain_of, is_below
from core.people.difference import Change, Difference, Newcomer, Unmatched
from core.people.models import Department, Person
from core.people.organisation import LONGEST_PATH, Member, Organisation, paths_of
from core.people.register import Colleague, Register, colleague
from core.privacy.normal import name_key


@dataclass(slots=True)
class Place:
    """What becomes of a department: a row that stays, moves or is new (`row` None), under the platform's `number`.
    `swallowed` are rows that end up at the same path, whose people it takes over."""

    path: str
    row: Department | None
    number: int | None
    swallowed: list[Department] = field(default_factory=list)


@dataclass(slots=True)
class Seat:
    """What becomes of a person: `person` None is somebody new. `name` and `path` None: they stay as they are."""

    account: str
    person: Person | None
    name: str | None
    path: str | None
    back: bool = False
    spelling: str = ""


@dataclass(slots=True)
class Plan:
    """All that is to be done. `accounts` are people with their new accounts, `dropped` people who lose theirs to one
    of them, `lost` people whose account is gone and who have one on the other platform; `unnumbered` are departments
    that stay, and that this platform has no more; `superiors` by account. Of those who left before, `gone` have no
    account any more and `there` have one again: neither brings anybody back. Of those `spelt` it is kept how the
    platform spells their accounts."""

    places: list[Place] = field(default_factory=list)
    platform: str = ""
    dissolved: list[Department] = field(default_factory=list)
    unnumbered: list[Department] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    superiors: dict[str, str] = field(default_factory=dict)
    leaving: list[Person] = field(default_factory=list)
    accounts: list[tuple[Person, str]] = field(default_factory=list)
    dropped: list[Person] = field(default_factory=list)
    lost: list[Person] = field(default_factory=list)
    gone: list[Person] = field(default_factory=list)
    there: list[Person] = field(default_factory=list)
    spelt: list[Person] = field(default_factory=list)
    told: Difference = field(default_factory=Difference)


def plan(organisation: Organisation, everybody: Register, rows: Sequence[Department]) -> Plan:
    """What is to be done so that the people of `everybody` and the departments of `rows` are as in `organisation`."""
    made = Plan(platform=organisation.platform)
    _plan_departments(made, organisation, rows)
    by_account = _plan_accounts(made, organisation, everybody)
    _plan_people(made, organisation, by_account, everybody)
    _plan_leavers(made, organisation, by_account)
    _plan_superiors(made, organisation, by_account, everybody)
    read = {member.account for member in organisation.members} | organisation.gone
    hidden = [
        person
        for account, person in sorted(by_account.items())
        if organisation.whole and account not in read and person.left_at is None
    ]
    told, unseen, touched = made.told, organisation.unseen, _touched(made)
    made.told = replace(
        told,
        unseen=tuple(_who(made, person) for person in hidden if account_on(person, made.platform) in unseen),
        missing=tuple(_who(made, person) for person in hidden if account_on(person, made.platform) not in unseen),
        unchanged=sum(_key(seat) not in touched for seat in made.seats),
    )
    return made


def _who(made: Plan, person: Person) -> Colleague:
    return colleague(person, made.platform)


def _touched(made: Plan) -> set[int | str]:
    """Those of whom anything changes, as `_key` names them."""
    told = made.told
    changes = (*told.moved, *told.renamed, *told.accounts, *told.superiors, *told.linked)
    came = {each.id or each.account for each in (*told.joining, *told.back)}
    return came | {each.who.id for each in changes} | {person.id for person in made.spelt}


def _key(seat: Seat) -> int | str:
    return seat.person.id if seat.person is not None else seat.account


# Departments


def _plan_departments(made: Plan, organisation: Organisation, rows: Sequence[Department]) -> None:
    by_number = {number: row for row in rows if (number := number_on(row, made.platform)) is not None}
    known = {number: row.path for number, row in by_number.items()}
    unread = known.keys() - {bureau.id for bureau in organisation.bureaus}
    closed = unread if organisation.whole else unread & organisation.closed
    paths = paths_of(organisation.bureaus, known, closed)
    held = _held(organisation, rows)
    gone = [by_number[number] for number in sorted(closed) if id(by_number[number]) not in held]
    leaves = [number for number, row in by_number.items() if id(row) in held and paths.get(number) != row.path]
    made.unnumbered = [by_number.pop(number) for number in sorted(leaves) if number in closed or number in paths]
    free = {row.path: row for row in (*rows, *gone) if row in gone or id(row) not in set(map(id, by_number.values()))}
    moves = {by_number[number].path: path for number, path in paths.items() if number in by_number}
    for number, path in paths.items():
        there = free.get(path)
        row = by_number.get(number) if there is None or id(there) not in held else None
        made.places.append(Place(path, row or free.pop(path, None), number))
    placed = {id(place.row) for place in made.places}
    others = [row for row in rows if id(row) not in placed]
    by_path = {place.path: place for place in made.places}
    for row in sorted(others, key=lambda row: row in gone):  # one that goes may still keep its path: it comes last
        path = row.path if id(row) in held else _carried(row.path, moves)
        if path in by_path or row.path in by_path:
            by_path[path if path in by_path else row.path].swallowed.append(row)
        elif row in gone:
            made.dissolved.append(row)
        else:
            kept = None if row in made.unnumbered else number_on(row, made.platform)
            made.places.append(Place(path, row, kept))
            by_path[path] = made.places[-1]
    new = [place.path for place in made.places if place.row is None]
    moved = [(place.row.path, place.path) for place in made.places if place.row and place.row.path != place.path]
    swallowed = [(row.path, place.path) for place in made.places for row in place.swallowed if row.path != place.path]
    numbered = [
        place.path for place in made.places if place.row and place.number != number_on(place.row, made.platform)
    ]
    made.told = Difference(
        new_departments=tuple(sorted(new)),
        numbered_departments=tuple(sorted(numbered)),
        moved_departments=tuple(sorted(moved + swallowed)),
        gone_departments=tuple(sorted(row.path for row in made.dissolved)),
    )


def _held(organisation: Organisation, rows: Sequence[Department]) -> set[int]:
    """The departments (by identity) that stay where the other platform has them: it says more of them."""
    if not organisation.yields:
        return set()
    return {id(row) for row in rows if number_on(row, OTHER[organisation.platform]) is not None}


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
    swallowed = {number_on(row, made.platform): place.path for place in made.places for row in place.swallowed}
    will_be = swallowed | {place.number: place.path for place in made.places}
    return {number: path for number, path in will_be.items() if number is not None}


# People


def _plan_accounts(made: Plan, organisation: Organisation, everybody: Register) -> dict[str, Person]:
    """Everybody by the account he will have. A changed account is taken over together with the person who may have been
    made under the new one meanwhile, because the news of him came first: that one has nothing yet, and gives it up (see
    `core.people.renames`, which asks for that)."""
    by_account = dict(everybody.on(made.platform))
    told = []
    for old, new in organisation.renamed.items():
        person = by_account.get(old)
        if person is None or old == new:
            continue
        other = by_account.get(new)
        if other is not None:
            made.dropped.append(other)
        made.accounts.append((person, new))
        told.append(Change(_who(made, person), old, new))
        del by_account[old]
        by_account[new] = person
    made.told = replace(made.told, accounts=tuple(told), linked=_plan_links(made, organisation, everybody, by_account))
    return by_account


def _plan_links(
    made: Plan, organisation: Organisation, everybody: Register, by_account: dict[str, Person]
) -> tuple[Change, ...]:
    """People who are known by their other account get this one. Nobody who has one, or has left, gets another."""
    by_id, told = {person.id: person for person in everybody.before}, []
    for account, number in organisation.linked.items():
        person, holder = by_id.get(number), by_account.get(account)
        if person is None or person.left_at is not None or person is holder or account_on(person, made.platform):
            continue
        if holder is not None:
            made.dropped.append(holder)
        made.accounts.append((person, account))
        by_account[account] = person
        told.append(Change(colleague(person, OTHER[made.platform]), "", account))
    return tuple(told)


def _plan_people(made: Plan, organisation: Organisation, by_account: dict[str, Person], everybody: Register) -> None:
    where = _where(made)
    joining: list[Newcomer] = []
    back: list[Newcomer] = []
    unplaced: list[Newcomer] = []
    unmatched: list[Unmatched] = []
    moved, renamed = [], []
    namesakes = _Namesakes(made, by_account, everybody)
    going = {id(row): place.path for place in made.places for row in (place.row, *place.swallowed) if row is not None}
    for member in sorted(organisation.members, key=lambda member: member.account):
        if member.account in organisation.gone:
            continue
        person = by_account.get(member.account)
        stays = going.get(id(person.department)) if person is not None and made.platform != WECOM else None
        path = _path(member, where, stays)
        if person is not None and person.left_at is not None and _stays_out(organisation, person):
            if person.account_gone:
                made.there.append(person)
            continue  # somebody here let him go: that his account is still there brings nobody back
        if person is not None and person.left_at is None and not is_spelt(person, made.platform, member.spelling):
            made.spelt.append(person)
        if person is not None and person.left_at is None and _is_the_others(organisation, person):
            made.seats.append(Seat(member.account, person, None, None, spelling=member.spelling))
            continue
        if person is None or person.left_at is not None:
            named = member.name or (person.name if person else None)
            new = Newcomer(
                member.account, named or member.account, path or "", person.id if person else None, named is not None
            )
            alike = namesakes.of(member) if person is None and member.account not in organisation.new else ()
            if alike:
                unmatched.append(Unmatched(new, alike))
                continue
            if path is None:
                unplaced.append(new)
                continue
            (joining if person is None else back).append(new)
            made.seats.append(Seat(member.account, person, new.name, path, person is not None, member.spelling))
            continue
        here = going.get(id(person.department), person.department.path)  # where his department will be by itself
        if path is not None and path != here:
            moved.append(Change(_who(made, person), person.department.path, path))
        if member.name is not None and member.name != person.name:
            renamed.append(Change(_who(made, person), person.name, member.name))
        made.seats.append(Seat(member.account, person, member.name, path, spelling=member.spelling))
    made.told = replace(
        made.told,
        joining=tuple(joining),
        back=tuple(back),
        moved=tuple(moved),
        renamed=tuple(renamed),
        unplaced=tuple(unplaced),
        unmatched=tuple(unmatched),
        spelt=len(made.spelt),
    )


def _stays_out(organisation: Organisation, person: Person) -> bool:
    """Has he left by somebody's word here, or is it unclear which of two accounts it was that was gone?"""
    return not person.left_by_platform or _has_another(organisation, person)


def _has_another(organisation: Organisation, person: Person) -> bool:
    """Has he an account on the other platform, and does the company use that?"""
    return organisation.beside and account_on(person, OTHER[organisation.platform]) is not None


def _is_the_others(organisation: Organisation, person: Person) -> bool:
    """Is it the other platform that says his name, department and superior?"""
    return organisation.yields and _has_another(organisation, person)


class _Namesakes:
    """Those who work here without an account on the platform, by name."""

    def __init__(self, made: Plan, by_account: dict[str, Person], everybody: Register) -> None:
        here = {id(person) for person in by_account.values()}
        self._by_name: dict[str, list[Colleague]] = {}
        for person in everybody.before:
            if person.left_at is None and id(person) not in here and id(person) not in map(id, made.dropped):
                named = colleague(person, OTHER[made.platform])
                self._by_name.setdefault(name_key(person.name), []).append(named)

    def of(self, member: Member) -> tuple[Colleague, ...]:
        """Those who are called as this member is, however it is typed."""
        return tuple(self._by_name.get(name_key(member.name), ())) if member.name else ()


def _path(member: Member, where: dict[int, str], here: str | None) -> str | None:
    """The department that counts: the main one; else, where the platform never names one, that where he is already
    (`here`), so that he does not move with the order of a list; else the first that is known."""
    wanted = ([member.main] if member.main else []) + list(member.departments)
    paths = [where[number] for number in wanted if number in where]
    return here if member.main is None and here in paths else next(iter(paths), None)


def _plan_leavers(made: Plan, organisation: Organisation, by_account: dict[str, Person]) -> None:
    found = [by_account[account] for account in sorted(organisation.gone) if account in by_account]
    elsewhere = [person for person in found if _has_another(organisation, person)]
    made.lost = [person for person in elsewhere if person.left_at is None]
    made.leaving = [person for person in found if person.left_at is None and person not in elsewhere]
    before = [person for person in found if person.left_at is not None and person not in elsewhere]
    made.gone = [person for person in before if not person.account_gone]
    made.told = replace(
        made.told,
        leaving=tuple(_who(made, person) for person in made.leaving),
        lost=tuple(_who(made, person) for person in made.lost),
        deleted=tuple(_who(made, person) for person in made.gone),
        restored=tuple(_who(made, person) for person in made.there),
    )


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
        person = by_account.get(member.account)
        if person is not None and _is_the_others(organisation, person):
            continue
        superior = heads.above(member, present) if member.account in here else None
        if superior is None or chain.get(member.account) == superior:
            continue
        old = by_account.get(chain.get(member.account, ""))
        above = by_account.get(superior)
        new_name = here[superior].name if superior in here and here[superior].name else None
        change = None
        if person is not None and person.left_at is None:
            said = new_name or (above.name if above else superior)
            change = Change(_who(made, person), old.name if old else "", said)
        if is_below(superior, member.account, chain):
            circles += [change] if change else []
            continue
        chain[member.account] = superior
        made.superiors[member.account] = superior
        changes += [change] if change else []
    made.told = replace(made.told, superiors=tuple(changes), circles=tuple(circles))
