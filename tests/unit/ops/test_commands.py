"""The short commands: what they do, and what they say where another program would show a traceback."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from ops_kit import free_port
from sqlalchemy import select, update

from bot.sandbox.seed import PEOPLE_FILE
from core.people.models import Person
from core.privacy import Vault
from core.store import outbox
from core.store.audit import AuditRow
from core.store.database import Database
from core.store.outbox import Kind, Message, OutboxRow, OutboxState
from core.store.unit import Store

Tuoling = Callable[..., Result]
DATABASE_COMMANDS = (
    ("audit", "verify"),
    ("audit", "head"),
    ("outbox", "list"),
    ("outbox", "retry", "--all"),
    ("people", "import", str(PEOPLE_FILE)),
    ("people", "leave", "batu"),
    ("keys", "reseal"),
)
NAMES = [" ".join(command[:2]) for command in DATABASE_COMMANDS]


@pytest.fixture
def store(environ: dict[str, str]) -> Iterator[Store]:
    """The installation's store."""
    database = Database(environ["TUOLING_DATABASE_URL"])
    yield Store(database, Vault(b"secret-secret-secret-secret-0001"))
    database.dispose()


def put(store: Store, *keys: str, hours_ago: float = 0, to: int = 7, **values: object) -> None:
    """Outbox rows, one a target, written some hours ago."""
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    with store.database.write() as session:
        for key in keys:
            message = Message(key, "wecom", to, f"wecom:{key}", Kind.SAY, body=b"canary-content")
            outbox.put(session, message, now=at, request_id="test")
            if values:
                session.execute(update(OutboxRow).where(OutboxRow.dedupe_key == key).values(values))


def rows(store: Store) -> dict[str, OutboxRow]:
    with store.read() as session:
        return {row.dedupe_key: row for row in session.scalars(select(OutboxRow))}


