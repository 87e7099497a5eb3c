"""`reports.yaml`: what it may say, and how a mistake is told."""

import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import config.company
from config.company import load_company
from config.problems import CompanyError
from core.calendar import WorkingCalendar
from core.reports.metrics import Aggregate, Event, FunnelStep, Metric, Reports, Spent, Target, within
from core.reports.periods import month_of, of_day, quarter_of, week_of

SHIPPED = Path(config.company.__file__).parent / "company"
LEADS, LOANS = "- {name: 线索数, count: 线索}\n", "- {name: 放款数, synonyms: [笔数], count: 放款}\n"
MONEY = "- {name: 放款额, sum: 放款}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "company"))


def read(folder: Path, text: str) -> Reports:
    (folder / "reports.yaml").write_text(text, encoding="utf-8")
    return load_company(folder).reports


def wrong(folder: Path, text: str) -> list[str]:
    with pytest.raises(CompanyError) as caught:
        read(folder, text)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_file_measures_what_the_boards_show() -> None:
    reports = load_company(SHIPPED).reports
    assert reports.company
    for key in (*reports.key_figures, *reports.daily, *reports.ranked, *(step.metric for step in reports.funnel)):
        assert reports.find(key) is not None
    assert reports.called("业绩") == reports.metric("放款金额")
    assert {Event.DUE, Event.DUE_PAID, Event.CONTACTED} <= {metric.event for metric in reports.metrics}


def test_without_the_file_nothing_is_measured(folder: Path) -> None:
    (folder / "reports.yaml").unlink()
    assert load_company(folder).reports == Reports()


def test_all_that_may_be_said(folder: Path) -> None:
    found = read(
        folder,
        f"company: 示范\nfirst_contact: 2小时\nopen_rankings: 是\nmetrics:\n{LEADS}{LOANS}{MONEY}"
        "- {name: 成交率, share: [放款数], of: [线索数], products: [房抵], regions: [包头市]}\n"
        "- {name: 周期, days: 放款, good: 低}\n"
        "- {name: 签约, count: 到达, stages: [签约, 放款], channels: [抖音]}\n"
        "key_figures: [成交率, 周期]\ndaily: [线索数]\nranked: [放款额]\n"
        "funnel:\n- {name: 线索, metric: 线索数}\n- {name: 放款, metric: 放款数}\n"
        "targets:\n- {metric: 放款额, month: 50万, people: [batu]}\n- {metric: 成交率, month: 12.5%}\n"
        "- {metric: 放款数, month: 3, ranks: [客户经理]}\n"
        "spent:\n- {channel: 抖音, month: 2026-11, yuan: 1.2万}\n",
    )
    assert (found.company, found.first_contact, found.open_rankings) == ("示范", timedelta(hours=2), True)
    share = Metric(
        "成交率", "成交率", Aggregate.SHARE, None, ("放款数",), ("线索数",), products=("house",), regions=("1502",)
    )
    assert found.metric("成交率") == share
    assert found.of_events(share) == ((found.metric("放款数"),), (found.metric("线索数"),))
    assert found.metric("周期").good_is_low
    assert found.metric("签约").stages == ("签约", "放款")
    assert found.funnel == (FunnelStep("线索", "线索数"), FunnelStep("放款", "放款数"))
    assert found.target_of("放款额", "batu", "客户经理") == Target("放款额", 50_000_000, people=("batu",))
    assert found.target_of("放款数", "batu", "客户经理") == Target("放款数", 3, ranks=("客户经理",))
    assert found.target_of("放款数", "batu", "") is None
    assert found.target_for("成交率", "") == Target("成交率", Decimal("0.125"))
    assert found.spent == (Spent("抖音", date(2026, 11, 1), 1_200_000),)


