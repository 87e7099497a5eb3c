"""`tuoling demo`: a whole company in one command.

This process is both platforms, WeCom and DingTalk: their APIs, the chat window, and, forwarded, the bot's own routes.
The bot is what it is in production: `serve`, `worker` and `scheduler`, three processes; the scheduler holds DingTalk's
stream. Everybody has an account on both. Everything lies under `var/demo`, logs included; delete the folder to begin
anew. One folder is one demo: a second one at the same time wants another TUOLING_VAR_DIR.
"""

import base64
import fcntl
import json
import os
import secrets
import signal
import string
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click
import httpx

from bot.account import account
from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.ports import check_port, free_port
from bot.runtime import build
from bot.sandbox import demo_groups
from bot.sandbox.crew import ROOT, Crew
from bot.sandbox.demo_company import HOSTS, VARIABLE, company_folder
from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.members import read_accounts, read_members
from bot.sandbox.past import seed_past
from bot.sandbox.platform import Platform
from bot.sandbox.provider import FakeProvider, Way
from bot.sandbox.sample_past import MONTHS
from bot.sandbox.seed import LEADS, PEOPLE_FILE, seed
from bot.sandbox.server import HOST, is_production, serve_in_thread
from bot.sandbox.telling import Teller
from config.in_force import apply
from config.logging import configure_logging
from config.settings import DEMO_CORP_ID, DEMO_DING_APP, DingTalkSettings, Settings, WeComSettings, load_settings
from core.risk.providers import Providers
from core.store import migrate
from core.store.files import Files
from core.store.unit import utc_now
from jobs.valkey import FileLock

AGENT_ID = 1000002
DING_CORP_ID = "dingdemo00000000"
START_SECONDS = 60
BRINGS = "/api/reports/radar"
_POLL_SECONDS = 0.1
_NOT_OURS = ("WECOM_", "DINGTALK_", "TUOLING_SECRET_KEY")  # what a real installation may have set


def run(port: int) -> None:
    """Prepare the demo's folder and database, start everything, and stay until Ctrl-C, SIGTERM or the terminal's end.

    Raises:
        Unready: TUOLING_ENV=production, the port is taken, or a demo runs in this folder already.
    """
    if is_production():
        raise Unready("演示不在 TUOLING_ENV=production 下运行：它没有密码，人人可用。请去掉这个变量，或换一台机器。")
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)  # the terminal was closed
    signal.signal(signal.SIGINT, _end)  # also where a script has started us, with SIGINT ignored
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _alone(folder, port):
            check_port(HOST, port)
            _run(folder, port)
    except KeyboardInterrupt:
        click.echo(f"\n演示已停止，数据留在 {folder}")


def run_command(arguments: Sequence[str]) -> NoReturn:
    """Become `tuoling ARGUMENTS` with the settings of the demo, which may run meanwhile.

    Raises:
        Unready: no demo was begun in this folder.
    """
    folder = _folder()
    if not (folder / "secrets.json").exists():
        raise Unready("这里还没有开过演示：先运行 make demo，再对它运行别的命令。")
    address = folder / "demo.address"
    where = address.read_text(encoding="utf-8").strip().rstrip("/") if address.exists() else ""
    environ = _environment(folder, int(where.rpartition(":")[2] or 8000))
    os.execve(sys.executable, [sys.executable, "-m", "bot.cli", *arguments], environ | {"PYTHONPATH": ROOT})  # noqa: S606  our own module


def _folder() -> Path:
    return Path(os.environ.get("TUOLING_VAR_DIR") or "var").resolve() / "demo"


