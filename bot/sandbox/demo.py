"""`tuoling demo`: a whole company in one command.

This process is the platform: its API, the chat window, and, forwarded, the bot's own routes. The bot is what it is in
production: `serve`, `worker` and `scheduler`, three processes. Everything lies under `var/demo`; delete the folder to
begin anew.
"""

import base64
import json
import os
import secrets
import signal
import socket
import string
import subprocess
import sys
import time
from pathlib import Path

import click
import httpx

from bot.runtime import build
from bot.sandbox.members import read_members
from bot.sandbox.platform import Platform
from bot.sandbox.seed import PEOPLE_FILE, seed
from bot.sandbox.server import HOST, NotInProduction, serve_in_thread
from config.settings import Settings, load_settings
from core.store import migrate

CORP_ID = "wwdemo0qingcheng"
AGENT_ID = 1000002
START_SECONDS = 60
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
    serve_port = _free_port()
    processes = [_start("serve", "--host", HOST, "--port", str(serve_port)), _start("worker"), _start("scheduler")]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        bot_url = f"http://{HOST}:{serve_port}"
        with serve_in_thread(_platform(settings, bot_url), port, bot_url=bot_url):
            _wait_until_ready(f"{bot_url}/readyz", processes)
            click.echo(f"\n  驼铃演示已就绪：http://{HOST}:{port}/\n  选一位同事，开始聊天；Ctrl-C 结束。\n")
            _stay(processes)
    finally:
        _stop(processes)


def _platform(settings: Settings, bot_url: str) -> Platform:
    app = settings.wecom
    if app is None:
        raise NotInProduction("the sandbox needs the demo's own WECOM_* settings")
    return Platform(
        corp_id=app.corp_id,
        agent_id=app.agent_id,
        secret=app.secret.get_secret_value(),
        token=app.token.get_secret_value(),
        aes_key=app.aes_key.get_secret_value(),
        members=read_members(PEOPLE_FILE),
        callback_url=f"{bot_url}/wecom/callback",
    )


def _prepare(settings: Settings) -> None:
    runtime = build(settings)
    migrate.upgrade(runtime.store.database)
    if seed(runtime.store, runtime.company.pools):
        click.echo("已生成演示数据：23 位同事，300 条线索（虚构）。")
    runtime.store.database.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(url: str, processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            raise click.ClickException("演示的一个进程没有启动成功，原因见上面的日志。")
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise click.ClickException(f"演示在 {START_SECONDS} 秒内没有就绪，原因见上面的日志。")


def _stay(processes: list[subprocess.Popen[bytes]]) -> None:
    """Until Ctrl-C, SIGTERM, or until one of the processes ends by itself."""
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return
    raise click.ClickException("演示的一个进程意外结束，演示已停止。")


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
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return kept | {
        "TUOLING_ENV": "demo",
        "TUOLING_VAR_DIR": str(folder),
        "TUOLING_DATABASE_URL": f"sqlite:///{folder / 'tuoling.db'}",
        "TUOLING_REDIS_URL": "embedded",
        "TUOLING_LOG_LEVEL": os.environ.get("TUOLING_LOG_LEVEL", "warning"),
        "WECOM_CORP_ID": CORP_ID,
        "WECOM_AGENT_ID": str(AGENT_ID),
        "WECOM_API_BASE": f"http://{HOST}:{port}",
    }


def _start(*command: str) -> subprocess.Popen[bytes]:
    # Our own interpreter and our own module; nothing typed by anybody. A session of its own: Ctrl-C reaches this
    # process only, which then ends the others in order.
    return subprocess.Popen([sys.executable, "-m", "bot.cli", *command], start_new_session=True)  # noqa: S603


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
