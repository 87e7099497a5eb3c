"""SIGKILL at every step of a tap's way: the effect is there once, the person hears once, whatever the platform repeats.

Each cell is repeated; `TUOLING_CHAOS_ROUNDS` says how often (2).
"""

import pytest
from kit.barriers import until
from kit.company import Card
from kit.invariants import assert_kept
from kit.processes import ROUNDS, House, open_house
from sqlalchemy import func, select

from bot.sandbox.faults import CALLBACK, Fault
from core.leads.models import Lead

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(60 + 12 * ROUNDS)]

OFFICERS = ("batu", "zhangsan", "naren", "sunli", "surina", "eerdun", "chenwei", "siqin")
SWEPT_SECONDS = 12.0  # 5 s are promised; the rest is for a busy machine


def pool_card(house: House, number: int) -> tuple[str, int, Card]:
    """Somebody with a pool card before him that offers one fresh lead."""
    userid = OFFICERS[number % len(OFFICERS)]
    lead = house.lead(phone=f"139471{number:05}")
    return userid, lead, house.person(userid).say("公海").card


def assert_claimed_once(house: House, userid: str, lead: int, card: Card, before: int) -> None:
    """The lead is his, the tapped card says so, and nothing else came."""
    person = house.person(userid)
    assert house.owner(lead) == person.actor.id
    heard = person.heard_since(before)
    assert [each.message.id for each in heard.cards] == [card.message.id]
    assert heard.card.title == f"已领取 L{lead}"
    assert heard.texts == []


@pytest.mark.parametrize("retried", [True, False], ids=["retried", "never retried"])
@pytest.mark.parametrize("point", ["recorded", "before_commit", "after_commit"])
def test_fault_3_and_4_web_process_killed(house: House, rounds: int, point: str, retried: bool) -> None:
    """Fault 3 (crash before commit): effect on retry; else the sweeper finishes within 5 s, result comes as a card.
    Fault 4 (crash after commit, before the reply, then retry): stored reply replayed, not "already taken"."""
    for number in range(rounds):
        if number:
            house.renew("serve")  # a second crash soon after the first ends the whole command, see its supervisor
        userid, lead, card = pool_card(house, number)
        before = house.so_far
        if not retried:
            house.platform.faults.order(api=CALLBACK, fault=Fault.NO_RETRY)
        house.stop_at("serve", point)
        key = {card.payload["checkbox"]["question_key"]: [f"L{lead}"]}
        delivery = house.platform.tap(userid, card.message.id, card.key("领取"), key)
        assert house.stopped("serve"), "nobody came to the stop point"
        assert delivery.attempts[0].status == 0, "the killed process cannot have answered"
        assert delivery.taken == retried
        until(house.is_quiet, "the sweeper to finish", seconds=SWEPT_SECONDS)
        assert_claimed_once(house, userid, lead, card, before)
    assert_kept(house.runtime.store, house.platform.journal)


def test_fault_4_a_typed_command_gets_its_stored_reply(house: House, rounds: int) -> None:
    """Fault 4: stored reply replayed. Here the answer of the platform's own request: the second delivery gets it."""
    for number in range(rounds):
        if number:
            house.renew("serve")
        userid = OFFICERS[number % len(OFFICERS)]
        lead = house.lead(phone=f"139471{number:05}", by=userid)
        before = house.so_far
        house.stop_at("serve", "after_commit")
        delivery = house.platform.say(userid, f"跟进 L{lead} 意向强")
        assert house.stopped("serve")
        assert delivery.taken
        assert f"已记录 L{lead} 的跟进" in (delivery.reply or "")
        house.settle()
        assert len(house.person(userid).heard_since(before).texts) == 1
    assert_kept(house.runtime.store, house.platform.journal)


