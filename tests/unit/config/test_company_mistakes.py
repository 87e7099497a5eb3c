"""Wrong files as people write them: each gives exactly the true problems, with line, key, what is allowed, and the word
that was likely meant. A mistake brings no second one beside it."""

from pathlib import Path

import pytest

from config.company import load_company
from config.lengths import meant_length, meant_number
from config.problems import CompanyError
from core.leads.pools import HoldingRule

GOOD = """\
default: region
pools:
  - key: region
    name: 全区池
    departments: 全员
"""
RULES = "most、people、ranks、departments"
LIMITS = "daily_claims、daily_reveals、daily_checks、daily_media、holding、holding_rules、cooldown、freeze"
POOL = (
    "key、name、departments、people、synonyms、regions、products、admins、assign_only、daily_claims、daily_reveals、holding、cooldown、"
    "freeze、hidden"
)
LENGTH = "应为时长：1 到 9999 天、小时或分钟，现在"
NUMBER = "应为 1 到 100000 的整数，现在"
ITEMS = "应为列表，每一条以 “- ” 开头，现在"


def limits(lines: str) -> str:
    """A file with these limits, from line 7 on."""
    return GOOD + "limits:\n" + "".join(f"  {line}\n" for line in lines.splitlines())


def pool(lines: str) -> str:
    """A file whose pool has these lines besides, from line 6 on."""
    return GOOD + "".join(f"    {line}\n" for line in lines.splitlines())


