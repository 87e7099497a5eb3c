"""WeCom drops what comes too fast without an error, so we wait: a person's minute and hour, the whole app's minute."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from kit.clock import Clock
from sqlalchemy import update

import config
from cards.channel import Pace, Sent
from config.in_force import InForce
from core.people.models import Person
from core.people.service import Imported, PersonRow, import_people
from core.store import post
from core.store.unit import Store
from jobs.relay import Relay

SHIPPED = Path(config.__file__).parent / "company"


@dataclass(slots=True)
class Recorder:
    """A platform that takes every text."""

    pace: Pace
    name: str = "wecom"
    text_bytes: int = 2048
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send_text(self, to: str, text: str, *, again: bool) -> Sent:  # noqa: ARG002  the protocol has it
        self.sent.append((to, text))
        return Sent()


@pytest.fixture
def two(store: Store) -> Store:
    rows = [PersonRow(n, name, "一部", "officer", userid, "", "", "") for n, (name, userid) in enumerate(PEOPLE)]
    with store.unit(request_id="test") as unit:
        assert isinstance(import_people(unit, rows), Imported)
    return store


PEOPLE = (("李娜", "lina"), ("王强", "wangqiang"))


def say(store: Store, person_id: int, count: int) -> None:
    with store.unit(request_id="test", origin=f"say:{person_id}") as unit:
        for number in range(count):
            post.say(unit, "wecom", person_id, f"第{number}条")


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
