"""Who has left reads nothing of a customer on the cards that hang in his chat, by whichever way he left."""

import pytest
from kit.company import Company
from kit.invariants import assert_kept
from kit.office import follow_up
from kit.phones import ONE_ACCOUNT
from sqlalchemy import select

from core.people.service import leave
from core.store.outbox import Kind, OutboxRow, OutboxState

PHONE = "13947100001"
LEFT = "您已不能使用驼铃"


def hand_over(company: Company) -> None:
    lina = company.person("lina")
    lina.tap(lina.say("离职交接 张三 娜仁·其其格").card, "确认交接")


def mark(company: Company) -> None:
    with company.runtime.store.unit(request_id="test") as unit:
        leave(unit, "zhangsan")
    company.settle()


@pytest.mark.parametrize("way", [hand_over, mark])
def test_every_card_of_his_is_withdrawn_at_once(company: Company, way: object) -> None:
    """Was: 「由您跟进…13947100001」 and the names of 我的客户 stayed for good."""
    lead, zhang = company.lead(by="zhangsan", phone=PHONE), company.person("zhangsan")
    whole, own, phone = (zhang.say(said).card for said in (f"客户 L{lead}", "我的客户", f"电话 L{lead}"))
    assert PHONE in whole.whole
    assert "刘志强" in own.whole
    way(company)  # type: ignore[operator]
    for card in (whole, own, phone):
        now = zhang.now(card)
        assert now.title == LEFT
        assert PHONE not in now.whole
        assert "刘志强" not in now.whole
        assert now.labels == ["已停用"]
    while company.runtime.handing_over.round():
        pass
    company.settle()
    assert zhang.now(whole).title == LEFT
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_a_card_on_its_way_is_withdrawn_when_it_has_come(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    lead, zhang = company.lead(by="zhangsan", phone=PHONE), company.person("zhangsan")
    before = company.so_far
    company.person("zhangsan").phone.say(f"客户 L{lead}")
    sending = type(company.runtime.relay)._show

    def leaves_meanwhile(*given: object, **more: object) -> object:
        monkeypatch.undo()
        with company.runtime.store.unit(request_id="test") as unit:
            leave(unit, "zhangsan")
        return sending(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(type(company.runtime.relay), "_show", leaves_meanwhile)
    company.settle()
    company.settle()
    (card,) = zhang.heard_since(before).cards
    assert card.title == LEFT


def test_what_comes_for_him_is_not_sent_and_colleagues_keep_their_cards(company: Company) -> None:
    lead, lina = company.lead(by="zhangsan", phone=PHONE), company.person("lina")
    zhang, hers = company.person("zhangsan"), lina.say(f"客户 L{lead}").card
    before = company.so_far
    mark(company)
    lina.say(f"转移 L{lead} 娜仁·其其格")
    assert zhang.heard_since(before).messages == ()
    assert lina.now(hers).title != LEFT


@ONE_ACCOUNT
def test_an_account_that_is_gone_is_left_alone(company: Company) -> None:
    """The platform would refuse it, and nobody reads there any more."""
    company.lead(by="zhangsan", phone=PHONE)
    company.person("zhangsan").say("我的客户")
    company.platform.office.dismiss("zhangsan")
    follow_up(company)
    with company.runtime.store.read() as session:
        changes = select(OutboxRow.state, OutboxRow.fault).where(OutboxRow.kind == Kind.CHANGE)
        assert [tuple(row) for row in session.execute(changes)] == [(OutboxState.SUPERSEDED, "unreachable")]
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_back_again_he_gets_new_cards(company: Company) -> None:
    lead, zhang = company.lead(by="zhangsan", phone=PHONE), company.person("zhangsan")
    lina = company.person("lina")
    order = lina.say("离职交接 张三 娜仁·其其格").card
    lina.tap(order, "确认交接")
    while company.runtime.handing_over.round():
        pass
    company.settle()
    lina.tap(lina.now(order), "撤销")
    lina.tap(lina.now(order), "退回并复职")
    while company.runtime.handing_over.round():
        pass
    company.settle()
    assert PHONE in zhang.say(f"客户 L{lead}").card.whole
