"""The fake WeCom: one company, one app, its members and their chats. All state is in memory and goes with the process.

The verbs of the human side (`say`, `tap`, `menu` …) put what the person did into the chat and deliver the callback, as
the real platform would; they come back when the app has answered or the last repetition failed.
"""

import itertools
import secrets
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox import events
from bot.sandbox.allowance import AS_DOCUMENTED, Allowance, Limits
from bot.sandbox.callbacks import TIMEOUT, Attempt, Delivery, Postman
from bot.sandbox.chats import Chats, Kind, Message
from bot.sandbox.contacts import Contacts
from bot.sandbox.credentials import Media, ResponseCodes, Tokens
from bot.sandbox.directory import NO_ADDRESS_BOOK, AddressBook, Directory
from bot.sandbox.faults import CALLBACK, Fault, Faults, Order
from bot.sandbox.groups import GroupChats
from bot.sandbox.journal import Entry, Journal
from bot.sandbox.members import Member
from bot.sandbox.office import Office
from bot.sandbox.sending import cut

MENU = (
    {"name": "公海", "key": "pool"},
    {"name": "我的客户", "key": "mine"},
    {
        "name": "更多",
        "sub_button": [
            {"name": "待办", "key": "todo"},
            {"name": "进度", "key": "progress"},
            {"name": "帮助", "key": "help"},
        ],
    },
)
"""The app's menu as `menu/create` takes it, without the `type`, which is always `click`."""
PER_MINUTE, PER_HOUR = 30, 1000


def utc_now() -> datetime:
    """The time of now, aware, UTC."""
    return datetime.now(UTC)


class Pace:
    """What one app may send one member: 30 a minute and 1000 an hour; the rest is silently dropped."""

    def __init__(self) -> None:
        self._sent: dict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=PER_HOUR))

    def allow(self, userid: str, now: datetime) -> bool:
        """Count a message to `userid`; False if it is one too many."""
        sent = self._sent[userid]
        last_minute = sum(1 for at in sent if now - at < timedelta(minutes=1))
        full_hour = len(sent) == PER_HOUR and now - sent[0] < timedelta(hours=1)
        if last_minute >= PER_MINUTE or full_hour:
            return False
        sent.append(now)
        return True


