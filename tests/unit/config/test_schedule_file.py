"""`schedule.yaml`: what it may say, and how a mistake is told."""

from pathlib import Path

import pytest

from config.company import load_company
from config.problems import CompanyError
from core.schedule import MORNING, Schedule, Timed

SHIPPED = Path(__file__).parents[3] / "config" / "company"


def loaded(folder: Path, text: str) -> Schedule:
    (folder / "pools.yaml").write_text((SHIPPED / "pools.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "schedule.yaml").write_text(text, encoding="utf-8")
    return load_company(folder).schedule


def test_as_shipped() -> None:
    assert load_company(SHIPPED).schedule == Schedule((Timed(MORNING, 530, spread_minutes=8),))


def test_without_the_file_nothing_is_done_by_itself(tmp_path: Path) -> None:
    (tmp_path / "pools.yaml").write_text((SHIPPED / "pools.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert load_company(tmp_path).schedule == Schedule()


def test_every_day_and_at_once(tmp_path: Path) -> None:
    found = loaded(tmp_path, "jobs:\n- {job: 早报, at: '7：05', days: 每天}\n")
    assert found == Schedule((Timed(MORNING, 425, workdays_only=False),))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("jobs:\n- {job: 早抱, at: 08:50}\n", "早报"),
        ("jobs:\n- {job: 早报, at: 25:00}\n", "08:50"),
        ("jobs:\n- {job: 早报, at: 08:50, days: 周末}\n", "工作日"),
        ("jobs:\n- {job: 早报, at: 08:50, spread: 500分钟}\n", "最多 120分钟"),
        ("jobs:\n- {job: 早报, at: 08:50}\n- {job: 早报, at: 09:50}\n", "早报"),
        ("jobs:\n- {job: 早报}\n", "at"),
        ("jobs:\n- {job: 早报, at: 08:50, wen: 1}\n", "wen"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CompanyError) as raised:
        loaded(tmp_path, text)
    said = "\n".join(map(str, raised.value.problems))
    assert "schedule.yaml" in said
    assert told in said
