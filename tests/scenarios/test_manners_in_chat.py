"""Reminders with manners: the night waits, several come as one, what is done meanwhile is left out; settings, and what
is put off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import Card, Colleague, Company, Heard, open_company
from kit.loans import hand_in
from kit.phones import PARTS, TICKS
from sqlalchemy import select, update

from cards.views.settings import switches
from core.loans.task_queries import open_of
from core.manners.kinds import NAMES, ReminderKind
from core.manners.service import switch
from core.people.models import Person
from core.store.outbox import OutboxRow, OutboxState
from jobs.reach import say

PHONE = "1394710{:04}"


@pytest.fixture
def company(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Company]:
    """The company with `manners.yaml` as shipped: quiet from 22:00 to 7:30, more than 5 within 10 minutes as one."""
    with open_company(database_url, tmp_path / "var", clock, mannered=True) as company:
        yield company


def rounds(company: Company) -> None:
    """What the scheduler does, and all that comes of it."""
    company.runtime.reminder.round()
    company.settle()
    company.runtime.digests.round()
    company.settle()


def heard(company: Company, person: Colleague) -> Heard:
    """What came to him by itself."""
    return person.after(lambda: rounds(company))


def agree(company: Company, number: int, when: str) -> int:
    """A lead of batu's with an agreed contact."""
    lead = company.lead(f"客户{number}", PHONE.format(number), by="batu")
    company.person("batu").say(f"跟进 L{lead} 意向强，{when}电话")
    return lead


def transfer(company: Company, count: int, first: int = 100) -> list[int]:
    """So many leads given to batu by his superior, one by one."""
    leads = [company.lead(f"新客{first + each}", PHONE.format(first + each), by="lina") for each in range(count)]
    for lead in leads:
        company.person("lina").say(f"转移 L{lead} 巴特尔")
    return leads


def held(company: Company) -> list[str | None]:
    with company.runtime.store.read() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.HELD).order_by(OutboxRow.id))
        return [row.reminder for row in rows]


def open_tasks(company: Company, who: str) -> list[int]:
    with company.runtime.store.read() as session:
        return open_of(session.connection(), company.person(who).actor.id)


def night(company: Company, hour: int = 23) -> None:
    """On to this hour of the day."""
    company.clock.go(hours=hour - 10)


# Quiet hours.


def test_what_falls_into_the_night_comes_in_the_morning_and_an_answer_at_once(company: Company) -> None:
    batu, lina = company.person("batu"), company.person("lina")
    lead = company.lead("刘志强", PHONE.format(1), by="lina")
    night(company)
    assert "转" in lina.say(f"转移 L{lead} 巴特尔").text, "who does something is answered at any hour"
    assert heard(company, batu).messages == ()
    assert held(company) == ["lead-came"]
    assert batu.say("待办").card.title == "待办", "what he asks for himself comes by night too"
    company.clock.go(hours=8, minutes=29)  # 7:29
    assert heard(company, batu).messages == ()
    company.clock.go(minutes=6)  # spread over five minutes
    assert heard(company, batu).card.title.startswith(f"L{lead} 已转移给您")
    assert heard(company, batu).messages == ()
    assert held(company) == []


def test_money_comes_by_night(company: Company) -> None:
    batu = company.person("batu")
    night(company)
    with company.runtime.store.unit(request_id="test") as unit:
        say(unit, ReminderKind.PROGRESS, batu.actor.id, "不急")
        say(unit, ReminderKind.PAYOUT, batu.actor.id, "已放款 50万")
    assert heard(company, batu).texts == ["已放款 50万"]
    assert held(company) == ["progress"]


