"""Tapping a card that is old, somebody else's, or of before a change. (Forged keys: tests/security.)"""

from kit.company import Card, Company

from bot.sandbox.events import tap_fields


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
