"""The slot of a job, to many at once, at the rate that the platform allows: not one call over, each message once.

日报 falls due for 1,000 people, who all get a card and a picture, and all at one moment instead of over some minutes.
Two relay processes send them through WeCom's client to the fake platform, which judges every call by its own windows
and would refuse it (45009) or swallow it. Meanwhile somebody asks for something now and then, and is answered.

1,000 recipients reach none of the limits of a whole company, so these are `SCALE` times as tight here, and ours with
them; those of a member are the real ones. All go by one clock, the platform's, which runs faster than the wall's.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import Popen

from sqlalchemy import func, select

from bot.channels.wecom.channel import WeComChannel
from bot.runtime import Runtime, build
from bot.sandbox.allowance import AS_DOCUMENTED
from bot.sandbox.journal import Entry
from bot.sandbox.members import Member
from bot.sandbox.platform import Platform
from bot.sandbox.server import serve_in_thread
from cards.channel import Pace
from cards.pictures.drawing import draw
from cards.pictures.stamp import Stamp
from config.logging import configure_logging
from config.settings import load_settings
from core.calendar import CHINA
from core.people import queries as people
from core.people.service import PersonRow, import_people
from core.schedule import DAILY, Schedule, Timed
from core.schedule.runs import JobRun, State
from core.store import post
from core.store.outbox import OutboxRow, OutboxState
from jobs import timetable
from jobs.board_drawer import BoardDrawer
from jobs.pace import for_reminders
from jobs.worker import stop_on_signals
from tests.bench.company import AES_KEY, AGENT_ID, CORP_ID, HOST, SECRET, TOKEN, environment
from tests.bench.figures import Figure, Wish, percentile
from tests.bench.pictures import key_figures
from tests.bench.stand import process, workplace
from tests.kit.databases import fresh_postgres, fresh_sqlite, postgres

RECIPIENTS = 1000
SCALE = 40  # the platform takes 250 calls of an interface a minute, and we send 150 of such cards and pictures
RELAYS = 2
FASTER = 8.0  # 150 a minute are 20 a second of the wall's: half of what two cores do, the platform's part with it
_DUE = datetime(2026, 11, 30, 18, 10, tzinfo=CHINA)
_LOOK_SECONDS = 1.0  # of the clock's: as often as the scheduler looks
_ANSWER_SECONDS = 7.0  # of the clock's, from one answer to the next
_MOST_SECONDS = 300.0  # of the wall's
_ANSWER = "您要的："
_CLOCK = "clock"
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Fast:
    """A clock for all processes of this machine: it was `at` when the monotonic time was `began`, and runs so much
    `faster`."""

    at: datetime
    began: float
    faster: float

    def __call__(self) -> datetime:
        """The time of now."""
        return self.at + timedelta(seconds=(time.monotonic() - self.began) * self.faster)

    def write(self, file: Path) -> None:
        """For other processes: whole, as soon as it is there."""
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps([self.at.isoformat(), self.began, self.faster]), encoding="utf-8")
        fresh.rename(file)

    @classmethod
    def read(cls, file: Path) -> "Fast":
        """As another process has it."""
        at, began, faster = json.loads(file.read_text(encoding="utf-8"))
        return cls(datetime.fromisoformat(at), began, faster)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the platform saw: its calls that were carried out, how many it refused or swallowed, and after how many
    seconds each answer came."""

    calls: tuple[Entry, ...]
    over: int
    answers: tuple[float, ...]

    def of(self, interface: str) -> list[datetime]:
        """When these calls came."""
        return sorted(call.at for call in self.calls if call.name == interface)

    def most_in_a_minute(self, interface: str) -> int:
        """The most of these calls within any 60 seconds."""
        most, first, at = 0, 0, self.of(interface)
        for last, moment in enumerate(at):
            while moment - at[first] >= _MINUTE:
                first += 1
            most = max(most, last - first + 1)
        return most

    def complete(self) -> int:
        """How many people got the card once and the picture once."""
        came = Counter(
            (member, str(call.payload["msgtype"]))
            for call in self.calls
            if call.name == "message/send" and not _is_answer(call)
            for member in call.members
        )
        members = {member for member, _ in came}
        return sum(came[member, "template_card"] == came[member, "image"] == 1 for member in members)


