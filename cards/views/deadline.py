"""Notices of deadlines: to who has a task, and to his superior."""

from datetime import datetime, timedelta

from cards import saying
from cards.loan_actions import ShowProgress, ShowTask
from cards.model import Button, Card, Field, Style
from cards.texts import deadlines as texts
from cards.views.reminders import LATER
from core.loans.task_deadlines import TaskDeadline


def task_due_card(
    task: TaskDeadline, left: timedelta, should_at: datetime | None, now: datetime, above: str = ""
) -> Card:
    """To who has the task: how much working time is left. `should_at`: when this should have come, if it is late;
    `above`: the superior who was told too."""
    return Card(
        title=f"A{task.application_id} {task.name} {texts.left(left)}",
        subtitle=f"待办 T{task.number} · {saying.at(task.due_at, now)} 到期",
        fields=(Field("需求", saying.need(task.product, task.amount_fen)),),
        lines=(
            *((texts.told_above(above),) if above else ()),
            *((texts.late(should_at, now),) if should_at is not None else ()),
        ),
        buttons=(Button("去处理", ShowTask(task.number), Style.PRIMARY), _progress(task), LATER),
    )


def task_late_below_card(
    task: TaskDeadline, who: str, left: timedelta, should_at: datetime | None, now: datetime
) -> Card:
    """To his superior, to look at."""
    return Card(
        title=f"A{task.application_id} {task.name} {texts.left(left)}",
        subtitle=f"{saying.at(task.due_at, now)} 到期",
        fields=(Field("处理人", who), Field("需求", saying.need(task.product, task.amount_fen))),
        lines=("请提醒对方尽快处理。", *((texts.late(should_at, now),) if should_at is not None else ())),
        buttons=(_progress(task),),
    )


def _progress(task: TaskDeadline) -> Button:
    return Button("进度", ShowProgress(task.application_id))
