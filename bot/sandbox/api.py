"""The HTTP API that the app calls, under the real paths and with the real answers."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request

from bot.sandbox import sending, wire
from bot.sandbox.directory_api import directory_routes
from bot.sandbox.faults import Fault, Order
from bot.sandbox.groups_api import groups_routes
from bot.sandbox.journal import Entry
from bot.sandbox.platform import Platform
from bot.sandbox.refusal import Refusal
from bot.sandbox.sending import Done

_MB = 1024 * 1024
MEDIA_BYTES = {"image": 10 * _MB, "voice": 2 * _MB, "video": 10 * _MB, "file": 20 * _MB}


def disposition(name: str) -> str:
    """A file's name as the platform gives it: its UTF-8 bytes as they are."""
    safe = "".join(letter for letter in name if letter.isprintable() and letter != '"')
    return f'attachment; filename="{safe}"'.encode().decode("latin-1")


_IMAGES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
Work = Callable[[], Done | Response]


def api_blueprint(platform: Platform) -> Blueprint:
    """The API of one platform."""
    api = Blueprint("wecom_api", __name__, url_prefix="/cgi-bin")
    _credentials(api, platform)
    _messages(api, platform)
    _media(api, platform)
    _contacts(api, platform)
    _app(api, platform)
    directory_routes(api, platform, _serve)
    groups_routes(api, platform, _serve)
    return api


def _credentials(api: Blueprint, platform: Platform) -> None:
    @api.get("/gettoken")
    def gettoken() -> Response:
        def work() -> Done:
            if request.args.get("corpid") != platform.corp_id:
                raise Refusal(40013, "invalid corpid")
            given = request.args.get("corpsecret", "").encode()
            known = {platform.secret: platform.tokens, platform.contacts_secret: platform.contacts_tokens}
            found = [
                each for secret, each in known.items() if secret and secrets.compare_digest(given, secret.encode())
            ]
            if not found:
                raise Refusal(40001, "invalid credential")
            with platform.lock:
                token, seconds = found[0].issue(platform.clock())
            return Done({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds})

        return _serve(platform, "gettoken", work, token=False)


def _messages(api: Blueprint, platform: Platform) -> None:
    verbs = {"send": sending.send, "update_template_card": sending.update, "recall": sending.recall}

    @api.post("/message/<verb>")
    def message(verb: str) -> Response:
        if verb not in verbs:
            return Response(status=404)
        payload = request.get_json(force=True, silent=True)

        def work() -> Done:
            if not isinstance(payload, Mapping):
                raise Refusal(40008, "invalid message type. Warning: wrong json format. ")
            with platform.lock:
                return verbs[verb](platform, payload)

        return _serve(platform, f"message/{verb}", work, payload if isinstance(payload, Mapping) else {})


def _media(api: Blueprint, platform: Platform) -> None:
    @api.post("/media/upload")
    def upload() -> Response:
        def work() -> Done:
            file = request.files.get("media")
            if file is None or not file.filename:
                raise Refusal(41005, "missing media")
            data, kind = file.read(), request.args.get("type")
            if kind not in ("image", "voice", "video", "file"):
                raise Refusal(40004, "invalid media type")
            if len(data) <= 5 or len(data) > MEDIA_BYTES[kind]:
                raise Refusal(40009 if kind == "image" else 40006, "invalid media size")
            mime = next((m for mark, m in _IMAGES.items() if data.startswith(mark)), "application/octet-stream")
            if kind == "image" and mime not in _IMAGES.values():
                raise Refusal(40005, "invalid file type")
            now = platform.clock()
            with platform.lock:
                media_id = platform.media.put(data, mime, file.filename, now)
            created = str(int(now.timestamp()))
            return Done({"errcode": 0, "errmsg": "ok", "type": kind, "media_id": media_id, "created_at": created})

        return _serve(platform, "media/upload", work)

    @api.get("/media/get")
    def fetch() -> Response:
        def work() -> Response:
            medium = platform.media.get(request.args.get("media_id", ""), platform.clock())
            if medium is None:
                raise Refusal(40007, "invalid media_id")
            answer = Response(medium.data, mimetype=medium.mime)
            answer.headers["Content-Disposition"] = disposition(medium.name)
            return answer

        return _serve(platform, "media/get", work)


def _app(api: Blueprint, platform: Platform) -> None:
    @api.get("/getcallbackip")
    def callback_ip() -> Response:
        return _serve(platform, "getcallbackip", lambda: Done({"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1"]}))

    @api.get("/agent/get")
    def agent() -> Response:
        def work() -> Done:
            if request.args.get("agentid") != str(platform.agent_id):
                raise Refusal(301002, "no permission for this agent")
            seen = [{"userid": member.userid} for member in platform.members() if member.visible]
            app = {"agentid": platform.agent_id, "name": platform.app_name, "close": 0}
            return Done({"errcode": 0, "errmsg": "ok", **app, "allow_userinfos": {"user": seen}})

        return _serve(platform, "agent/get", work)


