"""Chinese times: what is Found, Past, Unclear, Nothing. It is Tuesday, 1 December 2026, 10:00 in 呼和浩特."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.phrases.when import Found, Nothing, Past, Unclear, find_time
from cards import saying, texts
from core.calendar import CHINA

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=CHINA)


def local(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def year_of(stamp: str) -> str:
    return stamp if len(stamp) > 11 else f"2026-{stamp}"


FOUND_WITH_CLOCK = """
意向强，明天10点面谈 | 12-02 10:00
今天下午3点 | 12-01 15:00
今日15点回访 | 12-01 15:00
今儿下午四点 | 12-01 16:00
明儿十点半 | 12-02 10:30
明日上午9点 | 12-02 09:00
后天两点 | 12-03 14:00
大后天11点 | 12-04 11:00
周三10点 | 12-02 10:00
周二11点 | 12-01 11:00
星期五14:00 | 12-04 14:00
礼拜四上午十一点 | 12-03 11:00
星期天晚上8点 | 12-06 20:00
下周二上午10点一刻 | 12-08 10:15
下周一14:30面谈 | 12-07 14:30
下个星期三9点 | 12-09 09:00
下下周一10点 | 12-14 10:00
这周五三点四十 | 12-04 15:40
本周四4点三刻 | 12-03 16:45
周一9点 | 12-07 09:00
15号10点 | 12-15 10:00
十五号上午十点半 | 12-15 10:30
1号下午3点 | 12-01 15:00
12月3号14点 | 12-03 14:00
12-03 14:00 | 12-03 14:00
12/3 14:00 | 12-03 14:00
12.3 10点 | 12-03 10:00
3-5 10点 | 2027-03-05 10:00
2026年12月3日 14：30 | 12-03 14:30
2026-12-03 9:00 | 12-03 09:00
2026/12/3 9:00 | 12-03 09:00
2026.12.3 9:00 | 12-03 09:00
20261203 10点 | 12-03 10:00
二〇二六年十二月三日十点 | 12-03 10:00
十二月三号上午十点 | 12-03 10:00
下月5日上午九点 | 2027-01-05 09:00
月底下午3点 | 12-31 15:00
今晚8点 | 12-01 20:00
明早8点半 | 12-02 08:30
明晚七点 | 12-02 19:00
明天凌晨2点 | 12-02 02:00
明天傍晚6点 | 12-02 18:00
明天中午12点半 | 12-02 12:30
中午1点 | 12-01 13:00
明天午后两点 | 12-02 14:00
下午14点 | 12-01 14:00
明天下午14：30 | 12-02 14:30
10点半 | 12-01 10:30
11点 | 12-01 11:00
10:30 | 12-01 10:30
10：30 | 12-01 10:30
１５：００ | 12-01 15:00
明天１０：３０ | 12-02 10:30
3点半 | 12-01 15:30
十二点 | 12-01 12:00
明天3点 | 12-02 15:00
明天03:00 | 12-02 03:00
明天07:30 | 12-02 07:30
明天8点 | 12-02 08:00
明天12点 | 12-02 12:00
明天0点 | 12-02 00:00
明天24点 | 12-03 00:00
晚上12点 | 12-02 00:00
下午一点 | 12-01 13:00
明天一点 | 12-02 13:00
一点半 | 12-01 13:30
一点面谈 | 12-01 13:00
两点面谈 | 12-01 14:00
明天十点三十分 | 12-02 10:30
明天10时30分 | 12-02 10:30
明天10点05 | 12-02 10:05
明天9点5分 | 12-02 09:05
明天三点五十 | 12-02 15:50
明天10点钟 | 12-02 10:00
明天10点整 | 12-02 10:00
明天10点左右 | 12-02 10:00
明天十点来钟 | 12-02 10:00
明天10点以后 | 12-02 10:00
明天10点到11点 | 12-02 10:00
明天10.30 | 12-02 10:30
明天 2026年12月2日10点 | 12-02 10:00
明天10點 | 12-02 10:00
下午3.30 | 12-01 15:30
晚8点 | 12-01 20:00
元旦上午10点 | 2027-01-01 10:00
明天2号10点 | 12-02 10:00
今天1号18点 | 12-01 18:00
周二面谈，18点 | 12-01 18:00
明天上午九点到十点 | 12-02 09:00
明天10:00-11:30 | 12-02 10:00
明天3-5点 | 12-02 15:00
明天 10 点 | 12-02 10:00
明天，10点 | 12-02 10:00
明天的10点 | 12-02 10:00
上午10点明天见 | 12-02 10:00
10点明天 | 12-02 10:00
😀明天10点😀 | 12-02 10:00
2小时后 | 12-01 12:00
两个小时后 | 12-01 12:00
半小时后 | 12-01 10:30
半个小时后 | 12-01 10:30
一个半小时后 | 12-01 11:30
两个半小时后 | 12-01 12:30
3个钟头以后 | 12-01 13:00
30分钟后 | 12-01 10:30
一刻钟后 | 12-01 10:15
过2小时 | 12-01 12:00
三天后上午10点 | 12-04 10:00
一周后下午3点 | 12-08 15:00
明天（周三）10:00 | 12-02 10:00
12月3日（周四）14:00 | 12-03 14:00
下周三9号10点 | 12-09 10:00
周四12月3日10点 | 12-03 10:00
昨天打过电话，明天10点面谈 | 12-02 10:00
今天电话沟通，意向强，明天10点面谈 | 12-02 10:00
明天面谈，10点 | 12-02 10:00
今天意向强，3点面谈 | 12-01 15:00
上午没接，3点再打 | 12-01 15:00
明天10点面谈，记得带明天的资料 | 12-02 10:00
周五前给答复，下周一10点面谈 | 12-07 10:00
明天10点前给答复，后天10点面谈 | 12-03 10:00
客户说过几天再看，明天10点先打电话 | 12-02 10:00
明天没空，后天10点 | 12-03 10:00
明天没问题，10点 | 12-02 10:00
原定明天10点，改到后天下午3点 | 12-03 15:00
利息3点，明天10点谈 | 12-02 10:00
明天10点20万额度签约 | 12-02 10:00
手机号13800001111，明天上午10点 | 12-02 10:00
张三 138 0000 1111 下周一14:30面谈 | 12-07 14:30
L1024 明天10点 | 12-02 10:00
客户周五下午三点来公司签字 | 12-04 15:00
已约好明天上午十点见面 | 12-02 10:00
星期二（12月8日）下午2：30 | 12-08 14:30
3天后（周五）上午10点 | 12-04 10:00
后天，也就是周四，10点 | 12-03 10:00
3号楼2单元501，明天10点看房 | 12-02 10:00
明天上午没空，下午3点可以 | 12-02 15:00
最晚周五给答复，明天10点先联系 | 12-02 10:00
"""

FOUND_WITHOUT_CLOCK = """
明天 | 12-02 09:30
后天再打 | 12-03 09:30
大后天上午 | 12-04 09:30
周三 | 12-02 09:30
周二下午 | 12-01 14:30
周三家访 | 12-02 09:30
客户说周三见了再定 | 12-02 09:30
周三去过户 | 12-02 09:30
周三刚好有空 | 12-02 09:30
礼拜天晚上 | 12-06 19:00
下周三 | 12-09 09:30
下周5上午 | 12-11 09:30
下下个礼拜二 | 12-15 09:30
这礼拜六 | 12-05 09:30
星期3下午 | 12-02 14:30
15号 | 12-15 09:30
31号 | 12-31 09:30
二十五号 | 12-25 09:30
1号下午 | 12-01 14:30
12月3号 | 12-03 09:30
12月15 | 12-15 09:30
12-03 | 12-03 09:30
12/3 | 12-03 09:30
2026-12-03 | 12-03 09:30
今年12月5号 | 12-05 09:30
明年3月5日 | 2027-03-05 09:30
1月3号 | 2027-01-03 09:30
下个月5号 | 2027-01-05 09:30
元旦 | 2027-01-01 09:30
元旦那天联系 | 2027-01-01 09:30
明年元旦 | 2027-01-01 09:30
等国庆再说 | 2027-10-01 09:30
五一 | 2027-05-01 09:30
劳动节联系 | 2027-05-01 09:30
十一见 | 2027-10-01 09:30
六一上午 | 2027-06-01 09:30
双十二 | 12-12 09:30
圣诞节下午 | 12-25 14:30
国庆节见面 | 2027-10-01 09:30
元旦当天下午 | 2027-01-01 14:30
月底 | 12-31 09:30
月末下午 | 12-31 14:30
下个月底 | 2027-01-31 09:30
今晚 | 12-01 19:00
明早 | 12-02 09:00
中午 | 12-01 12:00
下午 | 12-01 14:30
上午没接，下午再打 | 12-01 14:30
3天后 | 12-04 09:30
三天之后 | 12-04 09:30
两天后天气好 | 12-03 09:30
过3天 | 12-04 09:30
过2天再打 | 12-03 09:30
再过3天 | 12-04 09:30
等3天再打 | 12-04 09:30
一周后 | 12-08 09:30
两个星期后 | 12-15 09:30
半个月后 | 12-16 09:30
一个月后 | 2027-01-01 09:30
半年后 | 2027-06-01 09:30
一年后 | 2027-12-01 09:30
不是明天，是后天 | 12-03 09:30
明天改成后天 | 12-03 09:30
明天去不了，改后天 | 12-03 09:30
客户要50万，利率3.45，明天上午面谈 | 12-02 09:30
房龄20年，面积120平，明天看房 | 12-02 09:30
"""

PAST = """
今天8点 | 12-01 08:00
昨天10点 | 11-30 10:00
昨天 | 11-30 09:30
前天下午 | 11-29 14:30
大前天 | 11-28 09:30
上周五 | 11-27 09:30
本周一 | 11-30 09:30
周一打过电话 | 11-30 09:30
周一没接 | 11-30 09:30
周二9点打过电话 | 12-01 09:00
28号聊过 | 11-28 09:30
元旦见过 | 2026-01-01 09:30
去年国庆 | 2025-10-01 09:30
周三见过面 | 11-25 09:30
今天打过电话 | 12-01 09:30
3天前打过电话 | 11-28 09:30
11月20号 | 11-20 09:30
10月20日 | 10-20 09:30
1号9点 | 12-01 09:00
去年12月5号 | 2025-12-05 09:30
2026-11-01 10:00 | 11-01 10:00
"""

UNCLEAR = """
下次 | 下次
改天再约 | 改天
有空再说 | 有空
尽快联系 | 尽快
过几天 | 过几天
过两天 | 过两天
两三天后 | 两三天后
3-5天后 | 3-5天后
十来天后 | 十来天后
3天内 | 3天内
3个工作日后 | 3个工作日后
半天后 | 半天后
放款3天后 | 3天后
0天后 | 0天后
0分钟后 | 0分钟后
一会儿打 | 一会儿
次日再联系 | 次日
周末 | 周末
明后天 | 明后天
下周联系 | 下周
下个月 | 下个月
12月再联系 | 12月
每天10点 | 每天10点
春节后 | 春节后
国庆节后再说 | 国庆节后
年底 | 年底
月底前后 | 月底前后
15号左右 | 15号左右
15号之后 | 15号之后
周五前给答复 | 周五前
明天10点前 | 明天10点前
25点 | 25点
明天25点 | 明天25点
明天10:75 | 明天10:75
2月30号 | 2月30号
二月三十号 | 二月三十号
2月29号 | 2月29号
2027-02-29 | 2027-02-29
13月5号 | 13月5号
35号 | 35号
十五六号 | 十五六号
15、16号 | 15、16号
15号到18号 | 15号到18号
周三到周五 | 周三到周五
周六日 | 周六日
周一周二 | 周一、周二
明天或者后天 | 明天或者后天
明天10点或11点 | 明天10点或11点
明天上午或下午 | 明天上午或下午
明天或过几天 | 明天或过几天
今天或明天 | 今天或明天
明天10点，后天10点 | 明天10点、后天10点
明天10点初审，15点签约 | 明天10点、15点
10点 | 10点
周二 | 周二
周二10点 | 周二10点
六点 | 六点
明天6点 | 明天6点
元旦后 | 元旦后
国庆期间 | 国庆期间
五一期间 | 五一期间
国庆放假回来 | 国庆放假
春节 | 春节
春节联系 | 春节
春节前后 | 春节前后
中秋 | 中秋
端午节联系 | 端午节
清明 | 清明
除夕 | 除夕
大年初八 | 大年初八
正月十五 | 正月十五
腊月二十三 | 腊月二十三
过年联系 | 过年
过年 | 过年
明年3月 | 明年3月
明年再说 | 明年
本周内联系 | 本周内
开春再联系 | 开春
6点半 | 6点半
明天6:30 | 明天6:30
周二上午面谈，9点 | 周二上午9点
周二面谈，9点 | 周二9点
周二周三 | 周二、周三
下周一、周二都行 | 下周一、周二
9月20号 | 9月20号
十月一号 | 十月一号
9:05 | 9:05
上午 | 上午
凌晨 | 凌晨
今天联系 | 今天
1号 | 1号
明天几点 | 明天几点
明天7点 | 明天7点
明天晚上1点 | 明天晚上1点
早上3点 | 早上3点
下午10点 | 下午10点
今晚凌晨2点 | 今晚凌晨
明天10点5 | 明天10点5
差一刻10点 | 差一刻10点
明天周五10点 | 明天周五
明天10点利息 | 明天
明天没空 | 明天
取消明天10点的面谈 | 明天10点
下周，10点面谈 | 下周
下次11点联系 | 下次
12.3 | 12.3
12.3面谈 | 12.3
1/3 | 1/3
500天后 | 500天后
1000天后 | 1000天后
两年后 | 两年后
2028年1月3日 | 2028年1月3日
12月8号-9号 | 12月8号-9号
明天1030 | 明天
明天10 | 明天
最晚明天上午 | 明天上午
最迟周五 | 周五
等老公出差回来再联系 | 等老公出差回来再联系
过完年再说 | 过完年
明天没空，11点 | 明天
"""

NOTHING = """
意向强
50万
20w
50-80万
13800001111
+86 138-0000-1111
0471-1234567
150102199001011234
L1024
3期
12-24期
36期等额
2套房
三室一厅
10点利息
利息10点
返3点
3个点
三点五个点
百分之三点五
年化12.3
年化5点5
利率3.85
第2天
第3期逾期
用款3个月
超过3天
过了3天
打过3次电话
三周一次
周3次
每周三开会
每天打卡
每月15号发工资
15号楼
早上好
早上班
下午茶
有一点意向
有两点要求
一点
平时联系
以后天天联系
本月流水20万
13/45
24/7
0.85
9.5折
比例1:1
王国庆说考虑一下
国庆路
五一路店里见
十一个
第十一
清明上河图
过年要用钱
贷款明年到期
; DROP TABLE leads
"""


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.rsplit("|", 1)] for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "stamp"), rows(FOUND_WITH_CLOCK))
def test_a_named_time_is_found(text: str, stamp: str) -> None:
    found = find_time(text, NOW)
    assert isinstance(found, Found)
    assert (found.at, found.has_clock) == (local(year_of(stamp)), True)
    assert found.at.tzinfo is UTC


@pytest.mark.parametrize(("text", "stamp"), rows(FOUND_WITHOUT_CLOCK))
def test_a_day_alone_has_its_usual_time_and_says_so(text: str, stamp: str) -> None:
    found = find_time(text, NOW)
    assert isinstance(found, Found)
    assert (found.at, found.has_clock) == (local(year_of(stamp)), False)


@pytest.mark.parametrize(("text", "stamp"), rows(PAST))
def test_a_time_that_is_over_is_past(text: str, stamp: str) -> None:
    past = find_time(text, NOW)
    assert isinstance(past, Past)
    assert past.at == local(year_of(stamp))


TOLD = (
    "昨天聊的 | 昨天10点来的 | 上周五签的 | 客户3天前说考虑 | 去年12月5号的客户 | 上个月5号签的 | "
    "周一打过电话 | 周一没接 | 11-20 10:00见过面"
)
NAMED = (
    "昨天 | 昨天10点 | 上周五 | 3天前。 | 11-20 10:00 | "
    " 聊过 11-20 10:00 | 11月20号 | 今天8点 | 本周一 | 1号9点 | 2026-11-01 10:00"
)


@pytest.mark.parametrize("text", TOLD.split(" | "))
def test_what_tells_of_the_past_is_told(text: str) -> None:
    past = find_time(text, NOW)
    assert isinstance(past, Past)
    assert past.told


@pytest.mark.parametrize("text", NAMED.split(" | "))
def test_a_time_that_is_over_may_be_a_slip(text: str) -> None:
    past = find_time(text, NOW)
    assert isinstance(past, Past)
    assert not past.told


PROPOSED = """
周二10点 | 今天已经过了 | 12-08 10:00
周二面谈，9点 | 今天已经过了 | 12-08 09:00
周二上午面谈，9点 | 今天已经过了 | 12-08 09:00
周二 | 就是今天 | 12-08 09:30
9月20号 | 已经过去 | 2027-09-20 09:30
"""


@pytest.mark.parametrize(
    ("text", "why", "stamp"), [[cell.strip() for cell in row.split("|")] for row in PROPOSED.strip().splitlines()]
)
def test_a_day_that_is_over_is_asked_about_with_the_next_one(text: str, why: str, stamp: str) -> None:
    unclear = find_time(text, NOW)
    assert isinstance(unclear, Unclear)
    assert (unclear.why, unclear.proposal) == (why, local(year_of(stamp)))


@pytest.mark.parametrize("text", ["15号下午3点", "15号，下午3点", "15号见面，下午3点"])
def test_a_day_of_this_month_that_was_lately_is_asked_about(text: str) -> None:
    unclear = find_time(text, local("2026-12-22 10:00"))
    assert isinstance(unclear, Unclear)
    assert (unclear.why, unclear.proposal) == ("已经过去", local("2027-01-15 15:00"))
    assert find_time(text, local("2026-12-23 10:00")) == Found(
        local("2027-01-15 15:00"),
        unclear.phrase if "见" not in text else "15号下午3点",
        True,
    )


def test_a_clear_time_beside_a_day_that_is_over_is_taken() -> None:
    assert find_time("周二9点没来，周五10点再约", NOW) == Found(local("2026-12-04 10:00"), "周五10点", True)


@pytest.mark.parametrize(("text", "phrase"), rows(UNCLEAR))
def test_what_fixes_no_time_is_asked_about(text: str, phrase: str) -> None:
    unclear = find_time(text, NOW)
    assert isinstance(unclear, Unclear)
    assert unclear.phrase == phrase
    assert unclear.why


@pytest.mark.parametrize("text", NOTHING.strip().splitlines())
def test_what_is_no_time_is_nothing(text: str) -> None:
    assert find_time(text, NOW) == Nothing()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("25点", "没有25点"),
        ("2月30号", "2月没有30号"),
        ("2月29号", "2026年2月没有29号"),
        ("明天7点", "是早上7点还是晚上7点？"),
        ("明天6点半", "是早上6点半还是晚上6点半？"),
        ("明天7:20", "是早上7点20分还是晚上7点20分？"),
        ("春节联系", "每年日子不同，是哪一天？"),
        ("明天周五10点", "日期和星期对不上"),
        ("500天后", "太远了，最多一年"),
        ("12/3或12/4", "说了两个时间，以哪个为准？"),
        ("今天联系", "没说几点"),
    ],
)
def test_the_question_says_what_is_unclear(text: str, why: str) -> None:
    unclear = find_time(text, NOW)
    assert isinstance(unclear, Unclear)
    assert (unclear.why, unclear.half) == (why, "是早上" in why)


def test_the_phrase_is_what_was_typed() -> None:
    assert find_time("意向强，明天10点面谈", NOW) == Found(local("2026-12-02 10:00").astimezone(UTC), "明天10点", True)
    assert find_time("明天面谈，10点", NOW).phrase == "明天10点"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("2026-12-01 08:00", "今天联系", "2026-12-01 09:30"),
        ("2026-12-01 08:00", "10点", "2026-12-01 10:00"),
        ("2026-12-01 08:00", "周二", "2026-12-01 09:30"),
        ("2026-12-31 08:00", "月底", "2026-12-31 09:30"),
        ("2026-12-31 16:00", "明天", "2027-01-01 09:30"),
        ("2026-12-31 16:00", "下个月5号", "2027-01-05 09:30"),
        ("2026-12-06 10:00", "下周一", "2026-12-07 09:30"),  # Sunday belongs to the week before
        ("2026-12-06 10:00", "周日下午", "2026-12-06 14:30"),
        ("2026-12-23 10:00", "15号", "2027-01-15 09:30"),
        ("2027-01-31 10:00", "一个月后", "2027-02-28 09:30"),
        ("2028-02-01 10:00", "2月29号", "2028-02-29 09:30"),
        ("2026-12-01 23:30", "1小时后", "2026-12-02 00:30"),
        ("2026-12-01 23:30", "明天10点", "2026-12-02 10:00"),
    ],
)
def test_the_same_words_at_another_time(now: str, text: str, expected: str) -> None:
    found = find_time(text, local(now))
    assert isinstance(found, Found)
    assert found.at == local(expected)


def test_the_day_is_that_of_hohhot_not_of_utc() -> None:
    late = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)  # 2 December, 01:00 in 呼和浩特
    found = find_time("明天10点", late)
    assert isinstance(found, Found)
    assert found.at == local("2026-12-03 10:00")


@pytest.mark.parametrize(("now", "text"), [("2027-01-31 10:00", "30号"), ("2026-11-10 10:00", "31号")])
def test_a_day_that_the_coming_month_lacks_is_unclear(now: str, text: str) -> None:
    assert isinstance(find_time(text, local(now)), Unclear)


FRAGMENTS = (
    "今天 明天 后天 昨天 大后天 周三 下周 下周五 星期天 15号 31号 2月30号 12月3日 12-03 12/3 1/3 12.3 "
    "2026-12-03 月底 下个月5号 上午 下午 晚上 今晚 明早 凌晨 中午 10点 3点 7点 一点 两点半 十点一刻 10:30 "
    "10：75 25点 24点 3天后 半小时后 半个月后 过两天 过3天 一年后 9999天后 下次 过几天 有空 到 至 - 或 或者 "
    "元旦 国庆 春节 五一 十一 过年 周二 6点 10.30 明年 "
    "前 左右 以后 改到 没空 没接 打过电话 ， 。 、 的 50万 13800001111 L1024 3期 利息 个 月 年 号 天 后 点 半 十 "
    "五 零 百 1 2 0 9 （ ） 每 第 20261301 时 分 "
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2098, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(FRAGMENTS.split()), max_size=9).map("".join))


@settings(max_examples=600, deadline=None)
@given(text=TEXTS, now=MOMENTS)
@example(text="二九九九年十二月三日", now=datetime(2026, 12, 1, tzinfo=UTC))
def test_any_text_gives_an_answer_and_found_is_ahead(text: str, now: datetime) -> None:
    result = find_time(text, now)
    if isinstance(result, Found):
        assert now < result.at <= now + timedelta(days=365)
        assert result.phrase
    elif isinstance(result, Past):
        assert result.at <= now
    elif isinstance(result, Unclear):
        assert result.phrase
        assert result.why
    else:
        assert result == Nothing()


@settings(max_examples=300, deadline=None)
@given(
    now=MOMENTS,
    minutes=st.integers(min_value=1, max_value=364 * 24 * 60),
)
def test_what_is_said_back_is_understood_again(now: datetime, minutes: int) -> None:
    at = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    found = find_time(saying.at(at, now), now)
    expected = Found(at, found.phrase, True) if at > now else Past(at, found.phrase, found.told)  # type: ignore[union-attr]
    assert found == expected


@settings(max_examples=300, deadline=None)
@given(now=MOMENTS, minutes=st.integers(min_value=1, max_value=364 * 24 * 60))
def test_a_time_said_back_in_full_is_understood_again(now: datetime, minutes: int) -> None:
    at = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    found = find_time(texts.in_full(at, now), now)
    expected = Found(at, found.phrase, True) if at > now else Past(at, found.phrase, told=False)  # type: ignore[union-attr]
    assert found == expected


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-12-01 20:00", "今天 12月1日（周二）晚上8点"),
        ("2026-12-02 15:30", "明天 12月2日（周三）下午3点半"),
        ("2026-12-03 09:05", "后天 12月3日（周四）上午9点05分"),
        ("2026-12-04 06:00", "12月4日（周五）早上6点"),
        ("2026-12-04 12:00", "12月4日（周五）中午12点"),
        ("2026-12-04 00:10", "12月4日（周五）凌晨0点10分"),
        ("2027-01-01 18:00", "2027年1月1日（周五）晚上6点"),
    ],
)
def test_a_time_is_said_back_with_weekday_date_and_half_of_the_day(at: str, said: str) -> None:
    assert texts.in_full(local(at).astimezone(UTC), NOW) == said


@pytest.mark.parametrize(
    "text", ["一" * 2000, "1" * 2000, "过" * 2000, "明天" * 1000, "10点" * 600, "3-" * 1000, "□■" * 1000]
)
def test_a_long_text_is_read_within_a_second(text: str) -> None:
    began = time.process_time()
    find_time(text, NOW)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-12-01 15:00", "今天 15:00"),
        ("2026-12-02 10:00", "明天（周三）10:00"),
        ("2026-12-03 09:30", "后天（周四）09:30"),
        ("2026-12-04 14:00", "12月4日（周五）14:00"),
        ("2026-11-30 08:05", "昨天 08:05"),
        ("2027-01-03 10:00", "2027年1月3日（周日）10:00"),
    ],
)
def test_a_time_is_said_for_a_glance(at: str, said: str) -> None:
    assert saying.at(local(at).astimezone(UTC), NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "刚刚"),
        (59, "刚刚"),
        (60, "1分钟"),
        (59 * 60 + 59, "59分钟"),
        (3 * 3600, "3小时"),
        (24 * 3600 - 1, "23小时"),
        (2 * 86400 + 5, "2天"),
    ],
)
def test_waits_are_said_in_their_largest_unit(seconds: int, said: str) -> None:
    assert saying.span(timedelta(seconds=seconds)) == said
