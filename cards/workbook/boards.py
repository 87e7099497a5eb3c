"""Boards as tables: all of their rows, with the numbers by which 明细 asks for what is behind them."""

from decimal import Decimal
from typing import TypeAlias

from cards.texts import board_facts, measured
from cards.workbook.table import Cell, Days, Money, Share, Table, named
from core.reports.results import (
    Board,
    Figure,
    Funnel,
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

_WHOLE = "全公司"
_Heads: TypeAlias = tuple[tuple[str, int], ...]
_NUMBER = ("编号", 6)
_ASK = "编号：回复 明细 编号，看这个数背后的清单"


def board_table(board: Board) -> Table:
    """The board: what it is about stands in its title and notes."""
    columns, rows, asks = _content(board)
    scope = " · ".join(filter(None, (board.scope or _WHOLE, board.only)))
    notes = (f"{scope} · {measured.cut_off(board.as_of)}", *((_ASK,) if asks else ()))
    title = f"{board.title} · {measured.period(board.period, board.as_of)}"
    return Table(title, named(*columns), rows, notes)


def _content(board: Board) -> tuple[_Heads, list[tuple[Cell, ...]], bool]:
    """What its columns are called and how broad they are, its rows, and whether 明细 can ask about them."""
    match board.content:
        case KeyFigures(figures):
            before = f"{measured.before(board.period, board.as_of)}"
            heads: _Heads = (
                _NUMBER,
                ("指标", 20),
                ("数值", 16),
                (before, 16),
                ("去年同期", 16),
                ("目标", 16),
                ("达成", 10),
            )
            return heads, [_figure(each) for each in figures], True
        case Ranking() as ranking:
            return _ranking(ranking)
        case Funnel() as funnel:
            heads = (_NUMBER, ("环节", 20), ("这段时间", 12), ("累计", 12), ("占第一步", 10), ("金额（元）", 16))
            return heads, _stages(funnel), True
        case Sources() as sources:
            heads = (
                _NUMBER, ("渠道", 20), ("线索", 10), ("进件", 10), ("放款笔数", 10), ("放款金额（元）", 16),
                ("花费（元）", 16), ("收入（元）", 16), ("ROI", 10),
            )  # fmt: skip
            return heads, [*map(_source, sources.rows), _source(sources.total)], True
        case Trend() as trend:
            heads = (
                ("日期", 12),
                (_measured(trend.metric, trend.measure), 16),
                (measured.before(board.period, board.as_of), 16),
            )
            return heads, _days(trend), False
        case Jams() as jams:
            heads = (_NUMBER, ("节点、人员", 24), ("进件", 10), ("超期", 10), ("平均天数", 10))
            return heads, [_jam(each) for each in (*jams.nodes, *jams.people)], True


def _ranking(ranking: Ranking) -> tuple[_Heads, list[tuple[Cell, ...]], bool]:
    """Of people with their departments; the last row is what all have together."""
    whose = (("姓名", 18), ("部门", 24)) if ranking.of_people else (("名称", 24),)
    counted = (_measured(ranking.metric, ranking.measure), 16)
    heads = (("名次", 6), *whose, counted, ("名次变化", 10), ("目标", 16), _NUMBER)
    rows = [_rank(row, ranking) for row in ranking.rows]
    total = value(ranking.total, ranking.measure)
    empty = (None,) * (len(whose) - 1)
    return heads, [*rows, (None, board_facts.overall(ranking.measure), *empty, total, None, None, None)], True


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


def _figure(figure: Figure) -> tuple[Cell, ...]:
    reached = measured.attained(figure.value, figure.target, good_is_low=figure.good_is_low)
    numbers = (figure.value, figure.before, figure.year_ago, figure.target)
    shown = (value(each, figure.measure) for each in numbers)
    return (
        figure.number or None,
        _measured(figure.name, figure.measure),
        *shown,
        Share(reached) if reached is not None else None,
    )


def _rank(row: RankRow, ranking: Ranking) -> tuple[Cell, ...]:
    whose = (board_facts.name(row.name), row.department) if ranking.of_people else (board_facts.name(row.name),)
    goal = value(board_facts.target_of(ranking, row), ranking.measure)
    return (row.rank, *whose, value(row.value, ranking.measure), row.moved, goal, row.number or None)


def _stages(funnel: Funnel) -> list[tuple[Cell, ...]]:
    first = funnel.stages[0].cohort if funnel.stages else 0
    return [
        (
            each.number or None,
            each.name,
            each.count,
            each.cohort,
            Share(Decimal(each.cohort) / first) if first else None,
            Money(each.amount_fen) if each.amount_fen is not None else None,
        )
        for each in funnel.stages
    ]


def _source(row: Source) -> tuple[Cell, ...]:
    cost = Money(row.cost_fen) if row.cost_fen is not None else None
    roi = Share(row.roi) if row.roi is not None else None
    counts = (row.leads, row.applications, row.disbursed)
    return (row.number or None, row.channel, *counts, Money(row.disbursed_fen), cost, Money(row.income_fen), roi)


def _days(trend: Trend) -> list[tuple[Cell, ...]]:
    """Day by day; where the period before had more days than have passed, those stand alone."""
    rows: list[tuple[Cell, ...]] = []
    for place in range(max(len(trend.days), len(trend.before))):
        day, number = trend.days[place] if place < len(trend.days) else (None, None)
        before = trend.before[place] if place < len(trend.before) else None
        rows.append((day, value(number, trend.measure), value(before, trend.measure)))
    return rows


def _jam(jam: Jam) -> tuple[Cell, ...]:
    return (jam.number or None, jam.name, jam.count, jam.late, Days(jam.average_days))
