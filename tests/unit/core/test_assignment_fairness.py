"""Automatic assignment is fair: over 10,000 leads, for any weights, to who joins and who comes back."""

import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import CHINA
from core.leads.assignment import Candidate, after, choose
from core.leads.assignment_outcomes import LEAD, Chosen, Decision, Nobody, Ranked
from core.leads.assignment_rules import Language, Leave, Member, Method, Rule, Span, Unassigned

NOW = datetime(2026, 10, 5, tzinfo=CHINA)
BY_TURNS = (Method.ROUND_ROBIN, Method.WEIGHTED)
PEOPLE, ALWAYS_THERE = 30, 12


@dataclass
class Office:
    """The people of one rule as their leads come in."""

    rule: Rule
    people: list[Candidate]
    got: Counter[str] = field(default_factory=Counter)
    share: dict[str, float] = field(default_factory=dict)  # of the leads that each could take, by weight
    since: dict[str, float] = field(default_factory=dict)  # his share when he got his last one
    longest: float = 0.0  # the share in which somebody waited for a lead
    order: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def give(self, lead: Unassigned, now: datetime) -> Decision:
        started = time.process_time()
        decision = choose(self.rule, lead, self.people, now)
        self.seconds += time.process_time() - started
        if isinstance(decision, Chosen):
            self.people = after(self.people, decision)
            self._note(decision)
        return decision

    def _note(self, decision: Chosen) -> None:
        able = {each.account: each.verdict for each in decision.standings if isinstance(each.verdict, Ranked)}
        whole = sum(one.weight for one in able.values())
        for account, one in able.items():
            self.share[account] = self.share.get(account, 0.0) + one.weight / whole
            self.longest = max(self.longest, self.share[account] - self.since.get(account, 0.0))
        (winner,) = [account for account, one in able.items() if one.rank == 1]
        self.got[winner] += 1
        self.since[winner] = self.share[winner]
        self.order.append(winner)

    def unfairness(self) -> float:
        """How far anybody's number of leads is from his share."""
        return max(abs(self.got[account] - share) for account, share in self.share.items())


def office(method: Method, *people: Member) -> Office:
    return Office(
        Rule("r", "规则", method, people), [Candidate(at, one.account, one.account) for at, one in enumerate(people)]
    )


def run(shop: Office, count: int, start: int = 0, there: Sequence[Collection[str]] = ()) -> Office:
    """Give out `count` leads, one a minute. `there`: who is active, lead for lead and again from the first."""
    for number in range(start, start + count):
        if there:
            active = there[number % len(there)]
            shop.people = [replace(each, active=each.account in active) for each in shop.people]
        shop.give(Unassigned(number, "x"), NOW + timedelta(minutes=number))
    return shop


def a_firm(seed: int, method: Method) -> tuple[Office, Iterator[Unassigned]]:
    """30 people, 12 of them always there for everything; and leads of many kinds."""
    dice = random.Random(seed)
    week = (*(Span(day * 1440 + 510, day * 1440 + 1080) for day in range(5)),)
    weekend = (Span(5 * 1440, 7 * 1440),)
    members = []
    for number in range(PEOPLE):
        member = Member(f"p{number:02}", weight=dice.randint(1, 5))
        if number >= ALWAYS_THERE:
            away = NOW + timedelta(days=dice.randint(0, 40))
            member = replace(
                member,
                shift=dice.choice([(), week, week, weekend]),
                leave=(Leave(away, away + timedelta(hours=dice.choice([4, 24, 240]))),),
                regions=dice.choice([(), ("1501",), ("1502", "1504")]),
                skills=dice.choice([(), ("house",), ("car", "credit")]),
                languages=dice.choice([(), (Language.CHINESE,)]),
                daily=dice.choice([None, 4, 12]),
            )
        members.append(member)
    dice.shuffle(members)
    leads = (
        Unassigned(
            number,
            "x",
            dice.choice(["150102", "150203", "150402", None]),
            dice.choice(["house", "car", "credit", None]),
            language=dice.choice([None, None, Language.MONGOLIAN]),
        )
        for number in range(1, 10_001)
    )
    return office(method, *members), leads


