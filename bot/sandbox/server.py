"""The sandbox as a web server: the platform's API and the chat window. It only ever listens on 127.0.0.1."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.sandbox.api import api_blueprint
from bot.sandbox.dingtalk.api import dingtalk_blueprint
from bot.sandbox.dingtalk.oapi import oapi_blueprint
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.dingtalk.window import dingtalk_window
from bot.sandbox.forward import forward_blueprint
from bot.sandbox.office_api import office_blueprint
from bot.sandbox.platform import Platform
from bot.sandbox.provider import FakeProvider, provider_blueprint, provider_panel
from bot.sandbox.window import window_blueprint
from config.environment import read

HOST = "127.0.0.1"
_POLL_SECONDS = 0.01  # how often it looks whether it is to end
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_POLICY = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class NotInProduction(RuntimeError):
    """The sandbox was asked for in production."""


def is_production() -> bool:
    """Is this machine set up for anything but a try, by the environment or the `.env` of the working folder? A word
    that is no known one counts too: nobody knows what was meant."""
    return read(os.environ, ".env").values.get("TUOLING_ENV", "").lower() not in ("", "demo", "test")


def create_sandbox(
    platform: Platform,
    *,
    production: bool = False,
    bot_url: str | None = None,
    provider: FakeProvider | None = None,
    dingtalk: DingTalk | None = None,
    accounts: Mapping[str, str] | None = None,
) -> Flask:
    """The web application of the sandbox. With `bot_url` the bot's own routes are forwarded there; with `provider` it
    is one of reports too, with `dingtalk` both hosts of DingTalk's API, and the window shows people in either look;
    `accounts` say who is who on both (see `window_blueprint`).

    Raises:
        NotInProduction: `production` is true or the environment says so (`TUOLING_ENV=production`).
    """
    if production or is_production():
        raise NotInProduction("the sandbox is a made-up platform without passwords: it does not start in production")
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 24 * 1024 * 1024
    guard(app)
    app.register_blueprint(api_blueprint(platform))
    app.register_blueprint(window_blueprint(platform, dingtalk, accounts))
    app.register_blueprint(office_blueprint(platform))
    if dingtalk is not None:
        app.register_blueprint(dingtalk_blueprint(dingtalk))
        app.register_blueprint(oapi_blueprint(dingtalk))
        app.register_blueprint(dingtalk_window(dingtalk, platform))
    if provider is not None:
        app.register_blueprint(provider_blueprint(provider))
        app.register_blueprint(provider_panel(provider))
    if bot_url is not None:
        app.register_blueprint(forward_blueprint(bot_url))
    return app


@contextmanager
def serve_in_thread(
    platform: Platform,
    port: int = 0,
    *,
    bot_url: str | None = None,
    provider: FakeProvider | None = None,
    dingtalk: DingTalk | None = None,
    accounts: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Serve the sandbox while the block runs; gives its base URL. Port 0 takes a free one. DingTalk's Stream gateway
    listens on a port of its own, which its API tells."""
    app = create_sandbox(platform, bot_url=bot_url, provider=provider, dingtalk=dingtalk, accounts=accounts)
    with listening(app, port, "sandbox") as base_url:
        platform.base_url = base_url
        if dingtalk is not None:
            dingtalk.open(base_url, HOST)
        try:
            yield base_url
        finally:
            platform.close()
            if dingtalk is not None:
                dingtalk.close()


@contextmanager
def listening(app: Flask, port: int, name: str) -> Iterator[str]:
    """Let `app` answer on 127.0.0.1, in a thread, while the block runs; gives its base URL."""
    server = make_server(HOST, port, app, threaded=True, request_handler=_Quiet)
    polling = {"poll_interval": _POLL_SECONDS}
    thread = threading.Thread(target=server.serve_forever, kwargs=polling, name=name, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def guard(app: Flask) -> None:
    """Let only this machine's own pages and programs use `app`."""
    app.before_request(_refuse_strangers)
    app.after_request(_harden)


class _Quiet(WSGIRequestHandler):
    """No line per request: an access log would hold access tokens, which stand in the URL."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def _refuse_strangers() -> Response | None:
    """Only pages of this very server may use it: another name that points to 127.0.0.1 (DNS rebinding) and another
    site's page in the same browser are both refused."""
    host = urlsplit(f"//{request.host}").hostname
    if host not in _LOOPBACK:
        return Response("the sandbox answers on this machine only", 403, mimetype="text/plain")
    origin = request.headers.get("Origin")
    if request.method not in ("GET", "HEAD") and origin is not None and urlsplit(origin).netloc != request.host:
        return Response("another site may not use the sandbox", 403, mimetype="text/plain")
    return None


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
