"""Schedulers and relays as real processes under a clock that the test drives: a day passes in seconds, while they are
killed, paused and started again.

    with open_crew(database_url, tmp_path, now, schedule=schedule) as crew:
        crew.start("scheduler-1"); crew.start("relay-1")
        crew.go(minutes=1)                            # comes back when each of them has looked at what is due by then
        crew.stop_at("scheduler-1", "slot_taken")     # SIGKILL at this point
        crew.pause_at("scheduler-1")                  # SIGSTOP, when it next asks who gets a message
"""

import mmap
import os
import signal
import struct
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.metricfiles import share_metrics
from bot.peoplefile import read_people
from bot.runtime import Runtime, build
from bot.sandbox.members import read_members
from bot.sandbox.platform import Platform
from bot.sandbox.seed import PEOPLE_FILE
from bot.sandbox.server import serve_in_thread
from cards.lead_actions import ShowMine
from cards.model import Button, Card
from config.company import Company
from config.logging import configure_logging
from config.settings import load_settings
from core.leads import recycle
from core.people.service import import_people
from core.schedule import Slot
from core.store import post
from core.store.issued import Face
from core.store.unit import Unit
from jobs import boards, putting_off, recycling, screens, timetable
from jobs.mornings import MorningCards
from jobs.stage import Args, Stage
from jobs.timed_job import Job
from jobs.timetable import Timetable
from jobs.worker import run_scheduler, stop_on_signals
from kit import forked
from kit.barriers import until
from kit.company import AGENT_ID, CORP_ID, SECRETS
from kit.processes import Process
from kit.timed import Telling

_EVERY_SECONDS = 0.02
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_SCREEN = "told"


