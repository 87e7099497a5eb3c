"""What boards say: values, changes, periods, headlines, and the whole board as one message.

After a change that is meant: `TUOLING_WRITE_GOLDENS=1 pytest tests/cards/test_board_texts.py`, then read what changed.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from board_samples import AS_OF, BOARDS, MONTH, TODAY, WAN, board, ranked, source, stages
from hypothesis import given
from hypothesis import strategies as st

from cards.texts import boards, measured
from cards.texts.headlines import headline
from core.reports.periods import Period, month_of, of_day, of_days, quarter_of, week_of, year_of
from core.reports.results import Funnel, Jams, KeyFigures, Measure, Ranking, RankRow, Sources, Trend, Value

GOLDEN = Path(__file__).parent / "golden_pictures"
YUAN, YI = 100, 10**10  # fen


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_as_text_is_as_its_golden_file_says(name: str) -> None:
    file, text = GOLDEN / f"{name}.txt", boards.as_text(BOARDS[name]) + "\n"
    if os.environ.get("TUOLING_WRITE_GOLDENS"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert len(text.encode()) <= boards.TEXT_BYTES + 1


@pytest.mark.parametrize(("number", "measure", "said"), [
    (0, Measure.COUNT, "0"), (1234, Measure.COUNT, "1,234"), (99_999, Measure.COUNT, "99,999"),
    (123_456, Measure.COUNT, "12.35万"), (-7, Measure.COUNT, "-7"),
    (0, Measure.MONEY, "0"), (12_34, Measure.MONEY, "12.34元"), (8000 * YUAN, Measure.MONEY, "8,000元"),
    (333_333, Measure.MONEY, "3,333元"), (9_999_49, Measure.MONEY, "9,999元"), (9_999_50, Measure.MONEY, "1万"),
    (320 * WAN, Measure.MONEY, "320万"), (1_234_567_89, Measure.MONEY, "123.46万"),
    (9999 * WAN, Measure.MONEY, "9,999万"), (YI - 1, Measure.MONEY, "1亿"),
    (YI + 23 * YI // 100, Measure.MONEY, "1.23亿"),
    (10**16, Measure.MONEY, "100万亿"), (-5 * WAN, Measure.MONEY, "-5万"),
    (Decimal("0.25"), Measure.SHARE, "25%"), (Decimal("0.2534"), Measure.SHARE, "25.3%"),
    (Decimal(0), Measure.SHARE, "0%"),
    (Decimal(1), Measure.SHARE, "100%"), (Decimal("0.9999"), Measure.SHARE, "99.9%"),
    (Decimal("0.0001"), Measure.SHARE, "不到0.1%"), (Decimal("-0.55"), Measure.SHARE, "-55%"),
    (Decimal("3.24"), Measure.DAYS, "3.2天"), (Decimal("-0.01"), Measure.DAYS, "0天"), (None, Measure.MONEY, "—"),
])  # fmt: skip
def test_values(number: Value | None, measure: Measure, said: str) -> None:
    assert measured.value(number, measure) == said


@pytest.mark.parametrize(("now", "before", "measure", "said"), [
    (86, 74, Measure.COUNT, "+12（+16%）"), (74, 86, Measure.COUNT, "-12（-14%）"), (5, 5, Measure.COUNT, "持平"),
    (5, 0, Measure.COUNT, "+5"), (0, 5, Measure.COUNT, "-5（-100%）"), (-3, 5, Measure.COUNT, "-8"),
    (100, 1, Measure.COUNT, "+99"),
    (360 * WAN, 320 * WAN, Measure.MONEY, "+40万（+13%）"), (None, 5, Measure.COUNT, ""), (5, None, Measure.COUNT, ""),
    (Decimal("0.873"), Decimal("0.91"), Measure.SHARE, "-3.7个百分点"),
    (Decimal("0.5"), Decimal("0.50001"), Measure.SHARE, "持平"),
    (Decimal(12), Decimal("14.1"), Measure.DAYS, "-2.1天"),
])  # fmt: skip
def test_what_changed(now: Value | None, before: Value | None, measure: Measure, said: str) -> None:
    assert measured.changed(now, before, measure) == said


@given(st.integers(-(10**20), 10**20), st.sampled_from([Measure.COUNT, Measure.MONEY]))
def test_a_value_is_said_to_within_one_part_in_two_hundred(number: int, measure: Measure) -> None:
    said = measured.value(number, measure).removesuffix("元")
    units = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "": 1}
    unit = next(unit for unit in units if said.endswith(unit))
    back = Decimal(said.removesuffix(unit).replace(",", "")) * units[unit] * (100 if measure is Measure.MONEY else 1)
    assert abs(back - number) <= abs(number) / Decimal(199)


@pytest.mark.parametrize(("now", "target", "low", "part"), [
    (86, 100, False, Decimal("0.86")), (0, 0, False, Decimal(1)),
    (-1, 0, False, Decimal(0)), (None, 5, False, None), (5, None, False, None),
    (Decimal(12), Decimal(10), True, Decimal(10) / 12),
    (Decimal(8), Decimal(10), True, Decimal("1.25")), (Decimal(0), Decimal(10), True, Decimal(1)),
])  # fmt: skip
def test_how_much_of_a_target_is_reached(
    now: Value | None, target: Value | None, low: bool, part: Decimal | None
) -> None:
    assert measured.attained(now, target, good_is_low=low) == part


@pytest.mark.parametrize(("period", "said", "before", "passed"), [
    (of_day(TODAY), "11月28日（周六）", "昨日此时", ""),
    (of_day(date(2025, 12, 31)), "2025年12月31日（周三）", "前一日", ""),
    (week_of(TODAY, TODAY), "11月23日至28日", "上周同期", "时间过了 86%"),
    (week_of(date(2026, 11, 20), TODAY), "11月16日至22日", "前一周", ""),
    (week_of(date(2026, 1, 1), TODAY), "2025年12月29日至2026年1月4日", "前一周", ""),
    (MONTH, "11月1日至28日", "上月同期", "时间过了 93%"),
    (month_of(date(2026, 11, 1), date(2026, 11, 30)), "11月1日至30日", "上月同期", ""),
    (month_of(date(2026, 11, 1), date(2026, 12, 1)), "2026年11月", "上月", ""),
    (month_of(date(2026, 10, 1), TODAY), "2026年10月", "前一月", ""),
    (quarter_of(date(2026, 8, 1), TODAY), "2026年第三季度", "前一季度", ""),
    (quarter_of(TODAY, TODAY), "10月1日至11月28日", "上季度同期", "时间过了 64%"),
    (year_of(date(2025, 5, 1), TODAY), "2025年", "前一年", ""),
    (year_of(TODAY, TODAY), "1月1日至11月28日", "去年同期", "时间过了 91%"),
    (of_days(date(2026, 11, 3), date(2026, 11, 9)), "11月3日至9日", "前7天", ""),
])  # fmt: skip
def test_periods(period: Period, said: str, before: str, passed: str) -> None:
    assert (measured.period(period, AS_OF), measured.before(period, AS_OF), measured.passed(period)) == (
        said,
        before,
        passed,
    )


def test_until_when_it_counts_is_said_in_chinas_time() -> None:
    assert measured.cut_off(datetime(2026, 11, 28, 16, 5, tzinfo=UTC)) == "截至 11月29日 00:05"


ZEROS = ranked([0, 0, 0])
HEADLINES = {
    "放款金额还都是 0（3 人）": ZEROS,
    "放款金额：没有可排行的人": Ranking("放款金额", Measure.MONEY, (), 0),
    "进件：没有可排行的项目": Ranking("进件", Measure.COUNT, (), 0, of_people=False),
    "放款金额合计 5万，只有呼德": ranked([5 * WAN]),
    "放款金额合计 10万，呼德、巴特尔·孟和并列第一（各 5万）": ranked([5 * WAN, 5 * WAN]),
    "进件合计 8，4 个并列第一（各 2）": ranked([2, 2, 2, 2], measure=Measure.COUNT, metric="进件", of_people=False),
    "成交周期总体 9天，呼德领先（2天），2 人中 1 人达标": ranked(
        [Decimal(2), Decimal(7)], measure=Measure.DAYS, metric="成交周期", target=Decimal(5), low=True
    ),
    "新线索 100，走到放款的 10（10%），新线索到进件掉得最多（20% 往下走）": stages(
        ("新线索", 100, 100), ("进件", 30, 20), ("放款", 12, 10)
    ),
    "这段时间没有新线索": stages(("新线索", 0, 0), ("放款", 1, 0)),
    "新线索 3，走到放款的 3（100%）": stages(("新线索", 3, 3), ("进件", 3, 3), ("放款", 3, 3)),
    "漏斗没有阶段": Funnel(()),
    "这段时间各渠道都没有线索": Sources((), source(0, "", 0, 0, 0, None)),
    "放款 5万，地推最多（5万）": Sources((source(1, "地推", 0, 1, 5 * WAN, None),), source(0, "", 0, 1, 5 * WAN, None)),
    "放款金额 30万，较上月同期 +10万（+50%），完成目标 60%": Trend(
        "放款金额", Measure.MONEY, ((TODAY, 30 * WAN),), (20 * WAN, 99 * WAN), 50 * WAN
    ),
    "放款金额还没有数": Trend("放款金额", Measure.MONEY, (), ()),
    "没有进件在等，一路畅通": Jams(0, 0, (), ()),
    "还没有可看的数": KeyFigures(()),
}


@pytest.mark.parametrize("said", HEADLINES)
def test_headlines(said: str) -> None:
    assert headline(board(HEADLINES[said], "", MONTH)) == said


@pytest.mark.parametrize("values", [[30], [30, 30], [30, 31], [30, 0]])
@pytest.mark.parametrize("low", [True, False])
def test_where_less_is_better_who_needs_longer_than_the_target_has_not_reached_it(values: list[int], low: bool) -> None:
    """Also where one alone is ranked, or all are equal: the order of the rows says nothing then."""
    days: list[Value] = [Decimal(each) for each in values]
    content = ranked(days, measure=Measure.DAYS, metric="成交周期", target=Decimal(10), low=low)
    drawn = board(content, "成交周期排行")
    reached = sum(each <= 10 if low else each >= 10 for each in values)
    assert headline(drawn).endswith(f"{len(values)} 人中 {reached} 人达标")
    assert sum("达标" in line for line in boards.lines(drawn)) == reached


def test_a_period_that_is_over_is_compared_with_the_whole_one_before() -> None:
    days = tuple((date(2026, 10, n + 1), 1) for n in range(31))
    october = month_of(date(2026, 10, 1), TODAY)
    assert (
        headline(board(Trend("新线索", Measure.COUNT, days, (1,) * 30), "", october)) == "新线索 31，较前一月 +1（+3%）"
    )


@pytest.mark.parametrize("count", [0, 1, 24, 25, 500])
def test_of_everybody_on_a_ranking_something_is_said(count: int) -> None:
    ranking = ranked([WAN if place < count // 3 else 0 for place in range(count)])
    text = boards.as_text(board(ranking, "排行"))
    rows = [line for line in text.splitlines() if "名" in line and line[:1].isdigit()]
    if len(rows) < count:
        assert f"其余 {count - len(rows)} 人" in text
    assert len(rows) == count or count > 24


@given(st.lists(st.tuples(st.text(max_size=80), st.integers()), max_size=60), st.text(max_size=200))
def test_any_board_is_one_message(people: list[tuple[str, int]], odd: str) -> None:
    rows = tuple(RankRow(place, place, name, odd, value) for place, (name, value) in enumerate(people, 1))
    drawn = replace(board(Ranking(odd, Measure.COUNT, rows, 0), odd), scope=odd, only=odd)
    assert len(boards.as_text(drawn).encode()) <= boards.TEXT_BYTES
