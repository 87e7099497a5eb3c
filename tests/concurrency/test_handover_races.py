"""Hand-overs at one instant: two confirmations, several schedulers, and people who act on the same leads."""

from functools import partial

from kit.barriers import at_once
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import select

from core.handover import service, work
from core.handover.kinds import Rules
from core.handover.models import Aim, Handover, State
from core.handover.outcomes import Begun, NotNow, Proposed, Underway
from core.leads.models import Ownership
from core.leads.service import transfer_lead


def rules(company: Company) -> Rules:
    firm = company.runtime.company
    return Rules(firm.pools, firm.assignment, firm.version)


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
