"""What the lists of leads share: a lead as a row and as a button's label, and what is said of its times and marks."""

from collections.abc import Callable, Sequence
from datetime import datetime

from cards import saying
from cards.actions import Action
from cards.fitting import cut, width
from cards.model import Button, Field, Style

ROW = 30  # so many 字 of a row does WeCom show
LABEL = 10  # of a button
KEY = 5  # and of a row's name
_MOST_BUTTONS = 6  # on a card
_KEPT_OF_NAME = 6  # a name is not made shorter than this while something else can go


def last_page_said(last: int) -> str:
    """What a list says on top when a page behind its `last` one was asked for."""
    return f"只有{last}页，这是最后一页" if last > 1 else "只有1页"


def page_buttons(
    shown: int, page: int, turn: Callable[[int], Action], *, more: bool, command: str = ""
) -> list[Button]:
    """How to turn the pages of a list, beside the `shown` buttons of its lines: 下一页 if there is `more`, or 回第一页,
    and 上一页 where WeCom's six buttons leave room for it (a full page leaves none: `page_before_said`). `command`:
    what is typed to see the list, where its action does not tell."""

    def button(label: str, to: int, style: Style = Style.PLAIN) -> Button:
        typed = f"{command} 第{to}页" if command and width(command) <= ROW else ""
        return Button(label, turn(to), style, typed)

    room = _MOST_BUTTONS - shown
    before = [button("上一页", page - 1)] if page > 1 and room > 1 else []
    if more:
        return [*before, button("下一页", page + 1, Style.PRIMARY)]
    first = [button("回第一页", 1, Style.PRIMARY)] if page > 1 else []
    return [*(before if page > 2 else []), *first]


def page_before_said(shown: int, page: int, command: str) -> tuple[str, ...]:
    """What to send for the page before, where no button for it fits."""
    if page == 1 or _MOST_BUTTONS - shown > 1:
        return ()
    if width(command) > ROW:
        return (f"看上一页：同一句话的末尾写 第{page - 1}页",)
    return (f"看上一页回复 {command} 第{page - 1}页",)


def lead_label(lead_id: int, name: str) -> str:
    """A button that opens a lead, in at most 10 字: `L1206 阿木尔`; the number alone where no name fits beside it."""
    number = f"L{lead_id}"
    short = cut(saying.short_name(name), max(LABEL - width(number) - 1, 0))
    return f"{number} {short}" if width(short) > 1 else number


def lead_row(lead_id: int, name: str, rests: Sequence[str]) -> Field:
    """One lead as a row: its number is the row's name where it fits. Of `rests`, what follows the name, the fullest
    first, the first is taken that leaves the name its room."""
    number = f"L{lead_id}"
    label, head = (number, "") if width(number) <= KEY else ("编号", f"{number} ")
    room = ROW - width(head)
    kept = min(width(name), _KEPT_OF_NAME) + 1
    rest = next((rest for rest in rests if kept + width(rest) <= room), rests[-1])
    return Field(label, f"{head}{saying.named(name, rest, room)}")


def marks_said(grade: str | None, tags: Sequence[str]) -> list[list[str]]:
    """Grade and tags in a row, the fullest wording first: tags are left out from the end."""
    marks = [*([grade] if grade else []), *tags]
    return [marks[:count] for count in range(len(marks), 0, -1)]


def when_due(due: datetime | None, now: datetime) -> str:
    """When the next contact is due, in a few words."""
    if due is None:
        return "未约"
    return late(due, now) if due <= now else saying.at(due, now)


def late(due: datetime, now: datetime) -> str:
    """How long it is overdue: `逾期3小时`; what is due this very minute is 已到时间."""
    late = saying.span(now - due)
    return "已到时间" if late == "刚刚" else f"逾期{late}"
