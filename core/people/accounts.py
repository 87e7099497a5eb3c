"""A person's accounts, and a department's numbers, on each of the two platforms."""

from core.people.events import AccountGivenUp
from core.people.models import Department, Person
from core.store.unit import Unit

WECOM, DINGTALK = "wecom", "dingtalk"
OTHER = {WECOM: DINGTALK, DINGTALK: WECOM}


def account_on(person: Person, platform: str) -> str | None:
    """His account there, as `account_of` gives it."""
    return person.dingtalk_userid if platform == DINGTALK else person.wecom_userid


def put_account(unit: Unit, person: Person, platform: str, account: str | None) -> None:
    """Give him this account there, or take away the one he has."""
    give_up(unit, person, platform, account)
    if platform == DINGTALK:
        if person.dingtalk_userid != account:
            person.dingtalk_spelling, person.dingtalk_sure = None, False
        person.dingtalk_userid = account
    else:
        person.wecom_userid = account


def give_up(unit: Unit, person: Person, platform: str, account: str | None) -> None:
    """He gets this one in the place of what he has, if that is another."""
    had = account_on(person, platform)
    if had and had != account:
        unit.happened(AccountGivenUp(person.id, platform))


def is_spelt(person: Person, platform: str, spelling: str) -> bool:
    """Is it known that the platform itself spells his account so? Where it does not count, it is."""
    return platform != DINGTALK or not spelling or (person.dingtalk_sure and person.dingtalk_spelling == spelling)


def put_spelling(person: Person, platform: str, spelling: str) -> None:
    """The platform itself spells his account so."""
    if platform == DINGTALK and spelling:
        person.dingtalk_spelling, person.dingtalk_sure = spelling, True


def number_on(department: Department, platform: str) -> int | None:
    """The platform's number of the department."""
    return department.dingtalk_id if platform == DINGTALK else department.wecom_id


def put_number(department: Department, platform: str, number: int | None) -> None:
    """Give it this number there, or take away the one it has."""
    if platform == DINGTALK:
        department.dingtalk_id = number
    else:
        department.wecom_id = number
