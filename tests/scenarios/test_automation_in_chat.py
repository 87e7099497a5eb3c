"""自动化 as people meet it: a tag brings a task, a follow-up ends it, it goes with its lead, the morning counts it."""

from dataclasses import replace
from itertools import pairwise

import pytest
from kit.company import Company
from sqlalchemy import func, select

from core.automation.models import RunRow
from core.automation.queries import runs
from core.automation.rules import (
    At,
    Automation,
    Deed,
    Moment,
    OpenTask,
    PutGrade,
    PutTag,
    Rule,
    Since,
    TakeTag,
    Tell,
    Trigger,
    When,
)
from core.calendar import Length, Unit
from core.leads.follow_tasks import FollowTask, open_follow_tasks
from core.leads.models import MarkChange
from jobs.automating import Automat

HOT = '"高意向" in tags'


def goes_by(company: Company, *rules: Rule) -> None:
    """The company has these rules and no others."""
    company.runtime.in_force.hold(replace(company.runtime.company, automation=Automation(rules)))


def rule(name: str, when: When, *deeds: Deed, condition: str = "", only: bool = True) -> Rule:
    return Rule(name, when, deeds, condition, only_when_changed=only)


def log(company: Company) -> list[tuple[str, str, str, int, list[tuple[str, str, str]]]]:
    """What was done, the first first."""
    with company.runtime.store.read() as session:
        return [
            (run.rule, run.subject, run.came_by, run.depth, [(one.kind, str(one.came), one.what) for one in run.did])
            for run in reversed(runs(session))
        ]


