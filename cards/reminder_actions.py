"""The buttons of reminders: put off, opened from a card of several, and a person's settings. See `cards/actions.py`."""

from dataclasses import dataclass

from cards.actions import Action, action


@action("later")
@dataclass(frozen=True, slots=True)
class Snooze(Action):
    """稍后提醒: ask when. It stands on a card only as long as that reminds of something that is open."""


@action("latefor")
@dataclass(frozen=True, slots=True)
class SnoozeFor(Action):
    """1 小时, 3 小时, 明早: the card comes again then (`when` is `1h`, `3h` or `am`)."""

    when: str


@action("unlater")
@dataclass(frozen=True, slots=True)
class DropSnooze(Action):
    """返回, 现在看: the card is what it was, and does not come again."""


@action("remind")
@dataclass(frozen=True, slots=True)
class OpenReminder(Action):
    """打开: what the outbox row `row` was about, on a card of its own."""

    row: int


@action("digest")
@dataclass(frozen=True, slots=True)
class TurnDigest(Action):
    """下一页: page `page` (from 1) of the card of several reminders."""

    page: int


@action("settings")
@dataclass(frozen=True, slots=True)
class SaveSettings(Action):
    """保存: what is ticked is on, the rest off. `seen` is the picture that the card showed: if it is another by now,
    nothing is done."""

    seen: str
