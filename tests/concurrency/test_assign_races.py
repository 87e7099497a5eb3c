"""Automatic assignment against people who claim and release at the same instant, and against itself: one owner a lead,
a history without gaps, turns charged for what was given and for nothing else."""

import json
from collections import Counter
from dataclasses import replace
from functools import partial

from kit.barriers import at_once
from kit.company import Company
from kit.invariants import i1_effects_are_audited, i3_one_owner, i9_chain
from sqlalchemy import func, select

from core.leads.assigned import IS_QUEUED, AssignmentRow, AssignmentTurn
from core.leads.assigning import Round, assign_leads, assign_waiting
from core.leads.assignment_rules import Assignment, Member, Method, Rule
from core.leads.claiming import claim_leads
from core.leads.models import How, Lead, Ownership
from core.leads.outcomes import Claimed, Released
from core.leads.pools import HoldingRule, Pool, Pools
from core.leads.service import release_lead
from core.people.policy import Actor

PEOPLE = ("batu", "zhangsan", "lina")
POOLS = Pools((Pool("all", "全区池"),), "all")
RULES = Assignment((Rule("all", "全部", Method.ROUND_ROBIN, tuple(map(Member, PEOPLE))),))


def entered(company: Company, number: int, by: str = "wuyun") -> int:
    company.runtime.in_force.hold(replace(company.runtime.company, pools=POOLS))
    return company.lead(phone=f"1394712{number:04}", by=by)


def assign(company: Company, leads: list[int] | None = None, pools: Pools = POOLS) -> Round:
    with company.runtime.store.unit(request_id="assign") as unit:
        if leads is not None:
            return assign_leads(unit, RULES, pools, "v1", leads)
        return assign_waiting(unit, RULES, pools, "v1")


def claim(company: Company, actor: Actor, leads: list[int]) -> list[object]:
    with company.runtime.store.unit(request_id="claim") as unit:
        return list(claim_leads(unit, actor, leads, POOLS))


def kept(company: Company) -> None:
    """The invariants; and each turn that was charged is a lead that was given."""
    with company.runtime.store.read() as session:
        assert [i1_effects_are_audited(session), i3_one_owner(session)] == [None, None]
        assert i9_chain(session, company.runtime.store.vault) is None
        turns = session.scalar(select(AssignmentTurn.turns)) or "{}"
        given = session.execute(
            select(Ownership.owner_id, func.count())
            .where(Ownership.how == How.ASSIGN.value, Ownership.by_id.is_(None))
            .group_by(Ownership.owner_id)
        ).all()
        decided = session.scalar(
            select(func.count()).select_from(AssignmentRow).where(AssignmentRow.person_id.is_not(None))
        )
    served = {int(person): turn[0] for person, turn in json.loads(turns).items() if turn[0]}
    assert served == {row[0]: row[1] for row in given}
    assert decided == sum(served.values())


def test_a_claim_and_an_assignment_of_one_lead(company: Company) -> None:
    batu = company.person("batu").actor
    for number in range(12):
        if number % 5 == 0:
            company.clock.go(days=1)
        lead = entered(company, number)
        claimed, done = at_once([partial(claim, company, batu, [lead]), partial(assign, company, [lead])])
        won = [isinstance(claimed[0], Claimed), bool(done.given)]  # type: ignore[index,union-attr]
        assert won.count(True) == 1, (claimed, done)
        expected = batu.id if won[0] else done.given[0].person_id  # type: ignore[union-attr]
        assert company.owner(lead) == expected
    kept(company)


def test_many_claims_against_one_assignment_of_all(company: Company) -> None:
    leads = [entered(company, number) for number in range(24)]
    actors = [company.person(userid).actor for userid in ("batu", "zhangsan", "zhoumin")]
    claims = [partial(claim, company, actor, [lead]) for number, lead in enumerate(leads[:9])
              for actor in (actors[number % 3],)]  # fmt: skip
    *claimed, done = at_once([*claims, partial(assign, company, leads)])
    winners = Counter(company.owner(lead) for lead in leads)
    assert None not in winners or len(done.given) < len(leads)  # type: ignore[union-attr]
    by_claim = sum(isinstance(outcome[0], Claimed) for outcome in claimed)  # type: ignore[index]
    left = winners.pop(None, 0)
    assert by_claim + len(done.given) + left == len(leads)  # type: ignore[union-attr]
    kept(company)
    assign(company, leads)
    assert all(company.owner(lead) for lead in leads)
    kept(company)


def test_a_release_and_an_assignment(company: Company) -> None:
    store, batu = company.runtime.store, company.person("batu").actor
    for number in range(12):
        lead = entered(company, number, by="batu")

        def release(lead: int = lead) -> object:
            with store.unit(request_id="release") as unit:
                return release_lead(unit, batu, lead, "联系不上", POOLS)

        released, done = at_once([release, partial(assign, company, [lead])])
        assert isinstance(released, Released)
        owner = company.owner(lead)
        assert (owner is not None) == bool(done.given)  # type: ignore[union-attr]
        if owner is None:
            assert assign(company, [lead]).given
    kept(company)


def test_two_schedulers_that_both_work_give_each_lead_once(company: Company) -> None:
    leads = [entered(company, number) for number in range(30)]
    rounds = at_once([partial(assign, company) for _ in range(4)])
    assert sorted(one.lead_id for done in rounds for one in done.given) == leads
    counts = Counter(company.owner(lead) for lead in leads)
    assert set(counts.values()) == {10}, "fair, whoever gave them"
    kept(company)


def test_a_claim_and_an_assignment_cannot_both_take_the_last_place(company: Company) -> None:
    pools = Pools(POOLS.pools, "all", holding=(HoldingRule(1),))
    batu, only = company.person("batu").actor, Assignment((Rule("all", "全部", Method.ROUND_ROBIN, (Member("batu"),)),))
    free, waits = entered(company, 1), entered(company, 2)

    def take() -> object:
        with company.runtime.store.unit(request_id="claim") as unit:
            return claim_leads(unit, batu, [free], pools)

    def give() -> object:
        with company.runtime.store.unit(request_id="assign") as unit:
            return assign_leads(unit, only, pools, "v1", [waits])

    at_once([take, give])
    assert [company.owner(free), company.owner(waits)].count(batu.id) == 1
    with company.runtime.store.read() as session:
        held = session.scalar(select(func.count()).select_from(Lead).where(Lead.owner_id == batu.id))
        queued = session.scalar(select(func.count()).select_from(AssignmentRow).where(IS_QUEUED))
    assert held == 1
    assert queued == (company.owner(waits) is None)
    kept(company)