def test_several_of_the_night_are_one_card_in_order_of_importance(company: Company) -> None:
    batu = company.person("batu")
    leads = [agree(company, each, "晚上11点") for each in (1, 2)]
    night(company)
    company.clock.go(minutes=1)
    assert heard(company, batu).messages == ()
    given = transfer(company, 2)
    company.clock.go(hours=8, minutes=40)
    card = heard(company, batu).card
    assert card.title == "您有 4 件事"
    titles = list(card.rows.values())
    assert [title.split(" ")[0] for title in titles[:2]] == ["该联系", "该联系"], "the more important come first"
    assert {f"L{lead}" for lead in leads} == {title.split(" ")[1] for title in titles[:2]}
    assert all("已转移给您" in title for title in titles[2:])
    assert card.labels == ["打开 1", "打开 2", "打开 3", "打开 4"]
    opened = batu.tap(card, "打开 3").card
    assert opened.title.startswith(f"L{given[0]} 已转移给您")
    assert "写跟进" in opened.labels, "it opens with its own buttons"
    assert heard(company, batu).messages == (), "and nothing comes twice"


def test_what_is_done_by_the_morning_is_left_out_and_one_that_is_left_is_itself(company: Company) -> None:
    batu = company.person("batu")
    first, second, third = (agree(company, each, "晚上11点") for each in (1, 2, 3))
    night(company)
    company.clock.go(minutes=1)
    assert heard(company, batu).messages == ()
    assert held(company) == ["contact"] * 3
    batu.say(f"跟进 L{first} 打过了，后天下午3点再联系")
    batu.say(f"释放 L{second} 联系不上")
    company.clock.go(hours=8, minutes=40)
    card = heard(company, batu).card
    assert card.title.startswith(f"该联系 L{third}")
    assert card.labels == ["写跟进", "详情", "稍后提醒"]


def test_a_card_of_nothing_is_not_sent(company: Company) -> None:
    batu = company.person("batu")
    leads = [agree(company, each, "晚上11点") for each in (1, 2)]
    night(company)
    company.clock.go(minutes=1)
    assert heard(company, batu).messages == ()
    for lead in leads:
        batu.say(f"跟进 L{lead} 打过了，后天下午3点再联系")
    company.clock.go(hours=8, minutes=40)
    assert heard(company, batu).messages == ()
    assert held(company) == []


def test_a_thing_that_is_done_after_the_card_came_opens_as_done(company: Company) -> None:
    batu = company.person("batu")
    first, _ = (agree(company, each, "晚上11点") for each in (1, 2))
    night(company)
    company.clock.go(minutes=1)
    heard(company, batu)
    company.clock.go(hours=8, minutes=40)
    card = heard(company, batu).card
    number = 1 + next(at for at, said in enumerate(card.rows.values()) if f"L{first}" in said)
    batu.say(f"跟进 L{first} 打过了，后天下午3点再联系")
    answer = batu.tap(card, f"打开 {number}")
    assert "已经办好" in answer.text


def test_a_lead_that_went_elsewhere_leaves_the_card(company: Company) -> None:
    """A card in a chat shows nothing of a customer who is another's."""
    batu, lina = company.person("batu"), company.person("lina")
    first, second, _ = (agree(company, each, "晚上11点") for each in (1, 2, 3))
    night(company)
    company.clock.go(minutes=1)
    heard(company, batu)
    company.clock.go(hours=8, minutes=40)
    card = heard(company, batu).card
    assert "客户1" in card.whole
    lina.say(f"转移 L{first} 张三")
    company.settle()
    now = batu.now(card)
    assert now.title == "您有 2 件事"
    assert "客户1" not in now.whole
    assert f"L{second}" in now.whole


def test_many_come_in_pages(company: Company) -> None:
    batu = company.person("batu")
    night(company)
    transfer(company, 8)
    company.clock.go(hours=8, minutes=40)
    card = heard(company, batu).card
    assert card.title == "您有 8 件事"
    assert card.labels == [*(f"打开 {each}" for each in range(1, 6)), "下一页"]
    batu.tap(card, "下一页")
    now = batu.now(card)
    assert now.labels[:3] == ["打开 6", "打开 7", "打开 8"]
    assert "已转移给您" in batu.tap(now, "打开 8").card.title


