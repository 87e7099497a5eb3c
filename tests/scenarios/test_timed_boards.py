"""日报, 周报 and 月报 come by themselves: to whom, when, about which days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from kit.clock import Clock
from kit.company import ON_ONE_DATABASE, Company, open_company
from kit.grouped import ROBOT_KEY, company_folder
from kit.loans import newest_card
from kit.phones import PARTS
from sqlalchemy import select

from core.calendar import CHINA
from core.leads.assignment_rules import Leave
from core.manners.kinds import ReminderKind
from core.reports.models import BoardRow
from core.reports.results import Content, Ranking
from core.reports.snapshots import find
from core.reports.wanted import Kind
from jobs.reach import say

pytestmark = ON_ONE_DATABASE


def at(company: Company, month: int, day: int, hour: int, minute: int = 0) -> None:
    company.clock.now = datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def come(company: Company) -> None:
    company.runtime.timetable.round()
    company.settle()


def titles(company: Company, who: str) -> list[str]:
    return [
        card.title for card in company.person(who).heard_since().cards if "报" in card.title or "看板" in card.title
    ]


def test_the_day_comes_in_the_evening_to_those_who_lead(company: Company) -> None:
    at(company, 11, 24, 16)
    company.lead("刘志强", "13947100001", by="batu")
    company.lead("呼斯楞", "13947100004", by="zhoumin")
    at(company, 11, 24, 18, 4)
    come(company)
    assert titles(company, "lina") == []
    at(company, 11, 24, 18, 9)
    come(company)
    assert newest_card(company.person("lina"), "日报").rows["新增线索"] == "#1 1 +1"
    whole = newest_card(company.person("mengke"), "日报")
    assert whole.title == "日报 · 11月24日（周二）"
    assert whole.rows["新增线索"] == "#1 2 +2"
    assert titles(company, "batu") == []
    assert titles(company, "wuyun") == [], "an administrator leads nobody"
    at(company, 11, 24, 19)
    come(company)
    assert len(titles(company, "lina")) == 1


@pytest.fixture
def mannered(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Company]:
    """The company with `manners.yaml` as shipped: of more than five reminders in ten minutes the rest waits."""
    with open_company(database_url, tmp_path / "var", clock, mannered=True) as company:
        yield company


def test_a_picture_waits_with_its_card(mannered: Company) -> None:
    """So much has come to her lately that the card waits."""
    company = mannered
    lina, at_six = company.person("lina"), (11, 24, 18)
    at(company, *at_six, 5)
    with company.runtime.store.unit(request_id="test", origin="test") as unit:
        for number in range(5):
            say(unit, ReminderKind.FOLLOW_TASK, lina.actor.id, f"第{number}件事")
    company.settle()
    before = company.so_far
    at(company, *at_six, 9)
    come(company)
    assert lina.heard_since(before).messages == ()
    for minute in range(10, 25):
        at(company, *at_six, minute)
        company.runtime.digests.round()
        come(company)
    assert [each.kind for each in lina.heard_since(before).messages] == ["card", "image"]


def test_who_is_on_leave_gets_none(company: Company) -> None:
    leave = Leave(datetime(2026, 11, 24, tzinfo=CHINA), datetime(2026, 11, 25, tzinfo=CHINA))
    now = company.runtime.company
    away = replace(now.assignment, others_leave=(("lina", (leave,)),))
    company.runtime.in_force.hold(replace(now, assignment=away))
    at(company, 11, 24, 18, 10)
    come(company)
    assert titles(company, "lina") == []
    assert titles(company, "mengke") != []


def test_after_an_outage_the_day_is_told_late_and_of_that_day(company: Company) -> None:
    at(company, 11, 24, 17)
    come(company)
    company.lead("刘志强", "13947100001", by="batu")
    at(company, 11, 24, 21, 30)
    come(company)
    assert titles(company, "lina") == ["日报 · 11月24日（周二）"]


@PARTS
def test_the_week_before_on_monday_and_the_month_before_on_its_first_workday(company: Company) -> None:
    at(company, 11, 27, 16)
    company.lead("刘志强", "13947100001", by="batu")
    at(company, 11, 30, 9, 15)
    come(company)
    week = newest_card(company.person("lina"), "周报")
    assert week.title == "周报 · 11月23日至29日"
    assert week.rows["新增线索"] == "#1 1 +1"
    at(company, 12, 1, 9, 25)
    come(company)
    month = newest_card(company.person("mengke"), "月报")
    assert month.title == "月报 · 2026年11月"
    assert month.rows["新增线索"] == "#1 1 +1"
    assert company.person("mengke").say("明细 1").card.title == "明细 · 新增线索"


@pytest.mark.parametrize("said", ["周报", "月报"])
@pytest.mark.parametrize("who", ["lina", "mengke"])
def test_typed_it_is_the_same_as_it_came(company: Company, who: str, said: str) -> None:
    """The same boards by the same titles, with the same numbers on them."""
    at(company, 11, 27, 16)
    company.lead("刘志强", "13947100001", by="batu")
    at(company, 12, 1, 9, 25)
    come(company)
    if said == "周报":
        at(company, 12, 7, 9, 15)
        come(company)
    person = company.person(who)
    company.clock.go(minutes=5)  # so many at once were all that DingTalk takes in a minute
    company.settle()
    heard = person.say(said)
    came, typed = (kept(company, who, asked=asked, title=said) for asked in (False, True))
    assert typed == came
    assert [each.kind for each in heard.messages] == ["card", *["image"] * len(typed)]
    assert heard.cards[0].title.startswith(f"{said} · ")
    most = sum(numbers for *_, numbers in typed)
    assert person.say(f"明细 {most + 1}").text.endswith(f"只有 1 到 {most}。")


def test_an_officers_week_is_his_own_alone(company: Company) -> None:
    at(company, 12, 7, 9, 15)
    heard = company.person("batu").say("周报")
    assert [each.kind for each in heard.messages] == ["card", "image", "image"]
    assert [kind for kind, *_ in kept(company, "batu", asked=True, title="周报")] == [Kind.KEY, Kind.RANKING]
    company.person("batu").say("导出 周报")
    assert len(kept(company, "batu", asked=True, title="周报")) == 1


def kept(company: Company, who: str, *, asked: bool, title: str) -> list[tuple[Kind, str, Content, int]]:
    """The newest boards of this name that somebody got together: what each is, what stands on it, and how many of its
    numbers can be asked about."""
    with company.runtime.store.read() as session:
        whose = (BoardRow.person_id == company.person(who).actor.id, BoardRow.asked.is_(asked))
        mine = select(BoardRow.id, BoardRow.title).where(*whose)
        rows = session.execute(mine.order_by(BoardRow.id)).all()
        first = max(row.id for row in rows if row.title == title)
        boards = [snap for row in rows if row.id >= first and (snap := find(session, row.id)) and snap.board]
    found: list[tuple[Kind, str, Content, int]] = []
    before = 0
    for snap in boards:
        assert snap.board is not None
        found.append((snap.wanted.kind, snap.board.title, snap.board.content, len(snap.behind) - before))
        before = len(snap.behind)
    return found


GROUP_YAML = """
groups:
  - {key: war, name: 战报, kind: 群机器人, robot: TUOLING_ROBOT_WAR, boards: [日报, 周报]}
