"""自动分配 on the database: who waits longest goes first, the limits of pools and company hold, turns are kept, and
what nobody can take waits in the queue with its reasons."""

import json
from datetime import timedelta

import pytest
from firm import Firm
from kit.clock import Clock
from kit.invariants import i1_effects_are_audited, i3_one_owner
from sqlalchemy import func, select, update

from core.calendar import day_start
from core.leads.assigned import (
    IS_QUEUED,
    AssignmentRow,
    AssignmentTurn,
    any_told,
    queue,
    relieve,
    wake,
    why_given,
    why_waiting,
)
from core.leads.assigning import Round, assign_leads, assign_waiting, batch_of, tell_owners
from core.leads.assignment_outcomes import Blocked, Chosen, HoldingFull, NotWorkingHere, OnLeave, QuotaReached, Ranked
from core.leads.assignment_rules import Assignment, Language, Leave, Member, Method, Rule
from core.leads.claiming import claim_leads
from core.leads.events import LeadsAssigned, NobodyEligible
from core.leads.models import Lead, Ownership
from core.leads.outcomes import Claimed, CoolingDown, LimitReached, NotAllowed, NotYourPool, Released, Transferred
from core.leads.pools import HoldingRule, Pool, Pools
from core.leads.service import release_lead, transfer_lead
from core.leads.unassigned import BEGINS_ANEW, GOES_BACK, Walk
from core.people.policy import Verb
from core.store.unit import Event, Unit

TURNS = Method.ROUND_ROBIN


def rule(*people: str | Member, key: str = "all", **more: object) -> Rule:
    members = tuple(Member(one) if isinstance(one, str) else one for one in people)
    return Rule(key, f"规则{key}", **{"method": TURNS, "people": members} | more)  # type: ignore[arg-type]


def assign(firm: Firm, *rules: Rule, version: str = "v1", limit: int = 200) -> Round:
    return firm.work(lambda unit: assign_waiting(unit, Assignment(rules), firm.pools, version, limit))


def owners(firm: Firm, leads: list[int]) -> list[int | None]:
    return [firm.lead(lead).owner_id for lead in leads]


def ids(firm: Firm, *who: str) -> list[int]:
    return [firm.who(one).id for one in who]


def verdicts(firm: Firm, lead: int) -> dict[str, object]:
    """Why nobody can take it, by account."""
    with firm.store.read() as session:
        found = why_waiting(session, lead)
    assert found is not None
    return {one.account: one.verdict for one in found.standings}


def queued(firm: Firm) -> int:
    with firm.store.read() as session:
        return session.scalar(select(func.count()).select_from(AssignmentRow).where(IS_QUEUED)) or 0


def checked(firm: Firm) -> None:
    with firm.store.read() as session:
        assert (i1_effects_are_audited(session), i3_one_owner(session)) == (None, None)


def test_the_oldest_go_first_and_everybody_gets_his_turn(firm: Firm, clock: Clock) -> None:
    leads = []
    for _ in range(6):
        leads.append(firm.add())
        clock.go(seconds=1)
    everyone = rule("batu", "zhang", "wang")
    assert [one.lead_id for one in assign(firm, everyone, limit=2).given] == leads[:2]
    assert [one.lead_id for one in assign(firm, everyone).given] == leads[2:]
    assert sorted(owners(firm, leads), key=str) == sorted(ids(firm, "batu", "zhang", "wang") * 2, key=str)
    assert assign(firm, everyone) == Round()
    assert firm.history(leads[0])[-1][2:] == ("assign", True)
    with firm.store.read() as session:
        row = session.scalars(select(Ownership).where(Ownership.lead_id == leads[0], Ownership.until.is_(None))).one()
        turns = session.scalars(select(AssignmentTurn.turns)).one()
    assert (row.by_id, row.rule, row.pool) == (None, "规则all", "hohhot")
    assert [served for served, *_ in json.loads(turns).values()] == [2, 2, 2]
    checked(firm)


