"""Times and waits back in words that people check at a glance."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Where the people are: all times that are typed or shown."""

_WEEKDAYS = "一二三四五六日"
_NEAR = {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def say_time(at: datetime, now: datetime) -> str:
    """`at` in local words: 「明天（周三）10:00」, 「12月3日（周四）14:00」, with the year if it is another."""
    there, here = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    day = _NEAR.get((there.date() - here.date()).days)
    if day is None:
        year = "" if there.year == here.year else f"{there.year}年"
        day = f"{year}{there.month}月{there.day}日"
    return f"{day}（周{_WEEKDAYS[there.weekday()]}）{there:%H:%M}"


def say_wait(delta: timedelta) -> str:
    """A length of time, in its largest whole unit: 「刚刚」 (under a minute), 「5分钟」, 「3小时」, 「2天」."""
    minutes = int(delta / timedelta(minutes=1))
    if minutes < 1:
        return "刚刚"
    if minutes < 60:
        return f"{minutes}分钟"
    if minutes < 24 * 60:
        return f"{minutes // 60}小时"
    return f"{minutes // (24 * 60)}天"


def say_ago(then: datetime, now: datetime) -> str:
    """How long ago `then` was: 「刚刚」, 「5分钟前」, 「3小时前」, 「2天前」. Compared as UTC."""
    wait = say_wait(now.astimezone(UTC) - then.astimezone(UTC))
    return wait if wait == "刚刚" else f"{wait}前"
