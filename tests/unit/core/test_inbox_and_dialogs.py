"""Inbox rows, open questions and issued cards: once only, sealed, and forgotten in time."""

from datetime import timedelta

import pytest
from kit.clock import Clock
from sqlalchemy import select, update
from structlog.testing import capture_logs

from core.people.arrivals import arrival
from core.store import cardcodes, dialogs, inbox, issued
from core.store.base import SKEW
from core.store.dialogs import REMEMBERED, Dialog, DialogRow
from core.store.inbox import InboxRow, InboxState
from core.store.issued import Face
from core.store.unit import Store


def record(store: Store, key: str = "wecom:m:1", text: bytes = b"hello") -> None:
    with store.database.write() as session:
        sealed = store.vault.seal(inbox.event_place(key), text)
        inbox.record(session, key=key, channel="wecom", event=sealed, request_id="r", now=store.clock())


def row(store: Store, key: str = "wecom:m:1") -> InboxRow:
    with store.read() as session:
        return session.scalars(select(InboxRow).where(InboxRow.key == key)).one()


def test_an_event_is_one_row_however_often_it_comes(store: Store, clock: Clock) -> None:
    record(store)
    clock.go(seconds=5)
    record(store, text=b"hello again")
    kept = row(store)
    assert store.vault.open("inbox.event:wecom:m:1", kept.event) == "hello"
    assert kept.received_at == clock() - timedelta(seconds=5)
    assert (kept.state, kept.attempts, kept.reply) == (InboxState.NEW, 0, None)


def test_an_event_is_finished_and_found_finished(store: Store) -> None:
    record(store)
    with store.database.write() as session:
        found = arrival(session, store.vault, "wecom:m:1", "wecom", "nobody", store.clock())
        assert found is not None
        assert (found.state, found.reply) == (InboxState.NEW, None)
        inbox.finish(session, "wecom:m:1", b"sealed", InboxState.DONE, store.clock())
    with store.database.write() as session:
        found = arrival(session, store.vault, "wecom:m:1", "wecom", "nobody", store.clock())
        assert found is not None
        assert (found.state, found.reply) == (InboxState.DONE, b"sealed")
        assert arrival(session, store.vault, "wecom:m:2", "wecom", "nobody", store.clock()) is None
    assert row(store).finished_at == store.clock()


def test_attempts_are_counted_and_the_unanswered_are_listed_oldest_first(store: Store, clock: Clock) -> None:
    for number in range(4):
        record(store, f"k{number}")
        clock.go(seconds=10)
    with store.database.write() as session:
        assert [inbox.count_attempt(session, "k1") for _ in range(3)] == [1, 2, 3]
        inbox.finish(session, "k0", b"", InboxState.DONE, clock())
    with store.read() as session:
        found = inbox.unanswered(session, clock() - timedelta(seconds=15))
        assert [event.key for event in found] == ["k1", "k2"]
        (first,) = inbox.unanswered(session, clock(), limit=1)
        assert (first.key, first.channel, first.received_at) == ("k1", "wecom", clock() - timedelta(seconds=30))
        assert [event.key for event in inbox.unanswered(session, clock(), after=first)] == ["k2", "k3"]


def test_events_of_one_instant_are_paged_through_without_a_gap(store: Store, clock: Clock) -> None:
    for number in range(5):
        record(store, f"k{number}")
    clock.go(seconds=1)
    seen, last = [], None
    with store.read() as session:
        while page := inbox.unanswered(session, clock(), after=last, limit=2):
            seen += [event.key for event in page]
            last = page[-1]
    assert seen == [f"k{number}" for number in range(5)]


def test_what_a_clock_that_ran_ahead_received_is_found(store: Store, clock: Clock) -> None:
    record(store, "now")
    clock.go(seconds=61)
    record(store, "later")
    with store.read() as session:
        assert inbox.ahead(session, clock() - timedelta(seconds=60)) == []
        assert [event.key for event in inbox.ahead(session, clock() - timedelta(seconds=61))] == ["later"]