def test_what_was_decided_can_be_told(firm: Firm) -> None:
    lead = firm.add()
    assign(firm, rule("batu", "zhang", "nobody"), version="abc")
    with firm.store.read() as session:
        told = why_given(session, lead)
    assert isinstance(told, Chosen)
    assert (told.version, told.name, told.person_id) == ("abc", "规则all", firm.lead(lead).owner_id)
    verdicts = {one.account: type(one.verdict) for one in told.standings}
    assert verdicts == {"batu": Ranked, "zhang": Ranked, "nobody": NotWorkingHere}
    owner = "batu" if told.person_id == firm.who("batu").id else "zhang"
    firm.do(release_lead, owner, lead, "联系不上", firm.pools)
    firm.do(claim_leads, owner, [lead], firm.pools)
    with firm.store.read() as session:
        assert why_given(session, lead) is None, "he has claimed it since"


def test_only_what_a_rule_takes_is_given_and_the_first_rule_counts(firm: Firm) -> None:
    car, house, mongolian = firm.add(product="car"), firm.add(), firm.add(language="mongolian")
    far = firm.add(region="150203", channel="ＤＯＵ Yin")
    named = [
        rule("batu", key="m", languages=(Language.MONGOLIAN,)),
        rule("zhang", key="h", products=("house",), regions=("150100",)),
        rule("zhou", key="c", channels=("douyin",), products=("house",)),
    ]
    assign(firm, *named)
    assert owners(firm, [car, house, mongolian, far]) == [None, *ids(firm, "zhang", "batu", "zhou")]
    assert queued(firm) == 0, "what no rule takes is left where it is"


def test_a_paused_rule_is_not_there_and_nor_is_any_when_all_is_paused(firm: Firm) -> None:
    lead = firm.add()
    assert assign(firm, rule("batu", paused=True)) == Round()
    paused = Assignment((rule("batu"),), paused=True)
    assert firm.work(lambda unit: assign_waiting(unit, paused, firm.pools, "v1")) == Round()
    assert firm.lead(lead).owner_id is None


def test_a_lead_that_a_channel_rule_refuses_keeps_nobody_behind_it_waiting(firm: Firm, clock: Clock) -> None:
    for _ in range(5):
        firm.add(channel="快手")
        clock.go(seconds=1)
    wanted = firm.add(channel="抖音")
    walk = Walk(Assignment((rule("batu", channels=("抖音",)),)), firm.pools)

    def go(unit: Unit) -> list[int]:
        found = walk.next(unit.session, unit.now, 2)
        assign_leads(unit, walk.assignment, firm.pools, "v1", found)
        return found

    assert [len(firm.work(go)) for _ in range(3)] == [2, 2, 2]
    assert firm.lead(wanted).owner_id == firm.who("batu").id


def limits(firm: Firm, **more: object) -> None:
    firm.pools = Pools(
        (Pool("hohhot", "呼和浩特池", ("呼和浩特",), regions=("1501",)), Pool("all", "全区池")), "all", **more
    )  # type: ignore[arg-type]


def test_the_limits_of_pools_and_company_hold_within_one_batch(firm: Firm) -> None:
    limits(firm, holding=(HoldingRule(2, people=("batu",)), HoldingRule(3)))
    leads = [firm.add() for _ in range(8)]
    done = assign(firm, rule("batu", "zhang"))
    assert owners(firm, leads).count(firm.who("batu").id) == 2
    assert owners(firm, leads).count(firm.who("zhang").id) == 3
    assert len(done.nobody) == 3
    reasons = verdicts(firm, done.nobody[0].lead_id)
    assert reasons == {
        "batu": Blocked(LimitReached(0, "holding", None, 2, 2, None)),
        "zhang": Blocked(LimitReached(0, "holding", None, 3, 3, None)),
    }
    checked(firm)


def test_who_is_no_member_or_follows_no_leads_gets_none(firm: Firm) -> None:
    lead = firm.add()
    assign(firm, rule("zhou", "boss"))
    assert verdicts(firm, lead) == {
        "zhou": Blocked(NotYourPool(lead, "hohhot")),
        "boss": Blocked(NotAllowed(Verb.FOLLOW)),
    }


def test_a_pool_that_is_only_assigned_from_and_one_that_freezes_are_assigned_from(firm: Firm) -> None:
    firm.pools = Pools((Pool("only", "分配池", assign_only=True, freeze=timedelta(hours=9)),), "only")
    lead = firm.add()
    assign(firm, rule("batu"))
    assert firm.lead(lead).owner_id == firm.who("batu").id


