"""Deadlines of tasks: how much time is left, and what the flow did when it was over."""

from datetime import datetime, timedelta

from cards import saying
from core.loans.flows import Rung

_HOUR = timedelta(hours=1)


def left(working: timedelta) -> str:
    """How much working time is left until the deadline; negative: how much it is over. `还有2小时`, `已超期40分钟`, in
    working time."""
    if working <= timedelta(0):
        return f"已超期{_working(-working)}" if working < -timedelta(minutes=1) else "已到期"
    return f"还有{_working(working)}"


def _working(length: timedelta) -> str:
    hours, minutes = divmod(max(1, round(length.total_seconds() / 60)), 60)
    if not hours:
        return f"{minutes}分钟"
    return f"{hours}小时{minutes}分" if minutes and hours < 10 else f"{hours}小时"


def late(should_at: datetime, now: datetime) -> str:
    """Said of what comes later than it should."""
    return f"这条提醒本该 {saying.at(should_at, now)} 发出，晚了，请见谅。"


def went_on(application_id: int, node: str, does: Rung, to: str) -> str:
    """To whom a task was taken from by the flow: what was done with it."""
    what = f"A{application_id} 的{node}过了期限"
    match does:
        case Rung.REASSIGN:
            return f"{what}，已按流程转给 {to}，您不用再处理。想知道办到哪了，回复 进度 A{application_id}。"
        case Rung.AGREE:
            return f"{what}，已按流程自动同意，您不用再处理。想知道办到哪了，回复 进度 A{application_id}。"
        case Rung.REFUSE:
            return f"{what}，已按流程自动驳回，您不用再处理。想知道办到哪了，回复 进度 A{application_id}。"
        case _:
            return f"{what}，请尽快处理，回复 待办 查看。"


def sms(application_id: int, node: str, due: str) -> str:
    """The short message to who has a task. No customer, no amount: it passes through others' hands."""
    return f"您有待办超时未处理：进件A{application_id} {node}，{due}到期。请打开企业微信，在驼铃里回复 待办 处理。"