WRONG = [
    (limits("holding_rules: 5"), [f"7 holding_rules {ITEMS}是 “5”；可以写 {RULES}"]),
    (limits("holding_rules:"), [f"7 holding_rules {ITEMS}是空的；可以写 {RULES}"]),
    (limits("holding_rules: {most: 3, ranks: [初级]}"), [f"7 holding_rules {ITEMS}是几行 键: 值；可以写 {RULES}"]),
    (limits("holding_rules:\n  most: 40\n  ranks: [初级]"), [f"8 holding_rules {ITEMS}是几行 键: 值；可以写 {RULES}"]),
    (
        limits("holding_rules: [5, {most: 3, ranks: [初级]}]"),
        [f"7 holding_rules 的每一条应为几行 键: 值，现在是 “5”；可以写 {RULES}"],
    ),
    (limits("holding_rules:\n  - most: 40\n    rank: [初级]"), ["9 不认识 “rank”，是不是 “ranks”？"]),
    (limits("holding_rules:\n  - mots: 40\n    ranks: [初级]"), ["8 不认识 “mots”，是不是 “most”？"]),
    (
        limits("holding_rules:\n  - most: 40\n    pepole: [a]\n    ranks: []"),
        ["9 不认识 “pepole”，是不是 “people”？", "10 ranks 不能空着"],
    ),
    (
        limits("holding_rules:\n  - most: 40\n    rank: [初级]\n  - ranks: [中级]"),
        ["9 不认识 “rank”，是不是 “ranks”？", "10 缺少 “most”"],
    ),
    (
        limits("holding_rules:\n  - most: 40\n    部门: [包头]\n    people: [batu]"),
        [f"9 不认识 “部门”；可以写 {RULES}"],
    ),
    (limits("holding_rules:\n  -most: 40\n    ranks: [初级]"), ["8 most：“-” 后面要空一格"]),
    (
        limits(
            "holding_rules:\n  - most: 40\n    ranks: [初级]\n  -most: 50\n    ranks: [中级]\n"
            "  -most: x\n    ranks: [高级]"
        ),
        ["10 most：“-” 后面要空一格", "12 most：“-” 后面要空一格", f"12 most {NUMBER}是 “x”"],
    ),
    (limits("holding_rules:\n  -most: 40"), ["8 most：“-” 后面要空一格"]),
    (limits("holding_rules:\n  - most: 40\n    ranks:\n      -初级\n      -中级"), ["10 初级：“-” 后面要空一格"]),
    (limits("holding_rules:\n  - most: 0\n    ranks: [初级]"), [f"8 most {NUMBER}是 “0”"]),
    (
        limits("holding_rules:\n  - most: 五\n    ranks: []"),
        [f"8 most {NUMBER}是 “五”，是不是 “5”？", "9 ranks 不能空着"],
    ),
    (limits("holding_rules:\n  - most:\n    ranks:"), [f"8 most {NUMBER}是空的", "9 ranks 应为列表，现在是空的"]),
    (limits("cooldown:"), [f"7 cooldown {LENGTH}是空的，例如 7天"]),
    (limits("cooldown: [7天]"), [f"7 cooldown {LENGTH}是列表，例如 7天"]),
    (limits("cooldown: 1周"), [f"7 cooldown {LENGTH}是 “1周”，是不是 “7天”？"]),
    (limits("freeze: 两个星期"), [f"7 freeze {LENGTH}是 “两个星期”，是不是 “14天”？"]),
    (limits("cooldown: 1个月"), [f"7 cooldown {LENGTH}是 “1个月”，是不是 “30天”？"]),
    (limits("cooldown: 7 days"), [f"7 cooldown {LENGTH}是 “7 days”，是不是 “7天”？"]),
    (limits("cooldown: 24h"), [f"7 cooldown {LENGTH}是 “24h”，是不是 “1天”？"]),
    (limits("cooldown: 1.5天"), [f"7 cooldown {LENGTH}是 “1.5天”，是不是 “36小时”？"]),
    (limits("cooldown: 1天12小时"), [f"7 cooldown {LENGTH}是 “1天12小时”，是不是 “36小时”？"]),
    (limits("freeze: 半天"), [f"7 freeze {LENGTH}是 “半天”，是不是 “12小时”？"]),
    (limits("freeze: 30分"), [f"7 freeze {LENGTH}是 “30分”，是不是 “30分钟”？"]),
    (limits("cooldown: 二十四小时"), [f"7 cooldown {LENGTH}是 “二十四小时”，是不是 “1天”？"]),
    (limits("cooldown: 10000天"), [f"7 cooldown {LENGTH}是 “10000天”，例如 7天"]),
    (limits("cooldown: 90"), [f"7 cooldown {LENGTH}是 “90”，例如 7天"]),
    (limits("cooldown: 90秒"), [f"7 cooldown {LENGTH}是 “90秒”，例如 7天"]),
    (limits("cooldown: 0天"), [f"7 cooldown {LENGTH}是 “0天”，例如 7天。不限就删掉这一行"]),
    (limits("freeze: 不限"), [f"7 freeze {LENGTH}是 “不限”，例如 7天。不限就删掉这一行"]),
    (limits("cooldown: -1天"), [f"7 cooldown {LENGTH}是 “-1天”，例如 7天"]),
    (limits("daily_claim: 10"), ["7 不认识 “daily_claim”，是不是 “daily_claims”？"]),
    (limits("daily_claims: 80条"), [f"7 daily_claims {NUMBER}是 “80条”，是不是 “80”？"]),
    (limits("holding: 8,000"), [f"7 holding {NUMBER}是 “8,000”，是不是 “8000”？"]),
    (limits("holding: 不限"), [f"7 holding {NUMBER}是 “不限”。不限就删掉这一行"]),
    (limits("holding: 十二"), [f"7 holding {NUMBER}是 “十二”，是不是 “12”？"]),
    (limits("holding: 200000"), [f"7 holding {NUMBER}是 “200000”"]),
    (
        limits("holdings: 5\nholding_rule: 5"),
        [
            "7 不认识 “holdings”，是不是 “holding”？",
            "8 不认识 “holding_rule”，是不是 “holding_rules”？",
            f"8 holding_rules {ITEMS}是 “5”；可以写 {RULES}",
        ],
    ),
    (limits("holding: 5\nholdings: 6"), ["8 不认识 “holdings”，是不是 “holding”？"]),
    (limits("-holding: 5"), ["7 不认识 “-holding”，是不是 “holding”？"]),
    (pool("-most: 3"), ["6 不认识 “-most”：要另起一条，“-” 后面要空一格，即 - most: …；不是另起一条，就去掉 “-”"]),
    (pool("most: 3"), [f"6 不认识 “most”；可以写 {POOL}"]),
    (pool("holding_rules: 3"), ["6 不认识 “holding_rules”，是不是 “holding”？"]),
    (pool("regions:\n  -呼和浩特市"), ["7 呼和浩特市：“-” 后面要空一格"]),
    (pool("nmae: 大池"), ["6 不认识 “nmae”，是不是 “name”？"]),
    (
        pool("cooldwon: 一周"),
        ["6 不认识 “cooldwon”，是不是 “cooldown”？", f"6 cooldown {LENGTH}是 “一周”，是不是 “7天”？"],
    ),
    (
        "default: region\npools:\n  - key: region\n    name: 全区池\n    department: 全员\n",
        ["5 不认识 “department”，是不是 “departments”？"],
    ),
    (
        "default: region\npools:\n  - key: region\n    nmae: 全区池\n    departments: 全员\n",
        ["4 不认识 “nmae”，是不是 “name”？"],
    ),
    (
        "default: region\npools:\n  - kye: region\n    name: 全区池\n    departments: 全员\n",
        ["3 不认识 “kye”，是不是 “key”？"],
    ),
    ("default: region\npools:\n  -key: region\n    name: 全区池\n    departments: 全员\n", ["3 key：“-” 后面要空一格"]),
    (
        "defualt: region\npools:\n  - key: region\n    name: 全区池\n    departments: 全员\n",
        ["1 不认识 “defualt”，是不是 “default”？"],
    ),
    (
        "default: region\npool:\n  - key: region\n    name: 全区池\n    departments: 全员\n",
        ["2 不认识 “pool”，是不是 “pools”？"],
    ),
    (
        "default: region\npools:\n  - key: region\n    name: 全区池\n    departments: [呼和浩特\\一部]\n",
        ["5 departments 应为部门路径，现在是 “呼和浩特\\一部”，例如 呼和浩特/一部"],
    ),
    ("default: region\npools: 5\n", [f"2 pools {ITEMS}是 “5”；可以写 {POOL}"]),
    (
        "default: region\npools:\n  key: region\n  name: 全区池\n  departments: 全员\n",
        [f"3 pools {ITEMS}是几行 键: 值；可以写 {POOL}"],
    ),
    (
        "limits: 5\ndefault: region\npools:\n  - key: region\n    name: 全区池\n    departments: 全员\n",
        [f"1 limits 应为几行 键: 值，现在是 “5”；可以写 {LIMITS}"],
    ),
    (
        "limits:\n  - holding: 5\ndefault: region\npools:\n  - key: region\n    name: 全区池\n    departments: 全员\n",
        [f"2 limits 应为几行 键: 值，现在是列表；可以写 {LIMITS}"],
    ),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "company").mkdir()
    return tmp_path / "company"