def test_who_had_it_does_not_get_it_again_before_the_cooldown_is_over(firm: Firm, clock: Clock) -> None:
    firm.pools = Pools((Pool("all", "全区池", cooldown=timedelta(days=7)),), "all")
    lead = firm.add("batu")
    firm.do(release_lead, "batu", lead, "联系不上", firm.pools)
    assign(firm, rule("batu"))
    (reason,) = verdicts(firm, lead).values()
    assert isinstance(reason, Blocked)
    assert isinstance(reason.reason, CoolingDown)
    assert reason.reason.frees_at == clock.now + timedelta(days=7)
    clock.go(days=7, seconds=1)
    assign(firm, rule("batu"))
    assert firm.lead(lead).owner_id == firm.who("batu").id


def test_todays_quota_counts_all_rules_and_frees_at_midnight(firm: Firm, clock: Clock) -> None:
    leads = [firm.add(product=product) for product in ("house", "car", "house")]
    batu = Member("batu", daily=2)
    both = rule(batu, key="h", products=("house",)), rule(batu, key="c", products=("car",))
    assert len(assign(firm, *both).given) == 2
    (left,) = [lead for lead in leads if firm.lead(lead).owner_id is None]
    assert verdicts(firm, left) == {"batu": QuotaReached(2, 2)}
    clock.now = day_start(clock.now) + timedelta(days=1)
    assert len(assign(firm, *both).given) == 1


def test_what_nobody_can_take_is_not_looked_at_in_every_round(firm: Firm, clock: Clock) -> None:
    lead = firm.add()
    back = clock.now + timedelta(seconds=40)
    away = rule(Member("batu", leave=(Leave(clock.now - timedelta(days=1), back),)))
    assert len(assign(firm, away).nobody) == 1
    assert verdicts(firm, lead) == {"batu": OnLeave(back)}
    clock.go(seconds=39)
    assert assign(firm, away) == Round()
    clock.go(seconds=1)
    assert len(assign(firm, away).given) == 1, "the earliest moment is sooner than the retry"
    assert queued(firm) == 0


def test_somebody_who_hands_one_back_gets_the_next_within_a_minute(firm: Firm, clock: Clock) -> None:
    limits(firm, holding=(HoldingRule(1),))
    mine, waits = firm.add("batu"), firm.add()
    one = rule("batu")
    assert len(assign(firm, one).nobody) == 1
    firm.do(transfer_lead, "batu", mine, firm.who("zhang"), firm.pools)
    assert assign(firm, one) == Round()
    clock.go(minutes=1)
    assert owners(firm, [waits]) == [None]
    assign(firm, one)
    assert owners(firm, [waits]) == ids(firm, "batu")


def test_looked_at_again_a_lead_keeps_one_row_and_its_place(firm: Firm, clock: Clock) -> None:
    first = firm.add()
    full = rule(Member("batu", holding=1))
    firm.add("batu")
    assign(firm, full)
    clock.go(seconds=30)
    second = firm.add()
    for _ in range(3):
        clock.go(minutes=1)
        assign(firm, full)
    assert queued(firm) == 2
    with firm.store.read() as session:
        (waiting,) = queue(session, ["hohhot"])
    assert (waiting.count, waiting.since, waiting.pool) == (2, firm.lead(first).pooled_at, "hohhot")
    assert waiting.why.standings[0].verdict == HoldingFull(1, 1)
    clock.go(minutes=1)
    assert [one.lead_id for one in assign(firm, rule("zhang"), limit=1).given] == [first]
    assert firm.lead(second).owner_id is None


def test_another_configuration_wakes_what_waits(firm: Firm, clock: Clock) -> None:
    lead = firm.add()
    assign(firm, rule("nobody"))
    firm.work(lambda unit: wake(unit, "v1"))
    assert assign(firm, rule("batu")) == Round(), "of the same version: not yet"
    firm.work(lambda unit: wake(unit, "v2"))
    assign(firm, rule("batu"), version="v2")
    assert firm.lead(lead).owner_id == firm.who("batu").id


@pytest.mark.parametrize("left", ["claimed", "no rule"])
def test_a_place_in_the_queue_goes_when_the_lead_waits_no_more(firm: Firm, clock: Clock, left: str) -> None:
    lead = firm.add()
    assign(firm, rule("nobody"))
    assert queued(firm) == 1
    if left == "claimed":
        assert firm.do(claim_leads, "batu", [lead], firm.pools) == [Claimed(lead)]
    clock.go(minutes=1)
    assign(firm, rule("nobody", products=("car",)) if left == "no rule" else rule("nobody"))
    assert queued(firm) == 0


