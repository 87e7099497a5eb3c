"""Outbox rows: once each, in the order of each target, held by one relay, ended by its holder only."""

from datetime import datetime, timedelta

import pytest
from kit.clock import Clock
from sqlalchemy import select, text

from core.store import outbox, outbox_lease, outbox_watch
from core.store.outbox import Kind, Message, OutboxRow, OutboxState, Priority, Why
from core.store.outbox_lease import Room
from core.store.outbox_sent import sent_since, sent_times, waits
from core.store.unit import Store


def put(store: Store, *keys: str, target: str = "wecom:1", kind: Kind = Kind.SAY, body: bytes | None = b"b") -> None:
    messages = [Message(key, "wecom", 1, target, kind, body=body, code=b"c") for key in keys]
    with store.database.write() as session:
        for message in messages:
            outbox.put(session, message, now=store.clock(), request_id="r")


def lease(store: Store, holder: str = "a", limit: int = 10, seconds: float = 30) -> list[str]:
    with store.database.write() as session:
        rows = outbox_lease.lease(session, holder, now=store.clock(), seconds=seconds, limit=limit)
        return [row.dedupe_key for row in rows]


def row(store: Store, key: str) -> OutboxRow:
    with store.read() as session:
        return session.scalars(select(OutboxRow).where(OutboxRow.dedupe_key == key)).one()


def close(
    store: Store, key: str, holder: str = "a", state: OutboxState = OutboxState.SENT, fault: str | None = None
) -> bool:
    with store.database.write() as session:
        return outbox_lease.close(session, row(store, key).id, holder, state, now=store.clock(), fault=fault)


def put_back(
    store: Store,
    key: str,
    holder: str = "a",
    *,
    after: float = 5,
    maybe: bool = False,
    tried: bool = True,
    fault: str = "busy",
) -> bool:
    at: datetime = store.clock() + timedelta(seconds=after)
    with store.database.write() as session:
        return outbox_lease.put_back(
            session,
            row(store, key).id,
            holder,
            now=store.clock(),
            next_try_at=at,
            fault=fault,
            maybe_sent=maybe,
            tried=tried,
        )


def test_a_message_is_one_row_however_often_it_is_put(store: Store) -> None:
    put(store, "k:1", "k:2")
    put(store, "k:2", "k:3", body=b"another")
    assert row(store, "k:2").body == b"b"
    with store.read() as session:
        assert session.scalars(select(OutboxRow.dedupe_key).order_by(OutboxRow.id)).all() == ["k:1", "k:2", "k:3"]


def test_of_each_target_the_oldest_and_nothing_twice(store: Store) -> None:
    put(store, "a1", "a2", "a3", target="wecom:1")
    put(store, "b1", "b2", target="wecom:2")
    assert lease(store, "x") == ["a1", "b1"]
    assert lease(store, "y") == []
    assert close(store, "a1", "x")
    assert lease(store, "y") == ["a2"]
    assert close(store, "b1", "x", OutboxState.DEAD, "gone")
    assert lease(store, "y") == ["b2"], "a dead row holds up nobody"


def test_a_row_that_waits_holds_up_its_own_target_only(store: Store, clock: Clock) -> None:
    put(store, "a1", "a2", target="wecom:1")
    assert lease(store) == ["a1"]
    assert put_back(store, "a1", after=60)
    put(store, "b1", target="wecom:2")
    assert lease(store) == ["b1"]
    assert close(store, "b1")
    clock.go(seconds=59)
    assert lease(store) == []
    clock.go(seconds=1)
    assert lease(store) == ["a1"]


