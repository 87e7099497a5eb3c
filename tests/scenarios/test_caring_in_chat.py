"""批量关怀 as people meet it: asked for, confirmed, told to the owners, ticked off, watched."""

from dataclasses import replace

import pytest
from kit.company import Card, Company, Heard
from kit.phones import TICKS

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.care_rules import CareRules, CareTemplate
from core.leads.recycling import Lapse, Recycling, RecyclingRule
from core.leads.tags import Tag, Tagging

TEXT = "快过节了，问问资金需求"


@pytest.fixture(autouse=True)
def leads(company: Company) -> None:
    """Seven A of 巴特尔's, one of 张三's."""
    care = CareRules((CareTemplate("节日", "节日问候"),), daily=2)
    tagging = Tagging(tags=(Tag("高意向"),))
    company.runtime.in_force.hold(replace(company.runtime.company, tagging=tagging, care=care))
    for place in range(7):
        company.lead(phone=f"1394710000{place}", by="batu")
    company.lead(phone="13947100008", by="zhangsan")
    company.person("lina").say("等级 L1-L8 A")


def ask(company: Company, words: str = f"关怀 A：{TEXT}") -> Card:
    return company.person("lina").say(words).card


def begin(company: Company) -> tuple[Card, Heard]:
    """The card of who began it, and what 巴特尔 heard."""
    before = company.so_far
    card = ask(company)
    company.person("lina").tap(card, "确认发起")
    return company.person("lina").now(card), company.person("batu").heard_since(before)


def test_asked_for_shown_and_confirmed(company: Company) -> None:
    lina = company.person("lina")
    before = company.so_far
    card = ask(company)
    assert card.title == "关怀 8 位客户？"
    assert card.rows == {"条件": "A级", "客户": "8 位", "归属人": "2 位"}
    assert TEXT in card.whole
    assert card.labels == ["确认发起", "不发了"]
    assert company.person("batu").heard_since(before).messages == (), "nobody is told before"
    said = lina.tap(card, "确认发起").text
    assert said == "关怀 C1 已发起：已给 2 位归属人列了 8 条任务。没有给客户发任何消息。回复 关怀进度 看做到哪了。"
    assert lina.now(card).title == "关怀 C1 完成 0/8"
    heard = company.person("batu").heard_since(before)
    assert heard.texts == [TEXT], "by itself, to be copied"
    assert heard.card.title == "关怀任务 7 条"
    assert "李娜建议说" in heard.card.whole
    assert "13947100000" in heard.card.whole, "his own customers' numbers"
    assert len(heard.card.options) == 5


@TICKS
def test_ticked_off_with_a_follow_up_and_watched(company: Company) -> None:
    watched, heard = begin(company)
    batu, lina = company.person("batu"), company.person("lina")
    tasks = heard.card
    assert batu.tap(tasks, "已联系", ticked=["L1", "L2"]).text == "L1、L2 已记为联系过，并写了跟进。还剩 5 条。"
    assert batu.now(tasks).title == "关怀任务 5 条"
    assert batu.now(tasks).options == ["L3", "L4", "L5", "L6", "L7"]
    assert f"已联系（关怀：{TEXT}）" in batu.say("客户 L1").card.whole
    assert lina.now(watched).title == "关怀 C1 完成 2/8"
    assert "巴特尔·孟和 2/7" in lina.say("关怀进度").card.whole
    assert batu.tap(batu.now(tasks), "已联系", ticked=["L3", "L4", "L5", "L6", "L7"]).text.endswith("您都做完了。")
    assert batu.now(tasks).title == "没有待联系的关怀任务了"
    assert batu.say("关怀任务").text == "您没有待联系的关怀任务。"


WAITS = "其中 {} 位有关怀任务待办，回复 关怀任务 查看"
WAITS_FOR_ONE = "这位客户有关怀任务待办，回复 关怀任务 查看"


def test_who_gets_a_lead_is_told_once_that_a_care_waits(company: Company) -> None:
    begin(company)
    lina, zhang, naren = (company.person(userid) for userid in ("lina", "zhangsan", "naren"))
    before = company.so_far
    lina.say("转移 L1 娜仁·其其格")
    (told,) = naren.heard_since(before).cards
    assert WAITS_FOR_ONE in told.whole
    before = company.so_far
    lina.say("转移 L2 L3 娜仁·其其格")
    (told,) = naren.heard_since(before).cards
    assert WAITS.format(2) in told.whole
    assert naren.say("关怀任务").card.options == ["L1", "L2", "L3"]
    zhang.say("释放 L8 联系不上")
    claimed = company.person("sunli").say("领取 L8")
    assert WAITS_FOR_ONE in claimed.card.whole
    assert company.person("sunli").say("关怀任务").card.options == ["L8"]
    company.clock.go(minutes=1)
    naren.say("跟进 L1 打过了")
    before = company.so_far
    lina.say("转移 L1 张三")
    assert "关怀任务" not in zhang.heard_since(before).card.whole, "it is done"


def test_who_gets_a_leavers_leads_is_told_of_their_cares(company: Company) -> None:
    begin(company)
    zhao, zhang = company.person("zhaojianguo"), company.person("zhangsan")
    asked = zhao.say("离职交接 巴特尔·孟和 张三").card
    assert asked.rows["关怀任务"] == "7个"
    zhao.tap(asked, "确认交接")
    while company.runtime.handing_over.round():
        company.settle()
    company.settle()
    whole = "".join(card.whole for card in zhang.heard_since().cards)
    assert WAITS.format(7) in whole
    assert zhao.say("交接结果").card.rows["关怀任务"] == "转出7"


