"""撤销合并 in chat: what was said and kept on the lead that comes back comes back with it."""

from dataclasses import replace
from datetime import timedelta

from kit.company import Company
from kit.invariants import assert_kept
from kit.phones import PARTS

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.recycling import Extension, Lapse, Protection, Recycling, RecyclingRule
from core.people.service import Left, leave

PHONE, OTHER = "13947100001", "13947100002"
RULE = RecyclingRule("首次联系", Lapse.FIRST_CONTACT, Length(4, Unit.HOUR))
PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture" * 50


def test_comments_and_pictures_come_back(company: Company) -> None:
    first = company.lead(phone=PHONE, by="batu")
    company.clock.go(minutes=1)
    second = company.lead("刘志", phone=OTHER, by="zhangsan")
    lina, zhangsan = company.person("lina"), company.person("zhangsan")
    zhangsan.say(f"评论 L{second} 请看一下征信")
    zhangsan.after(lambda: company.person("zhangsan").phone.send_picture(PICTURE))
    zhangsan.say(f"存到 L{second}")
    assert "附件 1、评论 1 归到" in lina.say(f"合并客户 L{first} L{second}").text
    lina.say("确认")
    assert "请看一下征信" in company.person("batu").say(f"客户 L{first}").card.whole
    assert lina.say("撤销合并 M1").text.endswith(f"L{second} 重新打开，记录已归还。")
    again = zhangsan.say(f"客户 L{second}").card.whole
    assert "请看一下征信" in again
    assert f"附件 1 个，回复 附件 L{second} 查看" in again
    assert "请看一下征信" not in company.person("batu").say(f"客户 L{first}").card.whole
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def rules(company: Company, *each: RecyclingRule) -> None:
    """The company recycles by these rules from now on."""
    extension, protection = Extension(Length(3, Unit.DAY), 1), Protection(1, timedelta(days=15))
    recycling = Recycling(WorkingCalendar(), each or (RULE,), (Length(2, Unit.HOUR),), extension, protection)
    company.runtime.in_force.hold(replace(company.runtime.company, recycling=recycling))


def recycle(company: Company) -> None:
    company.runtime.recycler.round()
    company.settle()


def two(company: Company, by: str = "zhangsan") -> tuple[int, int]:
    first = company.lead(phone=PHONE, by="batu")
    company.clock.go(minutes=1)
    return first, company.lead("刘志", phone=OTHER, by=by)


def merge(company: Company, first: int, second: int) -> None:
    lina = company.person("lina")
    lina.say(f"合并客户 L{first} L{second}")
    assert lina.say("确认").text.startswith("已合并")


def test_what_is_opened_again_is_warned_of_and_does_not_fall_at_once(company: Company) -> None:
    """Was: 「L2 重新打开，由您继续跟进」, and in the next minute it was taken from him."""
    rules(company)
    first, second = two(company)
    zhangsan, lina = company.person("zhangsan"), company.person("lina")
    company.person("batu").say(f"跟进 L{first} 电话聊过")
    company.clock.go(minutes=5)
    merge(company, first, second)
    company.clock.go(days=5)
    recycle(company)
    assert "将收回" not in zhangsan.say(f"客户 L{second}").card.whole
    assert "重新打开" in lina.say("撤销合并 M1").text
    recycle(company)
    assert company.owner(second) == zhangsan.actor.id
    assert "14:01 前不处理将收回" in zhangsan.say(f"客户 L{second}").card.whole
    company.clock.go(hours=2)
    assert f"L{second} 即将收回" in [card.title for card in zhangsan.after(lambda: recycle(company)).cards]
    assert company.owner(second) == zhangsan.actor.id
    company.clock.go(hours=2)
    recycle(company)
    assert company.owner(second) is None, "he was warned, and did nothing"
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_what_was_a_leavers_goes_into_its_pool(company: Company) -> None:
    first, second = two(company)
    merge(company, first, second)
    lina = company.person("lina")
    with company.runtime.store.unit(request_id="test") as unit:
        assert isinstance(leave(unit, "zhangsan"), Left)
    assert lina.say("撤销合并 M1").text == (
        f"已撤销 M1：L{first} 与 L{second} 恢复为两位客户，L{second} 重新打开，记录已归还。"
        f"原来跟进的 张* 已离职，L{second} 放回 呼和浩特池。"
    )
    assert company.owner(second) is None
    company.person("surina").say(f"领取 L{second}")
    assert company.owner(second) == company.person("surina").actor.id
    company.settle()


@PARTS
def test_a_question_about_what_was_merged_is_over_and_waits_again(company: Company) -> None:
    """Was: 同意 and 不同意 stayed on the card, and each tap showed the same again."""
    rules(company, RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY)))
    first, second = two(company)
    lina, zhangsan, wuyun = (company.person(userid) for userid in ("lina", "zhangsan", "wuyun"))
    company.clock.go(days=6, hours=23)
    before = company.so_far
    zhangsan.say(f"延期 L{second}")
    question = lina.heard_since(before).card
    company.person("batu").say(f"跟进 L{first} 聊过")
    wuyun.say(f"合并客户 L{first} L{second}")
    wuyun.say("确认")
    assert lina.now(question).rows["结果"] == "已不需要延期"
    assert lina.now(question).labels == ["详情"]
    company.clock.go(days=2)
    before = company.so_far
    wuyun.say("撤销合并 M1")
    again = [card for card in lina.heard_since(before).cards if card.title.endswith("申请延期")]
    assert [card.labels for card in again] == [["同意", "不同意", "详情"]]
    assert "延期到" in lina.tap(again[0], "同意").text
    recycle(company)
    company.clock.go(days=2)
    recycle(company)
    assert company.owner(second) == zhangsan.actor.id
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_who_merged_takes_it_back_though_the_lead_waits_in_a_pool(company: Company) -> None:
    """Was: 「L1 在公海，没有归属人。回复 领取 L1 领到名下再操作。」, of what is reversible for seven days."""
    first, second = two(company)
    merge(company, first, second)
    company.person("batu").say(f"释放 L{first} 联系不上")
    assert company.owner(first) is None
    assert "已撤销" not in company.person("wangqiang").say("撤销合并 M1").text, "he merged nothing, and is over neither"
    lina = company.person("lina")
    assert lina.say("撤销合并 M1").text.startswith("已撤销 M1")
    assert company.owner(second) == company.person("zhangsan").actor.id
    assert "无需再" in lina.say("撤销合并 M1").text
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal, company.ding)
