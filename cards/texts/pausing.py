"""暂停, 继续: what is said."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from cards import saying
from cards.texts.approving import stamp
from core.loans.models import State
from core.loans.outcomes import NoSuchApplication, NotNow
from core.loans.pausing import (
    NoClock,
    NoSuchReason,
    NotPaused,
    NotYours,
    Pause,
    Paused,
    PausedAlready,
    PauseRefusal,
    Resumed,
    ResumeOutcome,
)

_STANDS = {
    State.DRAFT: "还没有提交",
    State.RUNNING: "正在办理",
    State.RETURNED: "退回了提交人",
    State.DROPPED: "已经放弃",
    State.ENDED: "已经结束",
}


def paused(outcome: Paused) -> str:
    """The answer to 暂停."""
    number = outcome.application_id
    return f"A{number} 已暂停计时：{outcome.reason}。期限停在现在，好了请回复 继续 A{number}。"


def stands_still(pause: Pause | None, names: Mapping[int, str], now: datetime) -> list[str]:
    """Why the clock stands still, as a line of a card: `暂停：待客户补件 · 巴特尔 11-27 10:00 起`; none if it goes."""
    if pause is None:
        return []
    who = saying.short_name(names.get(pause.by_id, "同事"))
    return [f"暂停：{pause.reason} · {who} {stamp(pause.since, now)} 起"]


def not_paused(outcome: PausedAlready | NoSuchReason | PauseRefusal, names: Mapping[int, str], now: datetime) -> str:
    """Why 暂停 did nothing."""
    match outcome:
        case PausedAlready(number, reason, by_id, since):
            who = names.get(by_id, "同事")
            return f"A{number} 已经暂停了：{reason}（{who}，{saying.at(since, now)}）。恢复计时请回复 继续 A{number}。"
        case NoSuchReason(number, ()):
            return f"A{number} 的流程没有可以暂停的原因，期限照算。要加原因，请管理员写进流程的 pauses。"
        case NoSuchReason(number, reasons):
            return f"暂停要写原因，只能是：{'、'.join(reasons)}。请回复 暂停 A{number} {reasons[0]}。"
        case _:
            return _refused(outcome, names)


def resumed(outcome: ResumeOutcome, names: Mapping[int, str], now: datetime) -> str:
    """The answer to 继续."""
    match outcome:
        case Resumed(number, reason, since, due_at):
            due = f"，{saying.at(due_at, now)} 到期" if due_at is not None else ""
            return f"A{number} 恢复计时（{reason}，{saying.at(since, now)} 起暂停）{due}。"
        case NotPaused(number):
            return f"A{number} 现在没有暂停（走到下一步时，之前的暂停就结束了）。看办到哪了，回复 进度 A{number}。"
        case _:
            return _refused(outcome, names)


def _refused(outcome: PauseRefusal, names: Mapping[int, str]) -> str:
    match outcome:
        case NoSuchApplication(number):
            return f"没有找到 A{number}，请核对编号：进件的编号是 A 加数字。"
        case NotNow(number, state):
            return f"A{number} {_STANDS[state]}，没有在计时。"
        case NoClock(number):
            return f"A{number} 现在的环节没有期限，不用暂停。"
        case NotYours(number, waiting_for):
            has = "、".join(names.get(one, "同事") for one in waiting_for[:3]) or "办理的人"
            return f"A{number} 要由它的客户经理或正在办理的人（{has}）暂停或恢复计时。"
        case unknown:
            assert_never(unknown)
