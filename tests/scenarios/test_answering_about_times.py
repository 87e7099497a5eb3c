"""跟进 and what comes instead of a time: how long a call took, an hour without its day, a note, a kind word, a nod.

It is Tuesday, 24 November 2026, 10:00 in 呼和浩特, and later 13:00.
"""

import pytest
from kit.appointments import THURSDAY, next_contact, promised, with_lead, with_meeting
from kit.company import ON_ONE_DATABASE, Colleague, Company

pytestmark = ON_ONE_DATABASE

ASKED = (
    "L1 的跟进已记录，但「周二10点」今天已经过了。是 12月1日（周二）上午10点 吗？"
    "请回复 是，或别的时间，如 明天10点；没有就回复 不约。"
)


@pytest.fixture
def batu(company: Company) -> Colleague:
    """An officer with the lead L1 of 刘志强."""
    return with_lead(company)


@pytest.fixture
def agreed(batu: Colleague) -> Colleague:
    """The same, with a meeting on Thursday at ten."""
    return with_meeting(batu)


@pytest.mark.parametrize(
    "typed", ["聊了半小时后同意面谈", "看了20分钟后走了", "打了2小时后才接", "通话30分钟后挂断", "开会10分钟后结束"]
)
def test_how_long_a_call_took_leaves_what_is_agreed(company: Company, agreed: Colleague, typed: str) -> None:
    assert agreed.say(f"跟进 L1 {typed}").text == f"已记录 L1 的跟进，下次联系仍是：{THURSDAY}。"
    assert next_contact(company) == "11-26 10:00"


def test_an_hour_after_a_day_that_is_over_is_not_taken_for_today(company: Company, batu: Colleague) -> None:
    company.clock.go(hours=3)
    asked = "「下午3点」没说是哪一天。是 今天 11月24日（周二）下午3点 吗？请回复 是，"
    for answer, at in (
        ("是", "11-24 15:00"),
        ("今天", "11-24 15:00"),
        ("12月1日", "12-01 15:00"),
        ("下周二", "12-01 15:00"),
    ):
        assert batu.say("跟进 L1 周二10点").text == ASKED
        assert batu.say("下午3点").text.startswith(asked)
        assert next_contact(company) == ""
        batu.say(answer)
        assert next_contact(company) == at
        batu.say("跟进 L1 不约")


def test_what_comes_instead_of_a_time_is_said_not_to_be_kept(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 改天再约")
    ask = "L1 下次什么时候联系？请回复时间，如 明天10点、下周三下午3点、3天后；没有就回复 不约。"
    assert batu.say("另外他房子在赛罕区").text == (
        f"「另外他房子在赛罕区」不是时间，没有记下，要记就发 跟进 L1 另外他房子在赛罕区。{ask}"
    )
    assert batu.say("L2 电话没人接").text == (
        f"「L2 电话没人接」不是时间，没有记下，要记就发 跟进 L2 电话没人接。{ask}"
    )
    said = batu.say("还有个女儿在上学").text
    assert said.startswith(
        "「还有个女儿在上学」不是时间，没有记下，要记就发 跟进 L1 还有个女儿在上学。好的，L1 的跟进已记录"
    )
    batu.say("跟进 L1 昨天打过电话")
    assert batu.say("另外他房子在赛罕区").text.startswith("「另外他房子在赛罕区」不是时间，没有记下，")
    assert len(promised(company)) == 2, "only the two follow-ups"


@pytest.mark.parametrize(
    ("answer", "kindly"), [("谢谢", "不客气。"), ("嗯", "好的。"), ("👌", "好的。"), ("你好", "您好。")]
)
def test_a_kind_word_instead_of_a_time_is_answered_kindly(batu: Colleague, answer: str, kindly: str) -> None:
    batu.say("跟进 L1 改天再约")
    assert batu.say(answer).text.startswith(f"{kindly}L1 下次什么时候联系？请回复时间，如 明天10点")
    assert batu.say("明天10点").text.startswith("已记录 L1 的跟进，下次联系：明天")


def test_who_does_not_know_yet_is_not_pressed(company: Company, agreed: Colleague) -> None:
    agreed.say("跟进 L1 改天再约")
    assert agreed.say("不知道").text == f"好的，L1 的跟进已记录，下次联系仍是：{THURSDAY}。"
    agreed.say("跟进 L1 不约")
    agreed.say("跟进 L1 改天再约")
    assert agreed.say("还没想好").text.startswith("好的，L1 的跟进已记录，先不约下次联系。")


def test_a_picture_says_yes_to_what_is_proposed(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1 12.3见")
    assert batu.say("👌").text == "已记录 L1 的跟进，下次联系：12月3日（周四）上午9点半。"
    assert next_contact(company) == "12-03 09:30"


def test_only_what_was_written_is_quoted(batu: Colleague) -> None:
    batu.say("跟进 L1 过几天再打")
    assert batu.say("10点").text.startswith("「10点」没说是哪一天。")
    assert batu.say("周五").text == "已记录 L1 的跟进，下次联系：11月27日（周五）上午10点。"
    batu.say("跟进 L1 中秋再说")
    assert batu.say("9月15").text.startswith("「9月15」已经过去。")
