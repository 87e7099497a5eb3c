"""What is understood of what reports are asked about."""

from datetime import date

import pytest

from bot.phrases.report_periods import NoSuchDay, NotYet, read_period
from bot.phrases.report_words import ReportRead, Unread, Vocabulary, read_report
from core.reports.asking import By, Pick
from core.reports.metrics import Aggregate, Event, Metric, Reports
from core.reports.periods import Period

TODAY = date(2026, 11, 24)  # a Tuesday
PATHS = ("呼和浩特", "呼和浩特/一部", "呼和浩特/二部", "包头", "包头/一部")
REPORTS = Reports(
    metrics=(
        Metric("放款金额", "放款金额", Aggregate.SUM, Event.PAID_OUT, synonyms=("放款", "业绩")),
        Metric("审批通过", "审批通过", Aggregate.COUNT, Event.REACHED, synonyms=("通过",)),
        Metric("通过率", "通过率", Aggregate.SHARE, part=("审批通过",), whole=("审批通过",)),
        Metric("跟进", "跟进", Aggregate.COUNT, Event.FOLLOWED),
    )
)
KNOWN = Vocabulary(REPORTS, PATHS, ("抖音", "58同城", "转介绍"))


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("今天", "11-24", "11-24"),
        ("昨日", "11-23", "11-23"),
        ("前天", "11-22", "11-22"),
        ("本周", "11-23", "11-24"),
        ("这个星期", "11-23", "11-24"),
        ("上周", "11-16", "11-22"),
        ("上上周", "11-09", "11-15"),
        ("本月", "11-01", "11-24"),
        ("上个月", "10-01", "10-31"),
        ("本季度", "10-01", "11-24"),
        ("上季度", "07-01", "09-30"),
        ("二季度", "04-01", "06-30"),
        ("今年", "01-01", "11-24"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("11月", "11-01", "11-24"),
        ("12月", "2025-12-01", "2025-12-31"),
        ("2026-10", "10-01", "10-31"),
        ("2026年3月份", "03-01", "03-31"),
        ("11-20", "11-20", "11-20"),
        ("11月20日", "11-20", "11-20"),
        ("12-30", "2025-12-30", "2025-12-30"),
        ("2026-11-20", "11-20", "11-20"),
        ("11-01到11-15", "11-01", "11-15"),
        ("12-20到01-10", "2025-12-20", "01-10"),
        ("11-20至11-30", "11-20", "11-24"),
        ("大前天", "11-21", "11-21"),
        ("周五", "11-20", "11-20"),
        ("星期二", "11-24", "11-24"),
        ("上周五", "11-20", "11-20"),
        ("上个星期天", "11-22", "11-22"),
        ("上上周一", "11-09", "11-09"),
        ("本周一", "11-23", "11-23"),
        ("Q3", "07-01", "09-30"),
        ("2025年q4", "2025-10-01", "2025-12-31"),
        ("上半年", "01-01", "06-30"),
        ("下半年", "07-01", "11-24"),
        ("去年下半年", "2025-07-01", "2025-12-31"),
        ("2025上半年", "2025-01-01", "2025-06-30"),
        ("近7天", "11-18", "11-24"),
        ("最近30天", "10-26", "11-24"),
        ("近两周", "11-11", "11-24"),
        ("近三个月", "08-27", "11-24"),
    ],
)
def test_periods(said: str, first: str, last: str) -> None:
    found = read_period(said, TODAY)
    assert found is not None
    period, end = found
    assert isinstance(period, Period)
    whole = [day if len(day) > 5 else f"2026-{day}" for day in (first, last)]
    assert ([period.first.isoformat(), period.last.isoformat()], end) == (whole, len(said))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("2026-12", NotYet),
        ("2027", NotYet),
        ("2026-11-25", NotYet),
        ("2026-02-30", NoSuchDay),
        ("2026-11-15到2026-11-01", NoSuchDay),
        ("近9999天", NoSuchDay),
    ],
)
def test_what_is_no_period(said: str, answer: type) -> None:
    found = read_period(said, TODAY)
    assert found is not None
    assert isinstance(found[0], answer)


def read(text: str) -> ReportRead:
    found = read_report(text, KNOWN, TODAY)
    assert isinstance(found, ReportRead), found
    return found


@pytest.mark.parametrize(
    "said", ["本月 放款 呼和浩特 一部", "呼和浩特/一部本月放款", "放款，本月，呼和浩特一部", "本月业绩呼和浩特一部"]
)
def test_words_stand_in_any_order_and_with_or_without_spaces(said: str) -> None:
    if said == "本月 放款 呼和浩特 一部":
        assert read_report(said, KNOWN, TODAY) == Unread("一部", ("呼和浩特/一部", "包头/一部"))
        return
    found = read(said)
    assert (found.metric, found.pick.department) == ("放款金额", "呼和浩特/一部")
    assert found.period is not None
    assert found.period.first == date(2026, 11, 1)


def test_the_longest_word_counts() -> None:
    assert read("通过率").metric == "通过率"
    assert read("通过").metric == "审批通过"
    assert read("呼和浩特二部").pick == Pick(department="呼和浩特/二部")


def test_products_channels_regions_and_how_it_is_broken_down() -> None:
    found = read("房抵 抖音 末次 赤峰")
    assert found.pick == Pick(product="house", channel="抖音", region="1504", last_touch=True)
    assert found.only == ("房抵", "抖音", "赤峰")
    assert read("58同城").pick.channel == "58同城"
    assert read("本月 按部门").by is By.DEPARTMENT
    assert read("按渠道").by is By.CHANNEL
    assert read("产品").by is By.PRODUCT
    assert read("").by is None


@pytest.mark.parametrize(("said", "last"), [("首次", False), ("末次", True), ("首触", False), ("首次触点", False)])
def test_by_which_touch_with_and_without_period_and_channel(said: str, last: bool) -> None:
    assert read(said).pick == Pick(last_touch=last)
    found = read(f"本月 {said} 抖音")
    assert (found.pick, found.period is None) == (Pick(channel="抖音", last_touch=last), False)
    assert read(f"抖音{said}上月").pick == Pick(channel="抖音", last_touch=last)


def test_a_word_that_means_nothing_is_told() -> None:
    assert read_report("本月 天气", KNOWN, TODAY) == Unread("天气")
    assert isinstance(read_report("明年", KNOWN, TODAY), Unread)
    assert isinstance(read_report("2027-01", KNOWN, TODAY), NotYet)
