"""待办, and news of applications: what one is told of, and has nothing to do. Pure, as all views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, assert_never

from cards import saying
from cards.export_actions import OpenExport
from cards.fitting import cut
from cards.lead_actions import ShowLead, StartApplication
from cards.loan_actions import ShowLoan, ShowProgress, ShowTask, ShowTodo
from cards.model import Button, Card, Field, Style
from cards.texts.approving import stamp
from cards.views.rows import last_page_said, page_before_said, page_buttons, when_due
from core.leads.follow_tasks import FollowTaskNow
from core.loans.models import TaskKind
from core.loans.outside import Awaited
from core.loans.queries import ApplicationNow
from core.loans.todo import TaskLine

PAGE = 5
_KEY, _ROW, _LABEL = 5, 30, 10


@dataclass(frozen=True, slots=True)
class ExportQuestion:
    """An export that he has to permit or refuse: `who` wants so many `rows` of what is `called` so. It is about no
    lead."""

    number: int
    who: str
    called: str
    rows: int
    lead_id: int = 0
    due_at: datetime | None = None


Line: TypeAlias = TaskLine | FollowTaskNow | Awaited | ExportQuestion
_ALREADY_SAID = {TaskKind.AMEND: "修改", TaskKind.PAPERS: "补资料", TaskKind.DELEGATE: "给意见"}


def todo_card(
    lines: Sequence[Line],
    page: int,
    customers: Mapping[int, str],
    names: Mapping[int, str],
    viewer: int,
    now: datetime,
) -> Card:
    """All that waits for the viewer, what is due first: tasks of applications (those of whom he stands in for are
    named), follow-up tasks, and what he is to tell when the outside has answered. `customers` are names by lead, as he
    may see them."""
    if not lines:
        return Card(
            title="待办",
            subtitle="没有待您处理的进件，也没有跟进任务。",
            buttons=(Button("刷新", ShowTodo(1)),),
        )
    last = (len(lines) + PAGE - 1) // PAGE
    beyond, page = page > last, min(page, last)
    listed = lines[(page - 1) * PAGE : page * PAGE]
    late = sum(line.due_at is not None and line.due_at <= now for line in lines)
    others = sum(isinstance(line, TaskLine) and line.person_id != viewer for line in lines)
    parts = [last_page_said(last)] if beyond else []
    parts += [f"共{len(lines)}件"]
    parts += [f"超期{late}"] if late else []
    parts += [f"代办{others}"] if others else []
    parts += [f"第{page}页"] if page > 1 and not beyond else []
    opened = [_opens(line, customers) for line in listed]
    shown = list({button.action: button for button in reversed(opened)}.values())[::-1]  # two tasks may be on one lead
    turns = page_buttons(len(shown), page, ShowTodo, more=page < last)
    return Card(
        title="待办",
        subtitle=" · ".join(parts),
        fields=tuple(_row(line, customers.get(line.lead_id, ""), names, viewer, now) for line in listed),
        lines=page_before_said(len(shown), page, "待办"),
        buttons=(*shown, *turns),
    )


@dataclass(frozen=True, slots=True)
class ToDo:
    """What waits: a line's number, what is to be done, its product and amount, and whose it is (None: it can only be
    his own)."""

    number: str
    what: str
    product: str | None = None
    amount_fen: int | None = None
    person_id: int | None = None


def what_waits(line: Line) -> ToDo:
    """A line of any kind, as all of them are said."""
    match line:
        case TaskLine():
            said = _ALREADY_SAID.get(line.kind, line.name)
            return ToDo(f"T{line.number}", said, line.product, line.amount_fen, line.person_id)
        case FollowTaskNow():
            return ToDo(f"F{line.number}", f"跟进 {line.text}")
        case Awaited():
            return ToDo(f"A{line.application_id}", f"等 {line.event}")
        case ExportQuestion():
            return ToDo(f"E{line.number}", f"批 {line.who} 的导出：{line.called}")
        case _:
            assert_never(line)


def _opens(line: Line, customers: Mapping[int, str]) -> Button:
    """A follow-up task is done where its customer is; what the outside has to answer stands at the progress."""
    match line:
        case TaskLine(number=number):
            return Button(_label(f"T{number}", line, customers), ShowTask(number))
        case FollowTaskNow(number=number):
            return Button(_label(f"F{number}", line, customers), ShowLead(line.lead_id))
        case Awaited(application_id=number):
            return Button(_label(f"A{number}", line, customers), ShowProgress(number))
        case ExportQuestion(number=number):
            return Button(f"E{number} 导出", OpenExport(number))
        case _:
            assert_never(line)


def _label(number: str, line: Line, customers: Mapping[int, str]) -> str:
    short = saying.short_name(customers.get(line.lead_id, ""))
    return f"{number} {short}" if short and len(number) + len(short) < _LABEL else number


def _row(line: Line, customer: str, names: Mapping[int, str], viewer: int, now: datetime) -> Field:
    match line:
        case TaskLine():
            return _task_row(line, customer, names, viewer, now)
        case FollowTaskNow():
            return _follow_row(line, customer, now)
        case Awaited():
            return _awaited_row(line, customer, now)
        case ExportQuestion():
            label, head = _headed(f"E{line.number}")
            said = f"{head}{saying.short_name(line.who)}要导出 {line.rows:,}行 {line.called}"
            return Field(label, cut(said, _ROW))
        case _:
            assert_never(line)


def _headed(number: str) -> tuple[str, str]:
    """A row's name, and what its value begins with, where the number is too long for a name."""
    return (number, "") if len(number) <= _KEY else ("编号", f"{number} ")