def weights(shop: Office) -> dict[str, int]:
    """Of those who are always there, as the method sees them."""
    flat = shop.rule.method is Method.ROUND_ROBIN
    return {one.account: 1 if flat else one.weight for one in shop.rule.people if int(one.account[1:]) < ALWAYS_THERE}


def off_by(shop: Office) -> float:
    """How far those who are always there are from their weights' share of what they got together."""
    of = weights(shop)
    together = sum(shop.got[account] for account in of)
    return max(abs(shop.got[account] - together * weight / sum(of.values())) for account, weight in of.items())


def simulate(seed: int, method: Method, look: Callable[[Office], object] = off_by, count: int = 10_000) -> Office:
    """Give out `count` of its leads, one every seven minutes or so; `look` at it after each."""
    shop, leads = a_firm(seed, method)
    dice, now = random.Random(seed), NOW
    for lead in islice(leads, count):
        day, now = now.date(), now + timedelta(seconds=dice.randint(1, 800))
        if now.date() != day:
            shop.people = [replace(each, assigned_today=0) for each in shop.people]
        shop.give(lead, now)
        look(shop)
    return shop


@pytest.mark.parametrize(("method", "seed"), zip(BY_TURNS, (1, 4), strict=True))
def test_ten_thousand_leads_and_thirty_people(method: Method, seed: int) -> None:
    """Who is always there gets his weight's share within one lead (for 轮流, at every moment). Everybody, who comes and
    goes and is choosy too, stays within two leads of his share of what he could take, and waits for no more than three.
    """
    worst, worst_always = 0.0, 0.0

    def look(shop: Office) -> None:
        nonlocal worst, worst_always
        worst = max(worst, shop.unfairness())
        if method is Method.ROUND_ROBIN:
            worst_always = max(worst_always, off_by(shop))

    shop = simulate(seed, method, look)
    assert len(shop.order) == 10_000
    assert set(shop.got) == {one.account for one in shop.rule.people}
    assert max(off_by(shop), worst_always) <= 1
    assert worst < 2
    assert shop.longest < 3


def test_least_loaded_keeps_what_people_hold_level() -> None:
    of = weights(a_firm(1, Method.LEAST_LOADED)[0])

    def look(shop: Office) -> None:
        loads = [each.held / of[each.account] for each in shop.people if each.account in of]
        assert max(loads) - min(loads) <= 1

    simulate(1, Method.LEAST_LOADED, look)


@pytest.mark.parametrize("method", Method)
def test_the_same_leads_go_the_same_way_again(method: Method) -> None:
    assert simulate(7, method, count=1000).order == simulate(7, method, count=1000).order


def test_a_thousand_choices_a_second() -> None:
    shop = simulate(1, Method.WEIGHTED, count=3000)
    rate = len(shop.order) / shop.seconds
    print(f"{rate:.0f} choices a second among {PEOPLE} people")  # noqa: T201
    assert rate > 1000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 100), min_size=1, max_size=30), st.sampled_from(BY_TURNS))
def test_with_the_same_people_each_stays_within_one_lead_of_his_share_at_every_moment(
    numbers: list[int], method: Method
) -> None:
    shop = office(method, *(Member(f"p{at}", weight) for at, weight in enumerate(numbers)))
    for start in range(min(sum(numbers), 300)):
        run(shop, 1, start)
        assert shop.unfairness() < 1.000_001


