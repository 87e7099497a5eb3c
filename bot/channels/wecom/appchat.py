"""Group chats that the app makes (appchat): making, changing, sending. Only groups that this app made can be used.

Sources: developer.work.weixin.qq.com/document/path/90245 (create), 90247 (get), 98914 (update), 90248 (send). The app
must be visible to the root department (48002). Nothing that is sent has a key: what is sent twice arrives twice.
"""

from typing import TypeVar

from bot.channels.wecom.client import Answer, WeComClient
from cards.channel import Channel, Chat, Fault, Permanent, Retry, Sent, Taken, Unsent, Uploaded, Vanished

T = TypeVar("T", Taken, Vanished)
_NAME_CHARS = 50
_TAKEN = 86215
# The id is no chat's, of no chat's that there is, of one that another app or a person made.
_VANISHED = {code: Vanished(f"errcode {code}") for code in (86001, 86003, 86008)}


class AppChats:
    """The chats of one app. Pictures are uploaded by `channel`."""

    def __init__(self, client: WeComClient, channel: Channel) -> None:
        self._client, self._channel = client, channel

    def read(self, chat_id: str) -> Chat | Vanished | Fault:
        """See `Chats`."""
        answer = self._client.read("appchat/get", {"chatid": chat_id}, _VANISHED)
        if not isinstance(answer, dict):
            return answer
        found = answer.get("chat_info")
        if not isinstance(found, dict) or not isinstance(found.get("userlist"), list):
            return Retry(5.0, "appchat/get without a chat")
        members = frozenset(str(each).casefold() for each in found["userlist"])
        return Chat(str(found.get("name", "")), str(found.get("owner", "")).casefold(), members)

    def create(self, chat_id: str, chat: Chat) -> Sent | Taken | Fault:
        """See `Chats`."""
        body: Answer = {"chatid": chat_id, "name": chat.name[:_NAME_CHARS], "owner": chat.owner}
        body["userlist"] = sorted(chat.members)
        taken: dict[int, Taken] = {_TAKEN: Taken()}
        return _done(self._client.write("appchat/create", body, taken))

    def update(self, chat_id: str, old: Chat, new: Chat) -> Sent | Vanished | Fault:
        """See `Chats`."""
        body: Answer = {"chatid": chat_id}
        if new.name[:_NAME_CHARS] != old.name:
            body["name"] = new.name[:_NAME_CHARS]
        if new.owner != old.owner:
            body["owner"] = new.owner
        changes = {"add_user_list": new.members - old.members, "del_user_list": old.members - new.members}
        body |= {name: sorted(who) for name, who in changes.items() if who}
        return _done(self._client.write("appchat/update", body, _VANISHED)) if len(body) > 1 else Sent()

    def tell(self, chat_id: str, text: str) -> Sent | Vanished | Fault:
        """Send plain text of at most 2048 bytes."""
        return self._send(chat_id, "text", {"content": text})

    def show(self, chat_id: str, png: bytes, name: str) -> Sent | Vanished | Unsent | Fault:
        """Send a picture of at most 10 MB: uploaded first."""
        uploaded = self._channel.upload(png, name)
        if not isinstance(uploaded, Uploaded):
            return Unsent(uploaded)
        outcome = self._send(chat_id, "image", {"media_id": uploaded.media_id})
        return Unsent(outcome) if isinstance(outcome, Permanent) else outcome

    def _send(self, chat_id: str, kind: str, content: Answer) -> Sent | Vanished | Fault:
        body = {"chatid": chat_id, "msgtype": kind, kind: content, "safe": 0}
        return _done(self._client.write("appchat/send", body, _VANISHED))


def _done(answer: Answer | Fault | T) -> Sent | Fault | T:
    return Sent() if isinstance(answer, dict) else answer
