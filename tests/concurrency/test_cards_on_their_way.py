"""A lead changes hands while a card about it is being sent: what hangs afterwards is true, and shows no number to whom
it no longer belongs to."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from kit.barriers import until
from kit.company import Card, Colleague, Company
from kit.invariants import assert_kept
from sqlalchemy import select, text, update

from bot.sandbox.chats import Message
from bot.sandbox.faults import Fault
from cards import texts
from core.leads.service import release_lead, transfer_lead
from core.store import issued, post
from core.store.issued import Face
from core.store.outbox import Kind, OutboxRow, OutboxState
from core.store.unit import Store, Unit
from jobs.screens import lead_face

SEND, UPDATE = "message/send", "message/update_template_card"
PHONE = "13947100001"

Meanwhile = Callable[[], object]
_deeds = itertools.count()


def rows(company: Company) -> list[tuple[str, str]]:
    """The outbox, oldest first."""
    with company.runtime.store.read() as session:
        return [(row.kind, row.state) for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]


def code_of(company: Company, card: Card) -> bool:
    """Whether a code is kept with which the card can be changed."""
    with company.runtime.store.read() as session:
        return issued.can_change(session, card.message.task_id.removeprefix("t-"), company.clock())


def hand_over(company: Company, lead: int, to: str = "lina", by: str = "wuyun") -> None:
    """`by` (the administrator, if nobody is named) gives the lead to `to`."""
    giver, taker = company.person(by).actor, company.person(to).actor
    with company.runtime.store.unit(request_id="between", origin=f"test:{next(_deeds)}") as unit:
        transfer_lead(unit, giver, lead, taker, company.runtime.company.pools)


def let_go(company: Company, lead: int, by: str) -> None:
    """The owner gives the lead back himself."""
    with company.runtime.store.unit(request_id="between", origin=f"test:{next(_deeds)}") as unit:
        release_lead(unit, company.person(by).actor, lead, "号码空号", company.runtime.company.pools)


def meanwhile(company: Company, deed: Meanwhile, api: str = SEND) -> None:
    """`deed` is done while the platform holds the next request: carried out, and not answered yet."""

    def act(_: tuple[Message, ...]) -> None:
        deed()

    company.platform.faults.order(api=api, fault=Fault.CALLBACK_FIRST, act=act)


def cards_with_the_number(person: Colleague) -> list[Card]:
    """The cards in his chat, as they hang now, on which the whole number stands."""
    return [card for card in person.heard_since().cards if PHONE in card.whole]


@pytest.mark.parametrize("how", ["by another hand", "given back by himself"])
def test_a_card_on_its_way_does_not_keep_the_number_for_the_old_owner(company: Company, how: str) -> None:
    """Was: it kept it until somebody tapped it."""
    lead, batu = company.lead(by="batu"), company.person("batu")
    deeds: dict[str, Meanwhile] = {
        "by another hand": lambda: hand_over(company, lead),
        "given back by himself": lambda: let_go(company, lead, "batu"),
    }
    meanwhile(company, deeds[how])
    batu.say(f"客户 L{lead}")
    assert company.owner(lead) != batu.actor.id
    assert batu.heard_since().cards, "he was sent something"
    assert cards_with_the_number(batu) == []
    assert (Kind.CHANGE, OutboxState.SENT) in rows(company)
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.parametrize("news", ["received", "came again"])
def test_news_on_its_way_that_is_no_news_any_more(company: Company, news: str) -> None:
    """Its notice hangs by then: it becomes the lead's card, as every notice that hangs does."""
    lead, batu = company.lead(by="zhangsan" if news == "received" else "batu"), company.person("batu")
    meanwhile(company, lambda: hand_over(company, lead))
    if news == "received":
        hand_over(company, lead, to="batu")
    else:
        company.lead(by="wuyun", channel="转介绍")
    company.settle()
    shown = batu.heard_since().cards
    assert shown
    assert cards_with_the_number(batu) == []
    assert not any("给您" in card.title or "再次来访" in card.title for card in shown)
    assert_kept(company.runtime.store, company.platform.journal)