@pytest.mark.parametrize("fault", outbox_lease.LETS_PASS)
def test_what_waits_for_what_others_do_not_need_lets_them_pass_in_their_order(
    store: Store, clock: Clock, fault: str
) -> None:
    put(store, "a1", "a2", "a3")
    assert lease(store) == ["a1"]
    assert put_back(store, "a1", after=3600, tried=False, fault=fault)
    assert lease(store) == ["a2"], "it has not been tried, and nobody knows what it needs"
    assert lease(store) == [], "one at a time"
    assert put_back(store, "a2", after=1800, tried=False, fault=fault)
    assert lease(store) == ["a3"]
    assert close(store, "a3")
    clock.go(seconds=1801)
    assert lease(store) == [], "it waits for the same as one before it"
    clock.go(seconds=1800)
    assert lease(store) == ["a1"], "and never two at once"
    put(store, "a4")
    assert lease(store) == []
    assert close(store, "a1")
    assert lease(store) == ["a2"]


def test_one_of_another_release_and_one_without_a_call_pass_each_other(store: Store, clock: Clock) -> None:
    put(store, "a1", "a2")
    assert lease(store) == ["a1"]
    assert put_back(store, "a1", after=3600, fault=outbox_lease.OF_ANOTHER_RELEASE)
    assert lease(store) == ["a2"]
    assert put_back(store, "a2", after=60, tried=False, fault=outbox_lease.OUT_OF_CALLS)
    clock.go(seconds=61)
    assert lease(store) == ["a2"]


def test_as_many_as_asked_and_the_most_overdue_first(store: Store, clock: Clock) -> None:
    for number in range(5):
        put(store, f"k{number}", target=f"wecom:{number}")
        clock.go(seconds=1)
    assert lease(store, limit=2) == ["k0", "k1"]
    assert lease(store, limit=9) == ["k2", "k3", "k4"]


@pytest.mark.parametrize("end", ["close", "put back"])
def test_who_lost_the_lease_ends_nothing(store: Store, clock: Clock, end: str) -> None:
    put(store, "k")
    assert lease(store, "slow", seconds=30) == ["k"]
    clock.go(seconds=30)
    assert lease(store, "quick") == [], "not yet"
    clock.go(seconds=1)
    assert lease(store, "quick") == ["k"]
    assert (close(store, "k", "slow") if end == "close" else put_back(store, "k", "slow")) is False
    kept = row(store, "k")
    assert (kept.state, kept.lease, kept.attempts, kept.maybe_sent) == (OutboxState.PENDING, "quick", 2, True)
    assert close(store, "k", "quick")
    assert close(store, "k", "quick") is False


def test_what_was_sent_keeps_no_content(store: Store) -> None:
    put(store, "k", "m")
    lease(store)
    close(store, "k")
    sent = row(store, "k")
    assert (sent.state, sent.body, sent.code, sent.lease, sent.sent_at) == ("sent", None, None, None, store.clock())
    lease(store)
    close(store, "m", state=OutboxState.DEAD, fault="limit")
    dead = row(store, "m")
    assert (dead.state, dead.fault, dead.sent_at, dead.finished_at) == ("dead", "limit", None, store.clock())


@pytest.mark.parametrize(("maybe", "tried", "attempts"), [(False, True, 1), (True, True, 1), (False, False, 0)])
def test_a_row_is_put_back(store: Store, maybe: bool, tried: bool, attempts: int) -> None:
    put(store, "k")
    lease(store)
    assert put_back(store, "k", maybe=maybe, tried=tried)
    kept = row(store, "k")
    assert (kept.state, kept.lease, kept.lease_until, kept.fault) == ("pending", None, None, "busy")
    assert (kept.maybe_sent, kept.attempts) == (maybe, attempts)
    assert kept.next_try_at == store.clock() + timedelta(seconds=5)


def test_that_it_may_have_been_sent_is_not_forgotten(store: Store, clock: Clock) -> None:
    put(store, "k")
    lease(store)
    put_back(store, "k", maybe=True)
    clock.go(seconds=6)
    lease(store)
    put_back(store, "k", maybe=False)
    assert row(store, "k").maybe_sent


