"""`schedule.yaml`: what it may say, and how a mistake is told."""

from pathlib import Path

import pytest

from config.company import load_company
from config.problems import CompanyError
from core.schedule import ALL_DAYS, DAILY, MONTHLY, MORNING, WEEKLY, WORKDAYS, DayOff, Days, Every, Schedule, Timed
from core.schedule.days import LAST

SHIPPED = Path(__file__).parents[3] / "config" / "company"


def loaded(folder: Path, text: str) -> Schedule:
    (folder / "pools.yaml").write_text((SHIPPED / "pools.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "schedule.yaml").write_text(text, encoding="utf-8")
    return load_company(folder).schedule


def test_as_shipped() -> None:
    morning, daily, weekly, monthly = load_company(SHIPPED).schedule.timed
    assert morning == Timed(MORNING, 530, spread_minutes=8)
    assert daily == Timed(DAILY, 18 * 60 + 5, spread_minutes=3, lasts_minutes=22 * 60 - (18 * 60 + 5))
    assert weekly == Timed(WEEKLY, 550, Days(Every.WEEK, 0, DayOff.NEXT), 3)
    assert monthly == Timed(MONTHLY, 560, Days(Every.WORKDAY_OF_MONTH, 1), 3, lasts_minutes=3 * 24 * 60)


def test_without_the_file_nothing_is_done_by_itself(tmp_path: Path) -> None:
    (tmp_path / "pools.yaml").write_text((SHIPPED / "pools.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert load_company(tmp_path).schedule == Schedule()


def test_every_day_and_at_once(tmp_path: Path) -> None:
    found = loaded(tmp_path, "jobs:\n- {job: 早报, at: '7：05', days: 每天}\n")
    assert found == Schedule((Timed(MORNING, 425, ALL_DAYS),))


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("工作日", WORKDAYS),
        ("每天", ALL_DAYS),
        ("每周一", Days(Every.WEEK, 0)),
        ("每周日", Days(Every.WEEK, 6)),
        ("每周天", Days(Every.WEEK, 6)),
        ("每月15号", Days(Every.MONTH, 15)),
        ("每月1日", Days(Every.MONTH, 1)),
        ("每月最后一天", Days(Every.MONTH, LAST)),
        ("每月第一个工作日", Days(Every.WORKDAY_OF_MONTH, 1)),
        ("每月第3个工作日", Days(Every.WORKDAY_OF_MONTH, 3)),
        ("每月最后一个工作日", Days(Every.WORKDAY_OF_MONTH, LAST)),
    ],
)
def test_which_days(tmp_path: Path, words: str, days: Days) -> None:
    found = loaded(tmp_path, f"jobs:\n- {{job: 早报, at: 09:10, days: {words}}}\n")
    assert found == Schedule((Timed(MORNING, 550, days),))


def test_what_becomes_of_days_off_and_of_what_was_missed(tmp_path: Path) -> None:
    line = "job: 早报, at: 09:10, days: 每周一, day_off: 顺延, spread: 10分钟, missed: 补做, until"
    three_days = Timed(MORNING, 550, Days(Every.WEEK, 0, DayOff.NEXT), 10, lasts_minutes=3 * 24 * 60)
    assert loaded(tmp_path, f"jobs:\n- {{{line}: 3天}}\n") == Schedule((three_days,))
    until_noon = Timed(MORNING, 550, Days(Every.WEEK, 0, DayOff.NEXT), 10, lasts_minutes=170)
    assert loaded(tmp_path, f"jobs:\n- {{{line}: '12:00'}}\n") == Schedule((until_noon,))
    skipped = loaded(tmp_path, "jobs:\n- {job: 早报, at: 09:10, missed: 跳过}\n")
    assert skipped == Schedule((Timed(MORNING, 550, catch_up=False),))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("jobs:\n- {job: 早抱, at: 08:50}\n", "早报"),
        ("jobs:\n- {job: 早报, at: 25:00}\n", "08:50"),
        ("jobs:\n- {job: 早报, at: 08:50, days: 周末}\n", "工作日"),
        ("jobs:\n- {job: 早报, at: 08:50, spread: 500分钟}\n", "最多 120分钟"),
        ("jobs:\n- {job: 早报, at: 08:50}\n- {job: 早报, at: 09:50}\n", "早报"),
        ("jobs:\n- {job: 早报}\n", "at"),
        ("jobs:\n- {job: 早报, at: 08:50, days: 每周八}\n", "每周"),
        ("jobs:\n- {job: 早报, at: 08:50, days: 每月32号}\n", "每月15号"),
        ("jobs:\n- {job: 早报, at: 08:50, days: 每月第20个工作日}\n", "每月第一个工作日"),
        ("jobs:\n- {job: 早报, at: 08:50, day_off: 顺延}\n", "只与 每周几"),
        ("jobs:\n- {job: 早报, at: 08:50, days: 每周一, day_off: 推迟}\n", "顺延"),
        ("jobs:\n- {job: 早报, at: 08:50, missed: 补发}\n", "补做"),
        ("jobs:\n- {job: 早报, at: 08:50, missed: 跳过, until: 3天}\n", "只与 missed: 补做"),
        ("jobs:\n- {job: 早报, at: 08:50, spread: 20分钟, until: '09:00'}\n", "还没发完就过了"),
        ("jobs:\n- {job: 早报, at: 08:50, until: 一会儿}\n", "18:00"),
        ("jobs:\n- {job: 早报, at: 08:50, until: 30天}\n", "最长 7天"),
        ("jobs:\n- {job: 早报, at: 08:50, wen: 1}\n", "wen"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CompanyError) as raised:
        loaded(tmp_path, text)
    said = "\n".join(map(str, raised.value.problems))
    assert "schedule.yaml" in said
    assert told in said
