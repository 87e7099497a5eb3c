"""How DingTalk signs what it sends over HTTP. No signature covers the body: who has seen one request could sign any
body as long as its timestamp is fresh. So ours is a short window (DingTalk's own is an hour), and what else is checked,
the robot, the organisation, each message once, is part of the authentication.

Sources: open.dingtalk.com/document/development/receive-message (messages), event-callback-card (taps).
"""

import base64
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from werkzeug.datastructures import Headers

WINDOW_SECONDS = 300
ROBOT_HEADERS = ("timestamp", "sign")
CARD_HEADERS = ("x-ddpaas-signature-timestamp", "x-ddpaas-signature")

_TIMESTAMP = re.compile(r"[1-9][0-9]{0,14}")  # milliseconds since 1970
_SIGNATURE = re.compile(r"[0-9A-Za-z+/]{43}=")


class BadRequest(Exception):
    """A request that is not genuine. `why` is one word for metrics; it never goes back to the sender."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def robot_signature(secret: str, timestamp: str) -> str:
    """What stands in `sign` of a message: Base64 of the HMAC-SHA256, by the app's secret, over the timestamp (ms), a
    new line and the secret again."""
    return _hmac(secret, f"{timestamp}\n{secret}")


def card_signature(secret: str, timestamp: str) -> str:
    """What stands in `x-ddpaas-signature` of a tap: Base64 of the HMAC-SHA256, by the apiSecret with which the address
    was registered, over the timestamp (ms) alone."""
    return _hmac(secret, timestamp)


def check_robot(headers: Mapping[str, str], secret: str, now: datetime) -> str:
    """The timestamp of a genuine message, signed within five minutes of `now`.

    Raises:
        BadRequest: `header` (one is missing, empty or doubled), `timestamp` (none, or not of now) or `signature`.
    """
    timestamp, given = _fresh(headers, ROBOT_HEADERS, now)
    _compare(robot_signature(secret, timestamp), given)
    return timestamp


def check_card(headers: Mapping[str, str], secret: str, now: datetime) -> str:
    """The timestamp of a genuine tap, signed within five minutes of `now`. Raises as `check_robot`."""
    timestamp, given = _fresh(headers, CARD_HEADERS, now)
    _compare(card_signature(secret, timestamp), given)
    return timestamp


def _hmac(secret: str, signed: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), signed.encode(), "sha256")).decode()


def _fresh(headers: Mapping[str, str], names: tuple[str, str], now: datetime) -> tuple[str, str]:
    timestamp, given = (_only(headers, name) for name in names)
    if not _TIMESTAMP.fullmatch(timestamp):
        raise BadRequest("timestamp")
    if abs(round(now.timestamp() * 1000) - int(timestamp)) > WINDOW_SECONDS * 1000:
        raise BadRequest("timestamp")
    return timestamp, given


def _only(headers: Mapping[str, str], name: str) -> str:
    """The header's one value. A server that joins doubled ones puts a comma between them, which neither a timestamp nor
    a signature has."""
    values = list(_values(headers, name))
    if len(values) != 1 or not values[0]:
        raise BadRequest("header")
    return values[0]


def _values(headers: Mapping[str, str], name: str) -> Iterable[str]:
    if isinstance(headers, Headers):
        return headers.getlist(name)
    return (value for key, value in headers.items() if key.lower() == name)


def _compare(right: str, given: str) -> None:
    """As it stands in the header, never decoded: Base64 of other letters may decode to the same bytes."""
    if not _SIGNATURE.fullmatch(given) or not hmac.compare_digest(right, given):
        raise BadRequest("signature")
