"""`tuoling schedule`, and what `config check` and `doctor` say of jobs at set times."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from kit.company import ON_ONE_DATABASE, Company

from bot import commands_schedule
from bot.commands_schedule import list_schedule, run_job
from bot.doctor_schedule import examine_schedule
from bot.explain import Unready
from bot.health import Part
from core.calendar import CHINA
from core.groups.rules import Group, GroupKind, Groups
from core.schedule import MORNING, Schedule, Timed, runs
from jobs.timetable import LEASE_SECONDS

pytestmark = ON_ONE_DATABASE


@pytest.fixture(autouse=True)
def ours(request: pytest.FixtureRequest, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands by the test's clock, and a scheduler whose rounds work whenever they are asked for; but at the
    terminal they are what they are."""
    if "tuoling" not in request.fixturenames:
        monkeypatch.setattr(commands_schedule, "build", lambda _: company.runtime)
    monkeypatch.setattr("jobs.timetable.EVERY_SECONDS", 0.0)


MORNINGS = Timed(MORNING, 530, spread_minutes=8)


def at(company: Company, day: int, hour: int, minute: int = 0) -> None:
    company.clock.now = datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


def listed(company: Company) -> list[str]:
    return list(list_schedule(company.runtime.settings, 20))


def run(company: Company, word: str = "早报", **how: object) -> str:
    (line,) = run_job(company.runtime.settings, word, **how)  # type: ignore[arg-type]
    return line


def hold(company: Company, *timed: Timed) -> None:
    version = f"{hash(timed):x}"
    company.runtime.in_force.hold(replace(company.runtime.company, schedule=Schedule(timed), version=version))


def test_what_comes_next_and_what_came_of_the_last(company: Company) -> None:
    at(company, 24, 8)
    hold(company, MORNINGS)
    upcoming = "  早报  11-24（周二）08:50 起，8分钟内错开"
    assert listed(company) == ["接下来：", upcoming, "上次：", "  还没有做过。"]
    company.runtime.timetable.round()
    at(company, 24, 14)
    assert listed(company)[-1] == "  早报  11-24（周二）08:50  还没有开始，已晚 5小时10分"
    company.runtime.timetable.round()
    at(company, 27, 20)  # nobody ran on two days
    company.runtime.timetable.round()
    skipped = "跳过：到点时没有程序在运行，过了补做的时间"
    assert listed(company) == [
        "接下来：",
        "  早报  11-30（周一）08:50 起，8分钟内错开",
        "上次：",
        f"  早报  11-27（周五）08:50  {skipped}",
        f"  早报  11-26（周四）08:50  {skipped}",
        f"  早报  11-25（周三）08:50  {skipped}",
        "  早报  11-24（周二）08:50  做完，晚 5小时10分，排发 15 份",
    ]
    hold(company)
    assert listed(company)[0] == "schedule.yaml 里没有定时任务。"


def test_what_is_under_way_and_what_was_taken_out(company: Company) -> None:
    at(company, 24, 8)
    company.runtime.timetable.round()
    at(company, 24, 8, 54)
    sent = company.runtime.timetable.round()
    assert listed(company)[-1] == f"  早报  11-24（周二）08:50  正在做，晚 4分钟，排发 {sent} 份"
    at(company, 25, 8)
    company.runtime.timetable.round()
    hold(company)
    company.runtime.timetable.round()
    assert "  早报  11-25（周三）08:50  跳过：开始前，这一次从配置里去掉了" in listed(company)


def test_the_groups_that_would_get_it(company: Company) -> None:
    at(company, 24, 10)
    heads = Group("heads", "管理层", GroupKind.APP_CHAT, boards=("日报",))
    now = company.runtime.company
    company.runtime.in_force.hold(replace(now, groups=Groups((heads,)), version="grouped"))
    line = run(company, "日报", dry=True)
    assert "李娜（lina）" in line
    assert line.endswith("；和 1 个群：管理层。什么也没有发。")
    assert "群" not in run(company, "早报", dry=True)


def test_who_would_get_it(company: Company) -> None:
    at(company, 24, 10)
    line = run(company, dry=True)
    assert line.startswith("现在做「早报」，会发给 15 人，8分钟内错开：")
    assert "巴特尔·孟和（batu）" in line
    assert line.endswith("什么也没有发。")
    with company.runtime.store.read() as session:
        assert runs.find(session, MORNING, date(2026, 11, 24)) is None


