"""DingTalk as a `cards.channel.Channel`: what an app's robot may do with cards, texts, pictures and files.

Sources: open.dingtalk.com/document/development/create-and-deliver-cards, message-card-sending-and-updating,
chatbots-send-one-on-one-chat-messages-in-batches, download-the-file-content-of-the-robot-receiving-message and
upload-media-files.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.dingtalk.client import DingTalkClient
from bot.channels.dingtalk.faults import CARD_EXISTS, CARD_GONE, MAYBE_SENT, Answer
from cards.actions import Action, Signer
from cards.channel import (
    Contact,
    Downloaded,
    Expired,
    Fault,
    Misconfigured,
    NoCards,
    NoContact,
    Pace,
    Permanent,
    Retry,
    Sent,
    TooLarge,
    Uploaded,
)
from cards.limits import cut
from cards.model import Card
from cards.render.clean import clean
from cards.render.dingtalk import SHARED, Template, render_dingtalk
from core.leads.filetypes import MediumKind

CHANNEL = "dingtalk"
CARDS = "/v1.0/card/instances"
DELIVER = "/v1.0/card/instances/createAndDeliver"
SEND = "/v1.0/robot/oToMessages/batchSend"
FILES = "/v1.0/robot/messageFiles/download"
CALLBACK_ROUTE = "tuoling"
"""The key under which our address is registered for taps, where they come by HTTP (card/callbacks/register)."""
TEXT_BYTES = 5000  # ours: msgParam may hold 15,000 bytes of JSON, in which a sign can take six
ACTION_LIFE = timedelta(days=30)
CHANGES_FOR = ACTION_LIFE  # a card's buttons work no longer either; how long DingTalk keeps it stands nowhere
_MB = 1024 * 1024
_FILE_BYTES = range(6, 20 * _MB + 1)
_FILE_TYPES = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})
_PREVIEW_CHARS = 50
_MARK = 8
_STILL_THERE = {
    MAYBE_SENT: Permanent(
        f"{MAYBE_SENT}: it may have arrived, and nothing would tell a second one from it", maybe_sent=True
    )
}

_ID = re.compile(r"[0-9A-Za-z_\-]{1,60}")
_MANY = re.compile(r"[;\s\x00-\x1f]")  # `a;IM_ROBOT.b` would be two people


class DingTalkChannel:
    """The sending half of one DingTalk app. `signer` makes the keys of buttons, `clock` is aware UTC; taps come by
    Stream, or by HTTP to the address that is registered under `route_key`."""

    name = CHANNEL
    changes_freely: timedelta | None = CHANGES_FOR
    # 20 calls a second for the whole app; how much one member may get stands nowhere, only that it is limited
    # (flowControlledStaffIdList), so less than WeCom's.
    pace = Pace(per_minute=20, per_hour=600, app_per_minute=900)

    def __init__(
        self,
        client: DingTalkClient,
        *,
        robot_code: str,
        signer: Signer,
        clock: Callable[[], datetime],
        template: Template = SHARED,
        route_key: str | None = None,
    ) -> None:
        self._client, self._robot_code = client, robot_code
        self._signer, self._clock = signer, clock
        self._template, self._route_key = template, route_key

    @property
    def text_bytes(self) -> int:
        """The longest text in bytes that one message holds."""
        return TEXT_BYTES

    def send_card(self, to: str, card: Card, card_id: str, *, again: bool) -> Sent | NoCards | Fault:
        """Send `card` under the outTrackId that `track_id_of` makes, of which DingTalk has one card at most. That it
        exists already means Sent if `again`, else that a card id was used twice: Permanent. A delivery that failed, or
        that was made to nobody, is Permanent too: under this id there is a card now, and another attempt would be told
        only that. What our settings are to blame for (a template that does not exist, the app's rights) may be so for
        cards alone: NoCards.

        That a card which exists was also delivered is assumed: an attempt that ended with an error may have made it
        and not delivered it. To be settled with a live tenant.
        """
        track_id = track_id_of(card_id, self._template)
        if not _one_member(to) or not _ID.fullmatch(track_id):
            return Permanent("the recipient is no single member, or the card id makes no outTrackId")
        body: Answer = {
            "cardTemplateId": self._template.id,
            "outTrackId": track_id,
            "userIdType": 1,
            "cardData": {"cardParamMap": self._drawn(card, card_id)},
            "openSpaceId": f"dtv1.card//IM_ROBOT.{to}",
            "imRobotOpenSpaceModel": {
                "supportForward": False,
                "lastMessageI18n": {"ZH_CN": cut(clean(card.title), _PREVIEW_CHARS)},
            },
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": self._robot_code},
            **self._calls_back(),
        }
        taken = Sent() if again else Permanent("the outTrackId was used before")
        answer = self._client.post(DELIVER, body, {CARD_EXISTS: taken})
        if isinstance(answer, Misconfigured):
            return NoCards(answer.why)
        return _delivered(answer) if isinstance(answer, dict) else answer

    def update_card(self, to: str, card: Card, card_id: str, code: str | None) -> Sent | Expired | Fault:  # noqa: ARG002
        """Change the card, for everybody who has it: that is `to` alone. No code is needed. To be called only after a
        tap on it was answered (DingTalk: 「请勿在回调过程中，调用更新接口」), which the outbox sees to. Expired if
        it was made with another template, whose variables are others: DingTalk would say yes, and show nothing."""
        body: Answer = {
            "outTrackId": track_id_of(card_id, self._template),
            "userIdType": 1,
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
            "cardData": {"cardParamMap": self._drawn(card, card_id)},
        }
        answer = self._client.put(CARDS, body, {CARD_GONE: Expired()})
        if not isinstance(answer, dict):
            return answer
        return Sent() if answer.get("result", True) in (True, "true") else Expired()

    def send_text(self, to: str, text: str, *, again: bool) -> Sent | Fault:  # noqa: ARG002
        """Send plain text of at most `TEXT_BYTES`.

        DingTalk has no key for a message and cannot be asked to drop a repetition: after an unknown outcome a text may
        come twice (what must not is a card).
        """
        if not 0 < len(text.encode()) <= TEXT_BYTES:
            return Permanent("the text is empty or too long")
        return self._send(to, "sampleText", {"content": text})

    def runs_short(self) -> bool:
        """Are more than 80 % of the month's calls used up, or does DingTalk say that all are?"""
        return self._client.runs_short()

    def answer(self, url: str, text: str) -> Sent | Expired | Fault:
        """Send plain text of at most `TEXT_BYTES` by a message's sessionWebhook, which costs no call of the month's.
        Only at our own two hosts; whatever refuses it is Expired, and it may go by the API. That it has ended DingTalk
        says with a 200 and 300001 (robot-reply-and-send-messages). A robot may be slowed there as anywhere."""
        if not 0 < len(text.encode()) <= TEXT_BYTES:
            return Permanent("the text is empty or too long")
        return self._client.answer(url, {"msgtype": "text", "text": {"content": text}})

    def send_picture(self, to: str, media_id: str) -> Sent | Expired | Fault:
        """Send a picture uploaded before, at any time. After an unknown outcome it may come twice, as a text."""
        return self._send(to, "sampleImageMsg", {"photoURL": media_id})

    def upload(self, png: bytes, name: str) -> Uploaded | Fault:
        """Hand a PNG over, of more than 5 bytes and at most 20 MB; DingTalk keeps it for good."""
        if len(png) not in _FILE_BYTES:
            return Permanent("the picture is too small or too large")
        return self._uploaded(png, name, "image/png", "image")

    def send_file(self, to: str, media_id: str, kind: MediumKind) -> Sent | Fault:
        """Send what was uploaded as `kind`. All but pictures go as files: of a voice and a film DingTalk wants to know
        how long they are, and of a film what its first picture is, and we know neither."""
        media, _, name = media_id.partition("|")
        if kind is MediumKind.PICTURE:
            return self._send(to, "sampleImageMsg", {"photoURL": media})
        return self._send(to, "sampleFile", {"mediaId": media, "fileName": name, "fileType": _ending(name)})

    def upload_file(self, content: bytes, name: str, mime: str, kind: MediumKind) -> Uploaded | Fault:
        """Hand a file over, to be sent as `kind`: pictures and files of at most 20 MB.

        DingTalk sends files of six types; any other is packed as a ZIP. A file's name goes with the message, so it goes
        with the upload's id: `<media id>|<name>`.
        """
        if len(content) not in _FILE_BYTES:
            return Permanent("the file is too small or too large")
        if kind is MediumKind.PICTURE:
            return self._uploaded(content, name, mime, "image")
        if _ending(name) not in _FILE_TYPES:
            content, name, mime = _zipped(content, name), f"{name}.zip", "application/zip"
        given = self._uploaded(content, name, mime, "file")
        return Uploaded(f"{given.media_id}|{name}") if isinstance(given, Uploaded) else given

    def download(self, media_id: str, most: int) -> Downloaded | TooLarge | Fault:
        """What a member sent, by its downloadCode: DingTalk names an address that works for a while."""
        answer = self._client.post(FILES, {"downloadCode": media_id, "robotCode": self._robot_code})
        if not isinstance(answer, dict):
            return answer
        url = answer.get("downloadUrl")
        return self._client.fetch(url, most) if isinstance(url, str) and url else Retry(5.0, "no address of the file")

    def contact(self, contact_id: str, member: str) -> Contact | NoContact | Fault:  # noqa: ARG002
        """DingTalk's app has no contacts of its members (客户联系 is WeCom's)."""
        return NoContact()

    def _uploaded(self, content: bytes, name: str, mime: str, kind: str) -> Uploaded | Fault:
        answer = self._client.upload(content, name, mime, kind)
        if not isinstance(answer, dict):
            return answer
        media_id = answer.get("media_id")
        return Uploaded(media_id) if isinstance(media_id, str) and media_id else Retry(5.0, "upload without a media id")

    def _send(self, to: str, key: str, values: Mapping[str, Any]) -> Sent | Fault:
        if not _one_member(to):
            return Permanent("the recipient is no single member")
        body: Answer = {
            "robotCode": self._robot_code,
            "userIds": [to],
            "msgKey": key,
            "msgParam": json.dumps(values, ensure_ascii=False, separators=(",", ":")),
        }
        answer = self._client.post(SEND, body, _STILL_THERE)
        if not isinstance(answer, dict):
            return answer
        return _left_out(answer, to) or Sent(message_id=_text(answer.get("processQueryKey")))

    def _drawn(self, card: Card, card_id: str) -> dict[str, str]:
        expires, stand = self._clock() + ACTION_LIFE, f"{card_id}.{card.revision}"

        def pack(act: Action) -> str:
            return self._signer.pack(act, stand, expires)

        return render_dingtalk(card, pack=pack, template=self._template)

    def _calls_back(self) -> Answer:
        """How taps come. Without it a button is dead, and nothing says so."""
        if self._route_key is None:
            return {"callbackType": "STREAM"}
        return {"callbackType": "HTTP", "callbackRouteKey": self._route_key}


def track_id_of(card_id: str, template: Template = SHARED) -> str:
    """The outTrackId under which a card is sent. It ends in the card's id; what stands before is an own template's, so
    that there is no such card to be changed once the template is another."""
    mark = "" if template == SHARED else f"{hashlib.sha256(repr(template).encode()).hexdigest()[:_MARK]}-"
    return f"tl-{mark}{card_id}"


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold()


def _zipped(content: bytes, name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content)  # of no time: the same file is the same each time
    return packed.getvalue()


def _one_member(to: str) -> bool:
    return bool(to) and not to.startswith("@") and not _MANY.search(to)


def _delivered(answer: Answer) -> Sent | Fault:
    """200 is no proof: each delivery has a result of its own, and where there is none it was delivered to nobody."""
    result = answer.get("result")
    delivered: Any = result.get("deliverResults") if isinstance(result, dict) else None
    if not isinstance(delivered, list) or not all(isinstance(each, dict) for each in delivered):
        return Retry(5.0, "created, and not said to be delivered", maybe_sent=True)
    if not delivered:
        return Permanent("the card was made and delivered to nobody")
    for each in delivered:
        if each.get("success") not in (True, "true"):
            return Permanent("the card was made and not delivered")
    return Sent(message_id=_text(delivered[0].get("carrierId")))


def _left_out(answer: Answer, to: str) -> Fault | None:
    """200 is no proof: DingTalk names who does not exist or is not to be seen by the app, and who got too much."""
    if to.casefold() in _people(answer.get("invalidStaffIdList")):
        return Permanent("invalidStaffIdList: this member cannot be reached", unreachable=True)
    if to.casefold() in _people(answer.get("flowControlledStaffIdList")):
        return Retry(60.0, "flowControlledStaffIdList: this member got too much")
    return None


def _people(listed: object) -> list[str]:
    return [str(each).casefold() for each in listed] if isinstance(listed, list) else []


def _text(value: object) -> str | None:
    """An id of the platform: visible ASCII, or it is none."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() and value else None
