"""早报: each officer's card of the day: at its time, spread, once, late after an outage, never on a day off."""

from dataclasses import replace
from datetime import datetime

import pytest
from kit.company import Colleague, Company

from core.calendar import CHINA, Length, Unit, WorkingCalendar
from core.leads.assignment_rules import Assignment, Leave, Member, Method, Rule
from core.leads.recycling import Lapse, Recycling, RecyclingRule
from core.schedule import MORNING, Schedule, Timed
from jobs.mornings import MorningCards
from jobs.timetable import Timetable

PHONE = "13947100001"


def hold(company: Company, **parts: object) -> None:
    company.runtime.in_force.hold(replace(company.runtime.company, **parts))  # type: ignore[arg-type]


def at(company: Company, day: int, hour: int, minute: int) -> None:
    """It is this time of a day in November 2026 (the 24th is a Tuesday)."""
    company.clock.now = datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


def round_(company: Company) -> int:
    sent = company.runtime.timetable.round()
    company.settle()
    return sent


@pytest.fixture
def batu(company: Company) -> Colleague:
    hold(company, schedule=Schedule((Timed(MORNING, 8 * 60 + 50),)))
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("跟进 L1 明天10点面谈")
    return batu


def test_sent_at_its_time_and_once(company: Company, batu: Colleague) -> None:
    at(company, 25, 8, 49)
    assert round_(company) == 0
    at(company, 25, 8, 50)
    card = batu.after(lambda: round_(company)).card
    assert card.title == "巴特尔，早上好"
    assert card.rows == {"待联系": "今天1位", "新线索": "1条（昨天以来）", "L1": "刘志强 房抵50万 今天 10:00"}
    assert card.labels == ["我的客户", "新线索"]
    assert batu.after(lambda: round_(company)).messages == ()
    other = Timetable(company.runtime.store, company.runtime.in_force, (MorningCards(),))
    assert other.round() == 0
    at(company, 26, 8, 50)
    assert "逾期1位" in batu.after(lambda: round_(company)).card.rows["待联系"]


def test_who_has_nothing_to_do_gets_none_but_may_ask(company: Company, batu: Colleague) -> None:
    at(company, 25, 8, 50)
    zhangsan = company.person("zhangsan")
    assert zhangsan.after(lambda: round_(company)).messages == ()
    card = zhangsan.say("早报").card
    assert "今天没有约好的客户，祝您顺利" in card.whole
    assert card.labels == ["去公海看看"]
    assert company.person("hejing").say("晨报").text.startswith("您的岗位名下不带客户")


def test_none_on_a_day_off_and_late_after_an_outage_but_not_after_work(company: Company, batu: Colleague) -> None:
    at(company, 28, 9, 0)  # a Saturday
    assert round_(company) == 0
    at(company, 30, 14, 0)  # nobody ran in the morning
    assert batu.after(lambda: round_(company)).card.title == "巴特尔，今日安排"
    at(company, 24 + 1, 18, 0)
    assert round_(company) == 0


def test_spread_over_some_minutes(company: Company, batu: Colleague) -> None:
    timed = Timed(MORNING, 8 * 60 + 50, spread_minutes=10)
    hold(company, schedule=Schedule((timed,)))
    officers, counts = 0, []
    for minute in range(50, 60):
        at(company, 25, 8, minute)
        counts.append(round_(company))
        officers += counts[-1]
    at(company, 25, 9, 0)
    officers += round_(company)
    assert officers == 15, "all who work leads"
    assert max(counts) < officers / 2


def test_what_is_late_by_its_own_times_has_an_hour_still(company: Company, batu: Colleague) -> None:
    hold(company, schedule=Schedule((Timed(MORNING, 17 * 60 + 50, spread_minutes=20),)))
    at(company, 25, 19, 9)
    assert batu.after(lambda: round_(company)).card.title == "巴特尔，今日安排"
    at(company, 26, 19, 10)
    assert round_(company) == 0


def test_a_card_that_comes_too_late_is_not_sent(company: Company, batu: Colleague) -> None:
    at(company, 25, 8, 50)
    company.runtime.timetable.round()
    at(company, 26, 8, 0)
    assert batu.after(company.settle).messages == ()


def test_who_is_on_leave_is_left_in_peace(company: Company, batu: Colleague) -> None:
    leave = Leave(datetime(2026, 11, 25, tzinfo=CHINA), datetime(2026, 11, 26, tzinfo=CHINA))
    rule = Rule("a", "甲", Method.ROUND_ROBIN, (Member("batu", leave=(leave,)),))
    hold(company, assignment=Assignment((rule,)))
    at(company, 25, 9, 0)
    assert batu.after(lambda: round_(company)).messages == ()
    at(company, 26, 9, 0)
    assert batu.after(lambda: round_(company)).card.title == "巴特尔，早上好"


def test_what_is_about_to_fall_and_the_lists_behind_the_buttons(company: Company, batu: Colleague) -> None:
    rule = RecyclingRule("2天跟进", Lapse.FOLLOW_UP, Length(2, Unit.DAY))
    hold(company, recycling=Recycling(WorkingCalendar(), (rule,)))
    at(company, 25, 10, 30)
    card = batu.say("早报").card
    assert card.rows["将收回"] == "1条，最早 明天（周四）10:00"
    assert card.labels == ["我的客户", "即将收回", "新线索"]
    assert batu.tap(card, "即将收回").card.title == "1 条线索即将收回"
    assert batu.tap(card, "新线索").card.title == "新线索 1 条"
    assert batu.tap(card, "我的客户").card.title == "我的客户"
    company.clock.go(minutes=2)
    batu.say("释放 L1 联系不上")
    assert batu.tap(card, "即将收回").card.title == "即将收回 0 条"
    assert PHONE not in card.whole


def test_without_a_schedule_nobody_gets_one(company: Company, batu: Colleague) -> None:
    hold(company, schedule=Schedule())
    at(company, 25, 9, 0)
    assert round_(company) == 0
