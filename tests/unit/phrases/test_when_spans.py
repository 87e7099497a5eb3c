"""Days that the words before them make clear: 「下周」 and 「周三」, 「周三去北京」 and 「周五回来再打」.

It is Thursday, 26 November 2026, 10:22 in 呼和浩特.

`? 11-27 10:00` is asked about with that time proposed, `?` without one; `11-27 10:00` is taken, with `~` the day is
taken and its usual time; `past` is over; `-` names no time.
"""

from datetime import datetime

import pytest

from bot.phrases.when import Found, Past, Unclear, When, find_time
from bot.phrases.when_answered import find_answered_time
from core.calendar import CHINA

NOW = datetime(2026, 11, 26, 10, 22, tzinfo=CHINA)

ANSWERED = """
下周给答复 | 周三 | ~ 12-02 09:30
下周给答复 | 就周三吧 | ~ 12-02 09:30
下周给答复 | 周三10点 | 12-02 10:00
下周给答复 | 上午10点/周三 | 12-02 10:00
下周给答复 | 周五7点/早上 | 12-04 07:00
下周给答复 | 随便/周三 | ~ 12-02 09:30
下周给答复 | 周三或周四/周四 | ~ 12-03 09:30
下周给答复 | 这周五 | ~ 11-27 09:30
下周给答复 | 明天 | ~ 11-27 09:30
下周给答复 | 12月15号 | ~ 12-15 09:30
下周给答复 | 15号 | ? 12-15 09:30
下下周再说 | 周三 | ~ 12-09 09:30
下周末 | 周六 | ~ 12-05 09:30
周末 | 周日下午3点 | 11-29 15:00
这周 | 周三 | ? 12-02 09:30
下个月 | 28号 | ~ 12-28 09:30
下个月 | 31号 | ~ 12-31 09:30
下个月 | 月底 | ~ 12-31 09:30
下个月 | 周三 | ?
下个月 | 周三/16号 | ~ 12-16 09:30
下月初 | 5号 | ~ 12-05 09:30
下下个月 | 15号10点 | 2027-01-15 10:00
12月中旬再问 | 周三 | ~ 12-16 09:30
3月份再问 | 10号 | ~ 2027-03-10 09:30
明年 | 元旦 | ~ 2027-01-01 09:30
明年 | 3月/5号 | ~ 2027-03-05 09:30
明年 | 12月25号 | ?
明年3月 | 5号 | ~ 2027-03-05 09:30
年底 | 28号 | ~ 12-28 09:30
国庆期间 | 3号 | ~ 2027-10-03 09:30
元旦后 | 5号 | ~ 2027-01-05 09:30
15号之后 | 周三 | ~ 12-16 09:30
下周三到周五 | 周四 | ~ 12-03 09:30
下周三左右 | 周四 | ~ 12-03 09:30
春节后 | 20号 | ?
春节后 | 周三 | ?
春节后 | 2月20号 | ~ 2027-02-20 09:30
过几天 | 周五 | ~ 11-27 09:30
改天 | 28号 | ~ 11-28 09:30
客户下周三去北京，回来再联系 | 周五 | ~ 12-04 09:30
客户下周三去北京，回来再联系 | 11点/周五 | 12-04 11:00
下周三没空，周五见 | 11点 | ? 12-04 11:00
"""
SAID_TOGETHER = """
下周周三 | ~ 12-02 09:30
下周的周三10点 | 12-02 10:00
下周吧，周五上午10点 | 12-04 10:00
下个月的28号 | ~ 12-28 09:30
国庆4号联系 | ~ 2027-10-04 09:30
元旦3号10点 | 2027-01-03 10:00
下周给答复，周五再打 | ? 12-04 09:30
下周三没空，周五见 | ? 12-04 09:30
1月5号没空，8号见 | ? 2027-01-08 09:30
明天没空，周一见 | ~ 11-30 09:30
上周五没接，周三再打 | ~ 12-02 09:30
下周三10点见，周五再打 | ?
"""
SOMETHING_ELSE_FIRST = """
周三客户去北京，周五回来再打 | ~ 12-04 09:30
客户周三出差，周五再打 | ~ 12-04 09:30
客户周三住院，周五再打 | ~ 12-04 09:30
客户周日办喜事，周一联系 | ~ 11-30 09:30
客户明天开会，后天10点见 | 11-28 10:00
客户明天10点开会，后天10点见 | 11-28 10:00
客户说下午开会，5点以后打 | 11-26 17:00
周四客户开家长会，周五联系 | ~ 11-27 09:30
周五回来，周六再打 | ~ 11-28 09:30
老公出差，周五晚上到家，周六一起来 | ~ 11-28 09:30
元旦3号回来，4号联系 | ~ 2027-01-04 09:30
客户12月28号去海南，1月5号回来再说 | ~ 2027-01-05 09:30
客户下周三去北京，回来再联系 | ?
客户下周三去单位开证明，开好了联系 | ?
客户周三出差，回来联系 | ?
客户下周一办喜事，办完再联系 | ?
周三客户住院，出院再联系 | ?
客户周三去北京 | ?
客户明天出发去包头，下周一回来 | ? 11-30 09:30
客户周五去公司签字 | ~ 11-27 09:30
周三去客户公司 | ~ 12-02 09:30
28号去他店里 | ~ 11-28 09:30
明天带客户去银行面签 | ~ 11-27 09:30
周三去他店里签字，回来再联系 | ~ 12-02 09:30
周三去过户 | ~ 12-02 09:30
客户出差到周五 | ? 11-27 09:30
客户出差到周五，周六联系 | ~ 11-28 09:30
客户上海出差，下周四回 | ? 12-03 09:30
周五回访 | ~ 11-27 09:30
客户30号去北京，1号回来打 | ~ 12-01 09:30
女儿29号考试，30号打 | ~ 11-30 09:30
1号到3号出差，4号见 | ~ 12-04 09:30
在三亚，3月5号回来再办 | ? 2027-03-05 09:30
客户去三亚了，3月回来，到时联系 | ?
"""


