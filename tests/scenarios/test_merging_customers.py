"""合并客户, 撤销合并: what is shown, asked, done and told."""

import pytest
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import update

from core.leads.models import Lead

PHONE, OTHER = "13947100001", "13947100002"


def two(company: Company) -> tuple[int, int]:
    """One person entered twice: batu's lead, and a minute later zhangsan's, with a follow-up."""
    first = company.lead(phone=PHONE, by="batu")
    company.clock.go(minutes=1)
    second = company.lead("刘志", phone=OTHER, by="zhangsan")
    company.person("zhangsan").say(f"跟进 L{second} 意向强，明天10点面谈")
    return first, second


def test_it_shows_what_it_would_do_and_asks(company: Company) -> None:
    first, second = two(company)
    lina = company.person("lina")
    assert lina.say(f"合并客户 L{first} L{second}").text == (
        f"把 L{second}（刘*）的客户并入 L{first}（刘**）的客户，带过来 1 条线索。\n"
        "请注意：两边登记的姓名不同。\n"
        f"两条都在进行中：保留较早或已进件的 L{first}（巴* 跟进），L{second}（张* 跟进） 结束，"
        f"它的来访 1、跟进 1 归到 L{first}。\n"
        f"L{second} 约了 明天（周三）10:00 联系：一并转过去。\n"
        "7 天内可以撤销。确认请回复 确认，不合并回复 取消。"
    )
    assert company.owner(second) is not None
    assert lina.say("好像是吧？我再问问").text == "还没有合并。确认请回复 确认，不合并回复 取消。"
    assert lina.say("客户 L9").text.endswith(f"还在等 L{first} 的合并确认，直接回复即可；回复 取消 退出。")
    assert lina.say("取消").text == "好的，没有合并。"
    assert lina.say("确认").text != "", "nothing is open any more"
    assert "在您名下" in company.person("zhangsan").say(f"查重 {OTHER}").text


def test_who_had_the_closed_lead_learns_nothing_of_the_others_customer(company: Company) -> None:
    """Who goes on with the customer sees him in full; the other one no more than before."""
    first, second = two(company)
    zhangsan, lina = company.person("zhangsan"), company.person("lina")
    lina.say(f"合并客户 L{first} L{second}")
    lina.say("确认")
    shown = zhangsan.say(f"客户 L{second}").card
    assert PHONE not in shown.whole
    assert "刘志强" not in shown.whole
    assert PHONE in company.person("batu").say(f"客户 L{first}").card.whole


def test_it_is_done_told_and_taken_back(company: Company) -> None:
    first, second = two(company)
    lina, batu, zhangsan = (company.person(userid) for userid in ("lina", "batu", "zhangsan"))
    card = zhangsan.say(f"客户 L{second}").card
    lina.say(f"合并客户 L{first} L{second}")
    before = company.so_far
    assert lina.say("确认").text == (
        f"已合并，编号 M1：L{second} 的客户并入 L{first} 的客户，L{second} 已结束，记录归到 L{first}。"
        "7 天内可撤销，请发：撤销合并 M1"
    )
    assert batu.heard_since(before).text == (
        f"您的客户 L{first} 与 L{second} 是同一个人，李娜 已合并：记录归到 L{first}，您照常跟进。"
        "对方已和客户约好 明天（周三）10:00 联系，现在由您去，到时提醒您。"
    )
    told = f"您的客户 L{second} 与 L{first} 是同一个人，李娜 已合并：L{second} 结束，记录归到 L{first}（巴* 跟进）。"
    told += "您约好的 明天（周三）10:00 联系已转给 巴*。"
    assert zhangsan.heard_since(before).text == f"{told}有疑问请联系 李娜。"
    assert "写跟进" not in zhangsan.now(card).labels, "his card shows that it is over"
    assert zhangsan.say(f"跟进 L{second} 再联系").text.startswith(f"L{second} 已结束")
    for number in (PHONE, OTHER):
        assert batu.say(f"查重 {number}").text == f"已存在：刘** L{first} 在您名下。"
    entered = company.person("surina").say(f"录入 刘志强 {OTHER}").text
    assert entered.startswith("已存在：刘** · 呼和浩特/一部 巴* 跟进，已提醒对方。")
    before = company.so_far
    assert lina.say("撤销合并 M1").text == (
        f"已撤销 M1：L{first} 与 L{second} 恢复为两位客户，L{second} 重新打开，记录已归还。"
    )
    heard = zhangsan.heard_since(before)
    assert heard.text == f"李娜 撤销了 L{first} 与 L{second} 的客户合并：L{second} 重新打开，由您继续跟进。"
    assert "写跟进" in heard.card.labels, "the old one could be changed only once"
    for typed in ("1", "m1", "M 01", "Ｍ１"):
        assert lina.say(f"撤销合并 {typed}").text.startswith("M1 已在 今天 10:01 撤销"), typed
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_of_two_appointments_the_later_is_told_to_both(company: Company) -> None:
    first, second = two(company)
    lina, batu, zhangsan = (company.person(userid) for userid in ("lina", "batu", "zhangsan"))
    batu.say(f"跟进 L{first} 再聊聊，今天下午4点")
    asked = lina.say(f"合并客户 L{first} L{second}").text
    assert f"L{second} 约了 明天（周三）10:00 联系：保留的那条约得更早，按早的提醒。" in asked
    before = company.so_far
    lina.say("确认")
    assert batu.heard_since(before).text.endswith("对方还和客户约了 明天（周三）10:00 联系，请一并留意。")
    assert "您约好的 明天（周三）10:00 联系已告诉 巴*。" in zhangsan.heard_since(before).text


