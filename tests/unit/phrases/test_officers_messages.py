"""What loan officers in 呼和浩特 type, as it comes: each message and what it means on Tuesday, 24 November 2026, 16:43.

`12-03 14:30` is taken; with `~` the day is taken and its usual time; `?` is asked about, `? 12-01 10:00` with that
time proposed; `past` is said to be past and asked about; `told` tells of the past; `-` names no time.
"""

from datetime import datetime

import pytest

from bot.phrases.when import Found, Nothing, Past, When, find_time
from core.calendar import CHINA

NOW = datetime(2026, 11, 24, 16, 43, tzinfo=CHINA)

MESSAGES = """
意向强，明天10点面谈 | 11-25 10:00
客户说明天下午３点左右过来 | 11-25 15:00
明天３点来签字 | 11-25 15:00
约好明天 9：30 到店 | 11-25 09:30
明天。。。10点 | 11-25 10:00
明天～10点吧 | 11-25 10:00
明天10.30面签 | 11-25 10:30
明天10點打电话 | 11-25 10:00
明天 下午 三点 | 11-25 15:00
明天下午三点十五来 | 11-25 15:15
明天10:30-11:30有空 | 11-25 10:30
明天12点吃饭时聊 | 11-25 12:00
明早 | ~ 11-25 09:00
明早八点半打给他 | 11-25 08:30
今晚8点再打 | 11-24 20:00
今晚6点 | 11-24 18:00
晚8点回电 | 11-24 20:00
晚上再联系 | ~ 11-24 19:00
今天5点前给回话，明天上午再打 | ~ 11-25 09:30
后天下午 | ~ 11-26 14:30
大后天见 | ~ 11-27 09:30
明天6点 | ?
明天七点去接他 | ?
后天6点半 | ?
明天早上6点 | 11-25 06:00
明天晚上6点 | 11-25 18:00
明天06:00 | 11-25 06:00
12月3号下午两点半 | 12-03 14:30
１２月３日　１４：００ | 12-03 14:00
十二月三号上午十点 | 12-03 10:00
12-03 14:00 到公司 | 12-03 14:00
12/3下午 | ~ 12-03 14:30
28号去他店里 | ~ 11-28 09:30
28日上午10时 | 11-28 10:00
廿八号上午 | ~ 11-28 09:30
12月3号星期四下午两点半 | 12-03 14:30
12月3号星期五 | ?
20号10点 | ? 12-20 10:00
24号10点 | past
31号 | ?
5号再看 | ~ 12-05 09:30
下个月5号 | ~ 12-05 09:30
下月1号上午十点 | 12-01 10:00
月底 | ~ 11-30 09:30
月底前给答复 | ?
下个月再说 | ?
11月31号 | ?
3天后 | ~ 11-27 09:30
三天后上午10点再打 | 11-27 10:00
过两天再打 | ?
过几天 | ?
一周后 | ~ 12-01 09:30
半个月后 | ~ 12-09 09:30
半小时后 | 11-24 17:13
一个半小时后回电话 | 11-24 18:13
10分钟后 | 11-24 16:53
等会儿打 | ?
这周五 | ~ 11-27 09:30
本周五下午三点 | 11-27 15:00
周五3点 | 11-27 15:00
周三三点 | 11-25 15:00
礼拜天下午 | ~ 11-29 14:30
下周一早上 | ~ 11-30 09:00
下下周一 | ~ 12-07 09:30
下下周一上午十点 | 12-07 10:00
下礼拜三 | ~ 12-02 09:30
周末 | ?
下周 | ?
周一到周三都行 | ?
周二10点 | ? 12-01 10:00
周二下午 | ? 12-01 14:30
周二晚上8点 | 11-24 20:00
下周二10点 | 12-01 10:00
周二10点打过电话 | told
周二没接，周五再打 | ~ 11-27 09:30
周一没接 | told
昨天打过电话，说考虑 | told
今天打过没接，明天再打 | ~ 11-25 09:30
打了3次没接，后天上午10点再打 | 11-26 10:00
聊过 11-20 10:00 | past
11-20 10:00见过面 | told
11月20号面谈 | past
今天4点 | past
本周一面谈 | past
上午10点 | ?
8点 | ?
明天没空，后天吧 | ~ 11-26 09:30
原来约明天10点改成后天10点 | 11-26 10:00
明天10点或者下午3点 | ?
周五之前给资料 | ?
最迟周五 | ?
元旦联系 | ~ 2027-01-01 09:30
元旦那天上午10点 | 2027-01-01 10:00
元旦后 | ?
国庆再说 | ~ 2027-10-01 09:30
五一 | ~ 2027-05-01 09:30
春节后联系 | ?
过完年再说 | ?
正月初八上班了联系 | ?
清明节联系 | ?
年底 | ?
明年3月 | ?
12月1号面签，12月5号放款 | ?
意向强 | -
客户要50万，房抵 | -
王国庆说考虑一下 | -
利率3.85%能做吗 | -
"""


def outcome(when: When) -> str:
    """As the table writes it."""
    if isinstance(when, Nothing):
        return "-"
    if isinstance(when, Past):
        return "told" if when.told else "past"
    at = when.at if isinstance(when, Found) else when.proposal
    local = at.astimezone(CHINA) if at else None
    stamp = "" if local is None else f"{local:%m-%d %H:%M}" if local.year == NOW.year else f"{local:%Y-%m-%d %H:%M}"
    if isinstance(when, Found):
        return stamp if when.has_clock else f"~ {stamp}"
    return f"? {stamp}".strip()


@pytest.mark.parametrize(
    ("message", "meaning"), [[cell.strip() for cell in row.split(" | ")] for row in MESSAGES.strip().splitlines()]
)
def test_an_officers_message_means(message: str, meaning: str) -> None:
    assert outcome(find_time(message, NOW)) == meaning
