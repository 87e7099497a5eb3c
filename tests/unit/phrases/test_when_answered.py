"""Answers read together with the phrase that was asked about. It is Thursday, 26 November 2026, 19:22 in 呼和浩特."""

from datetime import datetime

import pytest

from bot.phrases.when import Found, Unclear
from bot.phrases.when_answered import find_answered_time
from core.calendar import CHINA

NOW = datetime(2026, 11, 26, 19, 22, tzinfo=CHINA)

SETTLED = """
明天上午10点或者下午3点 | 下午3点 | 11-27 15:00
明天上午10点或者下午3点 | 3点 | 11-27 15:00
明天上午10点或者下午3点 | 上午 | 11-27 10:00
明天10点或后天下午3点 | 后天 | 11-28 15:00
8点 | 今晚 | 11-26 20:00
8点半 | 今晚 | 11-26 20:30
8点 | 晚上 | 11-26 20:00
8点 | 明天 | 11-27 08:00
下午3点后 | 明天 | 11-27 15:00
明天7点半 | 早上 | 11-27 07:30
明天7点半 | 晚上8点 | 11-27 20:00
明天下班后 | 晚上7点半联系 | 11-27 19:30
明天下班后 | 9点-18点上班，晚上7点半联系 | 11-27 19:30
12月15日到期 | 上午10点 | 12-15 10:00
生日12月1号 | 上午10点 | 12-01 10:00
每周一 | 下午3点 | 11-30 15:00
晚点 | 晚上8点 | 11-26 20:00
明天下班后 | 后天10点 | 11-28 10:00
明天6点 | 早上不行，晚上 | 11-27 18:00
明天6点 | 不是早上是晚上 | 11-27 18:00
明天6点 | 早上没问题 | 11-27 06:00
明天6点 | 早上吧 | 11-27 06:00
后天4点或5点 | 4点不行，5点 | 11-28 17:00
后天4点或5点 | 5点吧 | 11-28 17:00
明天10点、后天3点 | 明天那个 | 11-27 10:00
明天10点、后天3点 | 后天那个吧 | 11-28 15:00
明天10点、后天3点 | 就3点那个 | 11-28 15:00
明天10点、后天3点 | 第一个 | 11-27 10:00
明天10点、后天3点 | 后一个 | 11-28 15:00
明天10点或下午 | 10点 | 11-27 10:00
明天晚上8点或后天晚上9点 | 8点 | 11-27 20:00
明天上午或者下午 | 10点 | 11-27 10:00
明天上午或者下午 | 下午3点 | 11-27 15:00
"""
# The day that was asked about, with a part of it and no clock time.
OF_THE_DAY = """
明天上午或者下午 | 上午 | 11-27 09:30
明天上午或者下午 | 下午 | 11-27 14:30
明天上午或者下午 | 是下午吧 | 11-27 14:30
后天上午或晚上 | 晚上 | 11-28 19:00
后天上午或晚上 | 晚上那个 | 11-28 19:00
下周三上午还是下午 | 下午 | 12-02 14:30
12月5日上午或下午 | 上午 | 12-05 09:30
后天下午还是晚上 | 下午吧 | 11-28 14:30
明早或者明晚 | 早上 | 11-27 09:00
明早或者明晚 | 明晚 | 11-27 19:00
明天上午或后天下午 | 后天 | 11-28 14:30
明天上午或后天下午 | 下午 | 11-28 14:30
12月15日到期 | 下午 | 12-15 14:30
"""
# What is left where one of two was denied: proposed, not taken.
DENIED = """
明天6点 | 早上不行 | 11-27 18:00
明天6点 | 不是早上 | 11-27 18:00
明天6点 | 晚上不方便 | 11-27 06:00
明天6点 | 早上太早了 | 11-27 18:00
明天6点 | 晚上6点他没空 | 11-27 06:00
明天7点半 | 别早上 | 11-27 19:30
明天7点半 | 早上起不来 | 11-27 19:30
明天7点半 | 早上有点早 | 11-27 19:30
明天7点半 | 早上来不了 | 11-27 19:30
后天4点或5点 | 4点不行 | 11-28 17:00
后天4点或5点 | 四点不行 | 11-28 17:00
后天4点或5点 | 不是5点 | 11-28 16:00
明天上午10点或者下午3点 | 上午有事 | 11-27 15:00
明天上午或者下午 | 下午不在 | 11-27 09:30
明天10点、后天3点 | 明天不行 | 11-28 15:00
明天10点、后天3点 | 明天那个不行 | 11-28 15:00
明天6点 | 早上不行，晚上也不行 | -
明天10点 | 上午不行 | -
"""
ASKED_AGAIN = """
明天上午10点或者下午3点 | 明天 | 说了两个时间，以哪个为准？
下周一、周二 | 10点 | 说了两个时间，以哪个为准？
过几天 | 晚上8点 | 没说是哪一天
周三到周五 | 下午3点 | 没说是哪一天
元旦后 | 上午10点 | 没说是哪一天
明天下班后 | 6点半 | 是早上6点半还是晚上6点半？
8点 | 今天 | 没说早上还是晚上
过几天 | 15 | 说的是几号，还是几点？
过几天 | 十五 | 没说是几号
明天 | 老时间 | 没说准是什么时候
"""
# Asked about, and answered with a clock time, where another day had been proposed than it would fall on: the nearer.
ON_WHICH_DAY = """
周四10点 | 晚上8点 | 11-26 20:00
周四上午 | 20点 | 11-26 20:00
26号10点 | 晚上9点 | -
12月15日到期 | 10点 | -
"""
QUOTED = """
过几天 | 10点 | 10点
中秋 | 9月15 | 9月15
下周给答复 | 上午10点 | 上午10点
明天下班后 | 6点半 | 6点半
周四10点 | 晚上8点 | 晚上8点
明天上午10点或者下午3点 | 明天 | 明天上午10点或者下午3点
明天6点 | 早上不行 | 明天6点
"""


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.split(" | ")] for row in table.strip().splitlines()]


