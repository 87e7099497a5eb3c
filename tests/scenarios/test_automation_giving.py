"""自动化 that gives a lead to somebody else, and says until when something is to be done."""

from dataclasses import replace
from datetime import datetime, timedelta

from kit.company import Company
from kit.loan_flows import FIRST, FORM, PAY, flow, within
from sqlalchemy import select

from core.automation.queries import runs
from core.automation.rules import (
    MOST_AN_HOUR,
    POOL,
    SUPERIOR,
    Automation,
    Deed,
    GiveLead,
    Moment,
    OpenTask,
    PutTag,
    Rule,
    SetDeadline,
    Since,
    Tell,
    Trigger,
)
from core.calendar import CHINA, Length, Unit
from core.leads.assignment_rules import Assignment, Member, Method
from core.leads.assignment_rules import Rule as AssignmentRule
from core.leads.models import Lead
from core.loans import service
from core.loans.flows import Flows, Who
from core.loans.models import StepRow, Task
from core.loans.outcomes import Started, Submitted

HOT = '"高意向" in tags'
FOUR, DAY = Length(4, Unit.HOUR, working=True), Length(1, Unit.DAY, working=True)


def does(company: Company, *deeds: Deed, name: str = "热") -> None:
    """What is done when a lead becomes 高意向."""
    rule = Rule(name, Trigger.TAGS, deeds, HOT)
    company.runtime.in_force.hold(replace(company.runtime.company, automation=Automation((rule,))))


def came(company: Company) -> list[tuple[str, str, str]]:
    with company.runtime.store.read() as session:
        return [(one.kind, str(one.came), one.what) for run in reversed(runs(session)) for one in run.did]


def lead_of(company: Company, number: int) -> Lead:
    with company.runtime.store.read() as session:
        return session.get_one(Lead, number)


def test_it_goes_to_a_colleague_and_both_learn_by_which_rule(company: Company) -> None:
    lead, batu, zhang = company.lead(by="batu"), company.person("batu"), company.person("zhangsan")
    does(company, GiveLead("zhangsan"))
    before = company.so_far
    heard = batu.say(f"标签 L{lead} +高意向")
    lost = next(card for card in heard.cards if card.title == f"L{lead} 已从您名下转移")
    assert "自动化规则：热" in lost.whole
    got = zhang.heard_since(before).card
    assert got.title == f"L{lead} 已转移给您"
    assert "自动化规则：热" in got.whole
    assert lead_of(company, lead).owner_id == zhang.actor.id
    assert came(company) == [("assign", "done", "zhangsan")]
    said = zhang.say(f"为什么分给我 L{lead}").text
    assert "按自动化规则「热」转移，现在由您跟进" in said


def test_what_the_rule_says_behind_that_is_for_the_new_owner(company: Company) -> None:
    lead, batu, zhang = company.lead(by="batu"), company.person("batu"), company.person("zhangsan")
    does(company, GiveLead("zhangsan"), Tell("请今天联系"), OpenTask("联系"))
    before = company.so_far
    heard = batu.say(f"标签 L{lead} +高意向")
    assert "请今天联系" not in heard.text
    theirs = zhang.heard_since(before)
    assert f"L{lead}：请今天联系" in theirs.text
    assert "跟进任务 F1" in [card.title for card in theirs.cards]


def test_it_goes_to_the_owner_s_superior(company: Company) -> None:
    lead = company.lead(by="batu")
    does(company, GiveLead(SUPERIOR))
    company.person("batu").say(f"标签 L{lead} +高意向")
    assert lead_of(company, lead).owner_id == company.person("lina").actor.id
    assert came(company) == [("assign", "done", "lina")]


