"""Cards of reminders: several on one card, and one that is put off. Pure, as all views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cards import saying
from cards.model import Button, Card, Field, Style
from cards.reminder_actions import DropSnooze, OpenReminder, Snooze, SnoozeFor, TurnDigest
from cards.views.rows import KEY, ROW, page_buttons
from core.manners.kinds import NAMES, ReminderKind

PAGE, _ALL_AT_ONCE = 5, 6
LATER = Button("稍后提醒", Snooze())
"""On each card that reminds of something that is open."""


def reminds(card: Card) -> bool:
    """Does the card still remind of something that is open?"""
    return LATER in card.buttons


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One thing on a card of several: the outbox row it stands for, and its title, the fullest wording first."""

    row: int
    kind: ReminderKind
    said: tuple[str, ...]


def digest_card(lines: Sequence[DigestLine], page: int, now: datetime) -> Card:
    """What waited for somebody, the most important first: a line for each, and a button that opens it."""
    size = _ALL_AT_ONCE if len(lines) <= _ALL_AT_ONCE else PAGE
    last = (len(lines) + size - 1) // size
    page = min(page, last)
    first = (page - 1) * size
    listed = list(enumerate(lines, 1))[first : first + size]
    turns = page_buttons(len(listed), page, TurnDigest, more=page < last)
    urgent = saying.first_that_fits([_counted(lines)], 44)
    return Card(
        title=f"您有 {len(lines)} 件事",
        subtitle=urgent if last == 1 else f"第{page}/{last}页 · {urgent}",
        fields=tuple(_row(number, line) for number, line in listed),
        lines=(f"截至 {saying.at(now, now)}，已经办完的不再列出。",),
        buttons=(*(Button(f"打开 {number}", OpenReminder(line.row)) for number, line in listed), *turns),
    )


def _counted(lines: Sequence[DigestLine]) -> str:
    """`待办2 · 联系3`: how many of each kind, the most important first."""
    counts: dict[str, int] = {}
    for line in lines:
        short = NAMES[line.kind][1]
        counts[short] = counts.get(short, 0) + 1
    parts = [f"{short}{count}" for short, count in counts.items()]
    return " · ".join(parts[:4]) + (" 等" if len(parts) > 4 else "")


def _row(number: int, line: DigestLine) -> Field:
    label = f"{number} {NAMES[line.kind][1]}"
    return Field(label if len(label) <= KEY else str(number), saying.first_that_fits(line.said, ROW))


def snooze_card(card: Card, morning: datetime, now: datetime) -> Card:
    """稍后提醒: until when. `card` is what it is about, `morning` when 明早 is."""
    return Card(
        title="什么时候再提醒？",
        subtitle=card.title,
        lines=(f"明早是 {saying.at(morning, now)}。到时已经办完，就不再提醒。",),
        buttons=(
            Button("1小时后", SnoozeFor("1h"), Style.PRIMARY),
            Button("3小时后", SnoozeFor("3h")),
            Button("明早", SnoozeFor("am")),
            Button("返回", DropSnooze()),
        ),
    )


def snoozed_card(card: Card, until: datetime, now: datetime) -> Card:
    """It was put off until then."""
    return Card(
        title=f"{saying.at(until, now)} 再提醒您",
        subtitle=card.title,
        buttons=(Button("现在看", DropSnooze(), Style.PRIMARY),),
    )