def count(company: Company, table: type[RunRow] | type[FollowTask]) -> int:
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_shipped_rule_gives_the_owner_a_task_that_a_follow_up_ends(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    card = next(card for card in batu.say(f"标签 L{lead} +高意向").cards if card.title.startswith("跟进任务"))
    assert card.title == "跟进任务 F1"
    assert "客户是高意向，请尽快联系" in card.whole
    assert card.rows["截止"] == "今天 15:30 前", "four working hours from 10:00, over lunch"
    assert card.rows["规则"] == "高意向马上联系"
    assert card.labels == ["写跟进", "已完成", "客户详情", "稍后提醒"]
    batu.tap(card, "写跟进")
    batu.say("打过了，明天10点见面")
    assert batu.now(card).title == "跟进任务 F1 已完成"
    assert batu.tap(batu.now(card), "客户详情").card.title.startswith(f"L{lead}")
    assert log(company) == [("高意向马上联系", f"lead:{lead}", "tags", 0, [("task", "done", "F1")])]


def test_one_is_ticked_off_once(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    card = next(card for card in batu.say(f"标签 L{lead} +高意向").cards if card.title.startswith("跟进任务"))
    said = batu.tap(card, "已完成")
    assert said.text == f"跟进任务 F1 已完成。聊过什么想记下来，回复：跟进 L{lead} 内容"
    assert batu.now(card).title == "跟进任务 F1 已完成"
    with company.runtime.store.read() as session:
        assert open_follow_tasks(session, batu.actor, company.clock()) == []


def test_it_goes_with_its_lead(company: Company) -> None:
    lead, batu, zhang = company.lead(by="batu"), company.person("batu"), company.person("zhangsan")
    card = next(card for card in batu.say(f"标签 L{lead} +高意向").cards if card.title.startswith("跟进任务"))
    before = company.so_far
    batu.say(f"转移 L{lead} 张三")
    theirs = [card.title for card in zhang.heard_since(before).cards]
    assert "跟进任务 F1" in theirs
    assert not batu.now(card).title.startswith("跟进任务"), "it is his no more"
    with company.runtime.store.read() as session:
        assert [task.number for task in open_follow_tasks(session, zhang.actor, company.clock())] == [1]
        assert open_follow_tasks(session, batu.actor, company.clock()) == []


def test_only_when_it_becomes_so(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    goes_by(company, rule("热", Trigger.TAGS, Tell("热"), condition=HOT))
    for words in ("+高意向", "+急用", "-高意向", "+高意向", "+比价中"):
        batu.say(f"标签 L{lead} {words}")
    assert count(company, RunRow) == 2, "when it became so, and again after it was not"
    goes_by(company, rule("总", Trigger.TAGS, Tell("热"), condition=HOT, only=False))
    batu.say(f"标签 L{lead} -急用")
    batu.say(f"标签 L{lead} -比价中")
    assert count(company, RunRow) == 4, "each time"


def test_what_a_rule_marks_stands_in_the_history_by_its_name(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    goes_by(company, rule("热的是A", Trigger.TAGS, PutGrade("A"), PutTag("急用"), condition=HOT))
    batu.say(f"标签 L{lead} +高意向")
    assert log(company) == [("热的是A", f"lead:{lead}", "tags", 0, [("grade", "done", "A"), ("tag", "done", "急用")])]
    whole = batu.say(f"等级 L{lead}").card.whole
    assert "自动化「热的是A」：等级 未评→A" in whole
    assert "自动化「热的是A」：加 急用" in whole
    with company.runtime.store.read() as session:
        told = session.execute(select(MarkChange.by_id, MarkChange.rule).where(MarkChange.value == "急用")).one()
    assert told == (None, "热的是A")


def test_two_rules_that_undo_each_other_come_to_an_end(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    goes_by(
        company,
        rule("加", Trigger.TAGS, PutTag("急用"), condition='!("急用" in tags)', only=False),
        rule("去", Trigger.TAGS, TakeTag("急用"), condition='"急用" in tags', only=False),
    )
    batu.say(f"标签 L{lead} +比价中")
    assert [(name, depth) for name, _, _, depth, _ in log(company)] == [("加", 0), ("去", 1)], "each once"


def test_a_chain_ends_after_three(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    tags = ["急用", "比价中", "有房", "有车", "查询多", "需担保"]
    goes_by(company, *(rule(a, Trigger.TAGS, PutTag(b), condition=f'"{a}" in tags') for a, b in pairwise(tags)))
    batu.say(f"标签 L{lead} +急用")
    done = [(name, depth, came) for name, _, _, depth, ((_, came, _),) in log(company)]
    assert done == [
        ("急用", 0, "done"),
        ("比价中", 1, "done"),
        ("有房", 2, "done"),
        ("有车", 3, "done"),
        ("查询多", 4, "too_deep"),
    ]


def test_a_new_lead_a_follow_up_and_a_change_of_hands(company: Company) -> None:
    batu, lina = company.person("batu"), company.person("lina")
    goes_by(
        company,
        rule("新", Trigger.ADDED, Tell("新来的"), condition="amount >= 30万"),
        rule("跟", Trigger.FOLLOWED, PutTag("急用"), condition="follow_ups == 1"),
        rule("换", Trigger.OWNER, Tell("接手了"), only=False),
    )
    before = company.so_far
    lead = company.lead(by="batu")
    company.settle()
    assert f"L{lead}：新来的\n回复 客户 L{lead} 查看。" in batu.heard_since(before).texts
    batu.say(f"跟进 L{lead} 打过电话")
    before = company.so_far
    lina.say(f"转移 L{lead} 张三")
    assert f"L{lead}：接手了\n回复 客户 L{lead} 查看。" in company.person("zhangsan").heard_since(before).texts
    assert [name for name, *_ in log(company)] == ["新", "跟", "换"]


def test_nobody_has_it_and_that_is_said(company: Company) -> None:
    goes_by(company, rule("新", Trigger.ADDED, OpenTask("联系"), Tell("新来的")))
    lead = company.lead()
    assert log(company) == [("新", f"lead:{lead}", "added", 0, [("task", "no_owner", ""), ("tell", "no_owner", "")])]


def test_some_time_after_a_follow_up_once_for_each(company: Company) -> None:
    after = Since(Moment.FOLLOWED, Length(3, Unit.DAY))
    batu, automat = company.person("batu"), company.runtime.automat
    old = company.lead(by="batu", phone="13947100002")
    batu.say(f"跟进 L{old} 聊过")
    company.clock.go(days=4)
    goes_by(company, rule("回访", after, OpenTask("回访一下")))
    assert automat.round() == 0, "what was due before the rule was there is left alone"
    lead = company.lead(by="batu")
    batu.say(f"跟进 L{lead} 聊过")
    company.clock.go(days=2, hours=23)
    assert automat.round() == 0
    company.clock.go(hours=1, minutes=1)
    assert automat.round() == 1
    assert automat.round() == 0
    company.clock.go(days=5)
    assert automat.round() == 0, "once for this follow-up"
    batu.say(f"跟进 L{lead} 又聊过")
    company.clock.go(days=3, minutes=1)
    assert automat.round() == 1
    assert [subject for _, subject, *_ in log(company)] == [f"lead:{lead}"] * 2


def test_every_morning_at_most_once_a_day(company: Company) -> None:
    lead, automat = company.lead(by="batu"), company.runtime.automat
    goes_by(company, rule("冷", At(9 * 60), Tell("好几天没联系了"), condition="idle_days >= 2", only=False))
    assert automat.round() == 0, "not so long yet"
    company.clock.go(days=2)
    assert automat.round() == 1
    assert automat.round() == 0
    company.clock.go(hours=2)
    assert automat.round() == 0
    company.clock.go(hours=20)
    assert automat.round() == 0, "08:00, not time yet"
    company.clock.go(hours=1, minutes=5)
    assert automat.round() == 1
    assert {subject for _, subject, *_ in log(company)} == {f"lead:{lead}"}


def test_what_another_scheduler_ended_is_begun_anew_the_next_day(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stops in the middle of a day's leads, the other does the rest; the next day the first begins with the first
    lead again."""
    monkeypatch.setattr("jobs.automating.BATCH", 2)
    leads = [company.lead(by="batu", phone=f"1394710000{number}") for number in range(5)]
    one, runtime = company.runtime.automat, company.runtime
    other = Automat(runtime.store, runtime.in_force, texting=False)
    goes_by(company, rule("早", At(9 * 60), Tell("早上好"), only=False))
    batch = Automat._batch
    with monkeypatch.context() as cut_short:  # after one batch its time is over
        cut_short.setattr(Automat, "_batch", lambda *given: (batch(*given)[0], False))
        assert one.round() == 2
    company.clock.go(seconds=30)  # the lease of the one has run out
    assert other.round() == 3
    company.clock.go(days=1)
    assert one.round() == 5
    assert [subject for _, subject, *_ in log(company)[5:]] == [f"lead:{lead}" for lead in leads]


def test_on_mondays_only(company: Company) -> None:
    company.lead(by="batu")
    goes_by(company, rule("周报", At(9 * 60, weekday=0), Tell("周一了")))
    assert company.runtime.automat.round() == 0, "it is a Tuesday"
    company.clock.go(days=6)
    assert company.runtime.automat.round() == 1


def test_the_morning_counts_what_is_to_be_done(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    batu.say(f"标签 L{lead} +高意向")
    morning = batu.say("早报").card
    assert morning.rows["任务"] == "1个，最早 今天 15:30"
    listed = batu.tap(morning, "跟进任务").card
    assert listed.title == "跟进任务 1 个"
    assert "今天 15:30 前" in listed.whole


def test_what_was_told_goes_to_the_owner_alone(company: Company) -> None:
    lead, lina = company.lead(by="batu"), company.person("lina")
    goes_by(company, rule("等级", Trigger.GRADE, Tell("变了"), condition='grade == "A"'))
    before = company.so_far
    lina.say(f"等级 L{lead} A")
    assert company.person("batu").heard_since(before).texts == [f"L{lead}：变了\n回复 客户 L{lead} 查看。"]