def test_an_approver_finds_in_the_morning_what_is_open_still(company: Company) -> None:
    """Three applications by night; one was taken back, one decided by him at home."""
    chaolu = company.person("chaolu")
    night(company)
    numbers = [hand_in(company, phone=PHONE.format(500 + each), name=f"客户{each}") for each in range(4)]
    assert heard(company, chaolu).messages == ()
    waiting = held(company)
    assert waiting.count("task") >= 4, waiting
    first = open_tasks(company, "chaolu")
    before = len(first)
    chaolu.say(f"同意 T{first[0]} 资料齐全")
    company.person("batu").say(f"撤回 A{numbers[1]}")
    left = open_tasks(company, "chaolu")
    assert len(left) == before - 2
    company.clock.go(hours=8, minutes=40)
    card = heard(company, chaolu).card
    assert card.title == f"您有 {len(left)} 件事"
    assert sorted(int(row.split(" ")[0][1:]) for row in card.rows.values()) == left
    opened = chaolu.tap(card, "打开 1").card
    assert "同意" in opened.labels


# Many at once.


def test_more_than_five_within_ten_minutes_wait_and_come_as_one(company: Company) -> None:
    batu = company.person("batu")
    before = company.so_far
    transfer(company, 9)
    assert len(batu.heard_since(before).cards) == 5
    assert held(company) == ["lead-came"] * 4
    company.clock.go(minutes=11)
    card = heard(company, batu).card
    assert card.title == "您有 4 件事"


def test_who_wants_none_of_it_gets_each_by_itself(company: Company) -> None:
    batu = company.person("batu")
    assert "一件一张" in batu.say("设置 合并 关").text
    before = company.so_far
    transfer(company, 9)
    assert len(batu.heard_since(before).cards) == 9
    night(company)
    company.clock.go(minutes=1)
    transfer(company, 2, first=300)
    company.clock.go(hours=8, minutes=40)
    assert len(heard(company, batu).cards) == 2


# 设置.


@TICKS
def test_the_card_of_switches(company: Company) -> None:
    batu = company.person("batu")
    card = batu.say("设置").card
    assert card.title == "我的提醒"
    assert "免打扰：22:00-7:30" in card.whole
    on = [option["id"] for option in card.payload["checkbox"]["option_list"] if option["is_checked"]]
    assert "morning" in on
    assert "task" not in card.options, "what may not be switched off has no switch"
    kept = [each for each in on if each != "contact"]
    assert "已关：到点联系" in batu.tap(card, "保存", ticked=kept).text
    lead = agree(company, 1, "11点半")
    company.clock.go(minutes=91)
    assert heard(company, batu).messages == ()
    assert f"L{lead}" in batu.say("我的客户").card.whole, "it is on his list all the same"
    assert "已打开" in batu.say("设置 到点联系 开").text
    batu.say(f"跟进 L{lead} 下午3点电话")
    company.clock.go(hours=4)
    assert heard(company, batu).card.title.startswith("该联系")


@TICKS
def test_a_card_that_shows_older_switches_changes_nothing(company: Company) -> None:
    batu = company.person("batu")
    card = batu.say("设置").card
    batu.say("设置 早报 关")
    answer = batu.tap(card, "保存", ticked=["digest", "morning", "contact"])
    assert "过期" in answer.text
    on = [option["id"] for option in batu.now(card).payload["checkbox"]["option_list"] if option["is_checked"]]
    assert "morning" not in on
    assert "comment" in on