def _awaited_row(line: Awaited, customer: str, now: datetime) -> Field:
    label, head = _headed(f"A{line.application_id}")
    room, waits = _ROW - len(head), f"等 {line.event}"
    rest = saying.first_that_fits([f"{waits} {saying.span(now - line.since)}", waits], room - 3)
    return Field(label, f"{head}{saying.named(customer, rest, room)}")


def _follow_row(line: FollowTaskNow, customer: str, now: datetime) -> Field:
    label, head = _headed(f"F{line.number}")
    due = "" if line.due_at is None else when_due(line.due_at, now)
    room = _ROW - len(head)
    said = [f"跟进 {saying.plain(line.text, most)} {due}".strip() for most in (14, 8)]
    rest = saying.first_that_fits([*said, f"跟进 {due}".strip()], room - 3)
    return Field(label, f"{head}{saying.named(customer, rest, room)}")


def _task_row(line: TaskLine, customer: str, names: Mapping[int, str], viewer: int, now: datetime) -> Field:
    label, head = _headed(f"T{line.number}")
    node = _ALREADY_SAID.get(line.kind, line.name)
    instead = "" if line.person_id == viewer else f"代{saying.short_name(names.get(line.person_id, '同事'))} "
    due = "" if line.due_at is None else when_due(line.due_at, now)
    need = saying.need(line.product, line.amount_fen)
    rest = " ".join(filter(None, (f"{instead}{node}", need, due)))
    short = " ".join(filter(None, (f"{instead}{node}", due)))
    room = _ROW - len(head)
    fits = rest if min(len(customer), 4) + 1 + len(rest) <= room else short
    return Field(label, f"{head}{saying.named(customer, saying.first_that_fits([fits, node], room - 3), room)}")


def copied_card(whole: ApplicationNow, customer: str, by: str, owner: str, now: datetime) -> Card:
    """抄送: to look at."""
    return Card(
        title=f"A{whole.number} 抄送给您",
        subtitle=f"{by} · {saying.at(now, now)}",
        fields=(
            Field("客户", saying.named(customer, f"L{whole.lead_id}", _ROW)),
            Field("申请", f"{saying.need(whole.product, whole.amount_fen)}{_term(whole)}"),
            Field("提交", saying.first_that_fits([owner], _ROW)),
            Field("阶段", whole.stage),
        ),
        lines=("只是告诉您一声，不用处理。",),
        buttons=(Button("进度", ShowProgress(whole.number), Style.PRIMARY),),
    )


def ended_card(
    whole: ApplicationNow,
    customer: str,
    *,
    won: bool,
    said: str,
    now: datetime,
    paid_out: tuple[int, date] | None = None,
) -> Card:
    """To the officer: his application has come to its end. `said`: the last that was decided on it; `paid_out`: how
    much was, and when first (None: nothing; a flow may be won without)."""
    lends = won and paid_out is not None
    good = "恭喜！定好还款计划，到期前会提醒您。" if lends else "恭喜！"
    at = f" · {stamp(whole.ended_at, now)}" if whole.ended_at else ""
    return Card(
        title=f"A{whole.number} {'已放款' if lends else '已办成' if won else '未通过'}",
        subtitle=f"{whole.stage}{at}",
        quote=said,
        fields=(
            Field("客户", saying.named(customer, f"L{whole.lead_id}", _ROW)),
            Field("申请", f"{saying.need(whole.product, whole.amount_fen)}{_term(whole)}"),
            *((Field("放款", f"{saying.money(paid_out[0])} {paid_out[1]:%m-%d}"),) if paid_out is not None else ()),
        ),
        lines=(good,) if won else ("重新进件，会沿用填过的内容。",),
        buttons=(
            *((Button("还款计划", ShowLoan(whole.number), Style.PRIMARY),) if lends else ()),
            Button("进度", ShowProgress(whole.number), Style.PLAIN if lends else Style.PRIMARY),
            Button("客户", ShowLead(whole.lead_id)),
            *(() if won else (Button("重新进件", StartApplication(whole.lead_id)),)),
        ),
    )


def _term(whole: ApplicationNow) -> str:
    return f" {whole.term_months}期" if whole.term_months else ""
