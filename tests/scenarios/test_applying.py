"""进件 as an officer fills it in: by typing and tapping, in one message, back and forth, days later; handed in, taken
back, given up."""

import re

import pytest
from kit.company import ON_ONE_DATABASE, Card, Colleague, Company, Heard
from kit.filled import FILLED
from kit.loans import hand_in, newest_card
from kit.phones import CHANGES, PARTS, TICKS
from sqlalchemy import select

from core.leads.models import Customer
from core.loans import deciding, papers, queries
from core.loans.at_hand import Wish
from core.loans.flows import Decision
from core.loans.models import Application, ApplicationDocument, State, Task, TaskState
from core.loans.outcomes import Decided, NothingSent, NotNow
from core.loans.run import hold
from core.store.audit import AuditRow

pytestmark = ON_ONE_DATABASE

PNG = b"\x89PNG\r\n\x1a\n" + b"picture of an id card" * 50
ID = "11010519900501019X"
ANSWERS = [
    ("用途", "经营周转"),
    ("身份证号", ID),
    ("婚姻状况", "未婚"),
    ("职业", "受薪"),
    ("月收入", "8万"),
    ("每月还款", "2万"),
    ("当前逾期", "没有"),
    ("近两年逾期次数", "两次"),
    ("近三月查询次数", "不填"),
    ("房产所在地", "呼和浩特新城区"),
    ("房产估值", "120万"),
    ("房产未还贷款", "0"),
    ("补充说明", "客户着急"),
]
FIRST_PAPERS = ("id_card", "consent", "statements", "deed")


@pytest.fixture
def batu(company: Company) -> Colleague:
    company.lead(by="batu")
    return company.person("batu")


def now_of(company: Company, number: int = 1) -> queries.ApplicationNow:
    runtime, viewer = company.runtime, company.person("mengke").actor
    with runtime.store.read() as session:
        tagging = runtime.company.tagging
        found = queries.application(session, runtime.store.vault, viewer, number, tagging, company.clock())
    assert found is not None
    return found


def asks(heard: Heard) -> str:
    """Which field the newest card asks for; empty if it asks for none."""
    card = heard.cards[-1]
    return card.title.removesuffix("？") if place(heard) else ""


def place(heard: Heard) -> str:
    """Which question it is: `第 2/16 题`; empty if it is none."""
    found = re.search("第 [0-9]+/[0-9]+ 题", heard.cards[-1].whole)
    return found.group() if found else ""


def filled(company: Company, batu: Colleague) -> Card:
    """A whole 房抵 application; its card."""
    heard = batu.say("进件 L1 房抵贷 50万 36期")
    for label, answer in ANSWERS:
        assert asks(heard) == label
        company.clock.go(seconds=20)
        heard = batu.say(answer)
    return heard.card


def picture(company: Company, who: Colleague, content: bytes = PNG) -> Heard:
    company.clock.go(seconds=20)
    return who.after(lambda: who.phone.send_picture(content))


def supplied(company: Company, batu: Colleague, papers: tuple[str, ...] = FIRST_PAPERS) -> list[str]:
    """These papers, each by a picture; what was said to them."""
    said = []
    for number, paper in enumerate(papers):
        company.clock.go(seconds=20)
        batu.tap(batu.say("补材料 A1").card, "发这份", ticked=[paper])
        said.append(picture(company, batu, PNG + bytes([number])).text)
    return said


def submitted(company: Company, batu: Colleague) -> Card:
    filled(company, batu)
    supplied(company, batu)
    return batu.say("提交 A1").card


def test_a_whole_application_by_typing(company: Company, batu: Colleague) -> None:
    card = filled(company, batu)
    assert card.title == "进件 A1 房抵"
    assert card.rows["客户"] == "刘志强 L1"
    assert card.rows["申请"] == "50万 · 36个月"
    assert (card.rows["现有负债率"], card.rows["房产抵押率"]) == ("25%", "41.67%")
    assert card.rows["资料"].startswith("0/6，缺 身份证正反面、征信授权书 等 4 份")
    assert "填好了，还差 4 份资料才能提交" in card.whole
    for said in ("用途 经营周转", "身份证号 110***********019X", "近两年逾期次数 2", "房产所在地 新城区"):
        assert said in card.whole
    assert ID not in card.whole
    assert card.labels == ["提交", "修改", "补材料", "放弃", "客户"]
    values = now_of(company).values
    assert (values["amount"], values["term"], values["overdue_two_years"]) == (50_000_000, "36", "2")
    assert (values["house_region"], values["house_owed"], values["monthly_debts"]) == ("150102", 0, 2_000_000)
    assert "queries" not in values