@PARTS
def test_switches_that_changed_under_a_card_are_not_changed_back(company: Company) -> None:
    """On another device, say: the card is the newest picture of itself, and yet not of what counts."""
    batu = company.person("batu")
    card = batu.say("设置").card
    with company.runtime.store.unit(request_id="test") as unit:
        switch(unit, batu.actor, company.runtime.company.manners, ReminderKind.MORNING, on=False)
    answer = batu.tap(card, "保存", ticked=["digest", "morning", "contact"])
    assert "设置刚刚改过" in answer.text
    on = [option["id"] for option in batu.now(card).payload["checkbox"]["option_list"] if option["is_checked"]]
    assert "morning" not in on
    assert "comment" in on


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("设置 免打扰 21:00-8:00", "免打扰时间是 21:00-8:00"),
        ("提醒设置 免打扰 22:00-7:30", "免打扰时间是 22:00-7:30"),
        ("设置 免打扰 21：00到8：00", "免打扰时间是 21:00-8:00"),
        ("设置 免打扰 22点到7点半", "免打扰时间是 22:00-7:30"),
        ("设置 免打扰 晚上9点半到早上8点", "免打扰时间是 21:30-8:00"),
        ("设置 免打扰 恢复", "免打扰时间是 22:00-7:30"),
        ("设置 免打扰 23:00-7:00", "要包住公司的 22:00-7:30，最宽 18:00-10:00"),
        ("设置 免打扰 12:00-11:00", "最宽 18:00-10:00"),
        ("设置 免打扰 晚上", "可以这样写"),
        ("设置 发到 钉钉", "以后都发到钉钉"),
        ("设置 钉钉", "以后都发到钉钉"),
        ("设置 提醒 钉钉", "以后都发到钉钉"),
        ("设置 提醒发到钉钉", "以后都发到钉钉"),
        ("设置 消息都发到企微", "以后都发到企业微信"),
        ("设置发到 自动", "您最近用的那一边"),
        ("设置发到自动", "您最近用的那一边"),
        ("设置钉钉", "以后都发到钉钉"),
        ("发到钉钉", "以后都发到钉钉"),
        ("发到 企业微信", "以后都发到企业微信"),
        ("提醒发到钉钉", "以后都发到钉钉"),
        ("提醒发到 微信", "以后都发到企业微信"),
        ("把消息都发到钉钉。", "以后都发到钉钉"),
        ("设置 早报 关", "早报 提醒已关闭"),
        ("设置 关闭早报", "早报 提醒已关闭"),
        ("设置 早报 开", "早报 提醒已打开"),
        ("设置 审批待办 关", "审批待办 不能关"),
        ("设置 休息日 关", "休息日照常提醒"),
        ("设置 周末免打扰 开", "休息日免打扰"),
        ("设置 午休 关", "没有「午休」这一项"),
        ("设置 字体", "没有「字体」这一项"),
        ("设置 字体", "设置 发到 钉钉（或 企业微信、自动）"),
        ("帮助 设置", "企业微信和钉钉都用的，设置 发到 钉钉"),
    ],
)
def test_what_can_be_typed(company: Company, said: str, told: str) -> None:
    assert told in company.person("batu").say(said).text


def test_each_row_of_the_card_can_be_typed(company: Company) -> None:
    """On DingTalk only some of them have a button."""
    batu, manners = company.person("batu"), company.runtime.company.manners
    names = [NAMES[kind][0] for kind in switches(manners)]
    assert len(names) > 10
    for name in ("几件合成一张", "休息日免打扰", *names):
        said = [batu.say(f"设置 {name} {word}").text for word in ("关", "开")]
        assert not [each for each in said if "没有「" in each or "可以这样写" in each]


def test_who_has_two_accounts_sees_where_what_comes_comes(company: Company) -> None:
    batu = company.person("batu")
    batu.say("设置 发到 自动")
    card = batu.say("设置").card
    assert "消息发到 最近用的那一边；可改：设置 发到 钉钉" in card.whole
    batu.say("设置 发到 钉钉")
    assert "消息发到 钉钉；可改：设置 发到 自动" in batu.now(card).whole


def test_who_has_one_account_is_not_shown_what_he_cannot_choose(company: Company) -> None:
    batu = company.person("batu")
    other = Person.wecom_userid if batu.phone.channel == "dingtalk" else Person.dingtalk_userid
    with company.runtime.store.unit(request_id="test") as unit:
        unit.session.execute(update(Person).where(Person.id == batu.actor.id).values({other: None}))
    assert "发到" not in batu.say("设置").card.whole
    assert "发到" not in batu.say("设置 字体").text
    assert "您只有一个账号" in batu.say("设置 发到 钉钉").text


