"""Deadlines by chat: who is reminded, whose superior hears of it, what is said of pauses."""

from dataclasses import replace
from datetime import datetime

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loan_flows import FIRST, FORM, PAY, flow
from kit.loans import hand_in, newest_card, open_task
from kit.phones import PARTS

from core.calendar import CHINA, Length, Unit
from core.leads.assignment_rules import Leave
from core.loans import service
from core.loans.flows import Approve, Deadline, Flows, Rung, Step, Who
from core.loans.outcomes import Started, Submitted
from core.risk.policy import Policies

pytestmark = ON_ONE_DATABASE
TWO, FOUR, EIGHT = (Length(amount, Unit.HOUR, working=True) for amount in (2, 4, 8))
LADDER = (Step(Rung.REMIND, TWO, before=True), Step(Rung.SUPERIOR), Step(Rung.REASSIGN, FOUR))


@pytest.fixture
def number(company: Company) -> int:
    """巴图's application, which 张三 has until tomorrow 10:30; its number."""
    zhang = (Who(people=("zhangsan",)),)
    first = replace(FIRST, next="pay", who=zhang, deadline=Deadline(EIGHT, LADDER))
    of = flow(first, PAY, pauses=("待客户补件", "待银行"))
    company.runtime.in_force.hold(replace(company.runtime.company, forms=(FORM,), flows=Flows((of,)), risk=Policies()))
    lead = company.lead("张伟", phone="13947100001", by="batu")
    rules, batu = company.runtime.company.loans, company.person("batu").actor
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        started = service.start(unit, batu, lead, "house", {"amount": 50_000_000, "term": "12"}, rules)
        assert isinstance(started, Started)
        assert isinstance(service.submit(unit, batu, started.application_id, rules), Submitted)
    company.settle()
    return started.application_id


def sweep(company: Company, day: int, hour: int, minute: int) -> None:
    company.clock.now = datetime(2026, 11, day, hour, minute, tzinfo=CHINA)
    company.runtime.deadlines.round()
    company.settle()


def test_reminded_then_the_superior_too_then_it_is_his(company: Company, number: int) -> None:
    zhang, lina = company.person("zhangsan"), company.person("lina")
    card = zhang.after(lambda: sweep(company, 24, 17, 30)).card
    assert card.title == f"A{number} 初审 还有2小时"
    assert card.rows == {"需求": "房抵50万"}
    assert card.labels == ["去处理", "进度", "稍后提醒"]
    began = company.so_far
    card = lina.after(lambda: sweep(company, 25, 10, 30)).card
    assert card.title == f"A{number} 初审 已到期"
    assert card.rows == {"处理人": "张三", "需求": "房抵50万"}
    assert zhang.heard_since(began).card.title == f"A{number} 初审 已到期"
    said = zhang.after(lambda: sweep(company, 25, 16, 0)).text
    assert f"A{number} 的初审过了期限，已按流程转给 李娜，您不用再处理。" in said


def test_what_is_left_is_counted_without_his_leave(company: Company, number: int) -> None:
    """He is away tomorrow: it is due on the day after."""
    now = company.runtime.company
    leave = (Leave(datetime(2026, 11, 25, tzinfo=CHINA), datetime(2026, 11, 26, tzinfo=CHINA)),)
    away = replace(now.assignment, others_leave=(("zhangsan", leave),))
    company.runtime.in_force.hold(replace(now, assignment=away))
    zhang = company.person("zhangsan")
    assert zhang.after(lambda: sweep(company, 24, 17, 30)).card.title == f"A{number} 初审 还有2小时"
    assert zhang.after(lambda: sweep(company, 26, 10, 30)).card.title == f"A{number} 初审 已到期"


def test_the_reminder_of_what_went_on_opens_the_task_as_it_stands(company: Company, number: int) -> None:
    """The card that told of it has nothing to say any more, and stays as it was."""
    zhang = company.person("zhangsan")
    card = zhang.after(lambda: sweep(company, 24, 17, 30)).card
    sweep(company, 25, 16, 0)
    heard = zhang.tap(card, "去处理")
    assert heard.card.rows["现在"] == "初审 · 李娜"
    assert heard.texts == []


def test_whoever_has_another_task_of_it_is_not_told_that_nothing_is_left(company: Company) -> None:
    """刘芳 and 朝鲁 decide together, and she is his superior: hers goes on to hers, and his to her."""
    of, *others = company.runtime.company.flows.flows
    deadline = Deadline(EIGHT, (Step(Rung.REASSIGN),))
    nodes = [replace(each, deadline=deadline) if isinstance(each, Approve) else each for each in of.nodes]
    flows = Flows((replace(of, nodes=tuple(nodes)), *others))
    company.runtime.in_force.hold(replace(company.runtime.company, flows=flows))
    hand_in(company)
    liufang = company.person("liufang")
    heard = liufang.after(lambda: sweep(company, 26, 16, 0))
    assert f"您另外还有 T{open_task(company, 'liufang')} 要处理。" in heard.text
    assert "您不用再处理" not in heard.text


