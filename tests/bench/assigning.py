"""Leads a second that automatic assignment gives out, among a million that wait: with ten rules of 20 people, and with
one rule of 200. All of it: turns, decisions, audit entries, and the cards for the new owners.

There is no floor: what a person is to be told by a lead's 为什么 is most of the work, and nobody else writes it.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select, update

from bot.runtime import Runtime
from bot.sandbox.seed import FIRST_NUMBER
from core.leads.assignment_rules import Assignment, Language, Member, Method, Rule
from core.leads.models import How, Lead, Ownership
from core.leads.pools import HoldingRule
from tests.bench.claims import POOLS, hire
from tests.bench.figures import Figure, Wish
from tests.bench.stand import filled, runtime, workplace

LEADS = 1_000_000
GIVEN = 10_000
PEOPLE = 200
_PARTS = [(pool.key, product) for pool in POOLS.pools for product in ("house", "car", "credit")]


def measure(dialect: str, *, rounds: int, given: int = GIVEN, leads: int = LEADS) -> list[Figure]:
    """Leads a second, `given` of them a turn, each turn to people of its own."""
    with workplace() as folder, filled(dialect, leads, folder) as url:
        made = runtime(url, folder / "var")
        hire(made, PEOPLE * 2 * (rounds + 1))
        samples: dict[str, list[float]] = {}
        for turn in range(rounds + 1):
            count = given if turn else min(given, 500)  # the first turn warms up
            for kind, rules in enumerate((_ten, _one)):
                number = turn * 2 + kind
                people = [f"bench{one}" for one in range(number * PEOPLE, (number + 1) * PEOPLE)]
                rate = _rate(made, Assignment(rules(people)), number, count)
                samples.setdefault(rules.__name__, []).extend([rate] if turn else [])
        made.store.database.dispose()
    wish = Wish("ours", least=1000)
    return [
        Figure(f"assigned of {leads:,} by {said}, {dialect}", "leads/s", tuple(samples[name]), wish=wish)
        for name, said in (("_ten", "10 rules of 20"), ("_one", "1 rule of 200"))
    ]


def _one(accounts: Sequence[str]) -> tuple[Rule, ...]:
    return (_rule("all", accounts),)


def _ten(accounts: Sequence[str]) -> tuple[Rule, ...]:
    """A team for each pool and product, and one for the rest."""
    teams = [accounts[place::10] for place in range(10)]
    named = [
        _rule(f"{pool}{product}", team, pools=(pool,), products=(product,))
        for (pool, product), team in zip(_PARTS, teams, strict=False)
    ]
    return (*named, _rule("rest", teams[-1]))


def _rule(key: str, accounts: Sequence[str], **more: object) -> Rule:
    people = tuple(Member(account, 1 + place % 3, daily=500) for place, account in enumerate(accounts))
    return Rule(key, key, Method.WEIGHTED, people, languages=(Language.MONGOLIAN,), **more)  # type: ignore[arg-type]


def _rate(made: Runtime, rules: Assignment, number: int, count: int) -> float:
    """As the scheduler does it, until all that are to be given out are: those whose customer speaks Mongolian."""
    ids = select(Lead.id).where(Lead.owner_id.is_(None), Lead.id >= FIRST_NUMBER).order_by(Lead.id).limit(count)
    with made.store.database.write() as session:
        session.execute(update(Lead).where(Lead.id.in_(ids)).values(language=Language.MONGOLIAN))
    pools = replace(POOLS, holding=(HoldingRule(1000),))
    made.in_force.hold(replace(made.company, assignment=rules, pools=pools, version=f"bench{number}"))
    before, began, given = _assigned(made), time.perf_counter(), 0
    while given < count:
        more = made.assigner.give_out(made.company, time.monotonic() + 5.0)
        made.assigner.tell()
        if not more:
            break
        given += more
    seconds = time.perf_counter() - began
    if _assigned(made) - before != count:
        raise RuntimeError(f"{_assigned(made) - before} leads were assigned, not {count}")
    return count / seconds


def _assigned(made: Runtime) -> int:
    with made.store.read() as session:
        return session.scalar(select(func.count()).where(Ownership.how == How.ASSIGN.value)) or 0
