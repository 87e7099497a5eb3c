"""`commission/*.yaml`: what a plan may say, and how a mistake is told."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.company import Company, load_company
from config.problems import CompanyError
from core.commission.plans import Base, Bounds, Cause, Clawback, Counted, Earned, Holdback, Part, Scope
from core.commission.tiers import Step, Style, Tiers, flat

SHIPPED = Path(__file__).parents[3] / "config" / "company"
PLAIN = "name: 标准\nsince: 2026-11-01\nof: 放款金额\nsteps:\n  - {from: 0, rate: 1%}\n"
WHOLE = """\
name: 客户经理房抵
since: 2026-11-01
until: 2027-03-31
for: {people: [Batu], departments: [呼和浩特/一部], ranks: [客户经理], products: [房抵], channels: [抖音]}
of: 服务费
earned: 收费
by: 超额累进
counted: 本期
steps:
  - {from: 0, to: 30万, rate: 10%}
  - {from: 30万, rate: 12.5%}
fixed: 200元
each: {least: 50, most: 5000}
month: {least: 3000元, most: 2万}
shares: {主办: 70%, 协办: 20%, 团队长: 10%}
holdback: {share: 20%, days: 90}
clawback:
  - {for: [提前结清, 退费], within: 30, share: 100%}
  - {for: 逾期违约, within: 365, share: 50%, outstanding: 50%}
team: 是
"""


def loaded(folder: Path, files: Mapping[str, str]) -> Company:
    for name in ("pools.yaml", "channels.yaml"):
        (folder / name).write_text((SHIPPED / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "commission").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "commission" / name).write_text(text, encoding="utf-8")
    return load_company(folder)


def told(folder: Path, **files: str) -> list[str]:
    """The problems, each with its file's name and line."""
    with pytest.raises(CompanyError) as caught:
        loaded(folder, {f"{name}.yaml": text for name, text in files.items()})
    return [f"{Path(each.file).name}:{each.line} {each.text}" for each in caught.value.problems]


def test_all_that_a_plan_may_say(tmp_path: Path) -> None:
    (plan,) = loaded(tmp_path, {"house.yaml": WHOLE}).commission
    assert (plan.key, plan.name, plan.since, plan.until) == (
        "house", "客户经理房抵", date(2026, 11, 1), date(2027, 3, 31),
    )  # fmt: skip
    scope = (["batu"], ["呼和浩特/一部"], ["客户经理"], ["house"], ["抖音"])
    assert plan.scope == Scope(*map(frozenset, scope))
    steps = (Step(0, Decimal("0.1")), Step(30_000_000, Decimal("0.125")))
    assert plan.tiers == Tiers(Style.PROGRESSIVE, steps)
    assert (plan.base, plan.earned, plan.counted, plan.fixed_fen) == (Base.FEE, Earned.FEE, Counted.PERIOD, 20_000)
    assert (plan.each, plan.period) == (Bounds(5_000, 500_000), Bounds(300_000, 2_000_000))
    assert plan.shares == {
        Part.OFFICER: Decimal("0.7"), Part.HELPER: Decimal("0.2"), Part.LEADER: Decimal("0.1"),
    }  # fmt: skip
    assert plan.holdback == Holdback(Decimal("0.2"), 90)
    assert plan.clawbacks == (
        Clawback(frozenset({Cause.EARLY, Cause.REFUND}), 30, Decimal(1)),
        Clawback(frozenset({Cause.DEFAULT}), 365, Decimal("0.5"), Decimal("0.5")),
    )
    assert plan.team


def test_what_a_plan_says_nothing_of(tmp_path: Path) -> None:
    (plan,) = loaded(tmp_path, {"plain.yaml": PLAIN}).commission
    assert (plan.tiers, plan.scope, plan.earned, plan.counted) == (
        flat(Decimal("0.01")), Scope(), Earned.PAYOUT, Counted.DEAL,
    )  # fmt: skip
    assert (plan.shares, plan.each, plan.period, plan.fixed_fen) == ({Part.OFFICER: Decimal(1)}, Bounds(), Bounds(), 0)
    assert (plan.until, plan.holdback, plan.clawbacks, plan.team) == (None, None, (), False)


def test_the_version_is_that_of_the_content(tmp_path: Path) -> None:
    (plan,) = (first := loaded(tmp_path, {"plain.yaml": PLAIN})).commission
    (again,) = (same := loaded(tmp_path, {"plain.yaml": f"# 说明\n{PLAIN.replace('1%', '1.0%')}"})).commission
    (other,) = (new := loaded(tmp_path, {"plain.yaml": PLAIN.replace("1%", "2%")})).commission
    assert plan.version == again.version != other.version
    assert first.version == same.version != new.version


