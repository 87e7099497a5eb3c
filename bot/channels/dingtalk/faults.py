"""What DingTalk's answers mean for the one who sends: a table of codes.

The HTTP status alone cannot classify: 400 hides throttles, 403 mixes rate, quota and permission, 200 hides failures.
The new API (api.dingtalk.com) says a code in words, the old one (oapi) an `errcode` with a `sub_code` at times.
Sources: open.dingtalk.com/document/development/call-frequency-limit,
how-to-process-api-throttling-on-the-dingtalk-server, server-api-error-codes-1.
"""

import json
from dataclasses import dataclass
from typing import Any, TypeAlias

from cards.channel import Fault, Misconfigured, Permanent, Quota, Retry

Answer: TypeAlias = dict[str, Any]

BANNED_SECONDS = 300.0  # an address that called 10,000 times in 20 s is shut out for five minutes
OUT_OF_CALLS_SECONDS = 3600.0  # the month's calls are used up: a pack may be bought meanwhile
OUT_OF_CALLS = "the calls of this month are used up"

CARD_EXISTS = "param.cardAlreadyExist"
CARD_GONE = "param.cardNotExist"
MAYBE_SENT = "unknown.send.result"

_BANNED_STATUS = 1111
_TOKEN = frozenset({"40014", "40001", "42001"})
_PREFIX_OF_TOKEN = "invalidauthentication"  # noqa: S105  a code (seen: `InvalidAuthentication`, with 400)
_OAPI_LATER = frozenset({"-1", *map(str, range(90001, 90015))})
_OAPI_OUT_OF_CALLS = "90020"
_OAPI_SETTINGS = frozenset({"60011", "60020", "88"})
_MINUTE_FLOW = frozenset({"410100", "130101"})
_UNKNOWN_SECONDS = 60.0

# The last word of `Forbidden.AccessDenied.…` in small letters, or the old API's number -> seconds to wait.
_RATES = {
    "qpslimitforappkeyandapi": 1.0,
    "90018": 1.0,
    "qpslimitforapi": 5.0,
    "90002": 5.0,
    "qpmlimitforappkeyandapi": 60.0,
}
_OUT_OF_CALLS = "apicountlimitfororg"
_FLOW = frozenset(
    {"send.too.fast", "send.bytoken.toofast", "too.many.group", "too.many.people", "todo.taskcreate.flowcontrolerror"}
)
_BUSY = frozenset({"system.busy", "systembusy", "system.error", "systemerror", "servicebusy", "serviceunavailable"})
_SETTINGS = {
    "accesstokenpermissiondenied": "the app has no permission for this interface",
    "ipnotinwhitelist": "this server's address is not among the app's (服务器出口 IP)",
    "invalidclientidorsecret": "the client id or the secret is wrong",
    "param.templatenotexist": "the card template does not exist (DINGTALK_CARD_TEMPLATE)",
    "param.templateunpublished": "the card template is not published (DINGTALK_CARD_TEMPLATE)",
    "robot.oto.notexist": "the app has no robot of this code (DINGTALK_ROBOT_CODE)",
    "chatbotid.notallow.sendoto": "this robot may not send to single people",
    "bot.stopped": "the robot is stopped",
    "invalidparameter.robotcode.notexsit": "the app has no robot of this code (DINGTALK_ROBOT_CODE)",  # their spelling
}
_RECIPIENT = frozenset({"staffid.notexisted", "param.useridnotexist", "invalidparameter.userids.invalid"})
_FINAL = ("invalidparameter", "miss", "param", "contain", "illegal", "session", "group")


@dataclass(frozen=True, slots=True)
class Refused:
    """DingTalk answered, and not with yes. `code` is the new API's word or the old one's number, `status` that of
    HTTP."""

    code: str
    status: int

    @property
    def why(self) -> str:
        """For logs: no content, no message of the platform's."""
        return f"HTTP {self.status} {self.code[:80]}"