def test_is_anything_due(store: Store, clock: Clock) -> None:
    def due() -> bool:
        with store.read() as session:
            return outbox_lease.anything_due(session, clock())

    assert not due()
    put(store, "k")
    assert due()
    lease(store, seconds=30)
    assert not due()
    clock.go(seconds=31)
    assert due()
    lease(store)
    put_back(store, "k", after=10)
    assert not due()
    clock.go(seconds=10)
    assert due()


def test_when_messages_went_out(store: Store, clock: Clock) -> None:
    times = []
    for number, kind in enumerate((Kind.SAY, Kind.SHOW, Kind.CHANGE, Kind.SAY)):
        put(store, f"k{number}", kind=kind)
        lease(store)
        close(store, f"k{number}")
        times.append(clock())
        clock.go(seconds=10)
    with store.read() as session:
        now, before = clock(), times[0] - timedelta(seconds=1)
        assert sent_times(session, "wecom:1", times[0], 9, now=now) == [times[3], times[1]]
        assert sent_times(session, "wecom:1", before, 2, now=now) == [times[3], times[1]]
        assert sent_times(session, "wecom:2", times[0], 9, now=now) == []
        assert sent_since(session, "wecom", times[0], 9, now=now) == 3
        assert sent_since(session, "wecom", times[0], 2, now=now) == 2


def test_the_outbox_in_numbers(store: Store, clock: Clock) -> None:
    put(store, "a", target="wecom:1")
    put(store, "b", target="wecom:2")
    put(store, "c", target="wecom:3")
    lease(store)
    close(store, "a")
    close(store, "b", state=OutboxState.DEAD, fault="limit: too many buttons")
    clock.go(seconds=90)
    with store.read() as session:
        depth = outbox_watch.depth(session, clock())
        stuck = outbox_watch.stuck(session, clock() + timedelta(minutes=5), 9)
    assert (depth.pending, depth.dead, depth.oldest_seconds) == (1, 1, 90.0)
    assert depth.by_fault == {"limit: too many buttons": 1}
    assert [(one.id, one.channel, one.state) for one in stuck] == [(2, "wecom", "dead"), (3, "wecom", "pending")]


def test_a_dead_row_can_be_sent_again(store: Store) -> None:
    put(store, "a", target="wecom:1")
    lease(store)
    close(store, "a", state=OutboxState.DEAD, fault="x")
    with store.database.write() as session:
        assert outbox_watch.retry(session, None, now=store.clock()) == 1
        assert outbox_watch.retry(session, None, now=store.clock()) == 0
    again = row(store, "a")
    assert (again.state, again.attempts, again.body) == ("pending", 0, b"b")
    assert lease(store) == ["a"]
    with store.database.write() as session:
        assert outbox_watch.retry(session, again.id, now=store.clock()) == 0, "a relay has it"


def test_what_ended_well_is_forgotten_and_the_dead_stay(store: Store, clock: Clock) -> None:
    for key, state in (("a", OutboxState.SENT), ("b", OutboxState.SUPERSEDED), ("c", OutboxState.DEAD)):
        put(store, key, target=f"wecom:{key}")
        lease(store)
        close(store, key, state=state)
    put(store, "d", target="wecom:d")
    with store.database.write() as session:
        assert outbox.purge(session, clock()) == 0
        assert outbox.purge(session, clock() + timedelta(seconds=1), batch=1) == 1
        assert outbox.purge(session, clock() + timedelta(seconds=1)) == 1
        assert session.scalars(select(OutboxRow.dedupe_key).order_by(OutboxRow.id)).all() == ["c", "d"]


