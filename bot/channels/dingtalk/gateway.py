"""Asking DingTalk for a Stream connection: an address and a ticket that opens it once, within 90 seconds.

Source: open-dingtalk/developerpedia, docs/learn/stream/protocol (POST /v1.0/gateway/connections/open).
"""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import requests

from bot.channels.dingtalk.frames import TOPICS
from bot.channels.wire import BadAnswer, Wire
from config.settings import DingTalkSettings

PATH = "/v1.0/gateway/connections/open"
CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0
_MOST_BYTES = 64 * 1024
_CODE = re.compile(r"[A-Za-z0-9._-]{1,80}")


@dataclass(frozen=True, slots=True)
class Opened:
    """Where to connect to, and with which ticket."""

    endpoint: str
    ticket: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotOpened:
    """Why there is none: `refused` (id or secret are wrong, or the app may not), `away` (no answer, or one that asks
    us to come again), `odd` (an answer that is none). `said` is for the log."""

    why: str
    said: str


class Gateway:
    """One app's way to its connections. Safe to share between threads."""

    def __init__(self, app: DingTalkSettings) -> None:
        self._app = app
        self._wire = Wire(CONNECT_SECONDS, READ_SECONDS, _MOST_BYTES, whole=CONNECT_SECONDS + READ_SECONDS)

    def open(self) -> Opened | NotOpened:
        """Ask once, for 8 seconds at most. Raises nothing."""
        body = {
            "clientId": self._app.client_id,
            "clientSecret": self._app.client_secret.get_secret_value(),
            "subscriptions": [{"type": "CALLBACK", "topic": topic} for topic in TOPICS],
            "ua": "tuoling/1",
        }
        url = f"{self._app.api_base.rstrip('/')}{PATH}"
        try:
            # Without this Accept the answer is XML.
            answer = self._wire.request("POST", url, json=body, headers={"Accept": "application/json"})
        except BadAnswer as bad:
            return NotOpened("odd", bad.why)
        except requests.RequestException as broken:
            return NotOpened("away", type(broken).__name__)
        return _read(answer, secure=url.startswith("https:"))


def address(opened: Opened) -> str:
    """Where the socket is opened. Holds the ticket: for no log."""
    mark = "&" if "?" in opened.endpoint else "?"
    return f"{opened.endpoint}{mark}ticket={quote(opened.ticket, safe='')}"


def _read(answer: requests.Response, *, secure: bool) -> Opened | NotOpened:
    try:
        found = answer.json()
    except ValueError:
        found = None
    told = found if isinstance(found, dict) else {}
    if answer.status_code != 200:
        code = told.get("code")
        said = f"HTTP {answer.status_code} {code if isinstance(code, str) and _CODE.fullmatch(code) else ''}".rstrip()
        return NotOpened("refused" if _is_final(answer.status_code, said) else "away", said)
    endpoint, ticket = told.get("endpoint"), told.get("ticket")
    if not isinstance(endpoint, str) or not isinstance(ticket, str) or not ticket:
        return NotOpened("odd", "no endpoint and ticket")
    return Opened(endpoint, ticket) if _may_be(endpoint, secure=secure) else NotOpened("odd", "no endpoint of a stream")


def _is_final(status: int, said: str) -> bool:
    """Is it of no use to ask again? Throttling comes as 400 and 403 too: the status alone does not tell."""
    throttled = any(word in said.casefold() for word in ("limit", "toofast", "too.fast", "busy"))
    return status in (400, 401, 403, 404) and not throttled


def _may_be(endpoint: str, *, secure: bool) -> bool:
    """May the ticket go there? Its hosts are no fixed list; but who asked by TLS is sent to TLS."""
    try:
        parts = urlsplit(endpoint)
        return parts.scheme in (("wss",) if secure else ("ws", "wss")) and bool(parts.hostname) and not parts.fragment
    except ValueError:
        return False
