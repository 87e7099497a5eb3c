"""Dates with a slip in them, words of the north, lengths of time and moments that nobody knows by the clock, and what
is close to them and no time. It is Tuesday, 24 November 2026, 13:00 in 呼和浩特.

`? 11-27 10:00` is asked about with that time proposed, `?` without one; `11-27 10:00` is taken, with `~` the day is
taken and its usual time; `told` tells of the past, `past` is over; `-` names no time.
"""

from datetime import datetime

import pytest

from bot.phrases.when import Found, Past, Unclear, find_time
from core.calendar import CHINA

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=CHINA)

IN_SIGNS = """
13-03 14:00 | ?
12-32 14:00 | ?
24/12 15:00 | ?
31.11 16:00 | ?
12-0 14:00 | ?
0-0 14:00 | ? 11-24 14:00
99-99 14点 | ? 11-24 14:00
12-32 | ?
24/12 | ?
意向强，13-03 | ?
约到24-12见 | ?
1203 14:00 | ? 11-24 14:00
261203 14:00 | ? 11-24 14:00
12 03 14:00 | ? 11-24 14:00
2026-12 14:00 | ? 11-24 14:00
12月 15点 | ? 11-24 15:00
26.12.1 10:00 | 12-01 10:00
26-12-01见 | ~ 12-01 09:30
27/1/5 10:00 | 2027-01-05 10:00
26.13.1 10:00 | ?
26-11-20 10:00 | past
12/1/2026 15:00 | ?
1/12/26 15:00 | ?
12-03T14:00 | 12-03 14:00
2026-12-03T14:00:00+08:00 | 12-03 14:00
12-03-14:00 | 12-03 14:00
12—03 14:00 | 12-03 14:00
12_03 14:00 | 12-03 14:00
11-28 周六 10点 | 11-28 10:00
11-28 周五 10点 | ?
12-32 14:00，明天10点见 | ?
"""
NO_DATE_IN_SIGNS = """
额度30-50 | -
房抵30-50万 | -
额度30-50，下午3点聊 | 11-24 15:00
30-50来钱 | -
尾号13-03 | -
首付3/7 | -
比例7-3 | -
房产1/2产权 | -
面积24/12 | -
3-2-501 下午3点看房 | 11-24 15:00
12-301室下午3点 | 11-24 15:00
负债120，下午3点见 | 11-24 15:00
负债120 下午3点见 | 11-24 15:00
利率 3.45 下午3点谈 | 11-24 15:00
额度 30-50 下午3点见 | 11-24 15:00
年化12.5 15:00 | 11-24 15:00
评级A3 15:00 | 11-24 15:00
一共5笔 15:00 | 11-24 15:00
138-0000-1111 14:00 | 11-24 14:00
13800001111下午3点打 | 11-24 15:00
7x24 | -
24/7 | -
版本26.12.1 | -
近3/6/12个月流水 | -
24/36期 | -
10点半到15:00 | ?
"""
OF_THE_NORTH = """
明个下午3点 | 11-25 15:00
明个儿下午3点面谈 | 11-25 15:00
明个10点面谈 | 11-25 10:00
后个下午3点 | 11-26 15:00
后个儿见 | ~ 11-26 09:30
今个下午3点 | 11-24 15:00
昨个打过 | told
前个儿聊过 | told
大后儿15点 | 11-27 15:00
外后天10点 | ? 11-27 10:00
外后儿 | ? 11-27 09:30
再后天 | ? 11-27 09:30
后后天 | ? 11-27 09:30
另外后天10点 | 11-26 10:00
赶明儿 | ?
赶明个10点 | ?
明天黑夜8点 | 11-25 20:00
明天黑夜 | ~ 11-25 19:00
明黑8点 | 11-25 20:00
明天擦黑 | ~ 11-25 17:30
明天前晌10点 | 11-25 10:00
明后晌3点 | 11-25 15:00
明天晌午 | ~ 11-25 12:00
明天晌 | ?
后天天黑 | ?
明天黑车司机来 | ~ 11-25 09:30
明个税申报 | -
放款后个人征信 | -
签完后儿子来 | -
前个月流水 | -
下下下周三 | ?
再下周三10点 | ?
隔周三 | ?
次周三 | ?
双周三 | ?
当月5号 | ?
再下个月5号 | ?
次月5号 | ~ 12-05 09:30
"""
HOW_LONG = """
聊了半小时后同意面谈 | told
看了20分钟后走了 | told
打了2小时后才接 | told
聊了十五分钟后挂了 | told
聊了半小时左右，意向强 | told
通话30分钟后挂断 | told
开会10分钟后结束 | told
聊天半小时后答应了 | told
电话聊了40多分钟后挂 | told
考虑了3天后同意 | told
贷了3年后还清 | told
每次半小时后挂 | told
10分钟后打没人接 | told
一个小时后不接 | told
过了2小时再打 | 11-24 15:00
过了3天 | -
睡了2小时后打 | ? 11-24 15:00
开会2小时后联系 | ? 11-24 15:00
住院了3天后联系 | ? 11-27 09:30
说30分钟后开会 | ?
2小时后开会，晚上再打 | ~ 11-24 19:00
3小时后落地 | ?
2小时后放款 | ? 11-24 15:00
3天后放款 | ? 11-27 09:30
半小时后没空 | ?
睡了，2小时后打 | 11-24 15:00
约了2小时后见 | 11-24 15:00
说好了半小时后联系 | 11-24 13:30
别忘了2小时后打 | 11-24 15:00
说2小时后再打 | 11-24 15:00
通话2分钟，30分钟后再打 | 11-24 13:30
开会，1小时后联系 | 11-24 14:00
考虑3天后联系 | ~ 11-27 09:30
聊了30分钟，同意明天10点面谈 | 11-25 10:00
等了2小时后才来，明天10点再约 | 11-25 10:00
"""
UNKNOWN_MOMENTS = """
明天这个点打 | ? 11-25 13:00
明天这个时候打 | ? 11-25 13:00
明天同一时间 | ? 11-25 13:00
明天此时 | ? 11-25 13:00
下周二老时间 | ?
周五原来时间 | ?
周五和上次一样 | ?
周五跟今天一样的时间 | ?
老时间再打 | ?
明天这个时间不行 | ?
明天下午这个点 | ?
明天整点打 | ?
明天白天打 | ?
周五下班 | ?
周五下班见 | ?
周五下班晚上7点半 | 11-27 19:30
他18点下班 | ?
下班打给他 | ?
明天饭点 | ?
明天晚饭那会儿 | ?
明天接完孩子 | ?
明天上班联系 | ~ 11-25 09:30
客户刚下班 | -
同一时间申请了三家 | -
这个时候打电话没接 | -
明天那个客户来 | ~ 11-25 09:30
明天下午3.5点 | 11-25 15:30
明天3.5点 | ?
明天下午3.7点 | ?
利率3.5点 | -
下午3 | ? 11-24 15:00
下午3见 | ? 11-24 15:00
明天下午三 | ? 11-25 15:00
晚上8 | ? 11-24 20:00
上午10 | ?
下午50万 | ~ 11-24 14:30
下午3个客户 | ~ 11-24 14:30
门牌号15号 | -
门牌号15号下午3点看房 | 11-24 15:00
工号15号 | -
"""
DAYS_UNSAID = """
十五 | ? 12-15 09:30
十五再打 | ? 12-15 09:30
改到二十 | ? 12-20 09:30
十五，15点 | ? 12-15 15:00
农历十五 | ?
初一十五 | ?
二十几号 | ?
双休日 | ?
双休日加班 | -
十几号员工 | -
十二打折 | -
季度末 | ?
本季度 | ?
工作日联系 | ?
月头 | ?
额度，三十 | -
额度三十 | -
十五万 | -
三十五岁 | -
年尾款 | -
季度奖 | -
三季度流水 | -
放寒假 | -
36期 | -
"""


