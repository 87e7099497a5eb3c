"""Every way to say a time begins with a character at which one is looked for. Else it would stay silent: neither
understood nor asked about."""

from datetime import datetime

import pytest

from bot.phrases import clocks, days, mentions
from bot.phrases.cues import VAGUE
from bot.phrases.every import read_every
from core.calendar import CHINA

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=CHINA)

# A new reader in `days._READERS` wants its samples here, one for each character it can begin with.
SAMPLES = {
    "read_next_workday": "下个工作日 次工作日",
    "read_about_then": "3天左右 三天左右再打 大概3天左右 再过3天左右 等3天左右 过3天左右 半小时左右",
    "read_vague_later": "过几天 再过几天 几天后 数天后 好几天后 一两天后 十来天后 3天内 半天后 隔两天 再等两天 等3天",
    "read_later": "3天后 三天后 半小时后 过2天 再过3天 再等3天 等3天后 隔3天后",
    "read_negative": "-3天后 -两周后",
    "read_amount": "3天 两三天 几天 半个月 一周 三五天再联系",
    "read_ago": "3天前 三天前",
    "read_relative": "今天 明天 昨天 前天 后天 大后天 大前天 今儿 明个 后个儿 外后天 再后天 隔后天 后后天 前前天",
    "read_signed_day": "12.15号 12/15日",
    "read_full_date": "2026-12-03 二〇二六年十二月三日 20261203",
    "_days_range": "3-5号 三到五号",
    "_month_day": "12月3号 十二月三号 今年12月3号 明年3月5号 去年12月5号",
    "_of_month": "上月5号 下月5号 下下个月5号 这个月5号 本月5号 次月5号 再下个月5号 隔月5号 "
    "当月5号 那个月5号 同月5号 该月5号",
    "_month_end": "月底 月末 下月底 这个月底 本月底 12月底 十二月底",
    "read_dated_holiday": "元旦 劳动节 五一 儿童节 六一 国庆 十一 双十一 圣诞 今年元旦 明年元旦 去年国庆 国际劳动节",
    "read_moving_holiday": "春节 除夕 大年初一 年三十 元宵 正月十五 腊月 腊八 清明 端午 七夕 中秋 重阳 农历八月 "
    "阴历八月 过年 冬至 夏至 立春 小年 初五",
    "read_signed": "12-03 1/3 26.12.1 13-03 24/12",
    "_weekday": "周三 星期三 礼拜三 上周三 下周三 这周三 本周三 周八 星期9 "
    "下下下周三 再下周三 隔周三 单周三 双周三 大下周三",
    "_day_of_month": "15号 十五号",
    "_numeral_day": "十五 二十五 廿五 三十",
    "_english": "tomorrow Today next_week Monday 3pm this_friday sunday wednesday Saturday Thursday",
}
VAGUE_SAMPLES = (
    "下次 改天 回头 有空 抽空 尽快 随时 哪天 不定 另约 再约 择日 稍后 晚点 早点 一会儿 待会 等会 以后 明后天 今明两天 "
    "这几天 过阵子 周末 本周末 月初 上旬 中旬 年底 次日 隔天 节后 放假后 收假后 开学后 发工资后 回来再说 下班后 上班后 "
    "忙完再说 散会后 开完会后 放学后 收工后 午休后 饭后 吃完饭 早饭后 午饭后 晚饭后 中饭后 等他回来再说 推迟一小时 "
    "延后一天 顺延两天 往后推两天 晚两天 开春 12月份 稍晚 后年 返程再联系 到家联系 办完联系 结束后联系 出院后联系 "
    "双休日 大礼拜 赶明儿 赶后天 季度末 季末 本季度 这个季度末 月头 年尾 老时间 同样时间 同一个时间 原来时间 "
    "还是这个点打 下班打给他 "
    "收工联系 放学打 散会联系 下课打 睡前打 饭点打 暑假 寒假"
)


def samples(name: str) -> list[str]:
    return [sample.replace("_", " ") for sample in SAMPLES[name].split()]


@pytest.mark.parametrize("reader", days._READERS, ids=lambda reader: reader.__name__)
def test_every_reader_of_days_is_tried(reader: object) -> None:
    name = getattr(reader, "__name__", "")
    assert name in SAMPLES, "a new reader: give samples of all it can begin with"
    for sample in samples(name):
        assert reader(sample, 0, NOW) is not None, sample  # type: ignore[operator]
        assert mentions._STARTS.match(sample), sample


def test_vague_words_clocks_and_what_comes_every_time_are_tried() -> None:
    for sample in VAGUE_SAMPLES.split():
        assert VAGUE.match(sample), sample
        assert mentions._STARTS.match(sample), sample
    for period in clocks.PERIODS:
        assert mentions._STARTS.match(period), period
    assert mentions.mentions_of("差一刻10点", NOW)
    assert read_every("每周一", 0, NOW, days.read_day)
    assert mentions._STARTS.match("每周一")


@pytest.mark.parametrize("sample", [*(each for name in SAMPLES for each in samples(name)), *VAGUE_SAMPLES.split()])
def test_nothing_of_it_is_silent(sample: str) -> None:
    assert mentions.mentions_of(sample, NOW)