@pytest.mark.parametrize(
    ("attempts", "waits", "passes"), [(3, 61, True), (9, 3600, True), (3, 60, False), (2, 3600, False)]
)
def test_a_row_that_failed_often_and_waits_long_lets_later_ones_pass(
    store: Store, clock: Clock, attempts: int, waits: int, passes: bool
) -> None:
    put(store, "a1", "a2", "a3", target="wecom:1")
    for number in range(attempts):
        assert lease(store) == ["a1"]
        assert put_back(store, "a1", after=waits if number == attempts - 1 else 0)
    assert lease(store, "b", seconds=90) == (["a2"] if passes else [])
    if passes:
        clock.go(seconds=waits)
        assert lease(store, "c", seconds=9) == ([] if waits < 90 else ["a1"]), "not beside the one that is held"


@pytest.mark.parametrize(("ahead", "due"), [(59, False), (61, True), (3600, True), (300 * 86400, True)])
@pytest.mark.parametrize("deed", ["written", "put back"])
def test_what_a_clock_that_ran_ahead_put_off_is_due_when_it_is_right_again(
    store: Store, clock: Clock, ahead: int, due: bool, deed: str
) -> None:
    """Was: a row that was written an hour ahead waited that hour, and held up its person."""
    if deed == "put back":
        put(store, "k")
        lease(store)
    clock.go(seconds=ahead)
    put(store, "k")
    put_back(store, "k", after=5)
    put(store, "next")
    clock.go(seconds=-ahead)
    with store.read() as session:
        assert outbox_lease.anything_due(session, clock()) is due
    assert lease(store) == (["k"] if due else [])
    assert lease(store) == []


def test_a_long_wait_that_was_decided_by_a_right_clock_is_kept(store: Store, clock: Clock) -> None:
    put(store, "k")
    lease(store)
    put_back(store, "k", after=12 * 3600)
    clock.go(hours=1)
    with store.read() as session:
        assert not outbox_lease.anything_due(session, clock())
    assert lease(store) == []


def test_what_was_sent_in_the_future_counts_for_no_limit(store: Store, clock: Clock) -> None:
    clock.go(hours=6)
    put(store, "k")
    lease(store)
    close(store, "k")
    with store.read() as session:
        for back, counted in ((0, 1), (-60, 1), (-61, 0), (-6 * 3600, 0)):
            now = clock() + timedelta(seconds=back)
            hour = now - timedelta(hours=1)
            assert len(sent_times(session, "wecom:1", hour, 9, now=now)) == counted
            assert sent_since(session, "wecom", hour, 9, now=now) == counted


def test_a_channel_without_room_stops_no_other(store: Store) -> None:
    with store.database.write() as session:
        for number in range(9):
            channel = "wecom" if number < 6 else "dingtalk"
            message = Message(f"{channel}{number}", channel, number, f"{channel}:{number}", Kind.SAY, body=b"b")
            outbox.put(session, message, now=store.clock(), request_id="r")

    def taken(limit: int, **rooms: int) -> list[str]:
        room = {channel: Room(left, left) for channel, left in rooms.items()}
        with store.database.write() as session:
            rows = outbox_lease.lease(session, "a", now=store.clock(), seconds=30, limit=limit, rooms=room)
            return [row.dedupe_key for row in rows]

    with store.read() as session:
        full = Room(0, 0)
        assert outbox_lease.anything_due(session, store.clock(), {"wecom": full, "dingtalk": Room(1, 0)})
        assert not outbox_lease.anything_due(session, store.clock(), {"wecom": full, "dingtalk": full})
    assert taken(9, wecom=0, dingtalk=0) == []
    assert taken(2, wecom=0, dingtalk=99) == ["dingtalk6", "dingtalk7"]
    assert taken(9, wecom=1, dingtalk=99) == ["wecom0", "dingtalk8"]
    assert taken(9, wecom=2) == ["wecom1", "wecom2"]
    assert taken(2, wecom=99) == ["wecom3", "wecom4"], "most overdue first, however much room"
    assert taken(9) == ["wecom5"]


