"""How we and other systems sign to each other: an HMAC-SHA256 in hex over a timestamp and what is sent, so that what
was listened to cannot be sent again much later."""

import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime

WINDOW = 300  # seconds that a timestamp may be off
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_NOBODYS_KEY = secrets.token_bytes(32)  # who has none takes as long to refuse as who has one


def signature(key: bytes, timestamp: str, signed: bytes) -> str:
    """How what is sent is signed, in hex."""
    return hmac.digest(key, f"{timestamp}\n".encode(errors="replace") + signed, "sha256").hex()


def signed_headers(key: bytes, now: datetime, signed: bytes) -> dict[str, str]:
    """The headers that sign it."""
    timestamp = str(int(now.timestamp()))
    return {"X-Tuoling-Timestamp": timestamp, "X-Tuoling-Signature": signature(key, timestamp, signed)}


def is_signed(keys: Sequence[bytes], timestamp: str, given: str, signed: bytes) -> bool:
    """Is what was given the signature by one of these keys? Takes as long whichever it is, or none."""
    right = [is_same(signature(key, timestamp, signed), given) for key in keys or [_NOBODYS_KEY]]
    return any(right) and bool(keys)


def is_same(right: str, given: str) -> bool:
    """Is this the secret text? Takes as long wherever they differ."""
    return hmac.compare_digest(right.encode(), given.encode("utf-8", "replace"))


def is_fresh(timestamp: str, now: datetime) -> bool:
    """Is it a timestamp (seconds since 1970) of just now?"""
    return bool(_TIMESTAMP.fullmatch(timestamp)) and abs(now.timestamp() - int(timestamp)) <= WINDOW
