"""Callbacks as WeCom would make them, for our door; what a test wants wrong is given as an argument."""

from collections.abc import Iterable
from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict

from bot.channels.base import Request
from bot.channels.wecom.crypto import CallbackCipher, signature
from bot.channels.wecom.door import WeComDoor

CORP, AGENT = "ww1436e0e65a779aee", 1000002
TOKEN, KEY = "camelBell2026", "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"
OLD_TOKEN, OLD_KEY = "camelBell2025", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
STAMP = int(NOW.timestamp())
NONCE = "n0nce"
HEAD = (
    "<ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[Batu]]></FromUserName>"
    "<CreateTime>1767225600</CreateTime>"
)
EVENT = HEAD + "<MsgType><![CDATA[event]]></MsgType>"
TAIL = "<AgentID>1000002</AgentID>"


def door(**more: str) -> WeComDoor:
    return WeComDoor(corp_id=CORP, agent_id=AGENT, token=TOKEN, aes_key=KEY, **more)


def event(rest: str, head: str = HEAD, tail: str = TAIL) -> bytes:
    """The plaintext of a callback."""
    return f"<xml>{head}{rest}{tail}</xml>".encode()


TEXT = event("<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[公海 呼和浩特]]></Content><MsgId>7301</MsgId>")


def envelope(encrypted: str) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[{AGENT}]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    ).encode()


def signed(encrypted: str, *, token: str = TOKEN, stamp: str = str(STAMP), nonce: str = NONCE) -> list[tuple[str, str]]:
    """The query of a genuine callback."""
    given = signature(token, stamp, nonce, encrypted)
    return [("msg_signature", given), ("timestamp", stamp), ("nonce", nonce)]


def request(query: Iterable[tuple[str, str]], body: bytes, method: str = "POST") -> Request:
    return Request(method, MultiDict(query), {}, body)


def callback(
    raw: bytes = TEXT, *, token: str = TOKEN, key: str = KEY, corp: str = CORP, stamp: int | str = STAMP
) -> Request:
    """A genuine POST that holds `raw`."""
    encrypted = CallbackCipher(key, corp).encrypt(raw)
    return request(signed(encrypted, token=token, stamp=str(stamp)), envelope(encrypted))