def test_his_own_hours_count(company: Company) -> None:
    batu = company.person("batu")
    batu.say("设置 免打扰 20:00-9:00")
    agree(company, 1, "晚上8点半")
    night(company, 20)
    company.clock.go(minutes=31)
    assert heard(company, batu).messages == ()
    company.clock.go(hours=12)  # 8:31
    assert heard(company, batu).messages == ()
    company.clock.go(minutes=35)
    assert heard(company, batu).card.title.startswith("该联系")


def test_days_off_of_his_own(company: Company) -> None:
    batu = company.person("batu")
    batu.say("设置 休息日免打扰 开")
    company.clock.go(days=4)  # Saturday
    transfer(company, 1)
    assert heard(company, batu).messages == ()
    company.clock.go(days=1, hours=22, minutes=55)  # Monday 8:55
    assert heard(company, batu).messages == ()
    company.clock.go(minutes=11)  # work has begun, and the minutes over which what waited is spread are over
    assert "已转移给您" in heard(company, batu).card.title


# 稍后提醒.


def due(company: Company, number: int = 1) -> tuple[int, Card]:
    lead = agree(company, number, "11点")
    company.clock.go(minutes=61)
    return lead, heard(company, company.person("batu")).card


def test_put_off_it_comes_again_as_a_fresh_card(company: Company) -> None:
    batu = company.person("batu")
    lead, card = due(company)
    batu.tap(card, "稍后提醒")
    asking = batu.now(card)
    assert asking.title == "什么时候再提醒？"
    assert asking.labels == ["1小时后", "3小时后", "明早", "返回"]
    assert "明天（周三）09:00" in asking.whole
    batu.tap(asking, "3小时后")
    assert batu.now(card).title == "今天 14:01 再提醒您"
    company.clock.go(hours=2, minutes=59)
    assert heard(company, batu).messages == ()
    company.clock.go(minutes=1)
    again = heard(company, batu).card
    assert again.title.startswith(f"该联系 L{lead}")
    assert again.message.id != card.message.id
    assert heard(company, batu).messages == ()


def test_what_is_done_by_then_does_not_come_again(company: Company) -> None:
    batu = company.person("batu")
    lead, card = due(company)
    batu.tap(card, "稍后提醒")
    batu.tap(batu.now(card), "1小时后")
    batu.say(f"跟进 L{lead} 打过了，后天下午3点再联系")
    company.clock.go(hours=1)
    assert heard(company, batu).messages == ()
    assert held(company) == []


def test_a_tap_twice_puts_it_off_once(company: Company) -> None:
    batu = company.person("batu")
    _, card = due(company)
    batu.tap(card, "稍后提醒")
    asking = batu.now(card)
    batu.tap(asking, "1小时后")
    batu.tap(asking, "1小时后")
    assert held(company) == ["snoozed"]


def test_he_may_think_better_of_it(company: Company) -> None:
    batu = company.person("batu")
    lead, card = due(company)
    batu.tap(card, "稍后提醒")
    batu.tap(batu.now(card), "返回")
    assert batu.now(card).title.startswith(f"该联系 L{lead}")
    batu.tap(batu.now(card), "稍后提醒")
    batu.tap(batu.now(card), "明早")
    assert batu.now(card).title == "明天（周三）09:00 再提醒您"
    batu.tap(batu.now(card), "现在看")
    assert batu.now(card).title.startswith(f"该联系 L{lead}")
    assert held(company) == []
    company.clock.go(days=1)
    assert heard(company, batu).messages == ()


def test_a_card_put_off_shows_nothing_of_a_lead_that_went_elsewhere(company: Company) -> None:
    batu, lina = company.person("batu"), company.person("lina")
    lead, card = due(company)
    batu.tap(card, "稍后提醒")
    batu.tap(batu.now(card), "3小时后")
    lina.say(f"转移 L{lead} 张三")
    company.settle()
    assert "客户1" not in batu.now(card).whole
    company.clock.go(hours=4)
    assert heard(company, batu).messages == ()


