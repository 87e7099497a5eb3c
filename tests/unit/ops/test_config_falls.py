"""`tuoling config diff` and `apply` of a recycling rule say how many leads fall by it; `apply` wants that agreed to."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from click.testing import Result

import config
from bot.commands_config import apply_config
from bot.explain import Unready
from bot.peoplefile import read_people
from bot.runtime import build, open_store
from bot.sandbox.seed import PEOPLE_FILE
from config.settings import Settings, load_settings
from core.leads.arriving import NewLead
from core.leads.intake import add_lead
from core.people import queries as people
from core.people.service import import_people
from core.store import config_versions

Tuoling = Callable[..., Result]
SHORT = """
warnings: [1天, 2小时]
rules:
  - name: 首联
    when: 没有首次联系
    within: 3天
"""
FALLS = "应用以后会收回的线索（按现在的规则不会）：\n  规则「首联」：马上 2 条，1天内另有 1 条\n"
_phones = count(13947100000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(config.__file__).parent / "company", tmp_path / "company"))


@pytest.fixture
def settings(environ: dict[str, str], folder: Path) -> Settings:
    """Version 1 is in force, without a rule; of 巴图's leads two are four days old, one two and a half, one new."""
    found = load_settings(environ | {"TUOLING_CONFIG_DIR": str(folder)}, env_file=None)
    list(apply_config(found))
    now = datetime.now(UTC)
    for ago in (timedelta(days=4), timedelta(days=4), timedelta(days=2, hours=12), timedelta()):
        runtime = build(found, clock=lambda ago=ago: now - ago)
        with runtime.store.unit(request_id="test") as unit:
            import_people(unit, read_people(PEOPLE_FILE))
            batu = people.by_userid(unit.session, "wecom", "batu")
            assert batu is not None
            add_lead(unit, batu, NewLead("刘志强", str(next(_phones)), "门店"), runtime.company.pools)
        runtime.store.database.dispose()
    return found


def in_force(settings: Settings) -> int:
    store = open_store(settings)
    with store.read() as session:
        number = config_versions.newest_number(session)
    store.database.dispose()
    return number


def shorten(folder: Path, text: str = SHORT) -> None:
    (folder / "recycling.yaml").write_text(text, encoding="utf-8")


def test_diff_counts_and_changes_nothing(tuoling: Tuoling, settings: Settings, folder: Path) -> None:
    shorten(folder)
    result = tuoling("config", "diff", TUOLING_CONFIG_DIR=str(folder))
    assert result.exit_code == 0
    assert result.output.endswith(f"\n{FALLS}")
    assert in_force(settings) == 1


def test_apply_counts_and_wants_to_be_told_so(tuoling: Tuoling, settings: Settings, folder: Path) -> None:
    shorten(folder)
    refused = tuoling("config", "apply", TUOLING_CONFIG_DIR=str(folder))
    assert (refused.exit_code, refused.stdout) == (1, FALLS)
    assert "没有应用" in refused.stderr
    assert "tuoling config apply --yes" in refused.stderr
    assert in_force(settings) == 1
    done = tuoling("config", "apply", "--yes", TUOLING_CONFIG_DIR=str(folder))
    assert (done.exit_code, done.stdout.startswith(f"{FALLS}第 2 版已生效")) == (0, True)
    assert in_force(settings) == 2


@pytest.mark.parametrize(("answer", "number"), [(True, 2), (False, 1)])
def test_apply_asks_who_sits_at_a_terminal(settings: Settings, folder: Path, answer: bool, number: int) -> None:
    shorten(folder)
    try:
        list(apply_config(settings, agree=lambda: answer))
    except Unready:
        assert not answer
    assert in_force(settings) == number


def test_what_takes_no_lead_is_not_asked_about(settings: Settings, folder: Path) -> None:
    def never() -> bool:
        raise AssertionError("asked")

    shorten(folder, SHORT.replace("within: 3天", "within: 30天"))
    assert list(apply_config(settings, agree=never)) == ["第 2 版已生效，正在运行的进程 1 秒内改用它，不用重启。"]
    shorten(folder)
    list(apply_config(settings, yes=True))
    pools = folder / "pools.yaml"
    pools.write_text(pools.read_text(encoding="utf-8").replace("holding: 80", "holding: 60"), encoding="utf-8")
    assert list(apply_config(settings, agree=never)) == ["第 4 版已生效，正在运行的进程 1 秒内改用它，不用重启。"]


def test_what_was_agreed_to_is_applied_or_nothing(settings: Settings, folder: Path) -> None:
    def edited_meanwhile() -> bool:
        shorten(folder, SHORT.replace("within: 3天", "within: 1天"))
        return True

    shorten(folder)
    with pytest.raises(Unready, match="又改了文件夹"):
        list(apply_config(settings, agree=edited_meanwhile))

    def applied_meanwhile() -> bool:
        list(apply_config(settings, yes=True))
        return True

    with pytest.raises(Unready, match="另一版配置"):
        list(apply_config(settings, agree=applied_meanwhile))
    assert in_force(settings) == 2


def test_diff_of_a_broken_folder_shows_the_lines_all_the_same(
    tuoling: Tuoling, settings: Settings, folder: Path
) -> None:
    shorten(folder, SHORT.replace("within: 3天", "within: 很久"))
    result = tuoling("config", "diff", TUOLING_CONFIG_DIR=str(folder))
    assert result.exit_code == 0
    assert "within: 很久" in result.output
    assert "算不出来" in result.output.splitlines()[-1]
    assert in_force(settings) == 1