MISTAKES = {
    "no way": ("metrics:\n- {name: 甲}\n", "name 应为count、sum、days、share 里的一个"),
    "two ways": ("metrics:\n- {name: 甲, count: 线索, sum: 放款}\n", "count、sum、days、share 里的一个"),
    "no event": ("metrics:\n- {name: 甲, count: 放宽}\n", "现在是 “放宽”；可以写 线索、领取、"),
    "summed": ("metrics:\n- {name: 甲, sum: 跟进}\n", "可以写 放款、服务费、回款、应还、已还、进件、到达"),
    "a share of nothing": (f"metrics:\n{LEADS}- {{name: 甲, share: [线索数]}}\n", "缺少 “of”"),
    "of alone": (f"metrics:\n{LEADS}- {{name: 甲, count: 线索, of: [线索数]}}\n", "和 share 一起写的"),
    "no part": (f"metrics:\n{LEADS}- {{name: 甲, share: [线锁数], of: [线索数]}}\n", "是不是 “线索数”"),
    "a share of shares": (
        f"metrics:\n{LEADS}- {{name: 甲, share: [线索数], of: [线索数]}}\n- {{name: 乙, share: [甲], of: [线索数]}}\n",
        "占比和平均不能再算占比",
    ),
    "loans of yuan": (f"metrics:\n{LOANS}{MONEY}- {{name: 甲, share: [放款数], of: [放款额]}}\n", "要么都是金额"),
    "reached what": ("metrics:\n- {name: 甲, count: 到达}\n", "缺少 “stages”"),
    "no stage": (
        "metrics:\n- {name: 甲, count: 到达, stages: [签越]}\n",
        "现在是 “签越”；可以写 进件、初审、复审、签约、",
    ),
    "a stage of what": ("metrics:\n- {name: 甲, count: 线索, stages: [签约]}\n", "和 到达 一起写的"),
    "one word, two metrics": (
        f"metrics:\n{LEADS}- {{name: 甲, synonyms: [线索数], count: 放款}}\n",
        "上面已经写过 “线索数”",
    ),
    "listed": (f"metrics:\n{LEADS}daily: [线锁数]\n", "daily 不能这样写，现在是 “线锁数”，是不是 “线索数”？"),
    "too many": (f"metrics:\n{LEADS}daily: {['线索数'] * 9}\n", "最多 8 个指标"),
    "a funnel from the middle": (
        f"metrics:\n{LEADS}{LOANS}funnel:\n- {{name: 放款, metric: 放款数}}\n- {{name: 线索, metric: 线索数}}\n",
        "漏斗从新线索开始",
    ),
    "a funnel of money": (
        f"metrics:\n{LEADS}{MONEY}funnel:\n- {{name: 线索, metric: 线索数}}\n- {{name: 钱, metric: 放款额}}\n",
        "数个数的指标",
    ),
    "how much": (f"metrics:\n{MONEY}targets:\n- {{metric: 放款额, month: 很多}}\n", "应为金额"),
    "share in numbers": (
        f"metrics:\n{LEADS}- {{name: 甲, share: [线索数], of: [线索数]}}\ntargets:\n- {{metric: 甲, month: 90}}\n",
        "如 90%",
    ),
    "no channel": (f"metrics:\n{LEADS}spent:\n- {{channel: 抖音号, month: 2026-11, yuan: 1}}\n", "是不是 “抖音”"),
    "which month": (f"metrics:\n{LEADS}spent:\n- {{channel: 抖音, month: 11月, yuan: 1}}\n", "如 2026-11"),
    "nothing at all": ("metrics:\n- {}\n", "缺少 “name”"),
    "nothing known": ("metrics:\n- {foo: 1}\n", "缺少 “name”"),
    "mistyped key": ("metrics:\n- {name: 甲, cuont: 线索}\n", "是不是 “count”"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_told(folder: Path, kind: str) -> None:
    text, told = MISTAKES[kind]
    problems = wrong(folder, text)
    assert any(told in problem for problem in problems), problems


CALENDAR = WorkingCalendar()
TODAY = date(2026, 11, 24)
MONTHLY = Metric("放款额", "放款额", Aggregate.SUM, Event.PAID_OUT)


def test_a_target_is_for_a_month_and_by_working_days_for_less() -> None:
    target = Target("放款额", 21_000_000)
    assert within(target, MONTHLY, month_of(TODAY, TODAY), CALENDAR) == 21_000_000
    assert within(target, MONTHLY, quarter_of(TODAY, TODAY), CALENDAR) == 63_000_000
    assert within(target, MONTHLY, of_day(TODAY), CALENDAR) == 1_000_000, "November has 21 working days"
    assert within(target, MONTHLY, of_day(date(2026, 11, 22)), CALENDAR) is None, "a Sunday"
    assert within(target, MONTHLY, week_of(TODAY, TODAY), CALENDAR) == 5_000_000
    assert within(None, MONTHLY, of_day(TODAY), CALENDAR) is None
    share = Metric("率", "率", Aggregate.SHARE, None, ("a",), ("b",))
    assert within(Target("率", Decimal("0.9")), share, of_day(TODAY), CALENDAR) == Decimal("0.9")
