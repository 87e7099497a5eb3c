"""An application through the shipped flow by typed Chinese and taps: decided, returned, handed on, taken back."""

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.loans import decide, hand_in, newest_card, open_task, row, stands
from kit.phones import PARTS
from sqlalchemy import select

from core.loans import service
from core.loans.flows import Decision
from core.loans.models import Disbursement, Happening, Task
from core.loans.run import hold
from core.people.models import Person


def test_it_runs_from_being_handed_in_to_the_loan(company: Company) -> None:
    number = hand_in(company)
    liufang, chaolu, agula = (company.person(one) for one in ("liufang", "chaolu", "agula"))
    batu, hejing = company.person("batu"), company.person("hejing")
    first, others = newest_card(liufang, "初审"), newest_card(chaolu, "初审")
    assert first.title == "T1 初审 待您审批"
    assert first.labels == ["同意", "驳回", "退回", "转交", "加签", "详情"]
    assert (first.rows["申请"], first.rows["现有负债率"]) == ("房抵50万 36期", "30%")
    assert "150102199003074512" not in first.whole
    before = company.so_far
    heard = liufang.tap(first, "同意")
    assert heard.texts == []
    assert heard.card.title == "T1 初审 已同意"
    assert "已同意 · 刘芳 11-24 10:00" in heard.card.whole
    assert heard.card.rows["现在"] == "复审 · 阿古拉"
    assert "已同意 · 刘芳 11-24 10:00" in chaolu.now(others).whole  # 或签: nobody else has to
    assert chaolu.now(others).labels == ["详情"]
    second = newest_card(agula, "复审")
    assert "初审 刘芳 已同意 11-24 10:00" in second.whole
    said = agula.say(f"同意 T{open_task(company, 'agula')} 资料齐全")
    assert said.texts == [f"T3 已同意。A{number} 在 签约，等 巴特尔·孟和 处理。"]
    assert "已同意 · 阿古拉" in agula.now(second).whole
    assert batu.tap(newest_card(batu, "签约"), "办理完成").text.startswith("T4 年利率（1/4）：请直接发送年利率")
    assert batu.say("看合同").text == ("没看懂是百分之多少，没有记下。请再发一次「年利率」，如：4.9%。回复 取消 退出。")
    assert "（2/4）" in batu.say("4.9个点").text
    assert batu.say("不填").text.startswith("没看懂是多少钱")  # the node wants it
    assert "（3/4）" in batu.say("12,000").text
    assert "（4/4）" in batu.say("不填").text
    assert batu.say("不填").text.startswith("T4 已办完。")
    payout = newest_card(hejing, "放款")
    assert hejing.tap(payout, "办理完成").text.startswith("T5 放款金额（1/2）：请直接发送放款金额；是 50万 就回复 好。")
    assert hejing.say("四十八万左右吧，五十万").text.startswith("写的是一个范围，请写一个准数，没有记下")
    assert hejing.say("60万").text.startswith("放款金额最多 50万，没有记下。")
    assert "放款日期（2/2）" in hejing.say("48万").text
    assert hejing.say("2026-11-25").text.startswith("放款日期不能晚于今天，没有记下。")
    assert hejing.say("2026-11-23").text.startswith("放款日期不能早于提交那天，没有记下。")
    assert hejing.say("11-24").texts == ["T5 已办完。记下放款 48万，2026-11-24。A1 到了 贷后。"]
    assert row(company, number).stage == "after_loan"
    with company.runtime.store.read() as session:
        (paid,) = session.scalars(select(Disbursement)).all()
        assert (paid.amount_fen, paid.paid_on) == (48_000_000, "2026-11-24")
    told = [card for card in batu.heard_since(before).cards if card.title == f"A{number} 已放款"]
    assert "放款 何静 已办完" in told[0].whole
    proposed = batu.tap(told[0], "还款计划").text
    assert proposed.startswith(
        "A1 还没有还款计划。按进件填的，请发（或直接回复 好）：\n还款计划 A1 等额本息 36期 年利率4.9% 首期 "
    )
    assert batu.say("好").text.startswith("A1 的还款计划定好了：等额本息 36期 年利率4.9%，2026-12-24 还第一期 ")
    company.clock.go(seconds=5)  # the same tap within one second is the platform's repetition of one
    batu.tap(told[0], "还款计划")
    assert batu.now(told[0]).title.startswith("A1 还款")


def test_a_refusal_wants_a_reason_and_ends_it(company: Company) -> None:
    number = hand_in(company)
    liufang, batu = company.person("liufang"), company.person("batu")
    card = newest_card(liufang, "初审")
    assert liufang.tap(card, "驳回").text.startswith("驳回 T1：请直接发送原因")
    assert "没有记下" in liufang.say("好的").text
    assert liufang.say("负债过高").texts == [f"T1 已驳回。A{number} 到了 未通过。"]
    assert "负债过高" in liufang.now(card).whole
    assert liufang.now(card).labels == ["详情"]
    told = newest_card(batu, f"A{number} 未通过")
    assert "初审 刘芳 已驳回 11-24 10:00：负债过高" in told.whole


def test_a_reason_is_asked_for_and_left(company: Company) -> None:
    hand_in(company)
    liufang = company.person("liufang")
    assert "请直接发送原因" in liufang.say("驳回 t 1").text
    assert liufang.say("帮助 驳回").text.endswith("还在等 T1 的原因，直接回复即可；回复 取消 退出。")
    assert liufang.say("取消").texts == ["已退出，没有处理。"]
    assert stands(company, 1) == "first_review: liufang chaolu"


def test_it_is_returned_with_a_reason_and_handed_in_again(company: Company) -> None:
    number = hand_in(company)
    liufang, chaolu, batu = (company.person(one) for one in ("liufang", "chaolu", "batu"))
    assert liufang.tap(newest_card(liufang, "初审"), "退回").text.startswith("退回 T1 到 提交人：请直接发送原因")
    assert liufang.say("流水不清楚").texts == [f"T1 已退回。A{number} 在 进件，等 巴特尔·孟和 处理。"]
    back = newest_card(batu, f"A{number} 已退回，请修改")
    assert "初审 刘芳 已退回 11-24 10:00：流水不清楚" in back.whole
    assert back.labels == ["去修改", "稍后提醒"]
    with company.runtime.store.unit(request_id="again") as unit:
        service.submit(unit, batu.actor, number, company.runtime.company.loans)
    company.settle()
    assert batu.now(back).rows["现在"].startswith("初审")
    assert "流水不清楚" in newest_card(chaolu, "待您审批").whole


