"""Boards as they are made from metrics and kept: who moved how far, what each is to reach, and what is behind a number.
It is Tuesday, 24 November 2026, 10:00."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from firm import Firm
from kit.clock import Clock
from sqlalchemy import select, update

from core.calendar import WorkingCalendar
from core.leads.channels import Channel, Channels
from core.leads.service import log_follow_up
from core.moments import day_of
from core.people.models import Department
from core.reports import snapshots
from core.reports.asking import Asking, By, Pick
from core.reports.boards import make
from core.reports.cohorts import came_so_far
from core.reports.details import detail_page
from core.reports.measuring import measure
from core.reports.metrics import Aggregate, Event, Metric, Reports, Spent, Target
from core.reports.periods import Period, of_day, of_days
from core.reports.results import KeyFigures, Ranking, Source, Sources, Trend
from core.reports.sourcing import sources
from core.reports.wanted import Behind, Kind, Made, Making, Wanted

CAME = Metric("came", "新增线索", Aggregate.COUNT, Event.ARRIVED)
FOLLOWED = Metric("followed", "跟进", Aggregate.COUNT, Event.FOLLOWED)
REPORTS = Reports(metrics=(CAME, FOLLOWED), key_figures=("came",), daily=("came",), ranked=("came",))


def asking(firm: Firm, userid: str = "admin", reports: Reports = REPORTS, **pick: Any) -> Asking:
    return Asking(firm.who(userid), Pick(**pick), reports, firm.store.clock())


def made(firm: Firm, kind: Kind, userid: str = "admin", reports: Reports = REPORTS, **pick: Any) -> Made:
    """A board of today."""
    wanted = Wanted(kind, of_day(day_of(firm.store.clock())), Pick(**pick), "came", By.PERSON)
    with firm.store.read() as session:
        making = Making(session, asking(firm, userid, reports), WorkingCalendar(), Channels())
        return make(making, wanted, "看板")


def ranked(firm: Firm, userid: str = "admin", reports: Reports = REPORTS, **pick: Any) -> Ranking:
    content = made(firm, Kind.RANKING, userid, reports, **pick).board.content
    assert isinstance(content, Ranking)
    return content


def came(firm: Firm, who: str, count: int) -> None:
    for _ in range(count):
        firm.add(who)


def test_who_is_higher_than_the_day_before_has_moved_up(firm: Firm, clock: Clock) -> None:
    came(firm, "zhang", 3)
    came(firm, "batu", 2)
    came(firm, "wang", 1)
    clock.go(days=1)
    came(firm, "wang", 3)
    came(firm, "batu", 2)
    came(firm, "zhang", 1)
    moved = {row.name: (row.rank, row.moved) for row in ranked(firm).rows}
    assert moved == {"王强": (1, 2), "巴图": (2, 0), "张三": (3, -2), "李娜": (4, 0), "周敏": (4, 0)}


def test_a_ranking_says_whether_less_is_better(firm: Firm) -> None:
    came(firm, "batu", 2)
    low = replace(REPORTS, metrics=(replace(CAME, good_is_low=True), FOLLOWED))
    assert (ranked(firm).good_is_low, ranked(firm, reports=low).good_is_low) == (False, True)
    assert ranked(firm, reports=low).rows[-1].name == "巴图"


def test_a_board_from_before_it_said_so_is_one_where_more_is_better(firm: Firm) -> None:
    """As it lies in the database, without the word."""
    came(firm, "batu", 1)
    kept = snapshots._BOARD.dump_json(made(firm, Kind.RANKING).board).decode()
    assert '"good_is_low":false' in kept
    old = kept.replace(',"good_is_low":false', "")
    assert snapshots._BOARD.validate_json(old) == snapshots._BOARD.validate_json(kept)


def test_a_board_is_kept_for_sixty_days(firm: Firm, clock: Clock) -> None:
    wanted, viewer = Wanted(Kind.KEY, of_day(day_of(clock.now))), firm.who("admin")
    number = firm.work(lambda unit: snapshots.want(unit, viewer, viewer.id, wanted))

    def is_kept() -> bool:
        with firm.store.database.write() as session:
            snapshots.purge(session, clock.now)
            return snapshots.find(session.connection(), number) is not None

    clock.go(days=60)
    assert is_kept()
    clock.go(seconds=1)
    assert not is_kept()


FOR_ALL, FOR_BATU, FOR_OFFICE = (
    Target("came", 22),
    Target("came", 44, people=("batu",)),
    Target("came", 66, departments=("呼和浩特",)),
)


@pytest.mark.parametrize("kind", [Kind.KEY, Kind.TREND])
@pytest.mark.parametrize(
    ("userid", "pick", "month"),
    [
        ("admin", {}, 22), ("boss", {}, 66), ("batu", {}, 44), ("admin", {"department": "呼和浩特"}, 66),
        ("admin", {"department": "包头"}, None), ("zhang", {}, None),
        ("admin", {"product": "house"}, None), ("admin", {"channel": "抖音"}, None),
        ("admin", {"region": "1501"}, None), ("boss", {"product": "house"}, None), ("batu", {"product": "house"}, None),
    ],
)  # fmt: skip
def test_a_target_stands_only_beside_all_that_is_to_reach_it(
    firm: Firm, kind: Kind, userid: str, pick: dict[str, str], month: int | None
) -> None:
    """Not beside a product, a channel or a region alone, nor a person's beside others."""
    came(firm, "batu", 1)
    monthly = replace(CAME, aggregate=Aggregate.SHARE, event=None, part=("came2",), whole=("came2",))
    rated = replace(REPORTS, metrics=(monthly, replace(CAME, key="came2")), targets=(FOR_ALL, FOR_BATU, FOR_OFFICE))
    content = made(firm, kind, userid, rated, **pick).board.content
    assert isinstance(content, KeyFigures | Trend)
    target = content.target if isinstance(content, Trend) else content.figures[0].target
    assert target == month, "of a share it is that of any time"