def test_what_he_asked_for_comes_by_night(company: Company) -> None:
    batu = company.person("batu")
    lead = agree(company, 1, "晚上9点")
    night(company, 21)
    company.clock.go(minutes=1)
    card = heard(company, batu).card
    batu.tap(card, "稍后提醒")
    batu.tap(batu.now(card), "3小时后")
    company.clock.go(hours=3)  # 0:01
    assert heard(company, batu).card.title.startswith(f"该联系 L{lead}")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("稍后提醒 L{lead} 3小时", "今天 14:01 再提醒您"),
        ("稍后提醒 明早 L{lead}", "明天（周三）09:00 再提醒您"),
        ("稍后提醒 半小时", "今天 11:31 再提醒您"),
        ("稍后提醒 1小时后", "今天 12:01 再提醒您"),
        ("稍后提醒 L{lead}", "请写什么时候"),
        ("稍后提醒", "请写上编号和时间"),
        ("稍后提醒 L{lead} 100小时", "请写什么时候"),
        ("稍后提醒 L99999 1小时", "L99999"),
        ("稍后提醒 T99 1小时", "已经办好，或者不归您"),
    ],
)
def test_put_off_by_words(company: Company, said: str, told: str) -> None:
    batu = company.person("batu")
    lead, _ = due(company)
    assert told in batu.say(said.format(lead=lead)).text
    if "再提醒您" in told:
        company.clock.go(hours=24)
        assert heard(company, batu).card.title.startswith(f"该联系 L{lead}")


@pytest.mark.parametrize("hours", [1, 3, 5])
def test_what_is_put_off_twice_comes_once_at_the_time_said_last(company: Company, hours: int) -> None:
    batu = company.person("batu")
    lead, _ = due(company)
    for said in (3, hours):
        batu.say(f"稍后提醒 L{lead} {said}小时")
    came = []
    for hour in range(1, 8):
        company.clock.go(hours=1)
        titles = [card.title for card in heard(company, batu).cards]
        came += [hour for title in titles if title.startswith(f"该联系 L{lead}")]
    assert came == [hours]


def test_without_a_number_something_must_have_come(company: Company) -> None:
    assert "请写上编号和时间" in company.person("batu").say("稍后提醒 1小时").text


@pytest.mark.parametrize("decided", [True, False])
def test_an_approver_puts_off_a_task_until_he_has_decided(company: Company, decided: bool) -> None:
    hand_in(company)
    chaolu, agula = company.person("chaolu"), company.person("agula")
    (task,) = open_tasks(company, "chaolu")
    card = agula.after(lambda: chaolu.say(f"委派 T{task} 阿古拉")).card
    (asked,) = open_tasks(company, "agula")
    agula.tap(card, "稍后提醒")
    agula.tap(agula.now(card), "3小时后")
    assert agula.now(card).title == "今天 13:00 再提醒您"
    if decided:
        agula.say(f"同意 T{asked} 可以")
    company.clock.go(hours=3)
    titles = [card.title for card in heard(company, agula).cards if card.title.startswith(f"T{asked}")]
    assert titles == ([] if decided else [f"T{asked} 初审 请您给意见"])
    assert held(company) == []


# What the platform drops.


@PARTS
def test_what_was_dropped_is_still_on_his_lists(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform says that it took a card and shows it to nobody: the thing itself is where he looks."""
    batu = company.person("batu")
    lead = agree(company, 1, "11点")
    company.clock.go(minutes=61)
    monkeypatch.setattr(company.platform.pace, "allow", lambda *_: False)
    assert heard(company, batu).messages == ()
    monkeypatch.undo()
    assert heard(company, batu).messages == (), "for us it was sent"
    assert f"L{lead}" in batu.say("我的客户").card.whole
    assert "待联系" in batu.say("早报").card.whole


def test_what_two_put_off_into_the_night_comes_when_it_was_said(company: Company) -> None:
    """Each by itself: on a card of several they would wait for the morning."""
    first, second = agree(company, 1, "明天9点"), agree(company, 2, "明天9点")
    night(company)
    batu = company.person("batu")
    for lead in (first, second):
        assert "23:30" in batu.say(f"稍后提醒 L{lead} 30分钟").text
    company.clock.go(minutes=31)
    came = heard(company, batu).cards
    assert len(came) == 2