def test_only_what_was_answered_is_forgotten(store: Store, clock: Clock) -> None:
    for number in range(5):
        record(store, f"k{number}")
    with store.database.write() as session:
        for number, state in enumerate((InboxState.DONE, InboxState.FAILED, InboxState.EXPIRED, InboxState.DONE)):
            inbox.finish(session, f"k{number}", b"", state, clock())
        inbox.forget(session, "k3", b"nothing")
    assert row(store, "k3").event == b"nothing"
    with store.database.write() as session:
        assert inbox.purge(session, clock()) == 0
        assert inbox.purge(session, clock() + timedelta(seconds=1), batch=3) == 3
        assert inbox.purge(session, clock() + timedelta(seconds=1)) == 1
        assert inbox.purge(session, clock() + timedelta(seconds=1)) == 0
    assert row(store, "k4").state == InboxState.NEW


def ask(store: Store, person: int, channel: str, dialog: Dialog) -> None:
    with store.database.write() as session:
        dialogs.ask(session, store.vault, person, channel, dialog, store.clock())


def open_now(store: Store, person: int = 1, channel: str = "wecom") -> Dialog | None:
    with store.read() as session:
        return dialogs.current(session, store.vault, person, channel, store.clock())


def test_the_last_question_counts_for_half_an_hour_on_its_channel(store: Store, clock: Clock) -> None:
    assert open_now(store) is None
    ask(store, 1, "wecom", Dialog("follow_up", {"lead": 7}))
    ask(store, 1, "dingtalk", Dialog("release_reason", {"lead": 8}))
    ask(store, 2, "wecom", Dialog("follow_up", {"lead": 9, "so_far": "意向强"}))
    ask(store, 1, "wecom", Dialog("next_contact", {"lead": 7}))
    assert open_now(store) == Dialog("next_contact", {"lead": 7})
    assert open_now(store, 1, "dingtalk") == Dialog("release_reason", {"lead": 8})
    assert open_now(store, 2) == Dialog("follow_up", {"lead": 9, "so_far": "意向强"})
    with store.database.write() as session:
        dialogs.end(session, 2, "wecom")
        dialogs.end(session, 3, "wecom")
    assert open_now(store, 2) is None
    clock.go(minutes=29, seconds=59)
    assert open_now(store) is not None
    clock.go(seconds=1)
    assert open_now(store) is None
    clock.go(seconds=1)
    with store.database.write() as session:
        assert dialogs.purge(session, clock()) == 0, "who answers late is told so"
        late = dialogs.hold(session, store.vault, 1, "wecom", clock())
        assert late == Dialog("next_contact", {"lead": 7}, lapsed=True)
    clock.go(seconds=REMEMBERED.total_seconds())
    with store.database.write() as session:
        assert dialogs.hold(session, store.vault, 1, "wecom", clock()) is None
        assert dialogs.purge(session, clock()) == 3, "those of person 1, and what is left of the ended one"


@pytest.mark.parametrize("values", [{"person_id": 2}, {"args": b"damaged"}, {"args": b""}])
def test_a_question_that_cannot_be_read_is_none_and_is_forgotten(store: Store, values: dict[str, object]) -> None:
    """Was: Unreadable, for each message of its person until the row was purged."""
    ask(store, 1, "wecom", Dialog("follow_up", {"lead": 7}))
    ask(store, 3, "wecom", Dialog("follow_up", {"lead": 9}))
    with store.database.write() as session:
        session.execute(update(DialogRow).where(DialogRow.person_id == 1).values(values))
    person = int(str(values.get("person_id", 1)))
    assert open_now(store, person) is None
    with capture_logs() as said, store.database.write() as session:
        assert dialogs.hold(session, store.vault, person, "wecom", store.clock()) is None
        assert dialogs.hold(session, store.vault, person, "wecom", store.clock()) is None
    assert [(line["log_level"], line["person"], line["kind"]) for line in said] == [("error", person, "follow_up")]
    with store.read() as session:
        assert session.scalars(select(DialogRow.person_id)).all() == [3]


