"""The fake DingTalk alone on real ports of this machine: both hosts of its API on one, the Stream gateway on another.

Together with the fake WeCom it is served by `bot.sandbox.server`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from bot.sandbox.dingtalk.api import dingtalk_blueprint
from bot.sandbox.dingtalk.oapi import oapi_blueprint
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.server import HOST, NotInProduction, guard, is_production, listening


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
    app.register_blueprint(dingtalk_blueprint(ding))
    app.register_blueprint(oapi_blueprint(ding))
    return app


@contextmanager
def serve_dingtalk(ding: DingTalk, port: int = 0) -> Iterator[str]:
    """Serve it while the block runs; gives the base URL of both hosts. Port 0 takes a free one."""
    with listening(create_dingtalk(ding), port, "dingtalk") as base_url:
        ding.open(base_url, HOST)
        try:
            yield base_url
        finally:
            ding.close()
