"""The sandbox is a platform without passwords: in production it cannot be reached, whoever asks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import AGENT_ID, CORP_ID, SECRETS, Company
from kit.ports import free_port

from bot.app import create_app
from bot.runtime import build
from bot.sandbox.platform import Platform
from bot.sandbox.server import NotInProduction, create_sandbox, serve_in_thread
from config.settings import load_settings
from jobs.bell import NullBell

SANDBOX = (
    "/",
    "/sandbox",
    "/sandbox/",
    "/sandbox/chats",
    "/sandbox/people",
    "/cgi-bin/gettoken",
    "/cgi-bin/message/send",
)


def platform() -> Platform:
    return Platform(
        corp_id=CORP_ID, agent_id=AGENT_ID, secret="s", token=SECRETS["WECOM_TOKEN"],
        aes_key=SECRETS["WECOM_AES_KEY"], members=(),
    )  # fmt: skip


@pytest.mark.parametrize("said", ["production", "PRODUCTION", " Production "])
def test_the_environment_forbids_it(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("TUOLING_ENV", said)
    with pytest.raises(NotInProduction):
        create_sandbox(platform())
    with pytest.raises(NotInProduction), serve_in_thread(platform()):
        pytest.fail("it served")


def test_the_caller_forbids_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUOLING_ENV", "demo")
    with pytest.raises(NotInProduction):
        create_sandbox(platform(), production=True)


def demo(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    path = {"PYTHONPATH": str(Path.cwd()), "PATH": os.environ["PATH"], "TUOLING_VAR_DIR": str(folder / "var")}
    command = [sys.executable, "-m", "bot.cli", "demo", "--port", str(free_port())]
    return subprocess.run(command, cwd=folder, env=path | environ, capture_output=True, text=True, timeout=60)


def test_the_demo_refuses_in_production(tmp_path: Path) -> None:
    done = demo(tmp_path, TUOLING_ENV="production")
    assert done.returncode != 0
    assert "TUOLING_ENV=production" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("*.db")), "nothing was made"


def runtime_env(tmp_path: Path, **more: str) -> dict[str, str]:
    return SECRETS | {"TUOLING_VAR_DIR": str(tmp_path), "WECOM_API_BASE": "https://qyapi.weixin.qq.com"} | more


@pytest.mark.parametrize("env", ["production", "demo", "test"])
def test_the_bots_own_application_has_no_such_route(tmp_path: Path, env: str) -> None:
    runtime = build(load_settings(runtime_env(tmp_path, TUOLING_ENV=env), env_file=None), clock=Clock())
    app = create_app(runtime, NullBell())
    client = app.test_client()
    assert {path: client.get(path).status_code for path in SANDBOX} == dict.fromkeys(SANDBOX, 404)
    assert {path: client.post(path).status_code for path in SANDBOX} == dict.fromkeys(SANDBOX, 404)
    routes = {"/wecom/callback", "/api/leads", "/api/reports/<provider>", "/healthz", "/readyz", "/metrics"}
    assert {str(rule) for rule in app.url_map.iter_rules()} == routes
    assert not app.debug
    runtime.store.database.dispose()


def test_production_needs_its_own_key(tmp_path: Path) -> None:
    """Nothing falls back to a key that is in the source."""
    given = {name: value for name, value in runtime_env(tmp_path).items() if name != "TUOLING_SECRET_KEY"}
    with pytest.raises(Exception, match="没有设置 TUOLING_SECRET_KEY"):
        load_settings(given, env_file=None)


def test_the_web_process_does_not_even_load_the_sandbox() -> None:
    command = [
        sys.executable,
        "-c",
        "import sys, bot.app; print([m for m in sys.modules if m.startswith('bot.sandbox')])",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 403),
        ("", 403),
        ("Bearer ", 403),
        ("Bearer wrong-token-wrong-token", 403),
        ("Bearer metrics-token-of-the-test-company-1", 403),
        ("Bearer metrics-token-of-the-test-companY", 403),
        ("Basic metrics-token-of-the-test-company", 403),
        ("Bearer 中文", 403),
        ("Bearer metrics-token-of-the-test-company", 200),
    ],
)
def test_metrics_are_for_the_bearer_of_their_token(
    company: Company, tmp_path: Path, given: str | None, status: int
) -> None:
    token = {"TUOLING_METRICS_TOKEN": "metrics-token-of-the-test-company", "TUOLING_ENV": "test"}
    database = {"TUOLING_DATABASE_URL": company.runtime.settings.database_url}
    runtime = build(load_settings(runtime_env(tmp_path, **token, **database), env_file=None), clock=company.clock)
    headers = [] if given is None else [("Authorization", given.encode().decode("latin-1"))]
    answer = create_app(runtime, NullBell()).test_client().get("/metrics", headers=headers)
    assert answer.status_code == status
    assert (b"tuoling_" in answer.data) == (status == 200)
    assert answer.data == b"refused" or status == 200
    runtime.store.database.dispose()
