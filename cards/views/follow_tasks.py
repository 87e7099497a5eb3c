"""Cards of 跟进任务: what an automation wants done on a lead. Pure, as all views."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.follow_task_actions import DoneFollowTask
from cards.lead_actions import OpenMine, ShowLead, WriteFollowUp
from cards.model import Button, Card, Field, Style
from cards.views.reminders import LATER
from cards.views.rows import late, lead_label, lead_row
from core.leads.follow_tasks import FollowTaskNow
from core.leads.queries import Brief

PAGE = 5
_TEXT = 60
_RULE = 26


def follow_task_card(task: FollowTaskNow, lead: Brief, now: datetime) -> Card:
    """To the owner: what to do, by when, and by which rule he has it."""
    due = (Field("截止", _until(task.due_at, now)),) if task.due_at else ()
    return Card(
        title=f"跟进任务 F{task.number}",
        subtitle=saying.plain(task.text, _TEXT),
        fields=(
            lead_row(lead.id, lead.name, (saying.need(lead.product, lead.amount_fen), "")),
            *((Field("电话", lead.phone),) if lead.phone else ()),
            *due,
            Field("规则", saying.plain(task.rule, _RULE)),
        ),
        buttons=(
            Button("写跟进", WriteFollowUp(lead.id), Style.PRIMARY),
            Button("已完成", DoneFollowTask(task.number)),
            Button("客户详情", ShowLead(lead.id)),
            LATER,
        ),
    )


def _until(due: datetime, now: datetime) -> str:
    at = saying.at(due, now)
    return f"{at} 前" if due > now else f"{at}，已过"


def follow_task_over_card(task: FollowTaskNow, now: datetime) -> Card:
    """What it becomes once it is done, or its lead is closed."""
    done = f"{saying.at(task.done_at, now)} 完成" if task.done_at else "线索已结束，不用做了"
    return Card(
        title=f"跟进任务 F{task.number} {'已完成' if task.done_at else '已作废'}",
        subtitle=saying.plain(task.text, _TEXT),
        fields=(Field("线索", f"L{task.lead_id}"), Field("结果", done)),
        buttons=(Button("客户详情", ShowLead(task.lead_id), Style.PRIMARY),),
    )


def follow_tasks_card(tasks: Sequence[tuple[FollowTaskNow, Brief]], count: int, now: datetime) -> Card:
    """All that are open for somebody, what is due first coming first: the first of `count`."""
    more = (f"还有 {count - len(tasks)} 个，做完这些再看",) if count > len(tasks) else ()
    leads = dict.fromkeys((lead.id, lead.name) for _, lead in tasks)
    return Card(
        title=f"跟进任务 {count} 个",
        subtitle="写了跟进，任务就算完成" if count else "现在没有跟进任务。",
        fields=tuple(lead_row(lead.id, lead.name, _rests(task, now)) for task, lead in tasks),
        lines=more,
        buttons=(
            *(Button(lead_label(number, name), ShowLead(number), Style.PRIMARY) for number, name in leads),
            Button("我的客户", OpenMine()),
        ),
    )


def _rests(task: FollowTaskNow, now: datetime) -> tuple[str, ...]:
    due = ""
    if task.due_at is not None:
        due = _until(task.due_at, now) if task.due_at > now else late(task.due_at, now)
    return (f"{saying.plain(task.text, 12)} {due}".strip(), due)
