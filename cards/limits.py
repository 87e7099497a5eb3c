"""Each platform's limits, as data and as a check.

A *hard* limit is refused by the platform (the person would get nothing): `check_wecom` raises on it whenever a card
is rendered, so a bug is met in a test. A *soft* limit is where the platform stops showing text: renderers cut there
(`cards/fitting.py`, whose functions can be had from here too).
Sources of the numbers: WeCom's document 90236 (template_card), read 2026-08; DingTalk's
open.dingtalk.com/document/development/instructions-for-filling-in-api-card-data.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cards.fitting import MESSAGE_BYTES, byte_length, cut, cut_bytes, cut_evenly, split_bytes, width

__all__ = [
    "DINGTALK_VALUE_BYTES",
    "MESSAGE_BYTES",
    "WECOM",
    "Limit",
    "LimitBroken",
    "Malformed",
    "TooLarge",
    "Unit",
    "byte_length",
    "check_dingtalk",
    "check_wecom",
    "cut",
    "cut_bytes",
    "cut_evenly",
    "split_bytes",
    "wecom_room",
    "width",
]


class LimitBroken(ValueError):
    """A payload that the platform would refuse. `field` is its path; no message holds the content itself."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class TooLarge(LimitBroken):
    """A value is longer than the platform's hard `limit`; `length` is counted in the same unit."""

    def __init__(self, field: str, limit: int, length: int) -> None:
        super().__init__(field, f"at most {limit}, has {length}")
        self.limit = limit
        self.length = length


class Malformed(LimitBroken):
    """A required value is missing, a key is not unique, or a character may not stand there."""


