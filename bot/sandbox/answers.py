"""What the window's JSON API answers, for either platform."""

from collections.abc import Sequence
from typing import Any, Protocol

from flask import Response, jsonify, request

from bot.sandbox.api import disposition
from bot.sandbox.credentials import Medium

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})


class Tried(Protocol):
    """One attempt to tell the app of something."""

    @property
    def status(self) -> int:
        """HTTP's, or the acknowledgement's; 0 for no answer."""

    @property
    def seconds(self) -> float:
        """How long it took."""

    @property
    def error(self) -> str:
        """What was wrong."""


def body_of() -> dict[str, Any]:
    """The JSON object of the request; empty if it is none."""
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def told(event: str, attempts: Sequence[Tried], *, taken: bool, reply: str | None = None) -> Response:
    """What became of something that a person did."""
    tried = [{"status": a.status, "seconds": round(a.seconds, 3), "error": a.error} for a in attempts]
    return jsonify(event=event, taken=taken, reply=reply, attempts=tried)


def refused(why: str, status: int) -> Response:
    """No, and why."""
    response = jsonify(error=why)
    response.status_code = status
    return response


def medium(found: Medium | None) -> Response:
    """A file of a chat. Only pictures are shown: whatever else somebody put into it, no browser opens it here."""
    if found is None:
        return Response(status=404)
    shown = found.mime if found.mime in _SHOWN else "application/octet-stream"
    answer = Response(found.data, mimetype=shown, headers={"Cache-Control": "private, max-age=3600"})
    if shown != found.mime:
        answer.headers["Content-Disposition"] = disposition(found.name)
    return answer
