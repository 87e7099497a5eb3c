"""离职交接 and 转移 of what is applied for, as people meet it: the counts, the cards that come, what comes back."""

import pytest
from kit.company import ON_ONE_DATABASE, Card, Company
from kit.invariants import assert_kept
from kit.loans import hand_in, newest_card, open_task, row, stands
from sqlalchemy import update

from core.people.models import Person


def carry_out(company: Company) -> None:
    while company.runtime.handing_over.round():
        pass
    company.settle()


def confirmed(company: Company, typed: str, by: str = "wuyun") -> Card:
    who = company.person(by)
    card = who.say(typed).card
    who.tap(card, "确认交接")
    carry_out(company)
    return who.now(card)


def test_an_application_and_its_officers_tasks_go_to_the_receiver(company: Company) -> None:
    number = hand_in(company, by="zhangsan")
    liufang, naren, wuyun = (company.person(who) for who in ("liufang", "naren", "wuyun"))
    liufang.say(f"退回 T{open_task(company, 'liufang')} 流水不全")
    before = company.so_far
    card = wuyun.say("离职交接 张三 娜仁·其其格").card
    assert card.rows == {"线索": "1条", "约好的联系": "0个", "进件": "1笔", "交给": "娜仁·其其格"}
    wuyun.tap(card, "确认交接")
    carry_out(company)
    done = wuyun.now(card)
    assert done.rows == {"线索": "转出1", "约好的联系": "0个", "进件": "转出1"}
    wuyun.tap(done, "明细")
    assert wuyun.now(card).rows["进件"] == f"A{number} 转给 娜仁·其其格"
    told = [one.title for one in naren.heard_since(before).cards]
    assert f"A{number} 已退回，请修改" in told
    assert "接手 张三 的 1 条线索" in told
    assert row(company, number).owner_id == naren.actor.id
    assert f"A{number}" in naren.say("进度").card.whole
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_an_approvers_tasks_go_up_and_are_shown_by_their_numbers(company: Company) -> None:
    number = hand_in(company)
    task = open_task(company, "liufang")
    wuyun = company.person("wuyun")
    card = wuyun.say("离职交接 刘芳 公海").card
    assert card.rows == {"线索": "0条", "约好的联系": "0个", "待办": "1件", "交给": "各自所属的公海"}
    wuyun.tap(card, "确认交接")
    carry_out(company)
    assert "liufang" not in stands(company, number)
    done = wuyun.now(card)
    assert done.rows["待办"] == "转出1"
    wuyun.tap(done, "明细")
    assert wuyun.now(card).rows["待办"].startswith(f"T{task} 改由 ")
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_an_approvers_tasks_go_to_another_approver(company: Company) -> None:
    number = hand_in(company)
    with company.runtime.store.database.write() as session:
        session.execute(update(Person).where(Person.wecom_userid == "agula").values(roles="risk|approver"))
    confirmed(company, "离职交接 刘芳 阿古拉")
    assert "agula" in stands(company, number)
    agula = company.person("agula")
    assert "待您审批" in newest_card(agula, "初审").title
    assert agula.say(f"同意 T{open_task(company, 'agula')}").text.startswith("T3 已同意")


def test_taken_back_all_is_his_again(company: Company) -> None:
    number = hand_in(company, by="zhangsan")
    wuyun, leaver = company.person("wuyun"), company.person("zhangsan").actor.id
    card = wuyun.say("离职交接 张三 娜仁·其其格").card
    wuyun.tap(card, "确认交接")
    carry_out(company)
    wuyun.tap(wuyun.now(card), "撤销")
    wuyun.tap(wuyun.now(card), "退回并复职")
    carry_out(company)
    assert newest_card(wuyun, "离职交接 张三").rows["进件"] == "退回1笔", (
        "a fresh one: the first has been changed enough"
    )
    assert row(company, number).owner_id == leaver
    assert f"A{number}" in company.person("zhangsan").say("进度").card.whole


def test_a_transfer_takes_the_application_along(company: Company) -> None:
    number = hand_in(company, by="zhangsan")
    lead = row(company, number).lead_id
    company.person("zhangsan").say(f"转移 L{lead} 娜仁·其其格")
    naren = company.person("naren")
    assert "进件 A1 · 初审 · 刘芳、朝鲁·门德" in newest_card(naren, f"L{lead} 已转移给您").whole
    assert row(company, number).owner_id == naren.actor.id
    assert naren.say(f"催办 A{number}").text.startswith("已催")
    assert company.person("zhangsan").say(f"催办 A{number}").text.startswith(f"没有找到 A{number}")