def test_on_the_card_it_is_as_late_as_in_the_notice(company: Company, number: int) -> None:
    """Both in working time: overnight nobody is later."""
    zhang = company.person("zhangsan")
    sweep(company, 25, 10, 30)
    company.clock.now = datetime(2026, 11, 25, 15, 30, tzinfo=CHINA)
    assert "已超期3小时30分" in zhang.say(f"待办 T{open_task(company, 'zhangsan')}").card.whole
    sweep(company, 25, 16, 0)
    lina = company.person("lina")
    card = lina.say(f"待办 T{open_task(company, 'lina')}").card
    assert "初审 张三 超期没有处理，按流程转走 11-25 16:00" in card.whole


def test_a_late_reminder_says_so(company: Company, number: int) -> None:
    card = company.person("zhangsan").after(lambda: sweep(company, 25, 9, 30)).card
    assert card.title == f"A{number} 初审 还有1小时"
    assert "这条提醒本该 昨天 17:30 发出，晚了，请见谅。" in card.whole


def test_who_is_done_hears_nothing(company: Company, number: int) -> None:
    zhang = company.person("zhangsan")
    zhang.say(f"暂停 A{number} 待银行")
    assert zhang.after(lambda: sweep(company, 25, 16, 0)).messages == ()


@PARTS
def test_who_was_shown_the_pause_is_shown_the_deadline_when_it_is_over(company: Company, number: int) -> None:
    """The pause has used up the one change that a card allows. Nobody gets more than one card."""
    zhang, batu = company.person("zhangsan"), company.person("batu")
    card = newest_card(zhang, "初审")
    batu.say(f"暂停 A{number} 待银行")
    assert "暂停：待银行" in zhang.now(card).whole
    company.clock.go(hours=6)
    fresh = zhang.after(lambda: batu.say(f"继续 A{number}")).card
    assert fresh.message.id != card.message.id
    assert "暂停" not in fresh.whole
    assert "截止 明天（周三）16:30" in fresh.whole
    batu.say(f"暂停 A{number} 待银行")
    assert "暂停：待银行" in zhang.now(fresh).whole, "a fresh card can be changed once more"
    assert len(zhang.after(lambda: batu.say(f"继续 A{number}")).cards) == 1


def test_each_of_those_who_decide_together_is_shown_it_once(company: Company) -> None:
    number = hand_in(company)
    batu, both = company.person("batu"), [company.person("liufang"), company.person("chaolu")]
    batu.say(f"暂停 A{number} 待客户补件")
    company.clock.go(hours=3)
    began = company.so_far
    batu.say(f"继续 A{number}")
    for who in both:
        card = who.heard_since(began).card
        assert (card.title, "暂停" in card.whole) == (f"T{open_task(company, who.userid)} 初审 待您审批", False)


def test_pausing_and_going_on(company: Company, number: int) -> None:
    batu, zhang = company.person("batu"), company.person("zhangsan")
    assert batu.say("暂停").text.startswith("暂停 请这样发：暂停 A203 原因")
    assert batu.say(f"暂停 A{number}").text == (
        f"暂停要写原因，只能是：待客户补件、待银行。请回复 暂停 A{number} 待客户补件。"
    )
    assert zhang.say(f"暂停 ａ{number} 补件").text == (
        f"A{number} 已暂停计时：待客户补件。期限停在现在，好了请回复 继续 A{number}。"
    )
    assert batu.say(f"停表 {number} 待银行").text == (
        f"A{number} 已经暂停了：待客户补件（张三，今天 10:00）。恢复计时请回复 继续 A{number}。"
    )
    company.clock.go(days=1)
    assert batu.say(f"继续 A {number}").text == (
        f"A{number} 恢复计时（待客户补件，昨天 10:00 起暂停），明天（周四）10:30 到期。"
    )
    assert batu.say(f"继续 A{number}").text == (
        f"A{number} 现在没有暂停（走到下一步时，之前的暂停就结束了）。看办到哪了，回复 进度 A{number}。"
    )
    assert batu.say("暂停 A99 待银行").text.startswith("没有找到 A99")
    hejing = company.person("hejing")
    assert hejing.say(f"暂停 A{number} 待银行").text == (
        f"A{number} 要由它的客户经理或正在办理的人（张三）暂停或恢复计时。"
    )
