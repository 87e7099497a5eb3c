"""定时任务: what the commands say of jobs at set times. `word` is what a job is called."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.calendar import CHINA
from core.schedule import Slot
from core.schedule.runs import Run, State, Why

_WEEKDAYS = "一二三四五六日"
_A_MINUTE = timedelta(minutes=1)
_PUNCTUAL = timedelta(minutes=2)  # a scheduler looks every 15 s
_SKIPPED = {
    Why.MISSED: "到点时没有程序在运行，过了补做的时间",
    Why.REMOVED: "开始前，这一次从配置里去掉了",
}


def next_line(word: str, slot: Slot) -> str:
    """When a job has its next turn: `早报  11-30（周一）08:50 起，8分钟内错开`."""
    spread = f" 起，{slot.spread // _A_MINUTE}分钟内错开" if slot.spread else ""
    return f"{word}  {_at(slot.due_at)}{spread}"


def run_line(word: str, run: Run, now: datetime) -> str:
    """What came of one turn: `早报  11-27（周五）08:50  做完，晚 5小时10分，排发 14 份，1 份太晚没发`."""
    return f"{word}  {_at(run.slot.due_at)}  {came(run, now)}"


def came(run: Run, now: datetime) -> str:
    """How a turn stands, or what came of it."""
    by_hand = "（手工安排）" if run.by_hand else ""
    if run.state is State.SKIPPED:
        return f"跳过：{_SKIPPED[run.why or Why.MISSED]}"
    if run.state is State.DUE:
        late = f"，已晚 {_long(now - run.slot.due_at)}" if now - run.slot.due_at > _PUNCTUAL else ""
        return f"还没有开始{by_hand}{late}"
    parts = ["做完" if run.state is State.DONE else "正在做"]
    parts += [f"晚 {_long(run.late)}"] if run.late > _PUNCTUAL else []
    parts += [f"排发 {run.sent} 份"]
    parts += [f"{run.left_out} 份太晚没发"] if run.left_out else []
    return f"{'，'.join(parts)}{by_hand}"


def would_get(word: str, names: Sequence[str], groups: Sequence[str], spread: timedelta) -> str:
    """Who would get it now: people, and groups."""
    if not names and not groups:
        return f"现在做「{word}」，没有人会收到。什么也没有发。"
    apart = f"，{spread // _A_MINUTE}分钟内错开" if spread else ""
    people = f"{len(names)} 人{apart}：{'、'.join(names)}" if names else ""
    chats = f"{len(groups)} 个群：{'、'.join(groups)}" if groups else ""
    return f"现在做「{word}」，会发给 {'；和 '.join(filter(None, (people, chats)))}。什么也没有发。"


def asked(word: str, count: int) -> str:
    """It will be done now, by hand."""
    return f"已安排今天的「{word}」：scheduler 在运行的话，15 秒内开始，发给 {count} 人；今天已经收到的不会再收到。"


def asked_before(word: str, run: Run, now: datetime) -> str:
    """It is under way or was done, and is not done again."""
    return f"今天的「{word}」{came(run, now)}，不会再做一遍。给一个人试看，用 --to 账号。"


def tried(word: str, name: str) -> str:
    """One person gets one to look at."""
    return f"已给 {name} 排发一份「{word}」，只是试看，不算今天的。"


def nothing_for(word: str, name: str) -> str:
    """There is none for this person."""
    return f"没有给 {name} 的「{word}」：没有内容，或者没有可以发的账号。"


def gets_none(word: str, name: str) -> str:
    """This person is none of those who get it."""
    return f"{name} 收不到「{word}」（岗位不对，或者正在休假），不发。tuoling schedule run {word} --dry 看发给谁。"


def on_the_dot(word: str, minute: int) -> str:
    """A hint on what goes to many people at a full or half hour."""
    at = f"{minute // 60:02}:{minute % 60:02}"
    return (
        f"提醒：schedule.yaml 的「{word}」定在 {at}，又没有错开。"
        "企业微信建议避开整点和半点群发，请改成 08:50 这样的时间，或写 spread: 10分钟"
    )


def _at(moment: datetime) -> str:
    there = moment.astimezone(CHINA)
    return f"{there:%m-%d}（周{_WEEKDAYS[there.weekday()]}）{there:%H:%M}"


def _long(span: timedelta) -> str:
    """`5小时10分`, `3天2小时`, `12分钟`."""
    minutes = span // _A_MINUTE
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{rest}分" if rest else f"{hours}小时"
    return f"{rest}分钟"
