"""Reading a YAML file as what it should be: every value knows its place, and every problem names it.

What a value should be is said by whoever reads it (`Value.text`, `Value.number`, …); all problems are collected, so
that one run shows them all.
"""

import re
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Any

from config.fullwidth import parted, unwrapped
from config.problems import Problem, likely, quoted, say
from config.yamltree import Mapping, Node, Scalar, Sequence, read_tree

_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


class Value:
    """A place in a file, to be read as what it should be. Reading something else adds a problem and gives a harmless
    value (empty text, None, nothing to iterate), so that reading goes on to the next problem."""

    def __init__(self, node: Node, key: str, file: str, problems: list[Problem]) -> None:
        self._node = node
        self._key = key
        self._file = file
        self._problems = problems

    def problem(self, kind: str, **details: Any) -> None:
        """Add a problem of this kind (see `config.problems`) at this place."""
        text = say(kind, self._key, **details)
        self._problems.append(Problem(text, self._file, self._node.line, self._node.column))

    def table(self, required: Collection[str], optional: Collection[str] = ()) -> "dict[str, Value]":
        """This place as `key: value` lines with known keys; the first of a doubled key counts."""
        node, known = self._node, (*required, *optional)
        if not isinstance(node, Mapping):
            self.problem("table", found=self._found(), known=known)
            return {}
        found: dict[str, Value] = {}
        for key, value in node.pairs:
            place = Value(key, key.text, self._file, self._problems)
            if key.text in found:
                place.problem("twice")
            elif key.text in known:
                found[key.text] = Value(value, key.text, self._file, self._problems)
            elif "：" in key.text:  # {holding：80}
                Value(key, key.text.partition("：")[0].strip(), self._file, self._problems).problem("wide_colon")
            else:
                place.problem("unknown_key", near=likely(key.text, known), known=known)
        for name in required:
            if name not in found:
                Value(node, name, self._file, self._problems).problem("missing")
        return found

    def each(self, least: int = 0) -> "list[Value]":
        """The items of this place as a list of at least `least`; a single value stands for a list of one."""
        node = self._node
        if isinstance(node, Mapping) or (isinstance(node, Scalar) and _is_nothing(node)):
            self.problem("list", found=self._found())
            return []
        items = node.items if isinstance(node, Sequence) else (node,)
        if len(items) < least:
            self.problem("empty")
        return [Value(part, self._key, self._file, self._problems) for item in items for part in self._parts(item)]

    def _parts(self, item: Node) -> list[Node]:
        """The item; or, where full-width marks made one of several, those, so that each is checked."""
        parts = parted(item.text) if isinstance(item, Scalar) and item.plain else []
        if not parts:
            return [item]
        Value(item, self._key, self._file, self._problems).problem("wide_list")
        return [Scalar(item.line, item.column, part, plain=True) for part in parts]

    def text(self, most: int = 40) -> str:
        """This place as text of 1 to `most` characters, without outer spaces."""
        node = self._node
        if not isinstance(node, Scalar) or _is_nothing(node) or not node.text.strip():
            self.problem("text", found=self._found())
            return ""
        text = self._bare(node)
        if len(text) > most:
            self.problem("long", count=len(text), most=most)
            return ""
        return text

    def number(self, low: int, high: int) -> int | None:
        """This place as a whole number from `low` to `high`."""
        node = self._node
        text = self._bare(node) if isinstance(node, Scalar) else ""
        half = unicodedata.normalize("NFKC", text)
        if re.fullmatch(r"[0-9]{1,9}", half) and low <= int(half) <= high:
            if half != text:
                self.problem("wide_digits", found=quoted(text))
            return int(half)
        self.problem("number", low=low, high=high, found=self._found())
        return None

    def _bare(self, node: Scalar) -> str:
        """The text without full-width quotes around it, which YAML takes for a part of it."""
        text = node.text.strip()
        inner = unwrapped(text) if node.plain else ""
        if inner:
            self.problem("wide_quotes", word=inner)
        return inner or text

    def _found(self) -> str:
        node = self._node
        if isinstance(node, Scalar):
            return "是空的" if _is_nothing(node) or not node.text.strip() else quoted(node.text[:40])
        return "是列表" if isinstance(node, Sequence) else "是几行 键: 值"


def read_yaml(path: Path, shown: str, problems: list[Problem]) -> Value | None:
    """Read one file. `shown` is how problems name it.

    Returns the top of the file, or None when it cannot be read at all; then `problems` says why.
    """
    node = read_tree(path, shown, problems)
    return Value(node, "文件", shown, problems) if node is not None else None


def _is_nothing(node: Scalar) -> bool:
    return node.plain and node.text in _NOTHING
