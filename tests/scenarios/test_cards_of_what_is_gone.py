"""A lead is handed on: no card of its old owner goes on as if it were his, however it was used before."""

import pytest
from kit.company import Card, Colleague, Company
from kit.phones import CHANGES

PHONE, SECOND = "13947100001", "13947100002"


def cards(person: Colleague) -> list[Card]:
    """The cards in this person's chat as they look now, the oldest first."""
    chat = person.phone.chat()
    return [Card(message) for message in chat if message.from_bot and message.card]


@pytest.fixture
def batu(company: Company) -> Colleague:
    """Batu, with a card of his lead L1 on which he has written a follow-up already."""
    company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    card = batu.say("客户 L1").card
    company.clock.go(minutes=1)  # the card that asks is the newer one
    batu.tap(card, "写跟进")
    batu.say("意向强，明天10点面谈")
    company.clock.go(minutes=1)
    assert "意向强" in cards(batu)[0].whole, "the code of the tap changes the card when the follow-up is written"
    return batu


@CHANGES
@pytest.mark.parametrize("way", ["tapped", "typed"])
def test_a_used_card_says_what_is_so_after_a_release(batu: Colleague, way: str) -> None:
    if way == "tapped":
        batu.tap(cards(batu)[0], "释放")
        batu.say("联系不上")
    else:
        batu.say("释放 L1 联系不上")
    newest = cards(batu)[-1]
    assert "在呼和浩特池，可领取" in newest.whole
    assert PHONE not in newest.whole
    assert newest.labels == ["领取"]


def test_all_cards_that_can_change_are_closed(company: Company, batu: Colleague) -> None:
    for _ in range(3):
        batu.say("客户 L1")
    batu.say("释放 L1 联系不上")
    assert [PHONE in card.whole for card in cards(batu)] == [False] * 5


@CHANGES
def test_a_fresh_card_comes_where_the_old_one_cannot_be_changed(company: Company, batu: Colleague) -> None:
    """After 72 hours the platform changes nothing any more."""
    company.clock.go(hours=80)
    heard = batu.say("释放 L1 联系不上")
    assert heard.text == "L1 已释放到呼和浩特池。"
    assert "可领取" in heard.card.whole
    stale = batu.tap(cards(batu)[0], "写跟进")
    assert "公海" in stale.text or "过期" in stale.text


@CHANGES
def test_who_loses_it_by_another_hand_gets_one_notice_and_no_second_card(company: Company, batu: Colleague) -> None:
    company.clock.go(hours=80)
    before = company.so_far
    company.person("wuyun").say("转移 L1 李娜")
    heard = batu.heard_since(before)
    assert len(heard.cards) == 1
    assert PHONE not in heard.card.whole


def test_the_card_of_a_claim_drops_what_was_handed_back(company: Company) -> None:
    for phone in (PHONE, SECOND):
        company.lead(phone=phone)
    batu = company.person("batu")
    claimed = batu.say("领取 L1 L2").card
    batu.say("跟进 L1 意向强")
    batu.say("释放 L1 联系不上")
    now = batu.now(claimed)
    assert (PHONE in now.whole, SECOND in now.whole) == (False, True)
    assert "L1 已不在您名下" in now.whole
    batu.say("释放 L2 联系不上")
    newest = cards(batu)[-1]
    assert SECOND not in newest.whole
    assert newest.title != "这次没有领到"


def test_a_claimed_lead_that_was_handed_back_is_shown_as_it_is(company: Company) -> None:
    company.lead(phone=PHONE)
    batu = company.person("batu")
    claimed = batu.say("领取 L1").card
    batu.say("释放 L1 联系不上")
    assert "在呼和浩特池，可领取" in batu.now(claimed).whole, "it is within what he may see"
