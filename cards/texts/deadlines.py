"""Deadlines of tasks: how much time is left, and what the flow did when it was over."""

from datetime import datetime, timedelta

from cards import saying
from core.loans.flows import Rung
from core.loans.task_deadlines import TaskDeadline

_HOUR = timedelta(hours=1)
SMS_CHARS = 70  # a short message in UCS-2 is 140 bytes (3GPP TS 23.040); a longer one is sent, and paid, as several


def left(length: timedelta) -> str:
    """How much time is left until the deadline, as it is counted; negative: how much it is over. `还有2小时`,
    `已超期40分钟`."""
    if length <= timedelta(0):
        return f"已超期{_hours(-length)}" if length < -timedelta(minutes=1) else "已到期"
    return f"还有{_hours(length)}"


def _hours(length: timedelta) -> str:
    hours, minutes = divmod(max(1, round(length.total_seconds() / 60)), 60)
    if not hours:
        return f"{minutes}分钟"
    return f"{hours}小时{minutes}分" if minutes and hours < 10 else f"{hours}小时"


def late(should_at: datetime, now: datetime) -> str:
    """Said of what comes later than it should."""
    return f"这条提醒本该 {saying.at(should_at, now)} 发出，晚了，请见谅。"


def told_above(above: str) -> str:
    """Said to who has a task, where his superior was told as well."""
    return f"已抄送您的上级 {above}。"


def went_on(application_id: int, node: str, does: Rung, to: str, still: int | None) -> str:
    """To whom a task was taken from by the flow: what was done with it. `still`: another one of the application that he
    has, or has by the same."""
    what = f"A{application_id} 的{node}过了期限"
    over = f"您另外还有 T{still} 要处理。" if still is not None else "您不用再处理。"
    behind = f"{over}想知道办到哪了，回复 进度 A{application_id}。"
    match does:
        case Rung.REASSIGN:
            return f"{what}，已按流程转给 {to}，{behind}"
        case Rung.AGREE:
            return f"{what}，已按流程自动同意，{behind}"
        case Rung.REFUSE:
            return f"{what}，已按流程自动驳回，{behind}"
        case _:
            return f"{what}，请尽快处理，回复 待办 查看。"


def sms(sign: str, task: TaskDeadline, now: datetime, on: str | None) -> str:
    """The short message to who has a task, always short enough for one (`SMS_CHARS`). No customer, no amount: it
    passes through others' hands. Few wordings, since operators want each of them approved. `on`: the channel on which
    he is reached, so where his card is."""
    what = "审批" if task.decides else "待办"
    when = "已超时" if task.due_at <= now else "快到期了"
    where = f"在{saying.PLATFORMS[on]}里" if on in saying.PLATFORMS else ""
    return f"【{sign}】驼铃：您有一件进件{what}{when}，请{where}处理（T{task.number}）"
