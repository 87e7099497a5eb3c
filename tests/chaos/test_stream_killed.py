"""DingTalk's Stream mode in real `tuoling scheduler` processes, which are killed and asked to end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kit import dingtalk
from kit.barriers import until
from kit.processes import House, open_house
from kit.stream import StreamGateway, stream_gateway
from sqlalchemy import select, update

from bot import streaming
from bot.channels.dingtalk.frames import MESSAGES, TAPS
from core.people.models import Person
from core.store.inbox import InboxRow, InboxState
from core.store.outbox import OutboxRow

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]

FOLLOWED_WITHIN = streaming.LEASE_SECONDS + streaming.ROUND_SECONDS + 5.0  # and what a busy machine takes


@contextmanager
def streamed(database_url: str, var_dir: Path) -> Iterator[tuple[House, StreamGateway]]:
    """A house whose schedulers find this gateway; none is started yet."""
    with stream_gateway() as gateway:
        app = dingtalk.DINGTALK | {"DINGTALK_API_BASE": gateway.base, "DINGTALK_OAPI_BASE": gateway.base}
        with open_house(database_url, var_dir, start=(), **app) as house:
            with house.runtime.store.database.write() as session:
                session.execute(update(Person).where(Person.wecom_userid == "batu").values(dingtalk_userid="dt_batu"))
            yield house, gateway


def inbox(house: House) -> list[tuple[str, str]]:
    with house.runtime.store.read() as session:
        rows = session.execute(select(InboxRow.key, InboxRow.state).where(InboxRow.channel == "dingtalk"))
        return sorted((key, state) for key, state in rows)


def said(house: House) -> int:
    with house.runtime.store.read() as session:
        return len(session.scalars(select(OutboxRow.id).where(OutboxRow.channel == "dingtalk")).all())


def test_what_was_recorded_when_it_was_killed_is_done_once_by_the_next(database_url: str, tmp_path: Path) -> None:
    """Killed between recording and acknowledging: the platform sends it again, to another scheduler, which has done it
    by then or does it now."""
    with streamed(database_url, tmp_path / "var") as (house, gateway):
        house.start("scheduler")
        one = gateway.peer(1)
        gateway.acknowledged(one.push(MESSAGES, dingtalk.message(msgId="m1==")))
        house.start("scheduler-2")
        house.stop_at("scheduler", "recorded")
        lost = one.push(MESSAGES, dingtalk.message(msgId="m2=="))
        until(lambda: len(gateway.peers) == 2, "another scheduler", seconds=FOLLOWED_WITHIN)
        assert gateway.answers_to(lost) == []
        again = gateway.peer(2).push(MESSAGES, dingtalk.message(msgId="m2=="))
        assert gateway.acknowledged(again)["code"] == 200
        until(lambda: [state for _, state in inbox(house)] == [InboxState.DONE] * 2, "both to be done")
        assert said(house) == 2
        assert house.end_all()["scheduler-2"] == 0


def test_a_scheduler_that_is_asked_to_end_leaves_the_stream_to_the_next_at_once(
    database_url: str, tmp_path: Path
) -> None:
    with streamed(database_url, tmp_path / "var") as (house, gateway):
        first = house.start("scheduler")
        one = gateway.peer(1)
        house.start("scheduler-2")
        assert first.end() == 0
        house.processes.pop("scheduler")
        until(lambda: len(gateway.peers) == 2, "another scheduler", seconds=streaming.ROUND_SECONDS + 5.0)
        until(one.ended.is_set, "the end of the first one's connection")
        assert one.socket.close_code == 1000


def test_two_taps_of_one_button_are_two_and_a_repeated_frame_is_one(database_url: str, tmp_path: Path) -> None:
    """A tap has no id of its own: the frame's tells repetitions."""
    with streamed(database_url, tmp_path / "var") as (house, gateway):
        house.start("scheduler")
        one = gateway.peer(1)
        first = one.push(TAPS, dingtalk.tap())
        assert gateway.acknowledged(first)["data"] == '{"response":{}}'
        one.push(TAPS, dingtalk.tap(), message_id=first)
        until(lambda: len(gateway.answers_to(first)) == 2, "the repetition's answer")
        second = one.push(TAPS, dingtalk.tap())
        gateway.acknowledged(second)
        until(lambda: [state for _, state in inbox(house)] == [InboxState.DONE] * 2, "both to be done")
