"""The platform's address book: departments in a tree below the company, by number.

Members name their departments by path (`呼和浩特/一部`), as people do; the platform gives each a number, which stays
when the department is renamed or moved.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

ROOT = 1


@dataclass(frozen=True, slots=True)
class Party:
    """A department."""

    id: int
    name: str
    parent: int


@dataclass(frozen=True, slots=True)
class AddressBook:
    """The settings of 通讯录同步: its secret, and its own receiver of events (without one they go to the app's)."""

    secret: str = ""
    url: str = ""
    token: str = ""
    aes_key: str = ""


NO_ADDRESS_BOOK = AddressBook()


class NoParty(LookupError):
    """There is no such department."""


class Directory:
    """The departments. Not safe for threads by itself: the platform's lock is held."""

    def __init__(self, company: str) -> None:
        self._parties = {ROOT: Party(ROOT, company, 0)}
        self._numbers = itertools.count(ROOT + 1)

    def __iter__(self) -> Iterator[Party]:
        """All departments, the company first."""
        return iter(self._parties.values())

    def get(self, number: int) -> Party | None:
        """A department by its number."""
        return self._parties.get(number)

    def path(self, number: int) -> str:
        """The path of a department, without the company's name; empty for the company itself."""
        party = self._parties[number]
        if party.id == ROOT:
            return ""
        above = self.path(party.parent)
        return f"{above}/{party.name}" if above else party.name

    def way_up(self, number: int) -> list[int]:
        """The numbers of a department and of all above it."""
        party = self._parties[number]
        return [number] if number == ROOT else [number, *self.way_up(party.parent)]

    def find(self, path: str) -> Party:
        """The department at this path.

        Raises:
            NoParty: there is none.
        """
        found = next((party for party in self if self.path(party.id) == path), None)
        if found is None:
            raise NoParty(f"no department {path}")
        return found

    def ensure(self, path: str) -> list[Party]:
        """The departments of this path that were not there, made now, the highest first."""
        made, parent = [], ROOT
        for name in filter(None, path.split("/")):
            child = next((party for party in self if party.parent == parent and party.name == name), None)
            if child is None:
                child = Party(next(self._numbers), name, parent)
                self._parties[child.id] = child
                made.append(child)
            parent = child.id
        return made

    def change(self, number: int, *, name: str | None = None, parent: int | None = None) -> Party:
        """Rename a department, or put it under another one."""
        party = self._parties[number]
        changed = replace(party, name=name or party.name, parent=party.parent if parent is None else parent)
        self._parties[number] = changed
        return changed

    def remove(self, number: int) -> None:
        """Take a department out, which must have none below it."""
        if any(party.parent == number for party in self):
            raise NoParty("there are departments below it")
        del self._parties[number]
