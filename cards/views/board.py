"""Cards of boards: what the picture shows, in words, with buttons to look further; and the rows behind a number."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from cards import saying
from cards.board_actions import ShowBoard, ShowDetail
from cards.fitting import cut, width
from cards.lead_actions import ShowLead
from cards.loan_actions import ShowProgress
from cards.model import Button, Card, Field, Style
from cards.texts import boards_asked as texts
from cards.texts import measured
from cards.views.rows import KEY, ROW, page_buttons
from core.moments import day_of
from core.reports.details import PAGE, Detail, DetailPage
from core.reports.results import (
    Board,
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
from core.reports.wanted import Kind

_ROWS = 6  # of a card
_TITLE = 26
_WHOLE = "全公司"
_ASK = "回复 明细 编号 看清单"
BEFORE = "before"
"""What the button for the period before carries."""
_NEXT: dict[Kind, tuple[tuple[Kind, str], ...]] = {
    Kind.DAILY: ((Kind.RANKING, "龙虎榜"), (Kind.FUNNEL, "漏斗"), (Kind.KEY, "本月看板")),
    Kind.KEY: ((Kind.RANKING, "龙虎榜"), (Kind.FUNNEL, "漏斗"), (Kind.SOURCES, "渠道"), (Kind.TREND, "走势")),
    Kind.RANKING: ((Kind.KEY, "看板"), (Kind.TREND, "走势")),
    Kind.FUNNEL: ((Kind.JAMS, "瓶颈"), (Kind.SOURCES, "渠道"), (Kind.KEY, "看板")),
    Kind.SOURCES: ((Kind.FUNNEL, "漏斗"), (Kind.KEY, "看板")),
    Kind.TREND: ((Kind.RANKING, "龙虎榜"), (Kind.KEY, "看板")),
    Kind.JAMS: ((Kind.FUNNEL, "漏斗"), (Kind.KEY, "看板")),
}


def board_card(number: int, kind: Kind, board: Board) -> Card:
    """The board numbered so: its most important numbers, each with its own number for 明细, and where to go on."""
    fields, lines = _content(board)
    scope = " · ".join(filter(None, (board.scope or _WHOLE, board.only)))
    before = Button("上一期", ShowBoard(number, BEFORE))
    others = (Button(label, ShowBoard(number, there.value)) for there, label in _NEXT[kind])
    asks = fields or isinstance(board.content, Trend)
    detail = [Button("看明细", ShowDetail(number, 1, 0), Style.PRIMARY)] if asks else []
    return Card(
        title=cut(f"{board.title} · {measured.period(board.period, board.as_of)}", _TITLE),
        subtitle=f"{scope} · {measured.cut_off(board.as_of)}",
        fields=tuple(fields),
        lines=tuple(lines),
        buttons=(*detail, *others, before)[:_ROWS],
    )


def _content(board: Board) -> tuple[list[Field], list[str]]:
    match board.content:
        case KeyFigures(figures):
            rows = [(cut(each.name, KEY), _figure(each)) for each in figures]
            fields = [Field(*row) for row in rows[:_ROWS]]
            rest = "；".join(f"{each.name} {_figure(each)}" for each in figures[_ROWS:])
            return fields, [*filter(None, (rest, f"增减是较{measured.before(board.period, board.as_of)}；{_ASK}"))]
        case Ranking() as ranking:
            return _ranking(ranking)
        case Funnel(stages):
            return [_stage(stage, stages) for stage in stages[:_ROWS]], ["累计：这段时间进来的线索，到现在走到了哪一步"]
        case Sources() as sources:
            return _sources(sources)
        case Trend() as trend:
            return [], _trend(trend, board)
        case Jams() as jams:
            return [Field(cut(each.name, KEY), _jam(each)) for each in (*jams.nodes, *jams.people)[:_ROWS]], []


def _figure(figure: Figure) -> str:
    """`#3 320万 ↑40万 达成85%`."""
    more = measured.change(figure.value, figure.before, figure.measure)
    share = measured.attained(figure.value, figure.target, good_is_low=figure.good_is_low)
    reached = f"达成{measured.attainment(share)}" if share is not None else ""
    parts = [f"#{figure.number}", measured.value(figure.value, figure.measure), more, reached]
    whole = " ".join(filter(None, parts))
    return whole if width(whole) <= ROW else " ".join(filter(None, parts[:3]))


def _ranking(ranking: Ranking) -> tuple[list[Field], list[str]]:
    fields = [_rank(row, ranking) for row in ranking.rows[: _ROWS - 1]]
    nothing = sum(not row.value for row in ranking.rows)
    total = f"合计 {measured.value(ranking.total, ranking.measure)}，共{len(ranking.rows)}" + (
        "人" if ranking.of_people else "项"
    )
    none = f"，其中 {nothing} {'人' if ranking.of_people else '项'}为 0" if nothing else ""
    return fields, [f"{total}{none}", f"完整名次见图片；{_ASK}"]


def _rank(row: RankRow, ranking: Ranking) -> Field:
    value = f"{measured.value(row.value, ranking.measure)}{_moved(row.moved)} #{row.number}"
    return Field(f"第{row.rank}", f"{cut(row.name, ROW - width(value) - 1)} {value}")


def _moved(moved: int | None) -> str:
    if not moved:
        return ""
    return f" ↑{moved}" if moved > 0 else f" ↓{-moved}"


def _stage(stage: FunnelStage, stages: tuple[FunnelStage, ...]) -> Field:
    first = stages[0].cohort
    of_first = f"（{stage.cohort * 100 / first:.0f}%）" if first and stage is not stages[0] else ""
    count, cohort = f"{_tag(stage.number)}{stage.count:,}", f"{_tag(stage.cohort_number)}累计{stage.cohort:,}{of_first}"
    return Field(cut(stage.name, KEY), f"{count} · {cohort}")


def _sources(sources: Sources) -> tuple[list[Field], list[str]]:
    fields = [Field(cut(row.channel, KEY), _source(row)) for row in sources.rows[:_ROWS]]
    touch, other = ("末次", "首次") if sources.last_touch else ("首次", "末次")
    return fields, [f"合计 {_source(sources.total)}", f"放款按{touch}来的渠道算；写 渠道 {other} 换一种"]


def _source(row: Source) -> str:
    leads = f"{_tag(row.number)}线索{row.leads:,}"
    handed_in = f"{_tag(row.applications_number)}进件{row.applications:,}"
    lent = f"{_tag(row.lent_number)}放款{measured.value(row.disbursed_fen, Measure.MONEY) if row.disbursed else '0'}"
    loans = f"{_tag(row.loans_number)}{row.disbursed:,}笔" if row.disbursed else ""
    cost = "" if row.cost_fen is None else f"花{measured.value(row.cost_fen, Measure.MONEY)}"
    roi = "" if row.roi is None else f"ROI{row.roi * 100:.0f}%"
    head = (leads, handed_in, lent)
    choices = ((*head, loans, cost, roi), (*head, loans, roi), (*head, roi), (leads, lent, roi), (leads, lent))
    return saying.first_that_fits([" ".join(filter(None, each)) for each in choices], ROW)


def _tag(number: int) -> str:
    return f"#{number} " if number else ""


def _jam(jam: Jam) -> str:
    late = f" 超期{jam.late}" if jam.late else ""
    return f"#{jam.number} {jam.count}笔 平均{measured.value(jam.average_days, Measure.DAYS)}{late}"


def _trend(trend: Trend, board: Board) -> list[str]:
    together: Value = sum(value for _, value in trend.days)
    if not trend.days:
        return []
    day, most = max(trend.days, key=lambda each: each[1])
    total = f"合计 {measured.value(together, trend.measure)}" if trend.measure.value in ("count", "money") else ""
    best = f"最多的一天 {day.month}月{day.day}日 {measured.value(most, trend.measure)}" if most else measured.UNKNOWN
    target = f"目标 {measured.value(trend.target, trend.measure)}" if trend.target else ""
    return [*filter(None, (total, best, target)), f"{measured.before(board.period, board.as_of)}的见图片"]


def details_card(
    board: int,
    number: int,
    name: str,
    page: DetailPage,
    customers: Mapping[int, str],
    people: Mapping[int, str],
    now: datetime,
) -> Card:
    """The rows behind a number; each opens its lead or its application. `name` says which number it is."""
    back = Button(texts.TITLES[Kind.KEY], ShowBoard(board, Kind.KEY.value))
    if not page.total:
        return Card(title=cut(f"明细 · {name}", _TITLE), subtitle=texts.NOTHING_BEHIND, buttons=(back,))
    opens = (line for line in page.lines if line.letter == "A" or line.lead_id in customers)
    buttons = {f"{line.letter}{line.number}": _open(line) for line in opens}
    turn = partial(_turned, board, number)
    turns = page_buttons(len(buttons), page.page, turn, more=page.page * PAGE < page.total)
    shown = [*(Button(label, opens) for label, opens in buttons.items()), *turns]
    where = f" · 第{page.page}页" if page.page > 1 else ""
    return Card(
        title=cut(f"明细 · {name}", _TITLE),
        subtitle=f"#{number} 共{page.total:,}条，新的在前{where}",
        fields=tuple(_detail(line, customers, people, now) for line in page.lines),
        lines=(texts.shared(page.share),) if page.share is not None else (),
        buttons=tuple(shown or [back]),
    )


def _turned(board: int, number: int, page: int) -> ShowDetail:
    return ShowDetail(board, number, page)


def _open(line: Detail) -> ShowLead | ShowProgress:
    return ShowLead(line.number) if line.letter == "L" else ShowProgress(line.number)


def _detail(line: Detail, customers: Mapping[int, str], people: Mapping[int, str], now: datetime) -> Field:
    label = f"{line.letter}{line.number}"
    head = "" if width(label) <= KEY else f"{label} "
    day = f"{line.on.month}-{line.on.day:02}" if line.on.year == day_of(now).year else line.on.isoformat()
    who = saying.short_name(people.get(line.person_id or 0, ""))
    rest = f"{texts.behind(line, who)} {day}".strip()
    room = ROW - width(head)
    return Field(
        label if not head else "编号",
        f"{head}{saying.named(customers.get(line.lead_id, '客户'), cut(rest, room - 4), room)}",
    )
