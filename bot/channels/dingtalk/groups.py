"""DingTalk's groups as a `cards.channel.GroupChannel`: those of the organisation in which the app's robot is.

    POST <DINGTALK_API_BASE>/v1.0/robot/groupMessages/send
    {"robotCode": …, "openConversationId": …, "msgKey": "sampleText", "msgParam": "{\\"content\\":…}"}

A group is known by its openConversationId, which comes with each message that names the robot there. There is no key of
a message: what is sent twice arrives twice. Sources: open.dingtalk.com/document/development/the-robot-sends-a-group-
message (with its codes), upload-media-files.

Robots of groups with an address of their own (自定义机器人, robot/send) are not used: they take no picture but one at a
public address, and DingTalk takes them off (「即将下线」).
"""

import json

from bot.channels.dingtalk.client import DingTalkClient
from bot.channels.dingtalk.faults import MAYBE_SENT, Answer
from cards.channel import (
    Channel,
    Fault,
    Misconfigured,
    Pace,
    Permanent,
    Sent,
    ToChat,
    ToGroup,
    Unsent,
    Uploaded,
    Vanished,
)
from cards.limits import cut_bytes
from core.groups.guard import GroupText

SEND_TO_GROUP = "/v1.0/robot/groupMessages/send"
TEXT_BYTES = 5000  # as of a message to one person
# A robot of a group with an address of its own may send 20 in a minute; what an app's robot may stands nowhere.
_PACE = Pace(per_minute=15, per_hour=600, app_per_minute=900)
_GONE = (
    "group.disbanded",
    "invalid.openConversationId",
    "invalidParameter.openConversationId.invalid",
    "invalidParameter.robotCode.empty",  # 「机器人robotCode无效，请检查机器人是否在群内」
    "token.notExisted",  # the robot's place in the group
)
_UNKNOWN = Permanent(f"{MAYBE_SENT}: it may have arrived, and nothing would tell a second one from it", maybe_sent=True)
_OUTCOMES: dict[str, Vanished | Permanent] = {code: Vanished(code) for code in _GONE} | {MAYBE_SENT: _UNKNOWN}
_ANOTHER_PLATFORM = Misconfigured("DingTalk's groups are known by their ids")


class DingTalkGroups:
    """Sends to groups. Pictures are uploaded by `channel`. Threads may share it."""

    def __init__(self, client: DingTalkClient, channel: Channel, *, robot_code: str) -> None:
        self._client, self._channel, self._robot_code = client, channel, robot_code

    def pace(self, to: ToGroup, members: int, chats: int) -> Pace:  # noqa: ARG002
        """See `GroupChannel`: each group has its own, however many are in it."""
        return _PACE

    def tell(self, to: ToGroup, text: GroupText) -> Sent | Vanished | Fault:
        """See `GroupChannel`."""
        return self._send(to, "sampleText", {"content": cut_bytes(text.text, TEXT_BYTES)})

    def show(self, to: ToGroup, png: bytes, name: str) -> Sent | Vanished | Unsent | Fault:
        """See `GroupChannel`. The picture is uploaded first; of one that may have arrived nothing is said instead."""
        uploaded = self._channel.upload(png, name)
        if not isinstance(uploaded, Uploaded):
            return Unsent(uploaded)
        outcome = self._send(to, "sampleImageMsg", {"photoURL": uploaded.media_id})
        return Unsent(outcome) if isinstance(outcome, Permanent) and not outcome.maybe_sent else outcome

    def _send(self, to: ToGroup, key: str, values: dict[str, str]) -> Sent | Vanished | Fault:
        if not isinstance(to, ToChat):
            return _ANOTHER_PLATFORM
        body: Answer = {
            "robotCode": self._robot_code,
            "openConversationId": to.chat_id,
            "msgKey": key,
            "msgParam": json.dumps(values, ensure_ascii=False, separators=(",", ":")),
        }
        answer = self._client.post(SEND_TO_GROUP, body, _OUTCOMES)
        return Sent() if isinstance(answer, dict) else answer
