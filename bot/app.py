"""The web application: routes and wiring only."""

import hmac
import os

import structlog
from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, generate_latest, multiprocess
from prometheus_client.metrics_core import GaugeMetricFamily
from sqlalchemy.exc import SQLAlchemyError

from bot import health
from bot.channels.base import Answer, Door, Echo, Refused, Request
from bot.inbound import Tap
from bot.runtime import Runtime, build, redis_url
from config.logging import configure_logging
from config.settings import load_settings
from core.store import outbox
from jobs.bell import Bell, Rings

BODY_LIMIT = 64 * 1024
REFUSED = Answer(b"refused", status=403)

_log = structlog.get_logger(__name__)
REFUSALS = Counter(
    "tuoling_refused_callbacks", "Callbacks refused at the door, by channel and reason.", ["channel", "why"]
)


def load() -> Flask:
    """The application from the environment: what the web server's workers load."""
    settings = load_settings()
    configure_logging(settings.log_level)
    return create_app(build(settings), Bell(redis_url(settings)))


def create_app(runtime: Runtime, bell: Rings) -> Flask:
    """The application for a runtime that is built already."""
    app = Flask("tuoling", static_folder=None)
    for name, door in runtime.doors.items():
        _callback_route(app, f"/{name}/callback", door, runtime, bell)
    _operations(app, runtime)
    return app


def _callback_route(app: Flask, path: str, door: Door, runtime: Runtime, bell: Rings) -> None:
    def callback() -> Response:
        """verify -> parse -> intake -> answer. One flat answer for everything that is not genuine."""
        now = runtime.store.clock()
        body = request.stream.read(BODY_LIMIT + 1)
        given = Request(request.method, request.args, request.headers, body)  # type: ignore[arg-type]
        verified = door.verify(given, now)
        if isinstance(verified, Refused):
            REFUSALS.labels(door.name, verified.why).inc()
            return _response(REFUSED)
        if isinstance(verified, Echo):
            return _response(Answer(verified.body))
        inbound = door.parse(verified.raw)
        try:
            taken = runtime.intake.take(inbound, verified.raw)
        except SQLAlchemyError as error:
            _log.error("event not recorded", channel=door.name, error=type(error).__name__)
            return _response(Answer(b"", status=503))  # the platform sends it again
        response = _response(door.answer(inbound, None if isinstance(inbound, Tap) else taken.text, now))
        if taken.ring:
            response.call_on_close(bell.ring)
        return response

    app.add_url_rule(path, path, callback, methods=["GET", "POST"])


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, content_type=answer.content_type)


def _operations(app: Flask, runtime: Runtime) -> None:
    redis = redis_url(runtime.settings)

    @app.get("/healthz")
    def healthz() -> Response:
        """This process answers."""
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> tuple[dict[str, object], int]:
        """Which part is ready and which is not; 503 if a needed one is not."""
        parts = health.check(runtime, redis)
        ready = all(part.ok for part in parts if part.needed)
        shown = {part.name: {"ok": part.ok, "said": part.said, "mend": part.mend} for part in parts}
        return {"ready": ready, "parts": shown}, 200 if ready else 503

    @app.get("/metrics")
    def metrics() -> Response:
        """Prometheus. With TUOLING_METRICS_TOKEN set, only for its bearer."""
        token = runtime.settings.metrics_token
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token is not None and not hmac.compare_digest(given.encode(), token.get_secret_value().encode()):
            return _response(REFUSED)
        return Response(generate_latest(_registry()) + _outbox_gauges(runtime), mimetype=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """Of all processes on this machine, if they share a directory; else of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class _Outbox:
    """The outbox in numbers, as a collector of its own: they are the database's, not a process's."""

    def __init__(self, depth: outbox.Depth) -> None:
        self._depth = depth

    def collect(self) -> list[GaugeMetricFamily]:
        """The gauges."""
        rows = GaugeMetricFamily(
            "tuoling_outbox_open_rows", "Outbox rows not sent yet, and dead ones.", labels=["state"]
        )
        rows.add_metric(["pending"], self._depth.pending)
        rows.add_metric(["dead"], self._depth.dead)
        age = GaugeMetricFamily("tuoling_outbox_oldest_seconds", "How late the oldest due row is.")
        age.add_metric([], self._depth.oldest_seconds)
        return [rows, age]


def _outbox_gauges(runtime: Runtime) -> bytes:
    registry = CollectorRegistry()
    with runtime.store.read() as session:
        registry.register(_Outbox(outbox.depth(session, runtime.store.clock())))
    return bytes(generate_latest(registry))
