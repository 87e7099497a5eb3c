"""超时回收 as people meet it: warned in time, more time asked for and granted, taken back, offered to the team."""

from dataclasses import replace
from datetime import timedelta

import pytest
from kit.company import Company
from kit.phones import PARTS

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.recycling import Extension, Lapse, Protection, Recycling, RecyclingRule

PHONE = "13947100001"
WEEK = RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY))


def rules(company: Company, *each: RecyclingRule, **more: object) -> None:
    """The company recycles by these rules from now on."""
    given: dict[str, object] = {
        "warnings": (Length(1, Unit.DAY), Length(2, Unit.HOUR)),
        "extension": Extension(Length(3, Unit.DAY), 1),
        "protection": Protection(1, timedelta(days=15)),
    }
    recycling = Recycling(WorkingCalendar(), each or (WEEK,), **(given | more))  # type: ignore[arg-type]
    company.runtime.in_force.hold(replace(company.runtime.company, recycling=recycling))


def run_by(company: Company, **admins: str) -> None:
    """These pools are run by these people from now on."""
    now = company.runtime.company
    pools = tuple(replace(pool, admins=(admins[pool.key],) if pool.key in admins else ()) for pool in now.pools.pools)
    company.runtime.in_force.hold(replace(now, pools=replace(now.pools, pools=pools)))


def recycle(company: Company) -> None:
    company.runtime.recycler.round()
    company.settle()


def test_warned_followed_up_and_kept(company: Company) -> None:
    rules(company)
    lead = company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    company.clock.go(days=6)
    card = batu.after(lambda: recycle(company)).card
    assert card.title == f"L{lead} 即将收回"
    assert card.rows["规则"] == "7天跟进"
    assert "明天（周二）10:00 到期，还有1天" in card.whole
    assert card.labels == ["写跟进", "申请延期", "释放", "稍后提醒"]
    assert batu.after(lambda: recycle(company)).messages == (), "once"
    assert "明天" in batu.say(f"客户 L{lead}").card.whole
    batu.say(f"跟进 L{lead} 约了面谈")
    assert "即将收回" not in batu.now(card).title
    company.clock.go(days=2)
    recycle(company)
    assert company.owner(lead) == batu.actor.id