@pytest.mark.parametrize("point", ["job_popped", "relay_leased", "relay_before_send", "relay_after_send"])
def test_fault_29_to_31_worker_killed(database_url: str, tmp_path, rounds: int, point: str) -> None:
    """Fault 29 (worker SIGKILL before, during, after send before mark): 1 message per key. Fault 31 (kill between pop
    and start): the sweeper finds the row although the ring is lost."""
    with open_house(database_url, tmp_path / "var", start=("serve", "worker")) as house:
        for number in range(rounds):
            userid = OFFICERS[number % len(OFFICERS)]
            before = house.so_far
            house.forget_ring()
            house.stop_at("worker", point)
            house.platform.say(userid, "公海")
            house.await_worker(point)
            assert house.stopped("worker")
            house.start("worker")
            house.let_leases_run_out()
            house.runtime.sweeper.sweep()
            house.settle()
            assert len(house.person(userid).heard_since(before).cards) == 1
        assert_kept(house.runtime.store, house.platform.journal)


def test_fault_29_a_change_of_a_card_survives_its_worker(database_url: str, tmp_path, rounds: int) -> None:
    """Fault 29 for a changed card: its one-time code is used when the worker dies; no second card comes."""
    with open_house(database_url, tmp_path / "var", start=("serve", "worker")) as house:
        for number in range(rounds):
            userid, lead, card = pool_card(house, number)
            before = house.so_far
            house.forget_ring()
            house.stop_at("worker", "relay_after_send")
            key = {card.payload["checkbox"]["question_key"]: [f"L{lead}"]}
            house.platform.tap(userid, card.message.id, card.key("领取"), key)
            until(lambda h=house: not h.processes["worker"].alive, "the worker's end")
            house.start("worker")
            house.let_leases_run_out()
            house.runtime.sweeper.sweep()
            house.settle()
            assert_claimed_once(house, userid, lead, card, before)
        assert_kept(house.runtime.store, house.platform.journal)


@pytest.mark.parametrize("point", ["relay_before_send", "relay_after_send", "before_commit", "after_commit"])
def test_fault_29_a_contact_survives_its_worker(database_url: str, tmp_path, rounds: int, point: str) -> None:
    """Fault 29 for what the platform is asked (客户联系): however the worker dies, one lead, one card, nothing lost."""
    with open_house(database_url, tmp_path / "var", start=("serve", "worker")) as house:
        for number in range(rounds):
            userid = OFFICERS[number % len(OFFICERS)]
            before = house.so_far
            house.forget_ring()
            house.stop_at("worker", point)
            house.platform.contacts.add(userid, f"wm{number}")
            until(lambda h=house: not h.processes["worker"].alive, "the worker's end")
            house.start("worker")
            house.let_leases_run_out()
            until(
                lambda h=house: h.runtime.sweeper.sweep() == 0 and h.is_quiet(),
                "the card, which comes after the answer",
            )
            (card,) = house.person(userid).heard_since(before).cards
            assert card.title.startswith("新微信客户 L")
            with house.runtime.store.read() as session:
                assert session.scalar(select(func.count()).select_from(Lead)) == number + 1
        assert_kept(house.runtime.store, house.platform.journal)


def test_fault_30_two_workers_and_the_scheduler_overlap(house: House) -> None:
    """Fault 30 (the same job runs twice at once): overlap harmless. Two workers and the scheduler drain together while
    one of them is killed again and again; every message arrives once and in order."""
    house.start("worker-2")
    for number in range(4):
        house.stop_at("worker-2", "relay_after_send" if number % 2 else "relay_before_send")
        for userid in OFFICERS:
            house.platform.say(userid, "公海")
        if house.stopped("worker-2"):
            until(lambda: not house.processes["worker-2"].alive, "the second worker's end")
            house.start("worker-2")
    house.withdraw("worker-2")
    until(lambda: house.let_leases_run_out() is None and house.is_quiet(), "everything sent", seconds=30)
    for userid in OFFICERS:
        assert len(house.person(userid).heard_since().cards) == 4
    assert_kept(house.runtime.store, house.platform.journal)