def measure(dialect: str, *, recipients: int = RECIPIENTS, scale: int = SCALE, faster: float = FASTER) -> list[Figure]:
    """Over a limit: none. Complete: all. How long it took, against the least time that our pace and the platform
    permit (to send takes no time there); how long an answer took meanwhile, which this clock makes so much longer."""
    seen = _sent(dialect, recipients, scale, faster)
    ours, allowed = for_reminders(_pace(scale)).app_per_minute, AS_DOCUMENTED.per_minute // scale
    boards = [call.at for call in seen.calls if call.name == "message/send" and not _is_answer(call)]
    took = (max(boards) - _DUE).total_seconds()
    who = f"日报 and its picture to {recipients:,}"
    most = tuple(float(seen.most_in_a_minute(each)) for each in ("message/send", "media/upload"))
    pace = f"our pace of {ours} a minute"
    return [
        Figure(f"{who}, calls over a limit, {dialect}", "", (float(seen.over),), (), Wish("ours", most=0)),
        Figure(f"{who}, got both once, {dialect}", "", (float(seen.complete()),), (), Wish("ours", least=recipients)),
        Figure(
            f"{who}, at {pace}, {dialect}", "s", (took,), (_least_seconds(len(boards), ours),), Wish("ratio", most=1.2)
        ),
        Figure(
            f"the same, to the platform's {allowed}, {dialect}", "s", (took,), (_least_seconds(len(boards), allowed),)
        ),
        Figure(f"most sends in any minute, {dialect}", "", most[:1], (float(allowed),), Wish("ratio", most=1)),
        Figure(f"most uploads in any minute, {dialect}", "", most[1:], (float(allowed),), Wish("ratio", most=1)),
        Figure(
            f"an answer meanwhile p99, {dialect}", "s", (percentile(seen.answers, 0.99),), (), Wish("ours", most=20)
        ),
    ]


def _least_seconds(sends: int, a_minute: int) -> float:
    """The least time for so many: each minute begins with all that it may have."""
    return (sends - 1) // a_minute * _MINUTE.total_seconds()


def _sent(dialect: str, recipients: int, scale: int, faster: float) -> Seen:
    """The slot, from its beginning to its last message."""
    platform = Platform(
        corp_id=CORP_ID, agent_id=AGENT_ID, secret=SECRET, token=TOKEN, aes_key=AES_KEY,
        members=[Member(f"m{number:04}", f"员工{number:04}") for number in range(recipients)],
        callback_url=f"http://{HOST}:9/wecom/callback",  # nobody taps; without one WeCom refuses cards
        limits=AS_DOCUMENTED.scaled(scale),
    )  # fmt: skip
    configure_logging("warning")  # the timetable works in this process; its lines are not for the table
    with ExitStack() as stack:
        folder = stack.enter_context(workplace())
        url = stack.enter_context(_empty(dialect, folder))
        environ = environment(url, folder, stack.enter_context(serve_in_thread(platform)))
        platform.clock = lambda: _DUE - _MINUTE
        ids = _employ(_built(environ, platform.clock), platform)
        relays = [
            stack.enter_context(process(environ, "tests.bench.pacing", str(folder), str(number), str(scale)))
            for number in range(RELAYS)
        ]
        _until(lambda: len(list(folder.glob("ready-*"))) == len(relays), relays)
        platform.clock = clock = Fast(_DUE, time.monotonic(), faster)
        clock.write(folder / _CLOCK)
        runtime = _built(environ, clock)
        stack.callback(runtime.store.database.dispose)
        asked = _live(runtime, clock, ids, relays)
        return _seen(platform, asked)


@contextmanager
def _empty(dialect: str, folder: Path) -> Iterator[str]:
    if dialect == "sqlite":
        yield fresh_sqlite(folder, folder / "template.db")
    else:
        with postgres() as server, fresh_postgres(server) as url:
            yield url


