"""When most of DingTalk's calls of a month are used up: what can wait is put together, what nobody waits for changes
later and once, and money, approvals and answers come as ever."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.dinged import Dinged, open_dinged
from sqlalchemy import select, update

from core.leads.models import subject
from core.manners.kinds import PRESSING, ReminderKind, as_reminder
from core.manners.rules import Go, Manners, Wait, Wishes, sparing, sparing_change
from core.people.models import Person
from core.store import calls, issued, outbox_lease, post
from core.store.calls import CallsRunLow
from core.store.issued import Face
from core.store.outbox import Kind, OutboxRow, OutboxState
from core.store.unit import Unit
from jobs.people_notices import CallsNotice
from jobs.screens import lead_face

SHOWN, CHANGED = "card/instances/createAndDeliver", "PUT card/instances"
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 12:00 in China; the clock stands at 10:00
ALLOWED = 5000


@pytest.fixture
def dinged(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Dinged]:
    clock.go(minutes=7)  # 10:07
    with open_dinged(database_url, tmp_path, clock, mannered=True) as dinged:
        yield dinged


def use_up(dinged: Dinged, count: int) -> None:
    with dinged.company.runtime.store.database.write() as session:
        calls.add(session, "dingtalk:dingtl01", "2026-11", count)


def batu(dinged: Dinged) -> int:
    return dinged.company.person("batu").actor.id


def remind(dinged: Dinged, kind: ReminderKind, lead: int, channel: str = "dingtalk") -> None:
    face = Face("received", {"lead": lead, "by": None, "how": "assign"}, (subject(lead),))
    dinged.post(lambda unit: post.show(unit, channel, batu(dinged), face, as_reminder(kind)) and None)


def leads(dinged: Dinged, count: int) -> list[int]:
    return [dinged.company.lead(f"客户{n}", f"1394710{n:04}", by="batu") for n in range(1, count + 1)]


def wait(dinged: Dinged, clock: Clock, **span: float) -> None:
    clock.go(**span)
    dinged.company.runtime.digests._next = float("-inf")
    dinged.company.runtime.digests.round()
    dinged.company.settle()


def test_what_can_wait_comes_as_one_card_at_the_next_even_hour(dinged: Dinged, clock: Clock) -> None:
    use_up(dinged, ALLOWED * 8 // 10 + 1)
    for lead in leads(dinged, 3):
        remind(dinged, ReminderKind.LEAD_CAME, lead)
        wait(dinged, clock, minutes=1)
    assert dinged.heard("dt_batu") == []
    assert {(row.state, row.fault) for row in dinged.rows() if row.kind == Kind.SHOW} == {(OutboxState.HELD, "calls")}
    wait(dinged, clock, hours=2)
    assert dinged.heard("dt_batu") == ["[card]"]
    assert dinged.calls(SHOWN) == 1
    assert {row.state for row in dinged.rows() if row.kind == Kind.SHOW} == {OutboxState.SUPERSEDED, OutboxState.SENT}


def test_one_that_has_waited_comes_and_waits_no_more(dinged: Dinged, clock: Clock) -> None:
    use_up(dinged, ALLOWED)
    (lead,) = leads(dinged, 1)
    remind(dinged, ReminderKind.LEAD_CAME, lead)
    assert dinged.heard("dt_batu") == []
    wait(dinged, clock, hours=2)
    assert dinged.heard("dt_batu") == ["[card]"]


@pytest.mark.parametrize("kind", sorted(PRESSING))
def test_money_approvals_and_what_has_its_hour_come_at_once(dinged: Dinged, kind: ReminderKind) -> None:
    use_up(dinged, ALLOWED)
    (lead,) = leads(dinged, 1)
    remind(dinged, kind, lead)
    assert dinged.heard("dt_batu") == ["[card]"]


def test_while_there_are_calls_everything_comes_at_once(dinged: Dinged) -> None:
    use_up(dinged, ALLOWED * 8 // 10)
    (lead,) = leads(dinged, 1)
    remind(dinged, ReminderKind.LEAD_CAME, lead)
    assert dinged.heard("dt_batu") == ["[card]"]


def test_answers_and_the_other_platform_are_as_ever(dinged: Dinged) -> None:
    use_up(dinged, ALLOWED)
    (lead,) = leads(dinged, 1)
    remind(dinged, ReminderKind.LEAD_CAME, lead, "wecom")
    assert len([each for each in dinged.company.platform.chat("batu") if each.from_bot]) == 1
    dinged.say("dt_batu", "我的客户")
    assert dinged.heard("dt_batu") == ["[card]"]


def test_what_the_platform_says_itself_counts_and_ends_with_the_month(dinged: Dinged, clock: Clock) -> None:
    channel = dinged.company.runtime.channels["dingtalk"]
    assert not channel.runs_short()
    dinged.ding.use_up_calls()
    dinged.post(lambda unit: post.say(unit, "dingtalk", batu(dinged), "您好"))
    assert channel.runs_short()
    assert not dinged.company.runtime.channels["wecom"].runs_short()
    clock.go(days=7)
    assert not channel.runs_short()


def test_who_wants_each_by_itself_gets_it_at_once() -> None:
    now = NOON - timedelta(minutes=10)
    assert sparing(ReminderKind.COPY, Manners(), Wishes(digest=False), now, waited=False) == Go()


@pytest.mark.parametrize(
    ("minutes", "until"),
    [(-120, NOON), (-119.9, NOON), (-0.1, NOON), (0, NOON + timedelta(hours=2)), (12 * 60, NOON + timedelta(hours=14))],
)
def test_the_even_hours_of_china(minutes: float, until: datetime) -> None:
    now = NOON + timedelta(minutes=minutes)
    assert sparing(ReminderKind.COPY, Manners(), Wishes(), now, waited=False) == Wait(until, "calls")
    assert sparing(ReminderKind.COPY, Manners(), Wishes(), now, waited=True) == Go()
    assert sparing(ReminderKind.DIGEST, Manners(), Wishes(), now, waited=False) == Go()
    urgent = Manners(urgent=frozenset({ReminderKind.COPY}))
    assert sparing(ReminderKind.COPY, urgent, Wishes(), now, waited=False) == Go()
    change = sparing_change(now, waited=False)
    assert isinstance(change, Wait)
    assert timedelta(0) < change.until - now <= timedelta(minutes=10)
    assert sparing_change(now, waited=True) == Go()


# What the administrators are told of it.


def told(dinged: Dinged) -> list[tuple[str, str, str | None]]:
    with dinged.company.runtime.store.read() as session:
        wuyun = session.scalars(select(Person.id).where(Person.dingtalk_userid == "dt_wuyun")).one()
    his = [row for row in dinged.rows() if (row.person_id, row.reminder) == (wuyun, ReminderKind.STAFF)]
    return [(row.channel, row.state, row.fault) for row in his]


def use_dingtalk_alone(dinged: Dinged) -> None:
    with dinged.company.runtime.store.unit(request_id="test") as unit:
        unit.session.execute(update(Person).where(Person.dingtalk_userid == "dt_wuyun").values(wecom_userid=None))


@pytest.mark.parametrize("gone", [False, True])
def test_the_administrators_are_told_at_once_where_there_are_calls(dinged: Dinged, gone: bool) -> None:
    """He has both, and has acted on DingTalk last."""
    dinged.say("dt_wuyun", "帮助")
    before = len(dinged.heard("dt_wuyun"))
    if gone:
        dinged.ding.use_up_calls()
    else:
        use_up(dinged, ALLOWED * 8 // 10)
    dinged.post(lambda unit: post.say(unit, "dingtalk", batu(dinged), "您好"))
    dinged.company.settle()
    assert told(dinged) == [("wecom", OutboxState.SENT, None)]
    (said,) = [each.text for each in dinged.company.platform.chat("wuyun") if each.from_bot]
    assert said.startswith("钉钉本月的接口调用量用完了" if gone else "钉钉本月的接口调用已用 4001 次")
    assert len(dinged.heard("dt_wuyun")) == before


def test_a_platform_that_is_not_set_up_is_no_way_out(dinged: Dinged) -> None:
    """The list of people may name accounts there."""
    dinged.say("dt_wuyun", "帮助")
    notice = CallsNotice(("dingtalk",))
    dinged.post(lambda unit: notice.tell(unit, CallsRunLow("dingtalk", 4001, ALLOWED)))
    assert told(dinged) == [("dingtalk", OutboxState.SENT, None)]


def test_who_has_dingtalk_alone_is_told_there_and_not_put_off(dinged: Dinged) -> None:
    use_dingtalk_alone(dinged)
    use_up(dinged, ALLOWED * 8 // 10)
    dinged.post(lambda unit: post.say(unit, "dingtalk", batu(dinged), "您好"))
    dinged.company.settle()
    assert told(dinged) == [("dingtalk", OutboxState.SENT, None)]


def test_when_none_are_left_he_waits_for_one_and_for_nothing_else(dinged: Dinged) -> None:
    use_dingtalk_alone(dinged)
    dinged.ding.use_up_calls()
    dinged.post(lambda unit: post.say(unit, "dingtalk", batu(dinged), "您好"))
    dinged.company.settle()
    assert told(dinged) == [("dingtalk", OutboxState.PENDING, outbox_lease.OUT_OF_CALLS)]


# Changes of cards that hang.


def hang(dinged: Dinged, about: str) -> str:
    """A lead's card in the chat of batu, under this subject, for an hour: it says how long ago something was; its
    id."""
    (lead,) = leads(dinged, 1)
    face = lead_face(lead)
    dinged.post(lambda unit: post.show(unit, "dingtalk", batu(dinged), Face(face.screen, face.args, (about,))) and None)
    dinged.company.clock.go(hours=1)
    with dinged.company.runtime.store.read() as session:
        return session.scalars(select(issued.IssuedCard.id)).one()


def refresh(about: str) -> Callable[[Unit], None]:
    def deed(unit: Unit) -> None:
        post.refresh_all(unit, about)

    return deed


def changes(dinged: Dinged) -> list[OutboxRow]:
    return [row for row in dinged.rows() if row.kind == Kind.CHANGE]


def test_changes_of_one_card_that_nobody_waits_for_are_made_once(dinged: Dinged, clock: Clock) -> None:
    hang(dinged, "lead:1")
    use_up(dinged, ALLOWED)
    for _ in range(4):
        dinged.post(refresh("lead:1"))
        wait(dinged, clock, seconds=20)
    assert dinged.calls(CHANGED) == 0
    wait(dinged, clock, minutes=10)
    assert dinged.calls(CHANGED) == 1
    assert sorted(row.state for row in changes(dinged)) == [OutboxState.SENT, *[OutboxState.SUPERSEDED] * 3]


def test_a_change_that_was_overtaken_by_a_newer_one_is_left_out(dinged: Dinged, clock: Clock) -> None:
    card = hang(dinged, "lead:1")
    use_up(dinged, ALLOWED)
    dinged.post(refresh("lead:1"))

    def tap(unit: Unit) -> None:
        unit.asker = batu(dinged)
        post.change(unit, "dingtalk", batu(dinged), card, None)

    clock.go(seconds=1)
    dinged.post(tap)
    assert dinged.calls(CHANGED) == 1
    wait(dinged, clock, minutes=11)
    assert dinged.calls(CHANGED) == 1
    assert {row.fault for row in changes(dinged) if row.state == OutboxState.SUPERSEDED} == {"changed later"}


@pytest.mark.parametrize("about", ["application:1", "export:1"])
def test_a_card_about_money_and_approvals_changes_at_once(dinged: Dinged, about: str) -> None:
    hang(dinged, about)
    use_up(dinged, ALLOWED)
    dinged.post(refresh(about))
    assert dinged.calls(CHANGED) == 1


def test_what_somebody_may_not_read_any_more_is_gone_at_once(dinged: Dinged) -> None:
    hang(dinged, "lead:1")
    use_up(dinged, ALLOWED)
    dinged.post(lambda unit: post.withdraw(unit, batu(dinged), ["dingtalk"]))
    assert dinged.calls(CHANGED) == 1


def test_an_answer_to_a_form_costs_what_it_changes(dinged: Dinged, clock: Clock) -> None:
    """The cards of its papers hang as they would be drawn."""
    dinged.company.lead(by="batu")
    dinged.say("dt_batu", "进件 L1 个人信用贷 10万 12期")
    dinged.say("dt_batu", "补材料 A1")
    dinged.say("dt_batu", "补材料 A1")
    dinged.say("dt_batu", "进件 L1")
    shown = dinged.calls(SHOWN)
    for answer in ("经营周转", "11010519900501019X", "未婚"):
        clock.go(seconds=20)
        dinged.say("dt_batu", answer)
    assert (dinged.calls(SHOWN) - shown, dinged.calls(CHANGED)) == (3, 0)