def judge(status: int, content: bytes) -> Answer | Refused | Fault:
    """What an answer says: what was asked for, a refusal with its code, or a fault that has none.

    Total. A body that is no JSON object comes from something that stands before DingTalk: with a status below 500 from
    the wall that shuts out who calls too often.
    """
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return _from_the_way(status, content)
    if body.get("status") == _BANNED_STATUS or body.get("punish") == "deny":
        return Quota(BANNED_SECONDS, "this address is shut out for five minutes", everything=True)
    errcode = body.get("errcode", 0)
    if errcode not in (0, "0", None):
        sub = body.get("sub_code")
        return Refused(str(sub) if str(errcode) == "88" and sub else str(errcode), status)
    if status >= 400 or _says_no(body):
        code = body.get("code")
        return Refused(code if isinstance(code, str) and code else "no code", status)
    return body


def _says_no(body: Answer) -> bool:
    """`success` is there and not true: it was answered with 200 all the same."""
    return "success" in body and body["success"] not in (True, "true")


def _from_the_way(status: int, content: bytes) -> Fault:
    if status >= 500:
        return Retry(5.0, f"HTTP {status}", maybe_sent=True)
    if content.lstrip()[:1] == b"<":
        return Quota(BANNED_SECONDS, f"HTTP {status} with a page: this address may be shut out", everything=True)
    return Retry(_UNKNOWN_SECONDS if status >= 400 else 5.0, f"HTTP {status} without JSON", maybe_sent=status < 400)


def is_token_refused(refused: Refused) -> bool:
    """Is it the token that is not taken: used up, ended, or another app's?"""
    code = refused.code.casefold()
    return refused.status == 401 or refused.code in _TOKEN or code.startswith(_PREFIX_OF_TOKEN)


def is_counted(refused: Refused) -> bool:
    """Does it count among the month's calls? What was refused for the rate does not, nor what failed on the way."""
    return _last(refused) not in _RATES and not is_out_of_calls(refused)


def is_out_of_calls(refused: Refused) -> bool:
    """Are the month's calls used up?"""
    return _last(refused) in (_OUT_OF_CALLS, _OAPI_OUT_OF_CALLS)


def _last(refused: Refused) -> str:
    return refused.code.casefold().rpartition(".")[2]


def fault_of(refused: Refused) -> Fault:
    """The fault that a refusal means. The caller handles a refused token before."""
    code, why = refused.code.casefold(), refused.why
    last = _last(refused)
    if is_out_of_calls(refused):
        return Quota(OUT_OF_CALLS_SECONDS, f"{why}: {OUT_OF_CALLS}", counted=True)
    if last in _RATES:
        return Quota(_RATES[last], why)
    for name in (code, last):
        if name in _SETTINGS:
            return Misconfigured(f"{why}: {_SETTINGS[name]}")
    if code in _OAPI_SETTINGS:
        return Misconfigured(f"{why}: the app may not do this")
    if code in _FLOW:
        return Retry(_UNKNOWN_SECONDS, why)
    if code in _MINUTE_FLOW:
        return Retry(600.0, why)
    if code in _BUSY or code in _OAPI_LATER or refused.status == 429:
        # Only of an error of the server nobody knows whether it was before or after the deed.
        return Retry(5.0, why, maybe_sent=refused.status >= 500)
    if code in _RECIPIENT:
        return Permanent(f"{why}: this member cannot be reached", unreachable=True)
    if code == MAYBE_SENT:
        return Retry(_UNKNOWN_SECONDS, why, maybe_sent=True)
    if refused.status >= 500:
        return Retry(5.0, why, maybe_sent=True)
    if code.startswith(_FINAL):
        return Permanent(f"{why}: it is refused")
    if refused.status == 403:
        return Misconfigured(f"{why}: the app may not do this")
    return Retry(_UNKNOWN_SECONDS, why)  # refused for a reason not listed here; the relay's limit of attempts ends it
