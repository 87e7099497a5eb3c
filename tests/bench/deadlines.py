"""The sweep of deadlines: a thousand of many open tasks have come to a rung of their ladder. Milliseconds of a sweep,
with its rungs, audit log and notices, against three bare statements that write the same rungs, tasks and messages.

Of each task that is due the deadline has just passed: its holder is reminded and his superior told.
"""

import time
from datetime import timedelta

from sqlalchemy import text

from bot.runtime import Runtime
from core.loans import timing
from jobs.deadlines import DeadlineSweep
from tests.bench.bottlenecks import fill, typed
from tests.bench.figures import Figure, Wish
from tests.bench.stand import filled, runtime, workplace

TASKS, DUE = 100_000, 1_000
_WISH = Wish("ours", most=2000)
_LONG = 30  # days until the other tasks are due
_PUT_BACK = (
    "DELETE FROM loan_rung",
    "DELETE FROM outbox",
    "DELETE FROM issued_card",
    "UPDATE loan_task SET since = :long_ago, due_at = :later, next_at = :later, timed_by = :mark WHERE state = 'open'",
    "UPDATE loan_task SET since = :since, due_at = :due, next_at = :due WHERE id IN (SELECT loan_task.id FROM loan_task"
    " JOIN loan_step ON loan_step.id = loan_task.step_id WHERE loan_task.state = 'open'"
    " AND loan_step.node = 'first_review' ORDER BY loan_task.id LIMIT :count)",
)
_BY_HAND = (
    "INSERT INTO loan_rung (task_id, rung, does, came, due_at, at) SELECT id, 1, 'superior', 'done', :due, :now"
    " FROM loan_task WHERE state = 'open' AND next_at IS NOT NULL AND next_at <= :now",
    "INSERT INTO outbox (channel, person_id, target, kind, dedupe_key, state, attempts, maybe_sent, created_at,"
    " next_try_at, request_id)"
    " SELECT 'wecom', loan_task.person_id, 'bench', 'card', 'bench' || loan_task.id || '.' || copies.k, 'pending', 0,"
    " :no, :now, :now, 'bench' FROM loan_task CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1) AS copies"
    " WHERE loan_task.state = 'open' AND next_at IS NOT NULL AND next_at <= :now",
    "UPDATE loan_task SET next_at = :later WHERE state = 'open' AND next_at IS NOT NULL AND next_at <= :now",
)


def measure(dialect: str, *, rounds: int, tasks: int = TASKS, due: int = DUE) -> list[Figure]:
    """Milliseconds of a sweep, ours and the floor by turns."""
    with workplace() as folder, filled(dialect, tasks, folder) as url:
        made = runtime(url, folder / "var")
        try:
            fill(made, each=1)
            ours, floor = [], []
            for turn in range(rounds + 1):
                one, other = _swept(made, due), _by_hand(made, due)
                if turn:  # the first turn warms up
                    ours.append(one)
                    floor.append(other)
            name = f"deadlines: {due:,} due of {tasks:,} tasks, {dialect}"
            return [Figure(name, "ms", tuple(ours), tuple(floor), _WISH)]
        finally:
            made.store.database.dispose()


def _put_back(made: Runtime, due: int) -> dict[str, object]:
    """All as it was before a sweep; the times by their names."""
    rules, now = made.company.loans, made.store.clock()
    since = rules.calendar.back(now, timedelta(hours=8, minutes=1))
    at = rules.calendar.add(since, timedelta(hours=8))
    moments = {"since": since, "due": at, "now": now}
    moments |= {"long_ago": now - timedelta(days=_LONG), "later": now + timedelta(days=_LONG)}
    times = {name: typed(made, moment) for name, moment in moments.items()}
    given = times | {"mark": timing.mark(rules), "count": due}
    with made.store.database.begin() as connection:
        for statement in _PUT_BACK:
            connection.execute(text(statement), {name: given[name] for name in given if f":{name}" in statement})
    return times | {"no": False}


def _swept(made: Runtime, due: int) -> float:
    _put_back(made, due)
    sweep = DeadlineSweep(made.store, made.in_force)
    started = time.perf_counter()
    reached = sweep.sweep(made.company.loans, float("inf"))
    spent = (time.perf_counter() - started) * 1000
    if reached < due:
        raise RuntimeError(f"{reached} rungs were come to, of {due} tasks")
    return spent


def _by_hand(made: Runtime, due: int) -> float:
    times = _put_back(made, due)
    started = time.perf_counter()
    with made.store.database.begin() as connection:
        for statement in _BY_HAND:
            connection.execute(text(statement), {name: times[name] for name in times if f":{name}" in statement})
    return (time.perf_counter() - started) * 1000
