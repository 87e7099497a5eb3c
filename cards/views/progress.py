"""Cards of 进度 and 瓶颈: where an application is and was, lists of them, where they wait. Pure, as all views."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from cards import saying
from cards.fitting import cut
from cards.loan_actions import (
    NudgeApplication,
    OpenLoan,
    ShowApplication,
    ShowBottlenecks,
    ShowOwnApplications,
    ShowProgress,
    ShowWaiting,
    ShowWay,
)
from cards.model import Button, Card, Field, Style
from cards.texts import progress as texts
from cards.texts.approving import opinion_said
from cards.texts.outside import awaits
from cards.texts.pausing import stands_still
from cards.texts.repaying import financing
from cards.views.repayment import loan_stands
from cards.views.rows import ROW, page_buttons
from core.loans.bottlenecks import Bottlenecks, Pick, Spot, WaitingLine, WaitingPage, to_token
from core.loans.listing import PAGE, ApplicationLine, ApplicationPage
from core.loans.progress import Progress
from core.loans.visits import Visit

WAY_PAGE = 6
_WORDS = 44  # of them stand below the title
_LABEL = 10  # of a button
_KEY = 5  # of a row's name
_TOLD = 4  # stretches of the way below the rows
_DUE = 16  # of a node's name before its deadline
_MOST_HERE = 2  # branches that have a row; the others have a line
_TITLE_ROOM = 20

Names = Mapping[int, str]


def progress_card(way: Progress, customer: str, names: Names, now: datetime, *, own: bool) -> Card:
    """Where an application is, since when, who has it, what comes, and the last stretches of its way."""
    past = [visit for visit in way.visits if visit.left_at is not None]
    longer = len(past) > _TOLD
    told = tuple(texts.stretch(visit, names, way.day) for visit in past[-_TOLD:])
    hurried = (f"催办过：{saying.at(way.nudged_at, now)}",) if way.nudged_at is not None and _since_here(way) else ()
    dear, costs = financing(way.cost, way.cost_line)
    still = stands_still(way.paused, names, now)
    buttons = [Button("催办", NudgeApplication(way.number), Style.PRIMARY)] if way.may_nudge else []
    buttons += [Button("详情", ShowApplication(way.number))]
    buttons += [Button("还款", OpenLoan(way.number))] if way.loan is not None else []
    buttons += [Button(f"历程 {len(way.visits)}步", ShowWay(way.number, 1))] if longer else []
    return Card(
        title=f"进度 A{way.number} · {cut(texts.stands(way.state, way.stage), _TITLE_ROOM)}",
        subtitle=_about(way, customer, names, own=own),
        fields=(*_here(way, names, now), *_next(way, now), _spent(way)),
        lines=(
            *dear,
            *_branches(way, names, now),
            *_awaited(way, names, own=own),
            *_lacking(way),
            *_against(way, names, now),
            *_paid_back(way),
            *still,
            *told,
            *hurried,
            *costs,
        ),
        buttons=tuple(buttons),
    )


def _about(way: Progress, customer: str, names: Names, *, own: bool) -> str:
    owner = "" if own else f" · {saying.short_name(names.get(way.owner_id, '同事'))}"
    need = f"{saying.need(way.product, way.amount_fen)}{owner}"
    return f"{cut(customer, _WORDS - len(need) - 3)} · {need}"


def _here(way: Progress, names: Names, now: datetime) -> list[Field]:
    here = way.here
    if not here:
        return [Field("结束", saying.at(way.ended_at, now))] if way.ended_at is not None else []
    fields = [
        Field(label, cut(f"{texts.stop(visit)} · {texts.who_has(visit, names)}", ROW))
        for label, visit in zip(("现在", "同时"), here[:_MOST_HERE], strict=False)
    ]
    longest = here[0]
    waited = saying.worked(longest.spent, way.day)
    if not longest.spent and now - longest.entered_at >= timedelta(minutes=1):
        waited = "还没到工作时间"
    fields.append(Field("已等", saying.first_that_fits([f"{waited}（{_since(longest, now)}起）", waited], ROW)))
    due = [visit for visit in here if visit.due_at is not None]
    first = min(due, key=lambda visit: visit.due_at or now, default=None)
    return [*fields, Field("期限", _due(first, way, now))] if first is not None and len(here) == 1 else fields


def _branches(way: Progress, names: Names, now: datetime) -> list[str]:
    """Of several branches, which stand nowhere else, and until when each has time."""
    if len(way.here) < 2:
        return []
    beyond = [f"同时 {texts.stop(visit)} · {texts.who_has(visit, names)}" for visit in way.here[_MOST_HERE:]]
    due = [f"{cut(texts.stop(visit), _DUE)} {_due(visit, way, now)}" for visit in way.here if visit.due_at is not None]
    return [*beyond, *([f"期限：{'、'.join(due)}"] if due else [])]


def _since(visit: Visit, now: datetime) -> str:
    return saying.at(visit.entered_at, now)


def _due(visit: Visit, way: Progress, now: datetime) -> str:
    if visit.due_at is None:
        return "没有"
    if visit.due_at < now:
        return f"已超期 {saying.worked(visit.late, way.day)}"
    return f"{saying.at(visit.due_at, now)} 前"


def _lacking(way: Progress) -> tuple[str, ...]:
    return (f"还缺：{'、'.join(way.lacking)}",) if way.lacking else ()


def _awaited(way: Progress, names: Names, *, own: bool) -> tuple[str, ...]:
    """What has to come from outside, and who says that it has."""
    events = dict.fromkeys(visit.awaits for visit in way.here if visit.awaits)
    by = "" if own else saying.short_name(names.get(way.owner_id, "客户经理"))
    return tuple(awaits(way.number, event, by) for event in events)


def _next(way: Progress, now: datetime) -> list[Field]:
    if not way.ahead:
        return []
    steps = [ahead.name for ahead in way.ahead]
    shorter = [" → ".join([*steps[:kept], "…", steps[-1]]) for kept in range(len(steps) - 2, 0, -1)]
    fields = [Field("接下来", saying.first_that_fits([" → ".join(steps), *shorter, f"{steps[0]} → …", steps[0]], ROW))]
    latest = way.ahead[-1].by
    return [*fields, Field("预计最晚", saying.at(latest, now))] if latest is not None else fields


def _since_here(way: Progress) -> bool:
    """Was somebody asked to hurry since it came where it is?"""
    return way.nudged_at is not None and any(visit.entered_at <= way.nudged_at for visit in way.here)


def _against(way: Progress, names: Names, now: datetime) -> tuple[str, ...]:
    return (opinion_said(way.against, names, now),) if way.against is not None else ()


def _paid_back(way: Progress) -> tuple[str, ...]:
    return (f"还款：{loan_stands(way.loan)}",) if way.loan is not None else ()


def _spent(way: Progress) -> Field:
    again = f" · 第{way.rounds}次提交" if way.rounds > 1 else ""
    return Field("总用时", f"{saying.worked(way.spent, way.day)}{again}")


def way_card(way: Progress, page: int, names: Names, now: datetime) -> Card:
    """历程: every stretch of the way, the first first."""
    pages = max(-(-len(way.visits) // WAY_PAGE), 1)
    page = min(max(page, 1), pages)
    shown = way.visits[(page - 1) * WAY_PAGE : page * WAY_PAGE]
    before = (Button("上一页", ShowWay(way.number, page - 1)),) if page > 1 else ()
    more = (Button("下一页", ShowWay(way.number, page + 1), Style.PRIMARY),) if page < pages else ()
    return Card(
        title=f"历程 A{way.number}",
        subtitle=f"共{len(way.visits)}步 · 第{page}/{pages}页 · 用时 {saying.worked(way.spent, way.day)}",
        fields=tuple(_stretch(visit, way, names, now) for visit in shown),
        lines=("用时只算工作时间。",),
        buttons=(*before, *more, Button("回进度", ShowWay(way.number, 0))),
    )


def _stretch(visit: Visit, way: Progress, names: Names, now: datetime) -> Field:
    day, spent = saying.day(visit.entered_at, now), saying.worked(visit.spent, way.day)
    again = f"{texts.nth(visit)} " if visit.nth > 1 else ""
    what = f"{again}{texts.done(visit, names)}"
    whole = f"{what} {spent}"
    shorter = f"{cut(what, ROW - len(spent) - 1)} {spent}"
    return Field(cut(texts.stop(visit), _KEY), saying.first_that_fits([f"{whole} {day}", whole, shorter], ROW))


def applications_card(page: ApplicationPage, customers: Mapping[int, str], now: datetime, *, own: bool) -> Card:
    """进度 alone: one's own applications that are under way; or several that fit what was asked. `customers`: names by
    lead."""
    title = "在办的进件" if own else texts.WHICH_APPLICATION
    if not page.total:
        return Card(title=title, subtitle=texts.NO_OWN_LEFT, buttons=(Button("刷新", ShowOwnApplications(1)),))
    buttons = [Button(f"A{line.number}", ShowProgress(line.number)) for line in page.lines]
    more = own and page.page * PAGE < page.total
    turns = page_buttons(len(buttons), page.page, ShowOwnApplications, more=more) if own else []
    return Card(
        title=title,
        subtitle=f"共{page.total}笔 · 第{page.page}页" if page.page > 1 else f"共{page.total}笔",
        fields=tuple(_line(line, customers, now) for line in page.lines),
        buttons=(*buttons, *turns),
    )


def _line(line: ApplicationLine, customers: Mapping[int, str], now: datetime) -> Field:
    stage, need = texts.stands(line.state, line.stage), saying.need(line.product, line.amount_fen)
    waited = saying.span(now - line.since)
    return _row(line.number, customers.get(line.lead_id, "客户"), (f"{need} {stage} {waited}", f"{stage} {waited}"))


def _row(number: int, customer: str, rests: Sequence[str]) -> Field:
    """An application as a row: its number is the row's name where it fits."""
    said = f"A{number}"
    label, head = (said, "") if len(said) <= _KEY else ("编号", f"{said} ")
    room = ROW - len(head)
    name = saying.short_mask(customer)
    rest = next((rest for rest in rests if len(rest) + min(len(name), 4) + 1 <= room), rests[-1])
    return Field(label, f"{head}{saying.named(name, cut(rest, room - 4), room)}")


