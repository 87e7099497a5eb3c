"""What bounds a relay: one bad row, one slow platform, one failing mark must not silence a person or a process."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from kit.barriers import at_once, until
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import select, update

from cards.channel import Sent
from cards.limits import TooLarge
from core.store import outbox_lease, post
from core.store.issued import Face
from core.store.outbox import Kind, OutboxRow, OutboxState
from jobs import relay as relay_module
from jobs.relay import BROKEN_ATTEMPTS, LEASE_SECONDS, MOST_ATTEMPTS, WORK_SECONDS, Relay

PEOPLE = ("batu", "lina", "zhangsan", "naren", "sunli", "surina")


def say(company: Company, *userids: str, text: str = "一") -> None:
    """A text to each."""
    ids = [company.person(userid).actor.id for userid in userids]
    with company.runtime.store.unit(request_id="test", origin=f"test:{text}") as unit:
        for person_id in ids:
            post.say(unit, "wecom", person_id, text)


def rows(company: Company) -> list[OutboxRow]:
    """The outbox, oldest first."""
    with company.runtime.store.read() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def sent(company: Company) -> int:
    """How many rows went out."""
    return sum(row.state == OutboxState.SENT for row in rows(company))


class Gate:
    """A platform whose sending takes as long as the test likes: each call waits for `open`, or moves the clock."""

    def __init__(self, company: Company, *, seconds: float = 0.0) -> None:
        self.company, self.seconds = company, seconds
        self.open = threading.Event()
        self.called: list[str] = []
        self._send = company.runtime.channels["wecom"].send_text

    def __call__(self, to: str, text: str, *, again: bool) -> Any:
        """In place of the channel's `send_text`."""
        self.called.append(to)
        if self.seconds:
            self.company.clock.go(seconds=self.seconds)
        else:
            assert self.open.wait(10)
        return self._send(to, text, again=again)


def slow(company: Company, monkeypatch: pytest.MonkeyPatch, *, seconds: float = 0.0) -> Gate:
    """Make the platform slow."""
    gate = Gate(company, seconds=seconds)
    monkeypatch.setattr(company.runtime.channels["wecom"], "send_text", gate, raising=True)
    return gate


def test_a_screen_of_another_release_is_dead_at_once_and_what_follows_goes_out(company: Company) -> None:
    batu = company.person("batu").actor
    with company.runtime.store.unit(request_id="test") as unit:
        post.show(unit, "wecom", batu.id, Face("of_tomorrow", {}))
    say(company, "batu")
    company.settle()
    assert [(row.state, row.fault) for row in rows(company)] == [
        ("dead", "unknown screen"),
        ("sent", None),
        ("sent", None),
    ]
    first, told = company.person("batu").heard_since().texts
    assert first == "一"
    assert "有一张卡片没能发给您" in told


def test_a_kind_of_another_release_waits_for_it_and_holds_up_nobody(company: Company) -> None:
    say(company, "batu", text="一")
    with company.runtime.store.database.write() as session:
        session.execute(update(OutboxRow).values(kind="tomorrow"))
    company.settle()
    say(company, "batu", text="二")
    company.settle()
    first, second = rows(company)
    assert (first.state, first.fault) == (OutboxState.PENDING, outbox_lease.OF_ANOTHER_RELEASE)
    assert second.state == OutboxState.SENT
    with company.runtime.store.database.write() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == first.id).values(kind=Kind.SAY.value))
    company.clock.go(minutes=2)
    company.settle()
    assert sent(company) == 2, "that release is there, or back"


