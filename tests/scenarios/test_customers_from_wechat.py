"""客户联系: a customer adds an officer in WeChat, and is a lead at once; his phone comes later."""

from dataclasses import replace

import pytest
from kit.company import Card, Colleague, Company, Heard
from kit.invariants import assert_kept
from sqlalchemy import func, select

from bot.sandbox.faults import CALLBACK, Fault
from core.leads.channels import Channel, Channels
from core.leads.merged import Merge
from core.leads.models import Customer, Lead, Touch
from core.leads.pools import HoldingRule

PHONE = "13947100001"
DOUYIN = Channel("抖音", states=("dy01", "dy02"), product="car")


@pytest.fixture(autouse=True)
def channels(company: Company) -> None:
    company.runtime.in_force.hold(replace(company.runtime.company, channels=Channels((DOUYIN,))))


def added(firm: Company, userid: str, contact: str = "wm1", **more: object) -> Heard:
    """A customer adds the officer; what he hears."""
    given = {"name": "萨仁高娃", "state": "dy01"} | more
    return firm.person(userid).after(lambda: then_settle(firm, userid, contact, given))


def then_settle(company: Company, userid: str, contact: str, given: dict[str, object]) -> None:
    assert company.platform.contacts.add(userid, contact, **given).taken  # type: ignore[arg-type]
    company.settle()  # the relay asks, and what follows is sent in the next round


def settled(company: Company, who: Colleague, deed: object) -> Heard:
    def both() -> None:
        deed()  # type: ignore[operator]
        company.settle()

    return who.after(both)


def number(card: Card) -> int:
    return int(card.title.removeprefix("新微信客户 L"))


def counted(company: Company, what: type) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_a_customer_who_adds_an_officer_is_his_lead_at_once(company: Company) -> None:
    card = added(company, "batu").card
    lead = number(card)
    assert card.rows["客户"] == "萨仁高娃"
    assert (card.rows["渠道"], card.rows["电话"]) == ("抖音", "待补手机号")
    assert card.rows["需求"] == "车抵"
    assert card.labels == ["补手机号", "写跟进", "详情"]
    batu = company.person("batu")
    assert company.owner(lead) == batu.actor.id
    whole = batu.say(f"客户 L{lead}").card
    assert "微信好友：巴特尔·孟和" in whole.whole
    assert "补手机号" in whole.labels
    assert_kept(company.runtime.store)


def test_the_phone_is_asked_for_by_a_button(company: Company) -> None:
    card = added(company, "batu").card
    lead, batu = number(card), company.person("batu")
    assert f"请回复 L{lead}（萨仁高娃）的手机号" in batu.tap(card, "补手机号").text
    assert "11 位" in batu.say("明天再问").text, "what is no phone is asked for again"
    heard = batu.say("139 4710 0001")
    assert heard.text == f"L{lead} 的手机号已补上。"
    assert batu.now(card).rows["电话"] == PHONE
    assert "补手机号" not in batu.now(card).labels
    assert PHONE in batu.say(f"客户 {PHONE}").card.whole, "he is found by it now"
    assert batu.say(f"补手机 L{lead} {PHONE}").text == f"L{lead} 登记的就是这个手机号。"
    assert "已经有手机号" in batu.say(f"补手机 L{lead} 13947100009").text
    assert "已经有手机号" in batu.say(f"补手机 L{lead}").text


def test_the_phone_is_not_asked_for_any_more_once_he_leaves_it(company: Company) -> None:
    card = added(company, "batu").card
    batu = company.person("batu")
    batu.tap(card, "补手机号")
    assert "没有补手机号" in batu.say("取消").text
    company.clock.go(minutes=1)
    batu.tap(card, "补手机号")
    assert "没有补手机号" in batu.say("算了").text


def test_the_phone_that_the_officer_notes_in_wechat_is_enough(company: Company) -> None:
    card = added(company, "batu").card
    lead, batu, contacts = number(card), company.person("batu"), company.platform.contacts
    heard = settled(company, batu, lambda: contacts.edit("batu", "wm1", remark="张伟", mobiles=["+86 139-4710-0001"]))
    assert heard.text == f"L{lead} 的手机号已补上。"
    assert batu.now(card).rows["电话"] == PHONE
    assert batu.say(f"客户 {PHONE}").card.title == f"L{lead} 张伟", "and he is called as the officer calls him"
    assert settled(company, batu, lambda: contacts.edit("batu", "wm1", remark="张伟2")).messages == ()


