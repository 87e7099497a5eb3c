"""A card that can never be sent: whoever waits for it hears of it, once."""

from collections.abc import Callable
from typing import Any

import pytest
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import select

from bot.sandbox.faults import Fault
from cards.channel import Permanent, Retry
from core.leads.service import transfer_lead
from core.store import outbox_watch, post
from core.store.issued import Face
from core.store.outbox import Kind, OutboxRow
from jobs.relay import MOST_ATTEMPTS

REFUSED = Permanent("errcode 40058: the content is refused")
UNREACHABLE = Permanent("errcode 81013", unreachable=True)


def rows(company: Company) -> list[tuple[str, str]]:
    """The outbox, oldest first."""
    with company.runtime.store.read() as session:
        return [(row.kind, row.state) for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]


@pytest.fixture
def answers(company: Company, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The platform answers this to every card, or to every text."""

    def order(what: object, to: str = "send_card") -> None:
        def answer(*_: Any, **__: Any) -> object:
            return what

        monkeypatch.setattr(company.runtime.channels["wecom"], to, answer)

    return order


def test_a_refused_card_is_told_of(company: Company, answers: Callable[..., None]) -> None:
    """Was: silence."""
    answers(REFUSED)
    heard = company.person("batu").say("公海")
    with company.runtime.store.read() as session:
        request = session.scalars(select(OutboxRow.request_id)).first()
    assert heard.text == (
        f"有一张卡片没能发给您。请重新发送命令查看，如 公海、我的客户；如果还是收不到，请把编号 {request} 告诉管理员。"
    )
    assert rows(company) == [(Kind.SHOW, "dead"), (Kind.SAY, "sent")]
    assert_kept(company.runtime.store, company.platform.journal)


def test_attempts_used_up_are_told_of(company: Company, answers: Callable[..., None]) -> None:
    answers(Retry(0, "errcode 99999"))
    batu = company.person("batu")
    before = company.so_far
    batu.say("公海")
    for _ in range(MOST_ATTEMPTS):
        company.clock.go(hours=9)
        company.settle()
    assert rows(company)[0] == (Kind.SHOW, "dead")
    assert len(batu.heard_since(before).texts) == 1


def test_one_sentence_for_several_cards_and_none_for_a_card_that_dies_again(
    company: Company, answers: Callable[..., None]
) -> None:
    answers(REFUSED)
    batu, store = company.person("batu"), company.runtime.store
    with store.unit(request_id="test") as unit:
        for _ in range(4):
            post.show(unit, "wecom", batu.actor.id, Face("of_tomorrow", {}))
    before = company.so_far
    company.settle()
    assert len(batu.heard_since(before).texts) == 1
    with store.database.write() as session:
        assert outbox_watch.retry(session, 1, now=company.clock()) == 1
    company.settle()
    assert len(batu.heard_since(before).texts) == 1
    assert [kind for kind, _ in rows(company)].count(Kind.SAY) == 1


def test_a_card_that_was_given_up_and_is_sent_again_is_put_right_all_the_same(
    company: Company, answers: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was said in its stead and the change are two messages of one row."""
    lead, batu, store = company.lead(by="batu"), company.person("batu"), company.runtime.store
    answers(REFUSED)
    batu.say(f"客户 L{lead}")
    monkeypatch.undo()
    giver, taker = company.person("wuyun").actor, company.person("lina").actor

    def hand_over(_: object) -> None:
        with store.unit(request_id="between") as unit:
            transfer_lead(unit, giver, lead, taker, company.runtime.company.pools)

    company.platform.faults.order(api="message/send", fault=Fault.CALLBACK_FIRST, act=hand_over)
    with store.database.write() as session:
        assert outbox_watch.retry(session, 1, now=company.clock()) == 1
    company.settle()
    assert (Kind.CHANGE, "sent") in rows(company)
    assert not any("13947100001" in card.whole for card in batu.heard_since().cards)


def test_nothing_is_said_to_who_cannot_be_reached_nor_in_a_texts_stead(
    company: Company, answers: Callable[..., None]
) -> None:
    answers(UNREACHABLE)
    company.person("batu").say("公海")
    answers(REFUSED, "send_text")
    with company.runtime.store.unit(request_id="test") as unit:
        post.say(unit, "wecom", company.person("lina").actor.id, "一")
    company.settle()
    assert rows(company) == [(Kind.SHOW, "dead"), (Kind.SAY, "dead")]
