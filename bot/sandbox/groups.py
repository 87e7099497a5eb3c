"""Group chats on the fake platform: those that the app made (appchat), and those in which a robot is (webhook).

Nobody writes in them here: what people say in a group reaches no app. Called under the platform's lock.
"""

import base64
import binascii
import hashlib
import re
import secrets
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.sandbox.chats import Message
from bot.sandbox.refusal import Refusal
from bot.sandbox.sending import Done, cut

if TYPE_CHECKING:
    from bot.sandbox.platform import Platform

ROBOT_PER_MINUTE = 20
ROBOT_PICTURE_BYTES = 2 * 1024 * 1024
PEOPLE_PER_MINUTE = 20_000  # messages to chats of the app, by message and member
_CHAT_ID = re.compile(r"[0-9A-Za-z]{1,32}")
_NAME_CHARS, _MEMBERS = 50, range(2, 2001)
_IMAGES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot in a group: its key, and what became of it."""

    key: str
    name: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class GroupChat:
    """A group. `ours`: the app made it. `said` is where its messages stand in `Chats`."""

    id: str
    name: str
    owner: str
    members: tuple[str, ...]
    ours: bool = True
    robot: Robot | None = None

    @property
    def said(self) -> str:
        """The key of its messages: no user id has a colon."""
        return f"group:{self.id}"


@dataclass(slots=True)
class GroupChats:
    """All groups of the company, and what was sent to them lately."""

    platform: "Platform"
    _chats: dict[str, GroupChat] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _robot_sent: dict[str, deque[datetime]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=ROBOT_PER_MINUTE))
    )
    _people_sent: deque[tuple[datetime, int]] = field(default_factory=deque)

    # What people do in the client

    def begin(self, name: str, owner: str, members: tuple[str, ...], robot_key: str = "") -> GroupChat:
        """Somebody makes a group, and with `robot_key` adds a robot to it, which is called 驼铃."""
        robot = Robot(robot_key, self.platform.app_name) if robot_key else None
        chat = GroupChat(secrets.token_hex(8), name, owner, members, ours=False, robot=robot)
        return self._put(chat)

    def dissolve(self, chat_id: str) -> None:
        """The owner dissolves the group."""
        self._chats.pop(chat_id)

    def disable_robot(self, chat_id: str) -> None:
        """Somebody switches the robot off."""
        chat = self._chats[chat_id]
        if chat.robot is not None:
            self._put(replace(chat, robot=replace(chat.robot, disabled=True)))

    def of(self, userid: str) -> tuple[GroupChat, ...]:
        """The groups in which this member is, in the order they were made."""
        folded = userid.casefold()
        return tuple(chat for chat in self._chats.values() if folded in {each.casefold() for each in chat.members})

    def all(self) -> tuple[GroupChat, ...]:
        """All groups."""
        return tuple(self._chats.values())

    def messages(self, chat_id: str, after: int = 0) -> tuple[Message, ...]:
        """What stands in the group."""
        return self.platform.chats.of(self._chats[chat_id].said, after)

    # What apps and robots do

    def create(self, payload: Payload) -> Done:
        """appchat/create."""
        chat_id, name, owner = (str(payload.get(key) or "") for key in ("chatid", "name", "owner"))
        members = self._members(payload.get("userlist"))
        if chat_id and not _CHAT_ID.fullmatch(chat_id):
            raise Refusal(86001, "invalid chatid")
        if chat_id in self._used:
            raise Refusal(86215, "chatid exists")
        if not 0 < len(name) <= _NAME_CHARS:
            raise Refusal(86004, "invalid chat name")
        if len(members) not in _MEMBERS:
            raise Refusal(86006, "invalid member count")
        if owner.casefold() not in {each.casefold() for each in members}:
            raise Refusal(86207, "owner not in userlist")
        chat = self._put(GroupChat(chat_id or secrets.token_hex(8), name, owner, members))
        return Done({"errcode": 0, "errmsg": "ok", "chatid": chat.id})

    def read(self, chat_id: str) -> Done:
        """appchat/get."""
        chat = self._own(chat_id)
        info = {"chatid": chat.id, "name": chat.name, "owner": chat.owner, "userlist": list(chat.members)}
        return Done({"errcode": 0, "errmsg": "ok", "chat_info": info})

    def update(self, payload: Payload) -> Done:
        """appchat/update."""
        chat = self._own(str(payload.get("chatid") or ""))
        gone = {str(each).casefold() for each in payload.get("del_user_list") or ()}
        new = self._members(payload.get("add_user_list") or ())
        members = tuple(each for each in chat.members if each.casefold() not in gone)
        members = tuple(dict.fromkeys((*members, *new)))
        if len(members) not in _MEMBERS:
            raise Refusal(86006, "invalid member count")
        name, owner = str(payload.get("name") or chat.name), str(payload.get("owner") or chat.owner)
        if not len(name) <= _NAME_CHARS:
            raise Refusal(86004, "invalid chat name")
        if owner.casefold() not in {each.casefold() for each in members}:
            raise Refusal(86207, "owner not in userlist")
        self._put(replace(chat, name=name, owner=owner, members=members))
        return Done({"errcode": 0, "errmsg": "ok"})

    def send(self, payload: Payload) -> Done:
        """appchat/send: nothing is known again, so what comes twice stands there twice."""
        chat = self._own(str(payload.get("chatid") or ""))
        kind, content, body = _content(payload)
        self._count_people(len(chat.members))
        media_id = str(body.get("media_id") or "")
        if kind == "image" and self.platform.media.get(media_id, self.platform.clock()) is None:
            raise Refusal(40007, "invalid media_id")
        return self._said(chat, kind, content, media_id)

    def push(self, key: str, payload: Payload) -> Done:
        """webhook/send: by a robot."""
        chat = next((each for each in self._chats.values() if each.robot is not None and each.robot.key == key), None)
        if chat is None or chat.robot is None:
            raise Refusal(93000, "invalid webhook url")
        if chat.robot.disabled:
            raise Refusal(93004, "robot is disabled")
        now, sent = self.platform.clock(), self._robot_sent[key]
        if len(sent) == ROBOT_PER_MINUTE and now - sent[0] < timedelta(minutes=1):
            raise Refusal(45009, "api freq out of limit")
        kind, content, body = _content(payload)
        media_id = self._picture(body) if kind == "image" else ""
        sent.append(now)
        return self._said(chat, kind, content, media_id)

    def _picture(self, body: Payload) -> str:
        try:
            data = base64.b64decode(str(body.get("base64", "")), validate=True)
        except (binascii.Error, ValueError):
            raise Refusal(40008, "invalid base64") from None
        mime = next((mime for mark, mime in _IMAGES.items() if data.startswith(mark)), "")
        if not mime or len(data) > ROBOT_PICTURE_BYTES:
            raise Refusal(40009, "invalid image size or type")
        if hashlib.md5(data, usedforsecurity=False).hexdigest() != body.get("md5"):
            raise Refusal(40035, "md5 does not match")
        return self.platform.media.put(data, mime, "robot.png", self.platform.clock())

    def _count_people(self, members: int) -> None:
        now = self.platform.clock()
        while self._people_sent and now - self._people_sent[0][0] >= timedelta(minutes=1):
            self._people_sent.popleft()
        if sum(count for _, count in self._people_sent) + members > PEOPLE_PER_MINUTE:
            raise Refusal(45009, "api freq out of limit")
        self._people_sent.append((now, members))

    def _said(self, chat: GroupChat, kind: str, text: str, media_id: str) -> Done:
        now = self.platform.clock()
        message = self.platform.chats.add(
            chat.said,
            kind,  # type: ignore[arg-type]
            now,
            from_bot=True,
            text=cut(text),
            media_id=media_id,
        )
        return Done({"errcode": 0, "errmsg": "ok"}, (message,))

    def _own(self, chat_id: str) -> GroupChat:
        chat = self._chats.get(chat_id)
        if chat is None or not chat.ours:
            raise Refusal(86008 if chat is not None or chat_id in self._used else 86003, "no such chat of this app")
        return chat

    def _members(self, listed: Any) -> tuple[str, ...]:
        wanted = [str(each) for each in listed] if isinstance(listed, list | tuple) else []
        found = [self.platform.member(each) for each in wanted]
        if not all(found):
            raise Refusal(86007, "invalid member")
        return tuple(dict.fromkeys(member.userid for member in found if member is not None))

    def _put(self, chat: GroupChat) -> GroupChat:
        self._chats[chat.id] = chat
        self._used.add(chat.id)
        return chat


def _content(payload: Payload) -> tuple[str, str, Payload]:
    """What is to be sent: of which kind, its text (empty for a picture), and the whole of it."""
    kind = str(payload.get("msgtype"))
    body = payload.get(kind)
    if kind not in ("text", "markdown", "image") or not isinstance(body, Mapping):
        raise Refusal(40008, "invalid msgtype")
    content = str(body.get("content") or "")
    if kind != "image" and not content:
        raise Refusal(44004, "empty content")
    return kind, content, body