@pytest.mark.parametrize("lapse", [Lapse.APPLICATION, Lapse.DISBURSEMENT])
def test_where_a_follow_up_does_not_help_nobody_says_so(company: Company, lapse: Lapse) -> None:
    """An owner who does what the card says must not lose the lead."""
    rules(company, RecyclingRule("7天进件", lapse, Length(7, Unit.DAY)))
    lead = company.lead(phone=PHONE, by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    company.clock.go(days=6)
    card = batu.after(lambda: recycle(company)).card
    before = company.so_far
    asked = batu.say(f"延期 L{lead}").text
    again = batu.say(f"延期 L{lead}").text
    question = next(each for each in lina.heard_since(before).cards if "申请延期" in each.title)
    heard = batu.after(lambda: lina.tap(question, "不同意"))
    refused = next(each for each in heard.cards if "没有延期" in each.title)
    for said in (card.whole, asked, again, refused.whole):
        assert "重新计时" not in said
        assert "写跟进不延后" in said
    assert "已约面谈" not in again
    batu.say(f"跟进 L{lead} 约了面谈")
    company.clock.go(days=2)
    recycle(company)
    assert company.owner(lead) is None


@PARTS
def test_taken_back_with_all_who_must_know(company: Company) -> None:
    rules(company, RecyclingRule("2天跟进", Lapse.FOLLOW_UP, Length(2, Unit.DAY)))
    lead = company.lead(phone=PHONE, by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    mine = batu.say(f"客户 L{lead}").card
    assert PHONE in mine.whole
    company.clock.go(days=2)
    before = company.so_far
    recycle(company)
    assert company.owner(lead) is None
    told = next(card for card in batu.heard_since(before).cards if "已收回" in card.title)
    assert told.title == f"L{lead} 已收回"
    assert "规则：2天跟进" in told.whole
    assert told.rows == {f"L{lead}": "进入呼和浩特池"}
    assert PHONE not in batu.now(mine).whole, "the number goes with the lead"
    (above,) = lina.heard_since(before).cards
    assert (above.title, above.rows) == ("收回 1 条线索", {"归属": "巴特尔·孟和 1条"})
    assert "收回到呼和浩特池" in company.person("wuyun").say(f"客户 L{lead}").card.whole


@PARTS
def test_who_runs_a_pool_hears_of_what_came_into_it_only(company: Company) -> None:
    rules(company)
    run_by(company, baotou="baiyin", hohhot="batu")
    regions = ("150102", "150204", "150102", "150204", "150204")
    leads = [
        company.lead(phone=f"1394710001{number}", by="batu", region=region) for number, region in enumerate(regions)
    ]
    batu, lina, baiyin = (company.person(userid) for userid in ("batu", "lina", "baiyin"))
    company.clock.go(days=8)
    before = company.so_far
    recycle(company)
    assert [company.owner(lead) for lead in leads] == [None] * 5
    (his,) = baiyin.heard_since(before).cards
    assert (his.title, his.rows) == ("收回 3 条线索", {"归属": "巴特尔·孟和 3条"})
    assert baiyin.tap(his, "看公海").card.title.startswith("包头池")
    (hers,) = lina.heard_since(before).cards
    assert (hers.title, hers.rows) == ("收回 5 条线索", {"归属": "巴特尔·孟和 5条"})
    assert lina.tap(hers, "看公海").card.title.startswith("呼和浩特池"), "most went where she may not look"
    (own,) = batu.heard_since(before).cards
    assert own.title == "5 条线索已收回", "of his own leads he is told once, though he runs the pool"


def test_a_superior_who_may_look_into_no_pool_of_them_is_led_nowhere_in_vain(company: Company) -> None:
    rules(company)
    lead = company.lead(phone=PHONE, by="batu", region="150204")
    lina = company.person("lina")
    company.clock.go(days=8)
    card = lina.after(lambda: recycle(company)).card
    assert company.owner(lead) is None
    assert (card.title, card.labels) == ("收回 1 条线索", ["我的客户"])
    assert lina.tap(card, "我的客户").card.title.startswith("我的客户")


def test_more_time_is_asked_for_and_granted_once(company: Company) -> None:
    rules(company)
    lead = company.lead(phone=PHONE, by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    company.clock.go(days=6)
    warning = batu.after(lambda: recycle(company)).card
    before = company.so_far
    heard = batu.tap(warning, "申请延期")
    assert heard.text.startswith(f"已请 李* 批准 L{lead} 延期")
    assert "已申请延期" in batu.say(f"延期 L{lead}").text
    question = lina.heard_since(before).card
    assert question.title == "巴特尔 申请延期"
    assert PHONE not in question.whole
    assert "延期到" in lina.tap(question, "同意").text
    assert lina.now(question).rows["结果"].startswith("延期到")
    company.clock.go(days=3, hours=23)
    recycle(company)
    assert company.owner(lead) == batu.actor.id
    assert batu.say(f"延期 L{lead}").text.startswith(f"L{lead} 已延期 1/1 次，不能再延")
    company.clock.go(hours=2)
    recycle(company)
    assert company.owner(lead) is None


def test_more_time_is_refused(company: Company) -> None:
    rules(company)
    lead = company.lead(phone=PHONE, by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    before = company.so_far
    batu.say(f"延期 L{lead}")
    question = lina.heard_since(before).card
    before = company.so_far
    lina.tap(question, "不同意")
    (told,) = batu.heard_since(before).cards
    assert told.title == f"L{lead} 没有延期"
    lina.tap(lina.now(question), "详情")
    company.clock.go(days=7)
    recycle(company)
    assert company.owner(lead) is None


def test_a_protected_lead_does_not_fall_and_places_are_few(company: Company) -> None:
    rules(company)
    lead, other = company.lead(phone=PHONE, by="batu"), company.lead(phone="13947100002", by="batu")
    batu = company.person("batu")
    assert "您保护着 1/1 条" in batu.say(f"保护 L{lead}").text
    assert batu.say(f"保护 L{other}").text == "您已保护 1/1 条。先回复 取消保护 和编号，让出一个名额。"
    company.clock.go(days=8)
    recycle(company)
    assert [company.owner(number) for number in (lead, other)] == [batu.actor.id, None]
    assert batu.say(f"取消保护 L{lead}").text == f"L{lead} 不再保护，到期按规则收回。"
    recycle(company)
    assert company.owner(lead) is None


def test_a_warning_is_over_once_the_lead_is_protected(company: Company) -> None:
    rules(company)
    lead = company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    company.clock.go(days=6)
    warning = batu.after(lambda: recycle(company)).card
    batu.say(f"保护 L{lead}")
    assert batu.now(warning).title == f"L{lead} 刘志强"


def test_a_hot_lead_is_thrown_to_the_team_and_the_first_tap_wins(company: Company) -> None:
    rules(company, RecyclingRule("30分钟首联", Lapse.FIRST_CONTACT, Length(30, Unit.MINUTE), grab=True))
    lead = company.lead(phone=PHONE, by="batu")
    zhang, lina, naren = (company.person(userid) for userid in ("zhangsan", "lina", "naren"))
    before = company.so_far
    company.clock.go(minutes=30)
    recycle(company)
    his, hers, theirs = (
        next(card for card in who.heard_since(before).cards if card.title == f"抢单 L{lead}")
        for who in (zhang, lina, naren)
    )
    assert PHONE not in his.whole + hers.whole
    assert PHONE in zhang.tap(his, "领取").card.whole
    late = lina.tap(hers, "领取")
    assert late.text == f"L{lead} 刚被 张* 领走。回复 公海 看其他线索。"
    assert "被 张* 领走。" in naren.now(theirs).whole
    assert naren.tap(theirs, "领取").text == late.text
    assert company.owner(lead) == zhang.actor.id


def test_less_than_a_minute_before_the_end_is_said_as_that(company: Company) -> None:
    rules(company)
    company.lead(phone=PHONE, by="batu")
    company.clock.go(days=7, seconds=-30)
    card = company.person("batu").after(lambda: recycle(company)).card
    assert card.whole.split("\n")[1].endswith("到期，不到1分钟"), card.whole


def test_many_at_once_are_one_card(company: Company) -> None:
    rules(company)
    for number in range(7):
        company.lead(phone=f"1394710001{number}", by="batu")
    batu = company.person("batu")
    company.clock.go(days=6)
    card = batu.after(lambda: recycle(company)).card
    assert card.title == "7 条线索即将收回"
    company.clock.go(days=1)
    before = company.so_far
    recycle(company)
    told = next(card for card in batu.heard_since(before).cards if "已收回" in card.title)
    assert told.title == "7 条线索已收回"
