"""WeCom drops what comes too fast without an error, so we wait: a person's minute and hour, the whole app's minute."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from kit.clock import START, Clock, Outspoken
from sqlalchemy import select, update

import config
from cards.channel import Pace, Quota, Sent
from config.in_force import InForce
from core.manners.kinds import ReminderKind, as_reminder
from core.people.models import Person
from core.people.service import Imported, PersonRow, import_people
from core.store import post
from core.store.outbox import ANSWER, Kind, OutboxRow, Why
from core.store.unit import Store
from jobs.pace import Limited, Paced
from jobs.relay import Relay

SHIPPED = Path(config.__file__).parent / "company"


@dataclass(slots=True)
class Recorder:
    """A platform that takes every text."""

    pace: Pace
    name: str = "wecom"
    text_bytes: int = 2048
    sent: list[tuple[str, str]] = field(default_factory=list)
    refuses: bool = False
    calls: int = 0

    def send_text(self, to: str, text: str, *, again: bool) -> Sent | Quota:  # noqa: ARG002  the protocol has it
        self.calls += 1
        if self.refuses:
            return Quota(60.0, "errcode 45009")
        self.sent.append((to, text))
        return Sent()


@pytest.fixture
def two(store: Store) -> Store:
    rows = [PersonRow(n, name, "一部", "officer", userid, "", "", "") for n, (name, userid) in enumerate(PEOPLE)]
    with store.unit(request_id="test") as unit:
        assert isinstance(import_people(unit, rows), Imported)
    return store


PEOPLE = (("李娜", "lina"), ("王强", "wangqiang"))


def say(store: Store, person_id: int, count: int, why: Why = ANSWER) -> None:
    with store.unit(request_id="test", origin=f"say:{person_id}:{why.priority}") as unit:
        for number in range(count):
            post.say(unit, "wecom", person_id, f"第{number}条", why)


def test_a_person_gets_so_many_a_minute_and_an_hour(two: Store, clock: Clock) -> None:
    platform = Recorder(Pace(per_minute=2, per_hour=5, app_per_minute=1000))
    relay = Relay(two, {"wecom": platform}, InForce(two.database, SHIPPED, ()))  # type: ignore[dict-item]
    say(two, 1, 7)
    counts = []
    for minutes in (0, 1.1, 1.1, 1.1, 58):
        clock.go(minutes=minutes)
        relay.drain()
        counts.append(len(platform.sent))
    assert counts == [2, 4, 5, 5, 7]
    assert [text for _, text in platform.sent] == [f"第{number}条" for number in range(7)]


def test_the_whole_app_sends_so_many_a_minute(two: Store, clock: Clock) -> None:
    platform = Recorder(Pace(per_minute=100, per_hour=1000, app_per_minute=4))
    relay = Relay(two, {"wecom": platform}, InForce(two.database, SHIPPED, ()))  # type: ignore[dict-item]
    say(two, 1, 5)
    say(two, 2, 5)
    counts = []
    for minutes in (0, 1.1, 1.1):
        clock.go(minutes=minutes)
        relay.drain()
        counts.append(len(platform.sent))
    assert counts == [4, 8, 10]


def test_an_app_that_used_up_its_minute_stops_no_other(two: Store, clock: Clock) -> None:
    """Was: all channels were leased at the pace of the one that had the least room."""
    tight = Recorder(Pace(per_minute=100, per_hour=1000, app_per_minute=4))
    wide = Recorder(Pace(per_minute=100, per_hour=1000, app_per_minute=1000), name="dingtalk")
    relay = Relay(two, {"wecom": tight, "dingtalk": wide}, InForce(two.database, SHIPPED, ()))  # type: ignore[dict-item]
    with two.unit(request_id="test") as unit:
        unit.session.execute(update(Person).values(dingtalk_userid=Person.wecom_userid))
        for number in range(9):
            post.say(unit, "wecom", 1, f"第{number}条")
            post.say(unit, "dingtalk", 2, f"第{number}条")
    relay.drain()
    assert (len(tight.sent), len(wide.sent)) == (4, 9)
    clock.go(minutes=1.1)
    relay.drain()
    assert (len(tight.sent), len(wide.sent)) == (8, 9)


@pytest.mark.parametrize("kind", [None, ReminderKind.PAYOUT])
def test_reminders_leave_room_for_answers_and_money(two: Store, clock: Clock, kind: ReminderKind | None) -> None:
    """Was: many reminders used up the app's minute, and whoever asked for something then waited for the next."""
    platform = Recorder(Pace(per_minute=100, per_hour=1000, app_per_minute=12))
    relay = Relay(two, {"wecom": platform}, InForce(two.database, SHIPPED, ()))  # type: ignore[dict-item]
    relay.courtesy = Outspoken()  # type: ignore[assignment]
    say(two, 1, 30, as_reminder(ReminderKind.TASK))
    relay.drain()
    assert len(platform.sent) == 10, "five sixths of 12"
    say(two, 2, 3, as_reminder(kind) if kind else ANSWER)
    relay.drain()
    assert [to for to, _ in platform.sent[10:]] == ["wangqiang"] * 2, "and not more than the app may in all"
    clock.go(minutes=1.1)
    relay.drain()
    assert sorted(to for to, _ in platform.sent[12:]) == [*["lina"] * 9, "wangqiang"]
    assert relay.drain() == 0, "nothing that may be sent yet is leased"


