"""`POST /api/leads`: channels push their leads, each exactly once.

    1. size     at most 16 KB, before anything is parsed
    2. who      key, timestamp and signature; one flat 401 for everything that is not genuine, without a query
    3. rate     the channel's bucket
    4. form     a flat JSON object
    5. work     one transaction: the idempotency row, the lead, the answer; a repetition gets the stored answer

An answer holds a lead's number and no personal data. Refusals say in Chinese what is wrong, by field.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Headers

from bot.channels.signing import is_fresh, is_signed
from bot.leadfields import FIELDS, Wrong, read_fields
from bot.runtime import Runtime
from config.logging import bind_request, new_request_id
from core.json_objects import NoObject, read_object
from core.leads.channels import Channel
from core.leads.intake import take_in
from core.leads.outcomes import Added
from core.privacy import tidy
from core.store import answers, rates
from core.store.founding import WrongKey
from jobs.bell import Rings

PATH = "/api/leads"
BODY_LIMIT = 16 * 1024
MOST_DEPTH = 4

_IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHOWN = 30

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is answered; `ring` says that rows wait in the outbox."""

    status: int
    body: str
    retry_after: int = 0
    ring: bool = False


class _Refused(Exception):
    """The request is refused, and nothing was done."""

    def __init__(self, status: int, error: str, *, retry_after: int = 0, fields: Mapping[str, str] | None = None):
        super().__init__(error)
        said: dict[str, Any] = {"error": error} | ({"fields": dict(fields)} if fields else {})
        self.answer = _Answer(status, _json(said), retry_after)


def leads_api(runtime: Runtime, bell: Rings) -> Blueprint:
    """The route. A channel that cannot send since its secret is not set is told of at the start."""
    blueprint = Blueprint("api", __name__)
    runtime.in_force.look()
    for channel in runtime.company.channels.channels if runtime.in_force.version else ():
        if channel.key and not _secrets_of(runtime, channel):
            _log.warning("a channel has no secret, so it cannot send leads", key=channel.key, variable=channel.secret)

    @blueprint.post(PATH)
    def push() -> Response:
        """One lead."""
        request_id = new_request_id()
        bind_request(request_id)
        body = request.stream.read(BODY_LIMIT + 1)
        runtime.in_force.look()
        try:
            answer = _handle(runtime, request.headers, body, request_id)
        except _Refused as refused:
            answer = refused.answer
        except (SQLAlchemyError, WrongKey) as error:
            _log.error("lead not taken", error=type(error).__name__)
            answer = _Refused(503, "暂时无法处理，请稍后用同一个 Idempotency-Key 重发", retry_after=5).answer
        _log.info("lead by api", status=answer.status)
        response = Response(answer.body, answer.status, mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        if answer.retry_after:
            response.headers["Retry-After"] = str(answer.retry_after)
        if answer.ring:
            response.call_on_close(bell.ring)
        return response

    return blueprint


def _handle(runtime: Runtime, headers: Headers, body: bytes, request_id: str) -> _Answer:
    if len(body) > BODY_LIMIT:
        raise _Refused(413, f"请求体最多 {BODY_LIMIT // 1024} KB")
    store = runtime.store
    channel = _sender(runtime, headers, body, store.clock())
    key = headers.get("Idempotency-Key", "")
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise _Refused(400, "Idempotency-Key 应为 1 到 64 个字母、数字、- 和 _")
    with store.database.begin() as connection:
        wait = rates.come(connection, f"leads:{channel.key}", store.clock(), per_minute=channel.per_minute)
    if wait:
        raise _Refused(429, f"太快了，每分钟最多 {channel.per_minute} 条", retry_after=wait)
    given = _parsed(body)
    return store.database.attempt(lambda: _once(runtime, _Given(channel, key, body, given, request_id)))


def _sender(runtime: Runtime, headers: Headers, body: bytes, now: datetime) -> Channel:
    """The channel that signed the request. Why one is refused stands in the log alone."""
    channel = runtime.company.channels.by_key(headers.get("X-Tuoling-Key", ""))
    known = _secrets_of(runtime, channel) if channel else []
    timestamp, signature = headers.get("X-Tuoling-Timestamp", ""), headers.get("X-Tuoling-Signature", "")
    genuine = is_signed(known, timestamp, signature, f"{headers.get('Idempotency-Key', '')}\n".encode() + body)
    why = "key" if channel is None else "secret" if not known else "signature" if not genuine else "timestamp"
    if channel is None or not genuine or not is_fresh(timestamp, now):
        _log.warning("lead refused at the door", why=why)
        raise _Refused(401, "签名不对")
    return channel


def _secrets_of(runtime: Runtime, channel: Channel) -> list[bytes]:
    return [secret.get_secret_value().encode() for secret in runtime.settings.secrets_in(channel.secret)]


@dataclass(frozen=True, slots=True)
class _Given:
    """A request that is genuine and has the right form."""

    channel: Channel
    key: str
    body: bytes
    lead: dict[str, Any]
    request_id: str


def _once(runtime: Runtime, given: _Given) -> _Answer:
    """One transaction."""
    sender, key = given.channel.key, given.key
    digest = hashlib.sha256(given.body).hexdigest()
    with runtime.store.unit(request_id=given.request_id, channel="api", origin=f"api:{sender}:{key}") as unit:
        before = answers.begin(unit.connection, sender, key, digest, unit.now)
        if before is not None:
            if before.digest != digest:
                raise _Refused(409, "这个 Idempotency-Key 已用于另一个内容不同的请求")
            return _Answer(before.status, before.body)
        new = read_fields(_texts(given.lead), given.channel.name)
        if isinstance(new, list):
            raise _wrong(new)  # the key is free again: the lead may be mended and sent with it
        outcome = take_in(unit, new, runtime.company.pools)
        added = isinstance(outcome, Added)
        answer = _Answer(
            200, _json({"lead": f"L{outcome.lead_id}", "result": "added" if added else "again"}), ring=not added
        )
        answers.finish(unit.connection, sender, key, answer.status, answer.body)
    return answer


def _parsed(body: bytes) -> dict[str, Any]:
    """The JSON object."""
    try:
        return read_object(body, MOST_DEPTH)
    except NoObject as unfit:
        raise _Refused(400, _UNFIT[unfit.why]) from None


_UNFIT = {
    "deep": f"JSON 嵌套超过 {MOST_DEPTH} 层",
    "form": "请求体应为 UTF-8 编码的 JSON 对象，字段不重复",
    "kind": "请求体应为一个 JSON 对象",
}


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    """The fields as they would stand in a file."""
    unknown = [Wrong(tidy(name)[:_SHOWN], "不认识这个字段") for name in given if name not in FIELDS]
    odd = [
        Wrong(name, "应为文字或数字")
        for name, value in given.items()
        if name in FIELDS and (isinstance(value, bool | list | dict) or _is_no_number(value))
    ]
    if unknown or odd:
        raise _wrong([*unknown, *odd])
    return {name: _text(value) for name, value in given.items()}


def _is_no_number(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)  # 1e999


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _wrong(wrong: list[Wrong]) -> _Refused:
    said = "；".join(f"{each.field} {each.why}" for each in wrong)
    return _Refused(422, f"没有收下：{said}", fields={each.field: each.why for each in wrong})


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