def test_behind_a_share_each_line_says_for_what_it_counts(firm: Firm, clock: Clock) -> None:
    lead = firm.add("batu")
    firm.do(log_follow_up, "batu", lead, "打过电话", None)
    both = Metric("both", "占比", Aggregate.SHARE, part=("followed",), whole=("came", "followed"))
    one = replace(both, key="one", whole=("came",))
    reports, period = replace(REPORTS, metrics=(CAME, FOLLOWED, both, one)), of_day(day_of(clock.now))
    with firm.store.read() as session:
        of_both, of_one, of_came = (
            detail_page(session, asking(firm, reports=reports), Behind(key, period, Pick()), 1)
            for key in ("both", "one", "came")
        )
    assert sorted(line.part for line in of_both.lines) == ["新增线索", "跟进"]
    assert sorted(line.part for line in of_one.lines) == ["新增线索", "跟进"], "what is above stands there too"
    assert [line.part for line in of_came.lines] == [""], "of one alone it is said above"


def test_behind_a_share_of_a_channel_stands_only_what_came_by_it(firm: Firm, clock: Clock) -> None:
    """As it is measured."""
    firm.add("batu", channel="抖音")
    firm.add("batu", channel="转介绍")
    share = Metric("share", "抖音占比", Aggregate.SHARE, part=("followed",), whole=("came",), channels=("抖音",))
    reports = replace(REPORTS, metrics=(CAME, FOLLOWED, share))
    with firm.store.read() as session:
        behind = Behind("share", of_day(day_of(clock.now)), Pick())
        assert detail_page(session, asking(firm, reports=reports), behind, 1).total == 1


def test_what_has_not_happened_yet_is_not_how_far_they_came(firm: Firm, clock: Clock) -> None:
    """A board as of a moment before now."""
    lead = firm.add("batu")
    then = firm.store.clock()
    clock.go(hours=1)
    firm.do(log_follow_up, "batu", lead, "打过电话", None)
    period = of_day(day_of(then))
    with firm.store.read() as session:
        counts = [
            came_so_far(session, replace(asking(firm), as_of=as_of), CAME, FOLLOWED, period)
            for as_of in (then, clock.now - timedelta(microseconds=1), clock.now)
        ]
    assert counts == [0, 0, 1]


@pytest.mark.parametrize(
    ("only", "reached"),
    [
        ({}, 2),
        ({"channels": ("抖音",)}, 1),
        ({"products": ("car",)}, 1),
        ({"regions": ("1502",)}, 1),
        ({"channels": ("快手",)}, 0),
    ],
)
def test_what_a_step_counts_it_counts_of_how_far_they_came(firm: Firm, only: dict[str, Any], reached: int) -> None:
    """A step may be of a metric that counts some channels, products or regions alone."""
    for number, (channel, product, region) in enumerate([("抖音", "house", "150202"), ("转介绍", "car", "150102")]):
        lead = firm.add("batu", phone=f"1394710010{number}", channel=channel, product=product, region=region)
        firm.do(log_follow_up, "batu", lead, "打过电话", None)
    with firm.store.read() as session:
        step, today = replace(FOLLOWED, **only), of_day(day_of(firm.store.clock()))
        assert came_so_far(session, asking(firm), CAME, step, today) == reached


def test_a_department_whose_name_begins_as_anothers_is_not_below_it(firm: Firm, clock: Clock) -> None:
    """呼和浩特东区 stands beside 呼和浩特."""
    with firm.store.database.write() as session:
        baotou = select(Department.id).where(Department.path == "包头/一部").scalar_subquery()
        session.execute(update(Department).where(Department.id == baotou).values(path="呼和浩特东区"))
    came(firm, "zhou", 2)
    came(firm, "batu", 1)
    period = of_day(day_of(clock.now))
    with firm.store.read() as session:
        counts = [
            measure(session, asking(firm, department=path), CAME, period)[""]
            for path in ("呼和浩特", "呼和浩特东区", "呼和浩特/一部")
        ]
    assert counts == [1, 2, 1]


