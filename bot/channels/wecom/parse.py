"""A decrypted WeCom event becomes an `Inbound`: the fields of developer.work.weixin.qq.com/document/path/90239 and
90240. Total: whatever is inside, one value comes out, and nothing here reads a clock, a database or a setting.
"""

import math
import re
from datetime import UTC, datetime

from bot.channels.wecom.markup import Malformed, Node, fields, read
from bot.inbound import (
    ContactChange,
    ContactDeed,
    Envelope,
    Ignored,
    Inbound,
    Lifecycle,
    OrganisationChanged,
    Place,
    Sent,
    Tap,
    Text,
)
from core.leads.filetypes import MediumKind
from core.people.rows import account_of, is_account
from core.privacy import digest, tidy

CHANNEL = "wecom"
MAX_DEPTH = 10
CODE_SECONDS = 72 * 3600  # so long a code changes a card, that of sending and that of a tap
_EPOCH = datetime.fromtimestamp(0, UTC)
_SYSTEM = "sys"  # FromUserName of events that no member caused
_SENDER_CHARS = 128  # a user id has at most 64; one of a linked company is CorpId/userid
_SECONDS = re.compile(r"[0-9]{1,10}")
_MESSAGE_ID = re.compile(r"[0-9]{1,20}")
_KIND = re.compile(r"[0-9A-Za-z_]{1,64}")

# `file` is not among the documented messages of an app; where one comes all the same with a MediaId, it is taken.
_SENT = {
    "image": MediumKind.PICTURE,
    "voice": MediumKind.VOICE,
    "video": MediumKind.VIDEO,
    "shortvideo": MediumKind.VIDEO,
    "file": MediumKind.FILE,
}
_ALWAYS_GIVEN = frozenset({"image", "voice", "video"})
_MEDIA_ID = re.compile(r"[\x21-\x7e]{1,512}")

_LIFECYCLE = {"subscribe": "joined", "unsubscribe": "left", "enter_agent": "opened", "click": "menu"}
# By their ChangeType. A customer who added a member without being asked back yet (half) is one already. transfer_fail
# tells of hand-overs that are made in WeCom's console: nothing here was to follow from them.
_CONTACT: dict[str, ContactDeed] = {
    "add_external_contact": "added",
    "add_half_external_contact": "added",
    "edit_external_contact": "changed",
    "del_external_contact": "removed",
    "del_follow_user": "left",
}
_STATE_CHARS = 64  # WeCom lets 30 through; what is longer was made up
_MEMBER_CHANGES = {"create_user", "update_user", "delete_user"}
_PARTY_CHANGES = {"create_party", "update_party", "delete_party"}
_KEPT = ("NewUserID", "Name", "Department", "MainDepartment", "IsLeaderInDept", "DirectLeader", "ParentId")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_TAPS = {"template_card_event", "template_card_menu_event"}

# What tells two events apart that have no MsgId: FromUserName and CreateTime alone merge different events of one
# second. Never ResponseCode or WelcomeCode: whether a repetition carries the same one is not documented.
_IDENTITY = ("MsgType", "CreateTime", "Event", "ChangeType", "EventKey", "TaskId", "AgentID", "Content", "MediaId")
_SUBJECT = {
    *("UserID", "NewUserID", "ExternalUserID", "ChatId", "Id", "TagId", "JobId", "ThirdNo", "OpenSpStatus"),
    *("Latitude", "Longitude"),
}


def parse_event(raw: bytes) -> Inbound:
    """The event in `raw`, see `read_event`."""
    return read_event(raw)[0]


def read_event(raw: bytes) -> tuple[Inbound, str | None]:
    """The event in `raw`, and the AgentID inside it (None where there is none: contact events). Content that is not as
    documented becomes `Ignored(kind="malformed")`, anything we do not act upon `Ignored` with the name of its type."""
    agent = None
    try:
        root = read(raw, MAX_DEPTH)
        texts = fields(root)
        agent = texts.get("AgentID")
        return _inbound(root, texts), agent
    except Malformed:
        return Ignored(Envelope(CHANNEL, f"{CHANNEL}:x:{digest(raw)}", "", _EPOCH), "malformed"), agent


def _inbound(root: Node, texts: dict[str, str]) -> Inbound:
    kind = _needed(texts, "MsgType")
    sender = _needed(texts, "FromUserName").casefold()
    if len(sender) > _SENDER_CHARS:
        raise Malformed("sender")
    selected = _selected(root)
    envelope = Envelope(CHANNEL, _key(root, texts, sender, selected), "" if sender == _SYSTEM else sender, _at(texts))
    if kind == "text":
        return Text(envelope, texts.get("Content", ""))
    if kind in _SENT and (kind in _ALWAYS_GIVEN or texts.get("MediaId")):
        return Sent(envelope, _media_id(texts), _SENT[kind])
    if kind == "location":
        latitude, longitude = _degrees(texts, "Location_X", 90), _degrees(texts, "Location_Y", 180)
        return Place(envelope, latitude, longitude, texts.get("Label", ""))
    if kind != "event":
        return Ignored(envelope, _name(kind))
    return _event(envelope, texts, selected)


