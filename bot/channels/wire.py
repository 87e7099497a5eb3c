"""HTTP to platforms and gateways with bounds: on time as a whole, on size, on where it goes, and on what is logged.

`requests` bounds each single read, so an answer that drips a byte every few seconds would hold a worker for hours.
Here every read of an answer gets only what is left of one deadline.
"""

import io
import logging
import os
import threading
import time
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPResponse
from math import inf
from socket import socket
from typing import Any
from urllib.parse import unquote

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

from bot.channels.addresses import Addresses, Barred
from cards.channel import Fault, Misconfigured, Permanent, Retry, Sent

MAX_ANSWER_BYTES = 1024 * 1024
_CHUNK = 64 * 1024
_NAME_CHARS = 100
_BROKEN_SECONDS = 5.0
_LONGEST_RETRY = 3600.0
_REFUSED_US = (401, 403)
_LATER = (408, 425, 429)


class BadAnswer(requests.RequestException):
    """An HTTP answer that is not the other side's: a redirect, HTML, half a JSON, too much. `why` names it without
    its content; `maybe_done` says whether the request may have been carried out all the same."""

    def __init__(self, why: str, *, maybe_done: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.maybe_done = maybe_done


class BarredHost(BadAnswer):
    """Nobody was called: the host has no address that may be."""


class TooLong(BadAnswer):
    """More than was asked for."""


def fault_of_exchange(broken: requests.RequestException) -> Retry:
    """The fault that a broken HTTP exchange means. Names the class of the error alone: its text holds the URL, and
    WeCom's URL holds the access token."""
    if isinstance(broken, BadAnswer):
        return Retry(_BROKEN_SECONDS, broken.why, maybe_sent=broken.maybe_done)
    reason = getattr(broken.args[0], "reason", None) if broken.args else None
    never_connected = isinstance(broken, requests.ConnectTimeout) or isinstance(
        reason, (NewConnectionError, ConnectTimeoutError)
    )
    return Retry(_BROKEN_SECONDS, type(broken).__name__, maybe_sent=not never_connected)


def taken(answer: requests.Response) -> Sent | Fault:
    """What the status of a receiver's answer says, which is all that matters of it: the text is neither read nor kept,
    since it may repeat what was sent."""
    status, why = answer.status_code, f"HTTP {answer.status_code}"
    if 200 <= status < 300:
        return Sent()
    if status in _REFUSED_US:
        return Misconfigured(f"{why}: our signature is not taken")
    if status >= 500 or status in _LATER:
        return Retry(_seconds(answer.headers.get("Retry-After", "")), why, maybe_sent=status >= 500)
    return Permanent(why)


def _seconds(said: str) -> float:
    """How long the receiver asks us to wait, within bounds."""
    return min(float(said), _LONGEST_RETRY) if said.isascii() and said.isdigit() else _BROKEN_SECONDS


def file_name(disposition: str) -> str:
    """The file's name in a Content-Disposition, to be shown and for nothing else; empty if there is none. WeCom sends
    it as plain UTF-8 bytes, which HTTP reads as Latin-1, or percent-encoded."""
    parts = Message()
    parts["Content-Disposition"] = disposition.encode("latin-1", "replace").decode("utf-8", "replace")
    found = parts.get_filename() or ""
    name = unquote(found).replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[:_NAME_CHARS]


class Wire:
    """Stands where wechatpy keeps its `requests.Session`: one session per thread and process, connections kept alive.

    Seconds: `connect` bounds the connecting and, again, the agreeing on a cipher and the sending; `read` the whole
    answer from the end of sending, which may have `most_bytes`; `whole` all of it together (None: nothing more). With
    `addresses` a host is called only at one that may be; a proxy of the environment's looks for itself.
    """

    def __init__(
        self,
        connect: float,
        read: float,
        most_bytes: int = MAX_ANSWER_BYTES,
        *,
        whole: float | None = None,
        addresses: Addresses | None = None,
    ) -> None:
        self._timeout, self._most_bytes = (connect, read), most_bytes
        self._whole, self._addresses = whole, addresses
        self._mine = threading.local()
        _hide_queries()

    def request(self, method: str, url: str, *, most: int | None = None, **kwargs: Any) -> requests.Response:
        """As `requests.Session.request`, the answer wholly read. Timeouts are always ours, redirects never followed.

        Raises:
            BadAnswer: a redirect.
            BarredHost: it has no address that may be called.
            TooLong: more than `most` bytes (else `most_bytes`); no more than that was read.
            requests.RequestException: no answer in time, or a broken one.
        """
        kwargs |= {"timeout": self._timeout, "allow_redirects": False, "stream": True}
        session = self._session()
        self._mine.end.at = time.monotonic() + self._whole if self._whole is not None else inf
        try:
            answered = session.request(method, url, **kwargs)
        except Barred as barred:
            why = f"{barred} has no address that may be called"
            raise BarredHost(why, maybe_done=False) from None
        with answered as answer:
            if 300 <= answer.status_code < 400:
                raise BadAnswer("redirect", maybe_done=False)
            content = bytearray()
            for chunk in answer.iter_content(_CHUNK):
                content += chunk
                if len(content) > (most or self._most_bytes):
                    raise TooLong("too long an answer")
            answer._content = bytes(content)  # what `Response.content` would have stored without a limit
            return answer

    def _session(self) -> requests.Session:
        # After a fork the child must not write into its parent's connections.
        if getattr(self._mine, "process", None) != os.getpid():
            self._mine.process = os.getpid()
            self._mine.end = _End()
            self._mine.session = _new_session(self._timeout[1], self._mine.end, self._addresses)
        return self._mine.session  # type: ignore[no-any-return]


@dataclass(slots=True)
class _End:
    """The monotonic time at which what is asked just now ends in any case."""

    at: float = inf


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _new_session(read: float, end: _End, addresses: Addresses | None) -> requests.Session:
    session = requests.Session()
    session.auth = _as_it_is  # else ~/.netrc of whoever runs us would sign in our stead
    session.headers["Accept-Encoding"] = "identity"  # answers are short, and what is not packed cannot explode
    for scheme in ("http://", "https://"):
        session.mount(scheme, _DeadlineAdapter(read, end, addresses))
    return session


class _DeadlineReader(io.RawIOBase):
    """The raw stream of one answer; each read waits no longer than until the answer's deadline."""

    def __init__(self, sock: socket, seconds: float, end: _End) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = min(time.monotonic() + seconds, end.at)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _DeadlineAdapter(HTTPAdapter):
    """An adapter whose connections read their answers against a deadline, behind a proxy too, and lead to `addresses`
    that may be called, but behind a proxy."""

    def __init__(self, read: float, end: _End, addresses: Addresses | None) -> None:
        class Response(HTTPResponse):
            def __init__(self, sock: socket, *args: Any, **kwargs: Any) -> None:
                super().__init__(sock, *args, **kwargs)
                self.fp.close()
                self.fp = io.BufferedReader(_DeadlineReader(sock, read, end))

        made: dict[str, Any] = {"response_class": Response}
        self._behind_proxy = _pools(made)
        if addresses is not None:
            made["_new_conn"] = lambda connection: _connected(connection, addresses)
        self._pools = _pools(made)
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._behind_proxy
        return manager


def _pools(made: dict[str, Any]) -> dict[str, type]:
    """The pools of connections that are made like this."""
    plain = type("Connection", (HTTPConnection,), made)
    secure = type("SecureConnection", (HTTPSConnection,), made)
    return {
        "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }


def _connected(connection: Any, addresses: Addresses) -> socket:
    """As urllib3 connects (`HTTPConnection._new_conn`), within the time of one, to the first of the addresses that may
    be called. The name stays the host's: a certificate is held against it."""
    end = time.monotonic() + connection.timeout
    failed: OSError = OSError("no address")
    try:
        found = addresses.of(connection.host, connection.port, connection.timeout)
    except OSError as error:
        found, failed = [], error
    for address in found:
        left = end - time.monotonic()
        if left <= 0:
            break
        try:
            return create_connection((address, connection.port), left, socket_options=connection.socket_options)
        except OSError as error:
            failed = error
    if isinstance(failed, TimeoutError):
        raise ConnectTimeoutError(connection, "too late")
    raise NewConnectionError(connection, type(failed).__name__)


class _HideQuery(logging.Filter):
    """Cuts what stands behind a `?` in a log record's values: WeCom wants secrets and tokens in the URL."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_without_query(value) for value in record.args)
        return True


def _without_query(value: object) -> object:
    text = value if isinstance(value, str) else str(value) if isinstance(value, Exception) else ""
    return text.partition("?")[0] + "?…" if "?" in text else value


_HIDE = _HideQuery()


def _hide_queries() -> None:
    """urllib3 logs each URL (at DEBUG, or when an answer's headers are odd). A logger keeps one filter once."""
    for name in ("urllib3.connectionpool", "urllib3.connection"):
        logging.getLogger(name).addFilter(_HIDE)