def test_tasks_of_older_cares_are_counted_beside_the_newest(company: Company) -> None:
    begin(company)
    lina, zhang = company.person("lina"), company.person("zhangsan")
    fresh = company.lead(phone="13947100009", by="zhangsan")
    lina.say(f"等级 L{fresh} B")
    lina.tap(lina.say(f"关怀 B：{TEXT}").card, "确认发起")
    heard = zhang.say("关怀任务")
    assert heard.card.options == [f"L{fresh}"]
    assert heard.text == "更早的关怀里还有 1 条，这张做完后再发 关怀任务 查看。"


def test_a_task_goes_with_its_lead(company: Company) -> None:
    _, heard = begin(company)
    batu, zhang = company.person("batu"), company.person("zhangsan")
    batu.say("转移 L1 张三")
    assert zhang.say("关怀任务").card.options == ["L1", "L8"]
    assert batu.now(heard.card).options == ["L2", "L3", "L4", "L5", "L6"]
    assert batu.tap(heard.card, "已联系", ticked=["L1"]).text == "这张卡片已过期，已为您刷新为最新状态。"
    assert "13947100000" not in batu.now(heard.card).whole


@pytest.mark.parametrize("way", ["转移 L1 张三", "释放 L1 联系不上"])
def test_the_old_owners_card_loses_the_phone_at_once(company: Company, way: str) -> None:
    """All his cards of this care, without a tap of his."""
    _, heard = begin(company)
    batu = company.person("batu")
    again = batu.say("关怀任务").card
    batu.say(way)
    for card in (heard.card, again):
        assert "13947100000" not in batu.now(card).whole
        assert batu.now(card).title == "关怀任务 6 条"


def test_what_is_recycled_leaves_the_card_too(company: Company) -> None:
    _, heard = begin(company)
    rule = RecyclingRule("2天跟进", Lapse.FOLLOW_UP, Length(2, Unit.DAY))
    company.runtime.in_force.hold(replace(company.runtime.company, recycling=Recycling(WorkingCalendar(), (rule,))))
    company.clock.go(days=1)
    company.person("batu").say("跟进 L2 打过了")
    company.clock.go(days=1, hours=1)
    company.runtime.recycler.round()
    company.settle()
    now = company.person("batu").now(heard.card)
    assert "1394710" not in now.whole
    assert now.title == "没有待联系的关怀任务了"


def test_a_text_of_one_message_is_kept_whole_and_a_longer_one_refused(company: Company) -> None:
    lina, batu = company.person("lina"), company.person("batu")
    text = "马上过节了！" * 83
    before = company.so_far
    lina.tap(lina.say(f"关怀 A：{text}").card, "确认发起")
    assert text in batu.heard_since(before).texts
    said = lina.say(f"关怀 A：{text}还有三字").text
    assert said == "想说的话最多 500 字，这里有 502 字，还没有发起。请写短一些再发。"


def test_what_is_not_confirmed_is_nothing(company: Company) -> None:
    lina = company.person("lina")
    card = ask(company)
    assert lina.tap(card, "不发了").text == "好的，没有发起关怀。"
    assert lina.now(card).title == "关怀 C1 已作废"
    old, new = ask(company), ask(company)
    assert "已作废" in lina.tap(old, "确认发起").text
    assert "已发起" in lina.tap(new, "确认发起").text
    assert lina.say("关怀进度").card.title.endswith("完成 0/8")


SAID = [
    (
        "关怀 A",
        "关怀要写一群客户和想说的话，用冒号隔开，如：关怀 A级：最近有资金需求吗？\n"
        "也可以用现成的话术：节日，如：关怀 A级：节日",
    ),
    (
        "关怀 全体：您好",
        "没看懂「全体」。可以写等级、标签、产品、地区、部门、金额、几天未跟进、今天到期，"
        "如：关怀 A 高意向 房抵 50万以上 3天未跟进",
    ),
    ("关怀 高意问：您好", "没看懂「高意问」，是不是 高意向？请发：关怀 高意向：您好"),
    ("关怀 C：您好", "没有符合的客户。可以先看看有谁：我的客户 或 部门客户 加条件。"),
]


@pytest.mark.parametrize(("typed", "said"), SAID, ids=[typed for typed, _ in SAID])
def test_what_is_missing_or_wrong_is_said(company: Company, typed: str, said: str) -> None:
    assert company.person("lina").say(typed).text == said


def test_a_template_and_the_days_limit(company: Company) -> None:
    batu = company.person("batu")
    card = batu.say("关怀 A：节日").card
    assert "节日问候" in card.whole
    assert card.rows["归属人"] == "1 位", "an officer cares for his own"
    batu.tap(card, "确认发起")
    assert batu.say("关怀 A：节日").text == "符合的客户都已在关怀任务里，或 3 天内刚关怀过，不重复打扰。"
    company.lead(phone="13947100077", by="batu", product="car")
    batu.tap(batu.say("关怀 车抵：您好").card, "确认发起")
    company.lead(phone="13947100078", by="batu", product="car")
    assert batu.say("关怀 车抵：您好").text.startswith("今天已发起 2/2 次关怀，明天")
