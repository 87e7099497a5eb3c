"""What DingTalk demands of a card's request, and how a template shows its variables.

Sources: open.dingtalk.com/document/development/create-and-deliver-cards, message-card-sending-and-updating,
instructions-for-filling-in-api-card-data (strings only, key ≤ 100 bytes, value ≤ 1 KB). The shared template's variables
stand on no page; they are those of dingtalk-stream's `card_instance.py`. Where the documents only say `param.…`, a word
behind it was chosen: an app must treat all of `param.*` alike.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot.sandbox.dingtalk.refusal import Refusal

JSON: TypeAlias = Mapping[str, Any]
Variables: TypeAlias = Mapping[str, str]

KEY_BYTES, VALUE_BYTES = 100, 1024
PREFIX = "dtv1.card//"
CALLBACK_TYPES = ("STREAM", "HTTP")
PARTS = ("msgTitle", "msgContent", "staticMsgContent", "msgTextList", "msgImages", "msgSlider", "msgButtons")


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A template of the card platform, with the names of its variables. `published` False can be sent nowhere."""

    id: str
    published: bool = True
    title: str = "msgTitle"
    body: str = "staticMsgContent"
    status: str = "flowStatus"
    buttons: str = "sys_full_json_obj"
    kind: Literal["parts", "list"] = "parts"


SHARED = CardTemplate("382e4302-551d-4880-bf29-a30acfab2e71.schema")
"""The AI template that everybody may use, and that can call back."""


@dataclass(frozen=True, slots=True)
class Space:
    """Where a card goes: `IM_ROBOT` (a person's chat with the robot, by userId) or `IM_GROUP` (by conversation)."""

    kind: str
    id: str


def text_of(body: JSON, name: str) -> str:
    """A required text of a request.

    Raises:
        Refusal: `param.empty`.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal("param.empty", f"{name} is empty")
    return value


def part_of(body: JSON, name: str, *, needed: bool = False) -> JSON:
    """An object within a request; empty if it is not there.

    Raises:
        Refusal: it is no object, or not there though it is needed.
    """
    value = body.get(name)
    if value is None and not needed:
        return {}
    if not isinstance(value, Mapping):
        raise Refusal("param.empty" if value is None else "param.invalid", f"{name} is no object")
    return value


def variables_of(data: JSON) -> dict[str, str]:
    """The `cardParamMap` of a cardData, or of one person's privateData.

    Raises:
        Refusal: `MissingStringValue` for anything that is no string, `param.…` for one that is too long.
    """
    found = part_of(data, "cardParamMap")
    for key, value in found.items():
        if not isinstance(value, str):
            raise Refusal("MissingStringValue", f"cardParamMap.{key} is no string")
        if len(key.encode()) > KEY_BYTES or len(value.encode()) > VALUE_BYTES:
            raise Refusal("param.cardParamMapTooLong", f"cardParamMap.{key[:20]} is too long")
    return dict(found)


def private_of(body: JSON) -> dict[str, dict[str, str]]:
    """`privateData` by userId."""
    return {
        userid: variables_of(part_of({userid: data}, userid)) for userid, data in part_of(body, "privateData").items()
    }


def callback_of(body: JSON) -> tuple[str, str]:
    """`callbackType` and `callbackRouteKey`. Without a type a card is made all the same, and its buttons are dead.

    Raises:
        Refusal: a type in small letters, or HTTP without its key.
    """
    kind, key = body.get("callbackType"), body.get("callbackRouteKey")
    if kind is None:
        return "", ""
    if kind not in CALLBACK_TYPES:
        raise Refusal("param.callbackTypeInvalid", "callbackType is STREAM or HTTP")
    if kind == "HTTP" and (not isinstance(key, str) or not key):
        raise Refusal("param.empty", "callbackRouteKey is empty")
    return kind, key if isinstance(key, str) else ""


def spaces_of(body: JSON) -> tuple[Space, ...]:
    """The spaces in `openSpaceId`: `dtv1.card//TYPE.id[;TYPE.id…]`.

    Raises:
        Refusal: `param.openSpaceIdInvalid`.
    """
    text = text_of(body, "openSpaceId")
    if not text.startswith(PREFIX):
        raise Refusal("param.openSpaceIdInvalid", "openSpaceId does not begin as one")
    found = [each.partition(".") for each in text.removeprefix(PREFIX).split(";")]
    if any(kind not in ("IM_ROBOT", "IM_GROUP") or not where for kind, _, where in found):
        raise Refusal("param.openSpaceIdInvalid", "a space of no known type, or without an id")
    return tuple(Space(kind, where) for kind, _, where in found)


def check_space_model(body: JSON, spaces: Iterable[Space]) -> None:
    """Each kind of space needs its `supportForward` when a card is created for it.

    Raises:
        Refusal: `param.empty`.
    """
    for name in sorted({_models(space)[0] for space in spaces}):
        if not isinstance(part_of(body, name, needed=True).get("supportForward"), bool):
            raise Refusal("param.empty", f"{name}.supportForward is empty")


def check_deliver_model(body: JSON, spaces: Iterable[Space], robot_code: str) -> None:
    """Each kind of space needs to know how it is delivered; a group, by which robot.

    Raises:
        Refusal: `param.…`.
    """
    for space in spaces:
        model = part_of(body, _models(space)[1], needed=True)
        if space.kind == "IM_ROBOT" and model.get("spaceType", "IM_ROBOT") != "IM_ROBOT":
            raise Refusal("param.spaceTypeInvalid", "spaceType is IM_ROBOT")
        if model.get("robotCode", None if space.kind == "IM_GROUP" else robot_code) != robot_code:
            raise Refusal("param.robotCodeInvalid", "the app has no robot of this code")


def _models(space: Space) -> tuple[str, str]:
    return (
        ("imRobotOpenSpaceModel", "imRobotOpenDeliverModel")
        if space.kind == "IM_ROBOT"
        else ("imGroupOpenSpaceModel", "imGroupOpenDeliverModel")
    )


def look(template: CardTemplate, variables: Variables) -> dict[str, Any]:
    """What a person sees of a card: `title`, `body` (markdown), `buttons` (as they stand in the variables), `blank`.

    A shared template without its `flowStatus`, or with parts that are no JSON, shows nothing at all.
    """
    parts = _json(variables.get(template.buttons, ""))
    if template.kind == "list":
        shown = {"title": variables.get(template.title, ""), "body": variables.get(template.body, "")}
        return {**shown, "buttons": _buttons(parts), "blank": not any(shown.values()), "variables": dict(variables)}
    order = parts.get("order") if isinstance(parts, Mapping) else None
    blank = not variables.get(template.status) or not isinstance(order, list)
    shows = () if blank or not isinstance(order, list) else tuple(part for part in PARTS if part in order)
    body = [variables.get(name, "") for name in ("msgContent", template.body) if name in shows]
    buttons = parts.get("msgButtons") if isinstance(parts, Mapping) and "msgButtons" in shows else ()
    return {
        "title": variables.get(template.title, "") if template.title in shows else "",
        "body": "\n\n".join(filter(None, body)),
        "buttons": _buttons(buttons),
        "blank": blank,
        "variables": dict(variables),
    }


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else {}
    except ValueError:
        return {}


def _buttons(found: Any) -> list[JSON]:
    """Those that are drawn: with a text, and an id that calls back or an address."""
    listed = found if isinstance(found, list) else []
    return [each for each in listed if isinstance(each, Mapping) and each.get("text") and _does(each)]


def _does(button: JSON) -> bool:
    return bool(button.get("url")) or (bool(button.get("id")) and button.get("request") is True)
