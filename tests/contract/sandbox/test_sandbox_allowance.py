"""What a company may ask in a minute, an hour and a day: windows that slide, and a door that is shut as long again."""

from datetime import UTC, datetime, timedelta

import pytest
from sandbox_kit import AES_KEY, AGENT, CORP, SECRET, TOKEN, Api, Clock

from bot.sandbox.allowance import Allowance, Limits, Window
from bot.sandbox.members import Member
from bot.sandbox.platform import Platform
from bot.sandbox.server import serve_in_thread

NOON = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def taken(window: Window, *seconds: float) -> list[bool]:
    """What it says to calls at these seconds after noon."""
    return [window.takes(NOON + timedelta(seconds=each)) for each in seconds]


def test_a_window_slides() -> None:
    assert taken(Window(2, MINUTE), 0, 30, 60, 89.9) == [True, True, True, False]
    assert taken(Window(2, MINUTE), 0, 30, 60, 90, 119.9) == [True, True, True, True, False]


def test_one_too_many_shuts_it_for_as_long_again() -> None:
    assert taken(Window(1, MINUTE), 0, 59.9, 60, 119.8, 119.9) == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("limits", "minutes"),
    [
        (Limits(per_minute=3), 1),
        (Limits(per_hour=3), 60),
        (Limits(address_per_minute=3), 1),
        (Limits(address_per_hour=3), 60),
    ],
)
def test_each_limit_holds_for_its_time(limits: Limits, minutes: int) -> None:
    allowance = Allowance(limits)
    assert [allowance.takes("media/upload", NOON) for _ in range(4)] == [True, True, True, False]
    shut = timedelta(minutes=minutes)
    assert not allowance.takes("media/upload", NOON + shut - timedelta(microseconds=1))
    assert allowance.takes("media/upload", NOON + shut)


def test_interfaces_are_counted_apart_but_for_the_address() -> None:
    allowance = Allowance(Limits(per_minute=2, address_per_minute=3))
    calls = ("a", "a", "b", "b")
    assert [allowance.takes(each, NOON) for each in calls] == [True, True, True, False]


def test_a_day_has_so_many_messages_for_each_member() -> None:
    allowance = Allowance(Limits(person_times_a_day=2))
    assert [allowance.takes_messages(3, 2, NOON + timedelta(hours=each)) for each in (0, 1, 11.9)] == [
        True,
        False,
        False,
    ]
    assert allowance.takes_messages(3, 2, NOON + timedelta(hours=12)), "midnight in China"
    assert allowance.takes_messages(1, 2, NOON + timedelta(hours=12))


def test_a_tenth_of_the_limits() -> None:
    assert Limits().scaled(10) == Limits(1000, 15_000, 2000, 60_000, 200)


def test_what_is_too_much_is_refused_and_not_done(clock: Clock) -> None:
    members = [Member("batu", "巴图", "一部", "")]
    limits = Limits(per_minute=3, person_times_a_day=4)
    platform = Platform(
        corp_id=CORP, agent_id=AGENT, secret=SECRET, token=TOKEN, aes_key=AES_KEY, members=members, clock=clock,
        limits=limits,
    )  # fmt: skip
    with serve_in_thread(platform) as base:
        api = Api(base, platform).sign_in()
        assert [api.send(text=str(number))["errcode"] for number in range(5)] == [0, 0, 0, 45009, 45009]
        clock.forward(minutes=1)
        assert [api.send(text=str(number))["errcode"] for number in range(5, 7)] == [0, 45009], "the day's fourth"
    assert [message.text for message in platform.chat("batu")] == ["0", "1", "2", "5"]
    assert [entry.errcode for entry in platform.journal.calls("message/send")] == [0, 0, 0, 45009, 45009, 0, 45009]
