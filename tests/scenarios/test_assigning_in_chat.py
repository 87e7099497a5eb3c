"""自动分配 as people meet it: the lead comes with its rule, many come as one card, and when nobody is there it is said
once and explained at any time."""

from dataclasses import replace
from datetime import timedelta

from kit.company import Company, Heard
from kit.invariants import i1_effects_are_audited, i3_one_owner, i6_every_message_ends

from cards.fitting import MESSAGE_BYTES, byte_length
from core.calendar import day_start
from core.leads.assignment_rules import Assignment, Language, Leave, Member, Method, Rule, Span
from core.leads.pools import Pools

PHONE = "13947100001"
WORKING_DAYS = tuple(Span(day * 1440 + 9 * 60, day * 1440 + 18 * 60) for day in range(5))


def rules(company: Company, *members: str | Member, paused: bool = False, **more: object) -> None:
    """The company assigns by this one rule from now on."""
    people = tuple(Member(one) if isinstance(one, str) else one for one in members)
    rule = Rule("house", "青城房抵", **{"method": Method.WEIGHTED, "people": people} | more)  # type: ignore[arg-type]
    now = company.runtime.company
    assignment = Assignment((rule,), paused=paused)
    company.runtime.in_force.hold(replace(now, assignment=assignment, version=f"{hash(rule):x}".rjust(12, "0")))


def pools(company: Company, **more: object) -> None:
    """All pools get these values besides."""
    now = company.runtime.company
    changed = Pools(tuple(replace(pool, **more) for pool in now.pools.pools), now.pools.default)  # type: ignore[arg-type]
    company.runtime.in_force.hold(replace(now, pools=changed))


def assign(company: Company) -> None:
    company.runtime.assigner.round()
    company.settle()


def heard(company: Company, userid: str) -> Heard:
    return company.person(userid).after(lambda: assign(company))


def kept(company: Company) -> None:
    with company.runtime.store.read() as session:
        found = [i1_effects_are_audited(session), i3_one_owner(session), i6_every_message_ends(session)]
    assert found == [None] * 3


def test_a_lead_comes_by_the_rule_and_it_can_be_asked_why(company: Company) -> None:
    rules(company, Member("batu", weight=3), "lina", "nobody.knows", Member("zhangsan", holding=1))
    company.lead(phone="13947100009", by="zhangsan")
    lead = company.lead(phone=PHONE)
    card = heard(company, "batu").card
    assert card.title == f"L{lead} 已分配给您"
    assert PHONE in card.whole
    assert f"规则：青城房抵。想知道原因，回复 为什么 L{lead}" in card.whole
    assert "系统" in card.whole
    lines = company.person("batu").say(f"为什么分给我 L{lead}").text.split("\n")
    assert lines[0] == f"L{lead} 于 今天 10:00 按规则「青城房抵」分给您。"
    assert lines[1].startswith("方式：按比例，按比例应得的多的先分")
    assert "规则版本 " in lines[1]
    assert lines[2:] == [
        "1. 您：比例 3，已分 0 条，应得 +0.75 条，还没分到过",
        "2. 李*：比例 1，已分 0 条，应得 +0.25 条，还没分到过",
        "· 同事：不在职，或没有这个账号",
        "· 张*：手上已有 1/1 条",
    ]
    above = company.person("zhaojianguo").say(f"分配原因 L{lead}").text
    assert "巴特尔·孟和：比例 3" in above
    assert "账号 nobody.knows：不在职" in above
    assert "李娜" in company.person("wuyun").say(f"为什么 L{lead}").text
    assert company.person("zhangsan").say(f"为什么 L{lead}").text.startswith(f"没有找到 L{lead}。"), "out of sight"
    assert company.person("liufang").say(f"为什么 L{lead}").text.startswith("您的岗位不能查看分配原因。")
    kept(company)


def test_what_came_otherwise_is_said_to(company: Company) -> None:
    rules(company, "batu")
    mine = company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    assert batu.say(f"为什么 L{mine}").text == f"L{mine} 不是自动分配的：今天 10:00 录入，现在由您跟进。"
    free = company.lead(phone="13947100002", product="car")
    assign(company)
    batu.say(f"转移 L{free} 李娜")
    assert "转移，现在由您跟进" in company.person("lina").say(f"为什么 L{free}").text


def test_many_at_once_are_one_card(company: Company) -> None:
    rules(company, "batu")
    for number in range(7):
        company.lead(phone=f"1394710001{number}")
    batu = company.person("batu")
    card = batu.after(lambda: assign(company)).card
    assert card.title == "分给您 7 条线索"
    assert card.labels[-1] == "我的客户"
    assert "还有 2 条" in card.whole
    assert PHONE[:9] in batu.tap(card, card.labels[0]).card.whole
    company.lead(phone=PHONE)
    assert "已分配给您" in batu.after(lambda: assign(company)).card.title


def test_a_card_that_still_shows_it_in_the_pool_is_brought_up_to_date(company: Company) -> None:
    lead = company.lead(phone=PHONE)
    wuyun = company.person("wuyun")
    card = wuyun.say(f"客户 L{lead}").card
    wuyun.tap(card, "看电话")  # from here on the card can be changed without a tap
    rules(company, "batu")
    assign(company)
    assert "由 巴特尔·孟和 跟进" in wuyun.now(card).whole


