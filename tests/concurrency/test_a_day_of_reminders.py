"""A whole day under a fast clock, with processes that die at any step: every reminder arrives once, by itself or on a
card of several, and by night only what may."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from kit.clock import Clock
from sqlalchemy import select

import config
from cards.channel import Pace, Sent
from cards.model import Card
from config.in_force import InForce
from core.calendar import CHINA
from core.manners.kinds import OF_ITS_OWN, ReminderKind, as_reminder
from core.manners.rules import DailySpan
from core.people.service import Imported, PersonRow, import_people
from core.store import post
from core.store.issued import Face, IssuedCard
from core.store.outbox import OutboxRow, OutboxState
from core.store.outbox_held import IN_DIGEST
from core.store.unit import Store
from jobs.digests import Digests
from jobs.relay import Relay

SHIPPED = Path(config.__file__).parent / "company"
PEOPLE = ("batu", "lina", "chaolu")
KINDS = [kind for kind in ReminderKind if kind not in OF_ITS_OWN]
NIGHT = DailySpan(22 * 60, 7 * 60 + 30)
URGENT = frozenset({ReminderKind.PAYOUT.value, ReminderKind.REPAID_TODAY.value})


class Killed(BaseException):
    """What ends a process: nothing catches it."""


@dataclass(slots=True)
class Platform:
    """Takes cards; what comes again under its key is the one that came before."""

    clock: Clock
    pace: Pace = field(default_factory=lambda: Pace(per_minute=24, per_hour=800, app_per_minute=6000))
    name: str = "wecom"
    text_bytes: int = 2048
    changes_freely: timedelta | None = None
    came: dict[str, datetime] = field(default_factory=dict)
    retried: set[str] = field(default_factory=set)

    def runs_short(self) -> bool:
        return False

    def send_card(self, _to: str, _card: Card, card_id: str, *, again: bool) -> Sent:
        if again:
            self.retried.add(card_id)
        self.came.setdefault(card_id, self.clock())
        return Sent()


@dataclass(slots=True)
class Day:
    """The company's day."""

    store: Store
    clock: Clock
    platform: Platform
    relay: Relay
    chance: random.Random
    dies: float = 0.0
    deaths: int = 0

    def faultpoint(self, _name: str) -> None:
        if self.chance.random() < self.dies:
            self.deaths += 1
            raise Killed

    def remind(self, number: int) -> None:
        person, kind = self.chance.randint(1, len(PEOPLE)), self.chance.choice(KINDS)
        with self.store.unit(request_id="test", origin=f"remind:{number}") as unit:
            post.show(unit, "wecom", person, Face("settings", {"number": number}), as_reminder(kind))

    def work(self) -> None:
        """A round of the scheduler and one of a worker, each of which may die."""
        for job in (Digests(self.store).round, self.relay.drain):
            try:
                job()
            except Killed:
                continue

    def rows(self) -> list[OutboxRow]:
        with self.store.read() as session:
            return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))

    def arrivals(self) -> Counter[int]:
        """How often each reminder arrived, by its row."""
        with self.store.read() as session:
            faces = {card.id: card for card in session.scalars(select(IssuedCard))}
        found: Counter[int] = Counter()
        for row in self.rows():
            if row.card_id in self.platform.came:
                face = faces[row.card_id]
                found.update(face.args["rows"] if face.screen == "digest" else [row.id])
        return found


@pytest.fixture(params=range(3))
def day(request: pytest.FixtureRequest, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Day:
    rows = [PersonRow(n, name, "一部", "officer", name, "", "", "") for n, name in enumerate(PEOPLE)]
    with store.unit(request_id="test") as unit:
        assert isinstance(import_people(unit, rows), Imported)
    platform = Platform(clock)
    relay = Relay(store, {"wecom": platform}, InForce(store.database, SHIPPED, ()))  # type: ignore[dict-item]
    day = Day(store, clock, platform, relay, random.Random(request.param))
    monkeypatch.setattr("jobs.digests.faultpoint", day.faultpoint)
    monkeypatch.setattr("jobs.relay.faultpoint", day.faultpoint)
    return day


def test_every_reminder_of_a_day_with_deaths_arrives_once(day: Day) -> None:
    # At a fifth the same row may be the one that dies thirteen times, after which it is rightly given up.
    day.dies, written = 0.12, 0
    for _ in range(144):  # ten minutes each
        for _ in range(day.chance.choice((0, 0, 1, 2, 7))):
            day.remind(written)
            written += 1
        day.work()
        day.clock.go(minutes=10)
    day.dies = 0.0
    for _ in range(100):
        day.work()
        day.clock.go(minutes=10)
    assert day.deaths > 20
    assert written > 100
    ended = Counter(row.state for row in day.rows())
    assert set(ended) == {OutboxState.SENT.value, OutboxState.SUPERSEDED.value}, "nothing waits, nothing is lost"
    assert all(row.fault == IN_DIGEST for row in day.rows() if row.state == OutboxState.SUPERSEDED)
    reminders = [row.id for row in day.rows() if row.reminder != ReminderKind.DIGEST]
    assert len(reminders) == written
    assert day.arrivals() == Counter(dict.fromkeys(reminders, 1))
    assert ended["superseded"] > 20, "many came on cards of several"
    assert _by_night(day) <= URGENT


def _by_night(day: Day) -> set[str]:
    """The kinds that came by night. One whose process died while it was sent may come then: it had come, or nearly."""
    found = set()
    for row in day.rows():
        came = day.platform.came.get(row.card_id or "")
        if came is not None and row.card_id not in day.platform.retried:
            there = came.astimezone(CHINA)
            if NIGHT.holds(there.hour * 60 + there.minute):
                found.add(row.reminder or "")
    return found