def _event(envelope: Envelope, texts: dict[str, str], selected: dict[str, tuple[str, ...]]) -> Inbound:
    event = _needed(texts, "Event")
    if event in _TAPS:
        code = texts.get("ResponseCode") or None
        return Tap(
            envelope, texts.get("EventKey", ""), texts.get("TaskId", ""), selected, code, CODE_SECONDS if code else 0
        )
    if event in _LIFECYCLE:
        return Lifecycle(envelope, _LIFECYCLE[event], texts.get("EventKey", ""))
    deed = _CONTACT.get(texts.get("ChangeType", "")) if event == "change_external_contact" else None
    if deed is not None:
        member, contact = _id(texts, "UserID").casefold(), _id(texts, "ExternalUserID")
        return ContactChange(envelope, deed, member, contact, tidy(texts.get("State", ""))[:_STATE_CHARS])
    if event == "change_contact" and not envelope.sender:
        return _organisation(envelope, texts)
    return Ignored(envelope, _name(event))


def _organisation(envelope: Envelope, texts: dict[str, str]) -> Inbound:
    """A change of the address book. Of what it says of a member only what has a place here is kept: no phone, no mail.
    Only the platform itself tells of such changes."""
    change = texts.get("ChangeType", "")
    carried = {name: texts[name] for name in _KEPT if texts.get(name)}
    if change in _PARTY_CHANGES:
        number = _needed(texts, "Id")
        if not _NUMBER.fullmatch(number):
            raise Malformed("Id")
        return OrganisationChanged(envelope, change, number, carried)
    if change in _MEMBER_CHANGES:
        return OrganisationChanged(envelope, change, _account(_needed(texts, "UserID")), _with_account(carried))
    return Ignored(envelope, "change_contact")


def _with_account(carried: dict[str, str]) -> dict[str, str]:
    return carried | ({"NewUserID": _account(carried["NewUserID"])} if "NewUserID" in carried else {})


def _account(text: str) -> str:
    account = account_of(text)
    if not account or not is_account(account):
        raise Malformed("UserID")
    return account


def _key(root: Node, texts: dict[str, str], sender: str, selected: dict[str, tuple[str, ...]]) -> str:
    agent = texts.get("AgentID", "")
    message_id = texts.get("MsgId", "")
    if _MESSAGE_ID.fullmatch(message_id) and int(message_id):
        return f"{CHANNEL}:m:{_name(agent)}:{message_id}"
    parts = [sender, *(texts.get(name, "") for name in _IDENTITY)]
    for question, options in selected.items():
        parts += [question, str(len(options)), *options]
    _subjects(root, parts)
    return f"{CHANNEL}:e:{digest(*parts)}"


def _subjects(node: Node, parts: list[str]) -> None:
    """Add the ids that name an event's subject, wherever they stand (a job's id is nested, a customer's is not)."""
    for child in node.children:
        if child.children:
            _subjects(child, parts)
        elif child.name in _SUBJECT:
            parts += [child.name, child.text]


def _selected(root: Node) -> dict[str, tuple[str, ...]]:
    items = root.one("SelectedItems")
    answers: dict[str, tuple[str, ...]] = {}
    for item in items.all("SelectedItem") if items else ():
        question, options = item.one("QuestionKey"), item.one("OptionIds")
        if question is None or question.text in answers:
            raise Malformed("SelectedItem")
        answers[question.text] = tuple(option.text for option in options.all("OptionId")) if options else ()
    return answers


def _needed(texts: dict[str, str], name: str) -> str:
    value = texts.get(name, "")
    if not value:
        raise Malformed(name)
    return value


def _id(texts: dict[str, str], name: str) -> str:
    value = _needed(texts, name)
    if len(value) > _SENDER_CHARS or not (value.isascii() and value.isprintable()):
        raise Malformed(name)
    return value


def _media_id(texts: dict[str, str]) -> str:
    found = _needed(texts, "MediaId")
    if not _MEDIA_ID.fullmatch(found):
        raise Malformed("MediaId")
    return found


def _at(texts: dict[str, str]) -> datetime:
    seconds = texts.get("CreateTime", "")
    if not _SECONDS.fullmatch(seconds):
        raise Malformed("CreateTime")
    return datetime.fromtimestamp(int(seconds), UTC)


def _degrees(texts: dict[str, str], name: str, limit: int) -> float:
    try:
        value = float(_needed(texts, name))
    except ValueError:
        raise Malformed(name) from None
    if not (math.isfinite(value) and abs(value) <= limit):
        raise Malformed(name)
    return value


def _name(text: str) -> str:
    """A type's or an app's name as it may stand in a log or a key; what is none is not repeated."""
    return text if _KIND.fullmatch(text) else "unknown"
