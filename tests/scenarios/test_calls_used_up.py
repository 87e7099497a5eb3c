"""When none of DingTalk's calls of the month are left: what costs none comes as ever, what costs one waits for the next
month, and who asks for a card is answered in words."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.dinged import Dinged, open_dinged

from bot.channels.dingtalk.door import DingTalkDoor
from bot.sandbox.faults import Fault
from cards import texts
from core.leads.models import subject
from core.manners.kinds import ReminderKind, as_reminder
from core.store import outbox_lease, post
from core.store.issued import Face
from core.store.outbox import Kind, OutboxState

SESSION, SHOWN, ONE_TO_ONE = "robot/sendBySession", "card/instances/createAndDeliver", "robot/oToMessages/batchSend"


@pytest.fixture
def dinged(database_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dinged]:
    """By HTTP, where answers come too late for the response, and go by their messages' sessions."""
    monkeypatch.setattr(DingTalkDoor, "answer_seconds", 0.0)
    with open_dinged(database_url, tmp_path, clock) as dinged:
        yield dinged


def batu(dinged: Dinged) -> int:
    return dinged.company.person("batu").actor.id


def remind(dinged: Dinged, lead: int) -> None:
    face = Face("received", {"lead": lead, "by": None, "how": "assign"}, (subject(lead),))
    dinged.post(lambda unit: post.show(unit, "dingtalk", batu(dinged), face, as_reminder(ReminderKind.TASK)) and None)


def waiting(dinged: Dinged) -> list[tuple[str, str, str | None, int]]:
    return [
        (row.kind, row.state, row.fault, row.attempts)
        for row in dinged.rows()
        if row.person_id == batu(dinged) and row.state not in (OutboxState.SENT, OutboxState.SUPERSEDED)
    ]


def test_who_asks_for_a_card_is_answered_in_words_and_all_that_follows_comes(dinged: Dinged) -> None:
    lead = dinged.company.lead("刘志强")
    dinged.ding.use_up_calls()
    dinged.say("dt_batu", "公海")
    dinged.say("dt_batu", "佣金")
    dinged.say("dt_batu", "公海")
    dinged.say("dt_batu", "帮助")
    first, commission, again, help_text = dinged.heard("dt_batu")
    assert first.startswith(f"{texts.NO_CALLS_FOR_A_CARD}\n\n呼和浩特池 1条")
    assert f"L{lead}" in first
    assert again == first
    assert not commission.startswith(texts.NO_CALLS_FOR_A_CARD)
    assert "领取" in help_text
    assert waiting(dinged) == []
    assert (dinged.calls(SESSION), dinged.calls(SHOWN)) == (4, 1), "the platform is asked once"
    dinged.say("dt_batu", f"领取 L{lead}")
    assert dinged.company.owner(lead) == batu(dinged)


def test_a_board_said_in_words_can_be_asked_about_though_its_pictures_wait(dinged: Dinged) -> None:
    """The ranking that is drawn beside the day is not made yet: its numbers would go on behind those of the day."""
    dinged.company.lead("刘志强", by="batu")
    dinged.ding.use_up_calls()
    dinged.say("dt_batu", "日报")
    dinged.say("dt_batu", "明细 1")
    board, details = dinged.heard("dt_batu")
    assert "看明细 → 发 明细 1" in board
    assert "明细 · 新增线索" in details


def test_there_is_nothing_to_catch_up_with_when_there_are_calls_again(dinged: Dinged, clock: Clock) -> None:
    dinged.company.lead()
    dinged.ding.use_up_calls()
    dinged.say("dt_batu", "公海")
    clock.go(days=7)  # another month
    dinged.company.settle()
    assert len(dinged.heard("dt_batu")) == 1
    dinged.say("dt_batu", "公海")
    assert dinged.heard("dt_batu")[1:] == ["[card]"]


def test_a_card_that_waits_for_a_call_holds_up_no_answer_and_comes_with_the_next_month(
    dinged: Dinged, clock: Clock
) -> None:
    dinged.ding.use_up_calls()
    remind(dinged, dinged.company.lead(by="batu"))
    dinged.post(lambda unit: post.say(unit, "dingtalk", batu(dinged), "您好", as_reminder(ReminderKind.TASK)))
    no_call = outbox_lease.OUT_OF_CALLS
    assert waiting(dinged) == [(Kind.SHOW, "pending", no_call, 0), (Kind.SAY, "pending", no_call, 0)]
    dinged.say("dt_batu", "帮助")
    (heard,) = dinged.heard("dt_batu")
    assert "领取" in heard
    for _ in range(30):
        clock.go(hours=2)
        dinged.company.settle()
    assert [(row[1], row[3]) for row in waiting(dinged)] == [("pending", 0)] * 2, "however often it was tried"
    clock.go(days=5)  # another month
    dinged.company.settle()
    assert dinged.heard("dt_batu")[1:] == ["[card]", "您好"]


@pytest.mark.parametrize("late", [False, True])
def test_where_the_session_does_not_take_it_the_card_waits(dinged: Dinged, clock: Clock, late: bool) -> None:
    dinged.company.lead()
    dinged.ding.use_up_calls()
    if late:
        dinged.ding.say("dt_batu", "公海")
        dinged.worked()
        clock.now += timedelta(hours=2)
        dinged.company.settle()
    else:
        dinged.ding.faults.order(api=SESSION, fault=Fault.ERRCODE, errcode=40035, status=200)
        dinged.say("dt_batu", "公海")
    assert dinged.heard("dt_batu") == []
    assert waiting(dinged) == [(Kind.SHOW, "pending", outbox_lease.OUT_OF_CALLS, 0)]
    assert all(row.code is None for row in dinged.rows())
    clock.go(days=7)
    dinged.company.settle()
    assert dinged.heard("dt_batu") == ["[card]"]


def test_while_there_are_calls_a_card_is_a_card_and_its_session_is_forgotten(dinged: Dinged) -> None:
    dinged.company.lead()
    dinged.say("dt_batu", "公海")
    assert dinged.heard("dt_batu") == ["[card]"]
    assert (dinged.calls(SESSION), dinged.calls(ONE_TO_ONE)) == (0, 0)
    assert [row.code for row in dinged.rows()] == [None]
