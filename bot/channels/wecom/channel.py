"""WeCom as a `cards.channel.Channel`: what an app may do with cards, texts and pictures.

Sources: developer.work.weixin.qq.com/document/path/90236 (send), 94888 (update), 90253 (upload), 90312 (limits).
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Never, TypeVar

from bot.channels.wecom.client import Answer, Outcomes, WeComClient
from bot.channels.wecom.contacts import find_contact
from bot.channels.wecom.faults import CODE_SPENT, MEDIA_GONE, TASK_ID_TAKEN
from bot.channels.wecom.parse import CHANNEL, CODE_SECONDS
from cards.actions import Action, Signer
from cards.channel import (
    Contact,
    Downloaded,
    Expired,
    Fault,
    NoContact,
    Pace,
    Permanent,
    Retry,
    Sent,
    TooLarge,
    Uploaded,
)
from cards.model import Card
from cards.render.wecom import render_wecom, render_wecom_update
from core.leads.filetypes import MediumKind

TEXT_BYTES = 2048  # WeCom cuts a longer text without saying so
ACTION_LIFE = timedelta(days=30)
DUPLICATE_SECONDS = 180  # longer than the lease of a relay that died over it (90), short enough for what is said again
_DROP_IF_SAME = {"enable_duplicate_check": 1, "duplicate_check_interval": DUPLICATE_SECONDS}
# No two uploads have one media id: nothing else is swallowed, for the four hours that WeCom remembers it at most.
_SAME_UPLOAD = {"enable_duplicate_check": 1, "duplicate_check_interval": 4 * 3600}
_MB = 1024 * 1024
_PICTURE_BYTES = range(6, 10 * _MB + 1)
_TYPES = {
    MediumKind.PICTURE: "image",
    MediumKind.VOICE: "voice",
    MediumKind.VIDEO: "video",
    MediumKind.FILE: "file",
}
_SIZES = {
    MediumKind.PICTURE: _PICTURE_BYTES,
    MediumKind.VOICE: range(6, 2 * _MB + 1),
    MediumKind.VIDEO: range(6, 10 * _MB + 1),
    MediumKind.FILE: range(6, 20 * _MB + 1),
}

T = TypeVar("T")
_AS_EVER: Outcomes[Never] = {}
_TASK_ID = re.compile(r"[0-9A-Za-z_@\-]{1,128}")
_MANY = re.compile(r"[|\s\x00-\x1f]")  # `a|b` would address two people


class WeComChannel:
    """The sending half of one WeCom app. `signer` makes the keys of buttons, `clock` is aware UTC."""

    name = CHANNEL
    changes_freely: timedelta | None = None
    # WeCom allows 30 a minute and 1000 an hour per member and drops the rest without an error; 10,000 calls a minute.
    # Of ours 6000 are for reminders.
    pace = Pace(per_minute=24, per_hour=800, app_per_minute=7200)

    def __init__(self, client: WeComClient, *, agent_id: int, signer: Signer, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._agent_id = agent_id
        self._signer = signer
        self._clock = clock

    @property
    def text_bytes(self) -> int:
        """The longest text in bytes that one message holds."""
        return TEXT_BYTES

    def send_card(self, to: str, card: Card, card_id: str, *, again: bool) -> Sent | Fault:
        """Send `card` under the task id `t-<card_id>`, which WeCom accepts once per app. That it exists already means
        Sent if `again`, else that a card id was used twice: Permanent."""
        task_id = task_id_of(card_id)
        if not _TASK_ID.fullmatch(task_id):
            return Permanent("the card id makes no valid task_id")
        payload = render_wecom(card, task_id=task_id, pack=self._packer(card_id, card))
        taken = Sent() if again else Permanent("the task_id was used before")
        return self._send(to, {"msgtype": "template_card", "template_card": payload}, {TASK_ID_TAKEN: taken})

    def update_card(self, to: str, card: Card, card_id: str, code: str | None) -> Sent | Expired | Fault:
        """Change the card for `to` alone with a one-time code, from sending or from a tap, at most 72 hours old.
        Without one WeCom changes nothing: Expired."""
        if not _one_member(to):
            return Permanent("the recipient is no single member")
        if code is None:
            return Expired()
        # No task_id, as in WeCom's own samples: the card keeps the one it was sent under.
        payload = render_wecom_update(card, task_id=None, pack=self._packer(card_id, card))
        body = {"userids": [to], "agentid": self._agent_id, "response_code": code, "template_card": payload}
        answer = self._client.update_card(body, {CODE_SPENT: Expired()})
        if not isinstance(answer, dict):
            return answer
        return _left_out(answer, to) or Sent()

    def send_text(self, to: str, text: str, *, again: bool) -> Sent | Fault:
        """Send plain text of at most 2048 bytes. `again` asks WeCom to drop it if it took the same just before.

        The first attempt does not ask: a text that is rightly said twice within the interval would be swallowed
        without an error. So after an unknown outcome a person may read a text twice, at most (reliability: texts have
        no key of their own, cards have).
        """
        if not 0 < len(text.encode()) <= TEXT_BYTES:
            return Permanent("the text is empty or too long")
        message: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
        if again:
            message |= _DROP_IF_SAME
        return self._send(to, message)

    def runs_short(self) -> bool:
        """Never: WeCom allows so much in a minute, and in a month what anybody likes."""
        return False

    def answer(self, url: str, text: str) -> Expired:  # noqa: ARG002
        """WeCom knows no sessions: an answer goes back with its request, or as any text."""
        return Expired()

    def send_picture(self, to: str, media_id: str) -> Sent | Expired | Fault:
        """Send a picture uploaded less than three days ago; Expired if it was before. WeCom drops the same one if it
        took it within four hours."""
        message = {"msgtype": "image", "image": {"media_id": media_id}, **_SAME_UPLOAD}
        return self._send(to, message, dict.fromkeys(MEDIA_GONE, Expired()))

    def upload(self, png: bytes, name: str) -> Uploaded | Fault:
        """Hand a PNG over, of more than 5 bytes and at most 10 MB; WeCom keeps it for three days."""
        if len(png) not in _PICTURE_BYTES:
            return Permanent("the picture is too small or too large")
        return self._uploaded(self._client.upload(png, name, "image/png", "image"))

    def send_file(self, to: str, media_id: str, kind: MediumKind) -> Sent | Fault:
        """Send a picture, voice, film or file uploaded less than three days ago; the same upload twice within four
        hours arrives once."""
        name = _TYPES[kind]
        return self._send(to, {"msgtype": name, name: {"media_id": media_id}, **_SAME_UPLOAD})

    def upload_file(self, content: bytes, name: str, mime: str, kind: MediumKind) -> Uploaded | Fault:
        """Hand a file over, to be sent as `kind`: pictures and films of at most 10 MB, voices 2 MB, files 20 MB."""
        if len(content) not in _SIZES[kind]:
            return Permanent("the file is too small or too large")
        return self._uploaded(self._client.upload(content, name, mime, _TYPES[kind]))

    def download(self, media_id: str, most: int) -> Downloaded | TooLarge | Fault:
        """What a member sent, less than three days ago."""
        answer = self._client.download(media_id, most)
        if not isinstance(answer, dict):
            return answer
        content = answer["content"]
        return TooLarge() if content is None else Downloaded(content, answer["name"])

    def _uploaded(self, answer: Answer | Fault) -> Uploaded | Fault:
        if not isinstance(answer, dict):
            return answer
        media_id = answer.get("media_id")
        return Uploaded(media_id) if isinstance(media_id, str) and media_id else Retry(5.0, "upload without a media id")

    def contact(self, contact_id: str, member: str) -> Contact | NoContact | Fault:
        """A customer whom `member` has among his contacts (客户联系)."""
        return find_contact(self._client, contact_id, member)

    def _send(self, to: str, message: Answer, outcomes: Outcomes[T] = _AS_EVER) -> Sent | Fault | T:
        if not _one_member(to):
            return Permanent("the recipient is no single member")
        answer = self._client.send(self._agent_id, to, message, outcomes)
        if not isinstance(answer, dict):
            return answer
        code = _text(answer.get("response_code"))
        sent = Sent(code, CODE_SECONDS if code else 0, _text(answer.get("msgid")))
        return _left_out(answer, to) or sent

    def _packer(self, card_id: str, card: Card) -> Callable[[Action], str]:
        expires, stand = self._clock() + ACTION_LIFE, f"{card_id}.{card.revision}"
        return lambda act: self._signer.pack(act, stand, expires)


def task_id_of(card_id: str) -> str:
    """The task id under which a card is sent."""
    return f"t-{card_id}"


def _one_member(to: str) -> bool:
    return bool(to) and to.casefold() != "@all" and not _MANY.search(to)


def _left_out(answer: Answer, to: str) -> Permanent | None:
    """errcode 0 is no proof: WeCom names whom it left out, lower-cased, in a `|` string or in a list."""
    for name in ("invaliduser", "unlicenseduser"):
        listed: Any = answer.get(name) or []
        people = listed.split("|") if isinstance(listed, str) else listed
        if isinstance(people, list) and to.casefold() in (str(person).casefold() for person in people):
            return Permanent(f"{name}: this member cannot be reached", unreachable=True)
    return None


def _text(value: object) -> str | None:
    """A code or id of the platform: visible ASCII, or it is none."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() and value else None
