"""What is to be seen on a board, in one sentence: the headline of its picture and of its text."""

from decimal import Decimal
from typing import assert_never

from cards.texts import board_facts as facts
from cards.texts import measured
from core.reports.results import Board, Funnel, Jams, KeyFigures, Measure, Ranking, Sources, Trend

_LEADERS = 3


def headline(board: Board) -> str:
    """What is to be seen, in one sentence: `放款金额 320万，呼德领先（86万）`."""
    content = board.content
    match content:
        case KeyFigures():
            return _key_headline(board, content)
        case Ranking():
            return _ranking_headline(content)
        case Funnel():
            return _funnel_headline(content)
        case Sources():
            return _sources_headline(content)
        case Trend():
            return _trend_headline(board, content)
        case Jams():
            return _jams_headline(content)
        case _:
            assert_never(content)


def _key_headline(board: Board, content: KeyFigures) -> str:
    known = [figure for figure in content.figures if figure.value is not None]
    if not known:
        return "还没有可看的数"
    first = next((figure for figure in known if figure.measure is Measure.MONEY), known[0])
    return facts.joined([
        f"{facts.name(first.name)} {measured.value(first.value, first.measure)}",
        facts.compared(board, first.value, first.before, first.measure),
        facts.attained(first.value, first.target, good_is_low=first.good_is_low),
    ])  # fmt: skip


def _ranking_headline(content: Ranking) -> str:
    one, metric = facts.counted_in(content), facts.name(content.metric)
    if not content.rows:
        return f"{metric}：没有可排行的{'人' if content.of_people else '项目'}"
    if not any(row.value for row in content.rows):
        return f"{metric}还都是 0（{len(content.rows)} {one}）"
    total = f"{metric}{facts.overall(content.measure)} {measured.value(content.total, content.measure)}"
    return facts.joined([total, _leading(content), _reaching(content)])


def _leading(content: Ranking) -> str:
    first = [row for row in content.rows if row.rank == content.rows[0].rank]
    said = measured.value(first[0].value, content.measure)
    if len(first) == 1:
        name = facts.short(first[0].name)
        return f"{name}领先（{said}）" if len(content.rows) > 1 else f"只有{name}"
    if len(first) <= _LEADERS:
        return f"{'、'.join(facts.short(row.name) for row in first)}并列第一（各 {said}）"
    return f"{len(first)} {facts.counted_in(content)}并列第一（各 {said}）"


def _reaching(content: Ranking) -> str:
    low, wanted = content.good_is_low, [(row.value, facts.target_of(content, row)) for row in content.rows]
    reached = [measured.reached(number, target, good_is_low=low) for number, target in wanted if target is not None]
    return (
        f"{len(reached)} {facts.counted_in(content)}中 {sum(reached)} {facts.counted_in(content)}达标"
        if reached
        else ""
    )


def _funnel_headline(content: Funnel) -> str:
    if not content.stages:
        return "漏斗没有阶段"
    first, last = content.stages[0], content.stages[-1]
    if not first.cohort:
        return f"这段时间没有{facts.name(first.name)}"
    said = f"{facts.name(first.name)} {first.cohort:,}"
    if len(content.stages) > 1:
        part = measured.attainment(Decimal(last.cohort) / first.cohort)
        said += f"，走到{facts.name(last.name)}的 {last.cohort:,}（{part}）"
    place = facts.weakest(content)
    if place is None or len(content.stages) < 3:
        return said
    above, stage = content.stages[place - 1 : place + 1]
    going_on = measured.percent(facts.passing(above, stage) or Decimal())
    return f"{said}，{facts.name(above.name)}到{facts.name(stage.name)}掉得最多（{going_on} 往下走）"


def _sources_headline(content: Sources) -> str:
    total = content.total
    if not content.rows or not (total.leads or total.disbursed):
        return "这段时间各渠道都没有线索"
    parts = []
    if total.leads:
        most = max(content.rows, key=lambda row: row.leads)
        parts.append(f"线索 {total.leads:,}，{facts.short(most.channel)}最多（{most.leads:,}）")
    if total.disbursed:
        most = max(content.rows, key=lambda row: row.disbursed_fen)
        paid, his = facts.money(total.disbursed_fen), facts.money(most.disbursed_fen)
        parts.append(f"放款 {paid}，{facts.short(most.channel)}最多（{his}）")
    return "；".join(parts)


def _trend_headline(board: Board, content: Trend) -> str:
    metric = facts.name(content.metric)
    if not content.days:
        return f"{metric}还没有数"
    now, before = facts.so_far(content, board)
    if not facts.adds_up(content):
        last = f"{content.days[-1][0].month}月{content.days[-1][0].day}日"
        return f"{metric} {last} {measured.value(now, content.measure)}"
    said = f"{metric} {measured.value(now, content.measure)}"
    return facts.joined(
        [said, facts.compared(board, now, before, content.measure), facts.attained(now, content.target)]
    )


def _jams_headline(content: Jams) -> str:
    if not content.count:
        return "没有进件在等，一路畅通"
    late = f"{content.late:,} 件超时" if content.late else "没有超时"
    said = f"{content.count:,} 件在办，{late}"
    if not content.nodes:
        return said
    worst = content.nodes[0]
    return f"{said}，最堵在{facts.short(worst.name)}（{worst.count:,} 件，平均 {facts.days(worst.average_days)}）"
