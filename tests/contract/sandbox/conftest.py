"""A sandbox on a real port, with an echoing app behind it."""

import threading
from collections.abc import Iterator

import pytest
from dingtalk_kit import APP, APP_SECRET, ORGANISATION, PATIENT, DingApi
from sandbox_kit import AES_KEY, AGENT, CORP, SECRET, TOKEN, Api, Clock, EchoApp
from werkzeug.serving import make_server

from bot.sandbox.dingtalk.platform import DingTalk
from bot.sandbox.dingtalk.server import serve_dingtalk
from bot.sandbox.members import Member
from bot.sandbox.platform import Platform
from bot.sandbox.server import serve_in_thread


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> Iterator[EchoApp]:
    echo = EchoApp(clock)
    server = make_server("127.0.0.1", 0, echo.flask(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    echo.url = f"http://127.0.0.1:{server.server_port}/wecom/callback"
    yield echo
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture
def platform(clock: Clock, app: EchoApp) -> Platform:
    members = [
        Member("batu", "巴图", "呼和浩特/一部", "客户经理"),
        Member("LiNa", "李娜", "呼和浩特/一部", "经理"),
        Member("su", "苏和", "包头", "审批人"),
        Member("gone", "外人", "包头", visible=False),
    ]
    return Platform(
        corp_id=CORP, agent_id=AGENT, secret=SECRET, token=TOKEN, aes_key=AES_KEY, members=members,
        callback_url=app.url, clock=clock, retry_spacing=(0.0,), callback_timeout=2.0,
    )  # fmt: skip


@pytest.fixture
def base(platform: Platform) -> Iterator[str]:
    with serve_in_thread(platform) as url:
        yield url


@pytest.fixture
def api(base: str, platform: Platform) -> Api:
    return Api(base, platform).sign_in()


@pytest.fixture
def ding(clock: Clock) -> DingTalk:
    members = [
        Member("batu", "巴图", "呼和浩特/一部", "客户经理", superior="LiNa"),
        Member("LiNa", "李娜", "呼和浩特/一部", "经理", leads=("呼和浩特/一部",)),
        Member("su", "苏和", "包头", "审批人", also=("呼和浩特",)),
        Member("gone", "外人", "包头", visible=False),
    ]
    return DingTalk(
        client_id=APP, secret=APP_SECRET, corp_id=ORGANISATION, members=members, clock=clock,
        ack_seconds=PATIENT, tap_seconds=PATIENT,
    )  # fmt: skip


@pytest.fixture
def ding_api(ding: DingTalk) -> Iterator[DingApi]:
    with serve_dingtalk(ding) as url:
        yield DingApi(url, ding).sign_in()
