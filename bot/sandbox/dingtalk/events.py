"""What DingTalk tells the app: the bodies of messages and of taps, the same over HTTP and in a Stream frame.

Sources: open.dingtalk.com/document/development/robot-message-type, receive-message (messages), event-callback-card,
message-card-sending-and-updating, form-variables (taps).
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox.chats import Message
from bot.sandbox.dingtalk.card_rules import JSON
from bot.sandbox.dingtalk.robots import SESSION_LIFE, Session
from bot.sandbox.events import NotOnCard
from bot.sandbox.members import Member

if TYPE_CHECKING:
    from bot.sandbox.dingtalk.cards import CardInstance
    from bot.sandbox.dingtalk.platform import DingTalk, Group

MESSAGES = "/v1.0/im/bot/messages/get"
TAPS = "/v1.0/card/instances/callback"
OUT_OF_MESSAGES = 20001
_LISTS = frozenset({"MULTI_SELECT", "MULTI_CHECKBOX_GROUP"})
_CHOICES = _LISTS | {"SELECT", "CHECKBOX_GROUP"}

TapForm = Literal["both", "content", "value", "beside", "object"]
"""How a tap comes, in which DingTalk's documents differ: with `content` and `value`, with one of them, with `params`
beside `cardPrivateData` (in `value`), or with `content` as an object in place of a string."""


def milliseconds(at: datetime) -> int:
    """A moment as DingTalk writes it."""
    return round(at.timestamp() * 1000)


def union_id(userid: str) -> str:
    """The unionId of a person of the sandbox."""
    return f"uni{_hash(userid)[:20]}"


def message(ding: "DingTalk", member: Member, group: "Group | None", msgtype: str, **content: Any) -> dict[str, Any]:
    """A message to the robot, from a person's chat with it or from a group."""
    now = ding.clock()
    conversation = group.id if group else _id(f"single {ding.robot_code} {member.userid}")
    session = secrets.token_urlsafe(24)
    expires = now + SESSION_LIFE
    ding.sessions[session] = Session(ding.chat_of_group(group.id) if group else member.userid, expires)
    body: dict[str, Any] = {
        "msgtype": msgtype,
        "msgId": f"msg{base64.b64encode(secrets.token_bytes(16)).decode()}",
        "createAt": milliseconds(now),
        "conversationType": "2" if group else "1",
        "conversationId": conversation,
        "senderStaffId": member.userid,
        "senderNick": member.name,
        "senderCorpId": ding.corp_id,
        "senderUnionId": union_id(member.userid),
        "senderId": f"$:LWCP_v1:${_hash(member.userid)[:24]}",
        "senderPlatform": "Android",
        "isAdmin": False,
        "chatbotUserId": f"$:LWCP_v1:${_hash(ding.robot_code)[:24]}",
        "chatbotCorpId": ding.corp_id,
        "robotCode": ding.robot_code,
        "sessionWebhook": f"{ding.base_url}/robot/sendBySession?session={session}",
        "sessionWebhookExpiredTime": milliseconds(expires),
    }
    if group:
        body |= {
            "conversationTitle": group.title,
            "isInAtList": True,
            "atUsers": [{"dingtalkId": body["chatbotUserId"]}],
        }
    return body | ({"text": content} if msgtype == "text" else {"content": content})


def without_words(ding: "DingTalk", whole: JSON) -> dict[str, Any]:
    """The message once the month's messages are used up."""
    kept = {name: value for name, value in whole.items() if name not in ("text", "content", "msgtype")}
    number: int | str = OUT_OF_MESSAGES if ding.numbers_are_numbers else str(OUT_OF_MESSAGES)
    return kept | {"errorCode": number, "errorMessage": "受调用量超量影响，消息内容不予展示"}


def tap(
    ding: "DingTalk",
    card: "CardInstance",
    message_: Message,
    userid: str,
    key: str,
    ticked: Mapping[str, Iterable[str]],
) -> dict[str, Any]:
    """A tap on the button with the id `key`, of the card as it is or as it was (a screen may be older than the card);
    `ticked` are the values of a form's fields (own templates only).

    Raises:
        NotOnCard: no such button, or nothing of the kind to tick.
    """
    looks = [card.view(userid), *reversed(message_.past)]
    button = next((each for shown in looks for each in shown["buttons"] if each.get("id") == key), None)
    if button is None or not button.get("request"):
        raise NotOnCard(f"message {message_.id} has no button {key[:40]!r} that calls back")
    params: dict[str, Any] = {"id": key} if card.template.kind == "parts" else {"action": key}
    if ticked:
        params["form"] = _form(card, userid, ticked)
    space = next(space for space, message_id in card.messages if message_id == message_.id)
    group = space.kind == "IM_GROUP"
    whole: dict[str, Any] = {
        "type": "actionCallback",
        "outTrackId": card.track_id,
        "corpId": ding.corp_id,
        "userId": userid,
        "userIdType": 1,
        "spaceType": "IM",
        "spaceId": space.id if group else _id(f"single {ding.robot_code} {userid}"),
        "extension": "{}",
    }
    return whole | _said(ding.tap_form, params)


def _said(form: TapForm, params: Mapping[str, Any]) -> dict[str, Any]:
    private: dict[str, Any] = {"cardPrivateData": {"actionIds": ["node_9"], "params": params}}
    text = json.dumps(private, ensure_ascii=False)
    match form:
        case "content":
            return {"content": text}
        case "value":
            return {"value": text}
        case "object":
            return {"content": private, "extension": ""}
        case "beside":
            beside = {"cardPrivateData": {"actionIds": ["node_9"]}, "params": params}
            return {"value": json.dumps(beside, ensure_ascii=False)}
    return {"content": text, "value": text}


def _form(card: "CardInstance", userid: str, ticked: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    try:
        fields = {field["name"]: field for field in json.loads(card.view(userid)["variables"]["form"])["fields"]}
    except (KeyError, TypeError, ValueError) as error:
        raise NotOnCard("the card has no form") from error
    return {name: _filled(fields.get(name), list(values)) for name, values in ticked.items()}


def _filled(field: JSON | None, values: list[str]) -> Any:
    if field is None:
        raise NotOnCard("the form has no such field")
    if field["type"] not in _CHOICES:
        return values[0] if values else ""
    options = [option["value"] for option in field.get("options", ())]
    if any(value not in options for value in values):
        raise NotOnCard("the field has no such option")
    if field["type"] in _LISTS:
        return {"index": [options.index(value) for value in values], "value": values}
    return {"index": options.index(values[0]), "value": values[0]} if values else None


def _id(of: str) -> str:
    return f"cid{base64.b64encode(hashlib.sha256(of.encode()).digest()[:16]).decode()}"


def _hash(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()
