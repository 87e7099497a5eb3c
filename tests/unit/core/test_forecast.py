"""What another set of recycling rules would do at once is counted as the sweep would do it."""

from dataclasses import replace

from firm import Firm
from kit.clock import Clock

from core.calendar import Length, Unit, WorkingCalendar
from core.leads.forecast import WouldFall, would_fall
from core.leads.recycle import due_leads, let_fall
from core.leads.recycling import Extension, Lapse, Recycling, RecyclingRule
from core.leads.service import log_follow_up

NONE = Recycling(WorkingCalendar())


def days(count: int) -> Length:
    return Length(count, Unit.DAY)


def rules(*each: RecyclingRule, warnings: tuple[Length, ...] = (days(1), days(3))) -> Recycling:
    return Recycling(WorkingCalendar(), each, warnings, Extension(days(3), 2))


FIRST = RecyclingRule("首联", Lapse.FIRST_CONTACT, days(2))
FOLLOW = RecyclingRule("跟进", Lapse.FOLLOW_UP, days(7))


def forecast(firm: Firm, before: Recycling, after: Recycling) -> list[WouldFall]:
    with firm.store.read() as session:
        return would_fall(session, before, after, firm.store.clock())


def swept(firm: Firm, recycling: Recycling) -> int:
    """How many leads a whole sweep takes."""
    gone = 0
    for lapse in Lapse:
        with firm.store.read() as session:
            due = due_leads(session, recycling, lapse, firm.store.clock(), 100)
        gone += len(firm.work(lambda unit, due=due, lapse=lapse: let_fall(unit, due, recycling, firm.pools, lapse)))
    return gone


def test_each_lead_counts_once_by_the_rule_that_takes_it_as_the_sweep_does(firm: Firm, clock: Clock) -> None:
    for by in ("batu", "batu", "admin"):  # the last waits in its pool
        firm.add(by)
    spoken = firm.add("zhang")
    firm.do(log_follow_up, "zhang", spoken, "打过了", None)
    clock.go(days=8)
    fresh = [firm.add("batu") for _ in range(3)]
    after = rules(FOLLOW, FIRST)
    assert forecast(firm, NONE, after) == [WouldFall("跟进", 1, 0), WouldFall("首联", 2, 3)]
    assert swept(firm, after) == 3
    assert {firm.lead(lead).owner_id for lead in fresh} == {firm.who("batu").id}


def test_what_falls_by_the_rules_of_now_as_well_is_no_consequence(firm: Firm, clock: Clock) -> None:
    firm.add("batu")
    clock.go(days=8)
    firm.add("batu")
    assert forecast(firm, rules(FOLLOW), rules(FOLLOW)) == []
    assert forecast(firm, rules(FOLLOW), rules(replace(FOLLOW, within=days(6)))) == []
    assert forecast(firm, rules(FOLLOW), rules(replace(FOLLOW, within=days(3)))) == [WouldFall("跟进", 0, 1)]


def test_without_warnings_only_what_falls_at_once_is_known(firm: Firm, clock: Clock) -> None:
    firm.add("batu")
    clock.go(days=5)
    assert forecast(firm, NONE, rules(FOLLOW, warnings=())) == []
    clock.go(days=2)
    assert forecast(firm, NONE, rules(FOLLOW, warnings=())) == [WouldFall("跟进", 1, 0)]
    assert forecast(firm, rules(FOLLOW), NONE) == []


def test_a_rule_that_exempts_and_products_are_heeded(firm: Firm, clock: Clock) -> None:
    for product in ("house", "house", "car"):
        firm.add("batu", product=product)
    clock.go(days=8)
    never = RecyclingRule("不收", Lapse.FOLLOW_UP, None, products=("house",))
    cars = RecyclingRule("车抵", Lapse.FOLLOW_UP, days(3), products=("car",))
    assert forecast(firm, NONE, rules(never, cars)) == [WouldFall("车抵", 1, 0)]
    assert forecast(firm, rules(never, cars), rules(cars, FOLLOW)) == [WouldFall("跟进", 2, 0)]
