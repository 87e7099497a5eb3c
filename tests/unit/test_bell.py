"""The bell on a real embedded Redis: one pending ring instead of many, and no harm when Redis is away."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.logs import own_logging
from prometheus_client import REGISTRY
from redis import Redis
from rq.job import Job
from rq.serializers import JSONSerializer
from structlog.testing import capture_logs

from jobs import bell as bell_module
from jobs.bell import CIRCUIT_SECONDS, MOST_WAITING, Bell, NullBell, answer, pending_key, ringing
from jobs.embedded import EmbeddedRedis

QUEUE = "rq:queue:tuoling"
ANSWER_SECONDS = 0.25  # about 100 ms are promised; the rest is for a busy machine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    redis = EmbeddedRedis(tmp_path_factory.mktemp("var"))
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture
def redis(server: EmbeddedRedis) -> Iterator[Redis]:
    with Redis.from_url(server.url) as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def bell(server: EmbeddedRedis) -> Iterator[Bell]:
    bell = Bell(server.url)
    yield bell
    bell.close()


def timed(bell: Bell) -> tuple[bool, float]:
    begun = time.monotonic()
    return bell.ring(), time.monotonic() - begun


def metered(outcome: str) -> float:
    return REGISTRY.get_sample_value("tuoling_bell_rings_total", {"outcome": outcome}) or 0.0


def test_many_rings_are_one_job(bell: Bell, redis: Redis) -> None:
    before = metered("enqueued"), metered("pending")
    assert [bell.ring() for _ in range(50)] == [True] * 50
    assert redis.llen(QUEUE) == 1
    assert (metered("enqueued"), metered("pending")) == (before[0] + 1, before[1] + 49)


def test_rings_of_many_threads_are_one_job(bell: Bell, redis: Redis) -> None:
    together = threading.Barrier(8)

    def ring() -> None:
        together.wait()
        bell.ring()

    threads = [threading.Thread(target=ring) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert redis.llen(QUEUE) == 1


def test_a_ring_carries_no_work_and_no_pickle(bell: Bell, redis: Redis) -> None:
    bell.ring()
    (job_id,) = redis.lrange(QUEUE, 0, -1)
    raw = redis.hget(b"rq:job:" + job_id, "data")
    assert json.loads(zlib.decompress(raw)) == ["jobs.worker.drain", None, [], {"version": 1}]
    job = Job.fetch(job_id.decode(), connection=redis, serializer=JSONSerializer)
    assert (job.result_ttl, job.failure_ttl, job.timeout) == (0, 3600, 120)


def test_after_the_answer_a_ring_enqueues_again(bell: Bell, redis: Redis) -> None:
    bell.ring()
    answer(redis)
    bell.ring()
    assert redis.llen(QUEUE) == 2


def test_a_ring_after_flushall_enqueues_again(bell: Bell, redis: Redis) -> None:
    bell.ring()
    redis.flushall()
    assert redis.llen(QUEUE) == 0
    assert bell.ring()
    assert redis.llen(QUEUE) == 1


def test_a_lost_job_silences_the_bell_for_seconds_only(bell: Bell, redis: Redis) -> None:
    bell.ring()
    assert 0 < redis.pttl(pending_key()) <= 5_000


def test_queues_have_bells_of_their_own(server: EmbeddedRedis, bell: Bell, redis: Redis) -> None:
    other = Bell(server.url, "other")
    assert other.ring()
    assert bell.ring()
    answer(redis, "other")
    assert (redis.exists(pending_key()), redis.exists(pending_key("other"))) == (1, 0)
    assert (redis.llen(QUEUE), redis.llen("rq:queue:other")) == (1, 1)
    other.close()


def test_without_a_worker_the_queue_stays_bounded(bell: Bell, redis: Redis) -> None:
    redis.rpush(QUEUE, *["waiting"] * MOST_WAITING)
    assert bell.ring()
    assert redis.llen(QUEUE) == MOST_WAITING


def test_a_real_worker_answers_and_keeps_nothing(server: EmbeddedRedis, redis: Redis, tmp_path: Path) -> None:
    (tmp_path / "looking.py").write_text(
        "from rq import get_current_job\n"
        "from jobs.bell import answer\n"
        "def look(version):\n"
        "    redis = get_current_job().connection\n"
        "    answer(redis)\n"
        "    redis.incr(f'looked:{version}')\n"
    )
    work = (
        "import sys; from redis import Redis; from rq import SimpleWorker; from rq.serializers import JSONSerializer\n"
        "redis = Redis.from_url(sys.argv[1])\n"
        "SimpleWorker(['tuoling'], connection=redis, serializer=JSONSerializer).work(burst=True)"
    )
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])

    def run_worker() -> None:
        command = [sys.executable, "-c", work, server.url]
        subprocess.run(
            command, env={**os.environ, "PYTHONPATH": paths}, timeout=30, check=True, stderr=subprocess.DEVNULL
        )

    bell = Bell(server.url, job="looking.look")
    for _ in range(5):
        assert bell.ring()
    run_worker()
    assert redis.get("looked:1") == b"1"
    assert redis.keys("rq:job:*") + redis.keys("rq:results:*") + redis.keys("bell:*") == []
    assert bell.ring()
    run_worker()
    assert redis.get("looked:1") == b"2"
    bell.close()


@pytest.mark.parametrize(
    "url", ["unix:///nowhere/redis.sock", "redis://127.0.0.1:1/0", None], ids=["no socket", "refused", "no Redis"]
)
def test_redis_away_answers_false_at_once(url: str | None) -> None:
    bell = Bell(url)
    for _ in range(3):
        rung, seconds = timed(bell)
        assert rung is False
        assert seconds < ANSWER_SECONDS


def test_an_outage_is_logged_once_and_metered_each_time() -> None:
    bell = Bell("unix:///nowhere/redis.sock")
    before = metered("failed"), metered("silent")
    with own_logging(), capture_logs() as logs:
        assert not any(bell.ring() for _ in range(20))
    assert (metered("failed"), metered("silent")) == (before[0] + 1, before[1] + 19)
    assert [(line["event"], line["log_level"]) for line in logs] == [("bell_silent", "warning")]


def test_a_frozen_redis_costs_a_tenth_of_a_second_once(server: EmbeddedRedis, bell: Bell, redis: Redis) -> None:
    bell.ring()
    pid = redis.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        first, again = timed(bell), timed(bell)
        fresh = timed(Bell(server.url))  # one without an open connection
    finally:
        os.kill(pid, signal.SIGCONT)
    assert (first[0], again[0], fresh[0]) == (False, False, False)
    assert first[1] < ANSWER_SECONDS
    assert fresh[1] < ANSWER_SECONDS
    assert again[1] < 0.01


def test_it_rings_again_once_redis_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell_module, "CIRCUIT_SECONDS", 0.2)
    server = EmbeddedRedis(tmp_path)
    bell = Bell(server.url)
    with own_logging(), capture_logs() as logs:
        assert not bell.ring()
        server.start()
        try:
            assert not bell.ring()  # the circuit is open still
            deadline = time.monotonic() + 5 * CIRCUIT_SECONDS
            while not bell.ring():
                assert time.monotonic() < deadline
        finally:
            server.stop()
            bell.close()
    assert [line["event"] for line in logs if line["event"].startswith("bell")] == ["bell_silent", "bell_rings_again"]


def test_a_restarted_redis_is_no_outage(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    server.start()
    bell = Bell(server.url)
    try:
        assert bell.ring()
        server.stop()
        server.start()
        assert bell.ring()  # over a new connection, not into the old one
    finally:
        server.stop()
        bell.close()


def test_a_full_redis_is_answered_false(bell: Bell, redis: Redis) -> None:
    limit = redis.config_get("maxmemory")["maxmemory"]
    redis.config_set("maxmemory", "1")
    try:
        assert timed(bell)[0] is False
    finally:
        redis.config_set("maxmemory", limit)
    assert redis.llen(QUEUE) == 0


def test_a_pending_ring_is_cheap(bell: Bell, redis: Redis) -> None:
    costs = sorted(timed(bell)[1] for _ in range(500))
    assert costs[250] < 0.001  # measured 0.03 ms; more would be a second round trip or a new connection each time


def test_a_malformed_url_is_refused_when_the_bell_is_hung() -> None:
    with pytest.raises(ValueError, match="scheme"):
        Bell("127.0.0.1:6379")


def test_the_null_bell_counts() -> None:
    bell = NullBell()
    assert bell.ring()
    assert bell.ring()
    assert bell.rings == 2


def test_work_rings_for_what_it_put_on_its_way_and_for_nothing_else() -> None:
    bell, sent = NullBell(), iter([3, 0, 1])
    work = ringing(lambda: next(sent), bell)
    assert [(work(), bell.rings)[1] for _ in range(3)] == [1, 1, 2]
