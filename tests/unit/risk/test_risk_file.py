"""`risk/*.yaml`: what is written there is meant so, or it is said where it is wrong and what was likely meant."""

# ruff: noqa: E501  one row is one mistake
import re
import shutil
from pathlib import Path

import pytest

from config.company import load_company
from config.problems import CompanyError
from core.expressions import Kind
from core.risk.policy import (
    Band,
    Formula,
    Listing,
    Lookup,
    Policy,
    Range,
    Row,
    Rule,
    ScoreCard,
    ScoreItem,
    Severity,
    Unit,
)

SHIPPED = Path(__file__).parents[3] / "config" / "company"
WHOLE = """\
rate: 12%
lists:
  - {key: far, label: 偏远地区, of: house_region, items: [阿拉善盟, "1525"]}
  - {key: odd, label: 少见用途, of: purpose, items: [其他]}
values:
  - {key: burden, label: 负担, formula: (monthly_debts + instalment) / monthly_income, unit: 百分比}
tables:
  - key: limit
    label: 上限
    unit: 百分比
    of: [house_region, amount]
    rows:
      - {is: [[呼和浩特市, 包头市], < 300万], gives: 70%}
      - {is: [任意, 任意], gives: 50%}
score:
  base: 100
  items:
    - {of: age, missing: 0, ranges: [{below: 25, points: 10}, {points: 20}]}
    - {of: work, label: 职业, missing: -5, ranges: [{words: [受薪, 退休], points: 9}, {points: 1}]}
  bands: [{grade: A, from: 120}, {grade: B}]
rules:
  - key: burden
    name: 负担
    when: burden > 70% || far
    if: marriage == "已婚"
    severity: 拒绝
    missing: 提醒
    says: 负担 {burden}，金额 {amount:金额}
    source: 准入 3.1
  - {key: graded, name: 评分, when: score_grade == "B" && limit < 60%, severity: 提示, says: "评分 {score}"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "company"))
    for file in (folder / "risk").iterdir():
        file.unlink()
    return folder


def read(folder: Path, text: str, name: str = "all") -> None:
    (folder / "risk" / f"{name}.yaml").write_text(text, encoding="utf-8")


def policy_of(folder: Path, product: str = "house") -> Policy:
    found = load_company(folder).risk.of(product)
    assert found is not None
    return found


def problems(folder: Path, text: str) -> list[str]:
    read(folder, text)
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    return [re.sub(r"^第 (\d+) 行 .*?：", r"\1 ", str(problem)) for problem in caught.value.problems]


def test_a_whole_file(folder: Path) -> None:
    read(folder, WHOLE)
    policy = policy_of(folder)
    assert policy.rate == 0.12
    assert policy.lists == (
        Listing("far", "偏远地区", "house_region", ("1529", "1525"), regions=True),
        Listing("odd", "少见用途", "purpose", ("其他",)),
    )
    assert policy.formulas == (Formula("burden", "负担", "(monthly_debts + instalment) / monthly_income", Unit.SHARE),)
    first = Row(('house_region.startsWith("1501") || house_region.startsWith("1502")', "amount < 3000000.0"), 0.7)
    assert policy.lookups == (Lookup("limit", "上限", Kind.NUMBER, (first, Row(("", ""), 0.5)), Unit.SHARE),)
    items = (
        ScoreItem("age", "年龄", (Range(10, 25.0), Range(20)), 0),
        ScoreItem("work", "职业", (Range(9, words=("受薪", "退休")), Range(1)), -5),
    )
    assert policy.score == ScoreCard(100, items, (Band("A", 120), Band("B")))
    burden, graded = policy.rules
    said = "负担 {burden}，金额 {amount:金额}"
    when = ("burden > 70% || far", Severity.REFUSE, said, 'marriage == "已婚"', Severity.WARN, "准入 3.1")
    assert burden == Rule("burden", "负担", *when)
    assert (graded.missing, graded.only) == (Severity.REVIEW, "")
    used = {
        "amount",
        "house_region",
        "purpose",
        "monthly_debts",
        "monthly_income",
        "instalment",
        "age",
        "work",
        "marriage",
    }
    assert {each.name for each in policy.names} == used
    assert policy.needs("burden") == {
        "amount",
        "monthly_debts",
        "monthly_income",
        "instalment",
        "house_region",
        "marriage",
    }


def test_a_products_rules_are_those_for_all_and_its_own(folder: Path) -> None:
    read(
        folder,
        WHOLE.replace("house_region", "purpose")
        .replace('[阿拉善盟, "1525"]', "[装修]")
        .replace("[[呼和浩特市, 包头市], < 300万]", "[装修, < 300万]"),
    )
    read(
        folder,
        "products: [房抵]\nrate: 8%\nrules:\n  - {key: mine, name: 我的, when: burden > 1 && house_value < 10万, severity: 复核, says: 低}\n",
        "own",
    )
    house, credit = policy_of(folder), policy_of(folder, "credit")
    assert [rule.key for rule in house.rules] == ["burden", "graded", "mine"]
    assert [rule.key for rule in credit.rules] == ["burden", "graded"]
    assert (house.rate, credit.rate) == (0.08, 0.12)


RULE = "  - {key: r, name: 规则, when: age < 20, severity: 拒绝, says: 年轻}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules:\n  - {key: r, name: 规则, when: agee < 20, severity: 拒绝, says: 年轻}\n",
         "2 when 第 1 个字：没有 “agee” 这一项，是不是 “age”？"),
        ("rules:\n  - {key: r, name: 规则, when: age < 20, severity: 拒决, says: 年轻}\n",
         "2 severity 不能这样写，现在是 “拒决”；可以写 拒绝、复核、提醒、提示"),
        ("rules:\n  - {key: r, name: 规则, when: age < 20, severity: 拒绝, says: \"才 {agee} 岁\"}\n",
         "2 says：没有 “agee” 这一项，是不是 “age”？"),
        ("rules:\n  - {key: r, name: 规则, when: age < 20, severity: 拒绝, says: \"才 {年龄} 岁\"}\n",
         "2 says：没有 “年龄” 这一项，是不是 “age”？"),
        ("rules:\n  - {key: r, name: 规则, when: age < 20, severity: 拒绝, says: \"借 {amount:元}\"}\n", "2 says：没有单位 “元”"),
        ("rules:\n  - {key: r, name: 规则, when: age < 20, severity: 拒绝, says: \"才 {age 岁\"}\n", "2 says 里的花括号要成对"),
        ("rules:\n  - {key: r, name: 规则, when: monthly_debts / monthly_income > 70%, severity: 拒绝, says: 高}\n",
         "2 when 里不能有除法"),
        ("rules:\n" + RULE + RULE, "3 key：上面已经写过 “r”，请换一个"),
        ("rules:\n  - {key: r, name: 规则, when: house_value < 1万, severity: 拒绝, says: 低, missing: 通过}\n",
         "2 missing 不能这样写，现在是 “通过”"),
        ("lists:\n  - {key: far, label: 远, of: house_regoin, items: [乌海市]}\n",
         "2 of：没有 “house_regoin” 这一项，是不是 “house_region”？"),
        ("lists:\n  - {key: far, label: 远, of: house_region, items: [乌海事]}\n", "2 items：不认识地区 “乌海事”，是不是 “乌海市”？"),
        ("lists:\n  - {key: odd, label: 用途, of: purpose, items: [炒股]}\n", "2 items：purpose 不会是 “炒股”"),
        ("lists:\n  - {key: old, label: 年龄, of: age, items: [二十]}\n", "2 of：“age” 不是文字，不能按名单查"),
        ("lists:\n  - {key: age, label: 年龄, of: purpose, items: [其他]}\n", "2 key：“age” 已经有了，请换一个"),
        ("values:\n  - {key: a, label: 甲, formula: b + 1}\n  - {key: b, label: 乙, formula: age + 1}\n",
         "2 formula 第 1 个字：没有 “b” 这一项"),
        ("values:\n  - {key: a, label: 甲, formula: age > 1}\n", "2 formula 应算出一个数"),
        ("values:\n  - {key: a, label: 甲, formula: age + 1, unit: 天}\n", "2 unit 不能这样写，现在是 “天”"),
        ("tables:\n  - {key: t, label: 表, of: [age, work], rows: [{is: [< 30], gives: 高}]}\n", "2 is 要有 2 格，与 of 一样多"),
        ("tables:\n  - {key: t, label: 表, of: [age], rows: [{is: [三十], gives: 高}]}\n",
         "2 is：“三十” 应为 任意，或 < <= > >= 加一个数"),
        ("tables:\n  - {key: t, label: 表, of: [age], rows: [{is: [任意], gives: 高}, {is: [< 3], gives: 低}]}\n",
         "2 rows：第 2 行永远轮不到：前面第 1 行什么都符合；请移到前面"),
        ("tables:\n  - {key: t, label: 表, unit: 百分比, of: [age], rows: [{is: [任意], gives: 0.7}]}\n", "2 gives 应为百分比"),
        ("score:\n  items:\n    - {of: age, missing: 0, ranges: [{below: 30, points: 1}, {below: 20, points: 2}, {points: 3}]}\n"
         "  bands: [{grade: A}]\n", "3 ranges 的 below 要从小到大，不能重复"),
        ("score:\n  items:\n    - {of: age, missing: 0, ranges: [{below: 30, points: 1}]}\n  bands: [{grade: A}]\n",
         "3 below：最后一条不写 below，剩下的都算它"),
        ("score:\n  items:\n    - {of: age, missing: 0, ranges: [{points: 1}, {points: 2}]}\n  bands: [{grade: A}]\n",
         "3 points：缺少 below；只有最后一条不写"),
        ("score:\n  items:\n    - {of: age, ranges: [{points: 1}]}\n  bands: [{grade: A}]\n", "3 缺少 “missing”"),
        ("score:\n  items:\n    - {of: age, missing: 0, ranges: [{points: 1}]}\n  bands: [{grade: A, from: 1}]\n",
         "4 grade：最后一等不写 from"),
        ("score:\n  items:\n    - {of: age, missing: 0, ranges: [{points: 1}]}\n"
         "  bands: [{grade: A, from: 1}, {grade: B, from: 2}, {grade: C}]\n", "4 from 要从高到低，不能重复"),
        ("rate: 120%\nrules:\n" + RULE, "1 rate 超过 100%，是不是多写了一位"),
        ("rate: 12\nrules:\n" + RULE, "1 rate 应为百分比，现在是 “12”，例如 70%"),
        ("prodcts: [房抵]\nrules:\n" + RULE, "1 不认识 “prodcts”，是不是 “products”？"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(folder: Path, text: str, said: str) -> None:
    found = problems(folder, text)
    assert any(each.startswith(said.replace(" from 要", " bands 的 from 要")) or said in each for each in found), found


def test_between_files(folder: Path) -> None:
    card = "score:\n  items: [{of: age, missing: 0, ranges: [{points: 1}]}]\n  bands: [{grade: A}]\n"
    read(folder, f"{card}rules:\n{RULE}", "all")
    read(folder, f"products: [房抵]\n{card}rules:\n{RULE}", "own")
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 2
    assert said[0].endswith("score：管这个产品的另一个文件已经有评分卡，一个产品只能有一张")
    assert said[1].endswith("key：上面已经写过 “r”，请换一个")


def test_formulas_of_formulas_are_refused_where_they_grow_beyond_bounds(folder: Path) -> None:
    doubled = "".join(
        f"  - {{key: f{each}, label: 甲{each}, formula: f{each - 1} + f{each - 1}}}\n" for each in range(1, 16)
    )
    text = f"values:\n  - {{key: f0, label: 甲, formula: age + 1}}\n{doubled}"
    (said,) = problems(folder, f"{text}rules:\n{RULE}")
    assert said.endswith("formula 由太多东西算出来（公式套公式），请拆简单些")


def test_a_flow_may_speak_of_the_grades_there_are_alone(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, folder := tmp_path / "company")
    flow = folder / "flows" / "standard.yaml"
    flow.write_text(flow.read_text().replace('risk in ["复核", "拒绝"]', 'risk == "拒绝" || risk_grade == "E"'))
    with pytest.raises(CompanyError) as told:
        load_company(folder)
    (problem,) = told.value.problems
    assert "risk_grade 不会是 “E”" in str(problem)
    assert "A、B、C、D" in str(problem)


def test_a_flow_that_goes_by_the_rules_has_some(tmp_path: Path) -> None:
    """Else every application would pass by 风控复核 in silence."""
    shutil.copytree(SHIPPED, folder := tmp_path / "company")
    for file in (folder / "risk").iterdir():
        file.unlink()
    with pytest.raises(CompanyError) as told:
        load_company(folder)
    assert "没有管 “房抵” 的规则" in str(told.value)
    assert all(problem.file.endswith("standard.yaml") for problem in told.value.problems)