def test_one_person_gets_one_to_look_at_which_counts_for_nothing(company: Company) -> None:
    at(company, 24, 8)
    company.lead(by="batu")
    batu = company.person("batu")
    came = batu.after(lambda: run(company, to="Batu"))
    assert came.card.title == "巴特尔，早上好"
    assert batu.after(lambda: run(company, to="batu")).card.title == "巴特尔，早上好", "as often as one likes"
    at(company, 24, 9)
    assert batu.after(company.runtime.timetable.round).card.title == "巴特尔，早上好"
    with pytest.raises(Unready, match="没有账号是「nobody」的在职同事"):
        run(company, to="nobody")
    with pytest.raises(Unready, match="何静（hejing） 收不到「早报」"):
        run(company, to="hejing")


def test_what_was_skipped_is_done_by_hand_and_once(company: Company) -> None:
    hold(company, Timed(MORNING, 530, catch_up=False))
    company.lead(by="batu")
    batu = company.person("batu")
    at(company, 24, 8)
    company.runtime.timetable.round()
    at(company, 24, 11)
    assert batu.after(company.runtime.timetable.round).messages == ()
    assert run(company).startswith("已安排今天的「早报」：scheduler 在运行的话，15 秒内开始，发给 15 人")
    assert batu.after(company.runtime.timetable.round).card.title == "巴特尔，早上好"
    assert run(company) == "今天的「早报」做完，排发 15 份（手工安排），不会再做一遍。给一个人试看，用 --to 账号。"
    assert batu.after(company.runtime.timetable.round).messages == ()


def test_by_hand_before_its_time_is_instead_of_it(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    at(company, 24, 8)
    company.runtime.timetable.round()
    run(company)
    at(company, 24, 8, 8)
    assert batu.after(company.runtime.timetable.round).card.title == "巴特尔，早上好"
    at(company, 24, 9, 30)
    assert batu.after(company.runtime.timetable.round).messages == ()


def test_a_word_that_is_no_job(company: Company) -> None:
    with pytest.raises(Unready, match="没有叫「早会」的定时任务。有这些：早报"):
        run(company, "早会")


def examined(company: Company) -> Part:
    return examine_schedule(company.runtime.company, company.runtime.store.database, company.clock)


def test_the_doctor_says_when_a_slot_is_overdue(company: Company) -> None:
    at(company, 24, 8)
    hold(company, MORNINGS)
    assert examined(company).said == "1 件；scheduler 还没有运行过"
    company.runtime.timetable.round()
    assert examined(company).ok
    at(company, 24, 8, 59)
    assert examined(company).ok, "the scheduler has some minutes"
    at(company, 24, 9)
    late = examined(company)
    assert (late.ok, late.needed) == (False, False)
    assert late.said == "早报  11-24（周二）08:50  还没有开始，已晚 10分钟"
    company.runtime.timetable.round()
    assert examined(company).ok
    at(company, 25, 10)  # nobody planned this day
    assert examined(company).said == "早报  11-25（周三）08:50 起，8分钟内错开，还没有开始"
    company.clock.go(seconds=LEASE_SECONDS)
    company.runtime.timetable.round()
    assert examined(company).said == "1 件，没有过了时间还没做的"


def test_the_doctor_says_what_is_stuck(company: Company) -> None:
    at(company, 24, 8, 51)
    sent = company.runtime.timetable.round()
    company.clock.go(minutes=18)
    assert examined(company).said == f"早报  11-24（周二）08:50  正在做，排发 {sent} 份"


def test_a_time_on_the_dot_is_a_hint_and_no_mistake(
    tuoling: Callable[..., Result], company: Company, tmp_path: Path
) -> None:
    folder = tmp_path / "dotted"
    shutil.copytree(company.runtime.settings.config_dir, folder)
    file = folder / "schedule.yaml"
    file.write_text("jobs:\n- {job: 早报, at: '9:30'}\n", encoding="utf-8")
    said = tuoling("config", "check", TUOLING_CONFIG_DIR=str(folder))
    assert said.exit_code == 0
    assert "提醒：schedule.yaml 的「早报」定在 09:30，又没有错开" in said.output
    file.write_text("jobs:\n- {job: 早报, at: '9:30', spread: 8分钟}\n", encoding="utf-8")
    assert "提醒" not in tuoling("config", "check", TUOLING_CONFIG_DIR=str(folder)).output


def test_the_commands_at_the_terminal(tuoling: Callable[..., Result]) -> None:
    tuoling("db", "upgrade")
    assert tuoling("schedule", "list").output.startswith("接下来：\n  早报  ")
    assert tuoling("schedule", "run", "早报", "--dry").output == "现在做「早报」，没有人会收到。什么也没有发。\n"
    assert tuoling("schedule", "run", "早报", "--dry", "--to", "batu").exit_code == 2