@PARTS
def test_by_tapping_the_card_becomes_the_next_question(company: Company, batu: Colleague) -> None:
    lead = batu.say("L1").card
    heard = batu.tap(lead, "进件")
    assert heard.text == "A1 已建好（L1 刘志强，房抵50万）。一题一题填，随时可以 先停下，填过的都存着。"
    assert (place(heard), asks(heard)) == ("第 2/16 题", "期限")
    purpose = batu.say("三年").card
    assert purpose.options == [f"c{number}" for number in range(6)]
    card = batu.tap(purpose, "就选这个", ticked=["c1"]).card
    assert (card.message.id, asks(Heard((card.message,)))) == (purpose.message.id, "身份证号")
    married = batu.say(ID).cards[-1]
    assert married.labels == ["未婚", "已婚", "离异", "丧偶", "上一题", "先停下"]
    heard = batu.tap(married, "已婚")
    assert asks(heard) == "配偶是否知情", "a question that hangs on the answer comes up"
    heard = batu.tap(heard.card, "上一题")
    assert (asks(heard), heard.card.rows["现在"]) == ("婚姻状况", "已婚")
    assert asks(batu.tap(heard.card, "离异")) == "职业"
    stopped = batu.say("先停下")
    assert stopped.text == "好的，已填的都存好了。什么时候接着填，回复 进件 A1。"
    assert stopped.cards[-1].labels == ["继续填写", "修改", "补材料", "放弃", "客户"]
    assert asks(batu.tap(stopped.cards[-1], "继续填写")) == "职业"
    assert now_of(company).values["purpose"] == "装修"


def test_in_any_order_and_what_is_not_understood_is_said(company: Company, batu: Colleague) -> None:
    heard = batu.say("进件 36期 50-80万 信用贷 L1 加急 装修")
    assert "记下了：用途 装修。" in heard.text
    assert "「50-80万」、「加急」没有看懂，没有记下。" in heard.text
    assert "申请金额先按线索的 50万，不对请发：修改 A1 申请金额。" in heard.text
    assert now_of(company).values["purpose"] == "装修"
    found = now_of(company)
    assert (found.product, found.amount_fen, found.term_months) == ("credit", 50_000_000, 36)
    heard = batu.say("进件 A1 30万 400期 车抵")
    assert "A1 的产品是信用，改不了，这句话里的都没有记下" in heard.text
    assert now_of(company).amount_fen == 50_000_000
    assert "期限最多 360，没有记下。" in batu.say("进件 A1 30万 400期").text
    assert now_of(company).amount_fen == 30_000_000


def test_what_is_said_once_more_takes_the_place_of_what_stood_there_and_is_told(
    company: Company, batu: Colleague
) -> None:
    batu.say("进件 L1 房抵 50万 36期")
    said = batu.say("进件 L1 房抵 80万 24期").text
    assert said.startswith("申请金额由 50万 改为 80万，期限由 36个月 改为 24个月。")
    assert "改为" not in "".join(batu.say("进件 A1 80万").texts)


def test_an_id_number_of_another_customer_is_told_of(company: Company, batu: Colleague) -> None:
    number = hand_in(company, by="zhangsan", phone="13947100077", name="王芳")
    company.person("zhangsan").say(f"撤回 A{number}")
    theirs = FILLED["house"]["id_number"]
    company.person("zhangsan").say(f"修改 A{number} 身份证号")
    company.person("zhangsan").say(theirs)  # it is his customer's from now on
    batu.say("进件 L1 房抵 50万 36期")
    number = number + 1
    batu.say(f"修改 A{number} 身份证号")
    said = batu.say(theirs).text
    assert said.startswith("注意：这个身份证号已经是另一位客户的，审批人也会看到。")
    assert "王芳" not in said
    again = hand_in(company, by="lina", phone="13947100078", name="赵磊")
    card = newest_card(company.person("liufang"), "初审")
    assert f"A{again}" in card.rows["客户"]
    assert "注意：身份证号与另一位客户（L2）相同，请核对。" in card.whole