def test_an_unknown_qr_code_is_kept_with_the_lead(company: Company) -> None:
    card = added(company, "batu", state="ks77", company="蒙牛乳业").card
    assert card.rows["渠道"] == "企业微信"
    assert "来源标记：ks77" in card.whole
    assert "企业：蒙牛乳业" in card.whole


def test_a_second_officer_is_told_masked_and_the_owner_is_rung(company: Company) -> None:
    lead = number(added(company, "batu").card)
    batu = company.person("batu")
    before = company.so_far
    heard = added(company, "zhangsan", state="dy02")
    assert heard.text.startswith("您新加的微信客户，已存在：萨*** · 呼和浩特/一部 巴* 跟进")
    assert "萨仁高娃" not in heard.text
    (rung,) = batu.heard_since(before).cards
    assert rung.title == f"L{lead} 客户再次来访"
    assert company.owner(lead) == batu.actor.id
    assert (counted(company, Lead), counted(company, Customer), counted(company, Touch)) == (1, 1, 2)
    assert "微信好友：巴特尔·孟和、张三" in batu.say(f"客户 L{lead}").card.whole
    assert_kept(company.runtime.store)


def test_a_phone_that_is_a_colleagues_customers_makes_them_one_and_nothing_changes_hands(company: Company) -> None:
    lead = number(added(company, "batu").card)
    company.clock.go(minutes=5)
    theirs = company.lead(phone=PHONE, by="zhangsan")
    batu, zhang = company.person("batu"), company.person("zhangsan")
    before = company.so_far
    heard = batu.say(f"补手机 L{lead} {PHONE}")
    assert heard.text.startswith(f"这个手机号的客户已有线索，L{lead} 已并入。已存在：刘** · 呼和浩特/一部 张* 跟进。")
    assert PHONE not in heard.text
    assert company.owner(theirs) == zhang.actor.id
    assert [card.title for card in zhang.heard_since(before).cards] == [f"L{theirs} 客户再次来访"]
    with company.runtime.store.read() as session:
        assert session.scalar(select(Lead.state).where(Lead.id == lead)) == "closed"
    assert zhang.say(f"客户 L{theirs}").card.rows["来源"].startswith("抖音×2"), "the arrival stands on it"
    merge = heard.text.rpartition("撤销合并 ")[2].removesuffix("。")
    assert f"已撤销 {merge}" in company.person("lina").say(f"撤销合并 {merge}").text
    assert company.owner(lead) == batu.actor.id
    assert batu.say(f"客户 L{lead}").card.rows["电话"] == "待补手机号"
    assert_kept(company.runtime.store)


def test_what_was_agreed_with_a_colleagues_customer_is_told_to_the_colleague(company: Company) -> None:
    lead = number(added(company, "batu").card)
    theirs = company.lead(phone=PHONE, by="zhangsan")
    batu, zhang = company.person("batu"), company.person("zhangsan")
    batu.say(f"跟进 L{lead} 意向强，明天10点面谈")
    zhang.say(f"跟进 L{theirs} 再聊聊，后天10点")
    before = company.so_far
    batu.say(f"补手机 L{lead} {PHONE}")
    told = f"L{theirs} 的客户，同事已和他约好 明天（周三）10:00 联系，请一并留意。"
    assert told in zhang.heard_since(before).texts
    due = zhang.say(f"客户 L{theirs}").card.whole
    assert "后天" in due, "nobody permitted it: what he agreed himself stays"


def test_what_he_agreed_himself_goes_with_the_lead_that_he_claims_by_a_phone(company: Company) -> None:
    lead = number(added(company, "batu").card)
    waiting = company.lead(phone=PHONE)
    batu = company.person("batu")
    batu.say(f"跟进 L{lead} 意向强，明天10点面谈")
    batu.say(f"补手机 L{lead} {PHONE}")
    assert company.owner(waiting) == batu.actor.id
    with company.runtime.store.read() as session:
        moments = session.execute(select(Lead.id, Lead.next_contact_at).where(Lead.id.in_([lead, waiting]))).all()
    assert moments[0].next_contact_at == moments[1].next_contact_at is not None


