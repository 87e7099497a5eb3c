"""`exports.yaml`: what it may say, and how a mistake is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.company import load_company
from config.problems import CompanyError
from core.exports.kinds import NAMES, ExportKind
from core.exports.rules import ExportRules

SHIPPED = Path(__file__).parents[3] / "config" / "company"


def loaded(folder: Path, text: str) -> ExportRules:
    (folder / "pools.yaml").write_text((SHIPPED / "pools.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "exports.yaml").write_text(text, encoding="utf-8")
    return load_company(folder).exports


def test_as_shipped() -> None:
    assert load_company(SHIPPED).exports == ExportRules()


def test_the_shipped_file_names_every_list() -> None:
    text = (SHIPPED / "exports.yaml").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if "谁也不能导出的" in line]
    assert line.partition("：")[2].split() == [NAMES[kind] for kind in ExportKind]


def test_what_it_may_say(tmp_path: Path) -> None:
    found = loaded(tmp_path, "approval_above: 0\nmost_rows: 500\ndaily: 3\ngood_for: 12小时\nclosed: [公海, 逾期]\n")
    closed = frozenset({ExportKind.POOL, ExportKind.LATE})
    assert found == ExportRules(0, 500, 3, timedelta(hours=12), closed)


def test_nobody_has_to_permit_only_where_that_is_said(tmp_path: Path) -> None:
    assert loaded(tmp_path, "daily: 3\n").approval_above == ExportRules().approval_above, "forgotten is not decided"
    rules = loaded(tmp_path, "approval_above: 不用\n")
    assert rules.approval_above is None
    assert not rules.needs_approval(ExportKind.OWN, 9_999, None)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("approval_abov: 100\n", 1, "approval_above"),
        ("approval_above: 很多\n", 1, "0 到 50000"),
        ("daily: 0\n", 1, "1 到 200"),
        ("daily: 3\nmost_rows: 60000\n", 2, "1 到 50000"),
        ("good_for: 60天\n", 1, "最长 30天"),
        ("good_for: 很久\n", 1, "7天"),
        ("closed: [公每]\n", 1, "公海"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(CompanyError) as error:
        loaded(tmp_path, text)
    (problem,) = error.value.problems
    assert f"exports.yaml:{line}" in str(error.value) or problem.line == line
    assert told in str(error.value)


@pytest.mark.parametrize(("rows", "permitted", "asks"), [(100, None, False), (101, None, True), (110, 100, False)])
def test_who_is_asked(rows: int, permitted: int | None, asks: bool) -> None:
    rules = ExportRules()
    assert rules.needs_approval(ExportKind.OWN, rows, permitted) is asks
    assert rules.needs_approval(ExportKind.OWN, 111, 100)
    assert rules.needs_approval(ExportKind.OWN, 60, None, today=41)
    assert not rules.needs_approval(ExportKind.OWN, 60, None, today=40)
    assert not rules.needs_approval(ExportKind.BOARD, 40_000, None)
