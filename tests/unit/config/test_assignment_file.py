"""`assignment.yaml`: what it gives, and the place and sentence of everything that is wrong in it."""

import re
from datetime import datetime
from pathlib import Path

import pytest

import config.company
from config.assignmentfile import read_assignment
from config.problems import Problem
from config.yamlfile import read_yaml
from core.calendar import CHINA
from core.leads.assignment_rules import Assignment, Language, Leave, Member, Method, Span, Unassigned

SHIPPED = Path(config.company.__file__).parent / "company" / "assignment.yaml"
POOLS = ("hohhot", "baotou", "region")
GOOD = """\
rules:
  - key: rest
    name: 其余
    method: 按比例
    people:
      - {account: batu, weight: 3}
      - account: lina
"""


def read(text: str) -> tuple[Assignment | None, list[str]]:
    problems: list[Problem] = []
    top = read_yaml(text.encode(), "assignment.yaml", problems)
    assignment = read_assignment(top, POOLS, "ABCD") if top else None
    return assignment, [str(each) for each in sorted(problems, key=lambda each: (each.line, each.column))]


def good(text: str) -> Assignment:
    assignment, problems = read(text)
    assert problems == []
    assert assignment is not None
    return assignment


def test_the_shipped_file_gives_out_nothing() -> None:
    assignment = good(SHIPPED.read_text(encoding="utf-8"))
    assert assignment == Assignment((), paused=True)
    assert assignment.rule_for(Unassigned(1, "hohhot")) is None


def test_the_examples_in_the_shipped_file_are_right() -> None:
    """As an administrator takes them: without the # and a space in front, from each `rules:` on to the empty line."""
    text = SHIPPED.read_text(encoding="utf-8")
    blocks = re.findall(r"(?m)^# (?:rules|people|leave):\n(?:#.*\n)*", text)
    assert len(blocks) == 3
    assignment = good("".join(re.sub("(?m)^# ?", "", block) for block in blocks))
    assert [(one.key, one.method, len(one.people)) for one in assignment.rules] == [
        ("mongolian", Method.ROUND_ROBIN, 2),
        ("house", Method.WEIGHTED, 2),
        ("rest", Method.LEAST_LOADED, 3),
    ]
    batu = assignment.rules[1].people[1]
    assert (batu.account, batu.daily, batu.holding, len(batu.shift), len(batu.leave)) == ("batu", 10, 60, 11, 1)


def test_all_that_a_rule_may_say() -> None:
    text = """\
paused: 否
rules:
  - key: special
    name: 蒙语房抵
    method: 轮流
    pools: [hohhot, baotou]
    regions: [呼和浩特市, 150203]
    products: [房抵, car]
    channels: [抖音, 门店]
    languages: 蒙语
    grades: [a, B]
    wait_for_language: 是
    people:
      - account: Batu
  - key: off
    name: 停用
    method: 最少
    paused: 是
    people: [{account: batu, weight: 100}, {account: siqin}]
"""
    special, off = good(text).rules
    assert (special.key, special.name, special.method, special.people) == (
        "special",
        "蒙语房抵",
        Method.ROUND_ROBIN,
        (Member("batu"),),
    )
    assert (special.pools, special.regions, special.products) == (
        ("hohhot", "baotou"),
        ("1501", "150203"),
        ("house", "car"),
    )
    assert (special.channels, special.languages, special.grades) == (
        ("抖音", "门店"),
        (Language.MONGOLIAN,),
        ("A", "B"),
    )
    assert (special.waits_for_language, special.paused) == (True, False)
    assert (off.method, off.paused, off.people) == (Method.LEAST_LOADED, True, (Member("batu", 100), Member("siqin")))


def test_what_is_said_of_people_holds_in_every_rule() -> None:
    text = GOOD.replace(
        "rules:\n", "rules:\n  - {key: a, name: 甲, method: 轮流, grades: A, people: [{account: BATU}]}\n"
    ) + (
        "people:\n  - account: batu\n    languages: [蒙语, 汉语]\n    skills: 房抵\n    regions: [包头市]\n"
        "    shift: [周一 08:30-12:00 13:30-18:00, 周六到周日 9:00-24:00]\n    daily: 5\n    holding: 40\n"
        "leave:\n  - {account: batu, from: 2026-10-08, until: 2026-10-12}\n"
        "  - account: Batu\n    from: 2026-10-20 13:00\n"
        "  - {account: lina, from: 2026-10-09 08:30, until: 2026-10-09 12:00}\n"
    )
    first, rest = good(text).rules
    (one,), (three, lina) = first.people, rest.people
    shift = (Span(510, 720), Span(810, 1080), Span(5 * 1440 + 540, 6 * 1440), Span(6 * 1440 + 540, 7 * 1440))
    assert (one.weight, three.weight) == (1, 3)
    for batu in (one, three):
        assert (batu.languages, batu.skills, batu.regions) == (
            (Language.MONGOLIAN, Language.CHINESE),
            ("house",),
            ("1502",),
        )
        assert (batu.shift, batu.daily, batu.holding) == (shift, 5, 40)
        assert batu.leave == (
            Leave(moment("2026-10-08"), moment("2026-10-13")),
            Leave(moment("2026-10-20 13:00"), moment("2026-10-21")),
        )
    assert lina == Member("lina", leave=(Leave(moment("2026-10-09 08:30"), moment("2026-10-09 12:00")),))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("shift", "days", "hours"),
    [
        ("周一-周五 08:30-18:00", 5, (510, 1080)),
        ("周一至周五 8:30-18:00", 5, (510, 1080)),
        ("星期六到星期天 08:30-18:00", 2, (510, 1080)),
        ("周一到五 08:30 - 18:00", 5, (510, 1080)),
        ("每天 00:00-24:00", 7, (0, 1440)),
        ("周三 09:00—12:00", 1, (540, 720)),
        ("周三  09：00～12：00", 1, (540, 720)),
    ],
)
def test_shifts_as_people_write_them(shift: str, days: int, hours: tuple[int, int]) -> None:
    for written in (f"'{shift}'", shift, f"[{shift}]"):
        spans = good(GOOD + f"people:\n  - account: batu\n    shift: {written}\n").rules[0].people[0].shift
        assert len(spans) == days
        assert {(span.start % 1440, span.end - span.start) for span in spans} == {(hours[0], hours[1] - hours[0])}


