"""WeCom's door: how its callbacks are verified, read and answered. No database, no clock of its own.

Order of the checks, cheapest first: size, parameters, freshness, envelope, signature; nothing inside the ciphertext is
looked at before the signature holds. Source: developer.work.weixin.qq.com/document/path/90930 and 90241.
"""

import re
import secrets
from datetime import datetime

from werkzeug.datastructures import MultiDict

from bot.channels.base import Answer, Echo, Refused, Request, Verified
from bot.channels.wecom.crypto import BadCallback, CallbackCipher, check_signature, signature
from bot.channels.wecom.markup import Malformed, read
from bot.channels.wecom.parse import CHANNEL, parse_event, read_event
from bot.inbound import Ignored, Inbound, Lifecycle, OrganisationChanged, Tap

MAX_BYTES = 64 * 1024
WINDOW_SECONDS = 300
PASSIVE_TEXT_BYTES = 2048  # WeCom cuts a longer text without saying so

_TIMESTAMP = re.compile(r"[0-9]{1,11}", re.ASCII)
_WORD = re.compile(rb"[0-9A-Za-z_-]{1,64}")
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class WeComDoor:
    """The callback address of one app of one company.

    `old_token` and `old_aes_key` stay valid beside the new ones while they are being changed in WeCom's console: no
    callback is refused in between, and an answer uses whatever the last genuine event used.

    `contacts_only`: this is the receiver of 通讯录同步, whose token and key may be others and belong to no app. Whoever
    has them can tell of changes of the address book, which are looked up, and of nothing else: no word of a person.

    Raises:
        ValueError: an AES key is no EncodingAESKey, or a token is empty.
    """

    name = CHANNEL
    answer_seconds = 4.0  # WeCom cuts the connection after 5, and what is said then is lost

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: int,
        token: str,
        aes_key: str,
        old_token: str | None = None,
        old_aes_key: str | None = None,
        contacts_only: bool = False,
    ) -> None:
        if not token:
            raise ValueError("a callback token may not be empty")
        self._corp_id = corp_id
        self._agent_id = str(agent_id)
        self._contacts_only = contacts_only
        self._tokens = [token] + ([old_token] if old_token else [])
        self._ciphers = [CallbackCipher(key, corp_id) for key in (aes_key, old_aes_key) if key]
        self._in_use = (self._tokens[0], self._ciphers[0])

    @property
    def text_bytes(self) -> int:
        """The longest text of a passive reply in bytes."""
        return PASSIVE_TEXT_BYTES

    def verify(self, request: Request, now: datetime) -> Verified | Echo | Refused:
        """Check that WeCom sent this to our app within five minutes of `now`.

        Give `request.query` as the web framework has it (decoded once, a `MultiDict`): only so can a doubled parameter
        be seen. `Refused.why` is one word for metrics.
        """
        try:
            return self._verify(request, now)
        except BadCallback as bad:
            return Refused(bad.why)

    def _verify(self, request: Request, now: datetime) -> Verified | Echo:
        if request.method not in ("GET", "POST"):
            raise BadCallback("method")
        if len(request.body) > MAX_BYTES:
            raise BadCallback("size")
        stamp, nonce = _parameter(request, "timestamp"), _parameter(request, "nonce")
        given = _parameter(request, "msg_signature")
        if not _TIMESTAMP.fullmatch(stamp) or abs(now.timestamp() - int(stamp)) > WINDOW_SECONDS:
            raise BadCallback("timestamp")
        encrypted = _parameter(request, "echostr") if request.method == "GET" else _encrypted(request.body)
        token = self._token_of(given, stamp, nonce, encrypted)
        raw, cipher = self._open(encrypted)
        if request.method == "GET":
            # An event and our own reply are signed just like an address check: echoed, they would be decrypted for
            # anybody who saw one of them. An address check holds a plain random word.
            if not _WORD.fullmatch(raw):
                raise BadCallback("echo")
            return Echo(raw)
        inbound, agent = read_event(raw)
        if self._contacts_only:
            if not isinstance(inbound, OrganisationChanged):
                inbound = Ignored(inbound.envelope, "no_contact_change")
        elif agent not in (None, self._agent_id):
            raise BadCallback("agent")
        self._in_use = (token, cipher)
        return Verified(raw, inbound)

    def parse(self, raw: bytes) -> Inbound:
        """The event in `raw`, see `bot.channels.wecom.parse`."""
        return parse_event(raw)

    def answer(self, inbound: Inbound, text: str | None, now: datetime) -> Answer:
        """`text` as an encrypted passive reply to the sender, at most `text_bytes` long; an empty body where there is
        none, or nobody who could read it: a tap is always answered empty, because WeCom's documents contradict each
        other on whether a passive reply to it is read (send the text as a message instead)."""
        gone = isinstance(inbound, Lifecycle) and inbound.kind == "left"
        deaf = gone or isinstance(inbound, (Tap, Ignored, OrganisationChanged))
        if not text or deaf or not inbound.envelope.sender:
            return Answer()
        stamp = str(int(now.timestamp()))
        message = (
            f"<xml><ToUserName>{_cdata(inbound.envelope.sender)}</ToUserName>"
            f"<FromUserName>{_cdata(self._corp_id)}</FromUserName><CreateTime>{stamp}</CreateTime>"
            f"<MsgType>{_cdata('text')}</MsgType><Content>{_cdata(text)}</Content></xml>"
        )
        token, cipher = self._in_use
        encrypted, nonce = cipher.encrypt(message.encode()), secrets.token_hex(8)
        body = (
            f"<xml><Encrypt>{_cdata(encrypted)}</Encrypt>"
            f"<MsgSignature>{_cdata(signature(token, stamp, nonce, encrypted))}</MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
        )
        return Answer(body.encode(), "application/xml; charset=utf-8")

    def _token_of(self, given: str, stamp: str, nonce: str, encrypted: str) -> str:
        for token in self._tokens:
            try:
                check_signature(given, token, stamp, nonce, encrypted)
            except BadCallback:
                continue
            return token
        raise BadCallback("signature")

    def _open(self, encrypted: str) -> tuple[bytes, CallbackCipher]:
        bad = BadCallback("key")
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(encrypted), cipher
            except BadCallback as reason:
                bad = reason
        raise bad


def _parameter(request: Request, name: str) -> str:
    query = request.query
    values = query.getlist(name) if isinstance(query, MultiDict) else [query.get(name, "")]
    if len(values) != 1 or not 0 < len(values[0]) <= MAX_BYTES or not values[0].isascii():
        raise BadCallback("parameter")
    return values[0]


def _encrypted(body: bytes) -> str:
    """The one Encrypt of the unsigned envelope `<xml><ToUserName/><AgentID/><Encrypt/></xml>`."""
    try:
        root = read(body, max_depth=2)
    except Malformed:
        raise BadCallback("envelope") from None
    names = [child.name for child in root.children]
    strange = root.name != "xml" or root.text.strip() or any(node.attributes for node in (root, *root.children))
    if strange or len(set(names)) != len(names):
        raise BadCallback("envelope")
    encrypted = next((child.text for child in root.children if child.name == "Encrypt"), "")
    if not encrypted.isascii() or not encrypted:
        raise BadCallback("envelope")
    return encrypted


def _cdata(text: str) -> str:
    """`text` as a CDATA section: characters that XML cannot hold are dropped, a `]]>` is split over two sections."""
    return f"<![CDATA[{_NOT_XML.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"
