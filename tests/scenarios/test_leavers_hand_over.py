"""离职交接 as people meet it: the counts, the confirmation, the leaver shut out, the result, and its undoing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from kit.company import Card, Company
from kit.invariants import assert_kept
from kit.office import follow_up
from kit.phones import ONE_ACCOUNT, PARTS
from sqlalchemy import update

from core.calendar import Length, Unit
from core.handover.kinds import Errand, Item, Result
from core.handover.leads import LeadKind
from core.leads import recycle
from core.leads.assignment_rules import Assignment, Member, Method, Rule
from core.leads.models import Lead
from core.leads.pools import HoldingRule
from core.leads.recycling import Lapse, RecyclingRule, due
from core.people.models import Person
from core.people.service import PersonRow, import_people
from core.store import unit as units

PHONES = [f"1394710200{number}" for number in range(8)]


def carry_out(company: Company) -> None:
    while company.runtime.handing_over.round():
        pass
    company.settle()


def leads(company: Company, count: int, by: str = "zhangsan") -> list[int]:
    return [company.lead(phone=phone, by=by) for phone in PHONES[:count]]


def at_work(company: Company, lead: int) -> None:
    """An application is under way (the verb for it comes with the loan flows)."""
    with company.runtime.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == lead).values(live_application=True))


def holding(company: Company, most: int) -> None:
    pools = replace(company.runtime.company.pools, holding=(HoldingRule(most),))
    company.runtime.in_force.hold(replace(company.runtime.company, pools=pools))


def proposed(company: Company, typed: str, by: str = "lina") -> Card:
    return company.person(by).say(typed).card


WAYS = ("离职交接 张三 娜仁·其其格", "离职交接 张三 → 娜仁·其其格", "离职交接 张三->娜仁其其格",
        "离职交接 一部 张三 给 娜仁·其其格", "员工离职 张三 给@娜仁・其其格",
        "离职交接 张三 一部 娜仁·其其格")  # fmt: skip


@pytest.mark.parametrize("typed", WAYS)
def test_counts_are_shown_first_and_nothing_happens(company: Company, typed: str) -> None:
    first, *_ = leads(company, 3)
    zhang = company.person("zhangsan")
    zhang.say(f"跟进 L{first} 意向强，明天10点面谈")
    card = proposed(company, typed)
    assert card.title == "离职交接 张三 → 娜仁·其其格"
    assert card.rows == {"线索": "3条", "约好的联系": "1个", "交给": "娜仁·其其格"}
    assert "确认后，张三立即不能再用驼铃" in card.whole
    assert card.labels == ["确认交接", "不交接"]
    carry_out(company)
    assert company.owner(first) == zhang.actor.id


def test_it_is_left(company: Company) -> None:
    (first,) = leads(company, 1)
    lina, card = company.person("lina"), proposed(company, "离职交接 张三 娜仁·其其格")
    assert lina.tap(card, "不交接").text == "好的，没有交接，什么也没有变。"
    assert "没有交接" in lina.now(card).whole
    assert company.person("zhangsan").say(f"跟进 L{first} 刚打通").text.startswith("已记录")


def test_confirmed_the_leaver_is_out_at_once_and_all_goes(company: Company) -> None:
    first, second, third = leads(company, 3)
    zhang, naren, lina = (company.person(who) for who in ("zhangsan", "naren", "lina"))
    zhang.say(f"跟进 L{first} 意向强，明天10点面谈")
    his = zhang.say(f"客户 L{second}").card
    card, leaver = proposed(company, "离职交接 张三 娜仁·其其格"), zhang.actor.id
    before = company.so_far
    said = lina.tap(card, "确认交接")
    assert said.text == "张三 从现在起不能再用驼铃。开始交接 H1，完成后卡片会更新。"
    assert "交接中 0/4" in lina.now(card).whole
    assert company.owner(first) == leaver, "the records come after"
    company.person("zhangsan").phone.say("我的客户")
    company.person("zhangsan").phone.tap(his, "写跟进")
    company.settle()
    assert [card.title for card in zhang.heard_since(before).cards] == ["您已不能使用驼铃"], "and no answer"
    assert zhang.heard_since(before).texts == []
    carry_out(company)
    assert [company.owner(number) for number in (first, second, third)] == [naren.actor.id] * 3
    done = lina.now(card)
    assert "H1 · 已完成" in done.whole
    assert done.rows == {"线索": "转出3", "约好的联系": "转出1"}
    (told,) = naren.heard_since(before).cards
    assert told.title == "接手 张三 的 3 条线索"
    assert "其中 1 位约好了联系时间" in told.whole
    assert PHONES[0] in naren.tap(told, f"L{first} 刘志强").card.whole
    assert "明天（周三）10:00" in naren.say(f"客户 L{first}").card.whole, "what was agreed goes along"
    assert [card.title for card in zhang.heard_since(before).cards] == ["您已不能使用驼铃"]
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_each_record_can_be_seen(company: Company) -> None:
    first, *_ = leads(company, 7)
    lina, card = company.person("lina"), proposed(company, "离职交接 张三 娜仁·其其格")
    lina.tap(card, "确认交接")
    carry_out(company)
    lina.tap(lina.now(card), "明细")
    page = lina.now(card)
    assert (page.title, page.rows[f"L{first}"]) == ("交接 H1 明细", "转给 娜仁·其其格")
    lina.tap(page, "下一页")
    assert len(lina.now(card).rows) == 2
    lina.tap(lina.now(card), "回总览")
    assert "已完成" in lina.now(card).whole
    assert "已完成" in lina.say("交接结果").card.whole
    assert "已完成" in company.person("wuyun").say("交接结果 H1").card.whole
    assert company.person("wangqiang").say("交接结果 H1").text == "没有您能查看的交接 H1。请核对编号。"


def test_what_the_receiver_may_not_hold_goes_into_the_pool_but_not_what_has_an_application(company: Company) -> None:
    holding(company, 2)
    first, second, third, fourth = leads(company, 4, by="wuyun")
    with company.runtime.store.database.write() as session:  # he holds more than a claim would give him now
        now, zhang = company.clock.now, company.person("zhangsan").actor.id
        his = {"owner_id": zhang, "owned_at": now, "idle_since": now, "pooled_at": None}
        session.execute(update(Lead).values(his))
    at_work(company, fourth)
    company.lead(phone="13947109999", by="naren")
    lina, card = company.person("lina"), proposed(company, "离职交接 张三 娜仁·其其格")
    assert card.rows["线索"] == "4条，3条进公海"
    assert "娜仁·其其格 到了持有上限，放不下的 3 条进公海。" in card.whole
    lina.tap(card, "确认交接")
    carry_out(company)
    assert company.owner(fourth) == company.person("naren").actor.id, "the most urgent first"
    assert [company.owner(number) for number in (first, second, third)] == [None] * 3
    done = lina.now(card)
    assert done.rows["线索"] == "转出1 · 公海3"
    assert f"L{first}、L{second}、L{third} 进呼和浩特池：接收人名下已有 2/2 条" in done.whole


@pytest.mark.parametrize("typed", ["离职交接 张三 公海", "离职交接 张三 都放回公海吧"])
def test_to_the_pool(company: Company, typed: str) -> None:
    first, second = leads(company, 2)
    at_work(company, second)
    zhang = company.person("zhangsan").actor.id
    lina, card = company.person("lina"), proposed(company, typed)
    assert card.rows["线索"] == "2条，1条留下"
    lina.tap(card, "确认交接")
    carry_out(company)
    assert [company.owner(first), company.owner(second)] == [None, zhang]
    assert f"L{second} 没有交接：有进件或贷款在办，不进公海，请指定接收人" in lina.now(card).whole
    again = proposed(company, "离职交接 张三 娜仁·其其格")
    assert "张三已离职" in again.whole
    lina.tap(again, "确认交接")
    carry_out(company)
    assert company.owner(second) == company.person("naren").actor.id


@pytest.mark.parametrize("typed", ["离职交接 张三 按规则", "离职交接 张三 自动分配"])
def test_by_rule(company: Company, typed: str) -> None:
    rule = Rule("all", "轮流", Method.ROUND_ROBIN, (Member("zhangsan"), Member("batu"), Member("naren")))
    company.runtime.in_force.hold(replace(company.runtime.company, assignment=Assignment((rule,))))
    first, second, third, fourth = leads(company, 4)
    company.person("zhangsan").say(f"跟进 L{first} 意向强，明天10点面谈")
    lina, card = company.person("lina"), proposed(company, typed)
    before = company.so_far
    lina.tap(card, "确认交接")
    carry_out(company)
    batu, naren = company.person("batu"), company.person("naren")
    owners = [company.owner(number) for number in (first, second, third, fourth)]
    assert sorted(owners) == sorted([batu.actor.id, naren.actor.id] * 2)  # type: ignore[type-var]
    who = batu if owners[0] == batu.actor.id else naren
    assert "明天（周三）10:00" in who.say(f"客户 L{first}").card.whole
    assert "规则" in who.say(f"为什么 L{first}").text
    for one in (batu, naren):
        assert [c.title for c in one.heard_since(before).cards if "接手" in c.title] == ["接手 张三 的 2 条线索"]
    company.runtime.assigner.tell()
    company.settle()
    titles = [c.title for one in (batu, naren) for c in one.heard_since(before).cards]
    assert not any("分给您" in title or "已分配给您" in title for title in titles), "told once"
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_by_rule_without_anybody_it_waits_in_the_pool(company: Company) -> None:
    rule = Rule("house", "房抵", Method.ROUND_ROBIN, (Member("zhangsan"),))
    company.runtime.in_force.hold(replace(company.runtime.company, assignment=Assignment((rule,))))
    (first,) = leads(company, 1)
    lina, card = company.person("lina"), proposed(company, "离职交接 张三 按规则")
    lina.tap(card, "确认交接")
    carry_out(company)
    assert company.owner(first) is None
    assert "规则里暂时没有人能接，排队等分配" in lina.now(card).whole


def test_without_a_receiver_the_ways_are_told(company: Company) -> None:
    leads(company, 2)
    said = company.person("lina").say("离职交接 张三").text
    assert said.startswith("张三 名下有线索 2 条、约好的联系 0 个。交给谁？请发其中一句：\n")
    assert "· 离职交接 张三 姓名（写接收人的）\n" in said
    assert "· 离职交接 张三 按规则\n· 离职交接 张三 公海" in said


def test_the_counts_that_have_changed_are_shown_anew(company: Company) -> None:
    leads(company, 2)
    lina, card = company.person("lina"), proposed(company, "离职交接 张三 公海")
    company.lead(phone="13947109998", by="zhangsan")
    assert lina.tap(card, "确认交接").text == "清单刚才变了，还没有交接。请看新的清单，再点一次确认。"
    shown = lina.now(card)
    assert shown.rows["线索"] == "3条"
    assert company.person("zhangsan").say("帮助").text
    assert "开始交接 H1" in lina.tap(shown, "确认交接").text


REFUSED = [
    ("lina", "离职交接 李娜 张三", "不能给自己办离职交接。请让主管或管理员来办。"),
    ("lina", "离职交接 张三 张三", "离职的人不能是接收人，请换一位同事。"),
    ("lina", "离职交接 张三 何静", "何静 的岗位不跟进客户，不能接收。请换一位客户经理。"),
    ("lina", "离职交接 没这人 张三", "没有找到在职同事「没这人」。请写全名，如：离职交接 姓名 张三。"),
    ("lina", "离职交接 张三 没这人", "没有找到在职同事「没这人」。请写全名，如：离职交接 张三 姓名。"),
    ("lina", "离职交接 张四 娜仁", "没有找到在职同事「张四」，名字相近的有 张三。请写全名，如：离职交接 张三 娜仁。"),
    (
        "lina",
        "离职交接 苏日娜 张三",
        "苏* 不归您管，或是您部门的经理、公司的管理员",
    ),
    (
        "lina",
        "离职交接 赵建国 张三",
        "赵* 不归您管，或是您部门的经理、公司的管理员",
    ),
    ("batu", "离职交接 张三 李娜", "您的岗位不能办理离职交接。"),
    ("lina", "撤销交接 H7", "没有您能查看的交接 H7。请核对编号。"),
    ("lina", "撤销交接 张三", "请写交接的编号，如：撤销交接 H3；编号在交接卡片上。"),
    ("lina", "撤销交接", "您还没有办理过离职交接。"),
]


def test_what_is_refused_says_why(company: Company) -> None:
    (first,) = leads(company, 1)
    for userid, typed, said in REFUSED:
        assert company.person(userid).say(typed).text.startswith(said), typed
    assert company.owner(first) == company.person("zhangsan").actor.id


def test_an_administrator_is_let_go_by_another_one(company: Company) -> None:
    wuyun, mengke = company.person("wuyun"), company.person("mengke")
    assert "开始交接" in wuyun.tap(wuyun.say("离职交接 孟克·苏和 公海").card, "确认交接").text
    carry_out(company)
    assert mengke.say("帮助").messages == ()
    assert wuyun.say("离职交接 乌云·塔娜 公海").text == "不能给自己办离职交接。请让主管或管理员来办。"


def undo(company: Company, button: str, typed: str = "撤销交接 H1", by: str = "lina") -> tuple[str, Card]:
    who = company.person(by)
    asked = who.say(typed).card
    said = who.tap(asked, button).text
    carry_out(company)
    return said, who.now(asked)


@PARTS
def test_taken_back_with_what_was_not_touched_and_he_works_here_again(company: Company) -> None:
    first, second, third = leads(company, 3)
    zhang, naren, lina = (company.person(who) for who in ("zhangsan", "naren", "lina"))
    zhang.say(f"跟进 L{first} 意向强，明天10点面谈")
    number = zhang.actor.id
    lina.tap(proposed(company, "离职交接 张三 娜仁·其其格"), "确认交接")
    carry_out(company)
    naren.say(f"跟进 L{first} 客户要30万，后天10点面谈")
    naren.say(f"转移 L{second} 巴特尔·孟和")
    before = company.so_far
    company.clock.go(hours=23)
    said, card = undo(company, "退回并复职")
    assert said == "张三 恢复在职；开始撤销 H1，没有再转手的退回 张三 名下，完成后卡片会更新。"
    assert [company.owner(one) for one in (first, second, third)] == [number, company.person("batu").actor.id, number]
    assert card.rows == {"线索": "退回2条 · 不动1条", "约好的联系": "退回1个"}
    assert f"L{second} 没有退回：已由 巴特尔·孟和 跟进" in card.whole
    told = naren.heard_since(before).cards[-1]
    assert told.title == "2 条线索已退回 张三"
    seen = zhang.say(f"客户 L{first}").card
    assert "客户要30万" in seen.whole, "what was written meanwhile stays"
    assert PHONES[0] in seen.whole
    assert "已经撤销，不能再操作" in lina.say("撤销交接 H1").text
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


@pytest.mark.parametrize("to", ["娜仁·其其格", "公海"])
def test_taken_back_a_lead_has_as_much_time_as_its_owner_had(company: Company, to: str) -> None:
    """Was: none of his contacts counted any more, and what was protected or extended fell all the same."""
    hours, days = (Length(4, Unit.HOUR), Length(2, Unit.DAY))
    rules = (RecyclingRule("首次联系", Lapse.FIRST_CONTACT, hours), RecyclingRule("没有跟进", Lapse.FOLLOW_UP, days))
    recycling = replace(company.runtime.company.recycling, rules=rules)
    company.runtime.in_force.hold(replace(company.runtime.company, recycling=recycling))
    contacted, protected, fresh = leads(company, 3)
    zhang, lina = company.person("zhangsan"), company.person("lina")
    zhang.say(f"跟进 L{contacted} 打过电话了")
    zhang.say(f"保护 L{protected}")
    company.clock.go(hours=1)
    lina.tap(proposed(company, f"离职交接 张三 {to}"), "确认交接")
    carry_out(company)
    company.clock.go(hours=2)
    undo(company, "退回并复职")
    now, dues = company.clock.now, {}
    with company.runtime.store.read() as session:
        for lead, one in recycle.held(session, [contacted, protected, fresh]).items():
            found = due(recycling, one)
            dues[lead] = found.at - now if found else None
    assert dues[contacted] == timedelta(days=2) - timedelta(hours=1)
    assert dues[fresh] == timedelta(hours=3)
    until = dues[protected]
    assert until is not None
    assert until > timedelta(days=5), "what protected it protects it as long as it would have"
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_to_who_came_back_on_a_post_without_leads_nothing_goes_back(company: Company) -> None:
    (first,) = leads(company, 1)
    lina = company.person("lina")
    lina.tap(proposed(company, "离职交接 张三 娜仁·其其格"), "确认交接")
    carry_out(company)
    with company.runtime.store.unit(request_id="test") as unit:
        import_people(unit, [PersonRow(2, "张三", "呼和浩特/一部", "finance", "zhangsan", "", "", "")])
    undo(company, "只退回")
    assert company.owner(first) == company.person("naren").actor.id


def test_taken_back_while_it_runs_and_he_stays_a_leaver(company: Company) -> None:
    first, second = leads(company, 2)
    zhang, lina, number = company.person("zhangsan"), company.person("lina"), company.person("zhangsan").actor.id
    card = proposed(company, "离职交接 张三 公海")
    lina.tap(card, "确认交接")
    _, shown = undo(company, "只退回")
    assert [company.owner(first), company.owner(second)] == [number, number]
    assert "张三 现在是离职状态" in shown.whole
    assert zhang.say("帮助").messages == ()
    again = proposed(company, "离职交接 张三 娜仁·其其格")
    assert again.rows["线索"] == "2条"


def test_after_a_day_it_stays(company: Company) -> None:
    leads(company, 1)
    lina, card = company.person("lina"), proposed(company, "离职交接 张三 公海")
    lina.tap(card, "确认交接")
    carry_out(company)
    done = lina.now(card)
    asked = lina.say("撤销交接").card
    company.clock.go(hours=24)
    assert lina.tap(asked, "只退回").text.startswith("交接 H1 在 今天 10:00 以前可以撤销，现在过了时间")
    assert "现在过了时间" in lina.tap(done, "撤销").text
    assert "撤销" not in lina.say("交接结果").card.labels


def test_out_of_the_pool_it_goes_back_unless_it_was_claimed(company: Company) -> None:
    first, second = leads(company, 2)
    zhang = company.person("zhangsan")
    number = zhang.actor.id
    for lead in (first, second):
        zhang.say(f"跟进 L{lead} 意向强，明天10点面谈")
    lina, card = company.person("lina"), proposed(company, "离职交接 张三 公海")
    lina.tap(card, "确认交接")
    carry_out(company)
    assert lina.now(card).rows["约好的联系"] == "失效2"
    company.person("batu").say(f"领取 L{first}")
    _, undone = undo(company, "只退回", typed="撤销交接")
    assert [company.owner(first), company.owner(second)] == [company.person("batu").actor.id, number]
    assert undone.rows["约好的联系"] == "退回1个 · 不动1个"
    assert "明天（周三）10:00" in lina.say(f"客户 L{second}").card.whole, "what was agreed is back with its lead"
    assert "未约" in lina.say(f"客户 L{first}").card.whole


def test_two_of_one_leaver_do_not_run_at_once(company: Company) -> None:
    leads(company, 2)
    lina, wuyun = company.person("lina"), company.person("wuyun")
    hers, his = proposed(company, "离职交接 张三 公海"), proposed(company, "离职交接 张三 娜仁·其其格", by="wuyun")
    lina.tap(hers, "确认交接")
    assert wuyun.tap(his, "确认交接").text.startswith("他的交接 H1 还在进行")
    carry_out(company)
    assert "开始交接 H2" not in lina.tap(lina.now(hers), "刷新").text


def test_a_manager_whose_rights_end_meanwhile_moves_nothing_more(company: Company) -> None:
    (first,) = leads(company, 1)
    zhang = company.person("zhangsan").actor.id
    lina, card = company.person("lina"), proposed(company, "离职交接 张三 公海")
    lina.tap(card, "确认交接")
    with company.runtime.store.unit(request_id="test") as unit:
        import_people(unit, [PersonRow(2, "李娜", "呼和浩特/一部", "officer", "lina", "", "", "")])
    before = company.so_far
    carry_out(company)
    assert company.owner(first) == zhang
    told = company.person("wuyun").heard_since(before).cards
    assert ["办理人已没有这个权限" in card.whole for card in told] == [True], "who can see to it hears of it"
    assert "办理人已没有这个权限" in company.person("wuyun").say("交接结果 H1").card.whole


def test_a_record_that_fails_keeps_no_other_and_is_tried_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = leads(company, 3)
    naren, lina, card = company.person("naren"), company.person("lina"), proposed(company, "离职交接 张三 娜仁·其其格")
    lina.tap(card, "确认交接")
    with monkeypatch.context() as broken:
        whole = LeadKind.hand_over

        def breaks(self: LeadKind, unit: units.Unit, errand: Errand, item: Item) -> Result:
            if item.record_id == second:
                raise RuntimeError("this one is broken")
            return whole(self, unit, errand, item)

        broken.setattr(LeadKind, "hand_over", breaks)
        broken.setattr("jobs.handing_over.AGAIN_SECONDS", 0.0)
        company.runtime.handing_over.round()
    assert [company.owner(lead) == naren.actor.id for lead in (first, second, third)] == [True, False, True]
    carry_out(company)
    assert company.owner(second) == naren.actor.id
    assert lina.now(card).rows["线索"] == "转出3"


@pytest.mark.parametrize("more", ["，李娜", " 下周生效"])
def test_more_than_a_receiver_is_refused_and_nothing_begins(company: Company, more: str) -> None:
    said = company.person("lina").say(f"离职交接 张三 巴特尔·孟和{more}")
    assert said.cards == []
    assert "不能一起写" in said.text
    assert "离职交接 张三 巴特尔·孟和" in said.text


@ONE_ACCOUNT
def test_whose_account_was_deleted_meanwhile_does_not_come_back_and_that_is_said(company: Company) -> None:
    (first,) = leads(company, 1)
    lina, naren, number = company.person("lina"), company.person("naren"), company.person("zhangsan").actor.id
    lina.tap(proposed(company, "离职交接 张三 娜仁·其其格"), "确认交接")
    carry_out(company)
    asked = lina.say("撤销交接 H1").card
    company.platform.office.dismiss("zhangsan")
    follow_up(company)
    said = lina.tap(asked, "退回并复职").text
    assert said == (
        "张三 的账号已从通讯录删除，不能复职，什么也没有改。只退回客户请点 只退回；"
        "要复职，请先在通讯录里恢复账号再办，或由管理员重新导入人员。"
    )
    assert company.owner(first) == naren.actor.id
    again = lina.say("撤销交接 H1").card
    assert again.labels == ["只退回", "不撤销"]
    assert "张三 的账号已从通讯录删除，不能复职。" in again.whole
    lina.tap(again, "只退回")
    carry_out(company)
    assert company.owner(first) == number


def test_whose_account_is_there_again_can_come_back(company: Company) -> None:
    leads(company, 1)
    lina, office = company.person("lina"), company.platform.office
    member = company.platform.member("zhangsan")
    assert member is not None
    lina.tap(proposed(company, "离职交接 张三 娜仁·其其格"), "确认交接")
    carry_out(company)
    office.dismiss("zhangsan")
    follow_up(company)
    office.hire(member)
    follow_up(company)
    assert company.person("zhangsan").say("帮助").messages == (), "that alone brings nobody back"
    said, _ = undo(company, "退回并复职")
    assert said.startswith("张三 恢复在职")
    assert company.person("zhangsan").say("我的客户").messages


@pytest.mark.parametrize("typed", ["离职交接 娜仁 张三", "离职交接 娜仁 → 张三", "离职交接 一部 娜仁 给 张三"])
def test_what_stands_before_the_dot_of_a_leavers_name_is_enough(company: Company, typed: str) -> None:
    assert proposed(company, typed).title == "离职交接 娜仁·其其格 → 张三"


def test_a_leaver_of_the_whole_name_is_meant_before_the_beginning_of_a_colleagues(company: Company) -> None:
    with company.runtime.store.database.write() as session:
        zhang = session.get_one(Person, company.person("zhangsan").actor.id)
        zhang.name, zhang.left_at = "娜仁", company.clock()
    assert "娜仁·其其格" not in company.person("lina").say("离职交接 娜仁").text
    assert company.person("lina").say("离职交接 娜仁·其其格").text.startswith("娜仁·其其格")
