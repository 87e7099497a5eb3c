"""进度: where an application is, how long each stretch took in working time, by whom, and what comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from firm import Firm
from flows_kit import Desk, desk
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE
from kit.loan_flows import FIRST, PAY, SECOND, by_mode, flow, parallel, tiers, within

from cards.texts.progress import done
from core.calendar import Length, Unit
from core.loans import ladder, todo
from core.loans.flows import Deadline, Mode, Node, Repeat, Resume, Rung, Step, Wait
from core.loans.models import State
from core.loans.progress import Progress, progress
from core.loans.visits import Visit, VisitKind

HOURS = timedelta(hours=1)


def seen(at: Desk, by: str = "batu") -> Progress:
    """The application's way, as this person sees it now."""
    firm = at.firm
    with firm.store.read() as session:
        found = progress(session, firm.store.vault, firm.who(by), at.number, at.rules, firm.store.clock())
    assert found is not None
    return found


def told(at: Desk, visits: Sequence[Visit]) -> list[str]:
    """Each stretch in short: `first 1: passed 2h approver`."""
    names = {at.firm.who(one).id: one for one in ("approver", "finance", "lina", "batu", "zhang", "wang", "zhou")}
    lines = []
    for visit in visits:
        who = [names[vote.person_id] for vote in visit.votes] or [names[one] for one in visit.people]
        spent = f"{visit.spent / HOURS:g}h"
        lines.append(" ".join([visit.kind[:5], visit.node, f"{visit.nth}:", visit.state, spent, *who]))
    return lines


def go(at: Desk, **span: float) -> None:
    at.firm.store.clock.go(**span)  # type: ignore[attr-defined]


def test_every_stretch_with_its_working_time_and_by_whom(firm: Firm) -> None:
    """It is Tuesday, 10:00; lunch is from 12:00 to 13:30, the day ends at 18:00."""
    at = desk(firm, by_mode(Mode.ALL))
    go(at, hours=4)  # over lunch
    at.do("approver 同意")
    go(at, hours=1)
    at.do("lina 同意")
    go(at, days=1)
    at.do("wang 同意")
    go(at, minutes=30)
    at.do("zhang 同意")
    go(at, hours=3)  # after 18:00 nobody works
    found = seen(at)
    assert told(at, found.visits) == [
        "draft start 1: passed 0h batu",
        "node first 1: passed 2.5h approver",
        "node second 1: passed 9h lina wang zhang",
        "node pay 1: open 2.5h finance",
    ]
    assert [visit.node for visit in found.here] == ["pay"]
    assert found.spent == 14 * HOURS
    assert (found.state, found.stage, found.rounds, found.day) == (State.RUNNING, "放款", 1, 7.5 * HOURS)


def test_what_came_back_is_told_apart_from_the_first_time(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ANY))
    at.do("approver 退回 start")
    go(at, hours=1)
    at.do("batu 提交")
    at.do("approver 同意")
    at.do("lina 退回 first")
    found = seen(at)
    assert told(at, found.visits) == [
        "draft start 1: passed 0h batu",
        "node first 1: returned 0h approver",
        "amend start 1: passed 1h batu",
        "node first 2: passed 0h approver",
        "node second 1: returned 0h lina",
        "node first 3: open 0h approver",
    ]
    assert found.rounds == 2


def test_a_draft_that_was_taken_back_is_filled_in_again(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ANY))
    go(at, hours=1)
    at.do("batu 撤回")
    go(at, minutes=30)
    found = seen(at)
    assert told(at, found.visits) == [
        "draft start 1: passed 0h batu",
        "node first 1: cancelled 1h",
        "draft start 2: open 0.5h batu",
    ]
    assert [each.node for each in found.ahead] == ["first", "second", "pay", "won"]


def test_what_is_over_takes_no_more_time_and_goes_nowhere(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ANY))
    go(at, hours=1)
    at.do("approver 驳回")
    go(at, days=7)
    found = seen(at)
    assert (found.state, found.won, found.here, found.ahead) == (State.ENDED, False, (), ())
    assert found.spent == HOURS
    assert told(at, found.visits)[-1] == "node first 1: refused 1h approver"


# (flow, amount in fen, what is done, the nodes ahead)
WAYS: list[tuple[object, int, str, str]] = [
    (tiers(), 40_000_000, "", "pay won"),
    (tiers(), 60_000_000, "", "second pay won"),
    (tiers(), 60_000_000, "approver 同意", "pay won"),
    (by_mode(Mode.ANY, resume=Resume.THERE), 1_000_000, "approver 同意; lina 退回 start", "second pay won"),
    (by_mode(Mode.ANY), 1_000_000, "approver 同意; lina 退回 start", "first second pay won"),
    (by_mode(Mode.ANY, resume=Resume.THERE), 1_000_000, "approver 同意; lina 退回 first", "second pay won"),
    (parallel(), 1_000_000, "", "left right right2 pay won"),
    (parallel(), 1_000_000, "approver 同意", "right2 pay won"),
    (parallel(), 1_000_000, "approver 同意; zhang 同意", "pay won"),
    (parallel(), 1_000_000, "approver 同意; zhang 同意; wang 同意", "pay won"),
]


@pytest.mark.parametrize(("of", "amount", "lines", "ahead"), WAYS)
@ON_ONE_DATABASE
def test_what_comes(firm: Firm, of: object, amount: int, lines: str, ahead: str) -> None:
    at = desk(firm, of, amount)  # type: ignore[arg-type]
    for line in filter(None, lines.split("; ")):
        at.do(line)
    assert " ".join(each.node for each in seen(at).ahead) == ahead


