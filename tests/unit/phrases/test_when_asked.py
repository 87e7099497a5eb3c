"""Times that were taken unasked or missed in silence, and their close neighbours. It is Thursday, 26 November 2026,
19:22 in 呼和浩特.

`? 11-27 10:00` is asked about with that time proposed, `?` without one; `11-27 10:00` is taken, with `~` the day is
taken and its usual time; `-` names no time.
"""

from datetime import datetime

import pytest

from bot.phrases.when import Found, Past, Unclear, find_time
from core.calendar import CHINA

NOW = datetime(2026, 11, 26, 19, 22, tzinfo=CHINA)

MONTHS = """
等12月工资发了再说 | ?
等3月再联系 | ?
过3月再联系 | ?
3月后联系 | ?
等12月 | ?
12月 | ?
用款3个月 | -
期限12月 | -
贷款到12月到期 | -
3个月后联系 | ~ 2027-02-26 09:30
两月后 | ~ 2027-01-26 09:30
半月后联系 | ~ 12-11 09:30
等12月5号再联系 | ~ 12-05 09:30
"""
CALLED_OFF = """
上次说的明天10点取消 | ?
明天10点的面谈取消了 | ?
明天的约取消 | ?
不用明天联系了 | ?
取消和客户约好的明天10点 | ?
明天10点，客户又取消了 | ?
跟客户约好明天10点，他临时有事，改天 | ?
明天10点面谈，他临时有事推迟 | ?
明天10点改到下周 | ?
约了明天10点，客户说推迟一小时 | ? 11-27 11:00
明天10点面谈，客户说提前一小时 | ? 11-27 09:00
客户说推迟一小时 | ?
晚两天联系 | ?
明天10点来取消抵押 | 11-27 10:00
客户取消贷款，明天10点再谈 | 11-27 10:00
明天10点面谈，另一家的贷款取消了 | 11-27 10:00
原来明天10点的取消，改周五下午3点 | 11-27 15:00
明天10点改成后天10点 | 11-28 10:00
明天10点聊改成信用贷的事 | 11-27 10:00
明天10点来办延期 | 11-27 10:00
明天10点面谈，提前半小时打电话 | 11-27 10:00
还款推迟一个月 | -
"""
EVENTS = """
明天下班后过来 | ?
周五下班后 | ?
明天午饭后 | ?
明天饭后 | ?
明天晚饭后 | ?
明天上班后联系 | ?
饭后 | ?
吃完午饭打 | ?
下班前给他打 | ?
老婆回来再说 | ?
明天下班后晚上7点半 | 11-27 19:30
明天上班联系 | ~ 11-27 09:30
请客户吃饭，明天10点 | 11-27 10:00
饭店老板，要50万 | -
"""
DUE = """
客户生日12月1号 | ? 12-01 09:30
贷款12月15日到期 | ? 12-15 09:30
贷款12月15日到期，到期前一周联系 | ? 12-08 09:30
他儿子12月20号结婚 | ? 12-20 09:30
5号还款 | ? 12-05 09:30
已签约，12月5日放款 | ? 12-05 09:30
1月15日放款后再跟 | ? 2027-01-15 09:30
过了元旦再联系 | ?
元旦过后 | ?
合同号20261205，已签 | -
明天10点面谈，带上还款流水 | 11-27 10:00
12月5日10点来签合同 | 12-05 10:00
12月5日来签合同 | ~ 12-05 09:30
合同12月5日签 | ~ 12-05 09:30
5号提醒他还款 | ~ 12-05 09:30
客户生日12月1号给他打电话 | ~ 12-01 09:30
已放款，12月5日回访 | ~ 12-05 09:30
放款后12月5日联系 | ~ 12-05 09:30
贷款12月15日到期，明天再联系 | ~ 11-27 09:30
贷款12月15日到期，明天10点再联系 | 11-27 10:00
"""
MISSED = """
每周一联系 | ? 11-30 09:30
每天下午3点联系 | ? 11-27 15:00
每周五上午10点 | ? 11-27 10:00
每月5号联系 | ? 12-05 09:30
每月联系 | ?
每周三开会，明天10点见 | 11-27 10:00
每月5号还款 | -
每天打卡 | -
俩小时后 | 11-26 21:22
俩天后 | ~ 11-28 09:30
仨天后 | ~ 11-29 09:30
他俩明天来 | ~ 11-27 09:30
再等3天 | ~ 11-29 09:30
隔3天再打 | ~ 11-29 09:30
隔两天 | ?
等3天 | ?
等了3天 | -
冬至 | ?
初五 | ?
初八上班 | ?
初步意向，明天10点 | 11-27 10:00
孩子上初三，学区房 | -
tomorrow 3pm | ?
next monday | ?
"""
EVENING = """
8点 | ? 11-26 20:00
8点半 | ? 11-26 20:30
今天8点 | ? 11-26 20:00
今天9点 | ? 11-26 21:00
26号8点 | ? 11-26 20:00
上午8点 | ?
08:30 | ?
10点 | ?
晚上8点 | 11-26 20:00
今天21点 | 11-26 21:00
"""
# Of the morning, 10:22: a slip, another script, or a way to say a time that fixes none.
ENGLISH_HALVES = """
明天10am | 11-27 10:00
明天10AM见 | 11-27 10:00
明天 3 pm | 11-27 15:00
明天3:30pm | 11-27 15:30
明天下午3pm | 11-27 15:00
明天pm3点 | 11-27 15:00
明天AM10:30 | 11-27 10:30
周五6a.m. | 11-27 06:00
明天12am | 11-27 00:00
明天12pm | 11-27 12:00
明天13pm | 11-27 13:00
明天13am | ?
明天早上3pm | ?
周五10:30 a.m.见 | 11-27 10:30
3pm | 11-26 15:00
"""
COUNTED = """
-3天后 | ?
跟进 -3天后联系 | ?
-2周后 | ?
-3小时后 | ?
意向强-3天后联系 | ~ 11-29 09:30
3-5天后 | ?
大大后天 | ? 11-30 09:30
大大后天10点 | ? 11-30 10:00
大大大后天 | ? 12-01 09:30
大后天 | ~ 11-29 09:30
两三天 | ?
三五天吧 | ?
三四天再联系 | ?
几天 | ?
一两个月 | ?
3天 | ? 11-29 09:30
一周 | ? 12-03 09:30
半个月 | ? 12-11 09:30
放款快，两三天 | -
需要两三天 | -
三天没接电话 | -
后年 | ?
后年再联系 | ?
后年3月 | ?
放款后年化3.6 | -
"""
TRADITIONAL = """
禮拜六 | ~ 11-28 09:30
這週五下午三點 | 11-27 15:00
下週三不見了 | ?
禮拜六下午３點半 | 11-28 15:30
下個禮拜三 | ~ 12-02 09:30
過兩天 | ?
明天10點見 | 11-27 10:00
明天10點不見了 | ?
兩個小時後 | 11-26 12:22
國慶節 | ~ 2027-10-01 09:30
聖誕節 | ~ 12-25 09:30
春節後聯繫 | ?
"""
NO_SUCH_DAY = """
周八 | ?
星期八 | ?
周9 | ?
礼拜0 | ?
下周八 | ?
周八10点 | ?
周七 | ?
周八来电 | ?
礼拜八 | ?
下周七 | ?
星期8下午见 | ?
周八，明天10点 | ?
下周8号 | ?
下周八点 | ?
周8万流水 | -
客户姓周8岁孩子 | -
老周八成会做 | -
一周七天 | -
8:5 | ?
明天8:5 | ?
明天下午3:5 | ?
首付3:7开 | -
比例8:5 | -
周一8:5 | ?
1:1面谈 | -
"""

