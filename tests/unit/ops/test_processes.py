"""The processes as an engineer runs them: they start, share, wait for what is away, and end in order."""

import json
import re
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError

import httpx
import pytest
from kit.ports import free_port
from ops_kit import Command, servers, until
from redis import Redis

from core.privacy import Vault
from core.store import outbox
from core.store.database import Database
from core.store.outbox import Kind, Message, OutboxState
from core.store.unit import Store
from jobs.bell import Bell
from jobs.embedded import EmbeddedRedis

pytestmark = pytest.mark.chaos
Start = Callable[..., Command]


def fetch(port: int, path: str, timeout: float = 5) -> str:
    """The body, or nothing while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=timeout) as answer:
            return str(answer.read().decode())
    except (URLError, ConnectionError, TimeoutError):
        return ""


def state(environ: dict[str, str]) -> str:
    """Of the only outbox row."""
    database = Database(environ["TUOLING_DATABASE_URL"])
    with database.read() as session:
        found = session.scalars(outbox.select(outbox.OutboxRow.state)).one()
    database.dispose()
    return str(found)


def put_row(environ: dict[str, str]) -> None:
    """A message to somebody unknown: whoever works on it ends it as superseded."""
    database = Database(environ["TUOLING_DATABASE_URL"])
    with database.write() as session:
        message = Message("key", "wecom", 7, "wecom:7", Kind.SAY, body=b"x")
        outbox.put(session, message, now=datetime.now(UTC), request_id="abcdefgh")
    database.dispose()


def test_several_of_each_share_one_redis_and_end_in_order(
    start: Start, environ: dict[str, str], tmp_path: Path
) -> None:
    ports = [free_port(), free_port()]
    webs = [start("serve", "--port", str(port)) for port in ports]
    others = [start(name) for name in ("worker", "worker", "scheduler", "scheduler")]
    for port in ports:
        until(lambda port=port: '"ready":true' in fetch(port, "/readyz").replace(" ", ""))
    put_row(environ)
    until(lambda: state(environ) == OutboxState.SUPERSEDED)
    assert len(servers(tmp_path)) == 1
    until(lambda: 'outcome="Skip"} 1.0' in fetch(ports[0], "/metrics"))  # counted by another process

    for command in webs + others:
        command.signal()
        command.signal()  # a second one does no harm
    assert [command.ends() for command in webs + others] == [0] * 6
    assert servers(tmp_path) == []
    for command in webs + others:
        assert [line for line in command.events() if line["level"] in ("error", "critical")] == []
        assert command.out == ""


@pytest.mark.parametrize("name", ["serve", "worker", "scheduler"])
def test_a_signal_in_the_middle_of_the_start_leaves_nothing_behind(start: Start, tmp_path: Path, name: str) -> None:
    command = start(name, *(["--port", str(free_port())] if name == "serve" else []))
    until(lambda: servers(tmp_path) or "embedded_redis_spawned" in command.err)
    command.signal()
    assert command.ends() == 0
    assert servers(tmp_path) == []


def test_a_request_under_way_is_finished(start: Start, tmp_path: Path) -> None:
    """/readyz takes two seconds where the database hangs; the signal comes in the middle of it."""
    port = free_port()
    with socket.create_server(("127.0.0.1", 0)) as hole:
        url = f"postgresql+psycopg://u@127.0.0.1:{hole.getsockname()[1]}/x"
        web = start("serve", "--port", str(port), TUOLING_DATABASE_URL=url)
        until(lambda: fetch(port, "/healthz") == "ok\n")
        answers: list[int] = []

        def ask() -> None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20)
            except urllib.error.HTTPError as refused:
                answers.append(refused.code)

        thread = threading.Thread(target=ask)
        hole.setblocking(False)  # what the start itself has knocked is not the request
        with suppress(BlockingIOError):
            while True:
                hole.accept()
        hole.settimeout(20)
        thread.start()
        hole.accept()
        web.signal()
        thread.join(timeout=20)
        assert answers == [503]
        assert web.ends() == 0
    assert len(web.events("the database is away; waiting for it")) == 1


def test_granians_lines_are_json_and_hold_no_query(start: Start) -> None:
    port = free_port()
    web = start("serve", "--port", str(port), TUOLING_LOG_LEVEL="info")
    until(lambda: fetch(port, "/healthz"))
    fetch(port, "/wecom/callback?msg_signature=canary&timestamp=1&nonce=1&echostr=canary")
    (line,) = until(lambda: web.events("callback"))
    assert (line["channel"], line["kind"], line["came"]) == ("wecom", "timestamp", "refused")
    assert line["ms"] >= 0
    pid = int(re.findall(r"\d+", Path(f"/proc/{web.process.pid}/task/{web.process.pid}/children").read_text())[-1])
    assert pid
    web.signal()
    assert web.ends() == 0
    assert web.events()  # every line is JSON
    assert "canary" not in web.err


@contextmanager
def refusing() -> Iterator[tuple[int, list[float]]]:
    """A port whose visitors are turned away at once; when they came."""
    visits: list[float] = []
    server = socket.create_server(("127.0.0.1", 0))

    def turn_away() -> None:
        while True:
            try:
                server.accept()[0].close()
            except OSError:
                return
            visits.append(time.monotonic())

    threading.Thread(target=turn_away, daemon=True).start()
    try:
        yield server.getsockname()[1], visits
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_a_worker_without_redis_keeps_trying_and_says_so_once(start: Start) -> None:
    with refusing() as (port, visits):
        worker = start("worker", TUOLING_REDIS_URL=f"redis://127.0.0.1:{port}/0")
        until(lambda: visits and visits[-1] - visits[0] > 2)
        worker.signal()
        assert worker.ends() == 0
    assert len(worker.events("redis is away")) == 1
    assert [line for line in worker.events() if line["level"] == "error"] == []


def test_a_worker_whose_redis_dies_and_comes_back_works_on(
    start: Start, environ: dict[str, str], tmp_path: Path
) -> None:
    redis = EmbeddedRedis(tmp_path / "elsewhere")
    redis.start()
    try:
        worker = start("worker", TUOLING_REDIS_URL=redis.url)
        until(lambda: _has_worker(redis.url))
        redis.stop()
        worker.says("redis is away")
        redis.start()
        worker.says("redis is back")
        put_row(environ)
        assert Bell(redis.url).ring()
        until(lambda: state(environ) == OutboxState.SUPERSEDED)
        worker.signal()
        assert worker.ends() == 0
    finally:
        redis.stop()
    assert [line["event"] for line in worker.events() if "redis is" in line["event"]] == [
        "redis is away",
        "redis is back",
    ]


def _has_worker(url: str) -> bool:
    with Redis.from_url(url) as redis:
        return redis.scard("rq:workers") == 1


def test_a_scheduler_without_its_database_keeps_trying_and_says_so_once(start: Start) -> None:
    with refusing() as (port, visits):
        scheduler = start("scheduler", TUOLING_DATABASE_URL=f"postgresql+psycopg://u@127.0.0.1:{port}/x")
        until(lambda: visits and visits[-1] - visits[0] > 3)
        scheduler.signal()
        assert scheduler.ends() == 0
    assert len(scheduler.events("the database is away")) == 1


def somebody_on_dingtalk(port: int) -> None:
    """Types 帮助 and 公海 in DingTalk's look and taps a row: each goes through the stream to the scheduler, the answers
    come from the worker, and the card changes."""

    def post(deed: str, **body: str) -> Any:
        url = f"http://127.0.0.1:{port}/sandbox/api/dingtalk/{deed}"
        answer = httpx.post(url, json={"as": "dt_lina"} | body, timeout=30, trust_env=False)
        assert answer.json()["taken"], answer.text
        return answer.json()

    def told() -> list[dict[str, Any]]:
        messages = json.loads(fetch(port, "/sandbox/api/dingtalk/chat?as=dt_lina"))["messages"]
        return [message for message in messages if message["from_bot"]]

    assert post("say", text="帮助")["attempts"][0]["status"] == 200  # at once: it is ready when the stream is held
    until(lambda: any("公海：" in message["text"] for message in told()))
    post("say", text="公海")
    (card,) = until(lambda: [message for message in told() if message["card"]])
    post("tap", message_id=card["id"], key=card["card"]["buttons"][0]["key"])

    def changed() -> bool:
        return any(each["id"] == card["id"] and each["card"]["title"].startswith("已领取") for each in told())

    until(changed)


@pytest.mark.timeout(240)  # it starts four times, with all its processes
def test_the_demo_starts_refuses_a_twin_and_ends_whole(start: Start, tmp_path: Path) -> None:
    port, folder = free_port(), tmp_path / "var" / "demo"
    demo = start("demo", "--port", str(port), TUOLING_ENV="", TUOLING_DATABASE_URL="")
    demo.says(f"http://127.0.0.1:{port}/")
    assert demo.out.rstrip().splitlines()[-1].endswith(f"http://127.0.0.1:{port}/")
    assert "300 条线索" in demo.out
    assert demo.err == ""
    assert fetch(port, "/")
    somebody_on_dingtalk(port)

    twin = start("demo", "--port", str(free_port()), TUOLING_ENV="", TUOLING_DATABASE_URL="")
    assert twin.ends(60) == 1
    assert f"演示已在运行：http://127.0.0.1:{port}/" in twin.err
    assert '"ready":true' in fetch(port, "/readyz").replace(" ", "")

    other = start("demo", "config", "try", "--days", "7", TUOLING_ENV="", TUOLING_DATABASE_URL="")
    assert other.ends(60) == 0
    assert "进件：最近 7 天" in other.out

    crew = Path(f"/proc/{demo.process.pid}/task/{demo.process.pid}/children").read_text().split()
    assert len(crew) == 3
    demo.signal(signal.SIGINT)
    demo.signal(signal.SIGINT)  # impatient
    assert demo.ends() == 0
    assert [pid for pid in crew if Path(f"/proc/{pid}").exists()] == []
    assert servers(tmp_path) == []
    assert sorted(log.name for log in folder.glob("*.log")) == ["scheduler.log", "serve.log", "worker.log"]

    again = start("demo", "--port", str(port), TUOLING_ENV="", TUOLING_DATABASE_URL="")
    again.says("就绪")
    assert "300 条线索" not in again.out  # what was there is kept
    again.signal(signal.SIGHUP)  # the terminal was closed
    assert again.ends() == 0


def test_the_demo_on_a_taken_port_says_so(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = start("demo", "--port", str(port), TUOLING_ENV="", TUOLING_DATABASE_URL="")
        assert demo.ends(60) == 1
        assert demo.err.startswith(f"端口 {port} 已被占用")


@pytest.mark.parametrize("name", ["serve", "worker", "scheduler"])
def test_a_process_with_another_master_key_does_not_start(start: Start, environ: dict[str, str], name: str) -> None:
    """Was: it started without a word, and entered customers a second time."""
    database = Database(environ["TUOLING_DATABASE_URL"])
    Store(database, Vault(b"secret-secret-secret-secret-0001")).check_key()
    database.dispose()
    process = start(
        name, TUOLING_SECRET_KEY="b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMDE=", TUOLING_PORT=str(free_port())
    )
    assert process.ends() == 2
    (line,) = process.err.splitlines()
    assert line.startswith("TUOLING_SECRET_KEY 与数据库里数据所用的不是同一把")
    assert "TUOLING_SECRET_KEY_OLD" in line