def at_hour(day: int, hour: float) -> datetime:
    """A moment of November 2026 in China."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 8)


SLOW = (replace(FIRST, deadline=within(4)), replace(SECOND, deadline=within(8)), replace(PAY, deadline=within(2)))
UNTIL: list[tuple[tuple[Node, ...], int, list[datetime | None]]] = [
    # 10:00 + 4 hours is 15:30; 8 more is 15:30 + 30 min of the next day.
    (SLOW, 0, [at_hour(25, 16), at_hour(25, 18), at_hour(25, 18)]),
    (SLOW, 2, [at_hour(25, 16), at_hour(25, 18), at_hour(25, 18)]),
    # What is late is thought to be done now: Wednesday 10:00.
    (SLOW, 24, [at_hour(26, 10.5), at_hour(26, 14), at_hour(26, 14)]),
    ((*SLOW[:2], PAY), 0, [at_hour(25, 16), None, None]),
    ((FIRST, *SLOW[1:]), 0, [None, None, None]),
]


@pytest.mark.parametrize(("nodes", "hours", "until"), UNTIL)
@ON_ONE_DATABASE
def test_until_when_at_the_latest(
    firm: Firm, nodes: tuple[Node, ...], hours: int, until: list[datetime | None]
) -> None:
    at = desk(firm, flow(*nodes))
    go(at, hours=hours)
    assert [each.by for each in seen(at).ahead] == until


@ON_ONE_DATABASE
def test_nobody_knows_when_what_is_outside_comes(firm: Firm) -> None:
    wait = Wait("wait", "等银行", "payout", "pay", "bank")
    at = desk(firm, flow(replace(SLOW[0], next="wait"), wait, SLOW[2]))
    assert [(each.node, each.by) for each in seen(at).ahead] == [("wait", None), ("pay", None), ("won", None)]


def test_until_when_who_has_it_now_has_it(firm: Firm) -> None:
    """The flow gave it to his superior, whose time begins anew: 待办 and 进度 say the same."""
    late = replace(FIRST, next="pay", deadline=replace(within(8), ladder=(Step(Rung.REASSIGN),)))
    at = desk(firm, flow(late, PAY))
    due = seen(at).here[0].due_at
    go(at, days=2)
    assert isinstance(firm.work(lambda unit: ladder.climb(unit, [at.number], at.rules)), int)
    (now,) = seen(at).here
    assert now.due_at != due
    assert now.late == timedelta(0)
    with firm.store.read() as session:
        lines = todo.of_person(session, firm.who(at.stands.removeprefix("first: ")), firm.store.clock())
        assert [line.due_at for line in lines] == [now.due_at]


@ON_ONE_DATABASE
def test_who_may_be_asked_to_hurry_and_when(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ANY))
    assert {who: seen(at, who).may_nudge for who in ("batu", "lina", "boss", "approver", "finance", "admin")} == {
        "batu": True, "lina": True, "boss": True, "approver": False, "finance": False, "admin": True,
    }  # fmt: skip
    at.do("batu 催办")
    assert (seen(at).may_nudge, seen(at).nudged_at) == (False, firm.store.clock())
    go(at, hours=2, minutes=-1)
    assert not seen(at).may_nudge
    go(at, hours=1, minutes=31)  # lunch does not count
    assert seen(at).may_nudge
    at.do("approver 退回 start")
    assert not seen(at).may_nudge


def test_who_may_see_it(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ANY))
    with firm.store.read() as session:
        found = {
            who: progress(session, firm.store.vault, firm.who(who), at.number, at.rules, firm.store.clock()) is not None
            for who in ("batu", "lina", "boss", "approver", "finance", "admin", "zhang", "wang", "zhou", "bai")
        }
        assert progress(session, firm.store.vault, firm.who("admin"), 999, at.rules, firm.store.clock()) is None
    assert [who for who, may in found.items() if not may] == ["zhang", "wang", "zhou", "bai"]
    at.do("approver 同意")  # now 张三 and 王强 have had it
    assert seen(at, "zhang").number == seen(at, "wang").number == at.number


@ON_ONE_DATABASE
def test_a_draft_that_was_given_up_is_nowhere(firm: Firm) -> None:
    at = desk(firm, by_mode(Mode.ANY))
    go(at, minutes=1)
    at.do("batu 撤回")
    go(at, minutes=1)
    at.do("batu 放弃")
    found = seen(at)
    assert found.here == ()
    assert [visit.kind for visit in found.visits] == [VisitKind.DRAFT, VisitKind.NODE, VisitKind.DRAFT]
    assert found.visits[-1].state == "cancelled"


@pytest.mark.parametrize(("does", "said"), [(Rung.AGREE, "到期自动同意"), (Rung.REFUSE, "到期自动驳回")])
def test_what_the_clock_decided_is_nobodys(firm: Firm, clock: Clock, does: Rung, said: str) -> None:
    late = Deadline(Length(1, Unit.HOUR, working=True), (Step(does),))
    at = desk(firm, flow(replace(FIRST, deadline=late), SECOND, PAY))
    clock.go(hours=3)
    firm.work(lambda unit: ladder.climb(unit, [at.number], at.rules))
    (visit,) = (one for one in seen(at).visits if one.node == "first")
    assert done(visit, {firm.who("approver").id: "刘芳"}) == said


def test_who_agreed_before_is_said_so(firm: Firm) -> None:
    again = replace(FIRST, key="again", next="pay", repeat=Repeat.ONCE)
    at = desk(firm, flow(replace(FIRST, next="again"), again, PAY))
    at.do("approver 同意")
    (visit,) = (one for one in seen(at).visits if one.node == "again")
    assert done(visit, {firm.who("approver").id: "刘芳"}) == "刘芳先前已同意"
