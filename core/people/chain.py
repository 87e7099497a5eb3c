"""Who stands above whom, by account: as it is, and as a platform's address book has it."""

from collections.abc import Container, Mapping

from core.people.models import Person
from core.people.organisation import Member, Organisation
from core.people.register import Register


def chain_of(by_account: dict[str, Person], everybody: Register) -> dict[str, str]:
    """Who stands directly above whom now, by account; of people without one nothing is said."""
    accounts = {person.id: account for account, person in by_account.items()}
    return {
        accounts[person.id]: accounts[person.superior_id]
        for person in everybody.before
        if person.id in accounts and person.superior_id is not None and person.superior_id in accounts
    }


class Heads:
    """Who is above a member: a direct superior whom the platform names, else who heads his department."""

    def __init__(self, organisation: Organisation) -> None:
        self._above = {bureau.id: bureau.parent for bureau in organisation.bureaus}
        self._heads = {bureau.id: list(bureau.heads) for bureau in organisation.bureaus}
        for member in organisation.members:
            for number in member.leads & self._heads.keys():
                self._heads[number].append(member.account)

    def above(self, member: Member, present: Container[str]) -> str | None:
        """Of those who are `present`: his direct superior, else a head of his department or of the next one above that
        has one. Of two who head a department neither is above the other. None if the platform names nobody."""
        direct = next((account for account in member.above if account in present and account != member.account), None)
        if direct is not None:
            return direct
        step = member.main or next(iter(member.departments), None)
        seen: set[int] = set()
        while step in self._heads and step is not None and step not in seen:
            seen.add(step)
            heads = self._heads[step]
            found = next((account for account in heads if account in present), None)
            if found is not None and member.account not in heads:
                return found
            step = self._above[step]
        return None


def is_below(account: str, top: str, chain: Mapping[str, str]) -> bool:
    """Does the way up from `account` lead through `top`?"""
    step: str | None = account
    seen: set[str] = set()
    while step is not None and step not in seen:
        if step == top:
            return True
        seen.add(step)
        step = chain.get(step)
    return False
