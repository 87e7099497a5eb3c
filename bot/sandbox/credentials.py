"""What the platform hands out for a while: access tokens, one-time response codes, media."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

TOKEN_LIFE = timedelta(seconds=7200)
CODE_LIFE = timedelta(hours=72)
MEDIA_LIFE = timedelta(days=3)


class Tokens:
    """Access tokens. Asking again within a token's life repeats it, as the real platform mostly does; with `renews`
    its life then begins anew (DingTalk)."""

    def __init__(self, *, renews: bool = False) -> None:
        self._renews = renews
        self._expiry: dict[str, datetime] = {}
        self._current = ""

    def issue(self, now: datetime) -> tuple[str, int]:
        """The token of now and the seconds it still lives."""
        if self._expiry.get(self._current, now) <= now:
            self._current = secrets.token_urlsafe(48)
            self._expiry[self._current] = now + TOKEN_LIFE
        elif self._renews:
            self._expiry[self._current] = now + TOKEN_LIFE
        return self._current, int((self._expiry[self._current] - now).total_seconds())

    def errcode(self, token: str, now: datetime) -> int:
        """0 if `token` is good, else 41001 (missing), 40014 (never issued or revoked) or 42001 (expired)."""
        if not token:
            return 41001
        if token not in self._expiry:
            return 40014
        return 0 if now < self._expiry[token] else 42001

    def expire(self, now: datetime) -> None:
        """End the life of every token: from now on they answer 42001."""
        self._expiry = dict.fromkeys(self._expiry, now)

    def revoke(self) -> None:
        """Forget every token, as the platform may do early: from now on they answer 40014."""
        self._expiry.clear()


@dataclass(frozen=True, slots=True)
class _Code:
    msgid: str
    expires: datetime


class ResponseCodes:
    """Codes that change the cards of one sending: one from the sending, one from every click; each works once."""

    def __init__(self) -> None:
        self._codes: dict[str, _Code] = {}

    def issue(self, msgid: str, now: datetime) -> str:
        """A fresh code for the cards of `msgid`."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(msgid, now + CODE_LIFE)
        return code

    def msgid(self, code: str, now: datetime) -> str | None:
        """Whose cards `code` changes; None if it is unknown, used or older than 72 h."""
        found = self._codes.get(code)
        return found.msgid if found and now < found.expires else None

    def use(self, code: str) -> None:
        """From now on `code` is used."""
        self._codes.pop(code, None)


@dataclass(frozen=True, slots=True)
class Medium:
    """An uploaded file."""

    data: bytes
    mime: str
    name: str
    expires: datetime | None


class Media:
    """Uploaded files, each for three days, or for `life` (None: for good). Their ids begin with `mark`."""

    def __init__(self, life: timedelta | None = MEDIA_LIFE, mark: str = "media-") -> None:
        self._life, self._mark = life, mark
        self._media: dict[str, Medium] = {}

    def put(self, data: bytes, mime: str, name: str, now: datetime) -> str:
        """Keep a file; its media_id."""
        media_id = f"{self._mark}{secrets.token_urlsafe(18)}"
        self._media[media_id] = Medium(data, mime, name, now + self._life if self._life else None)
        return media_id

    def get(self, media_id: str, now: datetime) -> Medium | None:
        """The file, or None if it is unknown or its time is over."""
        found = self._media.get(media_id)
        return found if found and (found.expires is None or now < found.expires) else None

    def kept(self, media_id: str) -> Medium | None:
        """The file, though its time may be over: what somebody sent still stands in his chat."""
        return self._media.get(media_id)
