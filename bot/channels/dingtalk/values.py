"""Single values of what DingTalk sends, read strictly. Its documents and what was seen differ in kinds: a number may
come as text, an object as JSON in a text, and a field that says nothing as an empty text."""

import re
from collections.abc import Mapping
from typing import Any

from core.json_objects import NoObject, read_object

_USER = re.compile(r"[\x21-\x7e]{1,64}")
_NAME = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_PLAIN = re.compile(r"[\x21-\x7e]{1,2048}")
_NOT_TEXT = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INNER_DEPTH = 8


class Malformed(ValueError):
    """Not as documented. Its text names the field, and never holds what stands in it."""


def object_in(value: object) -> Mapping[str, Any]:
    """The object in `value`, which is one, or JSON of one in a text; an empty one for nothing at all.

    Raises:
        Malformed: it is something else.
    """
    if value is None or value == "":
        return {}
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise Malformed("object")
    try:
        return read_object(value.encode("utf-8", "replace"), _INNER_DEPTH)
    except NoObject:
        raise Malformed("object") from None


def text_in(found: Mapping[str, Any], name: str) -> str:
    """The text under `name`, as a person typed it, without what no database holds (NUL, half a character).

    Raises:
        Malformed: there is none.
    """
    value = found.get(name)
    if not isinstance(value, str):
        raise Malformed(name)
    return written(value)


def written(text: str) -> str:
    """`text` without controls and half characters."""
    return _NOT_TEXT.sub("", text)


def user_of(value: object) -> str:
    """A user id as DingTalk spells it; empty if there is none. In lower case people are looked up by it, but nothing
    says that its case does not count.

    Of ASCII only: what is folded from other letters would be another's (the Kelvin sign becomes a k).

    Raises:
        Malformed: it is no user id.
    """
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not _USER.fullmatch(value):
        raise Malformed("user")
    return value


def optional(found: Mapping[str, Any], name: str) -> str | None:
    """The text under `name`; None where there is none, or something else."""
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def code_of(value: object) -> str:
    """A number that may come as text, as text; empty if it is neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def plain(value: object) -> str:
    """A word of the platform's that is handed back to it: visible ASCII.

    Raises:
        Malformed: it is none.
    """
    if not isinstance(value, str) or not _PLAIN.fullmatch(value):
        raise Malformed("code")
    return value


def name_of(text: str) -> str:
    """An id as it may stand in a key; what is none is not repeated."""
    return text if _NAME.fullmatch(text) else "unknown"
