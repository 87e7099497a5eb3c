"""The web application: routes and wiring only."""

import hmac
import signal
import time
from typing import cast

import structlog
from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider
from prometheus_client import CONTENT_TYPE_LATEST

from bot.api import leads_api
from bot.api_reports import reports_api
from bot.callback import REFUSED, handle
from bot.channels.base import Answer, Door, Request
from bot.health import Lookout
from bot.metrics import CALLBACKS, exposition
from bot.runtime import Runtime, build, keep_loaded, redis_url
from config.logging import configure_logging
from config.settings import load_settings
from jobs.bell import Bell, Rings

BODY_LIMIT = 64 * 1024
CACHE_MB = 2  # for each thread: a tap changes little
WECOM_PATH = "/wecom/callback"
CONTACTS_PATH = "/wecom/contacts"
ROBOT_PATH = "/dingtalk/robot"
CARD_PATH = "/dingtalk/card"

_log = structlog.get_logger(__name__)


def load() -> Flask:
    """The application from the environment: what the web server's workers load.

    A worker is forked with its parent's signal handlers and only gets its own when this has returned; until then it
    would swallow the SIGTERM that ends it.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    settings = load_settings()
    configure_logging(settings.log_level)
    app = create_app(build(settings, sqlite_cache_mb=CACHE_MB), Bell(redis_url(settings)))
    keep_loaded()
    return app


def create_app(runtime: Runtime, bell: Rings) -> Flask:
    """The application for a runtime that is built already."""
    app = Flask("tuoling", static_folder=None)
    cast(DefaultJSONProvider, app.json).ensure_ascii = False  # people read /readyz with curl
    for path, door in _doors(runtime).items():
        _callback_route(app, path, door, runtime, bell)
    app.register_blueprint(leads_api(runtime, bell))
    app.register_blueprint(reports_api(runtime, bell))
    _operations(app, runtime)
    return app


def _doors(runtime: Runtime) -> dict[str, Door]:
    """What is open to the network, by its path. DingTalk's own only in HTTP mode: in Stream mode nothing genuine comes
    to them."""
    dingtalk = runtime.settings.dingtalk
    robot = runtime.doors.get("dingtalk") if dingtalk is not None and dingtalk.mode == "http" else None
    doors = {
        WECOM_PATH: runtime.doors.get("wecom"),
        CONTACTS_PATH: runtime.contacts_door,
        ROBOT_PATH: robot,
        CARD_PATH: runtime.card_door,
    }
    return {path: door for path, door in doors.items() if door is not None}


def _callback_route(app: Flask, path: str, door: Door, runtime: Runtime, bell: Rings) -> None:
    def callback() -> Response:
        """The event, answered, counted and told of in one log line."""
        begun = time.perf_counter()
        structlog.contextvars.clear_contextvars()  # the server reuses its threads
        body = request.stream.read(BODY_LIMIT + 1)
        given = Request(request.method, request.args, request.headers, body)  # type: ignore[arg-type]
        handled = handle(door, runtime.intake, given, runtime.store.clock())
        seconds = time.perf_counter() - begun
        CALLBACKS.labels(door.name, handled.outcome).observe(seconds)
        ms = round(seconds * 1000, 1)
        _log.info("callback", channel=door.name, kind=handled.kind, came=handled.came, ms=ms)
        response = _response(handled.answer)
        if handled.ring:
            response.call_on_close(bell.ring)
        return response

    app.add_url_rule(path, path, callback, methods=["GET", "POST"])


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, content_type=answer.content_type)


def _operations(app: Flask, runtime: Runtime) -> None:
    lookout = Lookout(runtime.store.database, redis_url(runtime.settings), runtime.store.clock)

    @app.get("/healthz")
    def healthz() -> Response:
        """This process answers."""
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> tuple[dict[str, object], int]:
        """Which part is ready and which is not; 503 if a needed one is not."""
        parts = lookout.look()
        ready = all(part.ok for part in parts.values() if part.needed)
        shown = {key: {"ok": part.ok, "said": part.said, "mend": part.mend} for key, part in parts.items()}
        return {"ready": ready, "parts": shown}, 200 if ready else 503

    @app.get("/metrics")
    def metrics() -> Response:
        """Prometheus. With TUOLING_METRICS_TOKEN set, only for its bearer."""
        token = runtime.settings.metrics_token
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token is not None and not hmac.compare_digest(given.encode(), token.get_secret_value().encode()):
            return _response(REFUSED)
        depth = lookout.depth()
        if depth is not None:  # a database that hangs is not asked again here: whoever scrapes does not wait
            runtime.in_force.look()
        return Response(exposition(depth, runtime.in_force.version), mimetype=CONTENT_TYPE_LATEST)
