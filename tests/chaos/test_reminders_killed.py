"""SIGKILL while reminders that waited are put together, and while their card is sent: each arrives once, in the end."""

from datetime import timedelta
from pathlib import Path

import pytest
from kit.barriers import until
from kit.invariants import assert_kept
from kit.processes import House, open_house
from sqlalchemy import func, select

from core.manners.kinds import ReminderKind, as_reminder
from core.store import post
from core.store.outbox import OutboxRow, OutboxState, Why
from core.store.unit import utc_now
from jobs.screens import mine_face

pytestmark = [pytest.mark.chaos, pytest.mark.xdist_group("chaos"), pytest.mark.timeout(120)]


def wait_for_their_time(house: House, *texts: str) -> None:
    """Reminders of 巴特尔's whose time has just come; without texts one card. (Of a text that was sent when the process
    died, WeCom lets a second one through; of a card none.)"""
    person = house.person("batu").actor.id
    kind = as_reminder(ReminderKind.FOLLOW_TASK)
    with house.runtime.store.unit(request_id="test") as unit:
        why = Why(kind.reminder, kind.priority, utc_now() - timedelta(seconds=1))
        for text in texts:
            post.say(unit, "wecom", person, text, why)
        if not texts:
            post.show(unit, "wecom", person, mine_face(), why)


def held(house: House) -> int:
    with house.runtime.store.read() as session:
        return session.scalar(select(func.count()).where(OutboxRow.state == OutboxState.HELD)) or 0


@pytest.mark.parametrize("point", ["digest_written", "relay_leased", "relay_before_send", "relay_after_send"])
@pytest.mark.parametrize("count", [1, 3])
def test_what_waited_survives_its_scheduler(database_url: str, tmp_path: Path, point: str, count: int) -> None:
    (tmp_path / "var").mkdir()
    texts = [f"第{number}件" for number in range(count)] if count > 1 else []
    with open_house(database_url, tmp_path / "var", start=()) as house:
        before = house.so_far
        wait_for_their_time(house, *texts)
        assert held(house) == count
        house.stop_at("scheduler", point)
        house.start("scheduler")
        until(lambda: not house.processes["scheduler"].alive, "the scheduler's end", seconds=30)
        assert house.stopped("scheduler")
        if point == "digest_written":
            assert held(house) == count, "nothing of a transaction that did not end"
        house.let_leases_run_out()
        house.start("scheduler")
        until(lambda: not held(house) and house.is_quiet(), "what waited to be sent", seconds=30)
        heard = house.person("batu").heard_since(before)
        assert heard.texts == []
        assert heard.card.title == ("我的客户" if count == 1 else "您有 3 件事")
        assert count == 1 or sorted(heard.card.rows.values()) == texts
        assert_kept(house.runtime.store, house.platform.journal)
