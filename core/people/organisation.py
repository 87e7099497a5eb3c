"""The organisation as a platform's address book has it: departments in a tree, members in one or several of them.

What the platform did not say is None and leaves what is known: an app is told less than the whole (since 2022 no more
than what it needs), and what was left out must not wipe what is right.
"""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from core.people.accounts import WECOM
from core.people.rows import account_of, control_in, path_of
from core.privacy import normal_name, normal_text

ROOT = 1
"""The number of the company itself, the top of WeCom's tree."""
LONGEST_PATH = 200
_LONGEST_NAME = 60
_NO_NAME = re.compile(r"[/\\,;|>∕⁄╱⧸]")  # WeCom allows some of them in a name; with us they part a path, or look so


@dataclass(frozen=True, slots=True)
class Bureau:
    """A department there. `heads` are the accounts of who leads it."""

    id: int
    name: str | None
    parent: int | None
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A member there. `departments` in their order, `main` is the one that counts; `leads` are those he heads, `above`
    his direct superiors. All accounts as `account_of` gives them; `spelling` is his own as the platform has it, where
    its case may count, `phone` his mobile number, if the platform tells it."""

    account: str
    name: str | None
    departments: tuple[int, ...]
    main: int | None = None
    leads: frozenset[int] = frozenset()
    above: tuple[str, ...] = ()
    spelling: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What was read on `platform`. `whole`: all departments are there, and one that is not there is none any more. Else
    only those of the numbers `closed` are none any more, and any other that was not read stays as it is. `gone` are the
    accounts that certainly no longer exist: nobody has left because he is merely not among `members`. `unseen` exist,
    but not for our app; `renamed` are accounts that changed, old to new.

    `beside`: the company uses the other platform too. Then nobody has left who still has an account there; and of
    somebody who is on both, WeCom says the name, the department and the superior. `linked` says whose (by number) an
    account is that nobody here has yet, `new` which accounts are nobody's here, although somebody has the same name."""

    bureaus: tuple[Bureau, ...] = ()
    members: tuple[Member, ...] = ()
    gone: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    whole: bool = False
    closed: frozenset[int] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)
    platform: str = WECOM
    beside: bool = False
    linked: Mapping[str, int] = field(default_factory=dict)
    new: frozenset[str] = frozenset()

    @property
    def yields(self) -> bool:
        """Does the other platform say more of who is on both?"""
        return self.beside and self.platform != WECOM


def member_name(text: str | None, account: str) -> str | None:
    """A member's name as it is kept, or None if it is none: empty, damaged, or the account in place of a name, as the
    platform gives it to who may not know the name."""
    name = normal_name(text or "")[:_LONGEST_NAME]
    return None if not name or control_in(text or "") or account_of(name) == account else name


def paths_of(bureaus: Iterable[Bureau], known: Mapping[int, str], gone: Container[int] = ()) -> dict[int, str]:
    """The path of each department by its number; `known` are the paths as they are, by number; those `gone` are no
    more, and their paths are free.

    The company itself begins no path (`呼和浩特/一部`, as in a people file); who stands in it directly is in the
    department of its name. Under a department that is not to be seen the known path goes on. Two that would have one
    path (a name of another spelling) are told apart by their number; no two ever have one.
    """
    read = {bureau.id: bureau for bureau in bureaus}
    taken = {path for number, path in known.items() if number not in read and number not in gone}
    return _Tree(read, known, taken).paths()


class _Tree:
    def __init__(self, bureaus: Mapping[int, Bureau], known: Mapping[int, str], taken: set[str]) -> None:
        self._bureaus, self._known, self._taken = bureaus, known, taken
        self._paths: dict[int, str] = {}

    def paths(self) -> dict[int, str]:
        """All of them, from the lowest number on: whoever was there first keeps the plain path."""
        for number in sorted(self._bureaus):
            for step in reversed(self._way_up(number)):
                if step not in self._paths:
                    self._paths[step] = self._own(self._bureaus[step])
                    self._taken.add(self._paths[step])
        return self._paths

    def _way_up(self, number: int) -> list[int]:
        """The department and those above it that were read; a circle ends where it closes."""
        way: list[int] = []
        step: int | None = number
        while step in self._bureaus and step not in way and step is not None:
            way.append(step)
            step = self._bureaus[step].parent
        return way

    def _own(self, bureau: Bureau) -> str:
        before, _, last = self._known.get(bureau.id, "").rpartition("/")
        name = _part(bureau.name) or last or str(bureau.id)
        prefix = before if bureau.parent is None else self._prefix(bureau.parent)
        plain = f"{prefix}/{name}" if prefix and bureau.id != ROOT else name
        path, tries = plain, 0
        while len(path) > LONGEST_PATH or path in self._taken:  # a mark may be another one's name
            tries += 1
            mark = f"({bureau.id})" if tries == 1 else f"({bureau.id}-{tries})"
            path = plain[: LONGEST_PATH - len(mark)] + mark
        return path

    def _prefix(self, parent: int) -> str:
        """What stands before the name of a department under `parent`."""
        if parent in (0, ROOT):
            return ""
        return self._paths.get(parent) or self._known.get(parent, "")


def _part(name: str | None) -> str:
    """A department's name as a part of a path."""
    return path_of(_NO_NAME.sub("-", normal_text(name or ""))) if not control_in(name or "") else ""