def rows(*tables: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split(" | ")] for table in tables for row in table.strip().splitlines()]


def outcome(text: str) -> str:
    """As the tables write it."""
    when = find_time(text, NOW)
    if not isinstance(when, Found | Unclear):
        return "-" if not isinstance(when, Past) else "told" if when.told else "past"
    at = when.at if isinstance(when, Found) else when.proposal
    local = at.astimezone(CHINA) if at else None
    stamp = "" if local is None else f"{local:%m-%d %H:%M}" if local.year == NOW.year else f"{local:%Y-%m-%d %H:%M}"
    if isinstance(when, Unclear):
        return f"? {stamp}".strip()
    return stamp if when.has_clock else f"~ {stamp}"


@pytest.mark.parametrize(("text", "meaning"), rows(IN_SIGNS, NO_DATE_IN_SIGNS, OF_THE_NORTH))
def test_a_day_means(text: str, meaning: str) -> None:
    assert outcome(text) == meaning


@pytest.mark.parametrize(("text", "meaning"), rows(HOW_LONG, UNKNOWN_MOMENTS, DAYS_UNSAID))
def test_a_moment_means(text: str, meaning: str) -> None:
    assert outcome(text) == meaning


@pytest.mark.parametrize(
    ("text", "phrase", "why"),
    [
        ("意向强 13-03 14:00", "13-03", "没有13月"),
        ("12-32 14:00", "12-32", "12月没有32号"),
        ("1203 14:00见", "1203 14:00", "前面的数字像日期"),
        ("明天这个点打", "明天这个点", "没说准几点"),
        ("周五下班", "周五下班", "没说几点"),
        ("外后天10点", "外后天10点", "没说准是哪一天"),
        ("睡了2小时后打", "2小时后", "没说从什么时候算起"),
    ],
)
def test_the_question_says_what_is_wrong(text: str, phrase: str, why: str) -> None:
    unclear = find_time(text, NOW)
    assert isinstance(unclear, Unclear)
    assert (unclear.phrase, unclear.why) == (phrase, why)


@pytest.mark.parametrize("month", range(100))
def test_no_month_or_day_that_cannot_be_is_dropped(month: int) -> None:
    """With a clock time behind it, whatever has the signs of a date is a day, or is asked about; never just today."""
    for sign in "-/":
        for day in (0, 3, 15, 31, 32, 45, 99):
            when = find_time(f"{month}{sign}{day} 14:00", NOW)
            today = isinstance(when, Found) and when.at.astimezone(CHINA).date() == NOW.date()
            assert isinstance(when, Found | Unclear | Past)
            assert not today, f"{month}{sign}{day}"
