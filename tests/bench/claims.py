"""Claims a second: the verb with its audit entry, events and the answer's card, against the same writes by hand."""

import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy import func, insert, select

from bot.runtime import Runtime
from bot.sandbox.seed import FIRST_NUMBER
from core.leads.claiming import claim_leads
from core.leads.models import Lead
from core.leads.outcomes import Claimed
from core.leads.pools import HoldingRule, Pool, Pools
from core.people import queries as people
from core.people.models import Person
from core.people.policy import Actor
from core.store import audit, post
from core.store.database import TAP_PATIENCE
from jobs.screens import claimed_face
from tests.bench.figures import Figure, Wish
from tests.bench.raw_claim import RawClaims
from tests.bench.stand import filled, runtime, workplace

LEADS = 20_000
CLAIMS_A_PERSON = 5  # a day: limits are counted from them, so they must be as few as in life
POOLS = Pools(
    tuple(Pool(key, key) for key in ("hohhot", "baotou", "region")),
    "region",
    daily_claims=10,
    holding=(HoldingRule(80),),
)

Claim = Callable[[int, Actor], bool]


def measure(dialect: str, *, rounds: int, claims: int, leads: int = LEADS) -> list[Figure]:
    """Claims a second with 1 and with 4 threads, ours and the raw transaction by turns, `claims` of each a turn."""
    with workplace() as folder, filled(dialect, leads, folder) as url:
        made = runtime(url, folder / "var")
        try:
            crowd = _Crowd(made, rounds * claims * 2 * 2)
            return [_figure(dialect, threads, crowd, url, rounds, claims) for threads in (1, 4)]
        finally:
            made.store.database.dispose()


def _figure(dialect: str, threads: int, crowd: "_Crowd", url: str, rounds: int, claims: int) -> Figure:
    ours, floor = [], []
    for turn in range(rounds + 1):
        count = claims if turn else threads * 10  # the first turn warms up
        ours.append(_race([_by_verb(crowd.runtime)] * threads, crowd.next(count)))
        connections = [RawClaims(url) for _ in range(threads)]
        floor.append(_race([_by_hand(each) for each in connections], crowd.next(count)))
        for each in connections:
            each.close()
    crowd.check()
    name = f"claims, {threads} thread{'s' if threads > 1 else ''}, {dialect}"
    return Figure(name, "claims/s", tuple(ours[1:]), tuple(floor[1:]), Wish("ratio", least=0.5))


class _Crowd:
    """Who claims what: every lead once, nobody more than a few."""

    def __init__(self, made: Runtime, most: int) -> None:
        self.runtime = made
        self._actors = hire(made, most // CLAIMS_A_PERSON + 100)
        self._lead = FIRST_NUMBER

    def next(self, count: int) -> list[tuple[int, Actor]]:
        """The next `count` claims: number and claimer."""
        numbers = range(self._lead, self._lead + count)
        self._lead += count
        return [(number, self._actors[number % len(self._actors)]) for number in numbers]

    def check(self) -> None:
        """Every claim so far came about, and the log holds an entry for each: else the figures mean nothing."""
        taken = self._lead - FIRST_NUMBER
        with self.runtime.store.read() as session:
            owned = session.scalar(select(func.count()).select_from(Lead).where(Lead.owner_id.is_not(None)))
            entries = session.scalar(
                select(func.count()).select_from(audit.AuditRow).where(audit.AuditRow.action == "lead:claim")
            )
        if (owned, entries) != (taken, taken):
            raise RuntimeError(f"of {taken} claims {owned} leads are owned, {entries} recorded")


def hire(made: Runtime, count: int) -> list[Actor]:
    """More officers, all like 巴特尔."""
    with made.store.unit(request_id="bench") as unit:
        like = unit.session.scalars(select(Person).where(Person.wecom_userid == "batu")).unique().one()
        rows = [
            {"name": f"客户经理{number}", "department_id": like.department_id, "roles": "officer", "rank": ""}
            | {"wecom_userid": f"bench{number}"}
            for number in range(count)
        ]
        unit.session.execute(insert(Person), rows)
        actor = people.by_userid(unit.connection, "wecom", "bench0")
        ids = unit.session.scalars(select(Person.id).where(Person.wecom_userid.startswith("bench")).order_by(Person.id))
        if actor is None:
            raise RuntimeError("the new officers are not there")
        return [Actor(each, actor.name, actor.department, actor.roles, rank=actor.rank) for each in ids]


def _race(claims: Sequence[Claim], work: list[tuple[int, Actor]]) -> float:
    """Do `work` with one thread for each of `claims`; claims a second."""
    barrier, won = threading.Barrier(len(claims) + 1), []

    def run(claim: Claim, part: list[tuple[int, Actor]]) -> None:
        barrier.wait()
        won.append(sum(claim(lead_id, actor) for lead_id, actor in part))

    threads = [
        threading.Thread(target=run, args=(claim, work[place :: len(claims)])) for place, claim in enumerate(claims)
    ]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if sum(won) != len(work):
        raise RuntimeError(f"{sum(won)} of {len(work)} claims were won")
    return len(work) / seconds


def _by_verb(made: Runtime) -> Claim:
    """As the intake does it for 领取 L1, without its inbox row."""

    def claim(lead_id: int, actor: Actor) -> bool:
        origin = f"bench:{lead_id}"
        with made.store.unit(request_id="k3v9q2ab", channel="wecom", origin=origin, patience=TAP_PATIENCE) as unit:
            outcomes = claim_leads(unit, actor, [lead_id], POOLS)
            post.show(unit, "wecom", actor.id, claimed_face(outcomes, unit.now))
        return isinstance(outcomes[0], Claimed)

    return claim


def _by_hand(connection: RawClaims) -> Claim:
    return lambda lead_id, actor: connection.claim(lead_id, actor.id)