@pytest.mark.parametrize(("phrase", "answer", "stamp"), rows(SETTLED))
def test_phrase_and_answer_give_a_time(phrase: str, answer: str, stamp: str) -> None:
    found = find_answered_time(phrase, answer, NOW)
    assert isinstance(found, Found)
    assert (f"{found.at.astimezone(CHINA):%m-%d %H:%M}", found.has_clock) == (stamp, True)


def test_the_answer_is_joined_before_the_evening_too() -> None:
    found = find_answered_time("明天上午10点或者下午3点", "下午3点", NOW.replace(hour=10))
    assert isinstance(found, Found)
    assert found.at == datetime(2026, 11, 27, 15, 0, tzinfo=CHINA)


@pytest.mark.parametrize(("phrase", "answer", "why"), rows(ASKED_AGAIN))
def test_what_does_not_settle_it_is_asked_again(phrase: str, answer: str, why: str) -> None:
    unclear = find_answered_time(phrase, answer, NOW)
    assert isinstance(unclear, Unclear)
    assert unclear.why == why


@pytest.mark.parametrize(("phrase", "answer", "stamp"), rows(ON_WHICH_DAY))
def test_a_clock_time_is_not_taken_for_another_day_than_was_proposed(phrase: str, answer: str, stamp: str) -> None:
    when = find_answered_time(phrase, answer, NOW)
    if stamp == "-":
        assert isinstance(when, Found)
        return
    assert isinstance(when, Unclear)
    assert when.why == "没说是哪一天"
    assert when.proposal is not None
    assert f"{when.proposal.astimezone(CHINA):%m-%d %H:%M}" == stamp


def test_nor_for_the_day_of_the_note_where_the_question_named_another() -> None:
    proposed = datetime(2026, 12, 8, 9, 30, tzinfo=CHINA)  # 「12月15日到期，到期前一周联系」
    when = find_answered_time("12月15日到期", "上午10点", NOW, proposed)
    assert isinstance(when, Unclear)
    assert when.proposal == datetime(2026, 12, 8, 10, 0, tzinfo=CHINA)


@pytest.mark.parametrize("answer", ["下周四", "12月3日", "下周四的"])
def test_the_day_that_is_named_then_has_the_hour(answer: str) -> None:
    asked = find_answered_time("周四10点", "晚上8点", NOW)
    assert isinstance(asked, Unclear)
    found = find_answered_time(asked.phrase, answer, NOW)
    assert isinstance(found, Found)
    assert found.at == datetime(2026, 12, 3, 20, 0, tzinfo=CHINA)


@pytest.mark.parametrize(("phrase", "answer", "quote"), rows(QUOTED))
def test_only_what_was_written_is_quoted(phrase: str, answer: str, quote: str) -> None:
    unclear = find_answered_time(phrase, answer, NOW)
    assert isinstance(unclear, Unclear)
    assert unclear.written == quote


@pytest.mark.parametrize(("phrase", "answer", "stamp"), rows(OF_THE_DAY))
def test_a_part_of_the_day_is_one_of_the_day_that_was_asked_about(phrase: str, answer: str, stamp: str) -> None:
    for hour in (8, 10, 19):
        found = find_answered_time(phrase, answer, NOW.replace(hour=hour))
        assert isinstance(found, Found)
        assert (f"{found.at.astimezone(CHINA):%m-%d %H:%M}", found.has_clock) == (stamp, False)


@pytest.mark.parametrize(("phrase", "answer", "proposed"), rows(DENIED))
def test_what_is_denied_is_not_taken(phrase: str, answer: str, proposed: str) -> None:
    unclear = find_answered_time(phrase, answer, NOW)
    assert isinstance(unclear, Unclear)
    proposal = unclear.proposal
    assert (f"{proposal.astimezone(CHINA):%m-%d %H:%M}" if proposal else "-") == proposed
