"""`tuoling config apply`, `diff` and `list`, and what `doctor` says of the configuration in force."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import insert, text

import config
from bot.app import create_app
from bot.runtime import build, open_store
from config.company import load_company
from config.settings import load_settings
from core.store.config_versions import ConfigVersion
from jobs.bell import NullBell

Tuoling = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(config.__file__).parent / "company", tmp_path / "company"))


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "pools.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_from_the_first_version_to_the_next(tuoling: Tuoling, folder: Path) -> None:
    def run(*words: str) -> str:
        result = tuoling("config", *words, TUOLING_CONFIG_DIR=str(folder))
        assert result.exit_code == 0, result.output
        return result.output

    assert run("list") == "还没有应用过配置。\n"
    assert run("diff").startswith("还没有应用过配置；应用以后：\n")
    assert run("apply") == "第 1 版已生效，正在运行的进程 1 秒内改用它，不用重启。\n"
    assert run("apply") == "与正在生效的第 1 版相同，没有变化。\n"
    assert run("diff") == "文件夹里的配置与正在生效的第 1 版相同。\n"
    edit(folder, "holding: 80", "holding: 60")
    shown = run("diff").splitlines()
    assert shown[:2] == ["与正在生效的第 1 版相比（- 现在，+ 应用以后）：", "pools.yaml"]
    assert [line.split("#")[0].split() for line in shown if line.strip()[:1] in "+-"] == [
        ["-", "holding:", "80"],
        ["+", "holding:", "60"],
    ]
    run("apply")
    lines = run("list").splitlines()
    assert lines[0] == "版本  应用时间  应用人  内容"
    assert [line.split()[0] for line in lines[1:]] == ["2", "1"]


def test_a_flow_is_checked_shown_and_applied_like_the_rest(tuoling: Tuoling, folder: Path) -> None:
    def run(*words: str) -> str:
        return tuoling("config", *words, TUOLING_CONFIG_DIR=str(folder)).output

    flow = folder / "flows" / "standard.yaml"
    text = flow.read_text(encoding="utf-8")
    run("apply")
    assert "公海 3 个，流程 1 个。" in run("check")
    flow.write_text(text.replace("when: amount >= 50万", "when: amuont >= 50万"), encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "when: amount >= 50万" in each)
    mistake = f"第 {line} 行 {flow}：when 第 1 个字：没有 “amuont” 这一项，是不是 “amount”？"
    assert mistake in run("check")
    assert mistake in run("apply")
    flow.write_text(text.replace("when: amount >= 50万", "when: amount >= 60万"), encoding="utf-8")
    assert "flows/standard.yaml\n" in run("diff")
    assert run("apply").startswith("第 2 版已生效")


def test_what_is_wrong_is_told_and_not_applied(tuoling: Tuoling, folder: Path) -> None:
    tuoling("config", "apply", TUOLING_CONFIG_DIR=str(folder))
    edit(folder, "holding: 80", "holding: 很多")
    result = tuoling("config", "apply", TUOLING_CONFIG_DIR=str(folder))
    assert result.exit_code == 2
    assert "pools.yaml：holding" in result.output
    assert len(tuoling("config", "list").output.splitlines()) == 2


def test_doctor_tells_whether_the_folder_is_in_force(tuoling: Tuoling, folder: Path) -> None:
    def said() -> str:
        lines = tuoling("doctor", TUOLING_CONFIG_DIR=str(folder)).output.splitlines()
        return next(line for line in lines if "生效的配置" in line)

    assert said() == "! 生效的配置：还没有应用过，各进程按启动时的文件夹运行"
    tuoling("config", "apply", TUOLING_CONFIG_DIR=str(folder))
    assert said().startswith("✓ 生效的配置：第 1 版，")
    edit(folder, "holding: 80", "holding: 60")
    assert said().endswith("；文件夹里的改动还没有生效")


@pytest.mark.parametrize(
    ("files", "detail"),
    [
        ('{"pools.yaml": "rules_of_yesterday: 1\\n"}', "第 1 行 pools.yaml："),
        ("garbage", "version 2"),
    ],
)
def test_doctor_tells_that_this_release_cannot_read_what_is_in_force(
    tuoling: Tuoling, environ: dict[str, str], folder: Path, files: str, detail: str
) -> None:
    tuoling("config", "apply", TUOLING_CONFIG_DIR=str(folder))
    store = open_store(load_settings(environ, env_file=None))
    values = {"number": 2, "at": store.clock(), "by": "x", "digest": "x", "files": files}
    with store.database.begin() as connection:
        connection.execute(insert(ConfigVersion).values(values))
    store.database.dispose()
    result = tuoling("doctor", TUOLING_CONFIG_DIR=str(folder))
    lines = result.output.splitlines()
    at = next(number for number, line in enumerate(lines) if "生效的配置" in line)
    assert lines[at].startswith("✗ ")
    assert "这个版本的程序读不懂" in lines[at]
    assert detail in lines[at + 1]
    assert "tuoling config apply" in lines[at + 2]


def test_commands_keep_what_they_commit_as_the_processes_do(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[int] = []
    monkeypatch.setattr("core.store.durability._keep", turns.append)
    for given, kept in (("full", 1), ("normal", 0)):
        turns.clear()
        store = open_store(load_settings(environ | {"TUOLING_SQLITE_SYNC": given}, env_file=None))
        with store.database.begin() as connection:
            connection.execute(text("CREATE TABLE t (x INTEGER)"))
            connection.execute(text("DROP TABLE t"))
        assert len(turns) == kept
        store.database.dispose()


def test_metrics_name_the_configuration_in_force_and_survive_a_broken_folder(
    tuoling: Tuoling, environ: dict[str, str], folder: Path
) -> None:
    tuoling("config", "apply", TUOLING_CONFIG_DIR=str(folder))
    applied = load_company(folder).version[:12]
    edit(folder, "holding: 80", "holding: 很多")
    runtime = build(load_settings(environ | {"TUOLING_CONFIG_DIR": str(folder)}, env_file=None))
    shown = create_app(runtime, NullBell()).test_client().get("/metrics").text
    assert applied in shown
    runtime.store.database.dispose()
