"""`recycling.yaml`: what it says, and what is said of what is wrong in it."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

import config
from config.company import load_company
from config.problems import CompanyError
from core.calendar import Length, Unit
from core.leads.recycling import Extension, Lapse, Protection, RecyclingRule

SHIPPED = Path(config.__file__).parent / "company"
WHOLE = """\
rules:
  - name: 首次联系
    when: 没有首次联系
    within: 2工作小时
    pools: [hohhot]
    products: [房抵, 车抵]
    grades: [A, B]
    grab: 是
  - name: 老客户不收
    when: 没有跟进
    within: 不收回
    grades: [A]
  - name: 跟进
    when: 没有跟进
    within: 7天
warnings: [1天, 2工作小时]
extension: {length: 3工作日, most: 2}
protection: {most: 5, longest: 15天}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "company"))


def problems(folder: Path, text: str) -> list[str]:
    (folder / "recycling.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    return [re.sub(r"^第 (\d+) 行 .*?：", r"\1 ", str(problem)) for problem in caught.value.problems]


def test_a_whole_file(folder: Path) -> None:
    (folder / "recycling.yaml").write_text(WHOLE, encoding="utf-8")
    found = load_company(folder).recycling
    first, never, last = found.rules
    assert first == RecyclingRule(
        "首次联系",
        Lapse.FIRST_CONTACT,
        Length(2, Unit.HOUR, working=True),
        pools=("hohhot",),
        products=("house", "car"),
        grades=("A", "B"),
        grab=True,
    )
    assert (never.within, never.grades, last.within) == (None, ("A",), Length(7, Unit.DAY))
    assert found.warnings == (Length(1, Unit.DAY), Length(2, Unit.HOUR, working=True))
    assert found.extension == Extension(Length(3, Unit.DAY, working=True), 2)
    assert found.protection == Protection(5, timedelta(days=15))


def test_the_shipped_file_lets_nothing_fall_and_its_examples_are_right(folder: Path) -> None:
    assert load_company(folder).recycling.rules == ()
    text = (folder / "recycling.yaml").read_text(encoding="utf-8")
    examples = re.sub(r"^# (rules:|  - |    )", r"\1", text, flags=re.MULTILINE)
    (folder / "recycling.yaml").write_text(examples, encoding="utf-8")
    assert [rule.name for rule in load_company(folder).recycling.rules] == ["首次联系", "A级7天跟进", "15天跟进"]


def test_without_the_file_nothing_falls(folder: Path) -> None:
    (folder / "recycling.yaml").unlink()
    found = load_company(folder).recycling
    assert (found.rules, found.warnings, found.extension, found.protection) == ((), (), None, None)


def rule(*lines: str) -> str:
    return "rules:\n  - name: 跟进\n" + "".join(f"    {line}\n" for line in lines)


WRONG = [
    (rule("when: 没有跟进"), ["2 缺少 “within”"]),
    (
        rule("when: 没跟进", "within: 7天"),
        ["3 when 不能这样写，现在是 “没跟进”，是不是 “没有跟进”？"],
    ),
    (rule("when: 没有跟进", "within: 一周"), ["4 within "]),
    (rule("when: 没有跟进", "within: 不限"), ["4 within "]),
    (rule("when: 没有跟进", "within: 7天", "pools: [hoohot]"), ["5 pools 不是哪个公海的 key"]),
    (rule("when: 没有跟进", "within: 7天", "grades: [E]"), ["5 grades 不能这样写"]),
    (rule("when: 没有跟进", "within: 7天", "products: [房贷]"), ["5 products：不认识产品 “房贷”"]),
    (rule("when: 没有跟进", "within: 7天", "grap: 是"), ["5 不认识 “grap”，是不是 “grab”？"]),
    (
        rule("when: 没有跟进", "within: 7天") + rule("when: 没有跟进", "within: 9天")[7:],
        ["5 name：上面已经有一条规则叫 “跟进”"],
    ),
    ("rules: []\n", ["1 rules 不能空着"]),
    ("warnings: [3, 1天]\n", ["1 warnings "]),
    ("extension: 3天\n", ["1 extension 应为几行 键: 值"]),
    ("extension: {length: 3天}\n", ["1 缺少 “most”"]),
    ("protection: {most: 0, longest: 15天}\n", ["1 most "]),
    ("recycle: 7天\n", ["1 不认识 “recycle”"]),
]


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_what_is_wrong_is_told_with_its_line(folder: Path, text: str, expected: list[str]) -> None:
    found = problems(folder, text)
    assert len(found) == len(expected), found
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True)), found