# 渠道.

PAID = Channels((Channel("抖音"), Channel("百度", 5_000), Channel("转介绍")))
SPENT = (
    Spent("抖音", date(2026, 11, 1), 30_000),
    Spent("抖音", date(2026, 11, 1), 3_000),
    Spent("抖音", date(2026, 10, 1), 3_100),
    Spent("百度", date(2026, 11, 1), 300),
)


def brought(firm: Firm, period: Period, userid: str = "admin", **pick: Any) -> tuple[dict[str, Source], Source]:
    with firm.store.read() as session:
        asked = asking(firm, userid, replace(REPORTS, spent=SPENT), **pick)
        found = sources(session, asked, period, PAID)
    return {row.channel: row for row in found.rows}, found.total


@pytest.mark.parametrize(
    ("first", "last", "fen"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), 1_100), (date(2026, 11, 1), date(2026, 11, 30), 33_000),
        (date(2026, 11, 30), date(2026, 12, 9), 1_100), (date(2026, 10, 31), date(2026, 11, 1), 1_200),
        (date(2026, 10, 1), date(2026, 10, 31), 3_100), (date(2026, 12, 1), date(2026, 12, 31), None),
        (date(2026, 9, 1), date(2026, 9, 30), None), (date(2026, 1, 1), date(2026, 12, 31), 36_100),
    ],
)  # fmt: skip
def test_a_month_of_which_a_period_has_some_days_costs_their_part(
    firm: Firm, first: date, last: date, fen: int | None
) -> None:
    """The last day counts, and several sums of a month are added up; where none is known that is no 0."""
    assert brought(firm, of_days(first, last))[0]["抖音"].cost_fen == fen


def test_thirds_add_up_and_nothing_spent_is_known_to_be_nothing(firm: Firm) -> None:
    spent = (*(Spent("抖音", date(2026, 11, 1), 100) for _ in range(3)), Spent("转介绍", date(2026, 11, 1), 0))
    with firm.store.read() as session:
        asked = asking(firm, reports=replace(REPORTS, spent=spent))
        found = sources(session, asked, of_days(date(2026, 11, 1), date(2026, 11, 10)), PAID)
    assert {row.channel: row.cost_fen for row in found.rows} == {"抖音": 100, "百度": 0, "转介绍": 0}


def test_what_all_channels_cost_is_known_only_where_it_is_known_of_each_that_brought_something(firm: Firm) -> None:
    firm.add("batu", channel="百度")
    today = of_day(day_of(firm.store.clock()))
    rows, total = brought(firm, today)
    assert (rows["百度"].cost_fen, rows["转介绍"].cost_fen, total.cost_fen) == (5_010, None, 6_110)
    assert total.roi == -1, "nothing came in yet"
    firm.add("batu", channel="转介绍")
    rows, total = brought(firm, today)
    assert (rows["转介绍"].cost_fen, total.cost_fen, total.roi) == (None, None, None)


@pytest.mark.parametrize(
    ("userid", "pick"),
    [
        ("boss", {}), ("batu", {}), ("admin", {"product": "house"}), ("admin", {"region": "1501"}),
        ("admin", {"department": "呼和浩特"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("channel", ["百度", ""])
def test_who_sees_a_part_sees_no_costs_of_the_company_beside_it(
    firm: Firm, userid: str, pick: dict[str, str], channel: str
) -> None:
    """Nor that they are nothing."""
    if channel:
        firm.add("batu", channel=channel)
    rows, total = brought(firm, of_day(day_of(firm.store.clock())), userid, **pick)
    assert rows
    assert {row.cost_fen for row in (*rows.values(), total)} == {None}
    assert {row.roi for row in (*rows.values(), total)} == {None}


def test_a_channel_alone_costs_what_it_costs_beside_the_others(firm: Firm) -> None:
    firm.add("batu", channel="百度")
    firm.add("batu", channel="抖音")
    rows, total = brought(firm, of_day(day_of(firm.store.clock())), channel="百度")
    assert list(rows) == ["百度"]
    assert (rows["百度"].cost_fen, total.cost_fen) == (5_010, 5_010)


def test_behind_the_number_of_a_channel_are_its_leads(firm: Firm) -> None:
    for channel in ("百度", "抖音", "百度"):
        firm.add("batu", channel=channel)
    board, behind = (found := made(firm, Kind.SOURCES)).board, found.behind
    assert isinstance(board.content, Sources)
    with firm.store.read() as session:
        counts = {
            row.channel: (row.leads, detail_page(session, asking(firm), behind[row.number - 1], 1).total)
            for row in board.content.rows
        }
    assert counts == {"百度": (2, 2), "抖音": (1, 1)}