def rows(*tables: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split(" | ")] for table in tables for row in table.strip().splitlines()]


def outcome(when: When) -> str:
    """As the tables write it."""
    if not isinstance(when, Found | Unclear):
        return "past" if isinstance(when, Past) else "-"
    at = when.at if isinstance(when, Found) else when.proposal
    local = at.astimezone(CHINA) if at else None
    stamp = "" if local is None else f"{local:%m-%d %H:%M}" if local.year == NOW.year else f"{local:%Y-%m-%d %H:%M}"
    if isinstance(when, Unclear):
        return f"? {stamp}".strip()
    return stamp if when.has_clock else f"~ {stamp}"


@pytest.mark.parametrize(("note", "answers", "meaning"), rows(ANSWERED))
def test_an_answer_keeps_what_the_note_said_of_the_days(note: str, answers: str, meaning: str) -> None:
    """Answers one after the other, each to the question about what was understood so far."""
    when = find_time(note, NOW)
    assert isinstance(when, Unclear)
    about = when.phrase
    for answer in answers.split("/"):
        when = find_answered_time(about, answer, NOW)
        about = when.phrase if isinstance(when, Unclear) else about
    assert outcome(when) == meaning


@pytest.mark.parametrize(("text", "meaning"), rows(SAID_TOGETHER, SOMETHING_ELSE_FIRST))
def test_a_day_goes_with_the_days_before_it(text: str, meaning: str) -> None:
    assert outcome(find_time(text, NOW)) == meaning


@pytest.mark.parametrize("days", range(7))
def test_the_day_of_return_is_taken_on_any_day_of_the_week(days: int) -> None:
    now = NOW.replace(day=23 + days, hour=8)
    found = find_time("周三客户去北京，周五回来再打", now)
    assert isinstance(found, Found)
    assert found.at.astimezone(CHINA).weekday() == 4
    assert isinstance(find_time("客户下周三去北京，回来再联系", now), Unclear)


@pytest.mark.parametrize("hour", [8, 10, 20])
def test_an_hour_alone_is_not_taken_for_today_where_the_days_are_to_come(hour: int) -> None:
    about = "下周三去北京,回来再联系"
    assert isinstance(find_answered_time(about, "21点", NOW.replace(hour=hour)), Unclear)
