"""The chats between the members and the app, in memory, safe for threads.

Every change gets the next number of one sequence (`Message.revision`), so that a window asks only for what is new.
"""

import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

Kind = Literal["text", "markdown", "image", "card", "place", "voice", "video", "file"]
JSON = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one member's chat, as that member sees it now.

    `card` is the current payload of a card and `past` its earlier ones; `replaced` the grey text that took the place
    of its buttons. `msgid` and `task_id` are the app's: one sending to several members makes several messages. `by`
    is who wrote it, where several people write (a group); `parts` are the words and pictures of one message that has
    both, in their order: (words, "") or ("", media id).
    """

    id: str
    userid: str
    from_bot: bool
    kind: Kind
    at: datetime
    revision: int = 0
    text: str = ""
    card: JSON | None = None
    past: tuple[JSON, ...] = ()
    replaced: str = ""
    media_id: str = ""
    msgid: str = ""
    task_id: str = ""
    recalled: bool = False
    by: str = ""
    parts: tuple[tuple[str, str], ...] = ()


class Chats:
    """All messages by member, with unread counts."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._messages: dict[str, Message] = {}
        self._by_member: dict[str, list[str]] = {}
        self._by_msgid: dict[str, list[str]] = {}
        self._read_up_to: dict[str, int] = {}
        self._last = 0

    @property
    def last(self) -> int:
        """The number of the latest change."""
        return self._last

    def add(
        self,
        userid: str,
        kind: Kind,
        at: datetime,
        *,
        from_bot: bool,
        text: str = "",
        card: JSON | None = None,
        media_id: str = "",
        msgid: str = "",
        task_id: str = "",
        by: str = "",
        parts: tuple[tuple[str, str], ...] = (),
    ) -> Message:
        """Put a message into the chat of `userid`."""
        with self._lock:
            self._last = next(self._numbers)
            message = Message(
                f"m{self._last}", userid, from_bot, kind, at, self._last, text, card,
                media_id=media_id, msgid=msgid, task_id=task_id, by=by, parts=parts,
            )  # fmt: skip
            self._messages[message.id] = message
            self._by_member.setdefault(userid, []).append(message.id)
            if msgid:
                self._by_msgid.setdefault(msgid, []).append(message.id)
            return message

    def show(self, message_id: str, card: JSON) -> Message:
        """The card changes to another payload."""
        with self._lock:
            old = self._messages[message_id]
            past = (*old.past, old.card) if old.card else old.past
            return self._put(replace(old, card=card, past=past, replaced=""))

    def grey(self, message_id: str, text: str) -> Message:
        """The card's buttons give way to one grey button."""
        with self._lock:
            return self._put(replace(self._messages[message_id], replaced=text))

    def recall(self, message_id: str) -> Message:
        """The message is taken back."""
        with self._lock:
            return self._put(replace(self._messages[message_id], recalled=True))

    def get(self, message_id: str) -> Message | None:
        """The message as it stands now."""
        return self._messages.get(message_id)

    def of(self, userid: str, after: int = 0) -> tuple[Message, ...]:
        """The messages of `userid` that are new or changed since change number `after`, oldest first."""
        with self._lock:
            mine = (self._messages[key] for key in self._by_member.get(userid, ()))
            return tuple(message for message in mine if message.revision > after)

    def sent_as(self, msgid: str) -> tuple[Message, ...]:
        """The messages that one message/send made, one a recipient."""
        with self._lock:
            return tuple(self._messages[key] for key in self._by_msgid.get(msgid, ()))

    def mark_read(self, userid: str) -> None:
        """`userid` has seen the chat as it is now."""
        with self._lock:
            self._read_up_to[userid] = self._last

    def unread(self) -> dict[str, int]:
        """How many of the bot's messages each member has not seen; only members with some."""
        with self._lock:
            people = (userid for userid in self._by_member if ":" not in userid)  # a group is nobody's alone
            counts = {userid: self._unread_of(userid) for userid in people}
        return {userid: count for userid, count in counts.items() if count}

    def _unread_of(self, userid: str) -> int:
        seen, count = self._read_up_to.get(userid, 0), 0
        for key in reversed(self._by_member[userid]):
            # A message's number is that of its making: an older one cannot be unread.
            if int(key[1:]) <= seen:
                break
            count += self._messages[key].from_bot
        return count

    def _put(self, message: Message) -> Message:
        self._last = next(self._numbers)
        changed = replace(message, revision=self._last)
        self._messages[message.id] = changed
        return changed