@pytest.mark.parametrize(
    ("was", "becomes", "line", "said"),
    [
        ("since: 2026-11-01\n", "", 1, "缺少 “since”"),
        ("since: 2026-11-01", "since: 2026年11月1日", 2, "since 应为日期"),
        ("until: 2027-03-31", "until: 2026-10-31", 3, "不早于 since"),
        ("of: 服务费", "of: 服务", 5, "服务费"),
        ("by: 超额累进\n", "", 9, "缺少 “by”"),
        ("by: 超额累进", "by: 累进", 7, "超额累进"),
        ("from: 0, to: 30万", "from: 1万, to: 30万", 10, "第一档从 0 开始"),
        ("from: 0, to: 30万", "from: 0, to: 20万", 10, "空着一段"),
        ("from: 0, to: 30万", "from: 0, to: 40万", 10, "两档重叠"),
        ("{from: 30万, rate: 12.5%}", "{from: 30万, to: 50万, rate: 12.5%}", 11, "最后一档没有上限"),
        ("to: 30万, rate: 10%}\n  - {from: 30万", "rate: 10%}\n  - {from: 0", 11, "比上一档的 from 大"),
        ("{from: 30万, rate: 12.5%}", "{from: 30万, rate: 0.125}", 11, "百分比"),
        ("{from: 30万, rate: 12.5%}", "{from: 30万, rate: 150%}", 11, "不超过 100%"),
        ("fixed: 200元", "fixed: 200.001", 12, "最细到分"),
        ("least: 50, most: 5000", "least: 5000, most: 50", 13, "比 least 还小"),
        ("主办: 70%", "主办: 60%", 15, "加起来 100%"),
        ("主办: 70%", "主办: 0%", 15, "百分比"),
        ("days: 90", "days: 0", 16, "1 到 3660"),
        ("for: [提前结清, 退费]", "for: [提前还款]", 18, "提前还款"),
        ("within: 30", "within: 一个月", 18, "0 到 3660"),
        ("channels: [抖音]", "channels: [斗音]", 4, "抖音"),
        ("products: [房抵]", "products: [房底]", 4, "房抵"),
    ],
)
def test_a_mistake_names_its_place(tmp_path: Path, was: str, becomes: str, line: int, said: str) -> None:
    assert was in WHOLE
    (problem,) = told(tmp_path, house=WHOLE.replace(was, becomes))
    assert problem.startswith(f"house.yaml:{line} ")
    assert said in problem


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("", "", True),
        ("for: {products: [房抵]}\n", "", False),
        ("for: {products: [房抵, 车抵]}\n", "for: {products: [车抵]}\n", True),
        ("for: {products: [房抵]}\n", "for: {products: [车抵]}\n", False),
        ("for: {departments: [呼和浩特]}\n", "for: {departments: [呼和浩特/一部]}\n", False),
        ("for: {people: [batu]}\n", "for: {people: [batu, lina]}\n", True),
        ("team: 是\n", "", False),
        ("until: 2026-11-30\n", "since: 2026-12-01\n", False),
        ("until: 2026-11-30\n", "since: 2026-11-30\n", True),
    ],
)
def test_two_plans_for_the_same_are_a_mistake(tmp_path: Path, one: str, other: str, alike: bool) -> None:
    second = PLAIN.replace("标准", "另一个")
    if other.startswith("since"):
        second, other = second.replace("since: 2026-11-01\n", other), ""
    files = {"a.yaml": PLAIN + one, "b.yaml": second + other}
    if not alike:
        assert len(loaded(tmp_path, files).commission) == 2
        return
    (problem,) = told(tmp_path, a=files["a.yaml"], b=files["b.yaml"])
    assert problem.startswith("b.yaml:1 ")
    assert "和方案「标准」管的一样" in problem


def test_the_plan_in_the_guide_is_one(tmp_path: Path) -> None:
    text = (SHIPPED.parents[1] / "docs" / "佣金方案.md").read_text(encoding="utf-8")
    (plan,) = loaded(tmp_path, {"house.yaml": text.split("```yaml\n")[1].split("```")[0]}).commission
    assert (plan.name, len(plan.tiers.steps), len(plan.clawbacks)) == ("房抵提成", 3, 3)