def test_of_several_places_one_is_chosen(company: Company) -> None:
    number = hand_in(company)
    company.person("liufang").say("同意 T1")
    agula = company.person("agula")
    where = agula.tap(newest_card(agula, "复审"), "退回").card
    assert where.labels == ["提交人 巴特尔", "初审"]
    agula.tap(where, "初审")
    agula.say("初审意见没有写全")
    assert stands(company, number) == "first_review: liufang chaolu"
    company.person("chaolu").say(f"同意 T{open_task(company, 'chaolu')}")
    task = open_task(company, "agula")
    heard = agula.say(f"退回 T{task} 客户说不清楚")
    assert heard.text.startswith(f"T{task} 退回到哪一步？可以退到：提交人、初审。")
    assert agula.say(f"退回 T{task} 提交人 客户说不清楚").text.startswith(f"T{task} 已退回。")
    assert row(company, number).state == "returned"


def test_a_node_to_which_it_cannot_go_is_no_reason(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    said = liufang.say("退回 T1 复审 重看").text
    assert said.startswith("T1 不能退回到「复审」，还没有退回。T1 退回到哪一步？可以退到：提交人。")
    assert stands(company, number).startswith("first_review")
    assert liufang.say("提交人 重看").text.startswith("T1 已退回。")


@pytest.mark.parametrize("taps", [True, False])
def test_a_reason_that_was_said_without_a_place_is_kept(company: Company, taps: bool) -> None:
    number = hand_in(company)
    company.person("liufang").say("同意 T1")
    agula = company.person("agula")
    where = agula.say(f"退回 A{number} 合同缺签字页").card
    if taps:
        agula.tap(where, "初审")
    else:
        assert "不能退回到「签约」" in agula.say("签约").text
        assert agula.say("初审").text.startswith("T3 已退回。")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert "合同缺签字页" in newest_card(company.person("chaolu"), "待您审批").whole


def test_where_to_is_answered_by_its_name(company: Company) -> None:
    number = hand_in(company)
    company.person("liufang").say("同意 T1")
    agula = company.person("agula")
    assert agula.say(f"退回 A{number}").text.startswith("T3 退回到哪一步？可以退到：提交人、初审。")
    assert "不能退回到「签约」" in agula.say("签约").text
    assert agula.say("初审").text.startswith("退回 T3 到 初审：请直接发送原因")
    batu = company.person("batu")
    told = batu.after(lambda: agula.say("估值重看")).card
    assert agula.heard_since().texts[-1].startswith("T3 已退回。")
    assert told.title == f"进度 A{number} · 初审"
    assert "复审 阿古拉 已退回 11-24 10:00：估值重看" in told.whole
    assert stands(company, number) == "first_review: liufang chaolu"
    company.person("liufang").say(f"同意 A{number}")
    assert "估值重看" not in batu.say(f"进度 A{number}").card.whole, "somebody has decided since"


def test_a_task_is_handed_over_by_a_name(company: Company) -> None:
    number = hand_in(company)
    liufang, agula = company.person("liufang"), company.person("agula")
    assert liufang.tap(newest_card(liufang, "初审"), "转交").text.startswith("T1 转交给谁？")
    assert "阿古拉" in liufang.say("阿古").text
    assert liufang.say("阿古拉 我在休假").text.startswith(
        f"T1 已转交给 阿古拉。A{number} 在 初审，等 阿古拉、朝鲁·门德"
    )
    assert newest_card(agula, "初审 待您审批").labels[0] == "同意"
    assert "初审 刘芳 已转交 11-24 10:00：我在休假" in newest_card(agula, "初审 待您审批").whole
    assert "已转交" in newest_card(liufang, "初审").whole
    refused = company.person("chaolu").say("转交 T2 巴特尔·孟和")
    assert refused.texts == ["巴特尔·孟和 是提交人，不能自己审自己，没有交出去。请换一位同事。"]


def test_a_signer_is_added_before_and_it_comes_back(company: Company) -> None:
    number = hand_in(company)
    liufang, agula, hejing = (company.person(one) for one in ("liufang", "agula", "hejing"))
    liufang.tap(newest_card(liufang, "初审"), "加签")
    assert liufang.say("阿古拉、何静").text.startswith("T1 已请 阿古拉、何静 先审，都同意后再轮到您。")
    waits = newest_card(liufang, "初审")
    assert waits.title == "T1 初审 等别人先办"
    asked = newest_card(agula, "请您加签")
    assert "刘芳 加签：您先审，再轮到对方。" in asked.whole
    assert liufang.say("同意 T1").text == "T1 要先等 阿古拉、何静 处理，再轮到您。"
    agula.tap(asked, "同意")
    company.clock.go(minutes=5)
    said = liufang.say("减签 T1 赵建国").text
    assert said == "赵建国 不在 T1 的加签里，没有减签。在等的是 何静：减签 T1 何静"
    assert liufang.say("减签 T1 何静").text.startswith("T1 已减签，不再等 何静。")
    assert "不用处理了" in newest_card(hejing, "初审").whole
    assert liufang.say("减签 T1").text == "T1 没有在等加签的同事，不用减签。"
    again = newest_card(liufang, "初审 待您审批")
    assert "初审 阿古拉 已同意" in again.whole
    liufang.tap(again, "同意")
    assert stands(company, number) == "second_review: agula"


def test_an_officer_is_no_signer_of_what_money_hangs_on(company: Company) -> None:
    number = hand_in(company)
    for verb in ("加签", "后加签"):
        said = company.person("liufang").say(f"{verb} T1 张三").text
        assert said == "这一步涉及资金，张三 没有办它的岗位，没有交出去。请换一位同事。"
    assert stands(company, number) == "first_review: liufang chaolu"
    assert company.person("liufang").say("委派 T1 张三").text.startswith("T1 已委派给 张三")


def test_after_his_own_consent_another_one_signs(company: Company) -> None:
    number = hand_in(company)
    company.person("liufang").say("后加签 T1 何静")
    assert stands(company, number) == "first_review: chaolu hejing"
    company.person("hejing").say(f"同意 T{open_task(company, 'hejing')}")
    assert stands(company, number) == "second_review: agula"


def test_a_colleague_is_asked_what_he_thinks(company: Company) -> None:
    hand_in(company)
    liufang, agula = company.person("liufang"), company.person("agula")
    liufang.say("委派 T1 阿古拉")
    asked = newest_card(agula, "请您给意见")
    assert asked.labels == ["同意", "不同意", "转交", "详情", "稍后提醒"]
    agula.tap(asked, "不同意")
    assert agula.say("估值偏高").text.startswith("T3 意见：不同意。")
    back = newest_card(liufang, "初审 待您审批")
    assert "初审 阿古拉 意见：不同意 11-24 10:00：估值偏高" in back.whole
    assert stands(company, 1) == "first_review: liufang chaolu"


def test_a_consent_is_taken_back_as_long_as_nobody_acted(company: Company) -> None:
    number = hand_in(company)
    liufang, agula = company.person("liufang"), company.person("agula")
    card = newest_card(liufang, "初审")
    done = liufang.tap(card, "同意").card
    theirs = newest_card(agula, "复审")
    heard = liufang.tap(done, "取回")
    assert heard.texts == []
    assert [one.title for one in heard.cards] == ["T1 初审 待您审批"]
    assert "不用处理了" in agula.now(theirs).whole
    liufang.say("同意 T1")
    assert liufang.say(f"取回 A{number}").text.startswith("T1 已取回，您可以重新处理。")
    liufang.say("同意 T1")
    agula.say(f"同意 T{open_task(company, 'agula')}")
    assert liufang.say("取回 T1").text.startswith(f"取不回来：A{number} 阿古拉 已经处理了下一步。")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("委派 T1 阿古拉 看看", ["agula"]),
        ("后加签 T1 阿古拉 请再看看", ["agula"]),
        ("加签 T1 阿古拉和包文龙，请把关", ["agula", "baowenlong"]),
        ("加签 T1 阿古拉、包文龙 麻烦看一下", ["agula", "baowenlong"]),
    ],
)
@ON_ONE_DATABASE
def test_who_is_asked_is_asked_kindly(company: Company, typed: str, asked: list[str]) -> None:
    hand_in(company)
    said = company.person("liufang").say(typed).text
    with company.runtime.store.read() as session:
        wanted = select(Person.wecom_userid).join(Task, Task.person_id == Person.id).where(Task.kind != "decide")
        assert sorted(session.scalars(wanted)) == asked, said


