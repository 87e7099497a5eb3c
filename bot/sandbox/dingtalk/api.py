"""The new API (api.dingtalk.com), under the real paths and with the real answers.

In the journal, and to order a fault, a call is named by its path without `/v1.0/`, and an update `PUT card/instances`.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from bot.sandbox.api import disposition
from bot.sandbox.dingtalk import cards, robots
from bot.sandbox.dingtalk.card_rules import JSON, text_of
from bot.sandbox.dingtalk.posting import Route
from bot.sandbox.dingtalk.refusal import Refusal
from bot.sandbox.dingtalk.serving import body_of, serve
from bot.sandbox.sending import Done

if TYPE_CHECKING:
    from bot.sandbox.dingtalk.platform import DingTalk

TOKEN = "oauth2/accessToken"  # noqa: S105  an address
OPEN = "gateway/connections/open"
CREATE, DELIVER, SEND = "card/instances", "card/instances/deliver", "card/instances/createAndDeliver"
UPDATE = "PUT card/instances"
STREAMING, REGISTER = "card/streaming", "card/callbacks/register"
TO_PEOPLE, TO_GROUP = "robot/oToMessages/batchSend", "robot/groupMessages/send"
RECALL, RECALL_IN_GROUP = "robot/otoMessages/batchRecall", "robot/groupMessages/recall"
FILES = "robot/messageFiles/download"

Verb = Callable[["DingTalk", JSON], Done]


def dingtalk_blueprint(ding: "DingTalk") -> Blueprint:
    """The new API of one organisation."""
    api = Blueprint("dingtalk_api", __name__)
    verbs: dict[str, Verb] = {
        CREATE: cards.create,
        DELIVER: cards.deliver,
        SEND: cards.create_and_deliver,
        UPDATE: cards.update,
        STREAMING: _not_permitted,
        REGISTER: _register,
        TO_PEOPLE: robots.send_to_people,
        TO_GROUP: robots.send_to_group,
        RECALL: robots.recall,
        RECALL_IN_GROUP: _recall_in_group,
        FILES: robots.file_address,
    }
    for name, verb in verbs.items():
        method = "PUT" if name in (UPDATE, STREAMING) else "POST"
        rule = f"/v1.0/{name.removeprefix('PUT ')}"
        api.add_url_rule(rule, name.replace("/", "_"), _route(ding, name, verb), methods=[method])
    _credentials(api, ding)
    _stream(api, ding)
    _files(api, ding)
    return api


def _route(ding: "DingTalk", name: str, verb: Verb) -> Callable[[], Response]:
    def view() -> Response:
        payload = body_of()

        def work() -> Done:
            with ding.lock:
                return verb(ding, payload)

        return serve(ding, name, work, payload)

    return view


def _credentials(api: Blueprint, ding: "DingTalk") -> None:
    @api.post("/v1.0/oauth2/accessToken")
    def access_token() -> Response:
        payload = body_of()

        def work() -> Done:
            token, seconds = _issued(ding, payload.get("appKey"), payload.get("appSecret"))
            return Done({"accessToken": token, "expireIn": seconds})

        return serve(ding, TOKEN, work, payload, token=False, counted=False)

    @api.post("/v1.0/oauth2/<corp_id>/token")
    def successor(corp_id: str) -> Response:
        payload = body_of()

        def work() -> Done:
            if corp_id != ding.corp_id or payload.get("grant_type") != "client_credentials":
                raise Refusal("invalidParameter.grantType", "no such organisation, or no such grant_type")
            token, seconds = _issued(ding, payload.get("client_id"), payload.get("client_secret"))
            return Done({"access_token": token, "expires_in": seconds})

        return serve(ding, "oauth2/token", work, payload, token=False, counted=False)


def _issued(ding: "DingTalk", client_id: Any, secret: Any) -> tuple[str, int]:
    if not _is_app(ding, client_id, secret):
        raise Refusal("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
    with ding.lock:
        return ding.tokens.issue(ding.clock())


def _is_app(ding: "DingTalk", client_id: Any, secret: Any) -> bool:
    right = isinstance(secret, str) and secrets.compare_digest(secret.encode(), ding.secret.encode())
    return right and client_id == ding.client_id


def _stream(api: Blueprint, ding: "DingTalk") -> None:
    @api.post("/v1.0/gateway/connections/open")
    def connections_open() -> Response:
        payload = body_of()

        def work() -> Done | Response:
            if not _is_app(ding, payload.get("clientId"), payload.get("clientSecret")):
                raise Refusal("authFailed", "鉴权失败", 401)
            ticket = ding.gateway.issue(_subscriptions(payload))
            answer = {"endpoint": ding.gateway.endpoint, "ticket": ticket}
            if "application/json" not in request.headers.get("Accept", ""):
                inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in answer.items())
                return Response(f"<OpenConnectionResponse>{inner}</OpenConnectionResponse>", 200, mimetype="text/xml")
            return Done(answer)

        return serve(ding, OPEN, work, payload, token=False, counted=False)


def _subscriptions(payload: JSON) -> frozenset[tuple[str, str]]:
    listed = payload.get("subscriptions")
    if not isinstance(listed, list) or not listed or not all(isinstance(each, Mapping) for each in listed):
        raise Refusal("invalidParameter.subscriptions", "subscriptions is missing")
    found = frozenset((str(each.get("type")), str(each.get("topic"))) for each in listed)
    if any(kind not in ("CALLBACK", "EVENT", "SYSTEM") for kind, _ in found):
        raise Refusal("invalidParameter.subscriptions", "no such type")
    return found


def _not_permitted(_ding: "DingTalk", _body: JSON) -> Done:
    """The app does not have Card.Streaming.Write: we do not stream, it burns the month's calls."""
    raise Refusal(
        "Forbidden.AccessDenied.AccessTokenPermissionDenied", "应用尚未开通所需的权限：[Card.Streaming.Write]", 403
    )


def _register(ding: "DingTalk", body: JSON) -> Done:
    key, url = text_of(body, "callbackRouteKey"), text_of(body, "callbackUrl")
    secret = body.get("apiSecret") or ""
    if not url.startswith(("http://", "https://")) or not isinstance(secret, str):
        raise Refusal("param.invalid", "no address, or no apiSecret")
    old = ding.routes.get(key)
    if old is not None and old != Route(url, secret) and body.get("forceUpdate") is not True:
        raise Refusal("param.callbackRouteKeyExist", "the key has another address")
    ding.routes[key] = Route(url, secret)
    return Done({"success": True, "result": {"callbackUrl": url}})


def _recall_in_group(ding: "DingTalk", body: JSON) -> Done:
    return robots.recall(ding, body, str(body.get("openConversationId") or ""))


def _files(api: Blueprint, ding: "DingTalk") -> None:
    @api.get("/dingtalk-files/<address>")
    def file(address: str) -> Response:
        """Where messageFiles/download sends the app: no token, and only for a while."""
        found = ding.addresses.get(address, ding.clock())
        if found is None:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, mimetype="application/xml")
        answer = Response(found.data, mimetype=found.mime)
        answer.headers["Content-Disposition"] = disposition(found.name)
        return answer