def rule(lines: str) -> str:
    """The file with `lines` (from line 8 on) in its rule."""
    return GOOD + "".join(f"    {line}\n" for line in lines.splitlines())


def person(lines: str) -> str:
    """The file with `lines` (from line 10 on) said of batu."""
    return GOOD + "people:\n  - account: batu\n" + "".join(f"    {line}\n" for line in lines.splitlines())


def away(lines: str) -> str:
    """The file with `lines` (from line 10 on) said of an absence of batu."""
    return GOOD + "leave:\n  - account: batu\n" + "".join(f"    {line}\n" for line in lines.splitlines())


SHIFT = "10 shift 应为星期几和几点到几点，现在是 "
DAY = " 应为日期，可以带时间，现在是 "
TWO = GOOD + "  - key: second\n    name: 第二\n    method: 最少\n    people: [{account: batu}]\n"
BROKEN: list[tuple[str, list[str]]] = [
    ("- a\n", ["1 文件 应为几行 键: 值，现在是列表；可以写 paused、rules、people、leave"]),
    ("pause: 是\n", ["1 不认识 “pause”，是不是 “paused”？"]),
    ("paused: 停\n", ["1 paused 不能这样写，现在是 “停”；可以写 是、否"]),
    (rule("pools: [hohot]"), ["8 pools 不是哪个公海的 key，现在是 “hohot”，是不是 “hohhot”？"]),
    (rule("pools: [全区池]"), ["8 pools 不是哪个公海的 key，现在是 “全区池”；可以写 hohhot、baotou、region"]),
    (rule("pools: []"), ["8 pools 不能空着"]),
    (rule("regions: [月球]"), ["8 regions：不认识地区 “月球”。请写地区名或行政区划代码"]),
    (rule("products: [hause]"), ["8 products：不认识产品 “hause”，是不是 “house”？"]),
    (rule("languages: [蒙古语]"), ["8 languages 不能这样写，现在是 “蒙古语”，是不是 “蒙语”？"]),
    (
        rule("languages: [英语, 普通话]"),
        [f"8 languages 不能这样写，现在是 “{word}”；可以写 蒙语、汉语" for word in ("英语", "普通话")],
    ),
    (rule("grades: [A级]"), ["8 grades 不能这样写，现在是 “A级”；可以写 A、B、C、D"]),
    (rule("grades: [a, E]"), ["8 grades 不能这样写，现在是 “E”；可以写 A、B、C、D"]),
    (rule(f"channels: [{'长' * 31}]"), ["8 channels 有 31 个字，最多 30 个"]),
    (rule("wait_for_language: 等"), ["8 wait_for_language 不能这样写，现在是 “等”；可以写 是、否"]),
    (GOOD.replace("按比例", "比例"), ["4 method 不能这样写，现在是 “比例”，是不是 “按比例”？"]),
    (GOOD.replace("按比例", "随机"), ["4 method 不能这样写，现在是 “随机”；可以写 轮流、按比例、最少"]),
    (
        GOOD.replace("按比例", "轮流"),
        ["6 weight 不能这样写，现在是 “3”。轮流不看 weight：要按比例，method 写 按比例；不要就删掉这一行"],
    ),
    (GOOD.replace("weight: 3", "weight: 0"), ["6 weight 应为 1 到 100 的整数，现在是 “0”"]),
    (GOOD.replace("weight: 3", "weight: 101"), ["6 weight 应为 1 到 100 的整数，现在是 “101”"]),
    (GOOD.replace("lina", "BATU"), ["7 account 不能这样写，现在是 “batu”。上面已经写过这个人，请留一个"]),
    (GOOD.replace("lina", "李娜"), ["7 account 应为账号（字母、数字和 - _ . @），现在是 “李娜”"]),
    (GOOD.replace("      - account: lina\n", "      - weight: 3\n"), ["7 缺少 “account”"]),
    (GOOD.partition("    people:")[0], ["2 缺少 “people”"]),
    (GOOD.partition("    people:")[0] + "    people: []\n", ["5 people 不能空着"]),
    (
        GOOD.partition("    people:")[0] + "    people: [batu]\n",
        ["5 people 的每一条应为几行 键: 值，现在是 “batu”；可以写 account、weight"],
    ),
    # Nothing is ignored in silence.
    (
        TWO,
        ["8 key 不能这样写，现在是 “second”。上面的 “其余” 已经包括这条的所有线索，轮不到它，请把它移到上面"],
    ),
    (
        TWO.replace("second", "rest").replace("name: 其余", "name: 其余\n    grades: A"),
        ["9 key 不能这样写，现在是 “rest”。上面已经有一条规则用了它，请换一个"],
    ),
    (
        TWO.replace("第二", "其余").replace("name: 其余", "name: 其余\n    grades: A", 1),
        ["10 name 不能这样写，现在是 “其余”。上面已经有一条规则用了它，请换一个"],
    ),
    (
        person("").replace("account: batu\n", "account: bato\n").replace("{account: bato", "{account: batu"),
        ["9 account 不能这样写，现在是 “bato”，是不是 “batu”？"],
    ),
    (
        GOOD + "people:\n  - account: lina\n  - account: Lina\n",
        ["10 account 不能这样写，现在是 “lina”。上面已经写过这个人，请留一个"],
    ),
    (
        person("skills: [贷款]"),
        ["10 skills：不认识产品 “贷款”；可以写 房抵（house）、车抵（car）、信用（credit）、经营（business）"],
    ),
    (person("daily: 0"), ["10 daily 应为 1 到 100000 的整数，现在是 “0”"]),
    (person("weight: 3"), ["10 不认识 “weight”；可以写 account、languages、skills、regions、shift、daily、holding"]),
    # Shifts.
    (person("shift: 08:30-18:00"), [SHIFT + "“08:30-18:00”，是不是 “每天 08:30-18:00”？"]),
    (person("shift: 工作日 08:30-18:00"), [SHIFT + "“工作日 08:30-18:00”，是不是 “周一到周五 08:30-18:00”？"]),
    (person("shift: 周1-5 9点到12点半"), [SHIFT + "“周1-5 9点到12点半”，是不是 “周一到周五 09:00-12:30”？"]),
    (person("shift: 周一到周五"), [SHIFT + "“周一到周五”，例如 周一到周五 08:30-18:00"]),
    (person("shift: 早班"), [SHIFT + "“早班”，例如 周一到周五 08:30-18:00"]),
    (person("shift: 周一到周五 08:30-25:00"), [SHIFT + "“周一到周五 08:30-25:00”，例如 周一到周五 08:30-18:00"]),
    (
        person("shift: 周一 22:00-06:00"),
        [SHIFT + "“周一 22:00-06:00”。跨过午夜的，分成两天写，如 周一 22:00-24:00 和 周二 00:00-06:00"],
    ),
    (person("shift: []"), ["10 shift 不能空着"]),
    # Absences.
    (away("until: 2026-10-08"), ["9 缺少 “from”"]),
    (away("from: 2026年10月8日"), ["10 from" + DAY + "“2026年10月8日”，是不是 “2026-10-08”？"]),
    (away("from: 2026/10/8 13:00"), ["10 from" + DAY + "“2026/10/8 13:00”，是不是 “2026-10-08 13:00”？"]),
    (away("from: 2026-02-30"), ["10 from" + DAY + "“2026-02-30”，例如 2026-10-08 或 2026-10-08 13:00"]),
    (away("from: 明天下午"), ["10 from" + DAY + "“明天下午”，例如 2026-10-08 或 2026-10-08 13:00"]),
    (away("from: 2026-10-08 24:30"), ["10 from" + DAY + "“2026-10-08 24:30”，例如 2026-10-08 或 2026-10-08 13:00"]),
    (away("from: 2026-10-08\nuntil: 2026-10-07"), ["11 until 应为比 from 晚的时间，现在是 “2026-10-07”"]),
]


def test_who_is_in_no_rule_can_be_away_too() -> None:
    """An approver: his deadlines leave it out."""
    assignment, problems = read(GOOD + "leave:\n  - {account: liufang, from: 2026-10-08}\n")
    assert not problems
    assert assignment is not None
    assert assignment.leave == {"liufang": (Leave(moment("2026-10-08 00:00"), moment("2026-10-09 00:00")),)}


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_a_mistake_is_named_with_its_place(text: str, expected: list[str]) -> None:
    placed = [line.partition(" ")[::2] for line in expected]
    assert read(text)[1] == [f"第 {line} 行 assignment.yaml：{said}" for line, said in placed]


def test_a_rule_that_is_paused_hides_none() -> None:
    assert len(good(TWO.replace("name: 其余", "name: 其余\n    paused: 是")).rules) == 2