def test_a_bug_of_ours_is_given_up_after_a_few_seconds(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def boom(*_: object) -> None:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr("jobs.screens.SCREENS", {"mine": boom})
    with company.runtime.store.unit(request_id="test") as unit:
        post.show(unit, "wecom", company.person("batu").actor.id, Face("mine", {"page": 1}))
    say(company, "batu")
    for _ in range(BROKEN_ATTEMPTS):
        company.settle()
        company.clock.go(seconds=10)
    company.settle()
    bad, good, told = rows(company)
    assert (bad.state, bad.fault, bad.attempts) == (OutboxState.DEAD, "error: ZeroDivisionError", BROKEN_ATTEMPTS)
    assert (good.state, told.state, told.kind) == (OutboxState.SENT, OutboxState.SENT, Kind.SAY)


def test_a_batch_that_outlives_its_lease_doubles_nothing(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch on one thread takes longer than its lease; another relay takes what has not had its turn: once each."""
    say(company, *PEOPLE)
    gate = slow(company, monkeypatch, seconds=LEASE_SECONDS / 2)
    runtime = company.runtime
    first, other = (Relay(runtime.store, runtime.channels, runtime.in_force, threads=1) for _ in range(2))
    waiting = [other]

    def other_in_between(to: str, text: str, *, again: bool) -> Any:
        if len(gate.called) == 3 and waiting:  # the batch is 45 s old, its row under work is not
            waiting.pop().drain()
        return gate(to, text, again=again)

    monkeypatch.setattr(runtime.channels["wecom"], "send_text", other_in_between)
    first.drain()
    assert sorted(gate.called) == sorted(PEOPLE), "each is sent once"
    assert sent(company) == len(PEOPLE)
    assert_kept(runtime.store, company.platform.journal)


def test_a_row_at_work_is_held_for_longer_than_the_batch(company: Company) -> None:
    say(company, "batu")
    store = company.runtime.store
    with store.database.write() as session:
        (row,) = outbox_lease.lease(session, "one", now=store.clock(), seconds=LEASE_SECONDS, limit=5)
        assert not outbox_lease.renew(session, row.id, "two", now=store.clock(), seconds=WORK_SECONDS)
        assert outbox_lease.renew(session, row.id, "one", now=store.clock(), seconds=WORK_SECONDS)
    company.clock.go(seconds=WORK_SECONDS - 1)
    company.settle()
    assert sent(company) == 0
    company.clock.go(seconds=2)
    company.settle()
    assert sent(company) == 1


def test_a_drain_ends_at_its_deadline_after_the_batch_under_way(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(company, *PEOPLE)
    assert company.runtime.relay.drain(until=time.monotonic() - 1) == 0
    gate = slow(company, monkeypatch)
    deadline = time.monotonic() + 0.2

    def open_late() -> int:
        until(lambda: time.monotonic() > deadline, "the deadline")
        gate.open.set()
        return 0

    worked, _ = at_once([lambda: company.runtime.relay.drain(until=deadline), open_late])
    assert worked == 4 == sent(company), "as many rows as threads"
    assert company.runtime.relay.drain(until=time.monotonic() + 60) == len(PEOPLE) - 4


def test_a_stop_is_obeyed_within_one_exchange_and_nothing_is_held(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows whose turn had not come go back untouched: the next process sends them at once."""
    say(company, *PEOPLE)
    gate, stop = slow(company, monkeypatch), threading.Event()

    def stop_then_open() -> int:
        until(lambda: len(gate.called) == 4, "all threads at work")
        stop.set()
        gate.open.set()
        return 0

    at_once([lambda: company.runtime.relay.drain(stop=stop), stop_then_open])
    left = [row for row in rows(company) if row.state == OutboxState.PENDING]
    assert [(row.attempts, row.lease, row.maybe_sent) for row in left] == [(0, None, False)] * 2
    assert company.runtime.relay.drain(stop=stop) == 0
    assert company.runtime.sweeper.sweep(stop) == 0
    company.settle()
    assert sent(company) == len(PEOPLE)


def test_a_slow_platform_does_not_stop_the_sweeping(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.sweeper.SENDING_SECONDS", 0.0)
    say(company, *PEOPLE)
    assert company.runtime.sweeper.sweep() == 0
    monkeypatch.undo()
    assert company.runtime.sweeper.sweep() == len(PEOPLE)


def test_one_mark_that_fails_stops_no_other_and_is_tried_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(company, "batu", "lina")
    first, _ = rows(company)
    mark = Relay._mark

    def failing(self: Relay, row: OutboxRow, holder: str, attempt: relay_module.Attempt) -> None:
        if row.id == first.id and row.attempts == 1:
            raise ZeroDivisionError("a bug of ours")
        mark(self, row, holder, attempt)

    monkeypatch.setattr(Relay, "_mark", failing)
    say(company, "lina", text="二")
    company.settle()
    assert [row.state for row in rows(company)] == ["pending", "sent", "sent"]
    company.clock.go(seconds=WORK_SECONDS + 1)
    company.settle()
    assert sent(company) == 3
    assert company.person("lina").heard_since().texts == ["一", "二"]


def test_a_row_that_can_never_be_marked_is_not_sent_for_ever(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    say(company, "batu")
    with company.runtime.store.database.write() as session:
        session.execute(update(OutboxRow).values(attempts=MOST_ATTEMPTS))
    monkeypatch.setattr(company.runtime.channels["wecom"], "send_text", lambda *_, **__: Sent())
    company.settle()
    assert [row.state for row in rows(company)] == [OutboxState.DEAD]


@pytest.mark.parametrize("columns", [("next_try_at", "put_at"), ("lease_until",)])
def test_what_a_clock_that_ran_ahead_wrote_is_due(company: Company, columns: tuple[str, ...]) -> None:
    say(company, "batu")
    with company.runtime.store.database.write() as session:
        ahead = company.clock() + timedelta(days=300)
        session.execute(update(OutboxRow).values(dict.fromkeys(columns, ahead) | {"lease": "dead"}))
    company.settle()
    assert sent(company) == 1


def test_a_card_that_does_not_fit_is_told_as_text(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that a view breaks is our bug; silence would be a second one."""
    company.lead()

    def broken(*_args: Any, **_more: Any) -> None:
        raise TooLarge("button_list", 6, 9)

    monkeypatch.setattr(company.runtime.channels["wecom"], "send_card", broken)
    heard = company.person("batu").say("公海")
    assert heard.cards == []
    assert "呼和浩特池" in heard.text
    assert [row.state for row in rows(company)] == [OutboxState.SENT]