def bottlenecks_card(found: Bottlenecks, pick: Pick, names: Names, viewer_id: int, now: datetime) -> Card:
    """瓶颈: the worst nodes and the worst people; each leads to its list. If nobody but the viewer has anything, no row
    is of people: what waits for him stands in the nodes already."""
    packed, words = to_token(pick), texts.picked(pick, names)
    title = cut(f"瓶颈 · {words}", 26) if words else "瓶颈"
    if not found.count or found.oldest is None:
        return Card(
            title=title, subtitle=texts.nothing_waits(words), buttons=(Button("刷新", ShowBottlenecks(packed)),)
        )
    people = found.people if [spot.person_id for spot in found.people] != [viewer_id] else ()
    lines = [(spot.name, spot, replace(pick, node=spot.name, exact=True)) for spot in found.nodes]
    for spot in people:
        name = saying.short_name(names.get(spot.person_id, "同事"))
        lines.append((name, spot, replace(pick, person=spot.person_id)))
    late = f" · 超期{found.late}笔" if found.late else ""
    return Card(
        title=title,
        subtitle=f"在等{found.count}笔{late} · 最久{saying.span(now - found.oldest)}",
        fields=tuple(Field(cut(name, _KEY), _spot(spot, now)) for name, spot, _ in lines),
        lines=(*texts.besides(found), texts.NATURAL_TIME, *(() if words else (texts.NARROWER,))),
        buttons=tuple(
            Button(_with_count(name, spot.count), ShowWaiting(to_token(there), 1, 1), typed=_narrowed(there, names))
            for name, spot, there in lines
        ),
    )


