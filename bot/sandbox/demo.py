"""`tuoling demo`: a whole company in one command.

One web process serves the sandbox (the fake platform and its window) and the bot's own routes; worker and scheduler
are the real processes. Everything lies under `var/demo`; delete the folder to begin anew.
"""

import base64
import json
import os
import secrets
import signal
import string
import subprocess
import sys
from pathlib import Path

import click
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bot.sandbox.platform import Platform
from bot.sandbox.seed import members, seed
from bot.sandbox.server import HOST, NotInProduction, create_sandbox
from config.logging import configure_logging
from config.settings import Settings, load_settings

CORP_ID = "wwdemo0qingcheng"
AGENT_ID = 1000002
OWN_ROUTES = ("/wecom", "/healthz", "/readyz", "/metrics")
STOP_SECONDS = 10


def run(port: int) -> None:
    """Prepare the demo's folder and database, start everything, and stay until Ctrl-C.

    Raises:
        NotInProduction: the environment says TUOLING_ENV=production.
    """
    if os.environ.get("TUOLING_ENV", "").strip().lower() == "production":
        raise NotInProduction("the demo does not start with TUOLING_ENV=production")
    folder = Path(os.environ.get("TUOLING_VAR_DIR", "var")).resolve() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(_environment(folder, port))
    settings = load_settings(env_file=None)
    _prepare(settings)
    helpers = [_start(command) for command in ("worker", "scheduler")]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"\n  驼铃演示已就绪：http://{HOST}:{port}/\n  打开后选择左侧任意同事开始聊天；Ctrl-C 结束。\n")
    from bot.serve import prepare_metrics, web

    prepare_metrics(settings)
    try:
        web(settings, host=HOST, port=port, target="bot.sandbox.demo:load", workers=1)
    finally:
        _stop(helpers)


def load() -> DispatcherMiddleware:
    """The WSGI application of the demo: the sandbox, and under their own paths the bot's routes."""
    from bot.app import create_app
    from bot.runtime import build, redis_url
    from jobs.bell import Bell

    settings = load_settings(env_file=None)
    configure_logging(settings.log_level)
    bot = create_app(build(settings), Bell(redis_url(settings)))
    return DispatcherMiddleware(_sandbox(settings), {path: _whole_path(bot, path) for path in OWN_ROUTES})


def _whole_path(app: Flask, prefix: str) -> object:
    """The dispatcher moves the prefix out of the path; the bot's routes want it back."""

    def wsgi(environ: dict[str, object], start_response: object) -> object:
        environ["PATH_INFO"] = f"{prefix}{environ['PATH_INFO']}"
        environ["SCRIPT_NAME"] = ""
        return app.wsgi_app(environ, start_response)  # type: ignore[arg-type]

    return wsgi


def _sandbox(settings: Settings) -> Flask:
    app = settings.wecom
    if app is None:
        raise NotInProduction("the sandbox needs the demo's own WECOM_* settings")
    platform = Platform(
        corp_id=app.corp_id,
        agent_id=app.agent_id,
        secret=app.secret.get_secret_value(),
        token=app.token.get_secret_value(),
        aes_key=app.aes_key.get_secret_value(),
        members=members(),
        callback_url=f"{app.api_base}/wecom/callback",
    )
    platform.base_url = app.api_base
    return create_sandbox(platform)


def _prepare(settings: Settings) -> None:
    from bot.runtime import build
    from core.store import migrate

    runtime = build(settings)
    migrate.upgrade(runtime.store.database)
    if seed(runtime.store, runtime.company.pools):
        click.echo("已生成演示数据：23 位同事，300 条线索（虚构）。")
    runtime.store.database.dispose()


def _environment(folder: Path, port: int) -> dict[str, str]:
    """The demo's settings; its secrets are made once and kept in its folder, readable by its owner only."""
    file = folder / "secrets.json"
    if not file.exists():
        letters = string.ascii_letters + string.digits
        made = {
            "TUOLING_SECRET_KEY": base64.b64encode(os.urandom(32)).decode(),
            "WECOM_SECRET": "".join(secrets.choice(letters) for _ in range(43)),
            "WECOM_TOKEN": "".join(secrets.choice(letters) for _ in range(24)),
            "WECOM_AES_KEY": base64.b64encode(os.urandom(32)).decode().rstrip("=").replace("+", "a").replace("/", "b"),
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(made), encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8")) | {
        "TUOLING_ENV": "demo",
        "TUOLING_VAR_DIR": str(folder),
        "TUOLING_DATABASE_URL": f"sqlite:///{folder / 'tuoling.db'}",
        "TUOLING_REDIS_URL": "embedded",
        "TUOLING_THREADS": "24",
        "TUOLING_LOG_LEVEL": os.environ.get("TUOLING_LOG_LEVEL", "warning"),
        "WECOM_CORP_ID": CORP_ID,
        "WECOM_AGENT_ID": str(AGENT_ID),
        "WECOM_API_BASE": f"http://{HOST}:{port}",
    }


def _start(command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "bot.cli", command], start_new_session=True)


def _stop(helpers: list[subprocess.Popen[bytes]]) -> None:
    for helper in helpers:
        helper.terminate()
    for helper in helpers:
        try:
            helper.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            helper.kill()
