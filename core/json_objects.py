"""JSON objects that other systems send, read strictly: what two readers could take for two things is none."""

import json
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any, Literal

# One without an end goes to the end: looked for again from each of its quotes, 40 KB of them would take seconds.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_UNFIT = re.compile("[\x00\ud800-\udfff]")


class NoObject(ValueError):
    """It is no JSON object that may be read. `why`: brackets in brackets beyond the limit, no JSON object in UTF-8, or
    something else than an object."""

    def __init__(self, why: Literal["deep", "form", "kind"]) -> None:
        super().__init__(why)
        self.why = why


def read_object(raw: bytes, most_depth: int) -> dict[str, Any]:
    """The object in these bytes, whose size is bounded by who has them. No name stands twice in an object; NaN and
    Infinity are no numbers; brackets are nested at most `most_depth` deep.

    Raises:
        NoObject: it is none.
    """
    return _read(raw, most_depth)


def read_answer_object(raw: bytes, most_depth: int) -> dict[str, Any]:
    """The same as expressions take it (`core.expressions.read_answer`): every number is a float, and no text holds NUL
    or half a character.

    Raises:
        NoObject: it is none, or a number is too large for a float.
    """
    found = _read(raw, most_depth, parse_int=_number, parse_float=_number)
    if any(_UNFIT.search(text) for text in _texts(found)):
        raise NoObject("form")
    return found


def _read(raw: bytes, most_depth: int, **numbers: Any) -> dict[str, Any]:
    if _depth(raw) > most_depth:  # looked at before parsing, which takes a stack frame for each
        raise NoObject("deep")
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_pairs, parse_constant=_number, **numbers)
    except (ValueError, RecursionError):  # no UTF-8, no JSON, a name twice, no number
        raise NoObject("form") from None
    if not isinstance(found, dict):
        raise NoObject("kind")
    return found


def _depth(raw: bytes) -> int:
    """How deep brackets are nested."""
    depth = most = 0
    for char in _STRING.sub(b"", raw):
        depth += (char in b"[{") - (char in b"]}")
        most = max(most, depth)
    return most


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name twice")
    return dict(pairs)


def _number(text: str) -> float:
    found = float(text)  # reads NaN and Infinity too
    if not isfinite(found):
        raise ValueError(text)
    return found


def _texts(value: Any) -> Iterator[str]:
    """All texts in it, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
