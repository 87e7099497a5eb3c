"""`tuoling risk try` and `compare`: two policies side by side over past applications, and that nothing is changed."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import challenge, hand_in
from matplotlib.image import imread
from sqlalchemy import select, update

from bot.commands_trying import begins, compare_challenger, try_rules
from bot.explain import Unready
from config.problems import CompanyError
from core.risk.models import RiskChallenge, RiskDecision
from core.risk.policy import Policy, Severity
from core.tables import metadata

pytestmark = ON_ONE_DATABASE

SHIPPED = Path(__file__).parents[3] / "config" / "company" / "risk"
SINCE = "2026-11-01"
_NUMBERS = re.compile(r"[0-9,.]+%?|[+-][0-9]+|-")


@pytest.fixture
def three(company: Company) -> Company:
    """Of three the rules let one pass, want one looked at, and would refuse one."""
    hand_in(company, phone="13947100001", name="刘志强")
    hand_in(company, phone="13947100002", name="王秀英", queries="11")
    hand_in(company, phone="13947100003", name="赵铁柱", overdue_two_years="7")
    return company


def changed(tmp_path: Path, name: str, *pairs: tuple[str, str], called: str = "") -> Path:
    """The shipped file with these texts in the place of others."""
    text = (SHIPPED / name).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / (called or name)
    file.write_text(text, encoding="utf-8")
    return file


def tried(company: Company, file: Path | None, stands_for: str | None = None, picture: Path | None = None) -> list[str]:
    return list(try_rules(company.runtime.settings, file, stands_for, SINCE, picture))


def row(lines: list[str], head: str) -> list[str]:
    """The cells of the only row that begins so."""
    (line,) = [line for line in lines if line.strip().startswith(head)]
    return _NUMBERS.findall(line.strip().removeprefix(head))


def everything(company: Company) -> dict[str, list[Any]]:
    with company.runtime.store.read() as session:
        return {table.name: list(session.execute(select(table)).all()) for table in metadata.sorted_tables}


STRICTER = ("when: queries > 10, severity: 复核", "when: queries > 10, severity: 拒绝")


def test_who_would_change_from_what_to_what(three: Company, tmp_path: Path) -> None:
    before = everything(three)
    lines = tried(three, changed(tmp_path, "common.yaml", STRICTER))
    assert lines[0] == "试算改过的 common.yaml，2026-11-01 以来提交的进件 3 笔。"
    assert row(lines, "现在 通过") == ["1", "0", "0", "1"]
    assert row(lines, "现在 复核") == ["0", "0", "1", "1"]
    assert row(lines, "现在 拒绝") == ["0", "0", "1", "1"]
    assert row(lines, "合计") == ["1", "0", "2", "3"]
    assert "拒绝率：现在 33.3%（1 笔），改后 66.7%（2 笔），+33.3 个百分点。" in lines
    assert "建议会变的 1 笔：" in lines
    assert "  复核 → 拒绝 1 笔：A2" in lines
    assert row(lines, "征信查询多 · 复核") == ["1", "0", "-1"]
    assert row(lines, "征信查询多 · 拒绝") == ["0", "1", "+1"]
    assert row(lines, "逾期次数 · 拒绝") == ["1", "1"]
    assert lines[-1] == "只是试算，什么也没有改。比的是公司内部的预审建议，是否放款由资方决定。"
    assert everything(three) == before


def test_nothing_personal_is_printed(three: Company, tmp_path: Path) -> None:
    said = "\n".join(tried(three, changed(tmp_path, "common.yaml", STRICTER)))
    for personal in ("刘志强", "王秀英", "赵铁柱", "1394710000", "150102199003074518", "900"):
        assert personal not in said


def test_another_name_stands_for_the_one_that_is_said(three: Company, tmp_path: Path) -> None:
    file = changed(tmp_path, "common.yaml", STRICTER, called="q3.yaml")
    with pytest.raises(Unready, match=r"没有 q3.yaml，有 business.yaml.*--as"):
        tried(three, file)
    assert "  复核 → 拒绝 1 笔：A2" in tried(three, file, "common.yaml")
    with pytest.raises(Unready, match=r"没有 comon.yaml，是不是 common.yaml"):
        tried(three, file, "comon.yaml")


def test_what_the_record_lacks_is_reckoned_from_the_form(three: Company, tmp_path: Path) -> None:
    """No rule spoke of the purpose when these were handed in."""
    rule = (
        "rules:\n",
        'rules:\n  - {key: purpose, name: 用途, when: purpose == "经营周转", severity: 拒绝, says: 用途不做}\n',
    )
    lines = tried(three, changed(tmp_path, "common.yaml", rule))
    assert row(lines, "用途 · 拒绝") == ["0", "3", "+3"]
    assert row(lines, "合计") == ["0", "0", "3", "3"]
    assert not any("按没有填算" in line for line in lines)


def test_what_is_not_known_either_is_missing_and_told(three: Company, tmp_path: Path) -> None:
    rule = (
        "rules:\n",
        "rules:\n  - {key: rate_high, name: 年利率, when: yearly_rate > 20%, severity: 拒绝, says: 高}\n",
    )
    lines = tried(three, changed(tmp_path, "common.yaml", rule))
    assert row(lines, "年利率 · 复核") == ["0", "3", "+3"]
    assert [line for line in lines if "按没有填算" in line] == [
        "3 笔没有「年利率」：当时的记录里没有，表单里也算不出，按没有填算。"
    ]


def test_an_instalment_by_another_rate_is_reckoned_again(company: Company, tmp_path: Path) -> None:
    """Of the record the instalment is by 8 % a year; at 80 % the same debts are too high."""
    hand_in(company, monthly_debts=3_000_000)
    assert "现在 通过" in "\n".join(tried(company, changed(tmp_path, "house.yaml")))
    lines = tried(company, changed(tmp_path, "house.yaml", ("rate: 8%", "rate: 80%")))
    assert row(lines, "现在 通过") == ["0", "0", "1", "1"]
    assert row(lines, "负债率 · 拒绝") == ["0", "1", "+1"]


def test_mistakes_are_told_with_the_files_line(three: Company, tmp_path: Path) -> None:
    file = changed(tmp_path, "common.yaml", ("when: overdue_now > 0", "when: overdue_no > 0"))
    line = 1 + file.read_text(encoding="utf-8").split("overdue_no >")[0].count("\n")
    with pytest.raises(CompanyError) as told:
        tried(three, file)
    (problem,) = told.value.problems
    assert (problem.file, problem.line) == (str(file), line)
    assert "没有 “overdue_no” 这一项，是不是 “overdue_now”" in str(problem)
    with pytest.raises(CompanyError, match="nowhere"):
        tried(three, tmp_path / "nowhere" / "common.yaml")


def test_without_a_file_the_folder_counts_as_it_stands(three: Company) -> None:
    lines = tried(three, None)
    assert lines[0] == "试算配置文件夹里的规则，2026-11-01 以来提交的进件 3 笔。"
    assert row(lines, "合计") == ["1", "1", "1", "3"]
    assert not any("会变" in line for line in lines)


def test_what_cannot_be_opened_is_counted(three: Company, tmp_path: Path) -> None:
    with three.runtime.store.database.write() as session:
        session.execute(update(RiskDecision).where(RiskDecision.application_id == 3).values(inputs=b"\x01nothing"))
    lines = tried(three, changed(tmp_path, "common.yaml", STRICTER))
    assert row(lines, "合计") == ["1", "0", "1", "2"]
    assert "另有 1 笔的内容打不开，没有算。" in lines


def test_only_what_was_handed_in_since_then(three: Company, tmp_path: Path) -> None:
    three.clock.go(days=2)
    file = changed(tmp_path, "common.yaml", STRICTER)
    lines = list(try_rules(three.runtime.settings, file, None, "2026-11-25", None))
    assert lines == ["2026-11-25 以来提交的进件里没有可以试算的。"]


def test_the_picture_is_drawn_beside_the_table(three: Company, tmp_path: Path) -> None:
    file = tmp_path / "out.png"
    lines = tried(three, changed(tmp_path, "common.yaml", STRICTER), picture=file)
    assert lines[-1] == f"图画在 {file}。"
    assert imread(file).shape[1] == 1920
    with pytest.raises(Unready, match=r"应以 \.png 结尾"):
        tried(three, changed(tmp_path, "common.yaml", STRICTER), picture=tmp_path / "out.jpg")


@pytest.mark.parametrize(("said", "days"), [("90d", 90), ("90天", 90), ("2周", 14), ("2026-11-17", 7)])
def test_since_when(company: Company, said: str, days: int) -> None:
    now = company.clock()
    assert (now - begins(said, now)).days == days


@pytest.mark.parametrize("said", ["", "lately", "2026-13-01", "100000天", "-3d"])
def test_since_when_is_asked_for_where_it_is_neither(company: Company, said: str) -> None:
    with pytest.raises(Unready, match="--since 看不懂"):
        begins(said, company.clock())


def test_of_a_challengers_file_it_is_the_challenger_that_is_tried(three: Company, tmp_path: Path) -> None:
    file = changed(
        tmp_path, "common.yaml", STRICTER, ("rate: 12%\n", "challenger: common\nrate: 12%\n"), called="b.yaml"
    )
    lines = tried(three, file)
    assert lines[0].startswith("试算挑战者 b.yaml，")
    assert "  复核 → 拒绝 1 笔：A2" in lines


def test_the_challenger_and_what_counts_side_by_side(three: Company, tmp_path: Path) -> None:
    """Of what was looked at while there was one, by what both said then, the last time."""

    def stricter(policy: Policy) -> Policy:
        rules = (
            replace(each, severity=Severity.REFUSE) if each.key == "queries_many" else each for each in policy.rules
        )
        return replace(policy, rules=tuple(rules))

    settings = three.runtime.settings
    with pytest.raises(Unready, match="没有挑战者评过哪一笔"):
        list(compare_challenger(settings, SINCE, None))
    challenge(three)  # an older one, which is not compared
    hand_in(three, phone="13947100004", name="孙丽")
    challenge(three, stricter)
    number = hand_in(three, phone="13947100005", name="周敏", queries="11")
    hand_in(three, phone="13947100006", name="吴刚")
    before, picture = everything(three), tmp_path / "both.png"
    lines = list(compare_challenger(settings, SINCE, picture))
    assert lines[0].startswith("挑战者：房抵 other.yaml 第2版。2026-11-01 以来预审、两套都有结果的进件 2 笔")
    assert row(lines, "现行 通过") == ["1", "0", "0", "1"]
    assert row(lines, "现行 复核") == ["0", "0", "1", "1"]
    assert f"  复核 → 拒绝 1 笔：A{number}" in lines
    assert row(lines, "征信查询多 · 拒绝") == ["0", "1", "+1"]
    assert "另有 1 次由更早的挑战者评过，没有算。" in lines
    assert imread(picture).shape[1] == 1920
    assert not [name for name in ("孙丽", "周敏", "吴刚", "1394710000") if name in "\n".join(lines)]
    assert everything(three) == before


def test_a_challenger_that_failed_is_counted(three: Company) -> None:
    challenge(three)
    hand_in(three, phone="13947100004", name="孙丽")
    nothing = {"suggestion": None, "inputs": None, "result": None, "score": None, "grade": ""}
    with three.runtime.store.database.write() as session:
        session.execute(update(RiskChallenge).values(**nothing))
    lines = list(compare_challenger(three.runtime.settings, SINCE, None))
    assert "两套都有结果的进件 0 笔" in lines[0]
    assert "另有 1 笔挑战者没有给出结果（程序出错，日志里有），没有算。" in lines
