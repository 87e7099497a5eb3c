"""The recycling sweep of many due leads among a million, against one set-based UPDATE with the same history rows.

Ours goes batch by batch, so that taps wait for none of it, with the notices for owners and superiors and a look for
cards that still show a number. The floor is one transaction with a statement for each table of the history: UPDATE
lead, UPDATE ownership, INSERT ownership, INSERT audit; nothing in it is asked, chained or told.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from bot.runtime import Runtime
from bot.sandbox.seed import FIRST_NUMBER
from core.calendar import Length, Unit, WorkingCalendar
from core.leads.recycling import Lapse, Recycling, RecyclingRule
from tests.bench.claims import hire
from tests.bench.figures import Figure, Wish
from tests.bench.stand import filled, runtime, workplace

LEADS = 1_000_000
DUE = 50_000
PEOPLE = 200
_WEEK = Recycling(WorkingCalendar(), (RecyclingRule("7天跟进", Lapse.FOLLOW_UP, Length(7, Unit.DAY)),))


def measure(dialect: str, *, rounds: int, due: int = DUE, leads: int = LEADS) -> list[Figure]:
    """Seconds for `due` leads, ours and the floor by turns, each on leads of its own."""
    ours, floor = [], []
    with workplace() as folder, filled(dialect, leads, folder) as url:
        made = runtime(url, folder / "var")
        owners = [actor.id for actor in hire(made, PEOPLE)]
        first = FIRST_NUMBER
        for turn in range(rounds + 1):
            count = due if turn else min(due, 1_000)  # the first turn warms up
            for samples, work in ((ours, _by_rule), (floor, _by_hand)):
                _give(made, first, count, owners)
                began = time.perf_counter()
                fallen = work(made)
                if turn:
                    samples.append(time.perf_counter() - began)
                if fallen != count:
                    raise RuntimeError(f"{fallen} leads fell, not {count}")
                first += count
        made.store.database.dispose()
    name = f"recycling of {due:,} leads among {leads:,}, {dialect}"
    return [Figure(name, "s", tuple(ours), tuple(floor), Wish("ratio", most=3.0))]


def _by_rule(made: Runtime) -> int:
    """As the scheduler does it, to the end."""
    made.in_force.hold(replace(made.company, recycling=_WEEK))
    fallen = 0
    while gone := made.recycler.let_fall(Lapse.FOLLOW_UP, until=time.monotonic() + 600):
        fallen += gone
    return fallen


_FALL = """
UPDATE lead SET owner_id = NULL, owned_at = NULL, idle_since = NULL, contacted = :no, applied_at = NULL,
 next_contact_at = NULL, pooled_at = :now, revision = revision + 1
 WHERE state = 'open' AND owner_id IS NOT NULL AND idle_since <= :cutoff
"""
_END = (
    "UPDATE ownership SET until = :now WHERE until IS NULL AND lead_id IN (SELECT id FROM lead WHERE pooled_at = :now)"
)
_BEGIN = """
INSERT INTO ownership (id, lead_id, owner_id, pool, how, rule, since)
 SELECT :base + id, id, NULL, pool, 'recycle', '7天跟进', :now FROM lead WHERE pooled_at = :now
"""
_LOG = """
INSERT INTO audit (seq, at, actor_id, action, subject, details, channel, request_id, key_id, hash)
 SELECT audit_head.seq + row_number() OVER (), :now, NULL, 'lead:recycle', 'lead:' || lead.id,
 :details, 'system', 'recycle', 'aaaaaaaa', :hash
 FROM lead, audit_head WHERE lead.pooled_at = :now
"""
_HEAD = "UPDATE audit_head SET seq = (SELECT max(seq) FROM audit)"


_GIVE = (
    "UPDATE lead SET owner_id = :low + id % :people, owned_at = :since, idle_since = :since, pooled_at = NULL"
    " WHERE id BETWEEN :first AND :last",
    "UPDATE ownership SET until = :since WHERE until IS NULL AND lead_id BETWEEN :first AND :last",
    "INSERT INTO ownership (id, lead_id, owner_id, pool, how, since)"
    " SELECT id + 5000000000, id, :low + id % :people, pool, 'claim', :since FROM lead"
    " WHERE id BETWEEN :first AND :last",
)


def _by_hand(made: Runtime) -> int:
    now = made.store.clock()
    values = {"now": _typed(made, now), "cutoff": _typed(made, now - timedelta(days=7)), "no": False}
    told = {"hash": b"h" * 32, "details": '{"owner":1234,"pool":"hohhot","rule":"7天跟进"}'}
    with made.store.database.begin() as connection:
        fallen = connection.execute(text(_FALL), values).rowcount
        connection.execute(text(_END), values)
        connection.execute(text(_BEGIN), values | {"base": time.time_ns() // 1000})
        connection.execute(text(_LOG), values | told)
        connection.execute(text(_HEAD))
    return int(fallen)


def _typed(made: Runtime, moment: object) -> object:
    """As the driver takes a time in plain SQL: SQLite has none."""
    if made.store.database.dialect == "sqlite":
        return moment.replace(tzinfo=None).isoformat(" ")  # type: ignore[attr-defined]
    return moment


def _give(made: Runtime, first: int, count: int, owners: Sequence[int]) -> None:
    """The leads from number `first` on are these people's, by turns, since a month."""
    since = _typed(made, made.store.clock() - timedelta(days=30))
    values = {"first": first, "last": first + count - 1, "since": since, "people": len(owners), "low": min(owners)}
    with made.store.database.begin() as connection:
        for statement in _GIVE:
            connection.execute(text(statement), values)