@ON_ONE_DATABASE
def test_what_a_colleague_returned_at_the_same_step_is_said(company: Company) -> None:
    number = hand_in(company, amount=310_000_000, house_value=900_000_000)
    decide(company, "liufang", number)
    liufang, agula = company.person("liufang"), company.person("agula")
    liufang.say(f"同意 T{open_task(company, 'liufang')}")
    agula.say(f"退回 A{number} 初审 评估报告过期")
    assert liufang.say(f"取回 A{number}").text == f"取不回来：A{number} 阿古拉 已经在这一步退回了。"
    assert stands(company, number).startswith("first_review:")


def test_what_was_shown_binds_the_decision(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    card = newest_card(liufang, "初审")
    change_amount(company, number, 90_000_000)
    heard = liufang.tap(card, "同意")
    assert heard.texts == ["T1 的金额、产品或客户有变动，没有处理。请看最新的卡片再决定。"]
    assert liufang.now(card).rows["申请"] == "房抵90万 36期"
    assert stands(company, number) == "first_review: liufang chaolu"
    liufang.tap(liufang.now(card), "同意")
    assert stands(company, number) == "second_review: agula"


@pytest.mark.parametrize("typed", ["同意 T1", "驳回 T1 负债过高", "后加签 T1 阿古拉"])
@ON_ONE_DATABASE
def test_what_is_typed_is_about_what_was_shown_last(company: Company, typed: str) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    change_amount(company, number, 90_000_000)
    heard = liufang.say(typed)
    assert heard.text == "T1 的金额、产品或客户有变动，没有处理。请看最新的卡片再决定。"
    assert heard.card.rows["申请"] == "房抵90万 36期"
    assert stands(company, number) == "first_review: liufang chaolu"
    change_amount(company, number, 80_000_000)
    liufang.say("待办 T1")
    assert "有变动" not in liufang.say(typed).text


@ON_ONE_DATABASE
def test_what_a_stand_in_has_seen_his_principal_has_not(company: Company) -> None:
    number = hand_in(company)
    liufang, agula = company.person("liufang"), company.person("agula")
    liufang.say("代理 阿古拉 到 12-31")
    change_amount(company, number, 90_000_000)
    card = agula.say("待办 T1").card
    assert "有变动" in agula.say("同意 T1").text, "of his own looks nothing is kept: the card says what he decides on"
    assert "有变动" in liufang.say("同意 T1").text
    agula.tap(agula.now(card), "同意")
    assert stands(company, number) == "second_review: agula"


@ON_ONE_DATABASE
def test_after_a_tap_that_was_refused_it_can_be_typed(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    card = newest_card(liufang, "初审")
    change_amount(company, number, 90_000_000)
    assert "有变动" in liufang.tap(card, "同意").text
    assert "有变动" not in liufang.say("同意 T1").text


def test_what_changed_while_the_reason_was_written_is_shown_first(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    liufang.tap(newest_card(liufang, "初审"), "驳回")
    change_amount(company, number, 90_000_000)
    heard = liufang.say("负债过高")
    assert "有变动，没有处理" in heard.text
    assert heard.card.rows["申请"] == "房抵90万 36期"
    assert row(company, number).state == "running"


def change_amount(company: Company, number: int, amount_fen: int) -> None:
    rules = company.runtime.company.loans
    with company.runtime.store.unit(request_id="test") as unit:
        run = hold(unit, number, rules, None)
        assert run is not None
        run.keep(run.values | {"amount": amount_fen})


def test_a_second_tap_does_nothing_more(company: Company) -> None:
    hand_in(company)
    liufang, chaolu = company.person("liufang"), company.person("chaolu")
    card, others = newest_card(liufang, "初审"), newest_card(chaolu, "初审")
    key = card.key("同意")
    liufang.tap(card, "同意")
    again = liufang.after(lambda: liufang.phone.press(card, key))
    assert again.texts == []
    late = chaolu.after(lambda: chaolu.phone.tap(others, "同意"))
    assert late.texts == ["T2 刘芳 已经同意了（11-24 10:00），没有再处理。"]
    assert liufang.say("同意 T1").text.startswith("T1 您已经同意了（11-24 10:00），没有再处理。")


def test_nobody_decides_what_is_another_ones(company: Company) -> None:
    number = hand_in(company)
    batu, lina = company.person("batu"), company.person("lina")
    assert batu.say("同意 T1").text.startswith("T1 由 刘芳 处理，您不能代办。")
    for typed in ("驳回 T1 不行", "退回 T1 不行", "转交 T1 李娜", "减签 T1", "取回 T1", "抄送 T1 李娜"):
        assert "您不能代办" in lina.say(typed).text, typed
    assert lina.say("待办 T1").text.startswith("没有找到 T1")
    assert lina.say("同意 T99").text.startswith("没有找到 T99")
    assert stands(company, number) == "first_review: liufang chaolu"


def test_somebody_is_told_and_may_look(company: Company) -> None:
    number = hand_in(company)
    company.person("liufang").say("抄送 T1 周敏、李娜")
    assert newest_card(company.person("zhoumin"), f"A{number} 抄送给您").rows["客户"] == "刘** L1"
    assert stands(company, number) == "first_review: liufang chaolu"


@ON_ONE_DATABASE
def test_of_what_he_has_decided_somebody_is_told_too(company: Company) -> None:
    number = hand_in(company)
    liufang, lina, chaolu = (company.person(one) for one in ("liufang", "lina", "chaolu"))
    liufang.say(f"同意 A{number}")
    heard = lina.after(lambda: liufang.say(f"抄送 A{number} 李娜"))
    assert liufang.heard_since().texts[-1] == "T1 已抄送给 李娜。"
    assert heard.cards
    assert chaolu.say(f"抄送 A{number} 李娜").text.startswith("T2 刘芳 已经同意了"), "what was not his to decide"


def test_whom_it_can_go_to_is_said(company: Company) -> None:
    hand_in(company)
    liufang = company.person("liufang")
    assert liufang.say("抄送 T1").text.startswith("T1 抄送给谁？")
    assert "已抄送" not in liufang.say("、").text
    with company.runtime.store.read() as session:
        assert session.scalars(select(Happening).where(Happening.what == "copied")).all() == []


def test_who_has_it_is_asked_to_hurry_once_in_a_while(company: Company) -> None:
    number = hand_in(company)
    batu, liufang = company.person("batu"), company.person("liufang")
    assert batu.say(f"催办 a {number}").text.startswith("已催 刘芳、朝鲁·门德：")
    assert "巴特尔 催办" in newest_card(liufang, "初审").whole
    assert batu.say(f"催办 A{number}").text.startswith(f"A{number} 在 11-24 10:00 已经催过，今天 12:00 以后")
    assert company.person("zhangsan").say(f"催办 A{number}").text.startswith(f"没有找到 A{number}")


def test_the_list_has_all_with_the_first_due_first(company: Company) -> None:
    liufang = company.person("liufang")
    assert "没有待您处理的进件" in liufang.say("待办").card.whole
    for place in range(7):
        hand_in(company, phone=f"1394710001{place}")
        company.clock.go(minutes=10)
    first = liufang.say("待办").card
    assert first.rows["T1"].startswith("刘** 初审 房抵50万")
    assert "共7件" in first.whole
    second = liufang.tap(first, "下一页").card
    assert list(second.rows) == ["T11", "T13"]
    assert liufang.tap(second, "T11 刘**").card.title == "T11 初审 待您审批"
    assert liufang.say("待办 t13").card.title == "T13 初审 待您审批"
    company.clock.go(days=3)
    assert "超期7" in liufang.say("待办").card.whole


def test_all_that_is_filled_in_is_paged(company: Company) -> None:
    hand_in(company)
    liufang = company.person("liufang")
    page = liufang.tap(newest_card(liufang, "初审"), "详情").card
    assert page.rows["申请金额"] == "50万"
    assert page.labels == ["下一页", "回到待办"]
    page = liufang.tap(page, "下一页").card
    assert "近两年逾期次数 1" in page.whole or "身份证号" in page.whole
    assert "150102199003074512" not in page.whole
    assert liufang.tap(page, "上一页").card.rows["申请金额"] == "50万"
    assert liufang.tap(liufang.now(page), "回到待办").card.title == "T1 初审 待您审批"


NUMBERS = ["同意 T1", "同意 t1", "同意 T 1", "同意Ｔ１", "同意 1", "批准 T1", "同意 A1", "通过 a1"]


@ON_ONE_DATABASE
@pytest.mark.parametrize("typed", NUMBERS)
def test_a_number_is_read_as_it_is_typed(company: Company, typed: str) -> None:
    hand_in(company)
    assert company.person("liufang").say(typed).text.startswith("T1 已同意。")


USAGE = [
    ("同意", "现在没有等您处理的进件，不用同意。有编号的请这样发：同意 T88"),
    ("驳回 不行", "现在没有等您处理的进件，不用驳回。有编号的请这样发：驳回 T88"),
    ("取回", "取回 请这样发：取回 T88\n例如：取回 T88"),
    ("催办", "催办 请这样发：催办 A203\n例如：催办 A203"),
    ("取回 A77", "A77 没有您同意过、还能取回的步骤。"),
    ("同意 A77", "没有找到 A77，或者您不能查看。请核对编号。"),
]


@ON_ONE_DATABASE
@pytest.mark.parametrize(("typed", "said"), USAGE, ids=[typed for typed, _ in USAGE])
def test_what_is_wrong_is_explained(company: Company, typed: str, said: str) -> None:
    assert company.person("mengke").say(typed).text == said


def signed(company: Company) -> int:
    """An application that was signed at 4.9 % and is to be paid out."""
    number = hand_in(company)
    company.person("liufang").say(f"同意 A{number}")
    company.person("agula").say(f"同意 A{number}")
    batu = company.person("batu")
    batu.say(f"同意 A{number}")
    for answer in ("4.9%", "12000", "不填", "不填"):
        batu.say(answer)
    return number


def test_who_takes_back_what_he_did_can_change_what_he_filled_in(company: Company) -> None:
    number = signed(company)
    batu = company.person("batu")
    batu.say(f"取回 A{number}")
    said = batu.say(f"同意 A{number}").text
    assert said.startswith("T4 年利率（1/4）：请直接发送年利率；是 4.9% 就回复 好。")
    batu.say("5.2%")
    assert "是 1.2万 就回复 好" in batu.heard_since().texts[-1]
    for answer in ("好", "不填", "不填"):
        said = batu.say(answer).text
    assert said.startswith("T4 已办完。")
    with company.runtime.store.unit(request_id="look") as unit:
        run = hold(unit, number, company.runtime.company.loans, None)
        assert run is not None
        assert (run.values["yearly_rate"], run.values["service_fee"]) == ("0.052", 1_200_000)


def test_what_is_answered_stays_when_he_leaves(company: Company) -> None:
    number = hand_in(company)
    company.person("liufang").say(f"同意 A{number}")
    company.person("agula").say(f"同意 A{number}")
    batu = company.person("batu")
    batu.say("同意 T4")
    batu.say("4.9%")
    assert "（2/4）" in batu.heard_since().texts[-1]
    batu.say("取消")
    assert batu.say("同意 T4").text.startswith("T4 服务费（1/3）：")


def test_one_thing_that_is_filled_in_is_changed_by_its_name(company: Company) -> None:
    number = hand_in(company)
    company.person("liufang").say(f"同意 A{number}")
    company.person("agula").say(f"同意 A{number}")
    batu = company.person("batu")
    assert batu.say("修改 T4").text.startswith("T4 可以改：\n· 年利率：未填\n· 服务费：未填")
    assert batu.say("修改 T4 年利率 4.9个点").text == "T4 的年利率改为 4.9%。还没有处理，办好请发：同意 T4"
    assert batu.say("修改 T4 年利率").text == "T4 年利率 现在是 4.9%，请直接发送新的年利率。回复 取消 退出。"
    assert batu.say("看合同").text.startswith("没看懂是百分之多少")
    assert batu.say("取消").text == "好的，没有改。"
    tapped = batu.tap(batu.tap(newest_card(batu, "签约"), "详情").card, "修改")
    assert "· 年利率：4.9%" in tapped.text
    assert company.person("chaolu").say("修改 T4 年利率 1%").text.startswith("没有找到 T4")
    assert company.person("liufang").say("修改 T1").text.startswith("T1 现在没有可以改的填写项。")


@ON_ONE_DATABASE
def test_at_his_own_step_the_officer_changes_what_is_filled_in_there(company: Company) -> None:
    number = hand_in(company, product="credit")
    decide(company, "liufang", number)
    batu = company.person("batu")
    assert stands(company, number) == "signing: batu"
    assert batu.say(f"修改 A{number} 年利率 5.2%").text.startswith(f"T{open_task(company, 'batu')} 的年利率改为 5.2%")
    assert "在审批中，不能改" in batu.say(f"修改 A{number} 申请金额 60万").text


NO_REASONS = (
    *("不是驳回", "点错卡片了"),  # taken back
    *("收到，我看下", "我问下", "先看看流水", "等下我问问李娜", "好的，先这样", "可以的，没问题"),
    *("50万", "1", "12-24", "13947100001", "驳", "李娜", "退回"),
)


@pytest.mark.parametrize("said", NO_REASONS)
def test_what_is_no_reason_refuses_nothing(company: Company, said: str) -> None:
    """A refusal is for good."""
    number = hand_in(company)
    liufang, task = company.person("liufang"), open_task(company, "liufang")
    liufang.say(f"驳回 T{task}")
    assert "已驳回" not in "".join(liufang.say(said).texts), said
    assert stands(company, number).startswith("first_review: ")


def test_a_suggestion_about_another_one_is_gone_with_a_tap(company: Company) -> None:
    """She looks at the second, and means that."""
    first, liufang = hand_in(company), company.person("liufang")
    assert "回复 好" in liufang.say("同意").text
    second = hand_in(company, phone="13947100009", name="李四")
    liufang.tap(newest_card(liufang, "T3"), "详情")
    assert "已同意" not in "".join(liufang.say("好").texts)
    assert stands(company, first).startswith("first_review")
    assert stands(company, second).startswith("first_review")


def test_what_was_paid_out_is_corrected(company: Company) -> None:
    number = signed(company)
    hejing, batu = company.person("hejing"), company.person("batu")
    hejing.say(f"同意 A{number}")
    assert hejing.say("60万").text.startswith("放款金额最多 50万，没有记下。")
    hejing.say("48万")  # the question is open still
    assert hejing.say("好").texts == ["T5 已办完。记下放款 48万，2026-11-24。A1 到了 贷后。"]
    batu.say(f"还款计划 A{number} 12期 年利率4.9% 首期 2026-12-24")
    said = batu.after(lambda: hejing.say("修改 T5 放款金额 47万")).text
    assert said == (
        "何静 更正了 A1 的放款记录：47万，2026-11-24 放款。还款计划是按 48万 定的，请照新的金额重新定，"
        "发：还款计划 A1 等额本息 12期 年利率4.9% 首期 2026-12-24"
    )
    assert hejing.heard_since().texts[-1] == (
        "T5 的放款金额改为 47万。放款记录已更正，客户经理会收到通知：还款计划还是按 48万 定的。"
    )
    assert hejing.say("修改 T5 放款金额 60万").text.startswith("放款金额最多 50万，没有记下。")
    assert hejing.say("47万").text.startswith("T5 的放款金额改为 47万。"), "the question is open still"
    assert hejing.say("修改 A1 放款金额 47万").text.startswith("T5 的放款金额改为 47万。")
    assert batu.say("修改 T5 放款金额 50万").text.startswith("没有找到 T5")
    assert batu.say("修改 T4").text.startswith("T4 现在没有可以改的填写项。")
    with company.runtime.store.read() as session:
        (paid,) = session.scalars(select(Disbursement)).all()
        assert (paid.amount_fen, paid.paid_on) == (47_000_000, "2026-11-24")
    heard = batu.say(f"还款计划 A{number}")
    assert heard.card.rows["放款"] == "470,000元"
    assert "放款 470,000元，还款计划却是按 480,000元 定的。" in heard.card.whole
    assert batu.say("好").text.startswith("A1 的还款计划定好了：等额本息 12期 年利率4.9%")
    assert "却是按" not in batu.say(f"还款计划 A{number}").card.whole
    batu.say(f"结清 A{number} 47万")
    said = batu.after(lambda: hejing.say("修改 T5 放款金额 46万")).text
    assert said.endswith("还款计划是按 47万 定的，贷款已经结清，请核对多还或少还的部分。"), "there is no plan to set"


def test_an_answer_to_why_that_may_take_it_back_is_asked_about(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    liufang.say("驳回 T1")
    for said in ("这单不驳回了", "好", "先不驳回这个"):
        assert "已驳回" not in liufang.say(said).text
    heard = liufang.say("能不能不驳回").text
    assert heard == "还没有驳回 T1。「能不能不驳回」是驳回的原因吗？是就回复 确认；不驳回回复 取消。"
    assert stands(company, number) == "first_review: liufang chaolu"
    assert liufang.say("进度A1").card.title.startswith("进度 A1"), "without its space it is a command as well"
    liufang.say("驳回 T1 按到驳回了")
    assert "「按到驳回了」是驳回的原因吗？" in liufang.say("好").text, "it stays open"
    assert liufang.say("是的，确认").text.startswith("T1 已驳回。")
    assert company.person("batu").say(f"进度 A{number}").card.whole.count("按到驳回了") == 1


@pytest.mark.parametrize(
    "line",
    ["转交 T1 阿古拉 先不转", "委派 T1 阿古拉 还是不问了", "前加签 T1 阿古拉 先不加", "同意 T1 不批", "同意 T1 还没看"],
)
@ON_ONE_DATABASE
def test_a_no_behind_a_command_leaves_it_undone(company: Company, line: str) -> None:
    number = hand_in(company)
    assert company.person("liufang").say(line).text.startswith("还没有")
    assert stands(company, number) == "first_review: liufang chaolu"


@pytest.mark.parametrize("again", ["再给他一次机会", "不是再给他一次机会", "不，再给他一次机会"])
@ON_ONE_DATABASE
def test_what_was_doubted_and_is_said_once_more_refuses_nothing(company: Company, again: str) -> None:
    """By an impatient thumb, or denied: only a yes before it makes it the reason."""
    number = hand_in(company)
    liufang = company.person("liufang")
    liufang.say("驳回 T1")
    liufang.say("再给他一次机会")
    assert "是驳回的原因吗？" in liufang.say(again).text
    assert stands(company, number) == "first_review: liufang chaolu"
    liufang.say("客户取消")
    assert liufang.say("是的，客户取消").text.startswith("T1 已驳回。")
    assert company.person("batu").say(f"进度 A{number}").card.whole.count("：客户取消") == 1


@pytest.mark.parametrize("why", ["补资料", "补件", "重新提交", "修改", "附件", "逾期"])
@ON_ONE_DATABASE
@PARTS
def test_a_command_by_itself_may_be_why_it_is_returned(company: Company, why: str) -> None:
    hand_in(company)
    liufang = company.person("liufang")
    liufang.say("退回 T1")
    assert liufang.say(why).text.startswith("T1 已退回。")
    assert company.person("batu").say("进度 A1").card.whole.count(f"：{why}") == 1


@ON_ONE_DATABASE
def test_who_asks_back_is_asked_on(company: Company) -> None:
    hand_in(company)
    liufang = company.person("liufang")
    liufang.say("驳回 T1")
    assert liufang.say("为什么").text.startswith("「为什么」没有记下。还在等 T1 的原因")
    assert liufang.say("A1到哪了").card.title.startswith("进度 A1")
    assert stands(company, 1) == "first_review: liufang chaolu"


@ON_ONE_DATABASE
def test_a_question_behind_an_agreement_agrees_to_nothing(company: Company) -> None:
    number = hand_in(company)
    heard = company.person("liufang").say("同意 T1 吗").text
    assert heard == "还没有同意 T1：「吗」像是在问。要同意请发：同意 T1"
    assert stands(company, number) == "first_review: liufang chaolu"


def test_agreeing_twice_in_a_row_agrees_to_one_step(company: Company) -> None:
    """Who is impatient sends it again, and has the next step as well: of that he has seen nothing."""
    number = hand_in(company, amount=250_000_000)
    chaolu = company.person("chaolu")
    assert chaolu.say(f"同意 A{number}").text.startswith("T2 已同意。")
    ahead = stands(company, number)
    assert "chaolu" in ahead
    task = open_task(company, "chaolu")
    heard = chaolu.say(f"同意 A{number}")
    assert heard.text == f"A1 的 T2 您刚才处理过了。现在到了下一步 T{task}，还没有处理。看过卡片，同意就回复 好。"
    assert f"T{task}" in heard.card.title
    assert chaolu.say(f"同意 A{number}").text == heard.text, "nor by a third"
    assert stands(company, number) == ahead
    assert chaolu.say("好").text.startswith(f"T{task} 已同意。")
    assert "chaolu" not in stands(company, number)


@pytest.mark.parametrize("later", [True, False])
@ON_ONE_DATABASE
def test_who_means_the_next_step_agrees_at_once(company: Company, later: bool) -> None:
    """He names it, or some time has gone by."""
    number = hand_in(company, amount=250_000_000)
    chaolu = company.person("chaolu")
    chaolu.say(f"同意 A{number}")
    task = open_task(company, "chaolu")
    if later:
        company.clock.go(minutes=11)
    said = chaolu.say(f"同意 A{number}" if later else f"同意 T{task}").text
    assert said.startswith(f"T{task} 已同意。")


def test_what_came_again_is_shown_before_it_is_agreed_to(company: Company) -> None:
    """He read a card over 50万, and 同意 A1 would agree to 49万."""
    number = hand_in(company)
    liufang, batu = company.person("liufang"), company.person("batu")
    batu.say(f"撤回 A{number}")
    batu.say(f"修改 A{number} 申请金额 49万")
    batu.say(f"提交 A{number}")
    heard = liufang.say(f"同意 A{number}")
    assert heard.text == "A1 撤下以后又到了您这里，内容可能改过，没有处理。看过卡片，同意就回复 好。"
    assert "房抵49万" in heard.card.whole
    assert stands(company, number) == "first_review: liufang chaolu"
    assert liufang.say(f"同意 A{number}").text.startswith("T3 已同意。"), "he has seen it now"


@ON_ONE_DATABASE
def test_what_came_again_unchanged_is_agreed_to_at_once(company: Company) -> None:
    number = hand_in(company)
    batu = company.person("batu")
    batu.say(f"撤回 A{number}")
    batu.say(f"提交 A{number}")
    assert company.person("liufang").say(f"同意 A{number}").text.startswith("T3 已同意。")


def test_who_is_late_hears_that_it_was_withdrawn(company: Company) -> None:
    number = hand_in(company)
    liufang, batu = company.person("liufang"), company.person("batu")
    batu.say(f"撤回 A{number}")
    assert "提交人已撤回 · 巴特尔·孟和 11-24 10:00" in newest_card(liufang, "初审").whole
    assert liufang.say("同意 T1").text.startswith("巴特尔·孟和 撤回了这笔进件（11-24 10:00），T1 不用处理了。")


def test_nothing_is_told_of_a_task_to_who_may_not_see_its_application(company: Company) -> None:
    hand_in(company)
    assert company.person("zhoumin").say("同意 T1").text.startswith("没有找到 T1")


def test_another_applicant_is_another_decision(company: Company) -> None:
    """Whose ID number stands on the form: who agreed before agreed to somebody else."""
    number = hand_in(company, amount=310_000_000)
    decide(company, "liufang", number)
    decide(company, "agula", number, Decision.RETURN, node="start")
    batu = company.person("batu")
    changed = batu.say(f"修改 A{number} 身份证号 150102199003070015").cards[-1]
    assert "重新提交后从第一步重走。" in changed.whole
    batu.say(f"提交 A{number}")
    assert stands(company, number) == "first_review: liufang chaolu"


@pytest.mark.parametrize("amount", [320_000_000, 310_000_000])
def test_progress_knows_where_what_came_back_goes_on(company: Company, amount: int) -> None:
    number = hand_in(company, amount=310_000_000)
    decide(company, "liufang", number)
    assert "joint_review" in stands(company, number)
    decide(company, "agula", number, Decision.RETURN, node="start")
    batu = company.person("batu")
    assert "接下来" in batu.say(f"进度 A{number}").card.whole
    batu.say(f"修改 A{number} 申请金额 {amount // 100}")
    anew = amount != 310_000_000
    assert ("重新提交后从第一步重走。" in batu.say(f"进件 A{number}").cards[-1].whole) is anew
    assert batu.say(f"进度 A{number}").card.rows["接下来"].startswith("初审" if anew else "复审")
    batu.say(f"提交 A{number}")
    assert stands(company, number).startswith("first_review" if anew else "joint_review")


DEPENDS = ["等流水到了", "补齐材料再说", "或者退回", "转朝鲁", "的话要补材料", "先不放款", "资料齐了再批"]
DEPENDS += ["只批40万", "最多给 30万", "如果征信没问题", "除非补担保", "前提是补流水", "不超过四十万"]


@pytest.mark.parametrize("more", DEPENDS)
def test_a_consent_that_depends_is_none_yet(company: Company, more: str) -> None:
    number = hand_in(company)
    said = company.person("liufang").say(f"同意 A{number} {more}").text
    assert said.startswith(f"还没有同意 T1：「{more}」像是有条件，或者还没想好")
    assert stands(company, number).startswith("first_review")


@pytest.mark.parametrize("more", ["等级高，资料齐", "资料齐全", "放款前补齐流水", "转贷客户，老客户", "等额本息没问题"])
def test_a_remark_is_kept_with_the_consent(company: Company, more: str) -> None:
    number = hand_in(company)
    assert company.person("liufang").say(f"同意 A{number} {more}").text.startswith("T1 已同意。")


@pytest.mark.parametrize(
    "more", ["T2", "、T2", " 和T2", "和 T2", "同意T2", "，同意 A2", "\n同意 T2", "t2 资料齐全", "Ａ1"]
)
def test_several_numbers_are_not_a_comment(company: Company, more: str) -> None:
    hand_in(company)
    liufang = company.person("liufang")
    assert liufang.say(f"同意 T1 {more}").text == "一次处理一件，什么都没有处理。请分开发，先发：同意 T1"
    assert liufang.say("同意 T1 A级客户").text.startswith("T1 已同意")


def test_without_a_number_the_only_one_is_asked_back(company: Company) -> None:
    number = hand_in(company)
    liufang, batu, agula = (company.person(one) for one in ("liufang", "batu", "agula"))
    heard = liufang.say("同意 资料齐全")
    assert heard.text == "您是说 同意 T1 资料齐全？对的话回复 好，或点卡片上的按钮。"
    assert heard.card.title == "T1 初审 待您审批"
    assert stands(company, number).startswith("first_review")
    assert liufang.say("好").text.startswith("T1 已同意。")
    assert batu.say("催办").text == "您是说 催办 A1？对的话回复 好，或点卡片上的按钮。"
    assert batu.say("好").text.startswith("已催 阿古拉")
    assert liufang.say("取回").text.startswith("您是说 取回 T1？")
    hand_in(company, phone="13947100009", name="王芳")
    agula.say("同意 T3")
    assert liufang.say("驳回 不行").text.startswith("您是说 驳回 T4 不行？")
    assert liufang.say("驳回").text == "驳回 T4：请直接发送原因，提交人会看到。回复 取消 退出。"
    assert liufang.say("取消").text == "已退出，没有处理。"
    hand_in(company, phone="13947100008", name="陈静")
    heard = liufang.say("同意")
    assert heard.text == "您手上有 2 件，同意 哪一件？请写编号，如：同意 T4"
    assert heard.card.title == "待办"
    assert batu.say("催办").text == "催哪一笔？请写编号，如：催办 A203。您在办的："


def test_a_mere_number_opens_what_it_is_of(company: Company) -> None:
    number = hand_in(company)
    liufang, batu = company.person("liufang"), company.person("batu")
    assert liufang.say("t1").card.title == "T1 初审 待您审批"
    assert liufang.say(f"A{number}").card.title.startswith(f"进度 A{number}")
    assert batu.say(f"a {number}").card.title == "进件 A1 房抵"
    hand_in(company, phone="13947100009", name="王芳")
    assert batu.say("撤回").card.title == "在办的进件"


@pytest.mark.parametrize("typed", ["待办 T{}", "待办 A{}", "待办 a {}", "待办Ａ{}"])
@ON_ONE_DATABASE
def test_one_of_the_list_is_opened_by_its_number_or_its_applications(company: Company, typed: str) -> None:
    for phone in ("13947100001", "13947100009"):
        number = hand_in(company, phone=phone)
    liufang = company.person("liufang")
    task = open_task(company, "liufang")
    assert (number, task) == (2, 3)
    said = liufang.say(typed.format(task if "T" in typed else number))
    assert said.card.title == "T3 初审 待您审批", said.text
    assert liufang.say("待办 A99").text.startswith("没有找到 A99"), "nor the whole list"


def test_what_is_over_says_what_waits_and_what_can_be_taken_back(company: Company) -> None:
    number = hand_in(company)
    liufang, agula, batu = (company.person(one) for one in ("liufang", "agula", "batu"))
    liufang.say("同意 T1")
    assert liufang.say("同意 T1").text.endswith("想改主意请发：取回 T1。")
    agula.say("同意 T3")
    assert "取回" not in liufang.say("同意 T1").text
    batu.say("退回 T4 初审 重看")
    now = open_task(company, "liufang")
    assert liufang.say("同意 T1").text.endswith(f"现在等您的是 T{now}，回复 待办 T{now} 打开。")
    assert number == 1


def test_by_the_number_of_an_application_it_is_said_why_nothing_is_to_decide(company: Company) -> None:
    number = hand_in(company)
    liufang, chaolu, agula = (company.person(one) for one in ("liufang", "chaolu", "agula"))
    assert agula.say(f"同意 A{number}").text == "A1 没有要您处理的待办，现在：初审 · 刘芳、朝鲁·门德。"
    assert company.person("zhangsan").say(f"同意 A{number}").text == "没有找到 A1，或者您不能查看。请核对编号。"
    liufang.say(f"同意 A{number}")
    said = liufang.say(f"同意 A{number}").text
    assert said == "T1 您已经同意了（11-24 10:00），没有再处理。想改主意请发：取回 T1。"
    assert chaolu.say(f"驳回 A{number} 不行").text == "T2 刘芳 已经同意了（11-24 10:00），没有再处理。"


def test_who_was_added_is_dropped_by_the_number_of_the_application(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    liufang.say(f"加签 A{number} 阿古拉")
    assert liufang.say(f"同意 A{number}").text == "T1 要先等 阿古拉 处理，再轮到您。"
    assert liufang.say(f"减签 A{number}").text.startswith("T1 已减签，不再等 阿古拉。")
    assert liufang.say(f"后加签 A{number} 阿古拉").text.startswith("T1 已同意，并请 阿古拉 加签")
    assert liufang.say(f"减签 A{number}").text.startswith("T1 已减签，不再等 阿古拉。")


@pytest.mark.parametrize("verb", ["同意", "驳回", "退回", "转交", "加签"])
def test_what_is_to_be_changed_is_nothing_to_decide(company: Company, verb: str) -> None:
    """巴特尔 manages nobody and has no post for money: neither is what he is told."""
    number = hand_in(company)
    company.person("liufang").say(f"退回 A{number} 看不清")
    batu = company.person("batu")
    task = open_task(company, "batu")
    assert batu.say(f"{verb} A{number}").text == f"T{task} 是退回给您修改的，不用审批：改好后发 提交 A{number}。"


LEAVES = ["算了", "先不", "哎点错了", "点错了", "先不驳回了"]
HESITATES = ["不知道", "等一下", "等会儿", "T2同意", "转交 李娜"]


@pytest.mark.parametrize("begun", ["typed", "tapped", "at once"])
def test_a_second_thought_is_no_reason(company: Company, begun: str) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    for typed in LEAVES + HESITATES:
        company.clock.go(minutes=2)
        if begun == "tapped":
            liufang.tap(newest_card(liufang, "初审"), "驳回")
        elif begun == "typed":
            liufang.say(f"驳回 A{number}")
        said = liufang.say(f"驳回 A{number} {typed}" if begun == "at once" else typed).text
        assert "没有" in said, typed
        assert row(company, number).state == "running", typed
        asked = "直接" in said and "原因" in said
        assert asked == (typed in HESITATES), said
    assert liufang.say("客户说等一下再补流水，资料不齐").text.startswith(
        "还没有驳回 T1。「客户说等一下再补流水，资料不齐」是"
    )
    assert liufang.say("确认。").text == "T1 已驳回。A1 到了 未通过。"


def test_a_second_thought_hands_nothing_on(company: Company) -> None:
    number, typed = hand_in(company), "先不转交"
    liufang = company.person("liufang")
    assert "没有" in liufang.say(f"转交 T1 阿古拉 {typed}").text
    assert "没有" in liufang.say(f"退回 T1 提交人 {typed}").text
    assert "没有" in liufang.say(f"同意 T1 {typed}").text
    liufang.say("加签 T1")
    assert liufang.say(typed).text == "已退出，没有处理。"
    assert stands(company, number) == "first_review: liufang chaolu"


def test_who_hesitates_over_the_names_is_asked_on(company: Company) -> None:
    hand_in(company)
    liufang = company.person("liufang")
    liufang.say("加签 T1")
    assert liufang.say("等一下").text.startswith("「等一下」没有记下。还在等 T1 的同事姓名")
    assert "还没想好" in liufang.say("阿古拉 等一下").text
    assert liufang.say("阿古拉").text.startswith("T1 已请 阿古拉 先审")


def test_it_is_returned_only_where_a_place_is_chosen(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    for typed in ("哎点错了", "点错了 应该同意"):
        assert "退回到哪一步？可以退到：提交人。" in liufang.say("退回 T1 初审").text
        assert liufang.say(typed).text == "已退出，没有处理。"
        company.clock.go(minutes=2)
    liufang.say("退回 T1 初审")
    for typed in ("等一下", "不知道", "流水不清楚"):
        assert liufang.say(typed).text.startswith(f"「{typed}」不是能退到的一步，还没有退回。")
        assert stands(company, number) == "first_review: liufang chaolu"
    assert liufang.say("退回给提交人 看不清流水").text.startswith("T1 已退回。")


def test_what_is_over_is_not_said_to_have_gone_on(company: Company) -> None:
    number = hand_in(company)
    liufang, agula, batu = (company.person(one) for one in ("liufang", "agula", "batu"))
    liufang.say("同意 T1")
    agula.say("驳回 T3 负债过高")
    over = "A1 已经结束（未通过），取不回来。要再做，请客户经理重新 进件。"
    for who, typed in ((liufang, "取回 A1"), (liufang, "取回 T1"), (agula, "取回 A1"), (agula, "取回 T3")):
        assert who.say(typed).text == over, typed
    assert batu.say(f"取回 A{number}").text == "A1 已经结束（未通过），取不回来。要再做，请重新进件：进件 L1"


def test_what_is_typed_with_the_number_first_is_done_by_a_yes(company: Company) -> None:
    number = hand_in(company)
    liufang, agula = company.person("liufang"), company.person("agula")
    said = liufang.say("T1同意").text
    assert said.startswith("没看懂「T1同意」，您是不是想：\n· 同意 T1：")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert liufang.say("好").text.startswith("T1 已同意。")
    assert agula.say("T3 驳回 资料不齐").text.split("\n")[1].startswith("· 驳回 T3 资料不齐：")
    assert agula.say("可以").text.startswith("T3 已驳回。")
    assert company.person("batu").say(f"A{number}到哪了").card.title.startswith(f"进度 A{number}")


TWO = ["包文龙 赵建国", "包文龙和赵建国", "包文龙、赵建国", "包文龙 和 赵建国", "包文龙和 赵建国", "包头 包文龙 赵建国"]
TWO += ["包文龙，还有赵建国", "@包文龙 @赵建国", "包文龙跟赵建国", "包文龙 呼和浩特 赵建国"]


@ON_ONE_DATABASE
def test_of_several_colleagues_none_is_lost(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    for typed in TWO:
        company.clock.go(minutes=2)
        assert liufang.say(f"加签 T1 {typed}").text.startswith("T1 已请 包文龙、赵建国 先审"), typed
        liufang.say("加签 T1")
        assert liufang.say("减签 T1").text.startswith("T1 已减签，不再等 包文龙、赵建国。")
    liufang.say("加签 T1")
    assert liufang.say("孟克和阿古拉 估值请看").text.startswith("T1 已请 孟克·苏和、阿古拉 先审")
    liufang.say("减签 T1")
    assert liufang.say("抄送 T1 何静 何静要准备放款").text == "T1 已抄送给 何静。"
    assert liufang.say("抄送 T1 白音和王强").text == "T1 已抄送给 白音·巴图、王强。"
    said = liufang.say("加签 T1 包文龙 赵建国看看").text
    assert said == (
        "「赵建国看看」是也请 赵建国，还是原因？还没有处理。都请的，请发：前加签 T1 包文龙、赵建国。"
        "只请前面的，请发：前加签 T1 包文龙。"
    )
    assert stands(company, number) == "first_review: liufang chaolu"
    assert liufang.say("后加签 T1 阿古拉 孟克·苏和").text.startswith("T1 已同意，并请 阿古拉、孟克·苏和 加签")


@ON_ONE_DATABASE
def test_what_one_can_have_is_asked_of_two(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    for word in ("转交", "委派"):
        for two in ("阿古拉 包文龙", "阿古拉、包文龙", "阿古拉和包文龙", "阿古拉 包文龙 我休假"):
            said = liufang.say(f"{word} T1 {two}").text
            assert said == f"只能选一位同事，还没有处理。请写一位，如：{word} T1 阿古拉。", two
            company.clock.go(minutes=2)
    liufang.tap(newest_card(liufang, "初审"), "转交")
    assert liufang.say("阿古拉 包文龙").text.startswith("只能选一位同事")
    assert stands(company, number) == "first_review: liufang chaolu"
    assert liufang.say("阿古拉 和客户熟，我休假").text.startswith("T1 已转交给 阿古拉。")


def test_a_question_that_was_left_open_too_long_decides_nothing(company: Company) -> None:
    number = hand_in(company)
    liufang = company.person("liufang")
    liufang.tap(newest_card(liufang, "初审"), "驳回")
    company.clock.go(minutes=45)
    assert "已超时，这句话没有记下" in liufang.say("负债过高啊").text
    assert row(company, number).state == "running"
