"""The export as a page: readable, by itself (no script, no picture, nothing from outside), fit for A4. What stands in
it is escaped by the template, whatever somebody typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from bot.export import worded
from bot.export.sections import Part
from cards.texts import dossier as texts
from core.dossier import application, log, messages, money, way
from core.dossier.application import OnDisk
from core.dossier.judged import Replay
from core.dossier.reading import Named, Reading, Unopened, Who

_DATA_ONLY: Mapping[type, frozenset[str]] = {
    application.Whole: frozenset({"revision"}),
    application.Paper: frozenset({"key", "medium", "type"}),
    worded.HitSaid: frozenset({"rule", "missing"}),
    worded.JudgedSaid: frozenset({"micros"}),
    worded.AskedSaid: frozenset({"raw"}),
    worded.ToldSaid: frozenset({"what"}),
    way.Stop: frozenset({"branch", "came_from"}),
    way.Duty: frozenset({"step", "since", "seat", "shown"}),
    way.Line: frozenset({"step"}),
    money.PlanOfLoan: frozenset({"number"}),
    messages.Card: frozenset({"card", "revision"}),
    messages.Message: frozenset({"card", "attempts"}),
    log.Entry: frozenset({"channel", "request", "key"}),
}
"""What stands in the data alone: a page has only so much room."""
_PAIRED = (worded.FilledSaid, worded.InputSaid, worded.PointSaid)
"""Kinds of rows that are a name and a value each."""
_EXACT = frozenset({"digest", "sha256", "hash", "policy"})
_NARROW = frozenset({"at", "since", "until", "seq", "number", "task", "size"})
_WRONG = (
    *(("holds", False), ("replay", Replay.OTHER), ("replay", Replay.UNOPENED), ("replay", Replay.NO_POLICY)),
    *(("file", OnDisk.OTHER), ("file", OnDisk.GONE)),
)
"""What catches the eye."""
_EMPTY: tuple[Any, ...] = (None, "", (), [])


@dataclass(frozen=True, slots=True)
class Cell:
    """A value on the page, what stands small below it, and how it looks (`exact`: letter by letter, `narrow`: in one
    line, `bad`: it is wrong, `sum`: to the right)."""

    text: str
    small: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their head. `title`: what they are, where they stand within something else."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One thing: its values, each with its name, more such under a `title` of their own, and tables that belong to
    it."""

    pairs: tuple[tuple[str, Cell], ...]
    tables: tuple[Table, ...] = ()
    grids: tuple["Sheet", ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page: a table, sheets, or a sentence where it is neither."""

    key: str
    title: str
    note: str = ""
    table: Table | None = None
    sheets: tuple[Sheet, ...] = ()
    sentence: str = ""


def as_page(reading: Reading, export: Mapping[str, Any], parts: Sequence[Part], chain_said: str) -> bytes:
    """The page. `export` is what it is, by name; `chain_said` what verifying the log came to."""
    content = {part.section.key: part.content for part in parts}
    drawn = _template().render(
        number=f"A{reading.number}",
        export=export,
        headline=_headline(content["application"], content["customer"]),
        chain=content["chain"],
        chain_said=chain_said,
        blocks=[block(part) for part in parts],
        said=texts.said,
        full=reading.full,
    )
    return drawn.encode()


def _headline(whole: Any, customer: Any) -> str:
    """Whose, what for, how much, how it stands: as far as that can be read."""
    name = [texts.said("name", customer[0].name)] if isinstance(customer, list) and customer else []
    if isinstance(whole, Unopened):
        return " · ".join([*name, texts.UNREADABLE])
    need = f"{texts.said('product', whole.product)} {texts.said('amount_fen', whole.amount_fen)}"
    return " · ".join([*name, need, texts.said("state", whole.state), texts.said("stage", whole.stage)])


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((files(__package__) / "page.html").read_text(encoding="utf-8"))


def block(part: Part) -> Block:
    """A part of the page."""
    section, content = part.section, part.content
    if isinstance(content, Unopened):
        return Block(section.key, section.title, section.note, sentence=texts.UNREADABLE)
    if content in _EMPTY:
        return Block(section.key, section.title, sentence="没有。")
    rows = content if isinstance(content, list) else [content]
    if isinstance(rows[0], _PAIRED):
        return Block(section.key, section.title, section.note, sheets=(grid(rows),))
    if isinstance(content, list) and not any(_is_table(getattr(row, each)) for row in rows for each in _names(row)):
        return Block(section.key, section.title, section.note, table=table(rows))
    return Block(section.key, section.title, section.note, sheets=tuple(sheet(row) for row in rows))


def table(rows: Sequence[Any], title: str = "") -> Table:
    """Rows of one kind, without the columns in which nothing stands."""
    kind = type(rows[0])
    names = [name for name in _shown(kind) if any(getattr(row, name) not in _EMPTY for row in rows)]
    return Table(
        tuple(texts.label(kind, name) for name in names),
        tuple(tuple(cell(name, getattr(row, name)) for name in names) for row in rows),
        title,
    )


def sheet(row: Any) -> Sheet:
    """One thing with all its values."""
    kind = type(row)
    pairs: list[tuple[str, Cell]] = []
    tables: list[Table] = []
    grids: list[Sheet] = []
    for name in _shown(kind):
        value = getattr(row, name)
        if _is_table(value) and isinstance(value[0], _PAIRED):
            grids.append(grid(value, texts.label(kind, name)))
        elif _is_table(value):
            tables.append(table(value, texts.label(kind, name)))
        elif value not in _EMPTY:
            pairs.append((texts.label(kind, name), cell(name, value)))
    return Sheet(tuple(pairs), tuple(tables), tuple(grids))


def grid(rows: Sequence[Any], title: str = "") -> Sheet:
    """Rows that are a name and a value each: those of a form that are neither asked for nor filled in are left out."""
    return Sheet(tuple((row.label, _paired(row)) for row in rows if not _is_idle(row)), title=title)


def _paired(row: Any) -> Cell:
    if isinstance(row, worded.PointSaid):
        return Cell(str(row.points))
    return Cell(row.said, "" if getattr(row, "asked", True) else texts.NOT_ASKED)


def _is_idle(row: Any) -> bool:
    return isinstance(row, worded.FilledSaid) and not row.asked and row.value in _EMPTY


def cell(name: str, value: Any) -> Cell:
    """A value of the field `name`."""
    if isinstance(value, Who):
        return Cell(value.name or f"人员 {value.id}", texts.post_of(value))
    if isinstance(value, Mapping):
        return Cell("  ".join(f"{key}={_detail(each)}" for key, each in value.items()), look="exact")
    if isinstance(value, Unopened) or (name, value) in _WRONG:
        return Cell(texts.said(name, value), look="bad")
    if name == "roles":
        return Cell("、".join(texts.ROLE_WORDS.get(each, each) for each in value))
    if name == "action":
        word, _, action = texts.said(name, value).rpartition(" ")
        return Cell(word or action, action if word else "", look="narrow")
    look = "exact" if name in _EXACT else "sum" if name.endswith("_fen") else "narrow" if name in _NARROW else ""
    return Cell(texts.said(name, value), look=look)


def _detail(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _names(row: Any) -> Iterable[str]:
    return [each.name for each in fields(row)]


def _shown(kind: type) -> list[str]:
    return [each.name for each in fields(kind) if each.name not in _DATA_ONLY.get(kind, frozenset())]


def _is_table(value: Any) -> bool:
    """Does it stand in a table of its own? (A few people or deeds stand in a line.)"""
    if not isinstance(value, tuple) or not value:
        return False
    return is_dataclass(value[0]) and not isinstance(value[0], Who | Named | way.Deed)
