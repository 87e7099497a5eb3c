"""Ways to say a time that were lost in silence or taken wrong, and what is no time. It is Thursday, 26 November 2026,
10:22 in 呼和浩特. The tables are written as in `test_when_spans.py`; `@20:00` is said at that time of the day.
"""

import ast
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import bot.phrases
from bot.phrases.when import Found, Past, Unclear, find_time
from bot.phrases.when_answered import find_answered_time
from cards.texts import follow_up
from core.calendar import CHINA

NOW = datetime(2026, 11, 26, 10, 22, tzinfo=CHINA)

LOST = """
1.5小时后 | 11-26 11:52
0.5小时后 | 11-26 10:52
1小时半后 | 11-26 11:52
1个小时20分钟后 | 11-26 11:42
两小时左右回电 | 11-26 12:22
两天半后 | ? 11-28 09:30
3天左右 | ? 11-29 09:30
大概3天左右再打 | ? 11-29 09:30
一周左右再联系 | ? 12-03 09:30
审批3天左右 | -
需要3天左右 | -
放款3天左右再联系 | ?
3-5天左右再打 | ?
过个把星期再打 | ?
十天半个月再联系 | ?
用了个把月 | -
下个工作日 | ? 11-27 09:30
下个工作日10点联系 | ? 11-27 10:00
明天差一刻十点 | 11-27 09:45
明天十点差五分 | 11-27 09:55
明天下午差10分3点 | 11-27 14:50
还差3份资料 | -
明天半夜 | ?
明天半夜1点 | ?
深夜11点@20:00 | 11-26 23:00
深夜11点 | 11-26 23:00
今晚半夜12点 | 11-27 00:00
今天晚些时候 | ?
明天晚点联系 | ?
明天早点打 | ?
明天晚8点 | 11-27 20:00
12.15号上午10点 | 12-15 10:00
12/15日 | ~ 12-15 09:30
明早9点一上班打 | 11-27 09:00
30号最后一天，30号下午来 | ~ 11-30 14:30
2027年1月到期，到期前联系 | ?
工资还没发，发了联系 | ?
"""
NO_TIME = """
新华街12号 | -
新华大街58号院3号楼2单元 | -
住中山东路15号 | -
学府花园6号楼3单元 | -
3号路 | -
5号巷 | -
2号胡同 | -
新华街12号，明天10点见 | 11-27 10:00
新华街12号下午3点见 | ? 12-12 15:00
3号路过他店里 | ~ 12-03 09:30
每次都不接 | -
每次打都不接，明天再打 | ~ 11-27 09:30
每人5万 | -
每笔都逾期 | -
每3天联系一次 | ?
10月份流水 | -
9月的流水 | -
9月、10月流水不够 | -
10月份的流水还没打，明天送来 | ~ 11-27 09:30
12月份流水出来补 | -
9月份联系过 | -
8月份开的店 | -
10月份再联系 | ?
12月份再联系 | ?
等10月流水出来再说 | ?
10月 | ?
营业执照2019年3月5日注册 | -
2015年10月20日办的房产证 | -
身份证有效期到2030年5月8日 | -
发了联系方式 | -
聊完了说考虑 | -
"""
OFFICERS = """
客户要50万，36期，利率3.85%，明天上午10点面签 | 11-27 10:00
客户45岁，公积金缴了3年，周五下午来公司 | ~ 11-27 14:30
征信查询6次，近3个月，月底再打 | ~ 11-30 09:30
抵押物在回民区中山西路18号，面积128平，周六上午看房 | ~ 11-28 09:30
客户电话打不通，换号15547112233，明天下午再试 | ~ 11-27 14:30
首付3成，总价120万，贷84万，30年，12月8号面签 | ~ 12-08 09:30
贷80万10年期，月供8500，每月15号还 | -
银行说3到5个工作日出结果，周五问 | ~ 11-27 09:30
房产证2015年10月20日办的，明天10点看房 | 11-27 10:00
公司年检到11月30日，周四之前补材料 | ? 11-30 09:30
客户29岁，11月29号满30 | ? 11-29 09:30
房本还要20天左右下来，下来再联系 | ?
大约一周左右给答复 | ? 12-03 09:30
客户下周出差，下下周联系 | ?
11月底12月初 | ?
三八节联系 | ~ 2027-03-08 09:30
母亲节 | ?
每周二、周五联系 | ? 12-01 09:30
每周二和周五上午10点 | ? 12-01 10:00
每周二、周五开会 | -
明天上午九十点 | ?
深夜食堂老板，要30万 | -
10点前给答复 | ?
午夜才下班，中午打 | ~ 11-26 12:00
客户周日常忙 | -
1月到3月淡季 | -
迟些时候联系 | ?
"""
YES_OR_NO = """
12.3见 | ? 12-03 09:30
11.28见面 | ? 11-28 09:30
1/3 | ? 2027-01-03 09:30
明天1030 | ? 11-27 10:30
明天10 | ? 11-27 10:00
明天下午3 | ? 11-27 15:00
明天630 | ?
下午3点打过电话 | ? 11-26 15:00
客户12月15号回来 | ? 12-15 09:30
每周一联系 | ? 11-30 09:30
"""
OPEN = "改天 明天7点 25点 2月30号 明天或后天 下周 春节后 明天下班后 15号左右 明天周六 放款3天后 明天没空 明天10点利息"