def test_an_id_number_other_than_the_customers_own_is_told_of(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 房抵 50万 36期")
    assert batu.say("购车").cards
    assert "注意" not in batu.say(ID).text, "he had none, and this is his now"
    batu.say("修改 身份证号")
    assert batu.say("150102199003074518").text.startswith("注意：和客户档案里的身份证号不一样，请核对；")
    batu.say("取消")
    filled_in = {label: answer for label, answer in ANSWERS if label not in ("用途", "身份证号")}
    heard = batu.say("进件 A1")
    while asks(heard):
        company.clock.go(seconds=20)
        heard = batu.say(filled_in[asks(heard)])
    supplied(company, batu)
    batu.say("提交 A1")
    card = newest_card(company.person("liufang"), "初审")
    assert "注意：身份证号与客户档案里的不一样，请核对。" in card.whole
    assert "注意" not in batu.say("进度 A1").card.whole


@CHANGES
def test_who_decides_looks_at_the_papers_by_their_names(company: Company, batu: Colleague) -> None:
    submitted(company, batu)
    liufang = company.person("liufang")
    whole = liufang.tap(newest_card(liufang, "初审"), "详情").card
    listed = liufang.tap(whole, "看资料").card
    assert listed.title == "L1 附件 4 个"
    said = " ".join(listed.rows.values())
    assert [name for name in ("身份证", "征信授权书", "流水", "房产证") if name not in said] == []
    assert any(message.media_id for message in liufang.tap(listed, "看 4").messages), "the picture itself"


def test_a_value_behind_the_field_s_name_is_written_at_once(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 房抵 50万 36期")
    batu.say("修改 A1 期限 3年")
    batu.say("修改 A1 金额改成 90万")
    with company.runtime.store.unit(request_id="look") as unit:
        run = hold(unit, 1, company.runtime.company.loans, None)
        assert run is not None
        assert (run.values["term"], run.values["amount"]) == ("36", 90_000_000)
    assert "没看懂" in batu.say("修改 A1 期限 很久").text


def test_the_only_one_that_can_be_handed_in_needs_no_number(company: Company, batu: Colleague) -> None:
    number = hand_in(company, phone="13947100055", name="王芳")
    batu.say(f"撤回 A{number}")
    hand_in(company, phone="13947100056", name="陈静")
    assert batu.say("提交").text.startswith(f"A{number} 已提交"), "the other one is handed in already"
    assert batu.say("提交").card.title == "在办的进件", "none is left, and two are under way"


def test_left_out_a_field_has_its_default(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 房抵 50万 36期")
    batu.say("修改 A1 还款方式")
    batu.say("先息后本")
    batu.say("修改 A1 还款方式")
    batu.say("不填")
    with company.runtime.store.unit(request_id="look") as unit:
        run = hold(unit, 1, company.runtime.company.loans, None)
        assert run is not None
        assert run.values["repayment"] == "等额本息"
    batu.say("修改 A1 婚姻状况")
    assert "不在选项里" in batu.say("不知道").text


def test_left_and_gone_on_with_after_five_days(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 房抵 50万 36期")
    batu.say("购车")
    company.clock.go(days=5)
    assert asks(batu.say("进件 L1")) == "身份证号"
    batu.say("公海")
    assert batu.say("早报").text.endswith("还在等 A1 的答案，直接回复即可；回复 取消 退出。")
    company.clock.go(minutes=45)
    late = batu.say(ID)
    assert late.text == "等 A1 的答案已超时，这句话没有记下。请回复 好，或发：进件 A1"
    assert asks(batu.say("好")) == "身份证号"
    assert batu.say("取消").text == "好的，已填的都存好了。什么时候接着填，回复 进件 A1。"
    assert place(batu.say("进件")) == "第 5/16 题", "the only one that is under way"


def test_back_left_out_and_changed_by_words(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 房抵 50万")
    assert asks(batu.say("上一题")) == "申请金额"
    assert batu.say("上一题").text == "这已经是第一题了。"
    assert asks(batu.say("80万")) == "期限"
    assert batu.say("不填").text.startswith("「期限」必填，不能空着。")
    assert asks(batu.say("36")) == "用途"
    assert asks(batu.say("修改 期限")) == "期限"
    assert batu.say("修改 工资卡").text.startswith("没有「工资卡」这一项。可以改：申请金额、期限、")
    assert asks(batu.say("24期")) == "用途"
    assert (now_of(company).amount_fen, now_of(company).term_months) == (80_000_000, 24)


def up_to(company: Company, batu: Colleague, label: str) -> Heard:
    """A 房抵 application answered up to this question."""
    heard = batu.say("进件 L1 房抵贷 50万 36期")
    for asked, answer in ANSWERS:
        if asked == label:
            break
        company.clock.go(seconds=20)
        heard = batu.say(answer)
    assert asks(heard) == label
    return heard


@pytest.mark.parametrize("tapped", [True, False])
def test_who_goes_back_comes_again_to_the_question_he_left(company: Company, batu: Colleague, *, tapped: bool) -> None:
    """From the last one, which may stay empty, when all that is required stands there: it was never asked again."""
    heard = up_to(company, batu, "补充说明")
    back = batu.tap(heard.card, "上一题") if tapped else batu.say("上一题")
    assert (asks(back), back.card.rows["现在"]) == ("房产未还贷款", "0元")
    assert "没看懂" in batu.say("不少").text
    assert asks(batu.say("10万")) == "补充说明"
    card = batu.say("客户着急用款").card
    assert (card.title, now_of(company).values["note"]) == ("进件 A1 房抵", "客户着急用款")


def test_who_goes_back_over_what_he_left_out_is_not_asked_for_that_again(company: Company, batu: Colleague) -> None:
    """近三月查询次数 was skipped by 不填. What an answer brings up on the way is asked for."""
    heard = up_to(company, batu, "补充说明")
    for label in ("房产未还贷款", "房产估值", "房产所在地", "近三月查询次数", "近两年逾期次数"):
        heard = batu.tap(heard.card, "上一题")
        assert asks(heard) == label
    assert asks(batu.say("1次")) == "补充说明"
    assert asks(batu.say("修改 婚姻状况")) == "婚姻状况"
    assert asks(batu.say("已婚")) == "配偶是否知情"
    assert asks(batu.say("知情同意")) == "补充说明"
    assert batu.say("不填").card.title == "进件 A1 房抵"
    assert "queries" not in now_of(company).values


def test_back_from_a_question_in_the_middle_loses_neither_it_nor_what_follows(
    company: Company, batu: Colleague
) -> None:
    """Of 信用 nothing behind 近两年逾期次数 is required."""
    batu.say("进件 L1 信用 10万 36期")
    for _, answer in ANSWERS[:8]:
        company.clock.go(seconds=20)
        heard = batu.say(answer)
    assert asks(heard) == "近三月查询次数"
    assert asks(batu.say("上一题")) == "近两年逾期次数"
    assert batu.say("不填").text.startswith("「近两年逾期次数」必填，不能空着。")
    assert asks(batu.say("1次")) == "近三月查询次数"
    assert asks(batu.say("3")) == "补充说明"
    assert batu.say("不填").card.title == "进件 A1 信用"


@TICKS
def test_what_is_changed_in_a_whole_one_leads_back_to_it(company: Company, batu: Colleague) -> None:
    card = filled(company, batu)
    listed = batu.tap(card, "修改").card
    assert listed.options[:3] == ["amount", "term", "purpose"]
    assert "近三月查询次数：未填" in listed.whole
    assert batu.tap(listed, "修改").text == "请先在卡片上选一项，再点按钮。"
    heard = batu.tap(batu.now(listed), "修改", ticked=["term"])
    assert (asks(heard), heard.card.rows["现在"]) == ("期限", "36个月")
    assert batu.say("48").cards[-1].rows["申请"] == "50万 · 48个月"


def test_what_was_filled_in_is_changed_without_a_question_that_is_open(company: Company, batu: Colleague) -> None:
    assert "没有正在填的进件可改" in batu.say("修改").text
    filled(company, batu)
    assert batu.say("修改").card.options[0] == "amount"
    assert asks(batu.say("修改 A1 期限")) == "期限"
    assert batu.say("48").cards[-1].rows["申请"] == "50万 · 48个月"
    assert asks(batu.say("修改 申请金额")) == "申请金额"
    batu.say("60万")
    unknown = batu.say("修改 A1 利率")
    assert unknown.text == "A1 里没有单独叫「利率」的一项，请从卡片里选。"
    assert unknown.card.options[0] == "amount"
    submitted = supplied(company, batu)
    assert submitted[-1].endswith("这一步要的资料齐了。回复 提交 A1 交去审批。")
    batu.say("提交 A1")
    assert batu.say("修改 A1 期限").text.startswith("A1 在审批中，不能改。")


WRONG = {
    "期限": [
        ("三五年", "写的是一个范围，请写一个准数，没有记下。请再发一次「期限」，如：36。"),
        ("500", "期限最多 360"),
    ],
    "用途": [("买基金", "「买基金」不在选项里，没有记下。可以选：经营周转、装修、"), ("👍", "不在选项里")],
    "身份证号": [("110105194912310021", "最后一位校验不过"), ("1101", "要 18 位，这里是 4 位")],
    "月收入": [("50", "没说单位：是 50万，还是 50元"), ("两三万", "写的是一个范围"), ("2000万", "月收入最多 1000万")],
    "近两年逾期次数": [("几次", "没看懂是多少"), ("1.5", "近两年逾期次数要整数")],
    "房产所在地": [("前旗", "没找到这个地区")],
    "房产估值": [("很贵", "没看懂是多少钱"), ("9000元", "房产估值至少 1万")],
}


def test_a_wrong_answer_is_asked_for_again_with_what_is_wrong(company: Company, batu: Colleague) -> None:
    heard = batu.say("进件 L1 房抵 50万")
    for label, answer in [("期限", "36"), *ANSWERS]:
        for typed, why in WRONG.get(label, ()):
            company.clock.go(seconds=20)
            refused = batu.say(typed)
            assert why in refused.text, typed
            assert refused.cards == []
        assert asks(heard) == label
        company.clock.go(seconds=20)
        heard = batu.say(answer)
    assert heard.card.title == "进件 A1 房抵"


def test_the_customers_own_number_is_offered_and_a_new_one_is_his(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 房抵 50万 36期")
    batu.say("购车")
    batu.say(ID)
    with company.runtime.store.read() as session:
        customer = session.scalars(select(Customer)).one()
        assert customer.id_number is not None, "the customer had none"
    batu.tap(batu.tap(batu.tap(batu.say("修改 身份证号").card, "先停下").card, "放弃").card, "确定放弃")
    batu.say("进件 L1 房抵 50万 36期")
    asked = batu.say("修改 身份证号").card
    assert (asked.rows["已知"], asked.labels[0]) == ("110***********019X", "用这个号码")
    assert asks(batu.say("用这个号码")) == "婚姻状况"
    asked = batu.say("上一题").card
    assert asks(batu.tap(asked, "用这个号码")) == "婚姻状况"
    assert now_of(company, 2).values["id_number"] == ID


@PARTS
def test_papers_by_pictures_and_taken_off(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    heard = batu.say("提交 A1")
    assert heard.text == "A1 还不能提交。还缺资料：身份证正反面、征信授权书、近6个月收入流水、房产证。"
    waits = batu.tap(heard.card, "发这份", ticked=["deed"]).card
    assert waits.title == "A1 房产证"
    said = picture(company, batu).text
    assert said == ("收到，存为 A1 的「房产证」（第 1 份）。还缺：身份证正反面、征信授权书、近6个月收入流水。")
    assert "第 2 份" in picture(company, batu, PNG + b"2").text
    assert batu.say("在哪").text.startswith("正在等 A1 的「房产证」，请直接发图片或文件")
    assert batu.say("证").text == "是哪一份？请回复全名：身份证正反面、房产证。"
    assert batu.say("身份证").card.title == "A1 身份证正反面"
    assert batu.say("下一份").card.title == "A1 征信授权书"
    assert batu.say("身份证").card.title == "A1 身份证正反面"
    assert "「身份证正反面」（第 1 份）" in picture(company, batu, PNG + b"3").text
    assert batu.say("好了").card.rows["资料"].startswith("2/6，缺 征信授权书")
    again = batu.tap(batu.say("补材料").card, "发这份", ticked=["deed"]).card
    assert again.rows["已有"] == "2 份"
    assert batu.tap(again, "去掉 2 份").text == "已去掉「房产证」的 2 份，图片还留在客户的附件里。请重新发。"
    assert batu.say("附件 L1").card.title == "L1 附件 3 个"
    assert {each.document.key: each.count for each in now_of(company).papers}["deed"] == 0


@PARTS
def test_a_paper_that_was_handed_in_is_not_taken_off(company: Company, batu: Colleague) -> None:
    """Else it would go to the payout without what the first stage demands. What came back is its submitter's again."""
    filled(company, batu)
    supplied(company, batu, ("id_card", "consent", "statements", "deed", "house_photos"))
    batu.say("提交 A1")
    said = batu.tap(batu.say("补材料 A1 身份证").card, "去掉").text
    assert said == "A1 已交去审批，「身份证正反面」不能去掉。发错了就直接补一份对的：补材料 A1 身份证正反面"
    assert {each.document.key: each.count for each in now_of(company).papers}["id_card"] == 1
    assert "已去掉" in batu.tap(batu.say("补材料 A1 房屋照片").card, "去掉").text, "no stage demands it"
    company.person("liufang").say("同意 A1")
    company.person("agula").say("退回 A1 提交人 身份证看不清")
    assert "已去掉" in batu.tap(batu.say("补材料 A1 身份证").card, "去掉").text
    assert batu.say("提交 A1").text == "A1 还不能提交。还缺资料：身份证正反面。"


@PARTS
def test_no_more_is_taken_off_than_the_card_says(company: Company, batu: Colleague) -> None:
    """A card can be changed once where it hangs: it does not follow the second picture."""
    filled(company, batu)
    waits = batu.say("补材料 A1 房产证").card
    for number in range(3):
        picture(company, batu, PNG + bytes([number]))
    hangs = batu.now(waits)
    assert hangs.rows["已有"] == "1 份"
    said = batu.tap(hangs, "去掉")
    assert said.text == ("没有去掉：「房产证」现在有 3 份，跟卡片上的不一样。卡片已更新，确定要去掉就再点一次。")
    assert {each.document.key: each.count for each in now_of(company).papers}["deed"] == 3
    assert said.card.message.id == waits.message.id
    assert said.card.rows["已有"] == "3 份"
    assert "第 4 份" in picture(company, batu, PNG + b"4th").text, "it is waited for still"
    assert "现在有 4 份" in batu.tap(batu.now(waits), "去掉 3 份").text
    assert batu.tap(batu.now(waits), "去掉 4 份").text.startswith("已去掉「房产证」的 4 份")
    assert {each.document.key: each.count for each in now_of(company).papers}["deed"] == 0


@PARTS
def test_what_is_sent_after_handing_in_is_no_more_of_the_paper_before(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    supplied(company, batu, ("deed",))
    assert "还缺资料：身份证正反面、" in batu.say("提交 A1").text
    assert picture(company, batu, PNG + b"9").card.title == "收到 1 个附件，存到哪位客户？"
    assert {each.document.key: each.count for each in now_of(company).papers}["deed"] == 1
    batu.say("不用保存")
    supplied(company, batu, FIRST_PAPERS[1:])
    heard = batu.say("提交 A1")
    (missing,) = (each for each in now_of(company).papers if not each.count and each.document.stage == "first_review")
    assert heard.cards[-1].title == f"A1 {missing.document.name}"
    assert f"存为 A1 的「{missing.document.name}」" in picture(company, batu, PNG + b"8").text


@PARTS
def test_what_was_sent_first_is_named_as_a_paper_then(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    asked = picture(company, batu).card
    assert asked.title == "收到 1 个附件，存到哪位客户？"
    picture(company, batu, PNG + b"2")
    waits = batu.tap(batu.say("补材料 A1").card, "发这份", ticked=["deed"]).card
    assert waits.labels[0] == "用刚发的 2个"
    assert "您刚发的 2 个还没归类" in waits.whole
    beside = batu.tap(batu.say("补材料 A1").card, "发这份", ticked=["id_card"]).card
    said = batu.tap(waits, "用刚发的 2个").text
    assert said == "收到，存为 A1 的「房产证」，2 个，现在共 2 份。还缺：身份证正反面、征信授权书、近6个月收入流水。"
    assert batu.tap(batu.now(asked), "L1 刘志强").text == "没有等着存的图片或文件。请先发来，再选客户。"
    assert batu.tap(beside, "用刚发的 2个").text == "这张卡片已过期，已为您刷新为最新状态。"
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:  # as of two taps at one instant
        came = papers.put_offered(unit, batu.actor, 1, "id_card", "0a1b2c3d", company.runtime.company.loans)
    assert isinstance(came, NothingSent)
    assert "「房产证」（第 3 份）" in picture(company, batu, PNG + b"3").text, "it is waited for still"
    assert {each.document.key: each.count for each in now_of(company).papers}["deed"] == 3


def test_what_was_put_to_the_customer_is_named_as_a_paper_too(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    said = batu.tap(picture(company, batu).card, "L1 刘志强").text
    assert said.endswith("要作为 A1 的进件资料，请发：补材料 A1，选一份再点 用刚发的。")
    waits = batu.tap(batu.say("好").card, "发这份", ticked=["deed"]).card
    assert "（第 1 份）" in batu.tap(waits, "用刚发的 1个").text


def test_what_came_since_the_card_is_shown_before_it_is_taken(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    picture(company, batu)
    waits = batu.tap(batu.say("补材料 A1").card, "发这份", ticked=["deed"]).card
    batu.say("取消")
    picture(company, batu, PNG + b"2")
    said = batu.tap(waits, "用刚发的 1个").text
    assert said == "您又发了图片或文件，现在是 2 个，还没有归类。都是「房产证」就再点一次 用刚发的。"
    assert sum(each.count for each in now_of(company).papers) == 0
    assert "，2 个，现在共 2 份" in batu.tap(batu.now(waits), "用刚发的 2个").text


def test_what_is_another_customers_or_long_ago_is_no_paper(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    other = company.lead(by="batu", phone="13947100009", name="王芳")
    picture(company, batu)
    batu.say(f"存到 L{other}")
    waits = batu.tap(batu.say("补材料 A1").card, "发这份", ticked=["deed"]).card
    assert not any("刚发" in label for label in waits.labels), "it is the other one's"
    batu.tap(waits, "好了")
    picture(company, batu, PNG + b"2")
    company.clock.go(hours=2)
    waits = batu.tap(batu.say("补材料 A1").card, "发这份", ticked=["deed"]).card
    assert not any("刚发" in label for label in waits.labels)
    picture(company, company.person("zhangsan"), PNG + b"3")
    assert not any("刚发" in label for label in batu.tap(waits, "下一份").card.labels)


def test_what_is_no_picture_or_cannot_be_kept_is_no_paper(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    batu.tap(batu.say("补材料 A1").card, "发这份", ticked=["deed"])
    company.clock.go(seconds=20)
    heard = batu.after(lambda: company.person("batu").phone.send_file(b"MZ" + b"a program" * 99, "房产证.exe"))
    assert "没有保存" in heard.text
    assert sum(each.count for each in now_of(company).papers) == 0


@CHANGES
def test_handed_in_taken_back_and_given_up(company: Company, batu: Colleague) -> None:
    card = submitted(company, batu)
    assert [message.text for message in company.person("batu").phone.chat() if "已提交" in message.text] == [
        "A1 已提交，到初审，现在由 刘芳、朝鲁·门德 处理。回复 进度 A1 随时可看。"
    ]
    assert card.labels == ["进度", "催办", "补材料", "撤回", "详情", "客户"]
    assert "初审 · 等 刘芳、朝鲁·门德" in card.whole
    assert "进件 A1 · 初审 · 刘芳、朝鲁·门德" in batu.say("L1").card.whole
    assert "在审批中，不能改" in batu.say("进件 A1 60万").text
    heard = batu.tap(card, "撤回")
    assert heard.text == "A1 已撤回，审批人的待办已取消。改好后点 提交；不做了点 放弃。"
    assert "还没提交" in batu.say("撤回 A1").text
    said = company.person("hejing").say("修改 A1 用途").text
    assert said == "A1 由它的客户经理填写、修改和补资料，您能看：进度 A1"
    assert "没有找到" in company.person("zhangsan").say("修改 A1 用途").text, "who may not see it hears of none"
    asked = batu.say("放弃进件 A1").card
    assert asked.labels == ["确定放弃", "不放弃"]
    assert batu.tap(asked, "不放弃").card.labels[0] == "提交"
    asked = batu.say("放弃进件 a1").card
    assert batu.tap(asked, "确定放弃").text == "A1 已放弃。客户 L1 不变，重新进件会沿用填过的内容。"
    assert now_of(company).state is State.DROPPED
    assert batu.tap(batu.say("L1").card, "进件").text.startswith("A2 已建好")


@CHANGES
def test_a_withdrawal_says_what_is_void(company: Company, batu: Colleague) -> None:
    submitted(company, batu)
    for who in ("liufang", "agula"):
        company.person(who).say("同意 A1")
    said = batu.say("撤回 A1").text
    assert said == "A1 已撤回。之前的同意作废，再提交要从头审。改好后点 提交；不做了点 放弃。"
    said = company.person("liufang").say("取回 A1").text
    assert said == "取不回来：A1 巴特尔·孟和 已经撤回了；改好再提交，会重新审。"


def test_to_give_it_up_is_no_answer_to_its_question(company: Company, batu: Colleague) -> None:
    assert batu.say("进件 L1 房抵 50万 36期").cards, "a question of the form is open"
    assert batu.say("放弃 A1").card.labels == ["确定放弃", "不放弃"]


def test_a_new_one_takes_over_what_was_filled_in_before(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    supplied(company, batu, ("deed", "id_card"))
    before = now_of(company).values
    batu.tap(batu.say("放弃进件 A1").card, "确定放弃")
    heard = batu.say("进件 L1 60万")
    assert "沿用了 A1 填过的 13 项，请核对；要改，发 修改 A2。" in heard.text
    assert now_of(company, 2).values == before | {"amount": 60_000_000}
    assert heard.card.labels[0] == "提交", "nothing is left to be asked"
    waits = batu.tap(batu.say("补材料 A2").card, "发这份", ticked=["deed"]).card
    assert waits.labels[0] == "用以前的 1个"
    assert "A1 里有这份资料，没过期就点 用以前的；或者现在发新的。" in waits.whole
    assert "存为 A2 的「房产证」（第 1 份）。还缺：身份证正反面、" in batu.tap(waits, "用以前的 1个").text
    assert not any("用以前" in label for label in batu.now(waits).labels), "it is there"
    assert {each.document.key: each.count for each in now_of(company, 2).papers}["deed"] == 1
    beside = batu.tap(batu.say("补材料 A2").card, "发这份", ticked=["id_card"]).card
    picture(company, batu, PNG + b"new")  # of the paper that is waited for
    assert "用以前的 1个" in batu.now(beside).labels
    none = batu.tap(batu.say("补材料 A2").card, "发这份", ticked=["consent"]).card
    assert not any("用以前" in label for label in none.labels), "it had none"


def test_papers_of_what_is_over_stay_as_they_are(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    supplied(company, batu, ("deed",))
    batu.tap(batu.say("放弃进件 A1").card, "确定放弃")
    rules = company.runtime.company.loans
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        medium = unit.session.scalars(select(ApplicationDocument.medium_id)).one()
        over = NotNow(1, State.DROPPED)
        assert papers.put(unit, batu.actor, 1, "id_card", medium, rules) == over
        assert papers.take_off(unit, batu.actor, 1, "deed", rules) == over


def test_nothing_is_taken_over_from_another_officer_s_or_another_customer_s(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    supplied(company, batu, ("deed",))
    batu.tap(batu.say("放弃进件 A1").card, "确定放弃")
    other = company.lead(by="batu", phone="13947100009", name="王芳")
    assert "沿用" not in batu.say(f"进件 L{other} 房抵贷").text
    batu.say("转移 L1 张三 换人跟")
    zhang = company.person("zhangsan")
    heard = zhang.say("进件 L1 房抵贷")
    assert heard.text.startswith("A3 已建好")
    assert "沿用" not in heard.text
    assert "purpose" not in now_of(company, 3).values
    waits = zhang.tap(zhang.say("补材料 A3").card, "发这份", ticked=["deed"]).card
    assert not any("用以前" in label for label in waits.labels)


@PARTS
def test_what_came_back_says_who_and_why_and_is_handed_in_again(company: Company, batu: Colleague) -> None:
    submitted(company, batu)
    runtime, liufang = company.runtime, company.person("liufang").actor
    with runtime.store.read() as session:
        mine = (Task.person_id == liufang.id, Task.state == TaskState.OPEN.value)
        task = session.scalars(select(Task.id).where(*mine)).one()
    with runtime.store.unit(request_id="test", channel="wecom", origin="t1") as unit:
        wish = Wish(Decision.RETURN, reason="征信授权书没有签字", node="start")
        deciding.decide(unit, liufang, task, wish, runtime.company.loans)
    company.settle()
    card = batu.say("进件 A1").card
    assert "刘芳 11-24 退回（初审）：征信授权书没有签字" in card.whole
    assert card.labels == ["重新提交", "修改", "补材料", "放弃", "客户"]
    assert batu.tap(card, "重新提交").text.startswith("A1 已提交，到初审")


def test_who_turns_to_the_papers_from_a_question_names_a_paper(company: Company, batu: Colleague) -> None:
    """The question waits for him in the draft."""
    assert asks(batu.say("进件 L1")) == "期限"
    batu.say("补材料 A1")
    assert batu.say("身份证").card.title == "A1 身份证正反面"
    assert "「身份证正反面」（第 1 份）" in picture(company, batu).text
    batu.say("取消")
    assert asks(batu.say("进件 A1")) == "期限"


def test_a_paper_of_the_list_is_picked_by_its_name(company: Company, batu: Colleague) -> None:
    filled(company, batu)
    assert batu.say("提交 A1").card.title.startswith("A1 资料"), "what is missing is listed"
    assert batu.say("征信").card.title == "A1 征信授权书"
    batu.say("取消")
    batu.say("补材料 A1")
    assert batu.say("证").text.startswith("没看懂「证」"), "too short to pick one"
    batu.say("补材料 A1")
    assert batu.say("公海").card.title.startswith("呼和浩特池"), "nothing is asked"
    assert batu.say("身份证").card.title == "A1 身份证正反面"
    assert "「身份证正反面」（第 1 份）" in picture(company, batu).text
    batu.say("取消")
    batu.tap(batu.say("进件 A1").card, "补材料")
    assert batu.say("房产证").card.title == "A1 房产证"
    batu.say("取消")
    batu.tap(batu.say("补材料 A1 流水").card, "好了")
    assert batu.say("授权书").card.title == "A1 征信授权书", "the card says that it is missing"
    assert batu.say("好了").card.title == "进件 A1 房抵"
    assert batu.say("收入流水").card.title == "A1 近6个月收入流水"
    batu.say("取消")
    for asks in ("缺什么资料", "还缺什么"):
        assert batu.say(asks).card.title.startswith("A1 资料"), asks
    assert "· 补材料 A1" in batu.say("A1还差啥").text
    assert batu.say("好").card.title.startswith("A1 资料")
    batu.say("补材料 A1")
    assert picture(company, batu, PNG + b"4").card.title == "收到 1 个附件，存到哪位客户？", "none is chosen"


def test_a_paper_is_named_behind_the_command_while_a_question_is_open(company: Company, batu: Colleague) -> None:
    assert batu.say("进件 L1 房抵 50万 36期").cards, "a question of the form is open"
    assert batu.say("补材料 A1 征信").card.title == "A1 征信授权书"
    assert picture(company, batu, PNG).text.startswith("收到，存为 A1 的「征信授权书」（第 1 份）。")
    for unclear in ("补材料 A1 没有这份", "补材料 A1 证"):
        assert batu.say(unclear).card.title.startswith("A1 资料"), "the list, to choose from"


@TICKS
def test_what_was_handed_in_is_looked_at_whole(company: Company, batu: Colleague) -> None:
    card = submitted(company, batu)
    shown, rows = batu.tap(card, "详情").card, dict[str, str]()
    for page in range(1, 9):
        assert f"第{page}/" in shown.whole
        rows |= shown.rows
        if "下一页" not in shown.labels:
            break
        shown = batu.tap(shown, "下一页").card
    assert (rows["期限"], rows["用途"], rows["婚姻状况"]) == ("36个月", "经营周转", "未婚")
    assert ID not in str(rows)
    assert batu.tap(shown, "回到进件").card.title == "进件 A1 房抵"
    assert "详情" in company.person("lina").say("进件 A1").card.labels, "his manager looks at it as well"


def test_another_paper_is_named_with_the_number_while_one_is_waited_for(company: Company, batu: Colleague) -> None:
    """However the command is shortened: the next picture is of the paper that he named last."""
    filled(company, batu)
    assert batu.say("资料 A1 身份证正反面").card.title == "A1 身份证正反面"
    assert batu.say("资料 A1 房产证").card.title == "A1 房产证"
    assert picture(company, batu).text.startswith("收到，存为 A1 的「房产证」（第 1 份）。")


@CHANGES
def test_it_goes_on_when_the_paper_that_held_it_comes(company: Company, batu: Colleague) -> None:
    submitted(company, batu)
    runtime = company.runtime
    signed = Wish(Decision.AGREE, values={"yearly_rate": "0.049", "service_fee": 500_000})
    with runtime.store.unit(request_id="test", channel="wecom", origin="t1") as unit:
        for userid, wish in (("liufang", Wish(Decision.AGREE)), ("agula", Wish(Decision.AGREE)), ("batu", signed)):
            actor = company.person(userid).actor
            mine = (Task.person_id == actor.id, Task.state == TaskState.OPEN.value)
            task = unit.session.scalars(select(Task.id).where(*mine)).one()
            came = deciding.decide(unit, actor, task, wish, runtime.company.loans)
            assert isinstance(came, Decided), came
    company.settle()
    assert "等 巴特尔·孟和" in batu.say("进件 A1").cards[-1].whole
    asked = newest_card(batu, "请补资料")
    assert batu.say("同意 A1").text.endswith("是请您补资料，不用审批：请发 补材料 A1，补齐了自动往下走。")
    assert batu.tap(asked, "去补资料").card.title == "A1 借款合同签字页"
    (said,) = supplied(company, batu, ("contract",))
    assert said == "收到，存为 A1 的「借款合同签字页」（第 1 份）。资料齐了，已到放款，由 何静 处理。"
    assert "资料已补齐" in batu.say("待办 T5").card.whole
    assert batu.say("在吗").text.startswith("正在等 A1 的「借款合同签字页」"), "it may have a second page"
    assert picture(company, batu).text.startswith("收到，存为 A1 的「借款合同签字页」（第 2 份）。")
    batu.say("好了")
    assert batu.say("在吗").text == "您好，我在。需要什么，直接发给我。"


@PARTS
def test_what_was_asked_of_an_application_is_asked_no_more_when_it_ends(company: Company, batu: Colleague) -> None:
    submitted(company, batu)
    batu.say("补材料 A1 借款合同")
    assert batu.say("在吗").text.startswith("正在等 A1 的「借款合同签字页」")
    liufang = company.person("liufang")
    liufang.say("驳回 A1 负债过高，收入不够")
    assert "未通过" in batu.say("进度 A1").card.title
    assert batu.say("在吗").text == "您好，我在。需要什么，直接发给我。"


def test_a_foreign_officer_gets_nothing_and_it_is_audited(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 房抵 50万 36期")
    for userid in ("zhangsan", "surina", "zhoumin"):
        other = company.person(userid)
        for typed in ("进件 A1", "提交 A1", "撤回 A1", "放弃进件 A1", "补材料 A1"):
            company.clock.go(seconds=20)
            assert other.say(typed).texts == ["没有找到 A1，或者您不能查看。请核对编号。"], typed
        assert "没有找到" in other.say("进件 L1").text
    with company.runtime.store.read() as session:
        denied = session.scalars(select(AuditRow.seq).where(AuditRow.action == "loan:denied")).all()
        assert len(denied) >= 15
        assert session.scalars(select(Application.state)).all() == ["draft"]
    assert asks(company.person("lina").say("进件 A1")) == "用途", "his manager works on it too"


def test_only_the_number_of_an_application_is_read_as_one(company: Company, batu: Colleague) -> None:
    batu.say("进件 L1 房抵 50万 36期")
    for typed in ("进件 a1", "进件 Ａ1", "进件 A 1", "进件 A001"):
        company.clock.go(seconds=20)
        assert asks(batu.say(typed)) == "用途", typed
    batu.say("取消")
    assert batu.say("提交 明天的").text.startswith("提交 请这样发：提交 A编号")
    assert batu.say("进件 王小明").text.startswith("没有找到您能操作的客户「王小明」")
    assert "进件 L1" in batu.say("进件 刘志强").text
