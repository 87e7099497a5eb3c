"""The fake DingTalk: one organisation, one app with its robot, its people, groups and chats. All state is in memory and
goes with the process.

The verbs of the human side (`say`, `tap` …) put what the person did into the chat and tell the app, by Stream or HTTP,
as the real platform would; they come back when the app has answered, or its time is over.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.sandbox.chats import Chats, Kind, Message
from bot.sandbox.credentials import Media, Tokens
from bot.sandbox.dingtalk import cards, events
from bot.sandbox.dingtalk.card_rules import JSON, SHARED, CardTemplate, Space
from bot.sandbox.dingtalk.cards import CardInstance
from bot.sandbox.dingtalk.carrying import Carrier
from bot.sandbox.dingtalk.events import TapForm
from bot.sandbox.dingtalk.gateway import Gateway
from bot.sandbox.dingtalk.limits import AS_DOCUMENTED, Limits, Quota
from bot.sandbox.dingtalk.lines import ACK_SECONDS
from bot.sandbox.dingtalk.posting import Attempt, Delivery, Postman, Route
from bot.sandbox.dingtalk.robots import Session
from bot.sandbox.directory import Directory
from bot.sandbox.events import NotOnCard
from bot.sandbox.faults import Faults
from bot.sandbox.journal import Entry, Journal
from bot.sandbox.members import Member
from bot.sandbox.platform import utc_now

TAP_SECONDS = 2.0
ADDRESS_LIFE = timedelta(minutes=30)
_IN_GROUPS = frozenset({"text", "picture", "richText"})


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the organisation's own in which the robot is. `id` is its openConversationId."""

    id: str
    title: str
    members: tuple[str, ...]
    alive: bool = True