def _narrowed(there: Pick, names: Names) -> str:
    """瓶颈 of a node alone, typed. Of a person, and of a node with a space in its name, it is only tapped."""
    return f"瓶颈 {texts.picked(there, names)}" if not there.person and " " not in there.node else ""


def _spot(spot: Spot, now: datetime) -> str:
    longest, mean = saying.span(now - spot.oldest), saying.span(spot.average)
    late = f" · 超期{spot.late}" if spot.late else ""
    head = f"{spot.count}笔 · 最久{longest}"
    return saying.first_that_fits([f"{head} · 平均{mean}{late}", f"{head}{late}"], ROW)


def _with_count(name: str, count: int) -> str:
    behind = f" {count}笔"
    return f"{cut(name, _LABEL - len(behind))}{behind}"


def waiting_card(page: WaitingPage, pick: Pick, customers: Mapping[int, str], names: Names, now: datetime) -> Card:
    """The list behind a line of 瓶颈: what waits the longest first; each opens its 进度."""
    title, packed = cut(f"在等 · {texts.picked(pick, names)}".rstrip(" ·"), 26), to_token(pick)
    if not page.total:
        return Card(
            title=title,
            subtitle=texts.nothing_waits(texts.picked(pick, names)),
            buttons=(Button("瓶颈", ShowBottlenecks(to_token(Pick()))),),
        )
    there = dict.fromkeys(line.number for line in page.lines)  # one in two branches stands there twice
    buttons = [Button(f"A{number}", ShowProgress(number)) for number in there]
    turns = page_buttons(len(buttons), page.page, partial(_turned, packed), more=page.page * PAGE < page.total)
    where = f" · 第{page.page}页" if page.page > 1 else ""
    return Card(
        title=title,
        subtitle=f"共{page.total}笔，等得最久的在前{where}",
        fields=tuple(_waiting(line, pick, customers, names, now) for line in page.lines),
        buttons=(*buttons, *turns),
    )


def _turned(packed: str, page: int) -> ShowWaiting:
    return ShowWaiting(packed, page, 0)


def _waiting(line: WaitingLine, pick: Pick, customers: Mapping[int, str], names: Names, now: datetime) -> Field:
    """With who has it, or, of one person's, at which node."""
    where = line.node if pick.person else texts.called(line.people, names) or texts.OUTSIDE
    waited = f"等{saying.span(now - line.since)}".replace("等刚刚", "刚到")
    late = " 超期" if line.due_at is not None and line.due_at < now else ""
    need = saying.need(line.product, line.amount_fen)
    customer = customers.get(line.lead_id, "客户")
    return _row(line.number, customer, (f"{need} {where} {waited}{late}", f"{where} {waited}{late}", f"{waited}{late}"))
