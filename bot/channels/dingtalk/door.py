"""DingTalk's doors: how its messages and taps are verified (in HTTP mode), read and answered. No database, no clock of
its own.

Order of the checks, cheapest first: method, size, freshness, signature; nothing in the body is looked at before the
signature holds. In Stream mode nothing comes over HTTP, and a door only reads.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from bot.channels.base import Answer, Refused, Request, Verified
from bot.channels.dingtalk.parse import CHANNEL, parse_event, read_event
from bot.channels.dingtalk.signing import BadRequest, check_card, check_robot
from bot.channels.dingtalk.values import written
from bot.inbound import Inbound, Tap

MAX_BYTES = 64 * 1024
# A webhook message has at most 20,000 bytes, as JSON, in which a character of a text may be written as two.
ANSWER_TEXT_BYTES = 6000
_JSON = "application/json; charset=utf-8"
_NOTHING = Answer(b'{"msgtype":"empty"}', _JSON)
_TAP_TAKEN = Answer(b"{}", _JSON)  # nothing of the card is changed by the answer: the outbox changes it, for everybody

Check = Callable[[Mapping[str, str], str, datetime], str]


class DingTalkDoor:
    """The address of one app for messages to its robot (`of` is `message`), or for taps on its cards (`tap`).

    `secret` signs what comes: the app's client secret for messages, for taps the apiSecret with which the address was
    registered. What is for another robot is refused, and, where `corp_id` is known, what is from another organisation.
    Without a corp id the robot's code is what tells: DingTalk gives each to one organisation.

    Raises:
        ValueError: the secret is empty: nothing would be signed.
    """

    name = CHANNEL
    answer_seconds = 2.0  # DingTalk waits 2.5 for a message's answer, and 2 for a tap's, which has no text

    def __init__(
        self, *, of: Literal["message", "tap"], secret: str, robot_code: str, corp_id: str | None = None
    ) -> None:
        if not secret:
            raise ValueError("the secret of a callback may not be empty")
        self._of = of
        self._secret = secret
        self._robot_code = robot_code
        self._corp_id = corp_id
        self._check: Check = check_robot if of == "message" else check_card

    @property
    def text_bytes(self) -> int:
        """The longest text of an answer in bytes."""
        return ANSWER_TEXT_BYTES

    def verify(self, request: Request, now: datetime) -> Verified | Refused:
        """Check that DingTalk sent this to our app within five minutes of `now`.

        Give `request.headers` as the web framework has them: only so can a doubled one be seen. `Refused.why` is one
        word for metrics.
        """
        try:
            return self._verify(request, now)
        except BadRequest as bad:
            return Refused(bad.why)

    def _verify(self, request: Request, now: datetime) -> Verified:
        if request.method != "POST":
            raise BadRequest("method")
        if len(request.body) > MAX_BYTES:
            raise BadRequest("size")
        timestamp = self._check(request.headers, self._secret, now)
        event = read_event(request.body, timestamp)
        if event is None:
            raise BadRequest("body")
        if event.of != self._of:
            raise BadRequest("route")
        if event.robot != self._robot_code and (event.of == "message" or event.robot is not None):
            raise BadRequest("robot")
        if self._corp_id is not None and event.corp != self._corp_id:
            raise BadRequest("corp")
        return Verified(request.body, event.inbound)

    def parse(self, raw: bytes) -> Inbound:
        """The event in `raw`, see `bot.channels.dingtalk.parse`."""
        return parse_event(raw)

    def answer(self, inbound: Inbound, text: str | None, now: datetime) -> Answer:  # noqa: ARG002
        """`text` as a message in the chat from which the message came, at most `text_bytes` long; an empty answer where
        there is none, or nobody in particular who would read it. A tap is answered with nothing."""
        if isinstance(inbound, Tap) or self._of == "tap":
            return _TAP_TAKEN
        if not text or not inbound.envelope.sender:
            return _NOTHING
        said = {"msgtype": "text", "text": {"content": written(text)}}
        return Answer(json.dumps(said, ensure_ascii=False).encode(), _JSON)