def rows(*tables: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split(" | ")] for table in tables for row in table.strip().splitlines()]


def outcome(text: str) -> str:
    """As the tables write it."""
    said, _, clock = text.partition("@")
    hour, _, minute = clock.partition(":")
    when = find_time(said, NOW.replace(hour=int(hour), minute=int(minute)) if clock else NOW)
    if not isinstance(when, Found | Unclear):
        return "past" if isinstance(when, Past) else "-"
    at = when.at if isinstance(when, Found) else when.proposal
    local = at.astimezone(CHINA) if at else None
    stamp = "" if local is None else f"{local:%m-%d %H:%M}" if local.year == NOW.year else f"{local:%Y-%m-%d %H:%M}"
    if isinstance(when, Unclear):
        return f"? {stamp}".strip()
    return stamp if when.has_clock else f"~ {stamp}"


@pytest.mark.parametrize(("text", "meaning"), rows(LOST, NO_TIME, OFFICERS, YES_OR_NO))
def test_it_means(text: str, meaning: str) -> None:
    assert outcome(text) == meaning


@pytest.mark.parametrize(
    ("now", "stamp"),
    [
        ("2026-11-27", "2026-11-30"),  # Friday
        ("2026-11-28", "2026-11-30"),
        ("2026-12-31", "2027-01-04"),  # 元旦, then a weekend
        ("2027-04-30", "2027-05-03"),
        ("2027-09-30", "2027-10-04"),
    ],
)
def test_the_next_workday_is_of_no_weekend_and_no_holiday_that_is_known(now: str, stamp: str) -> None:
    unclear = find_time("下个工作日联系", datetime.fromisoformat(f"{now}T10:00").replace(tzinfo=CHINA))
    assert isinstance(unclear, Unclear)
    assert unclear.proposal is not None
    assert f"{unclear.proposal.astimezone(CHINA):%Y-%m-%d}" == stamp


def test_the_half_that_is_missing_of_bare_digits_may_be_answered() -> None:
    unclear = find_time("明天630", NOW)
    assert isinstance(unclear, Unclear)
    assert unclear.why == "是早上6点半还是晚上6点半？"
    found = find_answered_time(unclear.phrase, "晚上", NOW)
    assert isinstance(found, Found)
    assert found.at == datetime(2026, 11, 27, 18, 30, tzinfo=CHINA)


# 「是…吗」 is said by the question itself (`texts.ask_time`), with the time that 是 takes. 「是哪一天？」 asks for
# something else, and 「是早上还是晚上」 offers two.
_YES_OR_NO = re.compile("吗|^是(?!.*还是)(?!.*[哪几什])|是不是|对不对|对吧")
_SENTENCE = re.compile("[一-龥，。？、0-9]{3,}")
_READS_TIMES = (
    "when when_answered mentions placing spans elsewhere days signed relative clocks later holidays years due changes "
    "every cues"
)


def sentences(source: str) -> list[str]:
    """The constants in `source` that may be said to people, f-strings in one piece."""
    tree = ast.parse(source)
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for node in joined for part in node.values}
    texts = ["".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)) for node in joined]
    texts += [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside
    ]
    return [text for text in texts if _SENTENCE.fullmatch(text)]


@pytest.mark.parametrize("module", _READS_TIMES.split())
def test_no_reason_asks_for_yes_or_no_by_itself(module: str) -> None:
    source = (Path(bot.phrases.__file__ or "").parent / f"{module}.py").read_text("utf-8")
    assert [text for text in sentences(source) if _YES_OR_NO.search(text)] == []


def test_what_would_read_as_yes_or_no() -> None:
    source = 'a(f"是{month}月{day}日吗？"); b = "说的是下次联系的时间吗"; c = "[吗呢]"; d = "没说几点"'
    read = [text for text in sentences(source) if _YES_OR_NO.search(text)]
    assert read == ["是月日吗？", "说的是下次联系的时间吗"]


@pytest.mark.parametrize("text", [text for text, _ in rows(YES_OR_NO)] + OPEN.split())
def test_only_a_question_with_a_proposal_reads_as_yes_or_no(text: str) -> None:
    unclear = find_time(text, NOW)
    assert isinstance(unclear, Unclear)
    assert not _YES_OR_NO.search(unclear.why)


@pytest.mark.parametrize("at", ["2026-11-26 14:30", "2026-11-26 19:00", "2026-11-26 23:40", "2026-11-27 09:30"])
@pytest.mark.parametrize("hour", [0, 9, 10, 13, 15, 18, 21, 23])
def test_the_example_in_the_answer_would_be_taken_now(at: str, hour: int) -> None:
    now = NOW.replace(hour=hour)
    there = datetime.fromisoformat(at).replace(tzinfo=CHINA)
    if there <= now:
        return
    found = find_time(follow_up._example_on(there, now), now)
    assert isinstance(found, Found)
    assert found.has_clock
    assert found.at.astimezone(CHINA).date() == there.date()


@pytest.mark.parametrize("days", range(0, 366, 7))
def test_the_examples_of_a_question_are_ahead_on_any_day(days: int) -> None:
    now = NOW + timedelta(days=days)
    for example in follow_up._EXAMPLES.split("、"):
        assert isinstance(find_time(example, now), Found), example
