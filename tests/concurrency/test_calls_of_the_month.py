"""The calls that DingTalk allows in a month: counted by all processes, and told when they run out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import Company, open_company
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.channels.dingtalk.meter import DatabaseMeter, MessageMeter
from cards import texts
from core.people import queries as people
from core.store import calls, outbox
from core.store.calls import CallsRow, CallsRunLow
from core.store.outbox import Kind, OutboxRow
from core.store.unit import Event, Store, Unit

NAME = "dingtalk:dingtl01:dingtl01"


@pytest.fixture
def told(store: Store) -> list[Event]:
    """What the store's listeners hear."""
    heard: list[Event] = []

    def listen(_: Unit, event: Event) -> None:
        heard.append(event)

    store.listen(listen)
    return heard


def meter(store: Store, allowed: int = 100) -> DatabaseMeter:
    return DatabaseMeter(store, NAME, "dingtalk", allowed)


def used(store: Store, month: str) -> int:
    with store.read() as session:
        return calls.in_month(session.connection(), NAME, month)


def test_each_call_is_counted_in_its_month_as_it_is_in_china(store: Store, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
    meter(store).count()
    meter(store).count()
    clock.go(minutes=1)
    meter(store).count()
    assert (used(store, "2026-11"), used(store, "2026-12"), used(store, "2027-01")) == (2, 1, 0)


def test_of_many_at_once_none_is_missed_and_one_tells(store: Store, told: list[Event]) -> None:
    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(meter(store, 50).count) for _ in range(60)]:
            each.result()
    assert [(event.allowed, event.gone) for event in told if isinstance(event, CallsRunLow)] == [(50, False)]
    with store.read() as session:
        (row,) = session.scalars(select(CallsRow))
        assert (row.calls, row.told) == (60, True)


def test_it_is_told_when_four_fifths_are_used_up_and_again_next_month(
    store: Store, told: list[Event], clock: Clock
) -> None:
    mine = meter(store, 10)
    for _ in range(8):
        mine.count()
    assert told == []
    mine.count()
    mine.count()
    assert told == [CallsRunLow("dingtalk", 9, 10)]
    clock.go(days=31)
    for _ in range(9):
        mine.count()
    assert told == [CallsRunLow("dingtalk", 9, 10)] * 2


def test_who_fails_to_tell_leaves_it_to_the_next(
    store: Store, told: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> bool:
        raise OperationalError("UPDATE", {}, Exception("gone"))

    mine = meter(store, 10)
    monkeypatch.setattr(calls, "tell_once", fails)
    for _ in range(9):
        mine.count()
    monkeypatch.undo()
    assert told == []
    mine.count()
    mine.count()
    assert told == [CallsRunLow("dingtalk", 10, 10)]


def test_where_less_is_allowed_than_was_used_it_is_told_with_the_next_call(store: Store, told: list[Event]) -> None:
    for _ in range(5):
        meter(store).count()
    meter(store, 5).count()
    assert told == [CallsRunLow("dingtalk", 6, 5)]


def test_what_is_brought_is_counted_too_and_told(store: Store, told: list[Event], clock: Clock) -> None:
    brought = MessageMeter(store, "dingtalk:brought", "dingtalk", 10)

    def come(count: int) -> None:
        for _ in range(count):
            brought.count()

    come(8)
    assert told == []
    come(4)
    assert told == [CallsRunLow("dingtalk", 9, 10, messages=True)]
    clock.go(days=31)
    come(9)
    assert told == [CallsRunLow("dingtalk", 9, 10, messages=True)] * 2


def test_that_none_are_left_is_told_once_whatever_was_counted(store: Store, told: list[Event], clock: Clock) -> None:
    """Other apps of the organisation use up the same calls."""
    mine = meter(store, 10)
    mine.count()
    mine.gone()
    meter(store, 10).gone()
    assert told == [CallsRunLow("dingtalk", 1, 10, gone=True)]
    clock.go(days=31)
    mine.gone()
    assert told[1:] == [CallsRunLow("dingtalk", 0, 10, gone=True)]


def test_that_none_are_left_is_told_after_the_warning_too(store: Store, told: list[Event]) -> None:
    mine = meter(store, 10)
    for _ in range(10):
        mine.count()
    mine.gone()
    mine.gone()
    assert told == [CallsRunLow("dingtalk", 9, 10), CallsRunLow("dingtalk", 10, 10, gone=True)]


def test_what_cannot_be_counted_does_not_keep_anything_from_being_sent(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise OperationalError("UPDATE", {}, Exception("gone"))

    monkeypatch.setattr(calls, "add", fails)
    monkeypatch.setattr(calls, "in_month", fails)
    meter(store).count()
    meter(store).gone()
    monkeypatch.undo()
    assert used(store, "2026-11") == 0


@pytest.fixture
def firm(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Company]:
    with open_company(database_url, tmp_path / "var", clock) as company:
        yield company


def test_the_administrators_are_told(firm: Company) -> None:
    """Once a month, as a reminder of the kind that only they get."""
    store = firm.runtime.store
    low = DatabaseMeter(store, NAME, "dingtalk", 10)
    for _ in range(10):
        low.count()
    with store.read() as session:
        admins = people.administrators(session)
        rows = session.scalars(select(OutboxRow)).all()
    assert [row.person_id for row in rows] == admins
    assert {(row.kind, row.reminder) for row in rows} == {(Kind.SAY, "staff")}
    said = {store.vault.open(outbox.body_place(row.dedupe_key), row.body or b"") for row in rows}
    assert said == {texts.calls_run_low(CallsRunLow("dingtalk", 9, 10))}
    low.gone()
    with store.read() as session:
        assert len(session.scalars(select(OutboxRow)).all()) == 2 * len(admins)


def test_what_they_are_told() -> None:
    assert texts.calls_run_low(CallsRunLow("dingtalk", 4001, 5000)) == (
        "钉钉本月的接口调用已用 4001 次（80%，每月 5000 次），用完后卡片和消息发不出去。"
        "请到开发者后台购买调用量包，或减少提醒。"
    )
    assert texts.calls_run_low(CallsRunLow("dingtalk", 3000, 5000, gone=True)) == (
        "钉钉本月的接口调用量用完了（驼铃用了 3000 次），卡片和消息发不出去，下月 1 日恢复。"
        "请到开发者后台购买调用量包；驼铃会隔一会儿再试。"
    )
    assert texts.calls_run_low(CallsRunLow("dingtalk", 2401, 3000, messages=True)) == (
        "钉钉本月已经传来 2401 条消息和点击（每月 3000 条，公司别的应用用掉的不在内），"
        "用完后同事发来的消息没有内容，没法办。请到开发者后台看用量、购买消息量包。"
    )
