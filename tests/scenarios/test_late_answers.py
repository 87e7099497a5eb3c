"""What is typed when a question has lapsed: nothing is done with it, and that is said."""

import pytest
from kit.company import Company
from sqlalchemy import func, select

from core.leads.models import FollowUp


def follow_ups(company: Company) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(FollowUp)) or 0


LATE = [
    ("跟进 L1", "意向强，明天10点", "跟进内容", "跟进 L1 意向强，明天10点", "已记录 L1 的跟进，下次联系：明天"),
    ("跟进 L1 12月32日", "明天10点", "下次联系时间", "跟进 L1 明天10点", "已记录 L1 的跟进，下次联系：明天"),
    ("释放 L1", "联系不上", "释放原因", "释放 L1 联系不上", "L1 已释放到呼和浩特池"),
]


@pytest.mark.parametrize(("asked", "typed", "what", "send", "done"), LATE)
@pytest.mark.parametrize("swept", [False, True])
def test_a_late_answer_is_told_so_and_a_yes_does_it(
    company: Company, asked: str, typed: str, what: str, send: str, done: str, swept: bool
) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say(asked)
    before = follow_ups(company)
    company.clock.go(minutes=31)
    if swept:
        company.runtime.sweeper.sweep()
    said = f"等 L1 的{what}已超时，这句话没有记下。请回复 好，或发：{send}"
    assert batu.say(typed).text == said
    assert follow_ups(company) == before
    assert company.owner(1) == batu.actor.id
    assert batu.say("好").text.startswith(done)


def test_it_is_told_once_and_not_after_something_else_or_a_day(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("跟进 L1")
    company.clock.go(minutes=31)
    assert "已超时" in batu.say("意向强").text
    company.clock.go(minutes=2)
    assert "没看懂" in batu.say("意向强").text
    batu.say("跟进 L1")
    company.clock.go(minutes=31)
    batu.say("我的客户")
    assert "没看懂" in batu.say("意向一般").text, "he went on to something else"
    batu.say("跟进 L1")
    company.clock.go(hours=25)
    assert "没看懂" in batu.say("意向很强").text


@pytest.mark.parametrize("typed", ["工海", "L1 没接", "王丽 13800001140"])
def test_what_is_likelier_a_command_is_suggested_as_ever(company: Company, typed: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("跟进 L1")
    company.clock.go(minutes=31)
    assert batu.say(typed).text.startswith("没看懂")


def test_a_kind_word_is_answered_kindly(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("跟进 L1")
    company.clock.go(minutes=31)
    assert batu.say("谢谢").text == "不客气，有事随时叫我。"
    assert "已超时" in batu.say("意向强").text


def test_a_long_late_answer_is_not_put_into_the_suggestion(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("跟进 L1")
    company.clock.go(minutes=31)
    said = batu.say("客户意向强，" * 20).text
    assert said == "等 L1 的跟进内容已超时，这句话没有记下。请发：跟进 L1 跟进内容"