def test_what_came_into_the_pool_late_is_found_behind_the_walk(firm: Firm, clock: Clock) -> None:
    """A long transaction commits leads that came before those which were looked at already."""
    walk = Walk(Assignment((rule("batu"),)), firm.pools)

    def go() -> list[int]:
        with firm.store.read() as session:
            found = walk.next(session, clock.now, 10)
        firm.work(lambda unit: assign_leads(unit, walk.assignment, firm.pools, "v1", found))
        return found

    late, soon = firm.add(), firm.add()
    with firm.store.database.write() as session:  # as if it were not committed yet
        session.execute(update(Lead).where(Lead.id == late).values(pool="elsewhere"))
    assert go() == [soon]
    with firm.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id == late).values(pool="hohhot"))
    clock.now += GOES_BACK / 2
    assert go() == [late]


def test_what_no_rule_takes_is_looked_at_now_and_then_and_not_in_every_round(firm: Firm, clock: Clock) -> None:
    lead = firm.add(product="car")
    walk = Walk(Assignment((rule("batu", products=("house",)),)), firm.pools)

    def go() -> list[int]:
        with firm.store.read() as session:
            return walk.next(session, clock.now, 10)

    clock.now += GOES_BACK + timedelta(seconds=1)
    assert go() == []
    with firm.store.database.write() as session:  # behind everybody's back
        session.execute(update(Lead).where(Lead.id == lead).values(product="house"))
    assert go() == [], "it lies behind the walk"
    clock.now += BEGINS_ANEW
    assert go() == [lead]


def test_a_rule_of_many_people_gets_fewer_leads_a_transaction() -> None:
    sizes = {people: batch_of(Assignment((rule(*map(str, range(people))),))) for people in (1, 40, 200, 10_000)}
    assert sizes == {1: 200, 40: 200, 200: 40, 10_000: 1}


def test_the_new_owners_are_told_of_and_nobody_is_told_of_once(firm: Firm, clock: Clock) -> None:
    heard: list[Event] = []
    wanted = (NobodyEligible, LeadsAssigned)
    firm.store.listen(lambda _unit, event: heard.append(event) if isinstance(event, wanted) else None)
    firm.pools = Pools((Pool("all", "全区池", admins=("boss",)),), "all")
    lead = firm.add()
    assign(firm, rule("nobody"))
    told = NobodyEligible("all", ("all",), frozenset({"boss"}))
    assert heard == [told]
    firm.add()
    clock.go(minutes=1)
    assign(firm, rule("nobody"))
    firm.work(relieve)
    assert heard == [told], "some wait still"
    clock.go(minutes=1)
    assign(firm, rule("batu"))
    assert heard == [told], "together with what is given soon after"
    assert [firm.work(tell_owners), firm.work(tell_owners)] == [2, 0]
    assert isinstance(heard[1], LeadsAssigned)
    assert dict(heard[1].given)[lead] == firm.who("batu").id
    firm.work(relieve)
    with firm.store.read() as session:
        assert not any_told(session)
    firm.add()
    assign(firm, rule("nobody"))
    assert heard[2:] == [told]


def test_more_leads_than_a_batch_and_what_was_released_and_given_goes_on(firm: Firm, clock: Clock) -> None:
    leads = [firm.add() for _ in range(7)]
    one = rule("batu", "zhang", method=Method.LEAST_LOADED)
    assert [len(assign(firm, one, limit=3).given) for _ in range(4)] == [3, 3, 1, 0]
    owner = firm.lead(leads[0]).owner_id
    who = "batu" if owner == firm.who("batu").id else "zhang"
    clock.go(seconds=1)
    assert isinstance(firm.do(release_lead, who, leads[0], "联系不上", firm.pools), Released)
    assign(firm, one)
    assert firm.lead(leads[0]).owner_id is not None
    other = firm.who("wang")
    now = "batu" if firm.lead(leads[0]).owner_id == firm.who("batu").id else "zhang"
    assert isinstance(firm.do(transfer_lead, now, leads[0], other, firm.pools), Transferred)
    checked(firm)