def test_a_limit_of_the_platform_is_waited_for_with_everything(two: Store, clock: Clock) -> None:
    """Was: each row that waited was tried, and refused, by itself."""
    platform = Recorder(Pace(per_minute=1000, per_hour=1000, app_per_minute=1000), refuses=True)
    relay = Relay(two, {"wecom": platform}, InForce(two.database, SHIPPED, ()), threads=1)  # type: ignore[dict-item]
    more = [PersonRow(n, f"员工{n}", "一部", "officer", f"m{n}", "", "", "") for n in range(18)]
    with two.unit(request_id="test") as unit:
        assert isinstance(import_people(unit, more), Imported)
    for person_id in range(1, 21):
        say(two, person_id, 2)
    relay.drain()
    clock.go(seconds=59)
    relay.drain()
    assert platform.calls == 1
    clock.go(seconds=2)
    relay.drain()
    assert platform.calls == 2, "it refuses still"
    platform.refuses = False
    clock.go(seconds=61)
    relay.drain()
    assert [text for to, text in platform.sent if to == "lina"] == ["第0条", "第1条"]
    assert len(platform.sent) == 40
    with two.read() as session:
        attempts = list(session.scalars(select(OutboxRow.attempts)))
    assert sum(attempts) == 42, "to wait is no attempt"


def test_a_clock_that_is_put_back_waits_for_no_limit_of_tomorrow(two: Store, clock: Clock) -> None:
    platform = Recorder(Pace(per_minute=1000, per_hour=1000, app_per_minute=1000), refuses=True)
    relay = Relay(two, {"wecom": platform}, InForce(two.database, SHIPPED, ()))  # type: ignore[dict-item]
    clock.go(days=1)
    say(two, 1, 1)
    relay.drain()
    clock.go(days=-1)
    platform.refuses = False
    relay.drain()
    assert len(platform.sent) == 1


def test_a_limit_of_one_group_stops_neither_another_nor_a_person() -> None:
    def row(target: str, kind: Kind) -> OutboxRow:
        return OutboxRow(channel="wecom", target=target, kind=kind)

    limited, now = Limited(), START
    limited.note(row(post.target_of_group("wecom", "one"), Kind.TELL), now, Quota(60, "x"))
    limited.note(row("wecom:1", Kind.CHANGE), now, Quota(60, "x"))
    assert limited.waits(row(post.target_of_group("wecom", "one"), Kind.PICTURE), now) == Paced(60)
    free = [row(post.target_of_group("wecom", "two"), Kind.TELL), row("wecom:1", Kind.SHOW), row("wecom:1", Kind.SAY)]
    assert [limited.waits(each, now) for each in free] == [None] * 3
    limited.note(row("wecom:1", Kind.SHOW), now, Quota(60, "x"))
    assert limited.waits(row("wecom:2", Kind.SAY), now + timedelta(seconds=59)) == Paced(1)
    assert limited.waits(row("wecom:2", Kind.SAY), now + timedelta(seconds=60)) is None


@pytest.mark.parametrize("kind", [Kind.EXPORT, Kind.FILE, Kind.LATER])
def test_a_file_waits_where_messages_do_and_holds_none_up(kind: Kind) -> None:
    """It is uploaded first, and then sent by the same interface as they are."""
    file, said = (OutboxRow(channel="wecom", target="wecom:1", kind=each) for each in (kind, Kind.SAY))
    limited = Limited()
    limited.note(file, START, Quota(60, "x"))
    assert limited.waits(said, START) is None
    limited.note(said, START, Quota(90, "x"))
    assert limited.waits(file, START) == Paced(90)


def test_used_up_calls_stop_all_but_what_is_not_counted_and_a_ban_stops_that_too() -> None:
    limited, now = Limited(), START
    said = OutboxRow(channel="dingtalk", target="dingtalk:1", kind=Kind.SAY)
    shown = OutboxRow(channel="dingtalk", target="dingtalk:2", kind=Kind.SHOW)
    other = OutboxRow(channel="wecom", target="wecom:1", kind=Kind.SAY)
    limited.note(shown, now, Quota(3600, "x", counted=True))
    calls = Paced(3600, calls=True)
    assert [limited.waits(each, now) for each in (said, shown, other)] == [calls, calls, None]
    assert limited.waits(said, now, free=True) is None
    limited.note(shown, now, Quota(300, "x", everything=True))
    assert [limited.waits(each, now, free=True) for each in (said, other)] == [Paced(300), None]
