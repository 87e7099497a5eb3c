"""Boards and what is behind their numbers, at their easiest and at their hardest."""

from datetime import UTC, date, datetime
from decimal import Decimal

from cards.model import Card
from cards.views import board as views
from core.reports.details import Detail, DetailPage, Share, Shared
from core.reports.periods import month_of, of_day, of_days, year_of
from core.reports.results import (
    Board,
    Figure,
    Funnel,
    FunnelStage,
    KeyFigures,
    Measure,
    Ranking,
    RankRow,
    Source,
    Sources,
    Trend,
)
from core.reports.wanted import Kind

NOW = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)
LONG = "额尔敦巴雅尔·乌兰其木格·巴特尔·孟和"
FIGURES = KeyFigures(
    (
        Figure(1, "新增线索", Measure.COUNT, 12, 9, 4),
        Figure(2, "首联及时率", Measure.SHARE, Decimal("0.8125"), Decimal("0.75"), None, Decimal("0.9")),
        Figure(3, "跟进", Measure.COUNT, 0, 0, 0),
        Figure(4, "放款金额", Measure.MONEY, 320_500_000, 280_000_000, None, 1_500_000_000),
        Figure(5, "成交周期", Measure.DAYS, Decimal("9.5"), Decimal(12), None, good_is_low=True),
        Figure(6, "通过率", Measure.SHARE, None),
        Figure(7, "服务费", Measure.MONEY, -1_234_567, 99_999_999_999_99, 0),
    )
)
RANKED = Ranking(
    "放款金额",
    Measure.MONEY,
    (
        RankRow(1, 1, LONG, "呼和浩特/一部", 99_999_999_999, 12, 1),
        RankRow(2, 2, "李娜", "呼和浩特/一部", 50_000_000, -1),
        RankRow(3, 2, "王强", "呼和浩特/二部", 50_000_000, 0),
        RankRow(4, 4, "孙丽", "呼和浩特/一部", 0),
        RankRow(5, 4, "周敏", "包头/一部", 0),
        RankRow(6, 4, "吴磊", "包头/一部", 0),
    ),
    100_099_999_999,
)
FUNNEL = Funnel(
    (FunnelStage(1, "线索", 1_293, 1_293, 2), FunnelStage(3, "已联系", 131, 128, 4), FunnelStage(5, "放款", 2, 0, 6))
)
BRINGS = Sources(
    (
        Source(1, "抖音", 1_320, 110, 31, 1_550_000_000, 4_620_000, 15_500_000, Decimal("2.35"), 2, 3, 4),
        Source(5, "老客户转介绍的渠道", 3, 1, 0, 0, None, 0, None, 6, 7, 8),
    ),
    Source(9, "", 1_323, 111, 31, 1_550_000_000, None, 15_500_000, None, 10, 11, 12),
)
GOES = Trend("跟进", Measure.COUNT, tuple((date(2026, 11, day), day % 7) for day in range(1, 25)), (3,) * 31, 500)


def _card(kind: Kind, content: object, title: str = "看板", scope: str = "", only: str = "") -> Card:
    period = of_day(TODAY) if kind is Kind.DAILY else month_of(TODAY, TODAY)
    return views.board_card(7, kind, Board(title, scope, period, NOW, content, only))  # type: ignore[arg-type]


_LINES = (
    Detail("A", 203, 1024, TODAY, 9, "house", 50_000_000),
    Detail("A", 123_456_789, 1025, date(2025, 12, 31), 9, "credit", 99_999_999_900, "审批通过"),
    Detail("L", 1026, 1026, TODAY, None, None, None),
)
_IN_TIME = (
    Detail("L", 1024, 1024, TODAY, 9, None, None, in_time=True),
    Detail("L", 1025, 1025, TODAY, 9, "credit", None, in_time=False),
)
_TIMELY = Share((Shared("及时首联", Measure.COUNT, 7),), (Shared("应首联", Measure.COUNT, 9),))
_REPAID = (
    Detail("A", 203, 1024, TODAY, 9, "house", 1_024_096, paid_fen=1_024_096),
    Detail("A", 204, 1025, TODAY, 9, "house", 50_000_000, paid_fen=0),
)
_PAID = Share(
    (Shared("已还金额", Measure.MONEY, 1_024_096),),
    (Shared("应还金额", Measure.MONEY, 51_024_096), Shared(LONG, Measure.MONEY, None)),
)
_TOOK = (Detail("A", 203, 1024, TODAY, 9, "house", 50_000_000, days=37),)
_PEOPLE = {9: LONG}
_CUSTOMERS = {1024: "巴*", 1025: LONG}

BOARD_VIEWS: dict[str, Card] = {
    "board": _card(Kind.KEY, FIGURES),
    "board_day": _card(Kind.DAILY, FIGURES, "日报", "呼和浩特/一部", "房抵 抖音"),
    "board_ranking": _card(Kind.RANKING, RANKED, "放款金额排行"),
    "board_ranking_nobody": _card(Kind.RANKING, Ranking("放款金额", Measure.MONEY, (), 0), "放款金额排行"),
    "board_funnel": _card(Kind.FUNNEL, FUNNEL, "漏斗"),
    "board_sources": _card(Kind.SOURCES, BRINGS, "渠道"),
    "board_trend": _card(Kind.TREND, GOES, "跟进走势"),
    "board_year": views.board_card(8, Kind.KEY, Board("看板", "", year_of(TODAY, TODAY), NOW, FIGURES)),
    "board_days": views.board_card(
        9, Kind.FUNNEL, Board("漏斗", LONG, of_days(date(2025, 11, 1), TODAY), NOW, FUNNEL, "房抵")
    ),
    "details": views.details_card(7, 3, "通过率", DetailPage(1, 3, _LINES), _CUSTOMERS, _PEOPLE, NOW),
    "details_page": views.details_card(7, 3, f"{LONG} 放款金额", DetailPage(2, 9, _LINES * 2), {}, _PEOPLE, NOW),
    "details_in_time": views.details_card(
        7, 2, "首联及时率", DetailPage(1, 9, _IN_TIME, _TIMELY), _CUSTOMERS, _PEOPLE, NOW
    ),
    "details_repaid": views.details_card(7, 10, "回款率", DetailPage(1, 2, _REPAID, _PAID), _CUSTOMERS, _PEOPLE, NOW),
    "details_days": views.details_card(7, 11, "成交周期", DetailPage(1, 1, _TOOK), _CUSTOMERS, _PEOPLE, NOW),
    "details_nothing": views.details_card(7, 3, "跟进", DetailPage(1, 0, ()), {}, {}, NOW),
}