UNREAD_DAYS = """
祭敖包那天下午三点 | ? 11-26 15:00
发工资那天下午3点 | ? 11-26 15:00
赶集那天下午3点见 | ? 11-26 15:00
第二天下午三点 | ? 11-26 15:00
第 3 天的下午3点 | ? 11-26 15:00
翌日下午3点 | ? 11-26 15:00
头天下午3点 | ? 11-26 15:00
当天下午3点 | ? 11-26 15:00
月头下午3点 | ? 11-26 15:00
过了十五下午3点 | ? 11-26 15:00
他出差回来下午3点 | ? 11-26 15:00
等货款到了下午3点 | ? 11-26 15:00
周未下午3点 | ? 11-26 15:00
昨天打过，老人生日那天下午3点来 | ? 11-26 15:00
查干萨日上午十点 | ?
白节十点 | ?
开斋节上午十点 | ?
那达慕上午十点 | ?
三九天上午十点 | ?
冬月十五上午10点 | ?
十二月初三 | ?
旧历十二月三号上午十点 | ?
老历十二月十五 | ?
古历十一月三号 | ?
二月二上午十点 | ?
三月三上午10点 | ?
三月三号上午10点 | 2027-03-03 10:00
二月二十号上午10点 | 2027-02-20 10:00
元月3号上午十点 | 2027-01-03 10:00
明年元月3号上午十点 | 2027-01-03 10:00
元月五日 | ~ 2027-01-05 09:30
七一上午10点 | 2027-07-01 10:00
植树节上午十点 | 2027-03-12 10:00
跨年那天上午10点 | 12-31 10:00
跨年夜晚上8点 | 12-31 20:00
国庆夜晚上8点 | 2027-10-01 20:00
平安夜8点 | 12-24 20:00
下午晚点儿联系 | ?
聊天下午3点面谈 | 11-26 15:00
说好了下午3点面谈 | 11-26 15:00
约到下午3点 | 11-26 15:00
加了微信号下午3点联系 | 11-26 15:00
打完电话下午3点见 | 11-26 15:00
门牌号15号下午3点看房 | 11-26 15:00
老人过生日，下午3点见 | 11-26 15:00
跨年贷款下午3点面谈 | 11-26 15:00
"""


