"""How an event travels to the app and its answer back: encrypted, signed, cut off after 5 s, repeated up to 3 times.

The encryption is wechatpy's, on purpose: the app has its own, and each checks the other.
"""

import secrets
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from xml.etree.ElementTree import ParseError

import httpx
from defusedxml.ElementTree import fromstring
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.work.crypto import WeChatCrypto
from wechatpy.work.exceptions import InvalidCorpIdException

RETRIES = 3
TIMEOUT = 5.0
_authorities = cache(httpx.create_ssl_context)  # reading them takes longer than everything else that is set up here
_UNREADABLE = (ParseError, KeyError, ValueError, IndexError, struct.error)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery. `status` 0 means that no answer came; `error` says why, or what was wrong with the answer.

    `reply` is the decrypted passive answer by element, empty if the app had nothing to say.
    """

    status: int
    seconds: float
    error: str = ""
    reply: tuple[tuple[str, str], ...] = ()

    @property
    def taken(self) -> bool:
        """Whether the platform regards the event as received."""
        return self.status == 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything that happened to one event."""

    event: str
    xml: str
    attempts: tuple[Attempt, ...]

    @property
    def taken(self) -> bool:
        """Whether the app answered 200 at last."""
        return any(attempt.taken for attempt in self.attempts)

    @property
    def reply(self) -> str | None:
        """The text of the first passive answer."""
        texts = (dict(a.reply).get("Content") for a in self.attempts if dict(a.reply).get("MsgType") == "text")
        return next((text for text in texts if text is not None), None)


class Postman:
    """Carries events to one callback URL."""

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: int | None,
        token: str,
        aes_key: str,
        clock: Callable[[], datetime],
        timeout: float = TIMEOUT,
        retry_spacing: Sequence[float] = (1.0, 1.0, 1.0),
    ) -> None:
        self._corp_id = corp_id
        self._agent = "" if agent_id is None else f"<AgentID><![CDATA[{agent_id}]]></AgentID>"
        self._crypto = WeChatCrypto(token, aes_key, corp_id)
        self._clock = clock
        self._spacing = retry_spacing
        self._stopping = threading.Event()
        # A fresh connection each time, as the platform's many machines make them; no proxy of the environment.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.Client(
            timeout=timeout, limits=limits, trust_env=False, follow_redirects=False, verify=_authorities()
        )

    def post(self, url: str, xml: str) -> Attempt:
        """Deliver the event once, with a fresh nonce and fresh encryption."""
        query, encrypted = self._seal(xml)
        body = (
            f"<xml><ToUserName><![CDATA[{self._corp_id}]]></ToUserName>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt>{self._agent}</xml>"
        )
        started = time.monotonic()
        try:
            answer = self._http.post(url, params=query, content=body.encode(), headers={"Content-Type": "text/xml"})
        except httpx.HTTPError as error:
            return Attempt(0, time.monotonic() - started, type(error).__name__)
        return self._read(answer, time.monotonic() - started)

    def post_until_taken(self, url: str, xml: str, *, retries: int = RETRIES) -> tuple[Attempt, ...]:
        """Deliver the event, again after a failure, at most `retries` times more."""
        attempts = [self.post(url, xml)]
        while not attempts[-1].taken and len(attempts) <= retries:
            spacing = self._spacing[min(len(attempts), len(self._spacing)) - 1] if self._spacing else 0.0
            if self._stopping.wait(spacing):
                break
            attempts.append(self.post(url, xml))
        return tuple(attempts)

    def post_at_once(self, url: str, xml: str, copies: int) -> tuple[Attempt, ...]:
        """Deliver the event `copies` times at the same moment."""
        barrier, attempts = threading.Barrier(copies), []

        def one() -> None:
            barrier.wait(timeout=10)
            attempts.append(self.post(url, xml))

        threads = [threading.Thread(target=one) for _ in range(copies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return tuple(attempts)

    def verify(self, url: str) -> Attempt:
        """The address verification (GET): `taken` and no `error` if the app gave back the bare decrypted echostr."""
        echo = str(secrets.randbelow(10**19))
        query, encrypted = self._seal(echo)
        started = time.monotonic()
        try:
            answer = self._http.get(url, params={**query, "echostr": encrypted})
        except httpx.HTTPError as error:
            return Attempt(0, time.monotonic() - started, type(error).__name__)
        right = answer.content == echo.encode()
        return Attempt(
            answer.status_code, time.monotonic() - started, "" if right else "the answer is not the decrypted echostr"
        )

    def close(self) -> None:
        """Stop repeating and close the connections."""
        self._stopping.set()
        self._http.close()

    def _seal(self, text: str) -> tuple[dict[str, str], str]:
        nonce, timestamp = str(secrets.randbelow(10**10)), str(int(self._clock().timestamp()))
        sealed = _elements(self._crypto.encrypt_message(text, nonce, timestamp))
        query = {"msg_signature": sealed["MsgSignature"], "timestamp": timestamp, "nonce": nonce}
        return query, sealed["Encrypt"]

    def _read(self, answer: httpx.Response, seconds: float) -> Attempt:
        if answer.status_code != 200 or answer.content in (b"", b"success"):
            return Attempt(answer.status_code, seconds)
        try:
            outer = _elements(answer.content)
            inner = self._crypto.decrypt_message(outer, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
            reply = _elements(inner)
        except InvalidSignatureException:
            return Attempt(200, seconds, "wrong signature")
        except InvalidCorpIdException:
            return Attempt(200, seconds, "wrong receiver")
        except _UNREADABLE as error:
            return Attempt(200, seconds, f"unreadable: {type(error).__name__}")
        return Attempt(200, seconds, reply=tuple(reply.items()))


def _elements(xml: str | bytes) -> dict[str, str]:
    """The elements below the root by name, with their text as it was written."""
    return {element.tag: element.text or "" for element in fromstring(xml)}
