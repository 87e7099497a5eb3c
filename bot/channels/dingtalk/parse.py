"""What DingTalk sends becomes an `Inbound`: the messages of the robot (open.dingtalk.com/document/development/
robot-message-type, receive-message) and the taps on cards (event-callback-card). The same JSON comes over HTTP and as
the data of a Stream frame. Total: whatever is inside, one value comes out, and nothing here reads a clock, a database
or a setting.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from bot.channels.dingtalk.parts import texts_and_pictures
from bot.channels.dingtalk.taps import Tapped, read_tap
from bot.channels.dingtalk.values import (
    Malformed,
    code_of,
    name_of,
    object_in,
    optional,
    plain,
    text_in,
    user_of,
    written,
)
from bot.inbound import Envelope, Ignored, Inbound, InGroup, Mixed, QuotaGone, Sent, Tap, Text
from core.json_objects import NoObject, read_object
from core.leads.filetypes import MediumKind
from core.privacy import digest
from core.store.sessions import Session

CHANNEL = "dingtalk"
MAX_DEPTH = 10
NOT_UNDERSTOOD = "unknownMsgType"
_QUOTA_GONE = "20001"
_SINGLE_CHAT, _GROUP = "1", "2"
_TITLE_CHARS = 50
_KEY_CHARS = 100  # of an inbox key
_MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,128}")
_ADDRESS = re.compile(r"https?://[\x21-\x7e]{1,2000}")
_MILLISECONDS = re.compile(r"[0-9]{1,14}")
_EPOCH = datetime.fromtimestamp(0, UTC)

# What tells two messages apart that have no msgId. Not sessionWebhook and when it ends: a repetition may have another.
_IDENTITY = ("msgtype", "createAt", "conversationId", "senderId", "senderStaffId", "text", "content", "errorCode")


@dataclass(frozen=True, slots=True)
class Event:
    """One event: what it says, whether it is a message to the robot or a tap on a card, and for which robot and which
    organisation it is (None where it does not say so)."""

    inbound: Inbound
    of: Literal["message", "tap"]
    robot: str | None = None
    corp: str | None = None


def parse_event(raw: bytes, mark: str = "") -> Inbound:
    """The event in `raw`, see `read_event`. What is no event at all is `Ignored(kind="malformed")`."""
    found = read_event(raw, mark)
    return found.inbound if found is not None else Ignored(_nobodys(raw), "malformed")


def read_event(raw: bytes, mark: str = "") -> Event | None:
    """The event in `raw`; None if that is no JSON object, or one with brackets more than `MAX_DEPTH` deep. Content that
    is not as documented becomes `Ignored(kind="malformed")`, anything we do not act upon `Ignored` with its kind.

    `mark` tells two taps of one button apart, in which nothing else does: DingTalk gives a tap neither an id nor a
    time. It is the same for each repetition of one callback (a Stream frame's messageId, the signed timestamp of a
    request), and stands in the tap's key.
    """
    try:
        found = read_object(raw, MAX_DEPTH)
    except NoObject:
        return None
    of: Literal["message", "tap"] = "tap" if "outTrackId" in found else "message"
    robot, corp = optional(found, "robotCode"), optional(found, "corpId" if of == "tap" else "chatbotCorpId")
    try:
        inbound = _tap(read_tap(found), mark) if of == "tap" else _message(found, robot or "")
    except Malformed:
        inbound = Ignored(_nobodys(raw), "malformed")
    return Event(inbound, of, robot, corp)


def _nobodys(raw: bytes) -> Envelope:
    return Envelope(CHANNEL, f"{CHANNEL}:x:{digest(raw)}", "", _EPOCH)


def _from(user: str, key: str, at: datetime) -> Envelope:
    return Envelope(CHANNEL, key, user.casefold(), at, user)


def _tap(tapped: Tapped, mark: str) -> Inbound:
    """A tap says nothing of its time: its envelope has that of long ago, with which nobody takes it for a fresh one if
    it is unclear when it was received."""
    parts = [mark, tapped.card, tapped.user.casefold(), tapped.token]
    for question, options in sorted(tapped.selected.items()):
        parts += [question, str(len(options)), *options]
    envelope = _from(tapped.user, f"{CHANNEL}:t:{digest(*parts)}", _EPOCH)
    if not tapped.user:
        return Ignored(envelope, "outsider")
    return Tap(envelope, tapped.token, tapped.card, tapped.selected)


def _message(found: Mapping[str, Any], robot: str) -> Inbound:
    """What an employee says to the robot, alone or in a group. Who has no staff id is from outside: all of those would
    be one person."""
    sender = user_of(found.get("senderStaffId"))
    if code_of(found.get("errorCode")) == _QUOTA_GONE and not {"text", "content"} & set(found):
        at = _at(found["createAt"]) if "createAt" in found else _EPOCH
        alone = code_of(found.get("conversationType")) == _SINGLE_CHAT
        return QuotaGone(_from(sender if alone else "", _key(found, robot), at))
    at = _at(found.get("createAt"))
    kind_of_chat = code_of(found.get("conversationType"))
    session = _session(found) if kind_of_chat == _SINGLE_CHAT else None
    envelope = replace(_from(sender, _key(found, robot), at), session=session)
    if kind_of_chat not in (_SINGLE_CHAT, _GROUP):
        return Ignored(envelope, "group")
    home, own = optional(found, "senderCorpId"), optional(found, "chatbotCorpId")
    if not sender or (home and own and home != own):
        return Ignored(Envelope(CHANNEL, envelope.key, "", at), "outsider")
    return _in_group(envelope, found) if kind_of_chat == _GROUP else _said(envelope, found)


def _in_group(envelope: Envelope, found: Mapping[str, Any]) -> Inbound:
    """Of what is typed in a group nothing is carried out: it may be anything, and is never malformed."""
    text = found.get("text")
    words = text.get("content") if found.get("msgtype") == "text" and isinstance(text, dict) else None
    title = optional(found, "conversationTitle") or ""
    return InGroup(
        envelope,
        plain(found.get("conversationId")),
        written(title)[:_TITLE_CHARS],
        written(words) if isinstance(words, str) else "",
        _session(found),
    )


def _session(found: Mapping[str, Any]) -> Session | None:
    """Where the message may be answered, and until when: it says both, or there is none."""
    url, until = found.get("sessionWebhook"), code_of(found.get("sessionWebhookExpiredTime"))
    if not isinstance(url, str) or not _ADDRESS.fullmatch(url) or not _MILLISECONDS.fullmatch(until):
        return None
    return Session(url, datetime.fromtimestamp(int(until) / 1000, UTC))


def _said(envelope: Envelope, found: Mapping[str, Any]) -> Inbound:
    content = object_in(found.get("content"))
    match found.get("msgtype"):
        case "text":
            return Text(envelope, text_in(_needed_object(found, "text"), "content"))
        case "picture":
            return Sent(envelope, _download_code(content), MediumKind.PICTURE)
        case "richText":
            return _rich(envelope, content)
        case "audio":
            return _spoken(envelope, content)
        case "video":
            return Sent(envelope, _download_code(content), MediumKind.VIDEO)
        case "file":
            return Sent(envelope, _download_code(content), MediumKind.FILE)
        case _:
            return Ignored(envelope, NOT_UNDERSTOOD)


def _spoken(envelope: Envelope, content: Mapping[str, Any]) -> Inbound:
    """What was said, as DingTalk has written it down; if it understood nothing, the voice itself."""
    words = text_in(content, "recognition") if "recognition" in content else ""
    return Text(envelope, words) if words.strip() else Sent(envelope, _download_code(content), MediumKind.VOICE)


def _rich(envelope: Envelope, content: Mapping[str, Any]) -> Inbound:
    found = texts_and_pictures(content.get("richText"))
    if found is None:
        return Ignored(envelope, NOT_UNDERSTOOD)
    words, codes = found
    sent = tuple(Sent(envelope, plain(code), MediumKind.PICTURE) for code in codes)
    if not sent:
        return Text(envelope, words) if words.strip() else Ignored(envelope, NOT_UNDERSTOOD)
    if len(sent) == 1 and not words.strip():
        return sent[0]
    return Mixed(envelope, sent, words)


def _download_code(content: Mapping[str, Any]) -> str:
    return plain(content.get("downloadCode") or content.get("pictureDownloadCode"))


def _needed_object(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(found.get(name), dict):
        raise Malformed(name)
    return object_in(found[name])


def _key(found: Mapping[str, Any], robot: str) -> str:
    """One msgId comes to every robot that was named in a group, so the robot stands in the key beside it."""
    message_id = found.get("msgId")
    if isinstance(message_id, str) and _MESSAGE_ID.fullmatch(message_id):
        key = f"{CHANNEL}:m:{name_of(robot)}:{message_id}"
        return key if len(key) <= _KEY_CHARS else f"{CHANNEL}:m:{digest(robot, message_id)}"
    return f"{CHANNEL}:e:{digest(robot, *(repr(found.get(name)) for name in _IDENTITY))}"


def _at(value: object) -> datetime:
    """When it was written, from milliseconds since 1970."""
    text = code_of(value)
    if not _MILLISECONDS.fullmatch(text):
        raise Malformed("createAt")
    return datetime.fromtimestamp(int(text) / 1000, UTC)
