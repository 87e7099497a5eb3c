"""What a people file says, line by line, and the one spelling of it, for the check as for the import."""

import re
import unicodedata
from dataclasses import dataclass

from core.people.policy import Role
from core.privacy import normal_name, normal_phone, normal_text, tidy

LONGEST = {"name": 60, "department": 200, "role": 80, "wecom_userid": 64, "dingtalk_userid": 64, "rank": 20}
_SLASHES = str.maketrans(dict.fromkeys("∕⁄╱⧸", "/"))
_NO_SLASH = re.compile(r"[\\,;|>]")  # no department's name has one of these: it was meant to part two
_ACCOUNT = re.compile(r"(?:[0-9a-z][0-9a-z_.@-]{0,63})?")


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
    phone: str | None = None

    @property
    def wecom(self) -> str:
        """The WeCom user id as it is compared; empty if there is none, or nothing is said of it."""
        return account_of(self.wecom_userid or "")

    @property
    def dingtalk(self) -> str:
        """The DingTalk user id, likewise."""
        return account_of(self.dingtalk_userid or "")

    @property
    def dingtalk_as_typed(self) -> str:
        """The DingTalk user id in the case in which it was typed."""
        return normal_text(self.dingtalk_userid or "")

    @property
    def above(self) -> str:
        """The superior's user id (WeCom's, or DingTalk's where there is none such on WeCom), likewise."""
        return account_of(self.superior or "")

    @property
    def path(self) -> str:
        """The department's path, in its one spelling."""
        return path_of(self.department)

    @property
    def stored(self) -> dict[str, str]:
        """The cells of which the line says something, as they are stored, by column; `superior` as it is looked up."""
        cells = {
            "name": normal_name(self.name),
            "department": self.path,
            "role": "|".join(roles_in(self.role)),
            "wecom_userid": self.wecom,
            "dingtalk_userid": self.dingtalk,
            "superior": self.above,
            "rank": tidy(self.rank or ""),
            "phone": phone_of(self.phone or ""),
        }
        return {column: value for column, value in cells.items() if getattr(self, column) is not None}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be taken, and why, with the offending value: `empty`, `long`, `unknown`, `twice`, `control` (a
    control character, as `U+0000`), `slash` (a department's path is parted by `/` alone), `account` (no user id looks
    so), `phone` (no mobile number; it is not repeated), `circle` (of superiors, as their user ids) or `administrator`
    (the last one would be none)."""

    line: int
    column: str
    why: str
    value: str = ""


def roles_in(text: str) -> list[str]:
    """The roles of a cell, each once."""
    return sorted({role for role in map(tidy, text.split("|")) if role})


def administers(roles: str) -> bool:
    """Is the administrator's among these roles?"""
    return Role.ADMIN in roles_in(roles)


def path_of(text: str) -> str:
    """The one spelling of a department's path: half-width, whatever slash was typed, without what is invisible, spaces
    around its parts or empty ones. Rights end at a department, so two spellings must not make two of it."""
    parts = (part.strip() for part in normal_text(text).translate(_SLASHES).split("/"))
    return "/".join(part for part in parts if part)


def account_of(text: str) -> str:
    """A user id as it is compared and stored: in lower case, half-width, without what is invisible."""
    return normal_text(text).casefold()


def phone_of(text: str) -> str:
    """A phone as it is stored; what is none as it looks."""
    return normal_phone(text) or normal_text(text)


def is_account(text: str) -> bool:
    """Could this be a user id, in the form that `account_of` gives? Platforms give out letters, digits and marks."""
    return _ACCOUNT.fullmatch(text) is not None


def has_wrong_slash(path: str) -> bool:
    """Does another mark stand where a slash was meant, in a path in its one spelling?"""
    return _NO_SLASH.search(path) is not None


def control_in(text: str) -> str:
    """The first control character in a cell, as `U+0000`, beside line ends and tabs, which are spaces. There is none in
    what somebody typed: the file came to harm, and what else is gone with it nobody knows."""
    found = next((char for char in text if unicodedata.category(char) == "Cc" and not char.isspace()), "")
    return f"U+{ord(found):04X}" if found else ""