def test_it_goes_back_into_its_pool(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    does(company, GiveLead(POOL))
    heard = batu.say(f"标签 L{lead} +高意向")
    assert any(card.title == f"L{lead} 已从您名下收回" for card in heard.cards)
    assert lead_of(company, lead).owner_id is None
    assert came(company) == [("assign", "done", "pool")]


def test_who_cannot_have_it_does_not_get_it_and_the_log_says_why(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    for number, (to, why) in enumerate([("nobody", "no_person"), ("hejing", "no_person"), ("batu", "same")]):
        does(company, GiveLead(to), name=f"热{number}")
        batu.say(f"标签 L{lead} -高意向")
        company.clock.go(seconds=30)
        batu.say(f"标签 L{lead} +高意向")
        company.clock.go(seconds=30)
        assert came(company)[-1] == ("assign", why, to)
        assert lead_of(company, lead).owner_id == batu.actor.id


def test_after_a_time_it_goes_to_the_superior_once(company: Company) -> None:
    lead = company.lead(by="batu")
    three = Rule("三天没跟进", Since(Moment.OWNED, Length(3, Unit.DAY)), (GiveLead(SUPERIOR),))
    company.runtime.in_force.hold(replace(company.runtime.company, automation=Automation((three,))))
    company.runtime.automat.round()
    company.clock.go(days=4)
    company.runtime.automat._next = float("-inf")
    company.runtime.automat._walk.rests.clear()
    company.runtime.automat.round()
    assert came(company) == [("assign", "done", "lina")]
    assert lead_of(company, lead).owner_id == company.person("lina").actor.id


def test_the_owner_is_to_contact_by_then_unless_something_earlier_is_agreed(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    does(company, SetDeadline(DAY))
    batu.say(f"标签 L{lead} +高意向")
    due = lead_of(company, lead).next_contact_at
    assert due is not None
    assert due.astimezone(CHINA).date() == (company.clock().astimezone(CHINA) + timedelta(days=1)).date()
    batu.say(f"跟进 L{lead} 今天15点再打")
    batu.say(f"标签 L{lead} -高意向")
    company.clock.go(minutes=1)
    batu.say(f"标签 L{lead} +高意向")
    agreed = lead_of(company, lead).next_contact_at
    assert agreed is not None
    assert agreed.astimezone(CHINA).hour == 15
    assert came(company) == [("deadline", "done", "1工作日"), ("deadline", "same", "1工作日")]


def due_of(company: Company) -> tuple[datetime | None, datetime | None]:
    """The deadline of the newest step, and of the newest task."""
    with company.runtime.store.read() as session:
        step = session.scalar(select(StepRow.due_at).order_by(StepRow.id.desc()).limit(1))
        return step, session.scalar(select(Task.due_at).order_by(Task.id.desc()).limit(1))


def test_who_has_an_application_has_so_long_whatever_the_flow_says(company: Company) -> None:
    first = replace(FIRST, next="pay", who=(Who(people=("zhangsan",)),), deadline=within(24))
    rule = Rule("大额快办", Trigger.STAGE, (SetDeadline(FOUR),), "amount >= 400000", only_when_changed=False)
    now = replace(company.runtime.company, forms=(FORM,), flows=Flows((flow(first, PAY),)))
    company.runtime.in_force.hold(replace(now, automation=Automation((rule,))))
    lead = company.lead("张伟", phone="13947100001", by="batu")
    rules, batu = company.runtime.company.loans, company.person("batu").actor
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        started = service.start(unit, batu, lead, "house", {"amount": 50_000_000, "term": "12"}, rules)
        assert isinstance(started, Started)
        assert isinstance(service.submit(unit, batu, started.application_id, rules), Submitted)
    company.settle()
    assert ("deadline", "done", "4工作小时") in came(company)
    four = FOUR.after(rules.calendar, company.clock())
    assert due_of(company) == (four, four)
    assert "今天 15:30" in company.person("zhangsan").say("待办").card.whole
    company.clock.go(hours=1)
    company.person("zhangsan").say("转交 T1 李娜")
    assert due_of(company) == (four, four), "who gets it from a colleague has the same"


def test_an_application_that_grows_is_heard_of_once(company: Company) -> None:
    rule = Rule("大额", Trigger.VALUES, (PutTag("大额"),), "amount >= 2000000")
    company.runtime.in_force.hold(replace(company.runtime.company, automation=Automation((rule,))))
    lead, batu = company.lead(by="batu"), company.person("batu")
    batu.say(f"进件 L{lead} 房抵贷 50万 36期")
    for said in ("修改 申请金额", "300万", "修改 申请金额", "310万"):
        company.clock.go(seconds=20)
        batu.say(said)
    assert came(company) == [("tag", "done", "大额")]


def test_what_a_rule_says_of_an_application_names_it(company: Company) -> None:
    rule = Rule("大额", Trigger.VALUES, (Tell("金额到200万了"),), "amount >= 2000000")
    company.runtime.in_force.hold(replace(company.runtime.company, automation=Automation((rule,))))
    lead, batu = company.lead(by="batu"), company.person("batu")
    batu.say(f"进件 L{lead} 房抵贷 50万 36期")
    heard = batu.say("修改 A1 申请金额 300万")
    assert f"A1（L{lead}）：金额到200万了\n回复 进度 A1 查看。" in heard.texts


def test_what_automatic_assignment_and_a_rule_undo_for_each_other_comes_to_an_end(company: Company) -> None:
    lead = company.lead()
    rules = (Rule("回池", Trigger.OWNER, (GiveLead(POOL),), only_when_changed=False),)
    people = (Member("batu"), Member("lina"))
    assigning = Assignment((AssignmentRule("house", "青城房抵", method=Method.WEIGHTED, people=people),))
    now = company.runtime.company
    company.runtime.in_force.hold(replace(now, automation=Automation(rules), assignment=assigning, version="a" * 64))
    for _ in range(MOST_AN_HOUR + 4):
        company.runtime.assigner.round()
        company.settle()
        company.clock.go(seconds=3)
    told = [one for _, one, _ in came(company)]
    assert told == ["done"] * MOST_AN_HOUR + ["too_often"], "and it is told once"
    assert lead_of(company, lead).owner_id is not None


def test_a_change_now_and_then_is_done_in_every_hour(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    rule = Rule("比", Trigger.TAGS, (PutTag("急用"),), '"比价中" in tags', only_when_changed=True)
    company.runtime.in_force.hold(replace(company.runtime.company, automation=Automation((rule,))))
    hours = []
    for _ in range(2):
        before = [one for _, one, _ in came(company)].count("too_often")
        done = len(came(company))
        for _ in range(MOST_AN_HOUR + 2):
            company.clock.go(minutes=5)
            batu.say(f"标签 L{lead} +比价中")
            batu.say(f"标签 L{lead} -比价中")
        left = [one for _, one, _ in came(company)].count("too_often") - before
        hours.append((len(came(company)) - done - left, left))
    assert hours[0] == (MOST_AN_HOUR, 1), hours
    assert hours[1][0] >= MOST_AN_HOUR - 1, "what was left does not count against it"
