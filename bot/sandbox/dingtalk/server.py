"""The fake DingTalk on real ports of this machine: both hosts of its API on one, the Stream gateway on another."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from bot.sandbox.dingtalk.api import api_blueprint
from bot.sandbox.dingtalk.oapi import oapi_blueprint
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.server import HOST, NotInProduction, Quiet, guard, is_production

_POLL_SECONDS = 0.01


def create_dingtalk(ding: DingTalk, *, production: bool = False) -> Flask:
    """The web application of the fake DingTalk.

    Raises:
        NotInProduction: `production` is true or the environment says so (`TUOLING_ENV=production`).
    """
    if production or is_production():
        raise NotInProduction("the fake DingTalk is a made-up platform: it does not start in production")
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 24 * 1024 * 1024
    guard(app)
    app.register_blueprint(api_blueprint(ding))
    app.register_blueprint(oapi_blueprint(ding))
    return app


@contextmanager
def serve_dingtalk(ding: DingTalk, port: int = 0) -> Iterator[str]:
    """Serve it while the block runs; gives the base URL of both hosts. Port 0 takes a free one."""
    app = create_dingtalk(ding)
    server = make_server(HOST, port, app, threaded=True, request_handler=Quiet)
    polling = {"poll_interval": _POLL_SECONDS}
    thread = threading.Thread(target=server.serve_forever, kwargs=polling, name="dingtalk", daemon=True)
    ding.base_url = f"http://{HOST}:{server.server_port}"
    ding.gateway.start(HOST)
    thread.start()
    try:
        yield ding.base_url
    finally:
        ding.close()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
