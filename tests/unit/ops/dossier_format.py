"""The format of an exported application, as its code has it: what docs/档案格式.md must say."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.export.sections import SECTIONS, Section
from cards.texts import dossier as texts
from core.dossier.reading import Named, Unopened, Who

_SIMPLE: dict[Any, str] = {
    Who: "人",
    Named: "键和名称",
    Unopened: "",
    type(None): "",
    str: "文字",
    bool: "是否",
    int: "数",
    float: "数",
    Decimal: "小数",
    datetime: "时间",
    date: "日期",
    Any: "值",
}


def inside(kind: Any) -> Iterator[Any]:
    """The kinds of which this one is made: of `list[A] | None` A and None."""
    if get_origin(kind) in (Union, UnionType, list, tuple):
        for each in get_args(kind):
            yield from inside(each)
    elif kind is not Ellipsis:
        yield kind


def rows_in(kind: Any) -> list[type]:
    """The kinds of rows in it."""
    return [each for each in inside(kind) if is_dataclass(each) and each not in (Named, Unopened)]


def rows_of(section: Section) -> list[type]:
    """The kinds of rows of a section, each before those within it."""
    found: list[type] = []
    waiting = rows_in(get_type_hints(section.read)["return"])
    while waiting:
        kind = waiting.pop(0)
        found.append(kind)
        for hint in get_type_hints(kind).values():
            waiting += [each for each in rows_in(hint) if each not in (Who, *found)]
    return found


def said(name: str, kind: Any) -> str:
    """What kind of value a field has."""
    found = {each: None for each in (_one(name, part) for part in inside(kind)) if each}
    listed = "多个" if any(get_origin(each) is tuple for each in (kind, *get_args(kind))) else ""
    return listed + "、".join(found)


def _one(name: str, kind: Any) -> str:
    if name.endswith("_fen") and kind is int:
        return "分"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "、".join(f"`{each.value}`" for each in kind)
    if is_dataclass(kind) and kind not in _SIMPLE:
        return "行"
    return _SIMPLE.get(kind, "值")


def described() -> str:
    """The tables of the document."""
    parts: list[str] = []
    for section in SECTIONS:
        parts += [f"### `{section.key}` {section.title}", *([section.note] if section.note else [])]
        for place, row in enumerate(rows_of(section)):
            hints = get_type_hints(row)
            inner = [f"其中的 {_within(section, row)}："] if place else []
            lines = [f"| `{name}` | {texts.label(row, name)} | {said(name, kind)} |" for name, kind in hints.items()]
            parts += [*inner, "\n".join(["| 键 | 意思 | 值 |", "|---|---|---|", *lines])]
    return "\n\n".join(parts) + "\n"


def _within(section: Section, row: type) -> str:
    """Under which key rows of this kind stand."""
    for outer in rows_of(section):
        for name, hint in get_type_hints(outer).items():
            if row in rows_in(hint):
                return f"`{name}`"
    raise LookupError(row)
