"""The HTTP API of group chats and robots, under the real paths."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from bot.sandbox.platform import Platform
from bot.sandbox.refusal import Refusal
from bot.sandbox.sending import Done

Serve = Callable[..., Response]
_LONG = re.compile(r"[A-Za-z0-9+/=]{200,}")


def groups_routes(api: Blueprint, platform: Platform, serve: Serve) -> None:
    """Add them to the API."""
    verbs = {"create": platform.groups.create, "update": platform.groups.update, "send": platform.groups.send}

    @api.post("/appchat/<verb>")
    def chat(verb: str) -> Response:
        if verb not in verbs:
            return Response(status=404)
        payload = _payload()
        return serve(platform, f"appchat/{verb}", _work(platform, verbs[verb], payload), payload or {})

    @api.get("/appchat/get")
    def read() -> Response:
        def work() -> Done:
            with platform.lock:
                return platform.groups.read(request.args.get("chatid", ""))

        return serve(platform, "appchat/get", work)

    @api.post("/webhook/send")
    def push() -> Response:
        payload, key = _payload(), request.args.get("key", "")
        work = _work(platform, lambda body: platform.groups.push(key, body), payload)
        return serve(platform, "webhook/send", work, _without_picture(payload or {}), token=False)


def _payload() -> Mapping[str, Any] | None:
    payload = request.get_json(force=True, silent=True)
    return payload if isinstance(payload, Mapping) else None


def _work(
    platform: Platform, verb: Callable[[Mapping[str, Any]], Done], payload: Mapping[str, Any] | None
) -> Callable[[], Done]:
    def work() -> Done:
        if payload is None:
            raise Refusal(40008, "invalid message type. Warning: wrong json format. ")
        with platform.lock:
            return verb(payload)

    return work


def _without_picture(payload: Mapping[str, Any]) -> dict[str, Any]:
    """For the journal, which would be full of pictures."""
    image = payload.get("image")
    if not isinstance(image, Mapping):
        return dict(payload)
    return {**payload, "image": {name: _LONG.sub("…", str(value)) for name, value in image.items()}}
