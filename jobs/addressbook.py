"""Reading a platform's address book, whole or about one person, so that nothing is concluded from half an answer.

A list that leaves somebody out proves nothing: he may have been moved while the lists were read, or be outside what our
app may see. So who works here and is not listed is asked for by himself, and has left only if the platform says that
there is no such account. Anything that cannot be read ends the reading.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, TypeAlias

from cards.channel import Fault
from core.people.organisation import Bureau, Member, Organisation
from core.people.rows import account_of

NAMES_IN_VAIN = 5  # of so many nobody told the name: then it tells none, and is not asked a thousand times more


class Absent(StrEnum):
    """Why there is no member of an account: none such (any more), or none that our app may see."""

    GONE = "gone"
    UNSEEN = "unseen"


class AddressBook(Protocol):
    """A platform's address book, as far as our app may see it. Accounts are as `account_of` gives them; a single one
    is asked for as the platform spells it, where it tells its spelling."""

    def departments(self) -> Sequence[Bureau] | Fault:
        """All departments."""
        ...

    def members_of(self, department: int) -> Sequence[Member] | Fault:
        """The members who are directly in a department."""
        ...

    def member(self, account: str) -> Member | Absent | Fault:
        """One member."""
        ...

    def listed_alone(self) -> Sequence[str] | Fault:
        """The accounts of those whom the app may see although not their department."""
        ...

    def every_account(self) -> frozenset[str] | Fault | None:
        """The accounts of everybody in the company, seen by the app or not; None if we may not know them."""
        ...


class Step(StrEnum):
    """What was being read."""

    DEPARTMENTS = "departments"
    MEMBERS = "members"
    MEMBER = "member"
    APP = "app"
    ACCOUNTS = "accounts"
    TWINS = "twins"


@dataclass(frozen=True, slots=True)
class Broken:
    """It could not be read whole: at `step` there was a `fault`, or nothing at all where something must be (None).
    At `TWINS` two accounts (`who`) differ in their case alone, and nobody could tell them apart here."""

    step: Step
    fault: Fault | None
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """All of it. `outside` are the accounts of whom the app may not see; None if we may not know."""

    organisation: Organisation
    outside: frozenset[str] | None = None


Unlisted: TypeAlias = Callable[[frozenset[str]], Iterable[str]]


def read_all(book: AddressBook, unlisted: Unlisted) -> Read | Broken:
    """Departments and members. `unlisted` gives the accounts, as they are asked for, of those who work here and are not
    among the given ones."""
    bureaus = book.departments()
    if not isinstance(bureaus, Sequence) or not bureaus:
        return Broken(Step.DEPARTMENTS, None if isinstance(bureaus, Sequence) else bureaus)
    found: dict[str, Member] = {}
    for bureau in bureaus:
        members = book.members_of(bureau.id)
        if not isinstance(members, Sequence):
            return Broken(Step.MEMBERS, members)
        for member in members:
            before = found.get(member.account)
            if before is not None and before.spelling != member.spelling:
                return Broken(Step.TWINS, None, (before.spelling, member.spelling))
            # A list may say only of its own department whether he heads it.
            found[member.account] = replace(member, leads=member.leads | before.leads) if before else member
    alone = book.listed_alone()
    if not isinstance(alone, Sequence):
        return Broken(Step.APP, alone)
    if not found and not alone:
        return Broken(Step.MEMBERS, None)
    everybody = book.every_account()
    if not isinstance(everybody, frozenset | None):
        return Broken(Step.ACCOUNTS, everybody)
    wanted = dict.fromkeys((*alone, *unlisted(frozenset(found))))
    absent = _ask_for(book, [account for account in wanted if account_of(account) not in found], found)
    if isinstance(absent, Broken):
        return absent
    gone, unseen = absent
    if everybody is not None:  # two answers that contradict each other are no proof
        gone, unseen = gone - everybody, unseen | gone & everybody
    broken = _ask_names(book, found)
    if broken is not None:
        return broken
    organisation = Organisation(tuple(bureaus), tuple(found.values()), gone, unseen, whole=True)
    return Read(organisation, everybody - found.keys() if everybody is not None else None)


def _ask_for(
    book: AddressBook, accounts: Iterable[str], found: dict[str, Member]
) -> tuple[frozenset[str], frozenset[str]] | Broken:
    """Ask for each of them; who is there is put to those found. Those gone, and those not seen."""
    absent: dict[str, Absent] = {}
    for account in accounts:
        answer = book.member(account)
        match answer:
            case Member():
                found[answer.account] = answer
            case Absent():
                absent[account_of(account)] = answer
            case fault:
                return Broken(Step.MEMBER, fault)
    sorted_out = {why: frozenset(account for account, each in absent.items() if each is why) for why in Absent}
    return sorted_out[Absent.GONE], sorted_out[Absent.UNSEEN]


def _ask_names(book: AddressBook, found: dict[str, Member]) -> Broken | None:
    """Lists may leave names out that are told of each member alone."""
    vain = 0
    for account in [account for account, member in found.items() if member.name is None]:
        if vain == NAMES_IN_VAIN:
            break
        answer = book.member(found[account].spelling or account)
        if isinstance(answer, Member):
            found[account] = replace(found[account], name=answer.name)
            vain = vain + 1 if answer.name is None else 0
        elif not isinstance(answer, Absent):
            return Broken(Step.MEMBER, answer)
    return None


def read_about(book: AddressBook, account: str) -> Organisation | Broken:
    """One person with the members of his departments, whose head he may have become, in the tree of now. Who is gone is
    in `gone`; of a department that is not listed nothing is said, for it was not asked about."""
    bureaus = book.departments()
    if not isinstance(bureaus, Sequence) or not bureaus:
        return Broken(Step.DEPARTMENTS, None if isinstance(bureaus, Sequence) else bureaus)
    answer = book.member(account)
    match answer:
        case Absent():
            gone, unseen = ({account} if answer is why else set() for why in Absent)
            return Organisation(tuple(bureaus), (), frozenset(gone), frozenset(unseen))
        case Member():
            return _with_department(book, tuple(bureaus), answer)
    return Broken(Step.MEMBER, answer)


def read_department(book: AddressBook, number: int, *, deep: bool) -> Organisation | Broken:
    """The tree of now, and the members of one department, if it is still there; `deep`: of all below it too."""
    bureaus = book.departments()
    if not isinstance(bureaus, Sequence) or not bureaus:
        return Broken(Step.DEPARTMENTS, None if isinstance(bureaus, Sequence) else bureaus)
    parents = {bureau.id: bureau.parent for bureau in bureaus}
    found: dict[str, Member] = {}
    for each in [each for each in parents if each == number or (deep and _is_under(each, number, parents))]:
        members = book.members_of(each)
        if not isinstance(members, Sequence):
            return Broken(Step.MEMBERS, members)
        found |= {member.account: member for member in members}
    return Organisation(tuple(bureaus), tuple(found.values()))


def _is_under(number: int, top: int, parents: Mapping[int, int | None]) -> bool:
    step: int | None = number
    seen: set[int] = set()
    while step in parents and step is not None and step not in seen:
        seen.add(step)
        step = parents[step]
        if step == top:
            return True
    return False


def _with_department(book: AddressBook, bureaus: tuple[Bureau, ...], member: Member) -> Organisation | Broken:
    seen = {bureau.id for bureau in bureaus}
    found: dict[str, Member] = {}
    for number in member.departments:
        members = book.members_of(number) if number in seen else ()
        if not isinstance(members, Sequence):
            return Broken(Step.MEMBERS, members)
        found |= {each.account: each for each in members}
    return Organisation(bureaus, tuple((found | {member.account: member}).values()))
