"""The short commands: what they do, and what they say where another program would show a traceback."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from kit.ports import free_port
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
HEAD = "name,department,role,wecom_userid"
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
    assert "pools.yaml：pools：这里开始的 [" in result.stderr


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


def test_no_command_for_a_demo_that_was_never_begun(tuoling: Tuoling) -> None:
    result = tuoling("demo", "config", "try")
    assert result.exit_code == 1
    assert "这里还没有开过演示" in result.stderr


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
        (f"{HEAD},role\n".encode(), "重复了 role"),
        (f"{HEAD}\n张三,呼和浩特,一部,officer,zhang3\n".encode(), "第 2 行第 5 格「zhang3」：表头只有 4 列"),
        (f"{HEAD}\n张三,一部,officer\n".encode(), "第 2 行只有 3 格，缺少 wecom_userid 列"),
        (f'{HEAD}\n"张三,一部,officer,zhang3\n李四,一部,officer,li4\n'.encode(), "第 2 行的半角双引号不成对"),
        (f"{HEAD}\n张三,呼和浩特\\一部,officer,zhang3\n".encode(), "第 2 行 department：各级部门之间用 /"),
        (f"{HEAD},superior\n张三,一部,officer,a,b\n李四,一部,officer,b,A\n".encode(), "绕成了一圈「a → b → a」"),
        (f"{HEAD},superior\n张三,一部,officer,a,c\n".encode(), "第 2 行 superior：没有企业微信账号（或钉钉账号）为"),
        (f"{HEAD}\n{'张' * 61},一部,officer,zhang3\n".encode(), "第 2 行 name：太长，最多 60 个字"),
    ],
    ids=[
        "binary", "no column", "bad role", "empty lines", "zeros", "empty", "a column twice", "too many cells",
        "too few cells", "quote", "backslash", "circle", "nobody above", "long",
    ],
)  # fmt: skip
def test_a_wrong_people_file(tuoling: Tuoling, tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    result = tuoling("people", "import", str(file))
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("word", "near"),
    [("officers", "officer"), ("客户经历", "客户经理"), ("客户", "客户经理"), ("Admn", "admin"), ("王", "")],
)
def test_an_unknown_role_is_told_with_what_there_is(tuoling: Tuoling, tmp_path: Path, word: str, near: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{HEAD}\n张三,一部,经理|{word},zhang3\n", encoding="utf-8")
    said = tuoling("people", "import", str(file)).stderr
    assert f"第 2 行 role：不认识「{word}」，{f'是不是 {near}？' if near else ''}可以写 客户经理（officer）、" in said
    for role in ("审批人（approver）", "风控（risk）", "经理（manager）", "财务（finance）", "管理员（admin）"):
        assert role in said


def test_roles_are_understood_in_chinese(tuoling: Tuoling, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    words = {"a": "客户经理|经理", "b": "审批人｜风控", "c": "财务、管理员", "d": " Officer | 审批 "}
    lines = [f"张三,一部,{role},{userid}" for userid, role in words.items()]
    file.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    assert tuoling("people", "import", str(file)).exit_code == 0
    with store.read() as session:
        roles = {person.wecom_userid: person.roles for person in session.scalars(select(Person))}
    assert roles == {"a": "manager|officer", "b": "approver|risk", "c": "admin|finance", "d": "approver|officer"}


def test_the_heading_may_be_chinese(tuoling: Tuoling, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "人员.csv"
    file.write_text(
        "姓名,部门,岗位,企业微信账号,主管,职级\n张三,一部,管理员,zhang3,,高级\n李四,一部,客户经理,li4,zhang3,\n", "gbk"
    )
    assert tuoling("people", "import", str(file)).exit_code == 0
    with store.read() as session:
        found = {each.name: each for each in session.scalars(select(Person))}
    assert (found["张三"].rank, found["李四"].wecom_userid) == ("高级", "li4")
    assert found["李四"].superior_id == found["张三"].id


def test_what_is_empty_at_the_end_of_lines_says_nothing(tuoling: Tuoling, tmp_path: Path) -> None:
    """Excel saves a sheet as wide and as long as it once was."""
    file = tmp_path / "people.csv"
    file.write_text(f"{HEAD},,\r\n张三,一部,管理员,zhang3,,\r\n,,,,,\r\n", encoding="gbk")
    assert tuoling("people", "import", str(file)).stdout == "导入完成：新增 1 人，更新 0 人，未变 0 人。\n"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("people import nofile.csv", "nofile.csv：没有这个文件。请检查路径和名字。"),
        ("people import .", "它是一个文件夹"),
        ("people import", "缺少 FILE。\n用法见 tuoling people import --help"),
        ("people imprt x", "没有 imprt 这个命令，是不是 import？"),
        ("serve --prot 1", "没有 --prot 这个选项，是不是 --port？"),
        ("serve --port 99999", "--port 应为整数，从 1 到 65535"),
        ("outbox retry x", "ID 应为整数"),
        ("outbox list --limit", "--limit 的写法不对"),
        ("serve x", "多写了内容"),
    ],
)
def test_what_is_typed_wrongly_is_told_in_chinese(tuoling: Tuoling, command: str, words: str) -> None:
    result = tuoling(*command.split())
    assert result.exit_code in (1, 2)
    assert words in result.stderr
    assert "Error" not in result.stderr


@pytest.mark.parametrize("group", [[], *([name] for name in ("audit", "config", "db", "keys", "outbox", "people"))])
def test_help_says_what_each_command_does(tuoling: Tuoling, group: list[str]) -> None:
    listed = tuoling(*group, "--help").stdout.partition("Commands:\n")[2].splitlines()
    assert listed
    assert all(re.fullmatch(r"  [\w-]+ +[^.…]*[\u4e00-\u9fff][^.…]*", line) for line in listed), listed


@pytest.mark.parametrize("process", ["serve", "worker", "scheduler"])
def test_a_process_tells_its_log_of_a_mistyped_variable(
    tuoling: Tuoling, tmp_path: Path, process: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back afterwards
    port = str(free_port())
    unready = {"TUOLING_DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"}  # so that it ends
    logged = tuoling(process, TUOLING_PROT="1", TUOLING_PORT=port, **unready).stderr.splitlines()[0]
    line = json.loads(logged)
    assert (line["level"], line["event"]) == ("warning", "a setting is ignored")
    assert line["what"] == "不认识 “TUOLING_PROT”，已忽略，是不是 “TUOLING_PORT”？"


def test_a_mistyped_variable_is_told_by_the_check_and_by_the_doctor(tuoling: Tuoling) -> None:
    said = "不认识 “TUOLING_SECRT_KEY”，已忽略，是不是 “TUOLING_SECRET_KEY”？"
    assert f"提醒：{said}" in tuoling("config", "check", TUOLING_SECRT_KEY="x").stderr
    assert f"! 设置：{said}" in tuoling("doctor", TUOLING_SECRT_KEY="x").stdout
    broken = {"TUOLING_ENV": "production", "TUOLING_SECRET_KEY": "", "TUOLING_SECRT_KEY": "x"}
    assert said in tuoling("config", "check", **broken).stderr
    assert said in tuoling("doctor", **broken).stdout


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


def test_a_log_that_never_had_entries_is_whole(tuoling: Tuoling) -> None:
    result = tuoling("audit", "verify")
    assert (result.exit_code, result.stdout) == (0, "日志完整：0 条，还没有任何记录。\n")


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("DELETE FROM audit", "操作日志被清空：按链头应有 {all} 条记录，现在一条也没有。"),
        ("DELETE FROM audit WHERE seq > 2", "操作日志的末尾被删掉：按链头应有 {all} 条记录，第 3 条起不见了。"),
        ("DELETE FROM audit; DELETE FROM audit_head", "操作日志被清空：数据库里有数据，却一条记录也没有。"),
        ("DELETE FROM audit_head", "链头不见了：记录有 {all} 条"),
        ("UPDATE audit_head SET seq = 1", "链头与记录不符：链头停在第 1 条"),
        ("UPDATE audit_head SET hash = x'00'", "链头与记录不符"),
        ("DELETE FROM audit WHERE seq = 2", "第 2 条记录缺失"),
    ],
)
def test_what_is_gone_from_the_log_is_said(tuoling: Tuoling, store: Store, deed: str, said: str) -> None:
    tuoling("people", "import", str(PEOPLE_FILE))
    for userid in ("batu", "lina", "wulei"):
        tuoling("people", "leave", userid)
    count = tuoling("audit", "head").stdout.partition(" ")[0]
    with store.database.writer.begin() as connection:
        for each in deed.split("; "):
            connection.exec_driver_sql(each)
    result = tuoling("audit", "verify")
    assert result.exit_code == 1
    assert said.format(all=count) in result.stderr
    assert "请立即报告" in result.stderr


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


def test_an_export_is_told_by_the_command_line(tuoling: Tuoling, tmp_path: Path) -> None:
    refused = tuoling("audit", "export", "A1", "--to", str(tmp_path))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "没有进件 A1。请写进件编号，如：tuoling audit export A203。\n"
    refused = tuoling("audit", "export", "A1", "--full")
    assert (refused.exit_code, refused.stderr) == (1, "完整导出（--full）要写原因：--reason 原因。\n")
