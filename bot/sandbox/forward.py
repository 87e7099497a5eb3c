"""Forwards the bot's own routes from the sandbox's port to the bot, so that the demo is at one address."""

import httpx
from flask import Blueprint, Response, request

ROUTES = (
    *("/wecom/callback", "/wecom/contacts", "/api/leads", "/api/reports/<provider>"),
    *("/healthz", "/readyz", "/metrics"),
)
_KEPT = frozenset({"content-type", "authorization", "idempotency-key"})
_OURS = "x-tuoling-"
_GIVEN_BACK = ("allow", "cache-control", "retry-after")


def forward_blueprint(bot_url: str) -> Blueprint:
    """Routes that hand the request over to the bot at `bot_url` and its answer back."""
    blueprint = Blueprint("forward", __name__)
    client = httpx.Client(base_url=bot_url, timeout=10, trust_env=False)

    def hand_over(**_: str) -> Response:
        headers = {name: value for name, value in request.headers.items() if _is_kept(name.lower())}
        target = request.full_path.rstrip("?")
        try:
            answer = client.request(request.method, target, content=request.get_data(), headers=headers)
        except httpx.HTTPError as error:
            return Response(f"the bot does not answer ({type(error).__name__})\n", 502, mimetype="text/plain")
        given_back = {name: answer.headers[name] for name in _GIVEN_BACK if name in answer.headers}
        return Response(answer.content, answer.status_code, given_back, content_type=answer.headers.get("content-type"))

    for route in ROUTES:
        blueprint.add_url_rule(route, route, hand_over, methods=["GET", "POST"])
    return blueprint


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith(_OURS)