class Number:
    """A whole number in a file, which one process writes and others read."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(struct.pack("q", 0))
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), 8)

    @property
    def value(self) -> int:
        """What it is now."""
        return int(struct.unpack("q", self._memory[:8])[0])

    @value.setter
    def value(self, number: int) -> None:
        self._memory[:8] = struct.pack("q", number)


class SharedClock:
    """A clock that stands until the test moves it, for all processes."""

    def __init__(self, file: Path) -> None:
        self._micros = Number(file)

    def __call__(self) -> datetime:
        return _EPOCH + timedelta(microseconds=self._micros.value)

    def set(self, now: datetime) -> None:
        """It is this time now."""
        self._micros.value = (now - _EPOCH) // timedelta(microseconds=1)


@dataclass(slots=True)
class Showing(Telling):
    """As `Telling`, by a card that says `NAME SLOT`, which the platform takes once. Its process stops (SIGSTOP) between
    asking who gets it and sending if the file `pause` is there."""

    pause: Path = Path()

    def recipients(self, session, company: Company, now: datetime):  # type: ignore[no-untyped-def]
        """Those people."""
        found = Telling.recipients(self, session, company, now)
        if self.pause.is_file():
            self.pause.unlink()
            os.kill(os.getpid(), signal.SIGSTOP)
        return found

    def send(self, unit: Unit, company: Company, person_id: int, slot: Slot) -> bool:  # noqa: ARG002
        """The card."""
        post.show(unit, "wecom", person_id, Face(_SCREEN, {"title": f"{self.name} {slot.key}"}))
        return True


def _told(stage: Stage, args: Args) -> Card:
    return Card(title=str(args["title"]), buttons=(Button("公海", ShowMine(1)),))


def _built(folder: Path, parts: Mapping[str, Any]) -> Runtime:
    """What a process works with, by the shared clock and with these parts of the configuration."""
    configure_logging("info")
    screens.SCREENS[_SCREEN] = _told
    settings = load_settings(env_file=None)
    share_metrics(settings)
    runtime = build(settings, clock=SharedClock(folder / "clock"))
    runtime.in_force.hold(replace(runtime.company, **parts))
    return runtime


def scheduler(folder: Path, name: str, parts: Mapping[str, Any]) -> None:
    """A process that sweeps, and carries the timetable out."""
    stop = stop_on_signals()
    timetable.EVERY_SECONDS = putting_off.FIRST_SECONDS = 0.0
    runtime, schedule = _built(folder, parts), parts["schedule"]
    real: dict[str, Job] = {job.name: job for job in (MorningCards(), *boards.JOBS)}
    jobs = [real.get(each.job) or Showing(each.job, pause=folder / f"pause-{name}") for each in schedule.timed]
    ours = Timetable(runtime.store, runtime.in_force, jobs)
    beat = partial(_beat, Number(folder / f"beats-{name}"))
    run_scheduler(runtime.sweeper, stop, beside=[ours.round, beat], every=_EVERY_SECONDS)


def recycler(folder: Path, name: str, parts: Mapping[str, Any]) -> None:
    """A process that sweeps and recycles, a few leads in a transaction."""
    stop = stop_on_signals()
    recycling.EVERY_SECONDS, recycle.BATCH = 0.0, 3
    runtime = _built(folder, parts)
    beat = partial(_beat, Number(folder / f"beats-{name}"))
    run_scheduler(runtime.sweeper, stop, beside=[runtime.recycler.round, beat], every=_EVERY_SECONDS)


def relay(folder: Path, name: str, parts: Mapping[str, Any]) -> None:
    """A process that sends what is due."""
    stop, beats = stop_on_signals(), Number(folder / f"beats-{name}")
    runtime = _built(folder, parts)
    while not stop.is_set():
        runtime.relay.drain(stop=stop)
        _beat(beats)
        stop.wait(_EVERY_SECONDS)


def _beat(beats: Number) -> None:
    beats.value += 1


_WORKS = {"scheduler": scheduler, "recycler": recycler, "relay": relay}


@dataclass(slots=True)
class Crew:
    """The processes, the platform that they send to, and a runtime of the test's own over the same database."""

    folder: Path
    platform: Platform
    runtime: Runtime
    clock: SharedClock
    parts: Mapping[str, Any]
    environ: Mapping[str, str]
    processes: dict[str, Process] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    started: int = 0

    def start(self, name: str) -> None:
        """Start `scheduler-…`, `recycler-…` or `relay-…`."""
        self.started += 1
        ordered = self._order(name).exists()
        log = self.folder / f"{name}.{self.started}.log"
        theirs = {**self.environ, "TUOLING_STOP_AT": str(self._order(name))}
        work = _WORKS[name.partition("-")[0]]
        running = forked.start_work(work, (self.folder, name, self.parts), theirs, log, name=name)
        self.processes[name] = Process(name, running, log)
        beats = Number(self.folder / f"beats-{name}")
        begun = beats.value
        until(lambda: beats.value > begun or not self.processes[name].alive, f"{name} to begin")
        dies = ordered and not self._order(name).exists()
        assert dies or self.processes[name].alive, f"{name} ended: {log.read_text(errors='replace')[-2000:]}"

    def stop_at(self, name: str, point: str) -> None:
        """SIGKILL it when it comes to the stop point `point`, once."""
        self._order(name).write_text(point, encoding="utf-8")

    def withdraw(self) -> None:
        """Take back what was to stop and has not."""
        for name in self.processes:
            self._order(name).unlink(missing_ok=True)

    def pause_at(self, name: str) -> None:
        """SIGSTOP it when it next asks who gets a message."""
        (self.folder / f"pause-{name}").touch()

    def is_paused(self, name: str) -> bool:
        """Is it stopped?"""
        status = Path(f"/proc/{self.processes[name].pid}/status").read_text(encoding="ascii", errors="replace")
        return "State:\tT" in status

    def wait_for_pause(self, name: str) -> None:
        """Until it is stopped; from then on nobody waits for it."""
        until(lambda: self.is_paused(name), f"{name} to be paused")
        self.paused.add(name)

    def resume(self, name: str) -> None:
        """SIGCONT."""
        os.kill(self.processes[name].pid, signal.SIGCONT)
        self.paused.discard(name)

    def renew_the_dead(self) -> int:
        """Start anew who was killed; how many they were."""
        dead = [name for name, process in self.processes.items() if not process.alive]
        for name in dead:
            self.start(name)
        return len(dead)

    def go(self, **span: float) -> None:
        """Move the clock, and wait until each process has looked at what is due by then, twice: what one decides, the
        others may send. Who dies meanwhile is not waited for."""
        self.clock.set(self.clock() + timedelta(**span))
        self.settle()

    def settle(self) -> None:
        """Until each process has gone round twice from here on, or has died."""
        begun = {name: Number(self.folder / f"beats-{name}") for name in self.processes if name not in self.paused}
        wanted = {name: beats.value + 3 for name, beats in begun.items()}  # the first of them began before
        for name, beats in begun.items():
            process = self.processes[name]
            until(
                lambda b=beats, n=name, p=process: b.value >= wanted[n] or not p.alive,
                f"{name} to go round, see {process.log}",
                seconds=60,
            )

    def arrived(self) -> dict[tuple[str, str], int]:
        """How often each card came: by who got it and its title."""
        counts: dict[tuple[str, str], int] = {}
        for entry in self.platform.journal.calls("message/send"):
            title = str(entry.payload.get("template_card", {}).get("main_title", {}).get("title", ""))
            for member in entry.members:
                counts[member, title] = counts.get((member, title), 0) + 1
        return counts

    def end(self) -> None:
        """SIGKILL whatever still runs."""
        for process in self.processes.values():
            if process.alive:
                process.kill()

    def _order(self, name: str) -> Path:
        return self.folder / f"stop-{name}"


@contextmanager
def open_crew(database_url: str, folder: Path, now: datetime, **parts: Any) -> Iterator[Crew]:
    """The sample company's people, the fake platform, and nobody at work yet; it is `now`. `parts` of the configuration
    are in place of those as shipped."""
    clock = SharedClock(folder / "clock")
    clock.set(now)
    platform = Platform(
        corp_id=CORP_ID,
        agent_id=AGENT_ID,
        secret=SECRETS["WECOM_SECRET"],
        token=SECRETS["WECOM_TOKEN"],
        aes_key=SECRETS["WECOM_AES_KEY"],
        members=read_members(PEOPLE_FILE),
        clock=clock,
    )
    platform.callback_url = "http://127.0.0.1:9/wecom/callback"  # nobody taps; without one WeCom refuses cards
    with ExitStack() as stack:
        ours = SECRETS | {
            "TUOLING_ENV": "test",
            "TUOLING_DATABASE_URL": database_url,
            "TUOLING_SQLITE_SYNC": "normal",  # nobody pulls this machine's plug
            "TUOLING_VAR_DIR": str(folder / "var"),
            "WECOM_API_BASE": stack.enter_context(serve_in_thread(platform)),
        }
        runtime = build(load_settings(ours, env_file=None), clock=clock)
        stack.callback(runtime.store.database.dispose)
        with runtime.store.unit(request_id="test") as unit:
            import_people(unit, read_people(PEOPLE_FILE))
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("TUOLING_", "WECOM_"))}
        crew = Crew(folder, platform, runtime, clock, parts, outside | ours)
        stack.callback(crew.end)
        yield crew