def _run(folder: Path, port: int) -> None:
    environ = _environment(folder, port)
    settings = load_settings(environ, env_file=None)
    configure_logging("warning", json=False)
    if settings.wecom is None or settings.dingtalk is None:
        raise Unready("演示的企业微信或钉钉设置不完整。请删除它的文件夹后再试。")
    _prepare(settings)
    bot_url = f"http://{HOST}:{free_port(HOST)}"
    crew = Crew(folder, environ)
    with ExitStack() as stack:
        stack.callback(_stop, crew)
        crew.start("serve", "--host", HOST, "--port", bot_url.rpartition(":")[2])
        crew.start("worker")
        crew.start("scheduler")
        platform, ding = _platform(settings.wecom, bot_url), _dingtalk(settings.dingtalk)
        provider, accounts = _provider(environ[VARIABLE], bot_url), read_accounts(PEOPLE_FILE)
        stack.enter_context(
            serve_in_thread(platform, port, bot_url=bot_url, provider=provider, dingtalk=ding, accounts=accounts)
        )
        demo_groups.begin(settings, platform, ding)
        _wait_until_ready(f"{bot_url}/readyz", ding, crew, folder)
        click.echo(f"日志在 {folder}（serve.log、worker.log、scheduler.log）")
        click.echo("选一位同事，开始聊天；Ctrl-C 结束。")
        click.echo(f"驼铃演示已就绪：http://{HOST}:{port}/")
        _stay(crew, folder)


@contextmanager
def _alone(folder: Path, port: int) -> Iterator[None]:
    """One demo a folder: two would answer each other's chats."""
    lock, address = FileLock(folder / "demo.lock"), folder / "demo.address"
    if not lock.take(fcntl.LOCK_EX):
        where = address.read_text(encoding="utf-8") if address.exists() else "另一个端口"
        raise Unready(
            f"演示已在运行：{where}\n要另开一个，请给它另一个文件夹，"
            f"例如 TUOLING_VAR_DIR=var/second make demo PORT={port}"
        )
    address.write_text(f"http://{HOST}:{port}/", encoding="utf-8")
    try:
        yield
    finally:
        address.unlink(missing_ok=True)
        lock.drop()


def _platform(app: WeComSettings, bot_url: str) -> Platform:
    return Platform(
        corp_id=app.corp_id,
        agent_id=app.agent_id,
        secret=app.secret.get_secret_value(),
        token=app.token.get_secret_value(),
        aes_key=app.aes_key.get_secret_value(),
        members=read_members(PEOPLE_FILE),
        callback_url=f"{bot_url}/wecom/callback",
    )


def _dingtalk(app: DingTalkSettings) -> DingTalk:
    """Messages and taps go through the stream, to whoever holds it: no address of the bot's is needed."""
    return DingTalk(
        client_id=app.client_id,
        secret=app.client_secret.get_secret_value(),
        corp_id=DING_CORP_ID,
        robot_code=app.robot_code,
        members=read_members(PEOPLE_FILE, "dingtalk_userid"),
    )


def _provider(secret: str, bot_url: str) -> FakeProvider:
    """It brings each report a moment after it was asked for, so that one sees what is done meanwhile."""
    return FakeProvider(secret, utc_now, way=Way.BROUGHT, callback_url=f"{bot_url}{BRINGS}", brings_after=3.0)


def _prepare(settings: Settings) -> None:
    runtime = build(settings)
    migrate.upgrade(runtime.store.database)
    with runtime.store.unit(request_id="demo") as unit:
        apply(unit, settings.config_dir, COMMAND_WORDS, account())
    if seed(runtime.store, runtime.company.pools):
        past = seed_past(runtime.store, runtime.company)
        people = len(read_members(PEOPLE_FILE))
        files = Files(settings.var_dir / "media")
        told = replace(runtime.company, providers=Providers())  # what is past is not asked about now
        applications = Teller(runtime.store, told, files, runtime.store.clock()).tell()
        click.echo(
            f"已生成演示数据：{people} 位同事，{LEADS} 条线索，{applications} 笔进件（虚构），"
            f"另有 {MONTHS} 个月以来的 {past} 条旧线索。"
        )
    runtime.store.database.dispose()