def test_a_heavy_weight_does_not_run_ahead() -> None:
    """By the smallest (served + 1) / weight alone, the first 99 leads would be his."""
    shop = run(office(Method.WEIGHTED, Member("big", 100), *(Member(f"p{at}") for at in range(29))), 129)
    assert shop.got == Counter({"big": 100} | {f"p{at}": 1 for at in range(29)})
    for size in (10, 40, 90):
        assert abs(shop.order[:size].count("big") - size * 100 / 129) < 1


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 12), st.data())
def test_nobody_starves_however_people_come_and_go(size: int, data: st.DataObject) -> None:
    """What anybody is owed stays below one lead for each person of the rule, so he waits a bounded time."""
    of = data.draw(st.lists(st.integers(1, 100), min_size=size, max_size=size))
    names = [f"p{at}" for at in range(size)]
    shop = office(Method.WEIGHTED, *map(Member, names, of))
    there = data.draw(st.lists(st.sets(st.sampled_from(names)), min_size=20, max_size=120))
    run(shop, len(there) * 3, there=there)
    assert all(abs(each.turn.due) < size * LEAD for each in shop.people)
    assert shop.longest < 2 * size


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(8)), st.permutations(range(8)), st.integers(0, 10**6), st.sampled_from(Method))
def test_neither_numbers_nor_the_order_of_the_input_change_the_choice(
    ids: list[int], order: list[int], seed: int, method: Method
) -> None:
    """People with other ids, given in another order, get the same leads."""
    dice = random.Random(seed)
    members = [Member(f"p{at}", dice.randint(1, 4)) for at in range(8)]
    plain, other = office(method, *members), office(method, *members)
    other.people = [Candidate(ids[at], f"p{at}", f"p{at}") for at in order]
    assert run(plain, 60, seed).order == run(other, 60, seed).order


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(0, 10**6), st.sampled_from(Method), st.booleans())
def test_ties_rotate(size: int, start: int, method: Method, at_once: bool) -> None:
    """Of equals each gets one lead in every round; also when all are given out in one moment, and when leads are closed
    at once, so that nobody holds any."""
    shop = office(method, *(Member(f"p{at}") for at in range(size)))
    for number in range(start, start + 3 * size):
        shop.give(Unassigned(number, "x"), NOW if at_once else NOW + timedelta(minutes=number))
        if not at_once:
            shop.people = [replace(each, held=0) for each in shop.people]
    for first in range(0, 3 * size, size):
        assert len(set(shop.order[first : first + size])) == size


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(Method))
def test_who_is_chosen_can_take_it_and_nobody_means_that_nobody_can(seed: int, method: Method) -> None:
    shop, leads = a_firm(seed, method)
    dice, now = random.Random(seed), NOW
    shop.rule = replace(shop.rule, people=tuple(replace(one, daily=5) for one in shop.rule.people))
    for lead in [next(leads) for _ in range(200)]:
        now += timedelta(seconds=dice.randint(1, 2000))
        before = {each.account: each for each in shop.people}
        decision = shop.give(lead, now)
        if isinstance(decision, Nobody):
            assert all(each.assigned_today >= 5 for each in before.values() if int(each.account[1:]) < ALWAYS_THERE)
            continue
        winner = next(one for one in shop.rule.people if one.account == shop.order[-1])
        assert before[winner.account].assigned_today < 5
        assert lead.region is None or not winner.regions or any(map(lead.region.startswith, winner.regions))
        assert lead.product is None or not winner.skills or lead.product in winner.skills
        assert decision.fell_back or not (lead.language and winner.languages) or lead.language in winner.languages
        assert not any(leave.start <= now < leave.end for leave in winner.leave)
        minute = now.weekday() * 1440 + now.hour * 60 + now.minute
        assert not winner.shift or any(span.start <= minute < span.end for span in winner.shift)


@pytest.mark.parametrize("method", BY_TURNS)
def test_who_joins_gets_his_share_and_no_more(method: Method) -> None:
    names = ["a", "b", "c", "d"]
    shop = run(office(method, *map(Member, names)), 300, there=["abc"])
    assert shop.got == Counter(a=100, b=100, c=100)
    run(shop, 40, 300, there=[names])
    since = shop.order[300:]
    assert Counter(since) == Counter(a=10, b=10, c=10, d=10)
    assert all(len(set(since[at : at + 2])) == 2 for at in range(39))


@pytest.mark.parametrize("method", BY_TURNS)
def test_who_was_away_does_not_catch_up_and_who_worked_alone_does_not_pay(method: Method) -> None:
    """b, who weighs three, is away for 500 leads, 100 of which a takes alone; from then on all get their share."""
    shop = run(office(method, Member("a"), Member("b", 3), Member("c")), 50)
    run(shop, 400, 50, there=["ac"])
    run(shop, 100, 450, there=["a"])
    run(shop, 30, 550, there=["abc"])
    share = {"a": 10, "b": 10, "c": 10} if method is Method.ROUND_ROBIN else {"a": 6, "b": 18, "c": 6}
    assert all(abs(shop.order[550:].count(name) - count) <= 1 for name, count in share.items())