@pytest.mark.parametrize(
    ("ahead", "counts"), [(0, True), (SKEW.total_seconds(), True), (SKEW.total_seconds() + 1, False), (7200, False)]
)
def test_a_question_of_a_clock_that_ran_ahead_is_none(store: Store, clock: Clock, ahead: float, counts: bool) -> None:
    clock.go(seconds=ahead)
    ask(store, 1, "wecom", Dialog("follow_up", {"lead": 7}))
    clock.go(seconds=-ahead)
    assert (open_now(store) is not None) is counts
    with store.database.write() as session:
        assert dialogs.any_ahead(session, clock()) is not counts
        assert (dialogs.hold(session, store.vault, 1, "wecom", clock()) is not None) is counts
        assert dialogs.purge(session, clock()) == 0
    clock.go(seconds=ahead + 30 * 60 - 1)
    assert (open_now(store) is not None) is counts, "not later either"


def issue(store: Store, person: int = 1, subject: str = "lead:7") -> str:
    with store.database.write() as session:
        return issued.issue(
            session, channel="wecom", person_id=person, face=Face("lead", {"lead": 7}, (subject,)), now=store.clock()
        )


def test_card_ids_are_long_random_and_short_enough(store: Store) -> None:
    made = {issued.new_card_id() for _ in range(2000)}
    assert len(made) == 2000
    assert all(len(card) == 16 and card.isascii() and card.isalnum() and card == card.lower() for card in made)


def test_a_card_counts_its_pictures(store: Store) -> None:
    card = issue(store)
    with store.database.write() as session:
        issued.change_face(session, card, Face("claimed", {"outcomes": []}, ("lead:8", "lead:7")))
        issued.outdate(session, card)
    with store.read() as session:
        found = issued.find(session, card)
        assert found is not None
        assert (found.person_id, found.channel, found.revision) == (1, "wecom", 3)
        assert issued.find(session, "aaaaaaaaaaaaaaaa") is None
        assert set(issued.subjects_of(session, card)) == {"lead:7", "lead:8"}


def test_a_code_is_taken_once_and_not_after_its_time(store: Store, clock: Clock) -> None:
    card, late, bare = issue(store), issue(store), issue(store)
    with store.database.write() as session:
        until = clock() + timedelta(hours=1)
        cardcodes.keep(session, card, b"of a tap", until + timedelta(hours=1))
        cardcodes.keep(session, card, b"of sending", until)
        cardcodes.keep(session, late, b"late", until)
        assert cardcodes.take(session, card, clock()) == b"of sending", "the one that runs out first"
        assert cardcodes.take(session, card, clock()) == b"of a tap"
        assert cardcodes.take(session, card, clock()) is None
        assert cardcodes.take(session, late, until) is None
        assert cardcodes.take(session, bare, clock()) is None
        assert cardcodes.take(session, "unknown", clock()) is None


def test_about_a_subject_all_cards_and_which_can_still_change(store: Store, clock: Clock) -> None:
    cards = []
    for person in (1, 1, 2, 3):
        cards.append(issue(store, person))
        clock.go(seconds=1)
    other = issue(store, 4, "lead:8")
    with store.database.write() as session:
        for card in (*cards[:3], other):
            cardcodes.keep(session, card, b"c", clock() + timedelta(hours=1))
    with store.database.write() as session:
        assert [card.id for card in issued.hold_about(session, "lead:7")] == cards[::-1]
        assert issued.changeable(session, "lead:7", clock()) == set(cards[:3])
        assert issued.changeable(session, "lead:7", clock() + timedelta(hours=2)) == set()
        held = issued.hold(session, other)
        assert held is not None
        assert (held.person_id, held.channel, held.revision, held.face) == (4, "wecom", 1, Face("lead", {"lead": 7}))
        assert issued.hold(session, "unknown") is None
        issued.outdate_all(session, [])
        issued.outdate_all(session, cards[:2])
        assert [issued.find(session, card).revision for card in cards] == [2, 2, 1, 1]  # type: ignore[union-attr]
    with store.database.write() as session:
        assert issued.purge(session, clock() - timedelta(seconds=2), batch=1) == 1
        assert issued.purge(session, clock() + timedelta(hours=1)) == 4
