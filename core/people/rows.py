"""What a people file says, line by line, and the one spelling of it, for the check as for the import."""

import unicodedata
from dataclasses import dataclass

LONGEST = {"name": 60, "department": 200, "role": 80, "wecom_userid": 64, "dingtalk_userid": 64, "rank": 20}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of a people file, as it was read. `line` is its number in the file, for messages.

    None means that the file has no such column: it says nothing of it, and what is known stays. An empty text says that
    there is none.
    """

    line: int
    name: str
    department: str
    role: str
    wecom_userid: str | None
    dingtalk_userid: str | None
    superior: str | None
    rank: str | None

    @property
    def wecom(self) -> str:
        """The WeCom user id as it is compared; empty if there is none, or nothing is said of it."""
        return (self.wecom_userid or "").casefold()

    @property
    def dingtalk(self) -> str:
        """The DingTalk user id, likewise."""
        return (self.dingtalk_userid or "").casefold()

    @property
    def above(self) -> str:
        """The superior's WeCom user id, likewise."""
        return (self.superior or "").casefold()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be taken, and why: `empty`, `long`, `unknown`, `twice`, `backslash` (a department's path is
    written with `/`) or `circle` (of superiors, its user ids in `value`); with the offending value."""

    line: int
    column: str
    why: str
    value: str = ""


def roles_in(text: str) -> list[str]:
    """The roles of a cell, each once."""
    return sorted({role for role in text.split("|") if role})


def path_of(text: str) -> str:
    """The one spelling of a department's path: half-width, without spaces around its parts or empty ones. Rights end
    at a department, so two spellings must not make two of it."""
    parts = (part.strip() for part in unicodedata.normalize("NFKC", text).split("/"))
    return "/".join(part for part in parts if part)
