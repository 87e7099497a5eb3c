"""Reading a YAML file as what it should be: every value knows its place, and every problem names it.

What a value should be is said by whoever reads it (`Value.text`, `Value.number`, …); all problems are collected, so
that one run shows them all.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from config.fullwidth import parted, unwrapped
from config.lengths import is_no_limit, meant_number
from config.problems import SAME, Problem, likely, quoted, say
from config.yamltree import Mapping, Node, Scalar, Sequence, read_tree
from core.privacy import tidy

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


class Value:
    """A place in a file, to be read as what it should be. Reading something else adds a problem and gives a harmless
    value (empty text, None, nothing to iterate), so that reading goes on to the next problem."""

    def __init__(self, node: Node, key: str, file: str, problems: list[Problem]) -> None:
        self._node = node
        self._key = key
        self._file = file
        self._problems = problems

    @property
    def file(self) -> str:
        """The file, as problems name it."""
        return self._file

    def problem(self, kind: str, **details: Any) -> None:
        """Add a problem of this kind (see `config.problems`) at this place."""
        text = say(kind, self._key, **details)
        self._problems.append(Problem(text, self._file, self._node.line, self._node.column))

    def missing(self, key: str) -> None:
        """Add the problem that `key` is not here."""
        self._at(self._node, key).problem("missing")

    def has(self, key: str) -> bool:
        """Does this place hold a line with this key?"""
        return self.at(key) is not None

    def at(self, key: str) -> "Value | None":
        """What stands at this key, whatever else is here; None if there is no such line."""
        pairs = self._node.pairs if isinstance(self._node, Mapping) else ()
        return next((self._at(node, key) for each, node in pairs if tidy(each.text) == key), None)

    def table(self, required: Collection[str], optional: Collection[str] = ()) -> "dict[str, Value]":
        """This place as `key: value` lines with known keys; the first of a doubled key counts. A misspelt key is a
        problem, and read as the one that was meant: what depends on that one is no second problem."""
        if not isinstance(self._node, Mapping):
            self.problem("table", found=self.found(), known=(*required, *optional))
            return {}
        return self._table(self._node, required, (*required, *optional))

    def tables(self, required: Collection[str], optional: Collection[str], least: int = 0) -> "list[Table]":
        """This place as a list of at least `least` times what `table` reads, each with its place."""
        known = (*required, *optional)
        if isinstance(self._node, Mapping) and (dashed := [key for key, _ in self._node.pairs if key.text[:1] == "-"]):
            self._at(dashed[0], dashed[0].text.lstrip("- ")).problem("tight_dash")
            return []
        if not isinstance(self._node, Sequence):
            self.problem("items", found=self.found(), known=known)
            return []
        if len(self._node.items) < least:
            self.problem("empty")
        return list(self._tables(self._node, required, known))

    def _tables(self, node: Sequence, required: Collection[str], known: Collection[str]) -> "Iterator[Table]":
        for item in node.items:
            place = self._at(item, self._key)
            if isinstance(item, Mapping):
                yield Table(place, place._table(item, required, known))
            else:
                place.problem("item", found=place.found(), known=known)

    def _table(self, node: Mapping, required: Collection[str], known: Collection[str]) -> "dict[str, Value]":
        found: dict[str, Value] = {}
        meant: dict[str, Value] = {}
        for key, node_there in node.pairs:
            name = tidy(key.text)
            if name in found:
                self._at(key, name).problem("twice")
            elif name in known:
                found[name] = self._at(node_there, name)
            elif near := self._unknown(key, name, known):
                # Told of what is wrong with the value, too, only where the guess is as good as certain.
                certain = likely(name, (near,), SAME) and "：" not in name
                problems = self._problems if certain else []
                meant.setdefault(near, Value(node_there, near, self._file, problems))
        for name in required:
            if name not in found and name not in meant:
                self._at(node, name).missing(name)
        return meant | found

    def _unknown(self, key: Node, name: str, known: Collection[str]) -> str:
        """Tell of an unknown key; the known one that was meant, if there is one like it."""
        if "：" in name:  # {holding：80}
            name = name.partition("：")[0].strip()
            self._at(key, name).problem("wide_colon")
            return name if name in known else ""
        near = likely(name, known)
        if name.startswith("-") and not near:
            self._at(key, name.lstrip("- ")).problem("dash_key")
        else:
            self._at(key, name).problem("unknown_key", near=near, known=known)
        return near

    def _at(self, node: Node, key: str) -> "Value":
        return Value(node, key, self._file, self._problems)

    def each(self, least: int = 0) -> "list[Value]":
        """The items of this place as a list of at least `least`; a single value stands for a list of one."""
        node = self._node
        if isinstance(node, Mapping) or (isinstance(node, Scalar) and _is_nothing(node)):
            self.problem("list", found=self.found())
            return []
        items = node.items if isinstance(node, Sequence) else (node,)
        if len(items) < least:
            self.problem("empty")
        return [Value(part, self._key, self._file, self._problems) for item in items for part in self._parts(item)]

    def _parts(self, item: Node) -> list[Node]:
        """The item; or, where full-width marks or dashes without a space made one of several, those, so that each is
        checked."""
        if not (isinstance(item, Scalar) and item.plain):
            return [item]
        dashed = re.findall(r"(?:^| )-(\S+)", item.text) if item.text.startswith("-") else []
        parts = dashed or parted(item.text)
        if not parts:
            return [item]
        self._at(item, dashed[0] if dashed else self._key).problem("tight_dash" if dashed else "wide_list")
        return [Scalar(item.line, item.column, part, plain=True) for part in parts]

    def text(self, most: int = 40) -> str:
        """This place as text of 1 to `most` characters, without outer spaces."""
        node = self._node
        if not isinstance(node, Scalar) or _is_nothing(node) or not node.text.strip():
            self.problem("text", found=self.found())
            return ""
        text = self._bare(node)
        if len(text) > most:
            self.problem("long", count=len(text), most=most)
            return ""
        return text

    def word(self) -> str:
        """What stands here, for who says himself what is wrong with it; empty if it is no text."""
        return self._bare(self._node) if isinstance(self._node, Scalar) and not _is_nothing(self._node) else ""

    def number(self, low: int, high: int, *, no_limit: str = "") -> int | None:
        """This place as a whole number from `low` to `high`. `no_limit`: what to do if there should be no limit."""
        node = self._node
        text = self._bare(node) if isinstance(node, Scalar) else ""
        half = unicodedata.normalize("NFKC", text)
        if re.fullmatch(r"[0-9]{1,9}", half) and low <= int(half) <= high:
            if half != text:
                self.problem("wide_digits", found=quoted(text))
            return int(half)
        near = meant_number(text)
        near = near if near and near != half and low <= int(near) <= high else ""
        self.problem(
            "number", low=low, high=high, found=self.found(), near=near, mend=no_limit if is_no_limit(text) else ""
        )
        return None

    def _bare(self, node: Scalar) -> str:
        """The text without full-width quotes around it, which YAML takes for a part of it."""
        text = tidy(node.text)
        inner = unwrapped(text) if node.plain else ""
        if inner:
            self.problem("wide_quotes", word=inner)
        return inner or text

    def found(self) -> str:
        """What stands here, as a problem says it."""
        node = self._node
        if isinstance(node, Scalar):
            return "是空的" if _is_nothing(node) or not node.text.strip() else quoted(node.text[:40])
        return "是列表" if isinstance(node, Sequence) else "是几行 键: 值"


@dataclass(frozen=True, slots=True)
class Table:
    """One of several tables: its place and what it holds."""

    place: Value
    values: dict[str, Value]


def read_yaml(raw: bytes, shown: str, problems: list[Problem]) -> Value | None:
    """Read the content of one file. `shown` is how problems name it.

    Returns the top of the file, or None when it cannot be read at all; then `problems` says why.
    """
    node = read_tree(raw, shown, problems)
    return Value(node, "文件", shown, problems) if node is not None else None


def _is_nothing(node: Scalar) -> bool:
    return node.plain and node.text in _NOTHING
