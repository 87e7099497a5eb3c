"""YAML with its places: every value knows its file, line and column, and every problem names them.

The text is read from the parser's events into a small tree of our own, so that nothing is built or resolved behind the
administrator's back: no tags, no anchors and aliases, no doubled keys, no `yes` that turns into a boolean. What a
value should be is said by whoever reads it (`Value.text`, `Value.number`, …); all problems are collected, so that one
run shows them all.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without libyaml: the same rules, slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

MOST_BYTES = 256 * 1024  # a company's pools are some 5 KB; a file of another size is a mistake
MOST_DEPTH = 20
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, and where. Lines and columns count from 1; 0 means the file as a whole."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}" if self.line else f"{self.file}: {self.text}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as written; `plain` without quotes."""

    line: int
    column: int
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int
    column: int
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in their order, doubled keys included."""

    line: int
    column: int
    pairs: "tuple[tuple[Scalar, Node], ...]"


Node: TypeAlias = Scalar | Sequence | Mapping


class _Broken(Exception):
    """The file cannot be read any further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Value:
    """A place in a file, to be read as what it should be. Reading something else adds a problem and gives a harmless
    value (empty text, None, nothing to iterate), so that reading goes on to the next problem."""

    def __init__(self, node: Node, key: str, file: str, problems: list[Problem]) -> None:
        self._node = node
        self._key = key
        self._file = file
        self._problems = problems

    def problem(self, text: str) -> None:
        """Add a problem at this place."""
        self._problems.append(Problem(self._file, self._node.line, self._node.column, text))

    def table(self, required: Collection[str], optional: Collection[str] = ()) -> "dict[str, Value]":
        """This place as `key: value` lines with known keys; the first of a doubled key counts."""
        node = self._node
        if not isinstance(node, Mapping):
            self._expected(f"lines of `key: value` ({', '.join((*required, *optional))})")
            return {}
        found: dict[str, Value] = {}
        for key, value in node.pairs:
            place = Value(key, key.text, self._file, self._problems)
            if key.text in found:
                place.problem(f'the key "{key.text}" is given twice; keep one of them')
            elif key.text in required or key.text in optional:
                found[key.text] = Value(value, key.text, self._file, self._problems)
            else:
                place.problem(f'unknown key "{key.text}"{likely(key.text, (*required, *optional))}')
        for name in required:
            if name not in found:
                self.problem(f'the key "{name}" is missing')
        return found

    def each(self, least: int = 0) -> "list[Value]":
        """The items of this place as a list of at least `least`; a single value stands for a list of one."""
        node = self._node
        if isinstance(node, Mapping) or (isinstance(node, Scalar) and _is_nothing(node)):
            self._expected("a list")
            return []
        items = node.items if isinstance(node, Sequence) else (node,)
        if len(items) < least:
            self.problem(f"{self._key} is empty")
        return [Value(item, self._key, self._file, self._problems) for item in items]

    def text(self, most: int = 40) -> str:
        """This place as text of 1 to `most` characters, without outer spaces."""
        node = self._node
        if not isinstance(node, Scalar) or _is_nothing(node) or not node.text.strip():
            self._expected("text")
            return ""
        if len(node.text.strip()) > most:
            self.problem(f"{self._key} has {len(node.text.strip())} characters; at most {most} are allowed")
            return ""
        return node.text.strip()

    def number(self, low: int, high: int) -> int | None:
        """This place as a whole number from `low` to `high`."""
        node = self._node
        if isinstance(node, Scalar) and re.fullmatch(r"[0-9]{1,9}", node.text) and low <= int(node.text) <= high:
            return int(node.text)
        self._expected(f"a whole number from {low} to {high}")
        return None

    def _expected(self, what: str) -> None:
        node = self._node
        if isinstance(node, Scalar):
            found = "nothing" if _is_nothing(node) else f'"{node.text[:40]}"'
        else:
            found = "a list" if isinstance(node, Sequence) else "lines of `key: value`"
        hint = FULL_WIDTH_COLON if isinstance(node, Scalar) and "：" in node.text else ""
        self.problem(f"{self._key} must be {what}, not {found}{hint}")


