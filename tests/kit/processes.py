"""The bot as real processes (`serve`, `worker`, `scheduler`) around the fake platform, to be killed and restarted.

    with open_house(database_url, var_dir) as house:
        house.person("batu").say("领取 L1")         # comes back when nothing waits in inbox and outbox any more
        house.stop_at("serve", "after_commit")       # the next one to come there is SIGKILLed
        house.kill("worker"); house.start("worker")

A `House` is a `Company`: what a scenario test does with people works here too, only that other processes do the work.
"""

import os
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Literal

import httpx
from redis import Redis
from sqlalchemy import func, select, update

from bot.peoplefile import read_people
from bot.runtime import build, redis_url
from bot.sandbox.members import read_members
from bot.sandbox.platform import Platform
from bot.sandbox.seed import PEOPLE_FILE
from bot.sandbox.server import serve_in_thread
from config.settings import Settings, load_settings
from core.people.service import import_people
from core.store.inbox import InboxRow, InboxState
from core.store.outbox import OutboxRow, OutboxState
from core.store.unit import utc_now
from jobs.bell import Bell, pending_key
from jobs.embedded import EmbeddedRedis
from kit import forked
from kit.barriers import until
from kit.company import (
    AGENT_ID,
    CORP_ID,
    EVERYBODY,
    SECRETS,
    Company,
    bases_of,
    open_dingtalk,
    point_at,
)
from kit.dingtalk import DINGTALK
from kit.ports import free_port
from kit.staff import move_to_dingtalk

ROUNDS = int(os.environ.get("TUOLING_CHAOS_ROUNDS", "2"))  # how often a chaos test repeats its cell
ALL = ("serve", "worker", "scheduler")
WEB_WORKERS = 2  # as in production: while one is started anew the other takes the repetitions
READY_SECONDS = 30.0
SHIPPED: Path = Settings.model_fields["config_dir"].default
END_SECONDS = 30.0  # what is promised after SIGTERM


