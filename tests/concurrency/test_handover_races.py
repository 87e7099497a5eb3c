"""Hand-overs at one instant: two confirmations, several schedulers, and people who act on the same leads."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from kit.barriers import at_once, until
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import select, text

from core.handover import service, work
from core.handover.kinds import Came, Result, Rules
from core.handover.models import Aim, Handover, State
from core.handover.outcomes import Begun, NotNow, Proposed, Underway, Undoing
from core.leads.claiming import claim_leads
from core.leads.models import Ownership
from core.leads.outcomes import Claimed, LimitReached
from core.leads.service import transfer_lead
from core.store.unit import Unit
from jobs.handing_over import rules_of

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def rules(company: Company) -> Rules:
    return rules_of(company.runtime.company)


def propose(company: Company, to: str = "naren") -> int:
    wuyun, store = company.person("wuyun").actor, company.runtime.store
    leaver, receiver = company.person("zhangsan").actor.id, company.person(to).actor.id
    with store.unit(request_id="test", channel="wecom") as unit:
        proposed = service.propose(unit, wuyun, leaver, Aim.PERSON, receiver, rules(company))
    assert isinstance(proposed, Proposed)
    return proposed.number


def confirm(company: Company, number: int) -> object:
    store, wuyun = company.runtime.store, company.person("wuyun").actor

    def once() -> object:
        with store.unit(request_id="test", channel="wecom") as unit:
            return service.confirm(unit, wuyun, number, rules(company))

    return store.database.attempt(once)


def leads(company: Company, count: int) -> list[int]:
    return [company.lead(phone=f"1394713{number:04}", by="zhangsan") for number in range(count)]


def carry_out(company: Company) -> int:
    runtime = company.runtime
    return runtime.handing_over.go_on(runtime.company, float("inf"))


def test_of_several_confirmations_at_once_one_begins(company: Company) -> None:
    leads(company, 3)
    first, second = propose(company), propose(company, to="batu")
    came = at_once([partial(confirm, company, number) for number in (first, first, second, second)])
    assert sum(isinstance(one, Begun) for one in came) == 1
    assert all(isinstance(one, Begun | NotNow | Underway) for one in came)
    with company.runtime.store.read() as session:
        assert sorted(session.scalars(select(Handover.state))) == [State.PROPOSED, State.RUNNING]


def test_schedulers_at_once_move_each_record_once(company: Company) -> None:
    moved = leads(company, 12)
    confirm(company, propose(company))
    at_once([partial(carry_out, company) for _ in range(4)])
    naren = company.person("naren").actor.id
    assert [company.owner(lead) for lead in moved] == [naren] * len(moved)
    with company.runtime.store.read() as session:
        assert len(session.scalars(select(Ownership.id)).all()) == 2 * len(moved)
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal)


def test_another_hand_and_the_hand_over_at_once(company: Company) -> None:
    store, wuyun = company.runtime.store, company.person("wuyun").actor
    batu, naren = company.person("batu").actor, company.person("naren").actor
    moved = leads(company, 8)
    confirm(company, propose(company))

    def give(lead: int) -> object:
        with store.unit(request_id="give") as unit:
            return transfer_lead(unit, wuyun, lead, batu, company.runtime.company.pools)

    def turn(item: int) -> object:
        with store.unit(request_id="item") as unit:
            return work.hand_over(unit, rules(company), item)

    with store.read() as session:
        ((number, state),) = work.at_work(session)
        items = work.waiting_items(session, number, state, 100)
    for lead, item in zip(moved, items, strict=True):
        at_once([partial(give, lead), partial(turn, item), partial(turn, item)])
    carry_out(company)
    assert {company.owner(lead) for lead in moved} <= {batu.id, naren.id}
    company.settle()
    assert_kept(store, company.platform.journal)


def test_taking_back_and_carrying_out_at_once(company: Company) -> None:
    store, wuyun, zhang = company.runtime.store, company.person("wuyun").actor, company.person("zhangsan").actor
    moved = leads(company, 10)
    number = propose(company)
    confirm(company, number)

    def undo() -> object:
        with store.unit(request_id="undo", channel="wecom") as unit:
            return service.undo(unit, wuyun, number, restore=True)

    at_once([partial(carry_out, company), undo, partial(carry_out, company)])
    carry_out(company)
    assert [company.owner(lead) for lead in moved] == [zhang.id] * len(moved)
    with store.read() as session:
        assert session.scalars(select(Handover.state)).all() == [State.UNDONE]
    company.settle()
    assert_kept(store, company.platform.journal)


def while_open(company: Company, first: Callable[[Unit], Any], second: Callable[[Unit], Any]) -> tuple[Any, Any]:
    """What comes of both, if `second` begins before `first` is committed, and waits for it or is done by then."""
    if company.runtime.store.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer")
    acted, ended = threading.Event(), threading.Event()

    def earlier() -> Any:
        with company.runtime.store.unit(request_id="first", channel="wecom") as unit:
            came = first(unit)
            unit.session.flush()
            acted.set()
            until(lambda: ended.is_set() or unit.session.scalar(WAITING), "somebody who waits")
            return came

    def later() -> Any:
        assert acted.wait(15)
        try:
            with company.runtime.store.unit(request_id="second", channel="wecom") as unit:
                return second(unit)
        finally:
            ended.set()

    came = at_once([earlier, later])
    return came[0], came[1]


def first_item(company: Company) -> Callable[[Unit], Result | None]:
    with company.runtime.store.read() as session:
        ((number, state),) = work.at_work(session)
        (item,) = work.waiting_items(session, number, state, 1)
    return lambda unit: work.hand_over(unit, rules(company), item)


def of_naren(company: Company) -> int:
    """A hand-over of the receiver of the other one, proposed."""
    wuyun, naren, batu = (company.person(name).actor for name in ("wuyun", "naren", "batu"))
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        proposed = service.propose(unit, wuyun, naren.id, Aim.PERSON, batu.id, rules(company))
    assert isinstance(proposed, Proposed)
    return proposed.number


def confirms(company: Company, number: int) -> Callable[[Unit], object]:
    wuyun = company.person("wuyun").actor
    return lambda unit: service.confirm(unit, wuyun, number, rules(company))


def test_a_lead_that_comes_while_its_receiver_is_let_go_goes_along_with_his(company: Company) -> None:
    (lead,) = leads(company, 1)
    confirm(company, propose(company))
    other = of_naren(company)
    came, begun = while_open(company, first_item(company), confirms(company, other))
    assert came.came is Came.GIVEN
    assert begun == Proposed(other, anew=True), "there is more to hand over than was shown"
    assert isinstance(confirm(company, other), Begun)
    carry_out(company)
    assert company.owner(lead) == company.person("batu").actor.id


def test_who_is_let_go_while_a_lead_is_on_its_way_gets_it_no_more(company: Company) -> None:
    (lead,) = leads(company, 1)
    zhang = company.person("zhangsan").actor.id
    confirm(company, propose(company))
    turn = first_item(company)
    begun, came = while_open(company, confirms(company, of_naren(company)), turn)
    assert isinstance(begun, Begun)
    assert (came.came, came.why) == (Came.KEPT, "no_receiver")
    assert company.owner(lead) == zhang


def claims(company: Company, lead: int) -> Callable[[Unit], Any]:
    naren = company.person("naren").actor
    return lambda unit: claim_leads(unit, naren, [lead], company.runtime.company.pools)[0]


@pytest.fixture
def at_most_one(company: Company) -> Company:
    """Nobody may hold more than one lead."""
    now = company.runtime.company
    pools = replace(now.pools, pools=tuple(replace(pool, holding=1) for pool in now.pools.pools))
    company.runtime.in_force.hold(replace(now, pools=pools))
    return company


def test_a_claim_while_a_lead_is_handed_over_breaks_no_limit(at_most_one: Company) -> None:
    leads(at_most_one, 1)
    confirm(at_most_one, propose(at_most_one))
    waiting = at_most_one.lead(phone="13947199999")
    came, claimed = while_open(at_most_one, first_item(at_most_one), claims(at_most_one, waiting))
    assert came.came is Came.GIVEN
    assert isinstance(claimed, LimitReached)


def test_a_lead_that_is_handed_over_during_a_claim_breaks_no_limit(at_most_one: Company) -> None:
    leads(at_most_one, 1)
    confirm(at_most_one, propose(at_most_one))
    waiting = at_most_one.lead(phone="13947199999")
    claimed, came = while_open(at_most_one, claims(at_most_one, waiting), first_item(at_most_one))
    assert isinstance(claimed, Claimed)
    assert (came.came, came.why) == (Came.POOLED, "full")


def test_who_takes_back_waits_for_the_record_at_hand_and_that_one_not_for_him(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He holds everybody: were he to do that first, each would wait for the other."""
    moved = leads(company, 2)
    number, wuyun, zhang = propose(company), company.person("wuyun").actor, company.person("zhangsan").actor
    confirm(company, number)
    real, turn = work.still_permitted, first_item(company)
    at_hand = threading.Event()

    def permitted(unit: Unit, *rest: Any) -> bool:
        at_hand.set()
        until(lambda: unit.session.scalar(WAITING), "who takes it back")
        return real(unit, *rest)

    def undo() -> object:
        assert at_hand.wait(15)
        with company.runtime.store.unit(request_id="undo", channel="wecom") as unit:
            return service.undo(unit, wuyun, number, restore=True)

    def hand_over() -> object:
        with company.runtime.store.unit(request_id="item") as unit:
            return turn(unit)

    if company.runtime.store.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer")
    monkeypatch.setattr(work, "still_permitted", permitted)
    came, undoing = at_once([hand_over, undo])
    assert isinstance(came, Result)
    assert came.came is Came.GIVEN
    assert undoing == Undoing(number, restored=True)
    carry_out(company)
    assert [company.owner(lead) for lead in moved] == [zhang.id] * 2