def test_nobody_there_is_told_once_until_it_works_again(company: Company) -> None:
    tomorrow = day_start(company.clock.now) + timedelta(days=1)
    leave = Member("lina", leave=(Leave(company.clock.now - timedelta(days=1), tomorrow + timedelta(days=3)),))
    pools(company, admins=("baowenlong",))
    rules(company, leave, Member("batu", shift=WORKING_DAYS), Member("zhangsan", holding=1))
    company.lead(phone="13947100009", by="zhangsan")
    company.clock.go(hours=9)
    lead = company.lead(phone=PHONE)
    before = company.so_far
    assign(company)
    for userid in ("wuyun", "baowenlong"):
        card = company.person(userid).heard_since(before).card
        assert card.title == "1 条线索没有人能接"
        assert "规则：青城房抵" in card.whole
        assert "休假 1 人，不当班 1 人，已满 1 人。" in card.whole
        assert "最早 明天（周三）09:00 有人能接。" in card.whole
    company.lead(phone="13947100002")
    company.clock.go(minutes=2)
    assert heard(company, "wuyun").messages == (), "once"
    wuyun = company.person("wuyun")
    why = wuyun.say(f"为什么 L{lead}").text
    assert why.startswith(f"L{lead} 还没有分出去：规则「青城房抵」里现在没有人能接")
    assert "· 巴特尔·孟和：不当班，明天（周三）09:00 上班" in why
    assert "· 张三：手上已有 1/1 条" in why
    queue = wuyun.say("分配队列").text
    assert queue.startswith("排队等分配 2 条：\n「青城房抵」呼和浩特池 2条，最早 今天 19:00 进公海")
    assert "休假 1 人，不当班 1 人，已满 1 人" in queue
    assert "2条" in company.person("baowenlong").say("分配队列").text
    assert "您现在没有管理的公海" in company.person("batu").say("分配队列").text
    company.clock.now = tomorrow + timedelta(hours=9)
    assert len(heard(company, "batu").cards) == 2
    assert wuyun.say("分配队列").text == "没有排队的线索：要自动分配的都分出去了。"
    company.clock.go(hours=12)
    company.lead(phone="13947100003")
    assert heard(company, "wuyun").card.title == "1 条线索没有人能接", "anew"
    kept(company)


def test_what_waits_otherwise_is_explained(company: Company) -> None:
    lead, wuyun = company.lead(phone=PHONE), company.person("wuyun")
    assert "自动分配现在停用" in wuyun.say(f"为什么 L{lead}").text
    assert wuyun.say("分配队列").text.startswith("自动分配现在停用")
    rules(company, "batu", products=("car",))
    company.clock.go(minutes=2)
    assert wuyun.say(f"为什么 L{lead}").text == f"L{lead} 没有符合的分配规则，留在公海等人领取。"
    rules(company, "batu")
    company.clock.go(minutes=2)
    assert "符合规则「青城房抵」，等着下一轮" in wuyun.say(f"为什么 L{lead}").text
    assert company.person("batu").say(f"为什么 L{lead}").text.startswith(f"L{lead} 在公海，没有归属人")


def test_the_administrator_of_the_pool_may_ask_too(company: Company) -> None:
    pools(company, admins=("zhoumin",))
    rules(company, "batu")
    lead = company.lead(phone=PHONE)
    assign(company)
    assert "分给 巴* 。" in company.person("zhoumin").say(f"为什么 L{lead}").text.replace("。\n", "。")


def test_an_answer_about_many_people_fits_one_message(company: Company) -> None:
    others = tuple(Member(f"someone.of.a.long.account.{number}") for number in range(120))
    rules(company, *others, "batu")
    lead = company.lead(phone=PHONE)
    assign(company)
    for userid in ("batu", "wuyun"):
        said = company.person(userid).say(f"为什么 L{lead}").text
        assert byte_length(said) <= MESSAGE_BYTES
        assert "1. " in said
        assert "人没有列出。" in said


def test_the_language_of_the_customer_decides(company: Company) -> None:
    rules(company, Member("lina", languages=(Language.CHINESE,)), Member("batu", languages=(Language.MONGOLIAN,)))
    wuyun = company.person("wuyun")
    said = wuyun.say(f"录入 刘志强 {PHONE} 房抵50万 新城区 蒙语").text
    assert "语言 蒙语" in said
    card = heard(company, "batu").card
    lead = card.title.split()[0]
    assert company.person("batu").say(f"客户 {lead}").card.rows["需求"] == "房抵50万 · 新城区 · 蒙语"
    assert "· 李*：不会蒙语" in company.person("batu").say(f"为什么 {lead}").text


def test_who_runs_one_of_the_pools_hears_of_what_waits_in_that_one(company: Company) -> None:
    now = company.runtime.company
    run = tuple(replace(pool, admins=("baiyin",) if pool.key == "baotou" else ()) for pool in now.pools.pools)
    company.runtime.in_force.hold(replace(now, pools=replace(now.pools, pools=run)))
    rules(company, Member("batu", holding=0))
    for number, region in enumerate(("150102", "150102", "150204")):
        company.lead(phone=f"1394710001{number}", region=region)
    before = company.so_far
    assign(company)
    baiyin, wuyun = company.person("baiyin"), company.person("wuyun")
    his, hers = baiyin.heard_since(before).card, wuyun.heard_since(before).card
    assert (his.title, his.rows["公海"]) == ("1 条线索没有人能接", "包头池 1条")
    assert "呼和浩特" not in his.whole
    assert baiyin.tap(his, "看公海").card.title.startswith("包头池")
    assert hers.title == "3 条线索没有人能接"
    assert "呼和浩特池 2条" in hers.whole
    assert "包头池 1条" in hers.whole
