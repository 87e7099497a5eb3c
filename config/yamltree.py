"""YAML as a tree whose every value knows its line and column.

The tree is made from the parser's events, so that nothing is built or resolved behind the administrator's back: no
tags, no anchors and aliases, no doubled keys, no `yes` that turns into a boolean. What libyaml says of a file that is
no YAML is English and often a line late: `_SYNTAX` has our words for it, and takes the line where the mistake begins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import yaml

from config.fullwidth import MARKS, put_right
from config.problems import Problem, say

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without libyaml: the same rules, slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

MOST_BYTES = 256 * 1024  # a company's pools are some 5 KB; a file of another size is a mistake
MOST_DEPTH = 20
_KEY_OF_LINE = re.compile(r"\s*(?:- *)?([0-9A-Za-z_]+) *[:：]")
_TIGHT_DASH = re.compile(r"(\s*-)([0-9A-Za-z_]+)(?= *[:：])")
_NOT_ALLOWED = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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

    def __init__(self, kind: str, line: int = 0, column: int = 0, *, key: str = "", **details: Any) -> None:
        super().__init__(kind)
        self.kind, self.line, self.column, self.details = kind, line, column, details
        self.key = f"{key}：" if key else ""


def read_tree(raw: bytes, shown: str, problems: list[Problem]) -> Node | None:
    """The one document in a file of this content. `shown` is how problems name it.

    Returns None when it cannot be read at all; then `problems` says why.
    """
    try:
        text = _put_right(_decode(raw), shown, problems)
        return _parse_mended(text, shown, problems)
    except _Broken as broken:
        said = broken.key + say(broken.kind, shown, **broken.details)
        problems.append(Problem(said, shown, broken.line, broken.column))
        return None


def _decode(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise _Broken("too_large", most=MOST_BYTES // 1024)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Broken("encoding", raw.count(b"\n", 0, error.start) + 1, 1) from error


def _put_right(text: str, shown: str, problems: list[Problem]) -> str:
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        mended, slips = put_right(line)
        lines.append(mended)
        problems += [Problem(say(slip.kind, slip.key), shown, number, slip.column) for slip in slips]
    return "\n".join(lines)


def _parse_mended(text: str, shown: str, problems: list[Problem]) -> Node:
    """As `_parse`; where a dash without a space behind it made the text no YAML, that is told and put right, so that
    the rest of the file is checked in the same run."""
    lines = text.split("\n")
    while True:
        try:
            return _parse("\n".join(lines))
        except _Broken as broken:
            number = _tight_dash(lines, broken.line)
            found = _TIGHT_DASH.match(lines[number - 1]) if number else None
            if not found:
                raise
            problems.append(Problem(say("tight_dash", found[2]), shown, number, found.end(1)))
            lines[number - 1] = f"{found[1]} {lines[number - 1][found.end(1) :]}"


def _tight_dash(lines: list[str], line: int) -> int:
    """The line of the dash without a space that may be the reason why `line` cannot be read; 0 if there is none. After
    such a dash its line is a key and a value, and the next one stands too deep."""
    above = (number for number in range(min(line, len(lines)), 0, -1) if lines[number - 1].split("#")[0].strip())
    return next((number for number in islice(above, 2) if _TIGHT_DASH.match(lines[number - 1])), 0)


def _parse(text: str) -> Node:
    events = yaml.parse(text, Loader=Loader)
    try:
        node = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    raise _Broken("second_document", *_place(event))
                node = _node(next(events), events, 0)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, text) from error
    except yaml.reader.ReaderError as error:
        found = _NOT_ALLOWED.search(text)
        raise _Broken("control", text.count("\n", 0, found.start() if found else 0) + 1, 1) from error
    if node is None:
        raise _Broken("empty_file")
    return node


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    """The tree that begins with `event`; takes its further events from `events`."""
    line, column = _place(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _Broken("anchor", line, column)
    if getattr(event, "tag", None):
        raise _Broken("tag", line, column)
    if depth > MOST_DEPTH:
        raise _Broken("deep", line, column, most=MOST_DEPTH)
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line, column, event.value, not event.style)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_node(event, events, depth + 1))
        return Sequence(line, column, tuple(items))
    pairs = []
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, depth + 1)
        if not isinstance(key, Scalar):
            raise _Broken("key_form", key.line, key.column)
        pairs.append((key, _node(next(events), events, depth + 1)))
    return Mapping(line, column, tuple(pairs))


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


# What libyaml (and PyYAML's own parser, in other words) says: words of it, the kind of mistake, and whether that begins
# where it noticed it or where the thing began that it was reading.
_SYNTAX = (
    ("simple key", "no_colon", True),
    ("quoted scalar found unexpected end", "open_quote", True),
    ("flow sequence", "open_bracket", True),
    ("flow mapping", "open_bracket", True),
    ("flow node", "open_bracket", True),
    ("mapping values are not allowed", "second_colon", False),
    ("cannot start any token", "start", False),
    ("entries are not allowed", "dash", False),
    ("block mapping", "indent", False),
    ("block collection", "indent", False),
)


def _syntax(error: yaml.MarkedYAMLError, text: str) -> _Broken:
    said = f"{error.context} {error.problem}"
    kind, begins = next(((kind, begins) for words, kind, begins in _SYNTAX if words in said), ("syntax", False))
    mark = (begins and error.context_mark) or error.problem_mark or error.context_mark
    lines = text.splitlines()
    number = min(mark.line + 1 if mark else 0, len(lines))
    line = lines[number - 1] if number else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        kind = "tab"
    wide = "".join(dict.fromkeys(mark for mark in line.partition("#")[0] if mark in MARKS))
    mend = f"这一行有全角符号 {wide}，YAML 要半角的" if wide else ""
    found = _KEY_OF_LINE.match(line)
    return _Broken(kind, number, mark.column + 1 if mark else 1, key=found[1] if found else "", mend=mend)
