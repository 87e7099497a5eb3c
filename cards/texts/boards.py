"""What boards say beside their headline: one line for each row, and the whole board as a message."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from cards.fitting import byte_length, cut_bytes
from cards.render.clean import clean
from cards.texts import board_facts as facts
from cards.texts import measured
from cards.texts.headlines import headline
from core.reports.results import (
    Board,
    Figure,
    Funnel,
    FunnelStage,
    Jam,
    Jams,
    KeyFigures,
    Ranking,
    RankRow,
    Source,
    Sources,
    Trend,
)

TEXT_BYTES = 2000
COMPANY = "全公司"
_ASK_TAGGED, _ASK_ALL = "灰底数字是明细号：回复 明细 3 看第 3 号的清单", "回复 明细 1 看这些数的清单"
_ASK = "回复 明细 加行首的数字，看这一行的清单"


def subtitle(board: Board) -> str:
    """`排行 · 全公司 · 11月28日（周六）`"""
    parts = [board.title, board.scope or COMPANY, measured.period(board.period, board.as_of), board.only]
    return " · ".join(clean(part) for part in parts if part)


def how_to_ask(board: Board) -> str:
    """How to get at what is behind the numbers of its picture; empty where nothing is."""
    if isinstance(board.content, Trend):
        return _ASK_ALL if board.content.days else ""
    return _ASK_TAGGED if _is_numbered(board) else ""


def counted_until(board: Board) -> str:
    """`截至 11月28日 18:05，时间过了 93%`: until when it counts, and how much of a period that runs is over."""
    return facts.joined([measured.cut_off(board.as_of), measured.passed(board.period)])


def lines(board: Board) -> list[str]:
    """All rows of it, one line each, with the number by which 明细 asks for it in front."""
    content = board.content
    match content:
        case KeyFigures():
            return [_figure(board, figure) for figure in content.figures]
        case Ranking():
            return [_rank_row(content, row) for row in content.rows]
        case Funnel():
            return [*_stages(content)]
        case Sources():
            total = replace(content.total, channel=content.total.channel or "合计")
            return [_source(row) for row in (*content.rows, total)]
        case Trend():
            return [*_trend(board, content)]
        case Jams():
            return [_jam(jam) for jam in (*content.nodes, *content.people)]
        case _:
            assert_never(content)


def as_text(board: Board) -> str:
    """The whole board as one message of at most `TEXT_BYTES` bytes: what does not fit is told by its number."""
    head = [headline(board), facts.joined([subtitle(board), counted_until(board)])]
    rows = lines(board)
    asked = _ASK if _is_numbered(board) else how_to_ask(board)
    foot = [asked] if asked else []
    shown = len(rows) if len(rows) <= facts.WHOLE else facts.TOP
    while shown >= 0:
        said = "\n".join([*head, *rows[:shown], *_left_out(board, len(rows), shown), *foot])
        if byte_length(said) <= TEXT_BYTES:
            return said
        shown -= 1
    return cut_bytes("\n".join(head), TEXT_BYTES)


def rest_said(ranking: Ranking, left: facts.Rest) -> str:
    """`其余 480 人：132 人合计 12万，348 人为 0`"""
    one = facts.counted_in(ranking)
    if not left.some:
        return f"其余 {len(left.nothing)} {one}都为 0"
    adding = "" if left.total is None else f"合计 {measured.value(left.total, ranking.measure)}"
    some = f"{left.some} {one}{adding or '有数'}"
    nothing = f"{len(left.nothing)} {one}为 0" if left.nothing else ""
    return f"其余 {left.some + len(left.nothing)} {one}：{facts.joined([some, nothing])}"


def target_of_each(ranking: Ranking) -> str:
    """`每人目标 50万`; empty where it is not the same for all."""
    if ranking.target is None:
        return ""
    return f"每{facts.counted_in(ranking)}目标 {measured.value(ranking.target, ranking.measure)}"


def moved(row: RankRow) -> str:
    """`↑2`, `↓1`, `平`, or `新` of one who was not on the board before."""
    if row.moved is None:
        return "新"
    return f"{'↑' if row.moved > 0 else '↓'}{abs(row.moved)}" if row.moved else "平"


def _is_numbered(board: Board) -> bool:
    return any(line[:1].isdigit() for line in lines(board))


def _left_out(board: Board, count: int, shown: int) -> list[str]:
    if shown == count:
        return []
    if isinstance(board.content, Ranking):
        return [rest_said(board.content, facts.rest(board.content, shown))]
    return [f"还有 {count - shown} 行没有列出"]


def _numbered(number: int, said: str) -> str:
    """A line with the number of what it says first."""
    return f"{number}. {said}" if number else f"· {said}"


def _also(number: int) -> str:
    """The number of something further on in a line: `（8）`."""
    return f"（{number}）" if number else ""


def _figure(board: Board, figure: Figure) -> str:
    ago, aim = measured.changed(figure.value, figure.year_ago, figure.measure), ""
    if figure.target is not None:
        part = measured.attained(figure.value, figure.target, good_is_low=figure.good_is_low)
        aim = f"目标 {measured.value(figure.target, figure.measure)}"
        aim += f" 完成 {measured.attainment(part)}" if part is not None else ""
    called = measured.year_ago(board.period)
    before = facts.compared(board, figure.value, figure.before, figure.measure)
    details = facts.joined([before, f"较{called} {ago}" if ago and called else "", aim])
    said = f"{facts.short(figure.name)} {measured.value(figure.value, figure.measure)}"
    return _numbered(figure.number, f"{said}：{details}" if details else said)


def _rank_row(content: Ranking, row: RankRow) -> str:
    target = facts.target_of(content, row)
    details = [f"第{row.rank}名", f"{moved(row)}" if any(each.moved is not None for each in content.rows) else ""]
    low = content.good_is_low
    details.append("达标" if target is not None and measured.reached(row.value, target, good_is_low=low) else "")
    return _numbered(
        row.number, f"{facts.short(row.name)} {measured.value(row.value, content.measure)}（{facts.joined(details)}）"
    )


def _stages(content: Funnel) -> Iterator[str]:
    above: FunnelStage | None = None
    for stage in content.stages:
        part = facts.passing(above, stage) if above else None
        come = f"，上一步的 {measured.percent(part)}" if part is not None else ""
        cohort = f"{stage.cohort:,}{_also(stage.cohort_number)}"
        yield _numbered(stage.number, f"{facts.short(stage.name)}：期内 {stage.count:,}；这批 {cohort}{come}")
        above = stage


def _source(row: Source) -> str:
    cost = f"，成本 {facts.money(row.cost_fen)}" if row.cost_fen is not None else ""
    roi = f"，ROI {measured.percent(row.roi)}" if row.roi is not None else ""
    lent = f"放款 {facts.money(row.disbursed_fen)}{_also(row.lent_number)}"
    paid = f"{lent} {row.disbursed:,} 笔{_also(row.loans_number)}" if row.disbursed else "放款 0"
    handed_in = f"进件 {row.applications:,}{_also(row.applications_number)}"
    return _numbered(row.number, f"{facts.short(row.channel)}：线索 {row.leads:,}，{handed_in}，{paid}{cost}{roi}")


def _trend(board: Board, content: Trend) -> Iterator[str]:
    _, before = facts.so_far(content, board)
    if before is not None:
        yield f"{measured.before(board.period, board.as_of)} {measured.value(before, content.measure)}"
    if content.target is not None:
        yield f"目标 {measured.value(content.target, content.measure)}"
    if content.days:
        day, most = max(content.days, key=lambda each: each[1])
        yield f"最高一天 {day.month}月{day.day}日：{measured.value(most, content.measure)}"
        yield f"最近一天 {content.days[-1][0].month}月{content.days[-1][0].day}日：" + measured.value(
            content.days[-1][1], content.measure
        )


def _jam(jam: Jam) -> str:
    late = f"，{jam.late:,} 件超时" if jam.late else ""
    return _numbered(
        jam.number, f"{facts.short(jam.name)}：{jam.count:,} 件{late}，平均 {facts.days(jam.average_days)}"
    )
