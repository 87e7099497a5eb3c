"""Sentences about reminders: settings, putting off, and what came of them."""

from datetime import datetime

from cards import saying
from core.manners.kinds import NAMES, ReminderKind
from core.manners.outcomes import AlwaysOn, OutOfBounds, Settled
from core.manners.rules import DailySpan, Manners, Wishes, quiet_of

REMINDER_GONE = "这条提醒太久了，已经找不到。看要办的发 待办，看客户发 我的客户。"
NOT_TRUE_ANY_MORE = "这件事已经办好，或者不归您了，不用再管。"
NOTHING_TO_PUT_OFF = "这件事已经办好，或者不归您了，不用再提醒。"
WHAT_TO_PUT_OFF = "请写上编号和时间，如 稍后提醒 L1024 3小时、稍后提醒 T88 明早。"
WHEN_TO_PUT_OFF = "请写什么时候：1小时、3小时 或 明早，如 稍后提醒 L1024 3小时。"
SETTINGS_CHANGED = "设置刚刚改过，卡片已更新，请再看一眼。"
ONE_ACCOUNT = "您只有一个账号，消息就发在那里。两个账号都有的人才能选；请管理员在人员表里补上另一个。"
DIGEST_NAME, DAYS_OFF_NAME, QUIET_NAME = "合并", "休息日免打扰", "免打扰"


def how_to_set(*, may_choose: bool) -> str:
    """What can be typed; `may_choose`: he has an account on each platform."""
    where = "设置 发到 钉钉（或 企业微信、自动）\n" if may_choose else ""
    return (
        "可以这样写：\n设置 免打扰 21:00-8:00（恢复成公司的：设置 免打扰 恢复）\n设置 休息日免打扰 开\n"
        f"设置 合并 关\n设置 早报 关\n{where}只发 设置，看全部开关。"
    )


def comes_to(channel: str | None) -> str:
    """Where what comes by itself comes, for who may choose, and how to."""
    if channel is None:
        return "消息发到 最近用的那一边；可改：设置 发到 钉钉"
    return f"消息发到 {saying.PLATFORMS[channel]}；可改：设置 发到 自动"


def reached_on(channel: str | None) -> str:
    """Where what comes by itself comes from now on."""
    if channel is None:
        return "好的，驼铃主动发的消息，发到您最近用的那一边。"
    return f"好的，驼铃主动发的消息以后都发到{saying.PLATFORMS[channel]}。改回来发 设置 发到 自动。"


def clock(minute: int) -> str:
    """A minute of the day: `8:00`."""
    return f"{minute // 60}:{minute % 60:02}"


def span(hours: DailySpan) -> str:
    """`21:00-8:00`."""
    return f"{clock(hours.start)}-{clock(hours.end)}"


def quiet_hours(manners: Manners, wishes: Wishes) -> str:
    """When this person is left in peace: `21:00-8:00、休息日`; empty: never."""
    hours = quiet_of(manners, wishes)
    parts = [span(hours)] if hours is not None else []
    return "、".join([*parts, *(["休息日"] if manners.days_off or wishes.days_off else [])])


def will_remind(until: datetime, now: datetime) -> str:
    """So much for when a card comes again."""
    return f"好的，{saying.at(until, now)} 再提醒您；到时已经办完就不提醒了。"


def switched(outcome: Settled | AlwaysOn, kind: ReminderKind, *, on: bool) -> str:
    """A kind of reminder was switched."""
    name = NAMES[kind][0]
    if isinstance(outcome, AlwaysOn):
        return f"{name} 不能关：公司规定这一类都要提醒。"
    return f"{name} 提醒已{'打开' if on else '关闭'}。" + ("" if on else f"再打开发 设置 {name} 开。")


def digest_set(*, on: bool) -> str:
    """Several as one, or each by itself."""
    return "几件提醒一起到时，会合成一张卡片。" if on else "提醒不再合并，一件一张。"


def days_off_set(manners: Manners, *, on: bool) -> str:
    """On days off."""
    if manners.days_off and not on:
        return "公司规定休息日免打扰，不能自己打开。"
    return f"休息日{'免打扰，上班时再提醒' if on else '照常提醒'}。"


def quiet_set(outcome: Settled | OutOfBounds, manners: Manners) -> str:
    """Quiet hours were chosen."""
    match outcome:
        case Settled(wishes):
            hours = quiet_of(manners, wishes)
            return f"免打扰时间是 {span(hours)}，结束后再提醒。" if hours is not None else "没有免打扰时间。"
        case OutOfBounds(_, None):
            return "公司没有开放自己改免打扰时间。"
        case OutOfBounds(least, DailySpan() as widest):
            holds = f"要包住公司的 {span(least)}，" if least is not None else ""
            return f"免打扰{holds}最宽 {span(widest)}，请改一下再发。"
        case unknown:
            raise TypeError(type(unknown).__name__)


def saved(outcome: Settled) -> str:
    """The card of switches was saved: what changed by it."""
    now, before = outcome.wishes, outcome.before
    off = [NAMES[kind][0] for kind in ReminderKind if kind in now.off - before.off]
    on = [NAMES[kind][0] for kind in ReminderKind if kind in before.off - now.off]
    parts = [f"已关：{'、'.join(off)}"] if off else []
    parts += [f"已开：{'、'.join(on)}"] if on else []
    parts += [digest_set(on=now.digest).rstrip("。")] if now.digest != before.digest else []
    parts += [f"休息日{'免打扰' if now.days_off else '照常提醒'}"] if now.days_off != before.days_off else []
    return f"{'；'.join(parts)}。" if parts else "没有改动。"


def no_such_kind(said: str, *, may_choose: bool) -> str:
    """What was to be set is nothing that can be."""
    return f"没有「{saying.plain(said, 12)}」这一项。{how_to_set(may_choose=may_choose)}"