def test_an_appointment_on_what_goes_into_the_pool_is_told_to_who_made_it(company: Company) -> None:
    first = company.lead(phone=PHONE)
    company.clock.go(minutes=1)
    second = company.lead(phone=OTHER, by="zhangsan")
    zhangsan, wuyun = company.person("zhangsan"), company.person("wuyun")
    zhangsan.say(f"跟进 L{second} 意向强，明天10点面谈")
    assert "公海里没有人跟，请另外安排" in wuyun.say(f"合并客户 L{first} L{second}").text
    before = company.so_far
    wuyun.say("确认")
    assert "您约好的 明天（周三）10:00 联系还没有人接，请和主管说一声。" in zhangsan.heard_since(before).text


def test_if_by_now_it_would_do_something_else_it_is_asked_anew(company: Company) -> None:
    first, second = two(company)
    lina = company.person("lina")
    lina.say(f"合并客户 L{first} L{second}")
    with company.runtime.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == second).values(live_application=True))
    assert f"保留较早或已进件的 L{second}" in lina.say("确认").text
    assert lina.say("确认").text.startswith("已合并，编号 M1")


def test_what_is_refused_and_why(company: Company) -> None:
    first, second = two(company)
    elsewhere = company.lead(phone="13947100003", by="zhoumin")
    lina = company.person("lina")
    assert lina.say(f"合并客户 L{first} L{elsewhere}").text.startswith(f"没有找到 L{elsewhere}")
    assert lina.say(f"合并客户 L{first} L999").text.startswith("没有找到 L999")
    for typed in (f"合并客户 L{first}", f"合并客户 L{first} L{second} L{elsewhere}", f"合并客户 L{first} L{first}"):
        assert lina.say(typed).text.startswith("合并客户要写两个编号"), typed
    assert lina.say("撤销合并 M9").text == "没有找到合并 M9。请核对合并时给的编号。"
    assert lina.say("撤销合并 刘志强").text == "撤销合并要写合并时给的编号，如：撤销合并 M3。"
    lina.say(f"合并 L{first} L{second}")
    assert lina.say("是的").text.startswith("已合并")
    assert lina.say(f"合并客户 L{first} L{second}").text == f"L{first} 和 L{second} 本来就是同一位客户，无需合并。"
    company.clock.go(days=7)
    assert lina.say("撤销合并 M1").text.startswith("M1 只能在 7 天内撤销")


@pytest.mark.parametrize("answer", ["不是", "算了", "取消"])
def test_a_no_changes_nothing(company: Company, answer: str) -> None:
    first, second = two(company)
    lina = company.person("lina")
    lina.say(f"合并客户 L{first}、L{second}")
    assert lina.say(answer).text == "好的，没有合并。"
    assert "在您名下" in company.person("zhangsan").say(f"查重 {OTHER}").text


def test_nobody_learns_by_merging_what_is_out_of_his_sight(company: Company) -> None:
    """Was: 「L1054 由 周* 跟进」, so that one could walk through all numbers."""
    first, second = two(company)
    elsewhere = company.lead("包头人", "13947100003", by="zhoumin", region="150203")
    lina, baiyin = company.person("lina"), company.person("baiyin")
    for typed, missing in (
        (f"L{first} L{elsewhere}", elsewhere),
        (f"L999 L{elsewhere}", 999),
        (f"L{elsewhere} L999", elsewhere),
    ):
        assert lina.say(f"合并客户 {typed}").text.startswith(f"没有找到 L{missing}。"), typed
    lina.say(f"合并客户 L{first} L{second}")
    lina.say("确认")
    assert baiyin.say("撤销合并 M1").text == "没有找到合并 M1。请核对合并时给的编号。"
    assert company.person("zhaojianguo").say("撤销合并 M1").text.startswith("已撤销 M1")


