"""Whose account on one platform belongs to whom who is known by the other: by the phone, if both tell it. Never by the
name: two people may have one, and whoever is taken for somebody has that one's rights and customers."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people.accounts import account_on
from core.people.models import Person, own_phone_place
from core.people.organisation import Organisation
from core.people.rows import phone_of
from core.privacy import Unreadable, Vault


def by_phone(session: Session, vault: Vault, organisation: Organisation) -> dict[str, int]:
    """The numbers of people by the account that is theirs: accounts that nobody here has, of people who work here and
    have none there, where one phone is one person's on both sides."""
    everybody = session.scalars(select(Person).order_by(Person.id)).unique().all()
    taken = {account_on(person, organisation.platform) for person in everybody}
    told = {member.account: member.phone for member in organisation.members if member.phone}
    often = Counter(told.values())
    if not told:
        return {}
    known: dict[str, list[Person]] = {}
    for person in everybody:
        phone = _phone_of(vault, person) if person.phone and person.left_at is None else ""
        if phone:
            known.setdefault(phone, []).append(person)
    found = {}
    for account, phone in told.items():
        people = known.get(phone, [])
        if account in taken or often[phone] > 1 or len(people) != 1 or account_on(people[0], organisation.platform):
            continue
        found[account] = people[0].id
    return found


def _phone_of(vault: Vault, person: Person) -> str:
    try:
        return phone_of(vault.open(own_phone_place(person.id), person.phone or b""))
    except Unreadable:
        return ""
