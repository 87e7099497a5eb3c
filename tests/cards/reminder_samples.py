"""Cards of reminders and settings, at their easiest and at their hardest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cards.model import Card
from cards.views import reminders as views
from cards.views import settings as settings_views
from core.manners.kinds import ReminderKind
from core.manners.rules import Burst, DailySpan, Manners, Wishes
from core.people.reached import Chosen

NOW = datetime(2026, 11, 24, 0, 3, tzinfo=UTC)  # 08:03 in China
MORNING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
NIGHT, WIDEST = DailySpan(21 * 60, 8 * 60), DailySpan(18 * 60, 10 * 60)
ALWAYS = frozenset(list(ReminderKind)[:9])
OURS = Manners(NIGHT, widest=WIDEST, spread_minutes=5, burst=Burst(5, 10), fixed=ALWAYS - {ReminderKind.SNOOZED})
LONG = "T1234567 复审（授信审批委员会） 待您审批 巴特尔·孟和吉日嘎拉"


def line(number: int, kind: ReminderKind, *said: str) -> views.DigestLine:
    return views.DigestLine(number, kind, said)


SIX = [
    line(7, ReminderKind.TASK, "T3 初审 待您审批 张三", "T3 初审 待您审批"),
    line(8, ReminderKind.FALLING, "L12 即将收回 刘志强", "L12 即将收回"),
    line(3, ReminderKind.CONTACT, "该联系 L15 孟和"),
    line(4, ReminderKind.CONTACT, "该联系 L18 苏日娜"),
    line(5, ReminderKind.COMMENT, "李娜 评论 L15"),
    line(6, ReminderKind.FOLLOW_TASK, "A5 到了放款节点，请联系客户"),
]
MANY = [line(900_000 + each, ReminderKind.TASK, LONG, "T1234567 待您审批") for each in range(40)]
DUE = Card(title="该联系 L15 巴特尔·孟和吉日嘎拉图雅", buttons=(views.LATER,))

REMINDER_VIEWS: dict[str, Card] = {
    "digest": views.digest_card(SIX, 1, NOW),
    "digest_two": views.digest_card(SIX[:2], 1, NOW),
    "digest_text": views.digest_card(SIX[5:], 1, NOW),
    "digest_hard": views.digest_card(MANY, 1, NOW),
    "digest_last": views.digest_card(MANY + SIX[3:], 99, NOW),
    "snooze": views.snooze_card(DUE, MORNING, NOW),
    "snoozed": views.snoozed_card(DUE, NOW + timedelta(hours=3), NOW),
    "settings": settings_views.settings_card(OURS, Wishes()),
    "settings_own": settings_views.settings_card(
        OURS,
        Wishes(DailySpan(22 * 60, 7 * 60 + 30), days_off=True, digest=False, off=frozenset({ReminderKind.MORNING})),
    ),
    "settings_wide": settings_views.settings_card(
        OURS, Wishes(DailySpan(20 * 60, 9 * 60), off=frozenset(set(ReminderKind) - ALWAYS))
    ),
    "settings_anywhere": settings_views.settings_card(OURS, Wishes(), Chosen(None)),
    "settings_on_dingtalk": settings_views.settings_card(OURS, Wishes(), Chosen("dingtalk")),
    "settings_without_rules": settings_views.settings_card(Manners(), Wishes()),
    "settings_hard": settings_views.settings_card(
        replace(OURS, days_off=True, fixed=frozenset(list(ReminderKind)[:18])), Wishes(), Chosen(None)
    ),
}
