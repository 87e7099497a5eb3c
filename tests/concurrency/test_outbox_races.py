"""Several relays over one outbox: each person gets everything once, in the order it was written."""

from collections.abc import Iterator

import pytest
from kit.barriers import at_once
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import select

from bot.runtime import build
from bot.sandbox.faults import Fault
from cards import texts
from core.store import outbox_lease, post
from core.store.outbox import OutboxRow, OutboxState
from jobs.relay import WORK_SECONDS, Relay

TARGETS = ("batu", "lina", "zhangsan", "naren", "sunli", "surina")
EACH = 8


@pytest.fixture
def relays(company: Company) -> Iterator[list[Relay]]:
    """Three relays as three processes have them."""
    runtimes = [build(company.runtime.settings, clock=company.clock) for _ in range(3)]
    yield [runtime.relay for runtime in runtimes]
    for runtime in runtimes:
        runtime.store.database.dispose()


def test_three_relays_keep_the_order_and_double_nothing(company: Company, relays: list[Relay]) -> None:
    store = company.runtime.store
    ids = {userid: company.person(userid).actor.id for userid in TARGETS}
    for number in range(EACH):
        with store.unit(request_id="test", origin=f"test:{number}") as unit:
            for userid in TARGETS:
                post.say(unit, "wecom", ids[userid], f"第{number}条")
    at_once([lambda relay=relay: relay.drain() for relay in relays])
    company.settle()
    for userid in TARGETS:
        assert company.person(userid).heard_since().texts == [f"第{number}条" for number in range(EACH)]
    assert_kept(store, company.platform.journal)


def test_a_target_that_cannot_be_reached_holds_back_nobody_else(company: Company, relays: list[Relay]) -> None:
    """A throttled send waits with everything behind it for the same person, and with nothing else (fault 45)."""
    store, platform = company.runtime.store, company.platform
    batu, lina = company.person("batu").actor, company.person("lina").actor
    with store.unit(request_id="test") as unit:
        post.say(unit, "wecom", batu.id, "一")
    platform.faults.order(api="message/send", fault=Fault.ERRCODE, errcode=45033)
    relays[0].drain()
    with store.unit(request_id="test", origin="later") as unit:
        post.say(unit, "wecom", batu.id, "二")
        post.say(unit, "wecom", lina.id, "三")
    at_once([lambda relay=relay: relay.drain() for relay in relays])
    assert company.person("lina").heard_since().texts == ["三"]
    assert company.person("batu").heard_since().texts == []
    company.clock.go(minutes=1)
    company.settle()
    assert company.person("batu").heard_since().texts == ["一", "二"]
    assert_kept(store, platform.journal)


def test_a_card_that_was_changed_by_a_relay_that_died_is_not_sent_anew(company: Company) -> None:
    """The one-time code is used, the mark is missing: the next relay must not take the used code for an expired one and
    send a second card (fault 29 for a change)."""
    lead = company.lead()
    store, batu = company.runtime.store, company.person("batu")
    card = batu.say("公海").card
    company.platform.tap(
        "batu", card.message.id, card.key("领取"), {card.payload["checkbox"]["question_key"]: [f"L{lead}"]}
    )

    runtime = build(company.runtime.settings, clock=company.clock)
    dying = runtime.relay
    dying._mark = lambda *_: None  # type: ignore[method-assign]  # as a SIGKILL between sending and marking leaves it
    dying.drain(most=1)
    runtime.store.database.dispose()
    assert batu.now(card).title == f"已领取 L{lead}"

    company.clock.go(seconds=WORK_SECONDS + 1)
    company.settle()
    assert [each.title for each in batu.heard_since().cards] == [f"已领取 L{lead}"]
    with store.read() as session:
        states = session.scalars(select(OutboxRow.state)).all()
    assert set(states) == {OutboxState.SENT}
    assert_kept(store, company.platform.journal)


def test_a_card_whose_code_was_never_used_is_sent_anew_after_a_harmless_refusal(company: Company) -> None:
    """The other side of it: the platform refused (carried out nothing), and then the code is too old: a fresh card."""
    lead = company.lead()
    batu = company.person("batu")
    card = batu.say("公海").card
    company.platform.faults.order(api="message/update_template_card", fault=Fault.ERRCODE, errcode=-1)
    batu.tap(card, "领取", ticked=[f"L{lead}"])
    company.clock.go(hours=73)
    company.settle()
    assert [each.title for each in batu.heard_since().cards][-1] == f"已领取 L{lead}"
    assert company.owner(lead) == batu.actor.id
    assert_kept(company.runtime.store, company.platform.journal)


def test_a_lease_that_ran_out_means_that_the_outcome_is_unknown(company: Company) -> None:
    store, batu = company.runtime.store, company.person("batu").actor
    with store.unit(request_id="test") as unit:
        post.say(unit, "wecom", batu.id, texts.to_come("佣金"))
    with store.database.write() as session:
        (first,) = outbox_lease.lease(session, "one", now=store.clock(), seconds=30, limit=5)
    company.clock.go(seconds=31)
    with store.database.write() as session:
        (again,) = outbox_lease.lease(session, "two", now=store.clock(), seconds=30, limit=5)
    assert (first.maybe_sent, again.maybe_sent) == (False, True)
    with store.database.write() as session:
        assert not outbox_lease.close(session, first.id, "one", OutboxState.SENT, now=store.clock())
        assert outbox_lease.close(session, again.id, "two", OutboxState.SENT, now=store.clock())
