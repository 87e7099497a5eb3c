"""`tags.yaml`: what it says, and what is said of what is wrong in it."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

import config
from config.company import load_company
from config.problems import CompanyError
from core.leads.care_rules import CareRules, CareTemplate
from core.leads.tags import Grade, Tag, TagRule
from core.people.policy import Role

SHIPPED = Path(config.__file__).parent / "company"
WHOLE = """\
grades:
  - {grade: a, name: 重点, synonyms: [优质]}
  - grade: B
tags:
  - {name: 高意向, synonyms: [意向高], group: 意向}
  - {name: 冷, group: 意向}
  - {name: 谨慎, by: [主管, 管理员]}
  - name: 大额
free: 是
rules:
  - name: 百万房抵
    tag: 大额
    amount: 100万
    products: [房抵]
    regions: [包头市]
    channels: [抖音]
    pools: [hohhot]
    grades: [A]
    idle: 7天
    waiting: 12小时
    never: 是
    follow_ups: 3
care:
  daily: 2
  most: 50
  rest: 1天
  lasts: 3天
  templates:
    - {name: 节日, text: 快过节了}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "company"))
    (folder / "automation.yaml").unlink()  # its rule speaks of the shipped tags
    return folder


def problems(folder: Path, text: str) -> list[str]:
    (folder / "tags.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    return [re.sub(r"^第 (\d+) 行 .*?：", r"\1 ", str(problem)) for problem in caught.value.problems]


def test_a_whole_file(folder: Path) -> None:
    (folder / "tags.yaml").write_text(WHOLE, encoding="utf-8")
    company = load_company(folder)
    tagging = company.tagging
    assert tagging.grades == (Grade("A", "重点", ("优质",)), Grade("B"))
    assert tagging.tags == (
        Tag("高意向", ("意向高",), "意向"),
        Tag("冷", (), "意向"),
        Tag("谨慎", roles=(Role.MANAGER, Role.ADMIN)),
        Tag("大额"),
    )
    assert tagging.free
    assert tagging.rules == (
        TagRule(
            "百万房抵",
            "大额",
            100_000_000,
            pools=("hohhot",),
            regions=("1502",),
            products=("house",),
            channels=("抖音",),
            grades=("A",),
            idle=timedelta(days=7),
            waiting=timedelta(hours=12),
            never=True,
            follow_ups=3,
        ),
    )
    day = timedelta(days=1)
    assert company.care == CareRules((CareTemplate("节日", "快过节了"),), 2, 50, day, 3 * day)


def test_the_shipped_file_and_none_at_all(folder: Path) -> None:
    shipped = load_company(folder)
    assert [grade.key for grade in shipped.tagging.grades] == list("ABCD")
    assert shipped.tagging.group_of("高意向") == ("中意向", "低意向")
    assert not shipped.tagging.free
    (folder / "tags.yaml").unlink()
    bare = load_company(folder)
    assert ([grade.key for grade in bare.tagging.grades], bare.tagging.tags) == (list("ABCD"), ())
    assert bare.version != shipped.version


def test_what_falls_goes_by_the_grades_of_this_file(folder: Path) -> None:
    rule = "rules:\n  - {name: 甲, when: 没有跟进, within: 7天, grades: [E]}\n"
    (folder / "recycling.yaml").write_text(rule, encoding="utf-8")
    with pytest.raises(CompanyError):
        load_company(folder)
    (folder / "tags.yaml").write_text("grades:\n  - grade: E\n", encoding="utf-8")
    assert load_company(folder).recycling.rules[0].grades == ("E",)


WRONG = [
    ("tags:\n  - nam: 冷\n", ["2 不认识 “nam”，是不是 “name”？"]),
    ("tags:\n  - name: 房抵\n", ["2 name：“房抵” 已经指 “产品”，请换一个"]),
    ("tags:\n  - name: 包头\n", ["2 name：“包头” 已经指 “地区”，请换一个"]),
    ("tags:\n  - name: A级\n", ["2 name：“a级” 已经指 “等级”，请换一个"]),
    ("tags:\n  - name: 冷\n  - {name: 低意向, synonyms: [冷]}\n", ["3 name：“冷” 已经指 “冷”，请换一个"]),
    ("tags:\n  - name: 冷\n  - name: 冷\n", ["3 name：“冷” 已经指 “冷”，请换一个"]),
    ("tags:\n  - name: 高 意向\n", ["2 name 应为一个词，不是数字，不带空格和标点，现在是 “高 意向”，例如 高意向"]),
    (
        "tags:\n  - {name: 冷, by: [主菅]}\n",
        ["2 by 不能这样写，现在是 “主菅”；可以写 客户经理、主管、管理员"],
    ),
    ("grades:\n  - grade: 甲\n", ["2 grade 应为等级，一个字母，现在是 “甲”，例如 A"]),
    ("grades:\n" + "".join(f"  - grade: {letter}\n" for letter in "ABCDEF"), ["2 grades 太多，最多 5 个"]),
    (
        "tags:\n  - name: 大额\nrules:\n  - {name: 甲, tag: 大客, amount: 100万}\n",
        ["4 tag 不是上面 tags 里的标签，现在是 “大客”；可以写 大额"],
    ),
    (
        "tags:\n  - name: 大额\nrules:\n  - {name: 甲, tag: 大额}\n",
        ["4 name：这条规则没有写条件，会给所有线索打上标签；可以写 pools、regions、products、channels、grades、amount、"
         "idle、waiting、never、follow_ups"],
    ),
    (
        "tags:\n  - name: 大额\nrules:\n  - {name: 甲, tag: 大额, amount: 很多}\n",
        ["4 amount 应为金额，达到才算，现在是 “很多”，例如 100万"],
    ),
    (
        "tags:\n  - name: 大额\nrules:\n  - {name: 甲, tag: 大额, amount: 1万}\n  - {name: 甲, tag: 大额, idle: 1天}\n",
        ["5 name：上面已经有一条规则叫 “甲”，请换一个"],
    ),
    (
        "care:\n  templates:\n    - {name: 节日, text: 甲}\n    - {name: 节日, text: 乙}\n",
        ["4 name：上面已经有一个话术叫 “节日”，请换一个"],
    ),
    ("care:\n  daily: 0\n", ["2 daily 应为 1 到 100 的整数，现在是 “0”"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named_with_its_line(folder: Path, text: str, said: list[str]) -> None:
    assert problems(folder, text) == said
