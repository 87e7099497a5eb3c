"""What the interfaces of the robot do: messages to people and groups, recalls, files, and the address of a session.
Called under the platform's lock.

Sources: open.dingtalk.com/document/development/chatbots-send-one-on-one-chat-messages-in-batches,
the-robot-sends-a-group-message, robot-message-type, batch-message-recall-chat,
download-the-file-content-of-the-robot-receiving-message. Where the documents only say `invalidParameter.…`, a word
behind it was chosen: an app must treat all of them alike.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.sandbox.chats import Kind, Message
from bot.sandbox.dingtalk.card_rules import JSON
from bot.sandbox.dingtalk.refusal import Refusal
from bot.sandbox.sending import Done

if TYPE_CHECKING:
    from bot.sandbox.dingtalk.platform import DingTalk

MOST_PEOPLE = 20
PARAM_BYTES = 15_000
WEBHOOK_BYTES = 20_000
RECALL_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(milliseconds=5_400_133)
FILE_TYPES = ("xlsx", "pdf", "zip", "rar", "doc", "docx")

# msgKey -> what its msgParam must have. All are texts.
KEYS: Mapping[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("text", "title", "picUrl", "messageUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    **{
        f"sampleActionCard{n}": ("title", "text", *(f"action{w}{i}" for i in range(1, n + 1) for w in ("Title", "URL")))
        for n in range(2, 6)
    },
    "sampleActionCard6": ("title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
    "sampleAudio": ("mediaId", "duration"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
    "sampleVideo": ("duration", "videoMediaId", "videoType", "picMediaId"),
}
_BUTTON = re.compile(r"(?:action|button)Title([0-9])")


@dataclass(frozen=True, slots=True)
class Session:
    """A chat that may be answered by its address until `expires`. `chat` is the key of the chat."""

    chat: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class _Content:
    kind: Kind
    text: str = ""
    media_id: str = ""
    card: JSON | None = None


def send_to_people(ding: "DingTalk", body: JSON) -> Done:
    """robot/oToMessages/batchSend: who is not reached is named within the 200.

    Raises:
        Refusal: with DingTalk's code.
    """
    _own_robot(ding, body)
    people = body.get("userIds")
    if not isinstance(people, list) or not people or not all(isinstance(each, str) for each in people):
        raise Refusal("miss.param", "userIds is missing")
    if len(people) > MOST_PEOPLE:
        raise Refusal("invalidParameter.userIds.tooMany", f"at most {MOST_PEOPLE} userIds")
    content = _content(ding, body)
    key, found = secrets.token_urlsafe(24), [ding.member(userid) for userid in people]
    invalid = [given for given, member in zip(people, found, strict=True) if member is None or not member.visible]
    slowed = [userid for userid in people if userid in ding.throttled and userid not in invalid]
    reached = [userid for userid in people if userid not in invalid and userid not in slowed]
    messages = tuple(_add(ding, userid, content, key) for userid in reached)
    answer = {"processQueryKey": key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": slowed}
    return Done(answer, messages, (*invalid, *slowed), msgid=key)


def send_to_group(ding: "DingTalk", body: JSON) -> Done:
    """robot/groupMessages/send.

    Raises:
        Refusal: with DingTalk's code.
    """
    _own_robot(ding, body)
    group = ding.groups.get(str(body.get("openConversationId") or ""))
    if group is None:
        raise Refusal("invalidParameter.openConversationId.invalid", "no such group")
    if not group.alive:
        raise Refusal("group.disbanded", "the group is no more")
    content = _content(ding, body)
    key = secrets.token_urlsafe(24)
    return Done({"processQueryKey": key}, (_add(ding, ding.chat_of_group(group.id), content, key),), msgid=key)


def recall(ding: "DingTalk", body: JSON, group: str | None = None) -> Done:
    """robot/otoMessages/batchRecall and robot/groupMessages/recall: what is no longer recalled is named in the 200.

    Raises:
        Refusal: with DingTalk's code.
    """
    _own_robot(ding, body)
    keys = body.get("processQueryKeys")
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_PEOPLE:
        raise Refusal("invalidParameter.processQueryKeys.invalid", "1 to 20 processQueryKeys")
    done, failed = [], {}
    for key in map(str, keys):
        sent = ding.chats.sent_as(key)
        own = [each for each in sent if group is None or each.userid == ding.chat_of_group(group)]
        if not own or (group is None and ding.clock() - own[0].at >= RECALL_LIFE):
            failed[key] = "it cannot be recalled"
            continue
        done.append(key)
        for message in own:
            ding.chats.recall(message.id)
    return Done({"successResult": done, "failedResult": failed})


def file_address(ding: "DingTalk", body: JSON) -> Done:
    """robot/messageFiles/download: where what a person sent lies for a while.

    Raises:
        Refusal: `invalidParameter.robotCode.downloadCode` for a wrong code, a wrong robot, or one that has expired.
    """
    code = body.get("downloadCode")
    found = ding.sent_files.get(code, ding.clock()) if isinstance(code, str) else None
    if found is None or body.get("robotCode") != ding.robot_code:
        raise Refusal("invalidParameter.robotCode.downloadCode", "no such file")
    address = ding.addresses.put(found.data, found.mime, found.name, ding.clock())
    return Done({"downloadUrl": f"{ding.base_url}/dingtalk-files/{address}"})


def answer_session(ding: "DingTalk", key: str, raw: bytes) -> Done:
    """POST of a sessionWebhook: a message into the chat that it came from.

    Raises:
        Refusal: 300001 for one that is over (within a 200), 460101 for too much, 40035 for what is no message.
    """
    if len(raw) > WEBHOOK_BYTES:
        raise Refusal(460101, "message too long, exceed 20000 bytes")
    session = ding.sessions.get(key)
    if session is None or ding.clock() >= session.expires:
        raise Refusal(300001, "session 不存在")
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    messages = say(ding, session.chat, body)
    if not messages:
        raise Refusal(40035, "不合法的参数")
    return Done({"errcode": 0, "errmsg": "ok"}, messages)


def say(ding: "DingTalk", chat: str, body: Any) -> tuple[Message, ...]:
    """A message as a webhook takes it (`text`, `markdown`, `link`, `actionCard`), put into the chat; nothing if it is
    none (`{"msgtype":"empty"}`, too)."""
    try:
        content = _webhook(body["msgtype"], body[body["msgtype"]])
    except (ValueError, KeyError, TypeError):
        return ()
    return (_add(ding, chat, content, ""),)


def _webhook(kind: str, found: JSON) -> _Content:
    match kind:
        case "text":
            return _Content("text", _full(found["content"]))
        case "markdown":
            _full(found["title"])
            return _Content("markdown", _full(found["text"]))
        case "link":
            return _page(found["title"], found["text"], [("打开", found["messageUrl"])])
        case "actionCard" if "btns" in found:
            links = [(each["title"], each["actionURL"]) for each in found["btns"]]
            return _page(found["title"], found["text"], links)
        case "actionCard":
            return _page(found["title"], found["text"], [(found["singleTitle"], found["singleURL"])])
    raise ValueError("no such msgtype")


def _own_robot(ding: "DingTalk", body: JSON) -> None:
    if body.get("robotCode") != ding.robot_code:
        raise Refusal("robot.oto.notExist", "the app has no robot of this code")


def _content(ding: "DingTalk", body: JSON) -> _Content:
    key, raw = body.get("msgKey"), body.get("msgParam")
    if not isinstance(key, str) or key not in KEYS:
        raise Refusal("invalidParameter.msgKey.invalid", "no such msgKey")
    if not isinstance(raw, str):
        raise Refusal("invalidParameter.msgParam.invalid", "msgParam is JSON in a string")
    if len(raw.encode()) > PARAM_BYTES:
        raise Refusal("invalidParameter.msgParam.tooLong", "msgParam is too long")
    try:
        param = json.loads(raw)
    except ValueError:
        param = None
    if not isinstance(param, Mapping) or any(not isinstance(param.get(each), str | int) for each in KEYS[key]):
        raise Refusal("invalidParameter.msgParam.invalid", f"msgParam lacks one of {', '.join(KEYS[key])}")
    try:
        return _read(ding, key, {name: str(value) for name, value in param.items()})
    except ValueError as error:
        raise Refusal("invalidParameter.msgParam.invalid", "an empty text") from error


def _read(ding: "DingTalk", key: str, param: Mapping[str, str]) -> _Content:
    match key:
        case "sampleText":
            return _Content("text", _full(param["content"]))
        case "sampleMarkdown":
            return _Content("markdown", _full(param["text"]))
        case "sampleImageMsg" if param["photoURL"].startswith(("http://", "https://")):
            return _Content("image", param["photoURL"])
        case "sampleImageMsg":
            return _Content("image", media_id=_medium(ding, param["photoURL"]))
        case "sampleFile":
            if param["fileType"] not in FILE_TYPES:
                raise Refusal("invalidParameter.fileType.invalid", "no such fileType")
            return _Content("file", param["fileName"], _medium(ding, param["mediaId"]))
        case "sampleAudio":
            return _Content("voice", media_id=_medium(ding, param["mediaId"]))
        case "sampleVideo":
            _medium(ding, param["picMediaId"])
            return _Content("video", media_id=_medium(ding, param["videoMediaId"]))
        case "sampleLink":
            return _page(param["title"], param["text"], [("打开", param["messageUrl"])])
        case "sampleActionCard":
            return _page(param["title"], param["text"], [(param["singleTitle"], param["singleURL"])])
    numbers = [found[1] for name in param if (found := _BUTTON.fullmatch(name))]
    word, url = ("button", "Url") if key == "sampleActionCard6" else ("action", "URL")
    links = [(param[f"{word}Title{n}"], param[f"{word}{url}{n}"]) for n in numbers]
    return _page(param["title"], param["text"], links)


def _page(title: str, text: str, links: list[tuple[str, str]]) -> _Content:
    """A card of the robot's: its buttons open pages only."""
    buttons = [{"text": _full(word), "url": _full(url)} for word, url in links]
    card: dict[str, Any] = {"title": _full(title), "body": _full(text), "buttons": buttons, "blank": False}
    return _Content("card", card=card)


def _medium(ding: "DingTalk", media_id: str) -> str:
    if ding.media.get(media_id, ding.clock()) is None:
        raise Refusal("invalidParameter.mediaId.invalid", "no such media")
    return media_id


def _full(text: object) -> str:
    """A text that is one.

    Raises:
        ValueError: it is none, or empty.
    """
    if not isinstance(text, str) or not text:
        raise ValueError("no text")
    return text


def _add(ding: "DingTalk", chat: str, content: _Content, key: str) -> Message:
    return ding.chats.add(
        chat, content.kind, ding.clock(), from_bot=True, text=content.text, card=content.card,
        media_id=content.media_id, msgid=key,
    )  # fmt: skip