class DingTalk:
    """One organisation on the fake platform. Safe for threads; nothing is pushed while the lock is held.

    `mode` says how messages come: by Stream, or posted to `robot_url`; how taps come, each card says itself.
    `base_url` is set by the server. `redelivery` see `Gateway`; `ack_seconds` and `tap_seconds` are how long the app
    may take over a message and a tap.
    """

    def __init__(
        self,
        *,
        client_id: str,
        secret: str,
        corp_id: str,
        members: Iterable[Member],
        robot_code: str = "",
        mode: Literal["stream", "http"] = "stream",
        robot_url: str = "",
        clock: Callable[[], datetime] = utc_now,
        company: str = "青城助贷",
        templates: Iterable[CardTemplate] = (),
        limits: Limits = AS_DOCUMENTED,
        redelivery: float | None = 60.0,
        ack_seconds: float = ACK_SECONDS,
        tap_seconds: float = TAP_SECONDS,
    ) -> None:
        self.client_id, self.secret, self.corp_id = client_id, secret, corp_id
        self.robot_code, self.robot_url, self.mode = robot_code or client_id, robot_url, mode
        self.clock, self.base_url = clock, ""
        self.lock, self.stopping = threading.RLock(), threading.Event()
        self.chats, self.journal, self.faults = Chats(), Journal(), Faults()
        self.tokens, self.media = Tokens(renews=True), Media(None, "@")
        self.sent_files, self.addresses = Media(ADDRESS_LIFE, "dc"), Media(ADDRESS_LIFE, "f")
        self.quota, self.directory = Quota(limits), Directory(company)
        self.templates = {each.id: each for each in (SHARED, *templates)}
        self.cards: dict[str, CardInstance] = {}
        self.groups: dict[str, Group] = {}
        self.sessions: dict[str, Session] = {}
        self.routes: dict[str, Route] = {}
        # What a test may set: whom the robot cannot reach or may send no more, and where the documents leave it open.
        self.throttled: set[str] = set()
        self.tells_phones = False  # has the app the permission to read phones?
        self.unreachable: set[str] = set()
        self.refuses_repeats = True  # an outTrackId that was used: `param.cardAlreadyExist`, else a 200 without effect
        self.repeats_taps = False
        self.numbers_are_numbers = True
        self.ban_is_html = False
        self.tap_form: TapForm = "both"
        self.tapped: dict[str, int] = {}
        self.tap_seconds = tap_seconds
        self._members: dict[str, Member] = {}
        for member in members:
            self.put_member(member)
        self.gateway = Gateway(client_id, clock, redelivery=redelivery, ack_seconds=ack_seconds)
        self._postman = Postman(secret, clock, message_seconds=min(ack_seconds, 2.5), tap_seconds=tap_seconds)
        self._carrier = Carrier(self, self._postman)

    # Members and groups

    def members(self) -> tuple[Member, ...]:
        """All members, in the order they came."""
        with self.lock:
            return tuple(self._members.values())

    def member(self, userid: str) -> Member | None:
        """A member by userId, whose case counts."""
        return self._members.get(userid)

    def by_union_id(self, union_id: str) -> Member | None:
        """A member by unionId."""
        return next((each for each in self.members() if events.union_id(each.userid) == union_id), None)

    def put_member(self, member: Member) -> None:
        """Add a member, or change one (`visible=False` takes the app away)."""
        with self.lock:
            for path in (member.department, *member.also, *member.leads):
                self.directory.ensure(path)
            self._members[member.userid] = member

    def drop_member(self, userid: str) -> None:
        """Take a member out."""
        with self.lock:
            self._members.pop(userid, None)

    def put_group(self, title: str, members: Iterable[str]) -> str:
        """A group with the robot in it; its openConversationId."""
        with self.lock:
            number = f"cidGroup{len(self.groups) + 1:04}=="
            self.groups[number] = Group(number, title, tuple(members))
            return number

    def disband(self, group: str) -> None:
        """A group is no more."""
        with self.lock:
            self.groups[group] = replace(self.groups[group], alive=False)

    def chat_of_group(self, group: str) -> str:
        """The key of a group's chat in `chats`."""
        return f"group:{group}"

    def reaches(self, space: Space) -> bool:
        """May a card be delivered there?"""
        if space.kind == "IM_GROUP":
            return self.groups[space.id].alive and space.id not in self.unreachable
        member = self.member(space.id)
        return member is not None and member.visible and space.id not in self.unreachable

    # What is seen

    def chat(self, userid: str, after: int = 0) -> tuple[Message, ...]:
        """What stands in a person's chat with the robot, as it looks now."""
        return self.chats.of(self._visible(userid).userid, after)

    def group_chat(self, group: str, after: int = 0) -> tuple[Message, ...]:
        """What stands in a group's chat, as it looks to everybody."""
        return self.chats.of(self.chat_of_group(group), after)

    def card_of(self, userid: str, message_id: str) -> JSON | None:
        """A card as `userid` sees it: `title`, `body`, `buttons`, `blank`; None if there is none for this person."""
        message = self.chats.get(message_id)
        card = self.cards.get(message.task_id) if message else None
        if message is None or not self._sees(userid, message, card):
            return None
        return card.view(userid) if card else message.card

    def button(self, userid: str, message_id: str, text: str) -> str:
        """The id of the button with this text.

        Raises:
            NotOnCard: there is none that calls back.
        """
        shown = self.card_of(userid, message_id) or {"buttons": []}
        found = [each["id"] for each in shown["buttons"] if each["text"] == text and each.get("request")]
        if not found:
            raise NotOnCard(f"message {message_id} has no button 「{text}」 for {userid}")
        return str(found[0])

    # What people do

    def say(self, userid: str, text: str, group: str | None = None) -> Delivery:
        """Type a message; in a group, one that calls the robot by name."""
        content = f" {text}" if group else text
        return self._send(userid, "text", "text", group, text=text, words={"content": content})

    def send_picture(self, userid: str, picture: bytes, mime: str = "image/png", group: str | None = None) -> Delivery:
        """Send a picture."""
        code = self._kept(picture, mime, "picture")
        words = {"downloadCode": code, "pictureDownloadCode": self._kept(picture, mime, "picture")}
        return self._send(userid, "picture", "image", group, media_id=code, words=words)

    def send_rich(self, userid: str, parts: Sequence[str | bytes], group: str | None = None) -> Delivery:
        """Send words (str) and pictures (bytes) in one message."""
        rich = [
            {"text": part} if isinstance(part, str) else self._picture_part(part) for part in parts
        ]  # fmt: skip
        text = "\n".join(part for part in parts if isinstance(part, str))
        seen = tuple((part.get("text", ""), part.get("downloadCode", "")) for part in rich)
        return self._send(userid, "richText", "text", group, text=text, parts=seen, words={"richText": rich})

    def send_voice(self, userid: str, sound: bytes, recognition: str = "", milliseconds: int = 4000) -> Delivery:
        """Speak; `recognition` is what DingTalk understood."""
        code = self._kept(sound, "audio/amr", "voice.amr")
        words = {"downloadCode": code, "duration": milliseconds, "recognition": recognition}
        return self._send(userid, "audio", "voice", None, text=recognition, media_id=code, words=words)

    def send_video(self, userid: str, film: bytes, milliseconds: int = 4000) -> Delivery:
        """Send a film."""
        code = self._kept(film, "video/mp4", "video.mp4")
        words = {"downloadCode": code, "duration": milliseconds, "videoType": "mp4"}
        return self._send(userid, "video", "video", None, media_id=code, words=words)

    def send_file(self, userid: str, content: bytes, name: str, mime: str = "application/octet-stream") -> Delivery:
        """Send a file."""
        code = self._kept(content, mime, name)
        words = {"downloadCode": code, "fileName": name, "spaceId": "s1", "fileId": "f1"}
        return self._send(userid, "file", "file", None, text=name, media_id=code, words=words)

    def tap(
        self, userid: str, message_id: str, key: str, ticked: Mapping[str, Iterable[str]] | None = None
    ) -> Delivery:
        """Tap the button whose id is `key`; `ticked` fills in the card's form. What the app answers changes the card on
        this person's screen. A button whose card has no way back does nothing: no attempt.

        Raises:
            NotOnCard: it is not this person's card, or it never had that button.
        """
        member, message = self._visible(userid), self.chats.get(message_id)
        card = self.cards.get(message.task_id) if message else None
        if message is None or card is None or not self._sees(member.userid, message, card):
            raise NotOnCard(f"{userid} has no card {message_id}")
        body = events.tap(self, card, message, member.userid, key, ticked or {})
        with self.lock:
            self.tapped[card.track_id] = self.tapped.get(card.track_id, 0) + 1
        try:
            delivery = self._carrier.tap(card, member.userid, body)
        finally:
            with self.lock:
                self.tapped[card.track_id] -= 1
                if not self.tapped[card.track_id]:
                    del self.tapped[card.track_id]
        answers = [attempt for attempt in delivery.attempts if attempt.taken]
        if answers:
            self._answered(card.track_id, member.userid, answers[0])
        return delivery

    # The platform itself

    def emit(self, body: JSON) -> Delivery:
        """Tell the app any message: whatever `body` is."""
        return self._carrier.message(str(body.get("msgtype", "message")), str(body.get("senderStaffId", "")), body)

    def emit_event(self, kind: str, data: JSON) -> Delivery:
        """Tell the app of an event of the organisation, by Stream only. Not SUCCESS: it comes again."""
        return self._carrier.event(kind, data)

    def expire_tokens(self) -> None:
        """Every access token is expired from now on."""
        with self.lock:
            self.tokens.expire(self.clock())

    def revoke_tokens(self) -> None:
        """Every access token is unknown from now on."""
        with self.lock:
            self.tokens.revoke()

    def ban(self) -> None:
        """Shut the app's address out for five minutes."""
        with self.lock:
            self.quota.ban(self.clock())

    def use_up_calls(self) -> None:
        """No API calls are left of this month."""
        with self.lock:
            self.quota.use_up_calls(self.clock())

    def use_up_messages(self) -> None:
        """No messages are left of this month: they come without their words."""
        with self.lock:
            self.quota.use_up_messages(self.clock())

    def open(self, base_url: str, host: str) -> None:
        """Both hosts of the API are at `base_url` now; the gateway begins to listen on a free port of `host`."""
        self.base_url = base_url
        self.gateway.start(host)

    def close(self) -> None:
        """End waiting faults and all connections."""
        self.stopping.set()
        self.gateway.stop()
        self._postman.close()

    # Inside

    def _visible(self, userid: str) -> Member:
        member = self.member(userid)
        if member is None or not member.visible:
            raise LookupError(f"{userid} does not see the app")
        return member

    def _sees(self, userid: str, message: Message, card: CardInstance | None) -> bool:
        group = next((each for each in self.groups.values() if self.chat_of_group(each.id) == message.userid), None)
        if group is None:
            return message.userid == userid
        return userid in group.members and (card is None or not card.recipients or userid in card.recipients)

    def _kept(self, content: bytes, mime: str, name: str) -> str:
        with self.lock:
            return self.sent_files.put(content, mime, name, self.clock())

    def _picture_part(self, picture: bytes) -> dict[str, str]:
        return {"type": "picture", "downloadCode": self._kept(picture, "image/png", "picture")}

    def _send(
        self, userid: str, msgtype: str, kind: Kind, group: str | None, *, words: Mapping[str, Any], text: str = "",
        media_id: str = "", parts: tuple[tuple[str, str], ...] = (),
    ) -> Delivery:  # fmt: skip
        member, found = self._visible(userid), self.groups[group] if group else None
        if found and (member.userid not in found.members or msgtype not in _IN_GROUPS):
            raise ValueError("only its members write in a group, and only words and pictures come from there")
        chat, by = (self.chat_of_group(found.id), member.userid) if found else (member.userid, "")
        self.chats.add(chat, kind, self.clock(), from_bot=False, text=text, media_id=media_id, by=by, parts=parts)
        with self.lock:
            body = events.message(self, member, found, msgtype, **words)
            if not self.quota.takes_message(self.clock()):
                body = events.without_words(self, body)
        return self._carrier.message(msgtype, member.userid, body)

    def _answered(self, track_id: str, userid: str, attempt: Attempt) -> None:
        found = attempt.answer.get("response", attempt.answer) if attempt.connection else attempt.answer
        with self.lock:
            wrong = cards.answer(self, track_id, userid, found) if isinstance(found, Mapping) else ()
        if wrong:
            now = self.clock()
            entry = Entry(now, "callback", "tap", 200, members=(userid,), task_id=track_id, warnings=wrong)
            self.journal.write(replace(entry, summary="the answer changes nothing"))