class Platform:
    """One company on the fake platform. Safe for threads; no request is made while the lock is held.

    `callback_url` may be set later than the rest; `base_url` is set by the server and stands in picture addresses.
    `retry_spacing` are the seconds before the first, second and third repetition of a callback.
    """

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: int,
        secret: str,
        token: str,
        aes_key: str,
        members: Iterable[Member],
        callback_url: str = "",
        clock: Callable[[], datetime] = utc_now,
        menu: Sequence[Mapping[str, Any]] = MENU,
        app_name: str = "驼铃",
        company: str = "青城助贷",
        address_book: AddressBook = NO_ADDRESS_BOOK,
        callback_timeout: float = TIMEOUT,
        retry_spacing: Sequence[float] = (1.0, 1.0, 1.0),
        limits: Limits = AS_DOCUMENTED,
    ) -> None:
        self.corp_id, self.agent_id, self.secret = corp_id, int(agent_id), secret
        self.callback_url, self.base_url = callback_url, ""
        self.clock, self.menu_items, self.app_name = clock, tuple(menu), app_name
        self.lock, self.stopping = threading.RLock(), threading.Event()
        self.epoch = secrets.token_hex(8)
        self.chats, self.journal, self.faults = Chats(), Journal(), Faults()
        self.tokens, self.codes, self.media, self.pace = Tokens(), ResponseCodes(), Media(), Pace()
        self.allowance = Allowance(limits)
        self.contacts = Contacts(self)
        self.groups = GroupChats(self)
        self.task_ids: set[str] = set()
        self.recent_requests: dict[str, datetime] = {}
        self.directory, self.office, self.contacts_tokens = Directory(company), Office(self), Tokens()
        self.contacts_secret, self.contacts_url = address_book.secret, address_book.url
        self.names_told = "everywhere"  # or "alone" (by user/get only), or "nowhere"
        self._members: dict[str, Member] = {}
        for member in members:
            self.put_member(member)
        # Message ids differ between runs too: the app keeps them longer than this fake keeps its memory.
        self._msg_ids = itertools.count(int(clock().timestamp() * 1000) << 20)
        self._postman = Postman(
            corp_id=corp_id, agent_id=self.agent_id, token=token, aes_key=aes_key, clock=clock,
            timeout=callback_timeout, retry_spacing=retry_spacing,
        )  # fmt: skip
        self._organisation_postman = Postman(
            corp_id=corp_id, agent_id=None, token=address_book.token or token, aes_key=address_book.aes_key or aes_key,
            clock=clock, timeout=callback_timeout, retry_spacing=retry_spacing,
        )  # fmt: skip

    # Members

    def members(self) -> tuple[Member, ...]:
        """All members, in the order they came."""
        with self.lock:
            return tuple(self._members.values())

    def member(self, userid: str) -> Member | None:
        """A member by user id, whatever its case."""
        return self._members.get(userid.casefold())

    def put_member(self, member: Member) -> None:
        """Add a member, or change one (`visible=False` takes the app away), without telling anybody (see `office`)."""
        with self.lock:
            for path in (member.department, *member.also, *member.leads):
                self.directory.ensure(path)
            self._members[member.userid.casefold()] = member

    def drop_member(self, userid: str) -> None:
        """Take a member out, without telling anybody."""
        with self.lock:
            self._members.pop(userid.casefold(), None)

    def departments(self) -> dict[str, str]:
        """The path of each department by its number, as text."""
        with self.lock:
            return {str(party.id): self.directory.path(party.id) for party in self.directory}

    def numbers_of(self, member: Member) -> list[int]:
        """The numbers of a member's departments, the main one first."""
        with self.lock:
            return [self.directory.find(path).id for path in (member.department, *member.also)]

    def chat(self, userid: str, after: int = 0) -> tuple[Message, ...]:
        """What stands in the chat of `userid`, as it looks now."""
        return self.chats.of(self._visible(userid).userid, after)

    # What people do

    def say(self, userid: str, text: str) -> Delivery:
        """Type a message."""
        member = self._visible(userid)
        self.chats.add(member.userid, "text", self.clock(), from_bot=False, text=text)
        return self._message(member, "text", [("Content", text)])

    def tap(
        self, userid: str, message_id: str, key: str, selected: Mapping[str, Iterable[str]] | None = None
    ) -> Delivery:
        """Tap the button `key` of a card; `selected` maps question keys to option ids (default: what stands chosen).

        Raises:
            NotOnCard: it is not this person's card, or the card never had that button or option.
        """
        member, message = self._visible(userid), self.chats.get(message_id)
        if message is None or message.card is None or message.userid != member.userid:
            raise events.NotOnCard(f"{userid} has no card {message_id}")
        with self.lock:
            code = self.codes.issue(message.msgid, self.clock())
        fields = events.tap_fields(message, key, selected or {}, code)
        return self.emit(member.userid, "event", fields)

    def open_chat(self, userid: str) -> Delivery:
        """Open the app."""
        return self._event(userid, "enter_agent")

    def menu(self, userid: str, key: str) -> Delivery:
        """Tap an entry of the app's menu."""
        return self._event(userid, "click", key)

    def join(self, userid: str) -> Delivery:
        """Come into the app's visible range (the member must be visible by now)."""
        return self._event(userid, "subscribe")

    def leave(self, userid: str) -> Delivery:
        """Leave the app's visible range."""
        member = self._visible(userid)
        self.put_member(replace(member, visible=False))
        return self.emit(member.userid, "event", [("Event", "unsubscribe"), ("EventKey", "")])

    def send_picture(self, userid: str, picture: bytes, mime: str = "image/png") -> Delivery:
        """Send a picture."""
        member, now = self._visible(userid), self.clock()
        with self.lock:
            media_id = self.media.put(picture, mime, "picture", now)
        self.chats.add(member.userid, "image", now, from_bot=False, media_id=media_id)
        url = f"{self.base_url}/sandbox/media/{media_id}"
        return self._message(member, "image", [("PicUrl", url), ("MediaId", media_id)])

    def send_file(self, userid: str, content: bytes, name: str, mime: str = "application/octet-stream") -> Delivery:
        """Send a file. WeCom's documents know no such message to an app; where one comes, it comes like this."""
        return self._send_medium(userid, "file", "file", content, mime, name)

    def send_video(self, userid: str, film: bytes) -> Delivery:
        """Send a film."""
        return self._send_medium(userid, "video", "video", film, "video/mp4", "video.mp4")

    def _send_medium(self, userid: str, msgtype: str, kind: Kind, content: bytes, mime: str, name: str) -> Delivery:
        member, now = self._visible(userid), self.clock()
        with self.lock:
            media_id = self.media.put(content, mime, name, now)
        self.chats.add(member.userid, kind, now, from_bot=False, media_id=media_id, text=name)
        return self._message(member, msgtype, [("MediaId", media_id)])

    def send_voice(self, userid: str, sound: bytes) -> Delivery:
        """Send a voice message."""
        member, now = self._visible(userid), self.clock()
        with self.lock:
            media_id = self.media.put(sound, "audio/amr", "voice.amr", now)
        self.chats.add(member.userid, "voice", now, from_bot=False, media_id=media_id)
        return self._message(member, "voice", [("MediaId", media_id), ("Format", "amr")])

    def send_location(self, userid: str, latitude: float, longitude: float, label: str) -> Delivery:
        """Send a place. Degrees; X is the latitude."""
        member = self._visible(userid)
        self.chats.add(member.userid, "place", self.clock(), from_bot=False, text=label)
        fields: list[tuple[str, Any]] = [("Location_X", latitude), ("Location_Y", longitude), ("Scale", 16)]
        return self._message(member, "location", [*fields, ("Label", label), ("AppType", "wxwork")])

    # The platform itself

    def verify_url(self) -> bool:
        """Verify the callback URL, as the administration page does on saving it."""
        attempt = self._postman.verify(self.callback_url)
        self._note("verify_url", "", "", attempt, 1, "")
        return attempt.taken and not attempt.error

    def emit(self, sender: str, msgtype: str, fields: events.Fields, *, of_app: bool = True) -> Delivery:
        """Deliver any callback: `sender` is a user id or `sys`, `fields` what follows the common head. What does not
        happen in the app (`of_app` False) names none."""
        body = [*fields, *([("AgentID", self.agent_id)] if of_app else [])]
        return self._emit(sender, msgtype, body, self.callback_url, self._postman)

    def emit_organisation(self, fields: events.Fields) -> Delivery:
        """Deliver a change of the address book to its receiver: the company's own, else the app's address."""
        url = self.contacts_url or self.callback_url
        return self._emit("sys", "event", list(fields), url, self._organisation_postman)

    def repeat_organisation(self, delivery: Delivery) -> Attempt:
        """Deliver an event of the address book once more, or one that was lost, as late as you like."""
        return self._organisation_postman.post(self.contacts_url or self.callback_url, delivery.xml)

    def _emit(self, sender: str, msgtype: str, body: list[tuple[str, Any]], url: str, postman: Postman) -> Delivery:
        head: list[tuple[str, Any]] = [("ToUserName", self.corp_id), ("FromUserName", sender)]
        head += [("CreateTime", int(self.clock().timestamp())), ("MsgType", msgtype)]
        named = dict(body)
        event = str(named.get("Event", msgtype))
        xml = events.to_xml([*head, *body])
        order = self.faults.take(CALLBACK)
        attempts = _carry(postman, url, xml, order)
        for number, attempt in enumerate(attempts, start=1):
            self._note(event, sender, str(named.get("TaskId", "")), attempt, number, order.fault if order else "")
        self._show_reply(sender, attempts)
        return Delivery(event, xml, attempts)

    def expire_tokens(self) -> None:
        """Every access token is expired from now on (42001)."""
        with self.lock:
            self.tokens.expire(self.clock())

    def revoke_tokens(self) -> None:
        """Every access token is invalid from now on (40014)."""
        with self.lock:
            self.tokens.revoke()

    def close(self) -> None:
        """End waiting faults and repetitions."""
        self.stopping.set()
        self._postman.close()
        self._organisation_postman.close()

    def _visible(self, userid: str) -> Member:
        member = self.member(userid)
        if member is None or not member.visible:
            raise LookupError(f"{userid} does not see the app")
        return member

    def _event(self, userid: str, event: str, key: str = "") -> Delivery:
        return self.emit(self._visible(userid).userid, "event", [("Event", event), ("EventKey", key)])

    def _message(self, member: Member, msgtype: str, fields: events.Fields) -> Delivery:
        return self.emit(member.userid, msgtype, [*fields, ("MsgId", next(self._msg_ids))])

    def _show_reply(self, sender: str, attempts: tuple[Attempt, ...]) -> None:
        """The first text answer goes into the chat, if it is addressed right. Answers that would change a card are
        ignored: the platform's documents contradict each other on them, so an app must not rely on it."""
        for attempt in attempts:
            reply = dict(attempt.reply)
            right = reply.get("ToUserName") == sender and reply.get("FromUserName") == self.corp_id
            if reply.get("MsgType") == "text" and right:
                self.chats.add(sender, "text", self.clock(), from_bot=True, text=cut(reply.get("Content", "")))
                return

    def _note(self, event: str, sender: str, task_id: str, attempt: Attempt, number: int, fault: str) -> None:
        kind = dict(attempt.reply).get("MsgType", "")
        self.journal.write(
            Entry(
                self.clock(), "callback", event, attempt.status, None, (sender,) if sender else (), task_id=task_id,
                summary=attempt.error or (f"reply: {kind}" if kind else ""), fault=fault, attempt=number,
                seconds=attempt.seconds,
            )
        )  # fmt: skip


def _carry(postman: Postman, url: str, xml: str, order: Order | None) -> tuple[Attempt, ...]:
    fault = order.fault if order else None
    if not url or fault is Fault.LOSE:
        return ()
    match fault:
        case Fault.NO_RETRY:
            return postman.post_until_taken(url, xml, retries=0)
        case Fault.DUPLICATE_IN_ROW:
            return tuple(postman.post(url, xml) for _ in range(order.copies if order else 1))
        case Fault.DUPLICATE_AT_ONCE:
            return postman.post_at_once(url, xml, order.copies if order else 1)
    return postman.post_until_taken(url, xml)