@pytest.mark.parametrize(("text", "expected"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_a_wrong_file_gives_the_true_problems_and_no_others(folder: Path, text: str, expected: list[str]) -> None:
    (folder / "pools.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    placed = [line.partition(" ")[::2] for line in expected]
    assert str(caught.value).splitlines() == [f"第 {line} 行 company/pools.yaml：{said}" for line, said in placed]


def test_names_are_compared_in_the_spelling_of_the_people_file(folder: Path) -> None:
    """Invisible characters and full-width marks would shut a pool to everybody, in silence."""
    text = GOOD.replace("全员", "[呼和浩特／一部（东）, '包头\u200b∕二部\u00a0']") + (
        "    people: ['\u200bＢatu']\nlimits:\n  holding\u200b: 80\n"
        "  holding_rules: [{most: 3, ranks: ['\u00a0初级\u200b'], departments: [包头／二部]}]\n"
    )
    (folder / "pools.yaml").write_text(text, encoding="utf-8")
    pools = load_company(folder).pools
    assert (pools.pools[0].departments, pools.pools[0].people) == (("呼和浩特/一部(东)", "包头/二部"), ("batu",))
    assert pools.holding == (HoldingRule(80), HoldingRule(3, ranks=("初级",), departments=("包头/二部",)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("三天", "3天"),
        ("１０日", "10天"),
        ("2 周", "14天"),
        ("36 h", "36小时"),
        ("一个小时", "1小时"),
        ("2小时 30分钟", "150分钟"),
        ("0.5小时", "30分钟"),
        ("十五分", "15分钟"),
        ("三十天", "30天"),
        ("1.3分钟", ""),
        ("一两天", ""),
        ("9999周", ""),
        ("七", ""),
        ("天", ""),
        ("7天左右", ""),
        ("", ""),
    ],
)
def test_the_length_that_was_meant(written: str, meant: str) -> None:
    assert meant_length(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("80个", "80"), ("1，000", "1000"), ("二十", "20"), ("8,00", ""), ("1.5", ""), ("半", ""), ("十几", ""), ("", "")],
)
def test_the_number_that_was_meant(written: str, meant: str) -> None:
    assert meant_number(written) == meant