def test_a_phone_whose_lead_waits_in_a_pool_is_claimed_by_the_rules(company: Company) -> None:
    lead = number(added(company, "batu").card)
    waiting = company.lead(phone=PHONE)
    heard = company.person("batu").say(f"补手机 L{lead} {PHONE}")
    assert f"L{lead} 已并入 L{waiting}，由您跟进" in heard.text
    assert company.owner(waiting) == company.person("batu").actor.id


def test_a_phone_noted_with_a_new_contact_finds_its_customer(company: Company) -> None:
    theirs = company.lead(phone=PHONE, by="zhangsan")
    heard = added(company, "batu", mobiles=["坏的", PHONE])
    assert "已存在：刘** · 呼和浩特/一部 张* 跟进" in heard.text
    own = company.lead(phone="13947100002", by="batu")
    heard = added(company, "batu", "wm2", mobiles=["13947100002"])
    assert f"L{own} 在您名下" in heard.text
    assert counted(company, Customer) == 2
    assert "微信好友：巴特尔·孟和" in company.person("zhangsan").say(f"客户 L{theirs}").card.whole


def test_over_the_cap_he_keeps_the_customer_and_is_told(company: Company) -> None:
    pools = replace(company.runtime.company.pools, holding=(HoldingRule(1),))
    company.runtime.in_force.hold(replace(company.runtime.company, pools=pools))
    company.lead(phone=PHONE, by="batu")
    card = added(company, "batu").card
    assert company.owner(number(card)) == company.person("batu").actor.id
    assert "您名下已有 1/1 条" in card.whole


def test_who_works_no_leads_leaves_it_to_the_pool(company: Company) -> None:
    heard = added(company, "wuyun")
    assert "您新加的微信客户已建成线索" in heard.text
    assert "放在" in heard.text
    with company.runtime.store.read() as session:
        assert session.scalar(select(Lead.owner_id)) is None
    card = company.person("batu").say("公海 全区池").card
    assert "没有电话" in card.whole


def test_whose_post_may_not_check_is_told_no_more_than_that_he_is_known(company: Company) -> None:
    added(company, "batu")
    heard = added(company, "hejing")
    assert heard.text == "您新加的微信客户以前登记过，本次来访已记上。"


def test_the_card_says_the_name_that_the_officer_gives(company: Company) -> None:
    card = added(company, "batu").card
    batu = company.person("batu")
    settled(company, batu, lambda: company.platform.contacts.edit("batu", "wm1", remark="王小明"))
    assert batu.now(card).rows["客户"] == "王小明"
    settled(company, batu, lambda: company.platform.contacts.edit("batu", "wm1", remark="王小明 急 13800001111"))
    assert batu.now(card).rows["客户"] == "王小明"


def test_a_member_who_is_not_in_the_people_file_loses_no_lead(company: Company) -> None:
    from bot.sandbox.members import Member

    company.platform.put_member(Member("stranger", "路人", "总部", ""))
    for _ in range(2):
        then_settle(company, "stranger", "wm1", {"state": "dy01"})
    assert (counted(company, Lead), counted(company, Touch)) == (1, 1)


def test_the_event_comes_three_times_and_as_half_before(company: Company) -> None:
    added(company, "batu", half=True)
    company.platform.faults.order(api=CALLBACK, fault=Fault.DUPLICATE_AT_ONCE, copies=3)
    assert added(company, "batu").messages == (), "he had him already"
    assert (counted(company, Lead), counted(company, Touch)) == (1, 1)


def test_two_customers_in_one_second_are_two(company: Company) -> None:
    added(company, "batu", "wm1")
    added(company, "batu", "wm2", name="斯琴")
    assert counted(company, Lead) == 2


def test_the_platform_is_asked_again_until_it_answers(company: Company) -> None:
    company.platform.faults.order(api="externalcontact/get", fault=Fault.STATUS_500)
    company.platform.faults.order(api="externalcontact/get", fault=Fault.ERRCODE, errcode=45009)
    assert added(company, "batu").messages == ()
    for _ in range(2):
        company.clock.go(minutes=2)
        company.settle()
    company.settle()
    assert counted(company, Lead) == 1


