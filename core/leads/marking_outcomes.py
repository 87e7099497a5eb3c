"""What can come of 等级 and 标签: values, each with what its sentence needs (`cards/texts/marking.py`)."""

from dataclasses import dataclass
from typing import TypeAlias

from core.leads.outcomes import Refused
from core.leads.tags import Mark
from core.people.policy import Role


@dataclass(frozen=True, slots=True)
class GradeSet:
    """The lead's grade is `grade` (None: none) now, and was `was`."""

    lead_id: int
    grade: str | None
    was: str | None


@dataclass(frozen=True, slots=True)
class SameGrade:
    """The lead has this grade already; nothing changed."""

    lead_id: int
    grade: str | None


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tags `on` were put on the lead and those of `off` taken off; `stayed` are those of which nothing changed,
    `by_rule` those that are left to their rules again, `no_rule` those that have none and stay as they were. `marks` is
    what it has now."""

    lead_id: int
    on: tuple[str, ...]
    off: tuple[str, ...]
    stayed: tuple[str, ...]
    marks: tuple[Mark, ...]
    by_rule: tuple[str, ...] = ()
    no_rule: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoSuchGrade:
    """The company has no grade that is called `word`."""

    lead_id: int
    word: str


@dataclass(frozen=True, slots=True)
class NoSuchTag:
    """The company has no tag that is called `word`; `nearest` is alike (empty: none is). `free`: it may be set as a
    tag of one's own, if that is said."""

    lead_id: int
    word: str
    nearest: str
    free: bool = False


@dataclass(frozen=True, slots=True)
class TagNotForYou:
    """Only people of `roles` set the tag `tag`."""

    lead_id: int
    tag: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class OneOfGroup:
    """Of `tags` a lead has one at a time, and several were to be put on (one twice: on and off at once)."""

    lead_id: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooManyTags:
    """A lead has at most `most` tags by hand."""

    lead_id: int
    most: int


MarkRefusal: TypeAlias = Refused | NoSuchGrade | NoSuchTag | TagNotForYou | OneOfGroup | TooManyTags
"""Why a lead is not marked."""
