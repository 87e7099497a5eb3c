"""What a hint about the address book comes to: what is true now about its subject, or what the event itself said."""

from collections.abc import Container, Sequence
from dataclasses import replace

from cards.channel import Fault
from core.people.hints import Hint
from core.people.organisation import Bureau, Member, Organisation, member_name
from core.people.rows import account_of, is_account
from jobs.addressbook import Absent, AddressBook, Broken, Step, read_about, read_department


class OneLook:
    """The address book as it is in one round: what was read once is not read again for the next hint."""

    def __init__(self, book: AddressBook) -> None:
        self._book = book
        self._departments: Sequence[Bureau] | None = None
        self._members: dict[int, Sequence[Member]] = {}
        self.member, self.listed_alone, self.every_account = book.member, book.listed_alone, book.every_account

    def departments(self) -> Sequence[Bureau] | Fault:
        """All departments."""
        if self._departments is not None:
            return self._departments
        told = self._book.departments()
        if isinstance(told, Sequence):
            self._departments = told
        return told

    def members_of(self, department: int) -> Sequence[Member] | Fault:
        """The members who are directly in a department."""
        if department in self._members:
            return self._members[department]
        told = self._book.members_of(department)
        if isinstance(told, Sequence):
            self._members[department] = told
        return told


def true_now(book: AddressBook, hint: Hint, known: Container[int]) -> Organisation | Broken:
    """What is true about the hint's subject. That an account became another one is true only if the old one is no
    more. `known` are the numbers of the departments that are known here."""
    if hint.kind.endswith("_party"):
        number = int(hint.subject)  # who is below one that is not known by its number yet does not move along with it
        read = read_department(book, number, deep=number not in known)
        return _closed(read, number) if hint.kind == "delete_party" and isinstance(read, Organisation) else read
    account = hint.carried.get("NewUserID", hint.subject)
    read = read_about(book, account)
    if isinstance(read, Broken) or account == hint.subject:
        return read
    before = book.member(hint.subject)
    if not isinstance(before, Member | Absent):
        return Broken(Step.MEMBER, before)
    if before is not Absent.GONE:
        return read
    return replace(read, renamed={hint.subject: account})


def _closed(read: Organisation, number: int) -> Organisation:
    """It was told of this one that it is closed: so it is, unless it is there, or one that is below it. Of any other
    department that is not there, nothing was told."""
    is_there = any(number in (bureau.id, bureau.parent) for bureau in read.bureaus)
    return read if is_there else replace(read, closed=frozenset({number}))


def as_carried(hint: Hint) -> Organisation:
    """What the event itself said."""
    told = hint.carried
    if hint.kind == "delete_user":
        return Organisation(gone=frozenset({hint.subject}))
    if hint.kind == "delete_party":
        return Organisation()  # its people are told of by events of their own; without any, the next sync finds it gone
    if hint.kind.endswith("_party"):
        parent = told.get("ParentId", "")
        bureau = Bureau(int(hint.subject), told.get("Name"), int(parent) if _is_number(parent) else None)
        return Organisation((bureau,)) if bureau.name or hint.kind == "update_party" else Organisation()
    account = told.get("NewUserID", hint.subject)
    departments = [int(each) for each in told.get("Department", "").split(",") if _is_number(each)]
    main = told.get("MainDepartment", "")
    above = (account_of(each) for each in told.get("DirectLeader", "").split(","))
    member = Member(
        account,
        member_name(told.get("Name"), account),
        tuple(departments),
        int(main) if _is_number(main) else None,
        above=tuple(each for each in above if each and is_account(each)),
    )
    renamed = {hint.subject: account} if account != hint.subject else {}
    return Organisation(members=(member,), renamed=renamed)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) < 19
