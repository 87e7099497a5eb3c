"""The risk rules: a policy as shipped against the bare engine and against Python, from the hand-in to its cards in the
outbox, with a challenger and without, and changed rules tried on many applications.

The bare engine evaluates what the policy asks, but for the rules about the score, merged into one program by hand, and
knows neither what is missing nor a score. In both its figures it is given all values: what it fails without.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from bot.inbound import Envelope, Text
from bot.runtime import Runtime
from bot.sandbox.seed import FIRST_NUMBER
from core.expressions import Fact, Together, handed_over, names_in, spelled_out
from core.leads.models import Lead
from core.loans import service
from core.loans.outcomes import Started
from core.loans.trying import Change
from core.loans.trying_parts import Place, try_all
from core.people import queries as people
from core.risk import writing
from core.risk.assessing import Assessor
from core.risk.models import RiskChallenge, RiskDecision
from core.risk.policy import Policy
from core.store.issued import IssuedCard
from tests.bench.by_hand import house
from tests.bench.figures import Figure, Wish, percentile
from tests.bench.past import applicants, fill, policy_of, stricter
from tests.bench.stand import filled, runtime, workplace
from tests.kit.filled import filled as usual

APPLICATIONS = 100_000
_LEADS = 10_000
_PRODUCT = "house"
_TIMES = 20  # each applicant, a turn
_OFFICER = "batu"
_IN_DEBT = {"monthly_income": 1_800_000, "monthly_debts": 500_000}  # whom the rules would refuse: with a card
_EVENT = b"<xml>" + b"x" * 900 + b"</xml>"  # as long as that of a message
Facts = Mapping[str, Fact | None]


def measure_rules(*, rounds: int, times: int = _TIMES) -> list[Figure]:
    """Applications a second, ours and the floors by turns."""
    with workplace() as folder, filled("sqlite", 2_000, folder) as url:
        made = runtime(url, folder / "var")
        try:
            policy = policy_of(made.company.risk, _PRODUCT)
            as_handed_in = [each.facts for each in applicants(made) if each.product == _PRODUCT]
        finally:
            made.store.database.dispose()
    all_there = [_all_there(facts) for facts in as_handed_in]
    assess, bare = Assessor(policy).assess, _merged(policy)
    given = [handed_over(policy.given, facts) for facts in all_there]
    _check(policy, all_there)
    works: dict[str, Callable[[], float]] = {
        "ours": lambda: _a_second(assess, all_there, times),
        "bare": lambda: _a_second(bare, given, times),
        "handed in": lambda: _a_second(assess, as_handed_in, times),
        "python": lambda: _a_second(house, all_there, times),
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            rate = work()
            found[name] += [rate] if turn else []  # the first turn warms up
    name, least = f"房抵, {len(policy.rules)} rules", Wish("ratio", least=0.5)
    engine = tuple(found["bare"])
    return [
        Figure(f"{name}, all values there, to the bare engine", "/s", tuple(found["ours"]), engine, least),
        Figure(f"{name}, as handed in, to the bare engine", "/s", tuple(found["handed in"]), engine, least),
        Figure(f"{name}, to Python by hand", "/s", tuple(found["ours"]), tuple(found["python"])),
    ]


def _all_there(facts: Facts) -> dict[str, Fact | None]:
    agrees = facts["spouse_agrees"] if facts["spouse_agrees"] is not None else "知情同意"
    return {**facts, "cost_a_year": 0.18, "spouse_agrees": agrees}


def _a_second(work: Callable[[Any], object], those: Sequence[Any], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        for each in those:
            work(each)
    return times * len(those) / (time.perf_counter() - started)


def _merged(policy: Policy) -> Callable[[Mapping[str, object]], object]:
    """All that it asks as one program of the engine, and nothing of ours around it."""
    meanings: dict[str, str] = {}
    for key, source in writing.made(policy):
        meanings[key] = spelled_out(source, meanings)
    asked = [writing.points(item) for item in policy.score.items] if policy.score is not None else []
    asked += [writing.asked(rule) for rule in policy.rules if not names_in(rule.when) & {"score", "score_grade"}]
    written = [*meanings.values(), *(spelled_out(source, meanings) for source in asked)]
    (program,) = Together(written, policy.given)._programs
    return lambda given: program.eval(data=given).plain_value()


def _check(policy: Policy, those: Sequence[Facts]) -> None:
    """What is written by hand says the same: else the figures mean nothing."""
    assessor = Assessor(policy)
    for facts in those:
        result = assessor.assess(facts)
        said = {hit.rule for hit in result.hits}, result.score
        if said != house(facts):
            raise RuntimeError(f"by hand {house(facts)}, by the policy {said}")


def measure_hand_in(dialect: str, *, rounds: int, each: int) -> list[Figure]:
    """Milliseconds from 提交 to the committed cards, with a challenger and without by turns, `each` of both a turn."""
    with workplace() as folder, filled(dialect, 2_000, folder) as url:
        made = runtime(url, folder / "var")
        try:
            texts = _hand_ins(made, (rounds + 1) * 2 * each)
            alone = made.company
            challengers = tuple(replace(policy, challenger=("bench",)) for policy in stricter(alone.risk).policies)
            challenged = replace(alone, risk=replace(alone.risk, challengers=challengers))
            found: tuple[list[float], list[float]] = ([], [])
            for turn in range(rounds + 1):
                for side, company in zip(found, (challenged, alone), strict=True):
                    made.in_force.hold(company)
                    taken = [_milliseconds(made, next(texts)) for _ in range(each)]
                    side.extend(taken if turn else [])  # the first turn warms up
            _check_recorded(made, (rounds + 1) * each)
        finally:
            made.store.database.dispose()
    with_one, without = found
    name = f"提交 to its cards in the outbox, {dialect}"
    p99, median = percentile(without, 0.99), (percentile(with_one, 0.5),)
    return [
        Figure(f"{name} p99", "ms", (p99,), (), Wish("ours", most=300)),
        Figure(f"{name} p50, with a challenger", "ms", median, (percentile(without, 0.5),), Wish("ratio", most=1.1)),
    ]


def _hand_ins(made: Runtime, number: int) -> Iterator[Text]:
    """So many applications, filled in; his messages that hand them in."""
    now = made.company
    made.in_force.hold(replace(now, forms=tuple(replace(form, documents=()) for form in now.forms)))
    with made.store.read() as session:
        officer = people.by_userid(session, "wecom", _OFFICER)
    if officer is None:
        raise RuntimeError(f"{_OFFICER} is not there")
    leads = range(FIRST_NUMBER, FIRST_NUMBER + number)
    with made.store.database.write() as session:
        mine = {"owner_id": officer.id, "owned_at": made.store.clock(), "idle_since": made.store.clock()}
        session.execute(update(Lead).where(Lead.id.in_(leads)).values(**mine, pooled_at=None))
    numbers = []
    for lead in leads:
        with made.store.unit(request_id="bench", channel="wecom", origin=f"bench:{lead}") as unit:
            begun = service.start(unit, officer, lead, _PRODUCT, usual(_PRODUCT, **_IN_DEBT), made.company.loans)
        if not isinstance(begun, Started):
            raise TypeError(f"an application that was not begun: {begun}")
        numbers.append(begun.application_id)
    at = made.store.clock()
    return (Text(Envelope("wecom", f"wecom:bench:{each}", _OFFICER, at), f"提交 A{each}") for each in numbers)


def _milliseconds(made: Runtime, text: Text) -> float:
    started = time.perf_counter()
    taken = made.intake.take(text, _EVENT)
    if taken.came != "done":
        raise RuntimeError(f"a hand-in came to {taken}")
    return (time.perf_counter() - started) * 1000


def _check_recorded(made: Runtime, each: int) -> None:
    """Each was looked at, half of them by the challenger too, and its card is there."""
    with made.store.read() as session:
        decisions = session.scalar(select(func.count()).select_from(RiskDecision))
        challenges = session.scalar(select(func.count(RiskChallenge.result)))
        shown = session.scalars(select(IssuedCard.args).where(IssuedCard.screen == "screening")).all()
    cards = len({args["application"] for args in shown})
    if (decisions, challenges, cards) != (2 * each, each, 2 * each):
        raise RuntimeError(f"of {2 * each} hand-ins {decisions} decisions, {challenges} challenges, {cards} cards")


def measure_trying(dialect: str, *, rounds: int, applications: int = APPLICATIONS) -> list[Figure]:
    """Applications a second by `tuoling risk try`, with two processes as it has them."""
    with workplace() as folder, filled(dialect, _LEADS, folder) as url:
        made = runtime(url, folder / "var")
        try:
            fill(made, applications)
            now = made.company.loans
            change = Change(now.risk, stricter(now.risk), now, made.store.clock() - timedelta(days=90))
            place = Place(url, made.settings.master_keys())
            rates = [_tried(made, place, change, applications) for _ in range(rounds)]
        finally:
            made.store.database.dispose()
    name = f"risk try over {applications:,} applications, {dialect}"
    return [Figure(name, "/s", tuple(rates), (), Wish("ours", least=20_000))]


def _tried(made: Runtime, place: Place, change: Change, applications: int) -> float:
    started = time.perf_counter()
    tally = try_all(made.store, place, change)
    if (tally.count, bool(tally.changed), tally.lacking.total()) != (applications, True, 0):
        raise RuntimeError(f"of {applications} applications {tally.count} were tried, {tally.changed} change")
    return applications / (time.perf_counter() - started)
