"""Logs: one JSON line per event on stderr, with the request's id, and no personal data.

`structlog.get_logger("bot.dispatch").info("claimed", lead=1024)` gives
`{"event": "claimed", "lead": 1024, "request_id": "k3v9q2ab", "level": "info", "logger": "bot.dispatch", "time": "…Z"}`.
Loggers of the standard library and of other packages come out of the same pipe; a line that cannot be written is lost
and counted, and fails nothing (`config.lines`). Who logs must not log personal data;
`redact` is the last resort behind that. It costs little when there is nothing to hide: a line is looked at as a
whole first, and value by value only when something in it is suspicious.
"""

import base64
import json
import logging
import math
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from config.lines import MOST_BYTES, STDERR
from core.typed_numbers import PERSONAL, may_hold_personal

# The first four log addresses, and WeCom has secrets in those; alembic.runtime tells of every plugin it loads.
QUIET = ("urllib3", "requests", "httpx", "httpcore", "alembic.runtime")
_MOST_DEPTH = 8
_MOST_EXCEPTION = 12_000  # characters; the end, where the cause stands, is kept
_MOST_VALUE = (4_000, 1_000, 200)  # characters of each value, in a line that would be too long for `config.lines`
_MOST_VALUES = 20  # of such a line; more there are not, unless something went wrong
_SURE = MOST_BYTES // 4  # characters that are no more bytes than fit

_NAMES = (
    r"access[_-]?token|corp_?secret|app_?secret|client_?secret|response_?code|session_?webhook|authorization|password"
)
_SECRET_KEY = re.compile(rf"(?:{_NAMES}|secret|token|aes_?key|secret_?key|ticket)\Z", re.IGNORECASE)
# A value after its name: access_token=v, "access_token": "v", <ResponseCode><![CDATA[v]]>, Authorization: Bearer v.
_SECRET_VALUE = re.compile(
    rf"({_NAMES})(\\?[\"']?\s*(?:[=:>]|%3D)\s*(?:<!\[CDATA\[)?\\?[\"']?(?:(?:Bearer|Basic)\s+)?)([^\s&\"'\\,;<>\])}}]+)",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(Bearer\s+)\S+", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(://[^\s:/@]*:)[^\s@/]+@")
# An action token: name~version~card~…~mac. More than one digit in the name is none: it may be a phone behind a word.
_TOKEN = re.compile(r"\b([a-z][a-z_]*\d?)~\d+~[0-9A-Za-z_.:~\-]*")
# A line without any of these is clean, and most lines are.
_HINTS = ("~", "://", "token", "secret", "response", "webhook", "auth", "password", "bearer", "aes", "ticket")


def _is_suspicious(text: str) -> bool:
    lower = text.lower()
    return any(map(lower.__contains__, _HINTS)) or may_hold_personal(text)


def redact(text: str) -> str:
    """The text with everything hidden that looks like a phone number, an ID number, a secret or an action token."""
    if not _is_suspicious(text):
        return text
    text = _SECRET_VALUE.sub(r"\1\2[hidden]", text)
    text = _BEARER.sub(r"\1[hidden]", text)
    text = _URL_PASSWORD.sub(r"\1[hidden]@", text)
    text = _TOKEN.sub(r"\1~[hidden]", text)
    return PERSONAL.sub(lambda found: "[id-number]" if found["id"] else "[phone]", text)