def test_on_the_card_stands_who_handed_it_in_and_whose_it_is(company: Company) -> None:
    number = hand_in(company, by="zhangsan")
    lead = row(company, number).lead_id
    liufang = company.person("liufang")
    assert newest_card(liufang, "初审").rows["提交"] == "张三 11-24 10:00"
    company.person("zhangsan").say(f"转移 L{lead} 娜仁·其其格")
    assert liufang.say(f"待办 T{open_task(company, 'liufang')}").card.rows["提交"] == "张三 11-24 10:00，现归娜仁"
    assert "填写：张三提交" in liufang.say(f"进度 A{number}").card.whole


def test_what_is_under_way_goes_into_no_pool(company: Company) -> None:
    number = hand_in(company, by="zhangsan")
    lead, zhangsan = row(company, number).lead_id, company.person("zhangsan")
    said = zhangsan.say(f"释放 L{lead} 联系不上").text
    assert said == (
        f"L{lead} 有进件或贷款在办，不能放回公海。不做了请先 撤回、放弃进件；要交给同事请发 转移 L{lead} 姓名。"
    )
    assert zhangsan.say(f"放弃 A{number}").text.startswith(f"A{number} 在审批中，不能改。")
    zhangsan.say(f"撤回 A{number}")
    card = zhangsan.say(f"放弃 a{number}").card
    zhangsan.tap(card, "确定放弃")
    assert zhangsan.say(f"释放 L{lead} 联系不上").text.startswith(f"L{lead} 已")


def test_who_had_a_leaver_as_stand_in_hears_of_it(company: Company) -> None:
    liufang = company.person("liufang")
    liufang.say("代理 阿古拉 到 12-31")
    before = company.so_far
    confirmed(company, "离职交接 阿古拉 公海")
    said = [one for one in liufang.heard_since(before).texts if "代办" in one or "代您" in one]
    assert said == ["阿古拉 已离职，不再代您处理待办。要请别人代理，请发：代理 李娜 到 12-31"]


@ON_ONE_DATABASE
def test_the_list_has_follow_up_tasks_too_by_their_deadlines(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    assert "也没有跟进任务" in batu.say("待办").card.whole
    batu.say(f"标签 L{lead} +高意向")
    card = batu.say("待办").card
    assert "共1件" in card.whole
    assert "跟进 客户是高意向，请尽快联系" in card.rows["F1"]
    assert batu.tap(card, next(label for label in card.labels if label.startswith("F1"))).card.labels[0] == "写跟进"
    batu.say(f"跟进 L{lead} 已联系，意向强")
    assert "也没有跟进任务" in batu.say("待办").card.whole


@ON_ONE_DATABASE
def test_a_pause_is_shown_wherever_the_application_is(company: Company) -> None:
    number = hand_in(company)
    batu, liufang = company.person("batu"), company.person("liufang")
    assert batu.say(f"暂停 A{number} 待客户补件").text.startswith(f"A{number} 已暂停计时")
    paused = "暂停：待客户补件 · 巴特尔 11-24 10:00 起"
    for card in (
        batu.say(f"进件 A{number}").card,
        batu.say(f"进度 A{number}").card,
        liufang.say(f"待办 T{open_task(company, 'liufang')}").card,
    ):
        assert paused in card.whole
    batu.say(f"继续 A{number}")
    assert paused not in batu.say(f"进度 A{number}").card.whole


DEAR = {"yearly_rate": "0.20", "service_fee": 3_000_000, "repayment": "等额本息"}
CHEAP = {"yearly_rate": "0.05", "service_fee": 100_000, "repayment": "等额本息"}


@ON_ONE_DATABASE
@pytest.mark.parametrize(("fees", "above"), [(DEAR, True), (CHEAP, False)])
def test_what_it_costs_a_year_is_shown_and_warned_of(company: Company, fees: dict[str, object], above: bool) -> None:
    number = hand_in(company, **fees)
    batu, decides = company.person("batu"), "agula" if above else "liufang"  # 风控 looks at what is too dear
    cards = (
        batu.say(f"进件 A{number}").card,
        batu.say(f"进度 A{number}").card,
        company.person(decides).say(f"待办 T{open_task(company, decides)}").card,
    )
    for card in cards:
        assert "综合融资成本 年化" in card.whole
        assert ("超过 24% 的警戒线" in card.whole) is above