def test_a_lead_of_the_customer_that_nobody_named_is_not_told(company: Company) -> None:
    first, second = two(company)
    close(company, second)
    elsewhere = company.lead("刘志", phone=OTHER, by="zhoumin", region="150203")
    told = company.person("lina").say(f"合并客户 L{first} L{second}").text
    assert told == "两位客户中，有一位还有您看不到的线索在跟进，您不能合并。需要时请联系管理员。"
    assert company.owner(elsewhere) is not None


def close(company: Company, lead: int) -> None:
    """It ends, as a loan that is refused ends it."""
    closed = update(Lead).where(Lead.id == lead).values(state="closed", closed_at=company.clock.now)
    with company.runtime.store.database.write() as session:
        session.execute(closed)


def test_a_merged_lead_says_where_it_went_and_offers_nothing_more(company: Company) -> None:
    first, second = two(company)
    lina, zhangsan = company.person("lina"), company.person("zhangsan")
    rung = zhangsan.after(lambda: company.lead("刘志", phone=OTHER, by="batu")).card
    assert rung.title == f"L{second} 客户再次来访"
    lina.say(f"合并客户 L{first} L{second}")
    lina.say("确认")
    assert f"已结束，已并入 L{first}" in zhangsan.say(f"客户 L{second}").card.whole
    assert f"已并入 L{first}" in zhangsan.now(rung).whole
    assert "写跟进" not in zhangsan.now(rung).labels
    assert zhangsan.say(f"跟进 L{second} 意向强").text == (
        f"L{second} 已结束，已并入 L{first}，不能再操作。这位客户的事请问主管。"
    ), "he may not look at the other"
    assert "没有找到" in zhangsan.say(f"客户 L{first}").text
    assert lina.say(f"电话 L{second}").text == (
        f"L{second} 已结束，已并入 L{first}，不能再操作。请看 L{first}：客户 L{first}。"
    )
    for typed in (f"附件 L{second}", f"附件 L{second} 1"):
        assert zhangsan.say(typed).text == f"L{second} 已结束，已并入 L{first}，附件也在那里。这位客户的事请问主管。"
        assert lina.say(typed).text == f"L{second} 已结束，已并入 L{first}，附件也在那里。请看：附件 L{first}。"
    lina.say("撤销合并 M1")
    assert "已并入" not in zhangsan.say(f"客户 L{second}").card.whole
    assert "点写跟进后直接发图片" in zhangsan.say(f"附件 L{second}").text
    close(company, second)
    assert zhangsan.say(f"附件 L{second}").text == f"L{second} 没有附件，已结束。"


def test_what_was_known_of_him_is_kept_and_said(company: Company) -> None:
    batu, lina = company.person("batu"), company.person("lina")
    batu.say(f"录入 刘志强 {PHONE}")
    company.clock.go(minutes=1)
    batu.say(f"录入 刘志强 {OTHER} 车抵20万 新城区 有两套房，急用")
    batu.say("等级 L2 A")
    assert "\nL2 的产品、金额、地区、等级、备注 补到 L1。\n" in lina.say("合并客户 L1 L2").text
    before = company.so_far
    lina.say("确认")
    told = batu.heard_since(before).texts
    assert any("您照常跟进。产品、金额、地区、等级、备注 已补上。" in said for said in told), told
    shown = batu.say("客户 L1").card.whole
    assert "车抵20万" in shown
    assert "有两套房" in shown
    lina.say("撤销合并 M1")
    assert "车抵20万" not in batu.say("客户 L1").card.whole
    assert "有两套房" in batu.say("客户 L2").card.whole
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_what_would_now_do_something_else_is_asked_anew(company: Company) -> None:
    """Was: only another lead to be closed counted; a grade that was set, an owner who changed did not."""
    first, second = two(company)
    lina = company.person("lina")
    company.person("zhangsan").say(f"等级 L{second} A")
    assert f"L{second} 的等级 补到 L{first}" in lina.say(f"合并客户 L{first} L{second}").text
    company.person("batu").say(f"等级 L{first} B")
    again = lina.say("确认").text
    assert again.startswith(f"把 L{second}")
    assert "等级" not in again
    assert lina.say("确认").text.startswith("已合并")


def test_grades_and_tags_too_say_into_which_lead_it_went(company: Company) -> None:
    """Was: 「已结束…请重新录入」, of a lead that goes on under another number."""
    first, second = two(company)
    lina = company.person("lina")
    lina.say(f"合并客户 L{first} L{second}")
    lina.say("确认")
    for said in (f"等级 L{second} A", f"标签 L{second} +高意向", f"等级 L{second}", f"标签 L{second}"):
        assert f"已并入 L{first}" in lina.say(said).text, said
