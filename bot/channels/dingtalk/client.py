"""DingTalk's API: two hosts, one token, and one refresh and one retry around each call.

Our own (no SDK): the official ones wait without a bound, log tickets, and take a failure within a 200 for a success.
Sources: open.dingtalk.com/document/development, each call's page by its path.
"""

from collections.abc import Callable, Mapping
from typing import Any, Never, Protocol, TypeVar
from urllib.parse import SplitResult, urlsplit

import requests

from bot.channels.addresses import Addresses
from bot.channels.dingtalk.faults import Answer, Refused, fault_of, is_counted, is_out_of_calls, is_token_refused, judge
from bot.channels.tokens import Fetched, Token, TokenSource
from bot.channels.wire import MAX_ANSWER_BYTES, TooLong, Wire, fault_of_exchange
from cards.channel import Downloaded, Expired, Fault, Misconfigured, Permanent, Retry, Sent, TooLarge

PUBLIC_API = "https://api.dingtalk.com"
PUBLIC_OAPI = "https://oapi.dingtalk.com"
CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
FILE_SECONDS = 45.0  # 20 MB; with a new token in between it stays below the longest lease of an outbox row
LONGEST_TOKEN = 7200
TOKEN_PATH = "/v1.0/oauth2/accessToken"  # noqa: S105  an address
TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  its name
SESSION_PATH = "/robot/sendBySession"
FILE_HOSTS = (".dingtalk.com", ".aliyuncs.com", ".alicdn.com")
"""Where files lie, besides our two bases: DingTalk names an address that works for a while, at its own hosts or in
Alibaba's stores (seen, not documented)."""

T = TypeVar("T")
Outcomes = Mapping[str, T]
_NO_OUTCOMES: Mapping[str, Never] = {}


class Meter(Protocol):
    """Counts the calls of the month."""

    def count(self) -> None:
        """One more that the platform counts. Never fails."""
        ...

    def spared(self) -> None:
        """What went by a session would have been one more. Never fails."""
        ...

    def gone(self) -> None:
        """The platform says that there are none left. Never fails."""
        ...

    def runs_short(self) -> bool:
        """Are most of this month's used up, as far as is known? Never fails."""
        ...