def rows(*tables: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split(" | ")] for table in tables for row in table.strip().splitlines()]


def outcome(text: str, now: datetime = NOW) -> str:
    """As the tables write it."""
    when = find_time(text, now)
    if not isinstance(when, Found | Unclear):
        return "past" if isinstance(when, Past) else "-"
    at = when.at if isinstance(when, Found) else when.proposal
    local = at.astimezone(CHINA) if at else None
    stamp = "" if local is None else f"{local:%m-%d %H:%M}" if local.year == now.year else f"{local:%Y-%m-%d %H:%M}"
    if isinstance(when, Unclear):
        return f"? {stamp}".strip()
    return stamp if when.has_clock else f"~ {stamp}"


@pytest.mark.parametrize(("text", "meaning"), rows(MONTHS, CALLED_OFF, EVENTS, DUE, MISSED, EVENING))
def test_what_was_guessed_or_missed_means(text: str, meaning: str) -> None:
    assert outcome(text) == meaning


@pytest.mark.parametrize(("text", "meaning"), rows(ENGLISH_HALVES, COUNTED, TRADITIONAL, NO_SUCH_DAY, UNREAD_DAYS))
def test_what_was_written_with_a_slip_means(text: str, meaning: str) -> None:
    assert outcome(text, NOW.replace(hour=10)) == meaning


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("等他老婆回来再说", "等他老婆回来再说"),
        ("等12月工资发了再说", "12月"),
        ("客户生日12月1号", "生日12月1号"),
        ("贷款12月15日到期，到期前一周联系", "12月15日到期"),
        ("明天下班后过来", "明天下班后"),
        ("过了元旦再联系", "过了元旦"),
        ("对方说上午忙，下午3点后再打", "下午3点后"),
    ],
)
def test_the_question_quotes_a_whole_phrase(text: str, phrase: str) -> None:
    unclear = find_time(text, NOW)
    assert isinstance(unclear, Unclear)
    assert unclear.phrase == phrase


@pytest.mark.parametrize("hour", [8, 10, 17, 19])
def test_working_hours_before_the_time_are_none(hour: int) -> None:
    text = "明天9点-18点上班，晚上7点半联系"
    assert outcome(text, NOW.replace(hour=hour)) == "11-27 19:30"


def test_eight_is_eight_in_the_morning_until_the_evening() -> None:
    assert outcome("今天8点", NOW.replace(hour=10)) == "past"
    assert outcome("8点", NOW.replace(hour=7)) == "11-26 08:00"
