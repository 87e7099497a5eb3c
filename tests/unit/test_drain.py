"""The worker's job ends long before RQ would break it off, and what is left then is rung for again."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.company import Company
from redis import Redis
from sqlalchemy import select

from core.store.outbox import OutboxRow, OutboxState
from jobs import worker
from jobs.bell import JOB_TIMEOUT_SECONDS, Bell
from jobs.embedded import EmbeddedRedis
from jobs.relay import WORK_SECONDS

WAITING = "rq:queue:tuoling"


@pytest.fixture
def redis(tmp_path: Path, company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """An empty Redis, and the worker's job ready to be called as RQ calls it."""
    server = EmbeddedRedis(tmp_path / "redis")
    server.start()
    bell = Bell(server.url)
    with Redis.from_url(server.url) as connection:
        monkeypatch.setattr(worker, "_relay", company.runtime.relay)
        monkeypatch.setattr(worker, "_redis", connection)
        monkeypatch.setattr(worker, "_bell", bell)
        monkeypatch.setattr(worker, "_stop", threading.Event())
        yield connection
    bell.close()
    server.stop()


def pending(company: Company) -> list[tuple[str | None, int]]:
    """Lease and attempts of each message that waits."""
    with company.runtime.store.read() as session:
        rows = session.execute(
            select(OutboxRow.lease, OutboxRow.attempts).where(OutboxRow.state == OutboxState.PENDING)
        )
        return [(row.lease, row.attempts) for row in rows]


def ask(company: Company, *userids: str) -> None:
    for userid in userids:
        company.platform.say(userid, "公海")


def test_when_all_is_sent_nobody_rings(company: Company, redis: Redis) -> None:
    ask(company, "batu", "lina")
    assert worker.drain() == 2
    assert (pending(company), redis.llen(WAITING)) == ([], 0)


def test_when_the_time_is_up_the_rest_waits_untouched_for_the_next_ring(
    company: Company, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(company, "batu", "lina")
    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.0)
    assert worker.drain() == 0
    assert (pending(company), redis.llen(WAITING)) == ([(None, 0)] * 2, 1)
    monkeypatch.setattr(worker, "DRAIN_SECONDS", 15.0)
    assert worker.drain() == 2
    assert (pending(company), redis.llen(WAITING)) == ([], 1), "the ring that brought us here is RQ's to take away"


def test_after_as_many_rows_as_one_job_takes_it_rings_again(
    company: Company, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(company, "batu")
    monkeypatch.setattr(worker, "MOST_ROWS", 1)
    assert worker.drain() == 1
    assert redis.llen(WAITING) == 1


def test_a_worker_that_is_to_end_rings_for_nobody(company: Company, redis: Redis) -> None:
    ask(company, "batu")
    worker._stop.set()
    assert worker.drain() == 0
    assert (pending(company), redis.llen(WAITING)) == ([(None, 0)], 0)


def test_rq_never_has_to_break_a_drain_off() -> None:
    """Its exception may come between taking a lock and the `try` that gives it back: the process would never write
    again. The last rows begin just before the time is up."""
    assert worker.DRAIN_SECONDS + WORK_SECONDS < JOB_TIMEOUT_SECONDS
