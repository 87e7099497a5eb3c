"""A callback as it travels, kept in the hand: the same bytes can be sent again, at once, altered or not at all."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import httpx
from defusedxml.ElementTree import fromstring
from wechatpy.work.crypto import WeChatCrypto

from bot.sandbox.events import to_xml
from kit.company import AGENT_ID, CORP_ID, SECRETS

_CRYPTO = WeChatCrypto(SECRETS["WECOM_TOKEN"], SECRETS["WECOM_AES_KEY"], CORP_ID)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status (0: none), and the text of the passive reply ("" for none)."""

    status: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One sealed callback: its query and its body."""

    query: dict[str, str]
    body: bytes

    def post(self, url: str, *, seconds: float = 5.0) -> Answer:
        """Send it; `seconds` is how long the platform would wait."""
        try:
            with httpx.Client(timeout=seconds, trust_env=False) as http:
                answer = http.post(url, params=self.query, content=self.body, headers={"Content-Type": "text/xml"})
        except httpx.HTTPError:
            return Answer(0)
        return Answer(answer.status_code, _text(answer.content) if answer.status_code == 200 else "")

    def with_wrong_signature(self) -> "Letter":
        """The same letter, not signed by the platform."""
        wrong = "0" * len(self.query["msg_signature"])
        return replace(self, query=self.query | {"msg_signature": wrong})


def write(sender: str, msgtype: str, at: int, fields: Iterable[tuple[str, Any]]) -> str:
    """An event's XML: `fields` follow the common head, `at` is its second."""
    head: list[tuple[str, Any]] = [("ToUserName", CORP_ID), ("FromUserName", sender), ("CreateTime", at)]
    return to_xml([*head, ("MsgType", msgtype), *fields, ("AgentID", AGENT_ID)])


def typed(sender: str, text: str, at: int, message_id: int) -> str:
    """A typed message's XML."""
    return write(sender, "text", at, [("Content", text), ("MsgId", message_id)])


def seal(xml: str, at: int) -> Letter:
    """Encrypt and sign an event's XML with a fresh nonce, as of the second `at`."""
    nonce = str(secrets.randbelow(10**10))
    sealed = _elements(_CRYPTO.encrypt_message(xml, nonce, str(at)))
    query = {"msg_signature": sealed["MsgSignature"], "timestamp": str(at), "nonce": nonce}
    body = (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><Encrypt><![CDATA[{sealed['Encrypt']}]]></Encrypt></xml>"
    )
    return Letter(query, body.encode())


def _text(content: bytes) -> str:
    if content in (b"", b"success"):
        return ""
    outer = _elements(content)
    inner = _CRYPTO.decrypt_message(outer, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
    return _elements(inner).get("Content", "")


def _elements(xml: str | bytes) -> dict[str, str]:
    return {element.tag: element.text or "" for element in fromstring(xml)}