def _built(environ: Mapping[str, str], clock: Callable[[], datetime]) -> Runtime:
    """Everything, with a timetable of 日报 alone, for all at one moment."""
    runtime = build(load_settings(environ, env_file=None), clock=clock)
    minute = _DUE.hour * 60 + _DUE.minute
    runtime.in_force.hold(replace(runtime.company, schedule=Schedule((Timed(DAILY, minute),))))
    return runtime


def _employ(runtime: Runtime, platform: Platform) -> list[int]:
    """The platform's members as managers, ten in a department; their numbers."""
    rows = [
        PersonRow(n, member.name, f"{n // 10}部", "manager", member.userid, "", "", "")
        for n, member in enumerate(platform.members(), 1)
    ]
    with runtime.store.unit(request_id="bench") as unit:
        import_people(unit, rows)
    with runtime.store.read() as session:
        ids = [person.id for person in people.everybody(session)]
    runtime.store.database.dispose()
    return ids


def _live(runtime: Runtime, clock: Fast, ids: Sequence[int], relays: Sequence[Popen[bytes]]) -> list[datetime]:
    """From the beginning of the slot until nothing waits; when answers were written meanwhile."""
    timetable.EVERY_SECONDS = 0.0  # of the wall's
    asked: list[datetime] = []

    def is_done() -> bool:
        runtime.timetable.round()
        now = clock()
        if not asked or (now - asked[-1]).total_seconds() >= _ANSWER_SECONDS:
            with runtime.store.unit(request_id="bench", origin=f"answer:{len(asked)}") as unit:
                post.say(unit, "wecom", ids[len(asked) * 37 % len(ids)], f"{_ANSWER}{len(asked)}")
            asked.append(now)
            return False
        with runtime.store.read() as session:
            runs = session.scalar(select(func.count()).where(JobRun.state == State.DONE))
            open_rows = select(func.count()).where(OutboxRow.state.in_((OutboxState.PENDING, OutboxState.HELD)))
            return bool(runs) and not session.scalar(open_rows)

    _until(is_done, relays)
    return asked


def _until(is_so: Callable[[], bool], relays: Sequence[Popen[bytes]]) -> None:
    """Until it is.

    Raises:
        RuntimeError: it is not for very long, or a relay has ended.
    """
    deadline = time.monotonic() + _MOST_SECONDS
    while not is_so():
        if time.monotonic() > deadline or any(relay.poll() is not None for relay in relays):
            raise RuntimeError("the slot does not come to its end")
        time.sleep(0.05)


def _seen(platform: Platform, asked: Sequence[datetime]) -> Seen:
    calls = platform.journal.calls()
    done = tuple(call for call in calls if not call.errcode)
    came = {str(call.payload["text"]["content"]): call.at for call in done if _is_answer(call)}
    waits = tuple((came[f"{_ANSWER}{number}"] - at).total_seconds() for number, at in enumerate(asked))
    return Seen(done, len(calls) - len(done) + len(platform.journal.dropped()), waits)


def _is_answer(call: Entry) -> bool:
    return call.payload.get("msgtype") == "text"


def _pace(scale: int) -> Pace:
    """Ours, so many times as tight for the whole app."""
    usual = WeComChannel.pace
    return replace(usual, app_per_minute=usual.app_per_minute // scale)


def relay(folder: Path, number: str, scale: int) -> None:
    """A process that sends what is due, and looks as often as the scheduler does."""
    stop = stop_on_signals()
    png = draw(key_figures(0), Stamp("青城助贷", "员工", _DUE))
    # One picture for all: what drawing takes is measured elsewhere, and would be all that is measured here.
    BoardDrawer.picture = lambda *_: png  # type: ignore[method-assign]
    WeComChannel.pace = _pace(scale)
    (folder / f"ready-{number}").touch()
    while not (folder / _CLOCK).exists():
        if stop.wait(0.01):
            return
    clock = Fast.read(folder / _CLOCK)
    runtime = _built(os.environ, clock)
    while not stop.is_set():
        runtime.relay.drain(stop=stop)
        stop.wait(_LOOK_SECONDS / clock.faster)


if __name__ == "__main__":
    relay(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
