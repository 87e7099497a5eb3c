"""How one call is carried out, on either host: the ordered fault, the ban, the token, the rate, the month, the work,
and the journal. The two hosts say no in two ways: the new API with a status and a word, the old one with a number in a
200.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from flask import Response, request

from bot.sandbox import wire
from bot.sandbox.dingtalk.limits import Verdict
from bot.sandbox.dingtalk.refusal import Refusal
from bot.sandbox.faults import Fault, Order
from bot.sandbox.journal import Entry
from bot.sandbox.sending import Done

if TYPE_CHECKING:
    from bot.sandbox.dingtalk.platform import DingTalk

TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105  its name
_SECRETS = frozenset({"appSecret", "clientSecret", "client_secret", "apiSecret", "code", "ticket"})
_BANNED = {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "0a67fbb0"}
_PAGE = "<!DOCTYPE html><html><head><title>405</title></head><body>很抱歉，您的访问被阻断了。</body></html>"
_WORDS = {41001: "缺少access_token", 40014: "不合法的access_token", 42001: "access_token已过期"}

Work = Callable[[], Done | Response]


class Host(Enum):
    """Which of the two answers."""

    NEW = "api.dingtalk.com"
    OLD = "oapi.dingtalk.com"
    TOP = "oapi.dingtalk.com/topapi"  # the old one's gateway, which puts a number into another


def serve(
    ding: "DingTalk",
    name: str,
    work: Work,
    payload: Mapping[str, Any] | None = None,
    *,
    host: Host = Host.NEW,
    token: bool = True,
    counted: bool = True,
) -> Response:
    """Carry out one call. `counted` False: it is exempt from the month's quota."""
    order = ding.faults.take(name)
    fault = order.fault if order else None
    entry = Entry(ding.clock(), "api", name, fault=fault or "", **_summary(payload or {}))
    if order and fault in wire.BEFORE_WORK and fault is not Fault.ERRCODE:
        answer = wire.instead(order)
        ding.journal.write(replace(entry, status=0 if fault is Fault.RESET else answer.status_code))
        return answer
    if order and fault is Fault.DELAY:
        ding.stopping.wait(order.seconds)
    with ding.lock:
        banned = ding.quota.banned(ding.clock())
    if banned:
        answer = _ban(html=ding.ban_is_html)
        ding.journal.write(replace(entry, status=answer.status_code, code="banned"))
        return answer
    try:
        _admit(ding, name, order, host, token=token, counted=counted)
        done = work()
    except Refusal as refusal:
        answer = _no(refusal, host)
        number = refusal.code if isinstance(refusal.code, int) else None
        word = "" if number is not None else str(refusal.code)
        ding.journal.write(replace(entry, status=answer.status_code, errcode=number, code=word))
        return _finish(ding, answer, None, order)
    ding.journal.write(_noted(entry, done))
    return _finish(ding, done if isinstance(done, Response) else said(done.answer), done, order)


def said(body: Mapping[str, Any], status: int = 200) -> Response:
    """JSON, as it is."""
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json; charset=UTF-8")


def body_of() -> Mapping[str, Any]:
    """The JSON object of the request; empty if it is none (what is missing is refused by whoever needs it)."""
    found = request.get_json(force=True, silent=True)
    return found if isinstance(found, Mapping) else {}


def _ban(*, html: bool) -> Response:
    return Response(_PAGE, 405, mimetype="text/html") if html else said(_BANNED)


def _admit(ding: "DingTalk", name: str, order: Order | None, host: Host, *, token: bool, counted: bool) -> None:
    if order and order.fault is Fault.ERRCODE:
        raise Refusal(order.code if host is Host.NEW else order.errcode, "ordered fault", order.status)
    now = ding.clock()
    with ding.lock:
        errcode = ding.tokens.errcode(_token(host), now) if token else 0
        if errcode and host is Host.NEW:
            status = 401 if errcode == 42001 else 400
            raise Refusal("InvalidAuthentication", _WORDS[errcode], status)
        if errcode:
            raise Refusal(errcode, _WORDS[errcode])
        verdict = ding.quota.judge(name, now, counted=counted)
    if verdict is Verdict.TOO_FAST:
        word = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
        raise Refusal(word if host is Host.NEW else 90018, "您的应用访问该接口的QPS超过上限", 403)
    if verdict is Verdict.MONTH_OVER:
        word = "Forbidden.AccessDenied.ApiCountLimitForOrg"
        raise Refusal(word if host is Host.NEW else 90020, "您的组织本月调用次数超过上限", 403)


def _token(host: Host) -> str:
    return request.headers.get(TOKEN_HEADER, "") if host is Host.NEW else request.args.get("access_token", "")


def _no(refusal: Refusal, host: Host) -> Response:
    request_id = secrets.token_hex(16).upper()
    if host is Host.NEW:
        whole = {"code": str(refusal.code), "requestid": request_id, "message": refusal.message}
        return said(whole, refusal.status)
    if host is Host.TOP and refusal.code in _WORDS:
        sub = {"sub_code": str(refusal.code), "sub_msg": refusal.message}
        return said(
            {"errcode": 88, **sub, "errmsg": f"ding talk error[subcode={refusal.code}]", "request_id": request_id}
        )
    return said({"errcode": refusal.code, "errmsg": refusal.message, "request_id": request_id})


def _finish(ding: "DingTalk", answer: Response, done: Done | Response | None, order: Order | None) -> Response:
    if order is None:
        return answer
    if order.fault is Fault.CALLBACK_FIRST and order.act and isinstance(done, Done):
        order.act(done.messages)
    return wire.spoil(answer, order, ding.stopping)


def _noted(entry: Entry, done: Done | Response) -> Entry:
    if isinstance(done, Response):
        return replace(entry, status=200)
    return replace(
        entry,
        status=200,
        errcode=done.answer.get("errcode"),
        members=tuple(message.userid for message in done.messages),
        dropped=done.dropped,
        task_id=done.task_id or entry.task_id,
        msgid=done.msgid,
        warnings=done.warnings,
    )


def _summary(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What the journal tells of a request before it is carried out; secrets are left out."""
    people = payload.get("userIds")
    to = "|".join(map(str, people)) if isinstance(people, list) else str(payload.get("openSpaceId") or "")
    kind = str(payload.get("msgKey") or payload.get("cardTemplateId") or payload.get("msgtype") or "")
    shown = {name: value for name, value in payload.items() if name not in _SECRETS}
    return {
        "summary": f"{kind} → {to}" if to else kind,
        "task_id": str(payload.get("outTrackId") or ""),
        "payload": shown,
    }
