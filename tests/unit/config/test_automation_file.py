"""`automation.yaml`: what it says, and what is said of what is wrong in it."""

import re
import shutil
from pathlib import Path

import pytest

import config
from config.company import load_company
from config.problems import CompanyError
from core.automation.rules import (
    POOL,
    SUPERIOR,
    At,
    Automation,
    CallWebhook,
    GiveLead,
    Moment,
    OpenTask,
    PutGrade,
    PutTag,
    Rule,
    SendSms,
    SetDeadline,
    Since,
    TakeTag,
    Tell,
    Trigger,
)
from core.calendar import Length, Unit

SHIPPED = Path(config.__file__).parent / "company"
WHOLE = """\
rules:
  - name: 热
    when: 标签变更
    if: '"高意向" in tags && amount >= 50万'
    only_when_changed: 否
    do:
      - {task: 请尽快联系, within: 4工作小时}
      - tell: 热了
      - sms: 客户热了，请回电
      - tag: 着急
      - untag: 冷
      - grade: A
      - assign: zhangsan
      - assign: 上级
      - assign: 公海
      - deadline: 1工作日
      - webhook: https://erp.example.com/hooks
  - {name: 回访, when: 跟进后 3天, do: [{task: 回访}]}
  - {name: 早上, when: 每天 9:05, if: idle_days >= 7, do: [{tell: 该联系了}]}
  - {name: 周一, when: 周一 18:00, do: [{tell: 周一了}]}
  - {name: 工作日, when: 工作日 08:30, do: [{tell: 上班了}]}
  - {name: 复审, when: 进件阶段变更, if: 'stage == "复审" && term > 12', do: [{tell: 到复审了}]}
  - {name: 换人, when: 归属变更, do: [{tell: 新客户}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "company"))


def read(folder: Path, text: str) -> Automation:
    (folder / "automation.yaml").write_text(text, encoding="utf-8")
    return load_company(folder).automation


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(CompanyError) as caught:
        read(folder, text)
    return [re.sub(r"^第 (\d+) 行 .*?：", r"\1 ", str(problem)) for problem in caught.value.problems]


def one(**lines: str) -> str:
    """A file of one rule, of which these lines are other ones."""
    given = {"name": "甲", "when": "标签变更", "do": "[{tell: 好}]"} | lines
    return "rules:\n" + "".join(
        f"  {'-' if number == 0 else ' '} {key}: {value}\n" for number, (key, value) in enumerate(given.items())
    )


def test_all_that_can_be_written(folder: Path) -> None:
    four = Length(4, Unit.HOUR, working=True)
    deeds = (
        OpenTask("请尽快联系", four),
        Tell("热了"),
        SendSms("客户热了，请回电"),
        PutTag("急用"),
        TakeTag("低意向"),
        PutGrade("A"),
        GiveLead("zhangsan"),
        GiveLead(SUPERIOR),
        GiveLead(POOL),
        SetDeadline(Length(1, Unit.DAY, working=True)),
        CallWebhook("https://erp.example.com/hooks"),
    )
    assert read(folder, WHOLE).rules == (
        Rule("热", Trigger.TAGS, deeds, '"高意向" in tags && amount >= 50万', only_when_changed=False),
        Rule("回访", Since(Moment.FOLLOWED, Length(3, Unit.DAY)), (OpenTask("回访"),)),
        Rule("早上", At(9 * 60 + 5), (Tell("该联系了"),), "idle_days >= 7"),
        Rule("周一", At(18 * 60, weekday=0), (Tell("周一了"),), only_when_changed=False),
        Rule("工作日", At(8 * 60 + 30, workdays_only=True), (Tell("上班了"),), only_when_changed=False),
        Rule("复审", Trigger.STAGE, (Tell("到复审了"),), 'stage == "复审" && term > 12'),
        Rule("换人", Trigger.OWNER, (Tell("新客户"),), only_when_changed=False),
    ), "without a condition there is nothing that could change"


def test_the_shipped_rule(folder: Path) -> None:
    (rule,) = load_company(folder).automation.rules
    assert rule.deeds == (OpenTask("客户是高意向，请尽快联系", Length(4, Unit.HOUR, working=True)),)
    assert (rule.when, rule.condition, rule.only_when_changed) == (Trigger.TAGS, '"高意向" in tags', True)


def test_each_change_makes_another_version(folder: Path) -> None:
    versions = set()
    for do in ("tag: 急用", "untag: 急用", "task: 急用", "tell: 急用"):
        read(folder, one(do=f"[{{{do}}}]"))
        versions.add(load_company(folder).version)
    assert len(versions) == 4


KNOWN = (
    "线索新建、标签变更、等级变更、归属变更、跟进、进件阶段变更、进件内容变更、进件结束、"
    "跟进后 3天、领取后 2工作日、每天 09:00、工作日 09:00、周一 09:00"
)
NAMES = "product、channel、grade、tags、amount、idle_days、follow_ups、region、pool、department、rank"
DEEDS = "task、tell、sms、tag、untag、grade、assign、deadline、webhook"
WRONG = [
    (one(when="标签变化"), ["3 when 不能这样写，现在是 “标签变化”，是不是 “标签变更”？"]),
    (one(when="下雨"), [f"3 when 不能这样写，现在是 “下雨”；可以写 {KNOWN}"]),
    (one(when="跟进后 三天"), ["3 when 不能这样写，现在是 “跟进后 三天”，是不是 “跟进后 3天”？"]),
    (one(when="每天 25:00"), [f"3 when 不能这样写，现在是 “每天 25:00”；可以写 {KNOWN}"]),
    (one(**{"if": "amout > 5万"}), ["5 if 第 1 个字：没有 “amout” 这一项，是不是 “amount”？"]),
    (one(**{"if": 'stage == "初审"'}), ["5 if 第 1 个字：“stage” 只在 when 以 进件 开头时能用"]),
    (one(**{"if": "xyz > 5"}), [f"5 if 第 1 个字：没有 “xyz” 这一项；可以写 {NAMES}"]),
    (one(**{"if": "'\"高意项\" in tags'"}), ["5 if：tags 不会是 “高意项”，是不是 “高意向”？"]),
    (one(**{"if": 'grade == "E"'}), ["5 if：grade 不会是 “E”；可以写 A、B、C、D"]),
    (one(**{"if": 'pool == "hohot"'}), ["5 if：pool 不会是 “hohot”，是不是 “hohhot”？"]),
    (one(do="[{tag: 高意项}]"), ["4 tag 不是 tags.yaml 里的标签，现在是 “高意项”，是不是 “高意向”？"]),
    (one(do="[{grade: E}]"), ["4 grade 不能这样写，现在是 “E”；可以写 A、B、C、D"]),
    (one(do="[{taks: 联系}]"), ["4 不认识 “taks”，是不是 “task”？"]),
    (one(do=f"[{{sms: {'字' * 37}}}]"), ["4 sms 有 37 个字，最多 36 个"]),
    (
        one(do="[{webhook: erp}]"),
        [
            "4 webhook 要写完整的网址，如 https://erp.example.com/in，不带用户名、密码和 ? 参数，现在是 “erp”",
        ],
    ),
    (
        one(do="[{webhook: 'https://u:secret@erp.example.com/in?key=secret'}]"),
        [
            "4 webhook 要写完整的网址，如 https://erp.example.com/in，不带用户名、密码和 ? 参数，"
            "现在是 “https://u:***@erp.example.com/in”",
        ],
    ),
    (
        one(do="[{webhook: 'http://erp.example.com/in'}]"),
        ["4 webhook 用 http:// 时只能指向本机或内网，现在是 “http://erp.example.com/in”"],
    ),
    (one(do="[{assign: 是}]"), ["4 assign 应为账号（字母、数字和 - _ . @），现在是 “是”"]),
    (one(do="[{assign: 公海里}]"), ["4 assign 不能这样写，现在是 “公海里”，是不是 “公海”？"]),
    (
        one(do="[{deadline: 明天}]"),
        [
            "4 deadline 应为时长：1 到 9999 天、小时、分钟，或工作日、工作小时、工作分钟，现在是 “明天”，例如 3工作日",
        ],
    ),
    (
        one(do="[{tag: 急用, grade: A}]"),
        [f"4 do 的每一条要写、也只写一件事；可以写 {DEEDS}"],
    ),
    (one(do="[{tell: 好, within: 3天}]"), ["4 within 只与 task 一起写"]),
    (one(do="[]"), ["4 do 不能空着"]),
    (one(only_when_changed="是"), ["5 only_when_changed：没有写 if，就是每次都做，请删掉这一行或写 否"]),
    (one() + one().removeprefix("rules:\n"), ["5 name：上面已经有一条规则叫 “甲”，请换一个"]),
    ("rules:\n  - {name: 甲, do: [{tell: 好}]}\n", ["2 缺少 “when”"]),
]


@pytest.mark.parametrize(("text", "told"), WRONG, ids=[told[0] for _, told in WRONG])
def test_what_is_wrong_is_said(folder: Path, text: str, told: list[str]) -> None:
    assert problems(folder, text) == told


def test_what_is_wrong_with_the_tags_is_said_once(folder: Path) -> None:
    (folder / "tags.yaml").write_text("tags:\n  - nam: 冷\n", encoding="utf-8")
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    assert len(caught.value.problems) == 1
