"""Boards as tables: all of their rows, with the numbers by which 明细 asks for what is behind them. A column is
declared once, with what it says of a row."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Protocol, TypeAlias

from cards.texts import board_facts, measured
from cards.workbook.lists import money
from cards.workbook.table import Cell, Days, Money, Of, Share, Table, listed
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

_WHOLE, _TOGETHER = "全公司", "合计"
_ASK = "编号：回复 明细 编号，看这个数背后的清单"
_Day: TypeAlias = tuple[tuple[date, Value] | None, Value | None]
"""A day with its number, and the number of the period before; either may have no such day."""


class _Numbered(Protocol):
    """What 明细 may ask about."""

    @property
    def number(self) -> int: ...


class _SeveralNumbers(Protocol):
    """Of what several things may be asked."""

    @property
    def numbers(self) -> tuple[int, ...]: ...


_NUMBER: Of[_Numbered] = Of("编号", 6, lambda row: row.number or None)
_NUMBERS: Of[_SeveralNumbers] = Of("编号", 10, lambda row: _from_to(row.numbers))


def board_table(board: Board) -> Table:
    """The board: what it is about stands in its title and notes."""
    scope = " · ".join(filter(None, (board.scope or _WHOLE, board.only)))
    asks = () if isinstance(board.content, Trend) else (_ASK,)
    means = _meant(board.content)
    title = f"{board.title} · {measured.period(board.period, board.as_of)}"
    return replace(_table(title, board), notes=(f"{scope} · {measured.cut_off(board.as_of)}", *means, *asks))


def _from_to(numbers: tuple[int, ...]) -> str | None:
    """What follows one another: `5–8`."""
    return f"{numbers[0]}–{numbers[-1]}" if numbers else None


def _meant(content: Content) -> tuple[str, ...]:
    """What its columns mean, where that is not plain."""
    match content:
        case Funnel():
            return (
                "这批走到哪：这段时间进来的线索，到现在走到了哪一步；期内发生：这段时间里发生的，也含以前进来的",
                "每行的编号依次是：期内发生、这批走到哪",
            )
        case Sources(last_touch=last_touch):
            whose = f"放款算给{'末次' if last_touch else '首次'}来的渠道"
            return whose, "每行的编号依次是：线索、进件、放款金额、放款笔数"
        case _:
            return ()


def _table(title: str, board: Board) -> Table:
    match board.content:
        case KeyFigures() as figures:
            return _figures(title, board, figures)
        case Ranking() as ranking:
            return _ranking(title, ranking)
        case Funnel() as funnel:
            return _funnel(title, funnel)
        case Sources() as sources:
            return _sources(title, sources)
        case Trend() as trend:
            return _trend(title, board, trend)
        case Jams() as jams:
            return _jams(title, jams)


def value(number: Value | None, measure: Measure) -> Cell:
    """A number as what it measures."""
    match measure, number:
        case _, None:
            return None
        case Measure.MONEY, fen:
            return Money(int(fen))
        case Measure.SHARE, part:
            return Share(Decimal(part))
        case Measure.DAYS, days:
            return Days(Decimal(days))
        case _, count:
            return int(count)


def _measured(name: str, measure: Measure) -> str:
    """What stands over money says in what."""
    return f"{name}（元）" if measure is Measure.MONEY else name


def _share(part: Decimal | None) -> Share | None:
    return Share(part) if part is not None else None


def _figures(title: str, board: Board, content: KeyFigures) -> Table:
    """Of a year, which has the year before beside it, there is no year ago."""

    def reached(row: Figure) -> Cell:
        return _share(measured.attained(row.value, row.target, good_is_low=row.good_is_low))

    ago = measured.year_ago(board.period)
    year_ago: tuple[Of[Figure], ...] = (Of(ago, 16, lambda row: value(row.year_ago, row.measure)),) if ago else ()
    columns: tuple[Of[Figure], ...] = (
        _NUMBER,
        Of("指标", 20, lambda row: _measured(row.name, row.measure)),
        Of("数值", 16, lambda row: value(row.value, row.measure)),
        Of(measured.before(board.period, board.as_of), 16, lambda row: value(row.before, row.measure)),
        *year_ago,
        Of("目标", 16, lambda row: value(row.target, row.measure)),
        Of("达成", 10, reached),
    )
    return listed(title, columns, content.figures)


def _ranking(title: str, content: Ranking) -> Table:
    """Of people with their departments; the last row is what all have together, which has no place."""
    measure = content.measure
    together = RankRow(0, 0, board_facts.overall(measure), "", content.total)

    def target(row: RankRow) -> Cell:
        return value(board_facts.target_of(content, row), measure) if row is not together else None

    name: Of[RankRow] = Of("姓名" if content.of_people else "名称", 18, lambda row: board_facts.name(row.name))
    department: Of[RankRow] = Of("部门", 24, lambda row: row.department)
    columns: tuple[Of[RankRow], ...] = (
        _NUMBER,
        Of("名次", 6, lambda row: row.rank or None),
        *((name, department) if content.of_people else (replace(name, width=24),)),
        Of(_measured(content.metric, measure), 16, lambda row: value(row.value, measure)),
        Of("名次变化", 10, lambda row: row.moved),
        Of("目标", 16, target),
    )
    return listed(title, columns, (*content.rows, together))


def _funnel(title: str, content: Funnel) -> Table:
    first = content.stages[0].cohort if content.stages else 0
    columns: tuple[Of[FunnelStage], ...] = (
        _NUMBERS,
        Of("环节", 20, lambda stage: stage.name),
        Of("期内发生", 12, lambda stage: stage.count),
        Of("这批走到哪", 12, lambda stage: stage.cohort),
        Of("占首环节", 10, lambda stage: Share(Decimal(stage.cohort) / first) if first else None),
    )
    return listed(title, columns, content.stages)


def _sources(title: str, content: Sources) -> Table:
    """The last row is what all have together."""
    columns: tuple[Of[Source], ...] = (
        _NUMBERS,
        Of("渠道", 20, lambda row: row.channel),
        Of("线索", 10, lambda row: row.leads),
        Of("进件", 10, lambda row: row.applications),
        Of("放款笔数", 10, lambda row: row.disbursed),
        Of("放款金额（元）", 16, lambda row: Money(row.disbursed_fen)),
        Of("花费（元）", 16, lambda row: money(row.cost_fen)),
        Of("收入（元）", 16, lambda row: Money(row.income_fen)),
        Of("ROI", 10, lambda row: _share(row.roi)),
    )
    return listed(title, columns, (*content.rows, replace(content.total, channel=content.total.channel or _TOGETHER)))


def _trend(title: str, board: Board, content: Trend) -> Table:
    """Day by day; of a period that runs, beside as many days of the one before. Where a whole one before had more days,
    those stand alone."""
    measure = content.measure
    before = content.before[: len(content.days)] if board.period.runs else content.before
    columns: tuple[Of[_Day], ...] = (
        Of("日期", 12, lambda row: row[0][0] if row[0] else None),
        Of(_measured(content.metric, measure), 16, lambda row: value(row[0][1] if row[0] else None, measure)),
        Of(measured.before(board.period, board.as_of), 16, lambda row: value(row[1], measure)),
    )
    return listed(title, columns, zip_longest(content.days, before))


def _jams(title: str, content: Jams) -> Table:
    columns: tuple[Of[Jam], ...] = (
        _NUMBER,
        Of("节点/人员", 24, lambda row: row.name),
        Of("进件", 10, lambda row: row.count),
        Of("超期", 10, lambda row: row.late),
        Of("平均天数", 10, lambda row: Days(row.average_days)),
    )
    return listed(title, columns, (*content.nodes, *content.people))
