"""转移 of several leads at once, and of one with its old owner looking on until a date."""

from dataclasses import replace

import pytest
from kit.company import Company
from kit.phones import PARTS
from sqlalchemy import select, true

from core.leads import ownership
from core.leads.pools import HoldingRule
from core.leads.readers import LeadReader
from core.store.audit import AuditRow

PHONES = [f"1394710100{number}" for number in range(6)]


def leads(company: Company, count: int, by: str = "batu") -> list[int]:
    return [company.lead(phone=phone, by=by) for phone in PHONES[:count]]


def test_several_are_given_and_each_has_its_result(company: Company) -> None:
    leads(company, 3)
    company.lead(phone="13947101009", by="zhoumin")
    batu, zhang, before = company.person("batu"), company.person("zhangsan"), company.so_far
    said = batu.say("转移 L1 L2、L3 L4 L99 张三 休假").text
    assert said.splitlines() == [
        "已转给 张三 3 条：L1、L2、L3。对方会收到一条通知。",
        "· 没有找到 L4",
        "· 没有找到 L99",
    ]
    assert [company.owner(number) for number in (1, 2, 3)] == [zhang.actor.id] * 3
    card = zhang.heard_since(before).card
    assert card.title == "转给您 3 条线索"
    assert card.labels == ["L1 刘志强", "L2 刘志强", "L3 刘志强", "我的客户"]
    assert PHONES[0] in zhang.tap(card, "L1 刘志强").card.whole


def test_said_again_nothing_happens_twice(company: Company) -> None:
    leads(company, 2)
    lina, zhang = company.person("lina"), company.person("zhangsan")
    lina.say("转移 L1-L2 张三")
    before = company.so_far
    assert lina.say("转移 L1-L2 张三").text.splitlines() == [
        "一条也没有转。", "· L1、L2 本来就归 张三",
    ]  # fmt: skip
    assert zhang.heard_since(before).messages == ()


def test_the_old_owner_hears_once_of_all_that_another_hand_moved(company: Company) -> None:
    leads(company, 3)
    batu, before = company.person("batu"), company.so_far
    company.person("lina").say("转移 L1 L2 L3 张三")
    card = batu.heard_since(before).card
    assert card.title == "3 条线索已从您名下转移"
    assert card.rows["L1"] == "刘** 转给 张*"
    assert PHONES[0] not in card.whole


def test_what_does_not_fit_is_said(company: Company) -> None:
    pools = replace(company.runtime.company.pools, holding=(HoldingRule(2),))
    company.runtime.in_force.hold(replace(company.runtime.company, pools=pools))
    company.lead(phone="13947101009", by="zhangsan")
    leads(company, 2)
    said = company.person("batu").say("转移 L2 L3 张三").text.splitlines()
    assert said == ["已转给 张三 1 条：L2。对方会收到一条通知。", "· L3 没有转：张三 名下已有 2/2 条"]
    assert company.owner(3) == company.person("batu").actor.id


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("转移 L1 L2", "要转给谁？请写上姓名，如：转移 L1 L2 李娜。"),
        ("转移 L1 L2 没这人", "没有找到在职同事「没这人」。请写全名，如：转移 L1 L2 姓名。"),
        ("转移 L1-L40 张三", "一次最多转 20 条，您写了 40 条，还没有转。"),
        ("转移 L1 张三 可查看至 11-20", "可查看到的日期已经过去了，还没有转。"),
        ("转移 L1 张三 可查看至以后", "没看懂可查看到哪一天，还没有转。"),
        ("转移 L1 张三 可查看至 2029-12-31", "最多可查看一年"),
    ],
)
def test_what_is_not_clear_moves_nothing(company: Company, typed: str, said: str) -> None:
    leads(company, 2)
    assert company.person("batu").say(typed).text.startswith(said)
    assert company.owner(1) == company.person("batu").actor.id


@pytest.mark.parametrize(
    "typed",
    [
        "转移 L1 张三 可查看至 12-31",
        "转移 L1 张三 保留查看到12月31日 她认识客户",
        "转移 L1 张三，可查看至2026-12-31。",
        "转移 L1 张三 保留查看37天",
    ],
)
def test_the_old_owner_looks_on_until_the_date_and_no_longer(company: Company, typed: str) -> None:
    leads(company, 1)
    batu, zhang = company.person("batu"), company.person("zhangsan")
    batu.say("跟进 L1 意向强，客户有两套房")
    assert batu.say(typed).text == (
        "L1 已转给 张三，跟进记录一并转移，对方会收到通知。您可查看至 12-31（只能看，电话打码）。"
    )
    zhang.say("跟进 L1 客户要30万")
    for asked in ("客户 L1", f"客户 {PHONES[0]}", "客户 刘志强"):
        card = batu.say(asked).card
        assert "由 张三 跟进" in card.whole
        assert "客户要30万" in card.whole
        assert "原来由您跟进，可查看至 12-31" in card.whole
        assert PHONES[0] not in card.whole
        assert card.labels == ["刷新"]
    assert "您不能操作" in batu.say("电话 L1").text
    assert "您不能操作" in batu.say("跟进 L1 再看看").text
    assert "您不能操作" in batu.say("释放 L1 联系不上").text
    company.clock.go(days=37, hours=13, minutes=59)  # 23:59 of that day
    assert batu.say("客户 L1").card.title == "L1 刘**"
    company.clock.go(minutes=2)
    assert "没有找到您能查看的客户" in batu.say("客户 L1").text
    assert "没有找到您能查看的客户" in batu.say(f"客户 {PHONES[0]}").text


