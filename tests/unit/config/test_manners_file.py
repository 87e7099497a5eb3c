"""`manners.yaml`: what it may say, and how a mistake is told."""

from pathlib import Path

import pytest

from config.company import load_company
from config.problems import CompanyError
from core.manners.kinds import NAMES, OF_ITS_OWN, ReminderKind
from core.manners.rules import Burst, DailySpan, Manners

SHIPPED = Path(__file__).parents[3] / "config" / "company"


def loaded(folder: Path, text: str) -> Manners:
    (folder / "pools.yaml").write_text((SHIPPED / "pools.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "manners.yaml").write_text(text, encoding="utf-8")
    return load_company(folder).manners


def test_as_shipped() -> None:
    found = load_company(SHIPPED).manners
    assert found.quiet == DailySpan(22 * 60, 7 * 60 + 30)
    assert found.widest == DailySpan(18 * 60, 10 * 60)
    assert (found.days_off, found.spread_minutes, found.burst) == (False, 5, Burst(5, 10))
    assert found.urgent == {ReminderKind.PAYOUT, ReminderKind.REPAID_TODAY}
    assert {ReminderKind.TASK, ReminderKind.RISK, ReminderKind.PAYOUT} <= found.fixed
    assert ReminderKind.MORNING not in found.fixed


def test_the_shipped_file_names_every_kind() -> None:
    """Who edits it finds there what he may write."""
    text = (SHIPPED / "manners.yaml").read_text(encoding="utf-8").split("# 提醒的种类：")[1].split("# （")[0]
    named = text.replace("#", " ").split()
    assert named == [NAMES[kind][0] for kind in ReminderKind if kind not in OF_ITS_OWN]


def test_without_the_file_nothing_waits_and_all_may_be_off(tmp_path: Path) -> None:
    (tmp_path / "pools.yaml").write_text((SHIPPED / "pools.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert load_company(tmp_path).manners == Manners()


def test_full_width_and_words_between(tmp_path: Path) -> None:
    found = loaded(tmp_path, "quiet: {hours: '21：00 到 8：00', days_off: 是}\nurgent: [催办]\n")
    assert found == Manners(DailySpan(21 * 60, 8 * 60), days_off=True, urgent=frozenset({ReminderKind.NUDGE}))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("quiet: {hours: 25:00-8:00}\n", "21:00-8:00"),
        ("quiet: {hours: 8:00-8:00}\n", "21:00-8:00"),
        ("quiet: {hours: 21:00-8:00, widest: 22:00-9:00}\n", "包住"),
        ("quiet: {hours: 21:00-8:00, spread: 500分钟}\n", "最多 60分钟"),
        ("quiet: {hours: 21:00-8:00, days_off: 也许}\n", "是"),
        ("burst: {more_than: 0, within: 10分钟}\n", "more_than"),
        ("burst: {more_than: 5}\n", "within"),
        ("burst: {more_than: 5, within: 3天}\n", "10分钟"),
        ("urgent: [放宽]\n", "放款"),
        ("always_on: [稍后提醒]\n", "审批待办"),
        ("silent: 1\n", "silent"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CompanyError) as raised:
        loaded(tmp_path, text)
    said = "\n".join(map(str, raised.value.problems))
    assert "manners.yaml" in said
    assert told in said