def test_who_is_given_up_is_told(company: Company) -> None:
    company.platform.contacts.allowed = False
    added(company, "batu")
    batu, before = company.person("batu"), company.so_far
    for _ in range(13):
        company.clock.go(hours=9)
        company.settle()
    company.settle()
    assert "资料没有取到" in batu.heard_since(before).text
    company.platform.contacts.allowed = True
    from core.store import outbox_watch

    with company.runtime.store.database.write() as session:
        assert outbox_watch.retry(session, None, now=company.clock()) == 1
    company.settle()
    company.settle()
    assert counted(company, Lead) == 1, "nothing was lost"


def test_who_was_removed_before_he_was_looked_up_makes_nothing(company: Company) -> None:
    company.platform.faults.order(api="externalcontact/get", fault=Fault.STATUS_500)
    added(company, "batu")
    company.platform.contacts.leave("batu", "wm1")
    company.clock.go(minutes=2)
    company.settle()
    assert counted(company, Lead) == 0


def test_the_owner_hears_that_his_customer_removed_him(company: Company) -> None:
    lead = number(added(company, "batu").card)
    batu = company.person("batu")
    company.clock.go(days=1)
    card = batu.after(lambda: company.platform.contacts.leave("batu", "wm1")).card
    assert card.title == f"L{lead} 客户删除了微信"
    assert "客户删除了您的微信" in card.whole
    assert card.labels == ["补手机号", "写跟进", "详情"]
    assert "11-25 客户删除了巴特尔·孟和的微信" in batu.say(f"客户 L{lead}").card.whole
    company.clock.go(minutes=1)
    assert f"L{lead} 在您名下" in added(company, "batu").text
    assert "微信好友：巴特尔·孟和" in batu.say(f"客户 L{lead}").card.whole


def test_what_the_officer_removes_himself_is_noted_and_nobody_rung(company: Company) -> None:
    lead = number(added(company, "batu").card)
    batu = company.person("batu")
    assert batu.after(lambda: company.platform.contacts.remove("batu", "wm1")).messages == ()
    assert "巴特尔·孟和删除了客户的微信" in batu.say(f"客户 L{lead}").card.whole


def test_the_phone_is_not_shown_where_there_is_none(company: Company) -> None:
    lead = number(added(company, "batu").card)
    lina = company.person("lina")
    card = lina.say(f"客户 L{lead}").card
    assert "看电话" not in card.labels
    assert f"L{lead} 还没有手机号" in lina.say(f"电话 L{lead}").text
    assert "补手机号" in card.labels, "his superior may add it"


def test_nobody_else_adds_a_phone(company: Company) -> None:
    lead = number(added(company, "batu").card)
    said = company.person("zhangsan").say(f"补手机 L{lead} {PHONE}").text
    assert f"没有找到 L{lead}" in said
    with company.runtime.store.read() as session:
        assert session.scalar(select(Customer.phone_index)) is None


def test_beyond_the_quota_of_checks_a_phone_is_taken_and_nothing_told(company: Company) -> None:
    runtime = company.runtime
    runtime.in_force.hold(replace(runtime.company, pools=replace(runtime.company.pools, daily_checks=0)))
    company.lead(phone=PHONE, by="zhangsan")
    heard = added(company, "batu", mobiles=[PHONE])
    lead = number(heard.card)
    said = (
        f"手机号已记在 L{lead} 的评论里，还没有核对：补手机也算查重，今天 0/0 已用完，明天（周三）00:00 恢复。"
        f"到时请回复 补手机 L{lead} 手机号；着急请联系主管。"
    )
    assert heard.text == said
    assert company.person("batu").say(f"补手机 L{lead} {PHONE}").text == said
    assert company.person("batu").say(f"补手机 L{lead} 13947200009").text == said, "as one that is nobody's"
    assert PHONE in company.person("batu").say(f"客户 L{lead}").card.whole
    assert PHONE not in company.person("lina").say(f"客户 L{lead}").card.whole
    assert counted(company, Merge) == 0
