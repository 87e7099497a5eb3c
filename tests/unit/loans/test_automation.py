"""Rules about applications, turns that are taken once, and what a broken transaction leaves."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from firm import POOLS, Firm
from flows_kit import by_mode, desk
from kit.barriers import at_once
from kit.clock import Clock
from sqlalchemy import func, select

from core.automation.memory import began, forget_what_went, take_turn
from core.automation.models import RunRow, StateRow
from core.automation.queries import runs, would_do
from core.automation.rules import (
    POOL,
    At,
    Automation,
    Deed,
    GiveLead,
    Means,
    OpenTask,
    PutGrade,
    PutTag,
    Rule,
    SendSms,
    Since,
    Tell,
    Trigger,
)
from core.automation.service import do_due, due, hear
from core.calendar import Length, WorkingCalendar
from core.calendar import Unit as CalendarUnit
from core.leads.events import OwnerTold
from core.leads.follow_tasks import FollowTask
from core.leads.marking import Wanted, set_grade, set_tags
from core.leads.tags import Tag, Tagging
from core.loans.flows import Flows, Mode
from core.loans.rules import LoanRules
from core.store.unit import Unit

TAGGING = Tagging(tags=(Tag("高意向"), Tag("急用"), Tag("谨慎")))
MEANS = Means(LoanRules((), Flows(()), TAGGING, WorkingCalendar()), POOLS)
HOT = Rule("热", Trigger.TAGS, (OpenTask("联系"),), '"高意向" in tags')


def works_by(firm: Firm, *rules: Rule) -> None:
    """The firm has these rules."""
    firm.store.listen(lambda unit, event: hear(unit, event, Automation(rules), MEANS))


def count(firm: Firm, table: type[RunRow] | type[FollowTask] | type[StateRow]) -> int:
    with firm.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def put(firm: Firm, lead: int, *tags: str, by: str = "batu") -> object:
    return firm.do(set_tags, by, lead, Wanted(on=tags), TAGGING)


def test_a_tag_that_only_managers_set_is_set_by_a_rule(firm: Firm) -> None:
    lead = firm.add("batu")
    works_by(firm, Rule("甲", Trigger.TAGS, (PutTag("谨慎"),), '"急用" in tags'))
    put(firm, lead, "急用")
    with firm.store.read() as session:
        (run,) = runs(session)
    assert [(one.came, one.what) for one in run.did] == [("done", "谨慎")]


def test_what_held_before_the_rule_first_saw_it_has_not_changed(firm: Firm) -> None:
    """The lead was 高意向 before there was the rule; another tag does not make it so."""
    lead, rated = firm.add("batu"), firm.add("batu")
    put(firm, lead, "高意向")
    rate = Rule("评级", Trigger.TAGS, (Tell("看看"),), 'grade == "A"')
    works_by(firm, HOT, rate, replace(HOT, name="每次", only_when_changed=False))
    put(firm, lead, "急用")
    with firm.store.read() as session:
        assert [run.rule for run in runs(session)] == ["每次"]
    firm.do(set_tags, "batu", lead, Wanted(off=("高意向",)), TAGGING)
    put(firm, lead, "高意向")
    with firm.store.read() as session:
        assert [run.rule for run in runs(session)].count("热") == 1, "now it became so"
    firm.do(set_grade, "batu", rated, "A", TAGGING)
    put(firm, rated, "急用")
    with firm.store.read() as session:
        assert [run.rule for run in runs(session)].count("评级") == 1, "of what it does not name nothing is known"


def test_a_rule_that_was_not_in_force_begins_anew(firm: Firm, clock: Clock) -> None:
    """Else it would do at once what became due while it was away."""
    rule = Rule("三天", Since("followed", Length(3, CalendarUnit.DAY)), (Tell("跟进"),))
    other = Rule("三天", Since("followed", Length(5, CalendarUnit.DAY)), (Tell("跟进"),))
    assert isinstance(rule.when, Since)
    first = clock.now
    assert firm.work(lambda unit: began(unit, rule, rule.when)) == first
    clock.go(days=30)
    firm.work(lambda unit: forget_what_went(unit, [rule]))
    assert firm.work(lambda unit: began(unit, rule, rule.when)) == first, "it goes by the same time still"
    firm.work(lambda unit: forget_what_went(unit, [other]))
    clock.go(days=1)
    assert firm.work(lambda unit: began(unit, rule, rule.when)) == clock.now
    assert count(firm, StateRow) == 1


def test_a_rule_behind_one_that_gives_the_lead_away_speaks_to_who_has_it_now(firm: Firm) -> None:
    lead, told = firm.add("batu"), []
    firm.store.listen(lambda _, event: told.append(event.owner_id) if isinstance(event, OwnerTold) else None)
    gives = Rule("转", Trigger.TAGS, (GiveLead("zhang"),), '"高意向" in tags')
    works_by(firm, gives, Rule("说", Trigger.TAGS, (Tell("快联系客户"),), '"高意向" in tags'))
    put(firm, lead, "高意向")
    assert told == [firm.who("zhang").id]


def test_a_grade_that_stays_so_is_no_change(firm: Firm) -> None:
    lead = firm.add("batu")
    firm.do(set_grade, "batu", lead, "A", TAGGING)
    works_by(firm, Rule("好", Trigger.GRADE, (Tell("好"),), 'grade in ["A", "B"]'))
    firm.do(set_grade, "batu", lead, "B", TAGGING)
    assert count(firm, RunRow) == 0
    firm.do(set_grade, "batu", lead, "C", TAGGING)
    firm.do(set_grade, "batu", lead, "A", TAGGING)
    assert count(firm, RunRow) == 1


def test_two_at_one_instant_open_one_task(firm: Firm) -> None:
    lead = firm.add("batu")
    works_by(firm, HOT)
    at_once([partial(put, firm, lead, tag, by=by) for tag in ("高意向", "急用") for by in ("batu", "lina")])
    assert count(firm, FollowTask) == 1
    assert count(firm, RunRow) == 1


def test_of_many_at_one_instant_one_has_the_turn(firm: Firm) -> None:
    def turn() -> bool:
        return firm.work(lambda unit: take_turn(unit, HOT, "lead:1"))

    assert sorted(at_once([turn for _ in range(6)])) == [False] * 5 + [True]


def test_by_the_clock_it_is_its_turn_once_a_day(firm: Firm) -> None:
    each = replace(HOT, only_when_changed=False)

    def turn(day: str) -> bool:
        return firm.work(lambda unit: take_turn(unit, each, "lead:1", day=day))

    assert [turn(day) for day in ("2026-11-24", "2026-11-24", "2026-11-25")] == [True, False, True]


def test_by_the_clock_it_is_its_turn_again_after_the_condition_did_not_hold(firm: Firm, clock: Clock) -> None:
    lead, morning = firm.add("batu"), Rule("晨", At(9 * 60), (Tell("看看"),), '"急用" in tags')

    def turns(day: int, *tags: str) -> int:
        firm.do(set_tags, "batu", lead, Wanted(on=tags, off=("急用",) if not tags else ()), TAGGING)
        clock.now = clock.now.replace(day=day, hour=9)
        return firm.work(lambda unit: do_due(unit, morning, [lead], MEANS, date(2026, 11, day)))

    assert [turns(25, "急用"), turns(26, "急用"), turns(27), turns(28, "急用")] == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("deed", "about_nobodys"),
    [(Tell("看看"), False), (OpenTask("联系"), False), (SendSms("热"), False), (PutTag("急用"), True)],
)
def test_by_the_clock_a_lead_that_nobody_has_is_looked_at_where_it_matters(
    firm: Firm, deed: Deed, about_nobodys: bool
) -> None:
    his, nobodys = firm.add("batu"), firm.add()
    found = firm.work(lambda unit: due(unit, Rule("晨", At(9 * 60), (deed,)), 0, 10, MEANS))
    assert found == ([his, nobodys] if about_nobodys else [his])


def test_what_an_application_keeps_does_not_fall_into_its_pool(firm: Firm) -> None:
    works_by(firm, replace(HOT, deeds=(GiveLead(POOL),)))
    lead = desk(firm, by_mode(Mode.ANY)).row.lead_id
    put(firm, lead, "高意向")
    assert came(firm) == ["at_work"]
    assert firm.lead(lead).owner_id == firm.who("batu").id


@pytest.mark.parametrize("deed", [SendSms("热"), Tell("热")])
def test_who_has_left_is_told_nothing(firm: Firm, deed: Deed) -> None:
    works_by(firm, replace(HOT, deeds=(deed,)))
    lead = firm.add("batu")
    firm.leaves("batu")
    put(firm, lead, "高意向", by="admin")
    assert came(firm) == ["no_owner"]


def came(firm: Firm) -> list[str]:
    with firm.store.read() as session:
        return [str(one.came) for run in runs(session) for one in run.did]


def test_what_does_not_come_to_its_end_leaves_nothing(firm: Firm) -> None:
    lead = firm.add("batu")
    works_by(firm, HOT)

    def dies(_unit: Unit, event: object) -> None:
        raise RuntimeError(type(event).__name__)

    firm.store.listen(lambda unit, event: dies(unit, event) if type(event).__name__ == "FollowTaskOpened" else None)
    with pytest.raises(RuntimeError, match="FollowTaskOpened"):
        put(firm, lead, "高意向")
    assert [count(firm, table) for table in (FollowTask, RunRow, StateRow)] == [0, 0, 0]


def test_while_one_task_of_a_rule_is_open_it_gives_no_second(firm: Firm) -> None:
    lead = firm.add("batu")
    works_by(firm, replace(HOT, only_when_changed=False))
    put(firm, lead, "高意向")
    put(firm, lead, "急用")
    with firm.store.read() as session:
        assert [one.came for run in reversed(runs(session)) for one in run.did] == ["done", "open_already"]
    assert count(firm, FollowTask) == 1


def test_an_application_that_moves_on_and_ends(firm: Firm) -> None:
    first = 'stage == "初审" && amount >= 10万 && department == "呼和浩特/一部"'
    works_by(
        firm,
        Rule("初审", Trigger.STAGE, (Tell("到初审了"),), first),
        Rule("没成", Trigger.ENDED, (PutGrade("C"), PutTag("谨慎")), "!won"),
        Rule("成了", Trigger.ENDED, (PutGrade("A"),), "won"),
    )
    at = desk(firm, by_mode(Mode.ANY))
    number, lead = at.number, 1
    with firm.store.read() as session:
        (run,) = runs(session)
        assert (run.rule, run.subject, run.lead_id) == ("初审", f"application:{number}", lead)
        told = list(would_do(session, Rule("大", Trigger.STAGE, (Tell("大"),), "amount > 1万"), MEANS, *_long(firm)))
    assert [thing.subject for thing in told] == [f"application:{number}"]
    at.do("approver 驳回 资料不实")
    with firm.store.read() as session:
        run = runs(session)[0]
    assert (run.rule, [(one.kind, one.what) for one in run.did]) == ("没成", [("grade", "C"), ("tag", "谨慎")])
    assert firm.lead(lead).grade == "C"


def _long(firm: Firm) -> tuple:
    now = firm.store.clock()
    return now.replace(year=now.year - 1), now


def test_what_it_would_do_changes_nothing(firm: Firm) -> None:
    hot, cold = firm.add("batu"), firm.add("batu")
    put(firm, hot, "高意向")
    put(firm, cold, "急用")
    with firm.store.read() as session:
        assert [thing.lead_id for thing in would_do(session, HOT, MEANS, *_long(firm))] == [hot]
    assert [count(firm, table) for table in (FollowTask, RunRow, StateRow)] == [0, 0, 0]
