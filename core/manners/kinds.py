"""Kinds of reminders: all that comes to a person by itself and is no answer to his own word or tap.

Each has a name, by which `manners.yaml` and 设置 speak of it, and a short one for a line of a digest. Their order here
is that of their importance: in a digest the first comes first.
"""

from enum import StrEnum

from core.store.outbox import Priority, Why


class ReminderKind(StrEnum):
    """What a reminder is about, the most important first. At most 12 letters: it stands in outbox rows."""

    PAYOUT = "payout"  # money is to be paid out, was, or the sum was corrected
    REPAID_TODAY = "repaid-today"  # an instalment is due today
    NUDGE = "nudge"  # somebody asks for haste
    TASK = "task"  # something of an application is to be decided or done
    RISK = "risk"  # the risk rules or a report speak against it
    DEADLINE = "deadline"  # a task is due or late
    HANDOVER = "handover"  # records of a leaver came or went
    EXTENSION = "extension"  # a subordinate asks for more time for a lead
    EXPORT = "export"  # a subordinate wants a file of many rows; or what became of one's own
    FALLING = "falling"  # leads are about to fall back to a pool
    SNOOZED = "snoozed"  # he asked to be reminded now
    CONTACT = "contact"  # an agreed contact is due
    REPAYMENT = "repayment"  # an instalment will be due, or is late
    LEAD_CAME = "lead-came"  # a lead is his now, or its customer came again
    BELOW = "below"  # something of a subordinate's is late, or fell
    FOLLOW_TASK = "follow-task"  # a rule of automation wants something done, or tells something
    COMMENT = "comment"  # a colleague wrote to him
    PROGRESS = "progress"  # his application went on, or ended
    LEAD_WENT = "lead-went"  # a lead is his no more
    UPDATED = "updated"  # a card that hangs in his chat is out of date, and can only be shown anew
    GRAB = "grab"  # a lead is offered to a whole department
    CARE = "care"  # a care task
    STAND_IN = "stand-in"  # for whom he stands in, or who for him
    STAFF = "staff"  # to administrators: who came, who left, what nobody can take
    COPY = "copy"  # 抄送
    MORNING = "morning"  # the morning's card
    BOARD = "board"  # a board or a report of figures
    DIGEST = "digest"  # several of the others on one card


NAMES: dict[ReminderKind, tuple[str, str]] = {
    ReminderKind.PAYOUT: ("放款", "放款"),
    ReminderKind.REPAID_TODAY: ("今日还款", "还款"),
    ReminderKind.NUDGE: ("催办", "催办"),
    ReminderKind.TASK: ("审批待办", "待办"),
    ReminderKind.RISK: ("风控", "风控"),
    ReminderKind.DEADLINE: ("待办超时", "超时"),
    ReminderKind.HANDOVER: ("离职交接", "交接"),
    ReminderKind.EXTENSION: ("延期申请", "延期"),
    ReminderKind.EXPORT: ("导出申请", "导出"),
    ReminderKind.FALLING: ("即将收回", "收回"),
    ReminderKind.SNOOZED: ("稍后提醒", "稍后"),
    ReminderKind.CONTACT: ("到点联系", "联系"),
    ReminderKind.REPAYMENT: ("还款和逾期", "还款"),
    ReminderKind.LEAD_CAME: ("来新客户", "新客"),
    ReminderKind.BELOW: ("下属超时", "下属"),
    ReminderKind.FOLLOW_TASK: ("跟进任务", "任务"),
    ReminderKind.COMMENT: ("同事评论", "评论"),
    ReminderKind.PROGRESS: ("进件进展", "进展"),
    ReminderKind.LEAD_WENT: ("客户转出", "转出"),
    ReminderKind.UPDATED: ("卡片更新", "更新"),
    ReminderKind.GRAB: ("抢单", "抢单"),
    ReminderKind.CARE: ("关怀任务", "关怀"),
    ReminderKind.STAND_IN: ("代理", "代理"),
    ReminderKind.STAFF: ("人员变动", "人员"),
    ReminderKind.COPY: ("抄送", "抄送"),
    ReminderKind.MORNING: ("早报", "早报"),
    ReminderKind.BOARD: ("业绩看板", "看板"),
    ReminderKind.DIGEST: ("合并提醒", "合并"),
}
"""What each is called, and how in two characters."""

OF_ITS_OWN = frozenset({ReminderKind.SNOOZED, ReminderKind.DIGEST})
"""Kinds of which no company and no person says anything: one was asked for, the other is made of the others."""
MONEY = frozenset({ReminderKind.PAYOUT, ReminderKind.REPAID_TODAY})
"""Where reminders queue, these go first."""
PRESSING = MONEY | {
    ReminderKind.NUDGE,
    ReminderKind.TASK,
    ReminderKind.RISK,
    ReminderKind.DEADLINE,
    ReminderKind.EXTENSION,
    ReminderKind.EXPORT,
    ReminderKind.CONTACT,
}
"""Money, what somebody is to decide, and what has its hour: it comes at once, even where messages have to be spared."""
BY_NAME = {name: kind for kind, (name, _) in NAMES.items() if kind not in OF_ITS_OWN}
_IMPORTANCE = {kind: number for number, kind in enumerate(ReminderKind)}


def as_reminder(kind: ReminderKind) -> Why:
    """Why a message is sent that is a reminder of this kind, to whomever."""
    return Why(kind.value, Priority.URGENT if kind in MONEY else Priority.REMINDER)


def importance(kind: ReminderKind) -> int:
    """From 0, the most important."""
    return _IMPORTANCE[kind]
