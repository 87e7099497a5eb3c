"""WeCom's API: wechatpy's client with its known weak points taken out, and one refresh and one retry around it.

wechatpy 2.0.0a26 builds the requests, packs and reads the JSON and groups the interfaces. What it may not do here:
ask for tokens on its own (without a lock, a timeout or an end: one send became 494), follow redirects, wait without a
bound, call a fixed host, or raise something that holds a URL.
"""

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, Never, TypeAlias, TypeVar

import requests
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

from bot.channels.tokens import Fetched, Token, TokenSource
from bot.channels.wecom.faults import TOKEN_REJECTED, fault_of
from bot.channels.wire import MAX_ANSWER_BYTES, BadAnswer, TooLong, Wire, fault_of_exchange, file_name
from cards.channel import Fault, Misconfigured, Retry

PUBLIC_API = "https://qyapi.weixin.qq.com"
CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
FILE_SECONDS = 45.0  # 20 MB; with a new token in between it stays below the longest lease of an outbox row
LONGEST_TOKEN = 7200  # as documented; a longer life that is claimed is no harm, but no moment to reckon with

_ANSWERS = frozenset({"application/json", "text/plain", "text/html", "text/json"})

Answer: TypeAlias = dict[str, Any]
T = TypeVar("T")
Outcomes: TypeAlias = Mapping[int, T]
_NO_OUTCOMES: Mapping[int, Never] = {}


