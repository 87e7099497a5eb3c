"""The company's YAML: what it gives, and the exact place and sentence of everything that is wrong in it."""

import shutil
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import pytest

import config.company
from bot.phrases.command_words import COMMAND_WORDS
from config.company import load_company
from config.problems import CompanyError
from core.leads.access import pools_to_claim_from
from core.leads.assignment_rules import Assignment
from core.leads.pools import Hidden, HoldingRule
from core.people.policy import Actor, Role

COMMANDS = ("公海", "抢单")
SHIPPED = Path(config.company.__file__).parent / "company"
GOOD = """\
default: region
pools:
  - key: hohhot
    name: 呼和浩特池
    departments: [呼和浩特]
  - key: region
    name: 全区池
    departments: 全员
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "company").mkdir()
    return tmp_path / "company"


def problems(folder: Path, text: str | bytes, commands: Collection[str] = COMMANDS) -> list[str]:
    (folder / "pools.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(CompanyError) as caught:
        load_company(folder, commands)
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def pool(lines: str) -> str:
    """A file whose second pool has `lines` (from line 9 on) besides."""
    return GOOD + "".join(f"    {line}\n" for line in lines.splitlines())


def test_the_shipped_company() -> None:
    company = load_company(SHIPPED)
    assert [one.key for one in company.pools.pools] == ["hohhot", "baotou", "region"]
    assert (company.pools.daily_claims, company.pools.holding) == (10, (HoldingRule(80),))
    assert company.pools.default == "region"
    assert company.pools.place("150102", "house").name == "呼和浩特池"
    assert company.pools.place("150203", "car").name == "包头池"
    assert company.pools.place("150402", "car").name == "全区池"
    officer = Actor(1, "某某", "包头/一部", frozenset({Role.OFFICER}))
    assert [one.key for one in pools_to_claim_from(officer, company.pools)] == ["baotou", "region"]


def test_values_in_chinese_and_in_code_mean_the_same(folder: Path) -> None:
    spoken = pool(
        "regions: [呼和浩特市, 昆区, 内蒙古]\nproducts: [房抵, 经营]\nadmins: Batu\ndaily_claims: 5\nsynonyms: [大池]"
    )
    coded = pool(
        "products: ['house', business]\nregions: [1501, '150203', '150000']\n"
        "admins: [batu, BATU]\nsynonyms: 大池 # 同\n"
        "daily_claims: 5"
    )
    (folder / "pools.yaml").write_text(spoken, encoding="utf-8")
    first = load_company(folder)
    (folder / "pools.yaml").write_text("\ufeff" + coded, encoding="utf-8")
    second = load_company(folder)
    taken = first.pools.pools[1]
    assert (taken.regions, taken.products, taken.admins) == (("1501", "150203", "15"), ("house", "business"), ("batu",))
    assert (taken.daily_claims, taken.holding, taken.synonyms, taken.departments) == (5, None, ("大池",), ())
    assert first == second
    assert len(first.version) == 64


def test_all_that_a_pool_and_the_limits_may_say(folder: Path) -> None:
    text = GOOD.replace("    departments: 全员\n", "    people: [Batu, lina]\n") + (
        "    assign_only: 是\n    cooldown: 7天\n    freeze: 90分钟\n    hidden: [手机号, 金额]\n"
        "limits:\n  holding: 80\n  cooldown: 36小时\n  holding_rules:\n"
        "    - {most: 40, ranks: [初级]}\n    - {most: 60, departments: [包头], people: [bai]}\n"
    )
    (folder / "pools.yaml").write_text(text, encoding="utf-8")
    pools = load_company(folder).pools
    special = pools.pools[1]
    assert (special.departments, special.people, special.assign_only) == ((), ("batu", "lina"), True)
    assert (special.cooldown, special.freeze) == (timedelta(days=7), timedelta(minutes=90))
    assert special.hidden == {Hidden.PHONE, Hidden.AMOUNT}
    assert (pools.cooldown, pools.freeze) == (timedelta(hours=36), timedelta(0))
    assert pools.holding == (
        HoldingRule(80),
        HoldingRule(40, ranks=("初级",)),
        HoldingRule(60, people=("bai",), departments=("包头",)),
    )
    assert not pools.pools[0].assign_only


def test_loading_again_sees_the_change(folder: Path) -> None:
    shutil.copy(SHIPPED / "pools.yaml", folder)
    before = load_company(folder)
    text = (folder / "pools.yaml").read_text(encoding="utf-8")
    (folder / "pools.yaml").write_text(text.replace("holding: 80", "holding: 90"), encoding="utf-8")
    after = load_company(folder)
    assert (before.pools.holding, after.pools.holding) == ((HoldingRule(80),), (HoldingRule(90),))
    assert before.version != after.version
    (folder / "pools.yaml").write_text(text, encoding="utf-8")
    assert before.version == load_company(folder).version


WHOLE = "1 到 100000 的整数"
BROKEN = [
    (pool("holdings: 5"), ["9 不认识 “holdings”，是不是 “holding”？"]),
    (
        pool("颜色: 红"),
        [
            "9 不认识 “颜色”；可以写 key、name、departments、people、synonyms、regions、products、admins、assign_only、"
            "daily_claims、daily_reveals、holding、cooldown、freeze、hidden"
        ],
    ),
    (pool("name: 大池"), ["9 “name” 写了两遍，请留一个"]),
    (pool("daily_claims: 十"), [f"9 daily_claims 应为 {WHOLE}，现在是 “十”，是不是 “10”？"]),
    (pool("holding: 0"), [f"9 holding 应为 {WHOLE}，现在是 “0”"]),
    (pool("holding: 1e3"), [f"9 holding 应为 {WHOLE}，现在是 “1e3”"]),
    (pool("holding: [1]"), [f"9 holding 应为 {WHOLE}，现在是列表"]),
    (pool("holding:"), [f"9 holding 应为 {WHOLE}，现在是空的"]),
    (pool("regions:"), ["9 regions 应为列表，现在是空的"]),
    (pool("regions: [呼和浩特, 呼和号特市]"), ["9 regions：不认识地区 “呼和号特市”，是不是 “呼和浩特市”？"]),
    (pool("regions:\n  - 1599"), ["10 regions：不认识地区 “1599”。请写地区名或行政区划代码"]),
    (pool("regions: [150]"), ["9 regions：不认识地区 “150”。请写地区名或行政区划代码"]),
    (pool("regions: [海南]"), ["9 regions：不认识地区 “海南”，是不是 “海南区”？"]),
    (pool("products: [hause]"), ["9 products：不认识产品 “hause”，是不是 “house”？"]),
    (
        pool("products: [房贷]"),
        ["9 products：不认识产品 “房贷”；可以写 房抵（house）、车抵（car）、信用（credit）、经营（business）"],
    ),
    (pool("admins: [巴图]"), ["9 admins 应为账号（字母、数字和 - _ . @），现在是 “巴图”"]),
    (pool("synonyms: [呼和浩特池]"), ["9 synonyms：“呼和浩特池” 已经指公海 “呼和浩特池”，请换一个"]),
    (pool("synonyms: [ＨＯＨＨＯＴ]"), ["9 synonyms：“ＨＯＨＨＯＴ” 已经指公海 “呼和浩特池”，请换一个"]),
    (pool(f"synonyms: [{'长' * 21}]"), ["9 synonyms 有 21 个字，最多 20 个"]),
    (pool("synonyms: [{a: b}]"), ["9 synonyms 应为文字，现在是几行 键: 值"]),
    (pool("synonyms: &a [b]"), ["9 不支持锚点 & 和别名 *，请把值直接写出来"]),
    (pool("synonyms: *a"), ["9 不支持锚点 & 和别名 *，请把值直接写出来"]),
    (pool("synonyms: !!python/name:os.system x"), ["9 不支持标签 !，请直接写值"]),
    (pool(f"synonyms: {'[' * 30}{']' * 30}"), ["9 嵌套超过 20 层"]),
    (pool("? [a, b]\n: c"), ["9 键应为一个普通的词"]),
    (GOOD.replace("全员", "[]"), ["8 departments 不能空着"]),
    (GOOD.replace("全员", "[全员, 包头]"), ["8 departments 里 “全员” 就是所有人，不能与别的部门并列"]),
    (GOOD.replace("全员", "/包头"), ["8 departments 应为部门路径，现在是 “/包头”，例如 呼和浩特/一部"]),
    (
        GOOD.replace("    departments: 全员\n", ""),
        [
            "7 name：没有写哪些人可以领取，请写 departments（部门，所有人写 全员）或 people（账号）",
        ],
    ),
    (
        pool("people: [巴图]"),
        [
            "9 people 里 “全员” 就是所有人，不能与别的部门并列",
            "9 people 应为账号（字母、数字和 - _ . @），现在是 “巴图”",
        ],
    ),
    (GOOD.replace("    departments: 全员\n", "    people: []\n"), ["8 people 不能空着"]),
    (
        GOOD
        + "limits:\n  holding_rules:\n    - {most: 3, ranks: []}\n    - {most: 3, departments: 全员, people: [a]}\n",
        ["11 ranks 不能空着", "12 departments 里 “全员” 就是所有人，不能与别的部门并列"],
    ),
    (pool("cooldown: 7"), ["9 cooldown 应为时长：1 到 9999 天、小时或分钟，现在是 “7”，例如 7天"]),
    (
        pool("freeze: 0小时"),
        ["9 freeze 应为时长：1 到 9999 天、小时或分钟，现在是 “0小时”，例如 7天。不限就删掉这一行"],
    ),
    (pool("assign_only: 对"), ["9 assign_only 不能这样写，现在是 “对”；可以写 是、否"]),
    (
        pool("hidden: [手机, 姓名]"),
        ["9 hidden 不能这样写，现在是 “手机”，是不是 “手机号”？"],
    ),
    (
        GOOD + "limits:\n  holding_rules:\n    - most: 40\n    - ranks: [初级]\n",
        [
            "11 holding_rules：没有写是给谁的，people、ranks、departments 至少写一个；给所有人的写在 holding",
            "12 缺少 “most”",
        ],
    ),
    (
        GOOD.replace("key: hohhot", "key: 呼和"),
        ["3 key 应为小写字母开头，只有小写字母、数字、- 和 _，最多 20 个，现在是 “呼和”，例如 hohhot"],
    ),
    (GOOD.replace("key: hohhot", "key: region"), ["6 key：“region” 已经指公海 “呼和浩特池”，请换一个"]),
    (
        GOOD.replace("default: region", "default: regoin"),
        ["1 default 不是哪个公海的 key，现在是 “regoin”，是不是 “region”？"],
    ),
    (GOOD.replace("default: region\n", ""), ["1 缺少 “default”"]),
    ("default: region\npools: []\n", ["2 pools 不能空着"]),
    ("- a\n", ["1 文件 应为几行 键: 值，现在是列表；可以写 default、pools、limits"]),
    (GOOD + "---\na: 1\n", ["9 这里又开始一份文档（---），一个文件只能有一份"]),
    ("a: 1\nb: \x07\n", ["2 有 YAML 不允许的控制字符"]),
    ("a: 1\n名: ".encode() + "呼和".encode("gbk"), ["2 不是 UTF-8 编码（是不是 GBK？），请另存为 UTF-8"]),
    # No YAML: the parser's own words are English, and its line is where it noticed.
    (pool("holding 80"), ["9 缺少冒号，或冒号后面没有空格，应写成 键: 值"]),
    (pool("holding: 80: 90"), ["9 holding：多了一个冒号，或缩进不对；值里有冒号时，请用半角引号括起来"]),
    (pool("  holding: 80"), ["9 holding：多了一个冒号，或缩进不对；值里有冒号时，请用半角引号括起来"]),
    (GOOD + "   holding: 80\n", ["9 holding：缩进与上面的行对不齐"]),
    (pool('synonyms: ["大池]\nholding: 80'), ["9 synonyms：这里开始的引号没有结束"]),
    (pool("synonyms: [大池\nholding: 80"), ["9 synonyms：这里开始的 [ 或 { 没有结束，或各项之间缺少半角逗号"]),
    ("pools: [\n", ["1 pools：这里开始的 [ 或 { 没有结束，或各项之间缺少半角逗号"]),
    (GOOD.replace("  - key: region", "  -key: region"), ["6 key：“-” 后面要空一格"]),
    (GOOD.replace("全员", "[全体]"), ["8 departments 不能这样写，现在是 “全体”，是不是 “全员”？"]),
    (pool("synonyms: - 大池"), ["9 synonyms：“- ” 要另起一行"]),
    (pool("synonyms: @大池"), ["9 synonyms：值不能以这个符号开头，请用半角引号括起来"]),
    ("\tdefault: region\n", ["1 default：缩进里有制表符（Tab），应改为半角空格"]),
    (pool("synonyms:\n\t- 大池"), ["10 缩进里有制表符（Tab），应改为半角空格"]),
    (pool("synonyms: |x"), ["9 synonyms：不是正确的 YAML"]),
    # Full-width marks, each at its own line.
    (
        "limits:\n  daily_claims: 10\n  holding：80\n" + GOOD,
        ["3 “holding” 后面是全角冒号 “：”，应为半角冒号加空格，即 holding: …"],
    ),
    (
        GOOD.replace("name: 全区池", "name：全区池"),
        ["7 “name” 后面是全角冒号 “：”，应为半角冒号加空格，即 name: …"],
    ),
    (
        "default：region\n" + GOOD.partition("\n")[2],
        ["1 “default” 后面是全角冒号 “：”，应为半角冒号加空格，即 default: …"],
    ),
    (GOOD + "limits: {holding：80}\n", ["9 “holding” 后面是全角冒号 “：”，应为半角冒号加空格，即 holding: …"]),
    (pool("holding:80"), ["9 “holding” 的冒号后面要空一格，即 holding: …"]),
    (pool("regions: [呼和浩特市，包头市]"), ["9 regions 的列表用了全角的括号或逗号，应写成 [甲, 乙]"]),
    (pool("synonyms: 青城、大池"), ["9 synonyms 的列表用了全角的括号或逗号，应写成 [甲, 乙]"]),
    (pool("regions: （呼和浩特市）"), ["9 regions 的列表用了全角的括号或逗号，应写成 [甲, 乙]"]),
    (
        pool("regions: [呼和浩特市】"),
        ["9 regions：这里开始的 [ 或 { 没有结束，或各项之间缺少半角逗号。这一行有全角符号 】，YAML 要半角的"],
    ),
    (pool("synonyms: [“大池”]"), ["9 synonyms 的 大池 外面是全角引号，应为半角引号，或者不加引号"]),
    (pool("holding: “80”"), ["9 holding 的 80 外面是全角引号，应为半角引号，或者不加引号"]),
    (pool('synonyms: ["大池”]'), ["9 synonyms：这里开始的引号没有结束。这一行有全角符号 ”，YAML 要半角的"]),
    (pool("holding: ８０"), ["9 holding 的数字是全角，应为半角，现在是 “８０”"]),
    (GOOD.replace("    name: 全区池", "　　name: 全区池"), ["7 缩进里有全角空格，应改为半角空格"]),
    (GOOD.replace("- key: region", "－ key: region"), ["6 行首的 “－” 是全角，应为半角的 “- ”"]),
    (pool("＃ 大池"), ["9 行首的 “＃” 是全角，注释应为半角的 “#”"]),
    # Words that mean something else in chat.
    (pool("synonyms: [2]"), ["9 synonyms：“2” 在聊天里会当成页码（“公海 2” 是第 2 页），请换一个叫法"]),
    (pool("synonyms: [大池 ２]"), ["9 synonyms：“大池 ２” 在聊天里会当成页码（“公海 2” 是第 2 页），请换一个叫法"]),
    (GOOD.replace("name: 全区池", "name: '1'"), ["7 name：“1” 在聊天里会当成页码（“公海 2” 是第 2 页），请换一个叫法"]),
    (pool("synonyms: [抢 单]"), ["9 synonyms：“抢 单” 是聊天命令，不能作公海的叫法，请换一个"]),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN, ids=[expected[0][:60] for _, expected in BROKEN])
def test_a_mistake_is_named_with_its_place(folder: Path, text: str | bytes, expected: list[str]) -> None:
    placed = [line.partition(" ")[::2] for line in expected]
    assert problems(folder, text) == [f"第 {line} 行 company/pools.yaml：{said}" for line, said in placed]


def test_marks_inside_a_value_and_in_comments_are_nobodys_mistake(folder: Path) -> None:
    text = pool("synonyms: [大池（东）, '甲，乙']  # 注：叫法，可以有几个").replace("全区池", "全区池：东（“新”）")
    (folder / "pools.yaml").write_text(f"# 上限：不限\r\n{text}", encoding="utf-8", newline="\r\n")
    taken = load_company(folder, COMMANDS).pools.pools[1]
    assert (taken.name, taken.synonyms) == ("全区池：东（“新”）", ("大池（东）", "甲，乙"))


def test_no_pool_may_be_called_like_a_command_of_the_chat(folder: Path) -> None:
    """As `tuoling config check` looks: with all words of all commands."""
    for word in COMMAND_WORDS:
        quoted = word.replace("'", "''")
        assert problems(folder, pool(f"synonyms: ['{quoted}']"), COMMAND_WORDS), word


def test_all_mistakes_are_told_at_once_from_top_to_bottom(folder: Path) -> None:
    text = pool("daily_claims：x\nregions: [月球，包头市]\nhoding: 3").replace("default: region", "default: nowhere")
    assert problems(folder, text) == [
        "第 1 行 company/pools.yaml：default 不是哪个公海的 key，现在是 “nowhere”；可以写 hohhot、region",
        "第 9 行 company/pools.yaml：“daily_claims” 后面是全角冒号 “：”，应为半角冒号加空格，即 daily_claims: …",
        "第 9 行 company/pools.yaml：daily_claims 应为 1 到 100000 的整数，现在是 “x”",
        "第 10 行 company/pools.yaml：regions 的列表用了全角的括号或逗号，应写成 [甲, 乙]",
        "第 10 行 company/pools.yaml：regions：不认识地区 “月球”。请写地区名或行政区划代码",
        "第 11 行 company/pools.yaml：不认识 “hoding”，是不是 “holding”？",
    ]


def test_a_file_without_content_or_too_large(folder: Path) -> None:
    assert problems(folder, "# nothing\n") == ["company/pools.yaml：是空的"]
    assert problems(folder, GOOD + "#" * 300_000) == ["company/pools.yaml：超过 256 KB"]


def test_a_folder_or_file_that_is_not_there(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CompanyError, match=r"^company/pools.yaml：读不了：没有这个文件$"):
        load_company(folder)
    with pytest.raises(CompanyError, match=r"^gone：不是文件夹；TUOLING_CONFIG_DIR 应指向放公司 YAML 的文件夹$"):
        load_company(tmp_path / "gone")


def test_a_file_that_nobody_reads_is_named(folder: Path) -> None:
    (folder / "pool.yml").touch()
    (folder / "README.txt").touch()
    assert problems(folder, GOOD) == [
        "company/pool.yml：不认识这个文件 “pool.yml”，没有人会读它，是不是 “pools.yaml”？"
    ]


def test_assignment_rules_are_read_and_belong_to_the_version(folder: Path) -> None:
    shutil.copy(SHIPPED / "pools.yaml", folder)
    without = load_company(folder)
    assert without.assignment == Assignment(paused=True), "nothing is given out without its file"
    file = folder / "assignment.yaml"
    text = "paused: 否\nrules:\n  - {key: all, name: 全部, method: 轮流, people: [{account: batu}]}\n"
    file.write_text(text, encoding="utf-8")
    company = load_company(folder)
    assert [rule.name for rule in company.assignment.rules] == ["全部"]
    assert company.version != without.version
    file.write_text(f"# 说明\n{text}", encoding="utf-8")
    assert load_company(folder).version == company.version
    file.write_text(text.replace("key: all", "key: all, pools: [hohot]"), encoding="utf-8")
    with pytest.raises(CompanyError, match="hohhot"):
        load_company(folder)