def test_reminders_have_their_own_part_of_the_room(store: Store) -> None:
    with store.database.write() as session:
        for number in range(8):
            why = Why("task", Priority.REMINDER) if number < 5 else Why("payout", Priority.URGENT)
            message = Message(f"k{number}", "wecom", number, f"wecom:{number}", Kind.SAY, body=b"b", why=why)
            outbox.put(session, message, now=store.clock(), request_id="r")

    def taken(rows: int, reminders: int) -> list[str]:
        room = {"wecom": Room(rows, reminders)}
        with store.database.write() as session:
            due = outbox_lease.anything_due(session, store.clock(), room)
            found = outbox_lease.lease(session, "a", now=store.clock(), seconds=30, limit=9, rooms=room)
            assert due == bool(found), "a relay that may send nothing need not take the right to write"
            return [row.dedupe_key for row in found]

    assert taken(0, 0) == []
    assert taken(1, 0) == ["k5"]
    assert taken(2, 2) == ["k6", "k7"], "what is urgent first"
    assert taken(3, 0) == []
    assert taken(3, 2) == ["k0", "k1"]
    assert taken(9, 9) == ["k2", "k3", "k4"]


def test_of_many_that_wait_since_one_moment_few_are_looked_at(store: Store) -> None:
    """A job's messages are due at one moment. Was: PostgreSQL sorted all of them for each batch, 31 ms of 20,000."""
    many = 2000
    with store.database.write() as session:
        messages = [Message(f"k{n}", "wecom", n, f"wecom:{n}", Kind.SAY, body=b"b") for n in range(many)]
        outbox.put_all(session, messages, now=store.clock(), request_id="r")
    with store.database.write() as session:
        session.execute(text("ANALYZE"))
    with store.database.write() as session:
        dialect = session.get_bind().dialect
        asked = outbox_lease._due(outbox_lease.Which.BUT_EXPORTS).limit(16).params(outbox_lease._times(store.clock()))
        sql = str(asked.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
        plan = "\n".join(str(row) for row in session.connection().exec_driver_sql(f"{explain} {sql}"))
    assert "ix_outbox_turn" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan, plan


def test_urgent_rows_of_a_batch_come_first(store: Store) -> None:
    with store.database.write() as session:
        for number, priority in enumerate((Priority.REMINDER, Priority.URGENT, Priority.ANSWER, Priority.ANSWER)):
            message = Message(f"k{number}", "wecom", number, f"wecom:{number}", Kind.SAY, why=Why(None, priority))
            outbox.put(session, message, now=store.clock(), request_id="r")
    with store.database.write() as session:
        rows = outbox_lease.lease(session, "a", now=store.clock(), seconds=30, limit=9)
        assert [row.dedupe_key for row in rows] == ["k2", "k3", "k1", "k0"], "a thread takes them in this order"


def test_whether_such_a_row_waits(store: Store) -> None:
    put(store, "relay:1:1", "event:2:1")

    def waiting(target: str = "wecom:1", kind: Kind = Kind.SAY, origin: str = "relay") -> bool:
        with store.read() as session:
            return waits(session, target, kind, origin=origin)

    assert waiting()
    assert not waiting(target="wecom:2")
    assert not waiting(kind=Kind.SHOW)
    assert not waiting(origin="rel")
    lease(store)
    close(store, "relay:1:1")
    assert not waiting()


@pytest.mark.parametrize(("seconds", "free"), [(90, False), (3600, True)])
def test_a_lease_for_longer_than_we_ever_give_holds_nothing(store: Store, seconds: float, free: bool) -> None:
    put(store, "k")
    lease(store, seconds=seconds)
    assert lease(store, "b") == (["k"] if free else [])


def test_a_row_that_a_clock_ahead_of_ours_holds_may_be_sent_again(store: Store, clock: Clock) -> None:
    put(store, "k:0")
    clock.go(days=1)
    assert lease(store) == ["k:0"]
    clock.go(days=-1)
    with store.database.write() as session:
        assert outbox_watch.retry(session, row(store, "k:0").id, now=store.clock()) == 1
