"""收到: an application that waits for somebody outside goes on when its officer says that the answer is there."""

from dataclasses import replace

from kit.company import ON_ONE_DATABASE, Company
from kit.invariants import assert_kept
from kit.loan_flows import FIRST, FORM, PAY, flow
from kit.loans import newest_card, stands

from core.loans.flows import Flows, Wait

pytestmark = ON_ONE_DATABASE
BANK = Wait("bank", "等银行", "first", "pay", "银行批复")


def handed_in(company: Company) -> None:
    """A1 of 巴图, which waits for the bank after 初审."""
    of = flow(replace(FIRST, next="bank"), BANK, PAY)
    company.runtime.in_force.hold(replace(company.runtime.company, forms=(FORM,), flows=Flows((of,))))
    lead = company.lead("张伟", phone="13947100001", by="batu")
    batu = company.person("batu")
    batu.say(f"进件 L{lead} 房抵 50万 12期")
    batu.say("提交 A1")


def test_its_officer_is_told_that_it_waits_and_what_to_send_and_finds_it_in_his_list(company: Company) -> None:
    handed_in(company)
    batu, lina, liufang = (company.person(one) for one in ("batu", "lina", "liufang"))
    assert "没有待您处理的进件" in batu.say("待办").card.whole
    began = company.so_far
    liufang.say("同意 A1")
    told = newest_card(batu, "进度 A1")
    assert told.message.id in [message.id for message in batu.heard_since(began).messages]
    assert told.rows["现在"] == "等银行 · 等外部结果"
    assert "等「银行批复」：来了请发：收到 A1 银行批复" in told.whole
    assert "等「银行批复」：来了请巴特尔发：收到 A1 银行批复" in lina.say("进度 A1").card.whole
    company.clock.go(hours=3)
    listed = batu.say("待办").card
    assert ("共1件" in listed.whole, listed.rows) == (True, {"A1": "张伟 等 银行批复 3小时"})
    assert batu.tap(listed, "A1 张伟").card.title == told.title
    assert "没有待您处理的进件" in lina.say("待办").card.whole
    batu.say("收到 A1 银行批复")
    assert "没有待您处理的进件" in batu.say("待办").card.whole
    assert "银行批复" not in batu.now(told).whole, "it hangs as it is now"


def test_what_waits_for_the_outside_goes_along_with_its_lead(company: Company) -> None:
    handed_in(company)
    company.person("liufang").say("同意 A1")
    company.person("lina").say("转移 L1 张三")
    zhang = company.person("zhangsan")
    assert "等 银行批复" in zhang.say("待办").card.rows["A1"]
    assert "没有待您处理的进件" in company.person("batu").say("待办").card.whole
    assert "等 何静" in zhang.say("收到 A1 银行批复").text


def test_what_was_waited_for_lets_it_go_on(company: Company) -> None:
    handed_in(company)
    batu, hejing = company.person("batu"), company.person("hejing")
    assert batu.say("收到 A1").text == "A1 现在没有在等外面的消息。"
    assert "现在没有在等" in batu.say("收到 A1 银行批复").text
    company.person("liufang").say("同意 A1")
    assert "等外部结果" in batu.say("进度 A1").card.whole
    assert "银行批复" in batu.say("收到 A1 抵押登记").text
    assert company.person("zhangsan").say("收到 A1 银行批复").text.startswith("没有找到")
    assert stands(company, 1) == ""
    assert batu.say("收到 a 1").text == "A1 在等 「银行批复」。已经收到就回复 好，或发：收到 A1 银行批复"
    assert "等 何静" in batu.say("好").text
    assert stands(company, 1) == "pay: hejing"
    assert "巴特尔收到，用时" in batu.say("进度 A1").card.whole
    assert "没有在等" in batu.say("收到 a 1 「银行批复」").text
    assert hejing.say("待办").card.title == "待办"
    assert_kept(company.runtime.store, company.platform.journal, company.ding)