def redact_value(value: object, depth: int = 0) -> object:
    """As `redact`, through mappings and lists, keys included; a value whose key names a secret is hidden whole. What
    comes out can be written as JSON, whatever went in."""
    if isinstance(value, str):
        return redact(value)
    if value is None or isinstance(value, bool) or depth > _MOST_DEPTH:
        return None if depth > _MOST_DEPTH else value
    if isinstance(value, int | float):
        hidden = redact(str(value))
        return value if hidden == str(value) and math.isfinite(value) else hidden
    if isinstance(value, Mapping):
        return {
            redact(str(key)): "[hidden]" if item and _SECRET_KEY.search(str(key)) else redact_value(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_value(item, depth + 1) for item in value]
    return redact(_plain(value))


def new_request_id() -> str:
    """8 characters of base32, lower case (40 random bits): short enough to be read out over the phone."""
    return base64.b32encode(os.urandom(5)).decode().lower()


def bind_request(request_id: str, **more: str | int) -> None:
    """From now on every line of this thread or task carries `request_id` (and `more`), and nothing of the request
    before: servers reuse their threads."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id, **more)


def configure_logging(level: str = "info", *, json: bool = True) -> None:
    """Send everything to stderr from `level` on: JSON lines, or, with `json=False`, lines for a developer's eyes.

    May be called again. Uncaught exceptions, of threads too, come out of the same pipe.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    render = _render_json if json else _render_plain
    structlog.configure(
        processors=[*_shared(), _add_logger, render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_Stderr,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [_Pipe(render)]
    root.setLevel(number)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    STDERR.tell_lost(lambda count: _lost(render, count))


def _lost(render: Callable[[WrappedLogger, str, EventDict], str], count: int) -> str:
    """The line that tells of lines which could not be written."""
    event = {"event": "log lines lost", "lost": count, "level": "warning", "logger": "config.lines"}
    return render(None, "warning", _add_time(None, "warning", event))


def _shared() -> list[Callable[..., Any]]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _add_time,
        _add_exception,
    ]


class _Stderr:
    """Where structlog's lines go, in the name of a logger."""

    def __init__(self, name: str = "tuoling") -> None:
        self.name = name

    def _line(self, line: str) -> None:
        STDERR.write(line)

    debug = info = warning = error = critical = exception = fatal = msg = log = _line


class _Pipe(logging.Handler):
    """The standard library's records, into the same lines."""

    def __init__(self, render: Callable[[WrappedLogger, str, EventDict], str]) -> None:
        super().__init__()
        self._render = render

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; never raises for what a caller put into it."""
        event: dict[str, Any] = {"logger": record.name}
        try:
            event["event"] = record.getMessage()
        except (TypeError, ValueError, KeyError):  # wrong arguments for its format: say where, not with what
            event["event"] = f"a log call with wrong arguments in {record.filename}:{record.lineno}"
        if record.exc_info:
            event["exc_info"] = record.exc_info
        level = {"warn": "warning", "fatal": "critical"}.get(record.levelname.lower(), record.levelname.lower())
        for process in _shared():
            event = process(None, level, event)
        STDERR.write(self._render(None, level, event))


def _add_logger(logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["logger"] = logger.name
    return event


def _add_time(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["time"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return event


def _add_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The exception's type, text and stack, with its causes; the values of variables never."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    exception = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else sys.exception()
    if exception is not None:
        lines = traceback.TracebackException.from_exception(exception, capture_locals=False).format()
        text = "".join(lines).rstrip()
        event["exception_type"] = type(exception).__qualname__
        # Redacted before it is cut: half a number would not be recognised any more.
        event["exception"] = text if len(text) <= _MOST_EXCEPTION else redact(text)[-_MOST_EXCEPTION:]
    return event


def _render_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    line = _encoded(event)
    if _fits(line):
        return line
    # Its long values are cut, so that it is JSON all the same; they are redacted before: half a number would not be
    # recognised any more. What tells where and when (time, level, logger) stands last.
    clean: Any = redact_value(event)
    kept = dict(list(clean.items())[-_MOST_VALUES:])
    lines = (_ENCODER.encode(_shortened(kept, most) | {"cut": True}) for most in _MOST_VALUE)
    return next(filter(_fits, lines))


def _fits(line: str) -> bool:
    return len(line) <= _SURE or len(line.encode(errors="backslashreplace")) <= MOST_BYTES


def _shortened(event: dict[str, Any], most: int) -> dict[str, Any]:
    """Each value in `most` characters: its beginning, or its end if it is an exception."""
    short = {}
    for key, value in event.items():
        text = value if isinstance(value, str) else _ENCODER.encode(value)
        cut = "…" + text[-most:] if key == "exception" else text[:most] + "…"
        short[key[:100]] = value if len(text) <= most else cut
    return short


def _encoded(event: EventDict) -> str:
    try:
        line = _ENCODER.encode(event)
    except (TypeError, ValueError):  # a key that is no text, a circle, NaN: `redact_value` makes them plain
        return _ENCODER.encode(redact_value(event))
    # An escape may hide where a number begins, or a tab between its groups.
    if "\\u" not in line and "\\t" not in line and not _is_suspicious(line):
        return line
    return _ENCODER.encode(redact_value(event))


def _render_plain(logger: WrappedLogger, method: str, event: EventDict) -> str:
    clean: Any = redact_value(event)
    clean["timestamp"] = clean.pop("time")
    return str(_CONSOLE(logger, method, clean))


def _plain(value: object) -> str:
    """What a value that JSON does not know looks like in a line: its type for secrets and objects, its text else."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain, separators=(", ", ": "))
_CONSOLE = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def _log_uncaught(kind: type[BaseException], exception: BaseException, stack: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, exception, stack)
    else:
        structlog.get_logger("uncaught").critical("uncaught exception", exc_info=exception)


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def json_handler() -> logging.Handler:
    """The same pipe as a handler, for a server that configures the loggers of its own (by `logging.config`)."""
    return _Pipe(_render_json)
