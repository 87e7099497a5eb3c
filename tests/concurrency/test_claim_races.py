"""Everybody at one instant: of any number of people who want one lead exactly one gets it, and the rest hear who."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from kit.barriers import at_once
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import select, update

from bot.sandbox.members import Member
from core.leads.claiming import claim_leads
from core.leads.models import How, Ownership
from core.leads.outcomes import Claimed, LimitReached, NoRoom, Released, TakenBy, Transferred
from core.leads.pools import HoldingRule
from core.leads.service import release_lead, transfer_lead
from core.people.models import Person
from core.people.policy import Actor
from core.people.service import PersonRow, import_people
from core.privacy import mask_colleague
from core.store.database import Database
from core.store.unit import Store

OFFICERS = (
    *("lina", "batu", "zhangsan", "naren", "sunli", "wangqiang", "surina", "eerdun", "chenwei", "siqin"),
    *("baiyin", "zhoumin", "gerile", "wulei", "saren"),
)
ELSEWHERE = "150502"  # 通辽: its leads fall into the pool that is open to everybody


@pytest.fixture
def sixteen(company: Company) -> list[str]:
    """Sixteen officers who may claim from the pool of all regions."""
    newcomer = PersonRow(2, "高娃", "包头/一部", "officer", "gaowa", "", "", "客户经理")
    with company.runtime.store.unit(request_id="test") as unit:
        import_people(unit, [newcomer])
    company.platform.put_member(Member("gaowa", "高娃", "包头/一部"))
    return [*OFFICERS, "gaowa"]


def test_sixteen_people_tap_one_lead_and_one_wins(company: Company, sixteen: list[str]) -> None:
    store, pools = company.runtime.store, company.runtime.company.pools
    actors = [company.person(userid).actor for userid in sixteen]
    winners: Counter[int] = Counter()
    for number in range(20):
        if number % 5 == 0:
            company.clock.go(days=1)  # so that nobody comes to his daily limit
        lead = company.lead(phone=f"139471{number:05}", region=ELSEWHERE)

        def claim(actor, lead=lead):
            with store.unit(request_id="race") as unit:
                return claim_leads(unit, actor, [lead], pools)[0]

        outcomes = at_once([lambda actor=actor: claim(actor) for actor in actors])
        won = [actor.id for actor, outcome in zip(actors, outcomes, strict=True) if isinstance(outcome, Claimed)]
        lost = [outcome for outcome in outcomes if not isinstance(outcome, Claimed)]
        assert len(won) == 1
        assert company.owner(lead) == won[0]
        assert {(type(outcome), outcome.owner_id) for outcome in lost} == {(TakenBy, won[0])}
        winners.update(won)
    assert sum(winners.values()) == 20
    assert_kept(store)


def test_sixteen_people_type_at_one_instant_and_each_hears_the_truth(company: Company, sixteen: list[str]) -> None:
    """The whole way over HTTP: one result card, fifteen sentences with the winner's name; who heard only that it takes
    a moment hears the rest when the sweeper has been."""
    for number in range(3):
        lead = company.lead(phone=f"139471{number:05}", region=ELSEWHERE)
        before = company.so_far
        at_once([lambda u=userid, n=lead: company.platform.say(u, f"领取 L{n}") for userid in sixteen])
        company.clock.go(seconds=4)
        company.runtime.sweeper.sweep()
        owner = company.owner(lead)
        heard = {userid: company.person(userid).heard_since(before) for userid in sixteen}
        won = [userid for userid, what in heard.items() if what.cards]
        assert [company.person(userid).actor.id for userid in won] == [owner]
        name = mask_colleague(company.person(won[0]).actor.name)
        for userid in set(sixteen) - set(won):
            assert f"L{lead} 刚被 {name} 领走" in heard[userid].text
        company.clock.go(minutes=2)
    assert_kept(company.runtime.store, company.platform.journal)


def test_the_last_place_of_a_day_is_taken_once(company: Company) -> None:
    store, pools = company.runtime.store, company.runtime.company.pools
    batu = company.person("batu").actor
    leads = [company.lead(phone=f"139471{number:05}") for number in range(11)]
    with store.unit(request_id="race") as unit:
        claim_leads(unit, batu, leads[:9], pools)

    def claim(lead):
        with store.unit(request_id="race") as unit:
            return claim_leads(unit, batu, [lead], pools)[0]

    outcomes = at_once([lambda lead=lead: claim(lead) for lead in leads[9:]])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Claimed", "LimitReached"]
    refused = next(outcome for outcome in outcomes if isinstance(outcome, LimitReached))
    assert (refused.used, refused.limit) == (10, 10)
    assert_kept(store)


def test_release_transfer_and_claim_at_one_instant_leave_one_history(company: Company) -> None:
    """Whatever order they come in: no gap, no overlap, one owner, and each outcome is what the history says."""
    store, pools = company.runtime.store, company.runtime.company.pools
    lina, batu, zhangsan = (company.person(userid).actor for userid in ("lina", "batu", "zhangsan"))
    for number in range(15):
        if number % 5 == 0:
            company.clock.go(days=1)
        lead = company.lead(phone=f"139471{number:05}", by="batu")

        def release(lead=lead):
            with store.unit(request_id="race") as unit:
                return release_lead(unit, batu, lead, "联系不上", pools)

        def transfer(lead=lead):
            with store.unit(request_id="race") as unit:
                return transfer_lead(unit, lina, lead, zhangsan, pools)

        def claim(lead=lead):
            with store.unit(request_id="race") as unit:
                return claim_leads(unit, lina, [lead], pools)[0]

        def anyhow(work):
            return lambda: store.database.attempt(work)

        released, transferred, claimed = at_once([anyhow(release), anyhow(transfer), anyhow(claim)])
        with store.read() as session:
            steps = session.scalars(select(Ownership).where(Ownership.lead_id == lead).order_by(Ownership.id)).all()
        how = [step.how for step in steps]
        assert how.count(How.RELEASE) == isinstance(released, Released)
        assert how.count(How.TRANSFER) == isinstance(transferred, Transferred)
        assert how.count(How.CLAIM) == isinstance(claimed, Claimed)
    company.settle()
    assert_kept(store, company.platform.journal)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite waits before it looks at the clock
def test_a_change_that_waited_does_not_begin_before_the_one_it_waited_for(company: Company) -> None:
    """A unit takes its time when it opens, and may then wait for another one: the history keeps the true order."""
    store, pools = company.runtime.store, company.runtime.company.pools
    batu = company.person("batu").actor
    lead = company.lead()
    with store.unit(request_id="late") as late:
        company.clock.go(seconds=2)
        with store.unit(request_id="early") as early:
            assert isinstance(claim_leads(early, batu, [lead], pools)[0], Claimed)
        assert isinstance(release_lead(late, batu, lead, "联系不上", pools), Released)
    with store.read() as session:
        steps = session.scalars(select(Ownership).where(Ownership.lead_id == lead).order_by(Ownership.id)).all()
    assert [step.how for step in steps] == [How.ENTER, How.CLAIM, How.RELEASE]
    assert all(step.until is None or step.until >= step.since for step in steps)
    company.settle()
    assert_kept(store)


def test_a_claim_and_a_gift_at_once_cannot_both_take_the_last_place(company: Company) -> None:
    """What a person may hold is counted for claims and transfers alike, with his row locked."""
    store, pools = company.runtime.store, replace(company.runtime.company.pools, holding=(HoldingRule(1),))
    batu, lina = company.person("batu").actor, company.person("lina").actor
    free, given = company.lead(), company.lead("白云飞", "13947100002", by="lina")

    def claim() -> object:
        with store.unit(request_id="claiming") as unit:
            return claim_leads(unit, batu, [free], pools)[0]

    def give() -> object:
        with store.unit(request_id="giving") as unit:
            return transfer_lead(unit, lina, given, batu, pools)

    outcomes = at_once([claim, give])
    assert sorted(isinstance(outcome, LimitReached | NoRoom) for outcome in outcomes) == [False, True]
    assert [company.owner(free), company.owner(given)].count(batu.id) == 1
    company.settle()
    assert_kept(store)


def test_gifts_crosswise_to_people_who_claim_are_no_deadlock(company: Company) -> None:
    store, pools = company.runtime.store, company.runtime.company.pools
    batu, lina = company.person("batu").actor, company.person("lina").actor
    for number in range(10):
        free = [company.lead(phone=f"1394711{number:02}0{one}") for one in range(2)]
        his, hers = (company.lead(phone=f"1394711{number:02}1{one}", by=by) for one, by in enumerate(("batu", "lina")))

        def claim(actor: Actor, lead: int) -> object:
            with store.unit(request_id="claiming") as unit:
                return claim_leads(unit, actor, [lead], pools)[0]

        def give(actor: Actor, lead: int, to: Actor) -> object:
            with store.unit(request_id="giving") as unit:
                return transfer_lead(unit, actor, lead, to, pools)

        works = [partial(claim, batu, free[0]), partial(claim, lina, free[1])]
        outcomes = at_once([*works, partial(give, batu, his, lina), partial(give, lina, hers, batu)])
        kinds = [type(outcome) for outcome in outcomes]
        assert kinds == [Claimed, Claimed, Transferred, Transferred]
        company.clock.go(days=1)


def test_the_checker_finds_what_it_is_for(company: Company) -> None:
    """The invariants are not empty words: an overlap, a lost audit row and a doubled owner are each named."""
    store = company.runtime.store
    lead = company.lead(by="batu")
    assert_kept(store)
    spoil(store, update(Ownership).values(owner_id=company.person("lina").actor.id))
    with pytest.raises(AssertionError, match=rf"I3: L{lead} belongs to"):
        assert_kept(store)
    spoil(store, update(Ownership).values(owner_id=company.person("batu").actor.id, how=How.CLAIM))
    with pytest.raises(AssertionError, match=r"I1: .*\n?.*I4: "):
        assert_kept(store)


def spoil(store: Store, statement: object) -> None:
    """Change something behind the product's back."""
    database: Database = store.database
    with database.write() as session:
        session.execute(statement)  # type: ignore[call-overload]


def test_people_of_the_company_are_the_ones_in_the_race(company: Company, sixteen: list[str]) -> None:
    with company.runtime.store.read() as session:
        known = set(session.scalars(select(Person.wecom_userid)))
    assert set(sixteen) <= known
    assert len(set(sixteen)) == 16
