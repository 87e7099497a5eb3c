"""Who can write to Redis can ring the bell, and no more.

Was: `Queue("tuoling", serializer=JSONSerializer).enqueue("os.system", ...)` ran in the worker.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from kit.barriers import until
from redis import Redis
from rq import Callback, Queue
from rq.job import Job
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer
from structlog.testing import capture_logs

from jobs import worker
from jobs.bell import DRAIN, Bell
from jobs.embedded import EmbeddedRedis
from jobs.relay import Relay


class Rung:
    """A relay that only counts."""

    def __init__(self) -> None:
        self.times = 0

    def drain(self, *_: object, **__: object) -> int:
        """One ring was answered."""
        self.times += 1
        return 0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    made = EmbeddedRedis(tmp_path)
    made.start()
    yield made
    made.stop()


def work(server: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch) -> int:
    """The worker, until everything in the queue was taken out and one more ring was answered; the rings it heard."""
    rung, stop = Rung(), threading.Event()
    monkeypatch.setattr(worker._Worker, "_install_signal_handlers", lambda _: None)

    def end() -> None:
        with Redis.from_url(server.url) as redis:
            until(lambda: not redis.llen("rq:queue:tuoling"))
            before = rung.times
            assert Bell(server.url).ring()
            until(lambda: rung.times > before)
            stop.set()
            redis.publish("rq:pubsub:none", "")

    def once(self: worker._Worker, *_: object, **__: object) -> bool:
        return bool(work_once(self, burst=True, with_scheduler=False))

    work_once = worker._Worker.work
    monkeypatch.setattr(worker._Worker, "work", once)
    ender = threading.Thread(target=end)
    ender.start()
    worker.run_worker(cast(Relay, rung), server.url, stop)
    ender.join(timeout=20)
    assert stop.is_set()
    return rung.times - 1


CRAFTED = ["os.system", "a success callback", "a failure callback", "a method of an instance", "no job at all"]


@pytest.mark.parametrize("crafted", CRAFTED)
def test_nothing_that_stands_in_redis_is_called(
    server: EmbeddedRedis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crafted: str
) -> None:
    marker = tmp_path / "called"
    target = "pathlib.Path.touch"
    with Redis.from_url(server.url) as redis:
        queue = Queue("tuoling", connection=redis, serializer=JSONSerializer)
        if crafted == "os.system":
            queue.enqueue("os.system", f"touch {marker}")
        elif crafted == "a success callback":
            queue.enqueue(DRAIN, on_success=Callback(target))
        elif crafted == "a failure callback":
            queue.enqueue(DRAIN, "no", "such", "arguments", on_failure=Callback(target))
        elif crafted == "a method of an instance":
            job = queue.enqueue(DRAIN)
            redis.hset(job.key, "data", JSONSerializer.dumps((DRAIN, str(marker), [], {})))
        else:
            redis.rpush(queue.key, "bad")
            redis.hset("rq:job:bad", mapping={"data": b"\x80\x04", "created_at": "2026-01-01T00:00:00.000000Z"})
    looked_up: list[str] = []
    monkeypatch.setattr("rq.job.import_attribute", lambda name: looked_up.append(name) or print)
    with capture_logs():
        heard = work(server, monkeypatch)
    assert not marker.exists()
    assert looked_up == []
    assert heard == (1 if crafted == "a success callback" else 0)


def test_a_job_that_was_left_under_way_calls_nothing_when_it_is_tidied_up(
    server: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    monkeypatch.setattr("rq.job.import_attribute", lambda name: looked_up.append(name) or print)
    with Redis.from_url(server.url) as redis:
        queue = Queue("tuoling", connection=redis, serializer=JSONSerializer)
        job = Job.create("os.system", connection=redis, serializer=JSONSerializer, on_failure=Callback("os.system"))
        job.save()
        redis.zadd(StartedJobRegistry(queue=queue).key, {f"{job.id}:x": 1})
    work(server, monkeypatch)
    assert looked_up == []