def test_a_manager_lets_him_look_and_ends_it(company: Company) -> None:
    leads(company, 1)
    batu, lina, before = company.person("batu"), company.person("lina"), company.so_far
    said = lina.say("转移 L1 张三 可查看至 12-31 交接期").text
    assert "您可查看至 12-31，回复 客户 L1" in batu.heard_since(before).card.whole
    assert said.endswith("巴特尔·孟和 可查看至 12-31（只能看，电话打码），提前收回请发：取消查看 L1。")
    assert batu.say("客户 L1").card.labels == ["刷新"]
    assert batu.say("取消查看 L1").text.startswith("L1 由 张* 跟进，您不能操作")
    assert lina.say("取消查看 L1").text == "巴特尔·孟和 从现在起不能再看 L1。"
    assert "没有找到您能查看的客户" in batu.say("客户 L1").text
    assert lina.say("取消查看 L1").text == "L1 没有保留查看的人。"


def test_while_it_waits_in_a_pool_the_pool_says_what_is_seen(company: Company) -> None:
    leads(company, 1)
    batu = company.person("batu")
    batu.say("跟进 L1 意向强，客户有两套房")
    batu.say("转移 L1 张三 可查看至 12-31")
    company.person("zhangsan").say("释放 L1 联系不上")
    assert "客户有两套房" not in batu.say("客户 L1").card.whole


@pytest.mark.parametrize("way", ["released", "fallen"])
def test_looking_on_ends_when_the_lead_goes_into_a_pool(company: Company, way: str) -> None:
    leads(company, 1)
    batu, zhang = company.person("batu"), company.person("zhangsan")
    batu.say("转移 L1 张三 可查看至 12-31")
    assert "可查看至 12-31" in batu.say("客户 L1").card.whole
    if way == "released":
        zhang.say("释放 L1 联系不上")
    else:
        with company.runtime.store.unit(request_id="test") as unit:
            assert ownership.fall(unit, {("7天跟进", "region"): [1]}, true())
    company.person("surina").say("领取 L1")
    assert company.owner(1) == company.person("surina").actor.id
    seen = batu.say("客户 L1")
    assert "可查看至" not in seen.text + "".join(card.whole for card in seen.cards)
    with company.runtime.store.read() as session:
        ended = session.scalars(select(AuditRow.action).where(AuditRow.action == "lead:reader:end")).all()
        assert (len(ended), session.scalars(select(LeadReader.lead_id)).all()) == (1, [])


@pytest.mark.parametrize("way", ["given back", "by the superior"])
def test_who_gets_the_lead_himself_looks_on_no_longer_when_it_goes_on(company: Company, way: str) -> None:
    leads(company, 1)
    batu, lina = company.person("batu"), company.person("lina")
    batu.say("转移 L1 张三 可查看至 12-31")
    if way == "given back":
        company.person("zhangsan").say("转移 L1 巴特尔·孟和")
    else:
        lina.say("转移 L1 巴特尔·孟和 可查看至 12-30")
    assert company.owner(1) == batu.actor.id
    company.clock.go(days=1)
    lina.say("转移 L1 娜仁·其其格 客户投诉")
    assert "没有找到您能查看的客户" in batu.say("客户 L1").text
    with company.runtime.store.read() as session:
        ended = session.scalars(select(AuditRow).where(AuditRow.action == "lead:reader:end")).one()
        assert (ended.subject, ended.details) == ("lead:1", f'{{"person":{batu.actor.id}}}')


@PARTS
def test_without_a_number_his_leads_are_ticked_for_the_colleague(company: Company) -> None:
    leads(company, 3)
    batu, zhang = company.person("batu"), company.person("zhangsan")
    card = batu.say("转移 张三").card
    assert (card.title, card.labels) == ("转给 张三", ["转给 张三"])
    assert card.options == ["L3", "L2", "L1"]
    before = company.so_far
    said = batu.tap(card, "转给 张三", ticked=["L1", "L3"])
    assert said.text == "已转给 张三 2 条：L1、L3。对方会收到一条通知。"
    assert [company.owner(number) for number in (1, 2, 3)] == [zhang.actor.id, batu.actor.id, zhang.actor.id]
    assert zhang.heard_since(before).card.title == "转给您 2 条线索"
    assert batu.now(card).options == ["L2"]
    assert "请先勾选" in batu.tap(batu.now(card), "转给 张三").text
    assert batu.say("转移 何静").text == "何静 的岗位不跟进客户，不能接收线索。请转给客户经理。"