@pytest.mark.parametrize("command", DATABASE_COMMANDS, ids=NAMES)
def test_not_migrated(tuoling: Tuoling, tmp_path: Path, command: tuple[str, ...]) -> None:
    result = tuoling(*command, TUOLING_DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
    assert result.exit_code == 1
    assert "tuoling db upgrade" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", [*DATABASE_COMMANDS, ("db", "upgrade")], ids=[*NAMES, "db upgrade"])
def test_database_down(tuoling: Tuoling, command: tuple[str, ...]) -> None:
    url = f"postgresql+psycopg://boss:p4ssw0rd@127.0.0.1:{free_port()}/x"
    result = tuoling(*command, TUOLING_DATABASE_URL=url)
    assert result.exit_code == 1
    assert "数据库不可用" in result.stderr
    assert "TUOLING_DATABASE_URL" in result.stderr
    assert "p4ssw0rd" not in result.output


@pytest.mark.parametrize(
    "command", [*DATABASE_COMMANDS, ("db", "upgrade"), ("config", "check"), ("serve",), ("worker",), ("scheduler",)]
)
def test_broken_settings(tuoling: Tuoling, command: tuple[str, ...]) -> None:
    result = tuoling(*command, TUOLING_ENV="production", TUOLING_SECRET_KEY="", TUOLING_PORT="x")
    assert result.exit_code == 2
    assert result.stderr.startswith("设置有 2 处错误")
    assert "TUOLING_SECRET_KEY" in result.stderr
    assert "TUOLING_PORT" in result.stderr


@pytest.mark.parametrize("command", [("serve", "--port", "1"), ("worker",), ("scheduler",)])
def test_processes_refuse_a_database_of_another_version(
    tuoling: Tuoling, tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back afterwards
    command = tuple(str(free_port()) if word == "1" else word for word in command)
    result = tuoling(*command, TUOLING_DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
    assert result.exit_code == 1
    assert "请运行 tuoling db upgrade" in result.stderr


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("scheduler",), ("config", "check")])
def test_broken_company_yaml(
    tuoling: Tuoling, tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back afterwards
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "pools.yaml").write_text("pools: [\n", encoding="utf-8")
    port = str(free_port())
    result = tuoling(*command, TUOLING_CONFIG_DIR=str(tmp_path / "company"), TUOLING_PORT=port)
    assert result.exit_code == 2
    assert "第 1 行 " in result.stderr
    assert "pools.yaml：这里开始的 [" in result.stderr


def test_settings_and_yaml_are_checked_together(tuoling: Tuoling, tmp_path: Path) -> None:
    """Without a master key too: the YAML has nothing to do with it."""
    company = tmp_path / "company"
    company.mkdir()
    file = company / "pools.yaml"
    file.write_text(
        "default: a\npools:\n  - key: a\n    name: 甲\n    departments：全员\n    holdings: 3\n", encoding="utf-8"
    )
    broken = {"TUOLING_ENV": "production", "TUOLING_SECRET_KEY": "", "TUOLING_CONFIG_DIR": str(company)}
    result = tuoling("config", "check", **broken)
    assert (result.exit_code, result.stdout) == (2, "")
    said = result.stderr.splitlines()
    assert said[0].startswith("设置有 1 处错误")
    assert said[1].startswith("  · 没有设置 TUOLING_SECRET_KEY")
    assert said[2].startswith("公司配置有 2 处错误")
    assert said[3:] == [
        f"  · 第 5 行 {file}：“departments” 后面是全角冒号 “：”，应为半角冒号加空格，即 departments: …",
        f"  · 第 6 行 {file}：不认识 “holdings”，是不是 “holding”？",
    ]
    file.write_text("default: a\npools:\n  - key: a\n    name: 甲\n    departments: 全员\n", encoding="utf-8")
    result = tuoling("config", "check", **broken)
    assert result.exit_code == 2
    assert result.stdout.startswith("公司配置正确")
    assert len(result.stderr.splitlines()) == 2


def test_no_pool_is_called_like_a_command(tuoling: Tuoling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back afterwards
    (tmp_path / "pools.yaml").write_text(
        "default: a\npools:\n  - {key: a, name: 公海, departments: 全员}\n", encoding="utf-8"
    )
    for command in (("serve",), ("worker",), ("scheduler",), ("config", "check")):
        result = tuoling(*command, TUOLING_CONFIG_DIR=str(tmp_path), TUOLING_PORT=str(free_port()))
        assert (result.exit_code, "“公海” 是聊天命令" in result.stderr) == (2, True), command
    assert "“公海” 是聊天命令" in tuoling("doctor", TUOLING_CONFIG_DIR=str(tmp_path)).stdout


def test_without_time_zone_data(environ: dict[str, str], tmp_path: Path) -> None:
    """The days begin in China: without its time zone nothing can run."""
    script = "import sys; sys.modules['tzdata'] = None\nfrom bot.cli import main\nmain(['doctor'])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environ | {"PYTHONTZPATH": ""}, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "没有时区数据" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port(tuoling: Tuoling, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back afterwards
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        result = tuoling("serve", "--port", str(port))
    assert (result.exit_code, result.stderr) == (
        1,
        f"端口 {port} 已被占用。请用 --port 换一个，或先停掉占用它的程序。\n",
    )


def test_a_foreign_address(tuoling: Tuoling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back afterwards
    result = tuoling("serve", "--host", "192.0.2.1", "--port", str(free_port()))
    assert result.exit_code == 1
    assert "请检查 --host" in result.stderr


def test_the_demo_is_not_for_production(tuoling: Tuoling) -> None:
    result = tuoling("demo", TUOLING_ENV="production")
    assert result.exit_code == 1
    assert "TUOLING_ENV=production" in result.stderr


def test_db_upgrade_twice(tuoling: Tuoling, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert re.fullmatch(r"数据库版本：空 → \d+\n", tuoling("db", "upgrade", TUOLING_DATABASE_URL=url).stdout)
    again = tuoling("db", "upgrade", TUOLING_DATABASE_URL=url)
    assert re.fullmatch(r"数据库已是最新版本 \d+\n", again.stdout)
    assert again.stderr == ""


def test_a_database_newer_than_the_program(tuoling: Tuoling, store: Store) -> None:
    with store.database.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    result = tuoling("db", "upgrade")
    assert result.exit_code == 1
    assert "新版程序" in result.stderr
    assert "9999" in tuoling("doctor").stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00\x01\x80", "编码"),
        (b"name,department\n", "缺少 role"),
        ("name,department,role,wecom_userid\n张三,一部,king,zhang3\n".encode(), "第 2 行 role：不认识「king」"),
        ("name,department,role,wecom_userid\n\n\n张三,一部,king,zhang3\n".encode(), "第 4 行 role：不认识「king」"),
        (b"\x00\x01\x02,\n", "表头"),
        (b"", "表头"),
    ],
    ids=["binary", "no column", "bad role", "empty lines", "zeros", "empty"],
)
def test_a_wrong_people_file(tuoling: Tuoling, tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    result = tuoling("people", "import", str(file))
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stdout == ""


def test_people_are_imported(tuoling: Tuoling) -> None:
    assert tuoling("people", "import", str(PEOPLE_FILE)).stdout == "导入完成：新增 23 人，更新 0 人，未变 0 人。\n"
    assert "未变 23 人" in tuoling("people", "import", str(PEOPLE_FILE)).stdout


def test_the_head_is_what_verify_says(tuoling: Tuoling) -> None:
    assert tuoling("audit", "head").stdout == "操作日志还是空的\n"
    tuoling("people", "import", str(PEOPLE_FILE))
    seq, _, head = tuoling("audit", "head").stdout.strip().partition(" ")
    assert f"日志完整：{seq} 条，链头 {head}" in tuoling("audit", "verify").stdout


def test_a_changed_entry_is_named(tuoling: Tuoling, store: Store) -> None:
    tuoling("people", "import", str(PEOPLE_FILE))
    with store.database.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET details = '{}' WHERE seq = 1")
    result = tuoling("audit", "verify")
    assert result.exit_code == 1
    assert "第 1 条记录被改动" in result.stderr


def test_stuck_messages_are_listed_without_content(tuoling: Tuoling, store: Store) -> None:
    assert tuoling("outbox", "list").stdout == "没有失败的消息，也没有晚于 2 分钟的消息。\n"
    tuoling("people", "import", str(PEOPLE_FILE))
    tuoling("people", "leave", "batu")
    with store.read() as session:
        ids = {person.wecom_userid: person.id for person in session.scalars(select(Person))}
    put(store, "due")
    put(store, "late", hours_ago=1, to=ids["lina"])
    put(store, "gone", hours_ago=1, to=ids["batu"])
    put(store, "unknown", hours_ago=1, to=4711)
    put(
        store,
        "dead",
        hours_ago=2,
        to=ids["zhaojianguo"],
        state=OutboxState.DEAD,
        attempts=12,
        fault="errcode 60111: gone",
    )
    put(store, "sent", hours_ago=3, state=OutboxState.SENT)
    said = tuoling("outbox", "list").stdout
    assert re.search(r"\n2  晚 36\d\d 秒  李娜（lina）  .*还没有试过\n", said)
    assert re.search(r"\n3  晚 36\d\d 秒  巴特尔·孟和（batu，已离职）  .*还没有试过\n", said)
    assert re.search(r"\n4  晚 36\d\d 秒  已不在人员表  .*还没有试过\n", said)
    assert re.search(r"\n5  失败  赵建国（zhaojianguo）  .*12 次  errcode 60111: gone\n", said)
    assert len(said.splitlines()) == 5
    assert "canary" not in said
    assert "只显示最早的 1 条" in tuoling("outbox", "list", "--limit", "1").stdout


def test_dead_messages_are_retried_and_audited(tuoling: Tuoling, store: Store) -> None:
    put(store, "one", "two", hours_ago=2, state=OutboxState.DEAD, attempts=12, fault="x")
    assert "已排入重发：1 条" in tuoling("outbox", "retry", "1").stdout
    one, two = rows(store)["one"], rows(store)["two"]
    assert (one.state, one.attempts, one.maybe_sent, two.state) == (OutboxState.PENDING, 0, True, OutboxState.DEAD)
    assert one.next_try_at > datetime.now(UTC) - timedelta(minutes=1)
    assert "已排入重发：1 条" in tuoling("outbox", "retry", "--all").stdout
    assert "没有失败的消息" in tuoling("outbox", "retry", "--all").stdout
    with store.read() as session:
        entries = [(row.action, row.subject) for row in session.scalars(select(AuditRow).order_by(AuditRow.seq))]
    assert entries == [("outbox:retry", "outbox:1"), ("outbox:retry", "outbox")]


@pytest.mark.parametrize("state", [OutboxState.SENT, OutboxState.SUPERSEDED, "leased"])
def test_what_is_done_or_under_way_is_not_retried(tuoling: Tuoling, store: Store, state: str) -> None:
    leased = {"lease": "a relay", "lease_until": datetime.now(UTC) + timedelta(seconds=30)}
    put(store, "row", **(leased if state == "leased" else {"state": state}))
    result = tuoling("outbox", "retry", "1")
    assert result.exit_code == 1
    assert "编号 1" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("1", "--all")])
def test_retry_wants_one_or_all(tuoling: Tuoling, arguments: tuple[str, ...]) -> None:
    assert tuoling("outbox", "retry", *arguments).exit_code == 2
