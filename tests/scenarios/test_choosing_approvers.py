"""提交人选择: whom the submitter names is asked for when he hands in, and to whom it comes where nobody is found."""

from dataclasses import replace

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loan_flows import FIRST, FORM, PAY, SECOND, flow
from kit.loans import newest_card, stands

from core.loans.flows import Flow, Flows, Mode, Who
from core.people.service import leave

pytestmark = ON_ONE_DATABASE
LEFT = (Who(chosen=True),)
BY_CHOICE = flow(
    replace(FIRST, who=LEFT, mode=Mode.SEQUENCE), replace(SECOND, who=(Who(role="approver"),), next="pay"), PAY
)


def begun(company: Company, of: Flow) -> None:
    """The only flow, with a form of two questions; 巴图 has filled in A1."""
    company.runtime.in_force.hold(replace(company.runtime.company, forms=(FORM,), flows=Flows((of,))))
    lead = company.lead("张伟", phone="13947100001", by="batu")
    company.person("batu").say(f"进件 L{lead} 房抵 50万 12期")


def test_named_when_it_is_handed_in(company: Company) -> None:
    begun(company, BY_CHOICE)
    batu = company.person("batu")
    assert "初审：由您选人，提交时会问" in newest_card(batu, "进件 A1").whole
    said = batu.say("提交 A1").text
    assert said.startswith("A1 的「初审」由谁审批？由您来选，请直接发送姓名，几位用、隔开，按先后写，如：")
    assert batu.say("王大锤").text == "没有找到在职同事「王大锤」。请写全名，如：修改 A1 初审 姓名。"
    assert batu.say("巴特尔·孟和").text == "巴特尔·孟和 是提交人，不能自己审自己，没有记下。请换一位同事。"
    heard = batu.say("阿古拉、刘芳")
    assert heard.text.startswith("A1 已提交，到初审，现在由 阿古拉 处理。")
    assert stands(company, 1) == "first: agula"
    company.person("agula").say("同意 A1")
    assert stands(company, 1) == "first: liufang"


def test_named_before_and_changed_after_it_came_back(company: Company) -> None:
    begun(company, BY_CHOICE)
    batu = company.person("batu")
    assert batu.say("修改 A1 初审").text.startswith("A1 的「初审」由谁审批？")
    heard = batu.say("李娜")
    assert heard.texts == ["记下了：「初审」选了 李娜。"]
    assert "初审：李娜" in heard.cards[-1].whole
    assert "现在由 李娜 处理" in batu.say("提交 A1").text
    company.person("lina").say("退回 A1 看不清")
    assert batu.say("修改 A1 初审 刘芳").text == "记下了：「初审」选了 刘芳。"
    assert "现在由 刘芳 处理" in batu.say("提交 A1").text


def test_taken_back_the_question_leaves_it_as_it_was(company: Company) -> None:
    begun(company, BY_CHOICE)
    batu = company.person("batu")
    batu.say("提交 A1")
    assert batu.say("取消").text == "好的，已填的都存好了。什么时候接着填，回复 进件 A1。"
    assert batu.say("阿古拉").text != "记下了：「初审」选了 阿古拉。"
    assert "由谁审批" in batu.say("提交 A1").text


def test_who_has_left_meanwhile_is_asked_for_anew(company: Company) -> None:
    begun(company, BY_CHOICE)
    batu = company.person("batu")
    batu.say("修改 A1 初审")
    batu.say("阿古拉")
    with company.runtime.store.unit(request_id="test") as unit:
        leave(unit, "agula")
    assert "由谁审批" in batu.say("提交 A1").text


def test_on_what_money_hangs_no_officer_is_named(company: Company) -> None:
    begun(company, flow(replace(FIRST, who=LEFT, next="pay", money=True), PAY))
    batu = company.person("batu")
    batu.say("提交 A1")
    assert batu.say("张三").text == "「初审」涉及资金，客户经理不能审，没有记下。请换一位同事。"
    assert "现在由 刘芳 处理" in batu.say("刘芳").text


@pytest.mark.parametrize(("months", "asked"), [("12", False), ("24", True)])
def test_only_where_its_condition_holds(company: Company, months: str, asked: bool) -> None:
    only_long = (Who(chosen=True, when="term > 12"), Who(role="approver", when="term <= 12"))
    begun(company, flow(replace(FIRST, who=only_long, next="pay"), PAY))
    batu = company.person("batu")
    batu.say("修改 A1 期限")
    batu.say(months)
    assert ("由谁审批" in batu.say("提交 A1").text) is asked


def test_who_gets_it_for_want_of_another_is_told_so(company: Company) -> None:
    begun(company, flow(replace(FIRST, who=(Who(people=("nobody",)),), next="pay"), PAY))
    batu = company.person("batu")
    batu.say("提交 A1")
    admin = stands(company, 1).removeprefix("first: ").split()[0]
    card = newest_card(company.person(admin), "初审")
    assert "按流程没有找到办这一步的人，先到了您这里：请办理，或 转交 给合适的同事。" in card.whole
    company.person(admin).say("转交 A1 刘芳")
    assert "没有找到" not in newest_card(company.person("liufang"), "初审").whole