def test_news_that_was_not_sent_yet_stays_news_and_is_not_sent(company: Company) -> None:
    lead, batu = company.lead(by="zhangsan"), company.person("batu")
    hand_over(company, lead, to="batu")
    hand_over(company, lead)
    company.settle()
    assert [card.title for card in batu.heard_since().cards] == [f"L{lead} 已从您名下转移"]
    assert_kept(company.runtime.store, company.platform.journal)


def test_a_change_on_its_way_is_put_right_with_the_other_code(company: Company) -> None:
    """The code of the tap is spent on the change that the hand-over overtook; that of sending is there still."""
    lead, batu = company.lead(), company.person("batu")
    card = batu.say("公海").card
    meanwhile(company, lambda: hand_over(company, lead, by="wuyun"), api=UPDATE)
    batu.tap(card, "领取", ticked=[f"L{lead}"])
    assert company.owner(lead) == company.person("lina").actor.id
    assert PHONE not in batu.now(card).whole
    assert cards_with_the_number(batu) == []
    assert [kind for kind, _ in rows(company)].count(Kind.CHANGE) == 2, "no third one for the same"
    assert_kept(company.runtime.store, company.platform.journal)


def test_a_change_on_its_way_without_another_code_is_told_of_and_true_after_a_tap(company: Company) -> None:
    """It cannot be changed where it hangs; its old owner is told, and a tap on it brings the truth."""
    lead, batu = company.lead(by="batu"), company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    meanwhile(company, lambda: hand_over(company, lead), api=UPDATE)
    with company.runtime.store.unit(request_id="test") as unit:
        post.refresh_newest(unit, f"lead:{lead}", lead_face(lead).screen)
    company.settle()
    assert not code_of(company, card)
    assert PHONE in batu.now(card).whole, "WeCom has no way to take it back"
    told = [each for each in batu.heard_since().cards if each.message.id != card.message.id]
    assert [each.title for each in told] == [f"L{lead} 已从您名下转移"]
    heard = batu.tap(card, "写跟进")
    assert heard.text == texts.STALE_CARD
    assert PHONE not in batu.now(card).whole
    assert_kept(company.runtime.store, company.platform.journal)


def test_what_does_not_move_meanwhile_is_sent_once(company: Company) -> None:
    """Also if something else about the person happens, or the lead of another."""
    lead, other = company.lead(by="batu"), company.lead(phone="13947100002", by="zhangsan")
    meanwhile(company, lambda: hand_over(company, other))
    batu = company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    assert PHONE in card.whole
    with company.runtime.store.read() as session:
        mine = select(OutboxRow.kind).where(OutboxRow.person_id == batu.actor.id)
        assert session.scalars(mine).all() == [Kind.SHOW]


def test_a_tap_on_a_card_on_its_way_changes_it_once(company: Company) -> None:
    """The tap's own change waits already: what comes with the sending's answer adds none."""
    lead, batu = company.lead(), company.person("batu")

    def tap(messages: tuple[Message, ...]) -> None:
        (message,) = messages
        assert message.card is not None
        checkbox, key = message.card["checkbox"]["question_key"], message.card["submit_button"]["key"]
        company.platform.tap("batu", message.id, key, {checkbox: [f"L{lead}"]})

    company.platform.faults.order(api=SEND, fault=Fault.CALLBACK_FIRST, act=tap)
    batu.say("公海")
    assert rows(company) == [(Kind.SHOW, OutboxState.SENT), (Kind.CHANGE, OutboxState.SENT)]
    assert len(batu.heard_since().cards) == 1