FULL_WIDTH_COLON = "; the line has a full-width 「：」 where YAML needs a half-width colon and a space"


def likely(word: str, known: Collection[str]) -> str:
    """`; did you mean "…"?` with the nearest of `known`, or what there is to choose from where none is near."""
    near = get_close_matches(word.strip().lower(), known, n=1, cutoff=0.6)
    if near:
        return f'; did you mean "{near[0]}"?'
    return (FULL_WIDTH_COLON if "：" in word else "") + f"; known are: {', '.join(known)}"


def read_yaml(path: Path, shown: str, problems: list[Problem]) -> Value | None:
    """Read one file. `shown` is how problems name it.

    Returns the top of the file, or None when it cannot be read at all; then `problems` says why.
    """
    try:
        return Value(_parse(_load_text(path, shown), shown), "the file", shown, problems)
    except _Broken as broken:
        problems.append(broken.problem)
        return None


def _load_text(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _Broken(Problem(shown, 0, 0, f"cannot be read: {error.strerror}")) from error
    if len(raw) > MOST_BYTES:
        raise _Broken(Problem(shown, 0, 0, f"is larger than {MOST_BYTES // 1024} KB"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Broken(Problem(shown, line, 1, "is not UTF-8 (GBK?); save the file as UTF-8")) from error


def _parse(text: str, shown: str) -> Node:
    """The tree of the one document in `text`."""
    events = yaml.parse(text, Loader=Loader)
    try:
        node = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    raise _broken_at(event, shown, "a second document (---) begins here; a file holds one")
                node = _node(next(events), events, shown, 0)
    except yaml.MarkedYAMLError as error:
        raise _Broken(_syntax_problem(error, text, shown)) from error
    except yaml.reader.ReaderError as error:
        place = "a character that YAML does not allow (a control character?)"
        line = text.count("\n", 0, _position_of(text)) + 1
        raise _Broken(Problem(shown, line, 1, f"not valid YAML: {place}")) from error
    if node is None:
        raise _Broken(Problem(shown, 0, 0, "is empty"))
    return node


def _node(event: yaml.Event, events: Iterator[yaml.Event], shown: str, depth: int) -> Node:
    """The tree that begins with `event`; takes its further events from `events`."""
    line, column = _place(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _broken_at(event, shown, "anchors (&) and aliases (*) are not supported; write the value out")
    if getattr(event, "tag", None):
        raise _broken_at(event, shown, "tags (!) are not supported; write the plain value")
    if depth > MOST_DEPTH:
        raise _broken_at(event, shown, f"nested more than {MOST_DEPTH} deep")
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line, column, event.value, not event.style)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_node(event, events, shown, depth + 1))
        return Sequence(line, column, tuple(items))
    pairs = []
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, shown, depth + 1)
        if not isinstance(key, Scalar):
            raise _Broken(Problem(shown, key.line, key.column, "a key must be a plain word"))
        pairs.append((key, _node(next(events), events, shown, depth + 1)))
    return Mapping(line, column, tuple(pairs))


def _is_nothing(node: Scalar) -> bool:
    return node.plain and node.text in _NOTHING


def _broken_at(event: yaml.Event, shown: str, text: str) -> _Broken:
    return _Broken(Problem(shown, *_place(event), text))


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _position_of(text: str) -> int:
    """Where the first character stands that YAML does not allow."""
    found = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    return found.start() if found else 0


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, shown: str) -> Problem:
    """A syntax error where it was noticed, with the two mistakes that people make most: a tab and a Chinese colon."""
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    near = text.splitlines()[max(0, line - 1) : line + 1]
    said = f"not valid YAML: {error.problem}" + (f" ({error.context})" if error.context else "")
    if any("：" in each.partition("#")[0] for each in near):
        said += "; is there a full-width 「：」 where YAML needs a half-width colon and a space?"
    elif "tab" not in str(error.problem) and any("\t" in each.partition("#")[0] for each in near):
        said += "; is there a tab? YAML indents with spaces"
    return Problem(shown, line + 1, (mark.column if mark else 0) + 1, said)
