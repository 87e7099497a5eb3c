"""收到: an application that waits for somebody outside goes on when its officer says that the answer is there."""

from dataclasses import replace

from kit.company import ON_ONE_DATABASE, Company
from kit.invariants import assert_kept
from kit.loan_flows import FIRST, FORM, PAY, flow
from kit.loans import stands

from core.loans.flows import Flows, Wait

pytestmark = ON_ONE_DATABASE
BANK = Wait("bank", "等银行", "first", "pay", "银行批复")


def test_what_was_waited_for_lets_it_go_on(company: Company) -> None:
    of = flow(replace(FIRST, next="bank"), BANK, PAY)
    company.runtime.in_force.hold(replace(company.runtime.company, forms=(FORM,), flows=Flows((of,))))
    lead = company.lead("张伟", phone="13947100001", by="batu")
    batu, hejing = company.person("batu"), company.person("hejing")
    batu.say(f"进件 L{lead} 房抵 50万 12期")
    batu.say("提交 A1")
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
    assert_kept(company.runtime.store, company.platform.journal)