def test_a_card_whose_code_is_refused_is_changed_with_the_next(company: Company) -> None:
    """WeCom gives a code with the sending and one with each tap. Was: the first that was refused, and a fresh card came
    although the other would have done."""
    lead, batu = company.lead(by="batu"), company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    batu.tap(card, "进件")  # is answered by a text
    company.platform.faults.order(api=UPDATE, fault=Fault.ERRCODE, errcode=60140)
    before = company.so_far
    hand_over(company, lead)
    company.settle()
    changed = [each for each in batu.heard_since(before).cards if each.message.id == card.message.id]
    assert len(changed) == 1
    assert PHONE not in batu.now(card).whole
    assert (Kind.CHANGE, OutboxState.SUPERSEDED) not in rows(company)
    assert [entry.errcode for entry in company.platform.journal.calls(UPDATE)] == [60140, 0]
    assert_kept(company.runtime.store, company.platform.journal)


def test_only_when_every_code_is_refused_a_fresh_card_comes(company: Company) -> None:
    lead, batu = company.lead(), company.person("batu")
    card = batu.say("公海").card
    company.platform.faults.order(api=UPDATE, fault=Fault.ERRCODE, errcode=60140, times=2)
    heard = batu.tap(card, "领取", ticked=[f"L{lead}"])
    assert heard.card.message.id != card.message.id
    assert len(company.platform.journal.calls(UPDATE)) == 2
    assert (Kind.CHANGE, OutboxState.SUPERSEDED) in rows(company)
    assert_kept(company.runtime.store, company.platform.journal)


@pytest.mark.parametrize("refused", [1, 2])
def test_after_a_lost_answer_the_other_code_makes_sure(company: Company, refused: int) -> None:
    """An earlier attempt may have used the code, with an older picture: another code shows the state of now; without
    one it counts as changed, and no second card comes."""
    lead, batu = company.lead(), company.person("batu")
    card = batu.say("公海").card
    company.platform.faults.order(api=UPDATE, fault=Fault.ACCEPT_THEN_DROP)
    batu.tap(card, "领取", ticked=[f"L{lead}"])
    company.platform.faults.order(api=UPDATE, fault=Fault.ERRCODE, errcode=60140, times=refused)
    company.clock.go(seconds=10)
    company.settle()
    assert [each.title for each in batu.heard_since().cards] == [f"已领取 L{lead}"]
    assert {state for _, state in rows(company)} == {OutboxState.SENT}
    assert_kept(company.runtime.store, company.platform.journal)


def is_waiting(store: Store) -> bool:
    """Whether a transaction waits for another one's lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with store.read() as session:
        return bool(session.scalar(text(waiting)))


@pytest.mark.parametrize("first", ["the sending is marked", "the lead changes hands"])
def test_of_a_marking_and_a_hand_over_at_one_instant_one_meets_the_other(store: Store, first: str) -> None:
    """Each has looked before the other commits: whoever comes second waits, and changes the card."""
    if store.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: nothing can come between")
    with store.unit(request_id="show") as unit:
        card = post.show(unit, "wecom", 7, Face("lead", {"lead": 1}, ("lead:1",)))

    def mark(unit: Unit) -> None:
        unit.session.execute(update(OutboxRow).where(OutboxRow.kind == Kind.SHOW).values(state=OutboxState.SENT))
        post.keep_code(unit, card, "the code", 3600)
        post.hangs(unit, card, 1, lambda face: face)

    def change_hands(unit: Unit) -> None:
        post.refresh_all(unit, "lead:1")

    deeds = [mark, change_hands] if first == "the sending is marked" else [change_hands, mark]

    def second() -> None:
        with store.unit(request_id="second") as unit:
            deeds[1](unit)

    with ThreadPoolExecutor(1) as pool:
        with store.unit(request_id="first") as unit:
            deeds[0](unit)
            other = pool.submit(second)
            until(lambda: is_waiting(store), "the second to wait")
        other.result(timeout=10)
    with store.read() as session:
        kinds = session.scalars(select(OutboxRow.kind).where(OutboxRow.state == OutboxState.PENDING)).all()
    assert kinds == [Kind.CHANGE]
