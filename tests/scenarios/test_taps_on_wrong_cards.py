"""Tapping a card that is old, somebody else's, or of before a change. (Forged keys: tests/security.)"""

from kit.company import Card, Company
from kit.phones import CHANGES, TICKS
from sqlalchemy import func, select, update

from bot.sandbox.events import tap_fields
from core.store.audit import AuditRow
from core.store.issued import IssuedCard


def test_a_card_of_before_a_change_is_brought_up_to_date(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    card = batu.say("L1").card
    batu.say("跟进 L1 明天10点")  # the card is refreshed; its old buttons are out of date
    company.clock.go(minutes=1)
    shown = batu.now(card)
    assert shown.rows["下次联系"] == "明天（周三）10:00"
    assert batu.tap(shown, "写跟进").card.title.startswith("写跟进 L1")


def test_a_key_that_is_a_month_old_is_answered_with_the_card_of_now(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    card = batu.say("L1").card
    company.clock.go(days=40)
    heard = batu.tap(card, "写跟进")
    assert heard.text == "这张卡片已过期，已为您刷新为最新状态。"
    assert any(card.title == "L1 刘志强" and "已40天" in card.whole for card in heard.cards)


@TICKS
def test_a_foreign_card_is_refused_and_changes_nothing(company: Company) -> None:
    company.lead()
    card: Card = company.person("batu").say("公海").card
    fields = tap_fields(card.message, card.key("领取"), {"leads": ["L1"]}, "a-code-of-nobody")
    zhangsan = company.person("zhangsan")
    heard = zhangsan.after(lambda: company.platform.emit("zhangsan", "event", fields))
    assert heard.text == "这张卡片是发给别人的，您不能操作。回复 帮助 看您能做的事。"
    assert heard.cards == []
    assert company.owner(1) is None
    assert company.person("batu").now(card).labels == ["领取"]


def test_two_taps_on_write_a_follow_up_ask_for_one(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    card = batu.say("L1").card
    for _ in range(3):
        batu.tap(card, "写跟进")
        company.clock.go(minutes=2)
    assert batu.say("意向强").text.startswith("已记录 L1 的跟进")
    assert "没看懂" in batu.say("意向强").text


def tap_twice(company: Company, card: Card, label: str, ticked: list[str]) -> list[str]:
    """A finger that taps twice, a second apart, on the picture that hung at first; the texts that came back."""
    before = company.so_far
    selected = {card.payload["checkbox"]["question_key"]: ticked} if ticked else {}
    fields = [tap_fields(card.message, card.key(label), selected, f"code{number}") for number in range(2)]
    company.platform.emit("batu", "event", fields[0])
    company.clock.go(seconds=1)
    company.platform.emit("batu", "event", fields[1])
    company.settle()
    return company.person("batu").heard_since(before).texts


@TICKS
def test_a_double_tap_over_a_second_boundary_succeeds_twice(company: Company) -> None:
    """Was: beside 「已领取 L1」 he read 「这张卡片已过期，已为您刷新」."""
    lead = company.lead()
    batu = company.person("batu")
    card = batu.say("公海").card
    assert tap_twice(company, card, "领取", card.options) == []
    assert any(f"已领取 L{lead}" in each.title for each in batu.heard_since().cards)
    assert company.owner(lead) == batu.actor.id
    with company.runtime.store.read() as session:
        claims = session.scalar(select(func.count()).where(AuditRow.action == "lead:claim"))
    assert claims == 1


@CHANGES
def test_another_choice_on_the_same_old_picture_is_another_tap(company: Company) -> None:
    first, second = company.lead(), company.lead("王小明", "13947100002")
    batu = company.person("batu")
    card = batu.say("公海").card
    tap_twice(company, card, "领取", [card.options[0]])
    selected = {card.payload["checkbox"]["question_key"]: [card.options[1]]}
    batu.after(
        lambda: company.platform.emit("batu", "event", tap_fields(card.message, card.key("领取"), selected, "code9"))
    )
    company.settle()
    assert "这张卡片已过期" in batu.heard_since().text
    assert {company.owner(first), company.owner(second)} == {batu.actor.id, None}


def test_a_card_that_was_drawn_anew_very_often_stops_nothing(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    with company.runtime.store.database.write() as session:
        session.execute(update(IssuedCard).values(revision=32_767))
    assert "已转给 张三" in company.person("lina").say(f"转移 L{lead} 张三").text
    assert "转给 张*" in batu.now(card).whole