def _contacts(api: Blueprint, platform: Platform) -> None:
    @api.get("/externalcontact/get")
    def contact() -> Response:
        def work() -> Done:
            with platform.lock:
                return Done(
                    platform.contacts.get(request.args.get("external_userid", ""), request.args.get("cursor", ""))
                )

        return _serve(platform, "externalcontact/get", work)

    @api.get("/externalcontact/get_follow_user_list")
    def followers() -> Response:
        return _serve(platform, "externalcontact/get_follow_user_list", lambda: Done(platform.contacts.members()))


def _serve(
    platform: Platform,
    name: str,
    work: Work,
    payload: Mapping[str, Any] | None = None,
    *,
    token: bool = True,
    audience: str = "app",
) -> Response:
    """Carry out one call: the ordered fault, the token, the work, the journal. `audience` says whose token may call it:
    the app's, that of 通讯录同步 (`contacts`), or `both`."""
    order = platform.faults.take(name)
    fault = order.fault if order else None
    entry = Entry(platform.clock(), "api", name, fault=fault or "", **_summary(payload or {}))
    if order and fault in wire.BEFORE_WORK and fault is not Fault.ERRCODE:
        answer = wire.instead(order)
        status = 0 if fault is Fault.RESET else answer.status_code
        platform.journal.write(replace(entry, status=status))
        return answer
    if order and fault is Fault.DELAY:
        platform.stopping.wait(order.seconds)
    try:
        _admit(platform, order, audience if token else "")
        if name != "webhook/send":  # robots have a limit of their own
            _count(platform, name)
        done = work()
    except Refusal as refusal:
        done = Done({"errcode": refusal.errcode, "errmsg": _errmsg(refusal)})
    if isinstance(done, Response):
        platform.journal.write(replace(entry, status=200, errcode=0))
        answer = done
    else:
        platform.journal.write(_noted(entry, done))
        answer = Response(json.dumps(done.answer, ensure_ascii=False), mimetype="application/json; charset=UTF-8")
    return _finish(platform, answer, done, order)


def _finish(platform: Platform, answer: Response, done: Done | Response, order: Order | None) -> Response:
    if order is None:
        return answer
    if order.fault is Fault.CALLBACK_FIRST and order.act and isinstance(done, Done):
        order.act(done.messages)
    return wire.spoil(answer, order, platform.stopping)


def _admit(platform: Platform, order: Order | None, audience: str) -> None:
    if order and order.fault is Fault.ERRCODE:
        raise Refusal(order.errcode, "ordered fault")
    if not audience:
        return
    given, now = request.args.get("access_token", ""), platform.clock()
    with platform.lock:
        codes = {"app": platform.tokens.errcode(given, now), "contacts": platform.contacts_tokens.errcode(given, now)}
    whose = next((name for name, code in codes.items() if code != 40014), "app")
    errcode = codes[whose]
    if errcode:
        words = {41001: "access_token missing", 42001: "access_token expired"}
        raise Refusal(errcode, words.get(errcode, "invalid access_token"))
    if audience not in (whose, "both"):
        raise Refusal(48009 if whose == "contacts" else 48002, "api forbidden for this secret")


def _count(platform: Platform, name: str) -> None:
    with platform.lock:
        if not platform.allowance.takes(name, platform.clock()):
            raise Refusal(45009, "api freq out of limit")


def _errmsg(refusal: Refusal) -> str:
    return f"{refusal.errmsg}, hint: [{secrets.token_hex(12)}], from ip: 127.0.0.1"


def _noted(entry: Entry, done: Done) -> Entry:
    return replace(
        entry,
        status=200,
        errcode=done.answer["errcode"],
        members=tuple(message.userid for message in done.messages),
        dropped=done.dropped,
        task_id=done.task_id or entry.task_id,
        msgid=done.msgid,
        warnings=done.warnings,
    )


def _summary(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What the journal tells of a request before it is carried out; codes that still work are left out."""
    card = payload.get("template_card")
    card = card if isinstance(card, Mapping) else {}
    kind = str(card.get("card_type") or payload.get("msgtype") or ("button" if payload.get("button") else ""))
    to = payload.get("touser") or payload.get("userids") or ""
    to = "|".join(map(str, to)) if isinstance(to, list) else str(to)
    shown = {name: value for name, value in payload.items() if name != "response_code"}
    return {"summary": f"{kind} → {to}" if to else kind, "task_id": str(card.get("task_id") or ""), "payload": shown}