"""


def test_a_group_gets_the_companys_numbers_and_nobodys_name(database_url: str, tmp_path: Path, clock: Clock) -> None:
    ours = {"TUOLING_CONFIG_DIR": str(company_folder(tmp_path, GROUP_YAML)), "TUOLING_ROBOT_WAR": ROBOT_KEY}
    with open_company(database_url, tmp_path / "var", clock, **ours) as company:
        company.platform.groups.begin("战报", "zhaojianguo", ("zhaojianguo", "lina"), ROBOT_KEY)
        at(company, 11, 24, 16)
        company.lead("刘志强", "13947100001", by="batu")
        at(company, 11, 24, 18, 9)
        come(company)
        (chat,) = company.platform.groups.all()
        assert [each.kind for each in company.platform.groups.messages(chat.id)] == ["image", "image"]
        with company.runtime.store.read() as session:
            kept = session.scalars(select(BoardRow).where(BoardRow.person_id.is_(None))).all()
        boards = [find(session, row.id) for row in kept]
        ranking = next(each.board for each in boards if each is not None and each.wanted.kind is Kind.RANKING)
        assert ranking is not None
        assert isinstance(ranking.content, Ranking)
        assert [(row.name, row.number) for row in ranking.content.rows] == [("呼和浩特", 0), ("包头", 0)]
        come(company)
        assert len(company.platform.groups.messages(chat.id)) == 2
