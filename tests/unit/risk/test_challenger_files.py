"""`challenger: house` in a risk file: it stands for another one in the challenger's policy, and nowhere else."""

import shutil
from pathlib import Path

import pytest

from config.company import load_company
from config.problems import CompanyError
from core.risk.policy import Policies, Severity

SHIPPED = Path(__file__).parents[3] / "config" / "company"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "company"))


def challenge(folder: Path, of: str, *pairs: tuple[str, str], called: str = "") -> None:
    """A challenger of this file, with these texts in the place of others."""
    text = (folder / "risk" / f"{of}.yaml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (folder / "risk" / f"{called or of + '-b'}.yaml").write_text(f"challenger: {of}\n{text}", encoding="utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(CompanyError) as told:
        load_company(folder)
    return [str(problem) for problem in told.value.problems]


def test_it_is_in_its_products_policy_alone_and_not_in_the_one_that_counts(folder: Path) -> None:
    before = load_company(folder).risk
    challenge(folder, "house", ("house_ratio > ratio_limit, severity: 拒绝", "house_ratio > 40%, severity: 复核"))
    after = load_company(folder).risk
    assert after.policies == before.policies
    (policy,) = after.challengers
    assert (policy.product, policy.challenger) == ("house", ("house-b",))
    assert policy.rule("house_ratio").when == "house_ratio > 40%"
    assert policy.rule("house_ratio").severity is Severity.REVIEW
    assert [rule.key for rule in policy.rules] == [rule.key for rule in before.policies[0].rules]
    assert policy.key != before.policies[0].key
    won = after.won()
    assert [won.of(each.product) == each for each in before.policies] == [False, True, True, True]
    assert won == Policies(tuple(policy if each.product == "house" else each for each in before.policies))


def test_one_for_all_products_challenges_all_of_them(folder: Path) -> None:
    challenge(folder, "common", ("debts_with_loan > 70%", "debts_with_loan > 60%"))
    challenge(folder, "car", ("car_registered_years > 10", "car_registered_years > 12"))
    found = {each.product: each.challenger for each in load_company(folder).risk.challengers}
    assert found == {
        "house": ("common-b",),
        "car": ("car-b", "common-b"),
        "credit": ("common-b",),
        "business": ("common-b",),
    }


def test_grades_of_a_challenger_are_none_that_a_flow_could_speak_of(folder: Path) -> None:
    challenge(folder, "common", ("{grade: D}]", "{grade: D, from: 100}, {grade: E}]"))
    flow = folder / "flows" / "standard.yaml"
    flow.write_text(flow.read_text().replace('risk in ["复核", "拒绝"]', 'risk_grade == "E"'))
    (said,) = problems(folder)
    assert "risk_grade 不会是 “E”" in said


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ("hause", "第 1 行 {}：challenger：risk 里没有 “hause.yaml” 可以代替，是不是 “house”？"),
        ("house-b", "第 1 行 {}：challenger：risk 里没有 “house-b.yaml” 可以代替，是不是 “house”？"),
        ("common", "第 1 行 {}：products 要与 “common.yaml” 的一样：挑战者代替的是它的整个文件"),
    ],
)
def test_whom_it_challenges_is_there_and_for_the_same_products(folder: Path, of: str, said: str) -> None:
    challenge(folder, "house")
    file = folder / "risk" / "house-b.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("challenger: house", f"challenger: {of}"))
    assert said.format(file) in problems(folder)


def test_one_file_has_one_challenger(folder: Path) -> None:
    challenge(folder, "house")
    challenge(folder, "house", called="house-c")
    assert problems(folder) == [
        f"第 1 行 {folder / 'risk' / 'house-c.yaml'}：challenger：“house” 已经有挑战者 “house-b”，一个文件只能有一个"
    ]


def test_its_mistakes_are_told_once_with_its_lines(folder: Path) -> None:
    challenge(folder, "house", ("amount > 1000万", "amuont > 1000万"))
    file = folder / "risk" / "house-b.yaml"
    line = 1 + file.read_text(encoding="utf-8").split("amuont")[0].count("\n")
    (said,) = problems(folder)
    assert said.startswith(f"第 {line} 行 {file}：when 第 1 个字：没有 “amuont” 这一项，是不是 “amount”")


def test_what_others_miss_in_it_is_told_with_where_they_speak_of_it(folder: Path) -> None:
    """Only together with the challenger: without it nothing is wrong."""
    (folder / "risk" / "house.yaml").open("a", encoding="utf-8").write(
        "  - {key: much, name: 负担, when: debts_with_loan > 80%, severity: 拒绝, says: 高}\n"
    )
    load_company(folder)
    challenge(folder, "common", ("key: debts_with_loan", "key: burden"), ("of: debts_with_loan", "of: burden"))
    file = folder / "risk" / "common-b.yaml"
    file.write_text(
        file.read_text(encoding="utf-8")
        .replace("when: debts_with_loan", "when: burden")
        .replace("&& debts_with_loan", "&& burden")
        .replace("{debts_with_loan}", "{burden}"),
        encoding="utf-8",
    )
    (said,) = problems(folder)
    assert "house.yaml：when 第 1 个字：没有 “debts_with_loan” 这一项" in said
    assert said.endswith("（与挑战者 common-b.yaml 合在一起时）")


def test_formulas_of_formulas_in_a_challenger_are_refused_too(folder: Path) -> None:
    doubled = "".join(
        f"  - {{key: f{each}, label: 甲{each}, formula: f{each - 1} + f{each - 1}}}\n" for each in range(1, 16)
    )
    challenge(folder, "credit", ("values:\n", f"values:\n  - {{key: f0, label: 甲, formula: amount + 1}}\n{doubled}"))
    (said,) = problems(folder)
    assert said.endswith("formula 由太多东西算出来（公式套公式），请拆简单些")