class DingTalkApi:
    """The two hosts, without a token of their own. `api_base` and `oapi_base` are scheme and host (and a path, where a
    private proxy wants one). Timeouts in seconds. Raises nothing: a broken exchange is a fault."""

    def __init__(
        self,
        client_id: str,
        secret: str,
        api_base: str = PUBLIC_API,
        oapi_base: str = PUBLIC_OAPI,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        most_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self._client_id, self._secret = client_id, secret
        self._api, self._oapi = api_base.rstrip("/"), oapi_base.rstrip("/")
        self._wire = Wire(connect_seconds, read_seconds, most_bytes)
        self._files = Wire(connect_seconds, max(read_seconds, FILE_SECONDS))
        bases = [urlsplit(base) for base in (self._api, self._oapi)]
        self._own = {(each.scheme, each.hostname, each.port) for each in bases}
        self._session_paths = {f"{each.path}{SESSION_PATH}" for each in bases}
        self._stored = Wire(connect_seconds, max(read_seconds, FILE_SECONDS), addresses=Addresses(()))

    def fetch_token(self) -> Fetched | Fault:
        """A new token from the platform, for `SharedToken`; within its life DingTalk gives the same one, renewed."""
        body = {"appKey": self._client_id, "appSecret": self._secret}
        given = self._exchange(lambda: self._wire.request("post", f"{self._api}{TOKEN_PATH}", json=body))
        if isinstance(given, Refused):
            refused = fault_of(given)
            settings = isinstance(refused, Permanent) or is_token_refused(given)
            return Misconfigured(f"{given.why}: the client id or the secret is wrong") if settings else refused
        if not isinstance(given, dict):
            return given
        value, seconds = given.get("accessToken"), given.get("expireIn", LONGEST_TOKEN)
        if not isinstance(value, str) or not value.isascii() or not value or type(seconds) is not int or seconds <= 0:
            return Retry(5.0, "no token in the answer")
        return Fetched(value, min(seconds, LONGEST_TOKEN))

    def call(self, token: str, method: str, path: str, body: Answer) -> Answer | Refused | Fault:
        """An interface of the new API."""
        headers = {TOKEN_HEADER: token, "Accept": "application/json"}
        url = f"{self._api}{path}"
        return self._exchange(lambda: self._wire.request(method, url, json=body, headers=headers))

    def upload(self, token: str, content: bytes, name: str, mime: str, kind: str) -> Answer | Refused | Fault:
        """media/upload of the old API, which has no successor. The token stands in the address there."""
        url, query = f"{self._oapi}/media/upload", {"access_token": token}
        files = {"media": (name, content, mime)}
        return self._exchange(lambda: self._files.request("post", url, params=query, data={"type": kind}, files=files))

    def ask(self, token: str, path: str, body: Answer) -> Answer | Refused | Fault:
        """An interface of the old API's gateway (`/topapi/…`); what it gives stands in `result`."""
        url, query = f"{self._oapi}{path}", {"access_token": token}
        return self._exchange(lambda: self._wire.request("post", url, params=query, json=body))

    def fetch(self, url: str, most: int) -> Downloaded | TooLarge | Fault:
        """What lies at an address that DingTalk gave: of our two bases, or by https of one of `FILE_HOSTS` at an
        address of the open internet. No redirect is followed, no token is sent."""
        wire = self._wire_to(url)
        if wire is None:
            return Permanent("the file lies at a host that is not DingTalk's")
        try:
            answer = wire.request("get", url, most=most)
        except TooLong:
            return TooLarge()
        except requests.RequestException as broken:
            return fault_of_exchange(broken)
        if answer.status_code in (403, 404, 410):
            return Permanent(f"HTTP {answer.status_code}: the file's address works no longer")
        if answer.status_code != 200:
            return Retry(5.0, f"HTTP {answer.status_code} in place of a file")
        return Downloaded(answer.content)

    def answer(self, url: str, body: Answer) -> Answer | Refused | Fault | None:
        """A message by a sessionWebhook; None, and nothing is called, if it is not at one of our two hosts. The address
        came with a message, whose signature does not cover it: it may lead nowhere else. No token is sent, no redirect
        followed, and the address stands in no log."""
        parts = self._parts(url)
        if parts is None or not self._is_own(parts) or parts.path not in self._session_paths:
            return None
        return self._exchange(lambda: self._wire.request("post", url, json=body))

    @staticmethod
    def _parts(url: str) -> SplitResult | None:
        """The parts of an address without a user's name and with a port that is one."""
        try:
            parts = urlsplit(url)
            is_plain = parts.port is None or parts.port > 0
        except ValueError:
            return None
        return parts if is_plain and parts.username is None and parts.password is None else None

    def _is_own(self, parts: SplitResult) -> bool:
        return (parts.scheme, parts.hostname, parts.port) in self._own

    def _wire_to(self, url: str) -> Wire | None:
        parts = self._parts(url)
        if parts is None:
            return None
        if self._is_own(parts):
            return self._files
        known = parts.scheme == "https" and parts.port in (None, 443) and (parts.hostname or "").endswith(FILE_HOSTS)
        return self._stored if known else None

    @staticmethod
    def _exchange(request: Callable[[], requests.Response]) -> Answer | Refused | Fault:
        try:
            answer = request()
        except requests.RequestException as broken:
            return fault_of_exchange(broken)
        return judge(answer.status_code, answer.content)


class DingTalkClient:
    """Calls with the shared token, each of them counted. Each gives DingTalk's answer (a dict that does not say no) or
    a fault; `outcomes` says what single codes mean for one call, where that differs from the table in `faults`."""

    def __init__(self, api: DingTalkApi, tokens: TokenSource, meter: Meter) -> None:
        self._api, self._tokens, self._meter = api, tokens, meter

    def runs_short(self) -> bool:
        """Are most of the month's calls used up?"""
        return self._meter.runs_short()

    def post(self, path: str, body: Answer, outcomes: Outcomes[T] = _NO_OUTCOMES) -> Answer | Fault | T:
        """An interface of the new API that sends, makes or asks."""
        return self._call(lambda token: self._api.call(token, "post", path, body), outcomes)

    def put(self, path: str, body: Answer, outcomes: Outcomes[T] = _NO_OUTCOMES) -> Answer | Fault | T:
        """An interface of the new API that changes."""
        return self._call(lambda token: self._api.call(token, "put", path, body), outcomes)

    def upload(self, content: bytes, name: str, mime: str, kind: str) -> Answer | Fault:
        """media/upload as DingTalk's `kind`; each attempt sends the whole file."""
        return self._call(lambda token: self._api.upload(token, content, name, mime, kind), _NO_OUTCOMES)

    def ask(self, path: str, body: Answer, outcomes: Outcomes[T] = _NO_OUTCOMES) -> Answer | Fault | T:
        """An interface of the contacts, which are none of the month's calls."""
        return self._call(lambda token: self._api.ask(token, path, body), outcomes, counted=False)

    def fetch(self, url: str, most: int) -> Downloaded | TooLarge | Fault:
        """See `DingTalkApi.fetch`."""
        return self._api.fetch(url, most)

    def answer(self, url: str, body: Answer) -> Sent | Expired | Fault:
        """A message by a sessionWebhook. Expired: it was refused, so that nobody has it. What may have arrived all the
        same, and what stops every call (a ban), is the fault that it is."""
        result = self._api.answer(url, body)
        if result is None:
            return Expired()
        if isinstance(result, Refused):
            fault = fault_of(result)
            return fault if isinstance(fault, Retry) and fault.maybe_sent else Expired()
        if isinstance(result, dict):
            self._meter.spared()
            return Sent()
        return result

    def _call(self, call: Callable[[str], Any], outcomes: Outcomes[T], *, counted: bool = True) -> Answer | Fault | T:
        count = self._counted if counted else _as_it_is
        token = self._tokens.current()
        if not isinstance(token, Token):
            return token
        result = count(call(token.value))
        if isinstance(result, Refused) and is_token_refused(result):
            token = self._tokens.refresh(token.version)
            if not isinstance(token, Token):
                return token
            result = count(call(token.value))
            if isinstance(result, Refused) and is_token_refused(result):
                return self._refused_again(token)
        if isinstance(result, Refused):
            return outcomes[result.code] if result.code in outcomes else fault_of(result)
        return result

    def _counted(self, result: Answer | Refused | Fault) -> Answer | Refused | Fault:
        """The table says which: one that failed on its way is none of the month's."""
        if isinstance(result, dict) or (isinstance(result, Refused) and is_counted(result)):
            self._meter.count()
        elif isinstance(result, Refused) and is_out_of_calls(result):
            self._meter.gone()
        return result

    def _refused_again(self, token: Token) -> Fault:
        latest = self._tokens.current()
        if isinstance(latest, Token) and latest.version > token.version:
            return Retry(1.0, "the token changed twice during one call")
        return Misconfigured("the platform refuses the token it just gave")


def _as_it_is(result: Answer | Refused | Fault) -> Answer | Refused | Fault:
    return result