@dataclass(slots=True)
class Process:
    """One running command."""

    name: str
    running: ForkServerProcess
    log: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.running.pid is not None
        return self.running.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self.running.is_alive()

    @property
    def up(self) -> bool:
        """Whether it is far enough to end in order: it catches SIGTERM."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
        caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
        return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)

    def ask_to_end(self) -> None:
        """Send SIGTERM, as soon as it can be heard."""
        until(lambda: not self.alive or self.up, f"{self.name} to come up", seconds=READY_SECONDS)
        if self.alive:
            os.kill(self.pid, signal.SIGTERM)

    def ended(self, seconds: float = END_SECONDS) -> int:
        """Wait for its end; its exit code.

        Raises:
            AssertionError: it goes on for longer than `seconds`; it is killed then.
        """
        self.running.join(seconds)
        if self.running.exitcode is None:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {seconds} s of SIGTERM")
        return self.running.exitcode

    def kill(self) -> None:
        """SIGKILL it and its children, and wait for its end."""
        until(lambda: not self.alive or os.getsid(self.pid) == self.pid, f"{self.name} to have a session of its own")
        if self.alive:
            os.killpg(self.pid, signal.SIGKILL)
        self.running.join(10)

    def end(self) -> int:
        """SIGTERM and wait, see `ended`."""
        self.ask_to_end()
        return self.ended()


@dataclass(slots=True)
class House(Company):
    """The company with its processes. `settle_seconds` is how long `say` and `tap` wait for everything to be done."""

    environ: Mapping[str, str] = field(default_factory=dict)
    var_dir: Path = Path()
    port: int = 0
    processes: dict[str, Process] = field(default_factory=dict)
    started: int = 0
    settle_seconds: float = 20.0

    @property
    def logs(self) -> Path:
        """Where everything the processes said lies, one file a process."""
        return self.var_dir / "log"

    @property
    def url(self) -> str:
        """Where `serve` listens."""
        return f"http://127.0.0.1:{self.port}"

    def settle(self) -> None:
        """Wait until no event is unanswered and no message unsent."""
        until(self.is_quiet, "an empty inbox and outbox", seconds=self.settle_seconds)

    def is_quiet(self) -> bool:
        """Whether no event waits for its answer and no message for its sending."""
        with self.runtime.store.read() as session:
            new = session.scalar(select(func.count()).where(InboxRow.state == InboxState.NEW))
            pending = session.scalar(select(func.count()).where(OutboxRow.state == OutboxState.PENDING))
        return not new and not pending

    def start(self, name: str, **environ: str) -> Process:
        """Start a command; `serve` is ready when this returns, the others may still be on their way."""
        self.started += 1
        log = self.logs / f"{name.partition('-')[0]}.{self.started}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        command = name.partition("-")[0]  # `worker-2` is a second worker
        more = ["--host", "127.0.0.1", "--port", str(self.port)] if command == "serve" else []
        if command == "serve":  # the web workers of one that was killed may still be dying
            until(lambda: not self.listening(), f"port {self.port} to be free")
        theirs = {**self.environ, "TUOLING_STOP_AT": str(self._order(name)), **environ}
        process = self.processes[name] = Process(name, forked.start([command, *more], theirs, log), log)
        if command == "serve":
            until(lambda: self._ready(process), f"{name} ready, see {log}", seconds=READY_SECONDS)
        return process

    def kill(self, name: str) -> None:
        """SIGKILL a command (of `serve` the whole group: its web workers too) and wait for its end."""
        self.processes.pop(name).kill()

    def renew(self, name: str) -> None:
        """SIGKILL a command if it still runs, and start it anew."""
        if self.processes[name].alive:
            self.kill(name)
        self.start(name)

    def listening(self) -> int:
        """How many web workers accept connections now (each has its own listening socket)."""
        lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        sockets = (line.split() for line in lines)
        return sum(each[1].endswith(f":{self.port:04X}") and each[3] == "0A" for each in sockets)

    def stop_at(self, name: str, point: str) -> None:
        """SIGKILL the process that runs `name` when it comes to the stop point `point`, once."""
        order = self._order(name)
        fresh = order.with_suffix(".new")
        fresh.write_text(point, encoding="utf-8")
        fresh.rename(order)

    def stopped(self, name: str) -> bool:
        """Whether the last `stop_at` for `name` has happened."""
        return not self._order(name).exists()

    def await_worker(self, point: str) -> None:
        """Until the worker has come to `point`, and is dead. A ring fails where Redis is slow to answer, and is the
        sweeper's then: where none is, it is rung once more."""
        bell = Bell(redis_url(self.runtime.settings))
        for _ in range(3):
            try:
                until(lambda: not self.processes["worker"].alive, "the worker's end", seconds=5)
            except AssertionError:
                self.forget_ring()
                bell.ring()
            else:
                return
        until(lambda: not self.processes["worker"].alive, f"the worker to come to {point}")

    def withdraw(self, name: str) -> None:
        """Take back a `stop_at` that has not happened."""
        self._order(name).unlink(missing_ok=True)

    def let_leases_run_out(self) -> None:
        """As if the half minute had passed that a relay may hold a row: what a dead one held is free."""
        past = utc_now() - timedelta(seconds=1)
        with self.runtime.store.database.write() as session:
            session.execute(update(OutboxRow).where(OutboxRow.lease.is_not(None)).values(lease_until=past))

    def forget_ring(self) -> None:
        """As if the few seconds had passed for which a lost ring silences the bell."""
        with Redis.from_url(redis_url(self.runtime.settings)) as redis:
            redis.delete(pending_key())

    def end_all(self) -> dict[str, int]:
        """SIGTERM everything at once and wait; exit code by name."""
        for process in self.processes.values():
            process.ask_to_end()
        codes = {name: process.ended() for name, process in self.processes.items()}
        self.processes.clear()
        return codes

    def sweep_away(self) -> None:
        """End whatever still runs: the web processes at once, the others in order, the embedded Redis last."""
        if "serve" in self.processes:
            self.kill("serve")
        self.end_all()
        if (self.var_dir / "redis" / "valkey.pid").exists():
            redis = EmbeddedRedis(self.var_dir)
            redis.start()
            redis.stop()  # as the last one who leaves

    def _order(self, name: str) -> Path:
        return self.var_dir / f"stop-{name}"

    def _ready(self, process: Process) -> bool:
        assert process.alive, f"{process.name} ended: {process.log.read_text(errors='replace')[-2000:]}"
        if self.listening() < WEB_WORKERS:
            return False
        try:
            for _ in range(8):  # each goes to one web worker by chance; one that is still loading lets it wait
                httpx.get(f"{self.url}/healthz", timeout=10, trust_env=False)
            return httpx.get(f"{self.url}/readyz", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False


def without_hours(folder: Path) -> Path:
    """In this folder the company as shipped, without what it does by itself at an hour: a house's clock is the real
    one, and a card of the morning would come or not, and others wait or not, by the time at which the tests are run."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    (folder / "schedule.yaml").write_text("jobs: []\n", encoding="utf-8")
    (folder / "manners.yaml").unlink()
    return folder


@contextmanager
def open_house(
    database_url: str,
    var_dir: Path,
    *,
    redis: str = "embedded",
    start: Sequence[str] = ALL,
    their_database_url: str = "",
    on_dingtalk: Literal["", "stream", "http"] = "",
    **environ: str,
) -> Iterator[House]:
    """The fake platform, the sample company's people, and the processes `start`, on a migrated empty database.

    `on_dingtalk`: everybody has DingTalk, in this mode; what is not acknowledged there comes again after a second.
    `their_database_url` is what the processes get, where that differs from what the test itself uses (a proxy).
    """
    with ExitStack() as stack:
        platform = Platform(
            corp_id=CORP_ID,
            agent_id=AGENT_ID,
            secret=SECRETS["WECOM_SECRET"],
            token=SECRETS["WECOM_TOKEN"],
            aes_key=SECRETS["WECOM_AES_KEY"],
            members=read_members(PEOPLE_FILE),
            retry_spacing=(0.3, 0.6, 1.0),
        )
        base = stack.enter_context(serve_in_thread(platform))
        ours = SECRETS | {
            "TUOLING_ENV": "test",
            "TUOLING_DATABASE_URL": database_url,
            "TUOLING_REDIS_URL": redis,
            "TUOLING_VAR_DIR": str(var_dir),
            "TUOLING_CONFIG_DIR": environ.get("TUOLING_CONFIG_DIR")
            or str(without_hours(var_dir.with_name(f"{var_dir.name}-company"))),
            "TUOLING_WORKERS": str(WEB_WORKERS),
            "TUOLING_LOG_LEVEL": "info",
            "WECOM_API_BASE": base,
        }
        ding = stack.enter_context(open_dingtalk(EVERYBODY, utc_now, on_dingtalk, 1.0)) if on_dingtalk else None
        if ding is not None:
            ours |= DINGTALK | {"DINGTALK_MODE": on_dingtalk, **bases_of(ding)}
        runtime = build(load_settings(ours, env_file=None), clock=utc_now)
        stack.callback(runtime.store.database.dispose)
        with runtime.store.unit(request_id="test") as unit:
            import_people(unit, read_people(PEOPLE_FILE))
        theirs = {"TUOLING_DATABASE_URL": their_database_url or database_url, **environ}
        our_own = ("TUOLING_", "WECOM_", "DINGTALK_")
        outside = {name: value for name, value in os.environ.items() if not name.startswith(our_own)}
        house = House(platform, runtime, utc_now, environ=outside | ours | theirs, var_dir=var_dir, port=free_port())
        platform.callback_url = f"{house.url}/wecom/callback"
        if ding is not None:
            house.ding, house.on_dingtalk = ding, EVERYBODY
            move_to_dingtalk(runtime.store, EVERYBODY)
            point_at(ding, house.url)
        try:
            for name in start:
                house.start(name)
            yield house
        finally:
            for name in start:
                house.withdraw(name)
            house.sweep_away()
