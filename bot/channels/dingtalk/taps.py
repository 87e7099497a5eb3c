"""A tap on a card's button, read from what its callback says (open.dingtalk.com/document/development/
event-callback-card). Its documents disagree on where the parameters stand; all of their forms are read.

`type`, `spaceType` and `spaceId` decide nothing: the values that come are undocumented, and what a card is about stands
in our database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.dingtalk.values import Malformed, code_of, object_in, plain, user_of, written
from cards.render.dingtalk import read_button_id

TOKEN_PARAMS = ("id", "action")
"""Where a button carries its token: as its id (the shared template), or in a parameter (a template of one's own)."""
_UNION_ID = "2"
_TOKEN_CHARS = 1024
_MOST_FIELDS, _MOST_OPTIONS, _OPTION_CHARS = 50, 200, 500


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tap: `card` is the outTrackId; `selected` what was ticked, by question, in a form or by the button itself (a
    row's button, see `cards.render.dingtalk`); `user` is empty if the callback names no user id (a unionId,
    or nobody)."""

    card: str
    user: str
    token: str
    selected: dict[str, tuple[str, ...]]


def read_tap(found: Mapping[str, Any]) -> Tapped:
    """The tap in a callback.

    Raises:
        Malformed: a field is not as in any of the documents.
    """
    private, params = _params(found)
    user = "" if code_of(found.get("userIdType")) == _UNION_ID else user_of(found.get("userId"))
    token, ticked = read_button_id(_token(private, params))
    return Tapped(plain(found.get("outTrackId")), user, token, ticked | _selected(params.get("form")))


def _params(found: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """cardPrivateData, and the parameters, which stand in it or beside it, in `content` or else in `value`."""
    content = object_in(found.get("content")) or object_in(found.get("value"))
    if not content:
        raise Malformed("content")
    private = object_in(content.get("cardPrivateData"))
    return private, object_in(private.get("params")) or object_in(content.get("params"))


def _token(private: Mapping[str, Any], params: Mapping[str, Any]) -> str:
    """What the button carried; empty if there is nothing of the kind, which is no token of ours. `actionIds` names the
    button in the template's layout, or is its id where the parameters say none."""
    actions = private.get("actionIds")
    candidates = [*(params.get(name) for name in TOKEN_PARAMS), *(actions if isinstance(actions, list) else ())]
    named = next((each for each in candidates if isinstance(each, str) and each), "")
    if len(named) > _TOKEN_CHARS:
        raise Malformed("token")
    return written(named)


def _selected(form: object) -> dict[str, tuple[str, ...]]:
    """What was ticked or filled in, by the field's name."""
    fields = object_in(form)
    if len(fields) > _MOST_FIELDS:
        raise Malformed("form")
    return {written(name): _options(value) for name, value in fields.items()}


def _options(value: object) -> tuple[str, ...]:
    """One field's values: SELECT gives `{"index":0,"value":"v"}`, MULTI_SELECT the same with lists, others a text, a
    list, a number or a truth value."""
    if isinstance(value, dict):
        value = value.get("value")
    given = value if isinstance(value, list) else [] if value is None or value == "" else [value]
    if len(given) > _MOST_OPTIONS:
        raise Malformed("form")
    return tuple(_option(each) for each in given)


def _option(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str) or len(value) > _OPTION_CHARS:
        raise Malformed("form")
    return written(value)