def _wait_until_ready(url: str, ding: DingTalk, crew: Crew, folder: Path) -> None:
    """Until the bot answers, and holds DingTalk's stream: what is said before that comes only later."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        _check(crew, folder, "没有启动成功")
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == 200 and ding.gateway.connections():
                return
        except httpx.HTTPError:
            pass
        time.sleep(_POLL_SECONDS)
    raise Unready(f"演示在 {START_SECONDS} 秒内没有就绪，日志在 {folder}。")


def _stay(crew: Crew, folder: Path) -> None:
    """Until Ctrl-C, SIGTERM, or until one of the processes ends by itself; says what the logs warn of."""
    while True:
        _check(crew, folder, "意外结束，演示已停止")
        for line in crew.news():
            click.echo(line, err=True)
        time.sleep(_POLL_SECONDS * 5)


def _check(crew: Crew, folder: Path, what: str) -> None:
    name = crew.ended()
    if name is not None:
        raise Unready("\n".join([*crew.news(), f"{name} {what}，日志在 {folder / f'{name}.log'}。"]))


def _environment(folder: Path, port: int) -> dict[str, str]:
    """The demo's settings; its secrets are made once and kept in its folder, readable by its owner only."""
    kept = _kept_secrets(folder / "secrets.json")
    given = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
    if given.get("TUOLING_CONFIG_DIR"):
        given["TUOLING_CONFIG_DIR"] = str(Path(given["TUOLING_CONFIG_DIR"]).resolve())
    else:
        shipped = Settings.model_fields["config_dir"].default
        given["TUOLING_CONFIG_DIR"] = str(company_folder(folder, shipped, port))
    return (
        {"TUOLING_WORKERS": "1"}
        | given
        | kept
        | {
            "TUOLING_ENV": "demo",
            "TUOLING_VAR_DIR": str(folder),
            "TUOLING_DATABASE_URL": f"sqlite:///{folder / 'tuoling.db'}",
            "TUOLING_REDIS_URL": "embedded",
            "WECOM_CORP_ID": DEMO_CORP_ID,
            "WECOM_AGENT_ID": str(AGENT_ID),
            "WECOM_API_BASE": f"http://{HOST}:{port}",
            "DINGTALK_CLIENT_ID": DEMO_DING_APP,
            "DINGTALK_ROBOT_CODE": DEMO_DING_APP,
            "DINGTALK_CORP_ID": DING_CORP_ID,
            "DINGTALK_API_BASE": f"http://{HOST}:{port}",
            "DINGTALK_OAPI_BASE": f"http://{HOST}:{port}",
            "TUOLING_REPORT_HOSTS": HOSTS,
            VARIABLE: kept["WECOM_SECRET"],  # the made-up provider is as secret as the made-up platform
            demo_groups.ROBOT: kept["WECOM_SECRET"],
        }
    )


def _kept_secrets(file: Path) -> dict[str, str]:
    """The secrets in `file`; those that are not there yet are made and put there, as in a demo begun by an older
    version."""
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    whole = _secrets() | kept
    if whole != kept:
        new = file.with_suffix(".new")  # renamed when it is whole: half a file would stop every later start
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_text(json.dumps(whole), encoding="utf-8")
        new.replace(file)
    return whole


def _secrets() -> dict[str, str]:
    letters = string.ascii_letters + string.digits
    return {
        "TUOLING_SECRET_KEY": base64.b64encode(os.urandom(32)).decode(),
        "WECOM_SECRET": "".join(secrets.choice(letters) for _ in range(43)),
        "WECOM_TOKEN": "".join(secrets.choice(letters) for _ in range(24)),
        "WECOM_AES_KEY": base64.b64encode(os.urandom(32)).decode().rstrip("=").replace("+", "a").replace("/", "b"),
        "DINGTALK_CLIENT_SECRET": "".join(secrets.choice(letters) for _ in range(64)),
    }


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """As Ctrl-C, once: a second one on the way to the end of the processes would leave them behind."""
    _deaf()
    raise KeyboardInterrupt


def _deaf() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _stop(crew: Crew) -> None:
    """The processes, in order; also where no signal ends us."""
    _deaf()
    crew.stop()
