"""Boards of all kinds, with what is odd in them: nobody, one, 500, ties, zeros, long and strange names, no targets."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from cards.pictures.stamp import Stamp
from core.reports.periods import Period, Span, month_of, of_day, week_of
from core.reports.results import (
    Board,
    Content,
    Figure,
    Funnel,
    FunnelStage,
    Jam,
    Jams,
    KeyFigures,
    Measure,
    Ranking,
    RankRow,
    Source,
    Sources,
    Trend,
    Value,
)

TODAY = date(2026, 11, 28)
AS_OF = datetime(2026, 11, 28, 10, 5, tzinfo=UTC)  # 18:05 in China
DAY, MONTH = of_day(TODAY), month_of(TODAY, TODAY)
OCTOBER = month_of(date(2026, 10, 1), TODAY)
WEEK = week_of(TODAY, TODAY)
STAMP = Stamp("驼铃助贷（呼和浩特）有限公司", "阿拉坦其其格·博尔济吉特", AS_OF)
GROUP = Stamp("驼铃助贷", "", AS_OF)
WAN = 1_000_000  # fen

NAMES = (
    "呼德",
    "巴特尔·孟和",
    "李娜",
    "阿拉坦其其格·博尔济吉特氏·额尔德尼图雅·巴雅斯古楞格日",
    "王强🐎",
    "ᠪᠠᠭᠠᠲᠤᠷ",
    "Бөртэ·Үржин",
    "𠮷田",
    "ＡＢＣ　张三",
    "娜仁",
    "🏆",
    "刘\u200b洋\n",
    "赵敏",
    "孙丽",
    "周伟",
    "吴刚",
    "郑爽",
    "Christopher",
)


def board(content: Content, title: str, period: Period = DAY, scope: str = "", only: str = "") -> Board:
    return Board(title, scope, period, AS_OF, content, only)


def ranked(
    values: list[Value], *, measure: Measure = Measure.MONEY, target: Value | None = None, moved: bool = True,
    metric: str = "放款金额", of_people: bool = True, low: bool = False,
) -> Ranking:  # fmt: skip
    ordered = sorted(values, reverse=not low)
    rows = []
    for place, value in enumerate(ordered):
        name = NAMES[place] if place < len(NAMES) else f"员工{place + 1:03}"
        change = None if place % 7 == 6 or not moved else (2, -1, 0, 5, -12)[place % 5]
        rank = ordered.index(value) + 1
        rows.append(RankRow(place + 1, rank, name, f"呼和浩特/{'一二三'[place % 3]}部", value, change))
    return Ranking(metric, measure, tuple(rows), sum(values), target, of_people, low)


def stages(*numbers: tuple[str, int, int]) -> Funnel:
    return Funnel(
        tuple(
            FunnelStage(2 * place + 1, name, count, cohort, 2 * place + 2)
            for place, (name, count, cohort) in enumerate(numbers)
        )
    )


def source(number: int, channel: str, leads: int, paid: int, fen: int, cost: int | None) -> Source:
    income = fen // 50
    roi = Decimal(income - cost) / cost if cost else None
    numbers = range(4 * number - 3, 4 * number + 1) if number else (0,) * 4
    return Source(numbers[0], channel, leads, leads // 3, paid, fen, cost, income, roi, *numbers[1:])


CHANNELS = Sources(
    (
        source(1, "抖音", 120, 6, 180 * WAN, 8 * WAN),
        source(2, "老客户转介绍", 64, 12, 420 * WAN, 1 * WAN),
        source(3, "百度推广·内蒙古自治区呼和浩特市新城区落地页二", 58, 2, 60 * WAN, 5 * WAN),
        source(4, "地推", 31, 3, 75 * WAN, None),
        source(5, "快手🐎", 12, 0, 0, 2 * WAN),
        source(6, "门店", 4, 1, 12_345_67, 0),
    ),
    source(7, "", 289, 24, 736 * WAN, 16 * WAN),
)


def daily(count: int, since: date = date(2026, 11, 1)) -> tuple[tuple[date, Value], ...]:
    return tuple(
        (
            since + timedelta(days=n),
            0 if (since + timedelta(days=n)).weekday() == 6 else (n * 37 % 11 + n % 5) * 3 * WAN,
        )
        for n in range(count)
    )


OCTOBERS = tuple((n * 29 % 9 + n % 3) * 3 * WAN for n in range(31))
JAMS = Jams(
    42,
    7,
    (
        Jam(1, "复审", 18, 5, Decimal("3.24")),
        Jam(2, "资料补充（客户）", 11, 2, Decimal("1.9")),
        Jam(3, "初审", 9, 0, Decimal("0.4")),
        Jam(4, "签约", 4, 0, Decimal("0.96")),
    ),
    tuple(Jam(5 + n, name, 14 - n, max(4 - n, 0), Decimal(n + 2) / 3) for n, name in enumerate(NAMES[:12])),
)
FIGURES = KeyFigures(
    (
        Figure(1, "新线索", Measure.COUNT, 289, 251, 198, 300),
        Figure(2, "首联及时率", Measure.SHARE, Decimal("0.873"), Decimal("0.91"), Decimal("0.80"), Decimal("0.95")),
        Figure(3, "跟进", Measure.COUNT, 1204, 1204, 980),
        Figure(4, "进件", Measure.COUNT, 88, 0, None),
        Figure(5, "放款金额", Measure.MONEY, 860 * WAN, 740 * WAN, 1000 * WAN, 1200 * WAN),
        Figure(
            6,
            "成交周期",
            Measure.DAYS,
            Decimal("12.4"),
            Decimal("14.1"),
            Decimal("11"),
            Decimal("10"),
            good_is_low=True,
        ),
        Figure(7, "回款率", Measure.SHARE, None, None, None, Decimal("0.98")),
    )
)
FIVE_HUNDRED: list[Value] = [*(max(n * n * 37, 1) * 7919 for n in range(132)), *([0] * 368)]

BOARDS: dict[str, Board] = {
    "ranking": board(
        ranked(
            [86 * WAN, 52 * WAN, 52 * WAN, 40 * WAN, 33 * WAN, 28 * WAN, 20 * WAN, 12 * WAN, *[0] * 4], target=50 * WAN
        ),
        "排行",
    ),
    "ranking_500": board(ranked(FIVE_HUNDRED, target=80 * WAN), "排行", MONTH),
    "ranking_500_ties": board(
        ranked([3] * 30 + [2] * 100 + [0] * 370, measure=Measure.COUNT, metric="进件"), "排行", MONTH
    ),
    "ranking_500_zeros": board(ranked([0] * 500), "排行"),
    "ranking_nobody": board(ranked([]), "排行"),
    "ranking_one": board(ranked([5 * WAN], moved=False), "排行", WEEK),
    "ranking_negative": board(ranked([10**16, 9 * WAN, 0, -3 * WAN, -(10**15)], target=None, moved=False), "排行"),
    "ranking_share": board(
        ranked(
            [Decimal("0.98"), Decimal("0.5"), Decimal("0.0001"), Decimal(0)],
            measure=Measure.SHARE,
            metric="首联及时率",
            target=Decimal("0.95"),
        ),
        "排行",
        OCTOBER,
        "呼和浩特/一部",
    ),
    "ranking_departments": board(
        ranked([30, 20, 10], measure=Measure.COUNT, metric="进件", of_people=False), "部门排行", OCTOBER
    ),
    "funnel": board(
        stages(
            ("新线索", 289, 289),
            ("首次联系", 301, 262),
            ("有意向", 140, 118),
            ("进件", 88, 61),
            ("签约", 40, 22),
            ("放款", 24, 9),
        ),
        "漏斗",
        MONTH,
    ),
    "funnel_empty": board(stages(("新线索", 0, 0), ("进件", 3, 0), ("放款", 1, 0)), "漏斗", DAY),
    "funnel_all": board(stages(("新线索", 7, 7), ("进件", 7, 7)), "漏斗", DAY, only="房抵"),
    "sources": board(CHANNELS, "渠道", MONTH),
    "sources_none": board(Sources((), source(0, "", 0, 0, 0, None)), "渠道", DAY),
    "sources_many": board(
        Sources(
            tuple(source(n + 1, f"渠道{n}", 90 - n, n, n * WAN, n * WAN // 3) for n in range(30)),
            source(31, "", 2265, 435, 435 * WAN, 145 * WAN),
            last_touch=True,
        ),
        "渠道",
        MONTH,
    ),
    "trend": board(Trend("放款金额", Measure.MONEY, daily(28), OCTOBERS, 1200 * WAN), "走势", MONTH),
    "trend_share": board(
        Trend(
            "首联及时率",
            Measure.SHARE,
            tuple((date(2026, 11, n + 1), Decimal(80 + n % 9) / 100) for n in range(28)),
            tuple(Decimal(75 + n % 7) / 100 for n in range(31)),
            Decimal("0.95"),
        ),
        "走势",
        MONTH,
    ),
    "trend_one_day": board(
        Trend("新线索", Measure.COUNT, ((date(2026, 11, 1), 3),), (), None),
        "走势",
        month_of(date(2026, 11, 1), date(2026, 11, 1)),
    ),
    "trend_zeros": board(
        Trend("新线索", Measure.COUNT, tuple((date(2026, 11, n + 1), 0) for n in range(28)), (0,) * 31), "走势", MONTH
    ),
    "trend_year": board(
        Trend("放款金额", Measure.MONEY, daily(332, date(2026, 1, 1)), (), None),
        "走势",
        Period(Span.YEAR, date(2026, 1, 1), TODAY, date(2026, 12, 31)),
    ),
    "trend_negative": board(
        Trend(
            "净收入", Measure.MONEY, tuple((date(2026, 11, n + 1), (n - 15) * WAN) for n in range(28)), OCTOBERS, None
        ),
        "走势",
        MONTH,
    ),
    "jams": board(JAMS, "瓶颈"),
    "jams_none": board(Jams(0, 0, (), ()), "瓶颈"),
    "figures": board(FIGURES, "看板", MONTH, "呼和浩特"),
    "figures_none": board(KeyFigures(()), "日报"),
    "figures_odd": board(
        KeyFigures(
            (
                Figure(
                    1,
                    "放款金额🏆一个很长很长的指标名称写不下的时候会怎样呢",
                    Measure.MONEY,
                    -(10**17),
                    10**18,
                    5,
                    10**18,
                ),
                Figure(2, "进件", Measure.COUNT, 0, 0, 0, 0),
                Figure(0, "笔数", Measure.COUNT, 123_456_789, 1, None, 2),
            )
        ),
        "日报",
    ),
}
