"""Many at once, by two relays over real HTTP, to a platform that judges each call by its own sliding windows: nothing
over a limit, everything once, and nothing later than it need be. `tests/bench/pacing.py` measures it with 1,000."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kit.barriers import at_once
from kit.clock import Believed, Clock
from kit.company import AGENT_ID, CORP_ID, SECRETS
from kit.drawing import BlockDrawer, board
from sqlalchemy import func, select

from bot.runtime import Runtime, build
from bot.sandbox.allowance import AS_DOCUMENTED, Limits
from bot.sandbox.members import Member
from bot.sandbox.platform import Platform
from bot.sandbox.server import serve_in_thread
from config.settings import load_settings
from core.people.service import PersonRow, import_people
from core.reports.results import Board
from core.schedule import DAILY, Schedule, Timed
from core.store import post
from core.store.outbox import OutboxRow, OutboxState
from jobs import timetable
from jobs.pace import for_reminders

SCALE = 200  # the platform takes 50 calls of an interface a minute: few recipients reach that
EVERY = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)


class AnyBoard(BlockDrawer):
    """Draws any board as one block."""

    def board(self, *_: Any) -> Board:
        """The same for all."""
        return board()


@dataclass(slots=True)
class Firm:
    """The platform, and two processes' worth of relays over one database."""

    platform: Platform
    clock: Clock
    runtimes: tuple[Runtime, ...]

    @property
    def app_per_minute(self) -> int:
        """How much of what the platform takes in a minute may be reminders."""
        return for_reminders(self.runtimes[0].channels["wecom"].pace).app_per_minute

    def waiting(self) -> int:
        """How many rows wait."""
        with self.runtimes[0].store.read() as session:
            waits = OutboxRow.state.in_((OutboxState.PENDING, OutboxState.HELD))
            return session.scalar(select(func.count()).select_from(OutboxRow).where(waits)) or 0

    def live(self, until: timedelta, beside: Callable[[], object] = lambda: None) -> None:
        """The time goes on, and both relays look at once each few seconds, until this long from now or until nothing
        waits."""
        end = self.clock() + until
        while True:
            beside()
            at_once([runtime.relay.drain for runtime in self.runtimes], seconds=60)
            if not self.waiting() or self.clock() + EVERY > end:
                return
            self.clock.go(seconds=EVERY.total_seconds())

    def refused(self) -> list[str]:
        """The calls that the platform did not take, and the messages that it swallowed."""
        calls = [f"{call.name} {call.errcode}" for call in self.platform.journal.calls() if call.errcode]
        return calls + [f"{member} heard nothing" for member, _ in self.platform.journal.dropped()]

    def came(self) -> Counter[tuple[str, str]]:
        """How often who got what."""
        sends = self.platform.journal.calls("message/send")
        return Counter((member, call.payload["msgtype"]) for call in sends for member in call.members)


@contextmanager
def open_firm(
    database_url: str, folder: Path, clock: Clock, people: int, limits: Limits, scale: int = 1
) -> Iterator[Firm]:
    """So many managers, on a platform with these limits; our pace for the whole app is so much smaller than usual."""
    members = [Member(f"m{number:03}", f"员工{number}") for number in range(people)]
    platform = Platform(
        corp_id=CORP_ID, agent_id=AGENT_ID, secret=SECRETS["WECOM_SECRET"], token=SECRETS["WECOM_TOKEN"],
        aes_key=SECRETS["WECOM_AES_KEY"], members=members, clock=clock, limits=limits,
        callback_url="http://127.0.0.1:9/wecom/callback",
    )  # fmt: skip
    with serve_in_thread(platform) as base:
        ours = SECRETS | {
            "TUOLING_ENV": "test",
            "TUOLING_DATABASE_URL": database_url,
            "TUOLING_SQLITE_SYNC": "normal",
            "TUOLING_VAR_DIR": str(folder),
            "WECOM_API_BASE": base,
        }
        settings = load_settings(ours, env_file=None)
        runtimes = tuple(build(settings, clock=clock, drawer=AnyBoard()) for _ in range(2))
        for runtime in runtimes:
            channel: Any = runtime.channels["wecom"]
            channel.pace = replace(channel.pace, app_per_minute=channel.pace.app_per_minute // scale)
        rows = [
            PersonRow(n, each.name, f"{n // 10}部", "manager", each.userid, "", "", "")
            for n, each in enumerate(members)
        ]
        with runtimes[0].store.unit(request_id="test") as unit:
            import_people(unit, rows)
        try:
            yield Firm(platform, clock, runtimes)
        finally:
            for runtime in runtimes:
                runtime.store.database.dispose()


def test_a_board_and_its_picture_reach_all_at_the_rate_that_is_allowed(
    database_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timetable, "EVERY_SECONDS", 0.0)
    people = 200
    with open_firm(database_url, tmp_path, clock, people, AS_DOCUMENTED.scaled(SCALE), SCALE) as firm:
        runtime = firm.runtimes[0]
        runtime.timetable.lateness = Believed()  # type: ignore[assignment]
        runtime.in_force.hold(replace(runtime.company, schedule=Schedule((Timed(DAILY, 10 * 60 + 1),))))
        begun = clock.go(minutes=1)
        minutes = (2 * people - 1) // firm.app_per_minute
        assert minutes >= 5, "else the limit is not reached"
        firm.live(MINUTE * minutes + EVERY, beside=runtime.timetable.round)

        assert firm.refused() == []
        assert firm.came() == {(f"m{n:03}", kind): 1 for n in range(people) for kind in ("template_card", "image")}
        sends = firm.platform.journal.calls("message/send")
        assert max(_within_a_minute([call.at for call in sends])) >= firm.app_per_minute, "all that may be is sent"
        assert sends[-1].at - begun <= MINUTE * minutes + EVERY


def test_many_messages_reach_each_person_at_the_rate_that_is_allowed(
    database_url: str, tmp_path: Path, clock: Clock
) -> None:
    """The platform swallows without a word what is more than 30 a minute for one member."""
    people, each = 6, 60
    with open_firm(database_url, tmp_path, clock, people, AS_DOCUMENTED) as firm:
        store = firm.runtimes[0].store
        with store.unit(request_id="test") as unit:
            for number in range(each):
                for person_id in range(1, people + 1):
                    post.say(unit, "wecom", person_id, f"第{number}条")
        begun = clock()
        minutes = (each - 1) // firm.runtimes[0].channels["wecom"].pace.per_minute
        firm.live(MINUTE * minutes + EVERY)

        assert firm.refused() == []
        assert firm.came() == {(f"m{n:03}", "text"): each for n in range(people)}
        for n in range(people):
            said = [message.text for message in firm.platform.chat(f"m{n:03}")]
            assert said == [f"第{number}条" for number in range(each)]
        assert firm.platform.journal.calls("message/send")[-1].at - begun <= MINUTE * minutes + EVERY


def _within_a_minute(at: list[datetime]) -> Iterator[int]:
    """How many fall into each minute that ends with one of them."""
    for last in at:
        yield sum(last - MINUTE < each <= last for each in at)