class WeComApi(WeChatClient):  # type: ignore[misc]
    """wechatpy's client, bounded. Raises `WeChatClientException` for an errcode and `requests.RequestException` for a
    broken exchange; `WeComClient` turns both into values.

    `api_base` is scheme and host (and a path, where a private proxy wants one) without `/cgi-bin`. Timeouts in seconds.
    """

    def __init__(
        self,
        corp_id: str,
        secret: str,
        api_base: str = PUBLIC_API,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        most_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        super().__init__(corp_id, secret, timeout=(connect_seconds, read_seconds), auto_retry=False)
        self.API_BASE_URL = f"{api_base.rstrip('/')}/cgi-bin/"
        self.held = threading.local()  # .token: the access token of this thread's call
        self._http = Wire(connect_seconds, read_seconds, most_bytes)
        self._files = Wire(connect_seconds, max(read_seconds, FILE_SECONDS))

    @property
    def access_token(self) -> str:
        """The token that `WeComClient` put here for the call of this thread."""
        return self.held.token  # type: ignore[no-any-return]

    def fetch_access_token(self) -> Answer:
        """gettoken, with our host and our timeouts; nothing is stored here."""
        # Parameters as a list: wechatpy adds an access token to a dict.
        wanted = [("corpid", self.corp_id), ("corpsecret", self.secret)]
        return self._request("get", "gettoken", params=wanted)  # type: ignore[no-any-return]

    def fetch_token(self) -> Fetched | Fault:
        """A new token from the platform, for `SharedToken`."""
        given = attempt(self.fetch_access_token)
        if isinstance(given, int):
            return fault_of(given)
        if not isinstance(given, dict):
            return given
        value, seconds = given.get("access_token"), given.get("expires_in", 7200)
        if not isinstance(value, str) or not value.isascii() or not value or type(seconds) is not int or seconds <= 0:
            return Retry(5.0, "gettoken without a token")
        return Fetched(value, min(seconds, LONGEST_TOKEN))

    def download(self, media_id: str, most: int) -> Answer:
        """media/get: what comes with a Content-Disposition is the file, of whatever type it says it is (a text that
        somebody sent is text/plain, as many an error is); its name stands there too. What comes without is one if it is
        of no type in which errors come."""
        wanted = {"access_token": self.access_token, "media_id": media_id}
        try:
            res = self._files.request("get", f"{self.API_BASE_URL}media/get", params=wanted, most=most)
        except TooLong:
            return {"content": None, "name": ""}
        if res.status_code >= 400:
            raise WeChatClientException(None, None, client=self, request=res.request, response=res)
        named = res.headers.get("Content-Disposition", "")
        if not named and res.headers.get("Content-Type", "").partition(";")[0].strip() in _ANSWERS:
            self._handle_result(res)  # raises what it says
            raise BadAnswer("an answer in place of a file")
        return {"content": res.content, "name": file_name(named)}

    def _decode_result(self, res: requests.Response) -> Answer:
        # wechatpy hands the bare response on if it is no JSON, and ignores broken UTF-8.
        try:
            result = json.loads(res.content)
        except (ValueError, RecursionError):
            raise BadAnswer("no JSON") from None
        if not isinstance(result, dict) or type(result.get("errcode")) is not int or "base_resp" in result:
            raise BadAnswer("JSON of another kind")
        return result


def attempt(call: Callable[[], Any]) -> Answer | Fault | int:
    """One call: its answer, a non-zero errcode, or the fault of a broken exchange."""
    try:
        return call()  # type: ignore[no-any-return]
    except WeChatClientException as refused:
        if refused.errcode is not None:
            return int(refused.errcode)
        status = refused.response.status_code
        return Retry(5.0 if status >= 500 else 60.0, f"HTTP {status}", maybe_sent=status >= 500)
    except requests.RequestException as broken:
        return fault_of_exchange(broken)


class WeComClient:
    """Calls with the shared token. Each gives WeCom's answer (a dict, errcode 0) or a fault; `outcomes` says what
    single errcodes mean for one call, where that differs from the table in `faults`."""

    def __init__(self, api: WeComApi, tokens: TokenSource) -> None:
        self._api = api
        self._tokens = tokens

    def send(self, agent_id: int, to: str, message: Answer, outcomes: Outcomes[T]) -> Answer | Fault | T:
        """message/send to the member `to`: `message` holds `msgtype` and what belongs to it."""
        return self._call(lambda: self._api.message.send(agent_id, to, msg=message), outcomes)

    def update_card(self, body: Answer, outcomes: Outcomes[T]) -> Answer | Fault | T:
        """message/update_template_card, which wechatpy has no method for."""
        return self.write("message/update_template_card", body, outcomes)

    def upload(self, content: bytes, name: str, mime: str, kind: str) -> Answer | Fault:
        """media/upload as WeCom's `kind`; each attempt sends the whole file."""
        return self._call(lambda: self._api.media.upload(kind, (name, content, mime)), _NO_OUTCOMES)

    def download(self, media_id: str, most: int) -> Answer | Fault:
        """media/get: `content`, or None in its place if there is more than `most` bytes, and `name`."""
        return self._call(lambda: self._api.download(media_id, most), _NO_OUTCOMES)

    def get(self, path: str, **params: str) -> Answer | Fault:
        """Any reading interface: `get("agent/get", agentid="1000002")`."""
        return self._call(lambda: self._api.get(path, params=dict(params)), _NO_OUTCOMES)

    def read(self, path: str, params: Mapping[str, str], outcomes: Outcomes[T]) -> Answer | Fault | T:
        """As `get`, with a meaning for single errcodes."""
        # A fresh dict for each attempt: wechatpy puts the token of the first into it.
        return self._call(lambda: self._api.get(path, params=dict(params)), outcomes)

    def write(self, path: str, body: Answer, outcomes: Outcomes[T]) -> Answer | Fault | T:
        """An interface that changes something, with a meaning for single errcodes."""
        return self._call(lambda: self._api.post(path, data=body), outcomes)

    def post(self, path: str, body: Answer) -> Answer | Fault:
        """An interface that reads, but wants its question as JSON."""
        return self._call(lambda: self._api.post(path, data=body), _NO_OUTCOMES)

    def _call(self, call: Callable[[], Any], outcomes: Outcomes[T]) -> Answer | Fault | T:
        token = self._tokens.current()
        if not isinstance(token, Token):
            return token
        result = self._attempt(token, call)
        if _token_refused(result):
            token = self._tokens.refresh(token.version)
            if not isinstance(token, Token):
                return token
            result = self._attempt(token, call)
            if _token_refused(result):
                return self._refused_again(token)
        if isinstance(result, int):
            return outcomes[result] if result in outcomes else fault_of(result)
        return result

    def _attempt(self, token: Token, call: Callable[[], Any]) -> Answer | Fault | int:
        self._api.held.token = token.value
        return attempt(call)

    def _refused_again(self, token: Token) -> Fault:
        latest = self._tokens.current()
        if isinstance(latest, Token) and latest.version > token.version:
            return Retry(1.0, "the token changed twice during one call")
        return Misconfigured("the platform refuses the token it just gave")


def _token_refused(result: Answer | Fault | int) -> bool:
    return isinstance(result, int) and result in TOKEN_REJECTED