class Unit(StrEnum):
    """What a limit counts: characters (字), bytes of UTF-8, or items of a list."""

    CHARS = "chars"
    BYTES = "bytes"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `maximum` units at `path` (`[]` steps into a list). `kinds` empty: on cards of every type."""

    path: str
    maximum: int
    unit: Unit
    hard: bool = False
    kinds: frozenset[str] = frozenset()


_VOTE = frozenset({"vote_interaction"})
_CHOICE = frozenset({"vote_interaction", "multiple_interaction"})


def _shown(path: str, maximum: int, kinds: frozenset[str] = frozenset()) -> Limit:
    return Limit(path, maximum, Unit.CHARS, kinds=kinds)


def _bytes(path: str, maximum: int) -> Limit:
    return Limit(path, maximum, Unit.BYTES, hard=True)


def _items(path: str, maximum: int) -> Limit:
    return Limit(path, maximum, Unit.ITEMS, hard=True)


# The first line that fits path and card type counts.
WECOM: tuple[Limit, ...] = (
    _shown("source.desc", 20),
    _shown("main_title.title", 16, _VOTE),
    _shown("main_title.title", 36),
    _shown("main_title.desc", 160, _CHOICE),
    _shown("main_title.desc", 44),
    _shown("emphasis_content.title", 14),
    _shown("emphasis_content.desc", 22),
    _shown("sub_title_text", 160),
    _shown("quote_area.quote_text", 160),  # ours: the document names no limit, so what sub_title_text may hold
    _shown("horizontal_content_list[].keyname", 5),
    _shown("horizontal_content_list[].value", 30),
    _shown("jump_list[].title", 18),
    _shown("button_list[].text", 10),
    _shown("checkbox.option_list[].text", 17),
    _shown("select_list[].title", 16),  # ours: the document names no limit
    _shown("select_list[].option_list[].text", 16),
    _shown("submit_button.text", 10),
    _shown("replace_text", 10),  # ours: it stands where a button stood
    _bytes("task_id", 128),
    _bytes("card_action.url", 2048),
    _bytes("horizontal_content_list[].url", 2048),
    _bytes("jump_list[].url", 2048),
    _bytes("button_list[].url", 2048),
    _bytes("button_list[].key", 1024),
    _bytes("submit_button.key", 1024),
    _bytes("checkbox.question_key", 1024),
    _bytes("checkbox.option_list[].id", 128),
    _bytes("select_list[].question_key", 1024),
    _bytes("select_list[].option_list[].id", 128),
    _items("horizontal_content_list", 6),
    _items("jump_list", 3),
    _items("button_list", 6),
    _items("checkbox.option_list", 20),
    _items("select_list", 3),
    _items("select_list[].option_list", 10),
)

# What a card of each type must have. A list or text that is there but empty counts as missing.
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "text_notice": ("card_action.url", "main_title.title"),
    "button_interaction": ("main_title.title", "button_list"),
    "vote_interaction": ("main_title.title", "checkbox.question_key", "checkbox.option_list"),
    "multiple_interaction": ("main_title.title", "select_list"),
}
# Only where a card is sent: an update keeps the id it was sent under, and a grey button stands in for the others.
_REQUIRED_WHEN_SENT: Mapping[str, tuple[str, ...]] = {
    "text_notice": (),
    "button_interaction": ("task_id",),
    "vote_interaction": ("task_id", "submit_button.key", "submit_button.text"),
    "multiple_interaction": ("task_id", "submit_button.key", "submit_button.text"),
}
# Never empty where they stand.
_FILLED = (
    "horizontal_content_list[].keyname",
    "jump_list[].title",
    "button_list[].text",
    "checkbox.option_list[].id",
    "checkbox.option_list[].text",
    "select_list[].question_key",
    "select_list[].option_list",
    "select_list[].option_list[].id",
    "select_list[].option_list[].text",
)
_UNIQUE = (
    ("button_list", "key"),
    ("checkbox.option_list", "id"),
    ("select_list", "question_key"),
    ("select_list[].option_list", "id"),
)
_URLS = ("card_action.url", "horizontal_content_list[].url", "jump_list[].url", "button_list[].url")
DINGTALK_VALUE_BYTES = 1024
_DINGTALK_KEY_BYTES = 100
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]+")
_WEB = re.compile(r"https?://[^\s]+")


def wecom_room(path: str, kind: str) -> int:
    """How many 字 WeCom shows at `path` of a card of type `kind`.

    Raises:
        KeyError: `WECOM` names no such text.
    """
    for limit in WECOM:
        if limit.path == path and limit.unit is Unit.CHARS and (not limit.kinds or kind in limit.kinds):
            return limit.maximum
    raise KeyError(path)


def check_wecom(payload: Mapping[str, Any], *, update: bool = False) -> None:
    """Check a `template_card` value against every hard limit; `update`: it is meant for update_template_card.

    Raises:
        TooLarge: something is longer than WeCom takes.
        Malformed: something required is missing or empty, a key is doubled, an address or task_id is no such thing.
    """
    for limit in WECOM:
        if limit.hard:
            for field, value in _walk(payload, limit.path):
                length = len(value) if limit.unit is Unit.ITEMS else byte_length(value)
                if length > limit.maximum:
                    raise TooLarge(field, limit.maximum, length)
    kind = payload.get("card_type")
    if not isinstance(kind, str) or kind not in _REQUIRED:
        raise Malformed("card_type", "no card type that we send")
    for path in _REQUIRED[kind] + (() if update else _REQUIRED_WHEN_SENT[kind]):
        if not any(value for _, value in _walk(payload, path)):
            raise Malformed(path, f"required for {kind}")
    _check_values(payload)


def check_dingtalk(variables: Mapping[str, Any]) -> None:
    """Check a `cardParamMap` against every hard limit: all strings, and each of at most 1 KB.

    Raises:
        TooLarge: a variable or its name is longer than DingTalk takes.
        Malformed: one is no string, which DingTalk refuses whatever it is.
    """
    for name, value in variables.items():
        if not isinstance(value, str):
            raise Malformed(name, "no string")
        for what, limit in ((name, _DINGTALK_KEY_BYTES), (value, DINGTALK_VALUE_BYTES)):
            if byte_length(what) > limit:
                raise TooLarge(name, limit, byte_length(what))


def _check_values(payload: Mapping[str, Any]) -> None:
    """The rules of `check_wecom` that are about single values rather than about lengths."""
    for path in _FILLED:
        for field, value in _walk(payload, path):
            if not value:
                raise Malformed(field, "empty")
    for path, key in _UNIQUE:
        for field, items in _walk(payload, path):
            keys = [item[key] for item in items if key in item]
            if len(set(keys)) < len(keys):
                raise Malformed(field, f"a {key} stands there twice")
    for path in _URLS:
        for field, value in _walk(payload, path):
            if not _WEB.fullmatch(value):
                raise Malformed(field, "no http or https address")
    for field, value in _walk(payload, "task_id"):
        if not _TASK_ID.fullmatch(value):
            raise Malformed(field, "only letters, digits and _-@")
    for index, button in enumerate(payload.get("button_list", ())):
        needed = "url" if button.get("type") == 1 else "key"
        if not button.get(needed):
            raise Malformed(f"button_list[{index}].{needed}", "required")


def _walk(node: Any, path: str, place: str = "") -> Iterator[tuple[str, Any]]:
    """All values at `path` with their exact places: `select_list[1].option_list[0].id`."""
    head, _, rest = path.partition(".")
    name = head.removesuffix("[]")
    if not isinstance(node, Mapping) or name not in node:
        return
    here = f"{place}.{name}" if place else name
    found = [(here, node[name])]
    if head.endswith("[]"):
        found = [(f"{here}[{index}]", item) for index, item in enumerate(node[name])]
    for where, value in found:
        if rest:
            yield from _walk(value, rest, where)
        else:
            yield where, value
